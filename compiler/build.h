/* From C to a program: re2c and the C compiler. */
#ifndef BUILD_H
#define BUILD_H

#include "out.h"
#include "diag.h"

struct build {
	struct arena *arena;
	struct diags *diags;
	const char *output;   /* the program */
};

/* Fills in the scanners of `c` and makes the program, linked against the
 * runtime that belongs to this compiler. Errors go to diags; what the tools
 * say goes to stderr. The output is complete or not there. */
bool build_program(const struct build *b, const struct out *c);

/* Writes `text` to `path` by a temporary name; "-" is stdout. */
bool build_write(const struct build *b, const struct out *text);

#endif
