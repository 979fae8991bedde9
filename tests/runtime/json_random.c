/* Edits of random documents in random styles: what is parsed afterwards is the
 * old document with that one change, and undoing an edit gives the old bytes
 * back. */
#include <stdlib.h>
#include <string.h>

#include "../../runtime/io/edit.h"
#include "../../runtime/io/json.h"
#include "../../runtime/io/path.h"
#include "../lib/check.h"

static uint64_t seed;

static unsigned
roll(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static const char *const names[] = {"a", "b.c", "\\u0064", "e\\\"f", "[0]",
                                    "\\\\", "{", "\xc3\xa9"};
static const char *const decoded[] = {"a", "b.c", "d", "e\"f", "[0]", "\\",
                                      "{", "\xc3\xa9"};
static const char *const scalars[] = {"1e-06", "0.1", "-0", "true", "null",
                                      "\"x, ]}\\\"\"", "123456789012345678",
                                      "\"\"", "1.0E+2"};

enum { NAMES = 8, SCALARS = 9 };

struct style {
	const char *newline, *unit, *comma, *colon;
};

static const struct style styles[] = {
	{"", "", ",", ":"},        {"", "", ", ", ": "},
	{"\n", "  ", ",", ": "},   {"\r\n", "\t", ",", ": "},
	{"\n", "    ", " ,", " : "}, {"\n", "", ",", ":"},
};

static void
line(weft_text *t, const struct style *y, int depth)
{
	weft_text_puts(t, y->newline);
	for (int i = 0; i < depth && *y->newline; i++)
		weft_text_puts(t, y->unit);
}

static void
random_value(weft_text *t, const struct style *y, int depth)
{
	unsigned kind = depth < 1 ? roll(2) : depth > 3 ? 2 : roll(3);
	unsigned n = roll(4), first = roll(NAMES);

	if (kind == 2) {
		weft_text_puts(t, scalars[roll(SCALARS)]);
		return;
	}
	weft_text_puts(t, kind ? "{" : "[");
	for (unsigned i = 0; i < n; i++) {
		weft_text_puts(t, i ? y->comma : "");
		line(t, y, depth + 1);
		if (kind)
			weft_text_printf(t, "\"%s\"%s",
			                 names[(first + i) % NAMES], y->colon);
		random_value(t, y, depth + 1);
	}
	if (n)
		line(t, y, depth);
	weft_text_puts(t, kind ? "}" : "]");
}

/* A random path into `v`: the value of an object's member or a list's element,
 * or of a member that is not there. */
static void
random_path(weft_text *path, const weft_json *v)
{
	size_t n = weft_json_length(v), k;
	enum weft_json_kind kind = weft_json_kind(v);
	weft_json_member m = {0};

	if (kind == WEFT_JSON_OBJECT && (n == 0 || roll(4) == 0)) {
		weft_path_add(path, decoded[roll(NAMES)]);
		return;
	}
	if (n == 0)
		return;
	k = roll((unsigned)n);
	if (kind == WEFT_JSON_LIST) {
		weft_text_printf(path, "[%zu]", k);
		v = weft_json_at(v, k);
	} else {
		do
			weft_json_next(v, &m);
		while (k--);
		weft_path_add(path, m.name);
		v = m.value;
	}
	if (roll(3))
		random_path(path, v);
}

static bool same(const weft_json *a, const weft_json *b, const weft_json *skip);

static bool
same_members(const weft_json *a, const weft_json *b, const weft_json *skip)
{
	weft_json_member x = {0}, y = {0};

	if (weft_json_length(b) == weft_json_length(a) + 1 &&
	    (!weft_json_next(b, &y) || y.value != skip))
		return false;
	while (weft_json_next(a, &x))
		if (!weft_json_next(b, &y) || strcmp(x.name, y.name) != 0 ||
		    !same(x.value, y.value, skip))
			return false;
	return !weft_json_next(b, &y);
}

/* Whether `b` is `a` but for `skip`, a value in `b` that may be anything, or
 * one more in front of what there is in `a`. */
static bool
same(const weft_json *a, const weft_json *b, const weft_json *skip)
{
	const char *s = "", *t = "";
	double x = 0, y = 0;
	int64_t i = 0, j = 0;
	bool p = false, q = false;

	if (b == skip)
		return true;
	if (weft_json_kind(a) != weft_json_kind(b))
		return false;
	if (weft_json_kind(a) == WEFT_JSON_OBJECT)
		return same_members(a, b, skip);
	if (weft_json_length(a) != weft_json_length(b))
		return false;
	for (size_t k = 0; k < weft_json_length(a); k++)
		if (!same(weft_json_at(a, k), weft_json_at(b, k), skip))
			return false;
	return weft_json_as_int(a, &i) == weft_json_as_int(b, &j) && i == j &&
	       weft_json_as_real(a, &x) == weft_json_as_real(b, &y) && x == y &&
	       weft_json_as_bool(a, &p) == weft_json_as_bool(b, &q) && p == q &&
	       weft_json_as_string(a, &s) == weft_json_as_string(b, &t) &&
	       strcmp(s, t) == 0;
}

struct trial {
	weft_text text, path;
	weft_json *document;
	weft_errors errors;
	weft_edit edit;
};

static void
start(struct trial *t)
{
	unsigned style = roll(sizeof styles / sizeof *styles);

	random_value(&t->text, &styles[style], 0);
	t->document = weft_json_parse("r", t->text.data, t->text.size,
	                              &t->errors);
	random_path(&t->path, t->document);
	weft_edit_begin(&t->edit, "r", t->text.data, t->text.size, &t->errors);
}

static void
end(struct trial *t)
{
	weft_text_free(&t->text);
	weft_text_free(&t->path);
	weft_json_free(t->document);
	weft_edit_free(&t->edit);
	weft_errors_free(&t->errors);
}

static bool
restored(const struct trial *t)
{
	return t->edit.text.size == t->text.size &&
	       memcmp(t->edit.text.data, t->text.data, t->text.size) == 0;
}

/* Sets the value at the path; a value on the way that is neither object nor
 * null refuses. */
static bool
set_is_right(struct trial *t)
{
	const char *path = weft_text_cstr(&t->path);
	bool is_list = weft_json_kind(t->document) == WEFT_JSON_LIST;
	const weft_json *old = weft_json_get(t->document, path);
	const weft_json *at;
	const char *value;
	char *text = NULL;
	size_t n;
	bool ok;
	weft_json *after;

	if (!*path)
		return true;
	value = weft_edit_get(&t->edit, path, &n);
	if (value)
		text = strndup(value, n);
	if (weft_edit_set(&t->edit, path, "{\"new\": [12.5]}"))
		return !old && (is_list || restored(t));
	after = weft_json_parse("r", t->edit.text.data, t->edit.text.size,
	                        &t->errors);
	at = weft_json_get(after, path);
	ok = after && weft_json_get(at, "new[0]") &&
	     same(t->document, after, at);
	weft_json_free(after);
	if (text)
		ok = ok && !weft_edit_set(&t->edit, path, text) && restored(t);
	free(text);
	return ok;
}

/* Adds a member to the object at the path and removes it again. */
static bool
add_is_undone(struct trial *t)
{
	const weft_json *object =
		weft_json_get(t->document, weft_text_cstr(&t->path));

	if (weft_json_kind(object) != WEFT_JSON_OBJECT ||
	    !weft_json_length(object))
		return true;
	weft_path_add(&t->path, "zz top");
	return !weft_edit_set(&t->edit, t->path.data, "3") && !restored(t) &&
	       !weft_edit_remove(&t->edit, t->path.data) && restored(t);
}

/* Adds a string to the list at the path and deletes it again. */
static bool
insert_is_undone(struct trial *t)
{
	const char *path = weft_text_cstr(&t->path);
	const weft_json *list = weft_json_get(t->document, path);

	if (weft_json_kind(list) != WEFT_JSON_LIST || !weft_json_length(list))
		return true;
	return !weft_edit_insert(&t->edit, path, "\"zz\\ntop\"") &&
	       !weft_edit_delete(&t->edit, path, "\"\\u007az\\ntop\"") &&
	       restored(t);
}

/* Removing leaves one fewer, and JSON. */
static bool
remove_is_right(struct trial *t)
{
	const char *path = weft_text_cstr(&t->path);
	const weft_json *old = weft_json_get(t->document, path);
	weft_json *after;
	bool ok;

	if (!*path)
		return true;
	if (weft_edit_remove(&t->edit, path))
		return false;
	after = weft_json_parse("r", t->edit.text.data, t->edit.text.size,
	                        &t->errors);
	ok = after && (old ? t->edit.text.size < t->text.size : restored(t));
	if (old && path[strlen(path) - 1] != ']')
		ok = ok && !weft_json_get(after, path);
	weft_json_free(after);
	return ok;
}

static void
check(const char *name, bool (*is_right)(struct trial *))
{
	int wrong = 0;
	char example[200] = "";

	seed = 0x9e3779b97f4a7c15u;
	for (int i = 0; i < 20000; i++) {
		struct trial t = {0};

		start(&t);
		if (!is_right(&t) && !wrong++)
			snprintf(example, sizeof example, "%s in %s gives %s",
			         weft_text_cstr(&t.path), t.text.data,
			         t.edit.text.data);
		end(&t);
	}
	CHECK(name, !wrong, "%d of 20000, as %s", wrong, example);
}

int
main(void)
{
	check("set, and set back", set_is_right);
	check("add, and remove", add_is_undone);
	check("insert, and delete", insert_is_undone);
	check("remove", remove_is_right);
	return check_done();
}
