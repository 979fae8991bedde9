/* The shapes of the claimed tensors: they solve the sizes that nothing else
 * gives, and have to agree with all others. */
#include <string.h>

#include "checked.h"
#include "job.h"

static void
print_shape(weft_text *t, const int64_t *shape, int rank)
{
	weft_text_puts(t, "[");
	for (int i = 0; i < rank; i++)
		weft_text_printf(t, "%s%lld", i ? ", " : "",
		                 (long long)shape[i]);
	weft_text_puts(t, "]");
}

/* "f = 768 (F), h = 2048 (H)": where the expected shape comes from. */
static void
print_sizes(weft_text *t, const struct weft_frame *f, const weft_model *m)
{
	const struct weft_place *p = f->place;

	for (int i = 0; i < p->n_axes; i++) {
		const weft_expr *to = p->axes[i]->to;

		if (f->stride[i] == 0 && f->size[i] != 1)
			continue;
		weft_text_printf(t, "%s%s = %lld", t->size ? ", " : "",
		                 p->axes[i]->name, (long long)f->size[i]);
		if (to && to->op != WEFT_E_INT) {
			weft_text_puts(t, " (");
			weft_expr_print(t, m, to);
			weft_text_puts(t, ")");
		}
	}
}

static void
report_shape(weft_job *job, const struct weft_cell_state *c,
             const struct weft_frame *f, const struct weft_stored *s,
             int64_t more)
{
	weft_text want = {0}, have = {0}, sizes = {0};

	print_shape(&want, f->shape, f->rank);
	print_shape(&have, s->shape, s->rank);
	print_sizes(&sizes, f, job->model);
	weft_error(job->errors, WEFT_BAD, "%s%s%s has the shape %s, and %s in "
	           "layout %s needs %s", s->dir, s->dir[0] ? "/" : "", s->key,
	           weft_text_cstr(&have), c->row->row->name,
	           job->model->layouts[c->side->layout].name,
	           weft_text_cstr(&want));
	if (more)
		weft_hint(job->errors, "so have %lld more of this rule",
		          (long long)more);
	if (sizes.size)
		weft_hint(job->errors, "%s", weft_text_cstr(&sizes));
	weft_hint(job->errors, "%s: %s", c->cell->where, c->cell->text);
	weft_text_free(&want);
	weft_text_free(&have);
	weft_text_free(&sizes);
}

static bool
same_shape(const struct weft_frame *f, const struct weft_stored *s)
{
	if (f->rank != s->rank)
		return false;
	for (int i = 0; i < f->rank; i++)
		if (f->shape[i] >= 0 && f->shape[i] != s->shape[i])
			return false;
	return true;
}

static int
check_cell(weft_job *job, const struct weft_cell_state *c)
{
	const struct weft_stored *first = NULL;
	struct weft_frame f, bad;
	int64_t wrong = 0;

	for (int64_t i = 0; i < c->n; i++) {
		const struct weft_stored *s;

		if (c->stored[i] < 0)
			continue;
		s = &job->source.tensors[c->stored[i]];
		if (!c->framed || c->place.has_cut) {
			if (!weft_cell_frame(c, i, &f))
				return job->errors->code;
		} else if (same_shape(&c->frame, s)) {
			continue;
		} else if (!weft_cell_frame(c, i, &f)) {
			return job->errors->code;
		}
		if (f.count < 0) {
			weft_error(job->errors, WEFT_BAD, "%s: sizes of %s do "
			           "not follow from the config, the options "
			           "or the shape of %s", c->cell->where,
			           c->row->row->name, s->key);
			return WEFT_BAD;
		}
		if (same_shape(&f, s))
			continue;
		if (wrong++ == 0) {
			first = s;
			bad = f;
		}
	}
	if (wrong)
		report_shape(job, c, &bad, first, wrong - 1);
	return 0;
}

/* ---- unknown sizes ------------------------------------------------------ */

static bool
has_unknown(const struct weft_row_state *r)
{
	for (int i = r->row->n_families; i < r->row->n_axes; i++)
		if (r->size[i] < 0)
			return true;
	return false;
}

static bool
begin_varying(weft_job *job, struct weft_row_state *r)
{
	int64_t tuples = 1;

	for (int i = 0; i < r->row->n_families; i++)
		if (r->size[i] < 0 ||
		    !weft_mul_i64(tuples, r->size[i], &tuples) ||
		    tuples > 1 << 24)
			return false;
	r->tuples = tuples;
	for (int i = r->row->n_families; i < r->row->n_axes; i++) {
		if (r->size[i] >= 0)
			continue;
		r->varying[i] = weft_alloc_array(&job->arena,
		                                 (size_t)tuples + 1,
		                                 sizeof(int64_t));
		memset(r->varying[i], -1, (size_t)tuples * sizeof(int64_t));
	}
	return true;
}

/* The axis of the row that axis `axis` is (part of), and its size if that of
 * `axis` is `size`; -1 if other parts are not known either. */
static int
size_of_whole(const struct weft_frame *f, int axis, int64_t *size)
{
	const struct weft_place *p = f->place;

	while (p->whole[axis] >= 0) {
		int whole = p->whole[axis];

		for (int i = 0; i < p->n_parts_of[whole]; i++) {
			int part = p->parts_of[whole][i];

			if (part != axis && (f->size[part] < 0 ||
			    !weft_mul_i64(*size, f->size[part], size)))
				return -1;
		}
		axis = whole;
	}
	return axis;
}

/* A size that a stored tensor gives to all that it holds. */
struct note {
	weft_job *job;
	struct weft_row_state *row;
	int axis;
	int64_t size;
	const struct weft_stored *stored;
};

static bool
note_tuple(void *context, int64_t tuple)
{
	const struct note *n = context;
	int64_t *known = &n->row->varying[n->axis][tuple];

	if (*known >= 0 && *known != n->size) {
		weft_error(n->job->errors, WEFT_BAD, "%s gives axis %s of %s "
		           "the size %lld, another tensor gave %lld",
		           n->stored->key, n->row->row->axes[n->axis].name,
		           n->row->row->name, (long long)n->size,
		           (long long)*known);
		return false;
	}
	*known = n->size;
	return true;
}

static int
solve_instance(weft_job *job, const struct weft_cell_state *c, int64_t i)
{
	const struct weft_stored *s = &job->source.tensors[c->stored[i]];
	struct weft_frame f;
	int node = c->place.root;

	if (!weft_cell_frame(c, i, &f))
		return job->errors->code;
	if (f.rank != s->rank) {
		report_shape(job, c, &f, s, 0);
		return WEFT_BAD;
	}
	for (int k = 0; k < f.rank; k++, node = c->place.nodes[node].next) {
		int axis;
		int64_t size;

		if (weft_frame_solve(&f, node, s->shape[k], &axis, &size) != 1)
			continue;
		axis = size_of_whole(&f, axis, &size);
		if (axis >= c->row->row->n_families &&
		    axis < c->row->row->n_axes && c->row->varying[axis]) {
			struct note note = {job, c->row, axis, size, s};

			weft_row_tuples(c->row, f.fixed, note_tuple, &note);
		}
	}
	return job->errors->count ? job->errors->code : 0;
}

/* One size for all tuples is the size. Where the row has no tensor, there is
 * none. */
static void
settle_sizes(struct weft_row_state *r)
{
	for (int i = r->row->n_families; i < r->row->n_axes; i++) {
		int64_t *v = r->varying[i], one = -1;
		bool same = v != NULL;

		for (int64_t t = 0; same && t < r->tuples; t++) {
			same = v[t] < 0 || one < 0 || v[t] == one;
			one = v[t] < 0 ? one : v[t];
		}
		if (!same || one < 0)
			continue;
		r->size[i] = one;
		r->varying[i] = NULL;
	}
}

static int
solve_row(weft_job *job, struct weft_row_state *r)
{
	if (!begin_varying(job, r))
		return weft_error(job->errors, WEFT_BAD, "%s: how many %s "
		                  "there are does not follow from the config "
		                  "or the keys", r->row->where, r->row->name);
	for (int i = 0; i < job->n_from; i++) {
		struct weft_cell_state *c = &job->from_cells[i];

		for (int64_t k = 0; c->row == r && k < c->n; k++)
			if (c->stored[k] >= 0 && solve_instance(job, c, k))
				return job->errors->code;
	}
	settle_sizes(r);
	for (int i = 0; i < job->n_from; i++) {
		struct weft_cell_state *c = &job->from_cells[i];
		int64_t n = c->n;

		if (c->row == r && c->stored && weft_cell_size(job, c))
			return job->errors->code;
		if (c->row == r && c->n != n)
			return weft_error(job->errors, WEFT_BAD, "%s: the "
				"number of tensors of %s depends on their "
				"shapes", c->cell->where, r->row->name);
	}
	return 0;
}

int
weft_match_shapes(weft_job *job)
{
	for (int i = 0; i < job->model->n_rows; i++) {
		struct weft_row_state *r = &job->rows[i];

		if (r->present && !r->row->keep && has_unknown(r) &&
		    solve_row(job, r))
			return job->errors->code;
	}
	for (int i = 0; i < job->n_from; i++)
		if (job->from_cells[i].stored &&
		    !job->from_cells[i].row->row->keep &&
		    check_cell(job, &job->from_cells[i]))
			return job->errors->code;
	return job->errors->count ? job->errors->code : 0;
}
