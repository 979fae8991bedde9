#include <string.h>
#include <strings.h>

#include "check_frame.h"

atom
scope_full(struct check_state *c, const struct instance *at, atom name)
{
	if (!at || !at->prefix)
		return name;
	return atom_text(c->m->atoms, arena_printf(c->arena, "%s.%s",
	                                           at->prefix, name));
}

/* Of names of one letter any other is one edit away; only the same letter
 * in the other case is meant. */
static const char *
nearest(const char *name, const char *const list[], int n)
{
	if (name[1])
		return diag_nearest(name, list, n);
	for (int i = 0; i < n; i++)
		if (strcasecmp(name, list[i]) == 0)
			return list[i];
	return NULL;
}

static const char *
did_you_mean(struct check_state *c, const char *name,
             const char *const list[], int n)
{
	const char *near = nearest(name, list, n);

	/* What has that name may be of another kind. */
	return near && strcmp(near, name) != 0
		? arena_printf(c->arena, "; did you mean %s?", near) : "";
}

/* ---- instances ---- */

static struct instance *
add_instance(struct check_state *c, const struct instance *up, atom prefix,
             const struct block *block)
{
	struct instance *i = arena_alloc(c->arena, sizeof *i);

	*i = (struct instance){.up = up, .prefix = prefix, .block = block};
	*PUSH(c->arena, c->instances, c->n_instances) = i;
	return i;
}

static const struct rows *
find_rows(struct check_state *c, atom name)
{
	for (int i = 0; i < c->n_instances; i++)
		for (const struct rows *r = c->instances[i]->block->rows; r;
		     r = r->next)
			if (r->name == name)
				return r;
	return NULL;
}

static void
unknown_rows(struct check_state *c, const struct use *u)
{
	const char **list = NULL;
	int n = 0;

	for (int i = 0; i < c->n_instances; i++)
		for (const struct rows *r = c->instances[i]->block->rows; r;
		     r = r->next)
			*PUSH(c->arena, list, n) = r->name;
	check_error(c->m, CHECK_use_unknown, u->span,
	            "no rows are called %s%s", u->rows,
	            did_you_mean(c, u->rows, list, n));
}

static bool
uses_itself(const struct instance *at, const struct block *block)
{
	for (; at; at = at->up)
		if (at->block == block)
			return true;
	return false;
}

static void
add_use(struct check_state *c, const struct instance *at, const struct use *u)
{
	const struct rows *r = find_rows(c, u->rows);
	struct instance *made;

	if (!r) {
		unknown_rows(c, u);
		return;
	}
	if (uses_itself(at, &r->block)) {
		check_error(c->m, CHECK_use_cycle, u->span,
		            "rows %s use themselves", u->rows);
		return;
	}
	for (int i = 0; i < c->n_instances; i++) {
		if (c->instances[i]->prefix != scope_full(c, at, u->prefix))
			continue;
		struct diag *g = check_error(
			c->m, CHECK_duplicate_name, u->span,
			"the prefix %s is in use", u->prefix);
		check_note(c->m, g, c->instances[i]->span, "by this use");
		return;
	}
	made = add_instance(c, at, scope_full(c, at, u->prefix), &r->block);
	made->settings = u->settings;
	made->span = u->span;
}

void
scope_instances(struct check_state *c, const struct model *const files[],
                int n)
{
	for (int i = 0; i < n; i++)
		add_instance(c, NULL, NULL, &files[i]->block);
	for (int i = 0; i < c->n_instances; i++) {
		const struct instance *at = c->instances[i];

		for (const struct use *u = at->block->uses; u; u = u->next)
			if (u->rows)
				add_use(c, at, u);
	}
}

/* ---- lookup ---- */

static struct entry *
find_entry(const struct scope *s, atom full)
{
	struct check_state *c = s->c;

	for (int i = 0; i < c->n_entries; i++)
		if (c->entries[i].name == full &&
		    (c->entries[i].column < 0 ||
		     c->entries[i].column == s->column))
			return &c->entries[i];
	return NULL;
}

const struct entry *
scope_declared(const struct scope *s, atom name)
{
	const struct entry *e = NULL;

	for (const struct instance *at = s->at; at && !e; at = at->up)
		e = find_entry(s, scope_full(s->c, at, name));
	return e;
}

/* What `X = KEY` in a use stands for: the key, as a text with that value. */
static const struct entry *
set_text(const struct scope *s, const struct setting *t)
{
	struct arena *arena = s->c->arena;
	struct entry *e = arena_alloc(arena, sizeof *e);
	struct value *v = arena_alloc(arena, sizeof *v);
	struct alternative *a = arena_alloc(arena, sizeof *a);

	*a = (struct alternative){.span = t->value->span, .text = t->value};
	*v = (struct value){.span = t->span, .name = t->name,
	                    .alternatives = a};
	*e = (struct entry){.name = t->name, .column = s->column,
	                    .kind = SYMBOL_TEXT, .span = t->span, .value = v,
	                    .at = s->at->up, .symbol = -1};
	return e;
}

/* `with L = M`: what L is in the rows is what M is where they are used. */
static const struct entry *
find_setting(const struct scope *s, const struct setting *t)
{
	const struct key_part *p = t->value->parts;
	const struct entry *was = scope_declared(s, t->name);
	struct scope up = *s;

	if (was && was->kind == SYMBOL_TEXT)
		return set_text(s, t);
	if (was && was->symbol >= 0)
		s->c->m->symbols[was->symbol].used = true;
	up.at = s->at->up;
	return p && p->kind == PART_TEXT && !p->next
		? scope_find(&up, p->text) : NULL;
}

static const struct setting *
setting_of(const struct scope *s, atom name)
{
	const struct setting *t = s->at->settings;

	while (t && (t->name != name || (t->layout &&
	       (s->column < 0 ||
	        s->c->m->columns[s->column].name != t->layout))))
		t = t->next;
	return t;
}

const struct entry *
scope_find(const struct scope *s, atom name)
{
	const struct setting *t;
	struct scope up = *s;
	struct entry *e;

	if (!s->at)
		return NULL;
	t = setting_of(s, name);
	if (t)
		return find_setting(s, t);
	e = find_entry(s, scope_full(s->c, s->at, name));
	if (!e) {
		up.at = s->at->up;
		return scope_find(&up, name);
	}
	if (e->symbol >= 0)
		s->c->m->symbols[e->symbol].used = true;
	return e;
}

int
scope_row(struct check_state *c, const struct instance *at, atom name)
{
	for (; at; at = at->up) {
		atom full = scope_full(c, at, name);

		for (int i = 0; i < c->m->n_rows; i++)
			if (c->m->rows[i].name == full)
				return i;
	}
	return -1;
}

int
scope_column(struct check_state *c, atom name)
{
	for (int i = 0; i < c->m->n_columns; i++)
		if (c->m->columns[i].name == name)
			return i;
	return -1;
}

/* ---- names that mean nothing ---- */

void
scope_unknown(const struct scope *s, enum check id, struct span at,
              const char *what, atom name)
{
	struct check_state *c = s->c;
	const char **list = NULL;
	int n = 0;

	for (int i = 0; i < c->n_entries; i++)
		if (c->entries[i].column < 0 ||
		    c->entries[i].column == s->column)
			*PUSH(c->arena, list, n) = c->entries[i].name;
	if (s->frame)
		n = frame_names(s->frame, &list, n);
	check_error(c->m, id, at, "%s is no %s%s", name, what,
	            did_you_mean(c, name, list, n));
}

int
scope_need_row(struct check_state *c, const struct instance *at,
               enum check id, struct span span, atom name)
{
	int row = scope_row(c, at, name), n = 0;
	const char **list = NULL;

	if (row >= 0)
		return row;
	for (int i = 0; i < c->m->n_rows; i++)
		*PUSH(c->arena, list, n) = c->m->rows[i].name;
	check_error(c->m, id, span, "no tensor is called %s%s", name,
	            did_you_mean(c, name, list, n));
	return -1;
}

int
scope_need_column(struct check_state *c, struct span span, atom name)
{
	int column = scope_column(c, name), n = 0;
	const char **list = NULL;

	if (column >= 0)
		return column;
	for (int i = 0; i < c->m->n_columns; i++) {
		atom alias = c->column_sources[i].layout->alias;

		*PUSH(c->arena, list, n) = c->m->columns[i].name;
		if (alias)
			*PUSH(c->arena, list, n) = alias;
	}
	check_error(c->m, CHECK_layout_unknown, span,
	            "no layout is called %s%s", name,
	            did_you_mean(c, name, list, n));
	return -1;
}

int
scope_next_column(struct check_state *c, const struct name *n, int after)
{
	for (int i = after + 1; i < c->m->n_columns; i++)
		if (c->m->columns[i].name == n->text ||
		    c->column_sources[i].layout->alias == n->text)
			return i;
	return after < 0 ? scope_need_column(c, n->span, n->text) : -1;
}
