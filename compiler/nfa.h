/* Nondeterministic automata of patterns: what automaton.c works on. Every state
 * leads to an end, because no part of a pattern matches nothing at all. */
#ifndef NFA_H
#define NFA_H

#include "pattern.h"

enum nfa_kind {
	NFA_BYTE,  /* steps over one byte of `set` to `out` */
	NFA_SPLIT, /* goes on at `out` and at `other` */
	NFA_END,
};

struct nfa_state {
	enum nfa_kind kind;
	int hole; /* the number of the hole it is part of, from 1; else 0 */
	int out, other;
	struct byte_set set;
};

struct nfa {
	struct arena *arena;
	struct nfa_state *states;
	int n, start;
	/* The set being built: states other than SPLIT, in no order. */
	int *set, nset;
	unsigned *mark, round;
	int *stack;
};

/* The automaton of the keys that any of the patterns matches. */
void nfa_build(struct nfa *, struct arena *,
               const struct pattern *const patterns[], size_t n);

/* Empties the set. */
void nfa_clear(struct nfa *);

/* Adds to the set what can be reached from a state without a byte. */
void nfa_add(struct nfa *, int state);

#endif
