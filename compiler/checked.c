#include "checked.h"

#include <string.h>

const struct dim *
checked_dim(const struct checked *m, const struct cell *c, int n)
{
	const struct row *r = &m->rows[c->row];

	return n < r->n_dims ? &r->dims[n] : &c->extra[n - r->n_dims];
}

const struct cell *
checked_cells(const struct checked *m, int row, int column, int *n)
{
	int lo = 0, hi = m->n_cells;

	while (lo < hi) {
		int at = lo + (hi - lo) / 2;
		const struct cell *c = &m->cells[at];

		if (c->column < column ||
		    (c->column == column && c->row < row))
			lo = at + 1;
		else
			hi = at;
	}
	for (*n = 0; lo + *n < m->n_cells; ++*n)
		if (m->cells[lo + *n].column != column ||
		    m->cells[lo + *n].row != row)
			break;
	return *n ? &m->cells[lo] : NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *
checked_text(const struct checked *m, struct span at)
{
	struct out out = {.arena = m->arena};
	const char *text;

	out_puts(&out, "");
	if (at.file < 0)
		return out.text;
	text = m->sources->list[at.file].text;
	for (uint32_t i = at.begin; i < at.end; i++) {
		if (!is_blank(text[i]))
			out_add(&out, text + i, 1);
		else if (i + 1 < at.end && !is_blank(text[i + 1]))
			out_puts(&out, " ");
	}
	return out.text;
}

const char *
checked_where(const struct checked *m, struct span at)
{
	struct out out = {.arena = m->arena};
	const struct source *s;
	const char *slash;
	int line, column;

	if (at.file < 0)
		return "";
	s = &m->sources->list[at.file];
	source_position(s, at.begin, &line, &column);
	slash = strrchr(s->path, '/');
	out_printf(&out, "%s:%d", slash ? slash + 1 : s->path, line);
	return out.text;
}

/* ---- expressions ---- */

bool
bound_same(const struct bound *a, const struct bound *b)
{
	if (!a || !b || a == b)
		return a == b;
	if (a->op != b->op || a->n != b->n || !a->s != !b->s ||
	    (a->s && strcmp(a->s, b->s) != 0) || a->r < b->r || a->r > b->r)
		return false;
	return bound_same(a->a, b->a) && bound_same(a->b, b->b);
}

static const char *
infix(enum bound_op op)
{
	static const char *const texts[] = {
		[BOUND_FIRST] = " | ", [BOUND_SAME] = ", ",
		[BOUND_WHEN] = " when ", [BOUND_OR] = " or ",
		[BOUND_AND] = " and ", [BOUND_EQ] = " == ",
		[BOUND_NE] = " != ", [BOUND_LT] = " < ", [BOUND_LE] = " <= ",
		[BOUND_GT] = " > ", [BOUND_GE] = " >= ", [BOUND_IN] = " in ",
		[BOUND_ADD] = " + ", [BOUND_SUB] = " - ", [BOUND_MUL] = " * ",
		[BOUND_DIV] = " / ", [BOUND_QUOTIENT] = " / ",
		[BOUND_MOD] = " % ",
	};

	return op < sizeof texts / sizeof *texts ? texts[op] : NULL;
}

static void
print_list(struct out *o, const struct checked *m, const struct cell *c,
           const struct bound *x)
{
	out_puts(o, "[");
	for (const char *comma = ""; x && x->a; x = x->b, comma = ", ") {
		out_puts(o, comma);
		bound_print(o, m, c, x->a, false);
	}
	out_puts(o, "]");
}

static const char *
call_name(enum bound_op op)
{
	switch (op) {
	case BOUND_MIN: return "min";
	case BOUND_MAX: return "max";
	case BOUND_LCM: return "lcm";
	case BOUND_SQRT: return "sqrt";
	case BOUND_VERSION: return "version";
	case BOUND_MATCHING: return "matching";
	case BOUND_PATTERN: return "pattern";
	default: return "each";
	}
}

static void
print_call(struct out *o, const struct checked *m, const struct cell *c,
           const struct bound *x, const char *name)
{
	out_printf(o, "%s(", name);
	bound_print(o, m, c, x->a, false);
	if (x->b) {
		out_puts(o, ", ");
		bound_print(o, m, c, x->b, false);
	}
	out_puts(o, ")");
}

static void
print_atom(struct out *o, const struct checked *m, const struct cell *c,
           const struct bound *x)
{
	static const char *const evidence[] = {"has", "count", "dtype",
	                                       "shape"};

	switch (x->op) {
	case BOUND_INT:
		out_printf(o, "%lld", (long long)x->n);
		break;
	case BOUND_REAL:
		out_printf(o, "%.17g", x->r);
		break;
	case BOUND_STRING:
		out_printf(o, "\"%s\"", x->s);
		break;
	case BOUND_BOOL:
		out_puts(o, x->n ? "true" : "false");
		break;
	case BOUND_CONFIG:
		out_printf(o, "%s%s%s", x->n ? m->configs[x->n - 1].name
		           : "config", *x->s == '[' ? "" : ".", x->s);
		break;
	case BOUND_SYMBOL:
		out_puts(o, m->symbols[x->n].name);
		break;
	case BOUND_INDEX: case BOUND_AXIS_SIZE:
		out_puts(o, x->op == BOUND_INDEX ? "" : "size(");
		if (c)
			out_puts(o, checked_dim(m, c, (int)x->n)->name);
		else
			out_printf(o, "#%lld", (long long)x->n);
		out_puts(o, x->op == BOUND_INDEX ? "" : ")");
		break;
	case BOUND_DIAGONAL:
		out_printf(o, "diagonal(%s)", m->rows[x->n].name);
		break;
	default:
		out_printf(o, "%s(%s)", evidence[x->op - BOUND_HAS],
		           m->evidence[x->n].text);
	}
}

void
bound_print(struct out *o, const struct checked *m, const struct cell *c,
            const struct bound *x, bool closed)
{
	switch (x->op) {
	case BOUND_LIST:
		print_list(o, m, c, x);
		return;
	case BOUND_MIN: case BOUND_MAX: case BOUND_LCM: case BOUND_SQRT:
	case BOUND_VERSION: case BOUND_MATCHING: case BOUND_PATTERN:
	case BOUND_EACH:
		print_call(o, m, c, x, call_name(x->op));
		return;
	case BOUND_SUBSCRIPT:
		bound_print(o, m, c, x->a, true);
		out_puts(o, "[");
		bound_print(o, m, c, x->b, false);
		out_puts(o, "]");
		return;
	case BOUND_NOT: case BOUND_NEGATE:
		out_puts(o, x->op == BOUND_NOT ? "not " : "-");
		bound_print(o, m, c, x->a, true);
		return;
	default:
		break;
	}
	if (x->op > BOUND_MOD || !infix(x->op)) {
		print_atom(o, m, c, x);
		return;
	}
	out_puts(o, closed ? "(" : "");
	bound_print(o, m, c, x->a, true);
	out_puts(o, infix(x->op));
	bound_print(o, m, c, x->b, true);
	out_puts(o, closed ? ")" : "");
}
