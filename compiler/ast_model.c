#include "ast_build.h"

#include <string.h>

struct place *
ast_place(struct ast *ast, enum place_form form, struct expr *when)
{
	struct place *p = arena_alloc(ast->arena, sizeof *p);

	p->form = form;
	p->when = when;
	return p;
}

struct op *
ast_op(struct ast *ast, struct span at, struct name *name, struct expr *args)
{
	struct op *op = arena_alloc(ast->arena, sizeof *op);

	op->span = at;
	op->name = name->text;
	op->args = args;
	return op;
}

static bool
same_names(const struct name *a, const struct name *b)
{
	for (; a && b && a->text == b->text; b = b->next)
		a = a->next;
	return !a && !b;
}

/* The group of these owners, or NULL if there are too many. */
static struct places *
find_places(struct ast *ast, struct places **open, struct name *owners)
{
	struct places *g = *open;
	int n = 0;

	if (g && same_names(g->owners, owners))
		return g;
	if (g && g->full)
		return NULL;
	if (g)
		do {
			g = g->next;
			if (same_names(g->owners, owners))
				return g;
		} while (++n < AST_PLACES_MAX && g != *open);
	if (n >= AST_PLACES_MAX) {
		diag_error(ast->diags, owners->span, NULL, "a table has at "
		           "most %d lists of layouts or tensors",
		           AST_PLACES_MAX);
		(*open)->full = true;
		return NULL;
	}
	g = arena_alloc(ast->arena, sizeof *g);
	g->owners = owners;
	list_add(*open, g);
	return g;
}

void
ast_add_place(struct ast *ast, struct places **open, struct name *owners,
              struct place *line)
{
	struct places *g = find_places(ast, open, owners);

	if (g)
		list_add(g->lines, line);
}

void
ast_add_keep(struct ast *ast, struct places **open, struct name *owners,
             struct key *key)
{
	struct place *line = ast_place(ast, PLACE_PLAIN, NULL);

	line->span = key->span;
	line->key = key;
	ast_add_place(ast, open, owners, line);
}

struct family *
ast_family(struct ast *ast, enum family_kind kind, struct span at,
           struct name *name, struct expr *from, struct expr *to)
{
	struct family *f = arena_alloc(ast->arena, sizeof *f);

	f->kind = kind;
	f->span = at;
	f->name = name->text;
	f->from = from;
	f->to = to;
	return f;
}

struct axis *
ast_axis(struct ast *ast, struct span at, struct name *name,
         struct name *size)
{
	struct axis *x = arena_alloc(ast->arena, sizeof *x);

	x->span = at;
	x->name = name->text;
	x->size = size ? size->text : NULL;
	return x;
}

struct alternative *
ast_alternative(struct ast *ast, struct span at, struct expr *value,
                struct key *text, struct expr *when)
{
	struct alternative *a = arena_alloc(ast->arena, sizeof *a);

	a->span = at;
	a->value = value;
	a->text = text;
	a->when = when;
	return a;
}

struct value *
ast_alternatives(struct ast *ast, struct alternative *open)
{
	struct value *v = arena_alloc(ast->arena, sizeof *v);

	list_close(open);
	v->alternatives = open;
	return v;
}

struct rule *
ast_rule(struct ast *ast, struct span at, struct expr *value, atom text)
{
	struct rule *r = arena_alloc(ast->arena, sizeof *r);

	r->span = at;
	r->value = value;
	r->text = text;
	return r;
}

struct edit *
ast_edit(struct edit *e, enum edit_kind kind, struct span at,
         struct expr *value, struct expr *when)
{
	e->kind = kind;
	e->span = at;
	e->value = value;
	e->when = when;
	return e;
}

struct setting *
ast_setting(struct ast *ast, struct span at, atom name, struct key *value)
{
	struct setting *s = arena_alloc(ast->arena, sizeof *s);
	const char *dot = strchr(name, '.');
	struct span layout = at, rest = at;

	s->span = at;
	s->name = name;
	s->value = value;
	if (dot) {
		layout.end = at.begin + (uint32_t)(dot - name);
		rest.begin = layout.end + 1;
		s->layout = atom_of(ast->atoms, name, (size_t)(dot - name));
		s->name = atom_text(ast->atoms, dot + 1);
		ast_name(ast, layout, s->layout);
	}
	ast_name(ast, rest, s->name);
	return s;
}

void
ast_model(struct ast *ast, struct scope at, struct name *name, atom title)
{
	struct model *m = at.model;
	struct diag *g;

	if (at.block != &m->block) {
		diag_error(ast->diags, name->span, NULL, "'model' stands at "
		           "the top of a file, not in 'rows'");
	} else if (m->name) {
		g = diag_error(ast->diags, name->span, NULL, "a file has one "
		               "model, this is a second one");
		diag_note(ast->diags, g, m->span, "the first is here");
	} else {
		m->span = name->span;
		m->name = name->text;
		m->title = title;
	}
}

static struct value **
value_list(struct scope at, enum value_kind kind)
{
	struct layout *l = at.layout;
	struct block *b = at.block;

	switch (kind) {
	case VALUE_SIZE:
		return l ? &l->sizes : &b->sizes;
	case VALUE_NUMBER:
		return l ? &l->numbers : &b->numbers;
	case VALUE_FLAG:
		return l ? &l->flags : &b->flags;
	case VALUE_TEXT:
		return l ? &l->texts : &b->texts;
	case VALUE_LIST:
		break;
	}
	return l ? &l->lists : &b->lists;
}

void
ast_value(struct scope at, enum value_kind kind, struct name *name,
          struct value *v)
{
	struct value **list = value_list(at, kind);

	v->name = name->text;
	v->span = name->span;
	list_add(*list, v);
}

void
ast_let(struct scope at, struct name *name, struct let *let)
{
	struct let **list = at.layout ? &at.layout->lets : &at.block->lets;

	let->name = name->text;
	let->span = name->span;
	list_add(*list, let);
}

void
ast_variant(struct scope at, struct name *name, struct rule *v)
{
	struct rule **list = at.layout ? &at.layout->variants
	                               : &at.block->variants;

	v->name = name->text;
	v->span = name->span;
	list_add(*list, v);
}

void
ast_require(struct scope at, struct rule *r)
{
	struct rule **list = at.layout ? &at.layout->requires
	                               : &at.block->requires;

	list_add(*list, r);
}

void
ast_config(struct ast *ast, struct scope at, const struct name *name,
           atom text)
{
	struct rule *r = ast_rule(ast, name->span, NULL, text);

	r->name = name->text;
	list_add(at.block->configs, r);
}

void
ast_undecidable(struct scope at, struct name *pair)
{
	struct name *second = pair->next;

	list_add(at.block->undecidable, pair);
	list_add(at.block->undecidable, second);
}

struct layout *
ast_layout(struct ast *ast, struct scope at, struct name *name)
{
	struct layout *l = arena_alloc(ast->arena, sizeof *l);

	l->name = name->text;
	l->span = name->span;
	list_add(at.block->layouts, l);
	return l;
}

void
ast_alias(struct layout *l, const struct name *name)
{
	if (!name)
		return;
	l->alias = name->text;
	l->alias_span = name->span;
}

void
ast_format(struct ast *ast, struct layout *l, struct name *name)
{
	struct diag *g;

	if (l->format) {
		g = diag_error(ast->diags, name->span, NULL, "layout '%s' has "
		               "a format already", l->name);
		diag_note(ast->diags, g, l->format_span, "it is here");
		return;
	}
	l->format = name->text;
	l->format_span = name->span;
}

void
ast_option(struct layout *l, struct name *name, struct rule *option)
{
	option->name = name->text;
	option->span = name->span;
	list_add(l->options, option);
}

void
ast_metadata(struct layout *l, const struct name *name, struct rule *r)
{
	r->name = name->text;
	r->span = name->span;
	list_add(l->metadata, r);
}

void
ast_tensor(struct scope at, struct tensor *t)
{
	list_add(at.block->tensors, t);
}

void
ast_pack(struct ast *ast, struct scope at, struct pack *p)
{
	if (p->place->form != PLACE_PLAIN && p->place->form != PLACE_WHEN)
		diag_error(ast->diags, p->place->span, NULL, "a pack has only "
		           "'when', neither 'else' nor 'also'");
	list_add(at.block->packs, p);
}

struct keep *
ast_keep(struct ast *ast, struct scope at, struct name *name)
{
	struct keep *k = arena_alloc(ast->arena, sizeof *k);

	k->span = name->span;
	k->name = name->text;
	list_add(at.block->keeps, k);
	return k;
}

void
ast_group(struct ast *ast, struct scope at, struct span span,
          struct name *tensors)
{
	struct group *g = arena_alloc(ast->arena, sizeof *g);

	g->span = span;
	g->tensors = tensors;
	list_add(at.block->groups, g);
}

struct rows *
ast_rows(struct ast *ast, struct scope at, struct name *name)
{
	struct rows *r = arena_alloc(ast->arena, sizeof *r);

	r->span = name->span;
	r->name = name->text;
	list_add(at.block->rows, r);
	return r;
}

void
ast_use(struct scope at, struct use *u)
{
	list_add(at.block->uses, u);
}

static void
close_places(struct places **open)
{
	list_close(*open);
	for (struct places *g = *open; g; g = g->next)
		list_close(g->lines);
}

/* Edits of one kind come together, since YAML keeps the kinds apart. */
static void
sort_edits(struct layout *l)
{
	struct edit *sorted = NULL, *next;

	list_close(l->edits);
	for (int kind = EDIT_SET; kind <= EDIT_DELETE; kind++) {
		struct edit *others = NULL;

		for (struct edit *e = l->edits; e; e = next) {
			next = e->next;
			if (e->kind == (enum edit_kind)kind)
				list_add(sorted, e);
			else
				list_add(others, e);
		}
		list_close(others);
		l->edits = others;
	}
	list_close(sorted);
	l->edits = sorted;
}

static void
close_layout(struct layout *l)
{
	list_close(l->detects);
	list_close(l->options);
	list_close(l->requires);
	list_close(l->drops);
	list_close(l->variants);
	list_close(l->configs);
	list_close(l->files);
	list_close(l->metadata);
	list_close(l->sizes);
	list_close(l->numbers);
	list_close(l->flags);
	list_close(l->texts);
	list_close(l->lists);
	list_close(l->lets);
	list_close(l->families);
	sort_edits(l);
	close_places(&l->places);
}

static void
close_block(struct block *b)
{
	list_close(b->sizes);
	list_close(b->numbers);
	list_close(b->flags);
	list_close(b->texts);
	list_close(b->lists);
	list_close(b->lets);
	list_close(b->variants);
	list_close(b->requires);
	list_close(b->configs);
	list_close(b->layouts);
	list_close(b->tensors);
	list_close(b->packs);
	list_close(b->keeps);
	list_close(b->groups);
	list_close(b->rows);
	list_close(b->uses);
	list_close(b->undecidable);
	for (struct layout *l = b->layouts; l; l = l->next)
		close_layout(l);
	for (struct tensor *t = b->tensors; t; t = t->next)
		close_places(&t->places);
	for (struct keep *k = b->keeps; k; k = k->next)
		close_places(&k->places);
	for (struct rows *r = b->rows; r; r = r->next)
		close_block(&r->block);
}

void
ast_close(struct model *m)
{
	close_block(&m->block);
	list_close(m->comments);
}
