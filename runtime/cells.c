/* Cells and their instances. */
#include <string.h>

#include "checked.h"
#include "job.h"

int
weft_cells_of(const weft_model *m, int layout, int *n)
{
	int first = 0;

	while (first < m->n_cells && m->cells[first].layout != layout)
		first++;
	*n = 0;
	while (first + *n < m->n_cells &&
	       m->cells[first + *n].layout == layout)
		++*n;
	return first;
}

/* Labels that lie in another order only if a condition holds. */
static void
settle_orders(struct weft_place *p, weft_context *side)
{
	const weft_scope at = {.side = side};

	for (int i = 0; i < p->n_axes; i++)
		if (p->order_when[i] && !weft_eval_true(&at, p->order_when[i]))
			p->order[i] = NULL;
}

int
weft_cells_begin(weft_job *job, weft_context *side,
                 struct weft_cell_state **list, int *n)
{
	int first = weft_cells_of(job->model, side->layout, n);
	struct weft_cell_state *c =
		weft_alloc_array(&job->arena, (size_t)*n + 1, sizeof *c);

	*list = c;
	for (int i = 0; i < *n; i++, c++) {
		c->cell = &job->model->cells[first + i];
		c->row = &job->rows[c->cell->row];
		c->side = side;
		if (!weft_place_compose(&c->place, job->model, c->cell,
		                        job->errors))
			return WEFT_MODEL;
		settle_orders(&c->place, side);
		c->n_key = weft_place_key_axes(&c->place, c->key);
	}
	return 0;
}

void
weft_row_sizes(const struct weft_row_state *r, const int64_t fixed[WEFT_AXES],
               int64_t size[WEFT_AXES])
{
	uint64_t tuple = 0; /* wraps round only where nothing varies */

	for (int i = 0; i < WEFT_AXES; i++)
		size[i] = i < r->row->n_axes ? r->size[i] : -1;
	for (int i = 0; i < r->row->n_families; i++)
		tuple = tuple * (uint64_t)r->size[i] +
		        (uint64_t)(fixed[i] < 0 ? 0 : fixed[i]);
	for (int i = r->row->n_families; i < r->row->n_axes; i++)
		if (r->varying[i])
			size[i] = r->varying[i][tuple];
}

static int
too_many(weft_job *job, const struct weft_cell_state *c)
{
	weft_error(job->errors, WEFT_BAD, "%s: %s would be stored in more than "
	           "%d tensors", c->cell->where, c->row->row->name,
	           WEFT_MAX_TENSORS);
	weft_hint(job->errors, "a size in %s or an option is too large; the "
	          "rule is %s", c->side->config_name, c->cell->text);
	return WEFT_BAD;
}

int
weft_cell_size(weft_job *job, struct weft_cell_state *c)
{
	int64_t none[WEFT_AXES], size[WEFT_AXES];

	memset(none, -1, sizeof none);
	weft_row_sizes(c->row, none, size);
	if (!weft_frame_make(&c->frame, &c->place, c->side, size, none))
		return WEFT_BAD;
	c->framed = c->frame.count >= 0;
	for (int i = 0; i < c->row->row->n_axes; i++)
		if (c->row->varying[i])
			c->framed = false;
	c->n = 1;
	for (int k = 0; k < c->n_key; k++) {
		c->key_size[k] = c->frame.size[c->key[k]];
		if (c->key_size[k] < 0)
			c->key_size[k] = 0;
		if (!weft_mul_i64(c->n, c->key_size[k], &c->n) ||
		    c->n > WEFT_MAX_TENSORS)
			return too_many(job, c);
	}
	return 0;
}

void
weft_cell_fixed(const struct weft_cell_state *c, int64_t instance,
                int64_t fixed[WEFT_AXES])
{
	for (int i = 0; i < WEFT_AXES; i++)
		fixed[i] = -1;
	for (int k = c->n_key - 1; k >= 0; k--) {
		fixed[c->key[k]] = instance % c->key_size[k];
		instance /= c->key_size[k];
	}
}

/* The position of an axis that a let has split, from those of its parts. */
static int64_t
whole_position(const struct weft_cell_state *c, const int64_t *fixed, int axis)
{
	const struct weft_place *p = &c->place;
	int64_t v = 0;

	if (fixed[axis] >= 0 || p->n_parts_of[axis] == 0)
		return fixed[axis];
	for (int i = 0; i < p->n_parts_of[axis]; i++) {
		int part = p->parts_of[axis][i];
		int64_t at = whole_position(c, fixed, part);

		if (at < 0 || c->frame.size[part] < 0)
			return -1;
		v = v * c->frame.size[part] + at;
	}
	return v;
}

int64_t
weft_cell_from(const struct weft_cell_state *c, int axis)
{
	if (axis < c->row->row->n_families)
		return c->row->from[axis];
	return axis < c->place.n_axes ? c->frame.from[axis] : 0;
}

void
weft_cell_index(const struct weft_cell_state *c,
                const int64_t fixed[WEFT_AXES], int64_t index[WEFT_AXES])
{
	for (int i = 0; i < WEFT_AXES; i++) {
		index[i] = i < c->place.n_axes ? whole_position(c, fixed, i)
		                               : -1;
		if (index[i] >= 0)
			index[i] += weft_cell_from(c, i);
	}
}

static bool
holds(const struct weft_cell_state *c, const int64_t index[WEFT_AXES])
{
	const weft_scope at = {.side = c->side, .index = index,
	                       .size = c->frame.size, .axes = c->place.axes,
	                       .n_axes = c->place.n_axes};

	return weft_eval_true(&at, c->cell->when);
}

/* Indices of `c` by the axes of `other`, a cell of the same row: what they
 * both call by one name is one index. */
static void
translate(const struct weft_cell_state *c, const int64_t index[WEFT_AXES],
          const struct weft_cell_state *other, int64_t out[WEFT_AXES])
{
	const struct weft_place *p = &c->place, *q = &other->place;

	for (int i = 0; i < WEFT_AXES; i++)
		out[i] = i < p->row->n_axes ? index[i] : -1;
	for (int i = q->row->n_axes; i < q->n_axes; i++)
		for (int k = p->row->n_axes; k < p->n_axes; k++)
			if (strcmp(q->axes[i]->name, p->axes[k]->name) == 0)
				out[i] = index[k];
}

bool
weft_cell_claims(const struct weft_cell_state *c,
                 const struct weft_cell_state *list,
                 const int64_t index[WEFT_AXES])
{
	const struct weft_cell_state *first = c;

	if (!weft_row_has(c->row, index) || !holds(c, index))
		return false;
	if (c->cell->flags & WEFT_ALSO)
		return true;
	while (first > list && first[-1].cell->row == c->cell->row)
		first--;
	for (; first < c; first++) {
		int64_t theirs[WEFT_AXES];

		if (first->cell->flags & WEFT_ALSO)
			continue;
		translate(c, index, first, theirs);
		if (holds(first, theirs))
			return false;
	}
	return true;
}

bool
weft_cell_frame(const struct weft_cell_state *c, int64_t instance,
                struct weft_frame *f)
{
	int64_t fixed[WEFT_AXES], size[WEFT_AXES];

	weft_cell_fixed(c, instance, fixed);
	if (c->framed) {
		*f = c->frame;
		if (c->place.has_cut)
			weft_frame_fix(f, fixed);
		else
			memcpy(f->fixed, fixed, sizeof fixed);
		return true;
	}
	for (int i = 0; i < c->row->row->n_families; i++)
		fixed[i] = whole_position(c, fixed, i);
	weft_row_sizes(c->row, fixed, size);
	return weft_frame_make(f, &c->place, c->side, size, fixed);
}

bool
weft_cell_key(const struct weft_cell_state *c, int64_t instance,
              weft_arena *a, const char **dir, const char **key)
{
	int64_t fixed[WEFT_AXES], index[WEFT_AXES];
	const weft_scope at = {.side = c->side, .index = index,
	                       .size = c->frame.size, .axes = c->place.axes,
	                       .n_axes = c->place.n_axes};
	weft_text d = {0}, k = {0};
	bool good;

	weft_cell_fixed(c, instance, fixed);
	weft_cell_index(c, fixed, index);
	good = weft_place_key(&c->place, &at, NULL, &d, &k);
	*dir = d.size ? weft_alloc_text(a, d.data, d.size) : "";
	*key = weft_alloc_text(a, weft_text_cstr(&k), k.size);
	weft_text_free(&d);
	weft_text_free(&k);
	return good;
}
