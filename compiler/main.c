/* weft: compiles tables of checkpoint layouts into converters. */
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "emit.h"
#include "lint.h"
#include "load.h"
#include "place.h"
#include "read.h"

enum { EXIT_GOOD = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2 };

static const char usage[] =
	"usage: weft build TABLE [-o FILE] [--emit c]   the converter, or its C\n"
	"       weft lint FILE...                       what is wrong with tables\n"
	"       weft fmt [--to yaml|dsl] [--check] [-i] FILE...\n"
	"                                               one canonical form\n"
	"       weft TABLE --dump=STAGE                 tokens, ast, checked,\n"
	"                                               places or c\n"
	"       weft --help | --version\n";

struct options {
	const char *output, *emit, *to, *dump;
	bool check, in_place, help, version;
	const char **files;
	int n_files;
};

struct run {
	struct arena arena;
	struct atoms atoms;
	struct sources sources;
	struct diags diags;
	struct ast ast;
	struct options options;
};

static void
begin(struct run *r)
{
	r->atoms.arena = &r->arena;
	r->sources.arena = &r->arena;
	r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	r->ast = (struct ast){.arena = &r->arena, .atoms = &r->atoms,
	                      .diags = &r->diags};
}

/* ---- options ---- */

/* The value of option `name` at argv[*i]: --to=yaml, --to yaml. */
static bool
take_value(char **argv, int *i, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return false;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return true;
	}
	if (argv[*i][n])
		return false;
	if (!argv[*i + 1]) {
		fprintf(stderr, "weft: %s needs a value\n%s", name, usage);
		exit(EXIT_USAGE);
	}
	*value = argv[++*i];
	return true;
}

static bool
take_flag(const char *arg, const char *name, bool *flag)
{
	if (strcmp(arg, name) != 0)
		return false;
	return *flag = true;
}

static bool
take_option(struct options *o, char **argv, int *i)
{
	return take_value(argv, i, "-o", &o->output) ||
	       take_value(argv, i, "--emit", &o->emit) ||
	       take_value(argv, i, "--to", &o->to) ||
	       take_value(argv, i, "--dump", &o->dump) ||
	       take_flag(argv[*i], "--check", &o->check) ||
	       take_flag(argv[*i], "-i", &o->in_place) ||
	       take_flag(argv[*i], "--help", &o->help) ||
	       take_flag(argv[*i], "-h", &o->help) ||
	       take_flag(argv[*i], "--version", &o->version);
}

/* Options may stand anywhere; behind `--` there are none. False where one is
 * unknown. */
static bool
parse_options(struct run *r, int argc, char **argv)
{
	struct options *o = &r->options;
	bool options = true;

	o->files = arena_alloc(&r->arena, (size_t)argc * sizeof *o->files);
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (!options || argv[i][0] != '-' || !argv[i][1]) {
			o->files[o->n_files++] = argv[i];
		} else if (!take_option(o, argv, &i)) {
			fprintf(stderr, "weft: unknown option %s\n%s",
			        argv[i], usage);
			return false;
		}
	}
	return true;
}

/* ---- commands ---- */

static int
finish(struct run *r)
{
	diag_print(&r->diags, stderr);
	return r->diags.errors ? EXIT_FINDINGS : EXIT_GOOD;
}

static int
usage_error(const char *text)
{
	fprintf(stderr, "weft: %s\n%s", text, usage);
	return EXIT_USAGE;
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

static int
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

static int
command_lint(struct run *r)
{
	const struct options *o = &r->options;
	int worst = EXIT_GOOD;

	if (o->n_files < 2)
		return usage_error("lint takes tables");
	for (int i = 1; i < o->n_files; i++) {
		struct run one = {.options = *o};
		struct checked *m;

		begin(&one);
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

static int
print(struct run *r, const struct out *text)
{
	struct build b = {&r->arena, &r->diags, "-"};

	build_write(&b, text);
	return finish(r);
}

static int
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

static int
run_command(struct run *r)
{
	const struct options *o = &r->options;

	if (o->help) {
		fputs(usage, stdout);
		return EXIT_GOOD;
	}
	if (o->version) {
		puts("weft " WEFT_VERSION);
		return EXIT_GOOD;
	}
	if (o->n_files == 0)
		return usage_error("nothing to do");
	if (o->dump)
		return o->n_files == 1 ? command_dump(r)
		       : usage_error("--dump takes one table");
	if (strcmp(o->files[0], "build") == 0)
		return command_build(r);
	if (strcmp(o->files[0], "lint") == 0)
		return command_lint(r);
	return usage_error("no such command");
}

int
main(int argc, char **argv)
{
	static struct run r;
	int code;

	begin(&r);
	if (!parse_options(&r, argc, argv))
		return EXIT_USAGE;
	code = run_command(&r);
	arena_free(&r.arena);
	return code;
}
