/* Memory that is freed all at once. Running out of it ends the program with a
 * message and exit code 71: no caller can do better, and every output is still
 * under its temporary name. */
#ifndef WEFT_ARENA_H
#define WEFT_ARENA_H

#include <stddef.h>

/* Zero-initialise. Not for use by two threads at once. */
typedef struct weft_arena {
	struct weft_block *block;
	struct weft_adopted *adopted;
} weft_arena;

/* `n` zeroed bytes, aligned for any type. */
void *weft_alloc(weft_arena *a, size_t n);

/* `n` zeroed elements of `size` bytes; the product is checked. */
void *weft_alloc_array(weft_arena *a, size_t n, size_t size);

/* A copy of `n` bytes of `s` with a NUL behind them. */
char *weft_alloc_text(weft_arena *a, const char *s, size_t n);

char *weft_alloc_printf(weft_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Makes the arena free `data`, which came from malloc(). Returns it. */
void *weft_arena_adopt(weft_arena *a, void *data);

void weft_arena_free(weft_arena *a);

/* An array that doubles: makes room for one more element behind `n` of `size`
 * bytes. Returns the array, which may have moved; free() ends it.
 *     list = weft_grow(list, n, sizeof *list); list[n++] = x;            */
void *weft_grow(void *list, size_t n, size_t size);

_Noreturn void weft_out_of_memory(void);

#endif
