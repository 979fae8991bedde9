#include "twins.h"

#include <stdlib.h>

struct candidate {
	const struct weft_tensor *list;
	uint32_t number;
	size_t turn;           /* when it is gone through */
	const struct weft_cell_state *cell;
	int64_t original;      /* instance of the cell */
};

static int
compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	if (x->original != y->original)
		return x->original < y->original ? -1 : 1;
	return (x->turn > y->turn) - (x->turn < y->turn);
}

static bool
is_same(const struct candidate *x, const struct candidate *y)
{
	const struct weft_tensor *s = &x->list[x->number];
	const struct weft_tensor *t = &y->list[y->number];

	if (x->cell != y->cell || x->original != y->original ||
	    s->n_shares != t->n_shares || s->dtype != t->dtype ||
	    s->bytes != t->bytes)
		return false;
	for (int i = 1; i < s->n_shares; i++) {
		const struct weft_share *a = &s->shares[i], *b = &t->shares[i];

		if (a->cell != b->cell ||
		    weft_cell_original(a->cell, a->instance) !=
		    weft_cell_original(b->cell, b->instance))
			return false;
	}
	return true;
}

void
weft_twins_find(weft_twins *t, const struct weft_tensor *list, size_t n,
                const uint32_t *order)
{
	struct candidate *all = calloc(n + 1, sizeof *all);
	size_t k = 0;

	t->next = malloc((n + 1) * sizeof *t->next);
	t->follows = calloc(n + 1, sizeof *t->follows);
	if (!all || !t->next || !t->follows)
		weft_out_of_memory();
	for (size_t i = 0; i < n; i++) {
		uint32_t number = order ? order[i] : (uint32_t)i;
		const struct weft_share *s = list[number].shares;

		t->next[number] = WEFT_NO_TWIN;
		if (list[number].n_shares)
			all[k++] = (struct candidate){list, number, i, s->cell,
				weft_cell_original(s->cell, s->instance)};
	}
	qsort(all, k, sizeof *all, compare);
	for (size_t i = 1; i < k; i++)
		if (is_same(&all[i - 1], &all[i])) {
			t->next[all[i - 1].number] = all[i].number;
			t->follows[all[i].number] = true;
		}
	free(all);
}

void
weft_twins_free(weft_twins *t)
{
	free(t->next);
	free(t->follows);
	*t = (weft_twins){0};
}
