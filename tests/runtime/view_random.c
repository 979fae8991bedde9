/* The pieces of random places against where each element lies. */
#include "check.h"
#include "placed.h"

enum { CASES = 12000, MOST_INSTANCES = 4 };

struct seen {
	const struct recipe *r;
	int64_t *stored;       /* what the pieces say lies there, or -1 */
	int64_t begin, end;    /* where pieces may lie */
	const char *why;
};

/* Notes every element of a piece, axis by axis. */
static bool
note(struct seen *s, const struct weft_piece *p, int axis, int64_t offset,
     int64_t number)
{
	const struct weft_run *run = &p->run[axis];

	if (axis == p->n) {
		if (offset < s->begin || offset >= s->end)
			s->why = "an element outside the range";
		else if (s->stored[offset] >= 0)
			s->why = "an element twice";
		else
			s->stored[offset] = number;
		return !s->why;
	}
	for (int64_t v = 0; v < run->count; v++) {
		int64_t rest = v, o = offset;

		for (int k = run->n - 1; k >= 0; k--) {
			o += rest % run->size[k] * run->stride[k];
			rest /= run->size[k];
		}
		if (rest || run->begin + v >= s->r->size[axis]) {
			s->why = "digits that do not make the count";
			return false;
		}
		if (!note(s, p, axis + 1, o, number * s->r->size[axis] +
		          run->begin + v))
			return false;
	}
	return true;
}

static bool
got_piece(void *context, const struct weft_piece *p)
{
	struct seen *s = context;

	if (weft_piece_count(p) < 1)
		s->why = "an empty piece";
	return !s->why && note(s, p, 0, p->offset, 0);
}

/* Compares the pieces of begin .. end with `want`. */
static const char *
look_at_range(const struct weft_frame *f, const struct recipe *r,
              const int64_t *want, int64_t begin, int64_t end)
{
	static int64_t stored[LARGEST];
	struct seen s = {r, stored, begin, end, NULL};

	for (int64_t o = 0; o < r->count; o++)
		stored[o] = -1;
	if (!weft_view_pieces(f, begin, end, got_piece, &s))
		return s.why ? s.why : "the walk stopped";
	for (int64_t o = begin; o < end; o++)
		if (stored[o] != want[o])
			return "an element missing, or another in its place";
	return NULL;
}

static const char *
look_at_instance(const struct weft_cell_state *c, const struct recipe *r,
                 int64_t instance)
{
	static int64_t want[LARGEST];
	struct weft_frame f;
	const char *why;
	int64_t held;

	if (!weft_cell_frame(c, instance, &f))
		return "no frame";
	if (f.count != r->count || f.rank != r->n_roots)
		return "another count or rank";
	for (int i = 0; i < r->n_roots; i++)
		if (f.shape[i] != r->tree[r->root[i]].size)
			return "another shape";
	held = fill_stored(r, f.fixed, want);
	if (weft_frame_is_full(&f) && held != f.count)
		return "full, and has padding";
	why = look_at_range(&f, r, want, 0, f.count);
	for (int64_t at = 0, end; at < f.count && !why; at = end) {
		end = at + 1 + (int64_t)random_below((uint64_t)f.count);
		if (end > f.count)
			end = f.count;
		why = look_at_range(&f, r, want, at, end);
	}
	return why;
}

static const char *
look_at_case(uint64_t seed)
{
	static struct recipe r;
	static struct table t;
	int64_t size[WEFT_AXES];
	const char *why = "the table cannot be made";
	int n;

	random_state = seed;
	n = random_row(size);
	random_place(&r, size, n, 3);
	if (table_begin(&t, &r, &r)) {
		const struct weft_cell_state *c = &t.job.to_cells[0];

		why = NULL;
		for (int64_t i = 0; i < c->n && !why; i++)
			if (c->n <= MOST_INSTANCES ||
			    one_in((uint64_t)c->n / 2))
				why = look_at_instance(c, &r, i);
	}
	if (t.errors.count)
		weft_errors_print(&t.errors, stdout, "view_random");
	table_end(&t);
	return why;
}

int
main(void)
{
	check_seeds("view_random", CASES, look_at_case);
	return check_done();
}
