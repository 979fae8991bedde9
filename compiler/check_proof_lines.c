/* The lines of one row in one layout: every index of the row has one, each is
 * reached, and what it asks for is known when a key is read. */
#include "check_proof.h"

enum { CANDIDATES = 16 };

/* ---- every index has a line ---- */

/* What the condition says an index is: s == pp - 1 gives pp - 1. */
static void
collect(const struct bound *x, int dim, const struct bound **list, int *n)
{
	if (!x || *n == CANDIDATES)
		return;
	if (x->op == BOUND_EQ) {
		bool left = x->a->op == BOUND_INDEX && x->a->n == dim;
		bool right = x->b->op == BOUND_INDEX && x->b->n == dim;

		if (left && !bound_mentions(x->b, dim))
			list[(*n)++] = x->b;
		else if (right && !bound_mentions(x->a, dim))
			list[(*n)++] = x->a;
		return;
	}
	collect(x->a, dim, list, n);
	collect(x->b, dim, list, n);
}

/* Is every value of a dim needed, because it holds a part of the tensor? */
static bool
is_part(const struct logic *l, const struct cell *c, int dim)
{
	return checked_dim(l->m, c, dim)->kind != DIM_COPY ||
	       cell_cuts(c, dim);
}

/* A view of `c` with the row's indices of `all`. Parts of these are told by
 * their names; their ranges go to *f. */
static struct view *
same_row(struct logic *l, const struct view *all, const struct cell *c,
         const struct form **f)
{
	struct view *v = view_new(l, c);
	int own = l->m->rows[c->row].n_dims;

	for (int i = 0; i < v->n; i++) {
		const struct dim *d = checked_dim(l->m, c, i);
		const char *text;

		if (i < own) {
			v->index[i] = view_index(l, all, i);
		} else if (is_part(l, c, i)) {
			text = arena_printf(l->arena, "part:%s", d->name);
			v->index[i] = poly_unknown(l->arena, logic_unknown(
				l, text, d->name));
			*f = form_all(l, *f, cell_range(l, v, i));
		}
	}
	return v;
}

/* The line takes none of its copies. One that it takes is enough, so each index
 * that only the place has is given the values that it may well ask for: 0, and
 * what its condition names. */
static const struct form *
takes_none(struct logic *l, const struct view *v, int dim)
{
	const struct bound *list[CANDIDATES], *when = v->cell->when;
	const struct form *f = &form_true;
	int n = 0;

	while (dim < v->n && (is_part(l, v->cell, dim) ||
	                      !bound_mentions(when, dim)))
		dim++;
	if (dim == v->n)
		return form_not(l, form_of(l, when, v));
	collect(when, dim, list, &n);
	for (int k = -1; k < n; k++) {
		struct view *w = view_new(l, v->cell);

		for (int i = 0; i < v->n; i++)
			w->index[i] = v->index[i];
		w->index[dim] = k < 0 ? poly_int(l->arena, 0)
			: poly_of(l, list[k], w);
		f = form_all(l, f, takes_none(l, w, dim + 1));
	}
	return f;
}

static void
check_total(struct checked *m, const struct cell *lines, int n)
{
	const struct row *r = &m->rows[lines->row];
	struct logic *l = logic_new(m);
	struct view *all = view_new(l, lines), *v;
	const struct form *f = form_of(l, r->when, all);
	const struct cell *last = NULL;
	const char *example;

	for (int i = 0; i < r->n_dims; i++)
		f = form_all(l, f, cell_range(l, all, i));
	for (int i = 0; i < n; i++) {
		if (lines[i].also)
			continue;
		if (!lines[i].when)
			return;
		last = &lines[i];
		v = same_row(l, all, last, &f);
		f = form_all(l, f, takes_none(l, v, 0));
	}
	if (!last || form_refute(l, f, &example))
		return;
	check_error(m, CHECK_condition_total, last->span,
	            "%s has no place where none of its conditions holds%s%s; "
	            "end with an else line, or say of the tensor when it is "
	            "there (tensor %s … if CONDITION)", cell_name(m, last),
	            example ? ", as with " : "", example ? example : "",
	            r->name);
}

/* ---- each line is reached ---- */

static void
check_reached(struct checked *m, const struct cell *c, bool first)
{
	struct logic *l = logic_new(m);

	if ((first && !c->when) ||
	    !form_refute(l, cell_active(l, view_new(l, c)), NULL))
		return;
	check_error(m, CHECK_condition_unreachable, c->span,
	            "this line of %s is never taken: its condition "
	            "contradicts itself, its ranges, or the lines before it",
	            cell_name(m, c));
}

/* ---- a condition on what a key does not tell ---- */

static void
check_known(struct checked *m, const struct cell *c, const struct bound *when)
{
	int n = m->rows[c->row].n_dims + c->n_extra;

	for (int i = 0; i < n; i++) {
		const struct dim *d = checked_dim(m, c, i);

		if (!bound_mentions(when, i) || cell_knows(c, i))
			continue;
		struct diag *g = check_error(
			m, CHECK_condition_stacked, when->span, "the "
			"condition asks for %s, which is stored as an axis%s: "
			"one stored tensor holds all of its values", d->name,
			when == c->when ? " here" : "");
		if (when != c->when)
			check_note(m, g, c->span, "in %s, which has to have "
			           "it in the key", cell_name(m, c));
		check_note(m, g, d->span, "%s; declare a tensor of its own "
		           "for each range of it", d->name);
	}
}

void
prove_lines(struct checked *m)
{
	for (int i = 0; i < m->n_cells;) {
		const struct cell *lines;
		int n;

		lines = checked_cells(m, m->cells[i].row, m->cells[i].column,
		                      &n);
		for (int k = 0; k < n; k++) {
			check_known(m, &lines[k], lines[k].when);
			check_known(m, &lines[k],
			            m->rows[lines[k].row].when);
			check_reached(m, &lines[k], k == 0);
		}
		check_total(m, lines, n);
		i += n;
	}
}
