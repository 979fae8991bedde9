#include "span.h"

#include <stdint.h>
#include <string.h>

#include "path.h"

static size_t
skip_blank(const char *s, size_t at)
{
	return at + strspn(s + at, " \t\r\n");
}

/* `at` is the quote; returns what is behind the other. */
static size_t
skip_string(const char *s, size_t at)
{
	for (at++; s[at] != '"'; at++)
		if (s[at] == '\\')
			at++;
	return at + 1;
}

static size_t
skip_nested(const char *s, size_t at)
{
	size_t depth = 0;

	do {
		if (s[at] == '"') {
			at = skip_string(s, at);
			continue;
		}
		if (s[at] == '{' || s[at] == '[')
			depth++;
		else if (s[at] == '}' || s[at] == ']')
			depth--;
		at++;
	} while (depth);
	return at;
}

static size_t
skip_value(const char *s, size_t at)
{
	if (s[at] == '"')
		return skip_string(s, at);
	if (s[at] == '{' || s[at] == '[')
		return skip_nested(s, at);
	return at + strcspn(s + at, ",]} \t\r\n");
}

void
weft_walk_begin(struct weft_walk *w, const char *text, size_t open)
{
	*w = (struct weft_walk){.text = text, .open = open, .at = open + 1};
}

bool
weft_walk_next(struct weft_walk *w)
{
	const char *s = w->text;
	size_t at = skip_blank(s, w->at);

	if (s[at] == ',')
		at = skip_blank(s, at + 1);
	if (s[at] == '}' || s[at] == ']') {
		w->close = w->at = at;
		return false;
	}
	w->begin = at;
	if (s[w->open] == '{') {
		w->key.begin = at;
		w->key.end = skip_string(s, at);
		at = skip_blank(s, skip_blank(s, w->key.end) + 1);
	}
	w->value.begin = at;
	w->value.end = w->at = skip_value(s, at);
	w->count++;
	return true;
}

size_t
weft_document(const char *text)
{
	return skip_blank(text, 0);
}

/* Steps `w` to the child that `step` names. */
static bool
find(struct weft_walk *w, const weft_step *step)
{
	const char *name = weft_text_cstr(&step->name);
	char want = step->is_index ? '[' : '{';

	if (w->text[w->open] != want)
		return false;
	while (weft_walk_next(w))
		if (step->is_index ? w->count - 1 == step->index
		                   : weft_span_is(w->text, w->key, name))
			return true;
	return false;
}

struct weft_place
weft_locate(const char *text, const char *path)
{
	size_t root = weft_document(text);
	struct weft_place p = {.rest = path, .parent = root};
	weft_step step = {0};

	p.value.begin = root;
	p.value.end = skip_value(text, root);
	while (weft_path_next(&path, &step)) {
		struct weft_walk w;

		weft_walk_begin(&w, text, p.value.begin);
		if (!find(&w, &step))
			break;
		p.parent = p.value.begin;
		p.key = w.key;
		p.value = w.value;
		p.rest = path;
	}
	weft_step_free(&step);
	return p;
}

static uint32_t
hex4(const char *s)
{
	uint32_t r = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];

		r = r << 4 | (uint32_t)(c <= '9' ? c - '0'
		                                 : (c | 0x20) - 'a' + 10);
	}
	return r;
}

static void
add_utf8(weft_text *t, uint32_t c)
{
	static const uint32_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	unsigned char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		b[i] = (unsigned char)(0x80 | (c & 0x3f));
	b[0] = (unsigned char)(lead[n] | c);
	weft_text_add(t, b, n);
}

/* `s` is behind the backslash and `u`; returns how many bytes of escape there
 * are, a second half included. */
static size_t
add_unicode(weft_text *t, const char *s)
{
	uint32_t c = hex4(s);

	if (c < 0xd800 || c > 0xdbff) {
		add_utf8(t, c);
		return 4;
	}
	add_utf8(t, 0x10000 + ((c - 0xd800) << 10) + (hex4(s + 6) - 0xdc00));
	return 10;
}

void
weft_span_decode(const char *s, size_t n, weft_text *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *end = s + n - 1;

	for (s++; s < end; s++) {
		const char *escape;

		if (*s != '\\') {
			weft_text_add(out, s, 1);
		} else if (*++s == 'u') {
			s += add_unicode(out, s + 1);
		} else {
			escape = strchr(from, *s);
			if (escape)
				escape = to + (escape - from);
			weft_text_add(out, escape ? escape : s, 1);
		}
	}
}

bool
weft_span_is(const char *s, struct weft_span string, const char *name)
{
	size_t n = string.end - string.begin, length = strlen(name);
	weft_text t = {0};
	bool same;

	s += string.begin;
	if (!memchr(s, '\\', n))
		return n - 2 == length && memcmp(s + 1, name, length) == 0;
	weft_span_decode(s, n, &t);
	same = strcmp(weft_text_cstr(&t), name) == 0;
	weft_text_free(&t);
	return same;
}
