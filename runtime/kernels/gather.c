/* Moves that no single kernel does: scattered elements, value steps. */
#include <stdlib.h>
#include <string.h>

#include "levels.h"
#include "walk.h"

/* Bytes of a tile at each of its stages; three fit the first level cache. */
#define TILE 8192

/* Elements of a target row in a tile that is turned. */
#define TURNED 64

/* Where the source goes on within so many bytes, it is fetched ahead. */
#define NEAR 512

/* How a nest is moved: axes `row` and `col` (-1: none) tile by tile, the
 * others around them. A tile
 *
 *   is gathered     raw[row][col], along col: the source is nearest there
 *   is converted    done[row][col]
 *   is turned       turned[col][row], if the target is nearest along row
 *   is scattered
 */
struct gather {
	const weft_kernels *kernels;
	const weft_value_chain *chain;       /* NULL: none */
	int from, to;                        /* bytes of an element */
	bool turn;
	int64_t rows, cols;                  /* of a tile, at most */
	struct gather_axis {
		int64_t size, src, dst;
	} row, col;
};

static ALWAYS_INLINE void
strided_width(size_t width, int64_t n, const char *src, int64_t src_stride,
	      char *dst, int64_t dst_stride)
{
	for (; n; n--, src += src_stride, dst += dst_stride)
		memcpy(dst, src, width);
}

void
weft_strided(int width, int64_t n, const char *src, int64_t src_stride,
	     char *dst, int64_t dst_stride)
{
	if (src_stride == width && dst_stride == width)
		memcpy(dst, src, (size_t)(n * width));
	else if (width == 1)
		strided_width(1, n, src, src_stride, dst, dst_stride);
	else if (width == 2)
		strided_width(2, n, src, src_stride, dst, dst_stride);
	else if (width == 4)
		strided_width(4, n, src, src_stride, dst, dst_stride);
	else if (width == 8)
		strided_width(8, n, src, src_stride, dst, dst_stride);
	else
		strided_width(16, n, src, src_stride, dst, dst_stride);
}

static void
fetch_ahead(const char *src, int64_t bytes)
{
	int64_t at;

	if (bytes <= NEAR)
		for (at = 0; at < bytes; at += LINE)
			__builtin_prefetch(src + bytes + at, 0, 2);
}

static size_t
tile(const struct gather *g, int64_t rows, int64_t cols, const char *src,
     char *dst)
{
	_Alignas(LINE) char raw[TILE], done[TILE], turned[TILE];
	const char *at = raw;
	size_t lost = 0;
	int64_t k;

	for (k = 0; k < rows; k++) {
		weft_strided(g->from, cols, src, g->col.src,
			     raw + k * cols * g->from, g->from);
		fetch_ahead(src, cols * llabs(g->col.src));
		src += g->row.src;
	}
	if (g->chain) {
		lost = weft_value_run_at(g->kernels, g->chain, raw, done,
					 (size_t)(rows * cols));
		at = done;
	}
	if (!g->turn) {
		for (k = 0; k < rows; k++)
			weft_strided(g->to, cols, at + k * cols * g->to, g->to,
				     dst + k * g->row.dst, g->col.dst);
		return lost;
	}
	weft_kernels_transpose(g->kernels->transpose, g->to)(
		at, cols * g->to, turned, rows * g->to, (size_t)rows,
		(size_t)cols);
	for (k = 0; k < cols; k++)
		weft_strided(g->to, rows, turned + k * rows * g->to, g->to,
			     dst + k * g->col.dst, g->row.dst);
	return lost;
}

static size_t
plane(const struct gather *g, const char *src, char *dst)
{
	size_t lost = 0;
	int64_t r, c, rows, cols;

	for (r = 0; r < g->row.size; r += rows) {
		rows = g->row.size - r < g->rows ? g->row.size - r : g->rows;
		for (c = 0; c < g->col.size; c += cols) {
			cols = g->col.size - c < g->cols ? g->col.size - c
							 : g->cols;
			lost += tile(g, rows, cols,
				     src + r * g->row.src + c * g->col.src,
				     dst + r * g->row.dst + c * g->col.dst);
		}
	}
	return lost;
}

/* The axis, other than `but`, along which the source is nearest together; -1
 * if there is none. */
static int
nearest(const weft_nest *n, int but)
{
	int k, found = -1;

	for (k = n->rank - 1; k >= 0; k--)
		if (k != but && (found < 0
				 || llabs(n->src[k]) < llabs(n->src[found])))
			found = k;
	return found;
}

static struct gather_axis
axis(const weft_nest *n, int k)
{
	if (k < 0)
		return (struct gather_axis){1, 0, 0};
	return (struct gather_axis){n->size[k], n->src[k], n->dst[k]};
}

/* Chooses the axes of tiles and their size, and takes them out of the nest. */
static void
tile_axes(struct gather *g, weft_nest *n)
{
	int last = n->rank - 1, near = nearest(n, -1), row = last, col = near;
	int64_t most = TILE / (g->from > g->to ? g->from : g->to);

	g->turn = near != last;
	if (!g->turn) {
		row = nearest(n, last);
		col = last;
	}
	g->row = axis(n, row);
	g->col = axis(n, col);
	g->rows = g->row.size < TURNED ? g->row.size : TURNED;
	g->cols = most / g->rows;
	if (!g->turn) {
		g->cols = g->col.size < most ? g->col.size : most;
		g->rows = most / g->cols;
	}
	if (last >= 0)
		weft_walk_remove(n, last);
	if (row >= 0 && col >= 0)
		weft_walk_remove(n, g->turn ? near : row);
}

static size_t
tiles(struct gather *g, const weft_nest *n, const void *src, void *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	size_t lost = 0;

	tile_axes(g, &outer);
	do
		lost += plane(g, w.src, w.dst);
	while (weft_walk_next(&w, &outer));
	return lost;
}

/* Runs that go from the source to the target directly. */
static size_t
runs(const struct gather *g, const weft_nest *n, const void *src, void *dst)
{
	weft_nest outer = *n;
	weft_walk w = {.src = src, .dst = dst};
	size_t lost = 0;
	int last = --outer.rank;

	do {
		if (g->chain)
			lost += weft_value_run_at(g->kernels, g->chain, w.src,
						  w.dst,
						  (size_t)n->size[last]);
		else
			weft_strided(g->from, n->size[last], w.src,
				     n->src[last], w.dst, n->dst[last]);
	} while (weft_walk_next(&w, &outer));
	return lost;
}

void
weft_gather(const weft_kernels *k, const weft_nest *n, int width,
	    const void *src, void *dst)
{
	struct gather g = {.kernels = k, .from = width, .to = width};

	if (nearest(n, -1) == n->rank - 1)
		runs(&g, n, src, dst);
	else
		tiles(&g, n, src, dst);
}

size_t
weft_move_value(const weft_kernels *k, const weft_nest *n,
		const weft_value_chain *chain, const void *src, void *dst)
{
	struct gather g = {.kernels = k, .chain = chain,
			   .from = weft_value_width(chain->from),
			   .to = weft_value_width(chain->to)};
	int last = n->rank - 1;

	if (weft_nest_count(n) == 0)
		return 0;
	if (weft_value_identity(chain)) {
		weft_move(k, n, g.from, WEFT_STORE_CACHED, src, dst);
		return 0;
	}
	if (last >= 0 && n->src[last] == g.from && n->dst[last] == g.to
	    && n->size[last] >= WEFT_BLOCK)
		return runs(&g, n, src, dst);
	return tiles(&g, n, src, dst);
}
