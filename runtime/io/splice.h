/* Changes to the text of a JSON document that leave the rest of it alone. The
 * texts are as span.h wants them, and stay so. */
#ifndef WEFT_IO_SPLICE_H
#define WEFT_IO_SPLICE_H

#include <stddef.h>

#include "../text.h"
#include "scalars.h"
#include "span.h"

void weft_splice_replace(weft_text *text, struct weft_span at, const char *by);

/* Adds a member in front of the first one of the object whose bracket is at
 * `open`, in the style of its neighbours. */
void weft_splice_prepend(weft_text *text, size_t open, const char *name,
                         const char *value);

/* Adds the elements of `more`, a list as text, behind the last one of the list
 * whose bracket is at `open`: those that it has not, each once. */
void weft_splice_extend(weft_text *text, size_t open, const char *more);

/* Takes members out of the container whose bracket is at `open`: the one that
 * begins at `begin`, or, if it is not NULL, each of `these`.
 *     [a, b, c]   without a: [b, c]   without c: [a, b]   without all: []  */
void weft_splice_cut(weft_text *text, size_t open, size_t begin,
                     const weft_scalars *these);

#endif
