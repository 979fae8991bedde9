/* Growing text, and the few things we say about text. */
#ifndef WEFT_TEXT_H
#define WEFT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "arena.h"

/* Zero-initialise. `data` holds `size` bytes and a NUL behind them, or is NULL
 * while empty. Running out of memory ends the program (weft_out_of_memory). */
typedef struct weft_text {
	char *data;
	size_t size, capacity;
} weft_text;

void weft_text_add(weft_text *t, const void *bytes, size_t n);
void weft_text_puts(weft_text *t, const char *s);
void weft_text_printf(weft_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void weft_text_vprintf(weft_text *t, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* The text as a C string; "" while empty. Valid until the next change. */
const char *weft_text_cstr(const weft_text *t);
void weft_text_free(weft_text *t);

/* Hands the text over to an arena, without a copy; `t` is empty again. */
char *weft_text_keep(weft_text *t, weft_arena *a);

/* Prints `s` as a JSON string, quotes included. Bytes of 0x80 and more pass
 * as they are (they are UTF-8 wherever they come from a checked header). */
void weft_json_string(FILE *out, const char *s);
void weft_text_json(weft_text *t, const char *s);

/* Natural order of two names as huggingface_hub has no say in it: runs of
 * digits compare as numbers, everything else bytewise. <0, 0, >0. */
int weft_natural_compare(const char *a, const char *b);

/* "1234567" as "1.23 MB": decimal units, three digits. Returns `buffer`. */
const char *weft_human_bytes(char buffer[32], unsigned long long n);

#endif
