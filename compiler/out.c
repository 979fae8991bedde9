#include "out.h"

#include <stdio.h>
#include <string.h>

static void
reserve(struct out *o, size_t more)
{
	size_t capacity = o->capacity ? o->capacity : 256;
	char *text;

	if (o->size + more < o->capacity)
		return;
	while (capacity <= o->size + more)
		capacity *= 2;
	text = arena_alloc(o->arena, capacity);
	if (o->size)
		memcpy(text, o->text, o->size);
	o->text = text;
	o->capacity = capacity;
}

void
out_add(struct out *o, const char *s, size_t n)
{
	reserve(o, n);
	if (n)
		memcpy(o->text + o->size, s, n);
	o->size += n;
	o->text[o->size] = '\0';
}

void
out_puts(struct out *o, const char *s)
{
	out_add(o, s, strlen(s));
}

void
out_vprintf(struct out *o, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		reserve(o, (size_t)n);
		vsnprintf(o->text + o->size, (size_t)n + 1, fmt, again);
		o->size += (size_t)n;
	}
	va_end(again);
}

void
out_printf(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_vprintf(o, fmt, ap);
	va_end(ap);
}

static int
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

void
out_c_string(struct out *o, const char *s, size_t n)
{
	out_puts(o, "\"");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (is_plain(c))
			out_add(o, s + i, 1);
		else
			out_printf(o, "\\%03o", c);
	}
	out_puts(o, "\"");
}

void
out_c_comment(struct out *o, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		int star = c == '*' && i + 1 < n && s[i + 1] == '/';
		int slash = c == '/' && i + 1 < n && s[i + 1] == '*';

		if (c < 0x20 || c > 0x7e || c == '\\' || c == '?' || star ||
		    slash)
			out_puts(o, c == '\t' ? " " : "_");
		else
			out_add(o, s + i, 1);
	}
}
