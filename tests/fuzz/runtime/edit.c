/* Text, path, value and name, apart by NULs; the last three are a table's, which
 * is UTF-8. Whatever is edited: the text stays JSON, and what was set is
 * there. */
#include <stdlib.h>
#include <string.h>

#include "io/edit.h"
#include "io/json.h"
#include "io/path.h"

static bool
is_ascii(const char *s)
{
	while (*s > 0)
		s++;
	return !*s;
}

static void
check(const weft_edit *d)
{
	weft_errors e = {0};
	weft_json *v = weft_json_parse("edited", d->text.data, d->text.size,
	                               &e);

	if (!v)
		abort();
	weft_json_free(v);
}

static void
edit(weft_edit *d, const char *path, const char *value, const char *name)
{
	bool there;

	weft_edit_insert(d, path, value);
	check(d);
	weft_edit_delete(d, path, value);
	check(d);
	there = !weft_edit_set(d, path, value);
	check(d);
	if (there && value[0] != '{' && value[0] != '[' &&
	    !weft_edit_is(d, path, value))
		abort();
	weft_edit_rename(d, path, name);
	check(d);
	weft_edit_remove(d, path);
	check(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	char *copy = calloc(1, n + 4), *path, *value, *name;
	size_t text = strnlen((const char *)in, n), at;
	weft_errors e = {0};
	weft_edit d;

	if (!copy)
		abort();
	if (n)
		memcpy(copy, in, n);
	path = copy + (text < n ? text + 1 : n);
	value = path + strlen(path) + (path + strlen(path) < copy + n);
	name = value + strlen(value) + (value + strlen(value) < copy + n);
	if (*path && is_ascii(path) && is_ascii(name) &&
	    weft_path_valid(path, &at) &&
	    weft_json_is_value(value, strlen(value)) &&
	    !strchr(" \t\r\n", value[0]) &&
	    !weft_edit_begin(&d, "text", copy, text, &e)) {
		edit(&d, path, value, name);
		weft_edit_free(&d);
	}
	weft_errors_free(&e);
	free(copy);
	return 0;
}
