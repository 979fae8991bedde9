#include "result.h"

#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "open.h"
#include "text.h"

/* Target tensors by directory, as they come inside one. */
static int
compare_dirs(const void *a, const void *b, void *of)
{
	const struct weft_tensor *list = of;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int c = weft_natural_compare(list[x].dir, list[y].dir);

	return c ? c : (x > y) - (x < y);
}

static uint32_t *
sort_by_dir(weft_job *job)
{
	uint32_t *order = weft_alloc_array(&job->arena, job->n_targets + 1,
	                                   sizeof *order);

	for (size_t i = 0; i < job->n_targets; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, job->n_targets, sizeof *order, compare_dirs,
	        job->targets);
	return order;
}

static int
lay_out_dir(weft_result *p, struct weft_result_dir *d,
            const struct weft_layout_how *how)
{
	weft_job *job = p->job;
	const weft_layout *to = &job->model->layouts[job->to.layout];
	struct weft_wanted *w = calloc(d->n + 1, sizeof *w);
	int code;

	if (!w)
		weft_out_of_memory();
	for (size_t i = 0; i < d->n; i++) {
		const struct weft_tensor *t = &job->targets[d->tensors[i]];

		w[i] = (struct weft_wanted){t->key, t->shape, t->rank,
		                            t->dtype};
	}
	code = weft_target_lay_out(&d->target, weft_format_find(to->format),
	                           w, d->n, how, job->errors);
	free(w);
	if (code)
		return code;
	d->first_file = p->n_files;
	p->n_files += d->target.n_files;
	for (size_t i = 0; i < d->n; i++) {
		const struct weft_slot *s = &d->target.slots[i];

		p->spots[d->tensors[i]] = (struct weft_spot){
			d->first_file + s->file, s->offset, s->row, s->rows,
			s->per_file};
	}
	free(d->target.slots);
	d->target.slots = NULL;
	for (int i = 0; i < d->target.n_files; i++)
		if (!weft_add_u64(p->size, d->target.files[i].size, &p->size))
			return weft_error(job->errors, WEFT_BAD,
			                  "the target has more than 2^64 bytes");
	return 0;
}

static int
lay_out(weft_result *p, const struct weft_layout_how *how)
{
	weft_job *job = p->job;
	uint32_t *order = sort_by_dir(job);
	size_t n = job->n_targets, k;

	p->spots = weft_alloc_array(&job->arena, n + 1, sizeof *p->spots);
	for (size_t i = 0; i < n || p->n_dirs == 0; i = k) {
		struct weft_result_dir *d;

		for (k = i; k < n && strcmp(job->targets[order[k]].dir,
		                            job->targets[order[i]].dir) == 0;)
			k++;
		p->dirs = weft_grow(p->dirs, (size_t)p->n_dirs,
		                    sizeof *p->dirs);
		d = &p->dirs[p->n_dirs++];
		*d = (struct weft_result_dir){.tensors = order + i,
		                               .n = k - i};
		d->dir = n ? job->targets[order[i]].dir : "";
		if (lay_out_dir(p, d, how))
			return job->errors->code;
	}
	return 0;
}

static int
compare_spots(const void *a, const void *b, void *of)
{
	const struct weft_spot *s = of;
	const struct weft_spot *x = &s[*(const uint32_t *)a];
	const struct weft_spot *y = &s[*(const uint32_t *)b];

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static void
sort_spots(weft_result *p)
{
	size_t n = p->job->n_targets;

	p->order = weft_alloc_array(&p->job->arena, n + 1, sizeof *p->order);
	for (size_t i = 0; i < n; i++)
		p->order[i] = (uint32_t)i;
	qsort_r(p->order, n, sizeof *p->order, compare_spots, p->spots);
}

static void
add_option(weft_job *job, weft_manifest *m, int n)
{
	weft_value v = weft_context_value(&job->to, n);
	weft_manifest_option *o = &m->options[m->noptions++];

	o->name = job->model->symbols[n].name;
	o->number = v.i;
	o->bare = v.kind == WEFT_V_BOOL || v.kind == WEFT_V_REAL;
	if (v.kind == WEFT_V_STRING)
		o->text = v.s;
	else if (v.kind == WEFT_V_BOOL)
		o->text = v.i ? "true" : "false";
	else if (v.kind == WEFT_V_REAL)
		o->text = weft_alloc_printf(&job->arena, "%.17g", v.r);
}

/* weft.json: which layout, with which options and variants. */
static void
write_manifest(weft_result *p)
{
	weft_job *job = p->job;
	const weft_model *model = job->model;
	size_t n = (size_t)model->n_symbols + 1;
	weft_manifest m = {
		.model = model->name,
		.layout = model->layouts[job->to.layout].name,
		.from = job->given_from,
		.options = weft_alloc_array(&job->arena, n, sizeof *m.options),
		.variants = weft_alloc_array(&job->arena, n,
		                             sizeof *m.variants),
		.configs = weft_alloc_array(&job->arena,
		                            (size_t)model->n_configs + 1,
		                            sizeof *m.configs),
	};
	weft_text t = {0};

	for (int i = 0; i < model->n_symbols; i++) {
		const weft_symbol *y = &model->symbols[i];

		if (y->layout >= 0 && y->layout != job->to.layout)
			continue;
		if (y->kind == WEFT_SYM_OPTION)
			add_option(job, &m, i);
		else if (y->kind == WEFT_SYM_VARIANT)
			m.variants[m.nvariants++] = (weft_manifest_variant){
				y->name,
				weft_context_value(&job->to, i).i != 0};
	}
	for (int i = 0; i < model->n_configs; i++)
		if (job->documents[i].json)
			m.configs[m.nconfigs++] = (weft_manifest_config){
				model->configs[i].name,
				job->documents[i].text,
				job->documents[i].size};
	weft_manifest_write(&m, &t);
	p->manifest = weft_alloc_text(&job->arena, weft_text_cstr(&t), t.size);
	p->manifest_size = t.size;
	weft_text_free(&t);
}

static int
scan_side_files(weft_result *p)
{
	weft_job *job = p->job;
	const char *edited[] = {p->config_name};

	if (!job->opened || job->source_is_file)
		return 0;
	if (weft_side_scan(&p->side, &job->source.dir, edited, 1, &job->arena,
	                   job->errors))
		return job->errors->code;
	if (!weft_add_u64(p->size, p->side.bytes, &p->size))
		return weft_error(job->errors, WEFT_BAD,
		                  "the target has more than 2^64 bytes");
	return 0;
}

int
weft_result_make(weft_result *p, weft_job *job,
                 const struct weft_layout_how *how)
{
	struct weft_layout_how all = *how;

	*p = (weft_result){.job = job};
	all.metadata = weft_metadata_of(&job->to, &all.n_metadata);
	p->config_name = job->model->layouts[job->to.layout].config;
	all.file = job->model->layouts[job->to.layout].file;
	if (lay_out(p, &all) || weft_result_config(p) ||
	    scan_side_files(p))
		return job->errors->code;
	sort_spots(p);
	write_manifest(p);
	return job->errors->count ? job->errors->code : 0;
}

void
weft_result_free(weft_result *p)
{
	for (int i = 0; i < p->n_dirs; i++)
		weft_target_free(&p->dirs[i].target);
	free(p->dirs);
}

const struct weft_target_file *
weft_result_file(const weft_result *p, int file, const char **dir)
{
	int i = p->n_dirs - 1;

	while (p->dirs[i].first_file > file)
		i--;
	*dir = p->dirs[i].dir;
	return &p->dirs[i].target.files[file - p->dirs[i].first_file];
}
