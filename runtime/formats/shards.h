/* Which files of a directory are its safetensors checkpoint. */
#ifndef WEFT_SHARDS_H
#define WEFT_SHARDS_H

#include "../io/dir.h"
#include "index.h"

struct weft_shards {
	const char *sub;       /* "" or the subdirectory */
	const char *index;     /* its index file, or NULL */
	const char **names;    /* sorted. With an index: all that are there; */
	size_t n;              /* without: the ones to open, at least one */
};

/* Is there an index or a weights file in `sub` of `dir`? */
bool weft_shards_probe(const weft_dir *dir, const char *sub);

/* Looks into `sub` of `dir`: one of `whole` (NULL-ended, or NULL), else an
 * index, else model.safetensors, else every *.safetensors that is not hidden.
 * Returns 0, perhaps with a warning about files left out; WEFT_NOINPUT if there
 * are none or a numbered one is missing; WEFT_BAD if there are two of `whole`,
 * or two indexes and none has the usual name. */
int weft_shards_find(const weft_dir *dir, const char *sub,
                     const char *const *whole, weft_arena *a,
                     struct weft_shards *shards, weft_errors *e);

/* Checks files that are there and that the index does not name: returns
 * WEFT_BAD with a message if one is model.safetensors, and warns otherwise. */
int weft_shards_check_rest(const struct weft_shards *shards,
                           const struct weft_index *index, weft_errors *e);

#endif
