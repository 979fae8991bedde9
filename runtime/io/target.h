/* Where an output may go: what weft_output_begin() checks before it writes. */
#ifndef WEFT_IO_TARGET_H
#define WEFT_IO_TARGET_H

#include "output.h"

/* Finds path, name and parent_fd of `dst`. Returns 0, WEFT_USAGE or
 * WEFT_CANTCREAT; the output's begin frees what is set. */
int weft_output_resolve(weft_output *o, const char *dst, weft_errors *e);

/* Checks that neither the target nor its partial directory is a source, in one
 * or around one: by real path, and by device and inode, which see through bind
 * mounts of a source. Returns 0, WEFT_USAGE or WEFT_NOINPUT. */
int weft_output_is_apart(const weft_output *o, const char *const sources[],
                      size_t n, weft_errors *e);

/* Checks that the target is absent or an empty directory, and sets `replaces`
 * accordingly. Returns 0 or WEFT_CANTCREAT. */
int weft_output_is_free(weft_output *o, weft_errors *e);

#endif
