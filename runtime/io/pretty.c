#include "pretty.h"

#include <string.h>

/* What is indented deeper stays on its line: hostile texts are nested so deep
 * that the blanks would be a thousand times what they indent. */
enum { DEEPEST = 16 };

struct pretty {
	weft_text *out;
	const char *text, *end;
	int indent;
};

static void
skip_blanks(struct pretty *p)
{
	while (p->text < p->end && strchr(" \t\r\n", *p->text))
		p->text++;
}

/* What stands between here and what is `indent` blanks deep, in a bracket that
 * holds what is `inside` deep. */
static void
new_line(struct pretty *p, int indent, int inside, const char *instead)
{
	if (inside <= DEEPEST)
		weft_text_printf(p->out, "\n%*s", indent, "");
	else
		weft_text_puts(p->out, instead);
}

/* A string, or all else up to what ends it. */
static void
copy_value(struct pretty *p)
{
	const char *begin = p->text;

	if (*p->text == '"')
		for (p->text++; p->text < p->end && *p->text != '"'; p->text++)
			p->text += *p->text == '\\';
	while (++p->text < p->end && !strchr(" \t\r\n,:]}", *p->text))
		continue;
	if (p->text > p->end)
		p->text = p->end;
	weft_text_add(p->out, begin, (size_t)(p->text - begin));
}

static void
open_bracket(struct pretty *p)
{
	weft_text_add(p->out, p->text++, 1);
	skip_blanks(p);
	if (p->text < p->end && (*p->text == '}' || *p->text == ']')) {
		weft_text_add(p->out, p->text++, 1);
		return;
	}
	p->indent += 2;
	new_line(p, p->indent, p->indent, "");
}

static void
put_sign(struct pretty *p)
{
	char sign = *p->text++;

	if (sign == '}' || sign == ']') {
		new_line(p, p->indent - 2, p->indent, "");
		p->indent -= 2;
	}
	weft_text_add(p->out, &sign, 1);
	if (sign == ',')
		new_line(p, p->indent, p->indent, " ");
	else if (sign == ':')
		weft_text_puts(p->out, " ");
}

void
weft_json_pretty(weft_text *out, const char *text, size_t n, int indent)
{
	struct pretty p = {out, text, text + n, indent};

	for (skip_blanks(&p); p.text < p.end; skip_blanks(&p))
		if (*p.text == '{' || *p.text == '[')
			open_bracket(&p);
		else if (strchr("}],:", *p.text))
			put_sign(&p);
		else
			copy_value(&p);
}
