/* The frame around a manifest or node, and the numbers in it. */
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "orbax_ocdbt.h"

enum { MAGIC = 4, LENGTH = 8, CHECKSUM = 4, MARGIN = 4096 };

static bool
refuse(struct weft_ocdbt_cursor *c, const char *problem)
{
	if (!c->problem)
		c->problem = problem;
	c->left = 0;
	return false;
}

const unsigned char *
weft_ocdbt_take(struct weft_ocdbt_cursor *c, uint64_t n)
{
	const unsigned char *p = c->p;

	if (c->problem || n > c->left) {
		refuse(c, "it ends too early");
		return NULL;
	}
	c->p += n;
	c->left -= (size_t)n;
	return p;
}

uint64_t
weft_ocdbt_little(struct weft_ocdbt_cursor *c, int bytes)
{
	const unsigned char *p = weft_ocdbt_take(c, (uint64_t)bytes);
	uint64_t x = 0;

	while (p && bytes-- > 0)
		x = x << 8 | p[bytes];
	return x;
}

uint64_t
weft_ocdbt_varint(struct weft_ocdbt_cursor *c)
{
	uint64_t x = 0;

	for (int shift = 0; shift < 64; shift += 7) {
		const unsigned char *p = weft_ocdbt_take(c, 1);

		if (!p)
			return 0;
		if (shift == 63 && *p > 1)
			break;
		x |= (uint64_t)(*p & 0x7f) << shift;
		if (*p < 0x80)
			return x;
	}
	refuse(c, "a number in it is too large");
	return 0;
}

/* Decodes to a size that is not known before. */
static bool
decode(struct weft_ocdbt_cursor *c, unsigned char **body, size_t *size)
{
	weft_decoder *d = weft_decoder_new(WEFT_CODEC_ZSTD);
	struct weft_pieces p = {c->p, c->left, NULL, 0};
	enum weft_decoded done = WEFT_DECODED_MORE;
	size_t room = 0;

	while (done == WEFT_DECODED_MORE && room < WEFT_OCDBT_LARGEST) {
		size_t had = room;

		room = 2 * room + MARGIN;
		if (room > WEFT_OCDBT_LARGEST)
			room = WEFT_OCDBT_LARGEST;
		*body = realloc(*body, room);
		if (!*body)
			weft_out_of_memory();
		p.out = *body + had;
		p.n_out = room - had;
		done = weft_decode(d, &p, &c->problem);
		if (done == WEFT_DECODED_MORE && p.n_out > 0)
			break;
	}
	weft_decoder_free(d);
	*size = room - p.n_out;
	if (done == WEFT_DECODED_BAD)
		return false;
	if (done == WEFT_DECODED_MORE)
		return refuse(c, p.n_out ? "it ends too early"
		                         : "it becomes too many bytes");
	return p.n_in == 0 || refuse(c, "something follows its end");
}

static bool
unwrap(struct weft_ocdbt_cursor *c, uint32_t magic, unsigned char **body,
       size_t *size)
{
	const unsigned char *all = c->p, *p = weft_ocdbt_take(c, MAGIC);
	size_t n = c->left + MAGIC;
	uint64_t length = weft_ocdbt_little(c, LENGTH), version, packed;

	if (!p || c->problem || n < MAGIC + LENGTH + CHECKSUM)
		return refuse(c, "it ends too early");
	if (((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	     (uint32_t)p[2] << 8 | p[3]) != magic)
		return refuse(c, "it does not begin as one");
	if (length != n)
		return refuse(c, "it says that it has another length");
	c->left -= CHECKSUM;
	p = all + n - CHECKSUM;
	if (weft_crc32c(all, n - CHECKSUM) !=
	    ((uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	     (uint32_t)p[1] << 8 | p[0]))
		return refuse(c, "its checksum is wrong");
	version = weft_ocdbt_varint(c);
	packed = weft_ocdbt_varint(c);
	if (c->problem || version != 0 || packed > 1)
		return refuse(c, "its version is not known");
	if (packed)
		return decode(c, body, size);
	*size = c->left;
	*body = malloc(*size + 1);
	if (!*body)
		weft_out_of_memory();
	memcpy(*body, c->p, *size);
	return true;
}

bool
weft_ocdbt_unwrap(uint32_t magic, const unsigned char *bytes, size_t n,
                  unsigned char **body, size_t *size, const char **problem)
{
	struct weft_ocdbt_cursor c = {bytes, n, NULL};
	bool good;

	*body = NULL;
	good = unwrap(&c, magic, body, size);
	if (!good) {
		free(*body);
		*body = NULL;
		*problem = c.problem;
	}
	return good;
}
