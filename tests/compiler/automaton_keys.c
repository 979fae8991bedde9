/* Patterns like those of real layouts: overlaps, keys that show them, limits,
 * and the time for all pairs of a large layout. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../compiler/automaton.h"
#include "../../compiler/out.h"
#include "../lib/check.h"

static struct arena arena;
static struct automata *all;

/* A pattern from a spelling: {l} a number, {t=2} digits, {x.} and {x..}, {a|b}
 * words, and /…/. */
static struct pattern *
make(const char *spelling)
{
	struct pattern *p = pattern_new(&arena);
	const char *words[8];
	struct regex_error e;
	size_t n, nwords;
	char hole[64], *word, *rest = hole;

	if (*spelling == '/')
		return pattern_regex(&arena, spelling + 1,
		                     strlen(spelling) - 2, &e);
	while (*spelling) {
		n = strcspn(spelling, "{");
		pattern_text(p, spelling, n);
		if (!*(spelling += n))
			break;
		n = strcspn(spelling, "}");
		snprintf(hole, sizeof hole, "%.*s", (int)n - 1, spelling + 1);
		spelling += n + 1;
		if (strchr(hole, '|')) {
			rest = hole;
			for (nwords = 0; (word = strsep(&rest, "|"));)
				words[nwords++] = word;
			pattern_words(p, "p", words, nwords);
		} else if (strchr(hole, '=')) {
			pattern_digits(p, hole, atoi(strchr(hole, '=') + 1));
		} else if (strstr(hole, "..")) {
			pattern_any(p, hole);
		} else if (strchr(hole, '.')) {
			pattern_segment(p, hole);
		} else {
			pattern_number(p, hole);
		}
	}
	return p;
}

static struct automaton *
make_automaton(const char *spelling)
{
	return automaton_new(all, make(spelling));
}

static const struct {
	const char *a, *b, *key; /* NULL: no key is matched by both */
} meeting[] = {
	{"model.layers.{l}.{x.}", "model.layers.{l}.{p..}",
	 "model.layers.0.x"},
	{"model.layers.{l}.w", "model.layers.0.w", "model.layers.0.w"},
	{"model.layers.{l}.w", "model.layers.00.w", NULL},
	{"model.layers.{l}.w", "model.layers.{l}.v", NULL},
	{"model.layers.{l}.w", "model.norm.w", NULL},
	{"{l}.w", "{l}.v", NULL},
	{"a.{gate|up}_proj", "a.{up|down}_proj", "a.up_proj"},
	{"a.{gate|up}_proj", "a.{down|down_up}_proj", NULL},
	{"rank{t=2}.w", "rank{l}.w", "rank10.w"},
	{"rank{t=2}", "rank{t=3}", NULL},
	{"/(a|b)*c/", "/b.c/", "bac"},
	{"{x..}", "/\\n\\xff/", "\n\377"},
	{"x{x.}", "/x\\.+/", NULL},
	{"a", "aa", NULL},
	{"a", "a", "a"},
	{"", "", ""},
	{"", "{x..}", NULL},
	{"/[^.]*(weight|bias)/", "{x.}as", "bias"},
	{"layers.{l}.experts.{e}.w{p}", "layers.{x.}.experts.{y..}",
	 "layers.0.experts.0.w0"},
};

static void
check_meeting(void)
{
	for (size_t i = 0; i < sizeof meeting / sizeof *meeting; i++) {
		const char *want = meeting[i].key, *key = NULL;
		enum answer x = automaton_meets(make_automaton(meeting[i].a),
		                                make_automaton(meeting[i].b),
		                                &key);
		char name[120];

		snprintf(name, sizeof name, "%s meets %s", meeting[i].a,
		         meeting[i].b);
		CHECK(name, x == (want ? ANSWER_YES : ANSWER_NO) &&
		      (!want || !strcmp(key, want)),
		      "answer %d, key %s", (int)x, key ? key : "none");
	}
}

static void
check_languages(void)
{
	const struct pattern *both[2] = {make("{l}"), make("{t=2}")};
	struct automaton *u = automaton_union(all, both, 2);
	const char *key = "";

	CHECK("within a union", automaton_within(make_automaton("{p=2}"), u,
	                                         NULL) == ANSWER_YES, "no");
	CHECK("a union within", automaton_within(u, make_automaton("{l}"),
	                                         &key) == ANSWER_NO &&
	      !strcmp(key, "00"), "key %s", key);
	CHECK("same", automaton_same(make_automaton("{l}.{x.}"),
	      make_automaton("/(0|[1-9]\\d*)\\.[^.]+/"), NULL) == ANSWER_YES,
	      "not the same");
	CHECK("not the same", automaton_same(make_automaton("/\\d+/"),
	      make_automaton("{l}"), &key) == ANSWER_NO && !strcmp(key, "00"),
	      "key %s", key);
	CHECK("empty", automaton_empty(automaton_union(all, NULL, 0), NULL) ==
	      ANSWER_YES, "not empty");
	CHECK("not empty", automaton_empty(make_automaton("a{l}.{x..}"),
	      &key) == ANSWER_NO && !strcmp(key, "a0.x"), "key %s", key);
	CHECK("states", automaton_states(make_automaton("abc{l}")) == 7,
	      "%zu", automaton_states(make_automaton("abc{l}")));
}

static void
check_ambiguous(void)
{
	const char *key = "";

	CHECK("two numbers", automaton_ambiguous(all, make("l{l}{e}"), &key) ==
	      ANSWER_YES && strlen(key) == 4, "key %s", key);
	CHECK("a digit between", automaton_ambiguous(all, make("{l}0{e}"),
	      &key) == ANSWER_YES && strlen(key) == 5, "key %s", key);
	CHECK("digits first", automaton_ambiguous(all, make("{t=2}{e}"),
	                                          NULL) == ANSWER_NO, "yes");
	CHECK("a dot between", automaton_ambiguous(all, make("{x..}.{y.}"),
	                                           NULL) == ANSWER_NO, "yes");
	CHECK("words", automaton_ambiguous(all, make("{a|ab}{bc|c}"), &key) ==
	      ANSWER_YES && !strcmp(key, "abc"), "key %s", key);
	CHECK("outside of holes", automaton_ambiguous(all,
	      make("/.*.*(?<l>x)/"), NULL) == ANSWER_NO, "yes");
}

/* `.*a.{15}` needs 2^16 states: told, not tried. */
static void
check_limits(void)
{
	struct automaton *a = make_automaton("/.*a.{15}/");
	struct automaton *b = make_automaton("/.*b.{16}/");
	struct pattern *p = make("/(.?){16}(.?){16}(.?){16}(?<x>(.?){16})/");
	enum answer x;

	CHECK("too many states", automaton_states(a) == 0, "%zu",
	      automaton_states(a));
	x = automaton_within(a, b, NULL);
	CHECK("too large or answered", x == ANSWER_NO || x == ANSWER_TOO_LARGE,
	      "%d", (int)x);
	x = automaton_same(make_automaton("/(a|b)*a(a|b){16}/"),
	                   make_automaton("/(b|a)*a(b|a){16}/"), NULL);
	CHECK("too large", x == ANSWER_TOO_LARGE, "%d", (int)x);
	CHECK("many readings", automaton_ambiguous(all, p, NULL) == ANSWER_YES,
	      "not ambiguous");
	CHECK("an answer after it", automaton_meets(make_automaton("{l}"),
	      make_automaton("{x..}"), NULL) == ANSWER_YES, "no");
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 200 patterns that differ only in their middle, which no look at their ends
 * can tell apart. */
static void
check_time(void)
{
	static struct automaton *list[200];
	const struct pattern *patterns[200];
	const double start = now();
	int meet = 0;
	size_t states;

	for (int i = 0; i < 200; i++) {
		char s[160];

		snprintf(s, sizeof s, "model.language_model.layers.{l}.block%d."
		         "experts.{e}.{gate|up|down}_proj.weight", i);
		patterns[i] = make(s);
		list[i] = automaton_new(all, patterns[i]);
	}
	for (int i = 0; i < 200; i++)
		for (int k = 0; k < i; k++)
			meet += automaton_meets(list[i], list[k], NULL) !=
			        ANSWER_NO;
	states = automaton_states(automaton_union(all, patterns, 200));
	CHECK("200 patterns are apart", meet == 0, "%d pairs meet", meet);
	CHECK("all pairs in less than 2 s", now() - start < 2 * CHECK_SLOWER,
	      "%.2f s", now() - start);
	CHECK("states of the scanner", states > 200 && states < 10000, "%zu",
	      states);
	fprintf(stderr, "19900 pairs in %.0f ms, %zu states\n",
	        (now() - start) * 1e3, states);
}

int
main(void)
{
	all = automata_new(&arena);
	check_meeting();
	check_languages();
	check_ambiguous();
	check_limits();
	check_time();
	arena_free(&arena);
	return check_done();
}
