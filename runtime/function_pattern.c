/* pattern(OBJECT, TEXT): the value of the first member of an object whose name,
 * a regular expression, matches the text whole or its end behind a dot. The
 * text has holes of indices; what it gives must be the same for all of them. */
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "function.h"
#include "io/json.h"
#include "regex.h"

enum {
	HOLES = 8,
	TEXTS = 1 << 20,      /* that one pattern() is asked for */
	MATCHES = 1 << 22,    /* by expressions that take PCRE2 */
};

struct member {
	const char *name;
	const weft_json *value;
	char *plain;          /* no more than characters and dots; or NULL: */
	size_t n;
	weft_regex *regex;    /* NULL: not yet made */
};

struct lookup {
	const weft_scope *at;
	const weft_expr *x;
	struct member *members;
	size_t n_members;
	const char *holes[HOLES];
	int64_t size[HOLES], index[HOLES];
	int n_holes;
	int64_t matches;
	weft_text text;
	weft_text first;      /* the first text, */
	const weft_json *value; /* and the value for it */
};

static bool
complain(struct lookup *p, const struct member *m, const char *what,
         const char *why, size_t byte)
{
	weft_context *s = p->at->side;
	weft_text t = {0};

	weft_text_printf(&t, "%s: the name \"%s\" %s",
	                 weft_expr_origin(p->at, p->x->a), m->name, what);
	if (why)
		weft_text_printf(&t, ": %s, at byte %zu", why, byte);
	weft_error(s->errors, WEFT_BAD, "%s", weft_text_cstr(&t));
	weft_hint(s->errors, "the names in %s are regular expressions of "
	          "Python that match names of modules", p->x->a->s);
	weft_text_free(&t);
	return false;
}

/* ---- one name and one text ---------------------------------------------- */

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* "a\.b.c" is '\1' for `\.`'s dot: any other dot is any character. NULL if the
 * name is more than that. */
static char *
plain_name(const char *name, size_t *n)
{
	char *plain = malloc(strlen(name) + 1);

	if (!plain)
		weft_out_of_memory();
	for (*n = 0; *name; name++) {
		bool dot = name[0] == '\\' && name[1] == '.';

		if (!dot && !is_plain(*name) && *name != '.') {
			free(plain);
			return NULL;
		}
		plain[(*n)++] = dot ? '\1' : *name;
		name += dot;
	}
	return plain;
}

static bool
matches_plain(const struct member *m, const weft_text *t)
{
	const char *s = t->data + t->size - m->n;

	if (m->n > t->size || (m->n < t->size && s[-1] != '.'))
		return false;
	for (size_t i = m->n; i-- > 0;)
		if (m->plain[i] != s[i] && m->plain[i] != '.' &&
		    (m->plain[i] != '\1' || s[i] != '.'))
			return false;
	return true;
}

static bool
make_regex(struct lookup *p, struct member *m)
{
	char why[WEFT_REGEX_ERROR];
	size_t byte;

	m->regex = weft_regex_new("(.*\\.)?((?:", m->name, "))", &byte, why);
	return m->regex ? true : complain(p, m, "is no regular expression",
	                                  why, byte);
}

/* 1, 0, or -1 after an error. */
static int
matches(struct lookup *p, struct member *m)
{
	int found;

	if (m->plain)
		return matches_plain(m, &p->text);
	if (!m->regex && !make_regex(p, m))
		return -1;
	found = p->matches++ < MATCHES
		? weft_regex_match(m->regex, weft_text_cstr(&p->text)) : -1;
	if (found < 0)
		complain(p, m, "takes too many steps to match", NULL, 0);
	return found;
}

/* The member of the object for the text, *r: NULL if there is none. False
 * after an error. */
static bool
find(struct lookup *p, const weft_json **r)
{
	*r = NULL;
	for (size_t i = 0; i < p->n_members; i++) {
		int found = matches(p, &p->members[i]);

		if (found < 0)
			return false;
		if (found) {
			*r = p->members[i].value;
			return true;
		}
	}
	return true;
}

/* ---- all texts ---------------------------------------------------------- */

static int
hole_of(const struct lookup *p, const char *name)
{
	int i = 0;

	while (i < p->n_holes && strcmp(p->holes[i], name) != 0)
		i++;
	return i;
}

/* The holes, and how many texts they make; -1 after an error. */
static int64_t
count_texts(struct lookup *p)
{
	int64_t n = 1, size;

	for (const weft_expr *e = p->x->b; e; e = e->b) {
		int i = e->a->op == WEFT_E_EACH ? hole_of(p, e->a->b->s) : -1;

		if (i < 0 || i < p->n_holes)
			continue;
		if (!weft_eval_int(p->at, e->a->a, "an index of pattern()",
		                   &size))
			return -1;
		if (i == HOLES || !weft_mul_i64(n, size, &n) || n > TEXTS) {
			weft_error(p->at->side->errors, WEFT_BAD, "pattern() "
			           "of more than %d names", TEXTS);
			return -1;
		}
		p->holes[i] = e->a->b->s;
		p->size[i] = size;
		p->n_holes++;
	}
	return n;
}

static bool
compose_part(struct lookup *p, const weft_expr *x)
{
	weft_value v = {.kind = WEFT_V_INT};

	if (x->op == WEFT_E_EACH)
		v.i = p->index[hole_of(p, x->b->s)];
	else
		v = weft_eval(p->at, x);
	if (v.kind == WEFT_V_STRING)
		weft_text_puts(&p->text, v.s);
	else if (v.kind == WEFT_V_INT)
		weft_text_printf(&p->text, "%lld", (long long)v.i);
	else if (v.kind != WEFT_V_ERROR)
		weft_error(p->at->side->errors, WEFT_BAD, "a text of pattern() "
		           "cannot be had");
	return v.kind == WEFT_V_STRING || v.kind == WEFT_V_INT;
}

static bool
compose(struct lookup *p)
{
	p->text.size = 0;
	for (const weft_expr *e = p->x->b; e; e = e->b)
		if (!compose_part(p, e->a))
			return false;
	return true;
}

static void
print_given(weft_text *t, struct lookup *p, const weft_json *value)
{
	if (value)
		weft_value_print(t, weft_value_of_json(p->at->side, value));
	else
		weft_text_puts(t, "nothing");
}

static bool
differs(struct lookup *p, const weft_json *value)
{
	weft_context *s = p->at->side;
	weft_text t = {0};

	weft_text_printf(&t, "%s gives ", weft_expr_origin(p->at, p->x->a));
	print_given(&t, p, p->value);
	weft_text_printf(&t, " for %s and ", weft_text_cstr(&p->first));
	print_given(&t, p, value);
	weft_text_printf(&t, " for %s; one value for all of them is what can "
	                 "be converted", weft_text_cstr(&p->text));
	weft_error(s->errors, WEFT_BAD, "%s", weft_text_cstr(&t));
	weft_text_free(&t);
	return false;
}

static bool
try_text(struct lookup *p, bool first)
{
	const weft_json *value;

	if (!compose(p) || !find(p, &value))
		return false;
	if (first) {
		p->value = value;
		weft_text_puts(&p->first, weft_text_cstr(&p->text));
		return true;
	}
	return p->value == value ||
	       weft_value_equal(weft_value_of_json(p->at->side, p->value),
	                        weft_value_of_json(p->at->side, value)) ||
	       differs(p, value);
}

/* The next of all combinations of indices. */
static void
step(struct lookup *p)
{
	for (int i = p->n_holes - 1; i >= 0; i--) {
		if (++p->index[i] < p->size[i])
			return;
		p->index[i] = 0;
	}
}

static weft_value
look_up(struct lookup *p)
{
	int64_t n = count_texts(p);
	bool good = n >= 0;

	for (int64_t i = 0; i < n && good; i++) {
		good = try_text(p, i == 0);
		step(p);
	}
	return good ? weft_value_of_json(p->at->side, p->value)
	            : (weft_value){.kind = WEFT_V_ERROR};
}

weft_value
weft_eval_pattern(const weft_scope *at, const weft_expr *x)
{
	const weft_json *object = weft_config_json(at->side, x->a);
	struct lookup p = {.at = at, .x = x};
	weft_value v = {.kind = WEFT_V_ABSENT};

	if (weft_json_kind(object) <= WEFT_JSON_NULL)
		return v;
	if (weft_json_kind(object) != WEFT_JSON_OBJECT) {
		weft_error(at->side->errors, WEFT_BAD, "%s is %s, expected an "
		           "object of names and their values",
		           weft_expr_origin(at, x->a),
		           weft_json_kind_name(weft_json_kind(object)));
		return (weft_value){.kind = WEFT_V_ERROR};
	}
	p.members = calloc(weft_json_length(object) + 1, sizeof *p.members);
	if (!p.members)
		weft_out_of_memory();
	for (weft_json_member m = {0}; weft_json_next(object, &m);) {
		struct member *to = &p.members[p.n_members++];

		*to = (struct member){.name = m.name, .value = m.value};
		to->plain = plain_name(m.name, &to->n);
	}
	if (p.n_members)
		v = look_up(&p);
	for (size_t i = 0; i < p.n_members; i++) {
		free(p.members[i].plain);
		weft_regex_free(p.members[i].regex);
	}
	free(p.members);
	weft_text_free(&p.text);
	weft_text_free(&p.first);
	return v;
}
