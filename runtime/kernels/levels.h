/* What a level of kernels is made of: one table for each instruction set. */
#ifndef WEFT_LEVELS_H
#define WEFT_LEVELS_H

#include <stddef.h>

#include "kernels.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

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

/* Elements on their way through value steps: WEFT_BLOCK of one type. */
#define WEFT_BLOCK 256

typedef union weft_block {
	_Alignas(LINE) uint16_t u16[WEFT_BLOCK];
	uint32_t u32[WEFT_BLOCK];
	uint64_t u64[WEFT_BLOCK];
	float f32[WEFT_BLOCK];
	double f64[WEFT_BLOCK];
} weft_block;

typedef void weft_cast(const weft_block *restrict from,
		       weft_block *restrict to);
typedef void weft_step(const weft_value_step *step, weft_block *b);

/* F16 and BF16 widen to F32 and F32 to F64, and the other way round.
 * narrow_f64_odd gives an F32 that is good for nothing but being narrowed
 * again. count_infinite counts infinities and NaN. */
struct weft_stages {
	weft_cast *widen_f16, *widen_bf16, *widen_f32;
	weft_cast *narrow_f16, *narrow_bf16, *narrow_f64, *narrow_f64_odd;
	weft_step *step_f32, *step_f64;
	size_t (*count_infinite)(weft_value_type type, const weft_block *b);
};

/* Transpositions by the logarithm of the width, through the cache and past
 * it. */
struct weft_kernels {
	const char *name;
	weft_transpose *transpose[WEFT_WIDTHS];
	weft_transpose *stream[WEFT_WIDTHS];
	const struct weft_stages *stages;
};

static inline weft_transpose *
weft_kernels_transpose(weft_transpose *const *kernels, int width)
{
	return kernels[__builtin_ctz((unsigned)width)];
}

/* The move of a single axis of `n` elements. */
void weft_strided(int width, int64_t n, const char *src, int64_t src_stride,
		  char *dst, int64_t dst_stride);

/* The move of a nest of WEFT_KIND_GATHER. */
void weft_gather(const weft_kernels *k, const weft_nest *n, int width,
		 const void *src, void *dst);

/* weft_value_run() at a level. */
size_t weft_value_run_at(const weft_kernels *k, const weft_value_chain *chain,
			 const void *src, void *dst, size_t n);

extern const weft_kernels weft_kernels_portable;
#if defined(__x86_64__)
extern const weft_kernels weft_kernels_avx2;
#endif

#endif
