/* Sorting tensors by key. */
#ifndef WEFT_KEY_ORDER_H
#define WEFT_KEY_ORDER_H

#include "format.h"

/* The indices of `n` tensors (fewer than 2^32) in bytewise order of their
 * keys; free() ends the list. */
uint32_t *weft_key_order(const struct weft_stored *tensors, size_t n);

/* Puts the tensors into that order, and spoils it. */
void weft_key_apply(struct weft_stored *tensors, uint32_t *order, size_t n);

#endif
