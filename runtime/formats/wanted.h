/* What the formats have in common when they lay out tensors: checks of what is
 * wanted, and orders of it. */
#ifndef WEFT_WANTED_H
#define WEFT_WANTED_H

#include "format.h"

/* Adds the error `tensor "KEY" to write: TEXT` and returns WEFT_BAD. */
int weft_wanted_refuse(weft_errors *e, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses more tensors than have numbers. Returns 0 or WEFT_BAD. */
int weft_wanted_count(size_t n, weft_errors *e);

/* Sets the bytes of all slots by `measure`, which returns 0 or a code, and the
 * total size of `t`. Returns 0 or a code. */
typedef int weft_measure_fn(const struct weft_wanted *w,
                            struct weft_slot *slot, weft_errors *e);

int weft_wanted_measure(struct weft_target *t, const struct weft_wanted *w,
                        weft_measure_fn *measure, weft_errors *e);

/* The tensors 0 .. n-1 by key, bytewise, or in natural order; free() ends the
 * list. */
uint32_t *weft_wanted_by_name(const struct weft_wanted *w, uint32_t n);
uint32_t *weft_wanted_by_nature(const struct weft_wanted *w, uint32_t n);

#endif
