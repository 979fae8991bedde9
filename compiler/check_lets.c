/* `let` and the `for` of layouts: how a layout splits and orders indices. */
#include "check_scope.h"

static void
add_parts(struct check_state *c, struct let_rule *l, const struct factor *f)
{
	for (; f; f = f->next) {
		struct let_part *p;

		if (f->kind != FACTOR_NAME) {
			check_error(c->m, CHECK_axis_unknown, f->span,
			            "a let splits an axis into names, as in "
			            "let f = (t:tp c)");
			continue;
		}
		for (int i = 0; i < l->n_parts; i++)
			if (l->parts[i].name == f->name)
				check_error(c->m, CHECK_duplicate_name,
				            f->span, "part %s is there twice",
				            f->name);
		p = PUSH(c->arena, l->parts, l->n_parts);
		*p = (struct let_part){f->name, f->span, f->amount};
	}
}

static void
add_let(struct check_state *c, const struct instance *at, int column,
        const struct let *from)
{
	struct scope s = {.c = c, .at = at, .column = column,
	                  .kind = SCOPE_CONDITION};
	struct let_rule *l;

	for (int i = 0; i < c->n_lets; i++) {
		const struct let_rule *old = &c->lets[i];

		if (old->name != from->name || !from->split != !old->parts ||
		    (old->column != column && old->column >= 0 &&
		     column >= 0) || (old->column < 0 && column < 0 &&
		     old->at != at))
			continue;
		struct diag *g = check_error(c->m, CHECK_duplicate_name,
		                             from->span, "two lets of %s",
		                             from->name);
		check_note(c->m, g, old->span, "the first");
		return;
	}
	l = PUSH(c->arena, c->lets, c->n_lets);
	*l = (struct let_rule){.name = from->name, .span = from->span,
	                       .column = column, .at = at,
	                       .labels = from->labels};
	if (from->when)
		l->when = bind_typed(&s, from->when, TYPE_BOOL);
	if (from->split)
		add_parts(c, l, from->split->kind == FACTOR_PRODUCT
		          ? from->split->child : from->split);
}

static void
add_lets(struct check_state *c, const struct instance *at, int column,
         const struct let *list)
{
	for (; list; list = list->next)
		add_let(c, at, column, list);
}

static void
add_copy(struct check_state *c, int column, const struct family *f)
{
	struct copy_rule *r;

	for (int i = 0; i < c->n_copies; i++) {
		if (c->copies[i].column != column ||
		    c->copies[i].family->name != f->name)
			continue;
		struct diag *g = check_error(c->m, CHECK_duplicate_name,
		                             f->span, "index %s is there "
		                             "twice", f->name);
		check_note(c->m, g, c->copies[i].family->span, "the first");
		return;
	}
	r = PUSH(c->arena, c->copies, c->n_copies);
	*r = (struct copy_rule){column, f};
}

bool
lets_visible(const struct let_rule *l, const struct instance *at, int column)
{
	if (l->column >= 0)
		return l->column == column;
	for (; at; at = at->up)
		if (at == l->at)
			return true;
	return !l->at->prefix;
}

/* A let reaches an axis if splitting its parts further gives that axis. */
static bool
reaches(struct check_state *c, const struct let_rule *l, atom name, int depth)
{
	if (depth > c->n_lets)
		return true;
	for (int i = 0; i < l->n_parts; i++) {
		if (l->parts[i].name == name)
			return true;
		for (int k = 0; k < c->n_lets; k++)
			if (c->lets[k].name == l->parts[i].name &&
			    (c->lets[k].column < 0 || l->column < 0 ||
			     c->lets[k].column == l->column) &&
			    reaches(c, &c->lets[k], name, depth + 1))
				return true;
	}
	return false;
}

bool
lets_bind(struct check_state *c)
{
	bool good = true;

	for (int i = 0; i < c->n_instances; i++)
		add_lets(c, c->instances[i], -1,
		         c->instances[i]->block->lets);
	for (int k = 0; k < c->m->n_columns; k++) {
		const struct column_source *from = &c->column_sources[k];

		add_lets(c, from->at, k, from->layout->lets);
		for (const struct family *f = from->layout->families; f;
		     f = f->next)
			add_copy(c, k, f);
	}
	for (int i = 0; i < c->n_lets; i++) {
		if (!reaches(c, &c->lets[i], c->lets[i].name, 0))
			continue;
		check_error(c->m, CHECK_split_cycle, c->lets[i].span,
		            "%s is split into itself", c->lets[i].name);
		good = false;
	}
	return good;
}
