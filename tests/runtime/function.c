/* Functions of expressions: versions, lists that match, values by pattern. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "function.h"
#include "io/json.h"
#include "regex.h"

#define X(...)     (&(const weft_expr){__VA_ARGS__})
#define INT(v)     X(.op = WEFT_E_INT, .n = (v))
#define STRING(v)  X(.op = WEFT_E_STRING, .s = (v))
#define CONFIG(v)  X(.op = WEFT_E_CONFIG, .s = (v))
#define VERSION(x) X(.op = WEFT_E_VERSION, .a = (x))
#define MATCHING(x, r) X(.op = WEFT_E_MATCHING, .a = (x), .b = STRING(r))
#define LIST(x, y) X(.op = WEFT_E_LIST, .a = (x), .b = (y))
#define EACH(n, s) X(.op = WEFT_E_EACH, .a = (n), .b = STRING(s))
#define PATTERN(x, y) X(.op = WEFT_E_PATTERN, .a = (x), .b = (y))
/* layers.{l}.experts.{e}.gate, l < 48, e < 128 */
#define GATES  LIST(STRING("layers."), LIST(EACH(INT(48), "l"),      \
               LIST(STRING(".experts."), LIST(EACH(INT(128), "e"),   \
               LIST(STRING(".gate"), NULL)))))
#define DOWN   LIST(STRING("model.down_proj"), NULL)

static const char config_text[] =
	"{\"version\": \"0.19.1\", \"number\": 19, \"null\": null,"
	" \"list\": [\"q_proj\", \"k_proj\", \"mlp.up_proj\", \"up\"],"
	" \"mixed\": [\"q_proj\", 7], \"word\": \"all-linear\", \"object\": {},"
	" \"whole\": {\"down\": 1, \"x_proj\": 2, \"down_proj\": 3},"
	" \"regex\": {\"^down_proj\": 1, \"mod.*proj\": 2, \"down_proj\": 3},"
	" \"dots\": {\"model\\\\.down\": 1, \"m.del.down_proj\": 5},"
	" \"gates\": {\".*\\\\.up\": 4, \"gate\": 8},"
	" \"same\": {\"layers.7.experts.3.gate\": 8, \".*gate\": 8},"
	" \"differs\": {\"layers.7.experts.3.gate\": 16, \"gate\": 8},"
	" \"some\": {\"layers.0.experts.*\": 16},"
	" \"broken\": {\"gate\": 1, \"x(\": 2}, \"broken_first\": {\"a(b\": 2},"
	" \"hostile\": {\"((a|r)?.?)*((e|r)*)*x\": 2},"
	" \"hostile_list\": [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"]"
	"}";

struct fixture {
	weft_model model;
	weft_arena arena;
	weft_errors errors;
	weft_context context;
	weft_json *config;
	weft_scope at;
	char *said;
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.model = {.name = "test"}};
	weft_context_init(&f->context, &f->model, &f->arena, &f->errors);
	f->config = weft_json_parse("config.json", config_text,
	                            strlen(config_text), &f->errors);
	f->context.config = f->config;
	f->at = (weft_scope){.side = &f->context};
}

static void
end(struct fixture *f)
{
	free(f->said);
	weft_json_free(f->config);
	weft_arena_free(&f->arena);
	weft_errors_free(&f->errors);
}

static const struct example {
	const char *name;
	const weft_expr *x;
	const char *want;      /* as printed, or the message if .wrong */
	bool wrong;
} examples[] = {
	{"version_absent", VERSION(CONFIG("none")), "0", 0},
	{"version_null", VERSION(CONFIG("null")), "0", 0},
	{"version_number", VERSION(CONFIG("number")),
	 "config.json: number is 19, expected a version like", 1},
	{"version_word", VERSION(CONFIG("word")), "\"all-linear\", expected", 1},
	{"matching", MATCHING(CONFIG("list"), ".*_proj"),
	 "[\"q_proj\", \"k_proj\", \"mlp.up_proj\"]", 0},
	{"matching_whole", MATCHING(CONFIG("list"), "up|q"), "[\"up\"]", 0},
	{"matching_none", MATCHING(CONFIG("list"), "x"), "[]", 0},
	{"matching_absent", MATCHING(CONFIG("none"), "x"), "[]", 0},
	{"matching_null", MATCHING(CONFIG("null"), "x"), "[]", 0},
	{"matching_text", MATCHING(CONFIG("word"), "x"), "config.json: word is "
	 "\"all-linear\", expected a list of texts", 1},
	{"matching_object", MATCHING(CONFIG("object"), "x"),
	 "config.json: object is an object, expected a list", 1},
	{"matching_mixed", MATCHING(CONFIG("mixed"), "x"),
	 "mixed is [\"q_proj\", 7], expected a list of texts", 1},
	{"matching_broken", MATCHING(CONFIG("list"), "a(b"),
	 "\"a(b\" is no regular expression: missing closing parenthesis", 1},
	{"matching_hostile", MATCHING(CONFIG("hostile_list"), "((a|b)?.?)*[0-9]"),
	 "takes too many steps", 1},
	{"pattern_end", PATTERN(CONFIG("whole"), DOWN), "3", 0},
	{"pattern_first", PATTERN(CONFIG("regex"), DOWN), "2", 0},
	{"pattern_dots", PATTERN(CONFIG("dots"), DOWN), "5", 0},
	{"pattern_all", PATTERN(CONFIG("gates"), GATES), "8", 0},
	{"pattern_same", PATTERN(CONFIG("same"), GATES), "8", 0},
	{"pattern_none", PATTERN(CONFIG("whole"), GATES), "absent", 0},
	{"pattern_no_object", PATTERN(CONFIG("none"), GATES), "absent", 0},
	{"pattern_null", PATTERN(CONFIG("null"), GATES), "absent", 0},
	{"pattern_empty", PATTERN(CONFIG("object"), GATES), "absent", 0},
	{"pattern_list", PATTERN(CONFIG("list"), GATES),
	 "config.json: list is a list, expected an object of names", 1},
	{"pattern_differs", PATTERN(CONFIG("differs"), GATES),
	 "config.json: differs gives 8 for layers.0.experts.0.gate and 16 for "
	 "layers.7.experts.3.gate; one value for all of them", 1},
	{"pattern_some", PATTERN(CONFIG("some"), GATES),
	 "some gives 16 for layers.0.experts.0.gate and nothing for "
	 "layers.1.experts.0.gate", 1},
	{"pattern_broken", PATTERN(CONFIG("broken_first"), GATES),
	 "config.json: broken_first: the name \"a(b\" is no regular expression:"
	 " missing closing parenthesis, at byte 3", 1},
	{"pattern_not_reached", PATTERN(CONFIG("broken"), GATES), "1", 0},
	{"pattern_hostile", PATTERN(CONFIG("hostile"), GATES),
	 "config.json: hostile: the name \"((a|r)?.?)*((e|r)*)*x\" takes too "
	 "many steps", 1},
};

static void
check_example(const struct example *e)
{
	struct fixture f;
	weft_text t = {0};
	weft_value v;
	size_t n;
	FILE *out;

	begin(&f);
	v = weft_eval(&f.at, e->x);
	weft_value_print(&t, v);
	out = open_memstream(&f.said, &n);
	weft_errors_print(&f.errors, out, "test");
	fclose(out);
	if (e->wrong)
		CHECK(e->name, v.kind == WEFT_V_ERROR && f.errors.count == 1 &&
		      strstr(f.said, e->want), "%d messages: %s",
		      f.errors.count, f.said);
	else
		CHECK(e->name, v.kind != WEFT_V_ERROR && f.errors.count == 0 &&
		      strcmp(weft_text_cstr(&t), e->want) == 0, "%s %s",
		      weft_text_cstr(&t), f.said);
	weft_text_free(&t);
	end(&f);
}

/* Each is below the next; those of one line are the same. */
static void
check_versions(void)
{
	static const char *const order[] = {
		"0", "0.0.1.dev1", "0.9", "0.19.0", "0.19.1.dev0@0a1b2c",
		"0.19.1.dev2", "0.19.1a1.dev1", "0.19.1a1", "0.19.1b1",
		"0.19.1-rc.1", "0.19.1rc2", "0.19.1", "0.19.1.post1",
		"0.19.1.1", "0.19.2", "0.19.10", "0.20.0", "1.0", "4.57.1",
		"5.0.0.dev0", "5", "2024.10.5",
	};
	static const char *const same[] = {"0.19.1", "v0.19.1", "0.19.1.0",
	                                   "0.19.1+cu128", "0.19.1@main"};
	static const char *const wrong[] = {"", "main", "0.", "0.19.x", "1.0-5",
	                                    "1.4096", "1.2.3.4.5", "1.0dev9999",
	                                    "1 ", ".1", "1..2"};
	int64_t a, b = -1;
	bool good = true;

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		a = b;
		good = weft_version_number(order[i], &b) && a < b && b > 0;
		CHECK(order[i], good, "%lld, then %lld", (long long)a,
		      (long long)b);
	}
	weft_version_number(same[0], &a);
	for (size_t i = 1; i < sizeof same / sizeof *same; i++)
		CHECK(same[i], weft_version_number(same[i], &b) && a == b,
		      "%lld, not %lld", (long long)b, (long long)a);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK("no_version", !weft_version_number(wrong[i], &a), "%s",
		      wrong[i]);
}

/* Every expert of a large model, by expressions that need PCRE2. */
static void
check_time(void)
{
	struct fixture f;
	struct timespec from, to;
	double ms;

	begin(&f);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	weft_eval(&f.at, PATTERN(CONFIG("same"), GATES));
	weft_eval(&f.at, PATTERN(CONFIG("gates"), GATES));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	ms = (double)(to.tv_sec - from.tv_sec) * 1e3 +
	     (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	CHECK("pattern_time", ms < 500, "%.1f ms", ms);
	printf("# two patterns of 6144 names: %.1f ms\n", ms);
	end(&f);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		check_example(&examples[i]);
	check_versions();
	check_time();
	return check_done();
}
