/* Random keys: two patterns of one key agree in a way that fits this key, and
 * patterns have no way to agree exactly if their automata do not meet. */
#include <string.h>

#include "../../compiler/automaton.h"
#include "../../compiler/check_proof.h"
#include "../lib/check.h"

enum { PARTS = 5, ROUNDS = 4000 };

static uint64_t state = 88172645463325252u;

static int
pick(int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int)(state % (uint64_t)n);
}

/* A key in parts, of which a pattern leaves some open. */
struct sample {
	const char *part[PARTS];
};

/* One pattern of it; of each token the part that it came from. */
struct abstract {
	struct pattern *pattern;
	struct tokens tokens;
	const char *value[2 * PARTS];
};

static const char *const numbers[] = {"0", "7", "12", "120", "07"};
static const char *const words[] = {"up", "u", "gate", "p1", ""};

static void
random_sample(struct sample *s)
{
	for (int i = 0; i < PARTS; i++)
		s->part[i] = i % 2 ? words[pick(5)] : numbers[pick(5)];
}

static void
abstract_number(struct pattern *p, const char *text)
{
	size_t n = strlen(text);

	if (pick(2) && (n == 1 || *text != '0'))
		pattern_number(p, "l");
	else if (pick(2))
		pattern_digits(p, "l^=", (int)n);
	else
		pattern_text(p, text, n);
}

static void
abstract_word(struct pattern *p, const char *text)
{
	const char *list[3] = {words[pick(5)], words[pick(5)], text};

	if (list[0] == text || list[0] == list[1])
		list[0] = "one";
	if (list[1] == text)
		list[1] = "two";
	if (pick(2))
		pattern_text(p, text, strlen(text));
	else
		pattern_words(p, "w", list, 3);
}

/* `glue`: without a dot between the parts. */
static void
make_abstract(struct checked *m, const struct sample *s, struct abstract *x,
              const char *glue)
{
	int n = 0;

	*x = (struct abstract){.pattern = pattern_new(m->arena)};
	for (int i = 0; i < PARTS; i++) {
		int before = x->pattern->holes;

		if (i % 2)
			abstract_word(x->pattern, s->part[i]);
		else
			abstract_number(x->pattern, s->part[i]);
		if (x->pattern->holes > before)
			x->value[n++] = s->part[i];
		pattern_text(x->pattern, glue, strlen(glue));
	}
	tokens_of_pattern(m, &x->tokens, x->pattern);
}

/* What hole `t` is in the key. */
static const char *
value_of(const struct abstract *x, const struct token *t)
{
	int n = 0;

	for (const struct token *k = x->tokens.list; k < t; k++)
		n += k->kind != TOKEN_TEXT;
	return x->value[n];
}

static int64_t
number_of(const struct abstract *x, const struct token *t)
{
	int64_t n = 0;

	for (const char *p = value_of(x, t); *p; p++)
		n = n * 10 + (*p - '0');
	return n;
}

static bool
fits(const struct abstract *a, const struct abstract *b,
     const struct alignment *way)
{
	for (int i = 0; i < way->n; i++) {
		const struct agreement *g = &way->list[i];
		const struct abstract *x = g->side ? b : a;

		if (g->kind == AGREE_NUMBER
		    ? number_of(x, g->a) != g->number
		    : g->kind == AGREE_WORD
		    ? strcmp(g->a->words[g->word], value_of(x, g->a)) != 0
		    : number_of(a, g->a) != number_of(b, g->b))
			return false;
	}
	return true;
}

static void
check_samples(const char *glue, const char *name, int least)
{
	int told = 0, wrong = 0, disagree = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct arena arena = {NULL};
		struct checked m = {.arena = &arena};
		struct automata *all = automata_new(&arena);
		struct sample s, t;
		struct abstract a, b;
		struct alignment *ways;
		bool same = pick(2), meets;

		random_sample(&s);
		random_sample(&t);
		make_abstract(&m, &s, &a, glue);
		make_abstract(&m, same ? &s : &t, &b, glue);
		meets = automaton_meets(automaton_new(all, a.pattern),
		                        automaton_new(all, b.pattern),
		                        NULL) == ANSWER_YES;
		if (align_keys(&m, &a.tokens, &b.tokens, &ways)) {
			bool fit = !same;

			told++;
			disagree += meets != (ways != NULL);
			for (; ways; ways = ways->next)
				fit = fit || fits(&a, &b, ways);
			wrong += !fit;
		}
		arena_free(&arena);
	}
	CHECK(name, !wrong && !disagree && told >= least,
	      "%d of %d told do not fit, %d are not what automata say", wrong,
	      told, disagree);
}

int
main(void)
{
	check_samples(".", "parts with dots", ROUNDS);
	check_samples("", "parts without dots", ROUNDS / 10);
	return check_done();
}
