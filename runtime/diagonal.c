/* Is what the source stores of a row block diagonal? The blocks are those of
 * its place, and their sizes follow from keys and shapes; so the source is
 * matched in a job of its own, under the assumption that it is, and then read
 * as padding is. */
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "open.h"

enum { MEMORY = 64 << 20 };

static bool
has_diagonal(const weft_job *job, int row)
{
	for (int i = 0; i < job->n_from; i++) {
		const struct weft_cell_state *c = &job->from_cells[i];

		if (c->cell->row == row && c->stored &&
		    weft_place_is_diagonal(&c->place))
			return true;
	}
	return false;
}

static weft_value
assumed(void *of, int row)
{
	(void)of;
	(void)row;
	return (weft_value){.kind = WEFT_V_BOOL, .i = true};
}

static void
begin_trial(weft_job *trial, const weft_job *job, weft_facts *facts,
            weft_errors *quiet)
{
	*trial = (weft_job){
		.model = job->model, .errors = quiet, .source = job->source,
		.source_path = job->source_path, .config = job->config,
	};
	weft_spool_begin(&trial->spool, &trial->source, NULL);
	*facts = *job->from.facts;
	facts->diagonal = assumed;
	weft_context_init(&trial->from, job->model, &trial->arena, quiet);
	trial->from.layout = job->from.layout;
	trial->from.config = job->from.config;
	trial->from.config_name = job->from.config_name;
	trial->from.documents = job->documents;
	trial->from.facts = facts;
	for (int i = 0; i < job->model->n_symbols; i++)
		if (job->model->symbols[i].kind == WEFT_SYM_OPTION &&
		    job->from.origin[i])
			weft_context_set(&trial->from, i, job->from.symbols[i],
			                 job->from.origin[i]);
}

static void
end_trial(weft_job *trial)
{
	weft_spool_end(&trial->spool);
	weft_match_free(trial);
	free(trial->copies);
	free(trial->copied);
	weft_errors_free(trial->errors);
	weft_arena_free(&trial->arena);
}

/* Only what holds the row. */
static void
leave_row(weft_job *trial, int row, struct weft_looked *looked)
{
	size_t n = 0;

	for (size_t i = 0; i < trial->n_copies; i++) {
		const struct weft_tensor *t = &trial->copies[i];

		if (t->repeats || t->shares[0].cell->cell->row != row)
			continue;
		trial->copied[n] = trial->copied[i];
		trial->copies[n++] = *t;
		looked->bytes += t->bytes;
	}
	trial->n_copies = looked->tensors = n;
}

/* False where the row has no diagonal in this layout. */
static bool
look(weft_job *trial, int row, struct weft_looked *looked)
{
	const weft_run_options o = {
		.limits = {.memory = MEMORY, .threads = 1},
		.kernels = weft_kernels_choose(),
	};
	int code = weft_match(trial);

	if (!has_diagonal(trial, row))
		return false;
	looked->fits = !code && !weft_match_shapes(trial) &&
	               !weft_match_complete(trial) &&
	               !weft_plan_redundant(trial);
	if (looked->fits) {
		leave_row(trial, row, looked);
		looked->fits = !weft_compare_copies(trial, &o, true,
		                                    &looked->off);
	}
	return true;
}

weft_value
weft_diagonal(weft_job *job, int row)
{
	weft_errors quiet = {0};
	weft_job trial;
	weft_facts facts;
	struct weft_looked looked = {.row = &job->model->rows[row]};
	weft_value yes = {.kind = WEFT_V_BOOL, .i = true};

	begin_trial(&trial, job, &facts, &quiet);
	if (look(&trial, row, &looked)) {
		job->looked = weft_grow(job->looked, job->n_looked,
		                        sizeof looked);
		job->looked[job->n_looked++] = looked;
		yes.i = looked.fits && looked.off == 0;
	}
	end_trial(&trial);
	return yes;
}
