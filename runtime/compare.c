#include "compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/kernels.h"
#include "zeros.h"

enum { PIECE = 256 << 10 };

static bool
as_real(enum weft_dtype dtype, const void *bytes, double *r)
{
	weft_value_chain to_f64 = {.to = WEFT_VALUE_F64};

	switch (dtype) {
	case WEFT_F64: to_f64.from = WEFT_VALUE_F64; break;
	case WEFT_F32: to_f64.from = WEFT_VALUE_F32; break;
	case WEFT_F16: to_f64.from = WEFT_VALUE_F16; break;
	case WEFT_BF16: to_f64.from = WEFT_VALUE_BF16; break;
	default: return false;
	}
	weft_value_run(&to_f64, bytes, r, 1);
	return true;
}

const char *
weft_element_text(char buffer[64], enum weft_dtype dtype, const void *bytes)
{
	int width = weft_dtype_bits(dtype) / 8;
	uint64_t bits = 0;
	double r;

	memcpy(&bits, bytes, (size_t)(width ? width : 1));
	if (as_real(dtype, bytes, &r))
		snprintf(buffer, 64, "0x%0*" PRIx64 " = %.9g", width * 2, bits,
		         r);
	else
		snprintf(buffer, 64, "0x%0*" PRIx64, width ? width * 2 : 2,
		         bits);
	return buffer;
}

static int
report(const struct weft_comparison *c, const struct weft_tensor *t,
       const struct weft_stored *s, uint64_t at, const char *want,
       const char *have, weft_errors *e)
{
	int bits = weft_dtype_bits(t->dtype);
	uint64_t width = bits < 8 ? 1 : (uint64_t)bits / 8;
	uint64_t into = at % width;
	const char *file = c->source->files[s->file].path;
	char index[256], a[64], b[64];

	weft_error(e, WEFT_BAD, "%s%s%s%s is %s and should be %s", t->dir,
	           t->dir[0] ? "/" : "", t->key,
	           weft_run_index(index, t->shape, t->rank,
	                          (int64_t)(at * 8 / (uint64_t)bits)),
	           weft_element_text(a, t->dtype, have - into),
	           weft_element_text(b, t->dtype, want - into));
	if (t->repeats && t->like)
		weft_hint(e, "byte %llu of %s; %s has to hold the same: %s",
		          (unsigned long long)(s->offset + at - into), file,
		          t->like, t->shares[0].cell->cell->where);
	else
		weft_hint(e, "byte %llu of %s; %s",
		          (unsigned long long)(s->offset + at - into), file,
		          c->why);
	return WEFT_BAD;
}

/* Elements at byte `at` that differ are counted where they are padding; what
 * stands in another place of the tensor, too, is none. */
static int
count_padding(struct weft_comparison *c, const struct weft_tensor *t,
              const struct weft_stored *s, uint64_t at, const char *want,
              const char *have, size_t n, weft_errors *e)
{
	size_t width = (size_t)weft_dtype_bits(t->dtype) / 8;
	char *holds = calloc(n / width + 1, 1);
	uint64_t count = 0;
	int code = 0;

	if (!holds)
		weft_out_of_memory();
	weft_zeros_mask(t, at / width, (at + n) / width, holds);
	for (size_t i = 0; i < n && !code; i += width) {
		if (memcmp(want + i, have + i, width) == 0)
			continue;
		if (holds[i / width])
			code = report(c, t, s, at + i, want + i, have + i, e);
		count++;
	}
	c->padding += count;
	free(holds);
	return code;
}

int
weft_compare_sink(void *context, size_t index, const void *bytes,
                  uint64_t offset, size_t n, weft_errors *e)
{
	struct weft_comparison *c = context;
	const struct weft_tensor *t = &c->list[index];
	const struct weft_stored *s = c->stored[index];
	char *have = malloc(PIECE);
	int code = 0;

	if (!have)
		weft_out_of_memory();
	for (size_t at = 0; at < n && !code;) {
		size_t k = n - at < PIECE ? n - at : PIECE, same;
		const char *want = (const char *)bytes + at;

		code = weft_spool_read(c->spool, s, offset + at, k, have, e);
		same = code ? k : weft_first_difference(want, have, k);
		if (same < k && c->count_padding &&
		    weft_dtype_bits(t->dtype) % 8 == 0)
			code = count_padding(c, t, s, offset + at, want, have,
			                     k, e);
		else if (same < k)
			code = report(c, t, s, offset + at + same,
			              want + same, have + same, e);
		at += k;
	}
	free(have);
	return code;
}

/* The first `n` of them. */
static int
compare(weft_job *job, size_t n, const weft_run_options *o, bool count_padding,
        uint64_t *padding)
{
	struct weft_comparison c = {
		.list = job->copies, .source = &job->source,
		.spool = &job->spool,
		.stored = job->copied,
		.why = "what pads a tensor has to be zero, and what it "
		       "repeats has to be the same",
		.count_padding = count_padding,
	};
	weft_run_options r = *o;
	weft_run_stats stats;
	int code;

	r.sink = weft_compare_sink;
	r.context = &c;
	r.order = NULL;
	r.progress = NULL;
	code = weft_run(job, job->copies, n, &r, &stats);
	*padding = c.padding;
	return code;
}

int
weft_compare_copies(weft_job *job, const weft_run_options *o,
                    bool count_padding, uint64_t *padding)
{
	return compare(job, job->n_copies, o, count_padding, padding);
}

int
weft_compare_repeats(weft_job *job, const weft_run_options *o,
                     bool count_padding, uint64_t *padding)
{
	return compare(job, job->n_compared, o, count_padding, padding);
}

int
weft_compare_rehearse(weft_job *job, const weft_run_options *o, uint64_t *read)
{
	weft_run_options r = *o;
	weft_run_stats stats;
	int code;

	r.sink = NULL;
	r.order = NULL;
	code = weft_run(job, job->copies, job->n_compared, &r, &stats);
	*read = stats.read;
	for (size_t i = 0; i < job->n_compared; i++)
		*read += job->copies[i].bytes;
	return code;
}
