/* Nothing is missing: every tensor of the table is found whole, or is
 * optional. */
#include <stdlib.h>

#include "fold.h"
#include "job.h"

struct missing {
	const char **keys;
	size_t n, of;
};

static void
look_at_cell(weft_job *job, const struct weft_cell_state *c,
             struct missing *m)
{
	for (int64_t i = 0; i < c->n; i++) {
		int64_t fixed[WEFT_AXES], index[WEFT_AXES];
		const char *dir, *key;

		if (c->stored[i] >= 0) {
			m->of++;
			continue;
		}
		weft_cell_fixed(c, i, fixed);
		weft_cell_index(c, fixed, index);
		if (!weft_cell_claims(c, job->from_cells, index))
			continue;
		m->of++;
		if (!weft_cell_key(c, i, &job->arena, &dir, &key))
			continue;
		if (dir[0])
			key = weft_alloc_printf(&job->arena, "%s/%s", dir, key);
		m->keys = weft_grow(m->keys, m->n, sizeof *m->keys);
		m->keys[m->n++] = key;
	}
}

/* Far more than there can be: none is listed, the number says enough. */
static bool
is_beyond(weft_job *job, const struct weft_cell_state *c)
{
	size_t n = job->source.n;

	if ((uint64_t)c->n / 4 <= n + 4096)
		return false;
	weft_error(job->errors, WEFT_BAD, "%s in layout %s would be %lld "
	           "tensors, and the source has %zu in all",
	           c->row->row->name,
	           job->model->layouts[c->side->layout].name, (long long)c->n,
	           n);
	weft_hint(job->errors, "%s: %s", c->cell->where, c->cell->text);
	weft_hint(job->errors, "%s is of another model, or a size in it is too "
	          "large", job->from.config_name);
	return true;
}

static void
check_row(weft_job *job, const struct weft_row_state *r)
{
	const weft_layout *l = &job->model->layouts[job->from.layout];
	const struct weft_cell_state *first = NULL;
	struct missing m = {0};

	for (int i = 0; i < job->n_from; i++) {
		const struct weft_cell_state *c = &job->from_cells[i];

		if (c->row != r || c->cell->flags & WEFT_OPTIONAL)
			continue;
		if (is_beyond(job, c))
			break;
		look_at_cell(job, c, &m);
		first = first || !m.n ? first : c;
	}
	if (m.n) {
		weft_error(job->errors, WEFT_BAD, "%zu of the %zu tensors that "
		           "hold %s in layout %s %s missing", m.n, m.of,
		           r->row->name, l->name, m.n == 1 ? "is" : "are");
		weft_fold_hints(job->errors, m.keys, m.n, 6);
		weft_hint(job->errors, "%s: %s", first->cell->where,
		          first->cell->text);
	}
	free(m.keys);
}

static void
check_group(weft_job *job, const weft_group *g)
{
	const struct weft_row_state *have = NULL, *lack = NULL;

	for (int i = 0; i < g->n_rows; i++) {
		const struct weft_row_state *r = &job->rows[g->rows[i]];

		if (r->present)
			have = r;
		else
			lack = r;
	}
	if (!have || !lack)
		return;
	weft_error(job->errors, WEFT_BAD, "%s is there without %s; one means "
	           "nothing without the other", have->row->name,
	           lack->row->name);
	weft_hint(job->errors, "%s", g->where);
}

int
weft_match_complete(weft_job *job)
{
	for (int i = 0; i < job->model->n_rows; i++) {
		const struct weft_row_state *r = &job->rows[i];

		if (r->wanted && !r->row->keep &&
		    (r->present || !r->row->optional))
			check_row(job, r);
	}
	for (int i = 0; i < job->model->n_groups; i++)
		check_group(job, &job->model->groups[i]);
	return job->errors->count ? job->errors->code : 0;
}
