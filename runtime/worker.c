#include "worker.h"

#include <string.h>

#include "steps.h"

enum {
	/* From this many bytes a run is read where it belongs. */
	DIRECT_RUN = 16 * 1024,
	/* Whole steps of an axis of as many are little more than it needs. */
	MANY_STEPS = 16,
	/* Runs that other extents lie between: all of them are read at once. */
	SHORT_RUN = 512,
};

/* One copy: bytes of a stored tensor into the extent. */
struct transfer {
	struct weft_worker *w;
	int32_t stored;
	int width;             /* of an element of the source */
	const weft_value_chain *chain; /* or NULL */
};

char *
weft_worker_at(const struct weft_worker *w, char *buffer, int64_t bytes)
{
	return w->rehearse ? NULL : buffer + bytes;
}

void
weft_worker_forget(struct weft_worker *w)
{
	w->n_windows = 0;
	w->in_next = 0;
	w->first.stored = -1;
}

/* Where the next `n` bytes are to be put in `in`; what was there is no window
 * any more. */
static size_t
make_room(struct weft_worker *w, size_t n)
{
	int kept = 0;

	if (!w->shares || n > w->in_size - w->in_next)
		w->in_next = 0;
	for (int i = 0; i < w->n_windows; i++) {
		struct weft_window *v = &w->windows[i];

		if (v->at >= w->in_next + n ||
		    v->at + (v->end - v->begin) <= w->in_next)
			w->windows[kept++] = *v;
	}
	w->n_windows = kept;
	return w->in_next;
}

static const struct weft_window *
find_window(const struct weft_worker *w, int32_t stored, uint64_t begin,
            uint64_t end)
{
	for (int i = 0; i < w->n_windows; i++)
		if (w->windows[i].stored == stored &&
		    begin >= w->windows[i].begin && end <= w->windows[i].end)
			return &w->windows[i];
	return NULL;
}

/* Reads a window; NULL after an error. */
static const struct weft_window *
add_window(struct weft_worker *w, int32_t stored, uint64_t begin, uint64_t end)
{
	size_t n = (size_t)(end - begin), at = make_room(w, n);
	struct weft_window *v;

	if (!weft_worker_read(w, stored, begin, n,
	                      w->rehearse ? NULL : w->in + at) ||
	    weft_zeros_window(w->zeros, stored, begin, end,
	                      w->rehearse ? NULL : w->in + at, &w->errors))
		return NULL;
	if (w->n_windows == WEFT_WINDOWS)
		memmove(w->windows, w->windows + 1,
		        (size_t)--w->n_windows * sizeof *w->windows);
	v = &w->windows[w->n_windows++];
	*v = (struct weft_window){stored, begin, end, at};
	if (w->first.stored < 0)
		w->first = *v;
	if (w->shares)
		w->in_next = at + n;
	return v;
}

bool
weft_worker_read(struct weft_worker *w, int32_t stored, uint64_t at, size_t n,
                 char *to)
{
	w->read += n;
	return w->rehearse ||
	       !weft_spool_read(w->spool, &w->job->source.tensors[stored], at,
	                        n, to, &w->errors);
}

static uint64_t
span_of(const weft_nest *n, int width)
{
	uint64_t span = (uint64_t)width;

	for (int i = 0; i < n->rank; i++)
		span += (uint64_t)(n->size[i] - 1) * (uint64_t)n->src[i];
	return span;
}

static void
move(struct transfer *t, const weft_nest *n, const char *src, char *dst)
{
	struct weft_worker *w = t->w;

	if (w->rehearse)
		return;
	if (t->chain)
		w->not_finite += weft_move_value(w->kernels, n, t->chain, src,
		                                 dst);
	else
		weft_move(w->kernels, n, t->width, WEFT_STORE_CACHED, src,
		          dst);
}

/* ---- three ways to read a nest ------------------------------------------ */

/* Runs that are contiguous on both sides go straight to their place. */
static bool
read_direct(struct transfer *t, const weft_nest *n, int k, uint64_t at,
            char *dst)
{
	if (k >= n->rank - 1) {
		int64_t run = n->rank ? n->size[k] : 1;

		return weft_worker_read(t->w, t->stored, at,
		                        (size_t)(run * t->width), dst);
	}
	for (int64_t i = 0; i < n->size[k]; i++)
		if (!read_direct(t, n, k + 1,
		                 at + (uint64_t)(i * n->src[k]),
		                 weft_worker_at(t->w, dst, i * n->dst[k])))
			return false;
	return true;
}

/* Whole steps of the axis `step` bytes wide around bytes begin .. end. False if
 * they are no window. */
static bool
widen(const struct weft_worker *w, int32_t stored, uint64_t step,
      uint64_t *begin, uint64_t *end)
{
	uint64_t from = *begin - *begin % step;
	uint64_t to = *end + (step - *end % step) % step;

	if (to > w->job->source.tensors[stored].bytes || to - from > w->in_size)
		return false;
	*begin = from;
	*end = to;
	return true;
}

/* All bytes from the first to the last, gaps included; and once for several
 * nests that lie in them. With room for it, whole steps of the slowest axis
 * that has many, or else of the fastest one: other ranks want the rest of the
 * same ones. */
static bool
read_window(struct transfer *t, const weft_nest *n, const int *axis, int axes,
            uint64_t at, uint64_t span, char *dst)
{
	struct weft_worker *w = t->w;
	uint64_t begin = at, end = at + span;
	const struct weft_window *v = find_window(w, t->stored, begin, end);
	bool wide = false;

	for (int i = 0; i < axes && !v && !wide; i++)
		wide = (i == axes - 1 || n->size[axis[i]] >= MANY_STEPS) &&
		       widen(w, t->stored, (uint64_t)n->src[axis[i]], &begin,
		             &end);
	if (!v)
		v = add_window(w, t->stored, begin, end);
	if (v)
		move(t, n, weft_worker_at(w, w->in,
		                          (int64_t)(v->at + at - v->begin)),
		     dst);
	return v;
}

/* Axes of a nest by source stride, largest first. */
static void
sort_by_source(const weft_nest *n, int axis[WEFT_NEST])
{
	for (int i = 0; i < n->rank; i++) {
		int k = i;

		for (; k > 0 && n->src[axis[k - 1]] < n->src[i]; k--)
			axis[k] = axis[k - 1];
		axis[k] = i;
	}
}

/* The bytes of one contiguous run of the source, and how many axes, from the
 * fastest, make it up. */
static int64_t
run_of(const weft_nest *n, const int axis[WEFT_NEST], int width, int *axes)
{
	int64_t run = width;

	*axes = 0;
	while (*axes < n->rank && n->src[axis[n->rank - 1 - *axes]] == run) {
		run *= n->size[axis[n->rank - 1 - *axes]];
		++*axes;
	}
	return run;
}

static bool
read_runs(struct transfer *t, const weft_nest *n, const int *axis, int axes,
          uint64_t at, int64_t run, char **to)
{
	if (axes == 0) {
		if (!weft_worker_read(t->w, t->stored, at, (size_t)run, *to))
			return false;
		*to = weft_worker_at(t->w, *to, run);
		return true;
	}
	for (int64_t i = 0; i < n->size[axis[0]]; i++)
		if (!read_runs(t, n, axis + 1, axes - 1,
		               at + (uint64_t)(i * n->src[axis[0]]), run, to))
			return false;
	return true;
}

/* Run by run, packed together. */
static bool
read_packed(struct transfer *t, const weft_nest *n, const int *axis, int inner,
            int64_t run, uint64_t at, char *dst)
{
	weft_nest packed = *n;
	int64_t stride = t->width;
	size_t room = make_room(t->w, (size_t)weft_nest_count(n) *
	                        (size_t)t->width);
	char *in = weft_worker_at(t->w, t->w->in, (int64_t)room), *to = in;

	if (!read_runs(t, n, axis, n->rank - inner, at, run, &to))
		return false;
	for (int i = n->rank - 1; i >= 0; i--) {
		packed.src[axis[i]] = stride;
		stride *= n->size[axis[i]];
	}
	move(t, &packed, in, dst);
	return true;
}

static bool transfer_nest(struct transfer *t, const weft_nest *n, uint64_t at,
                          char *dst);

/* Both halves of the axis with the largest source stride. */
static bool
halve(struct transfer *t, const weft_nest *n, int axis, uint64_t at, char *dst)
{
	weft_nest half = *n;
	int64_t mid = n->size[axis] / 2;

	half.size[axis] = mid;
	if (!transfer_nest(t, &half, at, dst))
		return false;
	half.size[axis] = n->size[axis] - mid;
	return transfer_nest(t, &half, at + (uint64_t)(mid * n->src[axis]),
	                     weft_worker_at(t->w, dst, mid * n->dst[axis]));
}

static bool
transfer_nest(struct transfer *t, const weft_nest *given, uint64_t at,
              char *dst)
{
	struct weft_worker *w = t->w;
	weft_nest n = *given;
	int axis[WEFT_NEST], inner, last;
	uint64_t volume, span, runs;
	int64_t run;

	weft_nest_normalise(&n);
	last = n.rank - 1;
	volume = (uint64_t)weft_nest_count(&n) * (uint64_t)t->width;
	if (volume == 0)
		return true;
	if (!t->chain && (n.rank == 0 ||
	    (n.src[last] == t->width && n.dst[last] == t->width &&
	     (n.rank == 1 || n.size[last] * t->width >= DIRECT_RUN))))
		return read_direct(t, &n, 0, at, dst);
	sort_by_source(&n, axis);
	run = run_of(&n, axis, t->width, &inner);
	runs = volume / (uint64_t)run;
	span = span_of(&n, t->width);
	if (span <= w->in_size &&
	    (span <= volume + runs * WEFT_CALL_COST ||
	     (w->shares && run < SHORT_RUN)))
		return read_window(t, &n, axis, n.rank - inner, at, span, dst);
	if (volume <= w->in_size && (uint64_t)run <= w->in_size)
		return read_packed(t, &n, axis, inner, run, at, dst);
	return halve(t, &n, axis[0], at, dst);
}

/* ---- from pieces to nests ----------------------------------------------- */

static bool
got_copy(void *context, int32_t stored, const struct weft_cell_state *from,
         const weft_nest *nest, int64_t src, int64_t dst)
{
	struct weft_worker *w = context;
	enum weft_dtype dtype = w->job->source.tensors[stored].dtype, to;
	struct transfer t = {.w = w, .stored = stored};
	weft_nest n = *nest;
	weft_value_chain chain;
	int width;
	bool used;

	if (weft_steps_between(w->job, from, w->share->cell, dtype, &chain,
	                       &used, &to))
		return false;
	t.width = weft_dtype_bits(dtype) / 8;
	width = weft_dtype_bits(to) / 8;
	t.chain = used && !weft_value_identity(&chain) ? &chain : NULL;
	for (int i = 0; i < n.rank; i++) {
		n.src[i] *= t.width;
		n.dst[i] *= width;
	}
	return transfer_nest(&t, &n, (uint64_t)(src * t.width),
	                     weft_worker_at(w, w->out, (dst - w->begin) * width));
}

static bool
got_piece(void *context, const struct weft_piece *piece)
{
	struct weft_worker *w = context;

	return weft_plan_copies(w->job, w->share->cell->row, piece, got_copy,
	                        w);
}

bool
weft_worker_assemble(struct weft_worker *w, const struct weft_tensor *t,
                     uint64_t begin, uint64_t end)
{
	int64_t width = weft_dtype_bits(t->dtype) / 8;

	if (t->whole >= 0)
		return weft_worker_read(w, t->whole, begin,
		                        (size_t)(end - begin), w->out);
	w->begin = (int64_t)begin / width;
	if (!t->full && !w->rehearse)
		memset(w->out, 0, (size_t)(end - begin));
	for (int i = 0; i < t->n_shares; i++) {
		struct weft_frame f;

		w->share = &t->shares[i];
		if (!weft_cell_frame(w->share->cell, w->share->instance, &f) ||
		    !weft_view_pieces(&f, w->begin, (int64_t)end / width,
		                      got_piece, w))
			return false;
	}
	return true;
}
