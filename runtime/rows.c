/* Rows: whether they are wanted, and the ranges of their axes. */
#include "job.h"

static int
count_labels(const weft_axis *x)
{
	int n = 0;

	while (x->labels[n])
		n++;
	return n;
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
	r->size[i] = to > r->from[i] ? to - r->from[i] : 0;
	return true;
}

int
weft_rows_begin(weft_job *job)
{
	const weft_scope at = {.side = &job->from};
	int n = job->model->n_rows;

	job->rows = weft_alloc_array(&job->arena, (size_t)n + 1,
	                             sizeof *job->rows);
	for (int i = 0; i < n; i++) {
		struct weft_row_state *r = &job->rows[i];

		r->row = &job->model->rows[i];
		r->wanted = weft_eval_true(&at, r->row->when);
		r->tuples = 1;
		for (int k = 0; r->wanted && k < r->row->n_axes; k++)
			if (!size_axis(job, r, k))
				return WEFT_BAD;
	}
	return job->errors->count ? job->errors->code : 0;
}
