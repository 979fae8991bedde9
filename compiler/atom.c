#include "atom.h"

#include <stdint.h>
#include <string.h>

struct atom_slot {
	atom name;
	size_t size;
	uint64_t hash;
};

static uint64_t
hash(const char *s, size_t n)
{
	uint64_t h = 1469598103934665603u;

	while (n--)
		h = (h ^ (unsigned char)*s++) * 1099511628211u;
	return h;
}

static struct atom_slot *
find(struct atom_slot *slots, size_t capacity, const char *s, size_t n,
     uint64_t h)
{
	size_t i = (size_t)h & (capacity - 1);

	while (slots[i].name && (slots[i].hash != h || slots[i].size != n ||
	                         memcmp(slots[i].name, s, n) != 0))
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

static void
grow(struct atoms *t)
{
	size_t capacity = t->capacity ? t->capacity * 2 : 256;
	struct atom_slot *slots =
		arena_alloc(t->arena, capacity * sizeof *slots);

	for (size_t i = 0; i < t->capacity; i++) {
		const struct atom_slot *old = &t->slots[i];

		if (old->name)
			*find(slots, capacity, old->name, old->size,
			      old->hash) = *old;
	}
	t->slots = slots;
	t->capacity = capacity;
}

atom
atom_of(struct atoms *t, const char *s, size_t n)
{
	struct atom_slot *slot;
	uint64_t h = hash(s, n);

	if (t->n * 2 >= t->capacity)
		grow(t);
	slot = find(t->slots, t->capacity, s, n, h);
	if (!slot->name) {
		slot->name = arena_copy(t->arena, s, n);
		slot->size = n;
		slot->hash = h;
		t->n++;
	}
	return slot->name;
}

atom
atom_text(struct atoms *t, const char *s)
{
	return atom_of(t, s, strlen(s));
}
