/* A normalised nest, given to the kernel that fits. */
#include <string.h>

#include "levels.h"
#include "walk.h"

/* Targets below this stay in the second level cache anyway. */
#define STREAM_FROM ((int64_t)1 << 20)

/* Matrices with a side below THIN are moved in runs of THIN_RUN elements along
 * the other, so that what the runs share stays in the first level cache. */
#define THIN 8
#define THIN_RUN 512

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

/* A matrix too narrow for tiles, by its long side. */
static void
transpose_thin(const weft_nest *n, int width, int row, int col,
	       const char *src, char *dst)
{
	int across = n->size[row] < n->size[col] ? row : col;
	int along = across == row ? col : row;
	int64_t at, k, part;

	for (at = 0; at < n->size[along]; at += part) {
		part = n->size[along] - at;
		if (part > THIN_RUN)
			part = THIN_RUN;
		for (k = 0; k < n->size[across]; k++)
			weft_strided(width, part,
				     src + k * n->src[across],
				     n->src[along],
				     dst + k * n->dst[across],
				     n->dst[along]);
		src += part * n->src[along];
		dst += part * n->dst[along];
	}
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
	do {
		if (n->size[row] < THIN || n->size[col] < THIN)
			transpose_thin(n, width, row, col, w.src, w.dst);
		else
			kernel(w.src, n->src[row], w.dst, n->dst[col],
			       (size_t)n->size[row], (size_t)n->size[col]);
	} while (weft_walk_next(&w, &outer));
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
		transpose_all(weft_kernels_transpose(kernels, width), &wide,
			      width, src, dst);
		break;
	case WEFT_KIND_GATHER:
		weft_gather(k, &wide, width, src, dst);
		break;
	}
}
