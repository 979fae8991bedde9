/* Tensors of the target that want different parts of the same bytes of the
 * source: the columns of one matrix dealt to ranks, gate and up out of one
 * padded tensor. Extents of such tensors are cut so that the windows each needs
 * fit into the buffer together, and those that begin with the same window are
 * assembled one after the other by one thread: what is read for one is still
 * there for the next. */
#ifndef WEFT_SHARED_H
#define WEFT_SHARED_H

#include "worker.h"

struct weft_shared_extent {
	size_t tensor;         /* as numbered by who added it */
	uint64_t begin, end;   /* bytes of it */
	int32_t source;        /* the stored tensor it needs first, */
	uint64_t source_begin, source_end; /* and these bytes of it */
};

/* Zero-initialise. */
typedef struct weft_shared {
	struct weft_shared_extent *list; /* sorted by source once finished */
	size_t n;
	size_t *groups;        /* where those begin that have nothing in */
	size_t n_groups;       /* common with the ones before; n behind the */
	                       /* last */
} weft_shared;

/* Adds the extents of `t` if sharing what they read is worth it. `w` rehearses
 * with the buffers of the run. False if it is not. */
bool weft_shared_add(weft_shared *s, struct weft_worker *w,
                     const struct weft_tensor *t, size_t tensor);

/* Sorts and groups what was added. */
void weft_shared_finish(weft_shared *s);
void weft_shared_free(weft_shared *s);

#endif
