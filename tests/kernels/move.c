/* Every level against the index formula of a nest, in memory that ends where
 * the tensors end. */
#include "../../runtime/kernels/levels.h"
#include "../lib/check.h"
#include "nests.h"

static const int widths[] = {1, 2, 4, 8, 16};

struct sides {
	guard src, dst, want;
};

static int
one_nest(const weft_kernels *k, int width, struct sides *g, uint64_t *state)
{
	weft_store store = guard_random(state) % 2 ? WEFT_STORE_CACHED
						   : WEFT_STORE_STREAM;
	struct nest_case c;
	weft_nest normal;
	char *src, *dst, *want;

	if (!nest_random(&c, width, width, state))
		return 1;
	src = guard_place(&g->src, c.src_span, state) + c.src_first;
	dst = guard_place(&g->dst, c.dst_span, state) + c.dst_first;
	memset(g->dst.low, 0x5a, NEST_ROOM);
	memset(g->want.low, 0x5a, NEST_ROOM);
	want = g->want.low + (dst - g->dst.low);
	nest_formula(&c.nest, width, src, want);
	normal = c.nest;
	weft_nest_normalise(&normal);
	weft_move(k, &normal, width, store, src, dst);
	return memcmp(g->dst.low, g->want.low, NEST_ROOM) == 0
		&& weft_nest_count(&normal) == weft_nest_count(&c.nest);
}

static void
random_nests(const weft_kernels *k, struct sides *g)
{
	char name[64];
	uint64_t state = 1, was;
	size_t w;
	int i, same;

	for (w = 0; w < sizeof(widths) / sizeof(*widths); w++) {
		for (i = 0, same = 1; i < 120 && same; i++) {
			was = state;
			same = one_nest(k, widths[w], g, &state);
		}
		snprintf(name, sizeof(name), "nests of %d bytes, %s",
			 widths[w], weft_kernels_name(k));
		CHECK(name, same, "nest %d differs, random state %#llx", i - 1,
		      (unsigned long long)was);
	}
}

/* A kernel by itself, so that streaming meets small and ragged matrices. */
static int
one_transpose(weft_transpose *kernel, int width, struct sides *g,
	      uint64_t *state)
{
	int64_t rows = guard_between(state, 1, 290);
	int64_t cols = guard_between(state, 1, 290);
	int64_t src_stride = cols * width, dst_stride = rows * width;
	weft_nest n;
	size_t src_span, dst_span;
	char *src, *dst;

	if (guard_random(state) % 2)
		dst_stride += -dst_stride & 127;
	else if (guard_random(state) % 2)
		dst_stride += guard_between(state, 0, 70);
	if (guard_random(state) % 2)
		src_stride += guard_between(state, 0, 70);
	src_span = (size_t)(src_stride * (rows - 1) + cols * width);
	dst_span = (size_t)(dst_stride * (cols - 1) + rows * width);
	if (src_span > NEST_ROOM || dst_span > NEST_ROOM)
		return 1;
	n = (weft_nest){2, {rows, cols}, {src_stride, width},
			{width, dst_stride}};
	src = guard_place(&g->src, src_span, state);
	dst = guard_place(&g->dst, dst_span, state);
	if (guard_random(state) % 4 == 0)
		dst = g->dst.low + width * guard_between(state, 0, 4);
	if (dst + dst_span > g->dst.high)
		return 1;
	memset(g->dst.low, 0xa5, NEST_ROOM);
	memset(g->want.low, 0xa5, NEST_ROOM);
	nest_formula(&n, width, src, g->want.low + (dst - g->dst.low));
	kernel(src, src_stride, dst, dst_stride, (size_t)rows, (size_t)cols);
	return memcmp(g->dst.low, g->want.low, NEST_ROOM) == 0;
}

static void
random_transposes(const weft_kernels *k, struct sides *g)
{
	char name[64];
	uint64_t state = 2, was;
	int w, i, same;

	for (w = 0; w < WEFT_WIDTHS; w++) {
		for (i = 0, same = 1; i < 120 && same; i++) {
			was = state;
			same = one_transpose(i % 2 ? k->stream[w]
						   : k->transpose[w],
					     widths[w], g, &state);
		}
		snprintf(name, sizeof(name), "transposes of %d bytes, %s",
			 widths[w], weft_kernels_name(k));
		CHECK(name, same, "matrix %d differs, random state %#llx",
		      i - 1, (unsigned long long)was);
	}
}

/* Above the size from which a move streams. */
static void
large_move(const weft_kernels *k)
{
	const int64_t rows = 1088, cols = 1043, width = 2;
	size_t bytes = (size_t)(rows * cols * width);
	guard src = guard_new(bytes), dst = guard_new(bytes);
	guard want = guard_new(bytes);
	uint64_t state = 3;
	weft_nest n = {2, {rows, cols}, {cols * width, width},
		       {width, rows * width}};
	char name[64];

	guard_fill(&src, &state);
	nest_formula(&n, (int)width, src.low, want.low);
	weft_nest_normalise(&n);
	weft_move(k, &n, (int)width, WEFT_STORE_STREAM, src.low, dst.low);
	snprintf(name, sizeof(name), "a large matrix, streamed, %s",
		 weft_kernels_name(k));
	CHECK(name, memcmp(dst.low, want.low, bytes) == 0,
	      "first difference at byte %zu",
	      weft_first_difference(dst.low, want.low, bytes));
	guard_free(&src);
	guard_free(&dst);
	guard_free(&want);
}

int
main(void)
{
	struct sides g = {guard_new(NEST_ROOM), guard_new(NEST_ROOM),
			  guard_new(NEST_ROOM)};
	const char *const *level;
	const weft_kernels *k;
	uint64_t state = 4;

	guard_fill(&g.src, &state);
	for (level = weft_kernels_levels(); *level; level++) {
		k = weft_kernels_level(*level);
		CHECK(*level, k && k == weft_kernels_level(*level),
		      "the level is listed but not there");
		random_nests(k, &g);
		random_transposes(k, &g);
		large_move(k);
	}
	CHECK("an unknown level", weft_kernels_level("abacus") == NULL,
	      "it was found");
	return check_done();
}
