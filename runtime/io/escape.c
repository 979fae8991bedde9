#include "escape.h"

#include <stdio.h>
#include <string.h>

#include "../text.h"

int
weft_unprintable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if (s[0] < 0x20 || s[0] == 0x7f)
		return 1;
	if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f)
		return 2;
	if (s[0] != 0xe2)
		return 0;
	if (s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae)
		return 3;
	return s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9 ? 3 : 0;
}

/* Not the first byte of a character? */
static int
is_inner(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

const char *
weft_escape(char buffer[WEFT_ESCAPED], const char *s)
{
	char *out = buffer, *limit = buffer + WEFT_ESCAPED - sizeof "...";
	int left = 0;

	for (; *s && limit - out >= 4; s++) {
		if (left == 0)
			left = weft_unprintable(s);
		if (*s == '"' || *s == '\\')
			out += sprintf(out, "\\%c", *s);
		else if (left)
			out += sprintf(out, "\\x%02x", (unsigned char)*s);
		else
			*out++ = *s;
		left -= left > 0;
	}
	if (*s) {
		/* No half of a character before the dots. */
		for (int i = 0; i < 3 && left == 0 && is_inner(*s); i++) {
			s--;
			out--;
		}
		out = stpcpy(out, "...");
	}
	*out = '\0';
	return buffer;
}

int
weft_refuse(const char *path, weft_errors *e, const char *fmt, ...)
{
	char name[WEFT_ESCAPED];
	weft_text text = {0};
	va_list ap;

	va_start(ap, fmt);
	weft_text_vprintf(&text, fmt, ap);
	va_end(ap);
	weft_error(e, WEFT_BAD, "%s: %s", weft_escape(name, path),
	           weft_text_cstr(&text));
	weft_text_free(&text);
	return WEFT_BAD;
}
