/* Where the chunks are in a file, which may be a shard:
 *
 *     chunk chunk … chunk index           (or the index first)
 *
 * The index has 16 bytes for each chunk, row-major: where it begins and how
 * many bytes it has, little-endian, all ones for a chunk that is absent; and
 * perhaps a CRC-32C behind them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "../io/escape.h"
#include "../text.h"
#include "zarr.h"

/* Chunks in a shard beyond this are refused: the index is read whole. */
enum { MOST_INSIDE = 1 << 20, ENTRY = 16, CHECKSUM = 4 };

struct shard {
	struct weft_source *src;
	const struct weft_zarr *z;
	struct weft_stored *t;
	struct weft_chunk at;
	uint64_t n;              /* chunks in it */
	unsigned char *index;
	weft_errors *e;
};

__attribute__((format(printf, 2, 3))) static int
refuse(const struct shard *s, const char *fmt, ...)
{
	char file[WEFT_ESCAPED], key[WEFT_ESCAPED];
	weft_text text = {0};
	va_list ap;

	va_start(ap, fmt);
	weft_text_vprintf(&text, fmt, ap);
	va_end(ap);
	weft_error(s->e, WEFT_BAD, "%s: a part of tensor \"%s\": %s",
	           weft_escape(file, s->src->files[s->at.file].path),
	           weft_escape(key, s->t->key), weft_text_cstr(&text));
	weft_text_free(&text);
	return WEFT_BAD;
}

/* Takes one chunk, number `i` of the tensor. */
static int
take(const struct shard *s, uint64_t i, struct weft_chunk at)
{
	const struct weft_chunks *c = s->t->chunks;

	if (c->codec == WEFT_CODEC_NONE && at.size != c->bytes)
		return refuse(s, "%" PRIu64 " bytes, a chunk of it has %"
		              PRIu64, at.size, c->bytes);
	c->at[i] = at;
	return 0;
}

static uint64_t
little(const unsigned char *p, int n)
{
	uint64_t x = 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

/* Reads the index, which is to be freed. */
static int
read_index(struct shard *s)
{
	uint64_t size = s->n * ENTRY, all, at;
	int code;

	all = size + (s->z->index_checksum ? CHECKSUM : 0);
	if (s->at.size < all)
		return refuse(s, "%" PRIu64 " bytes, the index of a shard of %"
		              PRIu64 " chunks alone has %" PRIu64, s->at.size,
		              s->n, all);
	at = s->z->index_first ? 0 : s->at.size - all;
	s->index = malloc((size_t)all);
	if (!s->index)
		weft_out_of_memory();
	if (s->at.bytes) {
		memcpy(s->index, s->at.bytes + at, (size_t)all);
	} else {
		code = weft_file_pread(&s->src->files[s->at.file], s->index,
		                       (size_t)all, s->at.offset + at, s->e);
		if (code)
			return code;
	}
	if (s->z->index_checksum &&
	    weft_crc32c(s->index, (size_t)size) !=
	            (uint32_t)little(s->index + size, CHECKSUM))
		return refuse(s, "byte %" PRIu64 ": the checksum of the index "
		              "of the shard is wrong", s->at.offset + at);
	return 0;
}

/* The number in the tensor of chunk `inside` of shard `number`. False if it
 * lies beyond the tensor. */
static bool
number_of(const struct shard *s, uint64_t number, uint64_t inside, uint64_t *i)
{
	const struct weft_zarr *z = s->z;
	uint64_t step = 1;

	*i = 0;
	for (int k = z->rank - 1; k >= 0; k--) {
		uint64_t per = (uint64_t)(z->stored[k] / z->chunk[k]);
		uint64_t grid = (uint64_t)s->t->chunks->grid[k];
		uint64_t shards = grid / per + (grid % per != 0);
		uint64_t x = number % shards * per + inside % per;

		if (x >= grid)
			return false;
		*i += x * step;
		step *= grid;
		number /= shards;
		inside /= per;
	}
	return true;
}

static int
take_entry(const struct shard *s, uint64_t number, uint64_t inside)
{
	const unsigned char *entry = s->index + inside * ENTRY;
	uint64_t offset = little(entry, 8), size = little(entry + 8, 8), end;
	struct weft_chunk at = s->at;
	uint64_t i;

	if ((offset == UINT64_MAX && size == UINT64_MAX) ||
	    !number_of(s, number, inside, &i))
		return 0;
	if (!weft_add_u64(offset, size, &end) || end > s->at.size)
		return refuse(s, "the index says that chunk %" PRIu64
		              " has bytes %" PRIu64 " + %" PRIu64 " of %"
		              PRIu64, inside, offset, size, s->at.size);
	if (at.bytes)
		at.bytes += offset;
	at.offset += offset;
	at.size = size;
	return take(s, i, at);
}

int
weft_zarr_add(struct weft_source *src, const struct weft_zarr *z,
              struct weft_stored *t, uint64_t number, struct weft_chunk at,
              weft_errors *e)
{
	struct shard s = {.src = src, .z = z, .t = t, .at = at, .n = 1, .e = e};
	int code;

	if (!z->sharded)
		return take(&s, number, at);
	for (int i = 0; i < z->rank && s.n <= MOST_INSIDE; i++) {
		uint64_t per = (uint64_t)(z->stored[i] / z->chunk[i]);

		if (!weft_mul_u64(s.n, per, &s.n))
			s.n = UINT64_MAX;
	}
	if (s.n > MOST_INSIDE)
		return weft_refuse(z->path, e, "more than %d chunks in a shard "
		                   "are not supported", MOST_INSIDE);
	code = read_index(&s);
	for (uint64_t i = 0; i < s.n && !code; i++)
		code = take_entry(&s, number, i);
	free(s.index);
	return code;
}
