/* One key, one place: where the patterns of two places of a layout meet, their
 * conditions and ranges exclude each other. And one key, one reading. */
#include "automaton.h"
#include "check_proof.h"

/* ---- one reading ---- */

static void
check_ambiguous(struct checked *m, const struct claim *c)
{
	const char *key = "";

	switch (automaton_ambiguous(m->automata, c->pattern, &key)) {
	case ANSWER_NO:
		return;
	case ANSWER_YES:
		check_error(m, CHECK_key_ambiguous, c->span,
		            "%s can be read in two ways with %s; put text "
		            "between its holes", key, c->text);
		return;
	case ANSWER_TOO_LARGE:
		check_error(m, CHECK_key_ambiguous, c->span,
		            "%s is too large to be shown that its keys can "
		            "be read in one way only; write a simpler key",
		            c->text);
	}
}

/* ---- one place ---- */

/* Whether they cannot both hold one key in this way. */
static bool
refute_way(struct checked *m, const struct cell *a, const struct cell *b,
           const struct alignment *way, const char **example)
{
	struct logic *l = logic_new(m);
	struct view *v = view_new(l, a), *w = view_new(l, b);
	const struct form *f = way ? cell_align(l, way, v, w) : &form_true;

	f = form_all(l, f, cell_active(l, v));
	f = form_all(l, f, cell_active(l, w));
	return form_refute(l, f, example);
}

static bool
exclude(struct checked *m, const struct cell *a, const struct cell *b,
        const char **example)
{
	struct alignment *ways;
	struct tokens s, t;

	cell_tokens(m, a, true, &s);
	cell_tokens(m, b, true, &t);
	if (!align_keys(m, &s, &t, &ways))
		return refute_way(m, a, b, NULL, example);
	for (; ways; ways = ways->next)
		if (!refute_way(m, a, b, ways, example))
			return false;
	return true;
}

/* What would tell two places apart. */
static const char *
advice(const struct checked *m, const struct cell *a, const struct cell *b)
{
	const struct cell *has = a->when ? a : b, *lacks = a->when ? b : a;

	if (!has->when)
		return "give them ranges or conditions that do, or write a "
		       "pack";
	return arena_printf(m->arena, has->when->op == BOUND_SYMBOL
	                    ? "put `not %s` into the condition of %s"
	                    : "put `not (%s)` into the condition of %s",
	                    checked_text(m, has->when->span),
	                    m->rows[lacks->row].name);
}

/* Two places that may have one key, `key` for example. */
static void
check_cells(struct checked *m, const struct cell *a, const struct cell *b,
            const char *key)
{
	const char *example = NULL;
	struct diag *g;

	if ((a->pack >= 0 && a->pack == b->pack) ||
	    exclude(m, a, b, &example))
		return;
	g = check_error(m, CHECK_key_overlap, b->span,
	                "%s may be %s and %s%s%s: their ranges and conditions "
	                "cannot be shown to exclude each other; %s", key,
	                m->rows[a->row].name, m->rows[b->row].name,
	                example ? ", as with " : "", example ? example : "",
	                advice(m, a, b));
	check_note(m, g, a->span, "the other place");
}

static void
check_drop(struct checked *m, const struct claim *a, const struct claim *b,
           const char *key)
{
	const struct claim *drop = a->drop ? a : b, *other = a->drop ? b : a;
	struct diag *g;

	g = check_error(m, CHECK_key_overlap, drop->span,
	                "%s is dropped here, and claimed elsewhere", key);
	check_note(m, g, other->drop || !other->n_cells ? other->span
	           : m->cells[other->cells[0]].span, "the other place");
}

static void
check_claims(struct checked *m, const struct claim *a, const struct claim *b,
             const char *key)
{
	if (a->drop || b->drop) {
		if (a != b)
			check_drop(m, a, b, key);
		return;
	}
	for (int i = 0; i < a->n_cells; i++)
		for (int k = a == b ? i + 1 : 0; k < b->n_cells; k++)
			check_cells(m, &m->cells[a->cells[i]],
			            &m->cells[b->cells[k]], key);
}

static void
check_column(struct checked *m, const struct column *c)
{
	size_t n = (size_t)c->n_claims + 1;
	struct automaton **a = arena_alloc(m->arena, n * sizeof *a);

	for (int i = 0; i < c->n_claims; i++)
		a[i] = automaton_new(m->automata, c->claims[i].pattern);
	for (int i = 0; i < c->n_claims; i++) {
		const char *key = "";

		check_ambiguous(m, &c->claims[i]);
		if (c->claims[i].n_cells > 1 &&
		    automaton_empty(a[i], &key) != ANSWER_YES)
			check_claims(m, &c->claims[i], &c->claims[i], key);
		for (int k = 0; k < i; k++)
			if (automaton_meets(a[k], a[i], &key) != ANSWER_NO)
				check_claims(m, &c->claims[k], &c->claims[i],
				             key);
	}
}

void
prove_keys(struct checked *m)
{
	for (int i = 0; i < m->n_columns; i++)
		check_column(m, &m->columns[i]);
}
