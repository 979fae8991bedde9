#include "steps.h"

#include <string.h>

static bool
value_type(enum weft_dtype t, weft_value_type *r)
{
	switch (t) {
	case WEFT_F64: *r = WEFT_VALUE_F64; return true;
	case WEFT_F32: *r = WEFT_VALUE_F32; return true;
	case WEFT_F16: *r = WEFT_VALUE_F16; return true;
	case WEFT_BF16: *r = WEFT_VALUE_BF16; return true;
	default: return false;
	}
}

static int
add_step(weft_job *job, const struct weft_cell_state *c,
         const struct weft_value_rule *rule, bool undo, weft_value_chain *chain)
{
	const weft_scope at = {.side = c->side, .size = c->frame.size,
	                       .axes = c->place.axes,
	                       .n_axes = c->place.n_axes};
	weft_value v = weft_eval(&at, rule->by);
	struct weft_value_step *s = &chain->step[chain->steps];
	double by = v.kind == WEFT_V_INT ? (double)v.i : v.r;

	if (v.kind != WEFT_V_INT && v.kind != WEFT_V_REAL)
		return weft_error(job->errors, WEFT_BAD, "%s: a value step of "
		                  "%s has no number", c->cell->where,
		                  c->row->row->name);
	if (chain->steps == WEFT_VALUE_STEPS)
		return weft_error(job->errors, WEFT_MODEL, "%s: more than %d "
		                  "value steps between two layouts",
		                  c->cell->where, WEFT_VALUE_STEPS);
	chain->steps++;
	if (rule->kind == WEFT_STEP_ADD)
		*s = (struct weft_value_step){WEFT_VALUE_ADD, undo ? -by : by};
	else
		*s = (struct weft_value_step){undo ? WEFT_VALUE_DIVIDE
		                              : WEFT_VALUE_SCALE, by};
	return 0;
}

static int
no_arithmetic(weft_job *job, const struct weft_cell_state *c,
              enum weft_dtype t)
{
	return weft_error(job->errors, WEFT_BAD, "%s: %s is stored as %s, and "
	                  "value steps are for F64, F32, F16 and BF16",
	                  c->cell->where, c->row->row->name,
	                  weft_dtype_name(t));
}

int
weft_steps_between(weft_job *job, const struct weft_cell_state *src,
                   const struct weft_cell_state *dst, enum weft_dtype from,
                   weft_value_chain *chain, bool *used, enum weft_dtype *to)
{
	*chain = (weft_value_chain){0};
	*to = from;
	*used = src != dst && src->place.n_steps + dst->place.n_steps > 0;
	if (!*used)
		return 0;
	for (int i = src->place.n_steps - 1; i >= 0; i--)
		if (src->place.steps[i].kind != WEFT_STEP_CAST &&
		    add_step(job, src, &src->place.steps[i], true, chain))
			return WEFT_BAD;
	for (int i = 0; i < dst->place.n_steps; i++) {
		const struct weft_value_rule *rule = &dst->place.steps[i];

		if (rule->kind == WEFT_STEP_CAST)
			weft_dtype_find(rule->dtype, strlen(rule->dtype), to);
		else if (add_step(job, dst, rule, false, chain))
			return WEFT_BAD;
	}
	if (!value_type(from, &chain->from))
		return no_arithmetic(job, src, from);
	if (!value_type(*to, &chain->to))
		return no_arithmetic(job, dst, *to);
	return 0;
}
