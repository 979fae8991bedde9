#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(weft_text *t, size_t more)
{
	size_t want = t->size + more + 1, capacity = t->capacity;

	if (want < more)
		weft_out_of_memory();
	if (want <= capacity)
		return;
	if (capacity < 64)
		capacity = 64;
	while (capacity < want)
		capacity = capacity > (size_t)-1 / 2 ? want : capacity * 2;
	t->data = realloc(t->data, capacity);
	if (!t->data)
		weft_out_of_memory();
	t->capacity = capacity;
}

void
weft_text_add(weft_text *t, const void *bytes, size_t n)
{
	reserve(t, n);
	if (n)
		memcpy(t->data + t->size, bytes, n);
	t->size += n;
	t->data[t->size] = '\0';
}

void
weft_text_puts(weft_text *t, const char *s)
{
	weft_text_add(t, s, strlen(s));
}

void
weft_text_vprintf(weft_text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		reserve(t, (size_t)n);
		vsnprintf(t->data + t->size, (size_t)n + 1, fmt, again);
		t->size += (size_t)n;
	}
	va_end(again);
}

void
weft_text_printf(weft_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	weft_text_vprintf(t, fmt, ap);
	va_end(ap);
}

const char *
weft_text_cstr(const weft_text *t)
{
	return t->data ? t->data : "";
}

char *
weft_text_keep(weft_text *t, weft_arena *a)
{
	char *data = realloc(t->data, t->size + 1);

	if (!data)
		weft_out_of_memory();
	data[t->size] = '\0';
	*t = (weft_text){0};
	return weft_arena_adopt(a, data);
}

void
weft_text_free(weft_text *t)
{
	free(t->data);
	*t = (weft_text){0};
}

void
weft_text_json(weft_text *t, const char *s)
{
	weft_text_puts(t, "\"");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			weft_text_printf(t, "\\%c", c);
		else if (c < 0x20)
			weft_text_printf(t, "\\u%04x", c);
		else
			weft_text_add(t, s, 1);
	}
	weft_text_puts(t, "\"");
}

void
weft_json_string(FILE *out, const char *s)
{
	weft_text t = {0};

	weft_text_json(&t, s);
	fwrite(t.data, 1, t.size, out);
	weft_text_free(&t);
}

/* Compares the digit runs at *a and *b as numbers of any length and steps
 * over them. */
static int
compare_digits(const char **a, const char **b)
{
	size_t na, nb;
	int c;

	while (**a == '0' && isdigit((unsigned char)(*a)[1]))
		++*a;
	while (**b == '0' && isdigit((unsigned char)(*b)[1]))
		++*b;
	na = strspn(*a, "0123456789");
	nb = strspn(*b, "0123456789");
	c = na != nb ? (na < nb ? -1 : 1) : memcmp(*a, *b, na);
	*a += na;
	*b += nb;
	return c;
}

int
weft_natural_compare(const char *a, const char *b)
{
	const char *a0 = a, *b0 = b;

	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			int c = compare_digits(&a, &b);

			if (c)
				return c;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	if (*a != *b)
		return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
	return strcmp(a0, b0);
}

const char *
weft_human_bytes(char buffer[32], unsigned long long n)
{
	static const char *const unit[] = {"B", "kB", "MB", "GB", "TB", "PB",
	                                   "EB"};
	double x = (double)n;
	int u = 0;

	while (x >= 999.5 && u < 6) {
		x /= 1000;
		u++;
	}
	if (u == 0)
		snprintf(buffer, 32, "%llu B", n);
	else
		snprintf(buffer, 32, "%.*f %s", x < 9.995 ? 2 : x < 99.95 ? 1 : 0,
		         x, unit[u]);
	return buffer;
}
