#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

struct weft_block {
	struct weft_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

enum { BLOCK = 64 * 1024 };

void
weft_out_of_memory(void)
{
	fputs("weft: error: out of memory\n", stderr);
	exit(WEFT_OS);
}

static struct weft_block *
new_block(weft_arena *a, size_t n)
{
	size_t size = n > BLOCK / 4 ? n : BLOCK;
	struct weft_block *b;

	if (size > (size_t)-1 - sizeof *b || !(b = calloc(1, sizeof *b + size)))
		weft_out_of_memory();
	b->size = size;
	if (size == n && a->block) {
		/* A large piece has a block of its own, behind the open one. */
		b->next = a->block->next;
		a->block->next = b;
	} else {
		b->next = a->block;
		a->block = b;
	}
	return b;
}

void *
weft_alloc(weft_arena *a, size_t n)
{
	struct weft_block *b = a->block;
	const size_t align = alignof(max_align_t);
	void *p;

	if (n > (size_t)-1 - align)
		weft_out_of_memory();
	n = (n + align - 1) & ~(align - 1);
	if (!b || b->size - b->used < n)
		b = new_block(a, n);
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *
weft_alloc_array(weft_arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		weft_out_of_memory();
	return weft_alloc(a, bytes);
}

char *
weft_alloc_text(weft_arena *a, const char *s, size_t n)
{
	char *p = weft_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *
weft_alloc_printf(weft_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = weft_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}

struct weft_adopted {
	struct weft_adopted *next;
	void *data;
};

void *
weft_arena_adopt(weft_arena *a, void *data)
{
	struct weft_adopted *one = weft_alloc(a, sizeof *one);

	*one = (struct weft_adopted){a->adopted, data};
	a->adopted = one;
	return data;
}

void
weft_arena_free(weft_arena *a)
{
	struct weft_block *next;

	for (; a->adopted; a->adopted = a->adopted->next)
		free(a->adopted->data);
	for (struct weft_block *b = a->block; b; b = next) {
		next = b->next;
		free(b);
	}
	a->block = NULL;
}

void *
weft_grow(void *list, size_t n, size_t size)
{
	size_t bytes;

	if (n && (n < 8 || n & (n - 1)))
		return list;
	if (__builtin_mul_overflow(n ? n * 2 : 8, size, &bytes))
		weft_out_of_memory();
	list = realloc(list, bytes);
	if (!list)
		weft_out_of_memory();
	return list;
}
