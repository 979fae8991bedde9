#include "dfa.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

static void
order_bytes(unsigned char order[255])
{
	static const char first[] =
		"xabcdefghijklmnopqrstuvwyz0123456789"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ_-.";
	bool used[256] = {true};
	int n = 0;

	for (const char *s = first; *s; s++)
		order[n++] = (unsigned char)*s;
	for (int i = 0; i < n; i++)
		used[order[i]] = true;
	for (int c = '!'; c <= '~'; c++)
		if (!used[c])
			order[n++] = (unsigned char)c;
	for (int c = 1; c < 256; c++)
		if (c < '!' || c > '~')
			order[n++] = (unsigned char)c;
}

struct automata *
automata_new(struct arena *a)
{
	struct automata *all = arena_alloc(a, sizeof *all);

	all->arena = a;
	all->visits = arena_alloc(a, (AUTOMATON_STATES_MAX + 1) *
	                             sizeof *all->visits);
	all->slots = arena_alloc(a, DFA_SLOTS * sizeof *all->slots);
	all->seen = arena_alloc(a, 65536 * sizeof *all->seen);
	order_bytes(all->order);
	return all;
}

/* Splits each class into the bytes of the set and the others. */
static void
refine(struct automaton *a, const struct byte_set *set)
{
	int to[512];
	int n = 0;

	memset(to, -1, sizeof to);
	for (int c = 0; c < 256; c++) {
		const int has = byte_set_has(set, (unsigned char)c);
		int *t = &to[a->class[c] * 2 + has];

		if (*t < 0)
			*t = n++;
		a->class[c] = (unsigned char)*t;
	}
	a->nclasses = (size_t)n;
}

static int
compare_ints(const void *x, const void *y)
{
	const int a = *(const int *)x, b = *(const int *)y;

	return (a > b) - (a < b);
}

static size_t
hash_members(const int *members, int n)
{
	uint64_t h = 14695981039346656037u;

	for (int i = 0; i < n; i++)
		h = (h ^ (uint64_t)members[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

/* Where the state with these members is in the table, or would be. */
static int *
find_slot(struct automaton *a, const int *members, int n)
{
	size_t i = hash_members(members, n);

	for (;; i++) {
		int *slot = &a->slots[i & (a->nslots - 1)];
		const struct dfa_state *s = &a->states[*slot];

		if (!*slot || (s->n == n && !memcmp(s->members, members,
		                                    (size_t)n * sizeof(int))))
			return slot;
	}
}

static void
grow_slots(struct automaton *a)
{
	if (a->n * 2 < a->nslots)
		return;
	a->nslots = a->nslots ? a->nslots * 2 : 256;
	a->slots = arena_alloc(a->all->arena, a->nslots * sizeof *a->slots);
	for (size_t i = 1; i < a->n; i++)
		*find_slot(a, a->states[i].members, a->states[i].n) = (int)i;
}

/* The state of the NFA's present set, or 0. */
static int
intern(struct automaton *a)
{
	struct nfa *nfa = &a->nfa;
	const size_t bytes = (size_t)nfa->nset * sizeof(int);
	struct dfa_state s = {.n = nfa->nset};
	int *slot;

	qsort(nfa->set, (size_t)nfa->nset, sizeof(int), compare_ints);
	grow_slots(a);
	slot = find_slot(a, nfa->set, nfa->nset);
	if (*slot)
		return *slot;
	if (a->n > AUTOMATON_STATES_MAX)
		return 0;
	s.members = arena_alloc(a->all->arena, bytes);
	if (bytes)
		memcpy(s.members, nfa->set, bytes);
	for (int i = 0; i < s.n; i++)
		s.end |= nfa->states[s.members[i]].kind == NFA_END;
	s.next = arena_alloc(a->all->arena, a->nclasses * sizeof *s.next);
	a->states = arena_grow(a->all->arena, a->states, a->n,
	                       sizeof *a->states);
	a->states[a->n] = s;
	*slot = (int)a->n;
	return (int)a->n++;
}

int
dfa_step(struct automaton *a, int from, unsigned char byte)
{
	const struct dfa_state *s = &a->states[from];
	int *next = &s->next[a->class[byte]];

	if (*next)
		return *next;
	nfa_clear(&a->nfa);
	for (int i = 0; i < s->n; i++) {
		const struct nfa_state *m = &a->nfa.states[s->members[i]];

		if (m->kind == NFA_BYTE && byte_set_has(&m->set, byte))
			nfa_add(&a->nfa, m->out);
	}
	a->work += (size_t)s->n + (size_t)a->nfa.nset;
	if (a->work > DFA_WORK_MAX)
		return 0;
	return *next = intern(a);
}

static void
find_ends(struct automaton *a, const struct pattern *p)
{
	if (!p->parts)
		return;
	if (p->parts->kind == PATTERN_TEXT)
		a->prefix = p->parts->regex;
	if (p->last->kind == PATTERN_TEXT)
		a->suffix = p->last->regex;
}

struct automaton *
automaton_union(struct automata *all, const struct pattern *const patterns[],
                size_t n)
{
	struct automaton *a = arena_alloc(all->arena, sizeof *a);

	a->all = all;
	nfa_build(&a->nfa, all->arena, patterns, n);
	a->nclasses = 1;
	for (int i = 0; i < a->nfa.n; i++)
		if (a->nfa.states[i].kind == NFA_BYTE)
			refine(a, &a->nfa.states[i].set);
	a->states = arena_grow(all->arena, NULL, 0, sizeof *a->states);
	a->n = DFA_DEAD;
	nfa_clear(&a->nfa);
	intern(a);
	if (n)
		nfa_add(&a->nfa, a->nfa.start);
	a->start = intern(a);
	if (n == 1)
		find_ends(a, patterns[0]);
	return a;
}

struct automaton *
automaton_new(struct automata *all, const struct pattern *p)
{
	return automaton_union(all, &p, 1);
}

size_t
automaton_states(struct automaton *a)
{
	for (size_t i = DFA_DEAD; i < a->n; i++)
		for (int c = 1; c < 256; c++)
			if (!dfa_step(a, (int)i, (unsigned char)c))
				return 0;
	return a->n - DFA_DEAD;
}

enum answer
automaton_matches(struct automaton *a, const char *key, size_t size)
{
	int s = a->start;

	for (size_t i = 0; i < size && s; i++)
		s = dfa_step(a, s, (unsigned char)key[i]);
	if (!s)
		return ANSWER_TOO_LARGE;
	return a->states[s].end ? ANSWER_YES : ANSWER_NO;
}
