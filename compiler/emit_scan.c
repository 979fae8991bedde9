/* Scanners of keys: re2c blocks, one for each set of disjoint patterns. */
#include "emit_int.h"

static void
write_names(struct emit *e, char letter, int n)
{
	for (int i = 0; i < n; i++)
		out_printf(e->o, "%s%c%d = key", i ? ", *" : "*", letter, i);
}

/* The function's beginning: what re2c reads with, and `holes` spans. */
static void
begin_scanner(struct emit *e, const char *name, int holes)
{
	struct out *o = e->o;

	out_printf(o, "static bool\n%s(const char *key, weft_captures "
	           "*captures)\n{\n", name);
	out_puts(o, "\tconst char *YYCURSOR = key, *YYMARKER = key;\n");
	if (holes) {
		out_puts(o, "\tconst char ");
		write_names(e, 's', holes);
		out_puts(o, ";\n\tconst char ");
		write_names(e, 'e', holes);
		out_puts(o, ";\n");
		out_printf(o, "\t/*!stags:re2c:%s format = "
		           "\"const char *@@ = key;\\n\"; */\n", name);
	}
	out_printf(o, "\n\t(void)YYMARKER;\n\t/*!re2c:%s\n", name);
}

static void
write_rule(struct emit *e, const struct pattern *p, int number)
{
	struct out *o = e->o;
	int holes;

	out_puts(o, "\t");
	holes = pattern_re2c(p, o);
	out_puts(o, " [\\x00] {\n\t\treturn weft_found(captures, ");
	out_printf(o, "%d, %d, ", number, holes);
	if (!holes) {
		out_puts(o, "NULL);\n\t}\n");
		return;
	}
	out_puts(o, "(const char *[]){\n");
	struct emit_list list = {.e = e, .tabs = 3};
	for (int i = 0; i < holes; i++)
		emit_item(&list, arena_printf(e->m->arena, "s%d, e%d", i, i));
	out_puts(o, ",\n\t\t});\n\t}\n");
}

static void
end_scanner(struct emit *e)
{
	out_puts(e->o, "\t* { return false; }\n\t*/\n}\n\n");
}

static int
most_holes(const struct column *k, int scanner)
{
	int most = 0;

	for (int i = 0; i < k->n_claims; i++)
		if (k->claims[i].scanner == scanner &&
		    k->claims[i].pattern->holes > most)
			most = k->claims[i].pattern->holes;
	return most;
}

static void
write_column(struct emit *e, const struct column *k)
{
	struct arena *a = e->m->arena;

	for (int s = 0; s < k->n_scanners; s++) {
		begin_scanner(e, s ? arena_printf(a, "scan_%s__%d", k->name,
		                                  s + 1)
		              : arena_printf(a, "scan_%s", k->name),
		              most_holes(k, s));
		for (int i = 0; i < k->n_claims; i++)
			if (k->claims[i].scanner == s)
				write_rule(e, k->claims[i].pattern, i);
		end_scanner(e);
	}
	out_printf(e->o, "static weft_scanner *const scanners_%s[] = {\n",
	           k->name);
	for (int s = 0; s < k->n_scanners; s++) {
		out_printf(e->o, "\tscan_%s", k->name);
		if (s)
			out_printf(e->o, "__%d", s + 1);
		out_puts(e->o, ",\n");
	}
	out_puts(e->o, "\tNULL,\n};\n\n");
}

void
emit_scanners(struct emit *e)
{
	const struct checked *m = e->m;

	out_puts(e->o, "/*!re2c\n"
	         "re2c:define:YYCTYPE = \"unsigned char\";\n"
	         "re2c:yych:conversion = 1;\n"
	         "re2c:yyfill:enable = 0;\n");
	pattern_re2c_definitions(e->o);
	out_puts(e->o, "*/\n\n");
	for (int i = 0; i < m->n_evidence; i++) {
		const struct evidence *x = &m->evidence[i];

		if (x->key)
			continue;
		emit_comment(e, arena_printf(m->arena, "%s: %s",
		                             checked_where(m, x->span),
		                             x->text));
		begin_scanner(e, arena_printf(m->arena, "evidence_%d", i),
		              x->pattern->holes);
		write_rule(e, x->pattern, 0);
		end_scanner(e);
	}
	for (int i = 0; i < m->n_columns; i++)
		write_column(e, &m->columns[i]);
}
