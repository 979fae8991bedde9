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
