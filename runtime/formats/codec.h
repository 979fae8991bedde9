/* Compression of chunks, a piece at a time: no more is held than the window
 * of the format and what the caller holds. */
#ifndef WEFT_CODEC_H
#define WEFT_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "../error.h"

enum weft_codec {
	WEFT_CODEC_NONE,
	WEFT_CODEC_ZSTD,
	WEFT_CODEC_GZIP,
	WEFT_CODEC_ZLIB,
};

/* "zstd": for messages. */
const char *weft_codec_name(enum weft_codec codec);

/* --- decoding --- */

typedef struct weft_decoder weft_decoder;

/* Bytes to be decoded, and room for what they become; both move on. */
struct weft_pieces {
	const unsigned char *in;
	size_t n_in;
	unsigned char *out;
	size_t n_out;
};

enum weft_decoded {
	WEFT_DECODED_MORE,    /* input is used up, or the room is full */
	WEFT_DECODED_END,     /* the compressed data ends here */
	WEFT_DECODED_BAD,     /* it is corrupt */
};

/* Ended by weft_decoder_free(). A decoder takes at most 128 MiB. */
weft_decoder *weft_decoder_new(enum weft_codec codec);
void weft_decoder_free(weft_decoder *d);

/* Decodes until the input is used up, the room is full or the data ends. If
 * it is corrupt, *problem says how. */
enum weft_decoded weft_decode(weft_decoder *d, struct weft_pieces *p,
                              const char **problem);

/* The checksum that zarr and OCDBT put behind what they store. */
uint32_t weft_crc32c(const void *bytes, size_t n);

/* --- encoding --- */

/* Takes `n` bytes; returns 0 or a code, with a message, to stop. */
typedef int weft_sink(void *to, const void *bytes, size_t n, weft_errors *e);

typedef struct weft_encoder weft_encoder;

/* Encodes `size` bytes as one zstd frame that states its size; the same bytes
 * give the same frame. Ended by weft_encoder_free(). */
weft_encoder *weft_encoder_new(uint64_t size);
void weft_encoder_free(weft_encoder *c);

/* Encodes `n` more bytes; with the last of them the frame ends. What becomes
 * of them goes to `sink`. Returns 0, what `sink` returned, or WEFT_INTERNAL. */
int weft_encode(weft_encoder *c, const void *bytes, size_t n,
                weft_sink *sink, void *to, weft_errors *e);

#endif
