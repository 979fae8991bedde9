/* Errors with a place: collected, sorted, printed with the line and a caret. */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "source.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_severity severity;
	struct span span;     /* file -1: no place */
	const char *text;
	const char *check;    /* the row of checks.def, or NULL */
	struct diag *notes;   /* of an error or a warning, in order */
	struct diag *next;
};

struct diags {
	struct arena *arena;
	const struct sources *sources;
	struct diag *first, *last;
	int errors, warnings;
};

/* Adds an error [check]; check may be NULL for errors of syntax. Returns it,
 * for diag_note. Messages are whole phrases without a full stop. At most 100
 * errors are kept; the rest is only counted. */
struct diag *diag_error(struct diags *d, struct span at, const char *check,
                        const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

struct diag *diag_warning(struct diags *d, struct span at, const char *check,
                          const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A note at the other place that matters, shown below `to`. */
void diag_note(struct diags *d, struct diag *to, struct span at,
               const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Prints all, by file and place:
 *     file:line:col: error: text [check]
 *       12 | the source line
 *          |     ^~~~                                                   */
void diag_print(struct diags *d, FILE *out);

/* Whether an error was given at exactly this place by this check already. */
bool diag_has(const struct diags *d, struct span at, const char *check);

/* The name in `list` (n names) closest to `name` by edits, or NULL if none is
 * close enough to be meant. */
const char *diag_nearest(const char *name, const char *const list[], int n);

#endif
