/* What one thread has: buffers, and the way from a piece of the target to
 * bytes of the source. */
#ifndef WEFT_WORKER_H
#define WEFT_WORKER_H

#include "run.h"
#include "spool.h"

/* What a read or write costs, in bytes that could be moved meanwhile. */
enum { WEFT_CALL_COST = 3000 };

struct weft_worker {
	weft_job *job;
	weft_spool *spool;     /* through which the source is read */
	const weft_kernels *kernels;
	bool rehearse;         /* count, but read and move nothing */
	weft_errors errors;

	char *out;             /* the extent being assembled */
	char *in;              /* bytes of the source */
	size_t out_size, in_size;
	int32_t window;        /* what `in` holds: bytes begin .. end of a */
	uint64_t window_begin, window_end; /* stored tensor; -1: nothing */

	uint64_t read, not_finite;

	/* What the last extent read first, and whether it was all of one
	 * stored tensor; first is -1 before it has read anything. */
	int32_t first;
	uint64_t first_at;
	bool several;

	/* The extent. */
	const struct weft_share *share;
	int64_t begin;         /* its first element */
};

/* Assembles bytes begin .. end of `t`, whole elements, in w->out. False after
 * an error. */
bool weft_worker_assemble(struct weft_worker *w, const struct weft_tensor *t,
                          uint64_t begin, uint64_t end);

/* Reads `n` bytes of the data of a stored tensor from byte `at` to `to`. */
bool weft_worker_read(struct weft_worker *w, int32_t stored, uint64_t at,
                      size_t n, char *to);

#endif
