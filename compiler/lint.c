#include "lint.h"

#include "checks.h"

static void
lint_tensors(struct checked *m)
{
	for (int i = 0; i < m->n_rows; i++) {
		int places = 0;

		for (int k = 0; k < m->n_cells; k++)
			places += m->cells[k].row == i;
		if (places)
			continue;
		check_warning(m, CHECK_tensor_unplaced, m->rows[i].span,
		              "no layout has a place for %s",
		              m->rows[i].name);
	}
}

/* A value that layouts share is one of each of them: one use is enough. */
static bool
is_used(const struct checked *m, const struct symbol *y)
{
	for (int i = 0; i < m->n_symbols && !y->used; i++) {
		const struct symbol *x = &m->symbols[i];

		if (x->used && x->column >= 0 && y->column >= 0 &&
		    x->span.file == y->span.file &&
		    x->span.begin == y->span.begin)
			return true;
	}
	return y->used;
}

static void
lint_options(struct checked *m)
{
	for (int i = 0; i < m->n_configs; i++)
		if (!m->configs[i].used)
			check_warning(m, CHECK_value_unused,
			              m->configs[i].span, "nothing uses %s",
			              m->configs[i].name);
	for (int i = 0; i < m->n_symbols; i++) {
		const struct symbol *y = &m->symbols[i];

		if (!is_used(m, y) && y->kind != SYMBOL_SIZE)
			check_warning(m, CHECK_value_unused, y->span,
			              "nothing uses %s", y->name);
	}
}

static void
lint_layouts(struct checked *m)
{
	for (int i = 0; i < m->n_columns; i++) {
		const struct column *k = &m->columns[i];

		if (k->not_writable)
			check_warning(m, CHECK_layout_read_only, k->span,
			              "layout %s can be read but not written: "
			              "%s", k->name, k->not_writable);
	}
}

void
lint_model(struct checked *m)
{
	lint_tensors(m);
	lint_options(m);
	lint_layouts(m);
}
