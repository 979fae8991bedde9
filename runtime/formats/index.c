#include "index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../io/escape.h"
#include "order.h"
#include "scan.h"

struct reader {
	struct weft_source *src;
	struct weft_index *index;
	struct weft_scan s;
	size_t capacity;
	bool has_map, has_metadata;
	weft_errors *e;
};

/* Adds the error PATH: byte N: TEXT, about the token just read or, if it is a
 * bad one, about that. Returns false. */
static bool
refuse(struct reader *r, size_t at, const char *text)
{
	char path[WEFT_ESCAPED];

	weft_escape(path, r->index->path);
	if (r->s.token == WEFT_TOKEN_BAD)
		weft_error(r->e, WEFT_BAD, "%s: byte %zu: %s", path,
		           r->s.start, r->s.problem);
	else
		weft_error(r->e, WEFT_BAD, "%s: byte %zu: %s", path, at, text);
	return false;
}

/* Reads `"KEY":` and the first token of the value. */
static bool
read_key(struct reader *r, const char **key, size_t *at)
{
	*key = r->s.text;
	*at = r->s.start;
	if (r->s.token != WEFT_TOKEN_STRING)
		return refuse(r, r->s.start, "a name in quotes must be here");
	if (weft_scan_next(&r->s) != WEFT_TOKEN_COLON)
		return refuse(r, r->s.start, "a colon must be here");
	weft_scan_next(&r->s);
	return true;
}

/* Reads an object, calling `entry` for each of its keys with the first token
 * of the value read. */
static bool
read_object(struct reader *r,
            bool (*entry)(struct reader *, const char *key, size_t at))
{
	const char *key;
	size_t at;

	if (weft_scan_next(&r->s) == WEFT_TOKEN_OBJECT_END)
		return true;
	for (;;) {
		if (!read_key(r, &key, &at) || !entry(r, key, at))
			return false;
		if (weft_scan_next(&r->s) == WEFT_TOKEN_OBJECT_END)
			return true;
		if (r->s.token != WEFT_TOKEN_COMMA)
			return refuse(r, r->s.start,
			              "a comma or } must be here");
		weft_scan_next(&r->s);
	}
}

static bool
skip(struct reader *r)
{
	return weft_scan_skip(&r->s) || refuse(r, r->s.start, "");
}

static bool
read_metadata_entry(struct reader *r, const char *key, size_t at)
{
	char path[WEFT_ESCAPED];

	if (strcmp(key, "total_size") != 0)
		return skip(r);
	if (r->s.token == WEFT_TOKEN_INTEGER && r->s.fits &&
	    !r->index->has_total) {
		r->index->has_total = true;
		r->index->total_size = r->s.value;
		return true;
	}
	if (r->s.token == WEFT_TOKEN_NUMBER && r->s.base[r->s.start] != '-') {
		weft_warning(r->e, "%s: byte %zu: total_size is not a whole "
		             "number and is left out",
		             weft_escape(path, r->index->path), r->s.start);
		return true;
	}
	return refuse(r, at, r->index->has_total ? "duplicate key: total_size" :
	              "total_size must be a whole number of bytes, not "
	              "negative, in 64 bits");
}

static bool
read_map_entry(struct reader *r, const char *key, size_t at)
{
	struct weft_index *index = r->index;
	struct weft_index_entry entry = {.key = key, .name = r->s.text};
	char path[WEFT_ESCAPED], name[WEFT_ESCAPED];

	if (r->s.token != WEFT_TOKEN_STRING) {
		refuse(r, at, "a file name in quotes must be the value of "
		       "this entry of weight_map");
		weft_hint(r->e, "it is the entry of tensor \"%s\"",
		          weft_escape(name, key));
		return false;
	}
	if (!weft_name_is_plain(r->s.text)) {
		weft_error(r->e, WEFT_BAD, "%s: byte %zu: shard name \"%s\" "
		           "leaves the model directory, or is not plain",
		           weft_escape(path, index->path), r->s.start,
		           weft_escape(name, r->s.text));
		return false;
	}
	/* Neighbours mostly lie in one file; then they share its name. */
	if (index->n && strcmp(index->entries[index->n - 1].name,
	                       entry.name) == 0)
		entry.name = index->entries[index->n - 1].name;
	index->entries = weft_grow(index->entries, index->n, sizeof entry);
	index->entries[index->n++] = entry;
	return true;
}

static bool
read_top_entry(struct reader *r, const char *key, size_t at)
{
	if (strcmp(key, "weight_map") == 0) {
		if (r->has_map)
			return refuse(r, at, "duplicate key: weight_map");
		r->has_map = true;
		if (r->s.token != WEFT_TOKEN_OBJECT)
			return refuse(r, r->s.start,
			              "weight_map must be an object");
		return read_object(r, read_map_entry);
	}
	if (strcmp(key, "metadata") == 0) {
		if (r->has_metadata)
			return refuse(r, at, "duplicate key: metadata");
		r->has_metadata = true;
		if (r->s.token == WEFT_TOKEN_OBJECT)
			return read_object(r, read_metadata_entry);
	}
	return skip(r);
}

static int
by_key(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_index_entry *entries = context;

	return strcmp(entries[a].key, entries[b].key);
}

/* Sorts the entries by key; no two may have the same. */
static bool
sort_entries(struct reader *r)
{
	struct weft_index *index = r->index;
	uint32_t n = (uint32_t)index->n;
	uint32_t *order = weft_order(n, by_key, index->entries);
	struct weft_index_entry *sorted;
	char path[WEFT_ESCAPED], key[WEFT_ESCAPED];
	bool ok = true;

	sorted = weft_alloc_array(&r->src->arena, n, sizeof *sorted);
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = index->entries[order[i]];
	free(order);
	free(index->entries);
	index->entries = sorted;
	for (uint32_t i = 1; i < n && ok; i++) {
		if (strcmp(sorted[i - 1].key, sorted[i].key) != 0)
			continue;
		ok = false;
		weft_error(r->e, WEFT_BAD, "%s: bytes %td and %td: duplicate "
		           "key: tensor \"%s\" stands in weight_map twice",
		           weft_escape(path, index->path),
		           sorted[i - 1].key - r->s.base - 1,
		           sorted[i].key - r->s.base - 1,
		           weft_escape(key, sorted[i].key));
	}
	return ok;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists the files that the entries name, each once. */
static void
collect_names(struct weft_index *index, weft_arena *arena)
{
	const char **names = NULL;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < index->n; i++) {
		if (n && names[n - 1] == index->entries[i].name)
			continue;
		names = weft_grow(names, n, sizeof *names);
		names[n++] = index->entries[i].name;
	}
	if (n)
		qsort(names, n, sizeof *names, compare_names);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	index->names = weft_alloc_array(arena, kept, sizeof *names);
	if (kept)
		memcpy(index->names, names, kept * sizeof *names);
	index->n_names = kept;
	free(names);
}

/* Reads the whole file into the arena, a NUL behind it. */
static int
load(struct reader *r)
{
	struct weft_file f;
	char path[WEFT_ESCAPED];
	int code = weft_dir_open_file(&r->src->dir, r->index->path, &f, r->e);

	if (code)
		return code;
	if (f.stamp.size > WEFT_MAX_HEADER) {
		weft_file_close(&f);
		return weft_error(r->e, WEFT_BAD, "%s: %" PRIu64 " bytes is "
		                  "over the limit of %d for an index",
		                  weft_escape(path, r->index->path),
		                  f.stamp.size, WEFT_MAX_HEADER);
	}
	r->s.size = (size_t)f.stamp.size;
	r->s.base = r->s.at = weft_alloc(&r->src->arena, r->s.size + 1);
	code = weft_file_pread(&f, r->s.base, r->s.size, 0, r->e);
	weft_file_close(&f);
	return code;
}

int
weft_index_read(struct weft_source *src, const char *path,
                struct weft_index *index, weft_errors *e)
{
	struct reader r = {.src = src, .index = index, .e = e};
	int code;
	bool ok;

	*index = (struct weft_index){.path = path};
	code = load(&r);
	if (code)
		return code;
	ok = weft_scan_next(&r.s) == WEFT_TOKEN_OBJECT ?
	     read_object(&r, read_top_entry) :
	     refuse(&r, r.s.start, "an object must be here");
	if (ok && weft_scan_next(&r.s) != WEFT_TOKEN_END)
		ok = refuse(&r, r.s.start, "nothing may follow the object");
	if (ok && !r.has_map)
		ok = refuse(&r, 0, "has no weight_map");
	if (!ok) {
		free(index->entries);
		index->entries = NULL;
		return WEFT_BAD;
	}
	ok = sort_entries(&r);
	collect_names(index, &src->arena);
	return ok ? 0 : WEFT_BAD;
}
