/* How tensors are laid out in safetensors files, byte for byte as the
 * format's own writer does it, split as huggingface_hub splits. */
#ifndef WEFT_LAYOUT_H
#define WEFT_LAYOUT_H

#include "../text.h"
#include "format.h"

/* As weft_target_lay_out; t->n is set. */
int weft_layout(struct weft_target *t, const struct weft_wanted *wanted,
                size_t n, const struct weft_layout_how *how, weft_errors *e);

/* Appends `s` as a JSON string the way serde_json writes it: UTF-8 as it is,
 * short escapes where there are any, \u00xx for other control bytes. */
void weft_json_raw(weft_text *t, const char *s);

/* The same the way Python's json writes it: everything that is not printable
 * ASCII as \uxxxx, beyond the BMP as two. `s` is UTF-8. */
void weft_json_ascii(weft_text *t, const char *s);

/* Whether `s` is UTF-8, without surrogates and overlong forms. */
bool weft_is_utf8(const char *s);

#endif
