/* C of a checked model. */
#ifndef EMIT_H
#define EMIT_H

#include "checked.h"
#include "out.h"

/* Writes the converter's C, with scanners as re2c blocks, from `file`, the
 * table's name as it is to stand in the text. The same model gives the same
 * bytes. */
void emit_model(const struct checked *m, const char *file, struct out *o);

#endif
