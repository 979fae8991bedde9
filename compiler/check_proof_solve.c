/* Refutes formulas: a tableau whose branches close on contradictions. */
#include <string.h>

#include "check_proof.h"

enum { STEPS = 10000, FACTS = 512 };

struct pending {
	const struct form *form;
	const struct pending *next;
};

struct search {
	struct logic *l;
	const struct form *fact[FACTS]; /* FACT and IS */
	int n_facts;
	const struct poly *least[FACTS];
	int n_least;
	int steps;
	bool given_up;
};

/* ---- leaves ---- */

static bool
same_value(const struct form *a, const struct form *b)
{
	return strcmp(a->value, b->value) == 0;
}

/* Texts (1), integers and lists of them (2), anything else (0): 1 and 1.0 may
 * be equal, though they are written in two ways. */
static int
constant_kind(const char *value)
{
	if (strchr(value, '"'))
		return 1;
	return value[strspn(value, "0123456789+-(),")] ? 0 : 2;
}

static bool
same_kind(const struct form *a, const struct form *b)
{
	return constant_kind(a->value) &&
	       constant_kind(a->value) == constant_kind(b->value);
}

static bool
contradict(const struct form *a, const struct form *b)
{
	if (a->kind != b->kind || a->id != b->id)
		return false;
	if (a->kind == FORM_FACT)
		return a->positive != b->positive;
	if (a->positive != b->positive)
		return same_value(a, b);
	if (!a->positive || same_value(a, b))
		return false;
	if (a->constant && b->constant && same_kind(a, b))
		return true;
	return a->evidence && b->evidence && a->side != b->side;
}

/* An option or a text that is none of its words. */
static bool
no_word_left(const struct search *s, int id)
{
	const struct unknown *u = &s->l->unknowns[id];

	if (!u->words || u->n_words > FACTS)
		return false;
	for (int w = 0; w < u->n_words; w++) {
		bool excluded = false;

		for (int i = 0; i < s->n_facts; i++) {
			const struct form *f = s->fact[i];
			const char *quote = f->kind == FORM_IS && f->id == id
				? strchr(f->value, '"') : NULL;
			size_t n = strlen(u->words[w]);

			if (quote && !f->positive && f->constant &&
			    strncmp(quote + 1, u->words[w], n) == 0 &&
			    strcmp(quote + 1 + n, "\"") == 0)
				excluded = true;
		}
		if (!excluded)
			return false;
	}
	return true;
}

/* Adds a leaf; false if the branch closes. */
static bool
assume(struct search *s, const struct form *f)
{
	if (f->kind == FORM_LEAST) {
		if (s->n_least < FACTS)
			s->least[s->n_least++] = f->poly;
		return true;
	}
	for (int i = 0; i < s->n_facts; i++)
		if (contradict(s->fact[i], f))
			return false;
	if (s->n_facts < FACTS)
		s->fact[s->n_facts++] = f;
	return f->kind != FORM_IS || f->positive || !no_word_left(s, f->id);
}

/* ---- branches ---- */

/* Takes the pending formulas apart until only choices are left, which go to
 * *choices. False if the branch closes. */
static bool
unfold(struct search *s, const struct form *f, const struct pending **choices)
{
	struct pending *p;

	switch (f->kind) {
	case FORM_TRUE:
		return true;
	case FORM_FALSE:
		return false;
	case FORM_ALL:
		return unfold(s, f->a, choices) && unfold(s, f->b, choices);
	case FORM_ANY:
		p = arena_alloc(s->l->arena, sizeof *p);
		*p = (struct pending){f, *choices};
		*choices = p;
		return true;
	default:
		return assume(s, f);
	}
}

/* Whether the sums that a branch has assumed can hold together. What it costs
 * to tell grows with their number, and counts as steps. */
static bool
sums_hold(struct search *s)
{
	s->steps += 1 + s->n_least * s->n_least / 16;
	s->given_up = s->given_up || s->steps > STEPS;
	return s->given_up || linear_feasible(s->l, s->least, s->n_least);
}

/* Whether the branch that has assumed all but `choices` stays open. */
static bool
stays_open(struct search *s, const struct pending *choices)
{
	int facts = s->n_facts, least = s->n_least;
	const struct form *kids[2];

	if (!choices || s->given_up)
		return true;
	kids[0] = choices->form->a;
	kids[1] = choices->form->b;
	for (int i = 0; i < 2; i++) {
		const struct pending *rest = choices->next;

		s->given_up = s->given_up || ++s->steps > STEPS;
		if (unfold(s, kids[i], &rest) &&
		    (s->n_least == least || sums_hold(s)) &&
		    stays_open(s, rest))
			return true;
		s->n_facts = facts;
		s->n_least = least;
	}
	return false;
}

/* ---- what would make it true ---- */

static void
show_fact(const struct search *s, const struct form *f, struct out *o)
{
	const struct unknown *u = &s->l->unknowns[f->id];
	const char *quote = f->kind == FORM_IS ? strchr(f->value, '"') : NULL;
	const char *and = o->size ? " and " : "";

	if (!u->shown || (f->kind == FORM_IS && !f->constant))
		return;
	if (f->kind == FORM_FACT)
		out_printf(o, "%s%s%s", and, f->positive ? "" : "not ",
		           u->shown);
	else
		out_printf(o, "%s%s %s %s", and, u->shown,
		           f->positive ? "==" : "!=",
		           f->shown ? f->shown : quote ? quote
		           : f->value + (*f->value == '+'));
}

/* Whether other facts say what fact `i` does. */
static bool
is_said(const struct search *s, int i)
{
	const struct form *f = s->fact[i];

	for (int k = 0; k < s->n_facts; k++) {
		const struct form *g = s->fact[k];

		if (k == i || g->id != f->id || g->kind != f->kind)
			continue;
		if (f->kind == FORM_FACT ? k < i : same_value(f, g) ? k < i
		    : g->positive && !f->positive)
			return true;
	}
	return false;
}

static const char *
show(const struct search *s)
{
	struct out o = {.arena = s->l->arena};

	for (int i = 0; i < s->n_facts && !s->given_up; i++)
		if (!is_said(s, i))
			show_fact(s, s->fact[i], &o);
	return o.text;
}

bool
form_refute(struct logic *l, const struct form *f, const char **example)
{
	struct search *s = arena_alloc(l->arena, sizeof *s);
	const struct pending *choices = NULL;
	bool open;

	s->l = l;
	open = unfold(s, f, &choices) && sums_hold(s) &&
	       stays_open(s, choices);
	if (example)
		*example = open ? show(s) : NULL;
	return !open;
}
