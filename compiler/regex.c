#include "regex.h"

#include "out.h"

bool
byte_set_has(const struct byte_set *s, unsigned char c)
{
	return s->word[c / 64] >> (c % 64) & 1;
}

void
byte_set_add(struct byte_set *s, unsigned char lo, unsigned char hi)
{
	for (unsigned c = lo; c <= hi; c++)
		s->word[c / 64] |= UINT64_C(1) << (c % 64);
}

static struct regex *
new_regex(struct arena *a, enum regex_kind kind)
{
	struct regex *r = arena_alloc(a, sizeof *r);

	r->kind = kind;
	return r;
}

struct regex *
regex_literal(struct arena *a, const char *text, size_t size)
{
	struct regex *r = new_regex(a, REGEX_LITERAL);

	r->text = arena_copy(a, text, size);
	r->size = size;
	return r;
}

struct regex *
regex_set(struct arena *a, struct byte_set set)
{
	struct regex *r = new_regex(a, REGEX_SET);

	r->set = set;
	return r;
}

struct regex *
regex_range(struct arena *a, unsigned char lo, unsigned char hi)
{
	struct byte_set set = {{0}};

	byte_set_add(&set, lo, hi);
	return regex_set(a, set);
}

struct regex *
regex_list(struct arena *a, enum regex_kind kind, struct regex *kids)
{
	struct regex *r;

	if (kids && !kids->next)
		return kids;
	if (!kids)
		return regex_literal(a, "", 0);
	r = new_regex(a, kind);
	r->kid = kids;
	return r;
}

struct regex *
regex_repeat(struct arena *a, struct regex *kid, int min, int max)
{
	struct regex *r = new_regex(a, REGEX_REPEAT);

	r->kid = kid;
	r->min = min;
	r->max = max;
	return r;
}

struct regex *
regex_group(struct arena *a, const char *name, struct regex *kid)
{
	struct regex *r = new_regex(a, REGEX_GROUP);

	r->kid = kid;
	r->name = name;
	return r;
}

static size_t
cap(size_t n)
{
	return n > REGEX_POSITIONS_MAX ? REGEX_POSITIONS_MAX + 1 : n;
}

/* The empty text counts as one position: it is unfolded like any other. */
size_t
regex_positions(const struct regex *r)
{
	size_t n = 0;

	switch (r->kind) {
	case REGEX_LITERAL:
		return cap(r->size ? r->size : 1);
	case REGEX_SET:
		return 1;
	case REGEX_CAT:
	case REGEX_ALT:
		for (const struct regex *k = r->kid; k; k = k->next)
			n = cap(n + regex_positions(k));
		return n;
	case REGEX_REPEAT:
		n = regex_positions(r->kid);
		if (r->max > 1)
			n = cap(n * (size_t)r->max);
		else if (r->min > 1)
			n = cap(n * (size_t)r->min);
		return n;
	case REGEX_GROUP:
		return regex_positions(r->kid);
	}
	return n;
}

static void
print_set(const struct byte_set *s, struct out *o)
{
	out_puts(o, "[");
	for (unsigned lo = 1, hi; lo < 256; lo = hi + 1) {
		hi = lo;
		if (!byte_set_has(s, (unsigned char)lo))
			continue;
		while (hi < 255 && byte_set_has(s, (unsigned char)(hi + 1)))
			hi++;
		out_printf(o, hi > lo ? "\\x%02x-\\x%02x" : "\\x%02x", lo, hi);
	}
	out_puts(o, "]");
}

static void
print_repeat(const struct regex *r, struct out *o)
{
	out_puts(o, "(");
	regex_re2c(r->kid, o);
	out_puts(o, ")");
	if (r->max < 0)
		out_puts(o, r->min ? "+" : "*");
	else if (r->max == r->min)
		out_printf(o, "{%d}", r->min);
	else
		out_printf(o, "{%d,%d}", r->min, r->max);
}

void
regex_re2c(const struct regex *r, struct out *o)
{
	switch (r->kind) {
	case REGEX_LITERAL:
		out_c_string(o, r->text, r->size);
		break;
	case REGEX_SET:
		print_set(&r->set, o);
		break;
	case REGEX_CAT:
	case REGEX_ALT:
		out_puts(o, "(");
		for (const struct regex *k = r->kid; k; k = k->next) {
			regex_re2c(k, o);
			if (k->next)
				out_puts(o, r->kind == REGEX_ALT ? " | " : " ");
		}
		out_puts(o, ")");
		break;
	case REGEX_REPEAT:
		print_repeat(r, o);
		break;
	case REGEX_GROUP:
		regex_re2c(r->kid, o);
		break;
	}
}
