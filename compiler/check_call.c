/* Binds functions. */
#include <stdlib.h>
#include <string.h>

#include "check_place.h"

/* ---- functions of one value ---- */

enum { VERSION_PARTS = 4, VERSION_END = 4096 }; /* as the runtime has them */

/* "0.19.1" */
static bool
is_version(const char *p)
{
	for (int part = 0; part < VERSION_PARTS; part++) {
		size_t n = strspn(p, "0123456789");

		if (n == 0 || n > 4 || strtol(p, NULL, 10) >= VERSION_END)
			return false;
		if (!p[n])
			return true;
		if (p[n] != '.')
			return false;
		p += n + 1;
	}
	return false;
}

/* A version in a table is spelled so that it can be compared. */
static bool
check_version(const struct scope *s, const struct bound *x)
{
	if (x->op != BOUND_STRING)
		return type_is(s, x, TYPE_TEXT);
	if (is_version(x->s))
		return true;
	check_error(s->c->m, CHECK_expr_type, x->span,
	            "a version is written as \"0.19.1\", of at most %d parts "
	            "below %d", VERSION_PARTS, VERSION_END);
	return false;
}

static const struct bound *
bind_unary(const struct scope *s, const struct expr *e)
{
	bool version = strcmp(e->text, "version") == 0;
	const struct bound *x = e->a->next ? NULL : bind_expr(s, e->a);

	if (e->a->next)
		check_error(s->c->m, CHECK_expr_type, e->span, "%s takes one %s",
		            e->text, version ? "text" : "number");
	if (!x || (version && !check_version(s, x)))
		return NULL;
	return bound_pair(s, version ? BOUND_VERSION : BOUND_SQRT, x, NULL,
	                  e->span);
}

/* ---- matching(LIST, REGEX) ---- */

/* What stands behind a class that begins at `p`, or NULL: it has no end. */
static const char *
behind_class(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	p += *p == ']';
	for (; *p && *p != ']'; p++)
		p += *p == '\\' && p[1];
	return *p ? p + 1 : NULL;
}

/* What no dialect of regular expressions takes, or NULL. The runtime, which
 * matches with it, is stricter. */
static const char *
regex_fault(const char *p)
{
	int open = 0;
	bool first = true;    /* of a group or an alternative */

	while (*p) {
		char c = *p;

		if (first && (c == '*' || c == '+' || c == '?'))
			return "there is nothing to repeat before '*', '+' or "
			       "'?'";
		if (c == '\\' && !p[1])
			return "the last '\\' stands before nothing";
		if (c == ')' && open-- == 0)
			return "a ')' closes nothing";
		open += c == '(';
		p = c == '[' ? behind_class(p) : p + 1 + (c == '\\');
		if (!p)
			return "a '[' is never closed";
		first = c == '(' || c == '|';
		p += c == '(' && *p == '?';
	}
	return open ? "a '(' is never closed" : NULL;
}

static const struct bound *
bind_matching(const struct scope *s, const struct expr *e)
{
	const struct expr *regex = e->a->next;
	const struct bound *list;
	const char *fault;

	if (!regex || regex->next || regex->kind != EXPR_TEXT) {
		check_error(s->c->m, CHECK_expr_type, e->span,
		            "matching takes a list, and a regular expression "
		            "in double quotes");
		return NULL;
	}
	fault = regex_fault(regex->text);
	if (fault)
		check_error(s->c->m, CHECK_key_regex, regex->span,
		            "this is no regular expression: %s", fault);
	list = bind_typed(s, e->a, TYPE_LIST);
	return list ? bound_pair(s, BOUND_MATCHING, list,
	                         bound_text(s, regex->text, regex->span),
	                         e->span) : NULL;
}

/* ---- functions of several ---- */

static const struct bound *
bind_numbers(const struct scope *s, const struct expr *e)
{
	enum bound_op op = strcmp(e->text, "max") == 0 ? BOUND_MAX
		: strcmp(e->text, "lcm") == 0 ? BOUND_LCM : BOUND_MIN;
	const struct bound *x;

	if (!e->a->next) {
		check_error(s->c->m, CHECK_expr_type, e->span,
		            "%s takes two numbers or more", e->text);
		return NULL;
	}
	x = bind_expr(s, e->a);
	for (const struct expr *b = e->a->next; b; b = b->next) {
		const struct bound *y = bind_expr(s, b);

		x = x && y ? bound_pair(s, op, x, y, e->span) : NULL;
	}
	return x;
}

const struct bound *
bind_call(const struct scope *s, const struct expr *e)
{
	if (strcmp(e->text, "sqrt") == 0 || strcmp(e->text, "version") == 0)
		return bind_unary(s, e);
	if (strcmp(e->text, "matching") == 0)
		return bind_matching(s, e);
	return bind_numbers(s, e);
}

/* ---- pattern(OBJECT, TEXT) ---- */

/* {l}: each l < L, as an EACH of the size that has the hole's name; {X}: a
 * text; the index of a computed list: that one. */
static const struct bound *
bind_hole(const struct scope *s, const struct key_part *p)
{
	const struct entry *e = p->kind == PART_NAME ? scope_find(s, p->text)
	                                             : NULL;
	const struct bound *size;
	struct bound *x;

	if (p->kind != PART_NAME || p->labels || p->width || p->shift ||
	    p->pin) {
		check_error(s->c->m, CHECK_hole_form, p->span,
		            "a hole in the text of pattern() is a name");
		return NULL;
	}
	if (s->index && s->index == p->text)
		return bound_new(s, BOUND_INDEX, TYPE_INT, p->span);
	if (e && e->kind == SYMBOL_TEXT && e->symbol >= 0)
		return bound_symbol(s, e->symbol, p->span);
	size = values_capital(s, p->text, p->span);
	if (e || !size) {
		scope_unknown(s, CHECK_hole_unknown, p->span,
		              "text, and no index with a size of its name in "
		              "capitals", p->text);
		return NULL;
	}
	x = bound_new(s, BOUND_EACH, TYPE_TEXT, p->span);
	x->a = size;
	x->b = bound_text(s, p->text, p->span);
	return x;
}

/* The list of the parts of the text. */
static const struct bound *
bind_parts(const struct scope *s, const struct flat_key *flat)
{
	struct bound *rest = NULL;
	bool good = true;

	for (int i = flat->n - 1; i >= 0; i--) {
		const struct key_part *p = flat->parts[i].part;
		struct bound *x = bound_new(s, BOUND_LIST, TYPE_LIST, p->span);

		x->a = p->kind == PART_TEXT
			? bound_text(s, p->text, p->span)
			: bind_hole(&flat->parts[i].scope, p);
		good = good && x->a;
		x->b = rest;
		rest = x;
	}
	return good ? rest : NULL;
}

const struct bound *
bind_pattern(const struct scope *s, const struct expr *e)
{
	const struct bound *object = bind_expr(s, e->a), *parts;
	struct scope plain = *s;
	struct flat_key flat;

	if (object && object->op != BOUND_CONFIG) {
		check_error(s->c->m, CHECK_expr_type, e->a->span,
		            "pattern takes a path of the config, where there "
		            "is an object of names");
		return NULL;
	}
	if (e->key->regex) {
		check_error(s->c->m, CHECK_expr_type, e->key->span,
		            "the names in the config are the regular "
		            "expressions; this is the text that they match");
		return NULL;
	}
	plain.frame = NULL;
	if (!keys_flatten(&plain, e->key, &flat) ||
	    !bind_limit(s, flat.n, e->key->span))
		return NULL;
	parts = bind_parts(&plain, &flat);
	return object && parts ? bound_pair(s, BOUND_PATTERN, object, parts,
	                                    e->span) : NULL;
}
