#include <string.h>

#include "read.h"
#include "reader.h"

void *
reader_leaf(struct ast *ast, const struct text *text, enum leaf leaf)
{
	struct reader r = {.ast = ast, .text = text, .leaf = leaf};
	int errors = ast->diags->errors;

	lex_text(ast, text, leaf == LEAF_QUOTED ? LEX_QUOTED
	         : leaf == LEAF_LET ? LEX_LET : LEX_LEAF, &r.tokens);
	if (ast->tokens && leaf != LEAF_QUOTED)
		reader_print_tokens(ast, text, &r.tokens, ast->tokens);
	if (weft_parse(&r) != 0 || ast->diags->errors > errors)
		return NULL;
	return r.result;
}

struct key *
reader_quoted_key(struct reader *r, const struct token *t)
{
	struct text said = lex_string(r->ast, r->text, t);
	struct key_part *parts = NULL;

	if (said.size == 0)
		diag_error(r->ast->diags, t->span, NULL, "a key is not empty");
	else
		parts = reader_leaf(r->ast, &said, LEAF_QUOTED);
	return ast_key(r->ast, t->span, parts);
}

struct key *
reader_regex_key(struct reader *r, const struct token *t)
{
	struct key *k = ast_key(r->ast, t->span, NULL);

	k->regex = t->text;
	return k;
}

struct model *
read_dsl(struct ast *ast, int source)
{
	const struct source *s = &ast->diags->sources->list[source];
	struct text text = {source, s->text, s->size, NULL};
	struct model *m = arena_alloc(ast->arena, sizeof *m);
	struct reader r = {
		.ast = ast, .text = &text, .leaf = LEAF_FILE,
		.scope = {m, &m->block, NULL},
	};

	m->span.file = source;
	lex_text(ast, &text, LEX_FILE, &r.tokens);
	weft_parse(&r);
	m->comments = r.tokens.comments;
	ast_close(m);
	return m;
}
