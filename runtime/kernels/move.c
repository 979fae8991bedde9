/* A normalised nest, given to the kernel that fits. */
#include <string.h>

#include "levels.h"
#include "walk.h"

/* Targets below this stay in the second level cache anyway. */
#define STREAM_FROM ((int64_t)1 << 20)

/* A block of the gather: about as many cache lines as the first level holds
 * without its sets running over. */
#define BLOCK 32

static int
width_log(int width)
{
	return __builtin_ctz((unsigned)width);
}

/* Elements that are neighbours on both sides are one wider element, while
 * there is a kernel of that width. */
static int
widen(weft_nest *n, int width)
{
	int last = n->rank - 1;
	int64_t bytes;

	if (last < 0 || n->src[last] != width || n->dst[last] != width)
		return width;
	bytes = n->size[last] > 16 ? 0 : n->size[last] * width;
	if (bytes != 2 && bytes != 4 && bytes != 8 && bytes != 16)
		return width;
	n->rank--;
	return (int)bytes;
}

static void
copy_runs(const weft_nest *n, int width, const char *src, char *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	size_t run = (size_t)width;

	if (outer.rank)
		run *= (size_t)outer.size[--outer.rank];
	do
		memcpy(w.dst, w.src, run);
	while (weft_walk_next(&w, &outer));
}

static void
transpose_all(weft_transpose *kernel, const weft_nest *n, int width,
	      const char *src, char *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	int row = n->rank - 1, col = 0;

	while (n->src[col] != width)
		col++;
	outer.rank--;
	weft_walk_remove(&outer, col);
	do
		kernel(w.src, n->src[row], w.dst, n->dst[col],
		       (size_t)n->size[row], (size_t)n->size[col]);
	while (weft_walk_next(&w, &outer));
}

/* Two axes of a gather, the second the one along which the target is nearest
 * together. */
typedef struct plane {
	int64_t size[2], src[2], dst[2];
} plane;

static inline __attribute__((always_inline)) void
gather_width(const plane *p, size_t width, const char *src, char *dst)
{
	const char *s;
	char *d;
	int64_t i, k;

	for (i = 0; i < p->size[0]; i++) {
		s = src + i * p->src[0];
		d = dst + i * p->dst[0];
		for (k = 0; k < p->size[1]; k++) {
			memcpy(d, s, width);
			s += p->src[1];
			d += p->dst[1];
		}
	}
}

static void
gather_block(const plane *p, int width, const char *src, char *dst)
{
	switch (width) {
	case 1:
		gather_width(p, 1, src, dst);
		break;
	case 2:
		gather_width(p, 2, src, dst);
		break;
	case 4:
		gather_width(p, 4, src, dst);
		break;
	case 8:
		gather_width(p, 8, src, dst);
		break;
	default:
		gather_width(p, 16, src, dst);
	}
}

/* In blocks, so that a cache line of either side is finished while it is
 * there. */
static void
gather_plane(const plane *p, int width, const char *src, char *dst)
{
	const int64_t length = p->size[0] > 1 ? BLOCK : p->size[1];
	plane block = *p;
	int64_t i, k;

	for (i = 0; i < p->size[0]; i += BLOCK) {
		block.size[0] = p->size[0] - i;
		if (block.size[0] > BLOCK)
			block.size[0] = BLOCK;
		for (k = 0; k < p->size[1]; k += length) {
			block.size[1] = p->size[1] - k;
			if (block.size[1] > length)
				block.size[1] = length;
			gather_block(&block, width,
				     src + i * p->src[0] + k * p->src[1],
				     dst + i * p->dst[0] + k * p->dst[1]);
		}
	}
}

static void
gather_all(const weft_nest *n, int width, const char *src, char *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	int last = n->rank - 1, near = weft_walk_nearest(n, last);
	plane p = {{1, n->size[last]}, {0, n->src[last]}, {0, n->dst[last]}};

	outer.rank--;
	if (near >= 0) {
		p.size[0] = n->size[near];
		p.src[0] = n->src[near];
		p.dst[0] = n->dst[near];
		weft_walk_remove(&outer, near);
	}
	do
		gather_plane(&p, width, w.src, w.dst);
	while (weft_walk_next(&w, &outer));
}

void
weft_move(const weft_kernels *k, const weft_nest *n, int width,
	  weft_store store, const void *src, void *dst)
{
	weft_nest wide = *n;
	weft_transpose *const *kernels = k->transpose;

	if (weft_nest_count(n) == 0)
		return;
	if (store == WEFT_STORE_STREAM
	    && weft_nest_count(n) >= STREAM_FROM / width)
		kernels = k->stream;
	width = widen(&wide, width);
	switch (weft_nest_kind(&wide, width)) {
	case WEFT_KIND_COPY:
		copy_runs(&wide, width, src, dst);
		break;
	case WEFT_KIND_TRANSPOSE:
		transpose_all(kernels[width_log(width)], &wide, width, src,
			      dst);
		break;
	case WEFT_KIND_GATHER:
		gather_all(&wide, width, src, dst);
		break;
	}
}
