#include <string.h>

#include "../formats/format.h"
#include "../io/signals.h"
#include "cli.h"

static int
cmd_headers(const weft_model *m, const weft_options *o, weft_errors *e)
{
	(void)m;
	return weft_headers_print(stdout, o->args[1], o->json,
	                          o->how.follow_symlinks, e);
}

static const struct command {
	const char *name;
	int n_args;            /* the command's own name included */
	const char *usage, *text;
	int (*run)(const weft_model *, const weft_options *, weft_errors *);
} commands[] = {
	{"detect", 2, "SRC", "print the layout of a checkpoint",
	 weft_cmd_detect},
	{"plan", 2, "SRC --to LAYOUT", "what a conversion would do, from the "
	 "headers alone", weft_cmd_plan},
	{"convert", 3, "SRC DST --to LAYOUT", "convert a checkpoint",
	 weft_cmd_convert},
	{"verify", 3, "SRC DST", "prove that DST is SRC, converted",
	 weft_cmd_verify},
	{"layouts", 1, "", "list the layouts and their options",
	 weft_cmd_layouts},
	{"headers", 2, "SRC", "check and list the tensors of any safetensors "
	 "file or directory", cmd_headers},
	{"toy", 2, "DIR --layout LAYOUT --config FILE", "write a small "
	 "checkpoint of unique values", weft_cmd_toy},
};

/* Blanks between `--NAME FILE` and what it means. */
static int
config_gap(const char *name)
{
	size_t n = strlen(name);

	return n < 24 ? 24 - (int)n : 0;
}

void
weft_usage(FILE *out, const weft_model *m, const char *program)
{
	fprintf(out, "%s: converts between layouts: %s.\n\n"
	        "usage: %s COMMAND … [OPTION …]\n\n", program, m->title,
	        program);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(out, "  %-8s%-35s %s\n", commands[i].name,
		        commands[i].usage, commands[i].text);
	fputs("\noptions:\n"
	"  --to LAYOUT[:OPTION=VALUE,…]    the target; --tp 8 is short for "
	"its option tp\n"
	"  --from LAYOUT[:OPTION=VALUE,…]  the source, where several layouts "
	"fit it\n"
	"  --variant NAME=true|false       how the target stores what can be "
	"stored in two ways\n"
	"  --config FILE                   where SRC has no config of its "
	"own\n", out);
	for (int i = 0; i < m->n_configs; i++)
		fprintf(out, "  --%s FILE%*s %s\n", m->configs[i].name,
		        config_gap(m->configs[i].name), "",
		        m->configs[i].text);
	fputs(
	"  --max-shard-size SIZE           of target files: 5GB, 5GiB, 0 for "
	"one file (5GB)\n"
	"  --max-chunk-size SIZE           of arrays in an Orbax target "
	"(64MiB)\n"
	"  --zstd                          compress the chunks of an Orbax "
	"target\n"
	"  --threads N  --memory SIZE      all processors, 256MiB\n"
	"  --dtype F32|BF16|F16            of a toy (BF16)\n"
	"  --count-padding                 padding of SRC that is not zero is "
	"counted, not refused\n"
	"  --follow-symlinks               also links that lead out of SRC\n"
	"  --json  --quiet  --version  --help\n\n"
	"exit codes: 0 done, 64 usage, 65 bad checkpoint, 66 no source, "
	"70 a bug,\n  71 out of resources, 73 target not writable, 74 I/O "
	"error, 75 target busy\n", out);
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
run(const weft_model *m, const weft_options *o, weft_errors *e)
{
	const struct command *c;

	if (o->help) {
		weft_usage(stdout, m, o->program);
		return 0;
	}
	if (o->version) {
		printf("%s, converter of %s, made by weft %s\n", o->program,
		       m->name, WEFT_VERSION);
		return 0;
	}
	if (o->n_args == 0) {
		weft_usage(stderr, m, o->program);
		return WEFT_USAGE;
	}
	c = find_command(o->args[0]);
	if (!c) {
		weft_error(e, WEFT_USAGE, "unknown command \"%s\"",
		           o->args[0]);
		weft_hint(e, "%s --help lists the commands", o->program);
		return WEFT_USAGE;
	}
	if (c->n_args != o->n_args)
		return weft_error(e, WEFT_USAGE, "usage: %s %s %s", o->program,
		                  c->name, c->usage);
	return c->run(m, o, e);
}

/* A report that did not reach its reader is a failure. */
static int
close_stdout(weft_errors *e, int code)
{
	bool lost = ferror(stdout) != 0;

	if ((fflush(stdout) != 0 || lost) && code == 0)
		return weft_error(e, WEFT_IO, "standard output could not be "
		                  "written");
	return code;
}

int
weft_main(const weft_model *m, int argc, char **argv)
{
	weft_errors e = {0};
	weft_options o;
	int code;

	if (weft_stdio_guard() != 0)
		return WEFT_OS;
	weft_signals_install();
	code = weft_options_parse(&o, m, argc, argv, &e);
	if (!code)
		code = run(m, &o, &e);
	code = close_stdout(&e, code);
	weft_errors_print(&e, stderr, o.program);
	weft_errors_free(&e);
	weft_arena_free(&o.arena);
	return code;
}
