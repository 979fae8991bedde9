/* Errors of syntax, for people: what is expected, in few words, behind what,
 * and what is there instead. */
#include <string.h>

#include "reader.h"

#include "weft.tab.h"

enum { LISTED_MAX = 4 };

/* Tokens that come together are called by what they begin. The first class of
 * which `sign` is expected takes all of its members from the list. */
static const struct {
	const char *name, *sign;
	const char *members[14];
} classes[] = {
	{"an expression", "a predicate", {
		"a predicate", "a function", "a name", "an integer",
		"a number", "a text in double quotes", "'('", "'['", "'-'",
		"'not'", "'true'", "'false'"}},
	{"an expression", "a function", {
		"a predicate", "a function", "a name", "an integer",
		"a number", "a text in double quotes", "'('", "'['", "'-'",
		"'true'", "'false'"}},
	{"a key", "a /regular expression/", {
		"a name", "a text in double quotes", "a /regular expression/",
		"a hole"}},
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
		"'size'", "'flag'", "'text'", "'list'", "'let'", "'variant'",
		"'require'"}},
	{"a statement", "'undecidable'", {
		"'model'", "'undecidable'", "'layout'", "'tensor'", "'pack'",
		"'keep'", "'group'", "'rows'", "'use'", "a statement"}},
	{"a statement", "'detect'", {
		"'format'", "'detect'", "'option'", "'drop'", "'config'",
		"'set'", "'remove'", "'rename'", "'insert'", "'delete'",
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

/* Puts the names of classes in the place of their members. */
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
		list[n++] = classes[i].name;
	}
	return n;
}

static const char *
describe(const struct reader *r, const struct token *t)
{
	const char *s = r->text->bytes + t->begin;
	int n = (int)(t->end - t->begin);
	bool leaf = r->leaf != LEAF_FILE;

	if (t->kind == T_NEWLINE)
		return "the end of the line";
	if (t->kind == 0)
		return leaf ? "the end of the text" : "the end of the file";
	if (t->kind == T_STRING || n > 60)
		return arena_printf(r->ast->arena, "%.*s%s", n > 60 ? 60 : n,
		                    s, n > 60 ? "..." : "");
	return arena_printf(r->ast->arena, "'%.*s'", n, s);
}

static void
put_expected(struct out *o, const char *const list[], int n)
{
	for (int i = 0; i < n && i < LISTED_MAX; i++) {
		if (i > 0)
			out_puts(o, i == n - 1 && n <= LISTED_MAX ? " or "
			                                          : ", ");
		out_puts(o, list[i]);
	}
	if (n > LISTED_MAX)
		out_puts(o, ", ...");
}

/* The word of the language that may have been meant, or NULL. */
static const char *
meant(struct reader *r, const struct token *found,
      const char *const expected[], int n)
{
	const char *words[64];
	int k = 0;

	if (found->kind != T_WORD || !found->text)
		return NULL;
	for (int i = 0; i < n && k < 64; i++) {
		size_t size = strlen(expected[i]);

		if (size > 3 && *expected[i] == '\'' && expected[i][1] >= 'a')
			words[k++] = arena_copy(r->ast->arena, expected[i] + 1,
			                        size - 2);
	}
	return diag_nearest(found->text, words, k);
}

static bool
begins_line(const struct reader *r, size_t i)
{
	int before = i ? r->tokens.list[i - 1].kind : T_NEWLINE;

	return before == T_NEWLINE || before == T_LBRACE ||
	       before == T_RBRACE;
}

/* What else there is to say about the token. */
static void
put_hint(struct reader *r, struct out *o, const struct token *found,
         const char *const expected[], int n)
{
	const char *word = meant(r, found, expected, n);
	bool line = begins_line(r, (size_t)(found - r->tokens.list));

	if (word)
		out_printf(o, "; did you mean '%s'?", word);
	else if (found->kind == T_LHS && !line)
		return;
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
	put_expected(&o, list, k);
	if (i > 0 && !begins_line(r, i))
		out_printf(&o, " after %s", describe(r, found - 1));
	out_printf(&o, ", found %s", describe(r, found));
	put_hint(r, &o, found, expected, n);
	diag_error(r->ast->diags, found->span, NULL, "%s", o.text);
	if (r->leaf == LEAF_FILE && begins_line(r, i) &&
	    found->kind != T_RBRACE)
		skip_block(r);
}
