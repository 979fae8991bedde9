/* What the two halves of the parser of regular expressions share. */
#ifndef REGEX_PARSE_H
#define REGEX_PARSE_H

#include "regex.h"

struct regex_parser {
	struct arena *arena;
	const char *text;
	size_t size, at;
	int depth;
	struct regex *names[REGEX_NAMES_MAX];
	int nnames;
	struct regex_error *error;
};

/* Reports what is wrong at byte `at`. */
void regex_fail(struct regex_parser *p, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The byte `n` behind the next one, or 0 behind the end. */
unsigned char regex_peek(const struct regex_parser *p, size_t n);

/* Steps over the next byte if it is `c`. */
bool regex_take(struct regex_parser *p, char c);

/* Reads a class from its '[', or an escape from its backslash. NULL: an error
 * was reported. */
struct regex *regex_class(struct regex_parser *p);
struct regex *regex_escape(struct regex_parser *p);

bool regex_is_digit(unsigned char c);
bool regex_is_letter(unsigned char c);

#endif
