/* The outer loops of a nest. */
#ifndef WEFT_WALK_H
#define WEFT_WALK_H

#include "kernels.h"

/* Begins with `index` zero and the two at the first element. */
typedef struct weft_walk {
	int64_t index[WEFT_NEST];
	const char *src;
	char *dst;
} weft_walk;

/* Takes axis `k` out of the nest. */
static inline void
weft_walk_remove(weft_nest *n, int k)
{
	for (n->rank--; k < n->rank; k++) {
		n->size[k] = n->size[k + 1];
		n->src[k] = n->src[k + 1];
		n->dst[k] = n->dst[k + 1];
	}
}

/* Goes to the next index of the nest, the last axis fastest. False, and back
 * at the first index, once there is none. */
static inline bool
weft_walk_next(weft_walk *w, const weft_nest *n)
{
	int k;

	for (k = n->rank - 1; k >= 0; k--) {
		if (++w->index[k] < n->size[k]) {
			w->src += n->src[k];
			w->dst += n->dst[k];
			return true;
		}
		w->index[k] = 0;
		w->src -= n->src[k] * (n->size[k] - 1);
		w->dst -= n->dst[k] * (n->size[k] - 1);
	}
	return false;
}

#endif
