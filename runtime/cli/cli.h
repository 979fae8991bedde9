/* The converter's command line. */
#ifndef WEFT_CLI_H
#define WEFT_CLI_H

#include "../open.h"
#include "../result.h"
#include "../run.h"

enum { WEFT_CLI_LIST = 64 };

typedef struct weft_options {
	const char *program;   /* as it was called, without directories */
	const char *args[3];   /* positional: command, SRC, DST */
	int n_args;
	weft_choice from, to;
	const char *from_list[WEFT_CLI_LIST], *to_list[WEFT_CLI_LIST];
	const char *variants[WEFT_CLI_LIST];
	int n_variants;
	const char *layout;    /* of toy */
	const char *dtype;     /* of toy */
	weft_open_how how;
	const char **named;    /* how.named, to be filled */
	struct weft_layout_how files; /* of the target */
	weft_limits limits;
	bool json, quiet, help, version;
	bool count_padding;    /* of the source, where it is not zero */
	weft_arena arena;
} weft_options;

/* Parses a command line. Options may follow positionals; "--" ends them.
 * Returns 0 or WEFT_USAGE with a message. */
int weft_options_parse(weft_options *o, const weft_model *m, int argc,
                       char **argv, weft_errors *e);

/* Reads `text` as if it were the value of --from. 0 or WEFT_USAGE. */
int weft_options_from(weft_options *o, const char *text, weft_errors *e);

void weft_usage(FILE *out, const weft_model *m, const char *program);

/* Opens, detects, matches and, if the target is given, plans. */
int weft_prepare(weft_job *job, const weft_model *m, const weft_options *o,
                 weft_errors *e);

/* Options of a run on `o`, with the kernels of this machine. */
weft_run_options weft_run_options_of(const weft_options *o);

/* How often the source would be read, and the memory of the buffers. */
int weft_rehearse(weft_job *job, const weft_options *o, weft_run_stats *s);

/* One report about a planned job, as text or JSON, to stdout. */
void weft_report_text(const weft_job *job, const weft_result *r,
                      const weft_run_stats *s);
void weft_report_json(const weft_job *job, const weft_result *r,
                      const weft_run_stats *s);

int weft_cmd_detect(const weft_model *m, const weft_options *o,
                    weft_errors *e);
int weft_cmd_layouts(const weft_model *m, const weft_options *o,
                     weft_errors *e);
int weft_cmd_plan(const weft_model *m, const weft_options *o, weft_errors *e);
int weft_cmd_convert(const weft_model *m, const weft_options *o,
                     weft_errors *e);
int weft_cmd_verify(const weft_model *m, const weft_options *o,
                    weft_errors *e);
int weft_cmd_toy(const weft_model *m, const weft_options *o, weft_errors *e);

#endif
