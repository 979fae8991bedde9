/* Files of text, and places in them. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* Bytes begin .. end of source number `file`; what a node was read from. */
struct span {
	int file;
	uint32_t begin, end;
};

struct source {
	const char *path;     /* as the user named it; printed in messages */
	const char *text;     /* `size` bytes and a NUL */
	size_t size;
	uint32_t *lines;      /* offset of the first byte of each line */
	size_t n_lines;
};

struct sources {
	struct arena *arena;
	struct source *list;
	size_t n;
};

/* The most a model file may have: 16 MiB. */
enum { SOURCE_LIMIT = 16 << 20 };

/* Reads `path` and returns its number, or -1 with *error a text for a person
 * (in the arena). A file that is not UTF-8, or holds a NUL, is refused. */
int source_open(struct sources *s, const char *path, const char **error);

/* As source_open, of a text in memory (copied). */
int source_text(struct sources *s, const char *path, const char *text,
                size_t size, const char **error);

/* Line and column of a byte, both from 1; the column counts bytes. */
void source_position(const struct source *s, uint32_t byte, int *line,
                     int *column);

/* The line (from 1) without its newline; *size is its length in bytes. */
const char *source_line(const struct source *s, int line, size_t *size);

/* The span from the start of `a` to the end of `b`. */
struct span span_join(struct span a, struct span b);

#endif
