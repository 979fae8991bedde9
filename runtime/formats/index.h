/* The index of a sharded checkpoint, model.safetensors.index.json. */
#ifndef WEFT_INDEX_H
#define WEFT_INDEX_H

#include "format.h"

struct weft_index_entry {
	const char *key;
	const char *name;   /* of the file it should be in, as written */
	int file;           /* that in src->files, once it is known */
};

struct weft_index {
	const char *path;                   /* relative to the source */
	struct weft_index_entry *entries;   /* by key; no key twice */
	size_t n;
	const char **names;                 /* the files named, sorted, */
	size_t n_names;                     /* none twice, all plain */
	bool has_total;
	uint64_t total_size;
};

/* Reads index `path` of `src` into its arena. Returns 0, perhaps with a
 * warning, or a code with a message. */
int weft_index_read(struct weft_source *src, const char *path,
                    struct weft_index *index, weft_errors *e);

/* Compares the index, whose entries have their `file`, with the tensors of the
 * headers, src->tensors from `first` on, sorted by key. Returns 0, perhaps
 * with a warning about the total size, or WEFT_BAD with a message. */
int weft_index_check(const struct weft_source *src, size_t first,
                     const struct weft_index *index, weft_errors *e);

#endif
