/* Which regular expressions keys can be written from, as what, or why not. */
#include <string.h>

#include "../../compiler/invert.h"
#include "../../compiler/out.h"
#include "../lib/check.h"

static const struct {
	const char *regex;
	const char *template; /* as re2c, or NULL */
	const char *why;
} cases[] = {
	{"layers\\.(?<l>\\d+)\\.w", "\"layers.\" @s0 num @e0 \".w\"", ""},
	{"l(?<l>[0-9]+)", "\"l\" @s0 num @e0", ""},
	{"l(?<l>0|[1-9][0-9]*)", "\"l\" @s0 num @e0", ""},
	{"l(?<l>\\d)", "\"l\" @s0 ([\\x30-\\x39]){1} @e0", ""},
	{"l(?<l>\\d\\d{2})", "\"l\" @s0 ([\\x30-\\x39]){3} @e0", ""},
	{"(?<p>up|gate|up)_w",
	 "@s0 (\"gate\" | \"up\") @e0 \"_w\"", ""},
	{"(?<p>[ab]c?)",
	 "@s0 (\"a\" | \"ac\" | \"b\" | \"bc\") @e0", ""},
	{"(a|a)b[c]d{2}", "\"abcdd\"", ""},
	{"(?<x>a)(?<y>)", "@s0 \"a\" @e0 @s1 \"\" @e1", ""},
	{"a.*b", NULL, "'.*' outside a named group matches more than one text"},
	{"x(a.b)y", NULL, "'.' outside a named group matches"},
	{"w(a|b)y", NULL, "'(a|b)' outside a named group matches"},
	{"a|b", NULL, "'a|b' outside a named group matches"},
	{"ab?(?<l>\\d)", NULL, "'b?' outside a named group matches"},
	{"(?<x>.*)", NULL, "the group 'x' matches neither the numbers"},
	{"(?<x>[1-9]\\d*)", NULL, "the group 'x' matches neither"},
	{"(?<x>\\d{1,3})", NULL, "the group 'x' matches neither"},
	{"(?<x>a*)", NULL, "nor at most 256 words"},
	{"(?<x>(a{16}|b{16})+)", NULL, "nor at most 256 words"},
};

static void
check_template(struct arena *a)
{
	struct automata *all = automata_new(a);
	struct pattern *p = pattern_new(a);
	const char *why = "";

	pattern_text(p, "w", 1);
	pattern_any(p, "x..");
	CHECK("a template is its own", pattern_invert(all, p, &why) == p, "%s",
	      why);
}

int
main(void)
{
	struct arena arena = {0};
	struct automata *all = automata_new(&arena);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct regex_error e;
		const char *r = cases[i].regex, *why = "";
		struct pattern *p = pattern_regex(&arena, r, strlen(r), &e);
		const struct pattern *to = pattern_invert(all, p, &why);
		struct out o = {.arena = &arena};

		if (to)
			pattern_re2c(to, &o);
		if (cases[i].template)
			CHECK(r, to && !strcmp(o.text, cases[i].template),
			      "%s %s", to ? o.text : "nothing", why);
		else
			CHECK(r, !to && strstr(why, cases[i].why), "%s %s",
			      to ? o.text : "nothing", why);
	}
	check_template(&arena);
	arena_free(&arena);
	return check_done();
}
