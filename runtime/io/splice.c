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

/* What joins two elements of a list that is empty so far. */
static void
add_first_separator(weft_text *t, const struct style *y, const char *s,
                    size_t open)
{
	weft_text_puts(t, ",");
	if (*y->newline) {
		add_line(t, y, s, open);
		weft_text_add(t, y->unit, (size_t)y->nunit);
	} else if (y->ncolon > 1) {
		weft_text_puts(t, " ");
	}
}

/* The elements of `more` that are not there, each behind a separator. */
static void
add_elements(weft_text *t, const char *more, weft_scalars *there,
             const weft_text *separator)
{
	struct weft_walk w;

	weft_walk_begin(&w, more, 0);
	while (weft_walk_next(&w)) {
		if (!weft_scalars_add(there, more, w.value))
			continue;
		weft_text_add(t, separator->data, separator->size);
		weft_text_add(t, more + w.value.begin,
		              w.value.end - w.value.begin);
	}
}

void
weft_splice_extend(weft_text *text, size_t open, const char *more)
{
	const char *s = text->data;
	struct style y = style_of(s);
	struct weft_walk w;
	weft_text t = {0}, separator = {0};
	weft_scalars there = {0};
	size_t before = 0, last = 0;

	weft_walk_begin(&w, s, open);
	for (; weft_walk_next(&w); last = w.value.end) {
		weft_scalars_add(&there, s, w.value);
		before = last;
	}
	if (w.count)
		add_separator(&separator, &y, &w, before);
	else
		add_first_separator(&separator, &y, s, open);
	add_elements(&t, more, &there, &separator);
	if (w.count)
		replace(text, last, last, &t);
	else if (t.size)
		fill(text, &y, open, w.close, NULL, t.data + separator.size);
	weft_text_free(&t);
	weft_text_free(&separator);
	weft_scalars_free(&there);
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

void
weft_splice_cut(weft_text *text, size_t open, size_t begin,
                const weft_scalars *these)
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
		cutting = these ? weft_scalars_has(these, s, w.value)
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
