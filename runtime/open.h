/* Opening a source: its tensors, its config, what it says it is, and which
 * layout that makes it. */
#ifndef WEFT_OPEN_H
#define WEFT_OPEN_H

#include "job.h"

/* "vllm_tpu:tp=4,ep=2" of a command line, taken apart. */
typedef struct weft_choice {
	const char *layout;    /* NULL: not given */
	const char *const *options; /* "tp=4", … */
	int n_options;
	const char *text;      /* as it was given */
} weft_choice;

typedef struct weft_open_how {
	const char *config;    /* --config FILE, or NULL */
	const char *const *named; /* by config of the model: --NAME FILE, or
	                        * NULL; NULL: none */
	const weft_job *like;  /* has the configs that are not given and that
	                        * the source has not; or NULL */
	bool follow_symlinks;
	uint64_t memory;       /* of buffers for data that has to be looked at;
	                        * 0: 64 MiB, which is the most */
} weft_open_how;

/* Zero-initialises and opens `job` on a source directory or file. The job is
 * to be closed either way. Returns 0 or a code. */
int weft_job_open(weft_job *job, const weft_model *model, const char *source,
                  const weft_open_how *how, weft_errors *e);

/* A job without a source, for what needs configs only. */
int weft_job_open_config(weft_job *job, const weft_model *model,
                         const weft_open_how *how, weft_errors *e);

/* documents.c: reads the configs of the model besides the source's own: as
 * `how` says, or as weft.json of the source has them, which is read. 0 or a
 * code. */
int weft_read_documents(weft_job *job, const weft_open_how *how);

/* The text of a file that the user names, of at most 64 MiB, in the arena;
 * NULL with a message. */
char *weft_job_read_named(weft_job *job, const char *path, size_t *size);

void weft_job_close(weft_job *job);

/* Decides the layout of the source and sets up job->from: exactly one layout
 * holds, or `from` names one of those that do. */
int weft_detect(weft_job *job, const weft_choice *from);

/* Does the `detect` of a layout hold for the source, in its format? */
bool weft_layout_holds(weft_job *job, int layout);

/* undecided.c: the error that none of the layouts holds, or several; or, that
 * `named` does not. Returns its code. */
int weft_undecided(weft_job *job, const char *named);

/* Hints for the error before: what was found of what `x` asks for. */
void weft_hint_evidence(weft_job *job, const weft_expr *x);

/* Appends "F is 768, H is 2048" for each value of the model, and with `fields`
 * each field of a config, in `x` that `t` does not have yet. */
void weft_list_values(weft_text *t, weft_context *side, const weft_expr *x,
                      bool fields);

/* diagonal.c: is everything off the block diagonal zero that the source's layout
 * stores of a row? True where the layout has none. Reads these tensors, and
 * notes in job->looked that it did. */
weft_value weft_diagonal(weft_job *job, int row);

/* Solves the options of the source that neither the command line nor
 * weft.json gives: they are set if exactly one choice fits. More than one is
 * an error that asks for --from; with none the defaults stay, and matching
 * says what does not fit. */
int weft_solve_options(weft_job *job);

/* Sets up job->to. `variants` are "NAME=VALUE". */
int weft_choose_target(weft_job *job, const weft_choice *to,
                       const char *const *variants, int n_variants);

/* Checks the model's and the layout's `require`s on one side. */
int weft_check_requires(weft_job *job, weft_context *side);

/* metadata.c: does what the format of `src` says agree with the layout of
 * `side`? With `all`, it has to say all of it. 0 or a code. */
int weft_metadata_compare(const struct weft_source *src, weft_context *side,
                          bool all);

/* What has to be written, n of them, in the arena of `side`. */
const struct weft_metadata *weft_metadata_of(weft_context *side, size_t *n);

/* Does the layout of `side` speak of it? */
bool weft_metadata_is_known(const weft_context *side, const char *name);

/* The number of the layout of that name; -1, with a message that lists all. */
int weft_layout_find(const weft_model *m, const char *name, weft_errors *e);

/* The text of file `name` of the source directory, in the arena; NULL without
 * a message if it is not there, NULL with one if it cannot be read. */
char *weft_job_read_file(weft_job *job, const char *name, size_t *size);

#endif
