/* What must be zero in the source: padding, and what is off a diagonal. It is
 * looked at in the same pass as the data: whatever window of such a tensor is
 * read is checked, block by block, and what no window held is read at the
 * end. */
#ifndef WEFT_ZEROS_H
#define WEFT_ZEROS_H

#include <stdatomic.h>

#include "job.h"

typedef struct weft_zeros {
	weft_job *job;
	bool count_only;       /* what is not zero is counted, and no error */
	int32_t *number;       /* by tensor of the source: in job->copies, or
	                        * -1 */
	uint64_t *first;       /* by number there: its first block */
	_Atomic uint64_t *done; /* by block: a bit */
	_Atomic uint64_t found; /* elements that are not zero */
} weft_zeros;

/* For the copies of a planned job that are not compared anyway. To be ended. */
void weft_zeros_begin(weft_zeros *z, weft_job *job, bool count_only);
void weft_zeros_end(weft_zeros *z);

/* Bytes begin .. end of a stored tensor were read to `bytes`, or would be if
 * that is NULL. Any number of threads. 0 or a code. */
int weft_zeros_window(weft_zeros *z, int32_t stored, uint64_t begin,
                      uint64_t end, const char *bytes, weft_errors *e);

/* Sets mask[i] to 1 for each i where element begin + i of `t` may be other than
 * zero, up to `end`; the others are left as they are. */
void weft_zeros_mask(const struct weft_tensor *t, uint64_t begin, uint64_t end,
                     char *mask);

/* Reads and checks what is left; or only counts it, if `rehearse`. *read gets
 * more by the bytes. 0 or a code. */
int weft_zeros_rest(weft_zeros *z, bool rehearse, uint64_t *read,
                    weft_errors *e);

#endif
