#include "order.h"

#include <stdlib.h>
#include <string.h>

#include "../arena.h"

struct sort {
	uint32_t *order, *spare;
	weft_order_fn *compare;
	const void *context;
};

/* Merges order[lo, mid) and order[mid, hi), each sorted. */
static void
merge(const struct sort *s, uint32_t lo, uint32_t mid, uint32_t hi)
{
	uint32_t *order = s->order, left = mid - lo, i = 0, j = mid, k = lo;

	if (s->compare(s->context, order[mid - 1], order[mid]) <= 0)
		return;
	memcpy(s->spare, order + lo, left * sizeof *order);
	while (i < left && j < hi) {
		if (s->compare(s->context, order[j], s->spare[i]) < 0)
			order[k++] = order[j++];
		else
			order[k++] = s->spare[i++];
	}
	memcpy(order + k, s->spare + i, (left - i) * sizeof *order);
}

uint32_t *
weft_order(uint32_t n, weft_order_fn *compare, const void *context)
{
	struct sort s = {NULL, NULL, compare, context};

	/* The left half of a merge is a power of two below n. */
	s.order = malloc(((size_t)n + 1) * sizeof *s.order);
	s.spare = malloc(((size_t)n + 1) * sizeof *s.spare);
	if (!s.order || !s.spare)
		weft_out_of_memory();
	for (uint32_t i = 0; i < n; i++)
		s.order[i] = i;
	for (uint64_t width = 1; width < n; width *= 2) {
		for (uint64_t lo = 0; lo + width < n; lo += 2 * width) {
			uint64_t hi = lo + 2 * width;

			merge(&s, (uint32_t)lo, (uint32_t)(lo + width),
			      (uint32_t)(hi < n ? hi : n));
		}
	}
	free(s.spare);
	return s.order;
}
