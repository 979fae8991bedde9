/* A conversion: a source, a layout on each side, and what is known of the
 * tensors between them. The phases fill it in order:
 *
 *     weft_job_open     opens the source and its config
 *     weft_detect       which layout it is
 *     weft_match        key -> cell and indices; sizes; nothing lost
 *     weft_plan         the tensors of the target and where they come from */
#ifndef WEFT_JOB_H
#define WEFT_JOB_H

#include "formats/format.h"
#include "io/manifest.h"
#include "place.h"
#include "context.h"
#include "spool.h"
#include "view.h"

/* Five times what the largest checkpoints have: more tensors of one rule, or of
 * one target, are a number that went wrong. */
enum { WEFT_MAX_TENSORS = 1 << 20 };

/* A row, with what the source says about it. */
struct weft_row_state {
	const weft_row *row;
	weft_context *side;    /* of the source: what its condition asks */
	bool wanted;           /* its condition holds, at some indices */
	bool present;          /* the source has it */
	int64_t from[WEFT_AXES], size[WEFT_AXES]; /* size -1: not known (yet) */
	int64_t tuples;        /* of its families; 0 while that is not known */
	int64_t *varying[WEFT_AXES]; /* sizes by tuple, where they differ */
};

/* A cell of one side, and the stored tensors it stands for: one for each value
 * of the indices in its key, the first index slowest. */
struct weft_cell_state {
	const weft_cell *cell;
	struct weft_row_state *row;
	weft_context *side;
	struct weft_place place;
	struct weft_frame frame; /* with nothing fixed: sizes of all axes */
	bool framed;           /* frame is made, and all sizes are known */
	int n_key, key[WEFT_AXES];
	int64_t key_size[WEFT_AXES];
	int64_t n;             /* instances */
	int32_t *stored;       /* by instance: tensor of the source, or -1 */
};

/* Part of a target tensor: one cell's instance. More than one in a pack. */
struct weft_share {
	struct weft_cell_state *cell;
	int64_t instance;
};

/* A tensor of the target; or one of the source that has to equal others. */
struct weft_tensor {
	const char *key, *dir;
	const int64_t *shape;
	int rank;
	enum weft_dtype dtype;
	bool typed;            /* something of the source says the dtype */
	int64_t count;
	uint64_t bytes;
	struct weft_share *shares;
	int n_shares;
	int32_t whole;         /* copied whole from this stored tensor, or -1 */
	bool full;             /* no padding */
	bool streams;          /* made of long contiguous copies */
	bool repeats;          /* of job->copies: says again what others say */
	const char *like;      /* of those: one of the others */
};

/* A key of the source under a `keep`. */
struct weft_kept {
	int32_t stored;
	struct weft_cell_state *cell;
	const char *texts[WEFT_CAPTURES];
};

struct weft_dropped {
	int32_t stored;
	const weft_pattern *pattern;
};

/* A question that the data of the source answered. */
struct weft_looked {
	const weft_row *row;
	size_t tensors;
	uint64_t bytes;        /* that were read */
	uint64_t off;          /* elements off the diagonal that are not zero */
	bool fits;             /* shapes and dtypes allow a diagonal */
};

typedef struct weft_job {
	const weft_model *model;
	weft_arena arena;
	weft_errors *errors;

	const char *source_path; /* as the user named it */
	bool opened;           /* `source` is to be closed */
	bool source_is_file;   /* no directory: no side files */
	uint64_t look_memory;  /* of buffers to look at data before the run */
	struct weft_source source;
	char *config_text;     /* of the source, or NULL */
	size_t config_size;
	char *config_file;     /* name for messages */
	bool config_given;     /* by --config: does not lie in the source */
	void *config;          /* weft_json * */
	weft_document *documents; /* by config of the model */
	weft_manifest manifest; /* weft.json of the source; model NULL: none */
	const char *given_from; /* what --from said of it, or NULL */

	weft_spool spool;      /* through which the data of the source is read */

	struct weft_looked *looked;
	size_t n_looked;

	weft_context from, to;
	struct weft_row_state *rows;
	struct weft_cell_state *from_cells, *to_cells;
	int n_from, n_to;
	struct weft_kept *kept;
	size_t n_kept;
	struct weft_dropped *dropped;
	size_t n_dropped;

	struct weft_tensor *targets;
	size_t n_targets;
	struct weft_tensor *copies; /* of the source: what the rest of it
	                        * says of them is compared with them */
	const struct weft_stored **copied; /* parallel */
	size_t n_copies, n_compared; /* those behind have padding only */
	uint64_t bytes_in, bytes_out;
	uint64_t moves[3], moved[3]; /* by weft_kind: how many, bytes */
} weft_job;

/* The first cell of a layout, and how many. */
int weft_cells_of(const weft_model *m, int layout, int *n);

/* Makes the states of the cells of `side`. 0 or a code. */
int weft_cells_begin(weft_job *job, weft_context *side,
                     struct weft_cell_state **list, int *n);

/* Sizes the cell's key indices, once the row's sizes are known. 0 or a code. */
int weft_cell_size(weft_job *job, struct weft_cell_state *c);

/* Positions (by axis, -1 where not in the key) of an instance. */
void weft_cell_fixed(const struct weft_cell_state *c, int64_t instance,
                     int64_t fixed[WEFT_AXES]);

/* The index that position 0 of an axis has. */
int64_t weft_cell_from(const struct weft_cell_state *c, int axis);

/* Positions to indices: families may begin behind 0. */
void weft_cell_index(const struct weft_cell_state *c,
                     const int64_t fixed[WEFT_AXES], int64_t index[WEFT_AXES]);

/* rows.c: is the row there at these indices? Those its condition does not ask
 * for may be -1. */
bool weft_row_has(const struct weft_row_state *r,
                  const int64_t index[WEFT_AXES]);

/* Is this the cell that holds the row at these indices: is the row there, does
 * the cell's condition hold, and that of no line of the same row before it? */
bool weft_cell_claims(const struct weft_cell_state *c,
                      const struct weft_cell_state *list,
                      const int64_t index[WEFT_AXES]);

/* lines.c: is the cell not taken, whatever the indices are? Then nothing of it
 * has to have a meaning: sizes, paddings and keys are not looked at. */
bool weft_cell_is_off(const struct weft_cell_state *c,
                      const struct weft_cell_state *list);

/* lines.c: does the value of an expression depend on an index? */
bool weft_asks_index(const weft_expr *x);

/* The frame of one instance. False after an error. */
bool weft_cell_frame(const struct weft_cell_state *c, int64_t instance,
                     struct weft_frame *f);

/* The key of an instance, in the arena. */
bool weft_cell_key(const struct weft_cell_state *c, int64_t instance,
                   weft_arena *a, const char **dir, const char **key);

/* Every tuple of the row's families that has the fixed indices (-1: any), in
 * order, until `fn` returns false: then false. */
typedef bool weft_tuple_fn(void *context, int64_t tuple);
bool weft_row_tuples(const struct weft_row_state *r,
                     const int64_t fixed[WEFT_AXES], weft_tuple_fn *fn,
                     void *context);

/* All sizes of the row for one tuple of its families; axes that do not vary
 * ignore it. */
void weft_row_sizes(const struct weft_row_state *r,
                    const int64_t fixed[WEFT_AXES], int64_t size[WEFT_AXES]);

/* ---- the phases; each returns 0 or a code ------------------------------- */

/* rows.c: which rows there are, and the sizes that follow from the config. */
int weft_rows_begin(weft_job *job);

/* match.c: claims every key of the source. */
int weft_match(weft_job *job);

/* Frees what weft_match allocated outside the arena. */
void weft_match_free(weft_job *job);

/* effect.c: a digest of where the elements of a matched source lie. */
uint64_t weft_match_effect(const weft_job *job);

/* nearest.c: the pattern of `l` that looks most like a key; NULL if none looks
 * like it. */
const weft_pattern *weft_match_nearest(const weft_layout *l, const char *key);

/* shapes.c: checks every claimed tensor's shape, solves what is unknown. */
int weft_match_shapes(weft_job *job);

/* complete.c: nothing is missing. */
int weft_match_complete(weft_job *job);

/* plan.c: the tensors of the target, proved to be covered. */
int weft_plan(weft_job *job);

/* Adds an instance of `c` to those that `t` is made of. */
void weft_tensor_share(weft_job *job, struct weft_tensor *t,
                       struct weft_cell_state *c, int64_t instance);

/* sides.c: an error if the row is on one side only, and neither optional nor
 * dropped. */
void weft_plan_sides(weft_job *job, const struct weft_row_state *r);

/* padding.c: the dtypes of targets that hold nothing but padding. 0 or a
 * code. */
int weft_plan_padding(weft_job *job);

/* plan.c: the same without a source: each row that is no option of the source
 * is taken to be there, as `dtype`. */
int weft_plan_toy(weft_job *job, enum weft_dtype dtype);

/* redundant.c: stored tensors that say again what others say, or that have
 * padding, which has to be zero: job->copies. */
int weft_plan_redundant(weft_job *job);

/* For every stored tensor of the source that holds part of a piece of a row:
 * the copies that carry it. `fn` gets the tensor's number and the cell it was
 * read by. */
typedef bool weft_from_fn(void *context, int32_t stored,
                          const struct weft_cell_state *cell,
                          const weft_nest *nest, int64_t src_offset,
                          int64_t dst_offset);
/* The same for all instances that hold the same. */
int64_t weft_cell_original(const struct weft_cell_state *c, int64_t instance);

/* Is a stored instance a repetition of one before it? */
bool weft_cell_is_repeat(const struct weft_cell_state *c, int64_t instance);

bool weft_plan_copies(weft_job *job, const struct weft_row_state *row,
                      const struct weft_piece *dst, weft_from_fn *fn,
                      void *context);

#endif
