#include "check_frame.h"

void
frame_begin(struct frame *f, struct check_state *c, const struct instance *at,
            int row, int column, struct span span)
{
	*f = (struct frame){.c = c, .at = at, .row = row, .column = column,
	                    .span = span};
}

void
frame_use(struct frame *f, atom name, struct span span, bool key)
{
	struct used_name *u = PUSH(f->c->arena, f->used, f->n_used);

	*u = (struct used_name){name, span, key};
}

static const struct row *
frame_row(const struct frame *f)
{
	return &f->c->m->rows[f->row];
}

const struct dim *
frame_dim(const struct frame *f, int dim)
{
	const struct row *r = frame_row(f);

	return dim < r->n_dims ? &r->dims[dim] : &f->extra[dim - r->n_dims];
}

int
frame_find(const struct frame *f, atom name)
{
	int n = frame_row(f)->n_dims + f->n_extra;

	for (int i = 0; i < n; i++)
		if (frame_dim(f, i)->name == name &&
		    frame_dim(f, i)->kind != DIM_FOREIGN)
			return i;
	return -1;
}

/* ---- what the layout offers ---- */

static const struct family *
find_copy(const struct frame *f, atom name)
{
	for (int i = 0; i < f->c->n_copies; i++)
		if (f->c->copies[i].column == f->column &&
		    f->c->copies[i].family->name == name)
			return f->c->copies[i].family;
	return NULL;
}

static const struct let_rule *
find_let(const struct frame *f, atom whole)
{
	for (int i = 0; i < f->c->n_lets; i++) {
		const struct let_rule *l = &f->c->lets[i];

		if (l->name == whole && l->n_parts &&
		    lets_visible(l, f->at, f->column))
			return l;
	}
	return NULL;
}

/* Any part of that name, and the let it is of. */
static const struct let_part *
find_part(const struct frame *f, atom name, const struct let_rule **of)
{
	const struct let_part *found = NULL;

	for (int i = 0; i < f->c->n_lets; i++) {
		const struct let_rule *l = &f->c->lets[i];

		if (!lets_visible(l, f->at, f->column))
			continue;
		for (int k = 0; k < l->n_parts; k++) {
			if (l->parts[k].name != name ||
			    (found && !l->parts[k].size))
				continue;
			found = &l->parts[k];
			*of = l;
			if (found->size)
				return found;
		}
	}
	return found;
}

bool
frame_knows(const struct frame *f, atom name)
{
	const struct row *r = frame_row(f);
	const struct let_rule *of;

	for (int i = 0; i < r->n_dims; i++)
		if (r->dims[i].name == name)
			return true;
	return find_copy(f, name) || find_part(f, name, &of);
}

int
frame_names(const struct frame *f, const char ***list, int n)
{
	const struct row *r = frame_row(f);
	struct arena *a = f->c->arena;

	for (int i = 0; i < r->n_dims; i++)
		*PUSH(a, *list, n) = r->dims[i].name;
	for (int i = 0; i < f->c->n_copies; i++)
		if (f->c->copies[i].column == f->column)
			*PUSH(a, *list, n) = f->c->copies[i].family->name;
	for (int i = 0; i < f->c->n_lets; i++)
		for (int k = 0; k < f->c->lets[i].n_parts; k++)
			if (lets_visible(&f->c->lets[i], f->at, f->column))
				*PUSH(a, *list, n) =
					f->c->lets[i].parts[k].name;
	return n;
}

/* ---- which lets take part ---- */

static const struct used_name *
find_use(const struct frame *f, atom name)
{
	for (int i = 0; i < f->n_used; i++)
		if (f->used[i].name == name)
			return &f->used[i];
	return NULL;
}

/* Whether the place has this index, or what it is split into. */
static const struct used_name *
find_use_below(const struct frame *f, atom name)
{
	const struct used_name *u = find_use(f, name);
	const struct let_rule *l = find_let(f, name);

	for (int i = 0; l && !u && i < l->n_parts; i++)
		u = find_use_below(f, l->parts[i].name);
	return u;
}

/* The whole is in the place: no part of it may be, unless as something
 * else. */
static void
check_unsplit(struct frame *f, const struct let_rule *l,
              const struct used_name *whole)
{
	for (int i = 0; i < l->n_parts; i++) {
		atom part = l->parts[i].name;
		const struct used_name *u = find_use_below(f, part);

		if (!u || find_copy(f, part) || frame_find(f, part) >= 0)
			continue;
		struct diag *g = check_error(
			f->c->m, CHECK_split_mixed, u->span, "%s is a part of "
			"%s: a place uses all parts of a split, or the whole",
			u->name, l->name);
		check_note(f->c->m, g, whole->span, "the whole");
		check_note(f->c->m, g, l->span, "the split");
		f->failed = true;
	}
}

static void
check_split(struct frame *f, const struct let_rule *l,
            const struct used_name *some)
{
	for (int i = 0; i < l->n_parts; i++) {
		atom part = l->parts[i].name;

		if (find_use_below(f, part))
			continue;
		struct diag *g = check_error(
			f->c->m, CHECK_split_mixed, some->span, "%s is a part "
			"of %s, and this place does not use the part %s",
			some->name, l->name, part);
		check_note(f->c->m, g, l->span, "the split");
		f->failed = true;
	}
}

/* Takes the let of an index and of its parts, if the place splits it. */
static void
take_lets(struct frame *f, atom whole)
{
	const struct let_rule *l = find_let(f, whole);
	const struct used_name *some = NULL;

	if (!l || find_use(f, whole))
		return;
	for (int i = 0; i < l->n_parts && !some; i++)
		some = find_use_below(f, l->parts[i].name);
	if (!some)
		return;
	*PUSH(f->c->arena, f->lets, f->n_lets) = l;
	check_split(f, l, some);
	for (int i = 0; i < l->n_parts; i++)
		take_lets(f, l->parts[i].name);
}

const struct let_rule *
frame_let(const struct frame *f, atom whole)
{
	return find_let(f, whole);
}

/* ---- extras ---- */

static void
add_part(struct frame *f, const struct let_rule *l, const struct let_part *p)
{
	int old = frame_find(f, p->name);
	struct diag *g;

	if (old < 0) {
		*PUSH(f->c->arena, f->extra, f->n_extra) = (struct dim){
			.kind = DIM_PART, .name = p->name, .span = p->span};
		return;
	}
	g = check_error(f->c->m, CHECK_split_mixed, f->span,
	                "%s is an index of this place twice: by the split of "
	                "%s, and as another", p->name, l->name);
	check_note(f->c->m, g, p->span, "by this split");
	check_note(f->c->m, g, frame_dim(f, old)->span, "and by this");
	f->failed = true;
}

/* What is said of the size of a part; NULL if nothing is. */
static const struct bound *
part_size(const struct frame *f, const struct let_rule *l,
          const struct let_part *p)
{
	struct scope s = {.c = f->c, .at = l->at, .column = f->column,
	                  .kind = SCOPE_PLACE};
	const struct family *copy = find_copy(f, p->name);

	if (p->size)
		return bind_typed(&s, p->size, TYPE_INT);
	if (copy && copy->to && !copy->from)
		return bind_typed(&s, copy->to, TYPE_INT);
	return values_capital(&s, p->name, p->span);
}

/* What the parts multiply to: the length of an axis; of a family all indices
 * from 0, whichever of them the row has. */
static const struct bound *
whole_size(const struct frame *f, const struct scope *s,
           const struct let_rule *l)
{
	struct bound *x = bound_new(s, BOUND_AXIS_SIZE, TYPE_INT, l->span);
	const struct dim *d;

	x->n = frame_find(f, l->name);
	d = frame_dim(f, (int)x->n);
	return d->kind == DIM_FAMILY && d->to ? d->to : x;
}

/* One part without a size has what the others leave of the whole. */
static void
size_parts(struct frame *f, const struct let_rule *l)
{
	struct scope s = {.c = f->c, .at = l->at, .column = f->column,
	                  .kind = SCOPE_PLACE};
	const struct bound *product = NULL, *size;
	const struct bound *whole = whole_size(f, &s, l);
	int unknown = -1, n_unknown = 0;
	int base = frame_row(f)->n_dims;

	for (int i = 0; i < l->n_parts; i++) {
		int dim = frame_find(f, l->parts[i].name);

		if (dim < base)
			return;
		size = part_size(f, l, &l->parts[i]);
		f->extra[dim - base].to = size;
		if (!size) {
			unknown = dim - base;
			n_unknown++;
			continue;
		}
		values_length(&s, size, l->parts[i].span);
		product = product ? bound_pair(&s, BOUND_MUL, product, size,
		                               l->span) : size;
	}
	if (n_unknown == 1)
		f->extra[unknown].to = product
			? bound_pair(&s, BOUND_DIV, whole, product, l->span)
			: whole;
}

static void
add_split(struct frame *f, const struct let_rule *l)
{
	struct split *p = PUSH(f->c->arena, f->splits, f->n_splits);
	int *parts = NULL;
	int n = 0;

	for (int i = 0; i < l->n_parts; i++)
		*PUSH(f->c->arena, parts, n) = frame_find(f, l->parts[i].name);
	*p = (struct split){frame_find(f, l->name), parts, n};
}

/* An index that only the place has. */
static void
add_copy(struct frame *f, const struct used_name *u)
{
	const struct family *copy = find_copy(f, u->name);
	const struct let_rule *l = NULL;
	const struct let_part *p = find_part(f, u->name, &l);
	struct scope s = {.c = f->c, .at = f->at, .column = f->column,
	                  .kind = SCOPE_PLACE};
	struct dim d = {.kind = DIM_COPY, .name = u->name, .span = u->span};
	struct diag *g;

	if (!copy && !p)
		return;
	if (copy)
		rows_dim(&s, copy, &d);
	else
		d.to = part_size(f, l, p);
	*PUSH(f->c->arena, f->extra, f->n_extra) = d;
	if (d.to || copy)
		return;
	g = check_error(f->c->m, CHECK_axis_size, u->span,
	                "%s splits no index of this tensor, and nothing says "
	                "how many there are", u->name);
	check_note(f->c->m, g, p->span, "give it a size here, as in (%s:N c)",
	           u->name);
	f->failed = true;
}

/* let p = up gate */
static void
add_order(struct frame *f, const struct let_rule *l)
{
	int dim = frame_find(f, l->name), n = 0;
	const struct dim *d;
	int *position;
	struct diag *g;

	if (dim < 0 || !(d = frame_dim(f, dim))->labels)
		return;
	position = arena_alloc(f->c->arena,
	                       (size_t)d->n_labels * sizeof *position);
	for (int i = 0; i < d->n_labels; i++)
		position[i] = -1;
	for (const struct name *name = l->labels; name; name = name->next, n++)
		for (int i = 0; i < d->n_labels; i++)
			if (d->labels[i] == name->text)
				position[i] = n;
	for (int i = 0; i < d->n_labels; i++)
		if (position[i] < 0 || n != d->n_labels)
			goto bad;
	*PUSH(f->c->arena, f->orders, f->n_orders) =
		(struct order){dim, position, n, l->when};
	return;
bad:
	g = check_error(f->c->m, CHECK_labels_order, l->span,
	                "this is not the labels of %s in another order",
	                l->name);
	check_note(f->c->m, g, d->span, "they are declared here");
	f->failed = true;
}

void
frame_resolve(struct frame *f)
{
	const struct row *r = frame_row(f);

	for (int i = 0; i < r->n_dims; i++)
		take_lets(f, r->dims[i].name);
	for (int i = 0; i < f->n_lets; i++)
		for (int k = 0; k < f->lets[i]->n_parts; k++)
			add_part(f, f->lets[i], &f->lets[i]->parts[k]);
	for (int i = 0; i < r->n_dims + f->n_extra; i++) {
		const struct let_rule *l = find_let(f, frame_dim(f, i)->name);
		const struct used_name *u =
			find_use(f, frame_dim(f, i)->name);

		if (l && u)
			check_unsplit(f, l, u);
	}
	for (int i = 0; i < f->n_used; i++)
		if (frame_find(f, f->used[i].name) < 0)
			add_copy(f, &f->used[i]);
	if (f->failed)
		return;
	for (int i = 0; i < f->n_lets; i++) {
		add_split(f, f->lets[i]);
		size_parts(f, f->lets[i]);
	}
	for (int i = 0; i < f->c->n_lets; i++)
		if (f->c->lets[i].labels &&
		    lets_visible(&f->c->lets[i], f->at, f->column))
			add_order(f, &f->c->lets[i]);
}
