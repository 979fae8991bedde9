/* Names from files, made fit to stand in a message. */
#ifndef WEFT_ESCAPE_H
#define WEFT_ESCAPE_H

#include "../error.h"

enum { WEFT_ESCAPED = 256 };

/* `s` with quotes, backslashes, control characters and what reorders a line
 * on a terminal as escapes, and "..." behind what does not fit. Returns
 * `buffer`. */
const char *weft_escape(char buffer[WEFT_ESCAPED], const char *s);

/* Adds the error `PATH: TEXT`, the path escaped, and returns WEFT_BAD. */
int weft_refuse(const char *path, weft_errors *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* How many bytes at `s` are a character that must not reach a terminal: a
 * control character, of Latin-1 too, or one that changes the direction of
 * text (U+202A to U+202E, U+2066 to U+2069). */
int weft_unprintable(const char *s);

#endif
