#include "splice.h"

#include <stdlib.h>
#include <string.h>

static void
replace(weft_text *t, size_t begin, size_t end, const weft_text *by)
{
	weft_text r = {0};

	weft_text_add(&r, t->data, begin);
	weft_text_add(&r, weft_text_cstr(by), by->size);
	weft_text_add(&r, t->data + end, t->size - end);
	weft_text_free(t);
	*t = r;
}

void
weft_splice_replace(weft_text *text, struct weft_span at, const char *by)
{
	weft_text t = {0};

	weft_text_puts(&t, by);
	replace(text, at.begin, at.end, &t);
	weft_text_free(&t);
}

/* How a document is laid out. */
struct style {
	const char *newline;  /* "" if it stands on one line */
	const char *unit;     /* one level of indentation, `nunit` bytes */
	int nunit;
	const char *colon;    /* what is between key and value */
	int ncolon;
};

static struct style
style_of(const char *s)
{
	struct style y = {"", "  ", 2, ": ", 2};
	struct weft_walk w;
	size_t end;
	const char *line;

	weft_walk_begin(&w, s, weft_document(s));
	end = weft_walk_next(&w) ? w.begin : w.close;
	line = memrchr(s + w.open, '\n', end - w.open);
	if (line)
		y.newline = line[-1] == '\r' ? "\r\n" : "\n";
	if (line && w.count) {
		y.unit = line + 1;
		y.nunit = (int)(s + end - y.unit);
	}
	if (w.key.end) {
		y.colon = s + w.key.end;
		y.ncolon = (int)(w.value.begin - w.key.end);
	}
	return y;
}

/* Appends a line end and the indentation of the line that `at` is in. */
static void
add_line(weft_text *t, const struct style *y, const char *s, size_t at)
{
	const char *begin = memrchr(s, '\n', at);

	begin = begin ? begin + 1 : s;
	weft_text_puts(t, y->newline);
	if (*y->newline)
		weft_text_add(t, begin, strspn(begin, " \t"));
}

/* What joins two members, as in the container where `w` has stepped on from one
 * that ends at `before`, or onto the first one. */
static void
add_separator(weft_text *t, const struct style *y, const struct weft_walk *w,
              size_t before)
{
	const char *lead = w->text + w->open + 1;
	size_t nlead = w->begin - w->open - 1;

	if (w->count > 1) {
		weft_text_add(t, w->text + before, w->begin - before);
		return;
	}
	weft_text_puts(t, ",");
	if (memchr(lead, '\n', nlead))
		weft_text_add(t, lead, nlead);
	else if (y->ncolon > 1)
		weft_text_puts(t, " ");
}

/* `name` is NULL for an element of a list. */
static void
add_member(weft_text *t, const struct style *y, const char *name,
           const char *value)
{
	if (name) {
		weft_text_json(t, name);
		weft_text_add(t, y->colon, (size_t)y->ncolon);
	}
	weft_text_puts(t, value);
}

/* Fills a container that is empty, but for blanks up to `close`. */
static void
fill(weft_text *text, const struct style *y, size_t open, size_t close,
     const char *name, const char *value)
{
	weft_text t = {0};

	add_line(&t, y, text->data, open);
	if (*y->newline)
		weft_text_add(&t, y->unit, (size_t)y->nunit);
	add_member(&t, y, name, value);
	add_line(&t, y, text->data, open);
	replace(text, open + 1, close, &t);
	weft_text_free(&t);
}

void
weft_splice_append(weft_text *text, size_t open, const char *name,
                   const char *value)
{
	const char *s = text->data;
	struct style y = style_of(s);
	struct weft_walk w;
	weft_text t = {0};
	size_t before = 0, last = 0;

	weft_walk_begin(&w, s, open);
	for (; weft_walk_next(&w); last = w.value.end)
		before = last;
	if (w.count) {
		add_separator(&t, &y, &w, before);
		add_member(&t, &y, name, value);
		replace(text, last, last, &t);
	} else {
		fill(text, &y, open, w.close, name, value);
	}
	weft_text_free(&t);
}

void
weft_splice_prepend(weft_text *text, size_t open, const char *name,
                    const char *value)
{
	const char *s = text->data;
	struct style y = style_of(s);
	struct weft_walk w;
	weft_text t = {0};
	size_t first, end;

	weft_walk_begin(&w, s, open);
	if (!weft_walk_next(&w)) {
		fill(text, &y, open, w.close, name, value);
		return;
	}
	first = w.begin;
	end = w.value.end;
	weft_walk_next(&w);
	add_member(&t, &y, name, value);
	add_separator(&t, &y, &w, end);
	replace(text, first, first, &t);
	weft_text_free(&t);
}

static bool
is_real(const char *s, size_t n)
{
	return memchr(s, '.', n) || memchr(s, 'e', n) || memchr(s, 'E', n);
}

static bool
same_number(const char *a, const char *b)
{
	bool real = is_real(a, strlen(a));

	if (real != is_real(b, strlen(b)))
		return false;
	return real ? strtod(a, NULL) == strtod(b, NULL)
	            : strtoll(a, NULL, 10) == strtoll(b, NULL, 10);
}

/* The characters of a string, the text of any other scalar. */
static void
add_scalar(weft_text *t, const char *s, size_t n)
{
	if (*s == '"')
		weft_span_decode(s, n, t);
	else
		weft_text_add(t, s, n);
}

static char
scalar_kind(char c)
{
	return (c >= '0' && c <= '9') || c == '-' ? '0' : c;
}

bool
weft_span_same(const char *s, struct weft_span at, const char *value)
{
	char kind = scalar_kind(s[at.begin]);
	weft_text a = {0}, b = {0};
	bool same;

	if (kind != scalar_kind(*value) || kind == '{' || kind == '[')
		return false;
	add_scalar(&a, s + at.begin, at.end - at.begin);
	add_scalar(&b, value, strlen(value));
	same = kind == '0'
	               ? same_number(weft_text_cstr(&a), weft_text_cstr(&b))
	               : strcmp(weft_text_cstr(&a), weft_text_cstr(&b)) == 0;
	weft_text_free(&a);
	weft_text_free(&b);
	return same;
}

void
weft_splice_cut(weft_text *text, size_t open, size_t begin, const char *value)
{
	const char *s = text->data;
	size_t from = 0, kept = open + 1;
	bool cutting = false, any = false;
	struct weft_walk w;
	weft_text r = {0};

	weft_walk_begin(&w, s, open);
	while (weft_walk_next(&w)) {
		if (cutting)
			from = w.begin;
		cutting = value ? weft_span_same(s, w.value, value)
		                : w.begin == begin;
		if (cutting) {
			weft_text_add(&r, s + from, w.begin - from);
			from = w.begin;
		} else {
			weft_text_add(&r, s + from, w.value.end - from);
			from = w.value.end;
			kept = r.size;
			any = true;
		}
	}
	if (cutting) {
		r.size = kept;
		from = any ? w.value.end : w.close;
	}
	weft_text_add(&r, s + from, text->size - from);
	weft_text_free(text);
	*text = r;
}
