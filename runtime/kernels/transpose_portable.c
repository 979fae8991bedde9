/* Transposition in C alone. */
#include <string.h>

#include "levels.h"

#define LEVEL portable
#define TARGET
#define ALWAYS_INLINE inline __attribute__((always_inline))

#define BLOCK_ROWS 8
#define BLOCK_COLS (WIDTH < 8 ? 8 : 64 / WIDTH)
#define BLOCK(src, stride, tile)                                             \
	block(src, stride, tile, WIDTH, BLOCK_ROWS, BLOCK_COLS)
#define STORE_PAIR(dst, tile) memcpy(dst, tile, 128)
#define STREAM_PAIR STORE_PAIR
#define STREAM_END() ((void)0)

static ALWAYS_INLINE void
block(const char *src, ptrdiff_t stride, char *tile, size_t width, size_t rows,
      size_t cols)
{
	size_t r, c;

	for (c = 0; c < cols; c++)
		for (r = 0; r < rows; r++)
			memcpy(tile + c * 128 + r * width,
			       src + (ptrdiff_t)r * stride + c * width, width);
}

#define WIDTH 1
#include "transpose.inc"
#define WIDTH 2
#include "transpose.inc"
#define WIDTH 4
#include "transpose.inc"
#define WIDTH 8
#include "transpose.inc"
#define WIDTH 16
#include "transpose.inc"

const weft_kernels weft_kernels_portable = {
	.name = "portable",
	.cached = {cached_1_portable, cached_2_portable, cached_4_portable,
		   cached_8_portable, cached_16_portable},
	.stream = {stream_1_portable, stream_2_portable, stream_4_portable,
		   stream_8_portable, stream_16_portable},
};
