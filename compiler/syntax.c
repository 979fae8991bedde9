/* Errors of syntax, for people: what is expected, in few words, behind what,
 * and what is there instead. */
#include <string.h>

#include "reader.h"

#include "weft.tab.h"

enum {
	LISTED_MAX = 4,
	ERRORS_MAX = 1000, /* of a file; the rest is not looked for */
};

/* Tokens that come together are called by what they begin. The first class of
 * which `sign` is expected takes all of its members from the list. */
static const struct {
	const char *name, *sign;
	const char *members[14];
} classes[] = {
	{"an expression", "a predicate", {
		"a predicate", "a function", "'pattern('", "a name", "an integer",
		"a number", "a text in double quotes", "'('", "'['", "'-'",
		"'not'", "'true'", "'false'"}},
	{"an expression", "a function", {
		"a predicate", "a function", "'pattern('", "a name", "an integer",
		"a number", "a text in double quotes", "'('", "'['", "'-'",
		"'true'", "'false'"}},
	{"a key", "a /regular expression/", {
		"a name", "a text in double quotes", "a /regular expression/",
		"a hole", "'when'", "'else'", "'also'", "','"}},
	{"a comparison", "'=='", {
		"'=='", "'!='", "'<'", "'<='", "'>'", "'>='", "'in'"}},
	{"an operator", "'*'", {
		"a comparison", "'+'", "'-'", "'*'", "'/'", "'%'",
		"'[' of an index", "'and'", "'or'"}},
	{"an operator", "'+'", {"a comparison", "'+'", "'-'", "'and'",
		"'or'"}},
	{"a value", "'true'", {
		"a name", "an integer", "a number", "'true'", "'false'",
		"a text in double quotes"}},
	{"a statement", "'require'", {
		"'size'", "'number'", "'flag'", "'text'", "'list'", "'let'",
		"'variant'", "'require'"}},
	{"a statement", "'undecidable'", {
		"'model'", "'undecidable'", "'layout'", "'tensor'", "'pack'",
		"'keep'", "'group'", "'rows'", "'use'", "'config'",
		"a statement", "the end"}},
	{"a statement", "'detect'", {
		"'format'", "'detect'", "'option'", "'drop'", "'config'",
		"'file'", "'metadata'", "'set'", "'remove'", "'rename'", "'insert'", "'delete'",
		"'for'", "a statement"}},
};

enum { MEMBERS_MAX = sizeof classes->members / sizeof *classes->members };

static int
find(const char *const list[], int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (list[i] && strcmp(list[i], name) == 0)
			return i;
	return -1;
}

static int
remove_members(const char *list[], int n, const char *const members[])
{
	int kept = 0;

	for (int i = 0; i < n; i++)
		if (find(members, MEMBERS_MAX, list[i]) < 0)
			list[kept++] = list[i];
	return kept;
}

/* Puts the names of classes, last first, before what is in no class. */
static int
classify(const char *list[], int n)
{
	static const char *const never[MEMBERS_MAX] = {
		"a name of this block", "the rest of the key",
		"a hole behind it"
	};

	n = remove_members(list, n, never);
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		if (find(list, n, classes[i].sign) < 0)
			continue;
		n = remove_members(list, n, classes[i].members);
		memmove(list + 1, list, (size_t)n++ * sizeof *list);
		list[0] = classes[i].name;
	}
	return n;
}

static const char *
end_name(const struct reader *r)
{
	return r->leaf == LEAF_FILE ? "the end of the file"
	                            : "the end of the text";
}

static const char *
describe(const struct reader *r, const struct token *t)
{
	const char *s = r->text->bytes + t->begin;
	int n = (int)(t->end - t->begin);

	if (t->kind == T_NEWLINE)
		return "the end of the line";
	if (t->kind == 0)
		return end_name(r);
	if (t->kind == T_STRING || n > 60)
		return arena_printf(r->ast->arena, "%.*s%s", n > 60 ? 60 : n,
		                    s, n > 60 ? "..." : "");
	return arena_printf(r->ast->arena, "'%.*s'", n, s);
}

static void
put_expected(struct reader *r, struct out *o, const char *const list[], int n)
{
	for (int i = 0; i < n && i < LISTED_MAX; i++) {
		if (i > 0)
			out_puts(o, i == n - 1 && n <= LISTED_MAX ? " or "
			                                          : ", ");
		out_puts(o, strcmp(list[i], "the end") == 0 ? end_name(r)
		                                            : list[i]);
	}
	if (n > LISTED_MAX)
		out_puts(o, ", ...");
}

static bool
begins_line(const struct reader *r, size_t i)
{
	int before = i ? r->tokens.list[i - 1].kind : T_NEWLINE;

	return before == T_NEWLINE || before == T_LBRACE ||
	       before == T_RBRACE;
}

/* The word that begins a statement here, or could, and may have been meant by
 * the name that begins the line; NULL if there is none. */
static const char *
meant(const struct token *first, bool in_layout)
{
	static const char *const statements[] = {
		"size", "number", "flag", "text", "list", "let", "variant",
		"require", "format", "detect", "option", "drop", "config", "file",
		"metadata",
		"set", "remove", "rename", "insert", "delete", "for",
		"model", "undecidable", "layout", "tensor", "pack", "keep",
		"group", "rows", "use"
	};

	if ((first->kind != T_WORD && first->kind != T_CALL) || !first->text)
		return NULL;
	return in_layout ? diag_nearest(first->text, statements, 21)
	                 : diag_nearest(first->text, statements, 30);
}

/* What else there is to say about the token. */
static void
put_hint(struct reader *r, struct out *o, const struct token *found,
         const char *const expected[], int n)
{
	size_t i = (size_t)(found - r->tokens.list);
	bool line = begins_line(r, i);
	bool second = !line && begins_line(r, i - 1) &&
	              (find(expected, n, "a hole") >= 0);
	const char *word = line ? meant(found, false)
	                 : second ? meant(found - 1, true) : NULL;

	if (r->leaf != LEAF_FILE)
		word = NULL;
	if (word && line && find(expected, n, "'undecidable'") >= 0)
		out_printf(o, "; did you mean '%s'?", word);
	else if (word && second && r->scope.layout)
		out_printf(o, "; did you mean '%s' for '%s'?", word,
		           found[-1].text);
	else if (found->text && lex_is_keyword(found->text) && line &&
	         find(expected, n, "'}'") >= 0)
		out_puts(o, "; is a '}' missing before it?");
	else if (found->text && lex_is_keyword(found->text) &&
	         find(expected, n, "a name") >= 0)
		out_printf(o, " ('%s' is a word of the language; a key that "
		           "is one stands in double quotes)", found->text);
}

/* Goes on behind the block of the line that begins with the token that the
 * parser got last, if it has one. */
static void
skip_block(struct reader *r)
{
	const struct token *list = r->tokens.list;
	size_t i = r->next;
	int depth = 0;

	while (list[i].kind && list[i].kind != T_NEWLINE &&
	       list[i].kind != T_LBRACE)
		i++;
	if (list[i].kind != T_LBRACE)
		return;
	do {
		depth += list[i].kind == T_LBRACE;
		depth -= list[i].kind == T_RBRACE;
		i++;
	} while (depth && list[i].kind);
	r->next = i;
}

void
reader_syntax_error(struct reader *r, const char *const expected[], int n)
{
	size_t i = r->last;
	const struct token *found = &r->tokens.list[i];
	const char *list[256];
	struct out o = {.arena = r->ast->arena};
	int k;

	memcpy(list, expected, (size_t)n * sizeof *list);
	k = classify(list, n);
	out_puts(&o, "expected ");
	put_expected(r, &o, list, k);
	if (i > 0 && !begins_line(r, i))
		out_printf(&o, " after %s", describe(r, found - 1));
	out_printf(&o, ", found %s", describe(r, found));
	put_hint(r, &o, found, expected, n);
	diag_error(r->ast->diags, found->span, NULL, "%s", o.text);
	if (r->leaf == LEAF_FILE && begins_line(r, i) &&
	    found->kind != T_RBRACE)
		skip_block(r);
	if (r->ast->diags->errors > ERRORS_MAX)
		r->next = r->tokens.n - 1;
}
