/* Random places of random rows: axes split and placed in every way the
 * language has. placed.h says where their elements lie. */
#ifndef RANDOM_PLACE_H
#define RANDOM_PLACE_H

#include <stdlib.h>
#include <string.h>

#include "place.h"

enum { TREES = 64, SPLIT = 3, CHILDREN = 8, ROOTS = 40, LARGEST = 6000 };

static uint64_t random_state;

static uint64_t
random_below(uint64_t n)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % n;
}

static bool
one_in(uint64_t n)
{
	return random_below(n) == 0;
}

enum tree_kind { TREE_AXIS, TREE_ONE, TREE_PRODUCT, TREE_SUM, TREE_MULTIPLE,
                 TREE_EXACT, TREE_CUT };

struct tree {
	enum tree_kind kind;
	int axis, here;        /* AXIS, CUT; of a SUM: the row's own term */
	int n, child[CHILDREN];
	int64_t amount, size;
	weft_expr expr;
};

struct recipe {
	int n_row, n_axes;
	int64_t size[WEFT_AXES];
	int n_parts[WEFT_AXES], parts[WEFT_AXES][SPLIT];
	bool in_key[WEFT_AXES], copies[WEFT_AXES]; /* only the place has it */
	int order[WEFT_AXES][8]; /* of few indices: where each is stored */
	bool ordered[WEFT_AXES];
	weft_axis axis[WEFT_AXES];
	weft_expr to[WEFT_AXES][3];
	struct tree tree[TREES];
	int n_trees, root[ROOTS], n_roots;
	int64_t count;
	bool full;             /* no room for more axes or factors */
};

/* ---- making one --------------------------------------------------------- */

static int
new_axis(struct recipe *r, int64_t size)
{
	static const char *const name[WEFT_AXES] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
		"m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x"};
	int a = r->n_axes;

	if (a == WEFT_AXES)
		return r->full = true, 0;
	r->n_axes++;
	r->size[a] = size;
	r->to[a][0] = (weft_expr){.op = WEFT_E_INT, .n = size};
	r->axis[a] = (weft_axis){.name = name[a], .to = &r->to[a][0]};
	return a;
}

static int64_t
divisor_of(int64_t n)
{
	int64_t d;

	do
		d = 1 + (int64_t)random_below((uint64_t)n);
	while (n % d);
	return d;
}

/* One part's size follows from the whole's: size(axis) / product of others. */
static void
derive_size(struct recipe *r, int axis, int part)
{
	weft_expr *x = r->to[part];

	x[1] = (weft_expr){.op = WEFT_E_AXIS_SIZE, .n = axis};
	x[2] = (weft_expr){.op = WEFT_E_INT, .n = r->size[axis] / r->size[part]};
	x[0] = (weft_expr){.op = WEFT_E_DIV, .a = &x[1], .b = &x[2]};
}

static void
split_axis(struct recipe *r, int axis, const int64_t *sizes, int n)
{
	r->n_parts[axis] = n;
	for (int i = 0; i < n; i++)
		r->parts[axis][i] = new_axis(r, sizes[i]);
	derive_size(r, axis, r->parts[axis][random_below((uint64_t)n)]);
}

static void
split_at_random(struct recipe *r, int axis, int *leaves)
{
	int64_t sizes[SPLIT], rest = r->size[axis];
	int n = 2 + (int)random_below(2);

	if (*leaves + n - 1 > WEFT_DIGITS || r->n_axes + n > WEFT_AXES)
		return;
	*leaves += n - 1;
	for (int i = 0; i < n; i++) {
		sizes[i] = i == n - 1 ? rest : divisor_of(rest);
		rest /= sizes[i];
	}
	split_axis(r, axis, sizes, n);
	for (int i = 0; i < n; i++)
		if (one_in(3))
			split_at_random(r, r->parts[axis][i], leaves);
}

static int
new_tree(struct recipe *r, enum tree_kind kind, int axis, int64_t amount)
{
	struct tree *t = &r->tree[r->n_trees];

	if (r->n_trees == WEFT_NODES)
		return r->full = true, 0;
	*t = (struct tree){.kind = kind, .axis = axis, .amount = amount};
	t->expr = (weft_expr){.op = WEFT_E_INT, .n = amount};
	t->size = kind == TREE_AXIS ? r->size[axis] : 1;
	return r->n_trees++;
}

static void
add_child(struct recipe *r, int tree, int child)
{
	struct tree *t = &r->tree[tree];
	int64_t size = r->tree[child].size, a = t->amount;

	if (r->full)
		return;
	t->child[t->n++] = child;
	switch (t->kind) {
	case TREE_PRODUCT: t->size *= size; break;
	case TREE_SUM: t->size = (t->n > 1 ? t->size : 0) + size; break;
	case TREE_MULTIPLE: t->size = (size + a - 1) / a * a; break;
	case TREE_EXACT: t->size = a; break;
	case TREE_CUT: t->size = size / r->size[t->axis]; break;
	default: break;
	}
}

static int
around(struct recipe *r, enum tree_kind kind, int axis, int64_t amount,
       int child)
{
	int t = new_tree(r, kind, axis, amount);

	add_child(r, t, child);
	return t;
}

/* A term of another row. */
static int
foreign_term(struct recipe *r)
{
	int t = new_tree(r, TREE_AXIS,
	                 new_axis(r, 1 + (int64_t)random_below(5)), 0);

	if (one_in(3))
		t = around(r, TREE_MULTIPLE, -1, 4, t);
	if (one_in(3))
		t = around(r, TREE_PRODUCT, -1, 0, t);
	return t;
}

static int
sum_around(struct recipe *r, int child)
{
	int n = 2 + (int)random_below(2), here = (int)random_below((uint64_t)n);
	int t = new_tree(r, TREE_SUM, -1, 0);

	for (int i = 0; i < n; i++)
		add_child(r, t, i == here ? child : foreign_term(r));
	r->tree[t].here = here;
	return t;
}

static int
cut_around(struct recipe *r, int child)
{
	int axis = new_axis(r, 1 + (int64_t)random_below(4));

	r->in_key[axis] = true;
	if (r->tree[child].size % r->size[axis])
		child = around(r, TREE_MULTIPLE, -1, r->size[axis], child);
	return around(r, TREE_CUT, axis, 0, child);
}

static int
decorate(struct recipe *r, int t)
{
	if (one_in(6))
		t = around(r, TREE_MULTIPLE, -1, 1 + (int64_t)random_below(9),
		           t);
	if (one_in(12))
		t = around(r, TREE_EXACT, -1,
		           r->tree[t].size + (int64_t)random_below(5), t);
	if (one_in(9))
		t = sum_around(r, t);
	if (one_in(14))
		t = cut_around(r, t);
	if (one_in(20))
		t = around(r, TREE_PRODUCT, -1, 0, t);
	return t;
}

/* Nested products over items[0 .. n). */
static int
group(struct recipe *r, const int *items, int n)
{
	int t, at = 0;

	if (n == 1)
		return decorate(r, items[0]);
	t = new_tree(r, TREE_PRODUCT, -1, 0);
	while (at < n) {
		int k = 1 + (int)random_below((uint64_t)(n - at));

		if (r->tree[t].n == CHILDREN - 1)
			k = n - at;
		if (k == n)
			k--;
		add_child(r, t, group(r, items + at, k));
		at += k;
	}
	return decorate(r, t);
}

static void
collect_leaves(const struct recipe *r, int axis, int *list, int *n)
{
	if (r->n_parts[axis] == 0)
		list[(*n)++] = axis;
	for (int i = 0; i < r->n_parts[axis]; i++)
		collect_leaves(r, r->parts[axis][i], list, n);
}

static void
shuffle(int *list, int n)
{
	for (int i = n - 1; i > 0; i--) {
		int k = (int)random_below((uint64_t)i + 1), x = list[i];

		list[i] = list[k];
		list[k] = x;
	}
}

/* What lies in the axes: leaves that are not in the key, and the rest. */
static int
choose_items(struct recipe *r, uint64_t in_key, int *items)
{
	int leaf[WEFT_AXES], n_leaves = 0, n = 0;

	for (int i = 0; i < r->n_row; i++)
		collect_leaves(r, i, leaf, &n_leaves);
	for (int i = 0; i < n_leaves; i++) {
		r->in_key[leaf[i]] = one_in(in_key);
		if (!r->in_key[leaf[i]])
			items[n++] = new_tree(r, TREE_AXIS, leaf[i], 0);
	}
	if (n && one_in(6))
		items[n] = new_tree(r, TREE_AXIS, r->tree[items[0]].axis, 0),
		n++;
	if (one_in(4))
		items[n++] = new_tree(r, TREE_ONE, -1, 0);
	for (int k = 0; k < 2; k++) {
		int a;

		if (!one_in(5))
			continue;
		a = new_axis(r, 1 + (int64_t)random_below(3));
		r->copies[a] = true;
		r->in_key[a] = k == 0;
		if (k)
			items[n++] = new_tree(r, TREE_AXIS, a, 0);
	}
	shuffle(items, n);
	return n;
}

static void
order_at_random(struct recipe *r, int axis)
{
	for (int i = 0; i < r->size[axis]; i++)
		r->order[axis][i] = i;
	shuffle(r->order[axis], (int)r->size[axis]);
	r->ordered[axis] = true;
}

/* A place of a row with axes of `size`; `in_key`: one leaf in how many. */
static inline void
random_place(struct recipe *r, const int64_t *size, int n_row, uint64_t in_key)
{
	int items[WEFT_AXES + 8], n;

	do {
		*r = (struct recipe){.n_row = n_row, .count = 1};
		for (int i = 0; i < n_row; i++)
			new_axis(r, size[i]);
		for (int i = 0; i < n_row; i++) {
			int leaves = 1;

			if (one_in(2))
				split_at_random(r, i, &leaves);
			else if (one_in(6) && size[i] <= 7)
				order_at_random(r, i);
		}
		n = choose_items(r, in_key, items);
		for (int at = 0, k; at < n; at += k) {
			int most = n - at < 4 ? n - at : 4;
			int t;

			k = 1 + (int)random_below((uint64_t)most);
			t = group(r, items + at, k);
			r->root[r->n_roots++] = t;
			r->count *= r->tree[t].size;
		}
	} while (r->count > LARGEST || r->full);
}

/* Sizes of a row: all different, one of them perhaps with many divisors. */
static inline int
random_row(int64_t *size)
{
	static const int64_t rich[] = {12, 16, 18, 20, 24, 30, 36, 72};
	int list[] = {1, 2, 3, 4, 5, 6, 7}, n = 1 + (int)random_below(4);

	shuffle(list, 7);
	for (int i = 0; i < n; i++)
		size[i] = list[i];
	if (one_in(2))
		size[random_below((uint64_t)n)] = rich[random_below(8)];
	return n;
}

#endif
