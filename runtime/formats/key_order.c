#include "key_order.h"

#include <stdlib.h>
#include <string.h>

#include "order.h"

/* The first eight bytes of each key behind what all have in common, as a
 * number that compares as they do: most comparisons need no more. */
struct keys {
	const struct weft_stored *tensors;
	uint64_t *front;
	size_t common;
};

static int
by_key(const void *context, uint32_t a, uint32_t b)
{
	const struct keys *k = context;

	if (k->front[a] != k->front[b])
		return k->front[a] < k->front[b] ? -1 : 1;
	return strcmp(k->tensors[a].key + k->common,
	              k->tensors[b].key + k->common);
}

static size_t
common_length(const struct weft_stored *t, size_t n)
{
	size_t common = n ? strlen(t[0].key) : 0;

	for (size_t i = 1; i < n && common; i++) {
		size_t same = 0;

		while (same < common && t[i].key[same] == t[0].key[same])
			same++;
		common = same;
	}
	return common;
}

static uint64_t
front_of(const char *key)
{
	uint64_t front = 0;

	for (int i = 0; i < 8; i++) {
		front = front << 8 | (unsigned char)*key;
		key += *key != '\0';
	}
	return front;
}

uint32_t *
weft_key_order(const struct weft_stored *t, size_t n)
{
	struct keys keys = {t, malloc((n + 1) * sizeof *keys.front),
	                    common_length(t, n)};
	uint32_t *order;

	if (!keys.front)
		weft_out_of_memory();
	for (size_t i = 0; i < n; i++)
		keys.front[i] = front_of(t[i].key + keys.common);
	order = weft_order((uint32_t)n, by_key, &keys);
	free(keys.front);
	return order;
}

void
weft_key_apply(struct weft_stored *t, uint32_t *order, size_t n)
{
	/* Each cycle of the permutation is turned by one, in place. */
	for (uint32_t i = 0; i < n; i++) {
		struct weft_stored first = t[i];
		uint32_t at = i, from;

		while ((from = order[at]) != i) {
			t[at] = t[from];
			order[at] = at;
			at = from;
		}
		t[at] = first;
		order[at] = at;
	}
}
