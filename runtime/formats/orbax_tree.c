/* _METADATA: the tree of a checkpoint. */
#include <stdlib.h>
#include <string.h>

#include "../io/escape.h"
#include "../text.h"
#include "orbax.h"

/* Joins the parts of a leaf's path by dots. NULL, with a message, if that is
 * not the name of a directory. */
static const char *
read_key(const struct weft_orbax_tree *tree, const char *name,
         const weft_json *parts, weft_arena *a, weft_errors *e)
{
	weft_text key = {0};
	char shown[WEFT_ESCAPED];
	const char *part, *copy = NULL;
	size_t n = weft_json_length(parts);
	bool good = n > 0;

	for (size_t i = 0; i < n && good; i++) {
		const weft_json *one = weft_json_at(parts, i);

		good = weft_json_as_string(weft_json_get(one, "key"), &part);
		if (good)
			weft_text_printf(&key, "%s%s", i ? "." : "", part);
	}
	if (good && !strchr(key.data, '/') && weft_name_is_plain(key.data))
		copy = weft_alloc_text(a, key.data, key.size);
	else
		weft_refuse(tree->path, e, "the leaf %s has no key_metadata "
		            "that make the plain name of a directory",
		            weft_escape(shown, name));
	weft_text_free(&key);
	return copy;
}

static int
read_leaf(struct weft_orbax_tree *tree, const char *name, const weft_json *v,
          weft_arena *a, weft_errors *e)
{
	const weft_json *value = weft_json_get(v, "value_metadata");
	char shown[WEFT_ESCAPED];
	const char *type = "", *key;
	bool empty = false;

	if (!weft_json_as_string(weft_json_get(value, "value_type"), &type))
		return weft_refuse(tree->path, e, "the leaf %s has no "
		                   "value_type", weft_escape(shown, name));
	weft_json_as_bool(weft_json_get(value, "skip_deserialize"), &empty);
	if (empty)
		return 0;
	if (strcmp(type, "string") == 0)
		return weft_refuse(tree->path, e, "the leaf %s is a string: "
		                   "only numbers can be read",
		                   weft_escape(shown, name));
	key = read_key(tree, name, weft_json_get(v, "key_metadata"), a, e);
	if (!key)
		return WEFT_BAD;
	tree->keys = weft_grow(tree->keys, tree->n, sizeof *tree->keys);
	tree->keys[tree->n++] = key;
	return 0;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
sort_keys(struct weft_orbax_tree *tree, weft_errors *e)
{
	char shown[WEFT_ESCAPED];

	if (tree->n)
		qsort(tree->keys, tree->n, sizeof *tree->keys, compare_keys);
	for (size_t i = 1; i < tree->n; i++)
		if (strcmp(tree->keys[i - 1], tree->keys[i]) == 0)
			return weft_refuse(tree->path, e, "two leaves are "
			                   "called %s",
			                   weft_escape(shown, tree->keys[i]));
	return 0;
}

static int
read_all(struct weft_orbax_tree *tree, const weft_json *v, weft_arena *a,
         weft_errors *e)
{
	const weft_json *leaves = weft_json_get(v, "tree_metadata");

	weft_json_as_bool(weft_json_get(v, "use_ocdbt"), &tree->ocdbt);
	weft_json_as_bool(
		weft_json_get(v, "store_array_data_equal_to_fill_value"),
		&tree->complete);
	if (weft_json_kind(leaves) != WEFT_JSON_OBJECT)
		return weft_refuse(tree->path, e, "tree_metadata is %s, "
		                   "expected an object with the leaves",
		                   weft_json_kind_name(weft_json_kind(leaves)));
	for (weft_json_member m = {0}; weft_json_next(leaves, &m);)
		if (read_leaf(tree, m.name, m.value, a, e))
			return WEFT_BAD;
	return sort_keys(tree, e);
}

int
weft_orbax_tree_read(struct weft_orbax_tree *tree, const char *path,
                     const char *text, size_t n, weft_arena *a,
                     weft_errors *e)
{
	weft_json *v = weft_json_parse(path, text, n, e);
	const char **keys;
	int code;

	*tree = (struct weft_orbax_tree){.path = path};
	code = v ? read_all(tree, v, a, e) : WEFT_BAD;
	weft_json_free(v);
	keys = weft_alloc_array(a, tree->n + 1, sizeof *keys);
	if (tree->n)
		memcpy(keys, tree->keys, tree->n * sizeof *keys);
	free(tree->keys);
	tree->keys = keys;
	return code;
}
