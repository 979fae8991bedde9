/* The commands of weft, behind its command line. */
#ifndef COMMAND_H
#define COMMAND_H

#include "ast.h"

enum { EXIT_GOOD = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2 };

struct options {
	const char *output, *emit, *to, *dump;
	bool check, in_place, help, version;
	const char **files;   /* the first is the command, but for --dump */
	int n_files;
};

/* One run over one table. */
struct run {
	struct arena arena;
	struct atoms atoms;
	struct sources sources;
	struct diags diags;
	struct ast ast;
	struct options options;
};

void run_begin(struct run *r);

/* How weft is called; printed by --help and behind every error of usage. */
extern const char usage[];

/* Says what is wrong with the command line; EXIT_USAGE. */
int usage_error(const char *text);

/* Each returns the exit code, after printing what it found. */
int command_build(struct run *r);
int command_lint(struct run *r);
int command_fmt(struct run *r);
int command_dump(struct run *r);

#endif
