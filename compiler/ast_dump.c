#include <stdarg.h>
#include <string.h>

#include "ast.h"

struct dump {
	struct out *out;
	int depth;
};

static void dump_expr(struct dump, const struct expr *);
static void dump_factors(struct dump, const struct factor *);
static void dump_block(struct dump, const struct block *);

static struct dump
inside(struct dump d)
{
	return (struct dump){d.out, d.depth + 1};
}

static void
put_text(struct out *o, const char *s)
{
	out_puts(o, "\"");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < ' ' || c == 0x7f)
			out_printf(o, "\\x%02x", c);
		else
			out_printf(o, c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	out_puts(o, "\"");
}

/* WORD NAME "TEXT", the last two if they are there. */
static void
line(struct dump d, const char *word, const char *name, const char *text)
{
	out_printf(d.out, "%*s%s", d.depth * 2, "", word);
	if (name)
		out_printf(d.out, " %s", name);
	if (text) {
		out_puts(d.out, " ");
		put_text(d.out, text);
	}
	out_puts(d.out, "\n");
}

static void
dump_names(struct dump d, const char *word, const struct name *n)
{
	for (; n; n = n->next)
		line(d, word, NULL, n->text);
}

static void
dump_part(struct dump d, const struct key_part *p)
{
	static const char *const word[] = {
		[PART_TEXT] = "text", [PART_NAME] = "hole",
		[PART_GROUP] = "group", [PART_SEGMENT] = "segment",
		[PART_ANY] = "any",
	};

	line(d, word[p->kind], p->kind == PART_TEXT ? NULL : p->text,
	     p->kind == PART_TEXT ? p->text : NULL);
	if (p->width)
		out_printf(d.out, "%*swidth %d\n", d.depth * 2 + 2, "",
		           p->width);
	if (p->shift) {
		line(inside(d), "shift", NULL, NULL);
		dump_expr(inside(inside(d)), p->shift);
	}
	if (p->pin) {
		line(inside(d), "pin", NULL, NULL);
		dump_expr(inside(inside(d)), p->pin);
	}
	dump_names(inside(d), "label", p->labels);
	dump_factors(inside(d), p->group);
}

static void
dump_key(struct dump d, const char *word, const struct key *k)
{
	if (!k)
		return;
	line(d, word, k->regex ? "regex" : NULL, k->regex);
	for (const struct key_part *p = k->parts; p; p = p->next)
		dump_part(inside(d), p);
}

static const char *const expr_names[] = {
	[EXPR_INT] = "int", [EXPR_REAL] = "real", [EXPR_TEXT] = "text",
	[EXPR_TRUE] = "true", [EXPR_FALSE] = "false", [EXPR_NAME] = "name",
	[EXPR_INDEX] = "index", [EXPR_LIST] = "list", [EXPR_CALL] = "call",
	[EXPR_PATTERN] = "pattern",
	[EXPR_HAS] = "has", [EXPR_COUNT] = "count", [EXPR_DTYPE] = "dtype",
	[EXPR_SHAPE] = "shape", [EXPR_DIAGONAL] = "diagonal",
	[EXPR_NOT] = "not", [EXPR_NEG] = "neg", [EXPR_OR] = "or",
	[EXPR_AND] = "and", [EXPR_EQ] = "==", [EXPR_NE] = "!=",
	[EXPR_LT] = "<", [EXPR_LE] = "<=", [EXPR_GT] = ">",
	[EXPR_GE] = ">=", [EXPR_IN] = "in", [EXPR_ADD] = "+",
	[EXPR_SUB] = "-", [EXPR_MUL] = "*", [EXPR_DIV] = "/",
	[EXPR_MOD] = "%",
};

static void
dump_one_expr(struct dump d, const struct expr *e)
{
	const char *word = expr_names[e->kind];

	if (e->kind == EXPR_INT)
		out_printf(d.out, "%*s%s %lld\n", d.depth * 2, "", word,
		           (long long)e->integer);
	else if (e->kind == EXPR_REAL)
		out_printf(d.out, "%*s%s %.17g\n", d.depth * 2, "", word,
		           e->real);
	else if (e->key)
		dump_key(d, word, e->key);
	else
		line(d, word, e->kind == EXPR_TEXT ? NULL : e->text,
		     e->kind == EXPR_TEXT ? e->text : NULL);
	dump_expr(inside(d), e->a);
	dump_expr(inside(d), e->b);
}

/* An expression and those linked behind it. */
static void
dump_expr(struct dump d, const struct expr *e)
{
	for (; e; e = e->next)
		dump_one_expr(d, e);
}

static void
dump_named_expr(struct dump d, const char *word, const struct expr *e)
{
	if (!e)
		return;
	line(d, word, NULL, NULL);
	dump_expr(inside(d), e);
}

static void
dump_factors(struct dump d, const struct factor *f)
{
	static const char *const word[] = {
		[FACTOR_NAME] = "axis", [FACTOR_ONE] = "one",
		[FACTOR_PRODUCT] = "product", [FACTOR_SUM] = "sum",
		[FACTOR_MULTIPLE] = "multiple", [FACTOR_EXACT] = "exact",
		[FACTOR_CUT] = "cut",
	};

	for (; f; f = f->next) {
		if (f->term)
			out_printf(d.out, "%*sterm %s:\n", d.depth * 2, "",
			           f->term);
		line(f->term ? inside(d) : d, word[f->kind], f->name, NULL);
		dump_expr(inside(f->term ? inside(d) : d), f->amount);
		dump_factors(inside(f->term ? inside(d) : d), f->child);
	}
}

static void
dump_place(struct dump d, const struct place *p)
{
	static const char *const form[] = {
		[PLACE_PLAIN] = "place", [PLACE_WHEN] = "place when",
		[PLACE_ELSE] = "place else", [PLACE_ALSO] = "place also",
		[PLACE_ALSO_OPTIONAL] = "place also optional",
	};

	line(d, form[p->form], NULL, NULL);
	d = inside(d);
	dump_named_expr(d, "when", p->when);
	dump_key(d, "key", p->key);
	dump_key(d, "directory", p->directory);
	if (p->has_axes)
		line(d, "axes", NULL, NULL);
	dump_factors(inside(d), p->axes);
	for (const struct op *op = p->ops; op; op = op->next) {
		line(d, op->exact ? "op exact" : "op", op->name, NULL);
		dump_expr(inside(d), op->args);
	}
}

static void
dump_places(struct dump d, const struct places *g)
{
	for (; g; g = g->next) {
		line(d, "places", NULL, NULL);
		dump_names(inside(d), "of", g->owners);
		for (const struct place *p = g->lines; p; p = p->next)
			dump_place(inside(d), p);
	}
}

static void
dump_families(struct dump d, const struct family *f)
{
	static const char *const word[] = {
		[FAMILY_COUNT] = "family", [FAMILY_RANGE] = "family",
		[FAMILY_LABELS] = "family of labels",
		[FAMILY_OPEN] = "family open",
	};

	for (; f; f = f->next) {
		line(d, word[f->kind], f->name, NULL);
		dump_named_expr(inside(d), "from", f->from);
		dump_named_expr(inside(d), "to", f->to);
		dump_names(inside(d), "label", f->labels);
	}
}

static void
dump_alternatives(struct dump d, const char *word,
                  const struct alternative *a)
{
	for (; a; a = a->next) {
		line(d, word, NULL, NULL);
		dump_expr(inside(d), a->value);
		dump_key(inside(d), "key", a->text);
		dump_named_expr(inside(d), "when", a->when);
	}
}

static void
dump_values(struct dump d, const char *word, const struct value *v)
{
	for (; v; v = v->next) {
		line(d, word, v->name, NULL);
		dump_alternatives(inside(d), "alternative", v->alternatives);
		dump_families(inside(d), v->computed);
		dump_alternatives(inside(d), "element", v->elements);
	}
}

static void
dump_lets(struct dump d, const struct let *l)
{
	for (; l; l = l->next) {
		line(d, "let", l->name, NULL);
		dump_factors(inside(d), l->split);
		dump_names(inside(d), "label", l->labels);
		dump_named_expr(inside(d), "when", l->when);
	}
}

static void
dump_rules(struct dump d, const char *word, const struct rule *r)
{
	for (; r; r = r->next) {
		line(d, word, r->name, r->text);
		dump_expr(inside(d), r->value);
		dump_named_expr(inside(d), "else", r->otherwise);
		dump_key(inside(d), "key", r->key);
	}
}

static void
dump_edits(struct dump d, const struct edit *e)
{
	static const char *const word[] = {
		[EDIT_SET] = "set", [EDIT_REMOVE] = "remove",
		[EDIT_RENAME] = "rename", [EDIT_INSERT] = "insert",
		[EDIT_DELETE] = "delete",
	};

	for (; e; e = e->next) {
		line(d, word[e->kind], e->optional ? "optional" : NULL, NULL);
		dump_expr(inside(d), e->path);
		dump_named_expr(inside(d), "value", e->value);
		dump_named_expr(inside(d), "when", e->when);
	}
}

static void
dump_layout(struct dump d, const struct layout *l)
{
	line(d, "layout", l->name, l->title);
	d = inside(d);
	if (l->alias)
		line(d, "as", l->alias, NULL);
	if (l->model)
		line(d, "of", l->model, NULL);
	if (l->format)
		line(d, "format", l->format, NULL);
	dump_rules(d, "config", l->configs);
	dump_rules(d, "file", l->files);
	dump_rules(d, "metadata", l->metadata);
	dump_families(d, l->families);
	dump_rules(d, "detect", l->detects);
	dump_rules(d, "option", l->options);
	dump_values(d, "size", l->sizes);
	dump_values(d, "number", l->numbers);
	dump_values(d, "flag", l->flags);
	dump_values(d, "text", l->texts);
	dump_values(d, "list", l->lists);
	dump_lets(d, l->lets);
	dump_rules(d, "variant", l->variants);
	dump_rules(d, "require", l->requires);
	dump_rules(d, "drop", l->drops);
	dump_edits(d, l->edits);
	dump_places(d, l->places);
}

static void
dump_tensor(struct dump d, const struct tensor *t)
{
	line(d, "tensor", t->name, NULL);
	d = inside(d);
	for (const struct axis *x = t->axes; x; x = x->next) {
		out_printf(d.out, "%*saxis %s", d.depth * 2, "", x->name);
		out_printf(d.out, x->size ? ":%s\n" : "\n", x->size);
	}
	dump_families(d, t->families);
	if (t->optional)
		line(d, "optional", NULL, NULL);
	dump_named_expr(d, "if", t->when);
	if (t->routed)
		line(d, "routed by", t->routed, NULL);
	dump_places(d, t->places);
}

static void
dump_pack(struct dump d, const struct pack *p)
{
	line(d, "pack", NULL, NULL);
	dump_names(inside(d), "of", p->layouts);
	dump_place(inside(d), p->place);
}

static void
dump_use(struct dump d, const struct use *u)
{
	if (u->file) {
		line(d, "use", NULL, u->file);
		return;
	}
	out_printf(d.out, "%*suse %s as %s\n", d.depth * 2, "", u->rows,
	           u->prefix);
	for (const struct setting *s = u->settings; s; s = s->next) {
		line(inside(d), "set", s->name, s->layout);
		dump_key(inside(inside(d)), "key", s->value);
	}
}

static void
dump_block(struct dump d, const struct block *b)
{
	dump_rules(d, "config", b->configs);
	dump_values(d, "size", b->sizes);
	dump_values(d, "number", b->numbers);
	dump_values(d, "flag", b->flags);
	dump_values(d, "text", b->texts);
	dump_values(d, "list", b->lists);
	dump_lets(d, b->lets);
	dump_rules(d, "variant", b->variants);
	dump_rules(d, "require", b->requires);
	dump_names(d, "undecidable", b->undecidable);
	for (const struct layout *l = b->layouts; l; l = l->next)
		dump_layout(d, l);
	for (const struct tensor *t = b->tensors; t; t = t->next)
		dump_tensor(d, t);
	for (const struct pack *p = b->packs; p; p = p->next)
		dump_pack(d, p);
	for (const struct keep *k = b->keeps; k; k = k->next) {
		line(d, "keep", k->name, NULL);
		dump_places(inside(d), k->places);
	}
	for (const struct group *g = b->groups; g; g = g->next) {
		line(d, "group", NULL, NULL);
		dump_names(inside(d), "of", g->tensors);
	}
	for (const struct rows *r = b->rows; r; r = r->next) {
		line(d, "rows", r->name, NULL);
		dump_block(inside(d), &r->block);
	}
	for (const struct use *u = b->uses; u; u = u->next)
		dump_use(d, u);
}

void
ast_dump(const struct model *m, struct out *out)
{
	struct dump d = {out, 0};

	line(d, "model", m->name, m->title);
	dump_block(inside(d), &m->block);
}
