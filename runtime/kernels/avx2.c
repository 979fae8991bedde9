/* The level of AVX2. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "levels.h"

#define LEVEL avx2
#define TARGET __attribute__((target("avx2")))

#define VECTOR __m256i
#define LANES 2
#define LOAD load
#define SAVE(tile, v) _mm256_store_si256((__m256i *)(tile), v)
#define LOW_1 _mm256_unpacklo_epi8
#define LOW_2 _mm256_unpacklo_epi16
#define LOW_4 _mm256_unpacklo_epi32
#define LOW_8 _mm256_unpacklo_epi64
#define HIGH_1 _mm256_unpackhi_epi8
#define HIGH_2 _mm256_unpackhi_epi16
#define HIGH_4 _mm256_unpackhi_epi32
#define HIGH_8 _mm256_unpackhi_epi64
#define COPY_LINE copy_line
#define STORE_PAIR store_pair
#define STREAM_PAIR stream_pair
#define STREAM_END _mm_sfence

TARGET static ALWAYS_INLINE __m256i
load(const char *lines, ptrdiff_t stride)
{
	__m128i low = _mm_load_si128((const __m128i *)lines);
	__m128i high = _mm_load_si128((const __m128i *)(lines + stride));

	return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

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

#pragma GCC unroll 4
	for (i = 0; i < PAIR; i += 32)
		_mm256_storeu_si256((__m256i *)(dst + i),
			_mm256_load_si256((const __m256i *)(tile + i)));
}

TARGET static ALWAYS_INLINE void
stream_pair(char *dst, const char *tile)
{
	int i;

#pragma GCC unroll 4
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

#define ALL(what)                                                            \
	{what##_1_avx2, what##_2_avx2, what##_4_avx2, what##_8_avx2,         \
	 what##_16_avx2}

const weft_kernels weft_kernels_avx2 = {
	"avx2", ALL(transpose), ALL(stream), &stages_avx2
};
#endif
