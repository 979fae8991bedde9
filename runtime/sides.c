/* Rows that are on one side only: what the source has, and the target has no
 * place for; or the other way round. */
#include <stdlib.h>

#include "fold.h"
#include "job.h"

static bool
has_place(const weft_job *job, const struct weft_row_state *r)
{
	for (int i = 0; i < job->n_to; i++)
		if (job->to_cells[i].row == r &&
		    !(job->to_cells[i].cell->flags & WEFT_OPTIONAL))
			return true;
	return false;
}

static bool
is_dropped(const weft_layout *l, int row)
{
	for (int i = 0; i < l->n_dropped; i++)
		if (l->dropped[i].row == row)
			return true;
	return false;
}

/* Hints: the keys of the source that hold the row. */
static void
name_keys(weft_job *job, const struct weft_row_state *r)
{
	const char **keys = NULL;
	size_t n = 0;

	for (int k = 0; k < job->n_from; k++) {
		const struct weft_cell_state *c = &job->from_cells[k];

		for (int64_t i = 0; c->row == r && c->stored && i < c->n; i++) {
			if (c->stored[i] < 0)
				continue;
			keys = weft_grow(keys, n, sizeof *keys);
			keys[n++] = job->source.tensors[c->stored[i]].key;
		}
	}
	weft_fold_hints(job->errors, keys, n, 3);
	free(keys);
}

static void
check_place(weft_job *job, const struct weft_row_state *r)
{
	const weft_layout *to = &job->model->layouts[job->to.layout];

	if (is_dropped(to, (int)(r->row - job->model->rows)))
		return;
	weft_error(job->errors, WEFT_BAD, "the source has %s, and layout %s "
	           "has no place for it", r->row->name, to->name);
	name_keys(job, r);
	weft_hint(job->errors, "%s: give it one, or let the layout `drop` it "
	          "with a reason", r->row->where);
}

void
weft_plan_sides(weft_job *job, const struct weft_row_state *r)
{
	const weft_layout *from = &job->model->layouts[job->from.layout];
	const weft_layout *to = &job->model->layouts[job->to.layout];
	bool place = has_place(job, r);

	if (r->present && !place)
		check_place(job, r);
	if (r->present || !place || r->row->optional || r->row->keep)
		return;
	weft_error(job->errors, WEFT_BAD, "layout %s stores %s, and the source "
	           "in layout %s has none", to->name, r->row->name,
	           from->name);
	weft_hint(job->errors, "%s: %s", r->row->where, r->row->name);
}
