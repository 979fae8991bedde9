/* Text to tokens; the scanners are in grammar/weft.re. */
#ifndef LEX_H
#define LEX_H

#include "ast.h"

enum {
	LEX_DEPTH_MAX = 64,          /* brackets in brackets */
	LEX_TOKENS_MAX = 1000000,    /* of one file */
};

/* A text to read: a whole file, or what a scalar of YAML or a quoted key says.
 * A NUL stands behind it, none in it. */
struct text {
	int file;
	const char *bytes;
	size_t size;
	const uint32_t *map; /* the place in the file of each byte and of the
	                      * end; NULL: the text is the file */
};

struct token {
	int kind;            /* enum weft_yytokentype */
	struct span span;    /* in the file */
	uint32_t begin, end; /* in the text */
	atom text;           /* of a string: what it says */
	union {
		int64_t integer;
		double real;
	};
};

/* Ends with a token of kind 0. */
struct tokens {
	struct token *list;
	size_t n;
	struct comment *comments; /* open */
};

enum lex_mode {
	LEX_FILE,   /* lines */
	LEX_LEAF,   /* one line, which may be folded and has no comment */
	LEX_LET,    /* the same, of what stands behind `let NAME =` */
	LEX_QUOTED, /* the inside of a quoted key */
};

/* Reports what is no token, and puts there a token that makes the parser skip
 * the line without a message of its own. */
void lex_text(struct ast *, const struct text *, enum lex_mode,
              struct tokens *);

/* The place in the file of bytes begin .. end of the text. */
struct span lex_span(const struct text *, size_t begin, size_t end);

/* What the string token says, with its own map. */
struct text lex_string(struct ast *, const struct text *, const struct token *);

/* Whether a text is a word of words.def, or would be read as a number. */
bool lex_is_keyword(const char *);
bool lex_is_number(const char *);

#endif
