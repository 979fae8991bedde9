/* Writing keys from a pattern. */
#ifndef INVERT_H
#define INVERT_H

#include "automaton.h"

enum {
	INVERT_WORDS_MAX = 256, /* of one group */
};

/* The pattern as TEXT, NUMBER, DIGITS and WORDS only, with the same holes in
 * the same order: what keys are written from. That of a template is itself
 * (a SEGMENT or ANY stays, it is carried over as text). A regular expression
 * has one if outside its named groups it matches exactly one text, and each
 * group matches all numbers (with or without leading zeros: they are written
 * without), all digits of one count, or at most INVERT_WORDS_MAX words, which
 * are then sorted. Otherwise NULL, and *why says so in a phrase without a full
 * stop. */
const struct pattern *pattern_invert(struct automata *, const struct pattern *,
                                     const char **why);

#endif
