/* Stored tensors as boxes of the logical index space, and the strided copies
 * between boxes of two layouts.
 *
 * A piece says: these values of each axis of the row lie in this stored tensor,
 * at an offset that is affine in mixed-radix digits of each axis:
 *
 *     value  = begin + d0*(n1*n2) + d1*n2 + d2        0 <= dk < nk
 *     offset = piece offset + d0*s0 + d1*s1 + d2*s2   in elements          */
#ifndef WEFT_VIEW_H
#define WEFT_VIEW_H

#include "kernels/kernels.h"
#include "place.h"

struct weft_run {
	int64_t begin, count;  /* positions of the axis: from 0 */
	int n;                 /* digits, slowest first */
	int64_t size[WEFT_DIGITS], stride[WEFT_DIGITS];
};

struct weft_piece {
	int64_t offset;        /* of the element where all axes are at begin */
	int n;                 /* axes of the row */
	struct weft_run run[WEFT_AXES];
};

/* Called for each piece. False stops the walk. */
typedef bool weft_piece_fn(void *context, const struct weft_piece *piece);

/* The pieces of elements begin .. end of a stored tensor (in elements from its
 * start), in no particular order, disjoint. All sizes of `f` are known. False
 * if `fn` stopped it. */
bool weft_view_pieces(const struct weft_frame *f, int64_t begin, int64_t end,
                      weft_piece_fn *fn, void *context);

/* Called for each copy between two pieces: strides and offsets in elements. */
typedef bool weft_copy_fn(void *context, const weft_nest *nest,
                          int64_t src_offset, int64_t dst_offset);

/* The copies that carry what two pieces of one row have in common. Nests of
 * more than WEFT_NEST axes do not occur: the loops above them are unrolled.
 * False if `fn` stopped it. */
bool weft_view_copies(const struct weft_piece *src,
                      const struct weft_piece *dst, weft_copy_fn *fn,
                      void *context);

/* Elements of a piece. */
int64_t weft_piece_count(const struct weft_piece *p);

/* Does an axis occur twice in the place (a block diagonal)? */
bool weft_place_is_diagonal(const struct weft_place *p);

/* Do the pieces of a tensor cover it whole (no padding, no zeros)? */
bool weft_frame_is_full(const struct weft_frame *f);

#endif
