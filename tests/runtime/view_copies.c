/* Copies between random places of one row: found through the keys, carried out
 * one element at a time, and compared with where each element lies. */
#include "check.h"
#include "placed.h"

enum { CASES = 4000, MOST_TENSORS = 24 };

struct side_of {
	struct recipe r;
	int64_t *stored[MOST_TENSORS]; /* what each tensor holds */
	bool there[MOST_TENSORS];
};

struct carried {
	struct side_of *from;
	int64_t *target;       /* what the copies brought, or -1 */
	int64_t count, nests;
	const char *why;
};

static bool
carry(struct carried *c, const weft_nest *n, int axis, const int64_t *src,
      int64_t count, int64_t at, int64_t to)
{
	if (axis < n->rank) {
		for (int64_t i = 0; i < n->size[axis]; i++)
			if (!carry(c, n, axis + 1, src, count,
			           at + i * n->src[axis],
			           to + i * n->dst[axis]))
				return false;
		return true;
	}
	if (at < 0 || at >= count || to < 0 || to >= c->count)
		c->why = "a copy outside its tensors";
	else if (src[at] < 0)
		c->why = "a copy of padding";
	else if (c->target[to] >= 0)
		c->why = "an element written twice";
	else
		c->target[to] = src[at];
	return !c->why;
}

static bool
got_copy(void *context, int32_t stored, const struct weft_cell_state *cell,
         const weft_nest *nest, int64_t src, int64_t dst)
{
	struct carried *c = context;

	(void)cell;
	c->nests++;
	if (nest->rank > WEFT_NEST)
		c->why = "too many loops";
	return !c->why && carry(c, nest, 0, c->from->stored[stored],
	                        c->from->r.count, src, dst);
}

struct pieces {
	struct table *t;
	struct carried *c;
};

static bool
got_piece(void *context, const struct weft_piece *p)
{
	struct pieces *x = context;

	return weft_plan_copies(&x->t->job, &x->t->state, p, got_copy, x->c);
}

static void
fill_side(struct side_of *s, const struct weft_cell_state *c)
{
	int64_t fixed[WEFT_AXES];

	for (int64_t i = 0; i < c->n; i++) {
		weft_cell_fixed(c, i, fixed);
		s->stored[i] = malloc((size_t)s->r.count * 8 + 8);
		fill_stored(&s->r, fixed, s->stored[i]);
	}
}

static void
free_side(struct side_of *s)
{
	for (int i = 0; i < MOST_TENSORS; i++)
		free(s->stored[i]);
	memset(s->stored, 0, sizeof s->stored);
}

/* Do two tensors differ in nothing but the number of the copy? */
static bool
repeats(const struct side_of *s, const struct weft_cell_state *c, int64_t i,
        int64_t k)
{
	int64_t one[WEFT_AXES], other[WEFT_AXES];

	weft_cell_fixed(c, i, one);
	weft_cell_fixed(c, k, other);
	for (int a = 0; a < s->r.n_axes; a++)
		if (!s->r.copies[a] && one[a] != other[a])
			return false;
	return true;
}

/* Takes copies away, but never the last. */
static void
lose_copies(struct side_of *s, struct weft_cell_state *c)
{
	for (int64_t i = 0; i < c->n; i++)
		c->stored[i] = (int32_t)i;
	for (int64_t i = 0; i < c->n; i++)
		for (int64_t k = 0; k < c->n && c->stored[i] >= 0; k++)
			if (k != i && c->stored[k] >= 0 && one_in(2) &&
			    repeats(s, c, i, k))
				c->stored[i] = -1;
}

static const char *
look_at_tensor(struct table *t, struct side_of *from, struct side_of *to,
               int64_t instance)
{
	static int64_t target[LARGEST];
	struct carried c = {from, target, to->r.count, 0, NULL};
	struct pieces x = {t, &c};
	struct weft_frame f;

	if (!weft_cell_frame(&t->job.to_cells[0], instance, &f))
		return "no frame";
	for (int64_t o = 0; o < c.count; o++)
		target[o] = -1;
	for (int64_t at = 0, end; at < c.count; at = end) {
		end = one_in(2) ? c.count
		      : at + 1 + (int64_t)random_below((uint64_t)c.count);
		if (end > c.count)
			end = c.count;
		if (!weft_view_pieces(&f, at, end, got_piece, &x))
			return c.why ? c.why : "the walk stopped";
	}
	return memcmp(target, to->stored[instance], (size_t)c.count * 8) == 0
	       ? NULL : "an element missing, or another in its place";
}

static const char *
look_at_pair(struct table *t, struct side_of *from, struct side_of *to)
{
	struct weft_cell_state *c = &t->job.from_cells[0];
	const char *why = NULL;

	if (c->n > MOST_TENSORS || t->job.to_cells[0].n > MOST_TENSORS)
		return NULL;
	c->stored = weft_alloc_array(&t->job.arena, (size_t)c->n + 1,
	                             sizeof *c->stored);
	fill_side(from, c);
	fill_side(to, &t->job.to_cells[0]);
	lose_copies(from, c);
	for (int64_t i = 0; i < t->job.to_cells[0].n && !why; i++)
		why = look_at_tensor(t, from, to, i);
	free_side(from);
	free_side(to);
	return why;
}

static const char *
look_at_case(uint64_t seed)
{
	static struct side_of from, to;
	static struct table t;
	int64_t size[WEFT_AXES];
	const char *why;
	int n;

	random_state = seed;
	n = random_row(size);
	random_place(&from.r, size, n, 5);
	random_place(&to.r, size, n, 5);
	why = table_begin(&t, &from.r, &to.r) ? look_at_pair(&t, &from, &to)
	      : "the table cannot be made";
	if (t.errors.count)
		weft_errors_print(&t.errors, stdout, "view_copies");
	table_end(&t);
	return why;
}

int
main(void)
{
	check_seeds("view_copies", CASES, look_at_case);
	return check_done();
}
