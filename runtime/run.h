/* Running a plan: tensors are assembled extent by extent in bounded buffers
 * and handed to a sink. Threads share nothing but the counter of extents. */
#ifndef WEFT_RUN_H
#define WEFT_RUN_H

#include "job.h"
#include "kernels/kernels.h"

typedef struct weft_limits {
	uint64_t memory;       /* bytes of all buffers together */
	int threads;
} weft_limits;

/* Takes bytes offset .. offset + n of tensor number `index` of the list. May
 * be called by several threads at once, each with its own `e`. Returns 0 or a
 * code. */
typedef int weft_sink_fn(void *context, size_t index, const void *bytes,
                         uint64_t offset, size_t n, weft_errors *e);

/* Called now and then by one thread. */
typedef void weft_progress_fn(void *context, uint64_t done, uint64_t all);

typedef struct weft_run_options {
	weft_limits limits;
	const weft_kernels *kernels;
	weft_sink_fn *sink;    /* NULL: a rehearsal, without I/O */
	void *context;
	weft_progress_fn *progress; /* or NULL */
	bool blank;            /* what the sink is not given is zero already */
	struct weft_zeros *zeros; /* checked on the way, or NULL */
	const uint32_t *order; /* in which to go through the list, or NULL */
} weft_run_options;

typedef struct weft_run_stats {
	uint64_t read;         /* bytes read from the source */
	uint64_t compared;     /* and read to be looked at only; of a plan */
	uint64_t buffers;      /* bytes of buffers */
	uint64_t not_finite;   /* results of value steps that overflowed */
} weft_run_stats;

/* Assembles all `n` tensors. Returns 0, the first code of a sink or of the
 * source, or 128 + signal once weft_output_interrupted(). */
int weft_run(weft_job *job, const struct weft_tensor *list, size_t n,
             const weft_run_options *o, weft_run_stats *stats);

/* "[3, 0, 17]": the index of element `at` of a tensor, into `buffer`. */
const char *weft_run_index(char buffer[256], const int64_t *shape, int rank,
                           int64_t at);

#endif
