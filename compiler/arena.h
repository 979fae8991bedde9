/* One arena per run of the compiler: nothing in it is freed alone. */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
	struct arena_block *block;
};

/* `n` zeroed bytes, aligned for any type. Out of memory ends the program. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of `n` bytes of `s` with a NUL behind them. */
char *arena_copy(struct arena *a, const char *s, size_t n);

char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* Room for one more element of `size` bytes behind the `n` of `list`, which
 * grows by doubling; elements not yet used are zero. Returns the list, which
 * may have moved.   list = arena_grow(a, list, n, sizeof *list);         */
void *arena_grow(struct arena *a, void *list, size_t n, size_t size);

void arena_free(struct arena *a);

#endif
