/* From a stored range to boxes over the axes of a place, and from those to
 * pieces over the axes of the row. */
#include "view.h"

#include <string.h>

struct box {
	int64_t lo[WEFT_AXES], hi[WEFT_AXES]; /* positions, hi exclusive */
};

/* What is left to restrict: positions lo .. hi of a node, or of the product of
 * `node` and those behind it. */
struct todo {
	int node;
	bool list;
	int64_t lo, hi;
	const struct todo *next;
};

struct walk {
	const struct weft_frame *frame;
	struct box box;
	weft_piece_fn *fn;
	void *context;
	struct weft_piece piece;
};

static bool clip(struct walk *w, const struct todo *t);
static bool emit(struct walk *w, int axis);

static bool
clip_axis(struct walk *w, const struct todo *t, int axis)
{
	struct box *b = &w->box;
	int64_t lo = b->lo[axis], hi = b->hi[axis];
	bool on = true;

	if (t->lo > lo)
		b->lo[axis] = t->lo;
	if (t->hi < hi)
		b->hi[axis] = t->hi;
	if (b->lo[axis] < b->hi[axis])
		on = clip(w, t->next);
	b->lo[axis] = lo;
	b->hi[axis] = hi;
	return on;
}

/* Rows [from, to) of the first factor with columns [lo, hi) of the rest. */
static bool
clip_rows(struct walk *w, const struct todo *t, int64_t from, int64_t to,
          int64_t lo, int64_t hi)
{
	int rest = w->frame->place->nodes[t->node].next;
	const struct todo inner = {rest, true, lo, hi, t->next};
	const struct todo outer = {t->node, false, from, to, &inner};

	return from >= to || lo >= hi || clip(w, &outer);
}

/* A range of a product, slowest factor first:
 *
 *     . . # #      the head of one row
 *     # # # #      whole rows
 *     # . . .      the tail of one                                       */
static bool
clip_list(struct walk *w, const struct todo *t)
{
	const struct weft_frame *f = w->frame;
	int64_t inner = 1, a, b, c, d;

	if (t->node < 0)
		return t->lo > 0 || t->hi < 1 || clip(w, t->next);
	for (int k = f->place->nodes[t->node].next; k >= 0;
	     k = f->place->nodes[k].next)
		inner *= f->node_size[k];
	if (inner == 0)
		return true;
	a = t->lo / inner;
	b = t->lo % inner;
	c = t->hi / inner;
	d = t->hi % inner;
	if (a == c)
		return clip_rows(w, t, a, a + 1, b, d);
	if (b != 0 && !clip_rows(w, t, a, a + 1, b, inner))
		return false;
	if (!clip_rows(w, t, b ? a + 1 : a, c, 0, inner))
		return false;
	return clip_rows(w, t, c, c + 1, 0, d);
}

static bool
clip_sum(struct walk *w, const struct todo *t)
{
	const struct weft_frame *f = w->frame;
	int64_t at = 0;

	for (int c = f->place->nodes[t->node].child; c >= 0;
	     c = f->place->nodes[c].next) {
		int64_t size = f->node_size[c];
		struct todo in = {c, false, t->lo - at, t->hi - at, t->next};

		in.lo = in.lo < 0 ? 0 : in.lo;
		in.hi = in.hi > size ? size : in.hi;
		if (f->place->nodes[c].here && in.lo < in.hi && !clip(w, &in))
			return false;
		at += size;
	}
	return true;
}

static bool
clip(struct walk *w, const struct todo *t)
{
	const struct weft_frame *f = w->frame;
	const struct weft_node *n;
	struct todo in;

	if (!t)
		return emit(w, w->piece.n);
	if (t->list)
		return clip_list(w, t);
	n = &f->place->nodes[t->node];
	in = (struct todo){n->child, false, t->lo, t->hi, t->next};
	switch (n->kind) {
	case WEFT_NODE_AXIS:
		return clip_axis(w, t, n->axis);
	case WEFT_NODE_ONE:
		return t->lo > 0 || t->hi < 1 || clip(w, t->next);
	case WEFT_NODE_PRODUCT:
		in.list = true;
		return clip(w, &in);
	case WEFT_NODE_SUM:
		return clip_sum(w, t);
	case WEFT_NODE_CUT:
		in.lo += f->fixed[n->axis] * f->node_size[t->node];
		in.hi += f->fixed[n->axis] * f->node_size[t->node];
		return clip(w, &in);
	default:
		if (in.hi > f->node_size[n->child])
			in.hi = f->node_size[n->child];
		return in.lo >= in.hi || clip(w, &in);
	}
}

/* The leaves of an axis that a let has split, slowest first. */
static int
leaves(const struct weft_place *p, int axis, int out[WEFT_AXES], int n)
{
	if (p->n_parts_of[axis] == 0) {
		out[n++] = axis;
		return n;
	}
	for (int i = 0; i < p->n_parts_of[axis]; i++)
		n = leaves(p, p->parts_of[axis][i], out, n);
	return n;
}

/* Adds a digit behind those of `r`, merged with the last where the strides
 * run on. */
static void
add_digit(struct weft_run *r, int64_t size, int64_t stride)
{
	int last = r->n - 1;

	if (size == 1)
		return;
	if (last >= 0 && r->stride[last] == size * stride) {
		r->size[last] *= size;
		r->stride[last] = stride;
		return;
	}
	r->size[r->n] = size;
	r->stride[r->n++] = stride;
}

static bool runs_of_axis(struct walk *w, int axis);

/* The values of one axis of the row are an interval as long as, behind the
 * first leaf that ranges over several values, all others are whole:
 *
 *     leaf     one value   a range   whole   whole
 *
 * Leaves before that point are taken value by value. */
static bool
split_runs(struct walk *w, int axis, const int *leaf, int n)
{
	const struct weft_frame *f = w->frame;
	struct box *b = &w->box;
	int ranged = -1, broken = -1;

	for (int i = 0; i < n; i++) {
		bool one = b->hi[leaf[i]] - b->lo[leaf[i]] == 1;
		bool whole = b->lo[leaf[i]] == 0 &&
		             b->hi[leaf[i]] == f->size[leaf[i]];

		if (ranged >= 0 && !whole)
			broken = i;
		if (!one && ranged < 0)
			ranged = i;
	}
	if (broken >= 0) {
		int64_t lo = b->lo[leaf[ranged]], hi = b->hi[leaf[ranged]];
		bool on = true;

		for (int64_t v = lo; v < hi && on; v++) {
			b->lo[leaf[ranged]] = v;
			b->hi[leaf[ranged]] = v + 1;
			on = split_runs(w, axis, leaf, n);
		}
		b->lo[leaf[ranged]] = lo;
		b->hi[leaf[ranged]] = hi;
		return on;
	}

	struct weft_run *r = &w->piece.run[axis];
	int64_t offset = w->piece.offset;
	bool on;

	*r = (struct weft_run){.count = 1};
	for (int i = 0; i < n; i++) {
		int64_t lo = b->lo[leaf[i]], size = b->hi[leaf[i]] - lo;

		r->begin = r->begin * f->size[leaf[i]] + lo;
		r->count *= size;
		w->piece.offset += lo * f->stride[leaf[i]];
		add_digit(r, size, f->stride[leaf[i]]);
	}
	on = runs_of_axis(w, axis + 1);
	w->piece.offset = offset;
	return on;
}

/* An axis whose indices are stored in another order, one by one. */
static bool
ordered_runs(struct walk *w, int axis)
{
	const struct weft_frame *f = w->frame;
	const int *stored = f->place->order[axis];
	const struct box *b = &w->box;
	int64_t offset = w->piece.offset;
	bool on = true;

	for (int64_t v = 0; v < f->size[axis] && on; v++) {
		if (stored[v] < b->lo[axis] || stored[v] >= b->hi[axis])
			continue;
		w->piece.run[axis] = (struct weft_run){.begin = v, .count = 1};
		w->piece.offset = offset + stored[v] * f->stride[axis];
		on = runs_of_axis(w, axis + 1);
	}
	w->piece.offset = offset;
	return on;
}

static bool
runs_of_axis(struct walk *w, int axis)
{
	int leaf[WEFT_AXES], n;

	if (axis == w->piece.n)
		return w->fn(w->context, &w->piece);
	if (w->frame->place->order[axis] && w->frame->fixed[axis] < 0)
		return ordered_runs(w, axis);
	n = leaves(w->frame->place, axis, leaf, 0);
	return split_runs(w, axis, leaf, n);
}

/* For each value of the axes from `axis` on by which the tensor repeats what
 * it holds. */
static bool
emit(struct walk *w, int axis)
{
	const struct weft_frame *f = w->frame;
	int64_t offset = w->piece.offset;
	bool on = true;

	while (axis < f->place->n_axes && !weft_frame_repeats(f, axis))
		axis++;
	if (axis == f->place->n_axes)
		return runs_of_axis(w, 0);
	for (int64_t v = w->box.lo[axis]; v < w->box.hi[axis] && on; v++) {
		w->piece.offset = offset + v * f->stride[axis];
		on = emit(w, axis + 1);
	}
	w->piece.offset = offset;
	return on;
}

bool
weft_view_pieces(const struct weft_frame *f, int64_t begin, int64_t end,
                 weft_piece_fn *fn, void *context)
{
	struct walk w = {.frame = f, .fn = fn, .context = context};
	const struct todo all = {f->place->root, true, begin, end, NULL};

	for (int i = 0; i < f->place->n_axes; i++) {
		w.box.lo[i] = f->fixed[i] < 0 ? 0 : f->fixed[i];
		w.box.hi[i] = f->fixed[i] < 0 ? f->size[i] : f->fixed[i] + 1;
	}
	w.piece.offset = f->base;
	w.piece.n = f->place->row->n_axes;
	if (begin >= end)
		return true;
	if (begin == 0 && end == f->count && !f->place->has_cut &&
	    !weft_place_is_diagonal(f->place))
		return emit(&w, w.piece.n);
	return clip(&w, &all);
}

int64_t
weft_piece_count(const struct weft_piece *p)
{
	int64_t n = 1;

	for (int i = 0; i < p->n; i++)
		n *= p->run[i].count;
	return n;
}

bool
weft_place_is_diagonal(const struct weft_place *p)
{
	int seen[WEFT_AXES] = {0};

	for (int i = 0; i < p->n_nodes; i++)
		if (p->nodes[i].kind == WEFT_NODE_AXIS &&
		    seen[p->nodes[i].axis]++)
			return true;
	return false;
}

bool
weft_frame_is_full(const struct weft_frame *f)
{
	for (int i = 0; i < f->place->n_nodes; i++) {
		const struct weft_node *n = &f->place->nodes[i];

		if (n->kind == WEFT_NODE_SUM ||
		    ((n->kind == WEFT_NODE_MULTIPLE ||
		      n->kind == WEFT_NODE_EXACT) &&
		     f->node_size[i] != f->node_size[n->child]))
			return false;
	}
	return !weft_place_is_diagonal(f->place);
}
