/* What grammar/weft.re and lex.c share. */
#ifndef LEXER_H
#define LEXER_H

#include "lex.h"

/* What the innermost open bracket is; it decides what may follow. */
enum frame_kind {
	FRAME_NONE,   /* lines */
	FRAME_BLOCK,  /* { of a block: lines */
	FRAME_PAREN,  /* ( between words: newlines are blanks */
	FRAME_INNER,  /* [ and what is in it: names, no words of the language */
	FRAME_GROUP,  /* ( inside [ or a hole: the same */
	FRAME_HOLE,   /* { of a hole: the same */
	FRAME_LABELS, /* a hole behind its colon */
	FRAME_QUOTED, /* the text of a quoted key */
};

struct frame {
	enum frame_kind kind;
	size_t at;    /* in the text */
	/* What there was before it. */
	size_t tokens;
	struct comment *comments;
	struct diag *last_diag;
	int errors;
};

struct lexer {
	struct ast *ast;
	const struct text *text;
	enum lex_mode mode;
	const char *cursor, *limit;
	struct tokens *out;
	struct frame stack[LEX_DEPTH_MAX + 2];
	int depth;
	int restarts;          /* behind brackets that are never closed */
	bool let;              /* the line is a `let` */
	bool error;            /* the line has one already */
	bool newline;          /* a line ended; its token is not yet out */
	bool line_empty;       /* nothing on this line so far */
	bool blank;            /* the last comment is a blank line */
	size_t newline_at;
};

static inline size_t
lexer_offset(const struct lexer *x, const char *at)
{
	return (size_t)(at - x->text->bytes);
}

static inline struct span
lexer_span(const struct lexer *x, const char *start)
{
	return lex_span(x->text, lexer_offset(x, start),
	                lexer_offset(x, x->cursor));
}

static inline enum frame_kind
lexer_top(const struct lexer *x)
{
	return x->depth ? x->stack[x->depth - 1].kind : FRAME_NONE;
}

/* The last token, or NULL. */
static inline const struct token *
lexer_last(const struct lexer *x)
{
	return x->out->n ? &x->out->list[x->out->n - 1] : NULL;
}

static inline bool
lexer_last_is(const struct lexer *x, int kind)
{
	return x->out->n && lexer_last(x)->kind == kind;
}

/* Whether `start` continues the last token without a blank. */
static inline bool
lexer_is_glued(const struct lexer *x, const char *start)
{
	return x->out->n && lexer_last(x)->end == lexer_offset(x, start);
}

/* One token, comment or run of blanks each. False at the end of the text. */
bool scan_outer(struct lexer *);
bool scan_inner(struct lexer *);
bool scan_labels(struct lexer *);

/* Reads on behind the line of the outermost bracket that is open but no block,
 * with an error there: one bracket that is never closed shall not hide what
 * else is wrong in a file. False if there is none, or there were too
 * many. */
bool lexer_restart(struct lexer *);

/* From `start` to the cursor: */
struct token *lexer_token(struct lexer *, int kind, const char *start);
void lexer_word(struct lexer *, const char *start);
void lexer_inner_word(struct lexer *, const char *start);
void lexer_number(struct lexer *, const char *start);
void lexer_real(struct lexer *, const char *start);
void lexer_regex(struct lexer *, const char *start);
void lexer_quote(struct lexer *, const char *start, bool closed);
void lexer_newline(struct lexer *, const char *start);
void lexer_comment(struct lexer *, const char *start);
void lexer_brace(struct lexer *, const char *start);
void lexer_open(struct lexer *, enum frame_kind, int kind, const char *start);
void lexer_index(struct lexer *, const char *start);
void lexer_close(struct lexer *, char bracket, const char *start);
void lexer_colon(struct lexer *, const char *start);
void lexer_comment_add(struct lexer *, enum comment_kind, const char *start);
/* Whether the line has no token yet. */
bool lexer_at_line_start(const struct lexer *);
/* Whether a { is that of a block, not of a hole. */
bool lexer_opens_block(const char *brace);
/* Whether a bracket was opened on a line before this one. */
bool lexer_on_earlier_line(const struct lexer *, const struct frame *);
/* A line ends here, if anything is on it. */
void lexer_end_line(struct lexer *, const char *at);
/* A character that begins nothing. */
void lexer_stray(struct lexer *, const char *start);
__attribute__((format(printf, 3, 4)))
void lexer_error(struct lexer *, const char *start, const char *fmt, ...);

/* [A-Za-z0-9_./-] */
bool lexer_is_key_byte(char);

#endif
