#include "json.h"

#include <string.h>

#include <jansson.h>

#include "../text.h"
#include "path.h"

static json_t *
jansson(const weft_json *v)
{
	return (json_t *)(uintptr_t)v;
}

static weft_json *
opaque(json_t *v)
{
	return (weft_json *)v;
}

static bool
begins(const char *text, size_t n, const char *with)
{
	size_t length = strlen(with);

	return n >= length && memcmp(text, with, length) == 0;
}

/* What a text that is not JSON looks like, for those people come across. */
static void
hint_at_nature(const char *text, size_t n, weft_errors *e)
{
	if (n == 0)
		weft_hint(e, "the file is empty");
	else if (begins(text, n, "version https://git-lfs"))
		weft_hint(e, "this is a git-lfs pointer; `git lfs pull` gets "
		             "the file itself");
	else if (begins(text, n, "\xef\xbb\xbf"))
		weft_hint(e, "the file begins with a byte order mark; save it "
		             "as UTF-8 without one");
	else if (text[0] == '<')
		weft_hint(e, "this looks like a web page, perhaps of a "
		             "download that failed");
}

/* Python writes NaN, Infinity and -Infinity, and published configs have them.
 * `t` is the text in which those that are in no string are null and the largest
 * powers of ten; false if there are none. */
static bool
without_python(weft_text *t, const char *text, size_t n)
{
	size_t done = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		bool nan = begins(text + i, n - i, "NaN");

		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (nan || begins(text + i, n - i,
		                                   "Infinity"))) {
			weft_text_add(t, text + done, i - done);
			weft_text_puts(t, nan ? "null" : "1.0e+308");
			done = i + (nan ? 3 : 8);
			i = done - 1;
		}
	}
	weft_text_add(t, text + done, n - done);
	return done > 0;
}

static void
report(const char *file, const char *text, size_t n, const json_error_t *at,
       weft_errors *e)
{
	weft_error(e, WEFT_BAD, "%s:%d:%d: not valid JSON: %s", file, at->line,
	           at->column, at->text);
	if (json_error_code(at) == json_error_duplicate_key)
		weft_hint(e, "readers differ on which of the two counts; "
		             "remove one");
	else
		hint_at_nature(text, n, e);
}

weft_json *
weft_json_parse(const char *file, const char *text, size_t n, weft_errors *e)
{
	weft_text t = {0};
	json_error_t at;
	json_t *v;

	if (n > WEFT_JSON_MAX) {
		weft_error(e, WEFT_BAD,
		           "%s: %zu bytes of JSON, at most %zu are read", file,
		           n, WEFT_JSON_MAX);
		return NULL;
	}
	v = json_loadb(text ? text : "", n, JSON_REJECT_DUPLICATES, &at);
	if (!v && text && without_python(&t, text, n))
		v = json_loadb(t.data, t.size, JSON_REJECT_DUPLICATES, &at);
	weft_text_free(&t);
	if (!v)
		report(file, text, n, &at, e);
	return opaque(v);
}

void
weft_json_free(weft_json *document)
{
	json_decref(jansson(document));
}

bool
weft_json_is_value(const char *text, size_t n)
{
	json_t *v = json_loadb(text, n,
	                       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

	json_decref(v);
	return v != NULL;
}

static json_t *
child(json_t *v, const weft_step *step)
{
	if (step->is_index)
		return json_array_get(v, step->index);
	return json_object_get(v, weft_text_cstr(&step->name));
}

const weft_json *
weft_json_get(const weft_json *v, const char *path)
{
	json_t *at = jansson(v);
	weft_step step = {0};

	while (at && weft_path_next(&path, &step))
		at = child(at, &step);
	weft_step_free(&step);
	return *path ? NULL : opaque(at);
}

enum weft_json_kind
weft_json_kind(const weft_json *v)
{
	if (!v)
		return WEFT_JSON_ABSENT;
	switch (json_typeof(jansson(v))) {
	case JSON_NULL:
		return WEFT_JSON_NULL;
	case JSON_TRUE:
	case JSON_FALSE:
		return WEFT_JSON_BOOL;
	case JSON_INTEGER:
		return WEFT_JSON_INT;
	case JSON_REAL:
		return WEFT_JSON_REAL;
	case JSON_STRING:
		return WEFT_JSON_STRING;
	case JSON_ARRAY:
		return WEFT_JSON_LIST;
	case JSON_OBJECT:
		return WEFT_JSON_OBJECT;
	}
	return WEFT_JSON_ABSENT;
}

const char *
weft_json_kind_name(enum weft_json_kind kind)
{
	static const char *const name[] = {
		[WEFT_JSON_ABSENT] = "nothing",
		[WEFT_JSON_NULL] = "null",
		[WEFT_JSON_BOOL] = "a boolean",
		[WEFT_JSON_INT] = "an integer",
		[WEFT_JSON_REAL] = "a real number",
		[WEFT_JSON_STRING] = "a string",
		[WEFT_JSON_LIST] = "a list",
		[WEFT_JSON_OBJECT] = "an object",
	};

	return name[kind];
}

bool
weft_json_as_bool(const weft_json *v, bool *r)
{
	if (!json_is_boolean(jansson(v)))
		return false;
	*r = json_is_true(jansson(v));
	return true;
}

bool
weft_json_as_int(const weft_json *v, int64_t *r)
{
	if (!json_is_integer(jansson(v)))
		return false;
	*r = json_integer_value(jansson(v));
	return true;
}

bool
weft_json_as_real(const weft_json *v, double *r)
{
	if (!json_is_real(jansson(v)))
		return false;
	*r = json_real_value(jansson(v));
	return true;
}

bool
weft_json_as_string(const weft_json *v, const char **r)
{
	if (!json_is_string(jansson(v)))
		return false;
	*r = json_string_value(jansson(v));
	return true;
}

size_t
weft_json_length(const weft_json *v)
{
	json_t *j = jansson(v);

	return json_is_array(j) ? json_array_size(j) : json_object_size(j);
}

const weft_json *
weft_json_at(const weft_json *v, size_t i)
{
	return opaque(json_array_get(jansson(v), i));
}

bool
weft_json_next(const weft_json *object, weft_json_member *m)
{
	json_t *j = jansson(object);

	m->at = m->at ? json_object_iter_next(j, m->at) : json_object_iter(j);
	if (!m->at)
		return false;
	m->name = json_object_iter_key(m->at);
	m->value = opaque(json_object_iter_value(m->at));
	return true;
}

/* An integer and a real, or two of one kind. */
static bool
same_numbers(json_t *a, json_t *b)
{
	if (json_is_integer(a) && json_is_integer(b))
		return json_integer_value(a) == json_integer_value(b);
	return json_number_value(a) == json_number_value(b);
}

bool
weft_json_same(const weft_json *a, const weft_json *b)
{
	json_t *x = jansson(a), *y = jansson(b);

	if (!x || !y)
		return x == y;
	if (json_is_number(x) && json_is_number(y))
		return same_numbers(x, y);
	if (json_typeof(x) != json_typeof(y) ||
	    weft_json_length(a) != weft_json_length(b))
		return false;
	if (json_is_array(x)) {
		for (size_t i = 0; i < json_array_size(x); i++)
			if (!weft_json_same(weft_json_at(a, i),
			                    weft_json_at(b, i)))
				return false;
		return true;
	}
	for (weft_json_member m = {0}; weft_json_next(a, &m);) {
		json_t *other = json_object_get(y, m.name);

		if (!other || !weft_json_same(m.value, opaque(other)))
			return false;
	}
	return json_is_object(x) || json_equal(x, y);
}
