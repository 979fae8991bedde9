/* What the dims of a place are used for: by the other rows of a pack, and how
 * often in key and axes. */
#include "check_frame.h"

static const struct row *
frame_row(const struct frame *f)
{
	return &f->c->m->rows[f->row];
}

/* ---- packs ---- */

/* What `x`, an expression over the dims of another row, is here. */
static const struct bound *
move_size(struct frame *f, const struct frame *other, const struct bound *x)
{
	struct bound *y;

	if (!x)
		return NULL;
	y = arena_alloc(f->c->arena, sizeof *y);
	*y = *x;
	if (x->op == BOUND_AXIS_SIZE || x->op == BOUND_INDEX)
		y->n = frame_foreign(f, other, (int)x->n);
	y->a = move_size(f, other, x->a);
	y->b = move_size(f, other, x->b);
	return y;
}

int
frame_foreign(struct frame *f, const struct frame *other, int dim)
{
	const struct dim *from = frame_dim(other, dim);
	int base = frame_row(f)->n_dims;
	struct dim d = *from;

	d.kind = DIM_FOREIGN;
	d.name = atom_text(f->c->m->atoms,
	                   arena_printf(f->c->arena, "%s.%s",
	                                frame_row(other)->name, from->name));
	for (int i = 0; i < f->n_extra; i++)
		if (f->extra[i].kind == DIM_FOREIGN &&
		    f->extra[i].name == d.name)
			return base + i;
	d.from = move_size(f, other, from->from);
	d.to = move_size(f, other, from->to);
	*PUSH(f->c->arena, f->extra, f->n_extra) = d;
	return base + f->n_extra - 1;
}

/* ---- each index once ---- */

static struct span
second_use(const struct frame *f, atom name)
{
	const struct used_name *first = NULL;

	for (int i = 0; i < f->n_used; i++) {
		if (f->used[i].name != name)
			continue;
		if (first)
			return f->used[i].span;
		first = &f->used[i];
	}
	return f->span;
}

static bool
is_split(const struct frame *f, int dim)
{
	for (int i = 0; i < f->n_splits; i++)
		if (f->splits[i].dim == dim)
			return true;
	return false;
}

void
frame_count(struct frame *f, const int *key, const int *axes)
{
	const struct row *r = frame_row(f);
	struct out missing = {.arena = f->c->arena};

	for (int i = 0; i < r->n_dims + f->n_extra; i++) {
		const struct dim *d = frame_dim(f, i);

		if (d->kind == DIM_FOREIGN || is_split(f, i))
			continue;
		if (!key[i] && !axes[i])
			out_printf(&missing, "%s%s", missing.size ? ", " : "",
			           d->name);
		if (key[i] > 1 || axes[i] > 2 || (key[i] && axes[i]) ||
		    (d->kind == DIM_COPY && axes[i] > 1))
			check_error(f->c->m, CHECK_axis_twice,
			            second_use(f, d->name),
			            "%s is in this place twice; each index of "
			            "%s is once in the key or in the axes",
			            d->name, r->name);
	}
	if (missing.size)
		check_error(f->c->m, CHECK_axis_missing, f->span,
		            "this place of %s has no %s: each of its indices "
		            "is in the key or in the axes", r->name,
		            missing.text);
}
