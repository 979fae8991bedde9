/* What a level of kernels is made of: one table for each instruction set. */
#ifndef WEFT_LEVELS_H
#define WEFT_LEVELS_H

#include <stddef.h>

#include "kernels.h"

/* Bytes of a cache line, of what streams are written in, and of a source row
 * that are worked on before the next row: see transpose.inc. */
#define LINE 64
#define PAIR 128
#define STRIPE 2048

/* The logarithms of the widths: 1, 2, 4, 8, 16 bytes. */
#define WEFT_WIDTHS 5

/* For every r < rows and c < cols, the element at dst + c*dst_stride + r*WIDTH
 * becomes the one at src + r*src_stride + c*WIDTH. */
typedef void weft_transpose(const char *src, ptrdiff_t src_stride, char *dst,
			    ptrdiff_t dst_stride, size_t rows, size_t cols);

/* By the logarithm of the width, through the cache and past it. */
struct weft_kernels {
	const char *name;
	weft_transpose *transpose[WEFT_WIDTHS];
	weft_transpose *stream[WEFT_WIDTHS];
};

extern const weft_kernels weft_kernels_portable;
#if defined(__x86_64__)
extern const weft_kernels weft_kernels_avx2;
#endif

#endif
