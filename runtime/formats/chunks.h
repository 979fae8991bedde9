/* Tensors stored in chunks, as zarr stores arrays: where each chunk's bytes
 * are, and how to get at the elements.
 *
 *     shape 5 x 4, chunk 2 x 3           a grid of 3 x 2 chunks, counted
 *     0 0 0 1 .       row-major; each is stored row-major and whole: what
 *     0 0 0 1 .       lies beyond the tensor is in the file but means nothing
 *     2 2 2 3 .
 *     2 2 2 3 .
 *     4 4 4 5 .
 *     . . . . .                                                             */
#ifndef WEFT_CHUNKS_H
#define WEFT_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "format.h"

/* The stored bytes of one chunk: `size` of them at `offset` of
 * src->files[file], or at `bytes` if they were in a file that is not read
 * again. With file -1 the chunk is absent, and all of it is zeros. */
struct weft_chunk {
	const unsigned char *bytes;
	uint64_t offset, size;
	int file;
};

/* All checked: chunk[i] >= 1; grid[i] chunks cover shape[i]; n is the product
 * of the grid; `bytes` are the bytes of one chunk, decoded; where nothing is
 * compressed, they are the size of each chunk that is there. */
struct weft_chunks {
	const int64_t *chunk;    /* elements along each axis of the tensor */
	const int64_t *grid;     /* chunks along each axis */
	struct weft_chunk *at;
	uint64_t n;
	uint64_t bytes;
	enum weft_codec codec;
};

/* Where byte `at` of the row-major data of `t` is: in chunk *number, at byte
 * *into of its own data; *left bytes run on there. */
void weft_chunks_locate(const struct weft_stored *t, uint64_t at,
                        uint64_t *number, uint64_t *into, uint64_t *left);

/* Reads `n` bytes at `at` of the row-major data of `t`, whose chunks are not
 * compressed, across whatever chunks they lie in; any number of threads at
 * once, each with its own `e`. Returns 0, WEFT_BAD (a file changed), WEFT_OS
 * or WEFT_IO. */
int weft_chunks_read(const struct weft_source *src,
                     const struct weft_stored *t, uint64_t at, size_t n,
                     void *to, weft_errors *e);

/* One chunk, compressed or not, from its first byte to its last, in bounded
 * memory. Streams of different threads do not know of each other. */
struct weft_chunk_stream {
	const struct weft_source *src;
	const struct weft_stored *t;
	const struct weft_chunk *chunk;
	weft_decoder *decoder;
	unsigned char *buffer;   /* of stored bytes */
	size_t first, last;      /* those in it that are not decoded yet */
	uint64_t taken;          /* stored bytes that have been in the buffer */
	uint64_t given;          /* decoded bytes */
	uint64_t number;
	bool ended;              /* the decoder has seen the end */
};

/* Begins with chunk `number`. To be closed. */
void weft_chunk_open(struct weft_chunk_stream *s,
                     const struct weft_source *src,
                     const struct weft_stored *t, uint64_t number);

/* The next `n` bytes of the chunk's own row-major data (there are t->chunks->
 * bytes in all, more are not to be asked for). With the last of them the
 * stored bytes must end too. Returns 0, WEFT_BAD (they are corrupt, too short
 * or too long: the message names the file and the byte), WEFT_OS or
 * WEFT_IO. */
int weft_chunk_read(struct weft_chunk_stream *s, void *to, size_t n,
                    weft_errors *e);

void weft_chunk_close(struct weft_chunk_stream *s);

#endif
