/* One array: its description, and the objects that hold its chunks. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../io/escape.h"
#include "orbax_array.h"

/* Chunks of which nothing is stored are counted up to here. */
enum { MOST_ABSENT = 1 << 20, INDEX_ENTRY = 16 };

static int
compare_objects(const void *a, const void *b)
{
	const struct weft_orbax_object *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

int
weft_orbax_object(struct weft_orbax_array *a, const char *name,
                  struct weft_chunk at)
{
	char shown[WEFT_ESCAPED];
	struct weft_orbax_object x = {.at = at};

	if (!weft_zarr_number(&a->z, name, &x.number))
		return weft_refuse(a->z.path, a->e, "%s beside it is no "
		                   "chunk that it describes",
		                   weft_escape(shown, name));
	a->objects = weft_grow(a->objects, a->n, sizeof x);
	a->objects[a->n++] = x;
	if (__builtin_add_overflow(a->bytes, at.size, &a->bytes))
		a->bytes = UINT64_MAX;
	return 0;
}

/* Is there an object for each chunk, if they are all stored? */
static int
check_objects(struct weft_orbax_array *a)
{
	uint64_t wanted = weft_zarr_objects(&a->z), missing = 0;

	if (a->n)
		qsort(a->objects, a->n, sizeof *a->objects, compare_objects);
	if (!a->complete || a->n == wanted)
		return 0;
	while (missing < a->n && a->objects[missing].number == missing)
		missing++;
	return weft_refuse(a->z.path, a->e, "%zu chunks are beside it, it "
	                   "describes %" PRIu64 "; the first that is "
	                   "missing is number %" PRIu64, a->n, wanted,
	                   missing);
}

/* Every chunk of a tensor is there, or absent ones are zeros. */
static int
check_absent(const struct weft_orbax_array *a, const struct weft_stored *t)
{
	const struct weft_chunks *c = t->chunks;
	uint64_t i = 0;

	while (i < c->n && c->at[i].file >= 0)
		i++;
	if (i == c->n || (!a->complete && !a->z.other_fill))
		return 0;
	return weft_refuse(a->z.path, a->e, "chunk %" PRIu64 " of %" PRIu64
	                   " is absent%s", i, c->n,
	                   a->complete ? "" : ", and its fill value is "
	                                      "not zero");
}

int
weft_orbax_tensor(struct weft_orbax_array *a, const char *sub,
                  const char *key)
{
	uint64_t most = a->n + (a->complete ? 0 : MOST_ABSENT);
	struct weft_stored t;
	int code = check_objects(a);

	if (code)
		return code;
	if (a->z.sharded)
		most += a->bytes / INDEX_ENTRY;
	code = weft_zarr_stored(&a->z, key, sub, a->file, most, &a->src->arena,
	                        &t, a->e);
	for (size_t i = 0; i < a->n && !code; i++)
		code = weft_zarr_add(a->src, &a->z, &t, a->objects[i].number,
		                     a->objects[i].at, a->e);
	if (!code)
		code = check_absent(a, &t);
	if (code)
		return code;
	a->src->tensors = weft_grow(a->src->tensors, a->src->n, sizeof t);
	a->src->tensors[a->src->n++] = t;
	return 0;
}

/* --- in a directory --- */

/* Opens the file, so that it is known to be one, and its size. */
static int
open_object(struct weft_orbax_array *a, const char *name, const char *path)
{
	struct weft_chunk at = {.file = a->src->n_files};
	struct weft_file f;
	int code;

	if (at.file == INT_MAX)
		return weft_refuse(a->z.path, a->e, "more files than can be "
		                   "handled");
	code = weft_dir_open_file(&a->src->dir, path, &f, a->e);
	if (code)
		return code;
	at.size = f.stamp.size;
	weft_source_keep(a->src, f);
	return weft_orbax_object(a, name, at);
}

/* Finds the files of `dir`, "" or a directory in `path`, that of the array;
 * `depth` directories deep. */
static int
find_objects(struct weft_orbax_array *a, const char *path, const char *dir,
             int depth)
{
	weft_arena *arena = &a->src->arena;
	const char *full = weft_orbax_join(arena, path, dir);
	struct weft_entry *list;
	size_t n;
	int code = weft_dir_list(&a->src->dir, full, arena, &list, &n, a->e);

	for (size_t i = 0; i < n && !code; i++) {
		const char *name = weft_orbax_join(arena, dir, list[i].name);

		if (S_ISDIR(list[i].target) && depth <= a->z.rank)
			code = find_objects(a, path, name, depth + 1);
		else if (depth || (strcmp(name, ".zarray") != 0 &&
		                   strcmp(name, ".zattrs") != 0 &&
		                   strcmp(name, "zarr.json") != 0))
			code = open_object(a, name, weft_orbax_join(
			                   arena, full, list[i].name));
	}
	return code;
}

/* Reads .zarray or zarr.json, whichever is there. */
static int
describe(struct weft_orbax_array *a, const char *path)
{
	weft_arena *arena = &a->src->arena;
	const char *v2 = weft_orbax_join(arena, path, ".zarray");
	const char *v3 = weft_orbax_join(arena, path, "zarr.json");
	bool is_2 = weft_dir_has(&a->src->dir, v2);
	bool is_3 = weft_dir_has(&a->src->dir, v3);
	char shown[WEFT_ESCAPED], *text;
	size_t n;
	int code;

	if (is_2 == is_3)
		return weft_error(a->e, WEFT_BAD, "%s: has %s .zarray %s "
		                  "zarr.json, and must have one of them",
		                  weft_escape(shown, path),
		                  is_2 ? "both" : "neither",
		                  is_2 ? "and" : "nor");
	code = weft_orbax_read(a->src, is_2 ? v2 : v3, &text, &n, &a->file,
	                       a->e);
	if (code)
		return code;
	return is_2 ? weft_zarr_read_2(&a->z, v2, text, n, arena, a->e)
	            : weft_zarr_read_3(&a->z, v3, text, n, arena, a->e);
}

int
weft_orbax_array(struct weft_source *src, const char *sub, const char *items,
                 const char *key, bool complete, weft_errors *e)
{
	const char *path = weft_orbax_join(&src->arena, items, key);
	struct weft_orbax_array a = {
		.src = src, .complete = complete, .e = e,
	};
	int code = describe(&a, path);

	if (!code)
		code = find_objects(&a, path, "", 0);
	if (!code)
		code = weft_orbax_tensor(&a, sub, key);
	free(a.objects);
	return code;
}
