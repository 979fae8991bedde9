/* The level of C alone. */
#include <string.h>

#include "levels.h"

#define LEVEL portable
#define TARGET

/* The vectors are those of the compiler, which has a way to do without where
 * the processor has none. */
typedef uint8_t vector __attribute__((vector_size(16)));
typedef uint16_t vector_2 __attribute__((vector_size(16)));
typedef uint32_t vector_4 __attribute__((vector_size(16)));
typedef uint64_t vector_8 __attribute__((vector_size(16)));

#define VECTOR vector
#define LANES 1
#define LOAD(lines, stride) (*(const vector *)(lines))
#define SAVE(tile, v) (*(vector *)(tile) = (v))
#define MIX(type, a, b, ...)                                                 \
	((vector)__builtin_shufflevector((type)(a), (type)(b), __VA_ARGS__))
#define LOW_1(a, b)                                                          \
	MIX(vector, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22,   \
	    7, 23)
#define HIGH_1(a, b)                                                         \
	MIX(vector, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,  \
	    30, 15, 31)
#define LOW_2(a, b) MIX(vector_2, a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_2(a, b) MIX(vector_2, a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW_4(a, b) MIX(vector_4, a, b, 0, 4, 1, 5)
#define HIGH_4(a, b) MIX(vector_4, a, b, 2, 6, 3, 7)
#define LOW_8(a, b) MIX(vector_8, a, b, 0, 2)
#define HIGH_8(a, b) MIX(vector_8, a, b, 1, 3)
#define COPY_LINE(lines, src) memcpy(lines, src, LINE)
#define STORE_PAIR(dst, tile) memcpy(dst, tile, PAIR)

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

const weft_kernels weft_kernels_portable = {
	"portable", ALL, ALL, &stages_portable
};
