/* A set of JSON scalars, to ask a list of millions of elements for some of
 * thousands. Strings are compared by their characters ("\u0061" is "a"),
 * integers by value, reals as doubles; no integer equals a real. Texts and spans
 * are as span.h wants them. */
#ifndef WEFT_IO_SCALARS_H
#define WEFT_IO_SCALARS_H

#include <stdbool.h>

#include "span.h"

/* Zero-initialise; weft_scalars_free() ends it. */
typedef struct weft_scalars {
	void *root;
} weft_scalars;

/* Adds the value at `at`. False if it was there; a list or an object never is,
 * and is not added. */
bool weft_scalars_add(weft_scalars *set, const char *text, struct weft_span at);

/* Adds each element of the list whose bracket is at `open`. */
void weft_scalars_add_list(weft_scalars *set, const char *text, size_t open);

bool weft_scalars_has(const weft_scalars *set, const char *text,
                      struct weft_span at);

void weft_scalars_free(weft_scalars *set);

#endif
