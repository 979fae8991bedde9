/* Safetensors checkpoints: which files of a directory are one, and that they
 * fit together. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../io/escape.h"
#include "header.h"
#include "index.h"
#include "key_order.h"
#include "layout.h"
#include "order.h"
#include "shards.h"

enum { SHOWN = 100 };   /* messages about files of one directory */

static const char *
join(struct weft_source *src, const char *sub, const char *name)
{
	if (!*sub)
		return weft_alloc_text(&src->arena, name, strlen(name));
	return weft_alloc_printf(&src->arena, "%s/%s", sub, name);
}

/* Opens all `n` files, so that all that are missing can be told at once. */
static int
open_files(struct weft_source *src, const char *sub, const char *const *names,
           size_t n, weft_errors *e)
{
	size_t failed = 0;
	int code = 0;

	for (size_t i = 0; i < n; i++) {
		weft_errors own = {0};
		struct weft_file f;
		int c = weft_dir_open_file(&src->dir,
		                           join(src, sub, names[i]), &f, &own);

		if (!c) {
			weft_source_keep(src, f);
			continue;
		}
		code = code ? code : c;
		if (failed++ < SHOWN)
			weft_errors_move(e, &own);
		weft_errors_free(&own);
	}
	if (failed > SHOWN)
		weft_hint(e, "and %zu files more", failed - SHOWN);
	return code;
}

static int
by_identity(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_file *files = context;
	const struct weft_stamp *x = &files[a].stamp, *y = &files[b].stamp;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

/* No two names may lead to one file: each tensor would be there twice. */
static int
check_identities(const struct weft_source *src, int first, weft_errors *e)
{
	const struct weft_file *files = src->files + first;
	uint32_t n = (uint32_t)(src->n_files - first);
	uint32_t *order = weft_order(n, by_identity, files);
	char x[WEFT_ESCAPED], y[WEFT_ESCAPED];
	int code = 0;

	for (uint32_t i = 1; i < n && !code; i++) {
		uint32_t a = order[i - 1], b = order[i];

		if (by_identity(files, a, b) == 0)
			code = weft_error(e, WEFT_BAD, "%s and %s are one "
			                  "file under two names",
			                  weft_escape(x, files[a].path),
			                  weft_escape(y, files[b].path));
	}
	free(order);
	return code;
}

/* No tensor may be in two files of a directory. */
static int
check_twins(const struct weft_source *src, size_t first, weft_errors *e)
{
	char key[WEFT_ESCAPED], a[WEFT_ESCAPED], b[WEFT_ESCAPED];
	const struct weft_stored *t = src->tensors, *found = NULL;
	size_t n = 0;

	for (size_t i = first + 1; i < src->n; i++) {
		if (strcmp(t[i - 1].key, t[i].key) != 0)
			continue;
		if (n++ == 0)
			found = t + i;
	}
	if (!n)
		return 0;
	weft_error(e, WEFT_BAD, "tensor \"%s\" is in two files, %s and %s",
	           weft_escape(key, found->key),
	           weft_escape(a, src->files[found[-1].file].path),
	           weft_escape(b, src->files[found->file].path));
	if (n > 1)
		weft_hint(e, "and so are %zu more", n - 1);
	weft_hint(e, "if only one of the files is meant, name it instead of "
	          "the directory");
	return WEFT_BAD;
}

/* Reads the headers of files `file` and up, the files of `sub`. */
static int
read_headers(struct weft_source *src, const char *sub, int file,
             weft_errors *e)
{
	size_t first = src->n;
	uint32_t *order;
	int code = check_identities(src, file, e);

	for (; file < src->n_files && !code; file++)
		code = weft_header_read(src, file, sub, e);
	if (code)
		return code;
	if (src->n - first > UINT32_MAX)
		return weft_error(e, WEFT_BAD, "%zu tensors in one directory "
		                  "are more than can be handled",
		                  src->n - first);
	order = weft_key_order(src->tensors + first, src->n - first);
	weft_key_apply(src->tensors + first, order, src->n - first);
	free(order);
	return check_twins(src, first, e);
}

static int
compare_name(const void *key, const void *name)
{
	return strcmp(key, *(const char *const *)name);
}

/* Gives the entries of the index the file each names; `file` is the first. */
static void
resolve(struct weft_index *index, int file)
{
	struct weft_index_entry *last = NULL;

	for (size_t i = 0; i < index->n; i++) {
		struct weft_index_entry *x = index->entries + i;
		const char **name;

		if (last && last->name == x->name) {
			x->file = last->file;
			continue;
		}
		name = bsearch(x->name, index->names, index->n_names,
		               sizeof *name, compare_name);
		x->file = file + (int)(name - index->names);
		last = x;
	}
}

static int
open_indexed(struct weft_source *src, const char *sub, const char *name,
             const struct weft_shards *shards, weft_errors *e)
{
	struct weft_index index;
	char path[WEFT_ESCAPED];
	size_t first = src->n;
	int file = src->n_files, code;

	code = weft_index_read(src, join(src, sub, name), &index, e);
	if (!code && shards)
		code = weft_shards_check_rest(shards, &index, e);
	if (!code) {
		code = open_files(src, sub, index.names, index.n_names, e);
		if (code)
			weft_hint(e, "%s names %zu files in all",
			          weft_escape(path, index.path),
			          index.n_names);
	}
	if (!code)
		code = read_headers(src, sub, file, e);
	if (code)
		return code;
	resolve(&index, file);
	if (!*sub)
		src->has_index = true;
	return weft_index_check(src, first, &index, e);
}

static int
open_directory(struct weft_source *src, const char *sub, weft_errors *e)
{
	struct weft_shards shards;
	int file = src->n_files, code;

	code = weft_shards_find(&src->dir, sub, src->whole, &src->arena,
	                        &shards, e);
	if (code)
		return code;
	if (shards.index)
		return open_indexed(src, sub, shards.index, &shards, e);
	code = open_files(src, sub, shards.names, shards.n, e);
	return code ? code : read_headers(src, sub, file, e);
}

static int
open_named(struct weft_source *src, const char *name, weft_errors *e)
{
	static const char suffix[] = ".index.json";
	size_t n = strlen(name);
	struct weft_file f;
	int file = src->n_files, code;

	if (n > sizeof suffix && strcmp(name + n - (sizeof suffix - 1),
	                                suffix) == 0)
		return open_indexed(src, "", name, NULL, e);
	code = weft_dir_open_named(&src->dir, join(src, "", name), &f, e);
	if (code)
		return code;
	weft_source_keep(src, f);
	return read_headers(src, "", file, e);
}

const struct weft_format weft_safetensors = {
	.name = "safetensors",
	.probe = weft_shards_probe,
	.open = open_directory,
	.open_file = open_named,
	.lay_out = weft_layout,
};
