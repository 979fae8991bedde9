/* One place line of one row in one layout: its order among the others, and
 * the cell it makes. */
#include "check_cells.h"

static struct line_state *
state_of(struct cells *x, int row, int column)
{
	return &x->states[row * x->c->m->n_columns + column];
}

/* ---- the order of lines ---- */

static void
check_also(struct cells *x, const struct line_state *s, const struct place *p)
{
	if (!s->main)
		check_error(x->c->m, CHECK_line_missing, p->span,
		            "also adds a copy; the place itself comes first");
}

static void
check_line(struct cells *x, struct line_state *s, const struct place *p)
{
	struct diag *g;

	if (p->form == PLACE_ELSE && !s->when && !s->closed)
		check_error(x->c->m, CHECK_line_missing, p->span,
		            "else follows a line with when");
	if (s->closed) {
		g = check_error(x->c->m, CHECK_line_order, p->span,
		                "this line is never reached");
		check_note(x->c->m, g, s->closer,
		           "because this one always holds");
	}
	s->main = true;
	s->when = p->when;
	s->closed = s->closed || !p->when;
	s->closer = p->span;
}

/* Counts one more line; its number. */
static int
next_line(struct cells *x, int row, int column, const struct place *p)
{
	struct line_state *s = state_of(x, row, column);

	if (p->form == PLACE_ALSO || p->form == PLACE_ALSO_OPTIONAL)
		check_also(x, s, p);
	else
		check_line(x, s, p);
	return ++s->n;
}

/* ---- one cell ---- */

struct cell
cell_begin(struct cells *x, int row, int column, const struct place *p)
{
	return (struct cell){
		.row = row, .column = column, .span = p->span, .pack = -1,
		.line = next_line(x, row, column, p),
		.also = p->form == PLACE_ALSO ||
		        p->form == PLACE_ALSO_OPTIONAL,
		.optional = p->form == PLACE_ALSO_OPTIONAL, .claim = -1,
	};
}

static int
count_nodes(const struct extent *e)
{
	int n = 0;

	for (; e; e = e->next)
		n += 1 + count_nodes(e->child);
	return n;
}

/* The parts that a dim has in the end, through all its splits. */
static int
count_digits(const struct cell *cell, int dim)
{
	int n = 0;

	for (int i = 0; i < cell->n_splits; i++)
		for (int k = 0; cell->splits[i].dim == dim &&
		     k < cell->splits[i].n; k++)
			n += count_digits(cell, cell->splits[i].parts[k]);
	return n ? n : 1;
}

/* What the runtime has room for. */
static void
check_limits(struct checked *m, const struct cell *cell)
{
	int dims = m->rows[cell->row].n_dims + cell->n_extra, digits = 0;

	for (int i = 0; i < dims; i++)
		if (count_digits(cell, i) > digits)
			digits = count_digits(cell, i);
	const struct { const char *what; int n, limit; } limits[] = {
#define LIMIT(name, limit, what) {what, LIMIT_##name, limit},
#define LIMIT_AXES dims
#define LIMIT_NODES count_nodes(cell->axes)
#define LIMIT_PARTS (cell->directory.n + cell->key.n)
#define LIMIT_DIGITS digits
#define LIMIT_STEPS cell->n_steps
#define LIMIT_CAPTURES cell->pattern->holes
#include "../runtime/limits.def"
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (limits[i].n > limits[i].limit)
			check_error(m, CHECK_place_limit, cell->span,
			            "a place has at most %d %s; this one has "
			            "%d", limits[i].limit, limits[i].what,
			            limits[i].n);
}

void
cell_add(struct cells *x, struct cell *cell, const struct frame *f,
         const struct flat_key *key)
{
	if (f) {
		cell->extra = f->extra;
		cell->n_extra = f->n_extra;
		cell->splits = f->splits;
		cell->n_splits = f->n_splits;
		cell->orders = f->orders;
		cell->n_orders = f->n_orders;
	}
	pattern_of_cell(x->c, cell, key);
	check_limits(x->c->m, cell);
	*PUSH(x->c->arena, x->c->m->cells, x->c->m->n_cells) = *cell;
}

struct scope
place_scope(struct check_state *c, const struct instance *at, int column,
            struct frame *f)
{
	return (struct scope){.c = c, .at = at, .column = column,
	                      .kind = SCOPE_PLACE, .frame = f};
}

/* Counts of uses, with room for the extras that foreign axes will add. */
static int *
new_counts(struct check_state *c, const struct frame *f,
           struct frame *const others[], int n_others)
{
	size_t n = (size_t)(c->m->rows[f->row].n_dims + f->n_extra) + 1;

	for (int i = 0; i < n_others; i++)
		if (others && others[i])
			n += (size_t)(c->m->rows[i].n_dims +
			              others[i]->n_extra);
	return arena_alloc(c->arena, n * sizeof(int));
}

/* A run is chosen by an index of the key. */
static bool
check_cuts(const struct frame *f, const struct extent *e, const int *key)
{
	bool good = true;

	for (; e; e = e->next) {
		if (e->kind == EXTENT_CUT && !key[e->dim]) {
			check_error(f->c->m, CHECK_cut_index, e->span,
			            "%s is no index of the key: it says which "
			            "run of the axis is stored there",
			            e->name);
			good = false;
		}
		good = check_cuts(f, e->child, key) && good;
	}
	return good;
}

/* Reads a place and tells the frame its names. */
void
cell_flatten(struct frame *f, const struct place *p, bool pack,
              struct flat_place *to)
{
	struct check_state *c = f->c;
	struct scope s = place_scope(c, f->at, f->column, f);
	bool good = keys_flatten(&s, p->directory, &to->directory);

	good = keys_flatten(&s, p->key, &to->key) && good;
	good = axes_flatten(&s, p, &c->m->rows[f->row], pack, &to->axes) &&
	       good;
	axes_use(f, to->axes.axes, pack ? f->row : -1);
	if (p->directory && to->directory.regex) {
		check_error(c->m, CHECK_hole_form, p->directory->span,
		            "a directory is written with holes, not as a "
		            "regular expression");
		good = false;
	}
	if (p->directory && to->key.regex) {
		check_error(c->m, CHECK_hole_form, p->key->span,
		            "a key in a directory is written with holes, not "
		            "as a regular expression");
		good = false;
	}
	to->good = good;
}

/* Binds a place whose frame is resolved. */
void
cell_bind(struct cells *x, struct frame *f, const struct place *p,
           struct flat_place *from, struct cell *cell)
{
	struct check_state *c = x->c;
	struct scope s = place_scope(c, f->at, f->column, f);
	int *key = new_counts(c, f, x->frames, c->m->n_rows);
	int *axes = new_counts(c, f, x->frames, c->m->n_rows);
	bool good = from->good && !f->failed;

	good = keys_bind(&s, &from->directory, NULL, &cell->directory, key) &&
	       good;
	good = keys_bind(&s, &from->key, NULL, &cell->key, key) && good;
	if (from->good)
		good = axes_bind(f, x->frames, from->axes.axes, axes) && good;
	cell->axes = from->axes.axes;
	cell->steps = from->axes.steps;
	cell->n_steps = from->axes.n_steps;
	s.kind = SCOPE_CONDITION;
	if (p->when)
		cell->when = bind_typed(&s, p->when, TYPE_BOOL);
	if (good && check_cuts(f, cell->axes, key))
		frame_count(f, key, axes);
	if (good)
		cell_add(x, cell, f, &from->key);
}
