#include <string.h>
#include <strings.h>

#include "fmt_state.h"

/* Texts that other readers of YAML take for booleans, nulls or numbers. */
static bool
is_typed(const char *s)
{
	static const char *const words[] = {
		"yes", "no", "on", "off", "true", "false", "null", "~", "=",
		"<<", ".inf", "+.inf", "-.inf", ".nan"
	};
	static const char numeric[] = "0123456789abcdefABCDEFxXoO_.:+-TtZz ";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return strchr("0123456789+-.", *s) && !s[strspn(s, numeric)];
}

static bool
is_plain(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || strchr(" \t-?:,[]{}#&*!|>'\"%@`", *s) ||
	    strchr(" \t:", s[n - 1]))
		return false;
	return !strstr(s, ": ") && !strstr(s, ":\t") && !strstr(s, " #") &&
	       !strchr(s, '\t') && !is_typed(s);
}

/* The character at *s, which is moved behind it. */
static uint32_t
next_char(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	int more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
	uint32_t c = more ? *p & (0x3fu >> more) : *p;

	for (p++; more > 0 && *p; more--)
		c = c << 6 | (*p++ & 0x3f);
	*s = (const char *)p;
	return c;
}

/* What YAML does not have, or reads as the end of a line. */
static bool
is_special(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static bool
has_special(const char *s)
{
	while (*s)
		if (is_special(next_char(&s)))
			return true;
	return false;
}

static void
put_escaped(struct out *o, const char *s)
{
	out_puts(o, "\"");
	while (*s) {
		const char *from = s;
		uint32_t c = next_char(&s);

		if (is_special(c))
			out_printf(o, "\\u%04x", (unsigned)c);
		else
			out_printf(o, c == '"' || c == '\\' ? "\\%.*s"
			           : "%.*s", (int)(s - from), from);
	}
	out_puts(o, "\"");
}

void
fmt_yaml_text(struct out *o, const char *s)
{
	if (has_special(s)) {
		put_escaped(o, s);
	} else if (is_plain(s)) {
		out_puts(o, s);
	} else {
		out_puts(o, "'");
		for (; *s; s++)
			out_add(o, *s == '\'' ? "''" : s, *s == '\'' ? 2 : 1);
		out_puts(o, "'");
	}
}
