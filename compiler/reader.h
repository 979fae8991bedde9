/* One run of the parser: over a file, over a leaf of YAML, or over the inside
 * of a quoted key. */
#ifndef READER_H
#define READER_H

#include "ast_build.h"
#include "lex.h"

/* What the text is; each is a start symbol of grammar/weft.y. A leaf's result
 * is what the comment names, NULL after an error. */
enum leaf {
	LEAF_FILE,
	LEAF_QUOTED,      /* struct key_part, closed */
	LEAF_NAME,        /* struct name */
	LEAF_NAMES,       /* struct name: A, B */
	LEAF_PAIR,        /* struct name: two, A B */
	LEAF_EXPR,        /* struct expr */
	LEAF_VALUE,       /* struct value: of a size or a flag */
	LEAF_TEXT,        /* struct value */
	LEAF_LIST,        /* struct value */
	LEAF_LET,         /* struct let */
	LEAF_VARIANT,     /* struct rule */
	LEAF_REQUIRE,     /* struct rule */
	LEAF_OPTION,      /* struct rule */
	LEAF_DROP,        /* struct rule */
	LEAF_FAMILIES,    /* struct family */
	LEAF_FIELD,       /* struct edit: PATH or optional PATH */
	LEAF_SET,         /* struct edit: PATH = EXPR when C */
	LEAF_SET_VALUE,   /* struct edit: EXPR when C */
	LEAF_REMOVE,      /* struct edit, as RENAME, INSERT and DELETE */
	LEAF_RENAME,
	LEAF_INSERT,
	LEAF_DELETE,
	LEAF_PLACE,       /* struct place */
	LEAF_TENSOR,      /* struct tensor: NAME [axes] */
	LEAF_PACK,        /* struct pack */
	LEAF_KEY,         /* struct key */
	LEAF_GROUP,       /* struct name: at least two */
	LEAF_USE,         /* struct use */
};

struct reader {
	struct ast *ast;
	const struct text *text;
	enum leaf leaf;
	struct tokens tokens;
	size_t last, next;    /* the token the parser got, and gets next */
	bool started;         /* it has got the one that says what to expect */
	struct scope scope;   /* of a file: where statements go */
	enum value_kind kind; /* of the lines of values being read */
	struct places **places; /* of the block being read */
	void *result;
};

/* Reads one leaf; NULL with an error in ast->diags. */
void *reader_leaf(struct ast *, const struct text *, enum leaf);

/* Prints tokens, line:column, kind and text, one a line. */
void reader_print_tokens(struct ast *, const struct text *,
                         const struct tokens *, struct out *);

/* The key that a string token or a regular expression stands for. */
struct key *reader_quoted_key(struct reader *, const struct token *);
struct key *reader_regex_key(struct reader *, const struct token *);

/* Reports an error of syntax at the token the parser got last; `expected` are
 * names of tokens as grammar/weft.y has them. Where no statement can begin with
 * this token, its block is skipped. */
void reader_syntax_error(struct reader *, const char *const expected[], int n);

/* From bison; 0 if there was no error. */
int weft_parse(struct reader *);

#endif
