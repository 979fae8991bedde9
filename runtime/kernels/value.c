/* Value steps, block by block: the stages of a level put in order. */
#include <string.h>

#include "levels.h"

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

/* Both give the block with the result: `b` itself where it is f32 already. */
static weft_block *
to_f32(const struct weft_stages *s, weft_value_type from, weft_block *b,
       weft_block *spare)
{
	if (from == WEFT_VALUE_F32)
		return b;
	if (from == WEFT_VALUE_F16)
		s->widen_f16(b, spare);
	else
		s->widen_bf16(b, spare);
	return spare;
}

static weft_block *
from_f32(const struct weft_stages *s, weft_value_type to, weft_block *b,
	 weft_block *spare)
{
	if (to == WEFT_VALUE_F32)
		return b;
	if (to == WEFT_VALUE_F16)
		s->narrow_f16(b, spare);
	else
		s->narrow_bf16(b, spare);
	return spare;
}

static weft_block *
via_f32(const struct weft_stages *s, const weft_value_chain *chain,
	weft_block *b, weft_block *spare)
{
	weft_block *wide = to_f32(s, chain->from, b, spare);
	int k;

	for (k = 0; k < chain->steps; k++)
		s->step_f32(&chain->step[k], wide);
	return from_f32(s, chain->to, wide, wide == b ? spare : b);
}

static weft_block *
via_f64(const struct weft_stages *s, const weft_value_chain *chain,
	weft_block *b, weft_block *spare)
{
	weft_block *wide = b, *single;
	int k;

	if (chain->from != WEFT_VALUE_F64) {
		single = to_f32(s, chain->from, b, spare);
		wide = single == b ? spare : b;
		s->widen_f32(single, wide);
	}
	for (k = 0; k < chain->steps; k++)
		s->step_f64(&chain->step[k], wide);
	if (chain->to == WEFT_VALUE_F64)
		return wide;
	single = wide == b ? spare : b;
	if (chain->to == WEFT_VALUE_F32)
		s->narrow_f64(wide, single);
	else
		s->narrow_f64_odd(wide, single);
	return from_f32(s, chain->to, single, wide);
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

/* At most WEFT_BLOCK elements; `in` and `out` are their bytes. Zeros stand in
 * for the rest of a block and are not counted. */
static size_t
run_block(const struct weft_stages *s, const weft_value_chain *chain,
	  const char *src, size_t in, char *dst, size_t out)
{
	weft_block a, b, *result;
	size_t in_all = (size_t)weft_value_width(chain->from) * WEFT_BLOCK;
	size_t out_all = (size_t)weft_value_width(chain->to) * WEFT_BLOCK;
	bool counts = !stays_finite(chain);
	size_t infinite = 0;

	memcpy(&a, src, in);
	memset((char *)&a + in, 0, in_all - in);
	if (counts)
		infinite = s->count_infinite(chain->from, &a);
	if (chain->from == WEFT_VALUE_F64 || chain->to == WEFT_VALUE_F64)
		result = via_f64(s, chain, &a, &b);
	else
		result = via_f32(s, chain, &a, &b);
	memcpy(dst, result, out);
	memset((char *)result + out, 0, out_all - out);
	return counts ? s->count_infinite(chain->to, result) - infinite : 0;
}

size_t
weft_value_run_at(const weft_kernels *k, const weft_value_chain *chain,
		  const void *src, void *dst, size_t n)
{
	size_t in = (size_t)weft_value_width(chain->from);
	size_t out = (size_t)weft_value_width(chain->to);
	const char *s = src;
	char *d = dst;
	size_t lost = 0, part;

	if (weft_value_identity(chain)) {
		if (n)
			memcpy(dst, src, n * in);
		return 0;
	}
	for (; n; n -= part, s += part * in, d += part * out) {
		part = n < WEFT_BLOCK ? n : WEFT_BLOCK;
		lost += run_block(k->stages, chain, s, part * in, d,
				  part * out);
	}
	return lost;
}

size_t
weft_value_run(const weft_value_chain *chain, const void *src, void *dst,
	       size_t n)
{
	return weft_value_run_at(weft_kernels_choose(), chain, src, dst, n);
}
