/* Sizes, flags, texts, lists, options and variants: the symbols of a model. */
#include <ctype.h>
#include <string.h>

#include "check_frame.h"

/* ---- texts ---- */

static bool
key_is_literal(const struct key *k)
{
	for (const struct key_part *p = k->parts; p; p = p->next)
		if (p->kind != PART_TEXT)
			return false;
	return !k->regex;
}

static const char *
key_literal(struct check_state *c, const struct key *k)
{
	struct out out = {.arena = c->arena};

	out_puts(&out, "");
	for (const struct key_part *p = k->parts; p; p = p->next)
		out_puts(&out, p->text);
	return out.text;
}

/* A text of literals is a symbol; one with holes is put in its place, and so
 * has one value. */
static bool
text_is_symbol(struct check_state *c, const struct value *v)
{
	const struct alternative *a = v->alternatives;
	bool literal = true;

	for (; a; a = a->next)
		literal = literal && a->text && key_is_literal(a->text);
	a = v->alternatives;
	if (!literal && a && (a->next || a->when))
		check_error(c->m, CHECK_text_holes, a->span,
		            "text %s has holes and alternatives; give the "
		            "alternatives a text of their own without holes",
		            v->name);
	if (!literal && a && a->text && a->text->regex)
		check_error(c->m, CHECK_text_holes, a->span,
		            "text %s is a regular expression", v->name);
	return literal;
}

/* ---- symbols ---- */

static void
add_symbol(struct check_state *c, struct entry *e)
{
	struct symbol *y;

	if (e->kind == SYMBOL_TEXT && !text_is_symbol(c, e->value))
		return;
	e->symbol = c->m->n_symbols;
	y = PUSH(c->arena, c->m->symbols, c->m->n_symbols);
	*y = (struct symbol){.kind = e->kind, .name = e->name,
	                     .column = e->column, .span = e->span,
	                     .rule = e->span};
	if (e->rule) {
		y->doc = e->rule->text;
		y->rule = e->rule->span;
	} else if (e->value->alternatives) {
		const struct alternative *a = e->value->alternatives;

		while (a->next)
			a = a->next;
		y->rule = span_join(e->span, a->span);
	}
}

static struct scope
entry_scope(struct check_state *c, const struct entry *e,
            enum scope_kind kind)
{
	return (struct scope){.c = c, .at = e->at, .column = e->column,
	                      .kind = kind};
}

/* A, B: the names of one field. */
static const struct bound *
bind_names(const struct scope *s, const struct alternative *a)
{
	const struct bound *x = NULL;
	bool first = true;
	int n = 0;

	for (const struct expr *e = a->value; e; e = e->next)
		n++;
	if (!bind_limit(s, n, a->span))
		return NULL;
	for (const struct expr *e = a->value; e; e = e->next) {
		const struct bound *y = bind_expr(s, e);

		if (first)
			x = y;
		else
			x = x && y ? bound_pair(s, BOUND_SAME, x, y, a->span)
			           : NULL;
		first = false;
	}
	return x;
}

static const struct bound *
bind_alternative(const struct scope *s, const struct alternative *a)
{
	const struct bound *x, *when;

	x = a->text ? bound_text(s, key_literal(s->c, a->text), a->span)
	            : bind_names(s, a);
	if (!x || !a->when)
		return x;
	when = bind_typed(s, a->when, TYPE_BOOL);
	return when ? bound_pair(s, BOUND_WHEN, x, when, a->span) : NULL;
}

static bool
is_literal(const struct alternative *a)
{
	return !a->when && (a->text || (a->value && !a->value->next &&
	       a->value->kind <= EXPR_FALSE));
}

/* The alternatives in turn; `behind` follows the last one, or is NULL. */
static const struct bound *
bind_alternatives(const struct scope *s, const struct alternative *a,
                  const struct bound *behind)
{
	const struct alternative **list = NULL;
	const struct bound *x, *rest = behind;
	bool good = true;
	int n = 0;

	for (; a; a = a->next) {
		*PUSH(s->c->arena, list, n) = a;
		if (a->next && is_literal(a))
			check_error(s->c->m, CHECK_value_literal, a->span,
			            "what stands behind this value is never "
			            "reached: it can always be had");
	}
	if (n > 0 && !bind_limit(s, n, list[0]->span))
		return NULL;
	while (n) {
		a = list[--n];
		x = bind_alternative(s, a);
		good = good && x;
		if (good)
			rest = rest ? bound_pair(s, BOUND_FIRST, x, rest,
			                         a->span) : x;
	}
	return good ? rest : NULL;
}

/* list kind = … | for l < L "a" when C | "b" */
static const struct bound *
bind_computed(struct scope s, const struct value *v)
{
	struct dim d = {.name = NULL};
	struct bound *x;

	rows_dim(&s, v->computed, &d);
	if (!d.to || d.from || d.labels) {
		check_error(s.c->m, CHECK_list_index, v->computed->span,
		            "a computed list runs over an index from 0, as in "
		            "for l < L");
		return NULL;
	}
	s.index = v->computed->name;
	x = bound_new(&s, BOUND_EACH, TYPE_LIST, v->computed->span);
	x->a = d.to;
	x->b = bind_alternatives(&s, v->elements, NULL);
	return x->b ? x : NULL;
}

static enum bound_type
kind_type(enum symbol_kind kind)
{
	switch (kind) {
	case SYMBOL_SIZE: return TYPE_INT;
	case SYMBOL_NUMBER: return TYPE_REAL;
	case SYMBOL_TEXT: return TYPE_TEXT;
	case SYMBOL_LIST: return TYPE_LIST;
	default: return TYPE_BOOL;
	}
}

static void
bind_value(struct check_state *c, struct entry *e)
{
	struct scope s = entry_scope(c, e, e->kind == SYMBOL_TEXT
	                             ? SCOPE_CONDITION : SCOPE_DEFINITION);
	struct symbol *y = &c->m->symbols[e->symbol];
	const struct bound *computed = NULL, *x;

	s.source = e->column < 0;
	s.number = e->kind == SYMBOL_NUMBER;
	if (e->value->computed)
		computed = bind_computed(s, e->value);
	x = bind_alternatives(&s, e->value->alternatives, computed);
	if (x && type_is(&s, x, kind_type(e->kind)))
		y->value = x;
}

/* What a text may be: keys that others ask for are made of it. */
static void
list_words(struct check_state *c, const struct entry *e)
{
	struct symbol *y = &c->m->symbols[e->symbol];

	for (const struct alternative *a = e->value->alternatives; a;
	     a = a->next)
		*PUSH(c->arena, y->words, y->n_words) =
			key_literal(c, a->text);
}

/* ---- options and variants ---- */

static const char *
option_word(const struct expr *e)
{
	return e->kind == EXPR_NAME || e->kind == EXPR_TEXT ? e->text : NULL;
}

static const struct bound *
bind_default(const struct scope *s, const struct expr *e)
{
	return option_word(e) ? bound_text(s, option_word(e), e->span)
	                      : bind_expr(s, e);
}

/* option tp = 1 | 2, option order = a | b: the first is the default, and all
 * are of one kind. */
static void
bind_option(struct check_state *c, struct entry *e)
{
	struct scope s = entry_scope(c, e, SCOPE_PLACE);
	const struct expr *first = e->rule->value;
	const struct bound *x = first ? bind_default(&s, first) : NULL, *y;
	struct symbol *to = &c->m->symbols[e->symbol];

	if (!x)
		return;
	to->value = x;
	for (const struct expr *v = first; v; v = v->next) {
		struct out out = {.arena = c->arena};

		y = bind_default(&s, v);
		if (y && y->type != x->type)
			check_error(c->m, CHECK_option_value, v->span,
			            "option %s has %s as its default, and this "
			            "is %s", e->name, type_name(x->type),
			            type_name(y->type));
		if (option_word(v))
			out_puts(&out, option_word(v));
		else if (y)
			bound_print(&out, c->m, NULL, y, false);
		if (first->next || x->type == TYPE_TEXT)
			*PUSH(c->arena, to->words, to->n_words) = out.text;
	}
}

static void
bind_variant(struct check_state *c, struct entry *e)
{
	struct scope s = entry_scope(c, e, SCOPE_PREDICATE);
	const struct bound *value, *otherwise;

	value = e->rule->value ? bind_typed(&s, e->rule->value, TYPE_BOOL)
	                       : NULL;
	s.kind = SCOPE_CONDITION;
	otherwise = e->rule->otherwise
		? bind_typed(&s, e->rule->otherwise, TYPE_BOOL) : NULL;
	c->m->symbols[e->symbol].value = value;
	c->m->symbols[e->symbol].otherwise = otherwise;
}

/* ---- cycles ---- */

enum { UNSEEN, OPEN, DONE };

static bool reaches_itself(struct checked *m, int symbol, char *state);

static bool
expr_reaches(struct checked *m, const struct bound *x, char *state)
{
	if (!x)
		return false;
	if (x->op == BOUND_SYMBOL && reaches_itself(m, (int)x->n, state))
		return true;
	return expr_reaches(m, x->a, state) || expr_reaches(m, x->b, state);
}

static bool
reaches_itself(struct checked *m, int symbol, char *state)
{
	struct symbol *y = &m->symbols[symbol];
	bool found = state[symbol] == OPEN;

	if (state[symbol] != UNSEEN) {
		if (found)
			check_error(m, CHECK_value_cycle, y->span,
			            "%s is defined by itself", y->name);
		return found;
	}
	state[symbol] = OPEN;
	found = expr_reaches(m, y->value, state) ||
	        expr_reaches(m, y->otherwise, state);
	state[symbol] = DONE;
	return found;
}

/* ---- what the source says ---- */

static bool
asks_source(const struct checked *m, const struct bound *x)
{
	if (!x)
		return false;
	if (x->op >= BOUND_HAS && x->op <= BOUND_DIAGONAL)
		return true;
	if (x->op == BOUND_SYMBOL && m->symbols[x->n].asks)
		return true;
	return asks_source(m, x->a) || asks_source(m, x->b);
}

/* Values of the model that ask the source, themselves or through others. A
 * variant asks it, too, but each side has its own. */
static void
find_asking(struct checked *m)
{
	bool more = true;

	while (more) {
		more = false;
		for (int i = 0; i < m->n_symbols; i++) {
			struct symbol *y = &m->symbols[i];

			if (y->asks || y->column >= 0 ||
			    y->kind == SYMBOL_VARIANT ||
			    !asks_source(m, y->value))
				continue;
			y->asks = more = true;
		}
	}
}

void
values_bind(struct check_state *c)
{
	char *state;

	for (int i = 0; i < c->n_entries; i++)
		add_symbol(c, &c->entries[i]);
	for (int i = 0; i < c->n_entries; i++)
		if (c->entries[i].kind == SYMBOL_TEXT &&
		    c->entries[i].symbol >= 0)
			list_words(c, &c->entries[i]);
	for (int i = 0; i < c->n_entries; i++)
		if (c->entries[i].kind == SYMBOL_OPTION)
			bind_option(c, &c->entries[i]);
	for (int i = 0; i < c->n_entries; i++) {
		struct entry *e = &c->entries[i];

		if (e->value && e->symbol >= 0)
			bind_value(c, e);
		else if (e->kind == SYMBOL_VARIANT)
			bind_variant(c, e);
	}
	state = arena_alloc(c->arena, (size_t)c->m->n_symbols + 1);
	for (int i = 0; i < c->m->n_symbols; i++)
		reaches_itself(c->m, i, state);
	find_asking(c->m);
}

/* ---- sizes of axes ---- */

const struct bound *
values_capital(const struct scope *s, atom name, struct span at)
{
	char *capital = arena_copy(s->c->arena, name, strlen(name));
	const struct entry *e;

	for (char *p = capital; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	e = scope_find(s, atom_text(s->c->m->atoms, capital));
	if (!e || e->kind != SYMBOL_SIZE)
		return NULL;
	return bound_symbol(s, e->symbol, at);
}

void
values_length(const struct scope *s, const struct bound *length,
              struct span axis)
{
	struct check_state *c = s->c;

	if (!length || length->op != BOUND_SYMBOL)
		return;
	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entries[i];

		if (e->symbol != length->n || e->kind != SYMBOL_SIZE)
			continue;
		for (const struct alternative *a = e->value->alternatives; a;
		     a = a->next) {
			if (!a->value || a->value->kind != EXPR_INT ||
			    !a->value->integer)
				continue;
			struct diag *g = check_error(
				c->m, CHECK_size_literal, a->span,
				"%s is the length of an axis: a literal would "
				"be a guess; without it the length is solved "
				"from the shapes", e->name);
			check_note(c->m, g, axis, "the axis");
		}
	}
}
