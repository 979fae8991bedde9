/* Random patterns over three letters: the answers of the automata against a
 * matcher of this file's own, on every key of up to six letters. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../compiler/automaton.h"
#include "../../compiler/out.h"
#include "../lib/check.h"

enum { PATTERNS = 240, LONGEST = 6, KEYS = 1093, PARTS = 4 };

/* An expression of this test: one of some bytes, or made of kids. */
enum node_kind { BYTES, CAT, ALT, REPEAT };

struct node {
	enum node_kind kind;
	bool has[256];
	struct node *kid[3];
	int kids, min, max; /* max -1: without end */
};

struct sample {
	struct node *part[PARTS];
	bool hole[PARTS];
	int parts;
	struct pattern *pattern;
	struct automaton *automaton;
	bool matches[KEYS];
	struct out text;
};

static struct arena arena;
static struct automata *all;
static struct sample samples[PATTERNS];
static char keys[KEYS][LONGEST + 1];
static uint32_t seed = 20240817;

static int
roll(int n)
{
	seed = seed * 1664525 + 1013904223;
	return (int)((seed >> 8) % (uint32_t)n);
}

static struct node *
new_node(enum node_kind kind)
{
	struct node *n = arena_alloc(&arena, sizeof *n);

	n->kind = kind;
	return n;
}

static struct node *
bytes_node(const char *bytes)
{
	struct node *n = new_node(BYTES);

	for (; *bytes; bytes++)
		n->has[(unsigned char)*bytes] = true;
	return n;
}

static struct node *
but_node(const char *bytes)
{
	struct node *n = new_node(BYTES);

	for (int c = 1; c < 256; c++)
		n->has[c] = !strchr(bytes, c);
	return n;
}

static struct node *
repeat_node(struct node *kid, int min, int max)
{
	struct node *n = new_node(REPEAT);

	n->kid[n->kids++] = kid;
	n->min = min;
	n->max = max;
	return n;
}

static struct node *
text_node(const char *text)
{
	struct node *n = new_node(CAT);

	for (; *text; text++)
		n->kid[n->kids++] = bytes_node((char[]){*text, '\0'});
	return n;
}

/* Bit i of the result: some key[j..i) is matched, where bit j is in `from`. */
static uint64_t
ends(const struct node *n, const char *key, int size, uint64_t from)
{
	uint64_t to = 0;

	switch (n->kind) {
	case BYTES:
		for (int i = 0; i < size; i++)
			if (from >> i & 1 && n->has[(unsigned char)key[i]])
				to |= UINT64_C(2) << i;
		return to;
	case CAT:
		for (int i = 0; i < n->kids; i++)
			from = ends(n->kid[i], key, size, from);
		return from;
	case ALT:
		for (int i = 0; i < n->kids; i++)
			to |= ends(n->kid[i], key, size, from);
		return to;
	case REPEAT:
		for (int i = 0; i <= (n->max < 0 ? size + 1 : n->max); i++) {
			if (i >= n->min)
				to |= from;
			from = ends(n->kid[0], key, size, from);
		}
		return to;
	}
	return 0;
}

/* Counts the ways to read the key from `at` by part `p` on, by which bytes are
 * in which hole, up to two: `way` is the present one, `first` the first. */
static int
readings(const struct sample *s, int p, const char *key, int size, int at,
         char *way, char *first)
{
	uint64_t to;
	int n = 0;

	if (p == s->parts) {
		if (at != size || (*first && !memcmp(first, way, (size_t)size)))
			return 0;
		if (!*first)
			memcpy(first, way, (size_t)size + 1);
		return 1;
	}
	to = ends(s->part[p], key, size, UINT64_C(1) << at);
	for (int end = at; end <= size && n < 2; end++) {
		if (!(to >> end & 1))
			continue;
		memset(way + at, s->hole[p] ? 'A' + p : '_',
		       (size_t)(end - at));
		n += readings(s, p + 1, key, size, end, way, first);
	}
	return n;
}

static int
count_readings(const struct sample *s, const char *key)
{
	char way[64] = "", first[64] = "";

	return readings(s, 0, key, (int)strlen(key), 0, way, first);
}

static bool
matches(const struct sample *s, const char *key)
{
	const int size = (int)strlen(key);
	uint64_t at = 1;

	for (int i = 0; i < s->parts; i++)
		at = ends(s->part[i], key, size, at);
	return at >> size & 1;
}

/* A part of a template: the node, and the same to the pattern. */
static void
random_hole(struct sample *s)
{
	static const char *const words[] = {"0", "01", "1.", "..0"};
	struct node *n = new_node(ALT), *digit = bytes_node("0123456789");
	const int kind = roll(5), first = roll(3);

	switch (kind) {
	case 0:
		n->kid[n->kids++] = bytes_node("0");
		n->kid[n->kids] = new_node(CAT);
		n->kid[n->kids]->kid[0] = bytes_node("123456789");
		n->kid[n->kids]->kid[1] = repeat_node(digit, 0, -1);
		n->kid[n->kids++]->kids = 2;
		pattern_number(s->pattern, "n");
		break;
	case 1:
		n = repeat_node(digit, first + 1, first + 1);
		pattern_digits(s->pattern, "d", first + 1);
		break;
	case 2:
		n->kid[n->kids++] = text_node(words[first]);
		n->kid[n->kids++] = text_node(words[first + 1]);
		pattern_words(s->pattern, "w", words + first, 2);
		break;
	case 3:
		n = repeat_node(but_node("."), 1, -1);
		pattern_segment(s->pattern, "s.");
		break;
	default:
		n = repeat_node(but_node(""), 1, -1);
		pattern_any(s->pattern, "a..");
		break;
	}
	s->part[s->parts++] = n;
}

static void
random_template(struct sample *s)
{
	static const char *const texts[] = {"0", ".", "1", "10", ".0", "0.1"};
	const int parts = 1 + roll(PARTS);

	s->pattern = pattern_new(&arena);
	while (s->parts < parts) {
		const char *text = texts[roll(6)];

		s->hole[s->parts] = roll(2);
		if (s->hole[s->parts]) {
			random_hole(s);
			continue;
		}
		s->part[s->parts++] = text_node(text);
		pattern_text(s->pattern, text, strlen(text));
	}
	pattern_print(s->pattern, &s->text);
}

static struct node *
random_atom(struct out *o)
{
	static const struct {
		const char *text, *bytes;
		bool but;
	} atom[] = {
		{"0", "0", 0}, {"1", "1", 0}, {"\\.", ".", 0},
		{"[01]", "01", 0}, {"[0.]", "0.", 0}, {"[^0]", "0", 1},
		{"\\d", "0123456789", 0}, {".", "", 1},
		{"[^\\d]", "0123456789", 1},
		{"[0-1.]", "01.", 0}, {"\\x30", "0", 0}, {"[.-]", ".-", 0},
	};
	const int i = roll(12);

	out_puts(o, atom[i].text);
	return atom[i].but ? but_node(atom[i].bytes)
	                   : bytes_node(atom[i].bytes);
}

static struct node *
random_node(struct out *o, int depth)
{
	static const struct {
		const char *text;
		int min, max;
	} repeat[] = {
		{"*", 0, -1}, {"+", 1, -1}, {"?", 0, 1}, {"{2}", 2, 2},
		{"{1,3}", 1, 3}, {"{0,2}", 0, 2},
	};
	const int kind = depth ? roll(5) : 0, i = roll(6);
	struct node *n;

	if (kind < 2)
		return random_atom(o);
	n = new_node(kind == 2 ? CAT : ALT);
	out_puts(o, "(");
	if (kind == 4)
		n = repeat_node(random_node(o, depth - 1), repeat[i].min,
		                repeat[i].max);
	while (kind < 4 && n->kids < 2 + i % 2) {
		if (n->kids && kind == 3)
			out_puts(o, "|");
		n->kid[n->kids++] = random_node(o, depth - 1);
	}
	out_puts(o, ")");
	if (kind == 4)
		out_puts(o, repeat[i].text);
	return n;
}

static void
random_regex(struct sample *s)
{
	struct out *o = &s->text;
	const int parts = 1 + roll(PARTS);
	struct regex_error e;

	for (; s->parts < parts; s->parts++) {
		s->hole[s->parts] = roll(2);
		if (s->hole[s->parts])
			out_printf(o, "(?<g%d>", s->parts);
		s->part[s->parts] = random_node(o, 3);
		if (s->hole[s->parts])
			out_puts(o, ")");
	}
	s->pattern = pattern_regex(&arena, o->text, o->size, &e);
	if (!s->pattern)
		CHECK("parse", false, "%s: at %zu: %s", o->text, e.at, e.text);
}

static void
make_keys(void)
{
	int n = 1;

	for (int i = 0; n < KEYS; i++)
		for (int c = 0; c < 3; c++) {
			memmove(keys[n], keys[i], sizeof keys[n]);
			keys[n++][strlen(keys[i])] = "01."[c];
		}
}

/* Whether an answer and its key agree with the matcher: `expect[i]` says that
 * keys[i] is one to be found, `real` that the found one is. */
static bool
agrees(const bool expect[KEYS], bool found, const char *key, bool real)
{
	if (found && !real)
		return false;
	for (int i = 0; i < KEYS; i++)
		if (expect[i] && (!found || strlen(key) > strlen(keys[i])))
			return false;
	return true;
}

static int failed[4];

static void
compare(struct sample *a, struct sample *b)
{
	bool both[KEYS], first[KEYS], one[KEYS], ok[3];
	const char *key = "";
	enum answer x;

	for (int i = 0; i < KEYS; i++) {
		both[i] = a->matches[i] && b->matches[i];
		first[i] = a->matches[i] && !b->matches[i];
		one[i] = a->matches[i] != b->matches[i];
	}
	x = automaton_meets(a->automaton, b->automaton, &key);
	ok[0] = agrees(both, x == ANSWER_YES, key,
	               matches(a, key) && matches(b, key));
	x = automaton_within(a->automaton, b->automaton, &key);
	ok[1] = agrees(first, x == ANSWER_NO, key,
	               matches(a, key) && !matches(b, key));
	x = automaton_same(a->automaton, b->automaton, &key);
	ok[2] = agrees(one, x == ANSWER_NO, key,
	               matches(a, key) != matches(b, key));
	for (int i = 0; i < 3; i++) {
		if (ok[i])
			continue;
		failed[i]++;
		fprintf(stderr, "question %d: %s and %s: '%s'\n", i,
		        a->text.text, b->text.text, key);
	}
}

static int
test_single(struct sample *s, int *ambiguous)
{
	const char *key = "";
	bool expect[KEYS];
	enum answer x = automaton_ambiguous(all, s->pattern, &key);
	int bad = 0;

	for (int i = 0; i < KEYS; i++) {
		const enum answer m = automaton_matches(s->automaton, keys[i],
		                                        strlen(keys[i]));

		expect[i] = count_readings(s, keys[i]) > 1;
		bad += (m == ANSWER_YES) != s->matches[i];
	}
	*ambiguous += x == ANSWER_YES;
	if (!agrees(expect, x == ANSWER_YES, key, count_readings(s, key) > 1)) {
		failed[3]++;
		fprintf(stderr, "ambiguous: %s: '%s'\n", s->text.text, key);
	}
	return bad;
}

int
main(void)
{
	int bad = 0, ambiguous = 0, meeting = 0, within = 0;

	all = automata_new(&arena);
	make_keys();
	for (int i = 0; i < PATTERNS; i++) {
		struct sample *s = &samples[i];

		s->text.arena = &arena;
		if (i % 2)
			random_regex(s);
		else
			random_template(s);
		if (!s->pattern)
			return 1;
		s->automaton = automaton_new(all, s->pattern);
		for (int k = 0; k < KEYS; k++)
			s->matches[k] = matches(s, keys[k]);
		bad += test_single(s, &ambiguous);
	}
	for (int i = 0; i < PATTERNS; i++) {
		for (int k = 0; k < PATTERNS; k++) {
			struct automaton *a = samples[i].automaton;
			struct automaton *b = samples[k].automaton;

			compare(&samples[i], &samples[k]);
			meeting += automaton_meets(a, b, NULL) == ANSWER_YES;
			within += automaton_within(a, b, NULL) == ANSWER_YES;
		}
	}
	CHECK("matches", bad == 0, "%d keys differ", bad);
	CHECK("meets", failed[0] == 0, "%d pairs differ", failed[0]);
	CHECK("within", failed[1] == 0, "%d pairs differ", failed[1]);
	CHECK("same", failed[2] == 0, "%d pairs differ", failed[2]);
	CHECK("ambiguous", failed[3] == 0, "%d patterns differ", failed[3]);
	CHECK("both answers occur",
	      meeting > 1000 && meeting < PATTERNS * PATTERNS - 1000 &&
	      within > 1000 && within < PATTERNS * PATTERNS - 1000 &&
	      ambiguous > 20 && ambiguous < PATTERNS - 20,
	      "%d meet, %d within, %d ambiguous", meeting, within, ambiguous);
	arena_free(&arena);
	return check_done();
}
