#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../io/escape.h"
#include "chunks.h"

/* Stored bytes read at a time. */
#define BUFFER ((size_t)1 << 18)

void
weft_chunk_open(struct weft_chunk_stream *s, const struct weft_source *src,
                const struct weft_stored *t, uint64_t number)
{
	const struct weft_chunks *c = t->chunks;

	*s = (struct weft_chunk_stream){
		.src = src,
		.t = t,
		.chunk = &c->at[number],
		.number = number,
	};
	if (c->codec == WEFT_CODEC_NONE || s->chunk->file < 0)
		return;
	s->decoder = weft_decoder_new(c->codec);
	s->buffer = malloc(BUFFER);
	if (!s->buffer)
		weft_out_of_memory();
}

void
weft_chunk_close(struct weft_chunk_stream *s)
{
	weft_decoder_free(s->decoder);
	free(s->buffer);
	*s = (struct weft_chunk_stream){0};
}

static int
corrupt(const struct weft_chunk_stream *s, const char *problem, weft_errors *e)
{
	const struct weft_file *f = &s->src->files[s->chunk->file];
	char file[WEFT_ESCAPED], key[WEFT_ESCAPED];

	weft_error(e, WEFT_BAD, "%s: byte %" PRIu64 ": chunk %" PRIu64 " of "
	           "tensor \"%s\" is not what %s makes of %" PRIu64 " bytes: "
	           "%s", weft_escape(file, f->path),
	           s->chunk->offset + s->taken - (s->last - s->first),
	           s->number, weft_escape(key, s->t->key),
	           weft_codec_name(s->t->chunks->codec), s->t->chunks->bytes,
	           problem);
	weft_hint(e, "the file is damaged: copy or save it again");
	return WEFT_BAD;
}

/* Reads more stored bytes once all that were read are decoded. */
static int
refill(struct weft_chunk_stream *s, weft_errors *e)
{
	uint64_t left = s->chunk->size - s->taken;
	size_t n = left < BUFFER ? (size_t)left : BUFFER;
	int code = 0;

	if (s->first < s->last || n == 0)
		return 0;
	if (s->chunk->bytes)
		memcpy(s->buffer, s->chunk->bytes + s->taken, n);
	else
		code = weft_file_pread(&s->src->files[s->chunk->file],
		                       s->buffer, n,
		                       s->chunk->offset + s->taken, e);
	s->first = 0;
	s->last = code ? 0 : n;
	s->taken += s->last;
	return code;
}

/* Decodes until `n` bytes are there, the data ends or the input does. What is
 * missing of them remains in *n. */
static int
decode(struct weft_chunk_stream *s, unsigned char *to, size_t *n,
       weft_errors *e)
{
	const char *problem;

	while (*n > 0 && !s->ended) {
		struct weft_pieces p = {NULL, 0, to, *n};
		int code = refill(s, e);
		enum weft_decoded done;

		if (code)
			return code;
		p.in = s->buffer + s->first;
		p.n_in = s->last - s->first;
		done = weft_decode(s->decoder, &p, &problem);
		if (done == WEFT_DECODED_BAD)
			return corrupt(s, problem, e);
		s->ended = done == WEFT_DECODED_END;
		if (p.n_out == *n && p.n_in == s->last - s->first &&
		    s->taken == s->chunk->size && !s->ended)
			return corrupt(s, "it ends too early", e);
		s->first = s->last - p.n_in;
		to += *n - p.n_out;
		*n = p.n_out;
	}
	return 0;
}

/* All of the chunk is decoded: nothing may follow. */
static int
finish(struct weft_chunk_stream *s, weft_errors *e)
{
	unsigned char spare;
	size_t n = 1;
	int code = decode(s, &spare, &n, e);

	if (code)
		return code;
	if (n == 0)
		return corrupt(s, "it becomes more bytes", e);
	if (s->first < s->last || s->taken < s->chunk->size)
		return corrupt(s, "something follows its end", e);
	return 0;
}

static int
read_stored(struct weft_chunk_stream *s, void *to, size_t n, weft_errors *e)
{
	const struct weft_chunk *c = s->chunk;

	if (c->bytes)
		memcpy(to, c->bytes + s->given, n);
	else if (c->file < 0)
		memset(to, 0, n);
	else
		return weft_file_pread(&s->src->files[c->file], to, n,
		                       c->offset + s->given, e);
	return 0;
}

int
weft_chunk_read(struct weft_chunk_stream *s, void *to, size_t n,
                weft_errors *e)
{
	size_t missing = n;
	int code;

	if (!s->decoder) {
		code = read_stored(s, to, n, e);
		s->given += n;
		return code;
	}
	code = decode(s, to, &missing, e);
	if (code)
		return code;
	if (missing)
		return corrupt(s, "it becomes fewer bytes", e);
	s->given += n;
	return s->given == s->t->chunks->bytes ? finish(s, e) : 0;
}
