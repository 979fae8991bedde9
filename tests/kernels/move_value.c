/* Moves with value steps against the index formula, one element at a time
 * through weft_value_run(), which has a test of its own. */
#include "../lib/check.h"
#include "nests.h"

static const weft_value_chain chains[] = {
	{WEFT_VALUE_F32, WEFT_VALUE_BF16, 0, {{0}}},
	{WEFT_VALUE_BF16, WEFT_VALUE_F32, 0, {{0}}},
	{WEFT_VALUE_BF16, WEFT_VALUE_BF16, 1, {{WEFT_VALUE_ADD, -1}}},
	{WEFT_VALUE_F16, WEFT_VALUE_F64, 1, {{WEFT_VALUE_SCALE, 3}}},
	{WEFT_VALUE_F32, WEFT_VALUE_F32, 0, {{0}}},
};

struct sides {
	guard src, dst, want;
};

static size_t
formula(const weft_nest *n, const weft_value_chain *chain, const char *src,
	char *dst)
{
	int64_t number, s, d, count = weft_nest_count(n);
	size_t lost = 0;

	for (number = 0; number < count; number++) {
		nest_offsets(n, number, &s, &d);
		lost += weft_value_run(chain, src + s, dst + d, 1);
	}
	return lost;
}

static int
one_nest(const weft_kernels *k, const weft_value_chain *chain, struct sides *g,
	 uint64_t *state)
{
	struct nest_case c;
	size_t lost, want_lost;
	char *src, *dst, *want;

	if (!nest_random(&c, weft_value_width(chain->from),
			 weft_value_width(chain->to), state)
	    || weft_nest_count(&c.nest) > 40000)
		return 1;
	src = guard_place(&g->src, c.src_span, state) + c.src_first;
	dst = guard_place(&g->dst, c.dst_span, state) + c.dst_first;
	memset(g->dst.low, 0x5a, NEST_ROOM);
	memset(g->want.low, 0x5a, NEST_ROOM);
	want = g->want.low + (dst - g->dst.low);
	want_lost = formula(&c.nest, chain, src, want);
	weft_nest_normalise(&c.nest);
	lost = weft_move_value(k, &c.nest, chain, src, dst);
	return memcmp(g->dst.low, g->want.low, NEST_ROOM) == 0
		&& lost == want_lost;
}

static void
random_nests(const weft_kernels *k, struct sides *g)
{
	char name[64];
	uint64_t state = 7, was;
	size_t c;
	int i, same;

	for (c = 0; c < sizeof(chains) / sizeof(*chains); c++) {
		for (i = 0, same = 1; i < 80 && same; i++) {
			was = state;
			same = one_nest(k, &chains[c], g, &state);
		}
		snprintf(name, sizeof(name), "nests with chain %zu, %s", c,
			 weft_kernels_name(k));
		CHECK(name, same, "nest %d differs, random state %#llx", i - 1,
		      (unsigned long long)was);
	}
}

int
main(void)
{
	struct sides g = {guard_new(NEST_ROOM), guard_new(NEST_ROOM),
			  guard_new(NEST_ROOM)};
	const char *const *level;
	uint64_t state = 8;

	guard_fill(&g.src, &state);
	for (level = weft_kernels_levels(); *level; level++)
		random_nests(weft_kernels_level(*level), &g);
	return check_done();
}
