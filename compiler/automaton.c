#include "automaton.h"

#include <string.h>

#include "arena.h"
#include "dfa.h"

/* What the key that is searched for is matched by. */
enum question { BY_BOTH, BY_THE_FIRST_ONLY, BY_ONE_ONLY };

static int *
find_slot(struct automata *all, int a, int b)
{
	const uint64_t h = ((uint64_t)a << 32 | (uint64_t)b) *
	                   11400714819323198485u;

	for (size_t i = (size_t)(h >> 40);; i++) {
		int *slot = &all->slots[i & (DFA_SLOTS - 1)];

		if (!*slot || (all->visits[*slot].a == a &&
		               all->visits[*slot].b == b))
			return slot;
	}
}

/* Notes that a pair of states was reached; false if it is one too many. */
static bool
visit(struct automata *all, int a, int b, int parent, unsigned char byte)
{
	int *slot = find_slot(all, a, b);

	if (*slot)
		return true;
	if (all->n > AUTOMATON_STATES_MAX)
		return false;
	all->visits[all->n] = (struct dfa_visit){a, b, parent, byte, slot};
	*slot = all->n++;
	return true;
}

/* Visit 0 is none. */
static void
forget_visits(struct automata *all)
{
	for (int i = 1; i < all->n; i++)
		*all->visits[i].slot = 0;
	all->n = 1;
}

/* The bytes on the way to a visit. */
static const char *
read_key(const struct automata *all, int v)
{
	size_t size = 0;
	char *key;

	for (int i = v; all->visits[i].parent; i = all->visits[i].parent)
		size++;
	key = arena_alloc(all->arena, size + 1);
	for (int i = v; size; i = all->visits[i].parent)
		key[--size] = (char)all->visits[i].byte;
	return key;
}

/* One byte, the most readable, of each set of bytes that neither automaton
 * tells apart. Returns their number. */
static int
choose_bytes(struct automata *all, const struct automaton *a,
             const struct automaton *b, unsigned char bytes[255])
{
	int n = 0;

	all->round++;
	for (int i = 0; i < 255; i++) {
		const unsigned char c = all->order[i];
		unsigned *seen = &all->seen[a->class[c] * 256 + b->class[c]];

		if (*seen == all->round)
			continue;
		*seen = all->round;
		bytes[n++] = c;
	}
	return n;
}

static bool
is_found(enum question q, bool a, bool b)
{
	return q == BY_BOTH ? a && b : q == BY_ONE_ONLY ? a != b : a && !b;
}

/* Whether no key can be found behind this pair of states. */
static bool
is_hopeless(enum question q, int a, int b)
{
	const bool no_a = a == DFA_DEAD, no_b = b == DFA_DEAD;

	return q == BY_BOTH ? no_a || no_b : q == BY_ONE_ONLY ? no_a && no_b
	                                                      : no_a;
}

/* Notes what one byte more reaches; false if that is too much. */
static bool
expand(enum question q, struct automaton *a, struct automaton *b, int from,
       const unsigned char bytes[255], int n)
{
	const struct dfa_visit v = a->all->visits[from];

	for (int i = 0; i < n; i++) {
		const int to_a = dfa_step(a, v.a, bytes[i]);
		const int to_b = dfa_step(b, v.b, bytes[i]);

		if (!to_a || !to_b)
			return false;
		if (!is_hopeless(q, to_a, to_b) &&
		    !visit(a->all, to_a, to_b, from, bytes[i]))
			return false;
	}
	return true;
}

/* Breadth first, readable bytes first: the first key is the best. */
static enum answer
search(enum question q, struct automaton *a, struct automaton *b,
       const char **key)
{
	struct automata *all = a->all;
	unsigned char bytes[255];
	const int n = choose_bytes(all, a, b, bytes);

	forget_visits(all);
	visit(all, a->start, b->start, 0, 0);
	for (int i = 1; i < all->n; i++) {
		const struct dfa_visit v = all->visits[i];

		if (is_found(q, a->states[v.a].end, b->states[v.b].end)) {
			if (key)
				*key = read_key(all, i);
			return ANSWER_YES;
		}
		if (!expand(q, a, b, i, bytes, n))
			return ANSWER_TOO_LARGE;
	}
	return ANSWER_NO;
}

static enum answer
opposite(enum answer a)
{
	return a == ANSWER_TOO_LARGE ? a : a == ANSWER_NO ? ANSWER_YES
	                                                  : ANSWER_NO;
}

/* Whether the first or the last bytes of all keys differ already. */
static bool
are_apart(const struct automaton *a, const struct automaton *b)
{
	const struct regex *p = a->prefix, *q = b->prefix;
	size_t n;

	if (p && q) {
		n = p->size < q->size ? p->size : q->size;
		if (memcmp(p->text, q->text, n) != 0)
			return true;
	}
	p = a->suffix;
	q = b->suffix;
	if (!p || !q)
		return false;
	n = p->size < q->size ? p->size : q->size;
	return memcmp(p->text + p->size - n, q->text + q->size - n, n) != 0;
}

enum answer
automaton_meets(struct automaton *a, struct automaton *b, const char **key)
{
	if (are_apart(a, b))
		return ANSWER_NO;
	return search(BY_BOTH, a, b, key);
}

enum answer
automaton_within(struct automaton *a, struct automaton *b, const char **key)
{
	return opposite(search(BY_THE_FIRST_ONLY, a, b, key));
}

enum answer
automaton_same(struct automaton *a, struct automaton *b, const char **key)
{
	return opposite(search(BY_ONE_ONLY, a, b, key));
}

enum answer
automaton_empty(struct automaton *a, const char **key)
{
	return opposite(search(BY_BOTH, a, a, key));
}

/* The most readable byte of both sets, or 0 if there is none. */
static unsigned char
common_byte(const struct automata *all, const struct byte_set *a,
            const struct byte_set *b)
{
	for (int i = 0; i < 255; i++)
		if (byte_set_has(a, all->order[i]) &&
		    byte_set_has(b, all->order[i]))
			return all->order[i];
	return 0;
}

/* Two readings of one key side by side: pairs of states of one NFA, and whether
 * some byte was in different holes. A visit's `a` is a state, doubled, and that
 * bit. */
struct readings {
	struct automata *all;
	struct nfa nfa;
	int *first;
};

static bool
is_end(const struct readings *r, int p, int q)
{
	return r->nfa.states[p].kind == NFA_END &&
	       r->nfa.states[q].kind == NFA_END;
}

/* The byte on which both states go on, or 0. */
static unsigned char
way_on(const struct readings *r, int p, int q)
{
	return common_byte(r->all, &r->nfa.states[p].set,
	                   &r->nfa.states[q].set);
}

/* Notes each pair of a state that p leads to without a byte and one that q
 * leads to, if it is an end or goes on. */
static bool
visit_readings(struct readings *r, int p, int q, bool differ, int parent,
               unsigned char byte)
{
	struct nfa *nfa = &r->nfa;
	int n;

	nfa_clear(nfa);
	nfa_add(nfa, p);
	n = nfa->nset;
	memcpy(r->first, nfa->set, (size_t)n * sizeof *r->first);
	nfa_clear(nfa);
	nfa_add(nfa, q);
	for (int i = 0; i < n; i++) {
		p = r->first[i];
		for (int k = 0; k < nfa->nset; k++) {
			q = nfa->set[k];
			if (!is_end(r, p, q) && !way_on(r, p, q))
				continue;
			if (!visit(r->all, p * 2 + differ, q, parent, byte))
				return false;
		}
	}
	return true;
}

static bool
expand_readings(struct readings *r, int from)
{
	const struct dfa_visit v = r->all->visits[from];
	const struct nfa_state *p = &r->nfa.states[v.a / 2];
	const struct nfa_state *q = &r->nfa.states[v.b];
	const unsigned char byte = way_on(r, v.a / 2, v.b);

	if (!byte)
		return true;
	return visit_readings(r, p->out, q->out,
	                      v.a % 2 || p->hole != q->hole, from, byte);
}

enum answer
automaton_ambiguous(struct automata *all, const struct pattern *p,
                    const char **key)
{
	struct readings r = {.all = all};

	nfa_build(&r.nfa, all->arena, &p, 1);
	r.first = arena_alloc(all->arena, (size_t)r.nfa.n * sizeof *r.first);
	forget_visits(all);
	if (!visit_readings(&r, r.nfa.start, r.nfa.start, false, 0, 0))
		return ANSWER_TOO_LARGE;
	for (int i = 1; i < all->n; i++) {
		const struct dfa_visit v = all->visits[i];

		if (v.a % 2 && is_end(&r, v.a / 2, v.b)) {
			if (key)
				*key = read_key(all, i);
			return ANSWER_YES;
		}
		if (!expand_readings(&r, i))
			return ANSWER_TOO_LARGE;
	}
	return ANSWER_NO;
}
