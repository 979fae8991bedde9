/* Expressions back in the spelling of the language, for messages. */
#include <string.h>

#include "context.h"

static const struct operator {
	enum weft_op op;
	int level;            /* binds tighter when larger */
	const char *text;
} operators[] = {
	{WEFT_E_FIRST, 1, " | "}, {WEFT_E_SAME, 2, ", "},
	{WEFT_E_WHEN, 2, " when "}, {WEFT_E_OR, 3, " or "},
	{WEFT_E_AND, 4, " and "}, {WEFT_E_EQ, 6, " == "},
	{WEFT_E_NE, 6, " != "}, {WEFT_E_LT, 6, " < "}, {WEFT_E_LE, 6, " <= "},
	{WEFT_E_GT, 6, " > "}, {WEFT_E_GE, 6, " >= "}, {WEFT_E_IN, 6, " in "},
	{WEFT_E_ADD, 7, " + "}, {WEFT_E_SUB, 7, " - "},
	{WEFT_E_MUL, 8, " * "}, {WEFT_E_DIV, 8, " / "},
	{WEFT_E_QUOTIENT, 8, " / "},
	{WEFT_E_MOD, 8, " % "},
};

static const struct operator *
operator_of(enum weft_op op)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (operators[i].op == op)
			return &operators[i];
	return NULL;
}

static const char *
call_name(enum weft_op op)
{
	switch (op) {
	case WEFT_E_MIN: return "min";
	case WEFT_E_MAX: return "max";
	case WEFT_E_LCM: return "lcm";
	case WEFT_E_SQRT: return "sqrt";
	case WEFT_E_VERSION: return "version";
	case WEFT_E_MATCHING: return "matching";
	case WEFT_E_PATTERN: return "pattern";
	case WEFT_E_HAS: return "has";
	case WEFT_E_COUNT: return "count";
	case WEFT_E_DTYPE: return "dtype";
	case WEFT_E_SHAPE: return "shape";
	case WEFT_E_DIAGONAL: return "diagonal";
	default: return NULL;
	}
}

static void print(weft_text *t, const weft_model *m, const weft_expr *x,
                  int level);

/* model.layers.{l}.up */
static void
print_parts(weft_text *t, const weft_model *m, const weft_expr *x)
{
	for (; x; x = x->b) {
		bool text = x->a->op == WEFT_E_STRING;

		weft_text_puts(t, text ? x->a->s : "{");
		if (x->a->op == WEFT_E_EACH)
			weft_text_puts(t, x->a->b->s);
		else if (!text)
			print(t, m, x->a, 0);
		weft_text_puts(t, text ? "" : "}");
	}
}

static void
print_call(weft_text *t, const weft_model *m, const weft_expr *x,
           const char *name)
{
	weft_text_printf(t, "%s(", name);
	if (x->op == WEFT_E_DIAGONAL)
		weft_text_puts(t, m->rows[x->n].name);
	else if (x->op >= WEFT_E_HAS)
		weft_text_puts(t, m->evidence[x->n].text);
	else
		print(t, m, x->a, 0);
	if (x->op < WEFT_E_HAS && x->b) {
		weft_text_puts(t, ", ");
		if (x->op == WEFT_E_PATTERN)
			print_parts(t, m, x->b);
		else
			print(t, m, x->b, 0);
	}
	weft_text_puts(t, ")");
}

static void
print_other(weft_text *t, const weft_model *m, const weft_expr *x)
{
	switch (x->op) {
	case WEFT_E_INT:
		weft_text_printf(t, "%lld", (long long)x->n);
		break;
	case WEFT_E_REAL:
		weft_value_print(t, (weft_value){.kind = WEFT_V_REAL,
		                                 .r = x->r});
		break;
	case WEFT_E_STRING:
		weft_text_json(t, x->s);
		break;
	case WEFT_E_BOOL:
		weft_text_puts(t, x->n ? "true" : "false");
		break;
	case WEFT_E_CONFIG:
		if (x->n)
			weft_text_printf(t, "%s%s",
			                 m->configs[x->n - 1].name,
			                 x->s[0] == '[' ? "" : ".");
		weft_text_puts(t, x->s);
		break;
	case WEFT_E_SYMBOL:
		weft_text_puts(t, m->symbols[x->n].name);
		break;
	case WEFT_E_INDEX:
	case WEFT_E_AXIS_SIZE:
		weft_text_printf(t, x->op == WEFT_E_INDEX ? "%s" : "size(%s)",
		                 x->s ? x->s : "?");
		break;
	case WEFT_E_SUBSCRIPT:
		print(t, m, x->a, 9);
		weft_text_puts(t, "[");
		print(t, m, x->b, 0);
		weft_text_puts(t, "]");
		break;
	case WEFT_E_LIST:
		weft_text_puts(t, "[");
		for (const weft_expr *e = x; e; e = e->b) {
			if (e->a)
				print(t, m, e->a, 0);
			weft_text_puts(t, e->b ? ", " : "]");
		}
		break;
	case WEFT_E_EACH:
		weft_text_puts(t, "for … < ");
		print(t, m, x->a, 7);
		weft_text_puts(t, " ");
		print(t, m, x->b, 0);
		break;
	case WEFT_E_NOT:
		weft_text_puts(t, "not ");
		print(t, m, x->a, 5);
		break;
	default:
		weft_text_puts(t, "-");
		print(t, m, x->a, 9);
	}
}

static void
print(weft_text *t, const weft_model *m, const weft_expr *x, int level)
{
	const struct operator *o = operator_of(x->op);
	/* "not" binds looser than what compares. */
	bool bare_not = x->op == WEFT_E_NOT && level > 5;

	if (call_name(x->op)) {
		print_call(t, m, x, call_name(x->op));
	} else if (!o) {
		weft_text_puts(t, bare_not ? "(" : "");
		print_other(t, m, x);
		weft_text_puts(t, bare_not ? ")" : "");
	} else {
		weft_text_puts(t, o->level < level ? "(" : "");
		print(t, m, x->a, o->level);
		weft_text_puts(t, o->text);
		print(t, m, x->b, o->level + 1);
		weft_text_puts(t, o->level < level ? ")" : "");
	}
}

void
weft_expr_print(weft_text *t, const weft_model *m, const weft_expr *x)
{
	print(t, m, x, 0);
}
