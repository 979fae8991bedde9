/* Formulas from conditions and predicates; negations stand at the leaves. */
#include <string.h>

#include "check_proof.h"

const struct form form_true = {.kind = FORM_TRUE};
const struct form form_false = {.kind = FORM_FALSE};

static struct form *
form_new(struct logic *l, enum form_kind kind)
{
	struct form *f = arena_alloc(l->arena, sizeof *f);

	f->kind = kind;
	return f;
}

static const struct form *
form_pair(struct logic *l, enum form_kind kind, const struct form *a,
          const struct form *b)
{
	struct form *f = form_new(l, kind);

	f->a = a;
	f->b = b;
	return f;
}

const struct form *
form_all(struct logic *l, const struct form *a, const struct form *b)
{
	if (a->kind == FORM_FALSE || b->kind == FORM_TRUE)
		return a;
	if (b->kind == FORM_FALSE || a->kind == FORM_TRUE)
		return b;
	return form_pair(l, FORM_ALL, a, b);
}

const struct form *
form_any(struct logic *l, const struct form *a, const struct form *b)
{
	if (a->kind == FORM_TRUE || b->kind == FORM_FALSE)
		return a;
	if (b->kind == FORM_TRUE || a->kind == FORM_FALSE)
		return b;
	return form_pair(l, FORM_ANY, a, b);
}

/* Something of which nothing is known, nor of its negation. */
static const struct form *
form_open(struct logic *l)
{
	struct form *f = form_new(l, FORM_FACT);
	char text[32];

	snprintf(text, sizeof text, "open:%d", l->n_unknowns);
	f->id = logic_unknown(l, text, NULL);
	f->positive = true;
	return f;
}

const struct form *
form_least(struct logic *l, const struct poly *p)
{
	struct form *f;
	int64_t n;

	if (!p)
		return form_open(l);
	if (poly_is_int(p, &n))
		return n >= 0 ? &form_true : &form_false;
	f = form_new(l, FORM_LEAST);
	f->poly = p;
	return f;
}

static const struct poly *
negated(struct logic *l, const struct poly *p, int64_t more)
{
	return poly_add(l->arena, poly_int(l->arena, more), p, -1);
}

const struct form *
form_equal(struct logic *l, const struct poly *a, const struct poly *b)
{
	const struct poly *p = poly_add(l->arena, a, b, -1);

	return form_all(l, form_least(l, p),
	                form_least(l, negated(l, p, 0)));
}

static const struct form *
form_leaf_not(struct logic *l, const struct form *f)
{
	struct form *g = form_new(l, f->kind);

	*g = *f;
	g->positive = !f->positive;
	return g;
}

const struct form *
form_not(struct logic *l, const struct form *f)
{
	switch (f->kind) {
	case FORM_TRUE:
		return &form_false;
	case FORM_FALSE:
		return &form_true;
	case FORM_ALL:
		return form_any(l, form_not(l, f->a), form_not(l, f->b));
	case FORM_ANY:
		return form_all(l, form_not(l, f->a), form_not(l, f->b));
	case FORM_LEAST:
		return form_least(l, negated(l, f->poly, -1));
	default:
		return form_leaf_not(l, f);
	}
}

/* ---- from expressions ---- */

static const struct form *
form_fact(struct logic *l, const struct bound *x, const struct view *v)
{
	struct form *f = form_new(l, FORM_FACT);

	f->id = term_unknown(l, x, v);
	f->positive = true;
	return f;
}

static bool
is_constant(const struct bound *x)
{
	return x->op == BOUND_STRING || x->op == BOUND_INT ||
	       x->op == BOUND_REAL || x->op == BOUND_BOOL ||
	       (x->op == BOUND_LIST && (!x->a || is_constant(x->a)) &&
	        (!x->b || is_constant(x->b)));
}

/* Is it read from the headers of a source? */
static bool
is_evidence(const struct bound *x)
{
	return x->op == BOUND_SHAPE || x->op == BOUND_DTYPE ||
	       x->op == BOUND_COUNT ||
	       (x->op == BOUND_SUBSCRIPT && is_evidence(x->a));
}

/* a is b, where that is no arithmetic. */
static const struct form *
form_is(struct logic *l, const struct bound *a, const struct bound *b,
        const struct view *v)
{
	struct form *f = form_new(l, FORM_IS);

	if (is_constant(a) && is_constant(b))
		return strcmp(term_text(l, a, v), term_text(l, b, v)) == 0
			? &form_true : &form_false;
	if (is_constant(a) || (is_evidence(b) && !is_evidence(a)))
		return form_is(l, b, a, v);
	f->id = term_unknown(l, a, v);
	f->value = term_text(l, b, v);
	f->shown = b->op == BOUND_LIST ? checked_text(l->m, b->span) : NULL;
	f->constant = is_constant(b);
	f->evidence = is_evidence(a);
	f->side = v ? v->side : 0;
	f->positive = true;
	return f;
}

static bool
is_number(const struct bound *x)
{
	return x->type == TYPE_INT && !is_evidence(x);
}

/* x is true or false. What is neither, such as 1 or a text, may hold, and what
 * is absent does not hold without being false. */
static const struct form *
form_is_bool(struct logic *l, const struct bound *x, const struct bound *value,
             const struct view *v)
{
	const struct form *f = form_of(l, x, v);

	if (!value->n)
		f = form_not(l, f);
	return x->type == TYPE_BOOL && !(x->op >= BOUND_LT && x->op <= BOUND_IN)
		? f : form_all(l, form_is(l, x, value, v), f);
}

static const struct form *
form_equality(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct poly *a, *b;

	if (x->a->op == BOUND_BOOL)
		return form_is_bool(l, x->b, x->a, v);
	if (x->b->op == BOUND_BOOL)
		return form_is_bool(l, x->a, x->b, v);
	if (!is_number(x->a) || !is_number(x->b))
		return form_is(l, x->a, x->b, v);
	a = poly_of(l, x->a, v);
	b = poly_of(l, x->b, v);
	return a && b && poly_add(l->arena, a, b, -1)
		? form_equal(l, a, b) : form_fact(l, x, v);
}

/* May it be absent when it is asked for? What has a name of its own may not. */
static bool
may_be_absent(const struct bound *x)
{
	if (!x || x->op == BOUND_SYMBOL || x->op == BOUND_COUNT ||
	    x->op == BOUND_VERSION || x->op == BOUND_MATCHING)
		return false;
	return x->op == BOUND_CONFIG || x->op == BOUND_DTYPE ||
	       x->op == BOUND_SHAPE || x->op == BOUND_PATTERN ||
	       x->op == BOUND_SUBSCRIPT ||
	       may_be_absent(x->a) || may_be_absent(x->b);
}

static const struct form *
form_present(struct logic *l, const struct bound *x, const struct view *v)
{
	struct form *f;

	if (!may_be_absent(x))
		return &form_true;
	f = form_new(l, FORM_FACT);
	f->id = logic_unknown(l, arena_printf(l->arena, "absent %s",
	                                      term_text(l, x, v)),
	                      arena_printf(l->arena, "%s absent",
	                                   checked_text(l->m, x->span)));
	return f;
}

/* a < b, or its negation, for which the sides change places. Neither holds
 * where one of them is absent; a fact that holds says that they are there. */
static const struct form *
form_less(struct logic *l, const struct bound *x, const struct view *v)
{
	bool swap = x->op == BOUND_GT || x->op == BOUND_LE;
	bool negative = x->op == BOUND_GE || x->op == BOUND_LE;
	struct bound less = {.op = BOUND_LT, .type = TYPE_BOOL,
	                     .span = x->span, .a = swap ? x->b : x->a,
	                     .b = swap ? x->a : x->b};
	const struct form *f = NULL;
	const struct poly *p;

	if (less.a->type == TYPE_INT && less.b->type == TYPE_INT) {
		p = poly_add(l->arena, poly_of(l, less.b, v),
		             poly_of(l, less.a, v), -1);
		p = poly_add(l->arena, p, poly_int(l->arena, 1), -1);
		f = p ? form_least(l, p) : NULL;
	}
	if (!f)
		f = form_fact(l, &less, v);
	if (negative)
		f = form_not(l, f);
	else if (f->kind == FORM_FACT)
		return f;
	f = form_all(l, f, form_present(l, x->a, v));
	return form_all(l, f, form_present(l, x->b, v));
}

/* a in [b, c, …] */
static const struct form *
form_in(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct form *f = &form_false;
	const struct bound *list = x->b;

	if (list->op == BOUND_SYMBOL && l->m->symbols[list->n].value &&
	    l->m->symbols[list->n].value->op == BOUND_LIST)
		list = l->m->symbols[list->n].value;
	if (list->op != BOUND_LIST)
		return form_fact(l, x, v);
	for (; list && list->a; list = list->b) {
		struct bound same = {.op = BOUND_EQ, .type = TYPE_BOOL,
		                     .span = x->span, .a = x->a,
		                     .b = list->a};

		f = form_any(l, f, form_equality(l, &same, v));
	}
	return f;
}

static const struct form *
form_symbol(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct symbol *y = &l->m->symbols[x->n];

	if (y->kind == SYMBOL_FLAG && term_defines(l->m, y))
		return form_of(l, y->value, v);
	return form_fact(l, x, v);
}

const struct form *
form_of(struct logic *l, const struct bound *x, const struct view *v)
{
	const struct form *f;

	if (!x)
		return &form_true;
	switch (x->op) {
	case BOUND_BOOL:
		return x->n ? &form_true : &form_false;
	case BOUND_NOT:
		return form_not(l, form_of(l, x->a, v));
	case BOUND_AND:
		return form_all(l, form_of(l, x->a, v), form_of(l, x->b, v));
	case BOUND_OR:
		return form_any(l, form_of(l, x->a, v), form_of(l, x->b, v));
	case BOUND_EQ:
		return form_equality(l, x, v);
	case BOUND_NE:
		return form_not(l, form_equality(l, x, v));
	case BOUND_LT: case BOUND_LE: case BOUND_GT: case BOUND_GE:
		return form_less(l, x, v);
	case BOUND_IN:
		return form_in(l, x, v);
	case BOUND_SYMBOL:
		return form_symbol(l, x, v);
	case BOUND_HAS:
		f = l->has && !x->a ? l->has(l->has_of, l, (int)x->n, v) : NULL;
		return f ? f : form_fact(l, x, v);
	default:
		return form_fact(l, x, v);
	}
}
