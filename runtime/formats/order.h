/* Sorting of what is mostly sorted already: an order of indices, by merging. */
#ifndef WEFT_ORDER_H
#define WEFT_ORDER_H

#include <stdint.h>

/* <0, 0, >0 for elements `a` and `b` of what `context` points to. */
typedef int weft_order_fn(const void *context, uint32_t a, uint32_t b);

/* The indices 0..n-1 in stable order; free() ends the list. Halves that are in
 * order where they meet cost one comparison. */
uint32_t *weft_order(uint32_t n, weft_order_fn *compare, const void *context);

#endif
