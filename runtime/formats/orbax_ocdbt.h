/* OCDBT, tensorstore's store of many small values in few files: a B+tree from
 * keys to values. manifest.ocdbt leads to the root of its latest version:
 *
 *     node: magic, length, version, compression | body | CRC-32C
 *     body: height, table of data files, entries in columns
 *
 * A value is in the leaf itself, or somewhere in a data file. All of it is
 * hostile: whatever does not fit makes a reader return false, and *problem
 * says why. */
#ifndef WEFT_ORBAX_OCDBT_H
#define WEFT_ORBAX_OCDBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../arena.h"

enum {
	WEFT_OCDBT_MANIFEST = 0x0cdb3a2a,
	WEFT_OCDBT_NODE = 0x0cdb20de,
	WEFT_OCDBT_HIGHEST = 32,               /* of nodes */
	WEFT_OCDBT_LARGEST = 128 << 20,        /* bytes of a decoded body, and
	                                        * of the keys, or paths, in it
	                                        * when they are whole */
};

/* Takes the frame of `n` bytes off: *body, of *size bytes, is to be freed. */
bool weft_ocdbt_unwrap(uint32_t magic, const unsigned char *bytes, size_t n,
                       unsigned char **body, size_t *size,
                       const char **problem);

/* Reads what a body is made of, and remembers what went wrong. */
struct weft_ocdbt_cursor {
	const unsigned char *p;
	size_t left;
	const char *problem;     /* NULL while all is well */
};

/* 0 once there is a problem. */
uint64_t weft_ocdbt_varint(struct weft_ocdbt_cursor *c);
uint64_t weft_ocdbt_little(struct weft_ocdbt_cursor *c, int bytes);

/* The next `n` bytes; NULL once there is a problem. */
const unsigned char *weft_ocdbt_take(struct weft_ocdbt_cursor *c, uint64_t n);

/* A data file: its path in the store. The paths in the tables of nodes in it
 * go on from the first `base` bytes. */
struct weft_ocdbt_file {
	const char *path;
	size_t base;
};

struct weft_ocdbt_place {
	struct weft_ocdbt_file file;
	uint64_t offset, size;
};

/* Of a leaf: a key and its value, at `bytes` or, if that is NULL, at `place`.
 * Of another node: the node at `place`, whose keys begin with the first
 * `common` bytes of `key`. Keys are relative to that of the node. */
struct weft_ocdbt_entry {
	const unsigned char *key;
	size_t n_key, common;
	const unsigned char *bytes;
	struct weft_ocdbt_place place;
};

struct weft_ocdbt_node {
	int height;
	struct weft_ocdbt_entry *entries;
	size_t n;
};

/* The place and height of the root that a manifest's body names; height -1 if
 * the store is empty. All is in the arena. */
bool weft_ocdbt_root(const unsigned char *body, size_t n, weft_arena *a,
                     struct weft_ocdbt_place *root, int *height,
                     const char **problem);

/* The node of a body, which must live as long as values at `bytes` do; `base`
 * is what the paths in its table go on from. All else is in the arena. */
bool weft_ocdbt_node_read(struct weft_ocdbt_node *node,
                          const unsigned char *body, size_t n,
                          const char *base, weft_arena *a,
                          const char **problem);

#endif
