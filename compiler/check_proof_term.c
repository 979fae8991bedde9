/* Values of expressions as polynomials and as texts that name them. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "check_proof.h"

struct logic *
logic_new(struct checked *m)
{
	struct logic *l = arena_alloc(m->arena, sizeof *l);

	l->m = m;
	l->arena = m->arena;
	return l;
}

int
logic_unknown(struct logic *l, const char *text, const char *shown)
{
	atom name = atom_text(l->m->atoms, text);
	int i = 0;

	while (i < l->n_unknowns && l->unknowns[i].text != name)
		i++;
	if (i < l->n_unknowns)
		return i;
	l->unknowns = arena_grow(l->arena, l->unknowns, (size_t)l->n_unknowns,
	                         sizeof *l->unknowns);
	l->unknowns[l->n_unknowns++] =
		(struct unknown){.text = name, .shown = shown};
	return i;
}

/* ---- indices ---- */

struct view *
view_new(struct logic *l, const struct cell *c)
{
	struct view *v = arena_alloc(l->arena, sizeof *v);

	v->cell = c;
	v->n = c ? l->m->rows[c->row].n_dims + c->n_extra : 0;
	v->index = arena_alloc(l->arena,
	                       ((size_t)v->n + 1) * sizeof *v->index);
	v->number = l->n_views++;
	return v;
}

static const struct split *
split_of(const struct view *v, int dim)
{
	for (int i = 0; i < v->cell->n_splits; i++)
		if (v->cell->splits[i].dim == dim)
			return &v->cell->splits[i];
	return NULL;
}

/* A size that only the source tells is the same for all lines of a row in one
 * layout. */
const struct poly *
view_count(struct logic *l, const struct view *v, int dim)
{
	const struct poly *size = view_size(l, v, dim);
	const char *text;
	int id;

	if (size)
		return size;
	text = arena_printf(l->arena, "size:%d:%d:%s", v->cell->row,
	                    v->cell->column,
	                    checked_dim(l->m, v->cell, dim)->name);
	id = logic_unknown(l, text, NULL);
	l->unknowns[id].bounded = true;
	l->unknowns[id].low = 1;
	return poly_unknown(l->arena, id);
}

/* (b j): b * size(j) + j; NULL if a part has no value of its own. */
static const struct poly *
split_index(struct logic *l, const struct view *v, const struct split *s)
{
	const struct poly *p = poly_int(l->arena, 0);

	for (int i = 0; i < s->n; i++) {
		if (!v->index[s->parts[i]] && !split_of(v, s->parts[i]))
			return NULL;
		p = poly_mul(l->arena, p, view_count(l, v, s->parts[i]));
		p = poly_add(l->arena, p, view_index(l, v, s->parts[i]), 1);
	}
	return p;
}

const struct poly *
view_index(struct logic *l, const struct view *v, int dim)
{
	const struct dim *d;
	const struct split *s;
	char text[64];
	int id;

	if (!v || dim < 0 || dim >= v->n)
		return NULL;
	if (v->index[dim])
		return v->index[dim];
	s = split_of(v, dim);
	if (s && (v->index[dim] = split_index(l, v, s)))
		return v->index[dim];
	d = checked_dim(l->m, v->cell, dim);
	snprintf(text, sizeof text, "index:%d:%d", v->number, dim);
	id = logic_unknown(l, text, d->name);
	l->unknowns[id].bounded = !d->from || d->from->op == BOUND_INT;
	l->unknowns[id].low = d->from ? d->from->n : 0;
	v->index[dim] = poly_unknown(l->arena, id);
	return v->index[dim];
}

const struct poly *
view_from(struct logic *l, const struct view *v, int dim)
{
	const struct dim *d = checked_dim(l->m, v->cell, dim);

	return d->from ? poly_of(l, d->from, v) : poly_int(l->arena, 0);
}

const struct poly *
view_to(struct logic *l, const struct view *v, int dim)
{
	const struct dim *d = checked_dim(l->m, v->cell, dim);

	return d->to ? poly_of(l, d->to, v) : NULL;
}

const struct poly *
view_size(struct logic *l, const struct view *v, int dim)
{
	return poly_add(l->arena, view_to(l, v, dim), view_from(l, v, dim),
	                -1);
}

/* ---- definitions ---- */

static bool
defines(const struct checked *m, const struct bound *x)
{
	if (!x)
		return true;
	switch (x->op) {
	case BOUND_CONFIG: case BOUND_FIRST: case BOUND_SAME:
	case BOUND_WHEN: case BOUND_EACH: case BOUND_INDEX:
	case BOUND_AXIS_SIZE: case BOUND_HAS: case BOUND_COUNT:
	case BOUND_DTYPE: case BOUND_SHAPE: case BOUND_DIAGONAL:
		return false;
	default:
		return defines(m, x->a) && defines(m, x->b);
	}
}

bool
term_defines(const struct checked *m, const struct symbol *y)
{
	return (y->kind == SYMBOL_SIZE || y->kind == SYMBOL_FLAG) &&
	       y->value && defines(m, y->value);
}

/* Can the value of a size be zero, as far as its definition says? */
static bool
may_be_zero(const struct checked *m, const struct bound *x)
{
	switch (x->op) {
	case BOUND_CONFIG:
		return false;
	case BOUND_INT:
		return x->n < 1;
	case BOUND_SYMBOL:
		return !m->symbols[x->n].value ||
		       may_be_zero(m, m->symbols[x->n].value);
	case BOUND_FIRST: case BOUND_SAME: case BOUND_ADD: case BOUND_MUL:
	case BOUND_DIV: case BOUND_MAX: case BOUND_MIN: case BOUND_LCM:
		return may_be_zero(m, x->a) || may_be_zero(m, x->b);
	case BOUND_WHEN:
		return may_be_zero(m, x->a);
	default:
		return true;
	}
}

static void
bound_symbol_value(struct logic *l, const struct symbol *y, struct unknown *u)
{
	if (y->kind == SYMBOL_SIZE || (y->kind == SYMBOL_OPTION && y->value &&
	                               y->value->type == TYPE_INT)) {
		u->bounded = true;
		u->low = (l->positive || y->kind == SYMBOL_OPTION) &&
		         y->value && !may_be_zero(l->m, y->value);
	}
	if (y->kind == SYMBOL_TEXT || y->kind == SYMBOL_OPTION) {
		u->words = y->words;
		u->n_words = y->n_words;
	}
}

int
term_unknown(struct logic *l, const struct bound *x, const struct view *v)
{
	const char *shown = x->op == BOUND_HAS ? NULL
		: checked_text(l->m, x->span);
	int before = l->n_unknowns;
	int id = logic_unknown(l, term_text(l, x, v), shown);
	struct unknown *u = &l->unknowns[id];

	if (l->n_unknowns == before)
		return id;
	if (x->op == BOUND_SYMBOL)
		bound_symbol_value(l, &l->m->symbols[x->n], u);
	else if (x->op == BOUND_DIV && x->a->op == BOUND_AXIS_SIZE)
		u->low = u->bounded = true;
	else if (x->op == BOUND_MOD || x->op == BOUND_COUNT ||
	         (x->op == BOUND_SUBSCRIPT && x->a->op == BOUND_SHAPE))
		u->bounded = true;
	return id;
}

/* ---- values ---- */

static const struct poly *
poly_binary(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct poly *a = poly_of(l, x->a, v), *b = poly_of(l, x->b, v);
	const struct poly *p = NULL;

	if (!a || !b)
		return NULL;
	switch (x->op) {
	case BOUND_ADD:
		return poly_add(l->arena, a, b, 1);
	case BOUND_SUB:
		return poly_add(l->arena, a, b, -1);
	case BOUND_MUL:
		return poly_mul(l->arena, a, b);
	case BOUND_DIV:
		p = poly_div(l->arena, a, b);
		break;
	default:
		break;
	}
	return p ? p : poly_unknown(l->arena, term_unknown(l, x, v));
}

const struct poly *
poly_of(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct symbol *y;

	switch (x->op) {
	case BOUND_INT:
		return poly_int(l->arena, x->n);
	case BOUND_INDEX:
		return view_index(l, v, (int)x->n);
	case BOUND_AXIS_SIZE:
		return v && v->cell ? view_count(l, v, (int)x->n) : NULL;
	case BOUND_NEGATE:
		return poly_add(l->arena, poly_int(l->arena, 0),
		                poly_of(l, x->a, v), -1);
	case BOUND_ADD: case BOUND_SUB: case BOUND_MUL: case BOUND_DIV:
	case BOUND_MOD: case BOUND_MIN: case BOUND_MAX: case BOUND_LCM:
		return x->type == TYPE_INT ? poly_binary(l, x, v) : NULL;
	case BOUND_SYMBOL:
		y = &l->m->symbols[x->n];
		if (y->kind == SYMBOL_SIZE && term_defines(l->m, y))
			return poly_of(l, y->value, NULL);
		return poly_unknown(l->arena, term_unknown(l, x, v));
	default:
		return poly_unknown(l->arena, term_unknown(l, x, v));
	}
}

/* ---- texts ---- */

static void
put_poly(const struct poly *p, struct out *o)
{
	for (int i = 0; i < p->n; i++) {
		out_printf(o, "%+" PRId64, p->terms[i].n);
		for (int k = 0; k < p->terms[i].degree; k++)
			out_printf(o, "*#%d", p->terms[i].of[k]);
	}
	if (p->n == 0)
		out_puts(o, "+0");
}

static void put_term(struct logic *l, const struct bound *x,
                     const struct view *v, struct out *o);

static void
put_evidence(struct logic *l, const struct bound *x, struct out *o)
{
	const struct evidence *e;

	if (x->op == BOUND_DIAGONAL) {
		out_printf(o, "diagonal:%" PRId64, x->n);
		return;
	}
	e = &l->m->evidence[x->n];
	out_printf(o, "%d:%s", (int)x->op, e->key ? e->key : e->text);
	if (e->hole >= 0)
		out_printf(o, " by hole %d", e->hole);
}

static void
put_operation(struct logic *l, const struct bound *x, const struct view *v,
              struct out *o)
{
	out_printf(o, "%d(", (int)x->op);
	if (x->a)
		put_term(l, x->a, v, o);
	out_puts(o, ",");
	if (x->b)
		put_term(l, x->b, v, o);
	out_puts(o, ")");
}

static void
put_term(struct logic *l, const struct bound *x, const struct view *v,
         struct out *o)
{
	switch (x->op) {
	case BOUND_STRING:
		out_printf(o, "%zu\"%s\"", strlen(x->s), x->s);
		break;
	case BOUND_REAL:
		if (fabs(x->r) < 1e15 && x->r >= trunc(x->r) &&
		    x->r <= trunc(x->r))
			put_poly(poly_int(l->arena, (int64_t)x->r), o);
		else
			out_printf(o, "real %.17g", x->r);
		break;
	case BOUND_BOOL:
		out_puts(o, x->n ? "true" : "false");
		break;
	case BOUND_CONFIG:
		out_printf(o, "config %" PRId64 ":%s", x->n, x->s);
		break;
	case BOUND_SYMBOL:
		out_printf(o, "symbol:%" PRId64, x->n);
		break;
	case BOUND_HAS: case BOUND_COUNT: case BOUND_DTYPE:
	case BOUND_SHAPE: case BOUND_DIAGONAL:
		put_evidence(l, x, o);
		break;
	case BOUND_INT: case BOUND_INDEX: case BOUND_AXIS_SIZE:
	case BOUND_ADD: case BOUND_SUB: case BOUND_MUL: case BOUND_NEGATE:
		if (poly_of(l, x, v)) {
			put_poly(poly_of(l, x, v), o);
			break;
		}
		/* fall through */
	default:
		put_operation(l, x, v, o);
	}
}

const char *
term_text(struct logic *l, const struct bound *x, const struct view *v)
{
	struct out o = {.arena = l->arena};

	put_term(l, x, v, &o);
	return o.text;
}
