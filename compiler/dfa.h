/* Deterministic automata, built state by state, and what searches on them
 * share: the inside of automaton.h. */
#ifndef DFA_H
#define DFA_H

#include "automaton.h"
#include "nfa.h"

enum {
	/* State 0 is none: not yet known, or one too many. */
	DFA_DEAD = 1,
	DFA_SLOTS = 65536, /* a power of two above AUTOMATON_STATES_MAX */
	/* Steps taken to find the states of one automaton, which also bounds
	 * the members of all of them. */
	DFA_WORK_MAX = 20000000,
};

/* A set of states of the NFA, sorted. */
struct dfa_state {
	int *members, n;
	bool end;
	int *next; /* by class of bytes */
};

struct automaton {
	struct automata *all;
	struct nfa nfa;
	unsigned char class[256]; /* bytes that no set of the NFA tells apart */
	size_t nclasses;
	struct dfa_state *states;
	size_t n;
	int start;
	int *slots;
	size_t nslots, work;
	/* What every key begins and ends with, or NULL. */
	const struct regex *prefix, *suffix;
};

/* A pair of states that a search has reached, and how. */
struct dfa_visit {
	int a, b, parent;
	unsigned char byte;
	int *slot;
};

struct automata {
	struct arena *arena;
	unsigned char order[255]; /* of bytes, the most readable first */
	struct dfa_visit *visits; /* n of them; that at 0 is none */
	int n, *slots;
	unsigned *seen, round; /* by pair of classes */
};

/* The state behind `from` and a byte, or 0 if that would be one too many. */
int dfa_step(struct automaton *, int from, unsigned char byte);

#endif
