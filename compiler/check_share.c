/* What layouts share: `layout packed { … }` is no layout if others are
 * `as packed`, but stands once for what each of them says. */
#include "check_scope.h"

/* A copy of the nodes of `list`, with `rest` behind them. */
#define JOIN(arena, list, rest)                                          \
	do {                                                             \
		__typeof__(list) own_ = (list), *end_ = &(list);         \
		for (; own_; own_ = own_->next) {                        \
			*end_ = arena_alloc(arena, sizeof **end_);       \
			**end_ = *own_;                                  \
			end_ = &(*end_)->next;                           \
		}                                                        \
		*end_ = (rest);                                          \
	} while (0)

static bool
is_alias(const struct check_state *c, atom name)
{
	for (int i = 0; i < c->n_instances; i++)
		for (const struct layout *l = c->instances[i]->block->layouts;
		     l && !c->instances[i]->prefix; l = l->next)
			if (l->alias == name)
				return true;
	return false;
}

bool
share_is_block(const struct check_state *c, const struct layout *l)
{
	return !l->title && !l->detects && !l->alias && is_alias(c, l->name);
}

static const struct layout *
find_block(const struct check_state *c, atom name)
{
	for (int i = 0; i < c->n_instances && name; i++)
		for (const struct layout *l = c->instances[i]->block->layouts;
		     l && !c->instances[i]->prefix; l = l->next)
			if (l->name == name && share_is_block(c, l))
				return l;
	return NULL;
}

/* Edits of one kind stay together. */
static struct edit *
join_edits(struct arena *a, const struct edit *own, const struct edit *shared)
{
	struct edit *first = NULL, **end = &first;

	for (int kind = EDIT_SET; kind <= EDIT_DELETE; kind++)
		for (int i = 0; i < 2; i++)
			for (const struct edit *e = i ? shared : own; e;
			     e = e->next) {
				if (e->kind != (enum edit_kind)kind)
					continue;
				*end = arena_alloc(a, sizeof **end);
				**end = *e;
				(*end)->next = NULL;
				end = &(*end)->next;
			}
	return first;
}

static void
join_format(struct check_state *c, struct layout *l,
            const struct layout *shared)
{
	struct diag *g;

	if (l->format && shared->format) {
		g = check_error(c->m, CHECK_detect_twice, l->format_span,
		                "a layout has one format");
		check_note(c->m, g, shared->format_span, "%s has one",
		           shared->name);
	} else if (shared->format) {
		l->format = shared->format;
		l->format_span = shared->format_span;
	}
}

const struct layout *
share_join(struct check_state *c, const struct layout *l)
{
	const struct layout *shared = find_block(c, l->alias);
	struct layout *x;

	if (!shared)
		return l;
	x = arena_alloc(c->arena, sizeof *x);
	*x = *l;
	join_format(c, x, shared);
	JOIN(c->arena, x->options, shared->options);
	JOIN(c->arena, x->requires, shared->requires);
	JOIN(c->arena, x->drops, shared->drops);
	JOIN(c->arena, x->variants, shared->variants);
	JOIN(c->arena, x->configs, shared->configs);
	JOIN(c->arena, x->files, shared->files);
	JOIN(c->arena, x->metadata, shared->metadata);
	JOIN(c->arena, x->sizes, shared->sizes);
	JOIN(c->arena, x->numbers, shared->numbers);
	JOIN(c->arena, x->flags, shared->flags);
	JOIN(c->arena, x->texts, shared->texts);
	JOIN(c->arena, x->lists, shared->lists);
	JOIN(c->arena, x->lets, shared->lets);
	JOIN(c->arena, x->families, shared->families);
	JOIN(c->arena, x->places, shared->places);
	x->edits = join_edits(c->arena, l->edits, shared->edits);
	return x;
}

void
share_check(struct check_state *c, const struct layout *l)
{
	const struct layout *first = find_block(c, l->name);
	struct diag *g;

	names_table(c, l->span, "a name for several layouts", l->name);
	if (l->model && l->model != c->m->name)
		check_error(c->m, CHECK_for_model, l->span,
		            "what %s share is for the model %s, this one is "
		            "%s", l->name, l->model,
		            c->m->name ? c->m->name : "without a name");
	if (first == l)
		return;
	g = check_error(c->m, CHECK_duplicate_name, l->span,
	                "%s says twice what it shares", l->name);
	check_note(c->m, g, first->span, "the first");
}

void
share_check_columns(struct check_state *c)
{
	/* A place with a mistake is no cell, and has its message. */
	for (int i = 0; i < c->m->n_columns && !c->m->diags->errors; i++) {
		const struct column *k = &c->m->columns[i];
		bool used = k->title || k->detect || k->n_omissions;

		for (int n = 0; n < c->m->n_cells && !used; n++)
			used = c->m->cells[n].column == i;
		if (!used)
			check_error(c->m, CHECK_layout_empty, k->span,
			            "layout %s has neither a detect nor a "
			            "place; if it is what layouts share, "
			            "they are declared as %s", k->name,
			            k->name);
	}
}
