/* Element types of stored tensors. */
#ifndef WEFT_DTYPE_H
#define WEFT_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* WEFT_F32 and so on. The value is the rank in the writer's sort order. */
enum weft_dtype {
#define DTYPE(name, bits) WEFT_##name,
#include "../dtype.def"
#undef DTYPE
	WEFT_N_DTYPES
};

/* "F32": the spelling in a safetensors header. */
const char *weft_dtype_name(enum weft_dtype t);

/* Bits of one element: 4, 6, 8, 16, 32 or 64. */
int weft_dtype_bits(enum weft_dtype t);

/* False if the `n` bytes of `name` are none of the known spellings. */
bool weft_dtype_find(const char *name, size_t n, enum weft_dtype *t);

/* "BOOL, F4, …": all spellings, for messages. */
const char *weft_dtype_list(void);

/* Bytes of `count` elements of `t`. False if that does not fit 63 bits or is
 * not a whole number of bytes; *bits then tells the two apart: it is the
 * number of bits, or 0 if even that does not fit. */
bool weft_dtype_bytes(enum weft_dtype t, int64_t count, uint64_t *bytes,
                      uint64_t *bits);

/* Elements of a shape of `rank` dims, 1 for rank 0. False if a dim is negative
 * or the product of the dims that are not 0 does not fit int64_t: the order
 * of the dims does not matter. */
bool weft_shape_count(const int64_t *shape, int rank, int64_t *count);

#endif
