#include "checks.h"

#include <stdarg.h>
#include <stdio.h>

static const struct { const char *name, *text; } checks[] = {
#define CHECK(id, name, text) {name, text},
#include "checks.def"
#undef CHECK
};

const char *
check_name(enum check id)
{
	return checks[id].name;
}

const char *
check_text(enum check id)
{
	return checks[id].text;
}

static const char *
format(struct checked *m, const char *fmt, va_list ap)
{
	struct out out = {.arena = m->arena};

	out_vprintf(&out, fmt, ap);
	return out.text ? out.text : "";
}

struct diag *
check_error(struct checked *m, enum check id, struct span at, const char *fmt,
            ...)
{
	const char *name = checks[id].name, *text;
	va_list ap;

	va_start(ap, fmt);
	text = format(m, fmt, ap);
	va_end(ap);
	if (diag_has(m->diags, at, name))
		return NULL;
	return diag_error(m->diags, at, name, "%s", text);
}

struct diag *
check_warning(struct checked *m, enum check id, struct span at,
              const char *fmt, ...)
{
	const char *name = checks[id].name, *text;
	va_list ap;

	va_start(ap, fmt);
	text = format(m, fmt, ap);
	va_end(ap);
	if (diag_has(m->diags, at, name))
		return NULL;
	return diag_warning(m->diags, at, name, "%s", text);
}

void
check_note(struct checked *m, struct diag *to, struct span at, const char *fmt,
           ...)
{
	const char *text;
	va_list ap;

	if (!to)
		return;
	va_start(ap, fmt);
	text = format(m, fmt, ap);
	va_end(ap);
	diag_note(m->diags, to, at, "%s", text);
}
