/* Brackets: what opens, what closes, and what happens if they do not fit. */
#include "lexer.h"

#include <string.h>

#include "weft.tab.h"

/* Nothing of the text is read any more. */
static void
stop(struct lexer *x)
{
	x->cursor = x->limit;
	x->depth = 0;
}

void
lexer_open(struct lexer *x, enum frame_kind kind, int token,
           const char *start)
{
	const struct diags *d = x->ast->diags;

	if (x->depth == LEX_DEPTH_MAX) {
		lexer_error(x, start, "brackets are nested more than %d deep",
		            LEX_DEPTH_MAX);
		stop(x);
		return;
	}
	lexer_token(x, token, start);
	x->stack[x->depth++] = (struct frame){
		.kind = kind, .at = lexer_offset(x, start),
		.tokens = x->out->n - 1, .comments = x->out->comments,
		.last_diag = d->last, .errors = d->errors,
	};
}

void
lexer_index(struct lexer *x, const char *start)
{
	bool index = lexer_is_glued(x, start) &&
	             (lexer_last_is(x, T_WORD) || lexer_last_is(x, T_RBRACKET) ||
	              lexer_last_is(x, T_RPAREN));

	lexer_open(x, FRAME_INNER, index ? T_INDEX : T_LBRACKET, start);
}

void
lexer_brace(struct lexer *x, const char *start)
{
	bool glued = lexer_is_glued(x, start) &&
	             (lexer_last_is(x, T_WORD) || lexer_last_is(x, T_GLUE) ||
	              lexer_last_is(x, T_HOLE_END));

	if (lexer_opens_block(start))
		lexer_open(x, FRAME_BLOCK, T_LBRACE, start);
	else
		lexer_open(x, FRAME_HOLE, glued ? T_GLUEHOLE : T_HOLE, start);
}

void
lexer_colon(struct lexer *x, const char *start)
{
	lexer_token(x, T_COLON, start);
	if (lexer_top(x) == FRAME_HOLE)
		x->stack[x->depth - 1].kind = FRAME_LABELS;
}

static char
closer(enum frame_kind kind)
{
	switch (kind) {
	case FRAME_PAREN:
	case FRAME_GROUP:
		return ')';
	case FRAME_INNER:
		return ']';
	case FRAME_BLOCK:
	case FRAME_HOLE:
	case FRAME_LABELS:
		return '}';
	case FRAME_NONE:
	case FRAME_QUOTED:
		break;
	}
	return 0;
}

/* A bracket that is not the one to close: all up to one that it closes, of
 * those inside the innermost block or text, are taken as closed. */
static void
mismatch(struct lexer *x, char bracket, const char *start)
{
	const struct frame *f = &x->stack[x->depth - 1];
	struct diag *g;
	int depth = x->depth;

	if (lexer_on_earlier_line(x, f)) {
		lexer_restart(x);
		return;
	}
	g = diag_error(x->ast->diags, lexer_span(x, start), NULL,
	               "expected '%c', found '%c'", closer(f->kind), bracket);
	diag_note(x->ast->diags, g, lex_span(x->text, f->at, f->at + 1),
	          "to close this '%c'", x->text->bytes[f->at]);
	lexer_token(x, T_WEFT_error, start);
	while (depth > 0 && closer(x->stack[depth - 1].kind) != bracket &&
	       x->stack[depth - 1].kind != FRAME_BLOCK &&
	       x->stack[depth - 1].kind != FRAME_QUOTED)
		depth--;
	if (depth > 0 && closer(x->stack[depth - 1].kind) == bracket)
		x->depth = depth;
}

/* Whether this would close the hole of an earlier line, but begins its own as
 * the end of a block does. */
static bool
is_stranger(const struct lexer *x, enum frame_kind kind, const char *start)
{
	const char *line = start;

	if ((kind != FRAME_HOLE && kind != FRAME_LABELS) || *start != '}' ||
	    !lexer_on_earlier_line(x, &x->stack[x->depth - 1]))
		return false;
	while (strchr(" \t", line[-1]))
		line--;
	return line[-1] == '\n';
}

void
lexer_close(struct lexer *x, char bracket, const char *start)
{
	enum frame_kind kind = lexer_top(x);

	if (is_stranger(x, kind, start)) {
		lexer_restart(x);
		return;
	}
	if (closer(kind) && closer(kind) != bracket && kind != FRAME_BLOCK) {
		const char *behind = x->cursor;

		mismatch(x, bracket, start);
		kind = lexer_top(x);
		if (closer(kind) != bracket || x->cursor != behind)
			return;
	}
	if (bracket == '}' && (kind == FRAME_BLOCK || kind == FRAME_NONE)) {
		lexer_end_line(x, start);
		lexer_comment_add(x, COMMENT_CLOSE, start);
	}
	lexer_token(x, bracket == ')' ? T_RPAREN : bracket == ']' ? T_RBRACKET
	     : kind == FRAME_BLOCK || kind == FRAME_NONE ? T_RBRACE
	     : T_HOLE_END, start);
	if (closer(kind) == bracket)
		x->depth--;
}
