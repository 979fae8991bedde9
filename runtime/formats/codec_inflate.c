/* The one place that knows zlib. */
#include <stdlib.h>
#include <zlib.h>

#include "../arena.h"
#include "codec_run.h"

/* What goes into one call: zlib counts in unsigned int. */
enum { MOST = 1 << 30, WINDOW_BITS = 15, GZIP_ONLY = 16 };

void *
weft_inflate_new(bool gzip)
{
	z_stream *z = calloc(1, sizeof *z);

	if (!z || inflateInit2(z, WINDOW_BITS + (gzip ? GZIP_ONLY : 0)) != Z_OK)
		weft_out_of_memory();
	return z;
}

void
weft_inflate_free(void *state)
{
	inflateEnd(state);
	free(state);
}

static unsigned int
at_most(size_t n)
{
	return n < MOST ? (unsigned int)n : MOST;
}

enum weft_decoded
weft_inflate_run(void *state, struct weft_pieces *p, const char **problem)
{
	z_stream *z = state;
	unsigned int in, out;
	int r;

	do {
		z->next_in = (Bytef *)(uintptr_t)p->in;
		z->avail_in = in = at_most(p->n_in);
		z->next_out = p->out;
		z->avail_out = out = at_most(p->n_out);
		r = inflate(z, Z_NO_FLUSH);
		in -= z->avail_in;
		out -= z->avail_out;
		p->in += in;
		p->n_in -= in;
		p->out += out;
		p->n_out -= out;
	} while (r == Z_OK && (in || out) && p->n_in && p->n_out);
	if (r == Z_STREAM_END)
		return WEFT_DECODED_END;
	if (r == Z_OK || r == Z_BUF_ERROR)
		return WEFT_DECODED_MORE;
	if (r == Z_MEM_ERROR)
		weft_out_of_memory();
	*problem = z->msg ? z->msg : "it needs a dictionary";
	return WEFT_DECODED_BAD;
}
