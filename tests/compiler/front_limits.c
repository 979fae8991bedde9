/* Hostile model files end soon, with an error at a place; and the errors of a
 * file come in one run. */
#include <time.h>

#include "front.h"

/* Other tests run beside this one, and sanitizers are slow; libyaml alone takes
 * minutes over some of these. */
#ifdef __SANITIZE_ADDRESS__
enum { SLACK = 40 };
#else
enum { SLACK = 4 };
#endif

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char *
repeat(const char *head, const char *body, size_t times, const char *tail)
{
	size_t n = strlen(body), at = strlen(head);
	char *text = malloc(at + n * times + strlen(tail) + 1);

	if (!text)
		exit(2);
	memcpy(text, head, at);
	for (size_t i = 0; i < times; i++, at += n)
		memcpy(text + at, body, n);
	memcpy(text + at, tail, strlen(tail) + 1);
	return text;
}

/* A text repeated, and what its first error begins with; "" for none. */
static const struct {
	const char *name, *path, *head, *body;
	size_t times;
	const char *tail, *error;
	double limit;
} cases[] = {
	{"M01 lists", "x.weft.yaml", "", "[", 200000, "",
	 "1:33+1: lists and mappings are nested more than 32 deep", 0.1},
	{"M01 mappings", "x.weft.yaml", "", "{a: ", 100000, "",
	 "1:129+1: lists and mappings are nested more than 32 deep", 0.1},
	{"M01 items", "x.weft.yaml", "", "- ", 200000, "",
	 "1:65+0: lists and mappings are nested more than 32 deep", 0.1},
	{"M01 keys", "x.weft.yaml", "", "? ", 200000, "",
	 "1:3+0: a key is a text", 0.1},
	{"M01 lines", "x.weft.yaml", "", "[\n", 200000, "",
	 "33:1+1: lists and mappings are nested more than 32 deep", 0.1},
	{"M02 anchors", "x.weft.yaml", "size:\n", "  A: &a b\n", 80000, "",
	 "2:6+4: anchors and aliases are not allowed", 0.1},
	{"M02 laughs", "x.weft.yaml", "a: &a [", "*a, ", 100, "*a]",
	 "1:4+4: anchors and aliases are not allowed", 0.1},
	{"M04 comment of 15 MB", "x.weft.yaml", "#", "x", 15 << 20,
	 "\nmodel: x\n", "", 1},
	{"M04 comment of 30 MB", "x.weft.yaml", "#", "x", 30 << 20,
	 "\nmodel: x\n", "x.weft.yaml: error: a model file has at most 16 MiB",
	 1},
	{"events", "x.weft.yaml", "use: [", "a as b, ", 1000000, "]",
	 "1:", 3},
	{"M09 parentheses", "x.weft", "size H = ", "(", 100000, "",
	 "1:74+1: brackets are nested more than 64 deep", 0.1},
	{"M09 brackets", "x.weft", "size H = ", "[", 100000, "",
	 "1:74+1: brackets are nested more than 64 deep", 0.1},
	{"M09 blocks", "x.weft", "", "rows a {\n", 100000, "",
	 "65:8+1: brackets are nested more than 64 deep", 0.1},
	{"M09 not", "x.weft", "size H = ", "not ", 100000, "a\n",
	 "1:19982+3: this is nested too deep", 0.2},
	{"M09 minus", "x.weft", "size H = ", "- ", 100000, "a\n",
	 "1:9996+1: this is nested too deep", 0.2},
	{"M09 sum", "x.weft", "size H = ", "1 + ", 200000, "1\n",
	 "1:10+4001: this expression is nested more than 1000 deep", 1},
	{"M09 integer of 10 MB", "x.weft", "size H = ", "9", 10000000, "\n",
	 "1:10+10000000: this integer does not fit 64 bits", 1},
	{"M09 no newline", "x.weft", "size H = a", "", 0, "", "", 0.1},
	{"M09 unclosed", "x.weft", "size H = a\n", "(x\n", 100000, "",
	 "2:1+1: expected a statement, found '('", 1},
	{"M09 closed", "x.weft", "", "}", 900000, "",
	 "1:1+1: expected a statement, found '}'", 2},
	{"tokens", "x.weft", "size H = a\n", "a b ", 600000, "\n",
	 "2:1+1: expected a statement", 2},
	{"pads", "x.weft", "tensor a [h] {\n  x b [c", "^1", 100000, "]\n}\n",
	 "2:8+2001: these axes are nested more than 1000 deep", 1},
	{"owners", "x.weft", "tensor a [h] {\n", "  a b\n  b c\n", 100000,
	 "}\n", "", 2},
	{"holes", "x.weft", "keep k { a \"", "{l}", 200000, "\" }\n", "", 2},
	{"blank lines", "x.weft", "size H = a", "\n", 5000000, "  | b\n", "",
	 1},
};

static void
check_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = repeat(cases[i].head, cases[i].body,
		                    cases[i].times, cases[i].tail);
		double start = seconds();
		struct front f;

		front_read(&f, cases[i].path, text, strlen(text));
		start = seconds() - start;
		CHECK(cases[i].name,
		      start < cases[i].limit * SLACK &&
		      strncmp(front_error(&f), cases[i].error,
		              strlen(cases[i].error)) == 0 &&
		      (*cases[i].error || !*front_error(&f)),
		      "%.2f s, '%.200s'", start, front_error(&f));
		front_free(&f);
		free(text);
	}
}

/* Each line of the text that ends in `!` has an error, no other has one. */
static void
check_lines(const char *name, const char *path, const char *text)
{
	int wrong = 0, line = 1, column, found;
	struct front f;

	front_read(&f, path, text, strlen(text));
	for (const char *s = text; *s; line++) {
		size_t n = strcspn(s, "\n");

		found = 0;
		for (const struct diag *g = f.diags.first; g; g = g->next) {
			int at;

			source_position(&f.sources.list[0], g->span.begin,
			                &at, &column);
			found += at == line;
		}
		wrong += found != (n && s[n - 1] == '!');
		s += n + (s[n] == '\n');
	}
	CHECK(name, wrong == 0, "%d lines have another number of errors",
	      wrong);
	front_free(&f);
}

int
main(void)
{
	check_cases();
	check_lines("errors of one DSL file", "x.weft",
		"model a\n"
		"size H = a b #!\n"
		"     L = #!\n"
		"     K = c\n"
		"tensro a [h] { #!\n"
		"  x y\n"
		"}\n"
		"tensor a [h] fur l { #!\n"
		"  x a.{l #!\n"
		"  y a.{l} [f ^] #!\n"
		"  z \"abc #!\n"
		"  w a\n"
		"}\n"
		"layout b { #\n"
		"  dectect has(a) #!\n"
		"  option tp 1 #!\n"
		"  format a b #!\n"
		"}\n"
		"let f = (t:tp c #!\n"
		"keep k { a b  c } #!\n"
		"rows r {\n"
		"  group a #!\n"
		"  tensor t [a] {\n"
		"    x a+b #!\n"
		"  }\n"
		"}\n");
	check_lines("errors of one YAML file", "x.weft.yaml",
		"modle: x #!\n"
		"size:\n"
		"  H: a b #!\n"
		"  L: (a #!\n"
		"  1K: c #!\n"
		"layout:\n"
		"  a:\n"
		"    dectect: has(a) #!\n"
		"    detect: has(1) #!\n"
		"tensor:\n"
		"  a [h: #!\n"
		"    x: a+b #!\n"
		"    y:\n"
		"      - when a #!\n"
		"      - else b\n");
	return check_done();
}
