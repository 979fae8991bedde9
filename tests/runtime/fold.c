/* Many keys in few lines, and every line unfolded again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fold.h"

enum { CASES = 3000, MOST = 400, LENGTH = 80 };

static char *
fold(const char *const *keys, size_t n, int lines)
{
	weft_errors e = {0};
	char *said;
	size_t size;
	FILE *out = open_memstream(&said, &size);

	weft_fold_hints(&e, keys, n, lines);
	weft_errors_print(&e, out, "test");
	fclose(out);
	weft_errors_free(&e);
	return said;
}

static void
expect(const char *name, const char *const *keys, int lines, const char *want)
{
	size_t n = 0;
	char *said;

	while (keys[n])
		n++;
	said = fold(keys, n, lines);
	CHECK(name, strcmp(said, want) == 0, "it said:\n%s", said);
	free(said);
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define ONES "\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01"

static void
check_texts(void)
{
	expect("none", (const char *const[]){NULL}, 5, "");
	expect("one", KEYS("a.7.b"), 5, "  a.7.b\n");
	expect("range", KEYS("a.2.b", "a.0.b", "a.1.b"), 5,
	       "  a.0.b, and 2 more:\n  a.{0..2}.b\n");
	expect("two", KEYS("a.9", "a.10"), 5, "  a.9, and 1 more:\n  a.{9,10}\n");
	expect("gaps", KEYS("a.9", "a.1", "a.3", "a.2", "a.7"), 5,
	       "  a.1, and 4 more:\n  a.{1..3,7,9}\n");
	expect("product", KEYS("l.0.e.5", "l.1.e.5", "l.0.e.6", "l.1.e.6"), 5,
	       "  l.0.e.5, and 3 more:\n  l.{0,1}.e.{5,6}\n");
	expect("no_product", KEYS("l.0.e.5", "l.0.e.6", "l.1.e.5"), 5,
	       "  l.0.e.5, and 2 more:\n  l.0.e.{5,6}\n  l.1.e.5\n");
	expect("others", KEYS("b", "a.1", "a.2", "c"), 5,
	       "  a.1, and 3 more:\n  a.{1,2}\n  b\n  c\n");
	expect("lines", KEYS("b", "a.1", "a.2", "c"), 2,
	       "  a.1, and 3 more:\n  a.{1,2}\n  b\n  … and 1 more\n");
	expect("no_lines", KEYS("b", "c"), 0, "  … and 2 more\n");
	expect("zeros", KEYS("r00.w", "r01.w", "r02.w", "r10.w"), 5,
	       "  r10.w\n  r{00..02}.w\n");
	expect("zeros_differ", KEYS("a.1.b.1", "a.01.b.1", "a.2.b.2",
	                            "a.02.b.2"), 5,
	       "  a.1.b.1\n  a.2.b.2\n  a.01.b.1\n  a.02.b.2\n");
	expect("long_number", KEYS("a.1234567890123456789", "a.7"), 5,
	       "  a.7\n  a.1234567890123456789\n");
	expect("control", KEYS("\1\1\1\1\1\1\1\1\1\1.1", "\1\1\1\1\1\1\1\1\1\1.2",
	                       "\2\3.1", "\2\3.2"), 5,
	       "  " ONES ".1, and 3 more:\n  " ONES ".{1,2}\n"
	       "  \\x02\\x03.{1,2}\n");
	expect("many_numbers", KEYS("1.2.3.4.5.6.7.8.9", "1.2.3.4.5.6.7.8.8"),
	       5, "  1.2.3.4.5.6.7.8.8\n  1.2.3.4.5.6.7.8.9\n");
	expect("same_twice", KEYS("a.1", "a.1"), 5, "  a.1\n  a.1\n");
}

/* ---- at random: what is said is what there is ---------------------------- */

static char keys[MOST][LENGTH];
static const char *list[MOST];
static int found[MOST];
static size_t n_keys;
static uint64_t state;

static int
below(int n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (int)((state >> 33) % (uint64_t)n);
}

static void
add_key(const char *key)
{
	for (size_t i = 0; i < n_keys; i++)
		if (strcmp(keys[i], key) == 0)
			return;
	strcpy(keys[n_keys++], key);
}

static void
note(const char *key, const char **why)
{
	for (size_t i = 0; i < n_keys; i++)
		if (strcmp(keys[i], key) == 0) {
			found[i]++;
			return;
		}
	*why = "a key that is not there";
}

/* Unfolds a line from `s` on behind what is in key[0 .. n). */
static void
unfold(const char *s, char *key, size_t n, const char **why)
{
	if (*s != '{') {
		key[n] = *s;
		if (*s == '\0')
			note(key, why);
		else
			unfold(s + 1, key, n + 1, why);
		return;
	}
	for (const char *end = strchr(s, '}'); s < end;) {
		char *next;
		int width = (int)strspn(s + 1, "0123456789");
		long from = strtol(s + 1, &next, 10), to = from;

		if (strncmp(next, "..", 2) == 0)
			to = strtol(next + 2, &next, 10);
		for (long v = from; v <= to; v++) {
			int m = s[1] == '0' && width > 1
			        ? sprintf(key + n, "%0*ld", width, v)
			        : sprintf(key + n, "%ld", v);

			unfold(end + 1, key, n + (size_t)m, why);
		}
		s = next;
	}
}

static const char *
look_at_lines(char *said)
{
	const char *why = NULL;
	char key[4 * LENGTH];

	memset(found, 0, sizeof found);
	for (char *s = strtok(said, "\n"); s && !why; s = strtok(NULL, "\n"))
		if (!strstr(s, " more"))
			unfold(s + 2, key, 0, &why);
	for (size_t i = 0; i < n_keys && !why; i++)
		if (found[i] != 1)
			why = keys[i];
	return why;
}

static const char *
look_at_case(uint64_t seed)
{
	static const char *const form[] = {
		"model.layers.%d.mlp.experts.%d.w%d", "r%02d.l.%d.x%03d",
		"a%d.%d.%d.b", "%d%d.%d"};
	const char *why;
	char *said;

	state = seed;
	n_keys = 0;
	for (int f = below(4); f >= 0; f--) {
		int a = 1 + below(6), b = 1 + below(5), c = 1 + below(3);
		int from = below(15), lost = below(3) ? 0 : 2 + below(9);

		for (int i = 0; i < a * b * c; i++) {
			char key[LENGTH];

			if (lost && below(lost) == 0)
				continue;
			snprintf(key, sizeof key, form[f], from + i / b / c,
			         i / c % b * 3, i % c);
			add_key(key);
		}
	}
	for (size_t i = 0; i < n_keys; i++)
		list[i] = keys[i];
	for (size_t i = n_keys; i > 1; i--) {
		size_t k = (size_t)below((int)i);
		const char *x = list[i - 1];

		list[i - 1] = list[k];
		list[k] = x;
	}
	said = fold(list, n_keys, MOST);
	why = look_at_lines(said);
	free(said);
	return why;
}

/* A whole mixture of experts takes one line, and no time. */
static void
check_large(void)
{
	size_t n = 96 * 512 * 3;
	char *text = malloc(n * LENGTH);
	const char **all = malloc(n * sizeof *all);
	char *said;

	for (size_t i = 0; i < n; i++) {
		all[i] = text + i * LENGTH;
		snprintf(text + i * LENGTH, LENGTH,
		         "model.layers.%zu.mlp.experts.%zu.w%zu.weight",
		         i / 3 / 512, i / 3 % 512, i % 3 + 1);
	}
	said = fold(all, n, 3);
	CHECK("large", strcmp(said, "  model.layers.0.mlp.experts.0.w1.weight, "
	      "and 147455 more:\n  model.layers.{0..95}.mlp.experts.{0..511}."
	      "w{1..3}.weight\n") == 0, "it said:\n%s", said);
	free(said);
	free(all);
	free(text);
}

int
main(void)
{
	check_texts();
	check_large();
	check_seeds("fold_random", CASES, look_at_case);
	return check_done();
}
