/* The header of one safetensors file, read strictly: what passes here, the
 * format's own reader takes the same way. */
#ifndef WEFT_HEADER_H
#define WEFT_HEADER_H

#include "format.h"

/* Reads the header of src->files[file] and adds its tensors, in order of their
 * keys, and its metadata to `src`. `dir` is kept. Returns 0, perhaps with a
 * warning, or a code with a message that names file, byte and tensor. */
int weft_header_read(struct weft_source *src, int file, const char *dir,
                     weft_errors *e);

/* A header whose text has been read. */
struct weft_header {
	struct weft_source *src;
	int file;
	const char *dir;
	const char *base;        /* its text; keys point into it */
	size_t first, metadata;  /* of its tensors and metadata in src */
	uint64_t data;           /* byte of the file where the data starts */
	uint64_t data_size;
};

/* The byte of the file where `key`, in quotes, stands. */
uint64_t weft_header_byte(const struct weft_header *h, const char *key);

/* The checks over all tensors of a header whose `offset` counts from the start
 * of the data: no key twice, no hole, no overlap, nothing left over. Sorts
 * them by key and makes `offset` count from the start of the file. */
int weft_header_check(struct weft_header *h, weft_errors *e);

#endif
