#include "pattern.h"

#include <string.h>

#include "out.h"

struct pattern *
pattern_new(struct arena *a)
{
	struct pattern *p = arena_alloc(a, sizeof *p);

	p->arena = a;
	return p;
}

static struct pattern_part *
add_part(struct pattern *p, enum pattern_kind kind, const char *hole,
         struct regex *regex)
{
	struct pattern_part *part = arena_alloc(p->arena, sizeof *part);

	part->kind = kind;
	part->regex = regex;
	if (hole) {
		part->hole = arena_copy(p->arena, hole, strlen(hole));
		p->holes++;
	}
	if (p->last)
		p->last->next = part;
	else
		p->parts = part;
	p->last = part;
	return part;
}

/* Texts run together, so that equal patterns have equal parts. */
void
pattern_text(struct pattern *p, const char *text, size_t size)
{
	struct out o = {.arena = p->arena};
	struct regex *r;

	if (size == 0)
		return;
	if (!p->last || p->last->kind != PATTERN_TEXT) {
		add_part(p, PATTERN_TEXT, NULL,
		         regex_literal(p->arena, text, size));
		return;
	}
	r = p->last->regex;
	out_add(&o, r->text, r->size);
	out_add(&o, text, size);
	r->text = o.text;
	r->size = o.size;
}

/* 0|[1-9][0-9]* */
static struct regex *
number(struct arena *a)
{
	struct regex *zero = regex_literal(a, "0", 1);
	struct regex *first = regex_range(a, '1', '9');

	first->next = regex_repeat(a, regex_range(a, '0', '9'), 0, -1);
	zero->next = regex_list(a, REGEX_CAT, first);
	return regex_list(a, REGEX_ALT, zero);
}

void
pattern_number(struct pattern *p, const char *hole)
{
	add_part(p, PATTERN_NUMBER, hole, number(p->arena));
}

void
pattern_digits(struct pattern *p, const char *hole, int digits)
{
	struct regex *digit = regex_range(p->arena, '0', '9');

	add_part(p, PATTERN_DIGITS, hole,
	         regex_repeat(p->arena, digit, digits, digits))
		->digits = digits;
}

void
pattern_words(struct pattern *p, const char *hole, const char *const words[],
              size_t n)
{
	const char **copies = arena_alloc(p->arena, n * sizeof *copies);
	struct regex *kids = NULL, **end = &kids;
	struct pattern_part *part;

	for (size_t i = 0; i < n; i++) {
		*end = regex_literal(p->arena, words[i], strlen(words[i]));
		copies[i] = (*end)->text;
		end = &(*end)->next;
	}
	part = add_part(p, PATTERN_WORDS, hole,
	                regex_list(p->arena, REGEX_ALT, kids));
	part->words = copies;
	part->nwords = n;
}

void
pattern_segment(struct pattern *p, const char *hole)
{
	struct byte_set set = {{0}};

	byte_set_add(&set, 1, '.' - 1);
	byte_set_add(&set, '.' + 1, 255);
	add_part(p, PATTERN_SEGMENT, hole,
	         regex_repeat(p->arena, regex_set(p->arena, set), 1, -1));
}

void
pattern_any(struct pattern *p, const char *hole)
{
	struct regex *any = regex_range(p->arena, 1, 255);

	add_part(p, PATTERN_ANY, hole, regex_repeat(p->arena, any, 1, -1));
}

void
pattern_piece(struct pattern *p, struct regex *r)
{
	add_part(p, PATTERN_PIECE, NULL, r);
}

static void
add_regex(struct pattern *p, struct regex *r)
{
	switch (r->kind) {
	case REGEX_LITERAL:
		pattern_text(p, r->text, r->size);
		break;
	case REGEX_CAT:
		for (struct regex *k = r->kid; k; k = k->next)
			add_regex(p, k);
		break;
	case REGEX_GROUP:
		add_part(p, PATTERN_GROUP, r->name, r->kid);
		break;
	default:
		pattern_piece(p, r);
	}
}

struct pattern *
pattern_regex(struct arena *a, const char *text, size_t size,
              struct regex_error *e)
{
	struct regex *r = regex_parse(a, text, size, e);
	struct pattern *p;

	if (!r)
		return NULL;
	p = pattern_new(a);
	p->source = arena_copy(a, text, size);
	add_regex(p, r);
	return p;
}

const struct pattern_part *
pattern_hole(const struct pattern *p, int i)
{
	for (const struct pattern_part *q = p->parts; q; q = q->next)
		if (q->hole && i-- == 0)
			return q;
	return NULL;
}

void
pattern_re2c_definitions(struct out *o)
{
	out_puts(o, "num = \"0\" | [1-9][0-9]*;\n");
}

int
pattern_re2c(const struct pattern *p, struct out *o)
{
	int n = 0;

	if (!p->parts)
		out_puts(o, "\"\"");
	for (const struct pattern_part *q = p->parts; q; q = q->next) {
		if (q->hole)
			out_printf(o, "@s%d ", n);
		if (q->kind == PATTERN_NUMBER)
			out_puts(o, "num");
		else
			regex_re2c(q->regex, o);
		if (q->hole)
			out_printf(o, " @e%d", n++);
		if (q->next)
			out_puts(o, " ");
	}
	return n;
}

/* Whether the text is read as part of a key without quotes. */
static bool
is_plain(const struct regex *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	return strspn(text->text, plain) == text->size;
}

static void
print_quoted(const struct regex *text, struct out *o)
{
	for (size_t i = 0; i < text->size; i++) {
		const unsigned char c = (unsigned char)text->text[i];

		if (c < ' ' || c == 0x7f)
			out_printf(o, "\\x%02x", c);
		else if (c == '"' || c == '\\' || c == '{')
			out_printf(o, "\\%c", c);
		else
			out_add(o, text->text + i, 1);
	}
}

void
pattern_print(const struct pattern *p, struct out *o)
{
	bool plain = p->parts != NULL;

	if (p->source) {
		out_printf(o, "/%s/", p->source);
		return;
	}
	for (const struct pattern_part *q = p->parts; q; q = q->next)
		if (q->kind == PATTERN_TEXT && !is_plain(q->regex))
			plain = false;
	if (!plain)
		out_puts(o, "\"");
	for (const struct pattern_part *q = p->parts; q; q = q->next) {
		if (q->kind == PATTERN_TEXT)
			print_quoted(q->regex, o);
		else
			out_printf(o, "{%s}", q->hole ? q->hole : "");
	}
	if (!plain)
		out_puts(o, "\"");
}
