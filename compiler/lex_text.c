/* The scanners over a whole text: which one is on, what is glued to a hole,
 * what a quoted key says, and what happens at the end. */
#include <string.h>

#include "lexer.h"

#include "weft.tab.h"

enum { RESTARTS_MAX = 8 };

/* The rest of a word behind a hole: `.weight` of `{l}.weight`. */
static bool
scan_glue(struct lexer *x)
{
	const char *start = x->cursor;
	struct token *t;

	if (!lexer_last_is(x, T_HOLE_END) || !lexer_is_glued(x, start))
		return false;
	while (lexer_is_key_byte(*x->cursor))
		x->cursor++;
	if (x->cursor == start)
		return false;
	t = lexer_token(x, T_GLUE, start);
	t->text = atom_of(x->ast->atoms, start, (size_t)(x->cursor - start));
	return true;
}

/* Behind the text that ends at the end or at the brace of a hole. */
static const char *
end_of_text(const struct lexer *x)
{
	const char *s = x->cursor;

	while (s < x->limit && (*s != '{' || s[1] == '{'))
		s += 1 + (*s == '{');
	return s;
}

/* The next piece of a quoted key: text up to a hole, or the hole's brace. */
static bool
scan_quoted(struct lexer *x)
{
	const char *start = x->cursor, *end = end_of_text(x);
	char *said = arena_alloc(x->ast->arena, (size_t)(end - start) + 1);
	size_t n = 0;

	for (const char *s = start; s < end; s++) {
		s += *s == '{';
		said[n++] = *s;
	}
	x->cursor = end;
	if (n)
		lexer_token(x, T_GLUE, start)->text =
			atom_of(x->ast->atoms, said, n);
	if (end == x->limit)
		return false;
	x->cursor++;
	lexer_open(x, FRAME_HOLE, T_GLUEHOLE, end);
	return true;
}

static bool
scan(struct lexer *x)
{
	switch (lexer_top(x)) {
	case FRAME_INNER:
	case FRAME_GROUP:
	case FRAME_HOLE:
		return scan_inner(x);
	case FRAME_LABELS:
		return scan_labels(x);
	case FRAME_QUOTED:
		return scan_quoted(x);
	case FRAME_NONE:
	case FRAME_BLOCK:
	case FRAME_PAREN:
		break;
	}
	return scan_glue(x) || scan_outer(x);
}

/* The outermost bracket that is open but no block, or NULL. */
static const struct frame *
unclosed(const struct lexer *x)
{
	for (int i = 0; i < x->depth; i++)
		if (x->stack[i].kind != FRAME_BLOCK &&
		    x->stack[i].kind != FRAME_QUOTED)
			return &x->stack[i];
	return NULL;
}

/* Takes back all that came behind a bracket. */
static void
rewind_to(struct lexer *x, const struct frame *f)
{
	struct diags *d = x->ast->diags;
	struct tokens *out = x->out;

	out->n = f->tokens;
	if (f->comments)
		f->comments->next = out->comments->next;
	out->comments = f->comments;
	d->errors = f->errors;
	d->last = f->last_diag;
	if (d->last)
		d->last->next = NULL;
	else
		d->first = NULL;
	x->depth = (int)(f - x->stack);
	x->error = false;
}

bool
lexer_restart(struct lexer *x)
{
	const struct frame *f = unclosed(x);
	const char *line, *start;

	if (!f)
		return false;
	start = x->text->bytes + f->at;
	line = strchr(start, '\n');
	rewind_to(x, f);
	x->cursor = start + 1;
	lexer_error(x, start, "this '%c' is never closed", *start);
	x->cursor = line && ++x->restarts <= RESTARTS_MAX &&
	            x->mode == LEX_FILE ? line : x->limit;
	return x->cursor < x->limit;
}

/* Blocks that are open at the end are closed there. */
static void
close_blocks(struct lexer *x)
{
	for (; x->depth > 0; x->depth--) {
		const struct frame *f = &x->stack[x->depth - 1];

		if (f->kind != FRAME_BLOCK)
			continue;
		diag_error(x->ast->diags,
		           lex_span(x->text, f->at, f->at + 1), NULL,
		           "this '{' is never closed");
		lexer_end_line(x, x->limit);
		lexer_token(x, T_RBRACE, x->limit);
	}
}

static void
scan_all(struct lexer *x)
{
	while (scan(x)) {
		if (x->out->n <= LEX_TOKENS_MAX)
			continue;
		lexer_error(x, x->cursor, "a model file has at most %d words "
		            "and signs", LEX_TOKENS_MAX);
		x->cursor = x->limit;
		x->depth = 0;
	}
}

void
lex_text(struct ast *ast, const struct text *text, enum lex_mode mode,
         struct tokens *out)
{
	struct lexer x = {
		.ast = ast, .text = text, .mode = mode, .out = out,
		.cursor = text->bytes, .limit = text->bytes + text->size,
		.let = mode == LEX_LET, .line_empty = true, .blank = true,
	};

	if (mode == LEX_FILE && strncmp(x.cursor, "\xef\xbb\xbf", 3) == 0)
		x.cursor += 3;
	if (mode == LEX_QUOTED)
		x.stack[x.depth++].kind = FRAME_QUOTED;
	do
		scan_all(&x);
	while (lexer_restart(&x));
	if (mode == LEX_FILE) {
		close_blocks(&x);
		lexer_end_line(&x, x.limit);
	}
	x.cursor = x.limit;
	lexer_token(&x, 0, x.limit);
}
