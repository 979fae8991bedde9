/* Every level against the index formula of a nest, in memory that ends where
 * the tensors end. */
#include "../../runtime/kernels/levels.h"
#include "../lib/check.h"
#include "guard.h"

#define ROOM ((size_t)1 << 20)

static const int widths[] = {1, 2, 4, 8, 16};

/* The definition, element by element. */
static void
formula(const weft_nest *n, int width, const char *src, char *dst)
{
	int64_t index, rest, s, d, count = weft_nest_count(n);
	int k;

	for (index = 0; index < count; index++) {
		s = d = 0;
		rest = index;
		for (k = n->rank - 1; k >= 0; k--) {
			s += rest % n->size[k] * n->src[k];
			d += rest % n->size[k] * n->dst[k];
			rest /= n->size[k];
		}
		memcpy(dst + d, src + s, (size_t)width);
	}
}

/* Lays the axes of a nest out in one side, in the order `order`, with gaps now
 * and then, some axes backwards, and where `repeat` some strides of 0. Returns
 * the bytes it spans and where in them the first element is. */
static size_t
lay_out(const weft_nest *n, const int *order, int width, int64_t *stride,
	uint64_t *state, int repeat, size_t *first)
{
	int64_t span = width, step;
	int k, axis;

	*first = 0;
	for (k = n->rank - 1; k >= 0; k--) {
		axis = order[k];
		step = span;
		if (guard_random(state) % 4 == 0)
			step += guard_between(state, 0, 2 * width + 1);
		if (repeat && guard_random(state) % 16 == 0)
			step = 0;
		span += step * (n->size[axis] - 1);
		stride[axis] = step;
		if (guard_random(state) % 16 == 0) {
			stride[axis] = -step;
			*first += (size_t)(step * (n->size[axis] - 1));
		}
	}
	return (size_t)span;
}

static void
shuffle(int *order, int rank, uint64_t *state)
{
	int k, other, was;

	for (k = 0; k < rank; k++)
		order[k] = k;
	for (k = rank - 1; k > 0; k--) {
		other = (int)guard_between(state, 0, k);
		was = order[k];
		order[k] = order[other];
		order[other] = was;
	}
}

static void
random_sizes(weft_nest *n, int width, uint64_t *state)
{
	static const int64_t limit[] = {0, 4000, 300, 40, 14, 7, 5};
	int64_t most;
	int k;

	*n = (weft_nest){.rank = (int)guard_between(state, 0, 6)};
	most = limit[n->rank];
	if (n->rank == 2 && width > 4)
		most = 100;
	for (k = 0; k < n->rank; k++)
		n->size[k] = guard_between(state, 1, most);
	if (n->rank && guard_random(state) % 8 == 0)
		n->size[n->rank - 1] = guard_between(state, 1, 4);
	if (n->rank && guard_random(state) % 64 == 0)
		n->size[0] = 0;
}

struct sides {
	guard src, dst, want;
};

static int
one_nest(const weft_kernels *k, int width, struct sides *g, uint64_t *state)
{
	int order[WEFT_NEST];
	size_t src_span, dst_span, src_first, dst_first;
	weft_store store = guard_random(state) % 2 ? WEFT_STORE_CACHED
						   : WEFT_STORE_STREAM;
	weft_nest n, normal;
	char *src, *dst, *want;

	random_sizes(&n, width, state);
	shuffle(order, n.rank, state);
	src_span = lay_out(&n, order, width, n.src, state, 1, &src_first);
	if (guard_random(state) % 4)
		shuffle(order, n.rank, state);
	dst_span = lay_out(&n, order, width, n.dst, state, 0, &dst_first);
	if (weft_nest_count(&n) == 0)
		src_span = dst_span = src_first = dst_first = 0;
	if (src_span > ROOM || dst_span > ROOM)
		return 1;
	src = guard_place(&g->src, src_span, state);
	dst = guard_place(&g->dst, dst_span, state);
	memset(g->dst.low, 0x5a, ROOM);
	memset(g->want.low, 0x5a, ROOM);
	want = g->want.low + (dst - g->dst.low);
	formula(&n, width, src + src_first, want + dst_first);
	normal = n;
	weft_nest_normalise(&normal);
	weft_move(k, &normal, width, store, src + src_first, dst + dst_first);
	return memcmp(g->dst.low, g->want.low, ROOM) == 0
		&& weft_nest_count(&normal) == weft_nest_count(&n);
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
	if (src_span > ROOM || dst_span > ROOM)
		return 1;
	n = (weft_nest){2, {rows, cols}, {src_stride, width},
			{width, dst_stride}};
	src = guard_place(&g->src, src_span, state);
	dst = guard_place(&g->dst, dst_span, state);
	if (guard_random(state) % 4 == 0)
		dst = g->dst.low + width * guard_between(state, 0, 4);
	if (dst + dst_span > g->dst.high)
		return 1;
	memset(g->dst.low, 0xa5, ROOM);
	memset(g->want.low, 0xa5, ROOM);
	formula(&n, width, src, g->want.low + (dst - g->dst.low));
	kernel(src, src_stride, dst, dst_stride, (size_t)rows, (size_t)cols);
	return memcmp(g->dst.low, g->want.low, ROOM) == 0;
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
						   : k->cached[w],
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
	formula(&n, (int)width, src.low, want.low);
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
	struct sides g = {guard_new(ROOM), guard_new(ROOM), guard_new(ROOM)};
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
