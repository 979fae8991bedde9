/* How many copies a conversion takes: loops must stay loops. */
#include "check.h"
#include "placed.h"

struct counted {
	struct table *t;
	int64_t nests, elements;
};

static bool
got_copy(void *context, int32_t stored, const struct weft_cell_state *cell,
         const weft_nest *nest, int64_t src, int64_t dst)
{
	struct counted *c = context;

	(void)stored, (void)cell, (void)src, (void)dst;
	c->nests++;
	c->elements += weft_nest_count(nest);
	return true;
}

static bool
got_piece(void *context, const struct weft_piece *p)
{
	struct counted *c = context;

	return weft_plan_copies(&c->t->job, &c->t->state, p, got_copy, c);
}

/* Begins a place of a row [f h]. */
static void
begin_place(struct recipe *r, int64_t f, int64_t h)
{
	*r = (struct recipe){.n_row = 2, .count = 1};
	new_axis(r, f);
	new_axis(r, h);
}

/* Splits f in the ratios given, slowest first; 0 ends them. */
static void
split_f(struct recipe *r, const int64_t *sizes)
{
	int n = 0;

	while (n < SPLIT && sizes[n])
		n++;
	if (n)
		split_axis(r, 0, sizes, n);
}

/* Stores axes by number, slowest first, each of its own. */
static void
store(struct recipe *r, const char *axes)
{
	for (; *axes; axes++) {
		int t = new_tree(r, TREE_AXIS, *axes - '0', 0);

		r->root[r->n_roots++] = t;
		r->count *= r->tree[t].size;
	}
}

/* The copies for elements begin .. end of the target's first tensor. */
static int64_t
count_nests(const struct recipe *from, const struct recipe *to, int64_t begin,
            int64_t end)
{
	static struct table t;
	struct counted c = {&t, 0, 0};
	struct weft_frame f;

	if (!table_begin(&t, from, to))
		return -1;
	t.job.from_cells[0].stored =
		weft_alloc_array(&t.job.arena,
		                 (size_t)t.job.from_cells[0].n + 1, 4);
	if (!weft_cell_frame(&t.job.to_cells[0], 0, &f))
		return -1;
	weft_view_pieces(&f, begin, end < 0 ? f.count : end, got_piece, &c);
	if (c.elements != (end < 0 ? f.count : end) - begin)
		c.nests = -1;
	table_end(&t);
	return c.nests;
}

static const struct {
	const char *name;
	int64_t f, h;
	int64_t from[SPLIT];
	const char *from_axes; /* 0 f, 1 h, from 2 the parts */
	int64_t to[SPLIT];
	const char *to_axes;
	int64_t begin, end;    /* of the target; -1: all */
	int64_t most;
} cases[] = {
	{"same", 96, 5, {0}, "01", {0}, "01", 0, -1, 1},
	{"transpose", 96, 5, {0}, "01", {0}, "10", 0, -1, 1},
	{"transpose_part", 96, 5, {0}, "01", {0}, "10", 96, 288, 1},
	{"transpose_ragged", 96, 5, {0}, "01", {0}, "10", 7, 400, 3},
	{"8_to_4", 96, 5, {8, 12}, "231", {4, 24}, "231", 0, -1, 8},
	{"8_to_4_inside", 96, 5, {8, 12}, "312", {4, 24}, "312", 0, -1, 8},
	{"8_to_6", 96, 5, {8, 12}, "312", {6, 16}, "312", 0, -1, 7},
	{"1000_to_800", 8000, 3, {1000, 8}, "321", {800, 10}, "321", 0, -1, 8},
	{"rounds_and_rest", 8000, 3, {1000, 8}, "321", {800, 10}, "213", 0,
	 13 * 30, 11},
	{"primes", 77 * 13, 3, {7, 143}, "321", {11, 91}, "321", 0, -1, 17},
	{"fold_to_plain", 8000, 3, {1000, 8}, "321", {0}, "01", 0, -1, 1},
	{"fold_to_odd_range", 8000, 3, {1000, 8}, "321", {0}, "01", 9, 23970,
	 3},
	{"plain_to_fold", 8000, 3, {0}, "01", {1000, 8}, "321", 0, -1, 1},
	{"three_digits", 8000, 3, {20, 40, 10}, "4321", {0}, "01", 33, 23991,
	 5},
	{"three_to_two", 8000, 3, {20, 40, 10}, "4321", {400, 20}, "321", 0,
	 -1, 2},
	{"lone_axis", 8000, 1, {1000, 8}, "321", {0}, "01", 3, 7997, 3},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static struct recipe from, to;
		int64_t n;

		begin_place(&from, cases[i].f, cases[i].h);
		split_f(&from, cases[i].from);
		store(&from, cases[i].from_axes);
		begin_place(&to, cases[i].f, cases[i].h);
		split_f(&to, cases[i].to);
		store(&to, cases[i].to_axes);
		n = count_nests(&from, &to, cases[i].begin, cases[i].end);
		CHECK(cases[i].name, n > 0 && n <= cases[i].most,
		      "%lld copies, at most %lld will do", (long long)n,
		      (long long)cases[i].most);
	}
	return check_done();
}
