/* Place lines become cells: one of each row in each layout for each line. */
#include <stdlib.h>

#include "check_cells.h"

static void
bind_line(struct cells *x, int row, int column, const struct instance *at,
          const struct place *p)
{
	struct cell cell = cell_begin(x, row, column, p);
	struct flat_place flat;
	struct frame f;

	frame_begin(&f, x->c, at, row, column, p->span);
	cell_flatten(&f, p, false, &flat);
	frame_resolve(&f);
	cell_bind(x, &f, p, &flat, &cell);
}

static void
bind_lines(struct cells *x, int row, int column, const struct instance *at,
           const struct place *lines)
{
	for (; lines; lines = lines->next)
		bind_line(x, row, column, at, lines);
}

static void
bind_by_rows(struct cells *x, int row)
{
	const struct row_source *from = &x->c->row_sources[row];

	if (from->keep) {
		keep_bind(x, row, from->keep);
		return;
	}
	for (const struct places *g = from->tensor->places; g; g = g->next)
		for (const struct name *n = g->owners; n; n = n->next)
			for (int k = -1;
			     (k = scope_next_column(x->c, n, k)) >= 0;)
				bind_lines(x, row, k, from->at, g->lines);
}

static void
bind_by_columns(struct cells *x, int column)
{
	const struct column_source *from = &x->c->column_sources[column];

	for (const struct places *g = from->layout->places; g; g = g->next)
		for (const struct name *n = g->owners; n; n = n->next) {
			int row = scope_need_row(x->c, from->at,
			                         CHECK_tensor_unknown,
			                         n->span, n->text);

			if (row < 0)
				continue;
			if (x->c->m->rows[row].keep) {
				check_error(x->c->m, CHECK_tensor_unknown,
				            n->span, "%s is a keep row; its "
				            "keys stand where it is declared",
				            n->text);
				continue;
			}
			bind_lines(x, row, column, from->at, g->lines);
		}
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

void
cells_bind(struct check_state *c)
{
	struct cells x = {.c = c};
	size_t n = (size_t)c->m->n_rows * (size_t)c->m->n_columns + 1;

	x.states = arena_alloc(c->arena, n * sizeof *x.states);
	for (int i = 0; i < c->m->n_rows; i++)
		bind_by_rows(&x, i);
	for (int k = 0; k < c->m->n_columns; k++)
		bind_by_columns(&x, k);
	packs_bind(&x);
	if (c->m->n_cells)
		qsort(c->m->cells, (size_t)c->m->n_cells,
		      sizeof *c->m->cells, compare_cells);
}
