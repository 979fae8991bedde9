#include "formats/scan.h"

#include <string.h>

#include "checked.h"

/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:define:YYCURSOR = at;
	re2c:define:YYMARKER = marker;
	re2c:yyfill:enable = 0;

	tail  = [\x80-\xbf];
	utf8  = [\xc2-\xdf] tail
	      | "\xe0" [\xa0-\xbf] tail
	      | [\xe1-\xec\xee\xef] tail tail
	      | "\xed" [\x80-\x9f] tail
	      | "\xf0" [\x90-\xbf] tail tail
	      | [\xf1-\xf3] tail tail tail
	      | "\xf4" [\x80-\x8f] tail tail;
	plain = [\x20\x21\x23-\x5b\x5d-\x7f];
	hex   = [0-9a-fA-F];
	whole = "0" | [1-9][0-9]*;
*/

static enum weft_token
bad(struct weft_scan *s, const unsigned char *where, const char *problem)
{
	s->start = (size_t)((const char *)where - s->base);
	s->at = s->base + s->start;
	s->problem = problem;
	return s->token = WEFT_TOKEN_BAD;
}

static unsigned
hex4(const unsigned char *p)
{
	unsigned x = 0;

	for (int i = 0; i < 4; i++) {
		unsigned c = p[i];

		x = x * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return x;
}

static char *
put_utf8(char *out, unsigned c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 63));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 63));
		*out++ = (char)(0x80 | (c >> 6 & 63));
	}
	*out++ = (char)(0x80 | (c & 63));
	return out;
}

static char
escaped(unsigned char c)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *p = strchr(from, c);

	return p ? to[p - from] : (char)c;
}

/* What is wrong with the byte at `p`, which no rule of a string takes. */
static enum weft_token
bad_in_string(struct weft_scan *s, const unsigned char *p)
{
	if ((const char *)p == s->base + s->size)
		return bad(s, p, "the text ends inside a string");
	if (*p < 0x20)
		return bad(s, p, "a control character inside a string");
	if (*p == '\\')
		return bad(s, p, "no such escape");
	return bad(s, p, "not UTF-8");
}

/* Reads the string whose opening quote is behind us. An escape is never
 * shorter than what it stands for, so the text is decoded where it is. */
static enum weft_token
string(struct weft_scan *s)
{
	unsigned char *at = (unsigned char *)s->at, *marker, *start;
	char *out = s->text = s->at;

	for (;;) {
		start = at;
		/*!re2c
		["] {
			*out = '\0';
			s->length = (size_t)(out - s->text);
			s->at = (char *)at;
			return s->token = WEFT_TOKEN_STRING;
		}
		(plain | utf8)+ {
			if (out != (char *)start)
				memmove(out, start, (size_t)(at - start));
			out += at - start;
			continue;
		}
		"\\" ["\\/bfnrt] {
			*out++ = escaped(at[-1]);
			continue;
		}
		"\\u0000" { return bad(s, start, "a NUL inside a string"); }
		"\\u" [dD] [89abAB] hex{2} "\\u" [dD] [c-fC-F] hex{2} {
			out = put_utf8(out, 0x10000 +
			               ((hex4(start + 2) & 0x3ff) << 10) +
			               (hex4(start + 8) & 0x3ff));
			continue;
		}
		"\\u" [dD] [89a-fA-F] hex{2} {
			return bad(s, start, "half of a surrogate pair");
		}
		"\\u" hex{4} {
			out = put_utf8(out, hex4(start + 2));
			continue;
		}
		* { return bad_in_string(s, start); }
		*/
	}
}

static void
integer(struct weft_scan *s, const unsigned char *p, const unsigned char *end)
{
	s->value = 0;
	s->fits = true;
	for (; p < end && s->fits; p++)
		s->fits = weft_mul_u64(s->value, 10, &s->value) &&
		          weft_add_u64(s->value, *p - (unsigned)'0',
		                       &s->value);
}

/* What is wrong with the byte at `p`, with which no token starts. */
static enum weft_token
bad_outside(struct weft_scan *s, const unsigned char *p)
{
	size_t left = s->size - (size_t)((const char *)p - s->base);

	if (*p == '\0')
		return bad(s, p, "padded with NUL, must be spaces");
	if (left >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		return bad(s, p, "a byte order mark");
	if (*p == '/' || *p == '#')
		return bad(s, p, "a comment, which JSON has not");
	return bad(s, p, "not JSON");
}

enum weft_token
weft_scan_next(struct weft_scan *s)
{
	unsigned char *at = (unsigned char *)s->at, *marker, *start;

	for (;;) {
		start = at;
		s->start = (size_t)((char *)start - s->base);
		/*!re2c
		[ \t\r\n]+ { continue; }
		[{}[\]:,] {
			s->at = (char *)at;
			return s->token = (enum weft_token)*start;
		}
		["] {
			s->at = (char *)at;
			return string(s);
		}
		whole {
			s->at = (char *)at;
			integer(s, start, at);
			return s->token = WEFT_TOKEN_INTEGER;
		}
		"-"? whole ("." [0-9]+)? ([eE] [+-]? [0-9]+)? {
			s->at = (char *)at;
			return s->token = WEFT_TOKEN_NUMBER;
		}
		"-"? "0" [0-9]+ {
			return bad(s, start, "a number with a leading zero");
		}
		"null" {
			s->at = (char *)at;
			return s->token = WEFT_TOKEN_NULL;
		}
		"true" {
			s->at = (char *)at;
			return s->token = WEFT_TOKEN_TRUE;
		}
		"false" {
			s->at = (char *)at;
			return s->token = WEFT_TOKEN_FALSE;
		}
		"\x00" {
			if ((char *)start != s->base + s->size)
				return bad_outside(s, start);
			s->at = (char *)start;
			return s->token = WEFT_TOKEN_END;
		}
		* { return bad_outside(s, start); }
		*/
	}
}
