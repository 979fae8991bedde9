#include "error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "io/escape.h"
#include "text.h"

enum severity { ERROR, WARNING, HINT };

struct weft_message {
	struct weft_message *next;
	enum severity severity;
	char text[];
};

/* A message is lost rather than fatal when memory is: the exit code stands. */
static void
add(weft_errors *e, enum severity severity, const char *text)
{
	size_t n = strlen(text) + 1;
	struct weft_message *m = malloc(sizeof *m + n);

	if (!m)
		return;
	m->next = NULL;
	m->severity = severity;
	memcpy(m->text, text, n);
	if (e->last)
		e->last->next = m;
	else
		e->first = m;
	e->last = m;
}

static void
add_formatted(weft_errors *e, enum severity severity, const char *fmt,
              va_list ap, int err)
{
	weft_text t = {0};

	weft_text_vprintf(&t, fmt, ap);
	if (err)
		weft_text_printf(&t, ": %s", strerror(err));
	add(e, severity, weft_text_cstr(&t));
	weft_text_free(&t);
}

static int
count_error(weft_errors *e, int code)
{
	if (!e->code)
		e->code = code;
	e->count++;
	return code;
}

int
weft_error(weft_errors *e, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(e, ERROR, fmt, ap, 0);
	va_end(ap);
	return count_error(e, code);
}

int
weft_error_os(weft_errors *e, int code, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(e, ERROR, fmt, ap, err);
	va_end(ap);
	return count_error(e, code);
}

void
weft_warning(weft_errors *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(e, WARNING, fmt, ap, 0);
	va_end(ap);
}

void
weft_hint(weft_errors *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(e, HINT, fmt, ap, 0);
	va_end(ap);
}

static void
print_escaped(FILE *out, const char *s)
{
	int left = 0;

	for (; *s; s++, left -= left > 0) {
		if (left == 0)
			left = weft_unprintable(s);
		if (left)
			fprintf(out, "\\x%02x", (unsigned char)*s);
		else
			putc(*s, out);
	}
}

static const char *
severity_name(enum severity s)
{
	return s == ERROR ? "error" : s == WARNING ? "warning" : "hint";
}

void
weft_errors_print(weft_errors *e, FILE *out, const char *program)
{
	for (const struct weft_message *m = e->first; m; m = m->next) {
		if (m->severity == HINT)
			fputs("  ", out);
		else
			fprintf(out, "%s: %s: ", program,
			        severity_name(m->severity));
		print_escaped(out, m->text);
		putc('\n', out);
	}
	weft_errors_free(e);
}

void
weft_errors_move(weft_errors *to, weft_errors *from)
{
	if (!from->first)
		return;
	if (to->last)
		to->last->next = from->first;
	else
		to->first = from->first;
	to->last = from->last;
	to->count += from->count;
	if (!to->code)
		to->code = from->code;
	*from = (weft_errors){0};
}

void
weft_errors_free(weft_errors *e)
{
	struct weft_message *next;

	for (struct weft_message *m = e->first; m; m = next) {
		next = m->next;
		free(m);
	}
	e->first = e->last = NULL;
}
