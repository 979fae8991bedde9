/* Paths: steps, quoting, and what is malformed. */
#include <string.h>

#include "../../runtime/io/path.h"
#include "../lib/check.h"

/* Steps as "name|#index|…", or "!" and the offset where it is malformed. */
static const struct {
	const char *path, *steps;
} cases[] = {
	{"", ""},
	{"a", "a|"},
	{"hidden_size", "hidden_size|"},
	{"text_config.hidden_size", "text_config|hidden_size|"},
	{"rope.sections[0]", "rope|sections|#0|"},
	{"a[10][2].b", "a|#10|#2|b|"},
	{"[\"a.b\"].c", "a.b|c|"},
	{"rank_pattern[\".*\\.gate_up_proj\"]",
	 "rank_pattern|.*\\.gate_up_proj|"},
	{"x[\"a\\\"b\\\\c\\d\"]", "x|a\"b\\c\\d|"},
	{"x[\"\"]", "x||"},
	{"a-b.$c", "a-b|$c|"},
	{"0", "0|"},
	{".a", "!0"},
	{"a.", "!0"},
	{"a..b", "!0"},
	{"a[", "!1"},
	{"a[]", "!1"},
	{"a[01]", "!1"},
	{"a[-1]", "!1"},
	{"a[1", "!1"},
	{"a[99999999999999999999]", "!1"},
	{"a[\"b]", "!1"},
	{"a[\"b\"", "!1"},
	{"a b", "!0"},
	{"a[0]b", "!1"},
	{"a.[0]", "!0"},
};

static void
describe(const char *path, weft_text *out)
{
	const char *at = path;
	weft_step step = {0};

	while (weft_path_next(&at, &step)) {
		if (step.is_index)
			weft_text_printf(out, "#%zu", step.index);
		else
			weft_text_puts(out, weft_text_cstr(&step.name));
		weft_text_puts(out, "|");
	}
	if (*at) {
		out->size = 0;
		weft_text_printf(out, "!%zu", (size_t)(at - path));
	}
	weft_step_free(&step);
}

static void
check_steps(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_text got = {0};
		char name[96];
		size_t at;
		bool valid = weft_path_valid(cases[i].path, &at);

		snprintf(name, sizeof name, "path %s", cases[i].path);
		describe(cases[i].path, &got);
		CHECK(name, strcmp(weft_text_cstr(&got), cases[i].steps) == 0 &&
		      valid == (cases[i].steps[0] != '!'), "got %s, valid %d",
		      weft_text_cstr(&got), valid);
		weft_text_free(&got);
	}
}

/* A path built from a name leads to that name again. */
static void
check_names(void)
{
	static const char *const names[] = {"a", "a.b", "", "\"", "\\", "\\\"",
	                                    ".*\\.gate", "a[0]", "x y"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		weft_text path = {0}, got = {0}, want = {0};
		char name[64];

		weft_text_puts(&path, "top");
		weft_path_add(&path, names[i]);
		weft_text_printf(&want, "top|%s|", names[i]);
		describe(path.data, &got);
		snprintf(name, sizeof name, "path to the name %s", names[i]);
		CHECK(name, strcmp(got.data, want.data) == 0, "%s is %s",
		      path.data, got.data);
		weft_text_free(&path);
		weft_text_free(&got);
		weft_text_free(&want);
	}
}

int
main(void)
{
	check_steps();
	check_names();
	return check_done();
}
