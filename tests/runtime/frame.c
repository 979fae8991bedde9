/* Frames: what cannot be laid out, and sizes solved from stored shapes. */
#include "check.h"
#include "placed.h"

enum { CASES = 12000 };

/* ---- one place, with sizes as given ------------------------------------- */

static struct table table;
static struct weft_place place;
static struct weft_frame frame;
static char *message;

static void
begin_recipe(struct recipe *r, int64_t a, int64_t b)
{
	*r = (struct recipe){.n_row = 2, .count = 1};
	new_axis(r, a);
	new_axis(r, b);
}

static void
add_root(struct recipe *r, int tree)
{
	r->root[r->n_roots++] = tree;
}

static int
axis_tree(struct recipe *r, int axis)
{
	return new_tree(r, TREE_AXIS, axis, 0);
}

/* Lays out `r` with the sizes of the row given and all others unknown; what
 * was wrong is in `message`. */
static bool
make(const struct recipe *r, const int64_t *row_size)
{
	int64_t size[WEFT_AXES], fixed[WEFT_AXES];
	size_t n;
	FILE *out;
	bool good;

	memset(size, -1, sizeof size);
	memset(fixed, -1, sizeof fixed);
	memcpy(size, row_size, (size_t)r->n_row * sizeof *size);
	playing[0] = r;
	table = (struct table){
		.row = {.name = "row", .where = "test:1", .axes = r->axis,
		        .n_axes = r->n_row},
		.cells = {{.where = "test:2", .text = "a rule",
		           .compose = compose_from,
		           .extra = r->axis + r->n_row,
		           .n_extra = r->n_axes - r->n_row}},
		.model = {.rows = &table.row, .n_rows = 1,
		          .cells = table.cells, .n_cells = 1},
	};
	weft_context_init(&table.job.from, &table.model, &table.job.arena,
	                  &table.errors);
	good = weft_place_compose(&place, &table.model, &table.cells[0],
	                          &table.errors) &&
	       weft_frame_make(&frame, &place, &table.job.from, size, fixed);
	free(message);
	out = open_memstream(&message, &n);
	weft_errors_print(&table.errors, out, "test");
	fclose(out);
	good = good && table.errors.count == 0;
	table_end(&table);
	return good;
}

static void
refuses(const char *name, const struct recipe *r, int64_t a, int64_t b,
        const char *text)
{
	const int64_t size[] = {a, b};

	CHECK(name, !make(r, size) && strstr(message, text), "it said: %s",
	      message);
}

/* ---- errors ------------------------------------------------------------- */

static void
check_cut(void)
{
	struct recipe r;
	int64_t size;
	int axis;

	begin_recipe(&r, 12, 5);
	new_axis(&r, 4);
	r.in_key[2] = true;
	add_root(&r, around(&r, TREE_CUT, 2, 0, axis_tree(&r, 0)));
	add_root(&r, axis_tree(&r, 1));
	CHECK("cut", make(&r, r.size) && frame.shape[0] == 3 &&
	      frame.count == 15, "shape %lld", (long long)frame.shape[0]);
	refuses("cut_left_over", &r, 10, 5, "10 elements of row cannot be cut "
	        "into c = 4 equal runs");
	r.to[2][0].n = 0;
	refuses("cut_in_none", &r, 12, 5, "into c = 0 equal runs");
	r.to[2][0].n = -4;
	refuses("cut_negative", &r, 12, 5, "axis c of row would have -4");
	r.to[2][0].n = (int64_t)1 << 31;
	refuses("cut_too_large", &r, (int64_t)1 << 61, (int64_t)1 << 32,
	        "more than 2^58 elements");
	r.to[2][0].n = 4;
	CHECK("cut_largest", make(&r, (int64_t[]){(int64_t)1 << 38, 1 << 20}) &&
	      frame.count == (int64_t)1 << 56, "%s", message);
	refuses("cut_above_largest", &r, (int64_t)1 << 38, (1 << 20) + 1,
	        "more than 2^58 elements");
	r.axis[2].to = NULL;
	CHECK("cut_unknown", make(&r, (int64_t[]){-1, 5}) &&
	      weft_frame_solve(&frame, place.root, 3, &axis, &size) == -1,
	      "%s", message);
}

static void
check_padding(void)
{
	struct recipe r;
	int t;

	begin_recipe(&r, 12, 5);
	t = around(&r, TREE_EXACT, -1, 20, axis_tree(&r, 0));
	add_root(&r, t);
	add_root(&r, axis_tree(&r, 1));
	CHECK("exact", make(&r, r.size) && frame.shape[0] == 20, "%s",
	      message);
	refuses("exact_too_small", &r, 21, 5, "21 elements of row cannot be "
	        "padded to 20");
	CHECK("exact_unknown", make(&r, (int64_t[]){-1, 5}) &&
	      frame.count == -1, "count %lld", (long long)frame.count);
	r.tree[t].kind = TREE_MULTIPLE;
	CHECK("multiple", make(&r, (int64_t[]){21, 5}) &&
	      frame.shape[0] == 40, "%s", message);
	r.tree[t].expr.n = 0;
	refuses("multiple_of_none", &r, 12, 5,
	        "12 elements of row cannot be padded to a multiple of 0");
	r.tree[t].expr.n = -8;
	refuses("multiple_negative", &r, 12, 5, "to a multiple of -8");
	r.tree[t].expr.n = 8;
	refuses("multiple_too_large", &r, INT64_MAX, 1,
	        "more than 2^58 elements");
}

static void
check_parts(void)
{
	struct recipe r;

	begin_recipe(&r, 12, 5);
	split_axis(&r, 0, (const int64_t[]){3, 4}, 2);
	for (int i = 1; i < 4; i++)
		add_root(&r, axis_tree(&r, i));
	CHECK("parts", make(&r, r.size) && frame.size[2] == 3 &&
	      frame.size[3] == 4 && frame.count == 60, "%s", message);
	refuses("parts_not_whole", &r, 13, 5, "is not divisible by");
	r.to[2][0] = (weft_expr){.op = WEFT_E_INT, .n = 3};
	r.to[3][0] = (weft_expr){.op = WEFT_E_INT, .n = 4};
	refuses("parts_differ", &r, 13, 5, "axis a of row has 13 elements, its "
	        "parts make 12");
	CHECK("parts_of_unknown", make(&r, (int64_t[]){-1, 5}) &&
	      frame.count == 60, "count %lld", (long long)frame.count);
	refuses("tensor_too_large", &r, 12, INT64_MAX / 4,
	        "more than 2^58 elements");
}

static void
check_own(void)
{
	static const char *const labels[] = {"x", "y", "z", NULL};
	weft_expr from = {.op = WEFT_E_INT, .n = 2};
	struct recipe r;

	begin_recipe(&r, 12, 5);
	new_axis(&r, 7);
	new_axis(&r, 1);
	r.in_key[2] = r.in_key[3] = true;
	r.axis[2].from = &from;
	r.axis[3] = (weft_axis){.name = "labels", .labels = labels};
	add_root(&r, axis_tree(&r, 0));
	add_root(&r, axis_tree(&r, 1));
	CHECK("own_range", make(&r, r.size) && frame.size[2] == 5 &&
	      frame.from[2] == 2 && frame.size[3] == 3, "%s", message);
	from.n = 9;
	CHECK("own_range_empty", make(&r, r.size) && frame.size[2] == 0, "%s",
	      message);
}

/* Adds axes and factors until the place no longer fits. */
static void
check_limits(void)
{
	struct recipe r;
	const int64_t ones[SPLIT] = {1, 1, 12};

	begin_recipe(&r, 12, 5);
	split_axis(&r, 0, ones, 3);
	split_axis(&r, 4, ones, 3);
	split_axis(&r, 7, ones, 3);
	add_root(&r, axis_tree(&r, 1));
	refuses("too_many_parts", &r, 12, 5, "at most");
	begin_recipe(&r, 12, 5);
	add_root(&r, axis_tree(&r, 0));
	add_root(&r, axis_tree(&r, 1));
	for (int i = 0; i < 38; i++)
		add_root(&r, new_tree(&r, TREE_ONE, -1, 0));
	CHECK("many_factors", make(&r, r.size) && frame.rank == 40, "%s",
	      message);
}

/* ---- solving ------------------------------------------------------------ */

/* How often an axis occurs below a tree; *padded: it does under a padding. */
static int
occurs(const struct recipe *r, int tree, int axis, bool *padded)
{
	const struct tree *t = &r->tree[tree];
	int n = t->kind == TREE_AXIS && t->axis == axis;

	for (int i = 0; i < t->n; i++)
		n += occurs(r, t->child[i], axis, padded);
	if (n && (t->kind == TREE_MULTIPLE || t->kind == TREE_EXACT))
		*padded = true;
	return n;
}

/* The size of a tree when one axis has another size; -1 if a cut does not come
 * out even. */
static int64_t
size_with(const struct recipe *r, int tree, int axis, int64_t size)
{
	const struct tree *t = &r->tree[tree];
	int64_t n = t->kind == TREE_SUM ? 0 : 1, m;

	if (t->kind == TREE_AXIS)
		return t->axis == axis ? size : r->size[t->axis];
	for (int i = 0; i < t->n; i++) {
		m = size_with(r, t->child[i], axis, size);
		if (m < 0)
			return -1;
		n = t->kind == TREE_SUM ? n + m : n * m;
	}
	if (t->kind == TREE_CUT)
		return n % r->size[t->axis] ? -1 : n / r->size[t->axis];
	if (t->kind == TREE_MULTIPLE)
		return (n + t->amount - 1) / t->amount * t->amount;
	return t->kind == TREE_EXACT ? t->amount : n;
}

/* Solves every stored dimension, right and wrong, for the one unknown axis. */
static const char *
solve_all(const struct recipe *r, int axis)
{
	for (int i = 0, node = place.root; i < frame.rank;
	     i++, node = place.nodes[node].next) {
		int64_t dim = r->tree[r->root[i]].size, size;
		bool padded = false;
		int n = occurs(r, r->root[i], axis, &padded), found, which;

		found = weft_frame_solve(&frame, node, dim, &which, &size);
		if (n == 0 && (found != 0 || frame.shape[i] != dim))
			return "nothing is unknown here";
		if (n == 1 && !padded && (found != 1 || which != axis ||
		                          size != r->size[axis]))
			return "not solved, or wrongly";
		if (n == 1 && padded && found != -1)
			return "solved through a padding";
		if (n > 1 && found != -1)
			return "solved a product with itself";
		if (n != 1 || padded)
			continue;
		for (dim = 0; dim < 40; dim++)
			if (weft_frame_solve(&frame, node, dim, &which,
			                     &size) == 1 &&
			    size_with(r, r->root[i], axis, size) != dim)
				return "a size that does not make the shape";
	}
	return NULL;
}

static const char *
look_at_case(uint64_t seed)
{
	static struct recipe r;
	int64_t size[WEFT_AXES];
	int n, axis;

	random_state = seed;
	n = random_row(size);
	random_place(&r, size, n, 6);
	axis = (int)random_below((uint64_t)n);
	if (r.n_parts[axis])
		return NULL;
	size[axis] = -1;
	if (!make(&r, size))
		return message;
	return solve_all(&r, axis);
}

int
main(void)
{
	check_cut();
	check_padding();
	check_parts();
	check_own();
	check_limits();
	check_seeds("frame_solve", CASES, look_at_case);
	free(message);
	return check_done();
}
