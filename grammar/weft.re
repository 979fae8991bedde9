/* The scanners of the weft language. Which one reads on is decided by the
 * brackets that are open (lexer.h), never by the parser:
 *
 *   model.layers.{l}.w   [e (p f)]   | stack e 0
 *   ^^^^^^^^^^^^^ ^   ^^   ^^^^^^^    ^^^^^^^^^^^
 *   outer      inner outer  inner    outer                              */
#include "lexer.h"

#include "weft.tab.h"

/*!re2c
re2c:yyfill:enable = 0;
re2c:define:YYCTYPE = "unsigned char";
re2c:define:YYCURSOR = p;
re2c:define:YYMARKER = marker;

blank   = [ \t\r];
digits  = [0-9]+;
name    = [A-Za-z_][A-Za-z0-9_]*;
more    = [A-Za-z0-9_./-];
comment = "#" [^\n\x00]*;
quoted  = ([^"\\\n\x00] | "\\" [^\n\x00])*;
regex   = ([^/\\\n\x00] | "\\" [^\n\x00])+;
*/

/* Between brackets of lines: keys, numbers, words of the language. */
bool
scan_outer(struct lexer *x)
{
	const unsigned char *p = (const unsigned char *)x->cursor, *marker;
	const char *start = x->cursor;

#define AS(action) do { x->cursor = (const char *)p; action; return true; } \
	while (0)
#define TOKEN(kind) AS(lexer_token(x, T_##kind, start))
	/*!re2c
	"\x00"             { return false; }
	blank+             { AS(); }
	"\n"               { AS(lexer_newline(x, start)); }
	comment            { AS(lexer_comment(x, start)); }
	[A-Za-z0-9_.] more* { AS(lexer_word(x, start)); }
	"-" [0-9] more*    { AS(lexer_word(x, start)); }
	"\"" quoted "\""   { AS(lexer_quote(x, start, true)); }
	"\"" quoted        { AS(lexer_quote(x, start, false)); }
	"/" [^ \t\r\n\x00/] { p--; goto regex; }
	"{"                { AS(lexer_brace(x, start)); }
	"["                { AS(lexer_index(x, start)); }
	"("                { AS(lexer_open(x, x->let ? FRAME_GROUP
	                                  : FRAME_PAREN, T_LPAREN, start)); }
	[)}\]]             { AS(lexer_close(x, *start, start)); }
	"=="               { TOKEN(EQ); }
	"!="               { TOKEN(NE); }
	"<="               { TOKEN(LE); }
	">="               { TOKEN(GE); }
	"<"                { TOKEN(LT); }
	">"                { TOKEN(GT); }
	"="                { TOKEN(ASSIGN); }
	"|"                { TOKEN(PIPE); }
	","                { TOKEN(COMMA); }
	":"                { TOKEN(COLON); }
	"+"                { TOKEN(PLUS); }
	"-"                { TOKEN(MINUS); }
	"*"                { TOKEN(STAR); }
	"/"                { TOKEN(SLASH); }
	"%"                { TOKEN(PERCENT); }
	*                  { AS(lexer_stray(x, start)); }
	*/
regex:
	/*!re2c
	regex "/"          { AS(lexer_regex(x, start)); }
	regex | [\\]       { AS(lexer_error(x, start, "this regular expression "
	                                    "has no closing '/'")); }
	*                  { AS(lexer_stray(x, start)); }
	*/
}

/* Between [ ], in holes, and in the parentheses of both. */
bool
scan_inner(struct lexer *x)
{
	const unsigned char *p = (const unsigned char *)x->cursor, *marker;
	const char *start = x->cursor;

	/*!re2c
	"\x00"             { return false; }
	blank+             { AS(); }
	"\n"               { AS(lexer_newline(x, start)); }
	comment            { AS(lexer_comment(x, start)); }
	name ("." name)*   { AS(lexer_inner_word(x, start)); }
	digits             { AS(lexer_number(x, start)); }
	digits "." digits  { AS(lexer_real(x, start)); }
	digits name        { AS(lexer_error(x, start, "this is neither a name "
	                                    "nor a number")); }
	"\"" quoted "\""   { AS(lexer_quote(x, start, true)); }
	"\"" quoted        { AS(lexer_quote(x, start, false)); }
	"["                { AS(lexer_index(x, start)); }
	"("                { AS(lexer_open(x, FRAME_GROUP, T_LPAREN, start)); }
	[)}\]]             { AS(lexer_close(x, *start, start)); }
	":"                { AS(lexer_colon(x, start)); }
	"^="               { TOKEN(EXACT); }
	"^"                { TOKEN(CARET); }
	".."               { TOKEN(DOTDOT); }
	"."                { TOKEN(DOT); }
	"=="               { TOKEN(EQ); }
	"!="               { TOKEN(NE); }
	"<="               { TOKEN(LE); }
	">="               { TOKEN(GE); }
	"<"                { TOKEN(LT); }
	">"                { TOKEN(GT); }
	"="                { TOKEN(ASSIGN); }
	","                { TOKEN(COMMA); }
	"+"                { TOKEN(PLUS); }
	"-"                { TOKEN(MINUS); }
	"*"                { TOKEN(STAR); }
	"/"                { TOKEN(SLASH); }
	"%"                { TOKEN(PERCENT); }
	*                  { AS(lexer_stray(x, start)); }
	*/
}

/* Behind the colon of a hole. */
bool
scan_labels(struct lexer *x)
{
	const unsigned char *p = (const unsigned char *)x->cursor, *marker;
	const char *start = x->cursor;

	/*!re2c
	"\x00"             { return false; }
	blank+             { AS(); }
	"\n"               { AS(lexer_newline(x, start)); }
	comment            { AS(lexer_comment(x, start)); }
	[A-Za-z0-9_.-]+    { TOKEN(LABEL); }
	"\"" quoted "\""   { AS(lexer_quote(x, start, true)); }
	"\"" quoted        { AS(lexer_quote(x, start, false)); }
	","                { TOKEN(COMMA); }
	[)}\]]             { AS(lexer_close(x, *start, start)); }
	*                  { AS(lexer_stray(x, start)); }
	*/
}
