/* The level of C alone. */
#include <string.h>

#include "levels.h"

#define LEVEL portable
#define TARGET

#define BLOCK_ROWS 8
#define BLOCK_COLS (WIDTH < 8 ? 8 : LINE / WIDTH)
#define BLOCK(lines, tile) block(lines, tile, WIDTH, BLOCK_ROWS, BLOCK_COLS)
#define COPY_LINE(lines, src) memcpy(lines, src, LINE)
#define STORE_PAIR(dst, tile) memcpy(dst, tile, PAIR)

static ALWAYS_INLINE void
block(const char *lines, char *tile, size_t width, size_t rows, size_t cols)
{
	size_t r, c;

	for (c = 0; c < cols; c++)
		for (r = 0; r < rows; r++)
			memcpy(tile + c * PAIR + r * width,
			       lines + r * LINE + c * width, width);
}

#include "value.inc"

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

#define ALL                                                                  \
	{transpose_1_portable, transpose_2_portable, transpose_4_portable,   \
	 transpose_8_portable, transpose_16_portable}

const weft_kernels weft_kernels_portable = {"portable", ALL, ALL, &stages_portable};
