/* Reading JSON: values by path, and what is refused and where. */
#include <stdlib.h>
#include <string.h>

#include "../../runtime/io/json.h"
#include "../../runtime/text.h"
#include "../lib/check.h"

static const char document[] =
	"{\"hidden_size\": 2048, \"eps\": 1e-06, \"tied\": false,\n"
	" \"none\": null, \"four\": 4.0, \"name\": \"q\\u0077en\",\n"
	" \"rope\": {\"sections\": [16, 24, -40]},\n"
	" \"rank_pattern\": {\".*\\\\.gate\": 8},\n"
	" \"big\": 9223372036854775807, \"small\": -9223372036854775808}";

static weft_json *
parse(const char *text)
{
	weft_errors e = {0};
	weft_json *v = weft_json_parse("t.json", text, strlen(text), &e);

	weft_errors_free(&e);
	return v;
}

static const struct {
	const char *path;
	enum weft_json_kind kind;
	int64_t number;
} values[] = {
	{"hidden_size", WEFT_JSON_INT, 2048},
	{"eps", WEFT_JSON_REAL, 0},
	{"tied", WEFT_JSON_BOOL, 0},
	{"none", WEFT_JSON_NULL, 0},
	{"none.x", WEFT_JSON_ABSENT, 0},
	{"four", WEFT_JSON_REAL, 0},
	{"name", WEFT_JSON_STRING, 0},
	{"name[0]", WEFT_JSON_ABSENT, 0},
	{"rope", WEFT_JSON_OBJECT, 0},
	{"rope[0]", WEFT_JSON_ABSENT, 0},
	{"rope.sections", WEFT_JSON_LIST, 0},
	{"rope.sections[1]", WEFT_JSON_INT, 24},
	{"rope.sections[2]", WEFT_JSON_INT, -40},
	{"rope.sections[3]", WEFT_JSON_ABSENT, 0},
	{"rope.sections.x", WEFT_JSON_ABSENT, 0},
	{"rank_pattern[\".*\\.gate\"]", WEFT_JSON_INT, 8},
	{"absent", WEFT_JSON_ABSENT, 0},
	{"hidden_size.", WEFT_JSON_ABSENT, 0},
	{"big", WEFT_JSON_INT, INT64_MAX},
	{"small", WEFT_JSON_INT, INT64_MIN},
	{"", WEFT_JSON_OBJECT, 0},
};

static void
check_values(const weft_json *v)
{
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		const weft_json *at = weft_json_get(v, values[i].path);
		enum weft_json_kind kind = weft_json_kind(at);
		int64_t number = 0;
		bool is_int = weft_json_as_int(at, &number);
		char name[64];

		snprintf(name, sizeof name, "get %s", values[i].path);
		CHECK(name, kind == values[i].kind &&
		      is_int == (kind == WEFT_JSON_INT) &&
		      number == values[i].number, "%s, %lld",
		      weft_json_kind_name(kind), (long long)number);
	}
}

static void
check_scalars(const weft_json *v)
{
	const char *s = "";
	double d = 0;
	bool b = true;

	CHECK("string", weft_json_as_string(weft_json_get(v, "name"), &s) &&
	      strcmp(s, "qwen") == 0, "%s", s);
	CHECK("real", weft_json_as_real(weft_json_get(v, "eps"), &d) &&
	      d == 1e-6, "%g", d);
	CHECK("integer is no real",
	      !weft_json_as_real(weft_json_get(v, "hidden_size"), &d), "is");
	CHECK("boolean", weft_json_as_bool(weft_json_get(v, "tied"), &b) && !b,
	      "%d", b);
	b = true;
	CHECK("absent is no boolean",
	      !weft_json_as_bool(weft_json_get(v, "x"), &b) && b, "%d", b);
	CHECK("absent is no string",
	      !weft_json_as_string(weft_json_get(v, "x"), &s), "is");
}

static void
check_members(const weft_json *v)
{
	static const char order[] = "hidden_size eps tied none four name rope "
	                            "rank_pattern big small ";
	const weft_json *list = weft_json_get(v, "rope.sections");
	weft_text names = {0};
	int64_t last = 0;

	for (weft_json_member m = {0}; weft_json_next(v, &m);)
		weft_text_printf(&names, "%s ", m.name);
	CHECK("members in the order of the text",
	      strcmp(weft_text_cstr(&names), order) == 0, "%s",
	      weft_text_cstr(&names));
	weft_text_free(&names);
	CHECK("length", weft_json_length(list) == 3 && weft_json_length(v) == 10
	      && weft_json_length(NULL) == 0, "%zu", weft_json_length(list));
	CHECK("element", weft_json_as_int(weft_json_at(list, 2), &last) &&
	      last == -40 && !weft_json_at(list, 3) && !weft_json_at(v, 0),
	      "%lld", (long long)last);
	CHECK("no members of a list", !weft_json_next(list,
	      &(weft_json_member){0}), "some");
}

/* The text, and a part of the message that it must give. */
static const struct {
	const char *text, *message;
} bad[] = {
	{"", "empty"},
	{"{\"a\": 1,\n \"a\": 2}", "t.json:2:"},
	{"{\"a\": 1, \"\\u0061\": 2}", "duplicate"},
	{"{\"a\": {\"b\": 1, \"b\": 1}}", "duplicate"},
	{"{\"a\": 1,}", "t.json:1:"},
	{"{\"a\": 1} x", "end of file"},
	{"{\"a\": 9223372036854775808}", "too big"},
	{"{\"a\": 1e999}", "t.json:1:"},
	{"{\"a\": -NaN}", "t.json:1:"},
	{"{\"a\": NaN1}", "t.json:1:"},
	{"{\"a\": +Infinity}", "t.json:1:"},
	{"{\"a\": 5Infinity}", "t.json:1:"},
	{"{\"a\": NaN, \"b\": \"NaN}", "t.json:1:"},
	{"{\"a\": 01}", "t.json:1:"},
	{"{\"a\": \"\xff\"}", "0xff"},
	{"{\"a\": \"\\u0000\"}", "t.json:1:"},
	{"{\"a\": \"\\ud800\"}", "t.json:1:"},
	{"{// c\n}", "t.json:1:"},
	{"\xef\xbb\xbf{}", "byte order mark"},
	{"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
	{"<!doctype html>", "web page"},
	{"5", "t.json:1:"},
};

static void
print(weft_errors *e, char *buffer, size_t n)
{
	FILE *f = fmemopen(buffer, n, "w");

	weft_errors_print(e, f, "test");
	fclose(f);
}

static void
check_refused(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		weft_errors e = {0};
		char message[1024] = "", name[64];
		weft_json *v = weft_json_parse("t.json", bad[i].text,
		                               strlen(bad[i].text), &e);

		snprintf(name, sizeof name, "refused %.32s", bad[i].text);
		for (char *s = name; *s; s++)
			if (*s == '\n' || (unsigned char)*s > 126)
				*s = '~';
		print(&e, message, sizeof message);
		CHECK(name, !v && e.code == WEFT_BAD &&
		      strstr(message, bad[i].message), "%d %s", e.code,
		      message);
		weft_json_free(v);
	}
}

/* NaN and the like are values only where a value is. */
static void
check_python(void)
{
	static const char text[] =
		"{\"a\":NaN, \"b\": [Infinity,-Infinity], "
		"\"NaN\": \"-\\\"Infinity, NaN\", \"c\": 7}";
	weft_errors e = {0};
	weft_json *v = weft_json_parse("t.json", text, strlen(text), &e);
	const weft_json *list = weft_json_get(v, "b");
	double most = 0, least = 0;
	const char *s = "";

	CHECK("NaN is null", weft_json_kind(weft_json_get(v, "a")) ==
	      WEFT_JSON_NULL, "%d", e.count);
	CHECK("Infinity is large",
	      weft_json_as_real(weft_json_at(list, 0), &most) &&
	      weft_json_as_real(weft_json_at(list, 1), &least) &&
	      most > 1e307 && least < -1e307, "%g %g", most, least);
	CHECK("in strings they are text",
	      weft_json_as_string(weft_json_get(v, "NaN"), &s) &&
	      strcmp(s, "-\"Infinity, NaN") == 0, "%s", s);
	weft_json_free(v);
	weft_errors_free(&e);
}

static void
check_limits(void)
{
	size_t deep = 100000, large = WEFT_JSON_MAX + 1;
	char *text = malloc(large);
	weft_errors e = {0};

	memset(text, '[', deep);
	CHECK("deep nesting is an error",
	      !weft_json_parse("t.json", text, deep, &e) && e.code == WEFT_BAD,
	      "accepted");
	weft_errors_free(&e);
	e = (weft_errors){0};
	memset(text, ' ', large);
	memcpy(text, "{}", 2);
	CHECK("too long is an error",
	      !weft_json_parse("t.json", text, large, &e) &&
	      e.code == WEFT_BAD, "accepted");
	weft_errors_free(&e);
	e = (weft_errors){0};
	CHECK("a NUL byte is an error",
	      !weft_json_parse("t.json", "{\"a\0\": 1}", 9, &e), "accepted");
	weft_errors_free(&e);
	free(text);
}

int
main(void)
{
	weft_json *v = parse(document);

	CHECK("parse", v, "refused");
	check_values(v);
	check_scalars(v);
	check_members(v);
	weft_json_free(v);
	check_refused();
	check_python();
	check_limits();
	CHECK("value", weft_json_is_value("1.5", 3) &&
	      weft_json_is_value("\"a\"", 3) && !weft_json_is_value("a", 1) &&
	      !weft_json_is_value("1 2", 3) && !weft_json_is_value("", 0),
	      "no");
	return check_done();
}
