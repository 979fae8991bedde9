#include "edit.h"

#include <string.h>

#include "json.h"
#include "path.h"
#include "span.h"
#include "splice.h"

int
weft_edit_begin(weft_edit *d, const char *file, const char *text, size_t n,
                weft_errors *errors)
{
	weft_json *document = weft_json_parse(file, text, n, errors);

	*d = (weft_edit){.file = file, .errors = errors};
	if (!document)
		return WEFT_BAD;
	weft_json_free(document);
	weft_text_add(&d->text, text, n);
	return 0;
}

void
weft_edit_free(weft_edit *d)
{
	weft_text_free(&d->text);
}

static const char *
kind_at(const char *s)
{
	switch (*s) {
	case '{':
		return "an object";
	case '[':
		return "a list";
	case '"':
		return "a string";
	case 't':
	case 'f':
		return "a boolean";
	case 'n':
		return "null";
	default:
		return "a number";
	}
}

static void
line_and_column(const char *text, size_t at, size_t *line, size_t *column)
{
	size_t begin = 0;

	*line = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] != '\n')
			continue;
		++*line;
		begin = i + 1;
	}
	*column = at - begin + 1;
}

/* The value at `p`, where `path` leads or the way to it ends, is of the wrong
 * kind. */
static int
wrong_kind(const weft_edit *d, const char *path, const struct weft_place *p,
           const char *expected)
{
	const char *s = d->text.data;
	int n = (int)(p->rest - path);
	size_t line, column;

	if (n && path[n - 1] == '.')
		n--;
	line_and_column(s, p->value.begin, &line, &column);
	return weft_error(d->errors, WEFT_BAD,
	                  "%s:%zu:%zu: %.*s is %s, expected %s (to edit %s)",
	                  d->file, line, column, n ? n : 12,
	                  n ? path : "the document",
	                  kind_at(s + p->value.begin), expected, path);
}

static int
check_path(const weft_edit *d, const char *path)
{
	size_t at;

	if (weft_path_valid(path, &at))
		return 0;
	return weft_error(d->errors, WEFT_INTERNAL,
	                  "%s: malformed path %s at byte %zu", d->file, path,
	                  at);
}

static int
check_value(const weft_edit *d, const char *path, const char *value)
{
	size_t n = strlen(value);

	if (n && !strchr(" \t\r\n", value[0]) &&
	    !strchr(" \t\r\n", value[n - 1]) && weft_json_is_value(value, n))
		return 0;
	return weft_error(d->errors, WEFT_INTERNAL,
	                  "%s: value for %s is not JSON: %s", d->file, path,
	                  value);
}

/* Makes the next thing on the way that `p` found to end: the member, or an
 * object that will hold it. *done if that was the member itself. */
static int
extend(weft_edit *d, const char *path, const struct weft_place *p,
       const char *value, bool *done)
{
	const char *after = p->rest;
	weft_step step = {0};
	char kind = d->text.data[p->value.begin];
	int code = 0;

	weft_path_next(&after, &step);
	if (step.is_index)
		code = wrong_kind(d, path, p, kind == '[' ? "a longer list"
		                                          : "a list");
	else if (kind == 'n')
		weft_splice_replace(&d->text, p->value, "{}");
	else if (kind != '{')
		code = wrong_kind(d, path, p, "an object");
	else
		weft_splice_prepend(&d->text, p->value.begin,
		                    weft_text_cstr(&step.name),
		                    *after ? "{}" : value);
	*done = kind == '{' && !*after;
	weft_step_free(&step);
	return code;
}

static int
check(const weft_edit *d, const char *path, const char *value)
{
	int code = check_path(d, path);

	return code ? code : check_value(d, path, value);
}

int
weft_edit_set(weft_edit *d, const char *path, const char *value)
{
	weft_text before = {0};
	bool done = false;
	int code = check(d, path, value);

	if (!*path)
		return weft_error(d->errors, WEFT_INTERNAL,
		                  "%s: cannot set the whole document",
		                  d->file);
	weft_text_add(&before, d->text.data, d->text.size);
	while (!code && !done) {
		struct weft_place p = weft_locate(d->text.data, path);

		done = !*p.rest;
		if (done)
			weft_splice_replace(&d->text, p.value, value);
		else
			code = extend(d, path, &p, value, &done);
	}
	if (code) {
		weft_text_free(&d->text);
		d->text = before;
	} else {
		weft_text_free(&before);
	}
	return code;
}

int
weft_edit_remove(weft_edit *d, const char *path)
{
	struct weft_place p;
	int code = check_path(d, path);

	if (code)
		return code;
	p = weft_locate(d->text.data, path);
	if (!*p.rest && *path)
		weft_splice_cut(&d->text, p.parent,
		    p.key.end ? p.key.begin : p.value.begin, NULL);
	return 0;
}

static bool
has_sibling(const char *s, const struct weft_place *p, const char *name)
{
	struct weft_walk w;

	weft_walk_begin(&w, s, p->parent);
	while (weft_walk_next(&w))
		if (w.begin != p->key.begin && weft_span_is(s, w.key, name))
			return true;
	return false;
}

int
weft_edit_rename(weft_edit *d, const char *path, const char *name)
{
	struct weft_place p;
	weft_text key = {0};
	int code = check_path(d, path);

	if (code)
		return code;
	p = weft_locate(d->text.data, path);
	if (*p.rest)
		return 0;
	if (!p.key.end)
		return weft_error(d->errors, WEFT_INTERNAL,
		                  "%s: %s has no name to change", d->file,
		                  *path ? path : "the document");
	if (has_sibling(d->text.data, &p, name))
		return weft_error(d->errors, WEFT_BAD,
		                  "%s: cannot rename %s to %s: both are there",
		                  d->file, path, name);
	if (weft_span_is(d->text.data, p.key, name))
		return 0;
	weft_text_json(&key, name);
	weft_splice_replace(&d->text, p.key, weft_text_cstr(&key));
	weft_text_free(&key);
	return 0;
}

/* Appends a list of the value; a list is that already. */
static void
add_as_list(weft_text *t, const char *value)
{
	bool list = *value == '[';

	weft_text_printf(t, "%s%s%s", list ? "" : "[", value, list ? "" : "]");
}

/* Whether a list as text has no elements. */
static bool
is_empty(const char *list)
{
	struct weft_walk w;

	weft_walk_begin(&w, list, 0);
	return !weft_walk_next(&w);
}

static bool
is_nothing(const weft_edit *d, const struct weft_place *p)
{
	return *p->rest || d->text.data[p->value.begin] == 'n';
}

int
weft_edit_insert(weft_edit *d, const char *path, const char *value)
{
	struct weft_place p;
	weft_text more = {0};
	int code = check(d, path, value);

	if (code)
		return code;
	add_as_list(&more, value);
	p = weft_locate(d->text.data, path);
	if (is_nothing(d, &p) && !is_empty(more.data))
		code = weft_edit_set(d, path, "[]");
	p = weft_locate(d->text.data, path);
	if (!code && !is_nothing(d, &p)) {
		if (d->text.data[p.value.begin] == '[')
			weft_splice_extend(&d->text, p.value.begin, more.data);
		else
			code = wrong_kind(d, path, &p, "a list");
	}
	weft_text_free(&more);
	return code;
}

int
weft_edit_delete(weft_edit *d, const char *path, const char *value)
{
	struct weft_place p;
	weft_text list = {0};
	weft_scalars these = {0};
	int code = check(d, path, value);

	if (code)
		return code;
	p = weft_locate(d->text.data, path);
	if (is_nothing(d, &p))
		return 0;
	if (d->text.data[p.value.begin] != '[')
		return wrong_kind(d, path, &p, "a list");
	add_as_list(&list, value);
	weft_scalars_add_list(&these, list.data, 0);
	weft_splice_cut(&d->text, p.value.begin, 0, &these);
	weft_scalars_free(&these);
	weft_text_free(&list);
	return 0;
}

const char *
weft_edit_get(const weft_edit *d, const char *path, size_t *n)
{
	struct weft_place p;

	if (!weft_path_valid(path, NULL))
		return NULL;
	p = weft_locate(d->text.data, path);
	if (*p.rest)
		return NULL;
	*n = p.value.end - p.value.begin;
	return d->text.data + p.value.begin;
}

/* A value of any kind as a document, a list of it alone. */
static weft_json *
parse_value(const char *file, const char *value, size_t n)
{
	weft_errors e = {0};
	weft_text t = {0};
	weft_json *document;

	weft_text_puts(&t, "[");
	weft_text_add(&t, value, n);
	weft_text_puts(&t, "]");
	document = weft_json_parse(file, t.data, t.size, &e);
	weft_text_free(&t);
	weft_errors_free(&e);
	return document;
}

bool
weft_edit_is(const weft_edit *d, const char *path, const char *value)
{
	size_t n;
	const char *have = weft_edit_get(d, path, &n);
	weft_json *a, *b;
	bool same;

	if (!have)
		return false;
	a = parse_value(d->file, have, n);
	b = parse_value(d->file, value, strlen(value));
	same = a && b && weft_json_same(a, b);
	weft_json_free(a);
	weft_json_free(b);
	return same;
}

bool
weft_edit_where(const char *text, const char *path, size_t *line,
                size_t *column)
{
	struct weft_place p;

	if (!weft_path_valid(path, NULL))
		return false;
	p = weft_locate(text, path);
	if (!*p.rest)
		line_and_column(text, p.value.begin, line, column);
	return !*p.rest;
}
