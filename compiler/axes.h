/* Axes expressions as trees: the ops run on them, and their normal form. */
#ifndef AXES_H
#define AXES_H

#include "checked.h"

/* Axes under ops: a list that grows. */
struct axes {
	struct arena *arena;
	struct extent **list;
	int n;
};

/* A node; `child` is the first of a list already linked, or NULL. */
struct extent *axes_node(struct arena *a, enum extent_kind kind,
                         struct span at, struct extent *child);

/* From and to the linked form. axes_begin() does not copy. */
void axes_begin(struct axes *x, struct arena *a, struct extent *list);
struct extent *axes_end(struct axes *x);

/* The ops. Axis numbers are checked: 0 <= at < n (for insert, <= n). */
void axes_insert(struct axes *x, struct extent *e, int at);
void axes_transpose(struct axes *x, int a, int b);
void axes_permute(struct axes *x, const int *order);
void axes_join(struct axes *x, int at, struct extent *e, bool before);
void axes_merge(struct axes *x, int first, int last);

/* A product comes apart into its parts. False if axis `at` is none. */
bool axes_split(struct axes *x, int at);

/* The normal form: a product has at least two children, none of them a
 * product; what stands for the same array has the same form. */
struct extent *axes_normal(struct arena *a, const struct extent *list);

/* Whether two normal forms of one cell are the same. */
bool axes_same(const struct extent *a, const struct extent *b);

/* As the user would write it: [e h (t p c^128)]. Dims by `name`. */
void axes_print(struct out *o, const struct checked *m,
                const struct extent *list);

#endif
