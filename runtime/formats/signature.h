/* What a file is that should be a safetensors file and is not. */
#ifndef WEFT_SIGNATURE_H
#define WEFT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "../error.h"

enum { WEFT_SIGNATURE = 64 };  /* bytes from the start of a file to look at */

/* If the first `n` bytes of `file` at `p` are those of a known other format,
 * adds the error that says so, with what to do, and returns true. */
bool weft_signature_error(const char *file, const unsigned char *p, size_t n,
                          weft_errors *e);

#endif
