/* The normal form of a strided copy. */
#include "kernels.h"

static uint64_t
magnitude(int64_t stride)
{
	return stride < 0 ? -(uint64_t)stride : (uint64_t)stride;
}

static void
put(weft_nest *n, int at, const weft_nest *from, int k)
{
	n->size[at] = from->size[k];
	n->src[at] = from->src[k];
	n->dst[at] = from->dst[k];
}

/* Whether one step of the outer axis is `size` steps of the inner one. */
static bool
continues(int64_t outer, int64_t size, int64_t inner)
{
	int64_t all;

	return !__builtin_mul_overflow(size, inner, &all) && all == outer;
}

/* Inserts axis `k` of `from` into the sorted axes of `n`. */
static void
insert(weft_nest *n, const weft_nest *from, int k)
{
	int at = n->rank++;

	for (; at > 0; at--) {
		if (magnitude(n->dst[at - 1]) >= magnitude(from->dst[k]))
			break;
		put(n, at, n, at - 1);
	}
	put(n, at, from, k);
}

static void
merge(weft_nest *n)
{
	int k, last = 0;

	for (k = 1; k < n->rank; k++) {
		if (continues(n->src[last], n->size[k], n->src[k])
		    && continues(n->dst[last], n->size[k], n->dst[k])) {
			n->size[last] *= n->size[k];
			n->src[last] = n->src[k];
			n->dst[last] = n->dst[k];
		} else {
			put(n, ++last, n, k);
		}
	}
	if (n->rank)
		n->rank = last + 1;
}

void
weft_nest_normalise(weft_nest *n)
{
	weft_nest sorted = {0};
	int k;

	for (k = 0; k < n->rank; k++) {
		if (n->size[k] <= 0) {
			*n = (weft_nest){.rank = 1};
			return;
		}
		if (n->size[k] > 1)
			insert(&sorted, n, k);
	}
	merge(&sorted);
	*n = sorted;
}

int64_t
weft_nest_count(const weft_nest *n)
{
	int64_t count = 1;
	int k;

	for (k = 0; k < n->rank; k++)
		count *= n->size[k];
	return count;
}

weft_kind
weft_nest_kind(const weft_nest *n, int width)
{
	int k, last = n->rank - 1;

	if (last < 0 || n->size[0] == 0)
		return WEFT_KIND_COPY;
	if (n->dst[last] != width)
		return WEFT_KIND_GATHER;
	if (n->src[last] == width)
		return WEFT_KIND_COPY;
	for (k = 0; k < last; k++)
		if (n->src[k] == width)
			return WEFT_KIND_TRANSPOSE;
	return WEFT_KIND_GATHER;
}

const char *
weft_kind_name(weft_kind kind)
{
	static const char *const names[] = {"copy", "transpose", "gather"};

	return names[kind];
}
