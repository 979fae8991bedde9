/* The one place that knows libzstd. */
#include <stdlib.h>
#include <zstd.h>

#include "../arena.h"
#include "codec_run.h"

/* No frame makes the decoder keep more than 2^27 bytes. */
enum { WINDOW_LOG = 27, LEVEL = 1 };

void *
weft_zstd_new(void)
{
	ZSTD_DCtx *d = ZSTD_createDCtx();

	if (!d || ZSTD_isError(ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax,
	                                              WINDOW_LOG)))
		weft_out_of_memory();
	return d;
}

void
weft_zstd_free(void *state)
{
	ZSTD_freeDCtx(state);
}

enum weft_decoded
weft_zstd_run(void *state, struct weft_pieces *p, const char **problem)
{
	ZSTD_inBuffer in = {p->in, p->n_in, 0};
	ZSTD_outBuffer out = {p->out, p->n_out, 0};
	size_t left, had;

	do {
		had = in.pos + out.pos;
		left = ZSTD_decompressStream(state, &out, &in);
	} while (!ZSTD_isError(left) && left && in.pos + out.pos > had);
	p->in += in.pos;
	p->n_in -= in.pos;
	p->out += out.pos;
	p->n_out -= out.pos;
	if (ZSTD_isError(left)) {
		*problem = ZSTD_getErrorName(left);
		return WEFT_DECODED_BAD;
	}
	return left ? WEFT_DECODED_MORE : WEFT_DECODED_END;
}

/* --- encoding --- */

struct weft_encoder {
	ZSTD_CCtx *context;
	uint64_t left;       /* bytes still to come */
	size_t room;
	unsigned char *out;
};

weft_encoder *
weft_encoder_new(uint64_t size)
{
	weft_encoder *c = calloc(1, sizeof *c);

	if (!c)
		weft_out_of_memory();
	c->context = ZSTD_createCCtx();
	c->left = size;
	c->room = ZSTD_CStreamOutSize();
	c->out = malloc(c->room);
	if (!c->context || !c->out ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(
	            c->context, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(c->context, size)))
		weft_out_of_memory();
	return c;
}

void
weft_encoder_free(weft_encoder *c)
{
	if (!c)
		return;
	ZSTD_freeCCtx(c->context);
	free(c->out);
	free(c);
}

int
weft_encode(weft_encoder *c, const void *bytes, size_t n, weft_sink *sink,
            void *to, weft_errors *e)
{
	ZSTD_inBuffer in = {bytes, n, 0};
	ZSTD_EndDirective how;
	size_t left;
	int code = 0;

	if (n > c->left)
		return weft_error(e, WEFT_INTERNAL, "%zu bytes more than said "
		                  "to compress", (size_t)(n - c->left));
	c->left -= n;
	how = c->left ? ZSTD_e_continue : ZSTD_e_end;
	do {
		ZSTD_outBuffer out = {c->out, c->room, 0};

		left = ZSTD_compressStream2(c->context, &out, &in, how);
		if (ZSTD_isError(left))
			return weft_error(e, WEFT_INTERNAL, "zstd: %s",
			                  ZSTD_getErrorName(left));
		if (out.pos)
			code = sink(to, c->out, out.pos, e);
	} while (!code && (in.pos < n || (how == ZSTD_e_end && left)));
	return code;
}
