/* What is said of a source whose layout is not decided. */
#include <string.h>

#include "open.h"

/* ---- what was looked for, and found ------------------------------------- */

enum { LISTED = 32 };

struct found {
	weft_job *job;
	const weft_expr *list[LISTED]; /* said already */
	int n;
};

/* Layouts have evidence of their own, even if it is the same. */
static bool
is_said(struct found *f, const weft_expr *x)
{
	const weft_evidence *evidence = f->job->model->evidence;

	for (int i = 0; i < f->n; i++)
		if (f->list[i]->op == x->op &&
		    strcmp(evidence[f->list[i]->n].text,
		           evidence[x->n].text) == 0)
			return true;
	if (f->n < LISTED)
		f->list[f->n++] = x;
	return false;
}

static void
say_value(weft_text *t, const weft_facts *facts, const weft_expr *x)
{
	int n = (int)x->n;

	if (x->op == WEFT_E_HAS || x->op == WEFT_E_COUNT)
		weft_text_printf(t, "%lld there",
		                 (long long)facts->count(facts->of, n, -1));
	else
		weft_value_print(t, x->op == WEFT_E_SHAPE
		                 ? facts->shape(facts->of, n, -1)
		                 : facts->dtype(facts->of, n, -1));
}

/* "has(KEY): 48 there", "shape(KEY): [64, 2048]" for each below `x`. */
static void
say_evidence(struct found *f, const weft_expr *x)
{
	weft_text t = {0};

	if (!x)
		return;
	say_evidence(f, x->a);
	say_evidence(f, x->b);
	if (x->op < WEFT_E_HAS || x->op > WEFT_E_SHAPE || is_said(f, x))
		return;
	weft_expr_print(&t, f->job->model, x);
	weft_text_puts(&t, ": ");
	say_value(&t, f->job->from.facts, x);
	weft_hint(f->job->errors, "    %s", weft_text_cstr(&t));
	weft_text_free(&t);
}

void
weft_list_values(weft_text *t, weft_context *side, const weft_expr *x,
                 bool fields)
{
	const weft_scope at = {.side = side};
	weft_text one = {0};

	if (!x)
		return;
	if (x->op == WEFT_E_SYMBOL || (fields && x->op == WEFT_E_CONFIG)) {
		weft_expr_print(&one, side->model, x);
		weft_text_puts(&one, " is ");
		weft_value_print(&one, weft_eval(&at, x));
		if (!t->size || !strstr(t->data, one.data))
			weft_text_printf(t, "%s%s", t->size ? ", " : "",
			                 one.data);
		weft_text_free(&one);
	}
	weft_list_values(t, side, x->a, fields);
	weft_list_values(t, side, x->b, fields);
}

void
weft_hint_evidence(weft_job *job, const weft_expr *x)
{
	struct found f = {.job = job};

	say_evidence(&f, x);
}

static void
hint_found(weft_job *job)
{
	struct found f = {.job = job};
	weft_text sizes = {0};

	weft_hint(job->errors, "found:");
	for (int i = 0; i < job->model->n_layouts; i++) {
		const weft_layout *l = &job->model->layouts[i];

		if (strcmp(l->format, job->source.format->name) != 0)
			continue;
		say_evidence(&f, l->detect);
		weft_list_values(&sizes, &job->from, l->detect, false);
	}
	if (sizes.size)
		weft_hint(job->errors, "    %s", weft_text_cstr(&sizes));
	weft_text_free(&sizes);
}

static void
hint_layouts(weft_job *job)
{
	for (int i = 0; i < job->model->n_layouts; i++) {
		const weft_layout *l = &job->model->layouts[i];

		if (!l->detect) {
			weft_hint(job->errors, "%s: only with --from", l->name);
			continue;
		}
		weft_hint(job->errors, "%s: %s: %s", l->name, l->detect_text,
		          weft_layout_holds(job, i) ? "holds"
		          : "does not hold");
		if (strcmp(l->format, job->source.format->name) != 0)
			weft_hint(job->errors, "    its format is %s, the "
			          "source is %s", l->format,
			          job->source.format->name);
	}
	hint_found(job);
}

/* ---- which it may be ---------------------------------------------------- */

static bool
is_declared(const weft_model *m, int a, int b)
{
	for (int i = 0; i < m->n_undecidable; i++) {
		const int *u = m->undecidable[i];

		if ((u[0] == a && u[1] == b) || (u[0] == b && u[1] == a))
			return true;
	}
	return false;
}

/* Are those that hold, `n` of them, declared to be undecidable? */
static bool
are_declared(const weft_model *m, const int *held, int n)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			if (!is_declared(m, held[i], held[k]))
				return false;
	return n > 1;
}

static int
ask(weft_job *job, const int *held, int n)
{
	const weft_layout *layouts = job->model->layouts;
	weft_text names = {0};
	int width = 0;

	for (int i = 0; i < n; i++) {
		int size = (int)strlen(layouts[held[i]].name);

		width = size > width ? size : width;
		weft_text_printf(&names, "%s%s", !i ? "" : i + 1 < n ? ", "
		                 : " or ", layouts[held[i]].name);
	}
	weft_error(job->errors, WEFT_BAD, "%s is in layout %s, and nothing in "
	           "a source tells them apart: say which",
	           job->source_path, weft_text_cstr(&names));
	for (int i = 0; i < n; i++)
		weft_hint(job->errors, "--from %-*s  %s", width,
		          layouts[held[i]].name,
		          layouts[held[i]].title ? layouts[held[i]].title : "");
	weft_text_free(&names);
	return WEFT_BAD;
}

/* What cannot be compared, because a config does not say it. */
static bool
has_all_sizes(weft_job *job)
{
	for (int i = 0; i < job->model->n_layouts; i++)
		if (!weft_context_need(&job->from,
		                       job->model->layouts[i].detect))
			return false;
	return true;
}

int
weft_undecided(weft_job *job, const char *named)
{
	const weft_model *m = job->model;
	int *held = weft_alloc_array(&job->arena, (size_t)m->n_layouts + 1,
	                             sizeof *held);
	int n = 0;

	for (int i = 0; i < m->n_layouts; i++)
		if (weft_layout_holds(job, i))
			held[n++] = i;
	if (job->errors->count || (n == 0 && !has_all_sizes(job)))
		return job->errors->code;
	if (!named && are_declared(m, held, n))
		return ask(job, held, n);
	if (named)
		weft_error(job->errors, WEFT_BAD, "%s is not in layout %s",
		           job->source_path, named);
	else if (n)
		weft_error(job->errors, WEFT_BAD, "%s is in %d layouts of %s "
		           "at once; choose one with --from",
		           job->source_path, n, m->name);
	else
		weft_error(job->errors, WEFT_BAD, "%s is in none of the "
		           "layouts of %s", job->source_path, m->name);
	hint_layouts(job);
	return WEFT_BAD;
}
