/* The tokens of strict JSON, as safetensors headers and indexes are written:
 * one pass over the text, which is overwritten with decoded strings. */
#ifndef WEFT_SCAN_H
#define WEFT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weft_token {
	WEFT_TOKEN_END,
	WEFT_TOKEN_BAD,        /* see `problem` */
	WEFT_TOKEN_STRING,     /* see `text` */
	WEFT_TOKEN_INTEGER,    /* not negative; see `value` */
	WEFT_TOKEN_NUMBER,     /* any other number */
	WEFT_TOKEN_NULL,
	WEFT_TOKEN_TRUE,
	WEFT_TOKEN_FALSE,
	WEFT_TOKEN_OBJECT = '{',
	WEFT_TOKEN_OBJECT_END = '}',
	WEFT_TOKEN_LIST = '[',
	WEFT_TOKEN_LIST_END = ']',
	WEFT_TOKEN_COLON = ':',
	WEFT_TOKEN_COMMA = ',',
};

/* Set `base` to a text of `size` bytes with a NUL behind it and `at` to the
 * same; the rest zero. */
struct weft_scan {
	char *base, *at;
	size_t size;
	size_t start;        /* of the token, in bytes from `base` */
	enum weft_token token;
	char *text;          /* of a string: decoded in place, a NUL behind, */
	size_t length;       /* no NUL inside; it starts at start + 1 */
	uint64_t value;      /* of an integer, if */
	bool fits;           /* it does in 64 bits */
	const char *problem; /* of a bad token; `start` is then the bad byte */
};

/* Reads the next token and returns it. Behind END and BAD it stays there. */
enum weft_token weft_scan_next(struct weft_scan *s);

/* Makes the current token BAD, because of `problem`. Returns false. */
bool weft_scan_bad(struct weft_scan *s, const char *problem);

/* Steps over the value whose first token has just been read, nested at most
 * WEFT_SCAN_DEPTH deep, without recursion. False with `problem` set, also if
 * it goes deeper. */
enum { WEFT_SCAN_DEPTH = 64 };
bool weft_scan_skip(struct weft_scan *s);

#endif
