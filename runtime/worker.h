/* What one thread has: buffers, and the way from a piece of the target to
 * bytes of the source. */
#ifndef WEFT_WORKER_H
#define WEFT_WORKER_H

#include "run.h"
#include "spool.h"
#include "zeros.h"

/* What a read or write costs, in bytes that could be moved meanwhile. */
enum { WEFT_CALL_COST = 3000 };

enum { WEFT_WINDOWS = 8 };

/* Bytes begin .. end of a stored tensor, from `at` on in a worker's `in`. */
struct weft_window {
	int32_t stored;
	uint64_t begin, end;
	size_t at;
};

struct weft_worker {
	weft_job *job;
	weft_zeros *zeros;     /* checked on the way, or NULL */
	weft_spool *spool;     /* through which the source is read */
	const weft_kernels *kernels;
	bool rehearse;         /* count, but read and move nothing */
	weft_errors errors;

	char *out;             /* the extent being assembled */
	char *in;              /* bytes of the source */
	size_t out_size, in_size;

	/* What `in` holds. Where extents share what they read, new windows are
	 * put behind the others, and round; else where the last one was. */
	struct weft_window windows[WEFT_WINDOWS];
	int n_windows;
	size_t in_next;
	bool shares;

	uint64_t read, not_finite;

	/* The first one since the last weft_worker_forget. */
	struct weft_window first;

	/* The extent. */
	const struct weft_share *share;
	int64_t begin;         /* its first element */
};

/* Assembles bytes begin .. end of `t`, whole elements, in w->out. False after
 * an error. */
bool weft_worker_assemble(struct weft_worker *w, const struct weft_tensor *t,
                          uint64_t begin, uint64_t end);

/* `bytes` into a buffer. A rehearsal has none, and an offset into none is not
 * defined. */
char *weft_worker_at(const struct weft_worker *w, char *buffer, int64_t bytes);

/* `in` holds nothing any more; `first.stored` is -1 until it does. */
void weft_worker_forget(struct weft_worker *w);

/* Reads `n` bytes of the data of a stored tensor from byte `at` to `to`. */
bool weft_worker_read(struct weft_worker *w, int32_t stored, uint64_t at,
                      size_t n, char *to);

#endif
