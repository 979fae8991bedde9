/* JSON indented: what is written, that writing it again changes nothing, and
 * that nothing but blanks changes. */
#include <string.h>

#include "../../runtime/io/pretty.h"
#include "../lib/check.h"

static const struct {
	const char *name, *text, *want;
	int indent;
} cases[] = {
	{"object", "{\"a\":1,\"b\" : [ 2 ,3 ] }",
	 "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}", 0},
	{"empty", " [ { } ,\t[\n] ]", "[\n      {},\n      []\n    ]", 4},
	{"numbers", "[1e-06,-0.0, 1.50E+10,true,null]",
	 "[\n  1e-06,\n  -0.0,\n  1.50E+10,\n  true,\n  null\n]", 0},
	{"strings", "{\"a\\\"b, {\": \"\\\\\", \"\\u00e9\":\" : \"}",
	 "{\n  \"a\\\"b, {\": \"\\\\\",\n  \"\\u00e9\": \" : \"\n}", 0},
	{"deep", "[[{\"a\":[1,{\"b\":[ 2,3]} ]} ,4]]",
	 "[\n              [\n                {\"a\": [1, {\"b\": [2, 3]}]},"
	 "\n                4\n              ]\n            ]", 12},
};

static void
check_case(size_t i)
{
	weft_text once = {0}, twice = {0};

	weft_json_pretty(&once, cases[i].text, strlen(cases[i].text),
	                 cases[i].indent);
	CHECK(cases[i].name, strcmp(once.data, cases[i].want) == 0, "%s",
	      once.data);
	weft_json_pretty(&twice, once.data, once.size, cases[i].indent);
	CHECK("and again", strcmp(once.data, twice.data) == 0, "%s",
	      twice.data);
	weft_text_free(&once);
	weft_text_free(&twice);
}

/* A text of brackets and numbers grows by no more than a few times. */
static void
check_hostile(void)
{
	enum { DEPTH = 2000, WIDE = 20000 };
	weft_text t = {0}, out = {0};

	for (int i = 0; i < DEPTH; i++)
		weft_text_puts(&t, "[");
	for (int i = 0; i < WIDE; i++)
		weft_text_puts(&t, i ? ",1" : "1");
	for (int i = 0; i < DEPTH; i++)
		weft_text_puts(&t, "]");
	weft_json_pretty(&out, t.data, t.size, 4);
	CHECK("hostile", out.size < 2 * t.size, "%zu bytes of %zu", out.size,
	      t.size);
	weft_text_free(&t);
	weft_text_free(&out);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_case(i);
	check_hostile();
	return check_done();
}
