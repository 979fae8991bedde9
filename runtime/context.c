#include "context.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEW, BUSY, DONE };

void
weft_context_init(weft_context *s, const weft_model *model, weft_arena *arena,
               weft_errors *e)
{
	size_t n = (size_t)model->n_symbols;

	*s = (weft_context){.model = model, .layout = -1, .arena = arena,
	                 .errors = e, .config_name = "config.json"};
	s->symbols = weft_alloc_array(arena, n + 1, sizeof *s->symbols);
	s->state = weft_alloc_array(arena, n + 1, 1);
	s->origin = weft_alloc_array(arena, n + 1, sizeof *s->origin);
	s->read = weft_alloc_array(arena, n + 1, sizeof *s->read);
}

void
weft_context_set(weft_context *s, int n, weft_value v, const char *origin)
{
	s->symbols[n] = v;
	s->state[n] = DONE;
	s->origin[n] = origin;
}

int
weft_context_symbol(const weft_context *s, const char *name)
{
	int found = -1;

	for (int i = 0; i < s->model->n_symbols; i++) {
		const weft_symbol *y = &s->model->symbols[i];

		if (strcmp(y->name, name) != 0)
			continue;
		if (y->layout == s->layout && s->layout >= 0)
			return i;
		if (y->layout < 0)
			found = i;
	}
	return found;
}

static bool
is_choice(const weft_symbol *option, const char *word)
{
	for (int k = 0; option->choices[k]; k++)
		if (strcmp(option->choices[k], word) == 0)
			return true;
	return false;
}

bool
weft_option_value(const weft_symbol *option, const char *word, weft_value *v)
{
	char *end = "";

	if (option->choices && !is_choice(option, word))
		return false;
	switch (option->value->op) {
	case WEFT_E_STRING:
		*v = (weft_value){.kind = WEFT_V_STRING, .s = word};
		break;
	case WEFT_E_BOOL:
		*v = (weft_value){.kind = WEFT_V_BOOL,
		                  .i = strcmp(word, "true") == 0};
		return v->i || strcmp(word, "false") == 0;
	case WEFT_E_REAL:
		*v = (weft_value){.kind = WEFT_V_REAL,
		                  .r = strtod(word, &end)};
		break;
	default:
		errno = 0;
		*v = (weft_value){.kind = WEFT_V_INT,
		                  .i = strtoll(word, &end, 10)};
		return *word && !*end && !errno && v->i >= 0;
	}
	return *word && !*end;
}

const char *
weft_symbol_kind_name(enum weft_symbol_kind k)
{
	static const char *const name[] = {"size", "number", "flag", "text",
	                                   "list", "option", "variant"};

	return name[k];
}

/* Sizes are counts: a real or a word in their place is a broken config. A flag
 * made of a number or a list is whether that counts as true. */
static weft_value
check_kind(weft_context *s, const weft_symbol *y, weft_value v)
{
	weft_text t = {0};
	bool good = v.kind == WEFT_V_ABSENT || v.kind == WEFT_V_ERROR ||
	            (y->kind == WEFT_SYM_SIZE ? v.kind == WEFT_V_INT && v.i >= 0
	             : y->kind == WEFT_SYM_NUMBER ? v.kind == WEFT_V_INT ||
	                                            v.kind == WEFT_V_REAL
	             : y->kind == WEFT_SYM_TEXT ? v.kind == WEFT_V_STRING
	             : y->kind == WEFT_SYM_LIST ? v.kind == WEFT_V_LIST
	             : y->kind == WEFT_SYM_FLAG ? v.kind != WEFT_V_STRING
	             : true);

	if (good && y->kind == WEFT_SYM_FLAG && v.kind != WEFT_V_ABSENT &&
	    v.kind != WEFT_V_ERROR)
		return (weft_value){.kind = WEFT_V_BOOL,
		                    .i = weft_value_true(v)};
	if (good)
		return v;
	weft_value_print(&t, v);
	weft_error(s->errors, WEFT_BAD, "%s: %s %s is %s, which is no %s",
	           weft_context_files(s, s->reads),
	           weft_symbol_kind_name(y->kind), y->name, weft_text_cstr(&t),
	           y->kind == WEFT_SYM_SIZE ? "whole number from 0"
	           : y->kind == WEFT_SYM_NUMBER ? "number"
	           : y->kind == WEFT_SYM_LIST ? "list"
	           : y->kind == WEFT_SYM_FLAG ? "truth value" : "text");
	weft_hint(s->errors, "%s: %s %s", y->where,
	          weft_symbol_kind_name(y->kind), y->text);
	weft_text_free(&t);
	return (weft_value){.kind = WEFT_V_ERROR};
}

/* Evaluates the value of a symbol; an error inside it gets the place it is
 * at. */
static weft_value
evaluate(weft_context *s, const weft_symbol *y)
{
	const weft_scope at = {.side = s};
	int before = s->errors->count;
	weft_value v = weft_eval(&at, y->value);

	if (s->errors->count == before || s->errors->count == s->located)
		return v;
	s->located = s->errors->count;
	weft_hint(s->errors, "%s: %s %s", y->where,
	          weft_symbol_kind_name(y->kind), y->text);
	if (s->config)
		weft_hint(s->errors, "fields are those of %s",
		          weft_context_files(s, s->reads));
	return v;
}

weft_value
weft_context_value(weft_context *s, int n)
{
	const weft_symbol *y = &s->model->symbols[n];
	const weft_scope at = {.side = s};
	uint32_t outer = s->reads;
	weft_value v;

	if (s->state[n] == DONE) {
		s->reads |= s->read[n];
		return s->symbols[n];
	}
	if (s->state[n] == BUSY) {
		weft_error(s->errors, WEFT_MODEL, "%s: %s %s is defined by "
		           "itself", y->where,
		           weft_symbol_kind_name(y->kind), y->name);
		return (weft_value){.kind = WEFT_V_ERROR};
	}
	s->state[n] = BUSY;
	s->reads = 0;
	if (y->asks && s->source) {
		v = weft_context_value(s->source, n);
		s->reads = s->source->read[n];
	} else if (y->kind == WEFT_SYM_VARIANT) {
		const weft_expr *x = s->facts ? y->value : y->otherwise;

		v = (weft_value){.kind = WEFT_V_BOOL,
		                 .i = weft_eval_true(&at, x)};
	} else {
		v = check_kind(s, y, evaluate(s, y));
	}
	s->symbols[n] = v;
	s->state[n] = DONE;
	s->read[n] = s->reads;
	s->reads |= outer;
	if (!s->origin[n])
		s->origin[n] = y->kind == WEFT_SYM_OPTION ||
		               (y->kind == WEFT_SYM_VARIANT && !s->facts)
			? "default" : y->kind == WEFT_SYM_VARIANT
			? "the source's keys" : y->asks ? "the source"
			: weft_context_files(s, s->read[n]);
	return v;
}

bool
weft_context_need(weft_context *s, const weft_expr *x)
{
	if (!x)
		return true;
	if (x->op == WEFT_E_SYMBOL) {
		weft_value v = weft_context_value(s, (int)x->n);

		if (v.kind != WEFT_V_ABSENT)
			return v.kind != WEFT_V_ERROR;
		weft_report_absent(s, &s->model->symbols[x->n]);
		s->symbols[x->n].kind = WEFT_V_ERROR;
		return false;
	}
	return weft_context_need(s, x->a) && weft_context_need(s, x->b);
}

bool
weft_eval_int(const weft_scope *at, const weft_expr *x, const char *what,
              int64_t *r)
{
	weft_value v;
	weft_text t = {0};

	v = weft_eval(at, x);
	if (v.kind == WEFT_V_INT) {
		*r = v.i;
		return true;
	}
	if (v.kind == WEFT_V_ERROR ||
	    (v.kind == WEFT_V_ABSENT && !weft_context_need(at->side, x)))
		return false;
	weft_expr_print(&t, at->side->model, x);
	weft_text_puts(&t, " is ");
	weft_value_print(&t, v);
	weft_error(at->side->errors, WEFT_BAD, "%s: %s, and not a whole number",
	           what, weft_text_cstr(&t));
	weft_text_free(&t);
	return false;
}

bool
weft_value_true(weft_value v)
{
	switch (v.kind) {
	case WEFT_V_INT:
	case WEFT_V_BOOL:
		return v.i != 0;
	case WEFT_V_REAL:
		return v.r != 0;
	case WEFT_V_STRING:
		return v.s[0] != '\0';
	case WEFT_V_LIST:
		return v.n > 0;
	default:
		return false;
	}
}

bool
weft_eval_true(const weft_scope *at, const weft_expr *x)
{
	return !x || weft_value_true(weft_eval(at, x));
}

bool
weft_value_equal(weft_value a, weft_value b)
{
	if (a.kind == WEFT_V_INT && b.kind == WEFT_V_REAL)
		return (double)a.i == b.r;
	if (a.kind == WEFT_V_REAL && b.kind == WEFT_V_INT)
		return a.r == (double)b.i;
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case WEFT_V_INT:
	case WEFT_V_BOOL:
		return a.i == b.i;
	case WEFT_V_REAL:
		return a.r == b.r;
	case WEFT_V_STRING:
		return strcmp(a.s, b.s) == 0;
	case WEFT_V_LIST:
		for (int i = 0; i < a.n && a.n == b.n; i++)
			if (!weft_value_equal(a.items[i], b.items[i]))
				return false;
		return a.n == b.n;
	default:
		return true;
	}
}

/* In the fewest digits that say it, and never as an integer: 5.0 is no 5. */
static void
print_real(weft_text *t, double r)
{
	char digits[32];
	int n = 15;

	do
		snprintf(digits, sizeof digits, "%.*g", n, r);
	while (n++ < 17 && fabs(strtod(digits, NULL) - r) > 0);
	weft_text_puts(t, digits);
	if (!digits[strspn(digits, "-0123456789")])
		weft_text_puts(t, ".0");
}

void
weft_value_print(weft_text *t, weft_value v)
{
	switch (v.kind) {
	case WEFT_V_INT:
		weft_text_printf(t, "%lld", (long long)v.i);
		break;
	case WEFT_V_REAL:
		print_real(t, v.r);
		break;
	case WEFT_V_BOOL:
		weft_text_puts(t, v.i ? "true" : "false");
		break;
	case WEFT_V_STRING:
		weft_text_json(t, v.s);
		break;
	case WEFT_V_LIST:
		weft_text_puts(t, "[");
		for (int i = 0; i < v.n; i++) {
			weft_text_puts(t, i ? ", " : "");
			if (v.items[i].kind == WEFT_V_ABSENT)
				weft_text_puts(t, "null");
			else
				weft_value_print(t, v.items[i]);
		}
		weft_text_puts(t, "]");
		break;
	default:
		weft_text_puts(t, "absent");
	}
}
