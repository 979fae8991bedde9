/* Layouts: how each is detected, and what it says of its config. */
#include <string.h>

#include "check_frame.h"

static const char *const formats[] = {"safetensors", "orbax"};

enum { FORMATS = sizeof formats / sizeof *formats };

static struct scope
column_scope(struct check_state *c, int column, enum scope_kind kind)
{
	return (struct scope){.c = c, .at = c->column_sources[column].at,
	                      .column = column, .kind = kind};
}

static void
bind_format(struct check_state *c, const struct layout *l, struct column *k)
{
	const char *near;

	k->format = l->format ? l->format : formats[0];
	for (int i = 0; i < FORMATS; i++)
		if (strcmp(k->format, formats[i]) == 0)
			return;
	near = diag_nearest(k->format, formats, FORMATS);
	check_error(c->m, CHECK_format_unknown, l->format_span,
	            "weft has no format %s%s%s%s", k->format,
	            near ? "; did you mean " : "", near ? near : "",
	            near ? "?" : "");
}

static void
check_once(struct check_state *c, const struct rule *list, const char *what)
{
	struct diag *g;

	if (!list || !list->next)
		return;
	g = check_error(c->m, CHECK_detect_twice, list->next->span,
	                "a layout has one %s", what);
	check_note(c->m, g, list->span, "the first");
}

static void
bind_config(struct check_state *c, const struct layout *l, struct column *k)
{
	const char *file = l->configs ? l->configs->text : "config.json";

	check_once(c, l->configs, "config");
	k->config = file;
	if (strchr(file, '/') || file[0] == '.' || !*file)
		check_error(c->m, CHECK_edit_path, l->configs->span,
		            "a config is a file of the checkpoint's own "
		            "directory");
}

static void
bind_file(struct check_state *c, const struct layout *l, struct column *k)
{
	static const char suffix[] = ".safetensors";
	const char *file = l->files ? l->files->text : NULL;
	size_t n = file ? strlen(file) : 0, m = sizeof suffix - 1;

	check_once(c, l->files, "file");
	k->file = file;
	if (!file)
		return;
	if (strcmp(k->format, formats[0]) != 0)
		check_error(c->m, CHECK_file_name, l->files->span,
		            "a checkpoint of the format %s is no single file",
		            k->format);
	else if (strchr(file, '/') || file[0] == '.' || n <= m ||
	         strcmp(file + n - m, suffix) != 0)
		check_error(c->m, CHECK_file_name, l->files->span,
		            "the weights are a file of the checkpoint's own "
		            "directory, called NAME%s", suffix);
}

static void
bind_metadata(struct check_state *c, int column, const struct layout *l)
{
	struct scope s = column_scope(c, column, SCOPE_PLACE);
	struct column *k = &c->m->columns[column];

	if (l->metadata && strcmp(k->format, formats[0]) == 0)
		check_error(c->m, CHECK_metadata_format, l->metadata->span,
		            "files of the format %s say nothing of their "
		            "layout; metadata are those of orbax", k->format);
	for (const struct rule *r = l->metadata; r; r = r->next) {
		const struct bound *x = r->value ? bind_expr(&s, r->value)
		                                 : NULL;

		for (int i = 0; i < k->n_metadata; i++) {
			struct diag *g;

			if (k->metadata[i].name != r->name)
				continue;
			g = check_error(c->m, CHECK_duplicate_name, r->span,
			                "%s is there twice", r->name);
			check_note(c->m, g, k->metadata[i].span, "the first");
		}
		if (x)
			*PUSH(c->arena, k->metadata, k->n_metadata) =
				(struct member){r->span, r->name, x};
	}
}

/* Does it ask for data, by itself or by a symbol? */
static bool
asks_data(const struct checked *m, const struct bound *x, int depth)
{
	if (!x || depth > m->n_symbols)
		return false;
	if (x->op == BOUND_DIAGONAL)
		return true;
	if (x->op == BOUND_SYMBOL)
		return asks_data(m, m->symbols[x->n].value, depth + 1);
	return asks_data(m, x->a, depth) || asks_data(m, x->b, depth);
}

static void
bind_detect(struct check_state *c, int column, const struct layout *l)
{
	struct scope s = column_scope(c, column, SCOPE_PREDICATE);
	struct column *k = &c->m->columns[column];

	check_once(c, l->detects, "detect");
	if (!l->detects || !l->detects->value)
		return;
	k->detect = bind_typed(&s, l->detects->value, TYPE_BOOL);
	k->detect_span = l->detects->value->span;
	if (asks_data(c->m, k->detect, 0))
		check_error(c->m, CHECK_expr_context, k->detect_span,
		            "diagonal() asks for the place of a tensor, which "
		            "is known only where the layout is");
}

static void
bind_demands(const struct scope *s, const struct rule *list,
             struct demand **demands, int *n)
{
	for (const struct rule *r = list; r; r = r->next) {
		const struct bound *x = r->value
			? bind_typed(s, r->value, TYPE_BOOL) : NULL;

		if (x)
			*PUSH(s->c->arena, *demands, *n) =
				(struct demand){r->span, x, r->text};
	}
}

/* ---- edits ---- */

static const struct bound *
bind_new_name(const struct scope *s, const struct expr *e)
{
	if (e->kind == EXPR_NAME || e->kind == EXPR_TEXT)
		return bound_text(s, e->text, e->span);
	check_error(s->c->m, CHECK_edit_path, e->span,
	            "rename gives a field another name");
	return NULL;
}

static void
check_path(struct check_state *c, const struct edit *e, const char *path)
{
	const char *rest;

	if (!path)
		check_error(c->m, CHECK_edit_path, e->path->span,
		            "this is no path of a config, as in "
		            "text_config.rope.sections[0] or a[\"b.c\"]");
	else if (configs_path(c, path, &rest) >= 0)
		check_error(c->m, CHECK_edit_path, e->path->span,
		            "a layout edits its own config, no other one");
	else if (e->kind == EDIT_RENAME && e->path->kind == EXPR_INDEX &&
	         e->path->b->kind == EXPR_INT)
		check_error(c->m, CHECK_edit_path, e->path->span,
		            "a member of a list has no name to change");
}

static void
bind_edit(struct check_state *c, int column, const struct edit *e)
{
	static const enum change_kind kinds[] = {
		[EDIT_SET] = CHANGE_SET, [EDIT_REMOVE] = CHANGE_REMOVE,
		[EDIT_RENAME] = CHANGE_RENAME, [EDIT_INSERT] = CHANGE_INSERT,
		[EDIT_DELETE] = CHANGE_DELETE,
	};
	struct scope s = column_scope(c, column, SCOPE_DEFINITION);
	struct column *k = &c->m->columns[column];
	struct change *x = PUSH(c->arena, k->changes, k->n_changes);

	*x = (struct change){.kind = kinds[e->kind], .span = e->span,
	                     .optional = e->optional};
	x->path = bind_path(&s, e->path);
	check_path(c, e, x->path);
	if (e->value)
		x->value = e->kind == EDIT_RENAME
			? bind_new_name(&s, e->value)
			: bind_expr(&s, e->value);
	if (e->when)
		x->when = bind_typed(&s, e->when, TYPE_BOOL);
}

/* ---- drops ---- */

/* A drop of a tensor's name says that the layout does not hold it. */
static bool
is_omission(struct check_state *c, const struct key *k, int *row)
{
	const struct key_part *p = k->parts;

	*row = !k->regex && p && !p->next && p->kind == PART_TEXT
		? scope_row(c, c->instances[0], p->text) : -1;
	return *row >= 0;
}

static void
bind_drop(struct check_state *c, int column, const struct rule *r)
{
	struct column *k = &c->m->columns[column];
	struct scope s = column_scope(c, column, SCOPE_PLACE);
	const struct pattern *p;
	const char *literal;
	struct claim *x;
	int row;

	if (!r->text || !*r->text)
		check_error(c->m, CHECK_drop_reason, r->span,
		            "say why it may be dropped: drop KEY \"reason\"");
	if (is_omission(c, r->key, &row)) {
		*PUSH(c->arena, k->omissions, k->n_omissions) =
			(struct omission){row, r->span, r->text};
		return;
	}
	p = evidence_pattern(&s, r->key, &literal);
	if (!p)
		return;
	x = PUSH(c->arena, k->claims, k->n_claims);
	*x = (struct claim){.pattern = p, .span = r->span, .drop = r->text};
}

/* ---- all of it ---- */

static void
bind_undecidable(struct check_state *c, const struct name *n)
{
	for (; n && n->next; n = n->next->next) {
		struct undecided u = {scope_need_column(c, n->span, n->text),
		                      scope_need_column(c, n->next->span,
		                                        n->next->text),
		                      n->span};

		if (u.a >= 0 && u.a == u.b)
			check_error(c->m, CHECK_layout_unknown, n->span,
			            "two layouts are undecidable, not one");
		*PUSH(c->arena, c->m->undecided, c->m->n_undecided) = u;
	}
}

void
layouts_bind(struct check_state *c)
{
	struct scope s = {.c = c, .column = -1, .kind = SCOPE_PREDICATE};

	for (int i = 0; i < c->m->n_columns; i++) {
		const struct layout *l = c->column_sources[i].layout;
		struct column *k = &c->m->columns[i];

		bind_format(c, l, k);
		bind_config(c, l, k);
		bind_file(c, l, k);
		bind_metadata(c, i, l);
		bind_detect(c, i, l);
		s = column_scope(c, i, SCOPE_PREDICATE);
		bind_demands(&s, l->requires, &k->demands, &k->n_demands);
		for (const struct edit *e = l->edits; e; e = e->next)
			bind_edit(c, i, e);
		for (const struct rule *r = l->drops; r; r = r->next)
			bind_drop(c, i, r);
	}
	s.column = -1;
	for (int i = 0; i < c->n_instances; i++) {
		s.at = c->instances[i];
		bind_demands(&s, s.at->block->requires, &c->m->demands,
		             &c->m->n_demands);
		if (!s.at->prefix)
			bind_undecidable(c, s.at->block->undecidable);
	}
}
