#include "command.h"

#include <string.h>

#include "build.h"
#include "check.h"
#include "emit.h"
#include "fmt.h"
#include "lint.h"
#include "load.h"
#include "place.h"
#include "read.h"

const char usage[] =
"usage: weft build TABLE [-o FILE] [--emit c]   the converter, or its C\n"
"       weft lint FILE...                       what is wrong with tables\n"
"       weft fmt [--check] [-i] FILE...         the one canonical form\n"
"       weft fmt --to yaml|dsl FILE...          the other spelling\n"
"       weft TABLE --dump=STAGE                 tokens, ast, checked, places, c\n"
"       weft --help | --version\n";

int
usage_error(const char *text)
{
	fprintf(stderr, "weft: %s\n%s", text, usage);
	return EXIT_USAGE;
}

void
run_begin(struct run *r)
{
	r->atoms.arena = &r->arena;
	r->sources.arena = &r->arena;
	r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	r->ast = (struct ast){.arena = &r->arena, .atoms = &r->atoms,
	                      .diags = &r->diags};
}

static int
finish(struct run *r)
{
	diag_print(&r->diags, stderr);
	return r->diags.errors ? EXIT_FINDINGS : EXIT_GOOD;
}

/* The checked model of a table; NULL after errors. */
static struct checked *
check_table(struct run *r, const char *path)
{
	struct checked *m = arena_alloc(&r->arena, sizeof *m);
	struct loaded *files;
	int n;

	files = load_table(&r->ast, &r->sources, path, &n);
	if (!files || r->diags.errors)
		return NULL;
	*m = (struct checked){.arena = &r->arena, .atoms = &r->atoms,
	                      .diags = &r->diags, .sources = &r->sources};
	check_model(m, files, n);
	return r->diags.errors ? NULL : m;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* qwen3_moe.weft.yaml makes qwen3_moe. */
static const char *
default_output(struct run *r, const char *path)
{
	const char *base = base_name(path);
	size_t n = strcspn(base, ".");

	return n ? arena_copy(&r->arena, base, n) : "converter";
}

int
command_build(struct run *r)
{
	const struct options *o = &r->options;
	struct build b = {&r->arena, &r->diags, o->output};
	struct out c = {.arena = &r->arena};
	struct checked *m;

	if (o->n_files != 2)
		return usage_error("build takes one table");
	if (o->emit && strcmp(o->emit, "c") != 0)
		return usage_error("--emit is c");
	m = check_table(r, o->files[1]);
	if (!m)
		return finish(r);
	emit_model(m, base_name(o->files[1]), &c);
	if (!b.output)
		b.output = o->emit ? "-" : default_output(r, o->files[1]);
	if (o->emit)
		build_write(&b, &c);
	else
		build_program(&b, &c);
	return finish(r);
}

int
command_lint(struct run *r)
{
	const struct options *o = &r->options;
	int worst = EXIT_GOOD;

	if (o->n_files < 2)
		return usage_error("lint takes tables");
	for (int i = 1; i < o->n_files; i++) {
		struct run one = {.options = *o};
		struct checked *m;

		run_begin(&one);
		m = check_table(&one, o->files[i]);
		if (m)
			lint_model(m);
		if (one.diags.errors)
			worst = EXIT_FINDINGS;
		finish(&one);
		arena_free(&one.arena);
	}
	return worst;
}

/* ---- fmt ---- */

static bool
same_text(const struct out *a, const struct source *b)
{
	return a->size == b->size && memcmp(a->text, b->text, b->size) == 0;
}

/* One file, formatted: printed, compared, or written where it was read. */
static int
format_file(struct run *r, const char *path)
{
	const struct options *o = &r->options;
	bool yaml = o->to ? *o->to == 'y' : read_is_yaml(path);
	struct out text = {.arena = &r->arena};
	struct build b = {&r->arena, &r->diags, o->in_place ? path : "-"};
	const char *error;
	struct model *m;
	int source = source_open(&r->sources, path, &error);
	bool same;

	if (source < 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FINDINGS;
	}
	m = read_source(&r->ast, source);
	if (r->diags.errors)
		return finish(r);
	if (yaml)
		fmt_yaml(m, &text);
	else
		fmt_dsl(m, &text);
	same = same_text(&text, &r->sources.list[source]);
	if (o->check && !same)
		printf("%s\n", path);
	else if (!o->check && !(o->in_place && same))
		build_write(&b, &text);
	finish(r);
	return r->diags.errors || (o->check && !same) ? EXIT_FINDINGS
	                                              : EXIT_GOOD;
}

int
command_fmt(struct run *r)
{
	const struct options *o = &r->options;
	int worst = EXIT_GOOD;

	if (o->n_files < 2)
		return usage_error("fmt takes tables");
	if (o->to && strcmp(o->to, "yaml") != 0 && strcmp(o->to, "dsl") != 0)
		return usage_error("--to is yaml or dsl");
	if (o->to && (o->in_place || o->check))
		return usage_error("--to prints the other spelling; it goes "
		                   "with neither -i nor --check");
	if (o->in_place && o->check)
		return usage_error("-i writes and --check does not");
	for (int i = 1; i < o->n_files; i++) {
		struct run one = {.options = *o};

		run_begin(&one);
		if (format_file(&one, o->files[i]) != EXIT_GOOD)
			worst = EXIT_FINDINGS;
		arena_free(&one.arena);
	}
	return worst;
}

/* ---- dumps ---- */

static int
print(struct run *r, const struct out *text)
{
	struct build b = {&r->arena, &r->diags, "-"};

	build_write(&b, text);
	return finish(r);
}

int
command_dump(struct run *r)
{
	const char *stage = r->options.dump, *path = r->options.files[0];
	struct out out = {.arena = &r->arena};
	const char *error;
	struct checked *m;
	int source;

	out_puts(&out, "");
	if (strcmp(stage, "tokens") == 0 || strcmp(stage, "ast") == 0) {
		source = source_open(&r->sources, path, &error);
		if (source < 0) {
			fprintf(stderr, "%s\n", error);
			return EXIT_FINDINGS;
		}
		if (*stage == 't')
			read_tokens(&r->ast, source, &out);
		else
			ast_dump(read_source(&r->ast, source), &out);
		return print(r, &out);
	}
	m = check_table(r, path);
	if (m && strcmp(stage, "checked") == 0)
		place_dump_checked(m, &out);
	else if (m && strcmp(stage, "places") == 0)
		place_dump(m, &out);
	else if (m && strcmp(stage, "c") == 0)
		emit_model(m, base_name(path), &out);
	else if (m)
		return usage_error("--dump is tokens, ast, checked, places or "
		                   "c");
	return print(r, &out);
}
