/* weft: compiles tables of checkpoint layouts into converters. */
#include <stdlib.h>
#include <string.h>

#include "command.h"

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
	if (strcmp(o->files[0], "fmt") == 0)
		return command_fmt(r);
	return usage_error("no such command");
}

int
main(int argc, char **argv)
{
	static struct run r;
	int code;

	run_begin(&r);
	if (!parse_options(&r, argc, argv))
		return EXIT_USAGE;
	code = run_command(&r);
	arena_free(&r.arena);
	return code;
}
