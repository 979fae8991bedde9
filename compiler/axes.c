#include "axes.h"

struct extent *
axes_node(struct arena *a, enum extent_kind kind, struct span at,
          struct extent *child)
{
	struct extent *e = arena_alloc(a, sizeof *e);

	*e = (struct extent){.kind = kind, .span = at, .child = child,
	                     .dim = -1, .term = -1};
	return e;
}

/* ---- lists ---- */

static void
push(struct axes *x, struct extent *e)
{
	x->list = arena_grow(x->arena, x->list, (size_t)x->n,
	                     sizeof *x->list);
	x->list[x->n++] = e;
}

void
axes_begin(struct axes *x, struct arena *a, struct extent *list)
{
	*x = (struct axes){.arena = a};
	for (; list; list = list->next)
		push(x, list);
}

static struct extent *
link_up(struct extent **list, int n)
{
	struct extent *first = NULL;

	while (n) {
		list[--n]->next = first;
		first = list[n];
	}
	return first;
}

struct extent *
axes_end(struct axes *x)
{
	return link_up(x->list, x->n);
}

/* ---- ops ---- */

void
axes_insert(struct axes *x, struct extent *e, int at)
{
	push(x, e);
	for (int i = x->n - 1; i > at; i--)
		x->list[i] = x->list[i - 1];
	x->list[at] = e;
}

static void
remove_at(struct axes *x, int at)
{
	for (int i = at; i + 1 < x->n; i++)
		x->list[i] = x->list[i + 1];
	x->n--;
}

void
axes_transpose(struct axes *x, int a, int b)
{
	struct extent *e = x->list[a];

	x->list[a] = x->list[b];
	x->list[b] = e;
}

void
axes_permute(struct axes *x, const int *order)
{
	struct axes old = *x;

	x->list = NULL;
	x->n = 0;
	for (int i = 0; i < old.n; i++)
		push(x, old.list[order[i]]);
}

void
axes_join(struct axes *x, int at, struct extent *e, bool before)
{
	struct extent *pair[2] = {before ? e : x->list[at],
	                          before ? x->list[at] : e};

	x->list[at] = axes_node(x->arena, EXTENT_PRODUCT, e->span,
	                        link_up(pair, 2));
}

void
axes_merge(struct axes *x, int first, int last)
{
	struct extent *list = link_up(x->list + first, last - first + 1);

	x->list[first] = axes_node(x->arena, EXTENT_PRODUCT, list->span, list);
	for (; last > first; last--)
		remove_at(x, last);
}

bool
axes_split(struct axes *x, int at)
{
	struct extent *e = x->list[at], *child, *next;

	if (e->kind != EXTENT_PRODUCT)
		return false;
	remove_at(x, at);
	for (child = e->child; child; child = next) {
		next = child->next;
		axes_insert(x, child, at++);
	}
	return true;
}

/* ---- normal form ---- */

static void
add_normal(struct axes *x, const struct extent *e, bool flatten)
{
	struct axes inner = {.arena = x->arena};
	struct extent *copy;

	for (const struct extent *k = e->child; k; k = k->next)
		add_normal(&inner, k, e->kind == EXTENT_PRODUCT);
	if (e->kind == EXTENT_PRODUCT && (flatten || inner.n == 1)) {
		inner.list[0]->term = e->term;
		for (int i = 0; i < inner.n; i++)
			push(x, inner.list[i]);
		return;
	}
	copy = axes_node(x->arena, e->kind, e->span, axes_end(&inner));
	copy->name = e->name;
	copy->dim = e->dim;
	copy->term = e->term;
	copy->amount = e->amount;
	push(x, copy);
}

struct extent *
axes_normal(struct arena *a, const struct extent *list)
{
	struct axes x = {.arena = a};

	for (; list; list = list->next)
		add_normal(&x, list, false);
	return axes_end(&x);
}

bool
axes_same(const struct extent *a, const struct extent *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->kind != b->kind || a->name != b->name ||
		    a->term != b->term || !bound_same(a->amount, b->amount) ||
		    !axes_same(a->child, b->child))
			return false;
	return a == b;
}

static void
print_list(struct out *o, const struct checked *m, const struct extent *e,
           const char *between)
{
	for (const struct extent *first = e; e; e = e->next) {
		if (e != first)
			out_puts(o, between);
		if (e->term >= 0)
			out_printf(o, "%s:", m->rows[e->term].name);
		switch (e->kind) {
		case EXTENT_DIM:
			out_puts(o, e->name);
			break;
		case EXTENT_ONE:
			out_puts(o, "1");
			break;
		case EXTENT_PRODUCT: case EXTENT_SUM:
			out_puts(o, "(");
			print_list(o, m, e->child,
			           e->kind == EXTENT_SUM ? " + " : " ");
			out_puts(o, ")");
			break;
		default:
			print_list(o, m, e->child, " ");
			out_puts(o, e->kind == EXTENT_MULTIPLE ? "^" :
			         e->kind == EXTENT_EXACT ? "^=" : "/");
			if (e->kind == EXTENT_CUT)
				out_puts(o, e->name);
			else
				bound_print(o, m, NULL, e->amount, true);
		}
	}
}

void
axes_print(struct out *o, const struct checked *m, const struct extent *list)
{
	out_puts(o, "[");
	print_list(o, m, list, " ");
	out_puts(o, "]");
}
