/* What the full key set of a layout says about has(KEY): with the variants,
 * flags and conditions of its rows, all its places, keeps and drops. */
#ifndef CHECK_PROOF_FACTS_H
#define CHECK_PROOF_FACTS_H

#include "automaton.h"
#include "check_proof.h"

struct facts {
	struct checked *m;
	struct automaton *(*evidence)[2]; /* of a key; of DIRECTORY/KEY */
	int asked;            /* questions that facts_has is answering */
	struct automaton ***claims;       /* by column, claim */
	int column;                       /* whose key set facts_has knows */
};

struct facts *facts_new(struct checked *m);

/* Whether a claim has a key that an evidence asks for; *key is one. */
bool facts_meets(const struct facts *, int column, int claim, int evidence,
                 const char **key);

/* As facts_meets, for any claim of the column. */
bool facts_possible(const struct facts *, int column, int evidence,
                    const char **key);

/* For struct logic: has(evidence) on the keys of `column`. It is true where a
 * required tensor certainly has such a key, false where none may have it, and
 * open otherwise. On side 1 nothing is known. */
const struct form *facts_has(void *facts, struct logic *, int evidence,
                             const struct view *);

#endif
