/* weft.json: what is written is read, and what is wrong is told. */
#include <string.h>

#include "../../runtime/io/manifest.h"
#include "../lib/check.h"
#include "io_tree.h"

static weft_manifest_option options[] = {
	{"tp", NULL, 8, false}, {"big", NULL, INT64_MIN, false},
	{"prefix", "a\"\\\n\xc3\xa9", 0, false}, {"empty", "", 0, false},
	{"ep", "true", 0, true}, {"scale", "0.25", 0, true}};
static weft_manifest_variant variants[] = {{"packed_mtp", true},
                                           {"tied", false}};
static const char base[] = "{ \"a\" :1e-06, \"b\":[1 ,[ ] ,\n{ }],\"c\": "
                           "\"x, \\\"{: \"\t}";
static weft_manifest_config configs[] = {{"base", base, sizeof base - 1},
                                         {"of.it", "{}", 2}};
static const weft_manifest full = {"qwen3_moe", "vllm_tpu", options, variants,
                                   6, 2, configs, 2, "fused:tp=2"};
static const weft_manifest bare = {"m", "l", NULL, NULL, 0, 0, NULL, 0, NULL};

static const char full_text[] =
	"{\n"
	"  \"weft\": 1,\n"
	"  \"model\": \"qwen3_moe\",\n"
	"  \"layout\": \"vllm_tpu\",\n"
	"  \"options\": {\n"
	"    \"tp\": 8,\n"
	"    \"big\": -9223372036854775808,\n"
	"    \"prefix\": \"a\\\"\\\\\\u000a\xc3\xa9\",\n"
	"    \"empty\": \"\",\n"
	"    \"ep\": true,\n"
	"    \"scale\": 0.25\n"
	"  },\n"
	"  \"variants\": {\n"
	"    \"packed_mtp\": true,\n"
	"    \"tied\": false\n"
	"  },\n"
	"  \"from\": \"fused:tp=2\",\n"
	"  \"configs\": {\n"
	"    \"base\": {\n"
	"      \"a\": 1e-06,\n"
	"      \"b\": [\n"
	"        1,\n"
	"        [],\n"
	"        {}\n"
	"      ],\n"
	"      \"c\": \"x, \\\"{: \"\n"
	"    },\n"
	"    \"of.it\": {}\n"
	"  }\n"
	"}\n";
static const char bare_text[] =
	"{\n"
	"  \"weft\": 1,\n"
	"  \"model\": \"m\",\n"
	"  \"layout\": \"l\",\n"
	"  \"options\": {},\n"
	"  \"variants\": {}\n"
	"}\n";

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
same(const weft_manifest *a, const weft_manifest *b)
{
	if (!same_text(a->model, b->model) ||
	    !same_text(a->layout, b->layout) ||
	    !same_text(a->from, b->from) || a->noptions != b->noptions ||
	    a->nvariants != b->nvariants || a->nconfigs != b->nconfigs)
		return false;
	for (size_t i = 0; i < a->noptions; i++)
		if (!same_text(a->options[i].name, b->options[i].name) ||
		    !same_text(a->options[i].text, b->options[i].text) ||
		    a->options[i].bare != b->options[i].bare ||
		    a->options[i].number != b->options[i].number)
			return false;
	for (size_t i = 0; i < a->nvariants; i++)
		if (!same_text(a->variants[i].name, b->variants[i].name) ||
		    a->variants[i].on != b->variants[i].on)
			return false;
	return true;
}

static void
check_round_trip(const char *name, const weft_manifest *m, const char *want)
{
	weft_text t = {0};
	weft_arena a = {0};
	weft_errors e = {0};
	weft_manifest back;
	int code;

	weft_manifest_write(m, &t);
	CHECK(name, strcmp(t.data, want) == 0, "%s", t.data);
	code = weft_manifest_read(&back, "weft.json", t.data, t.size, &a, &e);
	CHECK("and back", !code && same(m, &back), "%d %s", code,
	      tree_messages(&e));
	weft_text_free(&t);
	weft_manifest_write(&back, &t);
	CHECK("and once more", strcmp(t.data, want) == 0, "%s", t.data);
	weft_text_free(&t);
	weft_arena_free(&a);
}

static const struct {
	const char *text, *message;
} bad[] = {
	{"", "empty"},
	{"[]", "expected an object"},
	{"{}", "member weft is missing"},
	{"{\"weft\": 2, \"model\": 5}", "newer weft"},
	{"{\"weft\": 0, \"model\": \"m\", \"layout\": \"l\"}", "positive"},
	{"{\"weft\": 1.0, \"model\": \"m\", \"layout\": \"l\"}",
	 "weft.json:1:10: weft is a real number"},
	{"{\"weft\": 1, \"layout\": \"l\"}", "member model is missing"},
	{"{\"weft\": 1, \"model\": null, \"layout\": \"l\"}", "model is null"},
	{"{\"weft\": 1,\n \"model\": \"m\", \"layout\": 3}",
	 "weft.json:2:26: layout is an integer, expected a string"},
	{"{\"weft\": 1, \"model\": \"m\", \"layout\": \"l\", \"options\": []}",
	 "options is a list, expected an object"},
	{"{\"weft\": 1, \"model\": \"m\", \"layout\": \"l\", \"options\": "
	 "{\"tp\": null}}", "options.tp is null"},
	{"{\"weft\": 1, \"model\": \"m\", \"layout\": \"l\", \"options\": "
	 "{\"t.p\": [1]}}", "options[\"t.p\"] is a list"},
	{"{\"weft\": 1, \"model\": \"m\", \"layout\": \"l\", \"variants\": "
	 "{\"v\": 1}}", "variants.v is an integer, expected true or false"},
	{"{\"weft\": 1, \"model\": \"m\", \"layout\": \"l\", \"configs\": "
	 "{\"base\": \"x\"}}", "configs.base is a string, expected an object"},
	{"{\"weft\": 1, \"weft\": 1}", "duplicate"},
};

static void
check_bad(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		weft_arena a = {0};
		weft_errors e = {0};
		weft_manifest m;
		char name[64];
		int code = weft_manifest_read(&m, "weft.json", bad[i].text,
		                              strlen(bad[i].text), &a, &e);
		const char *said = tree_messages(&e);

		snprintf(name, sizeof name, "refused: %s", bad[i].message);
		CHECK(name, code == WEFT_BAD && strstr(said, bad[i].message),
		      "%d %s", code, said);
		weft_arena_free(&a);
	}
}

static void
check_lenient(void)
{
	static const char text[] =
		"{\"tool\": [1, {}], \"layout\": \"l\", \"weft\": 1, "
		"\"variants\": null, \"model\": \"m\"}";
	weft_arena a = {0};
	weft_errors e = {0};
	weft_manifest m;
	int code = weft_manifest_read(&m, "weft.json", text, strlen(text), &a,
	                              &e);

	CHECK("unknown members are ignored", !code && same(&m, &bare),
	      "%d %s", code, tree_messages(&e));
	weft_arena_free(&a);
}

int
main(void)
{
	check_round_trip("write", &full, full_text);
	check_round_trip("write without options", &bare, bare_text);
	check_bad();
	check_lenient();
	CHECK("look up", weft_manifest_option_of(&full, "prefix") ==
	      &options[2] && !weft_manifest_option_of(&full, "x") &&
	      weft_manifest_variant_of(&full, "tied") == &variants[1] &&
	      !weft_manifest_variant_of(&full, "tp"), "wrong");
	return check_done();
}
