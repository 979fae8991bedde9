/* A normalised nest with value steps: tile by tile, straightened out, sent
 * through the chain, and put in place. */
#include <stdlib.h>

#include "levels.h"
#include "walk.h"

/* A tile has as many elements of a target row as make two cache lines of the
 * narrowest type, and as many of a source row as fit the first level cache
 * with their results. */
#define TILE_ROWS 64
#define TILE_COLS 32

/* Runs from this length on go without tiles. */
#define LONG_RUN 128

struct job {
	const weft_kernels *kernels;
	const weft_value_chain *chain;
	int from, to;                /* bytes of an element */
};

static size_t
runs(const struct job *job, const weft_nest *n, const void *src, void *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	size_t run = 1, lost = 0;

	if (outer.rank)
		run = (size_t)outer.size[--outer.rank];
	do
		lost += weft_value_run(job->chain, w.src, w.dst, run);
	while (weft_walk_next(&w, &outer));
	return lost;
}

/* The two axes of `n`, at most a tile. In between its elements lie as in the
 * source, as far as that is known: along the axis with the smaller stride. */
static size_t
tile(const struct job *job, const weft_nest *n, const char *src, char *dst)
{
	_Alignas(64) char raw[TILE_ROWS * TILE_COLS * 8];
	_Alignas(64) char done[TILE_ROWS * TILE_COLS * 8];
	const int64_t rows = n->size[0], cols = n->size[1];
	bool by_rows = llabs(n->src[0]) > llabs(n->src[1]);
	int64_t row = by_rows ? cols : 1, col = by_rows ? 1 : rows;
	weft_nest in = *n, out = *n;
	size_t lost;

	in.dst[0] = row * job->from;
	in.dst[1] = col * job->from;
	out.src[0] = row * job->to;
	out.src[1] = col * job->to;
	weft_nest_normalise(&in);
	weft_nest_normalise(&out);
	weft_move(job->kernels, &in, job->from, WEFT_STORE_CACHED, src, raw);
	lost = weft_value_run(job->chain, raw, done, (size_t)(rows * cols));
	weft_move(job->kernels, &out, job->to, WEFT_STORE_CACHED, done, dst);
	return lost;
}

static size_t
tiles(const struct job *job, const weft_nest *plane, const char *src,
      char *dst)
{
	weft_nest part = *plane;
	size_t lost = 0;
	int64_t r, c;

	for (r = 0; r < plane->size[0]; r += TILE_ROWS) {
		part.size[0] = plane->size[0] - r;
		if (part.size[0] > TILE_ROWS)
			part.size[0] = TILE_ROWS;
		for (c = 0; c < plane->size[1]; c += TILE_COLS) {
			part.size[1] = plane->size[1] - c;
			if (part.size[1] > TILE_COLS)
				part.size[1] = TILE_COLS;
			lost += tile(job, &part,
				     src + r * part.src[0] + c * part.src[1],
				     dst + r * part.dst[0] + c * part.dst[1]);
		}
	}
	return lost;
}

/* Splits the axes into a plane, the target nearest together along its rows and
 * the source along its columns, and the rest. */
static size_t
planes(const struct job *job, const weft_nest *n, const void *src, void *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	int last = n->rank - 1, near = weft_walk_nearest(n, last);
	weft_nest plane = {2, {n->size[last], 1}, {n->src[last]},
			   {n->dst[last]}};
	size_t lost = 0;

	outer.rank--;
	if (near >= 0) {
		plane.size[1] = n->size[near];
		plane.src[1] = n->src[near];
		plane.dst[1] = n->dst[near];
		weft_walk_remove(&outer, near);
	}
	do
		lost += tiles(job, &plane, w.src, w.dst);
	while (weft_walk_next(&w, &outer));
	return lost;
}

size_t
weft_move_value(const weft_kernels *k, const weft_nest *n,
		const weft_value_chain *chain, const void *src, void *dst)
{
	struct job job = {k, chain, weft_value_width(chain->from),
			  weft_value_width(chain->to)};
	int last = n->rank - 1;

	if (weft_nest_count(n) == 0)
		return 0;
	if (last < 0 || (n->src[last] == job.from && n->dst[last] == job.to
			 && (last == 0 || n->size[last] >= LONG_RUN)))
		return runs(&job, n, src, dst);
	return planes(&job, n, src, dst);
}
