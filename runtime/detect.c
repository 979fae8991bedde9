/* Which layout a source is in. */
#include <stdlib.h>
#include <string.h>

#include "open.h"

/* Of one evidence, or of one number in its hole. */
struct finding {
	int64_t count;
	const struct weft_stored *first;
};

/* What the stored tensors say about an evidence, found when it is asked for. */
struct answer {
	bool known;
	struct finding all;
	struct finding *by;   /* by the number in the hole that is asked for */
	int64_t n_by;
};

struct findings {
	weft_job *job;
	struct answer *list;  /* by evidence */
};

/* No list is longer (eval.c), so that no larger number is asked for. */
enum { LARGEST_INDEX = 1 << 20 };

/* The number that a hole captured, -1 if it is larger than any list. */
static int64_t
captured(const weft_captures *c, int hole)
{
	int64_t v = 0;

	for (const char *p = c->begin[hole]; p < c->end[hole]; p++) {
		v = v * 10 + (*p - '0');
		if (v >= LARGEST_INDEX)
			return -1;
	}
	return v;
}

static struct finding *
by_number(struct findings *f, struct answer *r, int64_t index)
{
	int64_t n = r->n_by ? r->n_by : 64;
	struct finding *grown;

	while (n <= index)
		n *= 2;
	if (n > r->n_by) {
		grown = weft_alloc_array(&f->job->arena, (size_t)n,
		                         sizeof *grown);
		if (r->n_by)
			memcpy(grown, r->by, (size_t)r->n_by * sizeof *grown);
		r->by = grown;
		r->n_by = n;
	}
	return &r->by[index];
}

static void
count(struct finding *to, const struct weft_stored *t)
{
	if (to->count++ == 0)
		to->first = t;
}

static void
look_at_all(struct findings *f, const weft_evidence *v, struct answer *r)
{
	const struct weft_source *s = &f->job->source;
	weft_captures c;
	int64_t index;

	for (size_t i = 0; i < s->n; i++) {
		const struct weft_stored *t = &s->tensors[i];

		if (v->key ? strcmp(t->key, v->key) != 0
		           : !v->scan(t->key, &c))
			continue;
		count(&r->all, t);
		index = v->hole ? captured(&c, v->hole - 1) : -1;
		if (index >= 0)
			count(by_number(f, r, index), t);
	}
}

static const struct finding *
look(struct findings *f, int n, int64_t index)
{
	static const struct finding none;
	struct answer *r = &f->list[n];

	if (!r->known) {
		r->known = true;
		look_at_all(f, &f->job->model->evidence[n], r);
	}
	return index < 0 ? &r->all : index < r->n_by ? &r->by[index] : &none;
}

static int64_t
find_count(void *of, int n, int64_t index)
{
	return look(of, n, index)->count;
}

static weft_value
find_dtype(void *of, int n, int64_t index)
{
	const struct finding *r = look(of, n, index);

	if (!r->first)
		return (weft_value){.kind = WEFT_V_ABSENT};
	return (weft_value){.kind = WEFT_V_STRING,
	                    .s = weft_dtype_name(r->first->dtype)};
}

static weft_value
find_shape(void *of, int n, int64_t index)
{
	struct findings *f = of;
	const struct finding *r = look(f, n, index);
	weft_value *items;

	if (!r->first)
		return (weft_value){.kind = WEFT_V_ABSENT};
	items = weft_alloc_array(&f->job->arena, (size_t)r->first->rank + 1,
	                         sizeof *items);
	for (int i = 0; i < r->first->rank; i++)
		items[i] = (weft_value){.kind = WEFT_V_INT,
		                        .i = r->first->shape[i]};
	return (weft_value){.kind = WEFT_V_LIST, .items = items,
	                    .n = r->first->rank};
}

static weft_value
find_diagonal(void *of, int row)
{
	struct findings *f = of;

	return weft_diagonal(f->job, row);
}

static const weft_facts *
make_facts(weft_job *job)
{
	struct findings *f = weft_alloc(&job->arena, sizeof *f);
	weft_facts *facts = weft_alloc(&job->arena, sizeof *facts);

	f->job = job;
	f->list = weft_alloc_array(&job->arena,
	                           (size_t)job->model->n_evidence + 1,
	                           sizeof *f->list);
	*facts = (weft_facts){f, find_count, find_dtype, find_shape,
	                      find_diagonal};
	return facts;
}

/* ---- deciding ----------------------------------------------------------- */

bool
weft_layout_holds(weft_job *job, int layout)
{
	const weft_layout *l = &job->model->layouts[layout];
	weft_context side = job->from;
	const weft_scope at = {.side = &side};

	side.layout = layout;
	return l->detect && strcmp(l->format, job->source.format->name) == 0 &&
	       weft_eval_true(&at, l->detect);
}

/* Sets an option of `side` from "NAME=VALUE". */
static int
set_option(weft_job *job, weft_context *side, const char *text,
           enum weft_symbol_kind kind, const char *origin)
{
	const char *eq = strchr(text, '=');
	char *name = weft_alloc_text(&job->arena, text,
	                             eq ? (size_t)(eq - text) : strlen(text));
	int n = weft_context_symbol(side, name);
	const weft_symbol *y;
	weft_value v;
	bool good;

	if (n < 0 || job->model->symbols[n].kind != kind)
		return weft_error(job->errors, WEFT_USAGE, "layout %s of %s "
			"has no %s \"%s\"",
			job->model->layouts[side->layout].name,
			job->model->name,
			kind == WEFT_SYM_OPTION ? "option" : "variant", name);
	y = &job->model->symbols[n];
	if (!eq || !eq[1])
		return weft_error(job->errors, WEFT_USAGE, "%s %s needs a "
		                  "value: %s=VALUE", origin, name, name);
	if (kind == WEFT_SYM_VARIANT) {
		v = (weft_value){.kind = WEFT_V_BOOL};
		v.i = strcmp(eq + 1, "true") == 0 || strcmp(eq + 1, "1") == 0;
		good = v.i || strcmp(eq + 1, "false") == 0 ||
		       strcmp(eq + 1, "0") == 0;
	} else {
		good = weft_option_value(y, eq + 1, &v);
	}
	if (!good) {
		weft_error(job->errors, WEFT_USAGE, "%s %s=%s: expected %s",
		           origin, name, eq + 1,
		           kind == WEFT_SYM_VARIANT ||
		           y->value->op == WEFT_E_BOOL ? "true or false"
		           : y->choices ? "one of its words" : "a number");
		for (int k = 0; y->choices && y->choices[k]; k++)
			weft_hint(job->errors, "%s=%s", name, y->choices[k]);
		return WEFT_USAGE;
	}
	weft_context_set(side, n, v, origin);
	return 0;
}

static int
set_options(weft_job *job, weft_context *side, const weft_choice *c,
            const char *origin)
{
	for (int i = 0; i < c->n_options; i++)
		if (set_option(job, side, c->options[i], WEFT_SYM_OPTION,
		               origin))
			return WEFT_USAGE;
	return 0;
}

/* What weft.json says of the source; the command line comes before it. */
static int
use_manifest(weft_job *job)
{
	const weft_manifest *m = &job->manifest;

	for (size_t i = 0; i < m->noptions; i++) {
		const weft_manifest_option *o = &m->options[i];
		int n = weft_context_symbol(&job->from, o->name);
		const char *text;

		if (n < 0 || job->model->symbols[n].kind != WEFT_SYM_OPTION)
			continue;
		text = o->text
			? weft_alloc_printf(&job->arena, "%s=%s", o->name,
			                    o->text)
			: weft_alloc_printf(&job->arena, "%s=%lld", o->name,
			                    (long long)o->number);
		if (set_option(job, &job->from, text, WEFT_SYM_OPTION,
		               WEFT_MANIFEST_NAME))
			return WEFT_BAD;
	}
	return 0;
}

int
weft_detect(weft_job *job, const weft_choice *from)
{
	const weft_model *m = job->model;
	const char *named = from->layout;
	int found = -1, n = 0;

	job->from.facts = make_facts(job);
	job->given_from = from->text;
	for (int i = 0; i < m->n_layouts; i++)
		if (weft_layout_holds(job, i)) {
			found = i;
			n++;
		}
	if (!named && n > 1 && job->manifest.model)
		named = job->manifest.layout;
	if (named) {
		found = weft_layout_find(m, named, job->errors);
		if (found < 0)
			return WEFT_USAGE;
		if (m->layouts[found].detect && !weft_layout_holds(job, found))
			return weft_undecided(job, named);
	} else if (n != 1) {
		return weft_undecided(job, NULL);
	}
	if (m->layouts[found].not_readable)
		return weft_error(job->errors, WEFT_BAD, "layout %s can only "
		                  "be written: %s", m->layouts[found].name,
		                  m->layouts[found].not_readable);
	job->from.layout = found;
	if (job->manifest.model &&
	    strcmp(job->manifest.layout, m->layouts[found].name) == 0) {
		if (use_manifest(job))
			return WEFT_BAD;
	} else if (job->manifest.model) {
		weft_warning(job->errors, "%s says layout %s, the tensors say "
		             "%s", WEFT_MANIFEST_NAME, job->manifest.layout,
		             m->layouts[found].name);
	}
	return set_options(job, &job->from, from, "--from");
}

int
weft_choose_target(weft_job *job, const weft_choice *to,
                   const char *const *variants, int n_variants)
{
	const weft_layout *l;

	job->to.layout = weft_layout_find(job->model, to->layout, job->errors);
	if (job->to.layout < 0)
		return WEFT_USAGE;
	l = &job->model->layouts[job->to.layout];
	job->to.source = &job->from;
	if (l->not_writable)
		return weft_error(job->errors, WEFT_USAGE, "layout %s can only "
		                  "be read: %s", l->name, l->not_writable);
	for (int i = 0; i < n_variants; i++)
		if (set_option(job, &job->to, variants[i], WEFT_SYM_VARIANT,
		               "--variant"))
			return WEFT_USAGE;
	return set_options(job, &job->to, to, "--to");
}

/* False: what fails next would fail for the same reason. */
static bool
check_require(weft_job *job, weft_context *side, const weft_require *r)
{
	const weft_scope at = {.side = side};
	int errors = job->errors->count;
	weft_text t = {0};
	bool missing;

	side->reads = 0;
	if (weft_eval_true(&at, r->that))
		return true;
	if (job->errors->count > errors)
		return false;
	weft_expr_print(&t, job->model, r->that);
	weft_error(job->errors, WEFT_BAD, "%s", r->message);
	weft_hint(job->errors, "%s: require %s", r->where, weft_text_cstr(&t));
	t.size = 0;
	weft_list_values(&t, side, r->that, true);
	if (t.size)
		weft_hint(job->errors, "with %s: %s",
		          weft_context_files(side, side->reads),
		          weft_text_cstr(&t));
	missing = weft_hint_configs(side, r->that);
	if (side->facts)
		weft_hint_evidence(job, r->that);
	weft_text_free(&t);
	return !missing;
}

int
weft_check_requires(weft_job *job, weft_context *side)
{
	const weft_layout *l = &job->model->layouts[side->layout];
	bool more = true;

	for (int i = 0; i < job->model->n_requires && more; i++)
		more = check_require(job, side, &job->model->requires[i]);
	for (int i = 0; i < l->n_requires && more; i++)
		more = check_require(job, side, &l->requires[i]);
	return job->errors->count ? job->errors->code : 0;
}
