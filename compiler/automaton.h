/* Questions about the sets of keys that patterns match. Each automaton is
 * determinised state by state, only as far as a question needs, and keeps what
 * it found; a question about a pair costs a few microseconds for usual keys. */
#ifndef AUTOMATON_H
#define AUTOMATON_H

#include <stddef.h>

#include "pattern.h"

enum {
	AUTOMATON_STATES_MAX = 20000, /* of an automaton, and a question */
};

enum answer {
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_TOO_LARGE, /* more than AUTOMATON_STATES_MAX states: the user is
	                     to write a simpler pattern */
};

struct automata;  /* what all automata of a run share */
struct automaton; /* the keys matched by one pattern, or by any of several */

struct automata *automata_new(struct arena *);
struct automaton *automaton_new(struct automata *, const struct pattern *);
struct automaton *automaton_union(struct automata *,
                                  const struct pattern *const patterns[],
                                  size_t n);

/* Each question can be given a `key` to learn why: NULL, or where a key in the
 * arena is stored if the answer has one. It is a shortest such key, and of
 * these the one with the most readable bytes and the smallest digits. */

/* Is there a key that both match? YES has it as `key`. */
enum answer automaton_meets(struct automaton *, struct automaton *,
                            const char **key);

/* Does b match every key that a matches? NO has one that it does not. */
enum answer automaton_within(struct automaton *a, struct automaton *b,
                             const char **key);

/* Do they match the same keys? NO has one that only one of them matches. */
enum answer automaton_same(struct automaton *, struct automaton *,
                           const char **key);

/* Does it match nothing? NO has a key. */
enum answer automaton_empty(struct automaton *, const char **key);

/* Can one key be read in two ways, so that a hole has two values, as
 * `{l}{e}` reads 123? YES has such a key. */
enum answer automaton_ambiguous(struct automata *, const struct pattern *,
                                const char **key);

/* The number of states of the deterministic automaton with the dead one (for
 * the union of a scanner's patterns: of the scanner, but for what its tags need
 * on top), or 0 if it is above AUTOMATON_STATES_MAX. To be asked about all
 * patterns of a layout before their pairs: if there is a number, no automaton
 * of one of them is too large. */
size_t automaton_states(struct automaton *);

/* Does it match these bytes? */
enum answer automaton_matches(struct automaton *, const char *key, size_t size);

#endif
