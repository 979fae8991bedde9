/* Claims: the patterns of a layout, each once, with what its keys may be. */
#include <string.h>

#include "automaton.h"
#include "check_place.h"

struct forms {
	const char **list;    /* parallel to the claims */
	int n;
};

static struct claim *
find_claim(struct check_state *c, struct column *k, struct forms *f,
           const struct cell *cell)
{
	const char *form = pattern_form(c, cell->pattern);
	struct claim *x;

	for (int i = 0; i < k->n_claims; i++)
		if (!k->claims[i].drop && strcmp(f->list[i], form) == 0)
			return &k->claims[i];
	x = PUSH(c->arena, k->claims, k->n_claims);
	*x = (struct claim){.pattern = cell->pattern, .span = cell->span};
	*PUSH(c->arena, f->list, f->n) = form;
	return x;
}

/* ---- keys that are twice the same ---- */

static bool
is_same_index(const struct checked *m, const struct cell *a, int i,
              const struct cell *b)
{
	const struct dim *x, *y;

	/* Texts and pinned digits may differ; key-overlap looks at those. */
	if (a->captures[i] < 0 || b->captures[i] < 0)
		return false;
	x = checked_dim(m, a, a->captures[i]);
	y = checked_dim(m, b, b->captures[i]);
	return bound_same(x->from, y->from) && bound_same(x->to, y->to) &&
	       x->to;
}

static bool
is_conditional(const struct checked *m, const struct cell *cell)
{
	return cell->when || m->rows[cell->row].when ||
	       m->rows[cell->row].optional;
}

/* Two cells of one pattern without a condition, over the same indices. */
static void
check_duplicates(struct check_state *c, const struct claim *x)
{
	const struct checked *m = c->m;

	for (int i = 0; i < x->n_cells; i++)
		for (int k = i + 1; k < x->n_cells; k++) {
			const struct cell *a = &m->cells[x->cells[i]];
			const struct cell *b = &m->cells[x->cells[k]];
			bool same = a->n_captures == b->n_captures;

			if ((a->pack >= 0 && a->pack == b->pack) ||
			    is_conditional(m, a) || is_conditional(m, b) ||
			    (a->row == b->row && !a->also && !b->also))
				continue;
			for (int n = 0; same && n < a->n_captures; n++)
				same = is_same_index(m, a, n, b);
			if (!same)
				continue;
			struct diag *g = check_error(
				c->m, CHECK_key_duplicate, b->span,
				"this key is that of %s, too",
				m->rows[a->row].name);
			check_note(c->m, g, a->span, "here; a tensor that "
			           "holds several rows is a pack");
		}
}

/* ---- scanners ---- */

/* Puts the claims into scanners such that those of one scanner are disjoint:
 * each into the first in which none meets it. */
static void
assign_scanners(struct check_state *c, struct column *k)
{
	struct automaton **a = arena_alloc(
		c->arena, ((size_t)k->n_claims + 1) * sizeof *a);

	for (int i = 0; i < k->n_claims; i++) {
		struct claim *x = &k->claims[i];

		a[i] = automaton_new(c->m->automata, x->pattern);
		for (int j = 0; j < i; j++) {
			if (k->claims[j].scanner != x->scanner ||
			    automaton_meets(a[i], a[j], NULL) == ANSWER_NO)
				continue;
			x->scanner++;
			j = -1;
		}
		if (x->scanner >= k->n_scanners)
			k->n_scanners = x->scanner + 1;
	}
}

static void
claim_text(struct check_state *c, struct claim *x)
{
	struct out o = {.arena = c->arena};

	pattern_print(x->pattern, &o);
	x->text = o.text;
}

static void
check_directories(struct check_state *c)
{
	const struct checked *m = c->m;

	for (int i = 0; i < m->n_cells; i++) {
		struct column *k = &c->m->columns[m->cells[i].column];

		k->directories = k->directories || m->cells[i].directory.n;
	}
	for (int i = 0; i < m->n_cells; i++) {
		const struct cell *cell = &m->cells[i];

		if (!m->columns[cell->column].directories || cell->directory.n)
			continue;
		check_error(c->m, CHECK_directory_mixed, cell->span,
		            "layout %s has its tensors in directories: say in "
		            "which this one is, as in KEY in rank{t}/",
		            m->columns[cell->column].name);
	}
}

/* A routed axis that one row pads, the row it is routed by pads too. */
static bool
pads(const struct extent *e, const struct checked *m, const struct cell *c,
     atom name, bool padded)
{
	for (; e; e = e->next) {
		bool here = padded || e->kind == EXTENT_MULTIPLE ||
		            e->kind == EXTENT_EXACT;

		if (e->kind == EXTENT_DIM && here &&
		    checked_dim(m, c, e->dim)->name == name)
			return true;
		if (pads(e->child, m, c, name, here))
			return true;
	}
	return false;
}

static void
check_routed(struct check_state *c, const struct cell *cell)
{
	const struct checked *m = c->m;
	const struct row *r = &m->rows[cell->row];
	const struct row *by = &m->rows[r->routed];
	const struct cell *others;
	int n;

	others = checked_cells(m, r->routed, cell->column, &n);
	for (int i = 0; i < by->n_dims; i++) {
		atom name = by->dims[i].name;
		bool both = false;

		if (!pads(cell->axes, m, cell, name, false))
			continue;
		for (int k = 0; k < n; k++)
			both = both || pads(others[k].axes, m, &others[k],
			                    name, false);
		if (both)
			continue;
		struct diag *g = check_error(
			c->m, CHECK_routed_pad, cell->span, "%s is padded "
			"here, but not in %s, which would route to the padding",
			name, by->name);
		check_note(c->m, g, n ? others[0].span : by->span,
		           "its router");
	}
}

void
claims_bind(struct check_state *c)
{
	struct checked *m = c->m;

	for (int i = 0; i < m->n_columns; i++) {
		struct column *k = &m->columns[i];
		struct forms f = {NULL, 0};

		for (int j = 0; j < k->n_claims; j++)
			*PUSH(c->arena, f.list, f.n) = "";
		for (int j = 0; j < m->n_cells; j++) {
			struct claim *x;

			if (m->cells[j].column != i)
				continue;
			x = find_claim(c, k, &f, &m->cells[j]);
			m->cells[j].claim = (int)(x - k->claims);
			*PUSH(c->arena, x->cells, x->n_cells) = j;
		}
		for (int j = 0; j < k->n_claims; j++) {
			claim_text(c, &k->claims[j]);
			check_duplicates(c, &k->claims[j]);
		}
		assign_scanners(c, k);
	}
	check_directories(c);
	for (int i = 0; i < m->n_cells; i++)
		if (m->rows[m->cells[i].row].routed >= 0)
			check_routed(c, &m->cells[i]);
}
