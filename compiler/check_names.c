/* Declares every name once, such that nothing hides and C can have it. */
#include <string.h>

#include "check_scope.h"

enum { NAME_LIMIT = 40 };

static const char *const keywords[] = {
	"auto", "break", "case", "char", "const", "continue", "default", "do",
	"double", "else", "enum", "extern", "float", "for", "goto", "if",
	"inline", "int", "long", "register", "restrict", "return", "short",
	"signed", "sizeof", "static", "struct", "switch", "typedef", "union",
	"unsigned", "void", "volatile", "while", "asm", "typeof", "bool",
	"true", "false", "nullptr", "constexpr", "alignas", "alignof",
	"thread_local", "static_assert", "main",
};

static bool
is_keyword(const char *name)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strcmp(keywords[i], name) == 0)
			return true;
	return false;
}

/* What is wrong with a name, or NULL. */
static const char *
name_fault(const char *name, bool capitals)
{
	size_t n = strlen(name);

	if (n > NAME_LIMIT)
		return "has more than 40 bytes";
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"
	           "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != n)
		return "has other than letters, digits and _";
	if (!capitals && strpbrk(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return "has capital letters, which are for sizes";
	if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')))
		return "does not begin with a letter";
	if (strstr(name, "__"))
		return "has two underscores in a row";
	if (name[n - 1] == '_')
		return "ends with an underscore";
	return is_keyword(name) ? "is a word of C" : NULL;
}

static bool
name_good(struct check_state *c, struct span at, const char *what, atom name,
          bool capitals)
{
	const char *fault = name_fault(name, capitals);

	if (fault)
		check_error(c->m, CHECK_reserved_name, at,
		            "%s cannot be called %s: the name %s", what, name,
		            fault);
	return !fault;
}

bool
names_table(struct check_state *c, struct span at, const char *what, atom name)
{
	return name_good(c, at, what, name, false);
}

/* ---- values ---- */

static const char *
kind_name(enum symbol_kind kind)
{
	static const char *const names[] = {"a size", "a number", "a flag",
	                                    "a text", "a list", "an option",
	                                    "a variant"};

	return names[kind];
}

/* The entry that declaring `name` here would collide with, or hide. */
static const struct entry *
find_rival(struct check_state *c, const struct instance *at, int column,
           atom name)
{
	for (; at; at = at->up) {
		atom full = scope_full(c, at, name);

		for (int i = 0; i < c->n_entries; i++) {
			const struct entry *e = &c->entries[i];

			if (e->name == full && (e->column < 0 || column < 0 ||
			                        e->column == column))
				return e;
		}
	}
	return NULL;
}

static struct entry *
declare(struct check_state *c, const struct instance *at, int column,
        enum symbol_kind kind, atom name, struct span span)
{
	const struct entry *old = find_rival(c, at, column, name);
	struct entry *e;

	if (old) {
		bool twice = old->column == column && old->at == at;
		struct diag *g = check_error(
			c->m, twice ? CHECK_duplicate_name
			            : CHECK_shadowed_name,
			span, "%s is %s", name,
			twice ? "declared twice" : "declared already");
		check_note(c->m, g, old->span, "%s is %s here", name,
		           kind_name(old->kind));
		return NULL;
	}
	if (!name_good(c, span, kind_name(kind), name, true) ||
	    configs_collide(c, span, kind_name(kind), name))
		return NULL;
	e = PUSH(c->arena, c->entries, c->n_entries);
	*e = (struct entry){.name = scope_full(c, at, name), .column = column,
	                    .kind = kind, .span = span, .at = at,
	                    .symbol = -1};
	return e;
}

static void
declare_values(struct check_state *c, const struct instance *at, int column,
               enum symbol_kind kind, const struct value *list)
{
	for (const struct value *v = list; v; v = v->next) {
		struct entry *e = declare(c, at, column, kind, v->name,
		                          v->span);

		if (e)
			e->value = v;
	}
}

static void
declare_rules(struct check_state *c, const struct instance *at, int column,
              enum symbol_kind kind, const struct rule *list)
{
	for (const struct rule *r = list; r; r = r->next) {
		struct entry *e = declare(c, at, column, kind, r->name,
		                          r->span);

		if (e)
			e->rule = r;
	}
}

static void
declare_block(struct check_state *c, const struct instance *at)
{
	const struct block *b = at->block;

	declare_values(c, at, -1, SYMBOL_SIZE, b->sizes);
	declare_values(c, at, -1, SYMBOL_NUMBER, b->numbers);
	declare_values(c, at, -1, SYMBOL_FLAG, b->flags);
	declare_values(c, at, -1, SYMBOL_TEXT, b->texts);
	declare_values(c, at, -1, SYMBOL_LIST, b->lists);
	declare_rules(c, at, -1, SYMBOL_VARIANT, b->variants);
}

static void
declare_layout(struct check_state *c, int column)
{
	const struct layout *l = c->column_sources[column].layout;
	const struct instance *at = c->column_sources[column].at;

	declare_values(c, at, column, SYMBOL_SIZE, l->sizes);
	declare_values(c, at, column, SYMBOL_NUMBER, l->numbers);
	declare_values(c, at, column, SYMBOL_FLAG, l->flags);
	declare_values(c, at, column, SYMBOL_TEXT, l->texts);
	declare_values(c, at, column, SYMBOL_LIST, l->lists);
	declare_rules(c, at, column, SYMBOL_OPTION, l->options);
	declare_rules(c, at, column, SYMBOL_VARIANT, l->variants);
}

/* ---- layouts and tensors ---- */

/* What a place line names is one layout, or some; not both. */
static void
check_alias(struct check_state *c, const struct layout *l)
{
	for (int i = 0; i < c->m->n_columns; i++) {
		const struct layout *old = c->column_sources[i].layout;
		bool forth = l->alias && l->alias == old->name;
		struct diag *g;

		if (!forth && (!old->alias || old->alias != l->name))
			continue;
		g = check_error(c->m, CHECK_duplicate_name,
		                forth ? l->alias_span : l->span,
		                "%s is a layout and a name for several; a "
		                "block of what they share has no title, "
		                "detect or as",
		                forth ? l->alias : l->name);
		check_note(c->m, g, forth ? old->span : old->alias_span,
		           "the other");
	}
}

static void
add_column(struct check_state *c, const struct instance *at,
           const struct layout *l)
{
	int old = scope_column(c, l->name);
	struct column_source *from;
	struct column *k;

	if (old >= 0) {
		struct diag *g = check_error(c->m, CHECK_duplicate_name,
		                             l->span, "two layouts are called "
		                             "%s", l->name);
		check_note(c->m, g, c->m->columns[old].span, "the first");
		return;
	}
	check_alias(c, l);
	names_table(c, l->span, "a layout", l->name);
	if (l->model && l->model != c->m->name)
		check_error(c->m, CHECK_for_model, l->span,
		            "layout %s is for the model %s, this one is %s",
		            l->name, l->model,
		            c->m->name ? c->m->name : "without a name");
	from = PUSH(c->arena, c->column_sources, c->n_column_sources);
	*from = (struct column_source){l, at};
	k = PUSH(c->arena, c->m->columns, c->m->n_columns);
	*k = (struct column){.name = l->name, .title = l->title,
	                     .span = l->span};
}

static void
add_row(struct check_state *c, const struct instance *at, struct span span,
        atom name, struct row_source from)
{
	atom full = scope_full(c, at, name);
	struct row *r;

	for (int i = 0; i < c->m->n_rows; i++) {
		if (c->m->rows[i].name != full)
			continue;
		struct diag *g = check_error(c->m, CHECK_duplicate_name, span,
		                             "two tensors are called %s",
		                             full);
		check_note(c->m, g, c->m->rows[i].span, "the first");
		return;
	}
	names_table(c, span, "a tensor", name);
	*PUSH(c->arena, c->row_sources, c->n_row_sources) = from;
	r = PUSH(c->arena, c->m->rows, c->m->n_rows);
	*r = (struct row){.name = full, .span = span, .keep = !from.tensor,
	                  .routed = -1};
}

static void
add_rows(struct check_state *c, const struct instance *at)
{
	for (const struct tensor *t = at->block->tensors; t; t = t->next)
		add_row(c, at, t->span, t->name,
		        (struct row_source){t, NULL, at});
	for (const struct keep *k = at->block->keeps; k; k = k->next)
		add_row(c, at, k->span, k->name,
		        (struct row_source){NULL, k, at});
}

/* What `rows` cannot hold, because there is one of it in a model. */
static void
check_content(struct check_state *c, const struct instance *at)
{
	const struct block *b = at->block;

	if (!at->prefix)
		return;
	for (const struct layout *l = b->layouts; l; l = l->next)
		check_error(c->m, CHECK_rows_content, l->span,
		            "a layout stands outside of rows");
	for (const struct rows *r = b->rows; r; r = r->next)
		check_error(c->m, CHECK_rows_content, r->span,
		            "rows stand outside of rows");
	if (b->configs)
		check_error(c->m, CHECK_rows_content, b->configs->span,
		            "a config is declared outside of rows");
	if (b->undecidable)
		check_error(c->m, CHECK_rows_content, b->undecidable->span,
		            "undecidable stands outside of rows");
	for (const struct use *u = b->uses; u; u = u->next)
		if (u->file)
			check_error(c->m, CHECK_rows_content, u->span,
			            "a file is used outside of rows");
}

/* ---- settings ---- */

static void
check_setting(struct check_state *c, const struct instance *at,
              const struct setting *t)
{
	int column = t->layout ? scope_need_column(c, t->span, t->layout) : -1;
	struct scope s = {.c = c, .at = at, .column = column};
	const struct entry *e;

	if (t->layout && column < 0)
		return;
	e = scope_declared(&s, t->name);
	if (!e) {
		scope_unknown(&s, CHECK_use_setting, t->span,
		              "declared text, size or list", t->name);
		return;
	}
	if (e->kind != SYMBOL_TEXT && e->kind != SYMBOL_SIZE &&
	    e->kind != SYMBOL_LIST) {
		struct diag *g = check_error(
			c->m, CHECK_use_setting, t->span,
			"%s is %s; a use sets texts, sizes and lists",
			t->name, kind_name(e->kind));
		check_note(c->m, g, e->span, "declared here");
		return;
	}
	if (e->kind == SYMBOL_TEXT)
		return;
	const struct entry *to = scope_find(&s, t->name);
	if (!to || to->kind != e->kind)
		check_error(c->m, CHECK_use_setting, t->value->span,
		            "%s is %s; it is set to the name of another one",
		            t->name, kind_name(e->kind));
}

/* ---- indices ---- */

/* An index or an axis: no value of a name that the place sees has it. */
static void
check_index(struct check_state *c, const struct instance *at, int column,
            const char *what, struct span span, atom name)
{
	const struct entry *e = find_rival(c, at, column, name);
	struct diag *g;

	names_table(c, span, what, name);
	configs_collide(c, span, what, name);
	if (!e)
		return;
	g = check_error(c->m, CHECK_shadowed_name, span,
	                "%s %s has the name of %s", what, name,
	                kind_name(e->kind));
	check_note(c->m, g, e->span, "declared here");
}

static void
check_factor_names(struct check_state *c, const struct instance *at,
                   int column, const struct factor *f)
{
	for (; f; f = f->next) {
		if (f->kind == FACTOR_NAME)
			check_index(c, at, column, "a part", f->span, f->name);
		check_factor_names(c, at, column, f->child);
	}
}

static void
check_lets(struct check_state *c, const struct instance *at, int column,
           const struct let *list)
{
	for (const struct let *l = list; l; l = l->next)
		check_factor_names(c, at, column, l->split);
}

static void
check_tensor_names(struct check_state *c, const struct instance *at,
                   const struct tensor *t)
{
	for (const struct family *f = t->families; f; f = f->next)
		check_index(c, at, -1, "an index", f->span, f->name);
	for (const struct axis *a = t->axes; a; a = a->next)
		check_index(c, at, -1, "an axis", a->span, a->name);
}

static void
check_indices(struct check_state *c)
{
	for (int i = 0; i < c->n_instances; i++) {
		const struct instance *at = c->instances[i];

		check_lets(c, at, -1, at->block->lets);
		for (const struct tensor *t = at->block->tensors; t;
		     t = t->next)
			check_tensor_names(c, at, t);
	}
	for (int k = 0; k < c->m->n_columns; k++) {
		const struct column_source *from = &c->column_sources[k];

		check_lets(c, from->at, k, from->layout->lets);
		for (const struct family *f = from->layout->families; f;
		     f = f->next)
			check_index(c, from->at, k, "an index", f->span,
			            f->name);
	}
}

void
names_declare(struct check_state *c)
{
	configs_declare(c);
	for (int i = 0; i < c->n_instances; i++) {
		const struct instance *at = c->instances[i];

		check_content(c, at);
		add_rows(c, at);
		if (at->prefix)
			continue;
		for (const struct layout *l = at->block->layouts; l;
		     l = l->next)
			if (share_is_block(c, l))
				share_check(c, l);
			else
				add_column(c, at, share_join(c, l));
	}
	for (int i = 0; i < c->n_instances; i++)
		declare_block(c, c->instances[i]);
	for (int k = 0; k < c->m->n_columns; k++)
		declare_layout(c, k);
	for (int i = 0; i < c->n_instances; i++)
		for (const struct setting *t = c->instances[i]->settings; t;
		     t = t->next)
			check_setting(c, c->instances[i], t);
	check_indices(c);
}
