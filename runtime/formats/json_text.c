#include <string.h>

#include "layout.h"

/* Bytes that any JSON writer escapes, and the letters that do it. */
static char
short_escape(char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *p = c ? strchr(from, c) : NULL;

	return p ? to[p - from] : '\0';
}

void
weft_json_raw(weft_text *t, const char *s)
{
	const char *plain = s;

	weft_text_puts(t, "\"");
	for (; *s; s++) {
		char letter = short_escape(*s);

		if (!letter && (unsigned char)*s >= 0x20)
			continue;
		weft_text_add(t, plain, (size_t)(s - plain));
		plain = s + 1;
		if (letter)
			weft_text_printf(t, "\\%c", letter);
		else
			weft_text_printf(t, "\\u%04x", (unsigned)*s);
	}
	weft_text_add(t, plain, (size_t)(s - plain));
	weft_text_puts(t, "\"");
}

/* Steps over one character; returns it, or -1 if there is none. */
static long
decode(const unsigned char **p)
{
	static const long least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = *p;
	int n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
	        s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	long c = n < 2 ? s[0] : s[0] & (0x7f >> n);

	if (n == 0)
		return -1;
	for (int i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	*p += n;
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	return c;
}

bool
weft_is_utf8(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p)
		if (decode(&p) < 0)
			return false;
	return true;
}

void
weft_json_ascii(weft_text *t, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	weft_text_puts(t, "\"");
	while (*p) {
		const unsigned char *plain = p;
		char letter;
		long c;

		while (*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
			p++;
		weft_text_add(t, plain, (size_t)(p - plain));
		if (!*p)
			break;
		letter = short_escape((char)*p);
		c = decode(&p);
		if (letter)
			weft_text_printf(t, "\\%c", letter);
		else if (c > 0xffff)
			weft_text_printf(t, "\\u%04lx\\u%04lx",
			                 0xd7c0 + (c >> 10),
			                 0xdc00 + (c & 0x3ff));
		else
			weft_text_printf(t, "\\u%04lx", c);
	}
	weft_text_puts(t, "\"");
}
