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

		if (!y->used && y->kind != SYMBOL_SIZE)
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
