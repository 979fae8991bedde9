#include "regex_parse.h"

#include <string.h>

bool
regex_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

bool
regex_is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
hex_digit(unsigned char c)
{
	if (regex_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void
complement(struct byte_set *s)
{
	for (int i = 0; i < 4; i++)
		s->word[i] = ~s->word[i];
	s->word[0] &= ~UINT64_C(1);
}

/* The set of \d \w \s and their complements; false if c is none of these. */
static bool
escape_set(unsigned char c, struct byte_set *s)
{
	*s = (struct byte_set){{0}};
	switch (c | 0x20) {
	case 'w':
		byte_set_add(s, 'a', 'z');
		byte_set_add(s, 'A', 'Z');
		byte_set_add(s, '_', '_');
		byte_set_add(s, '0', '9');
		break;
	case 'd':
		byte_set_add(s, '0', '9');
		break;
	case 's':
		byte_set_add(s, '\t', '\r');
		byte_set_add(s, ' ', ' ');
		break;
	default:
		return false;
	}
	if (c < 'a')
		complement(s);
	return true;
}

static void
fail_escape(struct regex_parser *p, size_t at, unsigned char c)
{
	if (regex_is_digit(c) || c == 'k' || c == 'g')
		regex_fail(p, at, "'\\%c' back-reference is not supported: "
			   "patterns stay linear", c);
	else if (c && strchr("bBAzZG", c))
		regex_fail(p, at, "'\\%c' is not supported: a pattern always "
			   "matches the whole key", c);
	else if (c > ' ' && c < 0x7f)
		regex_fail(p, at, "'\\%c' is not supported; the escapes are "
			   "\\d \\D \\w \\W \\s \\S \\t \\n \\r \\xHH, and "
			   "'\\' before a punctuation character", c);
	else
		regex_fail(p, at, "'\\' must be followed by a character to "
			   "escape");
}

/* Reads the two digits of \xHH. */
static int
parse_hex(struct regex_parser *p, size_t at)
{
	int hi = hex_digit(regex_peek(p, 0)), lo = hex_digit(regex_peek(p, 1));

	if (hi < 0 || lo < 0) {
		regex_fail(p, at, "'\\x' must be followed by two hexadecimal "
			   "digits");
		return -1;
	}
	p->at += 2;
	if (hi == 0 && lo == 0) {
		regex_fail(p, at, "'\\x00' matches nothing: a key holds no NUL "
			   "byte");
		return -1;
	}
	return hi * 16 + lo;
}

/* Reads an escape behind its backslash: a byte, 256 if it is one of the sets
 * (stored in s), or -1. */
static int
parse_escape(struct regex_parser *p, struct byte_set *s)
{
	const size_t at = p->at - 1;
	const unsigned char c = regex_peek(p, 0);

	if (escape_set(c, s)) {
		p->at++;
		return 256;
	}
	if (c == 'x' || c == 't' || c == 'n' || c == 'r') {
		p->at++;
		if (c == 'x')
			return parse_hex(p, at);
		return c == 't' ? '\t' : c == 'n' ? '\n' : '\r';
	}
	if (c <= ' ' || c >= 0x7f || regex_is_letter(c) || regex_is_digit(c)) {
		fail_escape(p, at, c);
		return -1;
	}
	p->at++;
	return c;
}

/* One member of a class, as parse_escape. */
static int
parse_member(struct regex_parser *p, struct byte_set *s)
{
	const unsigned char c = regex_peek(p, 0);

	if (regex_take(p, '\\'))
		return parse_escape(p, s);
	if (c == '[') {
		regex_fail(p, p->at, "'[' inside a class: write '\\['");
		return -1;
	}
	if (c >= 0x80) {
		regex_fail(p, p->at, "a class holds single bytes: write a "
			   "character that is not ASCII as one side of "
			   "'(...|...)'");
		return -1;
	}
	if (c == 0) {
		regex_fail(p, p->at, "a key holds no NUL byte");
		return -1;
	}
	p->at++;
	return c;
}

/* Adds a member, or a range of members, to the class. */
static bool
parse_members(struct regex_parser *p, struct byte_set *class)
{
	const size_t at = p->at;
	struct byte_set set;
	int lo = parse_member(p, &set), hi;

	if (lo < 0)
		return false;
	if (regex_peek(p, 0) != '-' || regex_peek(p, 1) == ']') {
		for (int i = 0; lo == 256 && i < 4; i++)
			class->word[i] |= set.word[i];
		if (lo < 256)
			byte_set_add(class, (unsigned char)lo,
			             (unsigned char)lo);
		return true;
	}
	p->at++;
	if (p->at >= p->size) {
		regex_fail(p, at, "the class is not closed: ']' is missing");
		return false;
	}
	if ((hi = parse_member(p, &set)) < 0)
		return false;
	if (lo == 256 || hi == 256 || lo > hi) {
		regex_fail(p, at, lo > hi && lo < 256
		     ? "the range goes backwards: its first byte is the larger"
		     : "a range goes from one byte to another, not to a set");
		return false;
	}
	byte_set_add(class, (unsigned char)lo, (unsigned char)hi);
	return true;
}

struct regex *
regex_class(struct regex_parser *p)
{
	static const struct byte_set none;
	const size_t at = p->at;
	struct byte_set class = none;
	bool negated;

	p->at++;
	negated = regex_take(p, '^');
	while (p->at < p->size && regex_peek(p, 0) != ']')
		if (!parse_members(p, &class))
			return NULL;
	if (!regex_take(p, ']')) {
		regex_fail(p, at, "the class is not closed: ']' is missing");
		return NULL;
	}
	if (!memcmp(&class, &none, sizeof class)) {
		regex_fail(p, at, "the class is empty; a ']' in a class is "
			   "written '\\]'");
		return NULL;
	}
	if (negated)
		complement(&class);
	if (!memcmp(&class, &none, sizeof class)) {
		regex_fail(p, at, "this class matches nothing");
		return NULL;
	}
	return regex_set(p->arena, class);
}

struct regex *
regex_escape(struct regex_parser *p)
{
	struct byte_set set;
	int c;
	char byte;

	p->at++;
	if ((c = parse_escape(p, &set)) < 0)
		return NULL;
	if (c == 256)
		return regex_set(p->arena, set);
	byte = (char)c;
	return regex_literal(p->arena, &byte, 1);
}
