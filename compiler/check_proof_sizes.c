/* Sizes of one place agree, as far as that is decided without a config. */
#include "check_proof.h"

/* ---- sizes as polynomials ---- */

static const struct poly *size_of(struct logic *l, const struct view *v,
                                  const struct extent *e);

static const struct poly *
size_of_list(struct logic *l, const struct view *v, const struct extent *e)
{
	bool sum = e->kind == EXTENT_SUM;
	const struct poly *p = poly_int(l->arena, !sum);

	for (e = e->child; e; e = e->next)
		p = sum ? poly_add(l->arena, p, size_of(l, v, e), 1)
		        : poly_mul(l->arena, p, size_of(l, v, e));
	return p;
}

/* NULL where it depends on what is not known. */
static const struct poly *
size_of(struct logic *l, const struct view *v, const struct extent *e)
{
	switch (e->kind) {
	case EXTENT_DIM:
		return view_count(l, v, e->dim);
	case EXTENT_ONE:
		return poly_int(l->arena, 1);
	case EXTENT_PRODUCT: case EXTENT_SUM:
		return size_of_list(l, v, e);
	case EXTENT_EXACT:
		return poly_of(l, e->amount, v);
	case EXTENT_CUT:
		return poly_div(l->arena, size_of(l, v, e->child),
		                view_count(l, v, e->dim));
	default:
		return NULL;
	}
}

/* Whether a >= b can never be. */
static bool
is_below(struct logic *l, const struct poly *a, const struct poly *b)
{
	const struct poly *p = poly_add(l->arena, a, b, -1);

	return p && form_refute(l, form_least(l, p), NULL);
}

static const char *
text_of(const struct checked *m, const struct cell *c, const struct bound *x)
{
	struct out o = {.arena = m->arena};

	if (x)
		bound_print(&o, m, c, x, false);
	return x ? o.text : "?";
}

static const char *
text_of_size(const struct checked *m, const struct cell *c,
             const struct extent *e)
{
	if (e->kind == EXTENT_DIM)
		return text_of(m, c, checked_dim(m, c, e->dim)->to);
	return checked_text(m, e->span);
}

/* ---- checks ---- */

static void
check_padding(struct logic *l, const struct view *v, const struct extent *e)
{
	bool exact = e->kind == EXTENT_EXACT;
	const struct poly *least = exact ? size_of(l, v, e->child)
	                                 : poly_int(l->arena, 1);

	if (!is_below(l, poly_of(l, e->amount, v), least))
		return;
	if (exact)
		check_error(l->m, CHECK_size_conflict, e->span,
		            "padding to %s would cut off what is there: %s",
		            text_of(l->m, v->cell, e->amount),
		            text_of_size(l->m, v->cell, e->child));
	else
		check_error(l->m, CHECK_size_conflict, e->span,
		            "a multiple of %s: padding is to a multiple of 1 "
		            "or more", text_of(l->m, v->cell, e->amount));
}

static void
check_cut(struct logic *l, const struct view *v, const struct extent *e)
{
	int64_t size, runs;

	if (!poly_is_int(size_of(l, v, e->child), &size) ||
	    !poly_is_int(view_count(l, v, e->dim), &runs) ||
	    (runs > 0 && size % runs == 0))
		return;
	check_error(l->m, CHECK_size_conflict, e->span,
	            "%lld elements are not %lld equal runs", (long long)size,
	            (long long)runs);
}

static void
check_extents(struct logic *l, const struct view *v, const struct extent *e)
{
	for (; e; e = e->next) {
		if (e->kind == EXTENT_EXACT || e->kind == EXTENT_MULTIPLE)
			check_padding(l, v, e);
		if (e->kind == EXTENT_CUT)
			check_cut(l, v, e);
		check_extents(l, v, e->child);
	}
}

static void
check_split(struct logic *l, const struct view *v, const struct split *s)
{
	const struct dim *whole = checked_dim(l->m, v->cell, s->dim);
	const struct poly *size = view_size(l, v, s->dim);
	const struct poly *p = poly_int(l->arena, 1);
	struct out o = {.arena = l->arena};
	struct diag *g;

	for (int i = 0; i < s->n; i++) {
		p = poly_mul(l->arena, p, view_size(l, v, s->parts[i]));
		out_printf(&o, "%s%s", i ? " * " : "", text_of(l->m, v->cell,
			checked_dim(l->m, v->cell, s->parts[i])->to));
	}
	if (!size || !p || !form_refute(l, form_equal(l, size, p), NULL))
		return;
	g = check_error(l->m, CHECK_size_conflict,
	                checked_dim(l->m, v->cell, s->parts[0])->span,
	                "%s has %s elements, and its parts make %s",
	                whole->name, text_of(l->m, v->cell, whole->to),
	                o.text);
	check_note(l->m, g, whole->span, "%s", whole->name);
	check_note(l->m, g, v->cell->span, "split so here");
}

void
prove_sizes(struct checked *m)
{
	for (int i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];
		struct logic *l = logic_new(m);
		struct view *v = view_new(l, c);

		l->positive = true;
		for (int k = 0; k < c->n_splits; k++)
			check_split(l, v, &c->splits[k]);
		check_extents(l, v, c->axes);
	}
}
