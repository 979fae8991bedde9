/* Value steps, in blocks small enough for the first level cache. Every stage
 * is one plain loop of known length over a block, which compilers turn into
 * vector code at every level of optimisation. */
#include "value.h"

#include <stdint.h>
#include <string.h>

#define BLOCK 256

typedef union block {
	_Alignas(64) uint16_t u16[BLOCK];
	uint32_t u32[BLOCK];
	uint64_t u64[BLOCK];
	float f32[BLOCK];
	double f64[BLOCK];
} block;

int
weft_value_width(weft_value_type type)
{
	static const int widths[] = {
		[WEFT_VALUE_F64] = 8, [WEFT_VALUE_F32] = 4,
		[WEFT_VALUE_F16] = 2, [WEFT_VALUE_BF16] = 2,
	};

	return widths[type];
}

bool
weft_value_identity(const weft_value_chain *chain)
{
	return chain->from == chain->to && chain->steps == 0;
}

static uint32_t
bits_of(float f)
{
	uint32_t u;

	memcpy(&u, &f, sizeof(u));
	return u;
}

static float
float_of(uint32_t u)
{
	float f;

	memcpy(&f, &u, sizeof(f));
	return f;
}

/* `yes` or `no`, without a branch that would keep a loop from becoming vector
 * code. */
static uint32_t
either(bool which, uint32_t yes, uint32_t no)
{
	uint32_t mask = -(uint32_t)which;

	return (yes & mask) | (no & ~mask);
}

static void
widen_bf16(const block *restrict raw, block *restrict wide)
{
	int i;

	for (i = 0; i < BLOCK; i++)
		wide->u32[i] = (uint32_t)raw->u16[i] << 16;
}

/* The exponents differ by 112 in their bias. Zero and denormals get theirs
 * from a subtraction that is exact: both terms are multiples of 2^-24 and the
 * larger is 2^-14 with them in its last places. */
static void
widen_f16(const block *restrict raw, block *restrict wide)
{
	const uint32_t bias = 112u << 23, least = 113u << 23;
	uint32_t sign, rest, exponent, denormal;
	int i;

	for (i = 0; i < BLOCK; i++) {
		sign = (uint32_t)(raw->u16[i] & 0x8000) << 16;
		rest = (uint32_t)(raw->u16[i] & 0x7fff) << 13;
		exponent = rest & 0x0f800000;
		denormal = bits_of(float_of(rest + least) - float_of(least));
		rest += either(exponent == 0x0f800000, 2 * bias, bias);
		wide->u32[i] = sign | either(exponent == 0, denormal, rest);
	}
}

static void
narrow_bf16(const block *restrict wide, block *restrict raw)
{
	uint32_t u, even, quiet;
	int i;

	for (i = 0; i < BLOCK; i++) {
		u = wide->u32[i];
		even = u + 0x7fff + (u >> 16 & 1);
		quiet = u | 0x400000;
		u = either((u & 0x7fffffff) > 0x7f800000, quiet, even);
		raw->u16[i] = (uint16_t)(u >> 16);
	}
}

/* Denormal results are rounded by adding 0.5, whose last place is 2^-24: that
 * of the denormals. */
static void
narrow_f16(const block *restrict wide, block *restrict raw)
{
	uint32_t sign, u, normal, denormal, large;
	int i;

	for (i = 0; i < BLOCK; i++) {
		sign = wide->u32[i] >> 16 & 0x8000;
		u = wide->u32[i] & 0x7fffffff;
		normal = (u - (112u << 23) + 0xfff + (u >> 13 & 1)) >> 13;
		denormal = bits_of(float_of(u) + 0.5f) - bits_of(0.5f);
		large = either(u > 0x7f800000, 0x200 | (u >> 13 & 0x3ff), 0);
		normal = either(u >= 0x47800000, 0x7c00 | large, normal);
		normal = either(u < 0x38800000, denormal, normal);
		raw->u16[i] = (uint16_t)(sign | normal);
	}
}

/* The conversion keeps all of a NaN but the bit that says whether it is quiet:
 * it sets it, and here it is put back. */
static void
widen_f32(const block *restrict single, block *restrict wide)
{
	uint64_t bits, nan, signals;
	uint32_t rest;
	double d;
	int i;

	for (i = 0; i < BLOCK; i++) {
		d = (double)single->f32[i];
		memcpy(&bits, &d, sizeof(bits));
		rest = single->u32[i] & 0x7fffffff;
		nan = rest > 0x7f800000;
		signals = nan & ~(rest >> 22);
		wide->u64[i] = bits & ~(signals << 51);
	}
}

static void
narrow_f64(const block *restrict wide, block *restrict single)
{
	int i;

	for (i = 0; i < BLOCK; i++)
		single->f32[i] = (float)wide->f64[i];
}

/* To f32 on the way to a type at least two bits shorter: of the two neighbours
 * of what does not fit, the odd one. Rounding that once more gives what
 * rounding once would have. */
static void
narrow_f64_odd(const block *restrict wide, block *restrict single)
{
	double d, f;
	uint32_t u;
	int i;

	for (i = 0; i < BLOCK; i++) {
		d = __builtin_fabs(wide->f64[i]);
		f = __builtin_fabs((double)(float)wide->f64[i]);
		u = bits_of((float)wide->f64[i]);
		single->u32[i] = u + (~u & (f < d)) - (~u & (f > d));
	}
}

static void
step_f32(const weft_value_step *step, block *b)
{
	float by = (float)step->by;
	int i;

	switch (step->op) {
	case WEFT_VALUE_ADD:
		for (i = 0; i < BLOCK; i++)
			b->f32[i] += by;
		break;
	case WEFT_VALUE_SCALE:
		for (i = 0; i < BLOCK; i++)
			b->f32[i] *= by;
		break;
	case WEFT_VALUE_DIVIDE:
		for (i = 0; i < BLOCK; i++)
			b->f32[i] /= by;
		break;
	}
}

static void
step_f64(const weft_value_step *step, block *b)
{
	double by = step->by;
	int i;

	switch (step->op) {
	case WEFT_VALUE_ADD:
		for (i = 0; i < BLOCK; i++)
			b->f64[i] += by;
		break;
	case WEFT_VALUE_SCALE:
		for (i = 0; i < BLOCK; i++)
			b->f64[i] *= by;
		break;
	case WEFT_VALUE_DIVIDE:
		for (i = 0; i < BLOCK; i++)
			b->f64[i] /= by;
		break;
	}
}

/* Both give the block with the result: `b` itself where it is f32 already. */
static block *
to_f32(weft_value_type from, block *b, block *spare)
{
	if (from == WEFT_VALUE_F32)
		return b;
	if (from == WEFT_VALUE_F16)
		widen_f16(b, spare);
	else
		widen_bf16(b, spare);
	return spare;
}

static block *
from_f32(weft_value_type to, block *b, block *spare)
{
	if (to == WEFT_VALUE_F32)
		return b;
	if (to == WEFT_VALUE_F16)
		narrow_f16(b, spare);
	else
		narrow_bf16(b, spare);
	return spare;
}

static block *
via_f32(const weft_value_chain *chain, block *b, block *spare)
{
	block *wide = to_f32(chain->from, b, spare);
	int k;

	for (k = 0; k < chain->steps; k++)
		step_f32(&chain->step[k], wide);
	return from_f32(chain->to, wide, wide == b ? spare : b);
}

static block *
via_f64(const weft_value_chain *chain, block *b, block *spare)
{
	block *wide = b, *single;
	int k;

	if (chain->from != WEFT_VALUE_F64) {
		single = to_f32(chain->from, b, spare);
		wide = single == b ? spare : b;
		widen_f32(single, wide);
	}
	for (k = 0; k < chain->steps; k++)
		step_f64(&chain->step[k], wide);
	if (chain->to == WEFT_VALUE_F64)
		return wide;
	single = wide == b ? spare : b;
	if (chain->to == WEFT_VALUE_F32)
		narrow_f64(wide, single);
	else
		narrow_f64_odd(wide, single);
	return from_f32(chain->to, single, wide);
}

/* Whether no finite element can become anything else. */
static bool
stays_finite(const weft_value_chain *chain)
{
	if (chain->steps)
		return false;
	return chain->from == chain->to || chain->from == WEFT_VALUE_F16
		|| chain->to == WEFT_VALUE_F64
		|| (chain->to == WEFT_VALUE_F32
		    && chain->from == WEFT_VALUE_BF16);
}

static size_t
count_infinite(weft_value_type type, const block *b)
{
	const uint64_t top = UINT64_C(0x7ff) << 52;
	const uint32_t mask = type == WEFT_VALUE_F16 ? 0x7c00 : 0x7f80;
	uint32_t count = 0;
	int i;

	switch (type) {
	case WEFT_VALUE_F64:
		for (i = 0; i < BLOCK; i++)
			count += (b->u64[i] & top) == top;
		break;
	case WEFT_VALUE_F32:
		for (i = 0; i < BLOCK; i++)
			count += (b->u32[i] & 0x7f800000) == 0x7f800000;
		break;
	case WEFT_VALUE_F16:
	case WEFT_VALUE_BF16:
		for (i = 0; i < BLOCK; i++)
			count += (b->u16[i] & mask) == mask;
		break;
	}
	return count;
}

/* At most BLOCK elements; `in` and `out` are their bytes. Zeros stand in for
 * the rest of a block and are not counted. */
static size_t
run_block(const weft_value_chain *chain, const char *src, size_t in, char *dst,
	  size_t out, size_t n)
{
	block a, b, *result;
	bool counts = !stays_finite(chain);
	size_t infinite = 0, rest = BLOCK - n;

	memcpy(&a, src, in);
	if (rest)
		memset((char *)&a + in, 0, in / n * rest);
	if (counts)
		infinite = count_infinite(chain->from, &a);
	if (chain->from == WEFT_VALUE_F64 || chain->to == WEFT_VALUE_F64)
		result = via_f64(chain, &a, &b);
	else
		result = via_f32(chain, &a, &b);
	memcpy(dst, result, out);
	if (rest)
		memset((char *)result + out, 0, out / n * rest);
	return counts ? count_infinite(chain->to, result) - infinite : 0;
}

size_t
weft_value_run(const weft_value_chain *chain, const void *src, void *dst,
	       size_t n)
{
	size_t in = (size_t)weft_value_width(chain->from);
	size_t out = (size_t)weft_value_width(chain->to);
	const char *s = src;
	char *d = dst;
	size_t lost = 0;

	if (weft_value_identity(chain)) {
		if (n)
			memcpy(dst, src, n * in);
		return 0;
	}
	for (; n >= BLOCK; n -= BLOCK, s += BLOCK * in, d += BLOCK * out)
		lost += run_block(chain, s, BLOCK * in, d, BLOCK * out, BLOCK);
	if (n)
		lost += run_block(chain, s, n * in, d, n * out, n);
	return lost;
}
