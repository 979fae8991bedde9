/* Tensors whose extents would be gathered from runs of a few bytes (a large
 * matrix that is transposed, layers interleaved in one axis) are moved in tiles
 * instead: boxes that are long enough on both sides.
 *
 *     source  [v h]     target  [h v]        one tile
 *       . . . .           . . # .
 *       . # # .           . . # .            runs of 4 KiB or more are read,
 *       . . . .           . . . .            turned in memory, and written
 *                                            in runs of 4 KiB or more      */
#ifndef WEFT_SCATTER_H
#define WEFT_SCATTER_H

#include "worker.h"

struct weft_scattered {            /* one copy, cut into tiles */
	int32_t stored;
	const struct weft_cell_state *from;
	const struct weft_share *share;
	weft_nest nest;        /* in elements, normalised */
	int64_t src, dst;      /* offsets, in elements */
	int64_t tile[WEFT_NEST]; /* its size along each axis of the nest */
	uint64_t first;        /* number of its first tile */
};

typedef struct weft_scatter {
	struct weft_scattered *copies;
	size_t n;
	uint64_t n_tiles;
} weft_scatter;

/* Cuts `t` into tiles of at most `tile_bytes`, if that is worth it: if
 * gathering it in extents of `extent_bytes` would cost clearly more. False if
 * it would not; then nothing is to be freed. */
bool weft_scatter_plan(weft_job *job, const struct weft_tensor *t,
                       uint64_t extent_bytes, uint64_t tile_bytes,
                       weft_scatter *s);
void weft_scatter_free(weft_scatter *s);

/* Moves one tile: reads it, turns it and hands its runs to the sink. Returns 0
 * or a code. */
int weft_scatter_tile(struct weft_worker *w, const weft_scatter *s,
                      uint64_t tile, size_t index, enum weft_dtype dtype,
                      weft_sink_fn *sink, void *context);

#endif
