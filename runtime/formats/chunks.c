#include "chunks.h"

#include <string.h>

/* How far the bytes of a tensor run on in one chunk. The axes behind `axis`
 * are whole in each chunk: they are `inner` bytes. */
struct run {
	int axis;
	uint64_t inner;
};

static struct run
find_run(const struct weft_stored *t)
{
	const struct weft_chunks *c = t->chunks;
	struct run run = {
		.axis = t->rank - 1,
		.inner = (uint64_t)weft_dtype_bits(t->dtype) / 8,
	};

	while (run.axis > 0 && c->chunk[run.axis] == t->shape[run.axis])
		run.inner *= (uint64_t)t->shape[run.axis--];
	return run;
}

/* Where byte `at` of a tensor is: in which chunk, at which of its bytes, and
 * how many follow there. */
struct spot {
	uint64_t number, into, left;
};

static struct spot
locate(const struct weft_stored *t, struct run run, uint64_t at)
{
	const struct weft_chunks *c = t->chunks;
	struct spot spot = {0, at % run.inner, 0};
	uint64_t rest = at / run.inner, step = 1, row = run.inner;

	if (run.axis < 0) {
		spot.left = run.inner - spot.into;
		return spot;
	}
	for (int i = t->rank - 1; i > run.axis; i--)
		step *= (uint64_t)c->grid[i];
	for (int i = run.axis; i >= 0; i--) {
		uint64_t size = (uint64_t)t->shape[i];
		uint64_t chunk = (uint64_t)c->chunk[i];
		uint64_t x = rest % size, in = x % chunk;

		if (i == run.axis) {
			uint64_t end = x - in + chunk < size ? chunk
			                                     : size - (x - in);

			spot.left = (end - in) * row - spot.into;
		}
		spot.number += x / chunk * step;
		spot.into += in * row;
		step *= (uint64_t)c->grid[i];
		row *= chunk;
		rest /= size;
	}
	return spot;
}

void
weft_chunks_locate(const struct weft_stored *t, uint64_t at, uint64_t *number,
                   uint64_t *into, uint64_t *left)
{
	struct spot spot = locate(t, find_run(t), at);

	*number = spot.number;
	*into = spot.into;
	*left = spot.left;
}

static int
read_run(const struct weft_source *src, const struct weft_chunk *chunk,
         uint64_t at, size_t n, void *to, weft_errors *e)
{
	if (chunk->bytes)
		memcpy(to, chunk->bytes + at, n);
	else if (chunk->file < 0)
		memset(to, 0, n);
	else
		return weft_file_pread(&src->files[chunk->file], to, n,
		                       chunk->offset + at, e);
	return 0;
}

int
weft_chunks_read(const struct weft_source *src, const struct weft_stored *t,
                 uint64_t at, size_t n, void *to, weft_errors *e)
{
	struct run run = find_run(t);
	unsigned char *p = to;
	int code = 0;

	while (n > 0 && !code) {
		struct spot spot = locate(t, run, at);
		size_t k = n < spot.left ? n : (size_t)spot.left;

		code = read_run(src, &t->chunks->at[spot.number], spot.into, k,
		                p, e);
		p += k;
		at += k;
		n -= k;
	}
	return code;
}
