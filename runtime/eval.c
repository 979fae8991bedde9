/* The evaluation of expressions. */
#include <math.h>
#include <string.h>

#include "checked.h"
#include "io/json.h"
#include "function.h"

static const weft_value absent = {.kind = WEFT_V_ABSENT};
static const weft_value wrong = {.kind = WEFT_V_ERROR};

static weft_value
of_int(int64_t i)
{
	return (weft_value){.kind = WEFT_V_INT, .i = i};
}

static weft_value
of_bool(bool b)
{
	return (weft_value){.kind = WEFT_V_BOOL, .i = b};
}

static bool
is_number(weft_value v)
{
	return v.kind == WEFT_V_INT || v.kind == WEFT_V_REAL;
}

static double
as_real(weft_value v)
{
	return v.kind == WEFT_V_INT ? (double)v.i : v.r;
}

/* "F / tp: 768 is not divisible by 5" */
static weft_value
fail(const weft_scope *at, const weft_expr *x, weft_value a, weft_value b,
     const char *between, const char *behind)
{
	weft_context *s = at->side;
	weft_text t = {0};

	weft_expr_print(&t, s->model, x);
	weft_text_puts(&t, ": ");
	weft_value_print(&t, a);
	weft_text_printf(&t, " %s", between);
	if (b.kind != WEFT_V_ERROR) {
		weft_text_puts(&t, " ");
		weft_value_print(&t, b);
	}
	weft_text_puts(&t, behind);
	weft_error(s->errors, WEFT_BAD, "%s", weft_text_cstr(&t));
	weft_text_free(&t);
	return wrong;
}

weft_value
weft_value_of_json(weft_context *s, const void *json)
{
	const weft_json *j = json;
	weft_value v = {0};
	bool b;

	switch (weft_json_kind(j)) {
	case WEFT_JSON_INT:
		v.kind = WEFT_V_INT;
		weft_json_as_int(j, &v.i);
		break;
	case WEFT_JSON_REAL:
		v.kind = WEFT_V_REAL;
		weft_json_as_real(j, &v.r);
		break;
	case WEFT_JSON_BOOL:
		weft_json_as_bool(j, &b);
		return of_bool(b);
	case WEFT_JSON_STRING:
		v.kind = WEFT_V_STRING;
		weft_json_as_string(j, &v.s);
		break;
	case WEFT_JSON_LIST: {
		size_t n = weft_json_length(j);
		weft_value *items = weft_alloc_array(s->arena, n + 1,
		                                     sizeof *items);

		for (size_t i = 0; i < n; i++)
			items[i] = weft_value_of_json(s, weft_json_at(j, i));
		return (weft_value){.kind = WEFT_V_LIST, .items = items,
		                    .n = (int)n};
	}
	case WEFT_JSON_OBJECT:
		/* Its presence is all that can be asked of it. */
		return of_bool(weft_json_length(j) > 0);
	default:
		return absent;
	}
	return v;
}

const void *
weft_config_json(weft_context *s, const weft_expr *x)
{
	const weft_json *document = x->n == 0 ? s->config : s->documents
		? s->documents[x->n - 1].json : NULL;
	const weft_json *j = weft_json_get(document, x->s);

	if (weft_json_kind(j) > WEFT_JSON_NULL)
		s->reads |= (uint32_t)1 << x->n;
	return j;
}

struct weft_listed {
	struct weft_listed *next;
	const void *json;
	weft_value value;
};

/* A list is made once, however many tensors ask for an element of it. */
static weft_value
config_value(weft_context *s, const weft_expr *x)
{
	const void *json = weft_config_json(s, x);
	struct weft_listed *one = s->lists;
	weft_value v;

	while (one && one->json != json)
		one = one->next;
	if (one)
		return one->value;
	v = weft_value_of_json(s, json);
	if (v.kind == WEFT_V_LIST) {
		one = weft_alloc(s->arena, sizeof *one);
		*one = (struct weft_listed){s->lists, json, v};
		s->lists = one;
	}
	return v;
}

static weft_value
real_arithmetic(const weft_expr *x, double a, double b)
{
	weft_value v = {.kind = WEFT_V_REAL};

	switch (x->op) {
	case WEFT_E_ADD: v.r = a + b; break;
	case WEFT_E_SUB: v.r = a - b; break;
	case WEFT_E_MUL: v.r = a * b; break;
	case WEFT_E_DIV: case WEFT_E_QUOTIENT: v.r = a / b; break;
	case WEFT_E_MIN: v.r = fmin(a, b); break;
	case WEFT_E_MAX: v.r = fmax(a, b); break;
	default: v.r = fmod(a, b); break;
	}
	return v;
}

/* The least common multiple of two numbers above 0. */
static bool
common_multiple(int64_t a, int64_t b, int64_t *r)
{
	int64_t x = a, y = b;

	while (y) {
		int64_t rest = x % y;

		x = y;
		y = rest;
	}
	return weft_mul_i64(a / x, b, r);
}

static weft_value
arithmetic(const weft_scope *at, const weft_expr *x, weft_value a,
           weft_value b)
{
	int64_t r = 0;
	bool good = true;

	if (!is_number(a) || !is_number(b))
		return fail(at, x, a, b, "and", " are not both numbers");
	if (x->op == WEFT_E_LCM && (a.kind == WEFT_V_REAL || a.i < 1 ||
	                            b.kind == WEFT_V_REAL || b.i < 1))
		return fail(at, x, a, b, "and", " have no common multiple");
	if (x->op == WEFT_E_QUOTIENT && !(as_real(b) < 0 || as_real(b) > 0))
		return fail(at, x, a, b, "cannot be divided by", "");
	if (a.kind == WEFT_V_REAL || b.kind == WEFT_V_REAL ||
	    (x->op == WEFT_E_QUOTIENT && !weft_div_exact(a.i, b.i, &r))) {
		weft_value v = real_arithmetic(x, as_real(a), as_real(b));

		return isfinite(v.r) ? v : fail(at, x, a, b, "and",
		                                " give no finite number");
	}
	switch (x->op) {
	case WEFT_E_ADD: good = weft_add_i64(a.i, b.i, &r); break;
	case WEFT_E_SUB: good = weft_sub_i64(a.i, b.i, &r); break;
	case WEFT_E_MUL: good = weft_mul_i64(a.i, b.i, &r); break;
	case WEFT_E_MIN: r = a.i < b.i ? a.i : b.i; break;
	case WEFT_E_MAX: r = a.i > b.i ? a.i : b.i; break;
	case WEFT_E_LCM: good = common_multiple(a.i, b.i, &r); break;
	case WEFT_E_QUOTIENT: break;
	case WEFT_E_DIV:
		if (!weft_div_exact(a.i, b.i, &r))
			return fail(at, x, a, b, "is not divisible by", "");
		break;
	default:
		if (b.i <= 0)
			return fail(at, x, a, b, "cannot be taken modulo", "");
		r = a.i % b.i;
	}
	return good ? of_int(r)
	            : fail(at, x, a, b, "and", " give more than 63 bits");
}

static weft_value
compare(const weft_scope *at, const weft_expr *x, weft_value a, weft_value b)
{
	double p, q;

	if (x->op == WEFT_E_EQ || x->op == WEFT_E_NE)
		return of_bool(weft_value_equal(a, b) == (x->op == WEFT_E_EQ));
	if (!is_number(a) || !is_number(b))
		return fail(at, x, a, b, "and", " cannot be compared");
	if (a.kind == WEFT_V_INT && b.kind == WEFT_V_INT)
		return of_bool(x->op == WEFT_E_LT ? a.i < b.i
		               : x->op == WEFT_E_LE ? a.i <= b.i
		               : x->op == WEFT_E_GT ? a.i > b.i : a.i >= b.i);
	p = as_real(a);
	q = as_real(b);
	return of_bool(x->op == WEFT_E_LT ? p < q : x->op == WEFT_E_LE ? p <= q
	               : x->op == WEFT_E_GT ? p > q : p >= q);
}

static weft_value
subscript(const weft_scope *at, const weft_expr *x, weft_value a, weft_value b)
{
	if (a.kind != WEFT_V_LIST || b.kind != WEFT_V_INT)
		return fail(at, x, a, b, "cannot be indexed by", "");
	if (b.i < 0 || b.i >= a.n)
		return fail(at, x, of_int(a.n), b,
		            "elements are there, and none has the number", "");
	return a.items[b.i];
}

static weft_value
contains(const weft_scope *at, const weft_expr *x, weft_value a, weft_value b)
{
	if (b.kind != WEFT_V_LIST)
		return fail(at, x, b, wrong, "is no list", "");
	for (int i = 0; i < b.n; i++)
		if (weft_value_equal(a, b.items[i]))
			return of_bool(true);
	return of_bool(false);
}

/* Two names of one field. */
static weft_value
same(const weft_scope *at, const weft_expr *x)
{
	weft_value a = weft_eval(at, x->a), b = weft_eval(at, x->b);

	if (a.kind == WEFT_V_ABSENT || b.kind == WEFT_V_ERROR)
		return b;
	if (b.kind == WEFT_V_ABSENT || a.kind == WEFT_V_ERROR ||
	    weft_value_equal(a, b))
		return a;
	return fail(at, x, a, b, "disagrees with",
	            "; they are names of one field");
}

static weft_value
list(const weft_scope *at, const weft_expr *x)
{
	weft_value *items, v;
	int n = 0;

	for (const weft_expr *e = x; e; e = e->b)
		n++;
	items = weft_alloc_array(at->side->arena, (size_t)n, sizeof *items);
	n = 0;
	for (; x; x = x->b) {
		if (!x->a)
			continue;
		v = weft_eval(at, x->a);
		if (v.kind == WEFT_V_ERROR)
			return v;
		items[n++] = v;
	}
	return (weft_value){.kind = WEFT_V_LIST, .items = items, .n = n};
}

/* A list computed element by element. */
static weft_value
each(const weft_scope *at, const weft_expr *x)
{
	weft_value count = weft_eval(at, x->a), *items;
	int64_t index[64], size[64];
	weft_scope inner = *at;

	if (count.kind != WEFT_V_INT)
		return count.kind == WEFT_V_ERROR ? count : absent;
	if (count.i < 0 || count.i > 1 << 20 || x->n < 0 || x->n >= 64)
		return fail(at, x, count, wrong, "is no length of a list", "");
	for (int i = 0; i < 64; i++) {
		index[i] = at->index && i < at->n_axes ? at->index[i] : -1;
		size[i] = at->size && i < at->n_axes ? at->size[i] : -1;
	}
	inner.index = index;
	inner.size = size;
	inner.n_axes = 64;
	items = weft_alloc_array(at->side->arena, (size_t)count.i + 1,
	                         sizeof *items);
	for (int64_t i = 0; i < count.i; i++) {
		index[x->n] = i;
		items[i] = weft_eval(&inner, x->b);
		if (items[i].kind == WEFT_V_ERROR)
			return items[i];
	}
	return (weft_value){.kind = WEFT_V_LIST, .items = items,
	                    .n = (int)count.i};
}

static weft_value
evidence(const weft_scope *at, const weft_expr *x)
{
	const weft_facts *f = at->side->facts;
	int64_t index = -1;

	if (!f)
		return x->op == WEFT_E_COUNT ? of_int(0)
		       : x->op == WEFT_E_DTYPE || x->op == WEFT_E_SHAPE
		       ? absent : of_bool(false);
	if (x->op == WEFT_E_DIAGONAL)
		return f->diagonal(f->of, (int)x->n);
	if (x->a) {
		weft_value v = weft_eval(at, x->a);

		if (v.kind == WEFT_V_ERROR)
			return v;
		index = v.kind == WEFT_V_INT && v.i >= 0 ? v.i : INT64_MAX;
	}
	switch (x->op) {
	case WEFT_E_HAS:
		return of_bool(f->count(f->of, (int)x->n, index) > 0);
	case WEFT_E_COUNT:
		return of_int(f->count(f->of, (int)x->n, index));
	case WEFT_E_DTYPE:
		return f->dtype(f->of, (int)x->n, index);
	default:
		return f->shape(f->of, (int)x->n, index);
	}
}

static weft_value
binary(const weft_scope *at, const weft_expr *x)
{
	weft_value a = weft_eval(at, x->a), b;

	if (a.kind == WEFT_V_ERROR)
		return a;
	b = weft_eval(at, x->b);
	if (b.kind == WEFT_V_ERROR)
		return b;
	if (x->op == WEFT_E_EQ || x->op == WEFT_E_NE)
		return compare(at, x, a, b);
	if (a.kind == WEFT_V_ABSENT || b.kind == WEFT_V_ABSENT)
		return absent;
	switch (x->op) {
	case WEFT_E_LT: case WEFT_E_LE: case WEFT_E_GT: case WEFT_E_GE:
		return compare(at, x, a, b);
	case WEFT_E_SUBSCRIPT:
		return subscript(at, x, a, b);
	case WEFT_E_IN:
		return contains(at, x, a, b);
	default:
		return arithmetic(at, x, a, b);
	}
}

static weft_value
unary(const weft_scope *at, const weft_expr *x)
{
	weft_value a = weft_eval(at, x->a);

	if (a.kind == WEFT_V_ERROR)
		return a;
	if (x->op == WEFT_E_NOT)
		return of_bool(!weft_value_true(a));
	if (a.kind == WEFT_V_ABSENT)
		return a;
	if (!is_number(a))
		return fail(at, x, a, wrong, "is not a number", "");
	if (x->op == WEFT_E_SQRT && as_real(a) < 0)
		return fail(at, x, a, wrong, "has no root", "");
	if (x->op == WEFT_E_SQRT)
		return (weft_value){.kind = WEFT_V_REAL, .r = sqrt(as_real(a))};
	if (a.kind == WEFT_V_REAL)
		return (weft_value){.kind = WEFT_V_REAL, .r = -a.r};
	return a.i == INT64_MIN ? fail(at, x, a, wrong, "has no negative", "")
	                        : of_int(-a.i);
}

static weft_value
indexed(const weft_scope *at, const weft_expr *x)
{
	const int64_t *list = x->op == WEFT_E_INDEX ? at->index : at->size;

	if (!list || x->n < 0 || x->n >= at->n_axes || list[x->n] < 0)
		return absent;
	return of_int(list[x->n]);
}

static weft_value
logical(const weft_scope *at, const weft_expr *x)
{
	weft_value a = weft_eval(at, x->a);

	if (a.kind == WEFT_V_ERROR ||
	    weft_value_true(a) == (x->op == WEFT_E_OR))
		return a.kind == WEFT_V_ERROR ? a : of_bool(x->op == WEFT_E_OR);
	a = weft_eval(at, x->b);
	return a.kind == WEFT_V_ERROR ? a : of_bool(weft_value_true(a));
}

weft_value
weft_eval(const weft_scope *at, const weft_expr *x)
{
	weft_context *s = at->side;
	weft_value a;

	switch (x->op) {
	case WEFT_E_INT:
		return of_int(x->n);
	case WEFT_E_REAL:
		return (weft_value){.kind = WEFT_V_REAL, .r = x->r};
	case WEFT_E_STRING:
		return (weft_value){.kind = WEFT_V_STRING, .s = x->s};
	case WEFT_E_BOOL:
		return of_bool(x->n != 0);
	case WEFT_E_CONFIG:
		return config_value(s, x);
	case WEFT_E_SYMBOL:
		return weft_context_value(s, (int)x->n);
	case WEFT_E_INDEX:
	case WEFT_E_AXIS_SIZE:
		return indexed(at, x);
	case WEFT_E_LIST:
		return list(at, x);
	case WEFT_E_FIRST:
		a = weft_eval(at, x->a);
		return a.kind == WEFT_V_ABSENT ? weft_eval(at, x->b) : a;
	case WEFT_E_SAME:
		return same(at, x);
	case WEFT_E_WHEN:
		a = weft_eval(at, x->b);
		return a.kind == WEFT_V_ERROR ? a
		       : weft_value_true(a) ? weft_eval(at, x->a) : absent;
	case WEFT_E_EACH:
		return each(at, x);
	case WEFT_E_OR:
	case WEFT_E_AND:
		return logical(at, x);
	case WEFT_E_NOT:
	case WEFT_E_NEGATE:
	case WEFT_E_SQRT:
		return unary(at, x);
	case WEFT_E_VERSION:
		return weft_eval_version(at, x);
	case WEFT_E_MATCHING:
		return weft_eval_matching(at, x);
	case WEFT_E_PATTERN:
		return weft_eval_pattern(at, x);
	case WEFT_E_HAS: case WEFT_E_COUNT: case WEFT_E_DTYPE:
	case WEFT_E_SHAPE: case WEFT_E_DIAGONAL:
		return evidence(at, x);
	default:
		return binary(at, x);
	}
}
