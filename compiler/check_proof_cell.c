/* Cells in formulas: when a place is used, and with which indices. */
#include <string.h>

#include "check_proof.h"

bool
bound_mentions(const struct bound *x, int dim)
{
	if (!x || x->op == BOUND_EACH)
		return false;
	return ((x->op == BOUND_INDEX || x->op == BOUND_AXIS_SIZE) &&
	        x->n == dim) ||
	       bound_mentions(x->a, dim) || bound_mentions(x->b, dim);
}

/* ---- keys ---- */

static bool
pieces_know(const struct pieces *p, int dim)
{
	for (int i = 0; i < p->n; i++) {
		if (p->list[i].dim == dim)
			return true;
		for (int k = 0; k < p->list[i].n_digits; k++)
			if (p->list[i].digits[k].dim == dim)
				return true;
	}
	return false;
}

bool
cell_knows(const struct cell *c, int dim)
{
	if (pieces_know(&c->key, dim) || pieces_know(&c->directory, dim))
		return true;
	for (int i = 0; i < c->n_splits; i++) {
		bool all = c->splits[i].dim == dim;

		for (int k = 0; all && k < c->splits[i].n; k++)
			all = cell_knows(c, c->splits[i].parts[k]);
		if (all)
			return true;
	}
	return false;
}

static bool
extents_cut(const struct extent *e, int dim)
{
	for (; e; e = e->next)
		if ((e->kind == EXTENT_CUT && e->dim == dim) ||
		    extents_cut(e->child, dim))
			return true;
	return false;
}

bool
cell_cuts(const struct cell *c, int dim)
{
	return extents_cut(c->axes, dim);
}

const char *
cell_name(const struct checked *m, const struct cell *c)
{
	return arena_printf(m->arena, "%s in %s", m->rows[c->row].name,
	                    m->columns[c->column].name);
}

void
cell_tokens(const struct checked *m, const struct cell *c, bool directory,
            struct tokens *t)
{
	struct piece slash = {.kind = PIECE_TEXT, .text = "/"};

	*t = (struct tokens){NULL, 0};
	if (c->regex) {
		tokens_of_pattern(m, t, c->pattern);
		return;
	}
	if (directory && c->directory.n) {
		tokens_of_pieces(m, t, &c->directory);
		tokens_of_pieces(m, t, &(struct pieces){&slash, 1});
	}
	tokens_of_pieces(m, t, &c->key);
}

/* ---- what two keys agree on ---- */

static const struct form *
give(struct logic *l, struct view *v, int dim, const struct poly *value)
{
	if (!v->index[dim]) {
		v->index[dim] = value;
		return &form_true;
	}
	return form_equal(l, v->index[dim], value);
}

/* {(c b)} is `value`. */
static const struct form *
give_group(struct logic *l, struct view *v, const struct piece *p,
           const struct poly *value)
{
	const struct poly *sum = poly_int(l->arena, 0);
	const struct form *f = &form_true;

	for (int i = 0; i < p->n_digits; i++) {
		const struct digit *d = &p->digits[i];

		if (d->pin)
			f = form_all(l, f, give(l, v, d->dim,
			                        poly_of(l, d->pin, v)));
		sum = poly_mul(l->arena, sum, view_count(l, v, d->dim));
		sum = poly_add(l->arena, sum, view_index(l, v, d->dim), 1);
	}
	return form_all(l, f, form_equal(l, sum, value));
}

static const struct form *
give_number(struct logic *l, struct view *v, const struct piece *p,
            const struct poly *value)
{
	struct bound y = {.op = BOUND_SYMBOL, .type = TYPE_INT};

	if (!p)
		return &form_true;
	switch (p->kind) {
	case PIECE_INDEX:
		if (p->shift)
			value = poly_add(l->arena, value,
			                 poly_of(l, p->shift, v), -1);
		return value ? give(l, v, p->dim, value) : &form_true;
	case PIECE_GROUP:
		return give_group(l, v, p, value);
	default:
		y.n = p->symbol;
		y.span = p->span;
		return form_equal(l, poly_of(l, &y, v), value);
	}
}

/* When a text is this word: where the condition of an alternative that says it
 * holds, and none before it. */
static const struct form *
word_chosen(struct logic *l, const struct symbol *y, const char *word,
            const struct view *v)
{
	const struct form *none = &form_true, *any = &form_false;

	for (const struct bound *x = y->value, *a; x;
	     x = x->op == BOUND_FIRST ? x->b : NULL) {
		const struct form *here = none;

		a = x->op == BOUND_FIRST ? x->a : x;
		if (a->op == BOUND_WHEN) {
			here = form_all(l, none, form_of(l, a->b, v));
			none = form_all(l, none,
			                form_not(l, form_of(l, a->b, v)));
			a = a->a;
		}
		if (a->op != BOUND_STRING)
			return &form_true;
		if (strcmp(a->s, word) == 0)
			any = form_any(l, any, here);
	}
	return any;
}

static const struct form *
give_word(struct logic *l, struct view *v, const struct piece *p, int word)
{
	struct bound text = {.op = BOUND_STRING, .type = TYPE_TEXT};
	struct bound y = {.op = BOUND_SYMBOL, .type = TYPE_TEXT};
	struct bound same = {.op = BOUND_EQ, .type = TYPE_BOOL, .a = &y,
	                     .b = &text};
	const struct symbol *symbol;

	if (!p)
		return &form_true;
	if (p->kind == PIECE_LABELS)
		return give(l, v, p->dim, poly_int(l->arena, word));
	symbol = &l->m->symbols[p->symbol];
	y.n = p->symbol;
	y.span = text.span = same.span = symbol->span;
	text.s = symbol->words[word];
	if (symbol->kind != SYMBOL_TEXT || !symbol->value)
		return form_of(l, &same, v);
	return form_all(l, form_of(l, &same, v),
	                word_chosen(l, symbol, text.s, v));
}

/* Whether two groups have the same digits, so that equal numbers are equal
 * digit by digit. The size of the slowest one does not matter. */
static bool
same_digits(struct logic *l, const struct view *a, const struct piece *p,
            const struct view *b, const struct piece *q)
{
	if (p->n_digits != q->n_digits)
		return false;
	for (int i = 1; i < p->n_digits; i++)
		if (!poly_same(view_count(l, a, p->digits[i].dim),
		               view_count(l, b, q->digits[i].dim)))
			return false;
	return true;
}

static const struct poly *
fresh(struct logic *l)
{
	char text[32];
	int id;

	snprintf(text, sizeof text, "number:%d", l->n_unknowns);
	id = logic_unknown(l, text, NULL);
	l->unknowns[id].bounded = true;
	return poly_unknown(l->arena, id);
}

static const struct form *
give_digits(struct logic *l, struct view *a, const struct piece *p,
            struct view *b, const struct piece *q)
{
	const struct form *f = &form_true;

	for (int i = 0; i < p->n_digits; i++) {
		const struct digit *d = &p->digits[i], *e = &q->digits[i];
		const struct poly *value = d->pin ? poly_of(l, d->pin, a)
			: e->pin ? poly_of(l, e->pin, b) : fresh(l);

		f = form_all(l, f, give(l, a, d->dim, value));
		f = form_all(l, f, give(l, b, e->dim, value));
		if (d->pin && e->pin)
			f = form_all(l, f, form_equal(
				l, value, poly_of(l, e->pin, b)));
	}
	return f;
}

static const struct form *
give_equal(struct logic *l, struct view *a, const struct piece *p,
           struct view *b, const struct piece *q)
{
	const struct poly *value;
	const struct form *f;

	if (!p && !q)
		return &form_true;
	if (p && q && p->kind == PIECE_GROUP && q->kind == PIECE_GROUP &&
	    same_digits(l, a, p, b, q))
		return give_digits(l, a, p, b, q);
	value = fresh(l);
	f = give_number(l, a, p, value);
	return form_all(l, f, give_number(l, b, q, value));
}

const struct form *
cell_align(struct logic *l, const struct alignment *way, struct view *a,
           struct view *b)
{
	const struct form *f = &form_true, *g;

	for (int i = 0; i < way->n; i++) {
		const struct agreement *x = &way->list[i];
		struct view *v = x->side ? b : a;

		if (x->kind == AGREE_EQUAL)
			g = give_equal(l, a, x->a->piece, b, x->b->piece);
		else if (x->kind == AGREE_NUMBER)
			g = give_number(l, v, x->a->piece,
			                poly_int(l->arena, x->number));
		else
			g = give_word(l, v, x->a->piece, x->word);
		f = form_all(l, f, g);
	}
	return f;
}

/* ---- when a cell is used ---- */

const struct form *
cell_range(struct logic *l, const struct view *v, int dim)
{
	const struct poly *at = view_index(l, v, dim);
	const struct poly *to = view_to(l, v, dim);
	const struct form *f;

	f = form_least(l, poly_add(l->arena, at, view_from(l, v, dim), -1));
	if (!to)
		return f;
	to = poly_add(l->arena, to, poly_int(l->arena, 1), -1);
	return form_all(l, f, form_least(l, poly_add(l->arena, to, at, -1)));
}

/* The dim of `v` that a line before it calls by the same name, or -1. */
static int
same_dim(const struct logic *l, const struct view *v, const struct cell *c,
         int dim)
{
	if (dim < l->m->rows[c->row].n_dims)
		return dim;
	for (int i = l->m->rows[c->row].n_dims; i < v->n; i++)
		if (checked_dim(l->m, v->cell, i)->name ==
		    checked_dim(l->m, c, dim)->name)
			return i;
	return -1;
}

/* The line before does not take what `v` is about. What it calls by one name
 * is one index; where it has one more, it takes nothing from this line. */
static const struct form *
not_before(struct logic *l, const struct view *v, const struct cell *before)
{
	struct view *theirs = view_new(l, before);

	for (int i = 0; i < theirs->n; i++) {
		int k = same_dim(l, v, before, i);

		if (k >= 0)
			theirs->index[i] = view_index(l, v, k);
		else if (bound_mentions(before->when, i))
			return &form_true;
	}
	return form_not(l, form_of(l, before->when, theirs));
}

const struct form *
cell_taken(struct logic *l, const struct view *v)
{
	const struct cell *c = v->cell, *lines;
	const struct form *f;
	int n;

	f = form_all(l, form_of(l, l->m->rows[c->row].when, v),
	             form_of(l, c->when, v));
	if (c->also)
		return f;
	lines = checked_cells(l->m, c->row, c->column, &n);
	for (int i = 0; i < n && lines[i].line < c->line; i++)
		if (!lines[i].also)
			f = form_all(l, f, not_before(l, v, &lines[i]));
	return f;
}

const struct form *
cell_active(struct logic *l, const struct view *v)
{
	const struct form *f = cell_taken(l, v);

	for (int i = 0; i < v->n; i++)
		if (cell_knows(v->cell, i))
			f = form_all(l, f, cell_range(l, v, i));
	return f;
}
