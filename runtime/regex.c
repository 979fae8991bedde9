#include "regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "text.h"

/* A name of a module matches within a hundred steps or so; an expression that
 * tries all ways to split it takes millions. */
enum { STEPS = 10000, HEAP_KIB = 1024, LONGEST = 65536 };

struct weft_regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* Letters and digits are those of Unicode, a line ends with "\n", and the
 * whole text is meant. */
static pcre2_code *
compile(const weft_text *t, int *error, size_t *at)
{
	pcre2_compile_context *c = pcre2_compile_context_create(NULL);
	pcre2_code *code;

	if (!c)
		weft_out_of_memory();
	pcre2_set_newline(c, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)t->data, t->size,
	                     PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED |
	                     PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C,
	                     error, at, c);
	pcre2_compile_context_free(c);
	return code;
}

static weft_regex *
make(pcre2_code *code)
{
	weft_regex *r = malloc(sizeof *r);

	if (!r)
		weft_out_of_memory();
	r->code = code;
	r->data = pcre2_match_data_create(1, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (!r->data || !r->limits)
		weft_out_of_memory();
	pcre2_set_match_limit(r->limits, STEPS);
	pcre2_set_depth_limit(r->limits, STEPS);
	pcre2_set_heap_limit(r->limits, HEAP_KIB);
	return r;
}

weft_regex *
weft_regex_new(const char *before, const char *text, const char *behind,
               size_t *at, char error[WEFT_REGEX_ERROR])
{
	size_t n = strlen(text), skip = strlen(before);
	weft_text whole = {0};
	pcre2_code *code;
	int number;

	if (n > LONGEST) {
		*at = LONGEST;
		strcpy(error, "it is too long");
		return NULL;
	}
	weft_text_puts(&whole, before);
	weft_text_puts(&whole, text);
	weft_text_puts(&whole, behind);
	code = compile(&whole, &number, at);
	weft_text_free(&whole);
	if (code)
		return make(code);
	*at = *at < skip ? 0 : *at - skip > n ? n : *at - skip;
	if (pcre2_get_error_message(number, (PCRE2_UCHAR *)error,
	                            WEFT_REGEX_ERROR) < 0)
		error[WEFT_REGEX_ERROR - 1] = '\0';
	return NULL;
}

int
weft_regex_match(const weft_regex *r, const char *text)
{
	int n = pcre2_match(r->code, (PCRE2_SPTR)text, strlen(text), 0, 0,
	                    r->data, r->limits);

	return n >= 0 ? 1 : n == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

void
weft_regex_free(weft_regex *r)
{
	if (!r)
		return;
	pcre2_code_free(r->code);
	pcre2_match_data_free(r->data);
	pcre2_match_context_free(r->limits);
	free(r);
}
