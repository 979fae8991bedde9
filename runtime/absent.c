/* What to say of values that cannot be had, and where those come from that
 * can. */
#include "context.h"

/* Config paths and keys below `x` and the symbols in it that cannot be had. */
struct paths {
	const weft_context *side;
	weft_text text;        /* "A, base.B, KEY" */
	uint32_t configs;      /* a bit for each that one of them leads into */
};

static bool
is_absent(const weft_context *s, int64_t symbol)
{
	return s->state[symbol] && s->symbols[symbol].kind == WEFT_V_ABSENT;
}

static void
list_paths(struct paths *p, const weft_expr *x)
{
	const weft_context *s = p->side;

	if (!x)
		return;
	if (x->op == WEFT_E_CONFIG) {
		weft_text_puts(&p->text, p->text.size ? ", " : "");
		weft_expr_print(&p->text, s->model, x);
		p->configs |= (uint32_t)1 << x->n;
	}
	if (x->op >= WEFT_E_HAS && x->op < WEFT_E_DIAGONAL)
		weft_text_printf(&p->text, "%s%s", p->text.size ? ", " : "",
		                 s->model->evidence[x->n].text);
	if (x->op == WEFT_E_SYMBOL && is_absent(s, x->n))
		list_paths(p, s->model->symbols[x->n].value);
	list_paths(p, x->a);
	list_paths(p, x->b);
}

static const weft_document *
named(const weft_context *s, int n)
{
	return s->documents ? &s->documents[n] : NULL;
}

static bool
has_config(const weft_context *s, int n)
{
	return n ? named(s, n - 1) && named(s, n - 1)->json
	         : s->config != NULL;
}

/* Of the configs of a set, those that are there. */
static uint32_t
those_there(const weft_context *s, uint32_t configs)
{
	uint32_t there = 0;

	for (int i = 0; i <= s->model->n_configs; i++)
		if (configs >> i & 1 && has_config(s, i))
			there |= (uint32_t)1 << i;
	return there;
}

/* "no base config: give --base FILE (what it is)" for each missing one. */
static void
list_missing(weft_text *t, const weft_context *s, uint32_t missing)
{
	if (missing & 1)
		weft_text_printf(t, "no %s", s->config_name);
	for (int i = 0; i < s->model->n_configs; i++) {
		const weft_config *c = &s->model->configs[i];

		if (missing >> (i + 1) & 1)
			weft_text_printf(t, "%sno %s config: give --%s FILE "
			                 "(%s)", t->size ? ", and " : "",
			                 c->name, c->name, c->text);
	}
}

const char *
weft_context_files(const weft_context *s, uint32_t configs)
{
	const char *files = NULL;

	for (int i = 0; i <= s->model->n_configs; i++) {
		const char *file = i ? named(s, i - 1) ? named(s, i - 1)->file
		                                       : NULL
		                     : s->config_name;

		if (configs >> i & 1 && file)
			files = files ? weft_alloc_printf(s->arena,
			                                  "%s and %s", files,
			                                  file) : file;
	}
	return files ? files : s->config_name;
}

bool
weft_hint_configs(const weft_context *s, const weft_expr *x)
{
	struct paths p = {.side = s};
	weft_text t = {0};
	bool missing;

	list_paths(&p, x);
	list_missing(&t, s, p.configs & ~those_there(s, p.configs));
	missing = t.size > 0;
	if (missing)
		weft_hint(s->errors, "there is %s", weft_text_cstr(&t));
	weft_text_free(&p.text);
	weft_text_free(&t);
	return missing;
}

void
weft_report_absent(weft_context *s, const weft_symbol *y)
{
	const char *kind = weft_symbol_kind_name(y->kind);
	struct paths p = {.side = s};
	uint32_t there, missing;
	weft_text t = {0};

	list_paths(&p, y->value);
	there = those_there(s, p.configs);
	missing = p.configs ? p.configs & ~there : has_config(s, 0) ? 0 : 1;
	list_missing(&t, s, missing);
	if (missing && !there)
		weft_error(s->errors, WEFT_BAD, "%s %s is needed, and there "
		           "is %s", kind, y->text, weft_text_cstr(&t));
	else
		weft_error(s->errors, WEFT_BAD, "%s: %s %s cannot be had: "
		           "none of these is there: %s",
		           weft_context_files(s, there), kind, y->name,
		           weft_text_cstr(&p.text));
	weft_hint(s->errors, "%s: %s %s", y->where, kind, y->text);
	if (missing && there)
		weft_hint(s->errors, "there is %s", weft_text_cstr(&t));
	if ((missing | there) & 1 || !p.configs)
		weft_hint(s->errors, "complete the file, or give another with "
		          "--config FILE");
	weft_text_free(&p.text);
	weft_text_free(&t);
}
