/* Every element of a tensor has a place, and each place has a key: what a key
 * pins or shifts must still reach all indices. */
#include "check_proof.h"

static bool
holds_part(const struct checked *m, const struct cell *c, int dim)
{
	return checked_dim(m, c, dim)->kind != DIM_COPY || cell_cuts(c, dim);
}

/* {(s=0 t)}: s holds a part of the tensor, and has other values here. */
static void
check_pin(struct checked *m, const struct cell *c, const struct piece *p,
          const struct digit *d)
{
	struct logic *l = logic_new(m);
	struct view *v = view_new(l, c);
	const struct form *same;
	struct diag *g;

	if (!d->pin || !holds_part(m, c, d->dim))
		return;
	same = form_equal(l, view_index(l, v, d->dim),
	                  poly_of(l, d->pin, v));
	if (form_refute(l, form_all(l, cell_active(l, v),
	                            form_not(l, same)), NULL))
		return;
	g = check_error(m, CHECK_place_cover, p->span,
	                "only one value of %s has a key here, and the others "
	                "hold parts of %s, too", checked_dim(m, c,
	                d->dim)->name, m->rows[c->row].name);
	check_note(m, g, checked_dim(m, c, d->dim)->span, "%s",
	           checked_dim(m, c, d->dim)->name);
}

/* {l - K}: no key has a number below zero. */
static void
check_shift(struct checked *m, const struct cell *c, const struct piece *p)
{
	struct logic *l = logic_new(m);
	struct view *v = view_new(l, c);
	const struct poly *n, *below;
	const struct dim *d;
	struct diag *g;

	if (!p->shift)
		return;
	n = poly_add(l->arena, view_index(l, v, p->dim),
	             poly_of(l, p->shift, v), 1);
	below = poly_add(l->arena, poly_int(l->arena, -1), n, -1);
	if (form_refute(l, form_all(l, cell_active(l, v),
	                            form_least(l, below)), NULL))
		return;
	d = checked_dim(m, c, p->dim);
	g = check_error(m, CHECK_index_negative, p->span,
	                "%s may be below zero, which no key can hold; give %s "
	                "a range, or the line a condition, that keeps it out",
	                checked_text(m, p->span), d->name);
	check_note(m, g, d->span, "%s", d->name);
}

static void
check_pieces(struct checked *m, const struct cell *c, const struct pieces *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct piece *x = &p->list[i];

		if (x->kind == PIECE_INDEX)
			check_shift(m, c, x);
		for (int k = 0; k < x->n_digits; k++)
			check_pin(m, c, x, &x->digits[k]);
	}
}

/* What is multiplied by zero cannot be read again. */
static void
check_steps(struct checked *m, const struct cell *c)
{
	struct column *k = &m->columns[c->column];
	struct logic *l = logic_new(m);
	int64_t n;

	for (int i = 0; i < c->n_steps; i++) {
		const struct step *s = &c->steps[i];

		if (s->kind != STEP_SCALE || k->not_readable ||
		    (s->amount->op == BOUND_REAL
		     ? s->amount->r < 0 || s->amount->r > 0
		     : !poly_is_int(poly_of(l, s->amount, view_new(l, c)),
		                    &n) || n))
			continue;
		k->not_readable = arena_printf(
			m->arena, "%s: what is scaled by 0 cannot be read "
			"again", checked_where(m, s->span));
		check_warning(m, CHECK_layout_write_only, s->span,
		              "layout %s can be written but not read: what "
		              "is scaled by 0 cannot be read again", k->name);
	}
}

void
prove_cover(struct checked *m)
{
	for (int i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		check_pieces(m, c, &c->directory);
		check_pieces(m, c, &c->key);
		check_steps(m, c);
	}
}
