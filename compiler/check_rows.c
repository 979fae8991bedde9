/* Rows: families, axes, and what else a tensor says of itself. */
#include "check_frame.h"

static struct scope
row_scope(struct check_state *c, int row, enum scope_kind kind)
{
	return (struct scope){.c = c, .at = c->row_sources[row].at,
	                      .column = -1, .kind = kind};
}

static void
bind_labels(const struct scope *s, const struct family *f, struct dim *d)
{
	atom *labels = NULL;
	int n = 0;

	for (const struct name *l = f->labels; l; l = l->next) {
		for (int i = 0; i < n; i++)
			if (labels[i] == l->text)
				check_error(s->c->m, CHECK_duplicate_name,
				            l->span, "label %s is there twice",
				            l->text);
		*PUSH(s->c->arena, labels, n) = l->text;
	}
	d->labels = labels;
	d->n_labels = n;
	d->to = bound_int(s, n, f->span);
}

void
rows_dim(const struct scope *s, const struct family *f, struct dim *d)
{
	d->name = f->name;
	d->span = f->span;
	if (f->kind == FAMILY_LABELS) {
		bind_labels(s, f, d);
		return;
	}
	if (f->from)
		d->from = bind_typed(s, f->from, TYPE_INT);
	if (d->from && d->from->op == BOUND_INT && d->from->n == 0)
		d->from = NULL;
	if (f->to) {
		d->to = bind_typed(s, f->to, TYPE_INT);
		values_length(s, d->to, f->span);
	} else {
		d->to = values_capital(s, f->name, f->span);
	}
}

static void
bind_axis(const struct scope *s, const struct axis *a, struct dim *d)
{
	const struct entry *e;

	*d = (struct dim){.kind = DIM_ELEMENT, .name = a->name,
	                  .span = a->span};
	if (!a->size) {
		d->to = values_capital(s, a->name, a->span);
	} else if ((e = scope_find(s, a->size)) && e->symbol >= 0 &&
	           (e->kind == SYMBOL_SIZE || e->kind == SYMBOL_OPTION)) {
		d->to = bound_symbol(s, e->symbol, a->span);
	} else {
		scope_unknown(s, CHECK_unknown_name, a->span, "size", a->size);
	}
	values_length(s, d->to, a->span);
}

static void
check_dim_names(struct check_state *c, const struct row *r)
{
	for (int i = 0; i < r->n_dims; i++) {
		for (int k = 0; k < i; k++) {
			if (r->dims[i].name != r->dims[k].name)
				continue;
			struct diag *g = check_error(
				c->m, CHECK_duplicate_name, r->dims[i].span,
				"tensor %s has two indices called %s", r->name,
				r->dims[i].name);
			check_note(c->m, g, r->dims[k].span, "the first");
		}
	}
}

static void
bind_dims(struct check_state *c, int row, const struct tensor *t)
{
	struct scope s = row_scope(c, row, SCOPE_PLACE);
	struct row *r = &c->m->rows[row];
	struct dim *d;

	for (const struct family *f = t->families; f; f = f->next) {
		d = PUSH(c->arena, r->dims, r->n_dims);
		*d = (struct dim){.kind = DIM_FAMILY};
		rows_dim(&s, f, d);
		r->n_families++;
	}
	for (const struct axis *a = t->axes; a; a = a->next)
		bind_axis(&s, a, PUSH(c->arena, r->dims, r->n_dims));
	check_dim_names(c, r);
}

static void
bind_row(struct check_state *c, int row, const struct tensor *t)
{
	struct scope s = row_scope(c, row, SCOPE_CONDITION);
	struct row *r = &c->m->rows[row];
	struct frame f;

	bind_dims(c, row, t);
	r->optional = t->optional;
	frame_begin(&f, c, s.at, row, -1, t->span);
	s.frame = &f;
	if (t->when)
		r->when = bind_typed(&s, t->when, TYPE_BOOL);
	s.frame = NULL;
	if (t->routed) {
		r->routed = scope_need_row(c, s.at, CHECK_tensor_unknown,
		                           t->routed_span, t->routed);
		r->routed_span = t->routed_span;
	}
}

static void
bind_group(struct check_state *c, const struct instance *at,
           const struct group *g)
{
	struct bundle *b = PUSH(c->arena, c->m->bundles, c->m->n_bundles);

	*b = (struct bundle){.span = g->span};
	for (const struct name *n = g->tensors; n; n = n->next) {
		int row = scope_need_row(c, at, CHECK_group_unknown, n->span,
		                         n->text);

		for (int i = 0; i < b->n; i++)
			if (b->rows[i] == row)
				check_error(c->m, CHECK_group_unknown, n->span,
				            "%s is in this group already",
				            n->text);
		*PUSH(c->arena, b->rows, b->n) = row;
	}
}

void
rows_bind(struct check_state *c)
{
	for (int i = 0; i < c->m->n_rows; i++)
		if (c->row_sources[i].tensor)
			bind_row(c, i, c->row_sources[i].tensor);
	for (int i = 0; i < c->n_instances; i++)
		for (const struct group *g = c->instances[i]->block->groups; g;
		     g = g->next)
			bind_group(c, c->instances[i], g);
}
