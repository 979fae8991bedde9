/* Reading the data of stored tensors, however it is stored. Data in compressed
 * chunks can only be decoded from front to back, and a conversion asks for it
 * in the order of the target; so such a tensor is decoded once, when it is
 * first asked for, into a temporary file without a name. */
#ifndef WEFT_SPOOL_H
#define WEFT_SPOOL_H

#include <pthread.h>

#include "formats/format.h"

typedef struct weft_spool {
	const struct weft_source *source;
	const char *dir;         /* where the temporary file is made */
	int fd;                  /* -1 until it is needed */
	uint64_t size;
	_Atomic uint64_t *at;    /* by tensor: its place in the file + 1, or 0 */
	pthread_mutex_t lock;    /* of all decoding */
} weft_spool;

/* For tensors of `source`. `dir` is a directory on a disk with room for what
 * is compressed; NULL: $TMPDIR or /var/tmp. To be ended. */
void weft_spool_begin(weft_spool *s, const struct weft_source *source,
                      const char *dir);
void weft_spool_end(weft_spool *s);

/* Reads `n` bytes at `at` of the row-major data of a tensor of the source; any
 * number of threads, each with its own `e`. Returns 0 or a code. */
int weft_spool_read(weft_spool *s, const struct weft_stored *t, uint64_t at,
                    size_t n, void *to, weft_errors *e);

/* Bytes that the temporary file would need for all tensors. */
uint64_t weft_spool_need(const struct weft_source *source);

#endif
