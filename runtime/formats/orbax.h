/* Orbax checkpoints: a tree of arrays, each in a directory of its own named by
 * the path of the leaf, joined by dots.
 *
 *     DIR/0/_CHECKPOINT_METADATA           the step: scan_layers
 *     DIR/0/items/_METADATA                the tree
 *     DIR/0/items/params.params.x/.zarray  an array, and its chunks
 *                                 0.0 …                                    */
#ifndef WEFT_ORBAX_H
#define WEFT_ORBAX_H

#include "../io/json.h"
#include "format.h"

#define WEFT_ORBAX_TREE "_METADATA"
#define WEFT_ORBAX_STEP "_CHECKPOINT_METADATA"
#define WEFT_ORBAX_DONE "commit_success.txt"
#define WEFT_ORBAX_OCDBT "manifest.ocdbt"
#define WEFT_ORBAX_ARRAYS "array_metadatas"

/* What _METADATA says. */
struct weft_orbax_tree {
	const char *path;        /* of _METADATA, for messages */
	const char **keys;       /* of the leaves that hold data, sorted; none
	                          * twice, each a plain name */
	size_t n;
	bool ocdbt;
	bool complete;           /* an absent chunk is lost, not empty */
};

/* If `path` is a step of a checkpoint, DIR/0, or its items, DIR/0/items: the
 * real path of DIR, to be freed, and *inside, "0/items" in the arena. NULL if
 * it is not. Our config lies in DIR. */
char *weft_orbax_root(const char *path, weft_arena *a, const char **inside);

/* "a/b", or the one that is not empty; in the arena or what was given. */
const char *weft_orbax_join(weft_arena *a, const char *dir, const char *name);

/* Reads file `path` of `src` and takes it, closed, into src->files as number
 * *file. The text is in the arena. Returns 0 or a code with a message. */
int weft_orbax_read(struct weft_source *src, const char *path, char **text,
                    size_t *n, int *file, weft_errors *e);

/* Reads `n` bytes of _METADATA. Returns 0, or WEFT_BAD with a message. */
int weft_orbax_tree_read(struct weft_orbax_tree *tree, const char *path,
                         const char *text, size_t n, weft_arena *a,
                         weft_errors *e);

/* Adds the tensor of array directory `items`/`key` to `src`. Returns 0 or a
 * code with a message. */
int weft_orbax_array(struct weft_source *src, const char *sub,
                     const char *items, const char *key, bool complete,
                     weft_errors *e);

/* Adds the tensors of the OCDBT store in `items`. Returns 0 or a code with a
 * message. */
int weft_orbax_ocdbt(struct weft_source *src, const char *sub,
                     const char *items, const struct weft_orbax_tree *tree,
                     weft_errors *e);

/* As in weft_format. */
int weft_orbax_lay_out(struct weft_target *t, const struct weft_wanted *wanted,
                       size_t n, const struct weft_layout_how *how,
                       weft_errors *e);

#endif
