/* Arrays in an OCDBT store: keys NAME/.zarray, NAME/0.0, … */
#include "orbax_ocdbt.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "../io/escape.h"
#include "orbax_array.h"

/* What a store may have in all: keys, bytes of keys, bytes of decoded nodes.
 * Nodes may be shared, so a small file could mean a tree without end. */
enum { MOST_KEYS = 1 << 22 };

#define MOST_KEY_BYTES ((size_t)1 << 28)
#define MOST_DECODED ((uint64_t)1 << 32)

struct value {
	const char *key;
	struct weft_chunk at;
};

struct store {
	struct weft_source *src;
	const char *items;
	const struct weft_orbax_tree *tree;
	int manifest;            /* its file */
	int first_file;          /* of the data files */
	struct value *values;    /* by key */
	size_t n;
	size_t key_bytes;
	uint64_t decoded;        /* bytes of nodes */
	weft_errors *e;
};

static const char advice[] =
	"if it cannot be repaired, save without OCDBT: MaxText has "
	"checkpoint_storage_use_ocdbt=False, Orbax use_ocdbt=False";

static int
damaged(const struct store *s, int file, uint64_t offset, const char *what,
        const char *problem)
{
	char shown[WEFT_ESCAPED];

	weft_error(s->e, WEFT_BAD, "%s: byte %" PRIu64 ": %s of the OCDBT "
	           "store: %s", weft_escape(shown, s->src->files[file].path),
	           offset, what, problem);
	weft_hint(s->e, "%s", advice);
	return WEFT_BAD;
}

/* The number of the data file at `path` of the store, opened if it is not. */
static int
find_file(struct store *s, const char *path, int *file)
{
	weft_arena *a = &s->src->arena;
	const char *full = weft_orbax_join(a, s->items, path);
	struct weft_file f;
	int code;

	for (*file = s->src->n_files; --*file >= s->first_file;)
		if (strcmp(s->src->files[*file].path, full) == 0)
			return 0;
	full = weft_alloc_text(a, full, strlen(full));
	*file = s->src->n_files;
	code = weft_dir_open_file(&s->src->dir, full, &f, s->e);
	if (!code)
		weft_source_keep(s->src, f);
	return code;
}

/* Finds the file of a place, which must be in it. */
static int
find_place(struct store *s, const struct weft_ocdbt_place *place, int *file)
{
	int code = find_file(s, place->file.path, file);
	uint64_t end;

	if (code)
		return code;
	if (!weft_add_u64(place->offset, place->size, &end) ||
	    end > s->src->files[*file].stamp.size)
		return damaged(s, *file, place->offset, "a value or node",
		               "it ends beyond the end of the file");
	return 0;
}

/* --- the tree --- */

/* A key with those of the nodes above it in front. */
static char *
full_key(weft_arena *a, const char *prefix, const unsigned char *key, size_t n)
{
	size_t n_prefix = strlen(prefix);
	char *s = weft_alloc(a, n_prefix + n + 1);

	memcpy(s, prefix, n_prefix);
	memcpy(s + n_prefix, key, n);
	return s;
}

static int
add_value(struct store *s, const char *prefix,
          const struct weft_ocdbt_entry *entry)
{
	weft_arena *a = &s->src->arena;
	struct value x = {
		.key = full_key(a, prefix, entry->key, entry->n_key),
		.at = {.offset = entry->place.offset,
		       .size = entry->place.size, .file = s->manifest},
	};
	int code = 0;

	s->key_bytes += strlen(x.key);
	if (s->n == MOST_KEYS || s->key_bytes > MOST_KEY_BYTES)
		return damaged(s, s->manifest, 0, "the tree",
		               "it has too many keys");
	if (s->n && strcmp(s->values[s->n - 1].key, x.key) >= 0)
		return damaged(s, s->manifest, 0, "the tree",
		               "its keys are not in order");
	if (entry->bytes) {
		unsigned char *copy = weft_alloc(a, (size_t)x.at.size + 1);

		memcpy(copy, entry->bytes, (size_t)x.at.size);
		x.at.bytes = copy;
		x.at.offset = 0;
	} else {
		code = find_place(s, &entry->place, &x.at.file);
	}
	if (code)
		return code;
	s->values = weft_grow(s->values, s->n, sizeof x);
	s->values[s->n++] = x;
	return 0;
}

static int visit(struct store *s, const struct weft_ocdbt_place *place,
                 int height, const char *prefix);

static int
visit_entries(struct store *s, const struct weft_ocdbt_node *node,
              const char *prefix, weft_arena *a)
{
	int code = 0;

	for (size_t i = 0; i < node->n && !code; i++) {
		const struct weft_ocdbt_entry *entry = &node->entries[i];

		if (!node->height)
			code = add_value(s, prefix, entry);
		else
			code = visit(s, &entry->place, node->height - 1,
			             full_key(a, prefix, entry->key,
			                      entry->common));
	}
	return code;
}

/* Reads `size` bytes of a file and takes the frame off. */
static int
read_body(struct store *s, uint32_t magic, int file, uint64_t offset,
          uint64_t size, unsigned char **body, size_t *n)
{
	const char *problem;
	unsigned char *bytes;
	int code;

	*body = NULL;
	if (size > WEFT_OCDBT_LARGEST)
		return damaged(s, file, offset, "a node", "it is too large");
	bytes = malloc((size_t)size + 1);
	if (!bytes)
		weft_out_of_memory();
	code = weft_file_pread(&s->src->files[file], bytes, (size_t)size,
	                       offset, s->e);
	if (!code && !weft_ocdbt_unwrap(magic, bytes, (size_t)size, body, n,
	                                &problem))
		code = damaged(s, file, offset, "a node", problem);
	free(bytes);
	if (code)
		return code;
	s->decoded += *n;
	if (s->decoded > MOST_DECODED) {
		free(*body);
		code = damaged(s, file, offset, "the tree", "it is too large");
	}
	return code;
}

/* Adds all values below the node at `place`, in the order of their keys, which
 * begin with `prefix`. */
static int
visit(struct store *s, const struct weft_ocdbt_place *place, int height,
      const char *prefix)
{
	struct weft_ocdbt_node node;
	weft_arena a = {0};
	unsigned char *body = NULL;
	const char *problem, *base;
	size_t n;
	int file, code = find_place(s, place, &file);

	if (!code)
		code = read_body(s, WEFT_OCDBT_NODE, file, place->offset,
		                 place->size, &body, &n);
	if (code)
		return code;
	base = weft_alloc_text(&a, place->file.path, place->file.base);
	if (!weft_ocdbt_node_read(&node, body, n, base, &a, &problem))
		code = damaged(s, file, place->offset, "a node", problem);
	else if (node.height != height)
		code = damaged(s, file, place->offset, "a node",
		               "it has another height than it should");
	if (node.height) {
		free(body);
		body = NULL;
	}
	if (!code)
		code = visit_entries(s, &node, prefix, &a);
	weft_arena_free(&a);
	free(body);
	return code;
}

static int
read_store(struct store *s)
{
	struct weft_ocdbt_place root;
	const char *problem;
	unsigned char *body;
	weft_arena a = {0};
	int height, code = find_file(s, WEFT_ORBAX_OCDBT, &s->manifest);
	size_t n;

	if (!code)
		code = read_body(s, WEFT_OCDBT_MANIFEST, s->manifest, 0,
		                 s->src->files[s->manifest].stamp.size, &body,
		                 &n);
	if (code)
		return code;
	if (!weft_ocdbt_root(body, n, &a, &root, &height, &problem))
		code = damaged(s, s->manifest, 0, "the manifest", problem);
	else if (height > WEFT_OCDBT_HIGHEST)
		code = damaged(s, s->manifest, 0, "the tree", "it is too high");
	else if (height >= 0)
		code = visit(s, &root, height, "");
	weft_arena_free(&a);
	free(body);
	return code;
}

/* --- arrays --- */

/* The index of the first value whose key is not below `key`. */
static size_t
find_key(const struct store *s, const char *key)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->values[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Reads the description that is value `i`. */
static int
describe(struct store *s, struct weft_orbax_array *array, size_t i, bool is_2)
{
	weft_arena *a = &s->src->arena;
	const struct value *v = &s->values[i];
	const char *path = weft_alloc_printf(
		a, "%s: %s", s->src->files[v->at.file].path, v->key);
	size_t n = (size_t)v->at.size;
	char *text;
	int code = 0;

	array->file = s->manifest;
	if (v->at.size > WEFT_JSON_MAX)
		return damaged(s, v->at.file, v->at.offset, "a description",
		               "it is too large");
	text = weft_alloc(a, n + 1);
	if (v->at.bytes)
		memcpy(text, v->at.bytes, n);
	else
		code = weft_file_pread(&s->src->files[v->at.file], text, n,
		                       v->at.offset, s->e);
	if (code)
		return code;
	return is_2 ? weft_zarr_read_2(&array->z, path, text, n, a, s->e)
	            : weft_zarr_read_3(&array->z, path, text, n, a, s->e);
}

/* Opens array `key`, whose values are first .. last. */
static int
open_array(struct store *s, const char *sub, const char *key, size_t first,
           size_t last)
{
	struct weft_orbax_array array = {
		.src = s->src, .complete = s->tree->complete, .e = s->e,
	};
	size_t skip = strlen(key) + 1, at = last;
	char shown[WEFT_ESCAPED];
	bool is_2 = false;
	int code;

	for (size_t i = first; i < last; i++) {
		const char *name = s->values[i].key + skip;

		if (strcmp(name, ".zarray") == 0 ||
		    strcmp(name, "zarr.json") == 0) {
			at = i;
			is_2 = name[0] == '.';
		}
	}
	if (at == last)
		return weft_error(s->e, WEFT_BAD, "%s: the OCDBT store has no "
		                  "array for the leaf %s", s->tree->path,
		                  weft_escape(shown, key));
	code = describe(s, &array, at, is_2);
	for (size_t i = first; i < last && !code; i++)
		if (i != at && strcmp(s->values[i].key + skip, ".zattrs") != 0)
			code = weft_orbax_object(&array, s->values[i].key + skip,
			                         s->values[i].at);
	if (!code)
		code = weft_orbax_tensor(&array, sub, key);
	free(array.objects);
	return code;
}

/* Opens the arrays of all leaves; every value is of one of them. */
static int
open_arrays(struct store *s, const char *sub)
{
	weft_arena a = {0};
	size_t used = 0;
	int code = 0;

	for (size_t i = 0; i < s->tree->n && !code; i++) {
		const char *key = s->tree->keys[i];
		/* '0' is what follows '/'. */
		size_t first = find_key(s, weft_alloc_printf(&a, "%s/", key));
		size_t last = find_key(s, weft_alloc_printf(&a, "%s0", key));

		code = open_array(s, sub, key, first, last);
		used += last - first;
	}
	weft_arena_free(&a);
	if (!code && used != s->n)
		code = weft_error(s->e, WEFT_BAD, "%s: knows the arrays of %zu "
		                  "values of the OCDBT store, which has %zu",
		                  s->tree->path, used, s->n);
	return code;
}

int
weft_orbax_ocdbt(struct weft_source *src, const char *sub, const char *items,
                 const struct weft_orbax_tree *tree, weft_errors *e)
{
	struct store s = {.src = src, .items = items, .tree = tree,
	                  .first_file = src->n_files, .e = e};
	int code = read_store(&s);

	if (!code)
		code = open_arrays(&s, sub);
	free(s.values);
	return code;
}
