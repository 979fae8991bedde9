#include "invert.h"

#include <string.h>

#include "arena.h"
#include "dfa.h"

enum {
	WORD_MAX = REGEX_POSITIONS_MAX,
};

/* The words of a finite set of keys, in the order of their bytes. */
struct words {
	struct automaton *automaton;
	const char *list[INVERT_WORDS_MAX];
	size_t n, max;
	char way[WORD_MAX]; /* the bytes that lead to the present state */
};

/* Lists the words that begin with the `size` bytes of the way, which leads to
 * `state`. False if there are more than `max` words. A way that is longer than
 * any word of a finite set has been in a circle. */
static bool
list_words(struct words *w, int state, size_t size)
{
	struct automaton *a = w->automaton;

	if (a->states[state].end) {
		if (w->n == w->max)
			return false;
		w->list[w->n++] = arena_copy(a->all->arena, w->way, size);
	}
	for (int c = 1; c < 256; c++) {
		const int to = dfa_step(a, state, (unsigned char)c);

		if (to == DFA_DEAD)
			continue;
		if (!to || size == WORD_MAX)
			return false;
		w->way[size] = (char)c;
		if (!list_words(w, to, size + 1))
			return false;
	}
	return true;
}

static bool
find_words(struct words *w, struct automaton *a, size_t max)
{
	w->automaton = a;
	w->n = 0;
	w->max = max;
	return list_words(w, a->start, 0);
}

static bool
invert_piece(struct pattern *to, const struct pattern *p,
             const struct regex *r, struct automaton *a, struct words *w,
             const char **why)
{
	if (find_words(w, a, 1)) {
		pattern_text(to, w->list[0], strlen(w->list[0]));
		return true;
	}
	*why = arena_printf(to->arena, "'%.*s' outside a named group matches "
	                    "more than one text",
	                    (int)(r->end - r->at), p->source + r->at);
	return false;
}

static bool
is_same(struct automaton *a, const struct pattern *p)
{
	struct automaton *b = automaton_new(a->all, p);

	return automaton_same(a, b, NULL) == ANSWER_YES;
}

/* Whether it matches all numbers; leading zeros may be allowed or not. */
static bool
is_number(struct automaton *a)
{
	struct pattern *plain = pattern_new(a->all->arena);
	struct pattern *zeros = pattern_new(a->all->arena);

	pattern_number(plain, "");
	pattern_piece(zeros, regex_repeat(
		a->all->arena, regex_range(a->all->arena, '0', '9'), 1, -1));
	return is_same(a, plain) || is_same(a, zeros);
}

/* The n for which it matches all texts of n digits, or 0. */
static int
count_digits(struct automaton *a)
{
	struct pattern *digits = pattern_new(a->all->arena);
	const char *key;
	size_t n;

	if (automaton_empty(a, &key) != ANSWER_NO)
		return 0;
	n = strlen(key);
	if (n == 0 || n > PATTERN_NUMBER_DIGITS)
		return 0;
	pattern_digits(digits, "", (int)n);
	return is_same(a, digits) ? (int)n : 0;
}

static bool
invert_group(struct pattern *to, const char *name, struct automaton *a,
             struct words *w, const char **why)
{
	const int digits = count_digits(a);

	if (digits) {
		pattern_digits(to, name, digits);
		return true;
	}
	if (is_number(a)) {
		pattern_number(to, name);
		return true;
	}
	if (find_words(w, a, INVERT_WORDS_MAX)) {
		pattern_words(to, name, w->list, w->n);
		return true;
	}
	*why = arena_printf(to->arena, "the group '%s' matches neither the "
	                    "numbers, as '\\d+' does, nor all digits of one "
	                    "count, nor at most %d words", name,
	                    INVERT_WORDS_MAX);
	return false;
}

const struct pattern *
pattern_invert(struct automata *all, const struct pattern *p, const char **why)
{
	struct pattern *to = pattern_new(all->arena);
	struct words *w;

	if (!p->source)
		return p;
	w = arena_alloc(all->arena, sizeof *w);
	for (const struct pattern_part *q = p->parts; q; q = q->next) {
		struct pattern *one = pattern_new(all->arena);
		struct automaton *a;
		bool ok;

		if (q->kind == PATTERN_TEXT) {
			pattern_text(to, q->regex->text, q->regex->size);
			continue;
		}
		pattern_piece(one, q->regex);
		a = automaton_new(all, one);
		ok = q->hole ? invert_group(to, q->hole, a, w, why)
		             : invert_piece(to, p, q->regex, a, w, why);
		if (!ok)
			return NULL;
	}
	return to;
}
