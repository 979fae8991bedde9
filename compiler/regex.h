/* Regular expressions over the bytes 1..255 as trees: what a hole of a key
 * matches, and what is written between the slashes of a regular key. None
 * matches a NUL byte, so a key that holds one is matched by nothing. */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct out;

enum {
	REGEX_REPEAT_MAX = 16,      /* the largest n of {m,n} */
	REGEX_POSITIONS_MAX = 4096, /* characters when {m,n} is unfolded */
	REGEX_DEPTH_MAX = 100,      /* groups in groups */
	REGEX_NAMES_MAX = 32,       /* named groups */
};

enum regex_kind {
	REGEX_LITERAL, /* the bytes of `text`; no bytes: the empty text */
	REGEX_SET,     /* one byte of `set` */
	REGEX_CAT,     /* the kids one after the other */
	REGEX_ALT,     /* one of the kids */
	REGEX_REPEAT,  /* the one kid, min..max times; max -1: without end */
	REGEX_GROUP,   /* the one kid, kept as `name` */
};

struct byte_set {
	uint64_t word[4];
};

struct regex {
	enum regex_kind kind;
	const char *text; /* LITERAL */
	size_t size;      /* LITERAL: bytes of text */
	struct byte_set set;
	int min, max;
	const char *name;
	size_t at, end;    /* bytes of the source, if it was parsed */
	struct regex *kid; /* the first; the others behind its `next` */
	struct regex *next;
};

/* What is wrong, for a person, and at which byte of the expression. */
struct regex_error {
	size_t at;
	const char *text;
};

bool byte_set_has(const struct byte_set *, unsigned char);
void byte_set_add(struct byte_set *, unsigned char lo, unsigned char hi);

/* Constructors; nodes live in the arena. A node has one parent. A list of one
 * is its kid, of none the empty text. A repetition is *, +, ?, {m} or {m,n}:
 * max is -1 (then min is 0 or 1) or not less than min and positive. */
struct regex *regex_literal(struct arena *, const char *text, size_t size);
struct regex *regex_set(struct arena *, struct byte_set);
struct regex *regex_range(struct arena *, unsigned char lo, unsigned char hi);
struct regex *regex_list(struct arena *, enum regex_kind, struct regex *kids);
struct regex *regex_repeat(struct arena *, struct regex *, int min, int max);
struct regex *regex_group(struct arena *, const char *name, struct regex *);

/* How many bytes and classes the tree has after {m,n} is unfolded; never more
 * than REGEX_POSITIONS_MAX + 1, which stands for all larger numbers. */
size_t regex_positions(const struct regex *);

/* Parses the `size` bytes between the slashes: literals, escapes, `.` (any
 * byte), classes, groups, (?<name>), | * + ? {m} {m,n}. For anything else the
 * result is NULL and `e` is filled, its text in the arena. A named group takes
 * part in every match exactly once: inside | * + ? {} or another named group
 * it is an error. */
struct regex *regex_parse(struct arena *, const char *text, size_t size,
                          struct regex_error *e);

/* Writes the tree in re2c's notation. Only [A-Za-z0-9_.-] of a literal is
 * written as itself, so no text can end the string, the block or the file. */
void regex_re2c(const struct regex *, struct out *);

#endif
