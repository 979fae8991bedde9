#include "function.h"

#include <string.h>

#include "io/json.h"
#include "regex.h"

static const weft_value wrong = {.kind = WEFT_V_ERROR};

const char *
weft_expr_origin(const weft_scope *at, const weft_expr *x)
{
	weft_text t = {0};
	char *s;

	if (x->op == WEFT_E_CONFIG)
		weft_text_printf(&t, "%s: ",
		                 weft_context_files(at->side,
		                                    (uint32_t)1 << x->n));
	weft_expr_print(&t, at->side->model, x);
	s = weft_alloc_text(at->side->arena, t.data, t.size);
	weft_text_free(&t);
	return s;
}

/* What was found, and what it should be. An object of the config is no value,
 * so that its kind is all there is to say. */
static weft_value
refuse(const weft_scope *at, const weft_expr *x, weft_value v,
       const char *wanted)
{
	weft_context *s = at->side;
	weft_text t = {0};

	weft_value_print(&t, v);
	if (x->op == WEFT_E_CONFIG &&
	    weft_json_kind(weft_config_json(s, x)) == WEFT_JSON_OBJECT)
		weft_error(s->errors, WEFT_BAD, "%s is an object, expected %s",
		           weft_expr_origin(at, x), wanted);
	else
		weft_error(s->errors, WEFT_BAD, "%s is %s, expected %s",
		           weft_expr_origin(at, x), weft_text_cstr(&t), wanted);
	weft_text_free(&t);
	return wrong;
}

/* ---- version ------------------------------------------------------------ */

weft_value
weft_eval_version(const weft_scope *at, const weft_expr *x)
{
	weft_value v = weft_eval(at, x->a), r = {.kind = WEFT_V_INT};

	if (v.kind == WEFT_V_ERROR || v.kind == WEFT_V_ABSENT)
		return v.kind == WEFT_V_ERROR ? v : r;
	if (v.kind == WEFT_V_STRING && weft_version_number(v.s, &r.i))
		return r;
	return refuse(at, x->a, v, "a version like \"0.19.1\"");
}

/* ---- matching ----------------------------------------------------------- */

static weft_value
choose(const weft_scope *at, const weft_expr *x, weft_value list,
       const weft_regex *regex)
{
	weft_context *s = at->side;
	weft_value *items = weft_alloc_array(s->arena, (size_t)list.n + 1,
	                                     sizeof *items);
	int n = 0, found;

	for (int i = 0; i < list.n; i++) {
		if (list.items[i].kind != WEFT_V_STRING)
			return refuse(at, x->a, list, "a list of texts");
		found = weft_regex_match(regex, list.items[i].s);
		if (found < 0) {
			weft_error(s->errors, WEFT_BAD, "%s: matching \"%s\" "
			           "takes too many steps", weft_expr_origin(at, x->a),
			           list.items[i].s);
			return wrong;
		}
		if (found)
			items[n++] = list.items[i];
	}
	return (weft_value){.kind = WEFT_V_LIST, .items = items, .n = n};
}

weft_value
weft_eval_matching(const weft_scope *at, const weft_expr *x)
{
	weft_value v = weft_eval(at, x->a);
	char why[WEFT_REGEX_ERROR];
	weft_regex *regex;
	size_t byte;

	if (v.kind == WEFT_V_ERROR)
		return v;
	if (v.kind == WEFT_V_ABSENT)
		return (weft_value){.kind = WEFT_V_LIST};
	if (v.kind != WEFT_V_LIST) {
		refuse(at, x->a, v, "a list of texts");
		weft_hint(at->side->errors, "write out what is meant, as in "
		          "[\"q_proj\", \"v_proj\"]");
		return wrong;
	}
	regex = weft_regex_new("", x->b->s, "", &byte, why);
	if (!regex) {
		weft_error(at->side->errors, WEFT_MODEL, "\"%s\" is no regular "
		           "expression: %s, at byte %zu", x->b->s, why, byte);
		return wrong;
	}
	v = choose(at, x, v, regex);
	weft_regex_free(regex);
	return v;
}
