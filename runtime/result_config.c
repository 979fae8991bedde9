/* The config that goes with the target. */
#include <math.h>
#include <string.h>

#include "io/edit.h"
#include "io/path.h"
#include "result.h"

static int
no_value(weft_job *job, const weft_context *side, const weft_change *c)
{
	weft_error(job->errors, WEFT_BAD, "%s: the value for %s cannot be had",
	           c->where, c->path);
	weft_hint_configs(side, c->value);
	return WEFT_BAD;
}

/* Has JSON a text for it? It has none for infinity, nor for 0 / 0. */
static bool
has_text(weft_value v)
{
	for (int i = 0; v.kind == WEFT_V_LIST && i < v.n; i++)
		if (v.items[i].kind != WEFT_V_ABSENT && !has_text(v.items[i]))
			return false;
	return v.kind != WEFT_V_ABSENT && v.kind != WEFT_V_ERROR &&
	       (v.kind != WEFT_V_REAL || isfinite(v.r));
}

/* Does `edit` with a value as JSON text. */
static int
with_text(weft_edit *d, const weft_change *c, weft_value v,
          int (*edit)(weft_edit *, const char *, const char *))
{
	weft_text text = {0};
	int code;

	weft_value_print(&text, v);
	code = edit(d, c->path, weft_text_cstr(&text));
	weft_text_free(&text);
	return code;
}

static int
make_value(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->to};
	weft_value v = weft_eval(&at, c->value);

	if (v.kind == WEFT_V_ABSENT && c->kind == WEFT_DELETE)
		return 0;
	if (!has_text(v))
		return no_value(job, at.side, c);
	if (c->kind == WEFT_SET)
		return with_text(d, c, v, weft_edit_set);
	return with_text(d, c, v, c->kind == WEFT_INSERT ? weft_edit_insert
	                                                 : weft_edit_delete);
}

/* What refuses an edit is the config; the table says why it is edited. */
static int
located(weft_job *job, const weft_context *side, const weft_change *c,
        int code)
{
	const char *layout = job->model->layouts[side->layout].name;

	if (code == WEFT_BAD)
		weft_hint(job->errors, "%s: an edit of layout %s; correct "
		          "the file, or give another with --config FILE",
		          c->where, layout);
	return code;
}

static int
make(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->to};

	if (!weft_eval_true(&at, c->when))
		return 0;
	if (c->kind == WEFT_REMOVE)
		return located(job, at.side, c, weft_edit_remove(d, c->path));
	if (c->kind == WEFT_RENAME)
		return located(job, at.side, c,
		               weft_edit_rename(d, c->path, c->value->s));
	return located(job, at.side, c, make_value(job, d, c));
}

/* The last step of a path, which is a name: where it begins. */
static const char *
last_step(const char *path, weft_step *step)
{
	const char *begin = path, *at = path;

	while (*at) {
		begin = at;
		if (!weft_path_next(&at, step))
			break;
	}
	return begin;
}

static int
undo_rename(weft_edit *d, const weft_change *c)
{
	weft_step old = {0};
	weft_text path = {0};
	const char *begin = last_step(c->path, &old);
	int code;

	weft_text_add(&path, c->path, (size_t)(begin - c->path));
	if (path.size && path.data[path.size - 1] == '.')
		path.size--;
	weft_path_add(&path, c->value->s);
	code = weft_edit_rename(d, weft_text_cstr(&path),
	                        weft_text_cstr(&old.name));
	weft_text_free(&path);
	weft_step_free(&old);
	return code;
}

static int
check_set(weft_job *job, weft_edit *d, const weft_change *c, weft_value v)
{
	size_t n = 0;
	const char *have = weft_edit_get(d, c->path, &n);
	weft_text value = {0};

	weft_value_print(&value, v);
	if (weft_edit_is(d, c->path, weft_text_cstr(&value))) {
		weft_text_free(&value);
		return weft_edit_remove(d, c->path);
	}
	weft_error(job->errors, WEFT_BAD, "%s: %s is %.*s, and layout %s sets "
	           "it to %s", d->file, c->path, have ? (int)n : 6,
	           have ? have : "absent",
	           job->model->layouts[job->from.layout].name,
	           weft_text_cstr(&value));
	weft_text_free(&value);
	return WEFT_BAD;
}

static int
undo_value(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->from};
	weft_value v = weft_eval(&at, c->value);

	if (v.kind == WEFT_V_ABSENT && c->kind == WEFT_DELETE)
		return 0;
	if (!has_text(v))
		return no_value(job, at.side, c);
	if (c->kind == WEFT_SET)
		return check_set(job, d, c, v);
	return with_text(d, c, v, c->kind == WEFT_INSERT ? weft_edit_delete
	                                                 : weft_edit_insert);
}

/* What the source's layout did to the config, the other way round. */
static int
undo(weft_job *job, weft_edit *d, const weft_change *c)
{
	const weft_scope at = {.side = &job->from};

	if (c->optional || c->kind == WEFT_REMOVE ||
	    !weft_eval_true(&at, c->when))
		return 0;
	if (c->kind == WEFT_RENAME)
		return located(job, at.side, c, undo_rename(d, c));
	return located(job, at.side, c, undo_value(job, d, c));
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
