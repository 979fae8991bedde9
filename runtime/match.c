/* Key -> cell and indices. Every key of the source is claimed by exactly one
 * place (or by the terms of one pack), or by a keep or a drop. */
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "job.h"

struct keys {
	const char **list;
	size_t n;
};

static void
add_key(struct keys *k, const char *key)
{
	k->list = weft_grow(k->list, k->n, sizeof *k->list);
	k->list[k->n++] = key;
}

/* The name of a stored tensor as scanners read it: "DIRECTORY/KEY". */
static const char *
scan_name(const weft_job *job, const struct weft_stored *s, weft_text *t)
{
	if (!job->model->layouts[job->from.layout].directories)
		return s->dir[0] ? NULL : s->key;
	t->size = 0;
	weft_text_printf(t, "%s/%s", s->dir, s->key);
	return weft_text_cstr(t);
}

static bool
scan(const weft_layout *l, const char *name, int scanner, weft_captures *c)
{
	c->n = 0;
	return l->scanners[scanner](name, c);
}

static struct weft_cell_state *
state_of(weft_job *job, int cell)
{
	return &job->from_cells[cell - (int)(job->from_cells[0].cell -
	                                     job->model->cells)];
}

/* Reads the key as one of cell `c`'s. On success *instance is its number. */
static bool
read_instance(struct weft_cell_state *c, const weft_job *job,
              const weft_captures *cap, int64_t *instance)
{
	int64_t index[WEFT_AXES];
	const weft_scope at = {.side = c->side, .index = index,
	                       .size = c->frame.size, .axes = c->place.axes,
	                       .n_axes = c->place.n_axes};

	if (!c->row->wanted || !weft_place_read_key(&c->place, &at, cap, index))
		return false;
	*instance = 0;
	for (int k = 0; k < c->n_key; k++) {
		int axis = c->key[k];
		int64_t v = index[axis] - weft_cell_from(c, axis);

		/* A size that is still to be solved has no instances. */
		if (v < 0 || v >= c->key_size[k])
			return false;
		*instance = *instance * c->key_size[k] + v;
	}
	/* The indices that only follow from parts are wanted by conditions. */
	if (c->cell->when || c->row->row->when || c > job->from_cells) {
		int64_t fixed[WEFT_AXES];

		weft_cell_fixed(c, *instance, fixed);
		weft_cell_index(c, fixed, index);
		return weft_cell_claims(c, job->from_cells, index);
	}
	return true;
}

static void
keep_key(weft_job *job, struct weft_cell_state *c, int32_t stored,
         const weft_captures *cap)
{
	struct weft_kept *k;
	int n = 0;

	job->kept = weft_grow(job->kept, job->n_kept, sizeof *job->kept);
	k = &job->kept[job->n_kept++];
	*k = (struct weft_kept){.stored = stored, .cell = c};
	for (const struct weft_part *q = c->place.parts;
	     q < c->place.parts + c->place.n_parts; q++) {
		if (q->kind == WEFT_PART_FREE)
			k->texts[q->axis] = weft_alloc_text(&job->arena,
				cap->begin[n],
				(size_t)(cap->end[n] - cap->begin[n]));
		n += q->kind != WEFT_PART_TEXT &&
		     q->kind != WEFT_PART_DIRECTORY_END;
	}
	c->row->present = true;
}

/* What one key turned out to be. */
struct claim {
	struct weft_cell_state *cell;
	const weft_pattern *drop;
	int claims;            /* packs count once */
};

static void
ambiguous(weft_job *job, const char *name, const char *a, const char *b)
{
	weft_error(job->errors, WEFT_BAD, "%s fits two rules at once", name);
	weft_hint(job->errors, "%s", a);
	weft_hint(job->errors, "%s", b);
}

/* Notes which tensor an instance is. Where the pattern is a regular expression
 * two keys may say the same indices. */
static void
store(weft_job *job, struct weft_cell_state *c, int64_t instance,
      int32_t stored)
{
	int32_t *at = &c->stored[instance];

	c->row->present = true;
	if (*at < 0) {
		*at = stored;
		return;
	}
	weft_error(job->errors, WEFT_BAD, "%s and %s are one and the same "
	           "tensor of %s", job->source.tensors[*at].key,
	           job->source.tensors[stored].key, c->row->row->name);
	weft_hint(job->errors, "%s: %s", c->cell->where, c->cell->text);
}

static void
claim_pattern(weft_job *job, const weft_pattern *p, const weft_captures *cap,
              int32_t stored, const char *name, struct claim *claim)
{
	if (p->drop) {
		claim->drop = p;
		claim->claims++;
	}
	for (int i = 0; i < p->n_cells; i++) {
		struct weft_cell_state *c = state_of(job, p->cells[i]);
		bool again = claim->cell && (claim->cell->cell->flags &
		                             c->cell->flags & WEFT_PACKED);
		int64_t instance;

		if (!c->stored || !read_instance(c, job, cap, &instance))
			continue;
		if (c->row->row->keep)
			keep_key(job, c, stored, cap);
		else
			store(job, c, instance, stored);
		if (claim->cell && !again)
			ambiguous(job, name, claim->cell->cell->text,
			          c->cell->text);
		claim->claims += !again;
		claim->cell = c;
	}
}

static int
claim_key(weft_job *job, int32_t stored, weft_text *t, struct keys *unclaimed)
{
	const struct weft_stored *s = &job->source.tensors[stored];
	const weft_layout *l = &job->model->layouts[job->from.layout];
	const char *name = scan_name(job, s, t);
	struct claim claim = {0};
	weft_captures cap;

	for (int i = 0; name && l->scanners[i]; i++)
		if (scan(l, name, i, &cap))
			claim_pattern(job, &l->patterns[cap.pattern], &cap,
			              stored, name, &claim);
	if (claim.claims == 0) {
		add_key(unclaimed, name && !l->directories ? s->key
			: weft_alloc_printf(&job->arena, "%s/%s", s->dir,
			                    s->key));
		return 0;
	}
	if (claim.drop && claim.cell)
		ambiguous(job, name, claim.drop->text, claim.cell->cell->text);
	if (claim.drop) {
		job->dropped = weft_grow(job->dropped, job->n_dropped,
		                         sizeof *job->dropped);
		job->dropped[job->n_dropped++] =
			(struct weft_dropped){stored, claim.drop};
	}
	return 0;
}

/* Do only the keys of the source say how far this index runs? So they do for
 * families without a bound, and for axes of no declared size in the key. */
static bool
is_open(const struct weft_cell_state *c, int axis)
{
	const weft_row *row = c->row->row;
	bool counted = axis < row->n_families;

	for (int k = 0; k < c->n_key; k++)
		counted = counted || c->key[k] == axis;
	return counted && !row->axes[axis].to && !row->axes[axis].labels;
}

/* Of open indices, the largest that a key has. */
static void
note_open(weft_job *job, const weft_pattern *p, const weft_captures *cap)
{
	for (int i = 0; i < p->n_cells; i++) {
		struct weft_cell_state *c = state_of(job, p->cells[i]);
		struct weft_row_state *r = c->row;
		int64_t index[WEFT_AXES], size[WEFT_AXES];
		const weft_scope at = {.side = c->side, .index = index,
		                       .size = size, .axes = c->place.axes,
		                       .n_axes = c->place.n_axes};

		memcpy(size, c->frame.size, sizeof size);
		for (int k = 0; k < r->row->n_axes; k++)
			if (is_open(c, k))
				size[k] = -1;
		if (!r->wanted ||
		    !weft_place_read_key(&c->place, &at, cap, index))
			continue;
		for (int k = 0; k < r->row->n_axes; k++)
			if (is_open(c, k) &&
			    index[k] - r->from[k] >= r->size[k])
				r->size[k] = index[k] - r->from[k] + 1;
	}
}

static bool
has_open(const weft_job *job)
{
	for (int i = 0; i < job->n_from; i++)
		for (int k = 0; k < job->from_cells[i].row->row->n_axes; k++)
			if (is_open(&job->from_cells[i], k))
				return true;
	return false;
}

static void
solve_open(weft_job *job)
{
	const weft_layout *l = &job->model->layouts[job->from.layout];
	weft_text t = {0};
	weft_captures cap;

	for (size_t i = 0; i < job->source.n; i++) {
		const char *name = scan_name(job, &job->source.tensors[i], &t);

		for (int k = 0; name && l->scanners[k]; k++)
			if (scan(l, name, k, &cap))
				note_open(job, &l->patterns[cap.pattern], &cap);
	}
	weft_text_free(&t);
}

static int
begin_instances(weft_job *job)
{
	for (int i = 0; i < job->n_from; i++) {
		struct weft_cell_state *c = &job->from_cells[i];

		if (!c->row->wanted || weft_cell_is_off(c, job->from_cells))
			continue;
		if (weft_cell_size(job, c))
			return job->errors->code;
		c->stored = weft_alloc_array(&job->arena, (size_t)c->n + 1,
		                             sizeof *c->stored);
		memset(c->stored, -1, (size_t)c->n * sizeof *c->stored);
	}
	return 0;
}

static int
report_unclaimed(weft_job *job, const struct keys *k)
{
	const weft_layout *l = &job->model->layouts[job->from.layout];
	const weft_pattern *near;

	if (k->n == 0)
		return 0;
	weft_error(job->errors, WEFT_BAD, "%zu tensor%s of the source %s in no "
	           "rule of layout %s", k->n, k->n == 1 ? "" : "s",
	           k->n == 1 ? "is" : "are", l->name);
	weft_fold_hints(job->errors, k->list, k->n, 8);
	near = weft_match_nearest(l, k->list[0]);
	if (near)
		weft_hint(job->errors, "nearest rule: %s: %s", near->where,
		          near->text);
	weft_hint(job->errors, "nothing is left behind silently: add rows to "
	          "the table, or `drop` them there with a reason");
	return WEFT_BAD;
}

int
weft_match(weft_job *job)
{
	struct keys unclaimed = {0};
	weft_text t = {0};

	if (weft_rows_begin(job) || weft_cells_begin(job, &job->from,
	                                        &job->from_cells,
	                                        &job->n_from))
		return job->errors->code;
	if (has_open(job)) {
		if (begin_instances(job))
			return job->errors->code;
		solve_open(job);
	}
	if (begin_instances(job))
		return job->errors->code;
	for (size_t i = 0; i < job->source.n; i++)
		claim_key(job, (int32_t)i, &t, &unclaimed);
	report_unclaimed(job, &unclaimed);
	free(unclaimed.list);
	weft_text_free(&t);
	return job->errors->count ? job->errors->code : 0;
}

void
weft_match_free(weft_job *job)
{
	free(job->kept);
	free(job->dropped);
	job->kept = NULL;
	job->dropped = NULL;
}
