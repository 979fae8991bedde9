/* Expressions, keys and axes, with no more parentheses than they need. */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "lex.h"

/* How tight an expression holds together; the grammar's levels. */
enum level {
	LEVEL_OR = 1, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_SUM,
	LEVEL_TERM, LEVEL_UNARY, LEVEL_POSTFIX, LEVEL_PRIMARY
};

/* Between brackets operators need no blanks, and a minus is never part of a
 * number. */
static void put_expr(struct out *, const struct expr *, int least, bool inner);

static const struct {
	const char *sign;
	enum level level;
} operators[] = {
	[EXPR_OR] = {"or", LEVEL_OR}, [EXPR_AND] = {"and", LEVEL_AND},
	[EXPR_EQ] = {"==", LEVEL_COMPARE}, [EXPR_NE] = {"!=", LEVEL_COMPARE},
	[EXPR_LT] = {"<", LEVEL_COMPARE}, [EXPR_LE] = {"<=", LEVEL_COMPARE},
	[EXPR_GT] = {">", LEVEL_COMPARE}, [EXPR_GE] = {">=", LEVEL_COMPARE},
	[EXPR_IN] = {"in", LEVEL_COMPARE}, [EXPR_ADD] = {"+", LEVEL_SUM},
	[EXPR_SUB] = {"-", LEVEL_SUM}, [EXPR_MUL] = {"*", LEVEL_TERM},
	[EXPR_DIV] = {"/", LEVEL_TERM}, [EXPR_MOD] = {"%", LEVEL_TERM},
};

static bool
is_negative(const struct expr *e)
{
	return (e->kind == EXPR_INT && e->integer < 0) ||
	       (e->kind == EXPR_REAL && e->real < 0);
}

static enum level
level_of(const struct expr *e, bool inner)
{
	if (e->kind == EXPR_NOT)
		return LEVEL_NOT;
	if (e->kind == EXPR_NEG || (inner && is_negative(e)))
		return LEVEL_UNARY;
	if (e->kind == EXPR_INDEX)
		return LEVEL_POSTFIX;
	return e->b ? operators[e->kind].level : LEVEL_PRIMARY;
}

/* Backslashes are doubled only where they would be read as an escape. */
void
fmt_text(struct out *o, const char *s)
{
	out_puts(o, "\"");
	for (; *s; s++) {
		if (*s == '"' || (*s == '\\' && (s[1] == '"' || s[1] == '\\' ||
		                                 s[1] == '\0')))
			out_puts(o, "\\");
		out_add(o, s, 1);
	}
	out_puts(o, "\"");
}

/* The fewest digits that say this number, without an exponent. */
static void
put_real(struct out *o, double value)
{
	char text[1500];
	int digits = 1;

	do
		snprintf(text, sizeof text, "%.*f", digits, value);
	while (strtod(text, NULL) != value && ++digits < 1100);
	out_puts(o, text);
}

static void
put_list(struct out *o, const struct expr *e, bool inner)
{
	for (; e; e = e->next) {
		put_expr(o, e, LEVEL_OR, inner);
		if (e->next)
			out_puts(o, ", ");
	}
}

static const char *
predicate_name(enum expr_kind kind)
{
	return kind == EXPR_HAS ? "has" : kind == EXPR_COUNT ? "count"
	     : kind == EXPR_DTYPE ? "dtype" : kind == EXPR_SHAPE ? "shape"
	     : "diagonal";
}

static void
put_binary(struct out *o, const struct expr *e, bool inner)
{
	int level = (int)operators[e->kind].level;
	bool blanks = !inner || level == LEVEL_COMPARE;

	put_expr(o, e->a, level + (level == LEVEL_COMPARE), inner);
	out_printf(o, blanks ? " %s " : "%s", operators[e->kind].sign);
	put_expr(o, e->b, level + 1, inner);
}

static void
put_primary(struct out *o, const struct expr *e, bool inner)
{
	switch (e->kind) {
	case EXPR_INT:
		out_printf(o, "%lld", (long long)e->integer);
		break;
	case EXPR_REAL:
		put_real(o, e->real);
		break;
	case EXPR_TEXT:
		fmt_text(o, e->text);
		break;
	case EXPR_TRUE:
	case EXPR_FALSE:
		out_puts(o, e->kind == EXPR_TRUE ? "true" : "false");
		break;
	case EXPR_NAME:
		out_puts(o, e->text);
		break;
	case EXPR_LIST:
		out_puts(o, "[");
		put_list(o, e->a, true);
		out_puts(o, "]");
		break;
	case EXPR_CALL:
		out_printf(o, "%s(", e->text);
		put_list(o, e->a, inner);
		out_puts(o, ")");
		break;
	case EXPR_PATTERN:
		out_puts(o, "pattern(");
		put_expr(o, e->a, LEVEL_OR, inner);
		out_puts(o, ", ");
		fmt_key(o, e->key);
		out_puts(o, ")");
		break;
	default:
		out_printf(o, "%s(", predicate_name(e->kind));
		fmt_key(o, e->key);
		out_puts(o, ")");
	}
}

static void
put_expr(struct out *o, const struct expr *e, int least, bool inner)
{
	enum level level = level_of(e, inner);

	if ((int)level < least)
		out_puts(o, "(");
	if (e->kind == EXPR_NOT) {
		out_puts(o, "not ");
		put_expr(o, e->a, LEVEL_NOT, inner);
	} else if (e->kind == EXPR_NEG) {
		out_puts(o, "-");
		put_expr(o, e->a, LEVEL_UNARY, inner);
	} else if (e->kind == EXPR_INDEX) {
		put_expr(o, e->a, LEVEL_POSTFIX, inner);
		out_puts(o, "[");
		put_expr(o, e->b, LEVEL_OR, true);
		out_puts(o, "]");
	} else if (e->b) {
		put_binary(o, e, inner);
	} else {
		put_primary(o, e, inner);
	}
	if ((int)level < least)
		out_puts(o, ")");
}

void
fmt_expr(struct out *o, const struct expr *e)
{
	put_expr(o, e, LEVEL_OR, false);
}

void
fmt_sum(struct out *o, const struct expr *e)
{
	put_expr(o, e, LEVEL_SUM, false);
}

void
fmt_postfix(struct out *o, const struct expr *e)
{
	put_expr(o, e, LEVEL_POSTFIX, false);
}

/* A number, a name, or an expression in parentheses. */
static void
put_amount(struct out *o, const struct expr *e)
{
	if ((e->kind == EXPR_INT && e->integer >= 0) ||
	    (e->kind == EXPR_NAME && !strchr(e->text, '.'))) {
		put_primary(o, e, true);
		return;
	}
	out_puts(o, "(");
	put_expr(o, e, LEVEL_OR, true);
	out_puts(o, ")");
}

static void
put_pin(struct out *o, const struct expr *e)
{
	if (e->kind != EXPR_ADD && e->kind != EXPR_SUB) {
		put_amount(o, e);
		return;
	}
	put_pin(o, e->a);
	out_puts(o, e->kind == EXPR_ADD ? "+" : "-");
	put_amount(o, e->b);
}

/* `{l - K}`: the shift begins with its sign. */
static void
put_shift(struct out *o, const struct expr *e)
{
	if (e->kind == EXPR_ADD || e->kind == EXPR_SUB) {
		put_shift(o, e->a);
		out_puts(o, e->kind == EXPR_ADD ? " + " : " - ");
		put_expr(o, e->b, LEVEL_TERM, true);
	} else if (e->kind == EXPR_NEG) {
		out_puts(o, " - ");
		put_expr(o, e->a, LEVEL_TERM, true);
	} else if (e->kind == EXPR_INT && e->integer < 0) {
		out_printf(o, " - %lld", -(long long)e->integer);
	} else {
		out_puts(o, " + ");
		put_expr(o, e, LEVEL_TERM, true);
	}
}

static void
put_factor(struct out *o, const struct factor *f, char pin)
{
	if (f->term)
		out_printf(o, "%s:", f->term);
	switch (f->kind) {
	case FACTOR_NAME:
		out_puts(o, f->name);
		if (f->amount)
			out_add(o, &pin, 1);
		if (f->amount && pin == '=')
			put_pin(o, f->amount);
		else if (f->amount)
			put_amount(o, f->amount);
		break;
	case FACTOR_ONE:
		out_puts(o, "1");
		break;
	case FACTOR_PRODUCT:
	case FACTOR_SUM:
		out_puts(o, "(");
		for (const struct factor *c = f->child; c; c = c->next) {
			put_factor(o, c, pin);
			if (c->next)
				out_puts(o, f->kind == FACTOR_SUM ? " + "
				                                  : " ");
		}
		out_puts(o, ")");
		break;
	case FACTOR_MULTIPLE:
	case FACTOR_EXACT:
		put_factor(o, f->child, pin);
		out_puts(o, f->kind == FACTOR_EXACT ? "^=" : "^");
		put_amount(o, f->amount);
		break;
	case FACTOR_CUT:
		put_factor(o, f->child, pin);
		out_printf(o, "/%s", f->name);
		break;
	}
}

static void
put_factors(struct out *o, const struct factor *f, char pin)
{
	for (; f; f = f->next) {
		put_factor(o, f, pin);
		if (f->next)
			out_puts(o, " ");
	}
}

void
fmt_factors(struct out *o, const struct factor *f)
{
	put_factors(o, f, ':');
}

static bool
all_key_bytes(const char *s, const char *but)
{
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
		    !(*s >= '0' && *s <= '9') && !strchr("_.-/", *s))
			return false;
		else if (strchr(but, *s))
			return false;
	return true;
}

static void
put_label(struct out *o, const char *text)
{
	if (*text && all_key_bytes(text, "/"))
		out_puts(o, text);
	else
		fmt_text(o, text);
}

static void
put_hole(struct out *o, const struct key_part *p)
{
	out_puts(o, "{");
	if (p->kind == PART_GROUP) {
		out_puts(o, "(");
		put_factors(o, p->group, '=');
		out_puts(o, ")");
	} else {
		out_puts(o, p->text);
	}
	if (p->width)
		out_printf(o, "^=%d", p->width);
	if (p->shift)
		put_shift(o, p->shift);
	if (p->pin) {
		out_puts(o, "=");
		put_pin(o, p->pin);
	}
	for (const struct name *l = p->labels; l; l = l->next) {
		out_puts(o, l == p->labels ? ":" : ",");
		put_label(o, l->text);
	}
	out_puts(o, p->kind == PART_ANY ? "..}"
	          : p->kind == PART_SEGMENT ? ".}" : "}");
}

/* Whether these parts, and `end` behind them, need no quotes. */
static bool
is_bare(const struct key_part *p, const char *end)
{
	const char *first = p->kind == PART_TEXT ? p->text : "x";

	if (!p->next && !*end && p->kind == PART_TEXT &&
	    (lex_is_keyword(first) || lex_is_number(first) ||
	     strcmp(first, "..") == 0))
		return false;
	if (*first == '-' || *first == '/')
		return false;
	for (; p; p = p->next)
		if (p->kind == PART_TEXT && !all_key_bytes(p->text, ""))
			return false;
	return true;
}

static void
put_parts(struct out *o, const struct key_part *p, bool quoted)
{
	for (; p; p = p->next) {
		if (p->kind != PART_TEXT) {
			put_hole(o, p);
			continue;
		}
		for (const char *s = p->text; *s; s++) {
			if (quoted && *s == '{')
				out_puts(o, "{");
			out_add(o, s, 1);
		}
	}
}

static void
put_key(struct out *o, const struct key *k, const char *end)
{
	struct out quoted = {.arena = o->arena};

	if (k->regex) {
		out_printf(o, "/%s/", k->regex);
	} else if (k->parts && is_bare(k->parts, end)) {
		put_parts(o, k->parts, false);
		out_puts(o, end);
	} else {
		out_puts(&quoted, "");
		put_parts(&quoted, k->parts, true);
		out_puts(&quoted, end);
		fmt_text(o, quoted.text);
	}
}

void
fmt_key(struct out *o, const struct key *k)
{
	put_key(o, k, "");
}

void
fmt_op(struct out *o, const struct op *op)
{
	out_puts(o, op->name);
	for (const struct expr *e = op->args; e; e = e->next) {
		out_puts(o, op->exact && !e->next ? " = " : " ");
		if (e->kind == EXPR_INT || e->kind == EXPR_REAL)
			put_primary(o, e, false);
		else if (e->kind == EXPR_NAME && !strchr(e->text, '.'))
			out_puts(o, e->text);
		else {
			out_puts(o, "(");
			put_expr(o, e, LEVEL_OR, false);
			out_puts(o, ")");
		}
	}
}

static void
put_form(struct out *o, const struct place *p)
{
	static const char *const form[] = {
		[PLACE_PLAIN] = "", [PLACE_WHEN] = "", [PLACE_ELSE] = "else ",
		[PLACE_ALSO] = "also ",
		[PLACE_ALSO_OPTIONAL] = "also optional ",
	};

	out_puts(o, form[p->form]);
	if (!p->when)
		return;
	out_puts(o, "when ");
	fmt_expr(o, p->when);
	out_puts(o, " ");
}

void
fmt_place(struct out *key, struct out *rest, const struct place *p)
{
	put_form(key, p);
	fmt_key(key, p->key);
	if (p->directory) {
		out_puts(key, " in ");
		put_key(key, p->directory, "/");
	}
	if (p->has_axes) {
		out_puts(rest, rest == key ? " [" : "[");
		fmt_factors(rest, p->axes);
		out_puts(rest, "]");
	}
	for (const struct op *op = p->ops; op; op = op->next) {
		out_puts(rest, rest->size ? " | " : "| ");
		fmt_op(rest, op);
	}
}
