/* libyaml says what a scalar says, not where each byte of it stands; so it is
 * read a second time. `it''s` says it's: the map skips one quote. */
#include <string.h>

#include "yaml_tree.h"

struct scalar {
	const char *bytes; /* of the source */
	size_t at, end;
	char *said;
	uint32_t *map;
	size_t n, room;
};

static void
put(struct scalar *s, char c, size_t from)
{
	if (s->n >= s->room)
		return;
	s->map[s->n] = (uint32_t)from;
	s->said[s->n++] = c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* Behind the line break at s->at. */
static void
skip_break(struct scalar *s)
{
	if (s->bytes[s->at] == '\r' && s->at + 1 < s->end &&
	    s->bytes[s->at + 1] == '\n')
		s->at++;
	s->at++;
}

static void
skip_blanks(struct scalar *s)
{
	while (s->at < s->end && is_blank(s->bytes[s->at]))
		s->at++;
}

/* A line break with the blanks around it says a blank; each empty line behind
 * it says a newline instead. */
static void
fold(struct scalar *s)
{
	size_t from = s->at, lines = 0;

	skip_break(s);
	skip_blanks(s);
	for (; s->at < s->end && is_break(s->bytes[s->at]); lines++) {
		skip_break(s);
		skip_blanks(s);
	}
	if (lines == 0)
		put(s, ' ', from);
	while (lines-- > 0)
		put(s, '\n', from);
}

/* Blanks say themselves, but not at the end of a line. */
static void
blanks(struct scalar *s)
{
	size_t from = s->at;

	skip_blanks(s);
	if (s->at < s->end && is_break(s->bytes[s->at]))
		return;
	for (; from < s->at; from++)
		put(s, s->bytes[from], from);
}

static void
put_utf8(struct scalar *s, uint32_t c, size_t from)
{
	if (c < 0x80) {
		put(s, (char)c, from);
		return;
	}
	if (c >= 0x10000)
		put(s, (char)(0xf0 | c >> 18), from);
	if (c >= 0x800)
		put(s, (char)(c >= 0x10000 ? 0x80 | (c >> 12 & 0x3f)
		              : 0xe0 | c >> 12), from);
	put(s, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6),
	    from);
	put(s, (char)(0x80 | (c & 0x3f)), from);
}

static uint32_t
hex(const struct scalar *s, size_t at, size_t digits)
{
	uint32_t c = 0;

	for (size_t i = at; i < at + digits && i < s->end; i++) {
		char d = s->bytes[i];

		c = c * 16 + (uint32_t)(d <= '9' ? d - '0'
		                        : (d | 32) - 'a' + 10);
	}
	return c;
}

/* The escape at s->at, in double quotes. */
static void
escape(struct scalar *s)
{
	static const char names[] = "0abt\tnvfre \"/\\N_LP";
	static const uint32_t said[] = {
		0, 7, 8, 9, 9, 10, 11, 12, 13, 27, ' ', '"', '/', '\\',
		0x85, 0xa0, 0x2028, 0x2029
	};
	size_t from = s->at++;
	char c = s->at < s->end ? s->bytes[s->at] : 0;
	size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	const char *name = c ? strchr(names, c) : NULL;

	if (is_break(c)) {
		skip_break(s);
		skip_blanks(s);
		return;
	}
	s->at++;
	if (digits) {
		put_utf8(s, hex(s, s->at, digits), from);
		s->at += digits;
	} else if (name) {
		put_utf8(s, said[name - names], from);
	}
}

static void
scan(struct scalar *s, enum yaml_style style)
{
	while (s->at < s->end) {
		char c = s->bytes[s->at];

		if (is_break(c)) {
			fold(s);
		} else if (is_blank(c)) {
			blanks(s);
		} else if (c == '\\' && style == YAML_DOUBLE) {
			escape(s);
		} else {
			put(s, c, s->at);
			s->at += c == '\'' && style == YAML_SINGLE ? 2 : 1;
		}
	}
}

bool
yaml_scalar(struct ast *ast, int source, size_t begin, size_t end,
            enum yaml_style style, const char *said, size_t size,
            struct text *text)
{
	const struct source *src = &ast->diags->sources->list[source];
	size_t quotes = style != YAML_PLAIN && end - begin >= 2;
	struct scalar s = {
		.bytes = src->text, .at = begin + quotes, .end = end - quotes,
		.said = arena_alloc(ast->arena, size + 1), .room = size,
		.map = arena_alloc(ast->arena, (size + 1) * sizeof *s.map),
	};
	bool same;

	scan(&s, style);
	s.map[s.n] = (uint32_t)(end - quotes);
	same = s.n == size && memcmp(s.said, said, size) == 0;
	if (!same) {
		memcpy(s.said, said, size);
		for (size_t i = 0; i <= size; i++)
			s.map[i] = (uint32_t)(begin + quotes);
	}
	*text = (struct text){source, s.said, size, s.map};
	return same;
}
