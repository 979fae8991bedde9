/* Keep rows: whole tensors under other names. */
#include "check_cells.h"

static struct name *
free_holes(struct check_state *c, const struct key *k)
{
	struct name *first = NULL, **last = &first;

	for (const struct key_part *p = k->parts; p; p = p->next) {
		if (p->kind != PART_SEGMENT && p->kind != PART_ANY)
			continue;
		*last = arena_alloc(c->arena, sizeof **last);
		**last = (struct name){NULL, p->span, p->text};
		for (const struct name *n = first; n != *last; n = n->next)
			if (n->text == p->text)
				check_error(c->m, CHECK_keep_holes, p->span,
				            "hole %s is there twice", p->text);
		last = &(*last)->next;
	}
	return first;
}

static bool
has_name(const struct name *list, atom name)
{
	for (; list; list = list->next)
		if (list->text == name)
			return true;
	return false;
}

/* All keys of a keep row have the same free holes. */
static void
check_free(struct check_state *c, const struct name *first,
           const struct name *these, struct span at, struct span key)
{
	for (int side = 0; side < 2; side++) {
		const struct name *a = side ? first : these;
		const struct name *b = side ? these : first;

		for (; a; a = a->next) {
			if (has_name(b, a->text))
				continue;
			struct diag *g = check_error(
				c->m, CHECK_keep_holes, at, "all keys of a "
				"keep row have the same holes; {%s} is not in "
				"%s", a->text, side ? "this one"
				: "the first one");
			check_note(c->m, g, key, "the first key");
		}
	}
}

static void
bind_keep_line(struct cells *x, int row, int column, const struct place *p,
               const struct name *names)
{
	struct check_state *c = x->c;
	struct scope s = place_scope(c, c->row_sources[row].at, column, NULL);
	struct cell cell = cell_begin(x, row, column, p);
	struct flat_key key, directory;
	bool good;

	if (p->has_axes || p->ops || p->form != PLACE_PLAIN)
		check_error(c->m, CHECK_keep_holes, p->span,
		            "a keep row has keys only: what it carries over "
		            "stays as it is");
	good = keys_flatten(&s, p->directory, &directory);
	good = keys_flatten(&s, p->key, &key) && good;
	good = good && keys_bind(&s, &directory, names, &cell.directory, NULL);
	good = good && keys_bind(&s, &key, names, &cell.key, NULL);
	if (good)
		cell_add(x, &cell, NULL, &key);
}

void
keep_bind(struct cells *x, int row, const struct keep *k)
{
	const struct name *names = NULL;
	const struct key *first = NULL;

	for (const struct places *g = k->places; g; g = g->next)
		for (const struct place *p = g->lines; p; p = p->next) {
			const struct name *these = free_holes(x->c, p->key);

			if (!first)
				names = these;
			else
				check_free(x->c, names, these, p->key->span,
				           first->span);
			first = first ? first : p->key;
			for (const struct name *n = g->owners; n; n = n->next)
				for (int i = -1;
				     (i = scope_next_column(x->c, n, i)) >= 0;)
					bind_keep_line(x, row, i, p, names);
		}
}
