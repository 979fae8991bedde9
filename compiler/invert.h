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
 * group matches numbers ([0-9]+, with or without leading zeros), a fixed count
 * of digits, or at most INVERT_WORDS_MAX words. Otherwise NULL, and *why says
 * so in a sentence without a full stop. */
const struct pattern *pattern_invert(struct automata *, const struct pattern *,
                                     const char **why);

#endif
