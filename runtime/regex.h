/* Regular expressions as Python reads them, for names in configs. The one
 * place that knows PCRE2. */
#ifndef WEFT_REGEX_H
#define WEFT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

typedef struct weft_regex weft_regex;

enum { WEFT_REGEX_ERROR = 128 };

/* BEFORE, then `text`, then BEHIND, as one expression. NULL if it is none:
 * *at is then the byte of `text` where that is seen, and `error` says why. */
weft_regex *weft_regex_new(const char *before, const char *text,
                           const char *behind, size_t *at,
                           char error[WEFT_REGEX_ERROR]);

/* 1 if it matches `text` whole, 0 if not, -1 if that takes more steps than any
 * expression meant for names would. */
int weft_regex_match(const weft_regex *r, const char *text);

/* Takes NULL, too. */
void weft_regex_free(weft_regex *r);

#endif
