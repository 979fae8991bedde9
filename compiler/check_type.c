/* Types of expressions: what an operator takes and gives. */
#include <string.h>

#include "check_scope.h"

const char *
type_name(enum bound_type type)
{
	static const char *const names[] = {"a config value", "an integer",
	                                    "a number", "true or false",
	                                    "a text", "a list"};

	return names[type];
}

static bool
fits(enum bound_type have, enum bound_type want)
{
	return have == TYPE_ANY || want == TYPE_ANY || have == want ||
	       (have == TYPE_INT && want == TYPE_REAL);
}

bool
type_is(const struct scope *s, const struct bound *x, enum bound_type type)
{
	if (fits(x->type, type) || (type == TYPE_BOOL && x->type == TYPE_LIST))
		return true;
	check_error(s->c->m, CHECK_expr_type, x->span,
	            "expected %s, found %s", type_name(type),
	            type_name(x->type));
	return false;
}

static bool
type_arithmetic(const struct scope *s, struct bound *x)
{
	if (!type_is(s, x->a, TYPE_REAL) || !type_is(s, x->b, TYPE_REAL))
		return false;
	x->type = x->op == BOUND_QUOTIENT || x->a->type == TYPE_REAL ||
	          x->b->type == TYPE_REAL
		? TYPE_REAL : TYPE_INT;
	return true;
}

/* dtype(KEY) is compared with what a header can say. */
static bool
check_dtype(const struct scope *s, const struct bound *a,
            const struct bound *b)
{
	static const char *const dtypes[] = {
#define DTYPE(name, bits) #name,
#include "../runtime/dtype.def"
#undef DTYPE
	};

	if (a->op != BOUND_DTYPE || b->op != BOUND_STRING)
		return true;
	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (strcmp(dtypes[i], b->s) == 0)
			return true;
	check_error(s->c->m, CHECK_dtype_unknown, b->span,
	            "no dtype is called \"%s\"; they are spelled as in a "
	            "safetensors header: \"BF16\", \"F32\", \"F8_E4M3\"",
	            b->s);
	return false;
}

static bool
type_comparison(const struct scope *s, struct bound *x, bool ordered)
{
	x->type = TYPE_BOOL;
	if (ordered)
		return type_is(s, x->a, TYPE_REAL) &&
		       type_is(s, x->b, TYPE_REAL);
	if (fits(x->a->type, x->b->type) || fits(x->b->type, x->a->type))
		return check_dtype(s, x->a, x->b) &&
		       check_dtype(s, x->b, x->a);
	check_error(s->c->m, CHECK_expr_type, x->span,
	            "%s and %s are never equal", type_name(x->a->type),
	            type_name(x->b->type));
	return false;
}

static bool
type_in(const struct scope *s, struct bound *x)
{
	x->type = TYPE_BOOL;
	return type_is(s, x->b, TYPE_LIST);
}

static bool
type_logic(const struct scope *s, struct bound *x)
{
	x->type = TYPE_BOOL;
	return type_is(s, x->a, TYPE_BOOL) &&
	       (!x->b || type_is(s, x->b, TYPE_BOOL));
}

static bool
type_subscript(const struct scope *s, struct bound *x)
{
	x->type = x->a->op == BOUND_SHAPE ? TYPE_INT : TYPE_ANY;
	if (!fits(x->a->type, TYPE_LIST)) {
		check_error(s->c->m, CHECK_list_index, x->a->span,
		            "%s has no elements", type_name(x->a->type));
		return false;
	}
	if (fits(x->b->type, TYPE_INT))
		return true;
	check_error(s->c->m, CHECK_list_index, x->b->span,
	            "an element is named by an integer, this is %s",
	            type_name(x->b->type));
	return false;
}

/* One of two values: what both are. */
static bool
type_either(struct bound *x)
{
	x->type = x->a->type;
	if (x->b->type != x->type)
		x->type = fits(x->a->type, TYPE_REAL) &&
		          fits(x->b->type, TYPE_REAL) &&
		          x->a->type != TYPE_ANY && x->b->type != TYPE_ANY
			? TYPE_REAL : TYPE_ANY;
	return true;
}

bool
type_of(const struct scope *s, struct bound *x)
{
	switch (x->op) {
	case BOUND_OR: case BOUND_AND: case BOUND_NOT:
		return type_logic(s, x);
	case BOUND_EQ: case BOUND_NE:
		return type_comparison(s, x, false);
	case BOUND_LT: case BOUND_LE: case BOUND_GT: case BOUND_GE:
		return type_comparison(s, x, true);
	case BOUND_IN:
		return type_in(s, x);
	case BOUND_ADD: case BOUND_SUB: case BOUND_MUL: case BOUND_DIV:
	case BOUND_QUOTIENT: case BOUND_MOD: case BOUND_MIN: case BOUND_MAX: case BOUND_LCM:
		return type_arithmetic(s, x);
	case BOUND_NEGATE:
		x->type = x->a->type;
		return type_is(s, x->a, TYPE_REAL);
	case BOUND_SQRT:
		x->type = TYPE_REAL;
		return type_is(s, x->a, TYPE_REAL);
	case BOUND_VERSION:
		x->type = TYPE_INT;
		return true;
	case BOUND_MATCHING:
		x->type = TYPE_LIST;
		return true;
	case BOUND_SUBSCRIPT:
		return type_subscript(s, x);
	case BOUND_WHEN:
		x->type = x->a->type;
		return type_is(s, x->b, TYPE_BOOL);
	case BOUND_FIRST: case BOUND_SAME:
		return type_either(x);
	default:
		return true;
	}
}
