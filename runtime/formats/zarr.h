/* Arrays of zarr, version 2 and 3: what describes one, and the files that hold
 * its chunks. */
#ifndef WEFT_ZARR_H
#define WEFT_ZARR_H

#include "../io/json.h"
#include "chunks.h"

/* What .zarray or zarr.json says, checked: as many chunk dims as dims, none
 * below 1, all products within 63 bits. */
struct weft_zarr {
	const char *path;        /* of the text, for messages */
	int64_t *shape;
	int64_t *stored;         /* elements along each axis of what one file
	                          * holds: a chunk, or a shard of them */
	int64_t *chunk;          /* the same, or its divisors in a shard */
	int rank;
	enum weft_dtype dtype;
	enum weft_codec codec;
	bool sharded;
	bool index_first;        /* of a shard: its index is at the start */
	bool index_checksum;
	bool other_fill;         /* absent chunks are not zeros */
	bool in_c;               /* chunk names begin with "c" */
	char separator;          /* of chunk names */
};

/* Reads the `n` bytes of .zarray (version 2) or zarr.json (version 3). All of
 * `z` is from the arena; `path` must live as long. Returns 0, or WEFT_BAD with
 * a message. */
int weft_zarr_read_2(struct weft_zarr *z, const char *path, const char *text,
                     size_t n, weft_arena *a, weft_errors *e);
int weft_zarr_read_3(struct weft_zarr *z, const char *path, const char *text,
                     size_t n, weft_arena *a, weft_errors *e);

/* What .zarray calls a dtype, e.g. "<f4"; NULL if it has no name for it. */
const char *weft_zarr_dtype_2(enum weft_dtype t);

/* The tensor that `z` describes, with all of its chunks absent yet: `key` and
 * `dir` as in weft_stored, `file` is what holds the description. Returns 0, or
 * WEFT_BAD with a message (more chunks than `most`). */
int weft_zarr_stored(const struct weft_zarr *z, const char *key,
                     const char *dir, int file, uint64_t most, weft_arena *a,
                     struct weft_stored *t, weft_errors *e);

/* The number of files (chunks, or shards) that the array may have. */
uint64_t weft_zarr_objects(const struct weft_zarr *z);

/* The number, row-major, of the file called `name` in the array's directory;
 * false if no chunk has that name. */
bool weft_zarr_number(const struct weft_zarr *z, const char *name,
                      uint64_t *number);

/* Takes the bytes `at` of file (chunk or shard) `number` into `t`. A shard's
 * index is read. Returns 0 or a code with a message. */
int weft_zarr_add(struct weft_source *src, const struct weft_zarr *z,
                  struct weft_stored *t, uint64_t number,
                  struct weft_chunk at, weft_errors *e);

/* --- for the two readers --- */

/* Reads `text` as JSON and fills `z` from it by `read`. Returns 0 or
 * WEFT_BAD. */
typedef int weft_zarr_reader(struct weft_zarr *z, const weft_json *v,
                             weft_arena *a, weft_errors *e);

int weft_zarr_read(struct weft_zarr *z, const char *path, const char *text,
                   size_t n, weft_zarr_reader *read, weft_arena *a,
                   weft_errors *e);

/* Checks that `object` is an object whose members are all in `known`, a list
 * that NULL ends. `what` names it. Returns 0 or WEFT_BAD. */
int weft_zarr_members(const struct weft_zarr *z, const weft_json *object,
                      const char *what, const char *const known[],
                      weft_errors *e);

/* Reads a list of integers of at least `least`, as long as the rank, or of any
 * length while z->shape is NULL. Returns 0 or WEFT_BAD. */
int weft_zarr_dims(struct weft_zarr *z, const weft_json *list,
                   const char *what, int64_t least, weft_arena *a,
                   int64_t **dims, weft_errors *e);

/* Reads a fill value: anything but a zero sets other_fill. */
void weft_zarr_fill(struct weft_zarr *z, const weft_json *value);

/* The sizes of z->stored and z->chunk: multiples, products. */
int weft_zarr_check(const struct weft_zarr *z, weft_errors *e);

#endif
