#include <string.h>

#include "read.h"
#include "reader.h"

#include "weft.tab.h"

/* The kinds whose text is not the kind. */
static const char *
kind_name(int kind)
{
	switch (kind) {
	case T_NEWLINE:
		return "newline";
	case T_WORD:
		return "word";
	case T_LHS:
		return "left";
	case T_LABEL:
		return "label";
	case T_NUMBER:
		return "integer";
	case T_REAL:
		return "real";
	case T_STRING:
		return "string";
	case T_REGEX:
		return "regex";
	case T_CALL:
	case T_PATTERN:
		return "call";
	case T_PREDICATE:
		return "predicate";
	case T_GLUE:
		return "glue";
	case T_LBRACE:
	case T_RBRACE:
		return "block";
	case T_HOLE:
	case T_HOLE_END:
		return "hole";
	case T_GLUEHOLE:
		return "gluehole";
	case T_INDEX:
		return "index";
	case T_WEFT_error:
		return "error";
	case 0:
		return "end";
	default:
		return NULL;
	}
}

static void
print_token(const struct source *s, const struct text *text,
            const struct token *t, struct out *out)
{
	int n = (int)(t->end - t->begin), line, column;
	const char *kind = kind_name(t->kind);
	const char *bytes = text->bytes + t->begin;

	source_position(s, t->span.begin, &line, &column);
	if (!kind)
		kind = (*bytes >= 'a' && *bytes <= 'z') ? "keyword" : "sign";
	out_printf(out, "%d:%d %s", line, column, kind);
	if (t->kind != T_NEWLINE && n > 0)
		out_printf(out, " %.*s", n, bytes);
	out_puts(out, "\n");
}

void
reader_print_tokens(struct ast *ast, const struct text *text,
                    const struct tokens *tokens, struct out *out)
{
	const struct source *s = &ast->diags->sources->list[text->file];

	for (size_t i = 0; i < tokens->n; i++)
		print_token(s, text, &tokens->list[i], out);
}

void
read_tokens(struct ast *ast, int source, struct out *out)
{
	const struct source *s = &ast->diags->sources->list[source];
	struct text text = {source, s->text, s->size, NULL};
	struct tokens tokens = {0};

	if (read_is_yaml(s->path)) {
		ast->tokens = out;
		read_yaml(ast, source);
		ast->tokens = NULL;
	} else {
		lex_text(ast, &text, LEX_FILE, &tokens);
		reader_print_tokens(ast, &text, &tokens, out);
	}
}
