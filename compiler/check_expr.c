/* Binds expressions: names become symbols, indices or paths of the config. */
#include <string.h>

#include "check_frame.h"

enum { DEPTH_LIMIT = 500 };

/* ---- making ---- */

struct bound *
bound_new(const struct scope *s, enum bound_op op, enum bound_type type,
          struct span at)
{
	struct bound *x = arena_alloc(s->c->arena, sizeof *x);

	x->op = op;
	x->type = type;
	x->span = at;
	return x;
}

const struct bound *
bound_int(const struct scope *s, int64_t n, struct span at)
{
	struct bound *x = bound_new(s, BOUND_INT, TYPE_INT, at);

	x->n = n;
	return x;
}

const struct bound *
bound_text(const struct scope *s, const char *text, struct span at)
{
	struct bound *x = bound_new(s, BOUND_STRING, TYPE_TEXT, at);

	x->s = text;
	return x;
}

static enum bound_type
symbol_type(const struct symbol *y)
{
	switch (y->kind) {
	case SYMBOL_SIZE: return TYPE_INT;
	case SYMBOL_NUMBER: return TYPE_REAL;
	case SYMBOL_FLAG: return TYPE_BOOL;
	case SYMBOL_TEXT: return TYPE_TEXT;
	case SYMBOL_LIST: return TYPE_LIST;
	case SYMBOL_VARIANT: return TYPE_BOOL;
	default: return y->value ? y->value->type : TYPE_ANY;
	}
}

const struct bound *
bound_symbol(const struct scope *s, int symbol, struct span at)
{
	struct symbol *y = &s->c->m->symbols[symbol];
	struct bound *x = bound_new(s, BOUND_SYMBOL, symbol_type(y), at);

	y->used = true;
	x->n = symbol;
	return x;
}

const struct bound *
bound_pair(const struct scope *s, enum bound_op op, const struct bound *a,
           const struct bound *b, struct span at)
{
	struct bound *x = bound_new(s, op, TYPE_ANY, at);

	x->a = a;
	x->b = b;
	return type_of(s, x) ? x : NULL;
}

/* ---- paths ---- */

/* Whether a name of a path needs no quotes: a["b"] is a.b. */
static bool
is_bare(const char *name)
{
	static const char others[] = "0123456789_-$";

	if (!*name)
		return false;
	for (; *name; name++)
		if (!(*name >= 'a' && *name <= 'z') &&
		    !(*name >= 'A' && *name <= 'Z') && !strchr(others, *name))
			return false;
	return true;
}

const char *
bind_path(const struct scope *s, const struct expr *e)
{
	struct out out = {.arena = s->c->arena};
	const char *path;

	if (e->kind == EXPR_NAME)
		return e->text;
	if (e->kind != EXPR_INDEX || !(path = bind_path(s, e->a)))
		return NULL;
	if (e->b->kind == EXPR_INT && e->b->integer >= 0) {
		out_printf(&out, "%s[%lld]", path, (long long)e->b->integer);
		return out.text;
	}
	if (e->b->kind != EXPR_TEXT)
		return NULL;
	if (is_bare(e->b->text)) {
		out_printf(&out, "%s.%s", path, e->b->text);
		return out.text;
	}
	out_printf(&out, "%s[\"", path);
	for (const char *p = e->b->text; *p; p++)
		out_printf(&out, *p == '"' || (*p == '\\' && (p[1] == '"' ||
		           p[1] == '\\' || !p[1])) ? "\\%c" : "%c", *p);
	out_puts(&out, "\"]");
	return out.text;
}

static const char *
after_config(const char *path)
{
	return strncmp(path, "config.", 7) == 0 ? path + 7 : NULL;
}

/* Does a path say which config it leads into? */
static bool
names_config(const struct scope *s, const char *path)
{
	const char *rest;

	return after_config(path) || configs_path(s->c, path, &rest) >= 0;
}

static const struct bound *
bind_config(const struct scope *s, const char *path, struct span at)
{
	struct bound *x = bound_new(s, BOUND_CONFIG, TYPE_ANY, at);
	const char *rest;
	int named = configs_path(s->c, path, &rest);

	x->s = after_config(path) ? after_config(path) : path;
	if (named < 0)
		return x;
	s->c->m->configs[named].used = true;
	x->n = named + 1;
	x->s = rest;
	if (*rest)
		return x;
	check_error(s->c->m, CHECK_unknown_name, at,
	            "%s is a config; a value of it is %s.PATH", path, path);
	return NULL;
}

/* The first name of a path, which decides what the whole of it means. */
static const struct expr *
path_root(const struct expr *e)
{
	while (e->kind == EXPR_INDEX)
		e = e->a;
	return e->kind == EXPR_NAME ? e : NULL;
}

/* ---- names ---- */

static const struct bound *
bind_index(const struct scope *s, int dim, struct span at)
{
	struct bound *x = bound_new(s, BOUND_INDEX, TYPE_INT, at);

	x->n = dim;
	return x;
}

static const struct bound *
bind_entry(const struct scope *s, const struct entry *e,
           const struct expr *at)
{
	if (e->symbol >= 0)
		return bound_symbol(s, e->symbol, at->span);
	check_error(s->c->m, CHECK_text_holes, at->span,
	            "%s is a text with holes: it can stand in keys only",
	            at->text);
	return NULL;
}

static const struct bound *
bind_name(const struct scope *s, const struct expr *e)
{
	const struct entry *y;
	int dim = s->frame ? frame_find(s->frame, e->text) : -1;

	if (dim >= 0)
		return bind_index(s, dim, e->span);
	if (s->index && s->index == e->text)
		return bind_index(s, 0, e->span);
	if ((y = scope_find(s, e->text)))
		return bind_entry(s, y, e);
	if (s->kind == SCOPE_DEFINITION ||
	    (s->kind != SCOPE_PLACE && names_config(s, e->text)))
		return bind_config(s, e->text, e->span);
	/* Declared, but set to nothing: that was an error at the use. */
	if (scope_declared(s, e->text))
		return NULL;
	if (s->frame && frame_knows(s->frame, e->text))
		check_error(s->c->m, CHECK_unknown_name, e->span,
		            "index %s does not occur in the key or the axes "
		            "of this place", e->text);
	else
		scope_unknown(s, CHECK_unknown_name, e->span,
		              s->frame ? "index of this place, size, flag, "
		              "option or variant" : "size, flag, option or "
		              "variant", e->text);
	return NULL;
}

/* a[b]: an element of a list, or further down a path of the config. */
static const struct bound *
bind_subscript(const struct scope *s, const struct expr *e)
{
	const struct expr *root = path_root(e);
	const struct bound *a, *b;
	const char *path;

	if (root && !scope_find(s, root->text) && (path = bind_path(s, e)) &&
	    (s->kind == SCOPE_DEFINITION ||
	     (s->kind != SCOPE_PLACE && names_config(s, path))))
		return bind_config(s, path, e->span);
	a = bind_expr(s, e->a);
	b = bind_expr(s, e->b);
	return a && b ? bound_pair(s, BOUND_SUBSCRIPT, a, b, e->span) : NULL;
}

/* ---- operators ---- */

bool
bind_limit(const struct scope *s, int n, struct span at)
{
	if (n <= DEPTH_LIMIT)
		return true;
	check_error(s->c->m, CHECK_too_many, at, "%d values in a row; at most "
	            "%d are allowed", n, DEPTH_LIMIT);
	return false;
}

static const struct bound *
bind_list(const struct scope *s, const struct expr *first, struct span at)
{
	struct bound **list = NULL, *rest = NULL;
	bool good = true;
	int n = 0;

	for (const struct expr *e = first; e; e = e->next) {
		struct bound *x = bound_new(s, BOUND_LIST, TYPE_LIST, at);

		x->a = bind_expr(s, e);
		good = good && x->a;
		*PUSH(s->c->arena, list, n) = x;
	}
	if (!n)
		return bound_new(s, BOUND_LIST, TYPE_LIST, at);
	if (!bind_limit(s, n, at))
		return NULL;
	while (n) {
		list[--n]->b = rest;
		rest = list[n];
	}
	return good ? rest : NULL;
}

/* diagonal(ROW): of the source's layout, so it is known by then. */
static const struct bound *
bind_diagonal(const struct scope *s, const struct expr *e)
{
	const struct key_part *p = e->key->parts;
	struct bound *x;
	int row;

	if (!s->source) {
		check_error(s->c->m, CHECK_expr_context, e->span,
		            "the data of a source are asked for in values of "
		            "the model only");
		return NULL;
	}
	if (e->key->regex || !p || p->next || p->kind != PART_TEXT) {
		check_error(s->c->m, CHECK_tensor_unknown, e->key->span,
		            "diagonal takes the name of a tensor");
		return NULL;
	}
	row = scope_need_row(s->c, s->at, CHECK_tensor_unknown, e->key->span,
	                     p->text);
	if (row < 0)
		return NULL;
	x = bound_new(s, BOUND_DIAGONAL, TYPE_BOOL, e->span);
	x->n = row;
	return x;
}

static const struct bound *
bind_predicate(const struct scope *s, const struct expr *e)
{
	static const struct {
		enum bound_op op;
		enum bound_type type;
	} of[] = {{BOUND_HAS, TYPE_BOOL}, {BOUND_COUNT, TYPE_INT},
	          {BOUND_DTYPE, TYPE_TEXT}, {BOUND_SHAPE, TYPE_LIST}};
	int i = (int)(e->kind - EXPR_HAS);
	const struct bound *index;
	struct bound *x;
	int n;

	if (s->kind != SCOPE_PREDICATE && !s->source) {
		check_error(s->c->m, CHECK_expr_context, e->span,
		            "keys of a source are asked for in detect, variant, "
		            "require and values of the model only");
		return NULL;
	}
	n = evidence_bind(s, e->key, &index);
	if (n < 0)
		return NULL;
	x = bound_new(s, of[i].op, of[i].type, e->span);
	x->n = n;
	x->a = index;
	return x;
}

/* p == "gate": a label is the number of its place in the row's list. */
static const struct bound *
bind_label(const struct scope *s, const struct bound *index,
           const struct bound *text)
{
	const struct dim *d;

	if (!s->frame || index->op != BOUND_INDEX || text->op != BOUND_STRING)
		return text;
	d = frame_dim(s->frame, (int)index->n);
	for (int i = 0; i < d->n_labels; i++)
		if (strcmp(d->labels[i], text->s) == 0)
			return bound_int(s, i, text->span);
	return text;
}

/* Of numbers that need not be whole, `/` is not exact. */
static bool
is_quotient(const struct scope *s, const struct expr *e, const struct bound *a,
            const struct bound *b)
{
	return e->kind == EXPR_DIV && (s->number || a->type == TYPE_REAL ||
	                               b->type == TYPE_REAL);
}

static const struct bound *
bind_binary(const struct scope *s, const struct expr *e)
{
	static const enum bound_op ops[] = {
		[EXPR_OR] = BOUND_OR, [EXPR_AND] = BOUND_AND,
		[EXPR_EQ] = BOUND_EQ, [EXPR_NE] = BOUND_NE,
		[EXPR_LT] = BOUND_LT, [EXPR_LE] = BOUND_LE,
		[EXPR_GT] = BOUND_GT, [EXPR_GE] = BOUND_GE,
		[EXPR_IN] = BOUND_IN, [EXPR_ADD] = BOUND_ADD,
		[EXPR_SUB] = BOUND_SUB, [EXPR_MUL] = BOUND_MUL,
		[EXPR_DIV] = BOUND_DIV, [EXPR_MOD] = BOUND_MOD,
	};
	const struct bound *a = bind_expr(s, e->a), *b = bind_expr(s, e->b);

	if (!a || !b)
		return NULL;
	if (e->kind == EXPR_EQ || e->kind == EXPR_NE) {
		b = bind_label(s, a, b);
		a = bind_label(s, b, a);
	}
	return bound_pair(s, is_quotient(s, e, a, b) ? BOUND_QUOTIENT
	                  : ops[e->kind], a, b, e->span);
}

static const struct bound *
bind_constant(const struct scope *s, const struct expr *e)
{
	struct bound *x;

	switch (e->kind) {
	case EXPR_INT:
		return bound_int(s, e->integer, e->span);
	case EXPR_TEXT:
		return bound_text(s, e->text, e->span);
	case EXPR_REAL:
		x = bound_new(s, BOUND_REAL, TYPE_REAL, e->span);
		x->r = e->real;
		return x;
	default:
		x = bound_new(s, BOUND_BOOL, TYPE_BOOL, e->span);
		x->n = e->kind == EXPR_TRUE;
		return x;
	}
}

static const struct bound *
bind_any(const struct scope *s, const struct expr *e)
{
	const struct bound *a;

	switch (e->kind) {
	case EXPR_INT: case EXPR_REAL: case EXPR_TEXT:
	case EXPR_TRUE: case EXPR_FALSE:
		return bind_constant(s, e);
	case EXPR_NAME:
		return bind_name(s, e);
	case EXPR_INDEX:
		return bind_subscript(s, e);
	case EXPR_LIST:
		return bind_list(s, e->a, e->span);
	case EXPR_CALL:
		return bind_call(s, e);
	case EXPR_PATTERN:
		return bind_pattern(s, e);
	case EXPR_HAS: case EXPR_COUNT: case EXPR_DTYPE: case EXPR_SHAPE:
		return bind_predicate(s, e);
	case EXPR_DIAGONAL:
		return bind_diagonal(s, e);
	case EXPR_NOT: case EXPR_NEG:
		a = bind_expr(s, e->a);
		return a ? bound_pair(s, e->kind == EXPR_NOT ? BOUND_NOT
		                      : BOUND_NEGATE, a, NULL, e->span) : NULL;
	default:
		return bind_binary(s, e);
	}
}

const struct bound *
bind_expr(const struct scope *s, const struct expr *e)
{
	const struct bound *x = NULL;

	if (++s->c->depth <= DEPTH_LIMIT)
		x = bind_any(s, e);
	else
		check_error(s->c->m, CHECK_too_many, e->span,
		            "an expression of more than %d levels",
		            DEPTH_LIMIT);
	s->c->depth--;
	return x;
}

const struct bound *
bind_typed(const struct scope *s, const struct expr *e, enum bound_type type)
{
	const struct bound *x = bind_expr(s, e);

	return x && type_is(s, x, type) ? x : NULL;
}
