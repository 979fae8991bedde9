#include "orbax.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../io/escape.h"
#include "../text.h"

enum { SHOWN = 10 };     /* messages about arrays */

const char *
weft_orbax_join(weft_arena *a, const char *dir, const char *name)
{
	if (!*dir || !*name)
		return *dir ? dir : name;
	return weft_alloc_printf(a, "%s/%s", dir, name);
}

int
weft_orbax_read(struct weft_source *src, const char *path, char **text,
                size_t *n, int *file, weft_errors *e)
{
	char shown[WEFT_ESCAPED];
	struct weft_file f;
	int code = weft_dir_open_file(&src->dir, path, &f, e);

	if (code)
		return code;
	if (f.stamp.size > WEFT_JSON_MAX) {
		code = weft_error(e, WEFT_BAD, "%s: has %" PRIu64 " bytes, at "
		                  "most %zu are read", weft_escape(shown, path),
		                  f.stamp.size, WEFT_JSON_MAX);
	} else {
		*n = (size_t)f.stamp.size;
		*text = weft_alloc(&src->arena, *n + 1);
		code = weft_file_pread(&f, *text, *n, 0, e);
	}
	weft_file_close(&f);
	*file = src->n_files;
	weft_source_keep(src, f);
	return code;
}

/* --- which directory --- */

static bool
is_step(const char *name)
{
	return *name && name[strspn(name, "0123456789")] == '\0';
}

/* The directories below `sub` that may hold the tree: itself, its items, or
 * those of its steps. `n` counts those that do; the first is returned. */
static const char *
find_items(const weft_dir *dir, const char *sub, weft_arena *a, size_t *n)
{
	const char *found = sub, *items = weft_orbax_join(a, sub, "items");
	struct weft_entry *list;
	weft_errors ignored = {0};
	size_t length = 0;

	*n = 1;
	if (weft_dir_has(dir, weft_orbax_join(a, sub, WEFT_ORBAX_TREE)))
		return sub;
	if (weft_dir_has(dir, weft_orbax_join(a, items, WEFT_ORBAX_TREE)))
		return items;
	*n = 0;
	if (weft_dir_list(dir, sub, a, &list, &length, &ignored))
		length = 0;
	weft_errors_free(&ignored);
	for (size_t i = length; i-- > 0;) {
		if (!is_step(list[i].name))
			continue;
		items = weft_orbax_join(a, sub, list[i].name);
		items = weft_orbax_join(a, items, "items");
		if (!weft_dir_has(dir, weft_orbax_join(a, items,
		                                       WEFT_ORBAX_TREE)))
			continue;
		found = items;
		++*n;
	}
	return found;
}

static bool
probe(const weft_dir *dir, const char *sub)
{
	weft_arena a = {0};
	size_t n;

	find_items(dir, sub, &a, &n);
	weft_arena_free(&a);
	return n > 0;
}

char *
weft_orbax_root(const char *path, weft_arena *a, const char **inside)
{
	char *real = realpath(path, NULL), *name, *step;
	struct stat st;
	const char *tree = weft_alloc_printf(a, "%s/" WEFT_ORBAX_TREE, path);
	const char *items = "/items";

	*inside = NULL;
	if (!real)
		return NULL;
	name = strrchr(real, '/');
	if (stat(tree, &st) == 0 && strcmp(name, items) == 0) {
		*name = '\0';
		name = strrchr(real, '/');
	} else {
		tree = weft_alloc_printf(a, "%s/items/" WEFT_ORBAX_TREE, path);
		if (stat(tree, &st) != 0)
			name = NULL;
	}
	step = name && name > real && is_step(name + 1) ? name + 1 : NULL;
	if (step) {
		*inside = weft_alloc_printf(a, "%s/items", step);
		*name = '\0';
		return real;
	}
	free(real);
	return NULL;
}

/* --- opening --- */

static const char *
metadata_text(const weft_json *v, weft_arena *a)
{
	const char *s;
	int64_t i;
	double r;
	bool b;

	if (weft_json_as_bool(v, &b))
		return b ? "true" : "false";
	if (weft_json_as_int(v, &i))
		return weft_alloc_printf(a, "%" PRId64, i);
	if (weft_json_as_real(v, &r))
		return weft_alloc_printf(a, "%.17g", r);
	if (weft_json_as_string(v, &s))
		return weft_alloc_text(a, s, strlen(s));
	return NULL;
}

/* Adds the simple members of the custom metadata in `file`. */
static void
add_metadata(struct weft_source *src, const weft_json *v, int file)
{
	const weft_json *custom = weft_json_get(v, "custom_metadata");

	for (weft_json_member m = {0}; weft_json_next(custom, &m);) {
		struct weft_metadata x = {
			.key = weft_alloc_text(&src->arena, m.name,
			                       strlen(m.name)),
			.value = metadata_text(m.value, &src->arena),
			.file = file,
		};

		if (!x.value)
			continue;
		src->metadata = weft_grow(src->metadata, src->n_metadata,
		                          sizeof x);
		src->metadata[src->n_metadata++] = x;
	}
}

/* Reads the metadata of the step: beside `items`, or in it. */
static int
read_step(struct weft_source *src, const char *items, weft_errors *e)
{
	weft_arena *a = &src->arena;
	const char *slash = strrchr(items, '/'), *path;
	weft_json *v;
	char *text;
	size_t n;
	int file, code;

	path = weft_orbax_join(a, items, WEFT_ORBAX_STEP);
	if (!weft_dir_has(&src->dir, path))
		path = slash ? weft_alloc_printf(a, "%.*s/" WEFT_ORBAX_STEP,
		                                 (int)(slash - items), items)
		             : *items ? WEFT_ORBAX_STEP : path;
	if (!weft_dir_has(&src->dir, path))
		return 0;
	code = weft_orbax_read(src, path, &text, &n, &file, e);
	if (code)
		return code;
	v = weft_json_parse(path, text, n, e);
	if (!v)
		return WEFT_BAD;
	add_metadata(src, v, file);
	weft_json_free(v);
	return 0;
}

static int
compare_key(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

/* Every array is a leaf of the tree: what the tree does not know would be
 * lost. */
static int
check_others(const struct weft_source *src, const char *items,
             const struct weft_orbax_tree *tree, weft_errors *e)
{
	weft_arena a = {0};
	struct weft_entry *list;
	char shown[WEFT_ESCAPED], path[WEFT_ESCAPED];
	size_t n;
	int code = weft_dir_list(&src->dir, items, &a, &list, &n, e);

	for (size_t i = 0; i < n && !code; i++) {
		const char *name = list[i].name;
		const char *dir = weft_orbax_join(&a, items, name);

		if (!S_ISDIR(list[i].target) ||
		    bsearch(name, tree->keys, tree->n, sizeof *tree->keys,
		            compare_key))
			continue;
		if (weft_dir_has(&src->dir,
		                 weft_orbax_join(&a, dir, ".zarray")) ||
		    weft_dir_has(&src->dir,
		                 weft_orbax_join(&a, dir, "zarr.json")))
			code = weft_error(e, WEFT_BAD, "%s: holds an array, "
			                  "but is no leaf in %s",
			                  weft_escape(shown, dir),
			                  weft_escape(path, tree->path));
	}
	weft_arena_free(&a);
	return code;
}

/* Opens all arrays, so that several that are damaged are told at once. */
static int
open_arrays(struct weft_source *src, const char *sub, const char *items,
            const struct weft_orbax_tree *tree, weft_errors *e)
{
	size_t failed = 0;
	int first = 0;

	for (size_t i = 0; i < tree->n && failed < SHOWN; i++) {
		int code = weft_orbax_array(src, sub, items, tree->keys[i],
		                            tree->complete, e);

		failed += code != 0;
		first = first ? first : code;
	}
	return first ? first : check_others(src, items, tree, e);
}

static int
several_steps(const struct weft_source *src, const char *sub, size_t n,
              weft_errors *e)
{
	char shown[WEFT_ESCAPED];

	weft_error(e, WEFT_BAD, "%s: holds %zu steps of a training",
	           weft_escape(shown, *sub ? sub : src->dir.path), n);
	weft_hint(e, "name the directory of one of them");
	return WEFT_BAD;
}

static int
open_directory(struct weft_source *src, const char *sub, weft_errors *e)
{
	weft_arena *a = &src->arena;
	struct weft_orbax_tree tree;
	const char *items = src->inside, *path;
	size_t n = 1;
	char *text;
	int file, code;

	if (!items || *sub)
		items = find_items(&src->dir, sub, a, &n);
	if (n > 1)
		return several_steps(src, sub, n, e);
	path = weft_orbax_join(a, items, WEFT_ORBAX_TREE);
	code = weft_orbax_read(src, path, &text, &n, &file, e);
	if (!code)
		code = weft_orbax_tree_read(&tree, path, text, n, a, e);
	if (!code)
		code = read_step(src, items, e);
	if (code)
		return code;
	path = weft_orbax_join(a, items, WEFT_ORBAX_OCDBT);
	if (tree.ocdbt || weft_dir_has(&src->dir, path))
		return weft_orbax_ocdbt(src, sub, items, &tree, e);
	return open_arrays(src, sub, items, &tree, e);
}

const struct weft_format weft_orbax = {
	.name = "orbax",
	.probe = probe,
	.open = open_directory,
	.lay_out = weft_orbax_lay_out,
};
