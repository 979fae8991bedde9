/* Changes to the text of a JSON document that leave the rest of it alone. The
 * texts are as span.h wants them, and stay so. */
#ifndef WEFT_IO_SPLICE_H
#define WEFT_IO_SPLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "../text.h"
#include "span.h"

void weft_splice_replace(weft_text *text, struct weft_span at, const char *by);

/* Adds a member behind the last one of the container whose bracket is at
 * `open`, in the style of its neighbours; `name` is NULL in a list. */
void weft_splice_append(weft_text *text, size_t open, const char *name,
                        const char *value);

/* The same in front of the first one. */
void weft_splice_prepend(weft_text *text, size_t open, const char *name,
                         const char *value);

/* Takes members out of the container whose bracket is at `open`: the one that
 * begins at `begin`, or, if `value` is not NULL, each that equals it.
 *     [a, b, c]   without a: [b, c]   without c: [a, b]   without all: []  */
void weft_splice_cut(weft_text *text, size_t open, size_t begin,
                     const char *value);

/* Whether the value at `at` and `value` are the same scalar: strings by their
 * characters, integers by value, reals as doubles, no integer equal to a real.
 * False for lists and objects. `value` has no blanks around it. */
bool weft_span_same(const char *s, struct weft_span at, const char *value);

#endif
