/* The ops of a place, run on its axes symbolically. */
#include <string.h>
#include <strings.h>

#include "axes.h"
#include "check_place.h"

struct op_run {
	const struct scope *s;
	const struct op *op;
	struct axes axes;
	struct flat_axes *to;
	bool failed, layout;  /* some op was other than a value step */
};

static void
bad_arguments(struct op_run *r, const char *usage)
{
	check_error(r->s->c->m, CHECK_ops_arguments, r->op->span,
	            "the op is written `%s`", usage);
	r->failed = true;
}

static int
count_args(const struct op *op)
{
	int n = 0;

	for (const struct expr *e = op->args; e; e = e->next)
		n++;
	return n;
}

/* An axis number, as in torch: negative from the end of `n`. -1: an error. */
static int
axis_number(struct op_run *r, const struct expr *e, int n)
{
	bool negative = e->kind == EXPR_NEG && e->a->kind == EXPR_INT;
	int64_t at;

	if (e->kind != EXPR_INT && !negative) {
		check_error(r->s->c->m, CHECK_ops_arguments, e->span,
		            "an axis is named by its number");
		r->failed = true;
		return -1;
	}
	at = negative ? -e->a->integer : e->integer;
	if (at < 0 && at >= -n)
		at += n;
	if (at >= 0 && at < n)
		return (int)at;
	check_error(r->s->c->m, CHECK_ops_axis_range, e->span,
	            "axis %lld of %d; axes are numbered from 0 to %d, or -%d "
	            "to -1", (long long)at, n, n - 1, n);
	r->failed = true;
	return -1;
}

static struct extent *
name_argument(struct op_run *r, const struct expr *e)
{
	struct extent *x;

	if (e->kind != EXPR_NAME) {
		check_error(r->s->c->m, CHECK_ops_arguments, e->span,
		            "expected the name of an index");
		r->failed = true;
		return NULL;
	}
	x = axes_node(r->s->c->arena, EXTENT_DIM, e->span, NULL);
	x->name = e->text;
	return x;
}

static void
op_stack(struct op_run *r)
{
	const struct expr *a = r->op->args;
	struct extent *x;
	int at;

	if (count_args(r->op) != 2) {
		bad_arguments(r, "stack INDEX AXIS");
		return;
	}
	x = name_argument(r, a);
	at = axis_number(r, a->next, r->axes.n + 1);
	if (x && at >= 0)
		axes_insert(&r->axes, x, at);
}

static void
op_join(struct op_run *r, bool before)
{
	const struct expr *a = r->op->args;
	struct extent *x;
	int at;

	if (count_args(r->op) != 2) {
		bad_arguments(r, before ? "fuse INDEX AXIS"
		                        : "interleave INDEX AXIS");
		return;
	}
	x = name_argument(r, a);
	at = axis_number(r, a->next, r->axes.n);
	if (x && at >= 0)
		axes_join(&r->axes, at, x, before);
}

static void
op_fuse(struct op_run *r)
{
	op_join(r, true);
}

static void
op_interleave(struct op_run *r)
{
	op_join(r, false);
}

static void
op_transpose(struct op_run *r)
{
	const struct expr *e = r->op->args;
	int a, b;

	if (count_args(r->op) != 2) {
		bad_arguments(r, "transpose AXIS AXIS");
		return;
	}
	a = axis_number(r, e, r->axes.n);
	b = axis_number(r, e->next, r->axes.n);
	if (a >= 0 && b >= 0)
		axes_transpose(&r->axes, a, b);
}

static void
op_permute(struct op_run *r)
{
	int n = r->axes.n, k = 0, *order;
	bool *seen;

	if (count_args(r->op) != n) {
		bad_arguments(r, arena_printf(r->s->c->arena, "permute with "
		              "each of the %d axes once", n));
		return;
	}
	order = arena_alloc(r->s->c->arena, ((size_t)n + 1) * sizeof *order);
	seen = arena_alloc(r->s->c->arena, ((size_t)n + 1) * sizeof *seen);
	for (const struct expr *e = r->op->args; e; e = e->next, k++) {
		order[k] = axis_number(r, e, n);
		if (order[k] < 0)
			return;
		if (seen[order[k]])
			bad_arguments(r, "permute with each axis once");
		seen[order[k]] = true;
	}
	if (!r->failed)
		axes_permute(&r->axes, order);
}

/* split A: the parts of axis A, by its product or by a let, become axes. */
static void
op_split(struct op_run *r)
{
	const struct let_rule *l;
	struct extent *e, *parts = NULL;
	int at;

	if (count_args(r->op) != 1) {
		bad_arguments(r, "split AXIS");
		return;
	}
	at = axis_number(r, r->op->args, r->axes.n);
	if (at < 0 || axes_split(&r->axes, at))
		return;
	e = r->axes.list[at];
	l = e->kind == EXTENT_DIM && r->s->frame
		? frame_let(r->s->frame, e->name) : NULL;
	if (!l) {
		check_error(r->s->c->m, CHECK_ops_arguments, r->op->span,
		            "axis %d has no parts: it is no product, and no "
		            "let of this layout splits it", at);
		r->failed = true;
		return;
	}
	for (int i = l->n_parts - 1; i >= 0; i--) {
		struct extent *p = axes_node(r->s->c->arena, EXTENT_DIM,
		                             r->op->span, NULL);
		p->name = l->parts[i].name;
		p->next = parts;
		parts = p;
	}
	r->axes.list[at] = axes_node(r->s->c->arena, EXTENT_PRODUCT,
	                             r->op->span, parts);
	axes_split(&r->axes, at);
}

static void
op_merge(struct op_run *r)
{
	const struct expr *e = r->op->args;
	int a, b;

	if (count_args(r->op) != 2) {
		bad_arguments(r, "merge FIRST LAST");
		return;
	}
	a = axis_number(r, e, r->axes.n);
	b = axis_number(r, e->next, r->axes.n);
	if (a < 0 || b < 0)
		return;
	if (a >= b)
		bad_arguments(r, "merge FIRST LAST, where LAST is behind "
		              "FIRST");
	else
		axes_merge(&r->axes, a, b);
}

static void
op_pad(struct op_run *r)
{
	const struct expr *e = r->op->args;
	struct scope plain = *r->s;
	struct extent *x;
	int at;

	if (count_args(r->op) != 2) {
		bad_arguments(r, "pad AXIS MULTIPLE, or pad AXIS = SIZE");
		return;
	}
	plain.frame = NULL;
	at = axis_number(r, e, r->axes.n);
	if (at < 0)
		return;
	x = axes_node(r->s->c->arena, r->op->exact ? EXTENT_EXACT
	              : EXTENT_MULTIPLE, r->op->span, r->axes.list[at]);
	x->child->next = NULL;
	x->amount = bind_typed(&plain, e->next, TYPE_INT);
	r->failed = r->failed || !x->amount;
	r->axes.list[at] = x;
}

static const char *
cast_dtype(struct op_run *r, const struct expr *e)
{
	static const char *const dtypes[] = {"F64", "F32", "F16", "BF16"};

	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if ((e->kind == EXPR_NAME || e->kind == EXPR_TEXT) &&
		    strcasecmp(e->text, dtypes[i]) == 0)
			return dtypes[i];
	check_error(r->s->c->m, CHECK_cast_dtype, e->span,
	            "a cast is to f64, f32, f16 or bf16");
	r->failed = true;
	return NULL;
}

static void
op_value(struct op_run *r, enum step_kind kind)
{
	static const char *const usage[] = {"add NUMBER", "scale NUMBER",
	                                    "cast DTYPE"};
	struct scope plain = *r->s;
	struct step *x;

	if (count_args(r->op) != 1) {
		bad_arguments(r, usage[kind]);
		return;
	}
	x = PUSH(r->s->c->arena, r->to->steps, r->to->n_steps);
	*x = (struct step){.kind = kind, .span = r->op->span};
	plain.frame = NULL;
	if (kind == STEP_CAST)
		x->dtype = cast_dtype(r, r->op->args);
	else
		x->amount = bind_typed(&plain, r->op->args, TYPE_REAL);
	r->failed = r->failed || (!x->dtype && !x->amount);
}

static void
op_add(struct op_run *r)
{
	op_value(r, STEP_ADD);
}

static void
op_scale(struct op_run *r)
{
	op_value(r, STEP_SCALE);
}

static void
op_cast(struct op_run *r)
{
	op_value(r, STEP_CAST);
}

static const struct {
	const char *name;
	void (*run)(struct op_run *);
	bool layout;
} ops[] = {
	{"stack", op_stack, true}, {"fuse", op_fuse, true},
	{"interleave", op_interleave, true},
	{"transpose", op_transpose, true}, {"permute", op_permute, true},
	{"split", op_split, true}, {"merge", op_merge, true},
	{"pad", op_pad, true}, {"add", op_add, false},
	{"scale", op_scale, false}, {"cast", op_cast, false},
};

enum { OPS = sizeof ops / sizeof *ops };

static void
run_op(struct op_run *r)
{
	const char *names[OPS], *near;

	for (int i = 0; i < OPS; i++) {
		names[i] = ops[i].name;
		if (strcmp(r->op->name, ops[i].name) == 0) {
			r->layout = r->layout || ops[i].layout;
			ops[i].run(r);
			return;
		}
	}
	near = diag_nearest(r->op->name, names, OPS);
	check_error(r->s->c->m, CHECK_ops_unknown, r->op->span,
	            "%s is no op%s%s%s", r->op->name,
	            near ? "; did you mean " : "", near ? near : "",
	            near ? "?" : "");
	r->failed = true;
}

struct extent *
ops_run(const struct scope *s, const struct op *list, struct extent *own,
        struct flat_axes *to, bool *layout, bool *good)
{
	struct op_run r = {.s = s, .to = to};

	axes_begin(&r.axes, s->c->arena, own);
	for (const struct op *op = list; op && !r.failed; op = op->next) {
		r.op = op;
		run_op(&r);
	}
	*layout = r.layout;
	*good = !r.failed;
	return axes_end(&r.axes);
}
