/* The level of AVX2. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "levels.h"

#define LEVEL avx2
#define TARGET __attribute__((target("avx2")))

/* A register holds 16 bytes of row r in its lower lane and 16 bytes of row
 * r + BLOCK_COLS in its upper one, so a block is two squares above each other.
 * Interleaving the first half of a square's registers with the second turns
 * the address bits by one place; the logarithm of its side times over, and it
 * is transposed. */
#define BLOCK_COLS (16 / WIDTH)
#define BLOCK_ROWS (2 * BLOCK_COLS)
#define BLOCK_(width) block_##width
#define BLOCK_OF(width) BLOCK_(width)
#define BLOCK BLOCK_OF(WIDTH)
#define COPY_LINE copy_line
#define STORE_PAIR store_pair
#define STREAM_PAIR stream_pair
#define STREAM_END _mm_sfence

TARGET static ALWAYS_INLINE __m256i
load(const char *low, const char *high)
{
	__m128i a = _mm_loadu_si128((const __m128i *)low);
	__m128i b = _mm_loadu_si128((const __m128i *)high);

	return _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
}

#define DEFINE_BLOCK(width, stages, low, high)                               \
TARGET static ALWAYS_INLINE void                                             \
block_##width(const char *lines, char *tile)                                 \
{                                                                            \
	enum { side = 16 / width };                                          \
	__m256i a[side], b[side];                                            \
	int i, stage;                                                        \
                                                                             \
	_Pragma("GCC unroll 16")                                             \
	for (i = 0; i < side; i++)                                           \
		a[i] = load(lines + i * LINE, lines + (i + side) * LINE);    \
	_Pragma("GCC unroll 4")                                              \
	for (stage = 0; stage < stages; stage++) {                           \
		_Pragma("GCC unroll 8")                                      \
		for (i = 0; i < side / 2; i++) {                             \
			b[2 * i] = low(a[i], a[i + side / 2]);               \
			b[2 * i + 1] = high(a[i], a[i + side / 2]);          \
		}                                                            \
		_Pragma("GCC unroll 16")                                     \
		for (i = 0; i < side; i++)                                   \
			a[i] = b[i];                                         \
	}                                                                    \
	_Pragma("GCC unroll 16")                                             \
	for (i = 0; i < side; i++)                                           \
		_mm256_store_si256((__m256i *)(tile + i * PAIR), a[i]);      \
}

DEFINE_BLOCK(1, 4, _mm256_unpacklo_epi8, _mm256_unpackhi_epi8)
DEFINE_BLOCK(2, 3, _mm256_unpacklo_epi16, _mm256_unpackhi_epi16)
DEFINE_BLOCK(4, 2, _mm256_unpacklo_epi32, _mm256_unpackhi_epi32)
DEFINE_BLOCK(8, 1, _mm256_unpacklo_epi64, _mm256_unpackhi_epi64)
DEFINE_BLOCK(16, 0, _mm256_unpacklo_epi64, _mm256_unpackhi_epi64)

TARGET static ALWAYS_INLINE void
copy_line(char *lines, const char *src)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)src);
	__m256i b = _mm256_loadu_si256((const __m256i *)(src + 32));

	_mm256_store_si256((__m256i *)lines, a);
	_mm256_store_si256((__m256i *)(lines + 32), b);
}

TARGET static ALWAYS_INLINE void
store_pair(char *dst, const char *tile)
{
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < PAIR; i += 32)
		_mm256_storeu_si256((__m256i *)(dst + i),
			_mm256_load_si256((const __m256i *)(tile + i)));
}

TARGET static ALWAYS_INLINE void
stream_pair(char *dst, const char *tile)
{
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < PAIR; i += 32)
		_mm256_stream_si256((__m256i *)(dst + i),
			_mm256_load_si256((const __m256i *)(tile + i)));
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

const weft_kernels weft_kernels_avx2 = {
	.name = "avx2",
	.transpose = {transpose_1_avx2, transpose_2_avx2, transpose_4_avx2, transpose_8_avx2,
		   transpose_16_avx2},
	.stream = {stream_1_avx2, stream_2_avx2, stream_4_avx2, stream_8_avx2,
		   stream_16_avx2},
	.stages = &stages_avx2,
};
#endif
