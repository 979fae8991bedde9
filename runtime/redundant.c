/* What the source says more than once, and what it says by zeros: repeated
 * tensors, further copies under other keys, padding, block diagonals. Each is
 * assembled from the rest of the source like a tensor of a target, and has to
 * be equal to what is stored. */
#include <string.h>

#include "checked.h"
#include "job.h"
#include "keymap.h"

struct search {
	weft_job *job;
	weft_keymap numbers;   /* tensor of the source -> number in copies */
	int64_t covered;
};

static struct weft_tensor *
add(weft_job *job, const struct weft_stored *s)
{
	size_t n = job->n_copies++;

	job->copies = weft_grow(job->copies, n, sizeof *job->copies);
	job->copied = weft_grow(job->copied, n, sizeof *job->copied);
	job->copied[n] = s;
	job->copies[n] = (struct weft_tensor){
		.key = s->key, .dir = s->dir, .shape = s->shape,
		.rank = s->rank, .dtype = s->dtype, .count = s->count,
		.bytes = s->bytes, .typed = true, .whole = -1};
	return &job->copies[n];
}

/* A stored tensor is looked at once, with all the rows that are packed into
 * it. */
static void
add_instance(struct search *q, struct weft_cell_state *c, int64_t instance,
             bool repeats)
{
	weft_job *job = q->job;
	const struct weft_stored *s =
		&job->source.tensors[c->stored[instance]];
	size_t n = weft_keymap_put(&q->numbers, s->dir, s->key, job->n_copies);

	if (n == job->n_copies)
		add(job, s);
	job->copies[n].repeats |= repeats;
	weft_tensor_share(job, &job->copies[n], c, instance);
}

/* Does one stored tensor hold a part of the row more than once? */
static bool
repeats_inside(const struct weft_frame *f)
{
	for (int i = 0; i < f->place->n_axes; i++)
		if (weft_frame_repeats(f, i))
			return true;
	return false;
}

static bool
look_at_cell(struct search *q, struct weft_cell_state *c)
{
	for (int64_t i = 0; i < c->n; i++) {
		struct weft_frame f;
		bool repeats;

		if (c->stored[i] < 0)
			continue;
		if (!weft_cell_frame(c, i, &f))
			return false;
		repeats = c->cell->flags & WEFT_ALSO ||
		          weft_cell_is_repeat(c, i);
		if (repeats || !weft_frame_is_full(&f) || repeats_inside(&f))
			add_instance(q, c, i, repeats);
	}
	return true;
}

static bool
count_piece(void *context, const struct weft_piece *p)
{
	struct search *q = context;

	q->covered += weft_piece_count(p);
	return true;
}

/* Packs whose terms fill them have nothing that must be zero. */
static bool
is_covered(struct search *q, const struct weft_tensor *t)
{
	q->covered = 0;
	for (int i = 0; i < t->n_shares; i++) {
		struct weft_frame f;

		if (!weft_cell_frame(t->shares[i].cell, t->shares[i].instance,
		                     &f) || repeats_inside(&f))
			return false;
		weft_view_pieces(&f, 0, f.count, count_piece, q);
	}
	return q->covered == t->count;
}

static bool
is_compared(const struct weft_tensor *t)
{
	struct weft_frame f;

	for (int i = 0; i < t->n_shares && !t->repeats; i++)
		if (!weft_cell_frame(t->shares[i].cell, t->shares[i].instance,
		                     &f) || repeats_inside(&f))
			return true;
	return t->repeats;
}

static void
swap(weft_job *job, size_t i, size_t k)
{
	const struct weft_tensor t = job->copies[i];
	const struct weft_stored *s = job->copied[i];

	job->copies[i] = job->copies[k];
	job->copied[i] = job->copied[k];
	job->copies[k] = t;
	job->copied[k] = s;
}

/* And those that are compared come first. */
static void
leave_out_covered(struct search *q)
{
	weft_job *job = q->job;
	size_t n = 0;

	for (size_t i = 0; i < job->n_copies; i++)
		if (job->copies[i].repeats || !is_covered(q, &job->copies[i]))
			swap(job, i, n++);
	job->n_copies = n;
	job->n_compared = 0;
	for (size_t i = 0; i < n; i++)
		if (is_compared(&job->copies[i]))
			swap(job, i, job->n_compared++);
}

int
weft_plan_redundant(weft_job *job)
{
	struct search q = {.job = job};

	for (int k = 0; k < job->n_from; k++) {
		struct weft_cell_state *c = &job->from_cells[k];

		if (c->stored && !c->row->row->keep && !look_at_cell(&q, c))
			break;
	}
	leave_out_covered(&q);
	weft_keymap_free(&q.numbers);
	return job->errors->count ? job->errors->code : 0;
}
