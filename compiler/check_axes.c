/* Axes of places: read from the expression, or made by the ops; the two must
 * agree where both are written. */
#include "axes.h"
#include "check_place.h"

/* ---- the expression ---- */

struct reading {
	const struct scope *s; /* of amounts */
	bool pack;
	bool failed;
};

static struct extent *read_list(struct reading *r, const struct factor *f,
                                bool sum);

static struct extent *
read_sum(struct reading *r, const struct factor *f)
{
	if (!r->pack) {
		check_error(r->s->c->m, CHECK_sum_outside_pack, f->span,
		            "rows side by side on one axis stand in a pack, "
		            "not in a place of one of them");
		r->failed = true;
		return NULL;
	}
	return axes_node(r->s->c->arena, EXTENT_SUM, f->span,
	                 read_list(r, f->child, true));
}

static struct extent *
read_amount(struct reading *r, const struct factor *f, enum extent_kind kind)
{
	struct scope plain = *r->s;
	struct extent *e = axes_node(r->s->c->arena, kind, f->span,
	                             read_list(r, f->child, false));

	plain.frame = NULL;
	e->amount = f->amount ? bind_typed(&plain, f->amount, TYPE_INT)
	                      : NULL;
	r->failed = r->failed || !e->amount;
	return e;
}

static struct extent *
read_factor(struct reading *r, const struct factor *f)
{
	struct arena *a = r->s->c->arena;
	struct extent *e;

	switch (f->kind) {
	case FACTOR_ONE:
		return axes_node(a, EXTENT_ONE, f->span, NULL);
	case FACTOR_PRODUCT:
		return axes_node(a, EXTENT_PRODUCT, f->span,
		                 read_list(r, f->child, false));
	case FACTOR_SUM:
		return read_sum(r, f);
	case FACTOR_MULTIPLE:
		return read_amount(r, f, EXTENT_MULTIPLE);
	case FACTOR_EXACT:
		return read_amount(r, f, EXTENT_EXACT);
	case FACTOR_CUT:
		e = axes_node(a, EXTENT_CUT, f->span,
		              read_list(r, f->child, false));
		e->name = f->name;
		return e;
	default:
		e = axes_node(a, EXTENT_DIM, f->span, NULL);
		e->name = f->name;
		return e;
	}
}

/* One factor, or a product of none or several, is one extent. */
static struct extent *
read_list(struct reading *r, const struct factor *f, bool sum)
{
	struct extent *first = NULL, **last = &first;

	for (; f; f = f->next) {
		struct extent *e = read_factor(r, f);

		if (!e)
			continue;
		if (sum)
			e->term = scope_need_row(r->s->c, r->s->at,
			                         CHECK_sum_term_unknown,
			                         f->span, f->term);
		r->failed = r->failed || (sum && e->term < 0);
		*last = e;
		last = &e->next;
	}
	return first;
}

/* ---- flattening ---- */

/* The tensor's own axes, where a place says nothing else. */
static struct extent *
own_axes(struct check_state *c, const struct row *row, struct span at)
{
	struct extent *first = NULL;

	for (int i = row->n_dims - 1; i >= row->n_families; i--) {
		struct extent *e = axes_node(c->arena, EXTENT_DIM, at, NULL);

		e->name = row->dims[i].name;
		e->next = first;
		first = e;
	}
	return first;
}

static void
check_agree(const struct scope *s, const struct place *p,
            const struct extent *written, const struct extent *made)
{
	struct checked *m = s->c->m;
	struct out a = {.arena = m->arena}, b = {.arena = m->arena};
	struct diag *g;

	if (axes_same(written, made))
		return;
	axes_print(&a, m, written);
	axes_print(&b, m, made);
	g = check_error(m, CHECK_ops_disagree, p->axes ? p->axes->span
	                : p->span, "the axes are written %s, and the ops give "
	                "%s", a.text, b.text);
	check_note(m, g, p->ops->span, "the ops");
}

bool
axes_flatten(const struct scope *s, const struct place *p,
             const struct row *row, bool pack, struct flat_axes *to)
{
	struct reading r = {s, pack, false};
	struct extent *made, *own = own_axes(s->c, row, p->span);
	bool layout_ops = false, good;

	*to = (struct flat_axes){.axes = NULL};
	if (p->has_axes)
		to->axes = axes_normal(s->c->arena,
		                       read_list(&r, p->axes, false));
	made = ops_run(s, p->ops, own, to, &layout_ops, &good);
	if (pack && (!p->has_axes || layout_ops)) {
		check_error(s->c->m, CHECK_pack_sum, p->span, layout_ops
		            ? "a pack says by its axes where its rows lie; "
		            "only value steps go with them"
		            : "a pack has axes in [ ], with its rows in a sum");
		return false;
	}
	if (!good || r.failed)
		return false;
	made = axes_normal(s->c->arena, made);
	if (p->has_axes && layout_ops)
		check_agree(s, p, to->axes, made);
	if (!p->has_axes)
		to->axes = made;
	return true;
}

/* ---- names ---- */

void
axes_use(struct frame *f, const struct extent *list, int row)
{
	for (const struct extent *e = list; e; e = e->next) {
		if (e->term >= 0 && row >= 0 && e->term != row)
			continue;
		if (e->kind == EXTENT_DIM)
			frame_use(f, e->name, e->span, false);
		axes_use(f, e->child, row);
	}
}

struct binding {
	struct frame *f;
	struct frame *const *others;
	int *count;
	bool good;
};

static void
bind_extent(struct binding *b, struct extent *e, struct frame *of)
{
	struct scope s = {.c = b->f->c, .at = of->at, .column = of->column,
	                  .kind = SCOPE_PLACE, .frame = of};

	e->dim = frame_find(of, e->name);
	if (e->dim < 0 && e->kind == EXTENT_CUT && frame_knows(of, e->name)) {
		check_error(s.c->m, CHECK_cut_index, e->span,
		            "%s is no index of the key: it says which run of "
		            "the axis is stored there", e->name);
		b->good = false;
	} else if (e->dim < 0) {
		scope_unknown(&s, CHECK_axis_unknown, e->span,
		              "axis or index of this place", e->name);
		b->good = false;
	} else if (of != b->f) {
		e->dim = frame_foreign(b->f, of, e->dim);
	} else if (e->kind == EXTENT_DIM) {
		b->count[e->dim]++;
	}
}

static void
bind_list(struct binding *b, struct extent *list, struct frame *of)
{
	for (struct extent *e = list; e; e = e->next) {
		struct frame *inner = e->term >= 0 ? b->others[e->term] : of;

		if (e->kind == EXTENT_DIM || e->kind == EXTENT_CUT)
			bind_extent(b, e, inner);
		bind_list(b, e->child, inner);
	}
}

bool
axes_bind(struct frame *f, struct frame *const others[], struct extent *list,
          int *count)
{
	struct binding b = {f, others, count, true};

	bind_list(&b, list, f);
	return b.good;
}
