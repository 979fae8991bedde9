#include "fold.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "text.h"

enum { HOLES = 8, LONGEST = 18 };

/* In a skeleton: a number; one of so many digits, the next byte says how many;
 * the next byte as it is. */
enum { NUMBER = 1, DIGITS, LITERAL };

/* A key as a skeleton, "model.layers.#.weight", and its numbers. */
struct folded {
	const char *skeleton, *key;
	int n;
	int64_t number[HOLES];
};

static void
take_apart(weft_arena *a, const char *key, struct folded *f)
{
	char *out = weft_alloc(a, 2 * strlen(key) + 1);

	f->key = key;
	f->skeleton = out;
	while (*key) {
		size_t n = strspn(key, "0123456789");

		if (n == 0 || n > LONGEST || f->n == HOLES) {
			if (*key >= NUMBER && *key <= LITERAL)
				*out++ = LITERAL;
			*out++ = *key++;
			continue;
		}
		f->number[f->n++] = strtoll(key, NULL, 10);
		*out++ = n > 1 && *key == '0' ? DIGITS : NUMBER;
		if (out[-1] == DIGITS)
			*out++ = (char)n;
		key += n;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;
	int c = strcmp(x->skeleton, y->skeleton);

	for (int i = 0; c == 0 && i < x->n; i++)
		c = (x->number[i] > y->number[i]) -
		    (x->number[i] < y->number[i]);
	return c;
}

static int
compare_numbers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The different values of one hole over keys f[0 .. n), sorted. */
static size_t
values(const struct folded *f, size_t n, int hole, int64_t *out)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		out[i] = f[i].number[hole];
	qsort(out, n, sizeof *out, compare_numbers);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || out[i] != out[i - 1])
			out[m++] = out[i];
	return m;
}

/* Are the keys all combinations of the values of their holes? */
static int
is_product(const struct folded *f, size_t n, int64_t *scratch)
{
	size_t product = 1;

	for (int h = 0; h < f->n; h++) {
		product *= values(f, n, h, scratch);
		if (product > n)
			return 0;
	}
	return product == n;
}

/* The longest beginning of f[0 .. n) of one skeleton that is a product. Keys
 * are sorted, so it is enough to cut where an early number changes. */
static size_t
take(const struct folded *f, size_t n, int64_t *scratch)
{
	size_t same = 1;

	while (same < n && strcmp(f[same].skeleton, f->skeleton) == 0)
		same++;
	for (int h = -1; h < f->n; h++) {
		size_t m = 1;

		while (m < same && (h < 0 || memcmp(f[m].number, f->number,
		                       sizeof(int64_t) * (size_t)(h + 1)) == 0))
			m++;
		if (is_product(f, m, scratch))
			return m;
	}
	return 1;
}

static void
print_set(weft_text *t, const int64_t *v, size_t n, int digits)
{
	if (n == 1) {
		weft_text_printf(t, "%0*lld", digits, (long long)v[0]);
		return;
	}
	weft_text_puts(t, "{");
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && v[k] == v[k - 1] + 1; k++)
			;
		weft_text_printf(t, "%s%0*lld", i ? "," : "", digits,
		                 (long long)v[i]);
		if (k - i > 1)
			weft_text_printf(t, "%s%0*lld",
			                 k - i > 2 ? ".." : ",", digits,
			                 (long long)v[k - 1]);
	}
	weft_text_puts(t, "}");
}

static void
print_line(weft_text *t, const struct folded *f, size_t n, int64_t *scratch)
{
	int hole = 0;

	if (n == 1) {
		weft_text_puts(t, f->key[0] ? f->key : "\"\"");
		return;
	}
	for (const char *s = f->skeleton; *s; s++) {
		int digits = *s == DIGITS ? *++s : 0;

		if (digits || *s == NUMBER)
			print_set(t, scratch, values(f, n, hole++, scratch),
			          digits);
		else
			weft_text_add(t, *s == LITERAL ? ++s : s, 1);
	}
}

void
weft_fold_hints(weft_errors *e, const char *const *keys, size_t n, int lines)
{
	weft_arena a = {0};
	struct folded *f = weft_alloc_array(&a, n + 1, sizeof *f);
	int64_t *scratch = weft_alloc_array(&a, n + 1, sizeof *scratch);
	size_t i = 0, m;

	for (size_t k = 0; k < n; k++)
		take_apart(&a, keys[k], &f[k]);
	qsort(f, n, sizeof *f, compare);
	for (; i < n && lines > 0; i += m, lines--) {
		weft_text t = {0};

		m = take(f + i, n - i, scratch);
		if (m > 1 && i == 0)
			weft_hint(e, "%s, and %zu more:", f[i].key, n - 1);
		print_line(&t, f + i, m, scratch);
		weft_hint(e, "%s", weft_text_cstr(&t));
		weft_text_free(&t);
	}
	if (i < n)
		weft_hint(e, "… and %zu more", n - i);
	weft_arena_free(&a);
}
