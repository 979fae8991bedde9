/* What the regular expressions of keys refuse, where, and with which words. */
#include <stdlib.h>
#include <string.h>

#include "../../compiler/out.h"
#include "../../compiler/pattern.h"
#include "../lib/check.h"

static const struct {
	const char *regex;
	size_t at;
	const char *text; /* part of the message */
} refused[] = {
	{"", 0, "an empty expression matches no key"},
	{"a(?=b)", 1, "'(?=' look-ahead is not supported: patterns stay"},
	{"a(?!b)", 1, "'(?!' look-ahead is not supported"},
	{"(?<=a)b", 0, "'(?<=' look-behind is not supported"},
	{"(?<!a)b", 0, "'(?<!' look-behind is not supported"},
	{"x(?:a)", 1, "'(?:' is not needed"},
	{"(?P<l>a)", 0, "a named group is written '(?<name>...)'"},
	{"(?i)a", 0, "a group is '(...)' or '(?<name>...)'"},
	{"(?<>a)", 3, "the name of a group is letters"},
	{"(?<1>a)", 3, "the name of a group is letters"},
	{"(?<a", 3, "the name of a group is letters"},
	{"(?<l>a)b(?<l>c)", 8, "two groups are named 'l'"},
	{"a(?<l>\\d)*", 1, "'l' is inside a repetition"},
	{"a(b(?<l>\\d)c){2}", 3, "'l' is inside a repetition"},
	{"(?<l>\\d)?", 0, "'l' is inside a repetition"},
	{"a|(?<l>\\d)", 2, "'l' is inside an alternation"},
	{"x(a|b(?<l>\\d))", 5, "'l' is inside an alternation"},
	{"(?<l>a(?<e>b))", 6, "'e' is inside another one"},
	{"(a)\\1", 3, "'\\1' back-reference is not supported"},
	{"a\\k<l>", 1, "'\\k' back-reference is not supported"},
	{"\\bword", 0, "matches the whole key"},
	{"\\p", 0, "'\\p' is not supported; the escapes are"},
	{"a\\", 1, "'\\' must be followed by a character"},
	{"\\x4", 0, "'\\x' must be followed by two hexadecimal"},
	{"\\x00", 0, "a key holds no NUL byte"},
	{"^a", 0, "'^' is not needed"},
	{"a$", 1, "'$' is not needed"},
	{"*a", 0, "'*' has nothing to repeat"},
	{"a|+", 2, "'+' has nothing to repeat"},
	{"{2}", 0, "'{' has nothing to repeat"},
	{"a}", 1, "'}' closes nothing"},
	{"a]", 1, "']' closes nothing"},
	{"a)", 1, "')' closes nothing"},
	{"(a", 0, "')' is missing"},
	{"a(b|c", 1, "')' is missing"},
	{"a[bc", 1, "']' is missing"},
	{"a[b-", 2, "']' is missing"},
	{"[]", 0, "the class is empty"},
	{"[^]", 0, "the class is empty"},
	{"[^\\s\\S]", 0, "this class matches nothing"},
	{"[z-a]", 1, "the range goes backwards"},
	{"[\\d-z]", 1, "a range goes from one byte"},
	{"[a-\\d]", 1, "a range goes from one byte"},
	{"[[:alpha:]]", 1, "'[' inside a class"},
	{"[\303\251]", 1, "a class holds single bytes"},
	{"a*?", 1, "followed by '?'"},
	{"a++", 1, "followed by '+'"},
	{"a**", 1, "put it in a group"},
	{"a{2}{3}", 1, "put it in a group"},
	{"a{2,}", 1, "write 'X{2}X*'"},
	{"a{,2}", 1, "a repetition is '{m}' or '{m,n}'"},
	{"a{x}", 1, "a '{' itself is written '\\{'"},
	{"a{2", 1, "a repetition is '{m}' or '{m,n}'"},
	{"a{17}", 1, "n is from 1 to 16"},
	{"a{3,2}", 1, "not less than m"},
	{"a{0}", 1, "n is from 1 to 16"},
	{"a{99999999999999999999}", 1, "a repetition is '{m}'"},
	{"(((a{16}){16}){16}){16}", 0, "unfold to more than 4096"},
	{"((((){16}){16}){16}){16}", 0, "unfold to more than 4096"},
};

static const char *const accepted[] = {
	"a", "a|b", "(a|)", "()", "a.*\\.b", "[a-z_.-]+", "[^a]", "[\\]\\[^-]",
	"(?<l>\\d+)x(?<e>\\d+)", "((?<l>\\d+))y", "\\x2f\\/\\{\\}", "\303\251*",
	"a{16}", "a{0,1}", "(a{2}){3}", "\\d\\D\\w\\W\\s\\S\\t\\n\\r\\\\",
	"(((a{16}){16}){16})", "[-a]", "[a-]",
};

static void
check_refused(struct arena *a)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct regex_error e = {0, NULL};
		const char *r = refused[i].regex;
		struct pattern *p = pattern_regex(a, r, strlen(r), &e);
		char name[80];

		snprintf(name, sizeof name, "refused /%s/", r);
		CHECK(name, !p && e.at == refused[i].at &&
		      strstr(e.text, refused[i].text),
		      "%s at %zu, not '%s' at %zu",
		      p ? "no error" : e.text, e.at, refused[i].text,
		      refused[i].at);
	}
}

static void
check_accepted(struct arena *a)
{
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		struct regex_error e = {0, NULL};
		const char *r = accepted[i];
		struct pattern *p = pattern_regex(a, r, strlen(r), &e);
		char name[80];

		snprintf(name, sizeof name, "accepted /%s/", r);
		CHECK(name, p && !strcmp(p->source, r), "at %zu: %s", e.at,
		      p ? p->source : e.text);
	}
}

/* Bytes and sizes that no literal of this file can show. */
static void
check_bytes(struct arena *a)
{
	struct regex_error e = {0, NULL};
	struct out deep = {.arena = a}, longer = {.arena = a};

	CHECK("NUL", !pattern_regex(a, "a\0b", 3, &e) && e.at == 1,
	      "at %zu", e.at);
	CHECK("NUL in a class", !pattern_regex(a, "[a\0]", 4, &e) && e.at == 2,
	      "at %zu", e.at);
	CHECK("NUL behind a backslash",
	      !pattern_regex(a, "a\\\0", 3, &e) && e.at == 1, "at %zu", e.at);
	for (int i = 0; i < 200; i++)
		out_puts(&deep, "(");
	CHECK("deep", !pattern_regex(a, deep.text, deep.size, &e) &&
	      e.at == REGEX_DEPTH_MAX && strstr(e.text, "inside each other"),
	      "at %zu: %s", e.at, e.text);
	for (int i = 0; i < 5000; i++)
		out_puts(&longer, "a");
	CHECK("long", !pattern_regex(a, longer.text, longer.size, &e) &&
	      strstr(e.text, "longer than 4096 bytes"), "%s", e.text);
}

/* No input may read or write outside its bytes, or be taken half. */
static void
check_noise(struct arena *a)
{
	static const char bytes[] = "ab(|)[]{}*+?\\.^-,16<>=dx:\303\251";
	unsigned seed = 7, parsed = 0;

	for (int i = 0; i < 200000; i++) {
		struct arena own = {0};
		struct regex_error e = {0, NULL};
		size_t size = 1 + (size_t)i % 9;
		char *text = malloc(size);

		for (size_t k = 0; k < size; k++) {
			seed = seed * 1664525 + 1013904223;
			text[k] = bytes[(seed >> 9) % (sizeof bytes - 1)];
		}
		if (pattern_regex(&own, text, size, &e))
			parsed++;
		else if (!e.text || e.at > size)
			CHECK("noise", false, "%.*s", (int)size, text);
		free(text);
		arena_free(&own);
	}
	CHECK("noise", a && parsed > 2000 && parsed < 198000, "%u parsed",
	      parsed);
}

int
main(void)
{
	struct arena arena = {0};

	check_refused(&arena);
	check_accepted(&arena);
	check_bytes(&arena);
	check_noise(&arena);
	arena_free(&arena);
	return check_done();
}
