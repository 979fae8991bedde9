/* Packs: stored tensors that hold several rows. Each term of the sum is one
 * row, and gets a cell of its own. */
#include "check_cells.h"

struct pack_terms {
	int *rows;
	int n;
	int sums;             /* in the axes; each holds every row once */
	bool good;
};

static bool
has_term(const struct pack_terms *t, int row)
{
	for (int i = 0; i < t->n; i++)
		if (t->rows[i] == row)
			return true;
	return false;
}

static void
collect_terms(struct check_state *c, const struct instance *at,
              const struct factor *f, struct pack_terms *t)
{
	for (; f; f = f->next) {
		int row;

		t->sums += f->kind == FACTOR_SUM;
		collect_terms(c, at, f->child, t);
		if (!f->term)
			continue;
		row = scope_need_row(c, at, CHECK_sum_term_unknown, f->span,
		                     f->term);
		t->good = t->good && row >= 0;
		if (row >= 0 && c->m->rows[row].keep) {
			check_error(c->m, CHECK_sum_term_unknown, f->span,
			            "%s is a keep row, whose axes nobody "
			            "knows", f->term);
			t->good = false;
		}
		if (row >= 0 && !has_term(t, row))
			*PUSH(c->arena, t->rows, t->n) = row;
	}
}

/* How often a row is a term of the sums of an expression. */
static int
count_term(struct check_state *c, const struct instance *at,
           const struct factor *f, int row)
{
	int n = 0;

	for (; f; f = f->next)
		n += count_term(c, at, f->child, row) +
		     (f->term && scope_row(c, at, f->term) == row);
	return n;
}

static void
check_sums(struct check_state *c, const struct instance *at,
           const struct pack *p, struct pack_terms *t)
{
	if (!t->sums) {
		check_error(c->m, CHECK_pack_sum, p->place->span,
		            "a pack has axes with its rows in a sum, as in "
		            "[(query:m + k:1) h]");
		t->good = false;
	}
	for (int i = 0; i < t->n && t->good; i++) {
		int n = count_term(c, at, p->place->axes, t->rows[i]);

		if (n == t->sums)
			continue;
		check_error(c->m, CHECK_pack_sum, p->place->span,
		            "%s stands %d times in the sums of this pack (%d); "
		            "each sum holds each row once",
		            c->m->rows[t->rows[i]].name, n, t->sums);
		t->good = false;
	}
}

/* ---- indices the terms share ---- */

static bool
is_known(const struct bound *x)
{
	return !x || (x->op != BOUND_AXIS_SIZE && is_known(x->a) &&
	              is_known(x->b));
}

static bool
same_range(const struct dim *a, const struct dim *b)
{
	if (a->n_labels != b->n_labels)
		return false;
	for (int i = 0; i < a->n_labels; i++)
		if (a->labels[i] != b->labels[i])
			return false;
	if (!a->to || !b->to || !is_known(a->to) || !is_known(b->to))
		return true;
	return bound_same(a->from, b->from) && bound_same(a->to, b->to);
}

/* What two terms share, by name, has one range. */
static bool
check_shared(struct frame *a, struct frame *b)
{
	struct check_state *c = a->c;
	bool good = true;

	for (int i = 0; i < a->n_used; i++) {
		const struct used_name *u = &a->used[i];
		int k = frame_find(a, u->name), l = frame_find(b, u->name);
		bool shared = false;

		for (int j = 0; j < b->n_used; j++)
			shared = shared || (b->used[j].name == u->name &&
			                    b->used[j].span.begin ==
			                    u->span.begin);
		if (!shared || k < 0 || l < 0 ||
		    same_range(frame_dim(a, k), frame_dim(b, l)))
			continue;
		struct diag *g = check_error(
			c->m, CHECK_pack_indices, u->span, "%s has another "
			"range in %s than in %s; a pack takes its indices from "
			"all of its terms", u->name, c->m->rows[a->row].name,
			c->m->rows[b->row].name);
		check_note(c->m, g, frame_dim(a, k)->span, "in %s",
		           c->m->rows[a->row].name);
		check_note(c->m, g, frame_dim(b, l)->span, "in %s",
		           c->m->rows[b->row].name);
		good = false;
	}
	return good;
}

/* An index of the key is one of every term. */
static bool
check_key(struct frame *f, struct frame *first)
{
	struct check_state *c = f->c;
	bool good = true;

	for (int i = 0; i < f->n_used; i++) {
		const struct used_name *u = &f->used[i];

		if (!u->key || frame_knows(first, u->name))
			continue;
		check_error(c->m, CHECK_pack_indices, u->span,
		            "%s is an index of %s and not of %s; the key of a "
		            "pack has the indices of all its terms", u->name,
		            c->m->rows[f->row].name,
		            c->m->rows[first->row].name);
		good = false;
	}
	return good;
}

/* ---- binding ---- */

static void
bind_pack(struct cells *x, const struct instance *at, const struct pack *p,
          int column, const struct pack_terms *t)
{
	struct check_state *c = x->c;
	size_t n = (size_t)t->n;
	struct frame *frames = arena_alloc(c->arena, n * sizeof *frames);
	struct flat_place *flat = arena_alloc(c->arena, n * sizeof *flat);
	bool good = true;

	x->frames = arena_alloc(c->arena, (size_t)c->m->n_rows *
	                        sizeof *x->frames);
	for (int i = 0; i < t->n; i++) {
		x->frames[t->rows[i]] = &frames[i];
		frame_begin(&frames[i], c, at, t->rows[i], column,
		            p->place->span);
		cell_flatten(&frames[i], p->place, true, &flat[i]);
		frame_resolve(&frames[i]);
		good = good && flat[i].good && !frames[i].failed;
	}
	for (int i = 1; i < t->n; i++) {
		good = check_key(&frames[i], &frames[0]) && good;
		good = check_key(&frames[0], &frames[i]) && good;
		good = check_shared(&frames[0], &frames[i]) && good;
	}
	for (int i = 0; i < t->n && good; i++) {
		struct cell cell = cell_begin(x, t->rows[i], column,
		                              p->place);
		cell.pack = c->n_packs;
		cell_bind(x, &frames[i], p->place, &flat[i], &cell);
	}
	c->n_packs++;
	x->frames = NULL;
}

void
packs_bind(struct cells *x)
{
	struct check_state *c = x->c;

	for (int i = 0; i < c->n_instances; i++) {
		const struct instance *at = c->instances[i];

		for (const struct pack *p = at->block->packs; p; p = p->next) {
			struct pack_terms t = {.good = true};

			collect_terms(c, at, p->place->axes, &t);
			check_sums(c, at, p, &t);
			for (const struct name *l = p->layouts; l; l = l->next)
				for (int k = -1;
				     (k = scope_next_column(c, l, k)) >= 0;)
					if (t.good)
						bind_pack(x, at, p, k, &t);
		}
	}
}
