/* Is what the source stores of a row block diagonal? The blocks are those of
 * its place, and their sizes follow from keys and shapes; so the source is
 * matched in a job of its own, under the assumption that it is, and then read
 * as padding is. */
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "open.h"

enum { MOST_MEMORY = 64 << 20 };

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

/* Elements of less than a byte are never taken apart. */
static bool
has_bytes(const weft_job *trial)
{
	for (size_t i = 0; i < trial->n_copies; i++)
		if (weft_dtype_bits(trial->copies[i].dtype) % 8)
			return false;
	return true;
}

/* What is read has to be zero, or to fit; 0, or the code of another error. */
static int
read_copies(weft_job *trial, uint64_t memory, struct weft_looked *looked)
{
	const weft_run_options o = {
		.limits = {.memory = memory && memory < MOST_MEMORY
		                     ? memory : MOST_MEMORY, .threads = 1},
		.kernels = weft_kernels_choose(),
	};
	int code = weft_compare_copies(trial, &o, true, &looked->off);

	looked->fits = code == 0;
	return code == WEFT_BAD ? 0 : code;
}

/* False where the row has no diagonal in this layout. *code is that of data
 * that cannot be read. */
static bool
look(weft_job *trial, int row, uint64_t memory, struct weft_looked *looked,
     int *code)
{
	bool matched = weft_match(trial) == 0;

	if (!has_diagonal(trial, row))
		return false;
	looked->fits = matched && !weft_match_shapes(trial) &&
	               !weft_match_complete(trial) &&
	               !weft_plan_redundant(trial);
	if (looked->fits)
		leave_row(trial, row, looked);
	looked->fits = looked->fits && has_bytes(trial);
	if (looked->fits)
		*code = read_copies(trial, memory, looked);
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
	int code = 0;

	begin_trial(&trial, job, &facts, &quiet);
	if (look(&trial, row, job->look_memory, &looked, &code)) {
		job->looked = weft_grow(job->looked, job->n_looked,
		                        sizeof looked);
		job->looked[job->n_looked++] = looked;
		yes.i = looked.fits && looked.off == 0;
	}
	if (code) {
		weft_errors_move(job->errors, &quiet);
		yes.kind = WEFT_V_ERROR;
	}
	end_trial(&trial);
	return yes;
}
