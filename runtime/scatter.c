#include "scatter.h"

#include <stdlib.h>
#include <string.h>

#include "steps.h"

enum {
	MAX_COPIES = 65536,
};

struct planning {
	weft_job *job;
	weft_scatter *s;
	const struct weft_tensor *t;
	const struct weft_share *share;
	uint64_t extent, tile;
	double gather, scatter; /* costs, in bytes */
	int width;
};

/* Axes of a nest by stride on one side, smallest first. */
static void
by_stride(const weft_nest *n, const int64_t *stride, int axis[WEFT_NEST])
{
	for (int i = 0; i < n->rank; i++) {
		int k = i;

		for (; k > 0 && stride[axis[k - 1]] > stride[i]; k--)
			axis[k] = axis[k - 1];
		axis[k] = i;
	}
}

/* Elements in one contiguous run on the side of `stride`, of a box of the nest
 * with the sides `box`. */
static int64_t
run_of(const weft_nest *n, const int64_t *stride, const int64_t *box)
{
	int axis[WEFT_NEST];
	int64_t run = 1;

	by_stride(n, stride, axis);
	for (int i = 0; i < n->rank && stride[axis[i]] == run; i++) {
		run *= box[axis[i]];
		if (box[axis[i]] < n->size[axis[i]])
			break;
	}
	return run;
}

static int64_t
volume_of(const weft_nest *n, const int64_t *box)
{
	int64_t v = 1;

	for (int i = 0; i < n->rank; i++)
		v *= box[i];
	return v;
}

/* The next axis, in the order of one side, along which a box can grow; -1. */
static int
next_axis(const weft_nest *n, const int64_t *stride, const int64_t *box)
{
	int axis[WEFT_NEST];

	by_stride(n, stride, axis);
	for (int i = 0; i < n->rank; i++)
		if (box[axis[i]] < n->size[axis[i]])
			return axis[i];
	return -1;
}

/* Grows the tile on the side whose runs are shorter, until it is full. */
static void
choose_tile(const weft_nest *n, int64_t limit, int64_t *tile)
{
	for (int i = 0; i < WEFT_NEST; i++)
		tile[i] = 1;
	for (;;) {
		bool src = run_of(n, n->src, tile) <= run_of(n, n->dst, tile);
		int k = next_axis(n, src ? n->src : n->dst, tile);
		int64_t to;

		if (k < 0)
			return;
		to = tile[k] * 2 < n->size[k] ? tile[k] * 2 : n->size[k];
		if (volume_of(n, tile) / tile[k] * to > limit)
			return;
		tile[k] = to;
	}
}

/* The box of the nest that one extent of the target holds. */
static void
choose_extent(const weft_nest *n, int64_t limit, int64_t *box)
{
	for (int i = n->rank - 1; i >= 0; i--) {
		int64_t step = n->dst[i] ? limit / n->dst[i] : n->size[i];

		box[i] = step < 1 ? 1 : step < n->size[i] ? step : n->size[i];
	}
}

static double
cost_of_gather(const struct planning *p, const weft_nest *n)
{
	int64_t box[WEFT_NEST], span = 1;
	double volume, boxes, run, window;

	choose_extent(n, (int64_t)p->extent / p->width, box);
	for (int i = 0; i < n->rank; i++)
		span += (box[i] - 1) * n->src[i];
	volume = (double)volume_of(n, box) * p->width;
	boxes = (double)weft_nest_count(n) * p->width / volume;
	run = (double)run_of(n, n->src, box) * p->width;
	run = volume + volume / run * WEFT_CALL_COST;
	window = (double)span * p->width;
	if (window < run && window <= (double)p->extent * 2)
		run = window;
	return boxes * run;
}

static double
cost_of_tiles(const struct planning *p, const weft_nest *n,
              const int64_t *tile)
{
	double volume = (double)weft_nest_count(n) * p->width;
	double src = (double)run_of(n, n->src, tile) * p->width;
	double dst = (double)run_of(n, n->dst, tile) * p->width;

	return volume + (volume / src + volume / dst) * WEFT_CALL_COST;
}

static uint64_t
tiles_of(const struct weft_scattered *c)
{
	uint64_t n = 1;

	for (int i = 0; i < c->nest.rank; i++)
		n *= (uint64_t)((c->nest.size[i] + c->tile[i] - 1) /
		                c->tile[i]);
	return n;
}

static bool
got_copy(void *context, int32_t stored, const struct weft_cell_state *from,
         const weft_nest *nest, int64_t src, int64_t dst)
{
	struct planning *p = context;
	weft_scatter *s = p->s;
	struct weft_scattered *c;
	int width;

	if (s->n == MAX_COPIES)
		return false;
	s->copies = weft_grow(s->copies, s->n, sizeof *s->copies);
	c = &s->copies[s->n++];
	*c = (struct weft_scattered){.stored = stored, .from = from,
		.share = p->share, .nest = *nest, .src = src, .dst = dst,
		.first = s->n_tiles};
	weft_nest_normalise(&c->nest);
	width = weft_dtype_bits(p->job->source.tensors[stored].dtype) / 8;
	choose_tile(&c->nest, (int64_t)p->tile /
	            (width > p->width ? width : p->width), c->tile);
	s->n_tiles += tiles_of(c);
	p->gather += cost_of_gather(p, &c->nest);
	p->scatter += cost_of_tiles(p, &c->nest, c->tile);
	return true;
}

static bool
got_piece(void *context, const struct weft_piece *piece)
{
	struct planning *p = context;

	return weft_plan_copies(p->job, p->share->cell->row, piece, got_copy,
	                        p);
}

bool
weft_scatter_plan(weft_job *job, const struct weft_tensor *t,
                  uint64_t extent_bytes, uint64_t tile_bytes, weft_scatter *s)
{
	struct planning p = {.job = job, .s = s, .t = t,
	                     .extent = extent_bytes, .tile = tile_bytes,
	                     .width = weft_dtype_bits(t->dtype) / 8};
	bool all = true;

	*s = (weft_scatter){0};
	for (int i = 0; i < t->n_shares && all; i++) {
		struct weft_frame f;

		p.share = &t->shares[i];
		all = weft_cell_frame(p.share->cell, p.share->instance, &f) &&
		      weft_view_pieces(&f, 0, f.count, got_piece, &p);
	}
	if (all && p.scatter * 2 < p.gather)
		return true;
	weft_scatter_free(s);
	return false;
}

void
weft_scatter_free(weft_scatter *s)
{
	free(s->copies);
	*s = (weft_scatter){0};
}

/* ---- one tile ----------------------------------------------------------- */

struct tile {
	struct weft_worker *w;
	weft_nest nest;        /* of the tile, in elements */
	int64_t src, dst;
	int width, to_width;   /* of elements, there and here */
	weft_sink_fn *sink;
	void *context;
	size_t index;
	int code;
};

static const struct weft_scattered *
find_copy(const weft_scatter *s, uint64_t tile)
{
	size_t lo = 0, hi = s->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->copies[mid].first <= tile)
			lo = mid;
		else
			hi = mid;
	}
	return &s->copies[lo];
}

static void
place_tile(struct tile *t, const struct weft_scattered *c, uint64_t number)
{
	t->nest = c->nest;
	t->src = c->src;
	t->dst = c->dst;
	for (int i = c->nest.rank - 1; i >= 0; i--) {
		int64_t n = (c->nest.size[i] + c->tile[i] - 1) / c->tile[i];
		int64_t at = (int64_t)(number % (uint64_t)n) * c->tile[i];
		int64_t left = c->nest.size[i] - at;

		number /= (uint64_t)n;
		t->nest.size[i] = left < c->tile[i] ? left : c->tile[i];
		t->src += at * c->nest.src[i];
		t->dst += at * c->nest.dst[i];
	}
}

/* Strides of the tile packed in the order of one side; *run is how many
 * elements are contiguous there, *inner how many axes make them up. */
static void
pack(const weft_nest *n, const int64_t *stride, int64_t *packed, int64_t *run,
     int *inner, int axis[WEFT_NEST])
{
	int64_t next = 1;

	by_stride(n, stride, axis);
	*run = 1;
	*inner = 0;
	for (int i = 0; i < n->rank; i++) {
		if (*inner == i && stride[axis[i]] == *run) {
			*run *= n->size[axis[i]];
			++*inner;
		}
		packed[axis[i]] = next;
		next *= n->size[axis[i]];
	}
}

/* Reads run by run, in the order of the source. */
static bool
read_runs(struct tile *t, const int *axis, int left, int inner, int64_t at,
          int64_t run, int32_t stored, char **to)
{
	size_t n = (size_t)(run * t->width);
	int k;

	if (left == inner) {
		if (!weft_worker_read(t->w, stored,
		                      (uint64_t)(at * t->width), n, *to))
			return false;
		*to = weft_worker_at(t->w, *to, (int64_t)n);
		return true;
	}
	k = axis[left - 1];
	for (int64_t i = 0; i < t->nest.size[k]; i++)
		if (!read_runs(t, axis, left - 1, inner,
		               at + i * t->nest.src[k], run, stored, to))
			return false;
	return true;
}

static bool
write_runs(struct tile *t, const int *axis, int left, int inner, int64_t at,
           int64_t run, const char **from)
{
	size_t n = (size_t)(run * t->to_width);
	int k;

	if (left == inner) {
		t->code = t->sink(t->context, t->index, *from,
		                  (uint64_t)(at * t->to_width), n,
		                  &t->w->errors);
		*from += n;
		return t->code == 0;
	}
	k = axis[left - 1];
	for (int64_t i = 0; i < t->nest.size[k]; i++)
		if (!write_runs(t, axis, left - 1, inner,
		                at + i * t->nest.dst[k], run, from))
			return false;
	return true;
}

static void
turn(struct tile *t, const int64_t *src, const int64_t *dst,
     const weft_value_chain *chain)
{
	weft_nest n = t->nest;

	for (int i = 0; i < n.rank; i++) {
		n.src[i] = src[i] * t->width;
		n.dst[i] = dst[i] * t->to_width;
	}
	weft_nest_normalise(&n);
	if (chain)
		t->w->not_finite += weft_move_value(t->w->kernels, &n, chain,
		                                    t->w->in, t->w->out);
	else
		weft_move(t->w->kernels, &n, t->width, WEFT_STORE_CACHED,
		          t->w->in, t->w->out);
}

int
weft_scatter_tile(struct weft_worker *w, const weft_scatter *s, uint64_t tile,
                  size_t index, enum weft_dtype dtype, weft_sink_fn *sink,
                  void *context)
{
	const struct weft_scattered *c = find_copy(s, tile);
	struct tile t = {.w = w, .sink = sink, .context = context,
	                 .index = index};
	int64_t src[WEFT_NEST], dst[WEFT_NEST], run;
	int axis[WEFT_NEST], inner;
	enum weft_dtype from = w->job->source.tensors[c->stored].dtype;
	weft_value_chain chain;
	char *to = w->in;
	const char *out = w->out;
	bool used;

	if (weft_steps_between(w->job, c->from, c->share->cell, from, &chain,
	                       &used, &dtype))
		return w->job->errors->code;
	t.width = weft_dtype_bits(from) / 8;
	t.to_width = weft_dtype_bits(dtype) / 8;
	place_tile(&t, c, tile - c->first);
	weft_worker_forget(w);
	pack(&t.nest, t.nest.src, src, &run, &inner, axis);
	if (!read_runs(&t, axis, t.nest.rank, inner, t.src, run, c->stored,
	               &to))
		return w->errors.code;
	if (w->rehearse)
		return 0;
	pack(&t.nest, t.nest.dst, dst, &run, &inner, axis);
	turn(&t, src, dst, used && !weft_value_identity(&chain) ? &chain
	                                                        : NULL);
	write_runs(&t, axis, t.nest.rank, inner, t.dst, run, &out);
	return t.code;
}
