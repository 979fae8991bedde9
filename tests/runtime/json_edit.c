/* Edits of JSON texts against the text that a person would expect. */
#include <stdlib.h>
#include <string.h>

#include "../../runtime/io/edit.h"
#include "../../runtime/io/json.h"
#include "../lib/check.h"

enum op { SET, REMOVE, RENAME, INSERT, DELETE };

struct edit {
	enum op op;
	const char *path, *value, *before, *after;
};

static const struct edit edits[] = {
	/* replacing: everything else byte for byte */
	{SET, "b", "7", "{\"a\": 1e-06, \"b\": 0.1, \"c\": 1.0}",
	 "{\"a\": 1e-06, \"b\": 7, \"c\": 1.0}"},
	{SET, "b", "[1, 2]", "{\n\t\"b\":{ \"x\" :[1 ] }  ,\n \"c\":\"}\"}\n",
	 "{\n\t\"b\":[1, 2]  ,\n \"c\":\"}\"}\n"},
	{SET, "a.b[1].c", "null", "{\"a\":{\"b\":[{},{\"c\":\"\\\"]\"}]}}",
	 "{\"a\":{\"b\":[{},{\"c\":null}]}}"},
	{SET, "a", "\"x\"", "{\"\\u0061\": \"y\"}", "{\"\\u0061\": \"x\"}"},
	{SET, "a", "2", "{\"A\": 0, \"aa\": 0, \"\\\\u0061\": 0, \"a\": 1}",
	 "{\"A\": 0, \"aa\": 0, \"\\\\u0061\": 0, \"a\": 2}"},
	{SET, "[\"\xc3\xa9\xf0\x9f\x98\x80\"]", "2",
	 "{\"\\u00e9\\ud83d\\ude00\": 1}", "{\"\\u00e9\\ud83d\\ude00\": 2}"},
	{SET, "[\"a\\\"\\\\\\nb\"]", "2", "{\"a\\\"\\\\\\\\nb\": 1}",
	 "{\"a\\\"\\\\\\\\nb\": 2}"},
	{SET, "rank_pattern[\".*\\.gate_up_proj\"]", "16",
	 "{\"rank_pattern\": {\".*\\\\.gate_up_proj\": 8}}",
	 "{\"rank_pattern\": {\".*\\\\.gate_up_proj\": 16}}"},
	{SET, "[1]", "9", "[1, 2 , 3]", "[1, 9 , 3]"},
	/* adding: in front, in the style of the neighbours */
	{SET, "c", "3", "{\"a\": 1, \"b\": 2}",
	 "{\"c\": 3, \"a\": 1, \"b\": 2}"},
	{SET, "c", "3", "{\"a\":1,\"b\":2}", "{\"c\":3,\"a\":1,\"b\":2}"},
	{SET, "b", "3", "{\"a\":1}", "{\"b\":3,\"a\":1}"},
	{SET, "b", "3", "{\"a\": 1}", "{\"b\": 3, \"a\": 1}"},
	{SET, "b", "3", "{\"a\" : 1}", "{\"b\" : 3, \"a\" : 1}"},
	{SET, "b", "3", "{ \"a\": [1, {}] }", "{ \"b\": 3, \"a\": [1, {}] }"},
	{SET, "a", "1", "{}", "{\"a\": 1}"},
	{SET, "a", "1", "{\n}\n", "{\n  \"a\": 1\n}\n"},
	{SET, "b", "2", "{\n  \"a\": 1\n}", "{\n  \"b\": 2,\n  \"a\": 1\n}"},
	{SET, "b", "2", "{\n\t\"a\": 1\n}\n",
	 "{\n\t\"b\": 2,\n\t\"a\": 1\n}\n"},
	{SET, "b", "2", "{\r\n  \"a\": 1\r\n}\r\n",
	 "{\r\n  \"b\": 2,\r\n  \"a\": 1\r\n}\r\n"},
	{SET, "c", "3", "{\n \"a\": 1\n , \"b\": 2\n}",
	 "{\n \"c\": 3\n , \"a\": 1\n , \"b\": 2\n}"},
	{SET, "q.x", "2", "{\n  \"a\": 1,\n  \"q\": {},\n  \"z\": 0\n}\n",
	 "{\n  \"a\": 1,\n  \"q\": {\n    \"x\": 2\n  },\n  \"z\": 0\n}\n"},
	{SET, "q.x", "2", "{\n    \"a\": 1,\n    \"q\": { }\n}\n",
	 "{\n    \"a\": 1,\n    \"q\": {\n        \"x\": 2\n    }\n}\n"},
	{SET, "q.x", "2", "{\n  \"q\": {\n    \"y\": {},\n    \"z\": 0\n  }\n}\n",
	 "{\n  \"q\": {\n    \"x\": 2,\n    \"y\": {},\n    \"z\": 0\n  }\n}\n"},
	{SET, "q.r[\"s.t\"]", "2", "{\n  \"a\": 1\n}\n",
	 "{\n  \"q\": {\n    \"r\": {\n      \"s.t\": 2\n    }"
	 "\n  },\n  \"a\": 1\n}\n"},
	{SET, "q.r", "true", "{\"a\": 1}", "{\"q\": {\"r\": true}, \"a\": 1}"},
	{SET, "q.r", "2", "{\r\n\t\"q\": {}\r\n}",
	 "{\r\n\t\"q\": {\r\n\t\t\"r\": 2\r\n\t}\r\n}"},
	{SET, "q.r", "2", "{\"q\": null, \"z\": 1}",
	 "{\"q\": {\"r\": 2}, \"z\": 1}"},
	{SET, "rank_pattern[\".*\\.gate_up_proj\"]", "16",
	 "{\"rank_pattern\": {\"q_proj\": 4}}",
	 "{\"rank_pattern\": {\".*\\\\.gate_up_proj\": 16, \"q_proj\": 4}}"},
	{SET, "[\"a\\\"\\b\"]", "1", "{}", "{\"a\\\"\\\\b\": 1}"},
	{SET, "a", "2", " \n {\"a\":1} \n ", " \n {\"a\":2} \n "},
	/* removing */
	{REMOVE, "a", NULL, "{\"a\": 1, \"b\": 2}", "{\"b\": 2}"},
	{REMOVE, "b", NULL, "{\"a\": 1, \"b\": 2}", "{\"a\": 1}"},
	{REMOVE, "b", NULL, "{\"a\": 1 , \"b\": 2 , \"c\": 3 }",
	 "{\"a\": 1 , \"c\": 3 }"},
	{REMOVE, "c", NULL, "{\"a\": 1 , \"b\": 2 , \"c\": 3 }",
	 "{\"a\": 1 , \"b\": 2 }"},
	{REMOVE, "a", NULL, "{ \"a\": 1 }", "{}"},
	{REMOVE, "b", NULL, "{\n  \"a\": 1,\n  \"b\": [\n    1\n  ],\n"
	 "  \"c\": 3\n}\n", "{\n  \"a\": 1,\n  \"c\": 3\n}\n"},
	{REMOVE, "c", NULL, "{\r\n  \"a\": 1,\r\n  \"c\": 3\r\n}",
	 "{\r\n  \"a\": 1\r\n}"},
	{REMOVE, "x", NULL, "{\"a\": 1}", "{\"a\": 1}"},
	{REMOVE, "a.x", NULL, "{\"a\": 1}", "{\"a\": 1}"},
	{REMOVE, "a[1]", NULL, "{\"a\": [5, 6, 7]}", "{\"a\": [5, 7]}"},
	{REMOVE, "a[2]", NULL, "{\"a\": [5, 6, 7]}", "{\"a\": [5, 6]}"},
	{REMOVE, "a[3]", NULL, "{\"a\": [5, 6, 7]}", "{\"a\": [5, 6, 7]}"},
	/* renaming */
	{RENAME, "a", "z", "{\"a\" : 1, \"b\": {\"a\": 2}}",
	 "{\"z\" : 1, \"b\": {\"a\": 2}}"},
	{RENAME, "b.a", "z\"", "{\"a\": 1, \"b\": {\"a\": 2}}",
	 "{\"a\": 1, \"b\": {\"z\\\"\": 2}}"},
	{RENAME, "x", "z", "{\"a\": 1}", "{\"a\": 1}"},
	{RENAME, "a", "a", "{\"\\u0061\": 1}", "{\"\\u0061\": 1}"},
	/* lists */
	{INSERT, "t", "\"v\"", "{\"t\": [\"q\", \"k\"]}",
	 "{\"t\": [\"q\", \"k\", \"v\"]}"},
	{INSERT, "t", "\"v\"", "{\"t\":[\"q\"]}", "{\"t\":[\"q\",\"v\"]}"},
	{INSERT, "t", "\"v\"", "{\"t\": []}", "{\"t\": [\"v\"]}"},
	{INSERT, "t", "\"v\"", "{\n  \"t\": [\n    \"q\"\n  ]\n}\n",
	 "{\n  \"t\": [\n    \"q\",\n    \"v\"\n  ]\n}\n"},
	{INSERT, "t", "\"v\"", "{\n  \"t\": []\n}\n",
	 "{\n  \"t\": [\n    \"v\"\n  ]\n}\n"},
	{INSERT, "t", "\"v\"", "{\n  \"a\": 1\n}\n",
	 "{\n  \"t\": [\n    \"v\"\n  ],\n  \"a\": 1\n}\n"},
	{INSERT, "t", "3", "{\"t\": null}", "{\"t\": [3]}"},
	{INSERT, "", "3", "[1,2]", "[1,2,3]"},
	{INSERT, "t", "\"k\"", "{\"t\":[\"\\u006b\" ]}",
	 "{\"t\":[\"\\u006b\" ]}"},
	{INSERT, "t", "1", "{\"t\":[1.5, 1]}", "{\"t\":[1.5, 1]}"},
	{INSERT, "t", "[2, 1, [3, \"]\"], 2, \"1\"]", "{\"t\":[1, 4,5]}",
	 "{\"t\":[1, 4,5,2,[3, \"]\"],\"1\"]}"},
	{INSERT, "t", "[1,2]", "{\"t\": []}", "{\"t\": [1, 2]}"},
	{INSERT, "t", "[1, 2]", "{\"a\":[]}", "{\"t\":[1,2],\"a\":[]}"},
	{INSERT, "t", "[1, 2]", "{\n \"t\": []\n}",
	 "{\n \"t\": [\n  1,\n  2\n ]\n}"},
	{INSERT, "t", "[1, 2]", "{\n \"t\": [\n  1\n ]\n}",
	 "{\n \"t\": [\n  1,\n  2\n ]\n}"},
	{INSERT, "t", "[ ]", "{\"a\": 1}", "{\"a\": 1}"},
	{INSERT, "t", "[]", "{\"t\": null}", "{\"t\": null}"},
	{DELETE, "t", "\"k\"", "{\"t\": [\"q\", \"k\", \"v\"]}",
	 "{\"t\": [\"q\", \"v\"]}"},
	{DELETE, "t", "\"k\"", "{\"t\": [\"\\u006b\", \"q\", \"k\"]}",
	 "{\"t\": [\"q\"]}"},
	{DELETE, "t", "\"k\"", "{\"t\": [ \"k\", \"k\" ]}", "{\"t\": []}"},
	{DELETE, "t", "\"k\"", "{\"t\": [\"a\", \"k\", \"k\" ]}",
	 "{\"t\": [\"a\" ]}"},
	{DELETE, "t", "\"k\"", "{\n  \"t\": [\n    \"q\",\n    \"k\"\n  ]\n}\n",
	 "{\n  \"t\": [\n    \"q\"\n  ]\n}\n"},
	{DELETE, "t", "1", "{\"t\": [1, 1.0, \"1\", -1, 11, 1]}",
	 "{\"t\": [1.0, \"1\", -1, 11]}"},
	{DELETE, "t", "0.1", "{\"t\": [1e-1, 1, 0.10]}", "{\"t\": [1]}"},
	{DELETE, "t", "true", "{\"t\": [true, \"true\", null]}",
	 "{\"t\": [\"true\", null]}"},
	{DELETE, "t", "\"x\"", "{\"t\": [\"a\" , [\"x\"]]}",
	 "{\"t\": [\"a\" , [\"x\"]]}"},
	{DELETE, "x", "1", "{\"t\": [1]}", "{\"t\": [1]}"},
	{DELETE, "t", "[\"q\", 2, [3]]", "{\"t\": [\"q\", [3], 2, 2.0, 5]}",
	 "{\"t\": [[3], 2.0, 5]}"},
	{DELETE, "t", "[]", "{\"t\": [1 ]}", "{\"t\": [1 ]}"},
};

static int
apply(weft_edit *d, enum op op, const char *path, const char *value)
{
	switch (op) {
	case SET:
		return weft_edit_set(d, path, value);
	case REMOVE:
		return weft_edit_remove(d, path);
	case RENAME:
		return weft_edit_rename(d, path, value);
	case INSERT:
		return weft_edit_insert(d, path, value);
	case DELETE:
		return weft_edit_delete(d, path, value);
	}
	return -1;
}

static bool
is_json(const weft_text *t)
{
	return weft_json_is_value(weft_text_cstr(t), t->size);
}

static void
check_texts(void)
{
	static const char *const verb[] = {"set", "remove", "rename", "insert",
	                                   "delete"};

	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		const struct edit *c = &edits[i];
		weft_errors e = {0};
		weft_edit d;
		char name[64];
		int code = weft_edit_begin(&d, "c.json", c->before,
		                           strlen(c->before), &e);

		snprintf(name, sizeof name, "%02zu %s %s", i, verb[c->op],
		         c->path);
		if (!code)
			code = apply(&d, c->op, c->path, c->value);
		CHECK(name, !code && is_json(&d.text) &&
		      strcmp(d.text.data, c->after) == 0, "code %d, text %s",
		      code, weft_text_cstr(&d.text));
		weft_edit_free(&d);
		weft_errors_free(&e);
	}
}

/* What is refused, and a part of what is said; the text stays as it was. */
static const struct {
	enum op op;
	const char *path, *value, *text;
	int code;
	const char *message;
} refused[] = {
	{SET, "a.b", "1", "{\n  \"a\": \"s\"}", WEFT_BAD,
	 "c.json:2:8: a is a string, expected an object"},
	{SET, "x.y[0]", "1", "{\"a\": 1}", WEFT_BAD, "expected a list"},
	{SET, "a[2]", "1", "{\"a\": [1, 2]}", WEFT_BAD, "a longer list"},
	{SET, "a[0]", "1", "{\"a\": {}}", WEFT_BAD, "a is an object"},
	{SET, "b", "1", "[1]", WEFT_BAD, "the document is a list"},
	{SET, "a..b", "1", "{}", WEFT_INTERNAL, "malformed path"},
	{SET, "", "1", "{}", WEFT_INTERNAL, "whole document"},
	{SET, "a", "1,", "{}", WEFT_INTERNAL, "not JSON"},
	{SET, "a", " 1", "{}", WEFT_INTERNAL, "not JSON"},
	{SET, "a", "", "{}", WEFT_INTERNAL, "not JSON"},
	{RENAME, "a", "b", "{\"a\": 1, \"\\u0062\": 2}", WEFT_BAD, "both"},
	{RENAME, "a[0]", "b", "{\"a\": [1]}", WEFT_INTERNAL, "no name"},
	{INSERT, "a", "1", "{\"a\": {}}", WEFT_BAD, "expected a list"},
	{INSERT, "a.b", "1", "{\"a\": 1}", WEFT_BAD, "a is a number"},
	{DELETE, "a", "1", "{\"a\": true}", WEFT_BAD, "a is a boolean"},
	{DELETE, "q.t", "\"v\"", "{\"q\":\n{\"t\": \"q|v\"}}", WEFT_BAD,
	 "c.json:2:7: q.t is a string, expected a list (to edit q.t)"},
};

static void
check_refused(void)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const char *text = refused[i].text;
		char name[64], message[512] = "";
		FILE *f = fmemopen(message, sizeof message, "w");
		weft_errors e = {0};
		weft_edit d;
		int code = weft_edit_begin(&d, "c.json", text, strlen(text),
		                           &e);

		snprintf(name, sizeof name, "refused %02zu %s %s", i,
		         refused[i].path, refused[i].value);
		if (!code)
			code = apply(&d, refused[i].op, refused[i].path,
			             refused[i].value);
		weft_errors_print(&e, f, "test");
		fclose(f);
		CHECK(name, code == refused[i].code && e.code == code &&
		      strstr(message, refused[i].message) &&
		      strcmp(d.text.data, text) == 0, "%d %s %s", code,
		      message, d.text.data);
		weft_edit_free(&d);
	}
}

static void
check_lookups(void)
{
	static const char text[] =
		"{\n  \"a\": [1, \"\\u0078\"],\n\t\"b\": {}}";
	weft_errors e = {0};
	weft_edit d;
	size_t n = 0, line = 0, column = 0;
	const char *s;

	weft_edit_begin(&d, "c.json", text, strlen(text), &e);
	s = weft_edit_get(&d, "a[1]", &n);
	CHECK("text of a value", s && n == 8 && !memcmp(s, "\"\\u0078\"", 8),
	      "%zu", n);
	CHECK("text of nothing", !weft_edit_get(&d, "a[2]", &n), "there");
	CHECK("is", weft_edit_is(&d, "a[1]", "\"x\"") &&
	      weft_edit_is(&d, "a[0]", "1") && weft_edit_is(&d, "a[0]", "1.0")
	      && !weft_edit_is(&d, "a[0]", "\"1\"") &&
	      !weft_edit_is(&d, "a[0]", "true") &&
	      !weft_edit_is(&d, "a[2]", "null") &&
	      weft_edit_is(&d, "a", "[1e0,\"x\"]") &&
	      !weft_edit_is(&d, "a", "[1]") && !weft_edit_is(&d, "b", "[]") &&
	      weft_edit_is(&d, "b", "{}"), "no");
	CHECK("where", weft_edit_where(text, "b", &line, &column) &&
	      line == 3 && column == 7 &&
	      !weft_edit_where(text, "c", &line, &column), "%zu:%zu", line,
	      column);
	weft_edit_free(&d);
	CHECK("begin refuses what is not JSON",
	      weft_edit_begin(&d, "c.json", "{", 1, &e) == WEFT_BAD, "no");
	weft_edit_free(&d);
	weft_errors_free(&e);
}

/* Lists of many elements, each of them inserted and deleted: a matter of
 * moments, not of squares. */
static void
check_long_lists(void)
{
	weft_text text = {0}, more = {0};
	weft_errors e = {0};
	weft_edit d;
	int code;

	weft_text_puts(&text, "{\"t\": [-1");
	weft_text_puts(&more, "[-1");
	for (int i = 0; i < 500000; i++) {
		weft_text_printf(&text, ",\"%d\"", i % 300000);
		weft_text_printf(&more, ",\"%d\"", i);
	}
	weft_text_puts(&text, "]}");
	weft_text_puts(&more, "]");
	weft_edit_begin(&d, "c.json", text.data, text.size, &e);
	code = weft_edit_insert(&d, "t", more.data);
	CHECK("half a million inserted", !code && d.text.size ==
	      text.size + 200000 * strlen(",\"400000\""), "%zu", d.text.size);
	code = weft_edit_delete(&d, "t", more.data);
	CHECK("half a million deleted", !code &&
	      strcmp(d.text.data, "{\"t\": []}") == 0, "%.40s", d.text.data);
	weft_edit_free(&d);
	weft_text_free(&text);
	weft_text_free(&more);
	weft_errors_free(&e);
}

int
main(void)
{
	check_texts();
	check_refused();
	check_lookups();
	check_long_lists();
	return check_done();
}
