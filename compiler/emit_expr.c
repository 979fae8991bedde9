/* Expressions as constants. */
#include <string.h>

#include "emit_int.h"

enum { COLUMNS = 80, TAB = 8 };

static const char *
op_name(enum bound_op op)
{
	static const char *const names[] = {
#define BOUND(name) #name,
#include "bound.def"
#undef BOUND
	};

	return names[op];
}

static bool
has_number(enum bound_op op)
{
	return op == BOUND_INT || op == BOUND_BOOL || op == BOUND_SYMBOL ||
	       op == BOUND_INDEX || op == BOUND_AXIS_SIZE ||
	       (op >= BOUND_HAS && op <= BOUND_DIAGONAL);
}

/* What an expression has of its own: all but a and b. */
static void
print_own(struct emit *e, const struct bound *x, const struct cell *c,
          struct out *o)
{
	if (x->op == BOUND_SYMBOL)
		out_printf(o, ", .n = %s", emit_symbol_name(e, (int)x->n));
	else if (x->op == BOUND_INT && x->n == INT64_MIN)
		out_puts(o, ", .n = INT64_MIN");
	else if (has_number(x->op))
		out_printf(o, ", .n = %lld", (long long)x->n);
	else if (x->op == BOUND_CONFIG && x->n)
		out_printf(o, ", .n = 1 + C_%s",
		           e->m->configs[x->n - 1].name);
	if (c && (x->op == BOUND_INDEX || x->op == BOUND_AXIS_SIZE)) {
		const char *name = checked_dim(e->m, c, (int)x->n)->name;

		out_puts(o, ", .s = ");
		out_c_string(o, name, strlen(name));
	}
	if (x->op == BOUND_REAL)
		out_printf(o, ", .r = %a", x->r);
	if (x->op == BOUND_STRING || x->op == BOUND_CONFIG) {
		out_puts(o, ", .s = ");
		out_c_string(o, x->s, strlen(x->s));
	}
}

/* The members of a constant, on one line. */
static void
print_members(struct emit *e, const struct bound *x, const struct cell *c,
              const char *prefix, struct out *o)
{
	const struct bound *const side[2] = {x->a, x->b};

	out_printf(o, "%s%s", prefix, op_name(x->op));
	print_own(e, x, c, o);
	for (int i = 0; i < 2; i++) {
		if (!side[i])
			continue;
		out_printf(o, ", .%c = EXPR(", "ab"[i]);
		print_members(e, side[i], c, "", o);
		out_puts(o, ")");
	}
	if (!x->a && !x->b && (x->op == BOUND_LIST))
		out_puts(o, ", .a = NULL");
}

static void
write_members(struct emit *e, const struct bound *x, const struct cell *c,
              const char *prefix, int tabs, int column)
{
	const struct bound *const side[2] = {x->a, x->b};
	struct out line = {.arena = e->m->arena};

	if (column < COLUMNS) {
		print_members(e, x, c, prefix, &line);
		if (column + (int)line.size <= COLUMNS - 2 ||
		    (!x->a && !x->b)) {
			out_puts(e->o, line.text);
			return;
		}
		line = (struct out){.arena = e->m->arena};
	}
	out_printf(&line, "%s%s", prefix, op_name(x->op));
	print_own(e, x, c, &line);
	out_puts(e->o, line.text);
	for (int i = 0; i < 2; i++) {
		if (!side[i])
			continue;
		out_puts(e->o, ",\n");
		for (int k = 0; k < tabs; k++)
			out_puts(e->o, "\t");
		out_printf(e->o, ".%c = EXPR(", "ab"[i]);
		write_members(e, side[i], c, "", tabs + 1, tabs * TAB + 11);
		out_puts(e->o, ")");
	}
}

void
emit_expr(struct emit *e, const struct bound *x, const struct cell *c,
          int tabs, int column)
{
	out_puts(e->o, "EXPR(");
	write_members(e, x, c, "", tabs, column + 5);
	out_puts(e->o, ")");
}

void
emit_expr_field(struct emit *e, int tabs, const char *field,
                const struct bound *x, const struct cell *c)
{
	if (!x)
		return;
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_printf(e->o, ".%s = ", field);
	emit_expr(e, x, c, tabs + 1, tabs * TAB + (int)strlen(field) + 4);
	out_puts(e->o, ",\n");
}

/* ---- constants that functions refer to ---- */

/* Whether x counts dims, so that it means something else in another cell. */
static bool
is_local(const struct bound *x)
{
	return x && (x->op == BOUND_INDEX || x->op == BOUND_AXIS_SIZE ||
	             is_local(x->a) || is_local(x->b));
}

static const struct emit_constant *
find_constant(const struct emit *e, const struct bound *x,
              const struct cell *c)
{
	for (int i = 0; i < e->n_constants; i++)
		if (bound_same(e->constants[i].value, x) &&
		    (!is_local(x) || e->constants[i].cell == c))
			return &e->constants[i];
	return NULL;
}

void
emit_constant(struct emit *e, const struct bound *x, const struct cell *c)
{
	struct emit_constant *k;
	struct arena *a = e->m->arena;

	if (!x || find_constant(e, x, c))
		return;
	e->constants = arena_grow(a, e->constants, (size_t)e->n_constants,
	                          sizeof *e->constants);
	k = &e->constants[e->n_constants++];
	*k = (struct emit_constant){x, c, NULL};
	if (x->op == BOUND_INT && x->n >= 0)
		k->name = arena_printf(a, "int_%lld", (long long)x->n);
	else if (x->op == BOUND_INT && x->n > INT64_MIN)
		k->name = arena_printf(a, "int_minus_%lld", -(long long)x->n);
	else if (x->op == BOUND_SYMBOL)
		k->name = arena_printf(a, "V_%s",
		                       emit_symbol_name(e, (int)x->n) + 2);
	else
		k->name = arena_printf(a, "expr_%d", e->n_constants);
}

const char *
emit_constant_name(struct emit *e, const struct bound *x,
                   const struct cell *c)
{
	return find_constant(e, x, c)->name;
}

void
emit_constants(struct emit *e)
{
	for (int i = 0; i < e->n_constants; i++) {
		const struct emit_constant *k = &e->constants[i];
		struct out text = {.arena = e->m->arena};

		if (k->value->a) {
			bound_print(&text, e->m, k->cell, k->value, false);
			emit_comment(e, text.text);
		}
		out_printf(e->o, "static const weft_expr %s = {", k->name);
		write_members(e, k->value, k->cell, "WEFT_E_", 1,
		              (int)strlen(k->name) + 28);
		out_puts(e->o, "};\n");
	}
	if (e->n_constants)
		out_puts(e->o, "\n");
}
