#include "shards.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../io/escape.h"

static const char weights_suffix[] = ".safetensors";
static const char index_suffix[] = ".safetensors.index.json";
static const char usual_weights[] = "model.safetensors";
static const char usual_index[] = "model.safetensors.index.json";

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && strcmp(name + n - m, suffix) == 0;
}

static bool
is_weights(const struct weft_entry *entry)
{
	return entry->name[0] != '.' && !S_ISDIR(entry->target) &&
	       ends_with(entry->name, weights_suffix);
}

static bool
is_index(const struct weft_entry *entry)
{
	return entry->name[0] != '.' && ends_with(entry->name, index_suffix);
}

bool
weft_shards_probe(const weft_dir *dir, const char *sub)
{
	weft_arena a = {0};
	weft_errors e = {0};
	struct weft_entry *list;
	size_t n;
	bool found = false;

	if (weft_dir_list(dir, sub, &a, &list, &n, &e) == 0)
		for (size_t i = 0; i < n && !found; i++)
			found = is_weights(&list[i]) || is_index(&list[i]);
	weft_errors_free(&e);
	weft_arena_free(&a);
	return found;
}

/* The index among the entries: the usual one, or the only one. */
static int
find_index(const struct weft_entry *list, size_t n,
           struct weft_shards *shards, weft_errors *e)
{
	char a[WEFT_ESCAPED], b[WEFT_ESCAPED];
	const char *second = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!is_index(&list[i]))
			continue;
		if (shards->index)
			second = list[i].name;
		if (!shards->index || strcmp(list[i].name, usual_index) == 0)
			shards->index = list[i].name;
	}
	if (!second || strcmp(shards->index, usual_index) == 0)
		return 0;
	weft_error(e, WEFT_BAD, "ambiguous source: there are two indexes, %s "
	           "and %s", weft_escape(a, shards->index),
	           weft_escape(b, second));
	weft_hint(e, "name the one that is meant instead of the directory");
	return WEFT_BAD;
}

/* Warns about the weights in `names` that are not in the sorted `used`. */
static void
warn_left_out(const char *const *names, size_t n, const char *const *used,
              size_t n_used, const char *because, weft_errors *e)
{
	char a[WEFT_ESCAPED];
	const char *first = NULL;
	size_t left = 0, j = 0;

	for (size_t i = 0; i < n; i++) {
		while (j < n_used && strcmp(used[j], names[i]) < 0)
			j++;
		if (j < n_used && strcmp(used[j], names[i]) == 0)
			continue;
		if (left++ == 0)
			first = names[i];
	}
	if (left == 1)
		weft_warning(e, "%s is left out: %s", weft_escape(a, first),
		             because);
	else if (left)
		weft_warning(e, "%s and %zu more weights files are left out: "
		             "%s", weft_escape(a, first), left - 1, because);
}

/* If `name` is PREFIX-DIGITS-of-DIGITS.safetensors: true, with the length of
 * PREFIX and the start of the last digits. */
static bool
is_numbered(const char *name, size_t *prefix, const char **total)
{
	const char *end = name + strlen(name) - (sizeof weights_suffix - 1);
	const char *p = end;

	while (p > name && isdigit((unsigned char)p[-1]))
		p--;
	*total = p;
	if (p == end || p - name < 4 || memcmp(p - 4, "-of-", 4) != 0)
		return false;
	end = p -= 4;
	while (p > name && isdigit((unsigned char)p[-1]))
		p--;
	if (p == end || p == name || p[-1] != '-')
		return false;
	*prefix = (size_t)(p - 1 - name);
	return true;
}

/* Without an index, only its numbering tells that a shard is missing. */
static int
check_numbers(const char *const *names, size_t n, weft_errors *e)
{
	size_t prefix, other, i, j;
	const char *total, *total2;
	char name[WEFT_ESCAPED];

	for (i = 0; i < n; i = j) {
		j = i + 1;
		if (!is_numbered(names[i], &prefix, &total))
			continue;
		while (j < n && is_numbered(names[j], &other, &total2) &&
		       other == prefix && strcmp(total, total2) == 0 &&
		       memcmp(names[i], names[j], prefix) == 0)
			j++;
		if (strtoull(total, NULL, 10) == j - i)
			continue;
		weft_error(e, WEFT_NOINPUT, "%s: %zu file%s of a set that "
		           "should have %.*s: shards are missing, or two sets "
		           "are mixed", weft_escape(name, names[i]), j - i,
		           j - i == 1 ? "" : "s",
		           (int)strspn(total, "0123456789"), total);
		weft_hint(e, "fetch the others, or name one file instead of "
		          "the directory");
		return WEFT_NOINPUT;
	}
	return 0;
}

static int
none_found(const weft_dir *dir, const char *sub, weft_errors *e)
{
	char where[WEFT_ESCAPED];

	return weft_error(e, WEFT_NOINPUT, "%s: no *.safetensors file in it",
	                  weft_escape(where, *sub ? sub : dir->path));
}

/* Takes names[i] alone; `shown` is how it is called. */
static void
take_one(struct weft_shards *shards, size_t i, const char *shown,
         weft_errors *e)
{
	char because[WEFT_ESCAPED + 32];

	snprintf(because, sizeof because, "the checkpoint is %s", shown);
	warn_left_out(shards->names, shards->n, shards->names + i, 1, because,
	              e);
	shards->names += i;
	shards->n = 1;
}

static bool
is_one_of(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* If one of `whole` is there, it is all. */
static int
find_whole(struct weft_shards *shards, const char *const *whole, bool *found,
           weft_errors *e)
{
	char a[WEFT_ESCAPED], b[WEFT_ESCAPED];
	size_t at = 0;

	for (size_t i = 0; whole && i < shards->n; i++) {
		if (!is_one_of(whole, shards->names[i]))
			continue;
		if (*found) {
			weft_error(e, WEFT_BAD, "ambiguous source: %s and %s "
			           "are a checkpoint each",
			           weft_escape(a, shards->names[at]),
			           weft_escape(b, shards->names[i]));
			weft_hint(e, "name the one that is meant instead of "
			          "the directory");
			return WEFT_BAD;
		}
		*found = true;
		at = i;
	}
	if (*found)
		take_one(shards, at, weft_escape(a, shards->names[at]), e);
	return 0;
}

int
weft_shards_find(const weft_dir *dir, const char *sub,
                 const char *const *whole, weft_arena *a,
                 struct weft_shards *shards, weft_errors *e)
{
	struct weft_entry *list;
	const char **names;
	bool found = false;
	size_t n;
	int code = weft_dir_list(dir, sub, a, &list, &n, e);

	*shards = (struct weft_shards){.sub = sub};
	if (code)
		return code;
	names = weft_alloc_array(a, n, sizeof *names);
	shards->names = names;
	for (size_t i = 0; i < n; i++)
		if (is_weights(&list[i]))
			names[shards->n++] = list[i].name;
	code = find_whole(shards, whole, &found, e);
	if (!code && !found)
		code = find_index(list, n, shards, e);
	if (code || found || shards->index)
		return code;
	if (!shards->n)
		return none_found(dir, sub, e);
	for (size_t i = 0; i < shards->n; i++) {
		if (strcmp(names[i], usual_weights) != 0)
			continue;
		take_one(shards, i, usual_weights, e);
		return 0;
	}
	return check_numbers(names, shards->n, e);
}

static bool
contains(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

int
weft_shards_check_rest(const struct weft_shards *shards,
                       const struct weft_index *index, weft_errors *e)
{
	char path[WEFT_ESCAPED];

	weft_escape(path, index->path);
	if (contains(shards->names, shards->n, usual_weights) &&
	    !contains(index->names, index->n_names, usual_weights)) {
		weft_error(e, WEFT_BAD, "ambiguous source: there are both %s "
		           "and %s%s%s, which it does not name", path,
		           shards->sub, *shards->sub ? "/" : "",
		           usual_weights);
		weft_hint(e, "name the one that is meant instead of the "
		          "directory");
		return WEFT_BAD;
	}
	warn_left_out(shards->names, shards->n, index->names, index->n_names,
	              "the index does not name it", e);
	return 0;
}
