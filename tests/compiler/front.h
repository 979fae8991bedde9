/* A run of the readers over a text in memory. */
#ifndef FRONT_H
#define FRONT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/check.h"
#include "fmt.h"
#include "read.h"

struct front {
	struct arena arena;
	struct atoms atoms;
	struct sources sources;
	struct diags diags;
	struct ast ast;
	struct model *model; /* NULL: the text was refused as a whole */
	const char *refused;
};

/* Reads the text as a file of that name; front_free() ends it. */
static inline void
front_read(struct front *f, const char *path, const char *text, size_t size)
{
	int source;

	*f = (struct front){0};
	f->atoms.arena = f->sources.arena = f->diags.arena = &f->arena;
	f->diags.sources = &f->sources;
	f->ast = (struct ast){.arena = &f->arena, .atoms = &f->atoms,
	                      .diags = &f->diags};
	source = source_text(&f->sources, path, text, size, &f->refused);
	if (source >= 0)
		f->model = read_source(&f->ast, source);
}

static inline void
front_free(struct front *f)
{
	arena_free(&f->arena);
}

static inline const char *
front_dump(struct front *f)
{
	struct out o = {.arena = &f->arena};

	ast_dump(f->model, &o);
	return o.text;
}

static inline const char *
front_format(struct front *f, bool yaml)
{
	struct out o = {.arena = &f->arena};

	if (yaml)
		fmt_yaml(f->model, &o);
	else
		fmt_dsl(f->model, &o);
	return o.text;
}

/* "LINE:COLUMN+LENGTH: TEXT" of the first error in the text, "" if there is
 * none. */
static inline const char *
front_error(struct front *f)
{
	const struct diag *first = NULL;
	int line, column;

	if (!f->model)
		return f->refused;
	for (const struct diag *g = f->diags.first; g; g = g->next)
		if (g->severity == DIAG_ERROR &&
		    (!first || g->span.begin < first->span.begin))
			first = g;
	if (!first)
		return "";
	source_position(&f->sources.list[0], first->span.begin, &line,
	                &column);
	return arena_printf(&f->arena, "%d:%d+%u: %s", line, column,
	                    first->span.end - first->span.begin, first->text);
}

/* The bytes of a file, with a NUL behind them; to be freed. */
static inline char *
front_load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(1 << 20);

	if (!file || !text) {
		printf("not ok %s: cannot be read\n", path);
		exit(1);
	}
	*size = fread(text, 1, (1 << 20) - 1, file);
	text[*size] = '\0';
	fclose(file);
	return text;
}

#endif
