#!/bin/sh
# Scanners that re2c makes of patterns: every byte, text that could end a string,
# a comment or a block, and the spans of holes.
set -eu

cc=${CC:-cc}
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Writes the scanner of all patterns, with the keys to try and what is expected
# of them: the number of the rule, and the text of each hole.
cat >"$dir/write.c" <<'END'
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "pattern.h"

static struct arena arena;
static struct out rules = {.arena = &arena}, keys = {.arena = &arena};
static int nrules;

static void
add_bytes(const char *s, size_t n)
{
	out_printf(&keys, "%zu, (const char[]){", n);
	for (size_t i = 0; i < n; i++)
		out_printf(&keys, "(char)%u, ", (unsigned char)s[i]);
	out_puts(&keys, "0}");
}

/* `key` is matched by rule `rule`, or by none; `holes` are the texts of its
 * holes with a bar behind each. */
static void
add_key(const char *key, size_t n, int rule, const char *holes)
{
	out_puts(&keys, "\t{");
	add_bytes(key, n);
	out_printf(&keys, ", %d, \"%s\"},\n", rule, holes);
}

static int
add_rule(const struct pattern *p)
{
	int n;

	out_puts(&rules, "\t");
	n = pattern_re2c(p, &rules);
	out_printf(&rules, " end { *holes = %d; rule = %d; goto done; }\n", n,
	           nrules);
	return nrules++;
}

static void
add_text(const char *text, size_t n)
{
	struct pattern *p = pattern_new(&arena);
	char longer[300];

	pattern_text(p, text, n);
	add_key(text, n, add_rule(p), "");
	memcpy(longer, text, n);
	longer[n] = 'x';
	add_key(longer, n + 1, -1, "");
	add_key(text + 1, n - 1, -1, "");
}

static void
add_regex(const char *text, const char *key, const char *holes)
{
	struct regex_error e;
	struct pattern *p = pattern_regex(&arena, text, strlen(text), &e);

	add_key(key, strlen(key), add_rule(p), holes);
}

static void
add_texts(void)
{
	static const char *const texts[] = {
		"\"", "\\", "*/", "/*", "?\?/", "\n", "\\\"", "%{", "%}",
		"*/ }} #error \"", "'", "\r\n", "\\x41", "@s0", "{1}", "[a]",
		"a|b", "/*!re2c", "!include \"x\"", "\303\251", "$", "\"\"",
		"// x\\", "#line 1", "num", "end",
	};
	char all[260] = "all:";

	for (int c = 1; c < 256; c++) {
		char one[] = {'k', (char)c, ':', '\0'};

		add_text(one, 3);
		all[c + 3] = (char)c;
	}
	add_text(all, 259);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char text[64];

		snprintf(text, sizeof text, "text:%s", texts[i]);
		add_text(text, strlen(text));
	}
}

static void
add_templates(void)
{
	static const char *const words[] = {"up", "gate", "*/", ""};
	struct pattern *p = pattern_new(&arena);
	int rule;

	pattern_text(p, "layers.", 7);
	pattern_number(p, "l");
	pattern_text(p, ".", 1);
	pattern_words(p, "p", words, 4);
	pattern_text(p, "_w", 2);
	pattern_digits(p, "t^=2", 2);
	rule = add_rule(p);
	add_key("layers.0.up_w07", 15, rule, "0|up|07|");
	add_key("layers.120.*/_w99", 17, rule, "120|*/|99|");
	add_key("layers.9._w00", 13, rule, "9||00|");
	add_key("layers.00.up_w07", 16, -1, "");
	add_key("layers..up_w07", 14, -1, "");
	add_key("layers.0.down_w07", 17, -1, "");
	add_key("layers.0.up_w7", 14, -1, "");
	add_key("layers.0.up_w007", 16, -1, "");
	add_key("layers.0.up_w07\0", 16, -1, "");

	p = pattern_new(&arena);
	pattern_text(p, "keep.", 5);
	pattern_segment(p, "x.");
	pattern_text(p, "/", 1);
	pattern_any(p, "y..");
	rule = add_rule(p);
	add_key("keep.a-b/c.d/e", 14, rule, "a-b|c.d/e|");
	add_key("keep.a/b/c", 10, rule, "a/b|c|");
	add_key("keep.a", 6, -1, "");
	add_key("keep.a.b/c", 10, -1, "");
	add_key("keep./x", 7, -1, "");
	add_key("keep.a/", 7, -1, "");
	add_key("keep.a/b\0c", 10, -1, "");
}

static void
write_file(const char *name, const struct out *o)
{
	FILE *f = fopen(name, "w");

	fwrite(o->text, 1, o->size, f);
	fclose(f);
}

int
main(void)
{
	pattern_re2c_definitions(&rules);
	add_texts();
	add_templates();
	add_regex("r1\\.(?<l>\\d+)(\\.x)?(?<p>a|b{2,3})[^c-z]",
	          "r1.042.xbbb-", "042|bbb|");
	add_regex("r2(?<x>[^\"]*)\"(?<y>[\"\\\\*/]+)z{3}", "r2q\"*/\\zzz",
	          "q|*/\\\\|");
	add_regex("r3(?<x>)\\x80(a|)", "r3\200a", "|");
	write_file("rules.re", &rules);
	write_file("keys.h", &keys);
	return 0;
}
END

cat >"$dir/scan.re" <<'END'
#include <stdio.h>
#include <string.h>

static int
scan(const unsigned char *YYCURSOR, const unsigned char *limit, int *holes,
     const unsigned char *s[], const unsigned char *e[])
{
	const unsigned char *YYMARKER;
	const unsigned char *s0 = 0, *s1 = 0, *s2 = 0;
	const unsigned char *e0 = 0, *e1 = 0, *e2 = 0;
	int rule;

	/*!stags:re2c format = "const unsigned char *@@ = 0;\n"; */
	/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:yyfill:enable = 0;
	end = "\000";
	!include "rules.re";
	* { return -1; }
	*/
done:
	s[0] = s0, s[1] = s1, s[2] = s2;
	e[0] = e0, e[1] = e1, e[2] = e2;
	return YYCURSOR == limit + 1 ? rule : -1;
}

static const struct {
	size_t size;
	const char *key;
	int rule;
	const char *holes;
} keys[] = {
#include "keys.h"
};

int
main(void)
{
	int failed = 0, n = (int)(sizeof keys / sizeof *keys);

	for (int i = 0; i < n; i++) {
		const void *bytes = keys[i].key;
		const unsigned char *s[3], *e[3], *key = bytes;
		char got[200] = "";
		int holes = 0, rule;

		rule = scan(key, key + keys[i].size, &holes, s, e);
		for (int k = 0; rule >= 0 && k < holes; k++) {
			strncat(got, (const char *)s[k], (size_t)(e[k] - s[k]));
			strcat(got, "|");
		}
		if (rule == keys[i].rule && !strcmp(got, keys[i].holes))
			continue;
		failed++;
		printf("not ok scan '%s': rule %d, holes %s\n", keys[i].key,
		       rule, got);
	}
	if (!failed)
		printf("ok scan of %d keys\n", n);
	return failed != 0;
}
END

cd "$root"
$cc -std=c11 -D_GNU_SOURCE -Icompiler -o "$dir/write" "$dir/write.c" \
	compiler/arena.c compiler/out.c compiler/regex*.c compiler/pattern.c
cd "$dir"
./write
if re2c -W --no-debug-info --tags -o scan.c scan.re 2>warnings; then
	echo "ok re2c reads the patterns"
else
	echo "not ok re2c reads the patterns: $(head -1 warnings)"
	exit 1
fi
$cc -std=c11 -Wall -Wextra -Werror -o scan scan.c
./scan
