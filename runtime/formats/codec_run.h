/* What one compression library does for codec.c. `state` is what new() gave;
 * run() does what weft_decode() does. */
#ifndef WEFT_CODEC_RUN_H
#define WEFT_CODEC_RUN_H

#include "codec.h"

void *weft_zstd_new(void);
enum weft_decoded weft_zstd_run(void *state, struct weft_pieces *p,
                                const char **problem);
void weft_zstd_free(void *state);

/* `gzip` or zlib: the same data in different wrappings. */
void *weft_inflate_new(bool gzip);
enum weft_decoded weft_inflate_run(void *state, struct weft_pieces *p,
                                   const char **problem);
void weft_inflate_free(void *state);

#endif
