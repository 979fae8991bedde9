#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

enum { BLOCK = 64 * 1024 };

static _Noreturn void
out_of_memory(void)
{
	fputs("weft: error: out of memory\n", stderr);
	exit(2);
}

static void
add_block(struct arena *a, size_t n)
{
	size_t size = n > BLOCK ? n : BLOCK;
	struct arena_block *b;

	if (size > (size_t)-1 - sizeof *b || !(b = calloc(1, sizeof *b + size)))
		out_of_memory();
	b->size = size;
	b->next = a->block;
	a->block = b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	void *p;

	if (n > (size_t)-1 - align)
		out_of_memory();
	n = (n + align - 1) & ~(align - 1);
	if (!a->block || a->block->size - a->block->used < n)
		add_block(a, n);
	p = a->block->data + a->block->used;
	a->block->used += n;
	return p;
}

char *
arena_copy(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void *
arena_grow(struct arena *a, void *list, size_t n, size_t size)
{
	size_t bytes;
	void *moved;

	if (n && (n < 4 || n & (n - 1)))
		return list;
	if (__builtin_mul_overflow(n ? n * 2 : 4, size, &bytes))
		out_of_memory();
	moved = arena_alloc(a, bytes);
	if (n)
		memcpy(moved, list, n * size);
	return moved;
}

void
arena_free(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->block; b; b = next) {
		next = b->next;
		free(b);
	}
	a->block = NULL;
}
