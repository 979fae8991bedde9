/* Key patterns: a sequence of parts that matches whole tensor names. */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "regex.h"

enum {
	/* A NUMBER matches any number of digits, here and in the scanner; code
	 * that reads its value treats a longer one as outside every range. */
	PATTERN_NUMBER_DIGITS = 18,
};

enum pattern_kind {
	PATTERN_TEXT,    /* literal text */
	PATTERN_NUMBER,  /* {l}: decimal without leading zeros */
	PATTERN_DIGITS,  /* {t^=2}: exactly that many digits */
	PATTERN_WORDS,   /* {p}, {prefix}: one of a list of words */
	PATTERN_SEGMENT, /* {x.}: one or more bytes, none of them a dot */
	PATTERN_ANY,     /* {x..}: one or more bytes */
	PATTERN_PIECE,   /* of a regex: neither literal nor named */
	PATTERN_GROUP,   /* of a regex: (?<name>) */
};

struct pattern_part {
	enum pattern_kind kind;
	const char *hole;    /* what stands between the braces; a GROUP's name;
	                        NULL for TEXT and PIECE */
	struct regex *regex; /* what the part matches; a LITERAL for TEXT */
	int digits;          /* DIGITS */
	const char *const *words; /* WORDS */
	size_t nwords;
	struct pattern_part *next;
};

struct pattern {
	struct arena *arena;
	struct pattern_part *parts, *last;
	int holes;          /* parts with a `hole`, numbered from 0 in order */
	const char *source; /* a regex without its slashes, or NULL */
};

/* An empty pattern, which matches the empty key; the functions below put a part
 * behind those it has. Texts, words and spellings are copied; `hole` is what
 * the user wrote between the braces (`l - K`, `t^=2`, `p:w1,w3`, `x..`). No
 * text holds a NUL; there is at least one word, and digits are 1..18. */
struct pattern *pattern_new(struct arena *);
void pattern_text(struct pattern *, const char *text, size_t size);
void pattern_number(struct pattern *, const char *hole);
void pattern_digits(struct pattern *, const char *hole, int digits);
void pattern_words(struct pattern *, const char *hole,
                   const char *const words[], size_t n);
void pattern_segment(struct pattern *, const char *hole);
void pattern_any(struct pattern *, const char *hole);
void pattern_piece(struct pattern *, struct regex *);

/* The pattern of a whole key that is written /text/; NULL and `e` on an error.
 * Its literals become TEXT, its named groups GROUP, what is left PIECE. */
struct pattern *pattern_regex(struct arena *, const char *text, size_t size,
                              struct regex_error *e);

/* Hole `i` of `holes`; tags s<i> and e<i> of the scanner are its span. */
const struct pattern_part *pattern_hole(const struct pattern *, int i);

/* Writes the re2c expression: `"layers." @s0 num @e0 ".weight"`. It uses the
 * definition that pattern_re2c_definitions() writes, matches no NUL and does
 * not match the end of the key: the rule adds its sentinel. Patterns with one
 * and the same text match the same keys with the same holes. Returns the
 * number of holes. */
int pattern_re2c(const struct pattern *, struct out *);
void pattern_re2c_definitions(struct out *);

/* Writes the pattern as the user would: `model.layers.{l}.weight`, a regex
 * between slashes, and the rest in quotes if it has unusual bytes. */
void pattern_print(const struct pattern *, struct out *);

#endif
