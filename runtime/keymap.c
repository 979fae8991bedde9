#include "keymap.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

struct weft_keymap_slot {
	const char *dir, *key; /* key NULL: free */
	size_t number;
};

static uint64_t
hash(uint64_t h, const char *s)
{
	do
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	while (*s++);
	return h;
}

static struct weft_keymap_slot *
find(const weft_keymap *m, const char *dir, const char *key)
{
	size_t i = (size_t)hash(hash(1469598103934665603u, dir), key);

	for (;; i++) {
		struct weft_keymap_slot *s = &m->slots[i & (m->capacity - 1)];

		if (!s->key || (strcmp(s->key, key) == 0 &&
		                strcmp(s->dir, dir) == 0))
			return s;
	}
}

static void
grow(weft_keymap *m)
{
	weft_keymap old = *m;

	m->capacity = old.capacity ? old.capacity * 2 : 256;
	m->slots = calloc(m->capacity, sizeof *m->slots);
	if (!m->slots)
		weft_out_of_memory();
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].key)
			*find(m, old.slots[i].dir, old.slots[i].key) =
				old.slots[i];
	free(old.slots);
}

size_t
weft_keymap_put(weft_keymap *m, const char *dir, const char *key,
                size_t number)
{
	struct weft_keymap_slot *s;

	if (m->n * 2 >= m->capacity)
		grow(m);
	s = find(m, dir, key);
	if (!s->key) {
		*s = (struct weft_keymap_slot){dir, key, number};
		m->n++;
	}
	return s->number;
}

void
weft_keymap_free(weft_keymap *m)
{
	free(m->slots);
	*m = (weft_keymap){0};
}
