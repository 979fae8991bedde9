/* Value steps between two cells, as one chain of the kernels. */
#ifndef WEFT_STEPS_H
#define WEFT_STEPS_H

#include "job.h"
#include "kernels/value.h"

/* From what `src` stores as `from` to what `dst` stores: the source's steps
 * undone in reverse, then the target's in order. *to is the target's dtype.
 * From a cell to itself nothing is done and undone. Without steps on either
 * side the chain is not `used` and any dtype will do.
 * Returns 0, or WEFT_BAD with a message (a dtype that has no arithmetic). */
int weft_steps_between(weft_job *job, const struct weft_cell_state *src,
                       const struct weft_cell_state *dst,
                       enum weft_dtype from, weft_value_chain *chain,
                       bool *used, enum weft_dtype *to);

#endif
