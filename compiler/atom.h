/* Names, each kept once: two atoms are the same name iff the pointers are. */
#ifndef ATOM_H
#define ATOM_H

#include <stddef.h>

#include "arena.h"

typedef const char *atom;

struct atoms {
	struct arena *arena;
	struct atom_slot *slots;
	size_t n, capacity;
};

/* The atom of the `n` bytes at `s`. */
atom atom_of(struct atoms *t, const char *s, size_t n);
atom atom_text(struct atoms *t, const char *s);

#endif
