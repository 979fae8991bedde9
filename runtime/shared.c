#include "shared.h"

#include <stdlib.h>

enum {
	VAIN = 32768,          /* bytes read in vain that are worth the care */
	SMALLEST = 4096,       /* bytes of an extent that are */
	MOST = 1 << 22,        /* extents in all */
};

/* What assembling bytes begin .. end of `t` would read. */
static bool
rehearse(struct weft_worker *w, const struct weft_tensor *t, uint64_t begin,
         uint64_t end, uint64_t *read)
{
	uint64_t before = w->read;
	bool good;

	w->shares = true;
	good = weft_worker_assemble(w, t, begin, end);
	*read = w->read - before;
	return good;
}

/* Do all windows of the first `part` bytes fit into the buffer? If so, doing
 * it again reads no more than it needs. */
static bool
does_fit(struct weft_worker *w, const struct weft_tensor *t, uint64_t part,
         uint64_t *read)
{
	uint64_t again;

	weft_worker_forget(w);
	return rehearse(w, t, 0, part, read) && *read <= w->in_size &&
	       rehearse(w, t, 0, part, &again) && again <= part + part / 8;
}

/* Of `n` steps at most `most` at a time: a divisor, so that extents end where
 * parts of the source are likely to; or if there is no good one, as many as
 * can be. */
static uint64_t
choose_steps(uint64_t n, uint64_t most)
{
	for (uint64_t d = most; d > most / 4; d--)
		if (n % d == 0)
			return d;
	return most;
}

/* The most of the fastest axes, in bytes, whose windows fit into the buffer and
 * are clearly more than they need; or 0. Of the slowest of these axes it may be
 * a part; *block is all of it. What is gathered run by run needs no care, but
 * if less of it has a window, that is cheaper. */
static uint64_t
find_extent(struct weft_worker *w, const struct weft_tensor *t,
            uint64_t *block)
{
	uint64_t row = (uint64_t)weft_dtype_bits(t->dtype) / 8, read;
	uint64_t best = 0, vain = 0;

	for (int k = t->rank;; k--) {
		uint64_t part = row, step;

		if (row > w->out_size) {
			step = row / (uint64_t)t->shape[k];
			part = step * choose_steps((uint64_t)t->shape[k],
			                           w->out_size / step);
		}
		if (!does_fit(w, t, part, &read))
			break;
		if (w->first.stored >= 0 && read > part + part / 8) {
			best = part;
			vain = read - part;
			*block = row;
		}
		if (part < row || k == 0)
			break;
		row *= (uint64_t)t->shape[k - 1];
	}
	return vain >= VAIN && best >= SMALLEST ? best : 0;
}

static bool
add_extent(weft_shared *s, struct weft_worker *w, const struct weft_tensor *t,
           size_t tensor, uint64_t begin, uint64_t end)
{
	uint64_t read;

	weft_worker_forget(w);
	if (!rehearse(w, t, begin, end, &read))
		return false;
	s->list = weft_grow(s->list, s->n, sizeof *s->list);
	s->list[s->n++] = (struct weft_shared_extent){
		tensor, begin, end, w->first.stored, w->first.begin,
		w->first.end};
	return true;
}

bool
weft_shared_add(weft_shared *s, struct weft_worker *w,
                const struct weft_tensor *t, size_t tensor)
{
	uint64_t block = 0, step = find_extent(w, t, &block), end;
	size_t n = s->n;

	/* Blocks end extents: there are twice as many as steps at most. */
	if (!step || s->n > MOST / 2 || t->bytes / step > MOST / 4)
		return false;
	for (uint64_t at = 0; at < t->bytes; at = end) {
		end = at / block * block + block;
		if (end - at > step)
			end = at + step;
		if (!add_extent(s, w, t, tensor, at, end)) {
			s->n = n;
			return false;
		}
	}
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct weft_shared_extent *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->source_begin != y->source_begin)
		return x->source_begin < y->source_begin ? -1 : 1;
	if (x->tensor != y->tensor)
		return x->tensor < y->tensor ? -1 : 1;
	return (x->begin > y->begin) - (x->begin < y->begin);
}

static void
begin_group(weft_shared *s, size_t at)
{
	s->groups = weft_grow(s->groups, s->n_groups, sizeof *s->groups);
	s->groups[s->n_groups++] = at;
}

void
weft_shared_finish(weft_shared *s)
{
	uint64_t end = 0;

	if (s->n)
		qsort(s->list, s->n, sizeof *s->list, compare);
	for (size_t i = 0; i < s->n; i++) {
		const struct weft_shared_extent *x = &s->list[i];

		if (i == 0 || x->source < 0 || x->source != x[-1].source ||
		    x->source_begin >= end) {
			begin_group(s, i);
			end = 0;
		}
		if (x->source_end > end)
			end = x->source_end;
	}
	begin_group(s, s->n);
	s->n_groups--;
}

void
weft_shared_free(weft_shared *s)
{
	free(s->list);
	free(s->groups);
	*s = (weft_shared){0};
}
