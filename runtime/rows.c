/* Rows: whether they are wanted, and the ranges of their axes. */
#include "checked.h"
#include "job.h"

/* More layers, experts or anything else that is counted than a model has. */
enum { MAX_FAMILY = 1 << 24 };

static int
count_labels(const weft_axis *x)
{
	int n = 0;

	while (x->labels[n])
		n++;
	return n;
}

static bool
too_many(weft_job *job, const struct weft_row_state *r, int axis, int64_t to)
{
	weft_error(job->errors, WEFT_BAD, "%s: index %s of %s would run from "
	           "%lld to below %lld, and %d values are the most",
	           r->row->where, r->row->axes[axis].name, r->row->name,
	           (long long)r->from[axis], (long long)to, MAX_FAMILY);
	weft_hint(job->errors, "a size in %s is too large",
	          job->from.config_name);
	return false;
}

static bool
each_tuple(const struct weft_row_state *r, const int64_t *fixed, int family,
           int64_t tuple, weft_tuple_fn *fn, void *context)
{
	int64_t begin, end;

	if (family == r->row->n_families)
		return fn(context, tuple);
	begin = fixed[family] < 0 ? 0 : fixed[family];
	end = fixed[family] < 0 ? r->size[family] : begin + 1;
	for (int64_t i = begin; i < end; i++)
		if (!each_tuple(r, fixed, family + 1,
		                tuple * r->size[family] + i, fn, context))
			return false;
	return true;
}

bool
weft_row_tuples(const struct weft_row_state *r,
                const int64_t fixed[WEFT_AXES], weft_tuple_fn *fn,
                void *context)
{
	return each_tuple(r, fixed, 0, 0, fn, context);
}

/* The range of one axis of a row. */
static bool
size_axis(weft_job *job, struct weft_row_state *r, int i)
{
	const weft_axis *x = &r->row->axes[i];
	const weft_scope at = {.side = &job->from};
	int64_t to;

	r->size[i] = x->labels ? count_labels(x) : -1;
	if (x->from && !weft_eval_int(&at, x->from, x->name, &r->from[i]))
		return false;
	if (!x->to)
		return true;
	if (!weft_eval_int(&at, x->to, x->name, &to))
		return false;
	if (to <= r->from[i])
		r->size[i] = 0;
	else if (!weft_sub_i64(to, r->from[i], &r->size[i]) ||
	         (i < r->row->n_families && r->size[i] > MAX_FAMILY))
		return too_many(job, r, i, to);
	return true;
}

bool
weft_row_has(const struct weft_row_state *r, const int64_t index[WEFT_AXES])
{
	const weft_scope at = {.side = r->side, .index = index,
	                       .n_axes = r->row->n_axes};

	return weft_eval_true(&at, r->row->when);
}

static bool
asks_for(const weft_expr *x, int axis)
{
	return x && ((x->op == WEFT_E_INDEX && x->n == axis) ||
	             asks_for(x->a, axis) || asks_for(x->b, axis));
}

/* Is the row there at any of the indices from axis `i` on? Of families whose
 * bounds only the keys tell, nothing is known yet. */
static bool
has_any(const struct weft_row_state *r, int i, int64_t index[WEFT_AXES])
{
	while (i < r->row->n_families && !asks_for(r->row->when, i))
		i++;
	if (i == r->row->n_families)
		return weft_row_has(r, index);
	for (int64_t k = 0; k < r->size[i]; k++) {
		index[i] = r->from[i] + k;
		if (has_any(r, i + 1, index))
			return true;
	}
	return r->size[i] < 0;
}

/* Is the row there at all, at some indices? */
static bool
is_wanted(weft_job *job, struct weft_row_state *r)
{
	int64_t index[WEFT_AXES];

	for (int i = 0; i < WEFT_AXES; i++)
		index[i] = -1;
	for (int i = 0; i < r->row->n_families; i++)
		if (asks_for(r->row->when, i) && !size_axis(job, r, i))
			return false;
	return has_any(r, 0, index);
}

int
weft_rows_begin(weft_job *job)
{
	int n = job->model->n_rows;

	job->rows = weft_alloc_array(&job->arena, (size_t)n + 1,
	                             sizeof *job->rows);
	for (int i = 0; i < n; i++) {
		struct weft_row_state *r = &job->rows[i];

		r->row = &job->model->rows[i];
		r->side = &job->from;
		r->wanted = is_wanted(job, r);
		r->tuples = 1;
		for (int k = 0; r->wanted && k < r->row->n_axes; k++) {
			if (!size_axis(job, r, k))
				return WEFT_BAD;
			/* A row of no indices has no tensors. */
			if (k < r->row->n_families && r->size[k] == 0)
				r->wanted = false;
		}
	}
	return job->errors->count ? job->errors->code : 0;
}
