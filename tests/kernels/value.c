/* Casts and value steps against formulas that know nothing of their bits: an
 * element is sign * m * 2^e, and rounding is a comparison of distances. */
#include <math.h>

#include "../../runtime/kernels/levels.h"
#include "../lib/check.h"
#include "guard.h"

#define BATCH 4096

/* A binary format: `mantissa` explicit bits, `exponent` bits. */
struct format {
	const char *name;
	weft_value_type type;
	int mantissa, exponent;
};

static const struct format formats[] = {
	{"f64", WEFT_VALUE_F64, 52, 11},
	{"f32", WEFT_VALUE_F32, 23, 8},
	{"f16", WEFT_VALUE_F16, 10, 5},
	{"bf16", WEFT_VALUE_BF16, 7, 8},
};

static uint64_t
exponent_mask(const struct format *f)
{
	return ((UINT64_C(1) << f->exponent) - 1) << f->mantissa;
}

static uint64_t
sign_bit(const struct format *f)
{
	return UINT64_C(1) << (f->mantissa + f->exponent);
}

static int
is_nan(const struct format *f, uint64_t bits)
{
	return (bits & (sign_bit(f) - 1)) > exponent_mask(f);
}

/* The value of a pattern that is no NaN. */
static double
value_of(const struct format *f, uint64_t bits)
{
	uint64_t rest = bits & (sign_bit(f) - 1);
	uint64_t fraction = rest & ((UINT64_C(1) << f->mantissa) - 1);
	int e = (int)(rest >> f->mantissa), bias = (1 << (f->exponent - 1)) - 1;
	double v;

	if (rest == exponent_mask(f))
		v = HUGE_VAL;
	else if (e == 0)
		v = ldexp((double)fraction, 1 - bias - f->mantissa);
	else
		v = ldexp((double)(fraction | UINT64_C(1) << f->mantissa),
			  e - bias - f->mantissa);
	return bits & sign_bit(f) ? -v : v;
}

/* The nearest pattern of `f`, ties to the even one. Patterns are in the order
 * of their values; infinity stands for the power of two behind the largest. */
static uint64_t
nearest(const struct format *f, double v)
{
	uint64_t low = 0, high = exponent_mask(f), middle;
	int bias = (1 << (f->exponent - 1)) - 1;
	double a = fabs(v), below, above;

	if (isinf(v))
		return high | (v < 0 ? sign_bit(f) : 0);
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (value_of(f, middle) <= a)
			low = middle;
		else
			high = middle;
	}
	below = value_of(f, low);
	if (high == exponent_mask(f) && f->exponent < 11)
		above = ldexp(1, bias + 1);
	else
		above = value_of(f, high);
	if (a - below > above - a || (a - below == above - a && low % 2))
		low = high;
	return low | (signbit(v) ? sign_bit(f) : 0);
}

/* What a cast has to give, NaN included: sign and top of the payload stay, and
 * all casts make quiet but those that are exact for every value. */
static uint64_t
cast_formula(const struct format *from, const struct format *to, uint64_t bits)
{
	uint64_t sign = bits & sign_bit(from) ? sign_bit(to) : 0, payload;
	int shift = from->mantissa - to->mantissa;

	if (!is_nan(from, bits))
		return nearest(to, value_of(from, bits));
	payload = bits & ((UINT64_C(1) << from->mantissa) - 1);
	payload = shift > 0 ? payload >> shift : payload << -shift;
	if (shift > 0 || to->exponent < from->exponent)
		payload |= UINT64_C(1) << (to->mantissa - 1);
	return sign | exponent_mask(to) | payload;
}

static int
width_of(const struct format *f)
{
	return (1 + f->mantissa + f->exponent) / 8;
}

static void
put(const struct format *f, char *at, size_t i, uint64_t bits)
{
	memcpy(at + i * (size_t)width_of(f), &bits, (size_t)width_of(f));
}

static uint64_t
get(const struct format *f, const char *at, size_t i)
{
	uint64_t bits = 0;

	memcpy(&bits, at + i * (size_t)width_of(f), (size_t)width_of(f));
	return bits;
}

/* Patterns around every place where something changes: each exponent with
 * mantissas at, next to and between the ends of what a shorter type keeps. */
static uint64_t
special(const struct format *f, uint64_t *state)
{
	static const int kept[] = {0, 7, 10, 23, 52};
	uint64_t bits = guard_random(state) << 32 ^ guard_random(state);
	int keep = kept[guard_random(state) % 5], lose = f->mantissa - keep;
	uint64_t tail;

	bits &= 2 * sign_bit(f) - 1;
	if (lose <= 0)
		return bits;
	tail = (UINT64_C(1) << lose) - 1;
	bits &= ~tail;
	switch (guard_random(state) % 4) {
	case 0:
		return bits;
	case 1:
		return bits | (tail + 1) / 2;
	case 2:
		return bits | ((tail + 1) / 2 - 1);
	default:
		return bits | ((tail + 1) / 2 + 1);
	}
}

static uint64_t
pattern(const struct format *f, uint64_t i, uint64_t *state)
{
	uint64_t bits;

	if (width_of(f) == 2)
		return i & 0xffff;
	bits = guard_random(state) << 32 ^ guard_random(state);
	if (guard_random(state) % 2)
		return special(f, state);
	if (guard_random(state) % 16 == 0)
		bits = bits << f->mantissa | bits % 3;
	else if (guard_random(state) % 4 == 0)
		return nearest(f, ldexp((double)(bits % 4096),
					(int)(bits >> 32) % 40 - 20 - 24));
	return bits & (2 * sign_bit(f) - 1);
}

/* One batch through guarded memory; the first wrong element or -1. */
static int64_t
batch(const weft_kernels *k, const struct format *from,
      const struct format *to, size_t n, uint64_t start, guard g[2],
      uint64_t *state, size_t *lost)
{
	weft_value_chain chain = {.from = from->type, .to = to->type};
	char *src = guard_place(&g[0], n * (size_t)width_of(from), state);
	char *dst = guard_place(&g[1], n * (size_t)width_of(to), state);
	size_t i, infinite = 0;

	for (i = 0; i < n; i++)
		put(from, src, i, pattern(from, start + i, state));
	memset(g[1].low, 0x77, (size_t)(g[1].high - g[1].low));
	*lost = weft_value_run_at(k, &chain, src, dst, n);
	for (i = 0; i < n; i++) {
		uint64_t bits = get(from, src, i);
		uint64_t want = cast_formula(from, to, bits);

		if (get(to, dst, i) != want)
			return (int64_t)i;
		infinite += (bits & exponent_mask(from)) != exponent_mask(from)
			&& (want & exponent_mask(to)) == exponent_mask(to);
	}
	if (dst > g[1].low && dst[-1] != 0x77)
		return -2;
	return infinite == *lost ? -1 : -3;
}

static void
casts(const weft_kernels *k, const struct format *from,
      const struct format *to)
{
	guard g[2] = {guard_new(BATCH * 8), guard_new(BATCH * 8)};
	uint64_t state = 5, at = 0, end = width_of(from) == 2 ? 1 << 16
		: 1 << 17;
	int64_t wrong = -1;
	size_t lost, n;
	char name[64];

	while (at < end && wrong == -1) {
		n = guard_random(&state) % 2
			? BATCH : (size_t)guard_between(&state, 1, BATCH);
		wrong = batch(k, from, to, n, at, g, &state, &lost);
		at += n;
	}
	snprintf(name, sizeof(name), "cast %s %s, %s", from->name, to->name,
		 weft_kernels_name(k));
	CHECK(name, wrong == -1, "batch before %llu, element %lld",
	      (unsigned long long)at, (long long)wrong);
	guard_free(&g[0]);
	guard_free(&g[1]);
}

static uint32_t
bits_of(float v)
{
	uint32_t u;

	memcpy(&u, &v, sizeof(u));
	return u;
}

/* The steps in f32, one rounding to bf16 behind them. */
static void
steps(const weft_kernels *k)
{
	static const struct format *f32 = &formats[1], *bf16 = &formats[3];
	weft_value_chain chain = {WEFT_VALUE_BF16, WEFT_VALUE_BF16, 3,
				  {{WEFT_VALUE_ADD, -1},
				   {WEFT_VALUE_SCALE, 0.1},
				   {WEFT_VALUE_DIVIDE, 3}}};
	uint16_t in[1000], out[1000];
	volatile float v;
	size_t i, wrong = 0;
	uint64_t state = 6;

	for (i = 0; i < 1000; i++)
		in[i] = (uint16_t)(0x3000 + guard_random(&state) % 0x2000);
	weft_value_run_at(k, &chain, in, out, 1000);
	for (i = 0; i < 1000; i++) {
		v = (float)value_of(bf16, in[i]) + -1.0f;
		v = v * 0.1f;
		v = v / 3.0f;
		wrong += out[i] != cast_formula(f32, bf16, bits_of(v));
	}
	CHECK("steps in f32", wrong == 0, "%zu of 1000 differ", wrong);
}

static void
steps_f64(const weft_kernels *k)
{
	weft_value_chain chain = {WEFT_VALUE_F32, WEFT_VALUE_F64, 1,
				  {{WEFT_VALUE_ADD, 0.1}}};
	float in[300];
	double out[300];
	size_t i, wrong = 0;

	for (i = 0; i < 300; i++)
		in[i] = (float)i;
	weft_value_run_at(k, &chain, in, out, 300);
	for (i = 0; i < 300; i++)
		wrong += out[i] != (double)i + 0.1;
	CHECK("steps in f64", wrong == 0, "%zu of 300 differ", wrong);
}

/* Elements that become infinite are counted, those that were are not, and
 * neither is what fills up the last block. */
static void
counts(void)
{
	weft_value_chain chain = {WEFT_VALUE_F32, WEFT_VALUE_F16, 0, {{0}}};
	float in[5] = {65519, 65520, -1e30f, INFINITY, NAN};
	uint16_t out[5];
	size_t lost = weft_value_run(&chain, in, out, 5);

	CHECK("overflow is counted", lost == 2, "%zu instead of 2", lost);
	chain = (weft_value_chain){WEFT_VALUE_F32, WEFT_VALUE_F32, 1,
				   {{WEFT_VALUE_DIVIDE, 0}}};
	lost = weft_value_run(&chain, in, in, 0);
	CHECK("nothing has no overflow", lost == 0, "%zu", lost);
	lost = weft_value_run(&chain, (float[]){1, 0, INFINITY},
			      (float[3]){0}, 3);
	CHECK("division by zero is counted", lost == 2, "%zu", lost);
}

static void
identity(void)
{
	weft_value_chain chain = {WEFT_VALUE_F32, WEFT_VALUE_F32, 0, {{0}}};
	uint32_t in[3] = {0x7f800001, 0xffc12345, 1}, out[3];

	weft_value_run(&chain, in, out, 3);
	CHECK("identity keeps bits", memcmp(in, out, sizeof(in)) == 0,
	      "%08x %08x %08x", out[0], out[1], out[2]);
}

int
main(void)
{
	const char *const *level;
	const weft_kernels *k;
	size_t from, to;

	for (level = weft_kernels_levels(); *level; level++) {
		k = weft_kernels_level(*level);
		for (from = 0; from < 4; from++)
			for (to = 0; to < 4; to++)
				casts(k, &formats[from], &formats[to]);
		steps(k);
		steps_f64(k);
	}
	counts();
	identity();
	return check_done();
}
