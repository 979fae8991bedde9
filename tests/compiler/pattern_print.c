/* Patterns as text: in the spelling of the user and in re2c's. */
#include <string.h>

#include "../../compiler/out.h"
#include "../../compiler/pattern.h"
#include "../lib/check.h"

static struct arena arena;

static void
check_print(const char *name, const struct pattern *p, const char *want)
{
	struct out o = {.arena = &arena};

	pattern_print(p, &o);
	CHECK(name, !strcmp(o.text, want), "%s, not %s", o.text, want);
}

static void
check_re2c(const char *name, const struct pattern *p, const char *want,
           int holes)
{
	struct out o = {.arena = &arena};
	const int n = pattern_re2c(p, &o);

	CHECK(name, !strcmp(o.text, want) && n == holes && p->holes == holes,
	      "%s with %d of %d holes", o.text, n, p->holes);
}

static void
check_template(void)
{
	static const char *const words[] = {"w1", "w3"};
	struct pattern *p = pattern_new(&arena);

	pattern_text(p, "model.", 6);
	pattern_text(p, "layers.", 7);
	pattern_number(p, "l - K");
	pattern_text(p, ".", 1);
	pattern_words(p, "p:w1,w3", words, 2);
	pattern_digits(p, "t^=2", 2);
	pattern_segment(p, "x.");
	pattern_any(p, "y..");
	check_print("print a template", p,
	            "model.layers.{l - K}.{p:w1,w3}{t^=2}{x.}{y..}");
	check_re2c("re2c of a template", p,
	           "\"model.layers.\" @s0 num @e0 \".\" "
	           "@s1 (\"w1\" | \"w3\") @e1 @s2 ([\\x30-\\x39]){2} @e2 "
	           "@s3 ([\\x01-\\x2d\\x2f-\\xff])+ @e3 "
	           "@s4 ([\\x01-\\xff])+ @e4", 5);
	CHECK("hole 2", pattern_hole(p, 2)->kind == PATTERN_DIGITS &&
	      pattern_hole(p, 2)->digits == 2, "%s", pattern_hole(p, 2)->hole);
	CHECK("hole 5", !pattern_hole(p, 5), "there is one");
	CHECK("words", pattern_hole(p, 1)->nwords == 2 &&
	      !strcmp(pattern_hole(p, 1)->words[1], "w3"), "%s",
	      pattern_hole(p, 1)->words[1]);
}

static void
check_quotes(void)
{
	struct pattern *p = pattern_new(&arena);

	check_print("print nothing", p, "\"\"");
	check_re2c("re2c of nothing", p, "\"\"", 0);
	pattern_text(p, "a b\"{\\\n", 7);
	pattern_number(p, "l");
	check_print("print in quotes", p, "\"a b\\\"\\{\\\\\\x0a{l}\"");
	check_re2c("re2c of odd bytes", p,
	           "\"a\\040b\\042\\173\\134\\012\" @s0 num @e0", 1);
}

static void
check_regex(void)
{
	static const char text[] = "a\\.(x|y)+b(?<l>\\d{1,3})c?\\x{";
	struct regex_error e;
	struct pattern *p = pattern_regex(&arena, text, sizeof text - 4, &e);

	check_print("print a regex", p, "/a\\.(x|y)+b(?<l>\\d{1,3})c?/");
	check_re2c("re2c of a regex", p,
	           "\"a.\" ((\"x\" | \"y\"))+ \"b\" "
	           "@s0 ([\\x30-\\x39]){1,3} @e0 (\"c\"){0,1}", 1);
	CHECK("parts", p->parts->kind == PATTERN_TEXT &&
	      p->parts->next->kind == PATTERN_PIECE &&
	      p->last->kind == PATTERN_PIECE &&
	      pattern_hole(p, 0)->kind == PATTERN_GROUP, "other parts");
}

int
main(void)
{
	check_template();
	check_quotes();
	check_regex();
	arena_free(&arena);
	return check_done();
}
