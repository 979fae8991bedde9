/* Rows that belong together, and values that can always be had. */
#include "check_proof_facts.h"

/* ---- groups ---- */

static bool
has_place(const struct checked *m, int row, int column)
{
	int n;

	return checked_cells(m, row, column, &n) != NULL;
}

/* Tensors that mean nothing without each other are in the same layouts. */
static void
check_bundle(struct checked *m, const struct bundle *b, int column)
{
	int with = -1, without = -1;
	struct diag *g;

	for (int i = 0; i < b->n; i++) {
		if (has_place(m, b->rows[i], column))
			with = b->rows[i];
		else
			without = b->rows[i];
	}
	if (with < 0 || without < 0)
		return;
	g = check_error(m, CHECK_group_partial, m->rows[without].span,
	                "layout %s has no place for %s, without which %s "
	                "means nothing", m->columns[column].name,
	                m->rows[without].name, m->rows[with].name);
	check_note(m, g, b->span, "grouped here");
}

/* ---- packs ---- */

/* Whether cell `a` of a pack can be there without its term `b`. */
static bool
is_alone(struct checked *m, const struct cell *a, const struct cell *b,
         const char **example)
{
	struct logic *l = logic_new(m);
	struct view *v = view_new(l, a), *w = view_new(l, b);
	struct alignment *way;
	struct tokens s, t;
	const struct form *f;

	cell_tokens(m, a, true, &s);
	cell_tokens(m, b, true, &t);
	if (!align_keys(m, &s, &t, &way) || !way || way->next)
		return false;
	f = cell_align(l, way, v, w);
	f = form_all(l, f, cell_active(l, v));
	f = form_all(l, f, form_not(l, cell_taken(l, w)));
	return !form_refute(l, f, example);
}

/* A stored tensor holds all terms of its pack, or none. */
static void
check_pack(struct checked *m, const struct cell *a, const struct cell *b)
{
	const char *example = NULL;
	struct diag *g;

	if (m->rows[a->row].optional != m->rows[b->row].optional ||
	    is_alone(m, a, b, &example) || is_alone(m, b, a, &example)) {
		g = check_error(m, CHECK_pack_condition, b->span,
		                "this pack may have to hold only one of %s and "
		                "%s%s%s; what shares a tensor is there under "
		                "one condition", m->rows[a->row].name,
		                m->rows[b->row].name,
		                example ? ", as with " : "",
		                example ? example : "");
		check_note(m, g, m->rows[a->row].span, "%s",
		           m->rows[a->row].name);
		check_note(m, g, m->rows[b->row].span, "%s",
		           m->rows[b->row].name);
	}
}

/* Each term is compared with the first one of its pack. */
static void
check_packs(struct checked *m)
{
	const struct cell **first;
	int n = 0;

	for (int i = 0; i < m->n_cells; i++)
		if (m->cells[i].pack >= n)
			n = m->cells[i].pack + 1;
	first = arena_alloc(m->arena, ((size_t)n + 1) * sizeof *first);
	for (int i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		if (c->pack >= 0 && first[c->pack])
			check_pack(m, first[c->pack], c);
		else if (c->pack >= 0)
			first[c->pack] = c;
	}
}

/* ---- variants ---- */

static bool
anywhere(struct facts *f, int column, int evidence)
{
	if (column >= 0)
		return facts_possible(f, column, evidence, NULL);
	for (int i = 0; i < f->m->n_columns; i++)
		if (facts_possible(f, i, evidence, NULL))
			return true;
	return false;
}

/* A variant asks for keys that a place has. */
static void
check_evidence(struct facts *f, const struct symbol *y, const struct bound *x)
{
	if (!x)
		return;
	if (x->op >= BOUND_HAS && x->op <= BOUND_SHAPE &&
	    !anywhere(f, y->column, (int)x->n)) {
		struct diag *g = check_error(
			f->m, CHECK_variant_never, x->span,
			"no place of %s has the key %s, so that this is the "
			"same for every source", y->column < 0 ? "any layout"
			: f->m->columns[y->column].name,
			f->m->evidence[x->n].text);
		check_note(f->m, g, y->span, "variant %s", y->name);
	}
	check_evidence(f, y, x->a);
	check_evidence(f, y, x->b);
}

/* ---- values ---- */

/* A text whose alternatives all have conditions has one that holds. */
static void
check_alternatives(struct checked *m, const struct symbol *y)
{
	struct logic *l = logic_new(m);
	const struct form *none = &form_true;
	const struct bound *x = y->value;
	const char *example = NULL;

	for (; x && x->op == BOUND_FIRST; x = x->b) {
		if (x->a->op != BOUND_WHEN)
			return;
		none = form_all(l, none, form_not(l, form_of(l, x->a->b,
		                                             NULL)));
	}
	if (!x || x->op != BOUND_WHEN)
		return;
	none = form_all(l, none, form_not(l, form_of(l, x->b, NULL)));
	if (form_refute(l, none, &example))
		return;
	check_error(m, CHECK_text_total, y->rule,
	            "%s has no value where none of its conditions holds%s%s; "
	            "end with one that has no condition", y->name,
	            example ? ", as with " : "", example ? example : "");
}

void
prove_rows(struct checked *m)
{
	struct facts *f = facts_new(m);

	for (int i = 0; i < m->n_bundles; i++)
		for (int k = 0; k < m->n_columns; k++)
			check_bundle(m, &m->bundles[i], k);
	check_packs(m);
	for (int i = 0; i < m->n_symbols; i++) {
		if (m->symbols[i].kind == SYMBOL_VARIANT)
			check_evidence(f, &m->symbols[i],
			               m->symbols[i].value);
		if (m->symbols[i].kind == SYMBOL_TEXT)
			check_alternatives(m, &m->symbols[i]);
	}
}
