/* Targets that hold nothing but padding: the last ranks of a vocabulary that
 * is padded and cut. No element of the source says their dtype; the tensor's
 * other parts do. */
#include "job.h"

/* How many indices of the row two instances of its cells have in common: parts
 * of one layer are nearer than those of others. */
static int
nearness(const struct weft_share *a, const struct weft_share *b)
{
	int64_t x[WEFT_AXES], y[WEFT_AXES], i[WEFT_AXES], k[WEFT_AXES];
	int n = 0;

	weft_cell_fixed(a->cell, a->instance, x);
	weft_cell_index(a->cell, x, i);
	weft_cell_fixed(b->cell, b->instance, y);
	weft_cell_index(b->cell, y, k);
	for (int axis = 0; axis < a->cell->row->row->n_families; axis++)
		n += i[axis] == k[axis];
	return n;
}

static const struct weft_tensor *
nearest(const weft_job *job, const struct weft_tensor *t)
{
	const struct weft_tensor *best = NULL;
	int most = -1;

	for (size_t i = 0; i < job->n_targets; i++) {
		const struct weft_tensor *other = &job->targets[i];
		int n;

		if (!other->typed || !other->n_shares || !t->n_shares ||
		    other->shares[0].cell != t->shares[0].cell)
			continue;
		n = nearness(&t->shares[0], &other->shares[0]);
		if (n > most) {
			best = other;
			most = n;
		}
	}
	return best;
}

int
weft_plan_padding(weft_job *job)
{
	for (size_t i = 0; i < job->n_targets; i++) {
		struct weft_tensor *t = &job->targets[i];
		const struct weft_tensor *like;

		if (t->typed || !t->n_shares)
			continue;
		like = nearest(job, t);
		if (!like)
			return weft_error(job->errors, WEFT_BAD, "%s: no "
				"element of the source is stored in %s, so "
				"nothing says its dtype",
				t->shares[0].cell->cell->where, t->key);
		t->dtype = like->dtype;
	}
	return 0;
}
