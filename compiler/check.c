#include "check.h"

#include "automaton.h"
#include "check_scope.h"

enum {
	ROWS_LIMIT = 16384, SYMBOLS_LIMIT = 4096, COLUMNS_LIMIT = 256,
	CELLS_LIMIT = 65536,
};

static bool
check_limit(struct checked *m, const char *what, int n, int limit)
{
	if (n <= limit)
		return true;
	check_error(m, CHECK_too_many, m->span,
	            "%d %s; a table has at most %d", n, what, limit);
	return false;
}

static void
check_title(struct checked *m, const struct loaded *files, int n)
{
	const struct model *first = files[0].model;

	m->name = first->name;
	m->title = first->title;
	m->span = first->span;
	if (!m->name)
		check_error(m, CHECK_model_name,
		            (struct span){files[0].file, 0, 0},
		            "a table begins with model NAME");
	for (int i = 1; i < n; i++) {
		struct diag *g;

		if (!files[i].model->name ||
		    files[i].model->name == m->name)
			continue;
		g = check_error(m, CHECK_for_model, files[i].model->span,
		                "this file is for the model %s",
		                files[i].model->name);
		check_note(m, g, m->span, "it is used by the model %s",
		           m->name ? m->name : "without a name");
	}
}

/* The passes; each needs what those before it have found. */
static void
check_passes(struct check_state *c)
{
	struct checked *m = c->m;

	names_declare(c);
	if (!check_limit(m, "tensors", m->n_rows, ROWS_LIMIT) ||
	    !check_limit(m, "values", c->n_entries, SYMBOLS_LIMIT) ||
	    !check_limit(m, "layouts", m->n_columns, COLUMNS_LIMIT))
		return;
	values_bind(c);
	rows_bind(c);
	layouts_bind(c);
	if (!lets_bind(c))
		return;
	cells_bind(c);
	share_check_columns(c);
	if (check_limit(m, "places", m->n_cells, CELLS_LIMIT))
		claims_bind(c);
}

void
check_model(struct checked *m, const struct loaded *files, int n)
{
	static checked_proof *const proofs[] = {
#define PROOF(name) prove_##name,
#include "proofs.def"
#undef PROOF
		NULL,
	};
	struct check_state c = {.m = m, .arena = m->arena};
	const struct model **models;
	bool sound;

	models = arena_alloc(m->arena, (size_t)n * sizeof *models);
	for (int i = 0; i < n; i++)
		models[i] = files[i].model;
	m->automata = automata_new(m->arena);
	check_title(m, files, n);
	scope_instances(&c, models, n);
	check_passes(&c);
	sound = !m->diags->errors;
	for (int i = 0; proofs[i] && sound; i++)
		proofs[i](m);
}
