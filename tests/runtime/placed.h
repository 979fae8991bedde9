/* Where the elements of a random place lie, worked out one at a time from what
 * an axes expression means. Only the recipe is shared with the runtime, which
 * hears of it through the calls of weft.h. */
#ifndef PLACED_H
#define PLACED_H

#include "job.h"
#include "random_place.h"

/* ---- telling the runtime ------------------------------------------------ */

static void
play_tree(weft_place *p, const struct recipe *r, int tree)
{
	const struct tree *t = &r->tree[tree];

	switch (t->kind) {
	case TREE_AXIS:
		weft_axis_of(p, t->axis);
		return;
	case TREE_ONE:
		weft_one(p);
		return;
	case TREE_PRODUCT:
	case TREE_SUM:
		t->kind == TREE_SUM ? weft_sum(p) : weft_product(p);
		for (int i = 0; i < t->n; i++) {
			if (t->kind == TREE_SUM)
				weft_term(p, i == t->here);
			play_tree(p, r, t->child[i]);
		}
		weft_end(p);
		return;
	default:
		play_tree(p, r, t->child[0]);
		if (t->kind == TREE_CUT)
			weft_cut(p, t->axis);
		else if (t->kind == TREE_EXACT)
			weft_exact(p, &t->expr);
		else
			weft_multiple(p, &t->expr);
	}
}

static void
play(weft_place *p, const struct recipe *r)
{
	for (int i = 0; i < r->n_axes; i++)
		if (r->n_parts[i])
			weft_split(p, i, r->n_parts[i], r->parts[i]);
		else if (r->ordered[i])
			weft_labels_order(p, i, r->order[i]);
	for (int i = 0; i < r->n_axes; i++) {
		if (r->in_key[i])
			weft_hole(p, i);
	}
	for (int i = 0; i < r->n_roots; i++)
		play_tree(p, r, r->root[i]);
}

/* Two layouts of one row, a place each. */
static const struct recipe *playing[2];

static void
compose_from(weft_place *p)
{
	play(p, playing[0]);
}

static void
compose_to(weft_place *p)
{
	play(p, playing[1]);
}

struct table {
	weft_row row;
	weft_cell cells[2];
	weft_layout layouts[2];
	weft_model model;
	struct weft_row_state state;
	weft_errors errors;
	weft_job job;
};

/* Makes a job up to where its cells are sized. False after an error. */
static inline bool
table_begin(struct table *t, const struct recipe *from,
            const struct recipe *to)
{
	const struct recipe *r[2] = {from, to};
	weft_job *j = &t->job;

	*t = (struct table){.row = {.name = "row", .where = "test:1",
	                            .axes = from->axis,
	                            .n_axes = from->n_row}};
	for (int i = 0; i < 2; i++) {
		playing[i] = r[i];
		t->layouts[i].name = i ? "to" : "from";
		t->cells[i] = (weft_cell){
			.layout = i, .where = "test:2", .text = "a rule",
			.compose = i ? compose_to : compose_from,
			.extra = r[i]->axis + r[i]->n_row,
			.n_extra = r[i]->n_axes - r[i]->n_row};
	}
	t->model = (weft_model){.name = "test", .rows = &t->row, .n_rows = 1,
	                        .layouts = t->layouts, .n_layouts = 2,
	                        .cells = t->cells, .n_cells = 2};
	t->state = (struct weft_row_state){.row = &t->row, .wanted = true,
	                                   .present = true, .tuples = 1};
	memcpy(t->state.size, from->size, sizeof t->state.size);
	*j = (weft_job){.model = &t->model, .errors = &t->errors,
	                .rows = &t->state};
	weft_context_init(&j->from, &t->model, &j->arena, j->errors);
	weft_context_init(&j->to, &t->model, &j->arena, j->errors);
	j->from.layout = 0;
	j->to.layout = 1;
	return !weft_cells_begin(j, &j->from, &j->from_cells, &j->n_from) &&
	       !weft_cells_begin(j, &j->to, &j->to_cells, &j->n_to) &&
	       !weft_cell_size(j, &j->from_cells[0]) &&
	       !weft_cell_size(j, &j->to_cells[0]);
}

static void
table_end(struct table *t)
{
	weft_arena_free(&t->job.arena);
	weft_errors_free(&t->errors);
}

/* ---- where elements lie ------------------------------------------------- */

/* The position in `tree` of the element with indices `at`, by axis. False if
 * it is in another run of a cut. */
static bool
locate(const struct recipe *r, int tree, const int64_t *at, int64_t *o)
{
	const struct tree *t = &r->tree[tree];
	int64_t inner;

	*o = t->kind != TREE_AXIS ? 0
	     : r->ordered[t->axis] ? r->order[t->axis][at[t->axis]]
	     : at[t->axis];
	for (int i = 0; i < t->n; i++) {
		if (t->kind == TREE_SUM && i < t->here) {
			*o += r->tree[t->child[i]].size;
			continue;
		}
		if (!locate(r, t->child[i], at, &inner))
			return false;
		*o = t->kind == TREE_PRODUCT
		     ? *o * r->tree[t->child[i]].size + inner : *o + inner;
		if (t->kind == TREE_SUM)
			return true;
	}
	if (t->kind == TREE_CUT) {
		if (*o / t->size != at[t->axis])
			return false;
		*o %= t->size;
	}
	return true;
}

static void
set_index(const struct recipe *r, int axis, int64_t value, int64_t *at)
{
	at[axis] = value;
	for (int i = r->n_parts[axis] - 1; i >= 0; i--) {
		int part = r->parts[axis][i];

		set_index(r, part, value % r->size[part], at);
		value /= r->size[part];
	}
}

/* Puts the number of the element with indices `at` where it lies, for every
 * value of the axes from `axis` on that only the place has in its axes. */
static void
put_element(const struct recipe *r, int axis, int64_t *at, int64_t number,
            int64_t *stored)
{
	int64_t o = 0, inner;

	while (axis < r->n_axes && (!r->copies[axis] || r->in_key[axis]))
		axis++;
	for (int64_t v = 0; axis < r->n_axes && v < r->size[axis]; v++) {
		at[axis] = v;
		put_element(r, axis + 1, at, number, stored);
	}
	if (axis < r->n_axes)
		return;
	for (int i = 0; i < r->n_roots; i++) {
		if (!locate(r, r->root[i], at, &inner))
			return;
		o = o * r->tree[r->root[i]].size + inner;
	}
	if (stored[o] >= 0)
		abort();
	stored[o] = number;
}

/* What the tensor for the key indices `fixed` holds: stored[o] is the number
 * of the row's element at offset o, or -1. Returns how many it holds. */
static inline int64_t
fill_stored(const struct recipe *r, const int64_t *fixed, int64_t *stored)
{
	int64_t n = 1, at[WEFT_AXES], held = 0;

	for (int i = 0; i < r->n_row; i++)
		n *= r->size[i];
	for (int64_t o = 0; o < r->count; o++)
		stored[o] = -1;
	for (int64_t e = 0; e < n; e++) {
		int64_t rest = e;
		bool here = true;

		memcpy(at, fixed, sizeof at);
		for (int i = r->n_row - 1; i >= 0; i--) {
			set_index(r, i, rest % r->size[i], at);
			rest /= r->size[i];
		}
		for (int i = 0; i < r->n_axes; i++)
			here &= !r->in_key[i] || at[i] == fixed[i];
		if (here)
			put_element(r, 0, at, e, stored);
	}
	for (int64_t o = 0; o < r->count; o++)
		held += stored[o] >= 0;
	return held;
}

#endif
