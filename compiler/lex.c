#include "lexer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "weft.tab.h"

struct span
lex_span(const struct text *t, size_t begin, size_t end)
{
	if (!t->map)
		return (struct span){t->file, (uint32_t)begin, (uint32_t)end};
	return (struct span){t->file, t->map[begin], t->map[end]};
}

static struct token *
push(struct lexer *x, int kind, size_t begin, size_t end)
{
	struct tokens *out = x->out;
	struct token *t;

	out->list = arena_grow(x->ast->arena, out->list, out->n,
	                       sizeof *out->list);
	t = &out->list[out->n++];
	*t = (struct token){.kind = kind, .begin = (uint32_t)begin,
	                    .end = (uint32_t)end};
	t->span = lex_span(x->text, begin, end);
	return t;
}

/* The newline that waited for this token, unless it is a `|`, and what else
 * the line before it decides. */
static void
begin_token(struct lexer *x, int kind)
{
	size_t at = x->newline_at;

	if (x->newline && kind != T_PIPE) {
		push(x, T_NEWLINE, at, at + (at < x->text->size));
		x->let = false;
		x->error = false;
	}
	x->newline = false;
	x->line_empty = false;
	x->blank = false;
}

bool
lexer_at_line_start(const struct lexer *x)
{
	return !lexer_last(x) || lexer_last_is(x, T_NEWLINE) ||
	       lexer_last_is(x, T_LBRACE);
}

static struct token *
emit(struct lexer *x, int kind, const char *start)
{
	begin_token(x, kind);
	if (kind == T_LET && lexer_at_line_start(x))
		x->let = true;
	return push(x, kind, lexer_offset(x, start),
	            lexer_offset(x, x->cursor));
}

void
lexer_error(struct lexer *x, const char *start, const char *fmt, ...)
{
	va_list ap;
	char text[256];

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	begin_token(x, T_WEFT_error);
	if (!x->error)
		diag_error(x->ast->diags, lexer_span(x, start), NULL, "%s",
		           text);
	x->error = true;
	emit(x, T_WEFT_error, start);
}

/* A name and `=` at the start of a line continue `size`, `text` and so on. */
struct token *
lexer_token(struct lexer *x, int kind, const char *start)
{
	struct tokens *out = x->out;
	struct token *t = emit(x, kind, start);

	if (kind == T_LABEL)
		t->text = atom_of(x->ast->atoms, start, t->end - t->begin);
	if (kind != T_ASSIGN || x->mode != LEX_FILE || out->n < 2 ||
	    t[-1].kind != T_WORD)
		return t;
	if (out->n == 2 || t[-2].kind == T_NEWLINE || t[-2].kind == T_LBRACE)
		t[-1].kind = T_LHS;
	return t;
}

void
lexer_end_line(struct lexer *x, const char *at)
{
	if (lexer_at_line_start(x) || x->newline)
		return;
	x->newline = true;
	x->newline_at = lexer_offset(x, at);
}

static const struct {
	const char *text;
	int kind;
} keywords[] = {
#define WORD(text, token, where) {text, T_##token},
#include "words.def"
#undef WORD
};

static int
keyword(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (*keywords[i].text == *s && strlen(keywords[i].text) == n &&
		    memcmp(keywords[i].text, s, n) == 0)
			return keywords[i].kind;
	return 0;
}

bool
lex_is_keyword(const char *s)
{
	return keyword(s, strlen(s)) != 0;
}

/* T_NUMBER for -?[0-9]+, T_REAL for -?[0-9]+.[0-9]+, else 0. */
static int
number(const char *s, size_t n)
{
	size_t i = n && *s == '-', start = i;
	int kind = T_NUMBER;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i > start && i + 1 < n && s[i] == '.') {
		kind = T_REAL;
		i++;
		while (i < n && s[i] >= '0' && s[i] <= '9')
			i++;
	}
	return i > start && i == n ? kind : 0;
}

bool
lex_is_number(const char *s)
{
	return number(s, strlen(s)) != 0;
}

void
lexer_number(struct lexer *x, const char *start)
{
	struct token *t = emit(x, T_NUMBER, start);

	errno = 0;
	t->integer = strtoll(start, NULL, 10);
	if (errno)
		diag_error(x->ast->diags, t->span, NULL, "this integer does "
		           "not fit 64 bits");
}

void
lexer_real(struct lexer *x, const char *start)
{
	struct token *t = emit(x, T_REAL, start);

	errno = 0;
	t->real = strtod(start, NULL);
	if (errno)
		diag_error(x->ast->diags, t->span, NULL, "this number does "
		           "not fit a double");
}

bool
lexer_is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("_./-", c));
}

bool
lexer_opens_block(const char *brace)
{
	return brace[1] == '\0' || strchr(" \t\r\n", brace[1]);
}

void
lexer_word(struct lexer *x, const char *start)
{
	size_t n = (size_t)(x->cursor - start);
	bool glued = *x->cursor == '{' && !lexer_opens_block(x->cursor);
	enum expr_kind ignored;
	int kind = T_WORD;
	struct token *t;
	atom text;

	if (!glued && number(start, n) == T_NUMBER) {
		lexer_number(x, start);
		return;
	}
	if (!glued && number(start, n) == T_REAL) {
		lexer_real(x, start);
		return;
	}
	text = atom_of(x->ast->atoms, start, n);
	if (!glued && n == 2 && memcmp(start, "..", 2) == 0)
		kind = T_DOTDOT;
	else if (!glued && *x->cursor == '(')
		kind = ast_predicate_kind(text, &ignored) ? T_PREDICATE
		       : strcmp(text, "pattern") == 0 ? T_PATTERN : T_CALL;
	else if (!glued && keyword(start, n))
		kind = keyword(start, n);
	t = emit(x, kind, start);
	t->text = text;
}

void
lexer_inner_word(struct lexer *x, const char *start)
{
	size_t n = (size_t)(x->cursor - start);
	atom text = atom_of(x->ast->atoms, start, n);
	int kind = T_WORD;

	if (*x->cursor == '(' && ast_is_function(text))
		kind = T_CALL;
	else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		kind = keyword(start, n);
	emit(x, kind, start)->text = text;
}

void
lexer_regex(struct lexer *x, const char *start)
{
	struct token *t = emit(x, T_REGEX, start);

	t->text = atom_of(x->ast->atoms, start + 1, t->end - t->begin - 2u);
}

struct text
lex_string(struct ast *ast, const struct text *in, const struct token *t)
{
	size_t i = t->begin + 1u, end = t->end, n = 0;
	char *bytes = arena_alloc(ast->arena, end - i + 1);
	uint32_t *map = arena_alloc(ast->arena, (end - i + 1) * sizeof *map);

	if (end > i && in->bytes[end - 1] == '"')
		end--;
	for (; i < end; i++) {
		map[n] = lex_span(in, i, i).begin;
		if (in->bytes[i] == '\\' && i + 1 < end &&
		    (in->bytes[i + 1] == '"' || in->bytes[i + 1] == '\\'))
			i++;
		bytes[n++] = in->bytes[i];
	}
	map[n] = lex_span(in, end, end).begin;
	return (struct text){in->file, bytes, n, map};
}

void
lexer_quote(struct lexer *x, const char *start, bool closed)
{
	struct token *t = emit(x, T_STRING, start);
	struct text said = lex_string(x->ast, x->text, t);

	t->text = atom_of(x->ast->atoms, said.bytes, said.size);
	if (!closed)
		diag_error(x->ast->diags, t->span, NULL,
		           "this text has no closing '\"' on its line");
	for (const char *s = said.bytes; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f) {
			diag_error(x->ast->diags, t->span, NULL, "a text has "
			           "no control characters, this one has 0x%02x",
			           *s);
			break;
		}
}

void
lexer_comment_add(struct lexer *x, enum comment_kind kind, const char *start)
{
	struct comment *c = arena_alloc(x->ast->arena, sizeof *c);
	size_t n = (size_t)(x->cursor - start);

	while (n && strchr(" \t\r", start[n - 1]))
		n--;
	c->kind = kind;
	c->span = lexer_span(x, start);
	while (kind == COMMENT_LINE && start - c->column > x->text->bytes &&
	       start[-c->column - 1] != '\n')
		c->column++;
	if (*start == '#')
		c->text = atom_of(x->ast->atoms, start, n);
	list_add(x->out->comments, c);
	x->blank = kind == COMMENT_BLANK;
}

void
lexer_newline(struct lexer *x, const char *start)
{
	enum frame_kind kind = lexer_top(x);

	if (x->mode != LEX_FILE)
		return;
	if (x->line_empty && !x->blank)
		lexer_comment_add(x, COMMENT_BLANK, start);
	x->line_empty = true;
	if (kind == FRAME_NONE || kind == FRAME_BLOCK)
		lexer_end_line(x, start);
}

void
lexer_comment(struct lexer *x, const char *start)
{
	const char *before = start > x->text->bytes ? start - 1 : "\n";

	if (x->mode != LEX_FILE) {
		lexer_error(x, start, "a comment cannot stand in a quoted "
		            "text of YAML");
		return;
	}
	if (!strchr(" \t\r\n", *before))
		lexer_error(x, start, "a comment starts after a blank; a key "
		            "with '#' in it stands in double quotes");
	else
		lexer_comment_add(x, x->line_empty ? COMMENT_LINE
		                  : COMMENT_TRAILING, start);
	x->line_empty = false;
}

bool
lexer_on_earlier_line(const struct lexer *x, const struct frame *f)
{
	const char *at = x->text->bytes + f->at;

	return x->mode == LEX_FILE &&
	       memchr(at, '\n', (size_t)(x->cursor - at));
}

void
lexer_stray(struct lexer *x, const char *start)
{
	unsigned char c = (unsigned char)*start;

	while (c >= 0xc0 && ((unsigned char)*x->cursor & 0xc0) == 0x80)
		x->cursor++;
	if (c == '{' && lexer_on_earlier_line(x, &x->stack[x->depth - 1]))
		lexer_restart(x);
	else if (c < ' ' || c == 0x7f)
		lexer_error(x, start, "unexpected control character 0x%02x", c);
	else if (lexer_top(x) == FRAME_LABELS)
		lexer_error(x, start, "'%.*s' in a label: a label with unusual "
		            "characters stands in double quotes",
		            (int)(x->cursor - start), start);
	else
		lexer_error(x, start, "unexpected character '%.*s'; a key or "
		            "text that has it stands in double quotes",
		            (int)(x->cursor - start), start);
}
