/* The config that goes with the target. */
#include <string.h>

#include "io/edit.h"
#include "result.h"

/* A value as JSON text. */
static bool
json_of(weft_text *t, weft_value v)
{
	t->size = 0;
	if (v.kind == WEFT_V_ABSENT || v.kind == WEFT_V_ERROR)
		return false;
	weft_value_print(t, v);
	return true;
}

static int
no_value(weft_job *job, const weft_change *c)
{
	return weft_error(job->errors, WEFT_BAD, "%s: the value for %s cannot "
	                  "be had", c->where, c->path);
}

static int
make(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->to};
	weft_text value = {0};
	int code = 0;

	if (!weft_eval_true(&at, c->when))
		return 0;
	if (c->value && c->kind != WEFT_RENAME &&
	    !json_of(&value, weft_eval(&at, c->value)))
		code = no_value(job, c);
	else if (c->kind == WEFT_SET)
		code = weft_edit_set(d, c->path, weft_text_cstr(&value));
	else if (c->kind == WEFT_REMOVE)
		code = weft_edit_remove(d, c->path);
	else if (c->kind == WEFT_RENAME)
		code = weft_edit_rename(d, c->path, c->value->s);
	else if (c->kind == WEFT_INSERT)
		code = weft_edit_insert(d, c->path, weft_text_cstr(&value));
	else
		code = weft_edit_delete(d, c->path, weft_text_cstr(&value));
	weft_text_free(&value);
	return code;
}

/* The path of a renamed field under its new name: the last step replaced. */
static char *
renamed_path(weft_job *job, const weft_change *c)
{
	const char *dot = strrchr(c->path, '.');

	return weft_alloc_printf(&job->arena, "%.*s%s",
	                         dot ? (int)(dot + 1 - c->path) : 0, c->path,
	                         c->value->s);
}

/* The name that a rename took away: the last step of its path. */
static const char *
old_name(const weft_change *c)
{
	const char *dot = strrchr(c->path, '.');

	return dot ? dot + 1 : c->path;
}

static int
check_set(weft_job *job, weft_edit *d, const weft_change *c, const char *value)
{
	size_t n;
	const char *have = weft_edit_get(d, c->path, &n);

	if (have && n == strlen(value) && memcmp(have, value, n) == 0)
		return weft_edit_remove(d, c->path);
	weft_error(job->errors, WEFT_BAD, "%s: %s is %.*s, and layout %s sets "
	           "it to %s", d->file, c->path, have ? (int)n : 6,
	           have ? have : "absent",
	           job->model->layouts[job->from.layout].name, value);
	weft_hint(job->errors, "%s", c->where);
	return WEFT_BAD;
}

/* What the source's layout did to the config, the other way round. */
static int
undo(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->from};
	weft_text value = {0};
	int code = 0;

	if (c->optional || c->kind == WEFT_REMOVE ||
	    !weft_eval_true(&at, c->when))
		return 0;
	if (c->kind == WEFT_RENAME)
		code = weft_edit_rename(d, renamed_path(job, c), old_name(c));
	else if (!json_of(&value, weft_eval(&at, c->value)))
		code = no_value(job, c);
	else if (c->kind == WEFT_SET)
		code = check_set(job, d, c, weft_text_cstr(&value));
	else if (c->kind == WEFT_INSERT)
		code = weft_edit_delete(d, c->path, weft_text_cstr(&value));
	else if (!weft_edit_contains(d, c->path, weft_text_cstr(&value)))
		code = weft_edit_insert(d, c->path, weft_text_cstr(&value));
	weft_text_free(&value);
	return code;
}

/* The edits come by kind, those that set first. A member that is made comes in
 * front of its object; so the last is made first, and they stand in the order
 * of the table. */
static int
make_all(weft_job *job, weft_edit *d, const weft_layout *l)
{
	int n = 0, code = 0;

	while (n < l->n_changes && l->changes[n].kind == WEFT_SET)
		n++;
	for (int i = n - 1; i >= 0 && !code; i--)
		code = make(job, d, &l->changes[i]);
	for (int i = n; i < l->n_changes && !code; i++)
		code = make(job, d, &l->changes[i]);
	return code;
}

int
weft_result_config(weft_result *p)
{
	weft_job *job = p->job;
	const weft_layout *to = &job->model->layouts[job->to.layout];
	weft_edit d;
	int code;

	if (!job->config_text)
		return 0;
	code = weft_edit_begin(&d, job->config_file, job->config_text,
	                       job->config_size, job->errors);
	if (job->from.layout >= 0) {
		const weft_layout *from =
			&job->model->layouts[job->from.layout];

		for (int i = from->n_changes - 1; i >= 0 && !code; i--)
			code = undo(job, &d, &from->changes[i]);
	}
	if (!code)
		code = make_all(job, &d, to);
	if (!code) {
		p->config = weft_alloc_text(&job->arena,
		                            weft_text_cstr(&d.text),
		                            d.text.size);
		p->config_size = d.text.size;
		p->size += d.text.size;
	}
	weft_edit_free(&d);
	return code;
}
