/* Growing output text. */
#ifndef OUT_H
#define OUT_H

#include <stdarg.h>
#include <stddef.h>

#include "arena.h"

/* Zero-initialise but for the arena. `text` has a NUL behind `size` bytes. */
struct out {
	struct arena *arena;
	char *text;
	size_t size, capacity;
};

void out_add(struct out *o, const char *s, size_t n);
void out_puts(struct out *o, const char *s);
void out_printf(struct out *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void out_vprintf(struct out *o, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* A C string literal of any bytes, quotes included. The one way by which text
 * of a user reaches C: [A-Za-z0-9_.-] as is, all else as \ooo. */
void out_c_string(struct out *o, const char *s, size_t n);

/* Text for a C comment: printable ASCII, with what could end or continue the
 * comment replaced. */
void out_c_comment(struct out *o, const char *s, size_t n);

#endif
