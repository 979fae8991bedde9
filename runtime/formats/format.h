/* Checkpoint formats: a source is opened into one table of stored tensors, a
 * target is laid out into files with finished headers. No data is read or
 * written here. */
#ifndef WEFT_FORMAT_H
#define WEFT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../arena.h"
#include "../error.h"
#include "../io/dir.h"
#include "dtype.h"

struct weft_chunks;

enum {
	WEFT_MAX_RANK = 64,
	WEFT_MAX_HEADER = 100000000,  /* bytes; the format's own limit */
};

/* --- reading --- */

/* One stored tensor. All numbers are checked: offset + bytes lies inside the
 * file, count is the product of shape, bytes is count elements of dtype. For
 * a tensor in chunks `file` is what describes it, and `offset` is 0. */
struct weft_stored {
	const char *key;
	const char *dir;         /* "" for the root, or a subdirectory's path */
	const int64_t *shape;    /* slowest first; `rank` long */
	int64_t count;           /* elements */
	uint64_t offset, bytes;  /* of the data in files[file] */
	enum weft_dtype dtype;
	int rank;
	int file;
	const struct weft_chunks *chunks; /* chunks.h; NULL: the data lies
	                          * in files[file] in one piece */
};

/* One entry of a file's __metadata__, or of the custom metadata of an Orbax
 * step: strings as they are, booleans and numbers as JSON writes them. */
struct weft_metadata {
	const char *key, *value;
	int file;
};

/* Stays where it was opened: its files point back into it. */
struct weft_source {
	weft_arena arena;
	weft_dir dir;
	const struct weft_format *format;
	struct weft_file *files;           /* path is relative to dir */
	int n_files;
	struct weft_stored *tensors;       /* by (dir, key), bytewise */
	size_t n;
	struct weft_metadata *metadata;    /* by file, in header order */
	size_t n_metadata;
	const char *const *whole;          /* as in weft_open_options */
	bool has_index;                    /* the root has an index file */
	const char *inside;                /* the part of `dir` that the user
	                                    * named, or NULL: all of it */
};

struct weft_open_options {
	bool follow_symlinks;
	/* Also open each subdirectory with weights of its own, with `dir` its
	 * name: the ranks of a layout by rank. Or those of one without, as
	 * pp0/tp1, up to four deep. Names are made of [A-Za-z0-9_.-], not
	 * hidden and not a converter's partial output. */
	bool subdirs;
	/* Files each of which is a whole checkpoint: where one is there, no
	 * other is opened; two are an error. NULL-ended, or NULL; lives as
	 * long as the source. */
	const char *const *whole;
};

/* Opens `path`, a directory, one .safetensors file or one index file. Returns
 * 0 (perhaps with warnings), or the code of the first message. The source is
 * to be closed either way. */
int weft_source_open(struct weft_source *src, const char *path,
                     struct weft_open_options options, weft_errors *e);
void weft_source_close(struct weft_source *src);

/* Whether `dir` itself looks like a checkpoint of any format. */
bool weft_source_probe(const weft_dir *dir);

/* Takes an open file into src->files, for the formats. Beyond what the limit on
 * descriptors allows, files are opened again for each read. */
void weft_source_keep(struct weft_source *src, struct weft_file f);

/* The tensor stored under `key` in `dir`, or NULL. */
const struct weft_stored *weft_source_find(const struct weft_source *src,
                                           const char *dir, const char *key);

/* After the last read: is every file still what it was when it was opened?
 * Returns 0, or WEFT_BAD with a message for each that is not. */
int weft_source_unchanged(const struct weft_source *src, weft_errors *e);

/* --- writing --- */

/* What the user may say about the files of a target. A format takes of it
 * what it knows. */
struct weft_layout_how {
	uint64_t max_shard;  /* bytes of data in a file of many tensors, 0: no
	                      * limit; a larger tensor has a file of its own */
	uint64_t max_chunk;  /* bytes of a chunk of an array, 0: 64 MiB */
	const char *file;    /* name of the one file, whatever its size; NULL:
	                      * as the format does */
	bool asked;          /* max_shard is what the user said: WEFT_USAGE if
	                      * `file` would have to be split */
	bool zstd;           /* finished chunks will be compressed */
	const struct weft_metadata *metadata; /* to be put down: values true,
	                      * false and integers become such JSON */
	size_t n_metadata;
};

/* A tensor to write. */
struct weft_wanted {
	const char *key;
	const int64_t *shape;
	int rank;
	enum weft_dtype dtype;
};

/* Where it goes: `offset` counts from the start of files[file]. A tensor in
 * chunks begins files[file] and goes on in the next ones: the data is rows of
 * `row` bytes, `rows` of them to a block, and a file takes `per_file` rows of
 * one block (its last one perhaps fewer, but it is as large as the others).
 *
 *     block 0           block 1             rows = 5, per_file = 2
 *     r r | r r | r .   r r | r r | r .     six files                      */
struct weft_slot {
	uint64_t offset, bytes;
	int file;
	uint64_t row, rows, per_file; /* row 0: all in one file */
};

struct weft_target_file {
	const char *dir;       /* as in weft_target_text */
	const char *name;      /* plain; no directory */
	const char *header;    /* the first `header_size` bytes of the file */
	uint64_t header_size;
	uint64_t size;         /* of the whole file */
};

/* A small file that describes the others. */
struct weft_target_text {
	const char *dir;       /* below the directory of the target: "0/items";
	                        * "" for itself */
	const char *name;
	const char *text;
	uint64_t size;
};

/* One directory of the target, all in memory. */
struct weft_target {
	weft_arena arena;
	const struct weft_format *format;
	struct weft_target_file *files;
	int n_files;
	struct weft_slot *slots;     /* parallel to the wanted tensors; may be
	                              * freed, and set to NULL, before */
	size_t n;
	uint64_t total_size;         /* bytes of tensor data */
	struct weft_target_text *texts; /* small files, to be written behind
	                              * the data and in this order: an index,
	                              * metadata, a commit marker */
	int n_texts;
};

struct weft_format {
	const char *name;
	/* Does subdirectory `sub` ("" for the root) of `dir` look like a
	 * checkpoint of this format? No messages. */
	bool (*probe)(const weft_dir *dir, const char *sub);
	/* Adds the files and tensors of `sub`, a name that lives in the arena,
	 * to src, unsorted. Returns 0 or a code with a message. */
	int (*open)(struct weft_source *src, const char *sub, weft_errors *e);
	/* The same for the one file, or index, that the user named; NULL if a
	 * checkpoint of this format is never a file. */
	int (*open_file)(struct weft_source *src, const char *name,
	                 weft_errors *e);
	/* As weft_target_lay_out. */
	int (*lay_out)(struct weft_target *t, const struct weft_wanted *wanted,
	               size_t n, const struct weft_layout_how *how,
	               weft_errors *e);
};

extern const struct weft_format weft_safetensors, weft_orbax;

/* The format of that name; NULL if there is none. */
const struct weft_format *weft_format_find(const char *name);

/* Lays `n` tensors of pairwise different keys out in files, in natural order
 * of their keys. Neither `wanted` nor `how` is kept.
 * Returns 0, WEFT_USAGE, or WEFT_BAD with a message (two equal keys, a header over
 * WEFT_MAX_HEADER, sizes over 63 bits). To be freed either way. */
int weft_target_lay_out(struct weft_target *t, const struct weft_format *f,
                        const struct weft_wanted *wanted, size_t n,
                        const struct weft_layout_how *how, weft_errors *e);
void weft_target_free(struct weft_target *t);

/* --- printing --- */

/* The table of `src` to `out`: KEY DTYPE SHAPE FILE OFFSET BYTES, separated by
 * tabs, one line a tensor, SHAPE as 2,3 and empty for rank 0, KEY with control
 * bytes, backslashes as JSON escapes; with `json` one list of objects.
 * Returns 0 or the code of the first message. */
int weft_headers_print(FILE *out, const char *src, bool json, bool follow,
                       weft_errors *e);

#endif
