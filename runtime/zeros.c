#include "zeros.h"

#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "io/signals.h"

enum { BLOCK = 64 << 10 };

/* One block: elements begin .. end of copy `k`. */
struct block {
	const struct weft_tensor *t;
	const char *bytes;     /* or NULL: only `covered` is counted */
	uint64_t width, begin, end;
	uint64_t covered;      /* elements that may be other than zero */
	uint64_t other;        /* and of these, those that are */
	char *mask;            /* or NULL: by element, is it one of these? */
};

static uint64_t
blocks_of(const struct weft_tensor *t)
{
	return (t->bytes + BLOCK - 1) / BLOCK;
}

void
weft_zeros_begin(weft_zeros *z, weft_job *job, bool count_only)
{
	uint64_t blocks = 0;

	*z = (weft_zeros){.job = job, .count_only = count_only};
	z->number = malloc((job->source.n + 1) * sizeof *z->number);
	z->first = malloc((job->n_copies + 1) * sizeof *z->first);
	if (!z->number || !z->first)
		weft_out_of_memory();
	for (size_t i = 0; i < job->source.n; i++)
		z->number[i] = -1;
	for (size_t k = job->n_compared; k < job->n_copies; k++) {
		z->number[job->copied[k] - job->source.tensors] = (int32_t)k;
		z->first[k] = blocks;
		blocks += blocks_of(&job->copies[k]);
	}
	z->done = calloc((size_t)(blocks / 64 + 1), sizeof *z->done);
	if (!z->done)
		weft_out_of_memory();
}

void
weft_zeros_end(weft_zeros *z)
{
	free(z->number);
	free(z->first);
	free(z->done);
	*z = (weft_zeros){0};
}

/* True for the first who asks. */
static bool
claim(weft_zeros *z, uint64_t block)
{
	uint64_t bit = UINT64_C(1) << block % 64;

	return !(atomic_fetch_or(&z->done[block / 64], bit) & bit);
}

#define COUNT(bits) \
static uint64_t \
count_##bits(const char *bytes, uint64_t n) \
{ \
	uint64_t count = 0; \
 \
	for (uint64_t i = 0; i < n; i++) { \
		uint##bits##_t v; \
 \
		memcpy(&v, bytes + i * sizeof v, sizeof v); \
		count += v != 0; \
	} \
	return count; \
}

COUNT(8)
COUNT(16)
COUNT(32)
COUNT(64)

/* Elements of `width` bytes that are not zero. */
static uint64_t
count_other(const char *bytes, uint64_t n, uint64_t width)
{
	switch (width) {
	case 1: return count_8(bytes, n);
	case 2: return count_16(bytes, n);
	case 4: return count_32(bytes, n);
	default: return count_64(bytes, n);
	}
}

static void
use_run(struct block *b, int64_t offset, int64_t n)
{
	uint64_t at = (uint64_t)offset - b->begin;

	b->covered += (uint64_t)n;
	if (b->mask)
		memset(b->mask + at, 1, (size_t)n);
	if (b->bytes)
		b->other += count_other(b->bytes + at * b->width, (uint64_t)n,
		                        b->width);
}

/* All values of the digits from `digit` of `axis` on; `inner` of them lie side
 * by side. */
static void
walk(struct block *b, const struct weft_piece *p, int axis, int digit,
     int64_t offset, int64_t inner)
{
	const struct weft_run *r = &p->run[axis];

	if (axis == p->n) {
		use_run(b, offset, inner);
		return;
	}
	if (digit == r->n) {
		walk(b, p, axis + 1, 0, offset, inner);
		return;
	}
	if (r->stride[digit] == 1 && r->size[digit] > 1) {
		walk(b, p, axis, digit + 1, offset, r->size[digit]);
		return;
	}
	for (int64_t i = 0; i < r->size[digit]; i++)
		walk(b, p, axis, digit + 1, offset + i * r->stride[digit],
		     inner);
}

static bool
got_piece(void *context, const struct weft_piece *p)
{
	walk(context, p, 0, 0, p->offset, 1);
	return true;
}

static void
look(struct block *b)
{
	b->covered = b->other = 0;
	for (int i = 0; i < b->t->n_shares; i++) {
		const struct weft_share *s = &b->t->shares[i];
		struct weft_frame f;

		if (weft_cell_frame(s->cell, s->instance, &f))
			weft_view_pieces(&f, (int64_t)b->begin,
			                 (int64_t)b->end, got_piece, b);
	}
}

void
weft_zeros_mask(const struct weft_tensor *t, uint64_t begin, uint64_t end,
                char *mask)
{
	struct block b = {.t = t, .begin = begin, .end = end, .mask = mask};

	look(&b);
}

static int
report(weft_zeros *z, struct block *b, const struct weft_stored *s,
       weft_errors *e)
{
	static const char zero[64];
	const uint64_t n = b->end - b->begin;
	uint64_t i = 0;
	char index[256], have[64], want[64];

	b->mask = calloc((size_t)n, 1);
	if (!b->mask)
		weft_out_of_memory();
	look(b);
	while (i + 1 < n && (b->mask[i] ||
	                     !count_other(b->bytes + i * b->width, 1,
	                                  b->width)))
		i++;
	free(b->mask);
	weft_error(e, WEFT_BAD, "%s%s%s%s is %s and should be %s", s->dir,
	           s->dir[0] ? "/" : "", s->key,
	           weft_run_index(index, s->shape, s->rank,
	                          (int64_t)(b->begin + i)),
	           weft_element_text(have, s->dtype, b->bytes + i * b->width),
	           weft_element_text(want, s->dtype, zero));
	weft_hint(e, "byte %llu of %s; what pads a tensor has to be zero",
	          (unsigned long long)(s->offset + (b->begin + i) * b->width),
	          z->job->source.files[s->file].path);
	return WEFT_BAD;
}

static struct block
block_of(const weft_zeros *z, size_t k, uint64_t number, const char *bytes)
{
	const struct weft_tensor *t = &z->job->copies[k];
	struct block b = {.t = t, .bytes = bytes,
		.width = (uint64_t)weft_dtype_bits(t->dtype) / 8};

	b.begin = number * BLOCK / b.width;
	b.end = b.begin + BLOCK / b.width;
	if (b.end > (uint64_t)t->count)
		b.end = (uint64_t)t->count;
	return b;
}

static int
check(weft_zeros *z, size_t k, uint64_t number, const char *bytes,
      weft_errors *e)
{
	struct block b = block_of(z, k, number, bytes);
	uint64_t other = count_other(bytes, b.end - b.begin, b.width);

	if (other == 0)
		return 0;
	look(&b);
	if (other == b.other)
		return 0;
	if (!z->count_only)
		return report(z, &b, z->job->copied[k], e);
	atomic_fetch_add(&z->found, other - b.other);
	return 0;
}

int
weft_zeros_window(weft_zeros *z, int32_t stored, uint64_t begin, uint64_t end,
                  const char *bytes, weft_errors *e)
{
	int32_t k = z ? z->number[stored] : -1;
	uint64_t size, last;
	int code = 0;

	if (k < 0)
		return 0;
	size = z->job->copies[k].bytes;
	last = end == size ? blocks_of(&z->job->copies[k]) : end / BLOCK;
	for (uint64_t i = (begin + BLOCK - 1) / BLOCK; i < last && !code; i++)
		if (claim(z, z->first[k] + i) && bytes)
			code = check(z, (size_t)k, i, bytes + i * BLOCK - begin,
			             e);
	return code;
}

static int
check_rest(weft_zeros *z, size_t k, uint64_t number, bool rehearse, char *room,
           uint64_t *read, weft_errors *e)
{
	struct block b = block_of(z, k, number, NULL);
	uint64_t n = (b.end - b.begin) * b.width;
	int code;

	look(&b);
	if (b.covered == b.end - b.begin)
		return 0;
	*read += n;
	if (rehearse)
		return 0;
	code = weft_spool_read(&z->job->spool, z->job->copied[k],
	                       number * BLOCK, (size_t)n, room, e);
	return code ? code
	       : weft_output_interrupted() ? 128 + weft_output_interrupted()
	       : check(z, k, number, room, e);
}

int
weft_zeros_rest(weft_zeros *z, bool rehearse, uint64_t *read, weft_errors *e)
{
	const weft_job *job = z->job;
	char *room = malloc(BLOCK);
	int code = 0;

	if (!room)
		weft_out_of_memory();
	for (size_t k = job->n_compared; k < job->n_copies && !code; k++)
		for (uint64_t i = 0; i < blocks_of(&job->copies[k]) && !code;
		     i++)
			if (claim(z, z->first[k] + i))
				code = check_rest(z, k, i, rehearse, room,
				                  read, e);
	free(room);
	return code;
}
