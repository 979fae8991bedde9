#include "shared.h"

#include <stdlib.h>

enum {
	SMALLEST = 32768,      /* bytes of an extent that is worth the care */
	MOST = 1 << 22,        /* extents in all */
};

/* What assembling bytes begin .. end of `t` would read. */
static bool
rehearse(struct weft_worker *w, const struct weft_tensor *t, uint64_t begin,
         uint64_t end, uint64_t *read)
{
	uint64_t before = w->read;

	weft_worker_forget(w);
	w->shares = true;
	if (!weft_worker_assemble(w, t, begin, end))
		return false;
	*read = w->read - before;
	return w->first.stored >= 0;
}

/* The most of the fastest axes, in bytes, whose windows fit into the buffer, if
 * these are clearly more than they need; or 0. */
static uint64_t
find_extent(struct weft_worker *w, const struct weft_tensor *t)
{
	uint64_t row = (uint64_t)weft_dtype_bits(t->dtype) / 8, read;
	uint64_t best = 0, best_read = 0;

	for (int k = t->rank; k >= 0 && row <= w->out_size; k--) {
		if (!rehearse(w, t, 0, row, &read) || read > w->in_size)
			break;
		best = row;
		best_read = read;
		if (k > 0)
			row *= (uint64_t)t->shape[k - 1];
	}
	return best >= SMALLEST && best_read > best + best / 8 ? best : 0;
}

bool
weft_shared_add(weft_shared *s, struct weft_worker *w,
                const struct weft_tensor *t, size_t tensor)
{
	uint64_t step = find_extent(w, t), read;
	size_t n = s->n;

	if (!step || t->bytes / step > MOST - s->n)
		return false;
	for (uint64_t at = 0; at < t->bytes; at += step) {
		if (!rehearse(w, t, at, at + step, &read)) {
			s->n = n;
			return false;
		}
		s->list = weft_grow(s->list, s->n, sizeof *s->list);
		s->list[s->n++] = (struct weft_shared_extent){
			tensor, at, at + step, w->first.stored,
			w->first.begin, w->first.end};
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

		if (i == 0 || x->source != x[-1].source ||
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
