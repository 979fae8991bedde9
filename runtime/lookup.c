/* Which stored tensors of the source hold a piece of a row. */
#include "job.h"

struct lookup {
	weft_job *job;
	const struct weft_cell_state *cell;
	const struct weft_piece *dst;
	weft_from_fn *fn;
	void *context;
	int32_t stored;
};

/* Does key index `k` choose a part of the row: of one of its axes, or of a cut
 * axis? Otherwise it is a repetition. */
static bool
chooses(const struct weft_cell_state *c, int k)
{
	const struct weft_place *p = &c->place;

	if (weft_place_row_axis(p, c->key[k]) >= 0)
		return true;
	for (int i = 0; i < p->n_nodes && p->has_cut; i++)
		if (p->nodes[i].kind == WEFT_NODE_CUT &&
		    p->nodes[i].axis == c->key[k])
			return true;
	return false;
}

/* Positions of the row's axis that one step of a part covers. */
static int64_t
weight_of(const struct weft_cell_state *c, int axis)
{
	const struct weft_place *p = &c->place;
	int64_t w = 1;

	while (p->whole[axis] >= 0) {
		int whole = p->whole[axis], i = 0;

		while (p->parts_of[whole][i] != axis)
			i++;
		while (++i < p->n_parts_of[whole])
			w *= c->frame.size[p->parts_of[whole][i]];
		axis = whole;
	}
	return w;
}

/* The values of key index `k` that the piece can meet. */
static void
range_of(const struct weft_cell_state *c, const struct weft_piece *piece,
         int k, int64_t *lo, int64_t *hi)
{
	int axis = weft_place_row_axis(&c->place, c->key[k]);
	int64_t n = c->key_size[k], w, first, last;

	*lo = 0;
	*hi = n;
	if (axis < 0 || n == 0)
		return;
	w = weight_of(c, c->key[k]);
	first = piece->run[axis].begin / w;
	last = (piece->run[axis].begin + piece->run[axis].count - 1) / w;
	if (first / n != last / n)
		return;
	*lo = first % n;
	*hi = last % n + 1;
}

static bool
got_copy(void *context, const weft_nest *nest, int64_t src, int64_t dst)
{
	struct lookup *l = context;

	return l->fn(l->context, l->stored, l->cell, nest, src, dst);
}

static bool
got_piece(void *context, const struct weft_piece *src)
{
	struct lookup *l = context;

	return weft_view_copies(src, l->dst, got_copy, l);
}

static bool
use_instance(struct lookup *l, int64_t instance)
{
	struct weft_frame f;

	l->stored = l->cell->stored[instance];
	if (!weft_cell_frame(l->cell, instance, &f))
		return false;
	for (int i = 0; i < f.place->n_axes; i++)
		if (weft_frame_repeats(&f, i))
			f.fixed[i] = 0;
	return weft_view_pieces(&f, 0, f.count, got_piece, l);
}

/* The first stored one of the instances that differ from `base` only in
 * indices from key `k` on that repeat; -1. */
static int64_t
first_stored(const struct weft_cell_state *c, int k, int64_t base,
             int64_t stride)
{
	int64_t found;

	if (k < 0)
		return c->stored[base] >= 0 ? base : -1;
	if (chooses(c, k))
		return first_stored(c, k - 1, base, stride * c->key_size[k]);
	for (int64_t v = 0; v < c->key_size[k]; v++) {
		found = first_stored(c, k - 1, base + v * stride,
		                     stride * c->key_size[k]);
		if (found >= 0)
			return found;
	}
	return -1;
}

/* Goes through the values of the keys from `k` down that the piece meets. */
static bool
walk_keys(struct lookup *l, int k, int64_t base, int64_t stride)
{
	const struct weft_cell_state *c = l->cell;
	int64_t lo = 0, hi = 1, found;

	if (k < 0) {
		found = first_stored(c, c->n_key - 1, base, 1);
		return found < 0 || use_instance(l, found);
	}
	if (chooses(c, k))
		range_of(c, l->dst, k, &lo, &hi);
	for (int64_t v = lo; v < hi; v++)
		if (!walk_keys(l, k - 1, base + v * stride,
		               stride * c->key_size[k]))
			return false;
	return true;
}

bool
weft_plan_copies(weft_job *job, const struct weft_row_state *row,
                 const struct weft_piece *dst, weft_from_fn *fn, void *context)
{
	for (int i = 0; i < job->n_from; i++) {
		const struct weft_cell_state *c = &job->from_cells[i];
		struct lookup l = {job, c, dst, fn, context, -1};

		if (c->row != row || c->cell->flags & WEFT_ALSO || c->n == 0)
			continue;
		if (!walk_keys(&l, c->n_key - 1, 0, 1))
			return false;
	}
	return true;
}

int64_t
weft_cell_original(const struct weft_cell_state *c, int64_t instance)
{
	int64_t base = 0, stride = 1, rest = instance;

	for (int k = c->n_key - 1; k >= 0; k--) {
		if (chooses(c, k))
			base += rest % c->key_size[k] * stride;
		rest /= c->key_size[k];
		stride *= c->key_size[k];
	}
	return base;
}

bool
weft_cell_is_repeat(const struct weft_cell_state *c, int64_t instance)
{
	int64_t base = weft_cell_original(c, instance);

	return first_stored(c, c->n_key - 1, base, 1) != instance;
}
