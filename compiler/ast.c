#include "ast_build.h"

#include <string.h>

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/* Says what keeps `text` from being a name, dotted or not. */
static void
check_name(struct ast *ast, struct span at, const char *text, bool dotted)
{
	const char *s = text;

	if (is_letter(*s))
		while (is_word(*s) || (dotted && *s == '.' && is_word(s[1])))
			s++;
	if (!*s)
		return;
	if (s > text && strchr("-/.", *s) && s[1])
		diag_error(ast->diags, at, NULL, "'%s' is not a name%s%.*s'",
		           text, *s == '.' && s[1] != '.' ? ", it has a '" :
		           ", write blanks around the '",
		           *s == '.' && s[1] == '.' ? 2 : 1, s);
	else if (*text >= '0' && *text <= '9')
		diag_error(ast->diags, at, NULL, "'%s' is neither a name nor "
		           "a number", text);
	else
		diag_error(ast->diags, at, NULL, "'%s' is not a name: a name "
		           "starts with a letter and has letters, digits and "
		           "'_'", text);
}

struct name *
ast_label(struct ast *ast, struct span at, atom text)
{
	struct name *n = arena_alloc(ast->arena, sizeof *n);

	n->span = at;
	n->text = text;
	return n;
}

struct name *
ast_name(struct ast *ast, struct span at, atom text)
{
	check_name(ast, at, text, false);
	return ast_label(ast, at, text);
}

static struct expr *
new_expr(struct ast *ast, enum expr_kind kind, struct span at)
{
	struct expr *e = arena_alloc(ast->arena, sizeof *e);

	e->kind = kind;
	e->span = at;
	e->depth = 1;
	return e;
}

struct expr *
ast_integer(struct ast *ast, struct span at, int64_t value)
{
	struct expr *e = new_expr(ast, EXPR_INT, at);

	e->integer = value;
	return e;
}

struct expr *
ast_real(struct ast *ast, struct span at, double value)
{
	struct expr *e = new_expr(ast, EXPR_REAL, at);

	e->real = value;
	return e;
}

struct expr *
ast_string(struct ast *ast, struct span at, atom text)
{
	struct expr *e = new_expr(ast, EXPR_TEXT, at);

	e->text = text;
	return e;
}

struct expr *
ast_variable(struct ast *ast, struct span at, atom text)
{
	struct expr *e = new_expr(ast, EXPR_NAME, at);

	check_name(ast, at, text, true);
	e->text = text;
	return e;
}

static int
deepest(const struct expr *list)
{
	int depth = 0;

	for (; list; list = list->next)
		if (list->depth > depth)
			depth = list->depth;
	return depth;
}

/* An operand that is too deep was reported where it became so, and stands for
 * the whole from there on. */
struct expr *
ast_expr(struct ast *ast, enum expr_kind kind, struct span at, struct expr *a,
         struct expr *b)
{
	struct expr *e = new_expr(ast, kind, at);
	int depth = deepest(a), other = deepest(b);

	e->depth = (depth > other ? depth : other) + 1;
	if (e->depth > AST_DEPTH_MAX) {
		if (e->depth == AST_DEPTH_MAX + 1)
			diag_error(ast->diags, at, NULL, "this expression is "
			           "nested more than %d deep", AST_DEPTH_MAX);
		e->kind = EXPR_FALSE;
		e->depth = AST_DEPTH_MAX + 1;
		return e;
	}
	if (kind == EXPR_NEG && a->kind == EXPR_INT && a->integer != INT64_MIN)
		return ast_integer(ast, at, -a->integer);
	if (kind == EXPR_NEG && a->kind == EXPR_REAL)
		return ast_real(ast, at, -a->real);
	e->a = a;
	e->b = b;
	return e;
}

struct expr *
ast_list(struct ast *ast, struct span at, struct expr *elements)
{
	return ast_expr(ast, EXPR_LIST, at, elements, NULL);
}

enum { N_FUNCTIONS = 6 };

/* The functions, then what else is called. */
static const char *const functions[] = {
	"min", "max", "lcm", "sqrt", "version", "matching", "pattern", "has",
	"count", "dtype", "shape", "diagonal",
};

bool
ast_is_function(const char *name)
{
	for (int i = 0; i < N_FUNCTIONS; i++)
		if (strcmp(name, functions[i]) == 0)
			return true;
	return false;
}

struct expr *
ast_call(struct ast *ast, struct span at, atom name, struct expr *args)
{
	struct expr *e = ast_expr(ast, EXPR_CALL, at, args, NULL);
	const char *near;

	e->text = name;
	if (ast_is_function(name))
		return e;
	near = diag_nearest(name, functions,
	                    sizeof functions / sizeof *functions);
	diag_error(ast->diags, at, NULL, "unknown function '%s'%s%s%s", name,
	           near ? "; did you mean '" : "; there are min, max, lcm, "
	           "sqrt, version, matching and pattern",
	           near ? near : "", near ? "'?" : "");
	return e;
}

struct expr *
ast_pattern(struct ast *ast, struct span at, struct expr *object,
            struct key *key)
{
	struct expr *e = ast_expr(ast, EXPR_PATTERN, at, object, NULL);

	e->key = key;
	return e;
}

bool
ast_predicate_kind(const char *name, enum expr_kind *kind)
{
	static const struct {
		const char *name;
		enum expr_kind kind;
	} known[] = {
		{"has", EXPR_HAS}, {"count", EXPR_COUNT},
		{"dtype", EXPR_DTYPE}, {"shape", EXPR_SHAPE},
		{"diagonal", EXPR_DIAGONAL},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(name, known[i].name) != 0)
			continue;
		*kind = known[i].kind;
		return true;
	}
	return false;
}

struct expr *
ast_predicate(struct ast *ast, struct span at, atom name, struct key *key)
{
	struct expr *e = new_expr(ast, EXPR_HAS, at);

	ast_predicate_kind(name, &e->kind);
	e->key = key;
	return e;
}

struct factor *
ast_factor(struct ast *ast, enum factor_kind kind, struct span at,
           struct factor *child, struct expr *amount)
{
	struct factor *f = arena_alloc(ast->arena, sizeof *f);

	f->kind = kind;
	f->span = at;
	f->amount = amount;
	for (struct factor *c = child; c; c = c->next)
		if (c->depth > f->depth)
			f->depth = c->depth;
	if (++f->depth <= AST_DEPTH_MAX) {
		f->child = child;
		return f;
	}
	if (f->depth == AST_DEPTH_MAX + 1)
		diag_error(ast->diags, at, NULL, "these axes are nested more "
		           "than %d deep", AST_DEPTH_MAX);
	f->depth = AST_DEPTH_MAX + 1;
	f->kind = FACTOR_ONE;
	return f;
}

struct factor *
ast_axis_name(struct ast *ast, struct name *name, struct expr *amount)
{
	struct factor *f = ast_factor(ast, FACTOR_NAME, name->span, NULL,
	                              amount);

	f->name = name->text;
	if (amount)
		f->span = span_join(f->span, amount->span);
	return f;
}

struct factor *
ast_one(struct ast *ast, struct span at, int64_t value)
{
	if (value != 1)
		diag_error(ast->diags, at, NULL, "an axis is a name or 1, not "
		           "%lld: give a size its own axis by a name",
		           (long long)value);
	return ast_factor(ast, FACTOR_ONE, at, NULL, NULL);
}

struct factor *
ast_cut(struct ast *ast, struct span at, struct factor *child,
        struct name *name)
{
	struct factor *f = ast_factor(ast, FACTOR_CUT, at, child, NULL);

	f->name = name->text;
	return f;
}

struct factor *
ast_sum(struct ast *ast, struct span at, struct factor *terms)
{
	if (!terms->next)
		diag_error(ast->diags, at, NULL, "a sum has at least two "
		           "terms, this one has only '%s'", terms->term);
	return ast_factor(ast, FACTOR_SUM, at, terms, NULL);
}

struct key_part *
ast_part(struct ast *ast, enum part_kind kind, struct span at, atom text)
{
	struct key_part *p = arena_alloc(ast->arena, sizeof *p);

	p->kind = kind;
	p->span = at;
	p->text = text;
	return p;
}

struct key *
ast_key(struct ast *ast, struct span at, struct key_part *parts)
{
	struct key *k = arena_alloc(ast->arena, sizeof *k);

	k->span = at;
	k->parts = parts;
	return k;
}

struct key *
ast_directory(struct ast *ast, struct key *key)
{
	struct key_part **last = &key->parts;
	struct key_part *p;
	size_t n;

	while (*last && (*last)->next)
		last = &(*last)->next;
	p = *last;
	n = p && p->kind == PART_TEXT ? strlen(p->text) : 0;
	if (n == 0 || p->text[n - 1] != '/') {
		diag_error(ast->diags, key->span, NULL, "a directory ends "
		           "with '/', as in 'rank{t}/'");
		return key;
	}
	p->text = atom_of(ast->atoms, p->text, n - 1);
	p->span.end--;
	if (n == 1)
		*last = NULL;
	if (!key->parts)
		diag_error(ast->diags, key->span, NULL, "a directory has a "
		           "name before the '/'");
	return key;
}
