#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 100 };

static struct diag *
new_diag(struct diags *d, enum diag_severity severity, struct span at,
         const char *check, const char *fmt, va_list ap)
{
	struct diag *g = arena_alloc(d->arena, sizeof *g);
	char *text = arena_vprintf(d->arena, fmt, ap);

	*g = (struct diag){severity, at, text, check, NULL, NULL};
	return g;
}

static struct diag *
add(struct diags *d, struct diag *g)
{
	int *count = g->severity == DIAG_ERROR ? &d->errors : &d->warnings;

	if (++*count > KEPT)
		return g;
	if (d->last)
		d->last->next = g;
	else
		d->first = g;
	d->last = g;
	return g;
}

struct diag *
diag_error(struct diags *d, struct span at, const char *check,
           const char *fmt, ...)
{
	va_list ap;
	struct diag *g;

	va_start(ap, fmt);
	g = new_diag(d, DIAG_ERROR, at, check, fmt, ap);
	va_end(ap);
	return add(d, g);
}

struct diag *
diag_warning(struct diags *d, struct span at, const char *check,
             const char *fmt, ...)
{
	va_list ap;
	struct diag *g;

	va_start(ap, fmt);
	g = new_diag(d, DIAG_WARNING, at, check, fmt, ap);
	va_end(ap);
	return add(d, g);
}

void
diag_note(struct diags *d, struct diag *to, struct span at, const char *fmt,
          ...)
{
	struct diag **last = &to->notes;
	va_list ap;

	va_start(ap, fmt);
	while (*last)
		last = &(*last)->next;
	*last = new_diag(d, DIAG_NOTE, at, NULL, fmt, ap);
	va_end(ap);
}

bool
diag_has(const struct diags *d, struct span at, const char *check)
{
	for (const struct diag *g = d->first; g; g = g->next)
		if (g->span.file == at.file && g->span.begin == at.begin &&
		    g->check && check && strcmp(g->check, check) == 0)
			return true;
	return false;
}

/* How much of a line is shown on either side of the error. */
enum { SHOWN = 200 };

/* A byte that begins a character. */
static bool
begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Moves `at` back to where a character begins. */
static size_t
to_character(const char *text, size_t at)
{
	while (at > 0 && !begins_character(text[at]))
		at--;
	return at;
}

/* The source line, and a caret below the span; tabs stay tabs so that the
 * caret lines up in any terminal, and a character of several bytes counts as
 * one column. Of a very long line, what is near the error is shown. */
static void
print_caret(FILE *out, const struct source *s, struct span at, int line)
{
	size_t size, begin = at.begin - s->lines[line - 1];
	const char *text = source_line(s, line, &size);
	size_t end = at.end > at.begin ? at.end - s->lines[line - 1] : begin;
	size_t from = begin > SHOWN ? to_character(text, begin - SHOWN) : 0;
	size_t to = size - begin > SHOWN ? to_character(text, begin + SHOWN)
	                                 : size;

	fprintf(out, "%5d | %s%.*s%s\n      | %s", line, from ? "…" : "",
	        (int)(to - from), text + from, to < size ? "…" : "",
	        from ? " " : "");
	for (size_t i = from; i < begin && i < to; i++)
		if (begins_character(text[i]))
			putc(text[i] == '\t' ? '\t' : ' ', out);
	putc('^', out);
	for (size_t i = begin + 1; i < end && i < to; i++)
		if (begins_character(text[i]))
			putc('~', out);
	putc('\n', out);
}

static void
print_one(const struct diags *d, const struct diag *g, FILE *out)
{
	static const char *const name[] = {"error", "warning", "note"};
	const struct source *s = NULL;
	int line = 0, column;

	if (g->span.file < 0) {
		fprintf(out, "weft: %s: %s", name[g->severity], g->text);
	} else {
		s = &d->sources->list[g->span.file];
		source_position(s, g->span.begin, &line, &column);
		fprintf(out, "%s:%d:%d: %s: %s", s->path, line, column,
		        name[g->severity], g->text);
	}
	if (g->check)
		fprintf(out, " [%s]", g->check);
	putc('\n', out);
	if (s)
		print_caret(out, s, g->span, line);
}

static int
compare(const void *a, const void *b)
{
	const struct diag *x = *(struct diag *const *)a;
	const struct diag *y = *(struct diag *const *)b;

	if (x->span.file != y->span.file)
		return x->span.file < y->span.file ? -1 : 1;
	if (x->span.begin != y->span.begin)
		return x->span.begin < y->span.begin ? -1 : 1;
	if (x->span.end != y->span.end)
		return x->span.end < y->span.end ? -1 : 1;
	return strcmp(x->text, y->text);
}

void
diag_print(struct diags *d, FILE *out)
{
	struct diag **list;
	size_t n = 0, i = 0;

	for (const struct diag *g = d->first; g; g = g->next)
		n++;
	list = arena_alloc(d->arena, (n + 1) * sizeof *list);
	for (struct diag *g = d->first; g; g = g->next)
		list[i++] = g;
	qsort(list, n, sizeof *list, compare);
	for (i = 0; i < n; i++) {
		print_one(d, list[i], out);
		for (const struct diag *g = list[i]->notes; g; g = g->next)
			print_one(d, g, out);
	}
	if (d->errors > KEPT)
		fprintf(out, "weft: %d more errors\n", d->errors - KEPT);
}

/* Edits between two short names: insert, delete, replace. */
static int
distance(const char *a, const char *b)
{
	int row[64], n = (int)strlen(b);

	if (n > 62 || strlen(a) > 62)
		return 99;
	for (int j = 0; j <= n; j++)
		row[j] = j;
	for (int i = 1; a[i - 1]; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= n; j++) {
			int replace = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1
			                             : row[j - 1] + 1;
			if (replace < row[j])
				row[j] = replace;
		}
	}
	return row[n];
}

const char *
diag_nearest(const char *name, const char *const list[], int n)
{
	int best = (int)strlen(name) / 3 + 1;
	const char *nearest = NULL;

	for (int i = 0; i < n; i++) {
		int k = distance(name, list[i]);

		if (k <= best && (!nearest || k < best)) {
			best = k;
			nearest = list[i];
		}
	}
	return nearest;
}
