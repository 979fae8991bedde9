/* Random nests, and what they mean. */
#ifndef NESTS_H
#define NESTS_H

#include "../../runtime/kernels/kernels.h"
#include "guard.h"

#define NEST_ROOM ((size_t)1 << 20)

/* Where the element with the given number (last axis fastest) lies. */
static inline void
nest_offsets(const weft_nest *n, int64_t number, int64_t *src, int64_t *dst)
{
	int k;

	*src = *dst = 0;
	for (k = n->rank - 1; k >= 0; k--) {
		*src += number % n->size[k] * n->src[k];
		*dst += number % n->size[k] * n->dst[k];
		number /= n->size[k];
	}
}

/* The definition, element by element. */
static inline void
nest_formula(const weft_nest *n, int width, const char *src, char *dst)
{
	int64_t number, s, d, count = weft_nest_count(n);

	for (number = 0; number < count; number++) {
		nest_offsets(n, number, &s, &d);
		memcpy(dst + d, src + s, (size_t)width);
	}
}

/* Lays the axes of a nest out in one side, in the order `order`, with gaps now
 * and then, some axes backwards, and where `repeat` some strides of 0. Returns
 * the bytes it spans and where in them the first element is. */
static inline size_t
nest_lay_out(const weft_nest *n, const int *order, int width,
	     int64_t *stride, uint64_t *state, int repeat, size_t *first)
{
	int64_t span = width, step;
	int k, axis;

	*first = 0;
	for (k = n->rank - 1; k >= 0; k--) {
		axis = order[k];
		step = span;
		if (guard_random(state) % 4 == 0)
			step += guard_between(state, 0, 2 * width + 1);
		if (repeat && guard_random(state) % 16 == 0)
			step = 0;
		span += step * (n->size[axis] - 1);
		stride[axis] = step;
		if (guard_random(state) % 16 == 0) {
			stride[axis] = -step;
			*first += (size_t)(step * (n->size[axis] - 1));
		}
	}
	return (size_t)span;
}

static inline void
nest_shuffle(int *order, int rank, uint64_t *state)
{
	int k, other, was;

	for (k = 0; k < rank; k++)
		order[k] = k;
	for (k = rank - 1; k > 0; k--) {
		other = (int)guard_between(state, 0, k);
		was = order[k];
		order[k] = order[other];
		order[other] = was;
	}
}

static inline void
nest_sizes(weft_nest *n, int width, uint64_t *state)
{
	static const int64_t limit[] = {0, 4000, 300, 40, 14, 7, 5};
	int64_t most;
	int k;

	*n = (weft_nest){.rank = (int)guard_between(state, 0, 6)};
	most = limit[n->rank];
	if (n->rank == 2 && width > 4)
		most = 100;
	for (k = 0; k < n->rank; k++)
		n->size[k] = guard_between(state, 1, most);
	if (n->rank && guard_random(state) % 8 == 0)
		n->size[n->rank - 1] = guard_between(state, 1, 4);
	if (n->rank && guard_random(state) % 64 == 0)
		n->size[0] = 0;
}

/* A nest and how much memory it takes: bytes, and where in them its first
 * element is. */
struct nest_case {
	weft_nest nest;
	size_t src_span, dst_span, src_first, dst_first;
};

/* Of elements of `from` bytes here and `to` bytes there. 0 where it became too
 * large to try. */
static inline int
nest_random(struct nest_case *c, int from, int to, uint64_t *state)
{
	weft_nest *n = &c->nest;
	int order[WEFT_NEST];

	nest_sizes(n, from > to ? from : to, state);
	nest_shuffle(order, n->rank, state);
	c->src_span = nest_lay_out(n, order, from, n->src, state, 1,
				   &c->src_first);
	if (guard_random(state) % 4)
		nest_shuffle(order, n->rank, state);
	c->dst_span = nest_lay_out(n, order, to, n->dst, state, 0,
				   &c->dst_first);
	if (weft_nest_count(n) == 0)
		c->src_span = c->dst_span = c->src_first = c->dst_first = 0;
	return c->src_span <= NEST_ROOM && c->dst_span <= NEST_ROOM;
}

#endif
