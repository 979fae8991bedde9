/* JSON indented: blanks between values change, and nothing else. */
#ifndef WEFT_IO_PRETTY_H
#define WEFT_IO_PRETTY_H

#include <stddef.h>

#include "../text.h"

/* Appends `n` bytes of JSON, a member or an element a line, two blanks deeper
 * than what holds it, which is `indent` blanks deep; {} and [], and what would
 * be deeper than 16 blanks, stay on their line. Numbers and strings are copied
 * byte for byte, so that texts that differ in blanks only give the same bytes.
 * No newline at the end. */
void weft_json_pretty(weft_text *out, const char *text, size_t n, int indent);

#endif
