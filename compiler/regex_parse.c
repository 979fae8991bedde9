#include "regex_parse.h"

#include <string.h>

#include "out.h"

static struct regex *parse_alt(struct regex_parser *p);

void
regex_fail(struct regex_parser *p, size_t at, const char *fmt, ...)
{
	struct out o = {.arena = p->arena};
	va_list ap;

	va_start(ap, fmt);
	out_vprintf(&o, fmt, ap);
	va_end(ap);
	p->error->at = at;
	p->error->text = o.text;
}

unsigned char
regex_peek(const struct regex_parser *p, size_t n)
{
	if (n >= p->size - p->at)
		return 0;
	return (unsigned char)p->text[p->at + n];
}

bool
regex_take(struct regex_parser *p, char c)
{
	if (p->at >= p->size || p->text[p->at] != c)
		return false;
	p->at++;
	return true;
}

static bool
fail_group(struct regex_parser *p, size_t at)
{
	const unsigned char c = regex_peek(p, 0), d = regex_peek(p, 1);

	if (c == '=' || c == '!')
		regex_fail(p, at, "'(?%c' look-ahead is not supported: "
			   "patterns stay linear", c);
	else if (c == '<' && (d == '=' || d == '!'))
		regex_fail(p, at, "'(?<%c' look-behind is not supported: "
			   "patterns stay linear", d);
	else if (c == ':')
		regex_fail(p, at, "'(?:' is not needed: a plain '(...)' keeps "
			   "nothing");
	else if (c == 'P')
		regex_fail(p, at, "'(?P' is not supported: a named group is "
			   "written '(?<name>...)'");
	else
		regex_fail(p, at, "'(?' is not supported here: a group is "
			   "'(...)' or '(?<name>...)'");
	return false;
}

/* Reads `?<name>` if it is there. */
static bool
parse_name(struct regex_parser *p, size_t at, const char **name)
{
	size_t n = 0;

	*name = NULL;
	if (!regex_take(p, '?'))
		return true;
	if (regex_peek(p, 0) != '<' || regex_peek(p, 1) == '=' ||
	    regex_peek(p, 1) == '!')
		return fail_group(p, at);
	p->at++;
	while (regex_is_letter(regex_peek(p, n)) || regex_peek(p, n) == '_' ||
	       (n && regex_is_digit(regex_peek(p, n))))
		n++;
	if (!n || regex_peek(p, n) != '>') {
		regex_fail(p, p->at, "the name of a group is letters, digits "
			   "and '_' between '<' and '>', and does not begin "
			   "with a digit");
		return false;
	}
	*name = arena_copy(p->arena, p->text + p->at, n);
	p->at += n + 1;
	return true;
}

static struct regex *
keep_name(struct regex_parser *p, size_t at, const char *name,
          struct regex *kid)
{
	struct regex *r = regex_group(p->arena, name, kid);

	r->at = at;
	for (int i = 0; i < p->nnames; i++) {
		if (strcmp(p->names[i]->name, name))
			continue;
		regex_fail(p, at, "two groups are named '%s'", name);
		return NULL;
	}
	if (p->nnames == REGEX_NAMES_MAX) {
		regex_fail(p, at, "more than %d named groups", REGEX_NAMES_MAX);
		return NULL;
	}
	p->names[p->nnames++] = r;
	return r;
}

static struct regex *
parse_group(struct regex_parser *p)
{
	const size_t at = p->at++;
	const char *name;
	struct regex *r;

	if (++p->depth > REGEX_DEPTH_MAX) {
		regex_fail(p, at, "more than %d groups inside each other",
			   REGEX_DEPTH_MAX);
		return NULL;
	}
	if (!parse_name(p, at, &name) || !(r = parse_alt(p)))
		return NULL;
	if (!regex_take(p, ')')) {
		regex_fail(p, at, "the group is not closed: ')' is missing");
		return NULL;
	}
	p->depth--;
	return name ? keep_name(p, at, name, r) : r;
}

/* A character that stands for itself, with all bytes of its UTF-8 form, so that
 * a repetition behind it repeats the character. */
static struct regex *
parse_literal(struct regex_parser *p)
{
	const size_t at = p->at;

	if (regex_peek(p, 0) == 0) {
		regex_fail(p, at, "a key holds no NUL byte");
		return NULL;
	}
	if (regex_peek(p, 0) >= 0xc0)
		while ((regex_peek(p, 1) & 0xc0) == 0x80)
			p->at++;
	p->at++;
	return regex_literal(p->arena, p->text + at, p->at - at);
}

static struct regex *
parse_atom(struct regex_parser *p)
{
	const unsigned char c = regex_peek(p, 0);

	switch (c) {
	case '(':
		return parse_group(p);
	case '[':
		return regex_class(p);
	case '\\':
		return regex_escape(p);
	case '.':
		p->at++;
		return regex_range(p->arena, 1, 255);
	case '*':
	case '+':
	case '?':
	case '{':
		regex_fail(p, p->at, "'%c' has nothing to repeat; the "
			   "character itself is written '\\%c'", c, c);
		return NULL;
	case ']':
	case '}':
		regex_fail(p, p->at, "'%c' closes nothing; the character "
			   "itself is written '\\%c'", c, c);
		return NULL;
	case '^':
	case '$':
		regex_fail(p, p->at, "'%c' is not needed: a pattern always "
			   "matches the whole key; the character itself is "
			   "written '\\%c'", c, c);
		return NULL;
	default:
		return parse_literal(p);
	}
}

/* Reads a number of at most three digits, or -1. */
static int
parse_count(struct regex_parser *p)
{
	int n = 0, digits = 0;

	for (; regex_is_digit(regex_peek(p, 0)) && digits < 3; digits++)
		n = n * 10 + (p->text[p->at++] - '0');
	return digits && !regex_is_digit(regex_peek(p, 0)) ? n : -1;
}

/* Reads `{m}` or `{m,n}`. */
static bool
parse_counts(struct regex_parser *p, int *min, int *max)
{
	const size_t at = p->at++;

	*max = *min = parse_count(p);
	if (*min >= 0 && regex_take(p, ',')) {
		if (regex_peek(p, 0) == '}') {
			regex_fail(p, at, "a repetition without an upper bound "
				   "is '*' or '+': write 'X{%d}X*'", *min);
			return false;
		}
		*max = parse_count(p);
	}
	if (*min < 0 || *max < 0 || !regex_take(p, '}')) {
		regex_fail(p, at, "a repetition is '{m}' or '{m,n}' with n up "
			   "to %d; a '{' itself is written '\\{'",
			   REGEX_REPEAT_MAX);
		return false;
	}
	if (*max > REGEX_REPEAT_MAX || *max == 0 || *min > *max) {
		regex_fail(p, at, "in a repetition '{m,n}' n is from 1 to %d "
			   "and not less than m", REGEX_REPEAT_MAX);
		return false;
	}
	return true;
}

/* Reads what may stand behind an atom and wraps the atom in it. */
static struct regex *
parse_repeat(struct regex_parser *p, struct regex *r)
{
	const size_t at = p->at;
	const unsigned char c = regex_peek(p, 0);
	int min = 0, max = -1;
	unsigned char d;

	if (!c || !strchr("*+?{", c))
		return r;
	if (c == '{' && !parse_counts(p, &min, &max))
		return NULL;
	if (c != '{')
		p->at++;
	if (c == '+')
		min = 1;
	if (c == '?')
		max = 1;
	r = regex_repeat(p->arena, r, min, max);
	d = regex_peek(p, 0);
	if (d == '?' || d == '+')
		regex_fail(p, at, "a repetition followed by '%c' is not "
			   "supported: a key is matched as a whole, there is "
			   "nothing to choose", d);
	else if (d == '*' || d == '{')
		regex_fail(p, at, "to repeat a repetition, put it in a group");
	else
		return r;
	return NULL;
}

/* Puts r behind the list that ends in *last; literals run together,
 * which the automaton's tests of first and last bytes profit from. */
static struct regex **
append(struct arena *a, struct regex **last, struct regex *r)
{
	struct regex *l = *last;

	if (l && l->kind == REGEX_LITERAL && r->kind == REGEX_LITERAL) {
		struct out o = {.arena = a};

		out_add(&o, l->text, l->size);
		out_add(&o, r->text, r->size);
		l->text = o.text;
		l->size = o.size;
		return last;
	}
	if (l)
		last = &l->next;
	*last = r;
	return last;
}

static struct regex *
parse_cat(struct regex_parser *p)
{
	struct regex *kids = NULL, **last = &kids, *r;
	size_t at;

	while (p->at < p->size && p->text[p->at] != '|' &&
	       p->text[p->at] != ')') {
		at = p->at;
		if (!(r = parse_atom(p)) || !(r = parse_repeat(p, r)))
			return NULL;
		r->at = at;
		r->end = p->at;
		last = append(p->arena, last, r);
	}
	return regex_list(p->arena, REGEX_CAT, kids);
}

static struct regex *
parse_alt(struct regex_parser *p)
{
	struct regex *kids = NULL, **end = &kids;

	do {
		if (!(*end = parse_cat(p)))
			return NULL;
		end = &(*end)->next;
	} while (regex_take(p, '|'));
	return regex_list(p->arena, REGEX_ALT, kids);
}

/* Whether no named group is below `outer`, the nearest node around r that may
 * match other than once. */
static bool
check_names(struct regex_parser *p, const struct regex *r,
            const struct regex *outer)
{
	if (r->kind == REGEX_GROUP && outer) {
		regex_fail(p, r->at, outer->kind == REGEX_REPEAT
			   ? "the named group '%s' is inside a repetition: a "
			   "key could give it no value, or several"
			   : outer->kind == REGEX_ALT
			   ? "the named group '%s' is inside an alternation: a "
			   "key could leave it without a value"
			   : "the named group '%s' is inside another one",
			   r->name);
		return false;
	}
	if (r->kind != REGEX_CAT)
		outer = r;
	for (const struct regex *k = r->kid; k; k = k->next)
		if (!check_names(p, k, outer))
			return false;
	return true;
}

struct regex *
regex_parse(struct arena *a, const char *text, size_t size,
            struct regex_error *e)
{
	struct regex_parser p = {
		.arena = a, .text = text, .size = size, .error = e,
	};
	struct regex *r;

	if (size == 0 || size > REGEX_POSITIONS_MAX) {
		regex_fail(&p, 0, size ? "the expression is longer than %d "
			   "bytes" : "an empty expression matches no key",
			   REGEX_POSITIONS_MAX);
		return NULL;
	}
	if (!(r = parse_alt(&p)))
		return NULL;
	if (p.at < size) {
		regex_fail(&p, p.at, "')' closes nothing; the character itself "
			   "is written '\\)'");
		return NULL;
	}
	if (!check_names(&p, r, NULL))
		return NULL;
	if (regex_positions(r) > REGEX_POSITIONS_MAX) {
		regex_fail(&p, 0, "the expression is too large: its "
			   "repetitions unfold to more than %d characters",
			   REGEX_POSITIONS_MAX);
		return NULL;
	}
	r->at = 0;
	r->end = size;
	return r;
}
