#include "codec.h"

#include <stdlib.h>

#include "../arena.h"
#include "codec_run.h"

struct weft_decoder {
	enum weft_codec codec;
	void *state;
};

const char *
weft_codec_name(enum weft_codec codec)
{
	static const char *const names[] = {
		[WEFT_CODEC_NONE] = "none",
		[WEFT_CODEC_ZSTD] = "zstd",
		[WEFT_CODEC_GZIP] = "gzip",
		[WEFT_CODEC_ZLIB] = "zlib",
	};

	return names[codec];
}

weft_decoder *
weft_decoder_new(enum weft_codec codec)
{
	weft_decoder *d = calloc(1, sizeof *d);

	if (!d)
		weft_out_of_memory();
	d->codec = codec;
	d->state = codec == WEFT_CODEC_ZSTD
	                   ? weft_zstd_new()
	                   : weft_inflate_new(codec == WEFT_CODEC_GZIP);
	return d;
}

void
weft_decoder_free(weft_decoder *d)
{
	if (!d)
		return;
	if (d->codec == WEFT_CODEC_ZSTD)
		weft_zstd_free(d->state);
	else
		weft_inflate_free(d->state);
	free(d);
}

enum weft_decoded
weft_decode(weft_decoder *d, struct weft_pieces *p, const char **problem)
{
	return d->codec == WEFT_CODEC_ZSTD
	               ? weft_zstd_run(d->state, p, problem)
	               : weft_inflate_run(d->state, p, problem);
}

bool
weft_decode_all(enum weft_codec codec, const void *in, size_t n, void *out,
                size_t size, const char **problem)
{
	weft_decoder *d = weft_decoder_new(codec);
	struct weft_pieces p = {in, n, out, size};
	enum weft_decoded done = weft_decode(d, &p, problem);
	bool too_many = false;
	unsigned char spare;

	if (done == WEFT_DECODED_MORE && p.n_out == 0) {
		p.out = &spare;
		p.n_out = 1;
		done = weft_decode(d, &p, problem);
		too_many = p.n_out == 0;
		p.n_out = 0;
	}
	weft_decoder_free(d);
	if (done == WEFT_DECODED_BAD)
		return false;
	*problem = too_many ? "they become more bytes than they should"
	         : done == WEFT_DECODED_MORE ? "they end too early"
	         : p.n_in ? "something follows their end"
	                  : "they become fewer bytes than they should";
	return done == WEFT_DECODED_END && !too_many && !p.n_in && !p.n_out;
}

/* Reflected, a bit at a time: what it is for is small. */
uint32_t
weft_crc32c(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}
