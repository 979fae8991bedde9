/* Detections are apart: that of layout X is false on the full key set of every
 * other layout Y, for all values of flags, options, sizes and variants.
 *
 * Taken as known of a source in Y: it has no key that no place, keep or drop of
 * Y may have under its ranges and conditions; it has every key of a required
 * tensor whose conditions hold; and a family `l < N` is not empty. Whether it
 * has an optional tensor, or a key that a keep or a drop may take, is open.
 * Nothing is taken from Y's own has(): a source that Y would not detect must
 * not be converted as X either.
 *
 * What both detects compare of one config path, dtype, shape or count does
 * separate them, if the values differ. Two expressions may still be equal for
 * one source (2 * F and H): then both detects hold, and reading it is the error
 * of two layouts. So do two formats separate. */
#include <string.h>

#include "check_proof_facts.h"

/* ---- questions ---- */

/* Whether the detect of `column` is false on every key set of `other`. */
static bool
is_apart(struct facts *f, int column, int other, const char **example)
{
	const struct column *a = &f->m->columns[column];
	const struct column *b = &f->m->columns[other];
	struct logic *l = logic_new(f->m);
	struct view *mine = view_new(l, NULL), *theirs = view_new(l, NULL);
	const struct form *g;

	if (strcmp(a->format, b->format) != 0)
		return true;
	f->column = other;
	theirs->side = 1;
	l->has = facts_has;
	l->has_of = f;
	g = form_of(l, a->detect, mine);
	g = form_all(l, g, form_of(l, b->detect, theirs));
	return form_refute(l, g, example);
}

static bool
is_undecided(const struct checked *m, int a, int b)
{
	for (int i = 0; i < m->n_undecided; i++) {
		const struct undecided *u = &m->undecided[i];

		if ((u->a == a && u->b == b) || (u->a == b && u->b == a))
			return true;
	}
	return false;
}

/* ---- what helps the user ---- */

/* The first has(KEY) in a predicate, by whether a layout may have such a key;
 * negated ones do not count. -1 if there is none. */
static int
find_has(const struct facts *f, const struct bound *x, int column,
         bool possible, const char **key)
{
	int n;

	if (!x || x->op == BOUND_NOT)
		return -1;
	if (x->op == BOUND_HAS)
		return facts_possible(f, column, (int)x->n, key) == possible
			? (int)x->n : -1;
	n = find_has(f, x->a, column, possible, key);
	return n >= 0 ? n : find_has(f, x->b, column, possible, key);
}

/* "layout fused, as with packed: both have KEY" */
static const char *
overlap(const struct facts *f, int column, int other, const char *example)
{
	const struct checked *m = f->m;
	const char *key = NULL;
	int n = find_has(f, m->columns[column].detect, other, true, &key);

	return arena_printf(m->arena, "layout %s%s%s%s%s",
	                    m->columns[other].name,
	                    example ? ", as with " : "",
	                    example ? example : "",
	                    n < 0 ? "" : ": both have ", n < 0 ? "" : key);
}

static const char *
advice(const struct facts *f, int column, int other)
{
	const struct checked *m = f->m;
	const struct column *a = &m->columns[column], *b = &m->columns[other];
	int n = find_has(f, b->detect, column, false, NULL);

	if (n < 0)
		return arena_printf(m->arena, "add `and not has(…)` with a "
		                    "key that only %s has, or say "
		                    "`undecidable %s %s` if there is none",
		                    b->name, a->name, b->name);
	return arena_printf(m->arena, "add `and not has(%s)`",
	                    m->evidence[n].text);
}

static void
check_pairs(struct facts *f, int column)
{
	struct checked *m = f->m;
	struct diag *g = NULL;
	bool first = true;

	for (int i = 0; i < m->n_columns; i++) {
		const char *example = NULL;

		if (i == column || is_undecided(m, column, i) ||
		    is_apart(f, column, i, &example))
			continue;
		if (first) {
			g = check_error(m, CHECK_detect_overlap,
			                m->columns[column].detect_span,
			                "this also holds for a source in %s",
			                overlap(f, column, i, example));
			check_note(m, g, m->columns[i].span, "%s",
			           advice(f, column, i));
		} else {
			check_note(m, g, m->columns[i].span,
			           "and for one in %s; %s",
			           overlap(f, column, i, example),
			           advice(f, column, i));
		}
		first = false;
	}
}

/* Why has(KEY) never holds for a source in the layout. */
static void
note_never(struct facts *f, const struct bound *x, int column, struct diag *g)
{
	struct logic *l = logic_new(f->m);
	const struct column *c = &f->m->columns[column];
	const char *text = f->m->evidence[x->n].text;

	l->has = facts_has;
	l->has_of = f;
	if (!form_refute(l, form_of(l, x, view_new(l, NULL)), NULL))
		return;
	if (!facts_possible(f, column, (int)x->n, NULL))
		check_note(f->m, g, x->span, "no place of %s has the key %s",
		           c->name, text);
	for (int i = 0; i < c->n_claims; i++)
		if (facts_meets(f, column, i, (int)x->n, NULL))
			check_note(f->m, g, c->claims[i].span, "by its range "
			           "and conditions this place never has the "
			           "key %s", text);
}

static void
note_absent(struct facts *f, const struct bound *x, int column,
            struct diag *g)
{
	if (!x || x->op == BOUND_NOT)
		return;
	if (x->op == BOUND_HAS)
		note_never(f, x, column, g);
	note_absent(f, x->a, column, g);
	note_absent(f, x->b, column, g);
}

/* Its own key set can make the detect of a layout true. */
static void
check_own(struct facts *f, int column)
{
	const struct column *c = &f->m->columns[column];
	struct logic *l = logic_new(f->m);
	struct diag *g;

	f->column = column;
	l->has = facts_has;
	l->has_of = f;
	if (!form_refute(l, form_of(l, c->detect, view_new(l, NULL)), NULL))
		return;
	g = check_error(f->m, CHECK_detect_never, c->detect_span,
	                "this never holds for a source in layout %s itself",
	                c->name);
	note_absent(f, c->detect, column, g);
}

static void
check_needless(struct facts *f, const struct undecided *u)
{
	const struct column *a = &f->m->columns[u->a];
	const struct column *b = &f->m->columns[u->b];

	if (!a->detect || !b->detect || !is_apart(f, u->a, u->b, NULL) ||
	    !is_apart(f, u->b, u->a, NULL))
		return;
	check_error(f->m, CHECK_undecidable_needless, u->span,
	            "%s and %s are told apart by what their detect asks for; "
	            "without this line no source of theirs needs --from",
	            a->name, b->name);
}

void
prove_detect(struct checked *m)
{
	struct facts *f = facts_new(m);

	for (int i = 0; i < m->n_columns; i++)
		if (m->columns[i].detect) {
			check_own(f, i);
			check_pairs(f, i);
		}
	for (int i = 0; i < m->n_undecided; i++)
		check_needless(f, &m->undecided[i]);
}
