/* The normal form of nests, and the kernel each is given to. */
#include "../../runtime/kernels/kernels.h"
#include "../lib/check.h"
#include "guard.h"

struct example {
	const char *name;
	int width;
	weft_nest from, to;
	weft_kind kind;
};

static const struct example examples[] = {
	{"one element", 2, {0}, {0}, WEFT_KIND_COPY},
	{"ones vanish", 2,
	 {3, {1, 1, 1}, {9, 8, 7}, {6, 5, 4}}, {0}, WEFT_KIND_COPY},
	{"no elements", 4,
	 {2, {7, 0}, {16, 4}, {16, 4}}, {1, {0}, {0}, {0}}, WEFT_KIND_COPY},
	{"all one run", 2,
	 {3, {2, 3, 5}, {30, 10, 2}, {30, 10, 2}},
	 {1, {30}, {2}, {2}}, WEFT_KIND_COPY},
	{"sorted, then one run", 2,
	 {3, {5, 2, 3}, {2, 30, 10}, {2, 30, 10}},
	 {1, {30}, {2}, {2}}, WEFT_KIND_COPY},
	{"rows with a gap", 4,
	 {2, {3, 5}, {20, 4}, {24, 4}},
	 {2, {3, 5}, {20, 4}, {24, 4}}, WEFT_KIND_COPY},
	{"matrix", 2,
	 {2, {3, 5}, {10, 2}, {2, 6}},
	 {2, {5, 3}, {2, 10}, {6, 2}}, WEFT_KIND_TRANSPOSE},
	{"matrix of merged axes", 2,
	 {4, {3, 1, 5, 7}, {70, 0, 14, 2}, {10, 3, 2, 30}},
	 {2, {7, 15}, {2, 14}, {30, 2}}, WEFT_KIND_TRANSPOSE},
	{"every other element", 2,
	 {2, {3, 5}, {10, 2}, {20, 4}},
	 {1, {15}, {2}, {4}}, WEFT_KIND_GATHER},
	{"interleaved columns", 2,
	 {2, {3, 5}, {10, 2}, {4, 12}},
	 {2, {5, 3}, {2, 10}, {12, 4}}, WEFT_KIND_GATHER},
	{"repeated", 2,
	 {2, {4, 5}, {0, 2}, {10, 2}},
	 {2, {4, 5}, {0, 2}, {10, 2}}, WEFT_KIND_COPY},
	{"backwards", 1,
	 {2, {4, 5}, {-5, -1}, {5, 1}},
	 {1, {20}, {-1}, {1}}, WEFT_KIND_GATHER},
	{"rows backwards in the target", 2,
	 {2, {3, 5}, {10, 2}, {-2, 6}},
	 {2, {5, 3}, {2, 10}, {6, -2}}, WEFT_KIND_GATHER},
	{"too far apart to merge", 1,
	 {2, {2, INT64_MAX / 2}, {3, 4}, {9, 4}},
	 {2, {2, INT64_MAX / 2}, {3, 4}, {9, 4}}, WEFT_KIND_GATHER},
};

static int
same(const weft_nest *a, const weft_nest *b)
{
	int k;

	if (a->rank != b->rank)
		return 0;
	for (k = 0; k < a->rank; k++)
		if (a->size[k] != b->size[k] || a->src[k] != b->src[k]
		    || a->dst[k] != b->dst[k])
			return 0;
	return 1;
}

static void
bytes(void)
{
	const size_t sizes[] = {0, 1, 7, 8, 63, 64, 65, 4095, 4096, 12345};
	size_t i, at, step, wrong = 0;
	guard a = guard_new(12345), b = guard_new(12345);
	char *p, *q;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		p = a.high - sizes[i];
		q = b.low;
		wrong += weft_first_difference(p, q, sizes[i]) != sizes[i];
		step = sizes[i] > 100 ? 37 : 1;
		for (at = 0; at < sizes[i]; at += step) {
			p[at] = 1;
			wrong += weft_first_difference(p, q, sizes[i]) != at;
			p[at] = 0;
		}
	}
	CHECK("first difference", wrong == 0, "%zu wrong", wrong);
	guard_free(&a);
	guard_free(&b);
}

int
main(void)
{
	const struct example *e = examples;
	const struct example *end = e + sizeof(examples) / sizeof(*e);
	weft_nest n;

	for (; e < end; e++) {
		n = e->from;
		weft_nest_normalise(&n);
		CHECK(e->name, same(&n, &e->to)
		      && weft_nest_kind(&n, e->width) == e->kind,
		      "rank %d, first axis %lld * %lld -> %lld, kind %s",
		      n.rank, (long long)n.size[0], (long long)n.src[0],
		      (long long)n.dst[0],
		      weft_kind_name(weft_nest_kind(&n, e->width)));
	}
	bytes();
	return check_done();
}
