/* What stands behind the word or the name of a statement, the same in both
 * spellings. */
#include <string.h>

#include "fmt.h"
#include "lex.h"

void
fmt_names(struct out *o, const struct name *n, const char *between)
{
	for (; n; n = n->next) {
		out_puts(o, n->text);
		if (n->next)
			out_puts(o, between);
	}
}

void
fmt_family(struct out *o, const struct family *f)
{
	out_puts(o, f->name);
	switch (f->kind) {
	case FAMILY_COUNT:
		out_puts(o, " < ");
		fmt_sum(o, f->to);
		break;
	case FAMILY_RANGE:
		out_puts(o, " in ");
		fmt_sum(o, f->from);
		out_puts(o, " .. ");
		fmt_sum(o, f->to);
		break;
	case FAMILY_LABELS:
		out_puts(o, " in ");
		fmt_names(o, f->labels, " ");
		break;
	case FAMILY_OPEN:
		break;
	}
}

static void
put_when(struct out *o, const struct expr *when)
{
	if (!when)
		return;
	out_puts(o, " when ");
	fmt_expr(o, when);
}

static void
put_elements(struct out *o, const struct alternative *a)
{
	for (; a; a = a->next) {
		fmt_postfix(o, a->value);
		put_when(o, a->when);
		if (a->next)
			out_puts(o, " | ");
	}
}

static void
put_alternatives(struct out *o, const struct alternative *a)
{
	for (; a; a = a->next) {
		if (a->text)
			fmt_key(o, a->text);
		for (const struct expr *e = a->value; e; e = e->next) {
			fmt_expr(o, e);
			if (e->next)
				out_puts(o, ", ");
		}
		put_when(o, a->when);
		if (a->next)
			out_puts(o, " | ");
	}
}

void
fmt_value(struct out *o, const struct value *v)
{
	put_alternatives(o, v->alternatives);
	if (!v->computed)
		return;
	out_puts(o, v->alternatives ? " | for " : "for ");
	fmt_family(o, v->computed);
	out_puts(o, " ");
	put_elements(o, v->elements);
}

void
fmt_let(struct out *o, const struct let *l)
{
	if (l->split)
		fmt_factors(o, l->split);
	else
		fmt_names(o, l->labels, " ");
	put_when(o, l->when);
}

void
fmt_variant(struct out *o, const struct rule *r)
{
	fmt_expr(o, r->value);
	out_puts(o, " else ");
	fmt_expr(o, r->otherwise);
}

void
fmt_require(struct out *o, const struct rule *r)
{
	fmt_expr(o, r->value);
	out_puts(o, " ");
	fmt_text(o, r->text);
}

void
fmt_option(struct out *o, const struct rule *r)
{
	for (const struct expr *e = r->value; e; e = e->next) {
		fmt_expr(o, e);
		if (e->next)
			out_puts(o, " | ");
	}
	if (r->text) {
		out_puts(o, " ");
		fmt_text(o, r->text);
	}
}

void
fmt_drop(struct out *o, const struct rule *r)
{
	fmt_key(o, r->key);
	out_puts(o, " ");
	fmt_text(o, r->text);
}

static bool
is_word(const char *s)
{
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
		    *s != '_')
			return false;
	return true;
}

void
fmt_set_value(struct out *o, const struct edit *e)
{
	fmt_expr(o, e->value);
	put_when(o, e->when);
}

void
fmt_field(struct out *o, const struct edit *e)
{
	if (e->optional)
		out_puts(o, "optional ");
	fmt_expr(o, e->path);
}

void
fmt_edit(struct out *o, const struct edit *e)
{
	fmt_field(o, e);
	if (e->value)
		out_puts(o, e->kind == EDIT_SET ? " = " : " ");
	if (e->kind == EDIT_RENAME && is_word(e->value->text) &&
	    !lex_is_keyword(e->value->text))
		out_puts(o, e->value->text);
	else if (e->value)
		fmt_expr(o, e->value);
	put_when(o, e->when);
}

void
fmt_tensor_name(struct out *o, const struct tensor *t)
{
	out_printf(o, "%s [", t->name);
	for (const struct axis *x = t->axes; x; x = x->next) {
		out_puts(o, x->name);
		if (x->size)
			out_printf(o, ":%s", x->size);
		if (x->next)
			out_puts(o, " ");
	}
	out_puts(o, "]");
}

void
fmt_pack(struct out *o, const struct pack *p)
{
	fmt_names(o, p->layouts, ", ");
	out_puts(o, " ");
	fmt_place(o, o, p->place);
}

void
fmt_group(struct out *o, const struct group *g)
{
	out_printf(o, "%s with ", g->tensors->text);
	fmt_names(o, g->tensors->next, " ");
}

/* A number stands bare where it reads as itself. */
static void
put_setting(struct out *o, const struct setting *s)
{
	const struct key_part *p = s->value->parts;
	const char *text = p && !p->next && p->kind == PART_TEXT ? p->text
	                                                         : "";
	size_t n = strspn(text, "0123456789");

	if (s->layout)
		out_printf(o, "%s.", s->layout);
	out_printf(o, "%s = ", s->name);
	if (n > 0 && n < 19 && !text[n] && (*text != '0' || n == 1))
		out_puts(o, text);
	else
		fmt_key(o, s->value);
}

void
fmt_use(struct out *o, const struct use *u)
{
	if (u->file) {
		fmt_text(o, u->file);
		return;
	}
	out_printf(o, "%s as %s", u->rows, u->prefix);
	for (const struct setting *s = u->settings; s; s = s->next) {
		out_puts(o, s == u->settings ? " with " : ", ");
		put_setting(o, s);
	}
}
