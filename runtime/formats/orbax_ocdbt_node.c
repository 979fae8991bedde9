/* The bodies of manifests and nodes: columns, one number of each entry after
 * the other. */
#include <string.h>

#include "../checked.h"
#include "orbax_ocdbt.h"

enum {
	LONGEST_PATH = 65535,
	LONGEST_KEY = 65535,
	MOST_ENTRIES = 1 << 20,
	MOST_VERSIONS = 1 << 16,
	UUID = 16,
};

struct reader {
	struct weft_ocdbt_cursor c;
	weft_arena *a;
	struct weft_ocdbt_file *files;
	size_t n_files;
	size_t made;             /* bytes of paths and keys */
};

static bool
refuse(struct reader *r, const char *problem)
{
	if (!r->c.problem)
		r->c.problem = problem;
	r->c.left = 0;
	return false;
}

/* A count of things of at least one byte each. */
static size_t
read_count(struct reader *r, size_t most)
{
	uint64_t n = weft_ocdbt_varint(&r->c);

	if (n <= most && n <= r->c.left)
		return (size_t)n;
	refuse(r, "it has too many parts");
	return 0;
}

/* A column of lengths, none above `most`. */
static size_t *
read_lengths(struct reader *r, size_t first, size_t n, size_t most)
{
	size_t *list = weft_alloc_array(r->a, n + 1, sizeof *list);

	for (size_t i = first; i < n; i++) {
		uint64_t x = weft_ocdbt_varint(&r->c);

		if (x > most)
			refuse(r, "a length in it is too large");
		else
			list[i] = (size_t)x;
	}
	return list;
}

/* What is there already, and what is added to it. "" once they are too many:
 * each may repeat the one before it, which costs the file nothing. */
static const char *
extend(struct reader *r, const char *start, size_t n_start,
       const unsigned char *more, size_t n)
{
	char *s;

	r->made += n_start + n;
	if (r->made > WEFT_OCDBT_LARGEST) {
		refuse(r, "its keys, or paths, are too long together");
		return "";
	}
	s = weft_alloc(r->a, n_start + n + 1);
	if (n_start)
		memcpy(s, start, n_start);
	memcpy(s + n_start, more, n);
	return s;
}

/* --- the table of data files --- */

/* Path `i` goes on from the first `prefix[i]` bytes of the one before, counted
 * behind `base`. */
static bool
read_paths(struct reader *r, const char *base, const size_t *prefix,
           const size_t *suffix, const size_t *bases)
{
	size_t n_base = strlen(base);
	const char *last = base;

	for (size_t i = 0; i < r->n_files; i++) {
		size_t size = n_base + prefix[i] + suffix[i];
		const unsigned char *more = weft_ocdbt_take(&r->c, suffix[i]);

		if (!more)
			return false;
		if (n_base + prefix[i] > strlen(last) || size > LONGEST_PATH ||
		    n_base + bases[i] > size || memchr(more, 0, suffix[i]))
			return refuse(r, "a path in it is malformed");
		last = extend(r, last, n_base + prefix[i], more, suffix[i]);
		if (r->c.problem)
			return false;
		r->files[i].path = last;
		r->files[i].base = n_base + bases[i];
	}
	return true;
}

static bool
read_files(struct reader *r, const char *base)
{
	size_t n = read_count(r, MOST_ENTRIES);
	size_t *prefix, *suffix, *bases;

	r->n_files = n;
	r->files = weft_alloc_array(r->a, n + 1, sizeof *r->files);
	prefix = read_lengths(r, 1, n, LONGEST_PATH);
	suffix = read_lengths(r, 0, n, LONGEST_PATH);
	bases = read_lengths(r, 0, n, LONGEST_PATH);
	if (r->c.problem)
		return false;
	return read_paths(r, base, prefix, suffix, bases);
}

static struct weft_ocdbt_file
read_file(struct reader *r)
{
	uint64_t i = weft_ocdbt_varint(&r->c);

	if (i < r->n_files)
		return r->files[i];
	refuse(r, "it names a data file that is not in its table");
	return (struct weft_ocdbt_file){"", 0};
}

/* --- the manifest --- */

/* Only manifests that hold their versions themselves are read. */
static bool
read_config(struct reader *r)
{
	weft_ocdbt_take(&r->c, UUID);
	if (weft_ocdbt_varint(&r->c) != 0)
		return refuse(r, "its versions are in numbered manifests, "
		              "which are not supported");
	weft_ocdbt_varint(&r->c);               /* largest inline value */
	weft_ocdbt_varint(&r->c);               /* largest decoded node */
	weft_ocdbt_take(&r->c, 1);              /* arity of version nodes */
	if (weft_ocdbt_varint(&r->c) == 1)      /* zstd: its level */
		weft_ocdbt_take(&r->c, 4);
	return !r->c.problem;
}

/* Skips to the last number of a column. */
static uint64_t
read_last(struct reader *r, size_t n)
{
	uint64_t x = 0;

	while (n-- > 0)
		x = weft_ocdbt_varint(&r->c);
	return x;
}

bool
weft_ocdbt_root(const unsigned char *body, size_t n, weft_arena *a,
                struct weft_ocdbt_place *root, int *height,
                const char **problem)
{
	struct reader r = {.c = {body, n, NULL}, .a = a};
	const unsigned char *heights;
	size_t versions;

	*height = -1;
	if (read_config(&r) && read_files(&r, "")) {
		versions = read_count(&r, MOST_VERSIONS);
		read_last(&r, versions);        /* generations */
		heights = weft_ocdbt_take(&r.c, versions);
		if (!r.c.problem && versions) {
			read_last(&r, versions - 1);
			root->file = read_file(&r);
			root->offset = read_last(&r, versions);
			root->size = read_last(&r, versions);
			*height = heights[versions - 1];
			if (root->offset == UINT64_MAX &&
			    root->size == UINT64_MAX)
				*height = -1;
		}
	}
	*problem = r.c.problem;
	return !r.c.problem;
}

/* --- nodes --- */

static bool
read_keys(struct reader *r, struct weft_ocdbt_node *node)
{
	size_t *prefix = read_lengths(r, 1, node->n, LONGEST_KEY);
	size_t *suffix = read_lengths(r, 0, node->n, LONGEST_KEY);
	size_t *common = read_lengths(r, 0, node->height ? node->n : 0,
	                              LONGEST_KEY);
	const char *last = "";
	size_t n_last = 0;

	for (size_t i = 0; i < node->n && !r->c.problem; i++) {
		struct weft_ocdbt_entry *entry = &node->entries[i];
		size_t n = prefix[i] + suffix[i];
		const unsigned char *more = weft_ocdbt_take(&r->c, suffix[i]);

		if (!more)
			return false;
		if (prefix[i] > n_last || n > LONGEST_KEY ||
		    memchr(more, 0, suffix[i]))
			return refuse(r, "a key in it is malformed");
		last = extend(r, last, prefix[i], more, suffix[i]);
		n_last = n;
		entry->key = (const unsigned char *)last;
		entry->n_key = n;
		if (node->height) {
			entry->common = common[i];
			if (common[i] > n)
				return refuse(r, "a key in it is malformed");
		}
	}
	return !r->c.problem;
}

static bool
read_children(struct reader *r, struct weft_ocdbt_node *node)
{
	for (size_t i = 0; i < node->n; i++)
		node->entries[i].place.file = read_file(r);
	for (size_t i = 0; i < node->n; i++)
		node->entries[i].place.offset = weft_ocdbt_varint(&r->c);
	for (size_t i = 0; i < node->n; i++)
		node->entries[i].place.size = weft_ocdbt_varint(&r->c);
	for (size_t i = 0; i < 3 * node->n; i++)
		weft_ocdbt_varint(&r->c);       /* counts of what is below */
	return !r->c.problem;
}

static bool
read_values(struct reader *r, struct weft_ocdbt_node *node)
{
	const unsigned char *kinds;

	for (size_t i = 0; i < node->n; i++)
		node->entries[i].place.size = weft_ocdbt_varint(&r->c);
	kinds = weft_ocdbt_take(&r->c, node->n);
	if (!kinds)
		return false;
	for (size_t i = 0; i < node->n; i++)
		if (kinds[i] > 1)
			return refuse(r, "a value in it is of an unknown kind");
	for (size_t i = 0; i < node->n; i++)
		if (kinds[i])
			node->entries[i].place.file = read_file(r);
	for (size_t i = 0; i < node->n; i++)
		if (kinds[i])
			node->entries[i].place.offset =
				weft_ocdbt_varint(&r->c);
	for (size_t i = 0; i < node->n; i++)
		if (!kinds[i])
			node->entries[i].bytes = weft_ocdbt_take(
				&r->c, node->entries[i].place.size);
	return !r->c.problem;
}

bool
weft_ocdbt_node_read(struct weft_ocdbt_node *node, const unsigned char *body,
                     size_t n, const char *base, weft_arena *a,
                     const char **problem)
{
	struct reader r = {.c = {body, n, NULL}, .a = a};
	bool good;

	*node = (struct weft_ocdbt_node){
		.height = (int)weft_ocdbt_little(&r.c, 1)};
	good = read_files(&r, base);
	node->n = good ? read_count(&r, MOST_ENTRIES) : 0;
	node->entries = weft_alloc_array(a, node->n + 1,
	                                 sizeof *node->entries);
	if (good && node->n == 0)
		good = refuse(&r, "it is empty");
	good = good && read_keys(&r, node) &&
	       (node->height ? read_children(&r, node)
	                     : read_values(&r, node));
	if (good && r.c.left)
		good = refuse(&r, "something follows its end");
	*problem = r.c.problem;
	return good;
}
