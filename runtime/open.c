#include "open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/json.h"

/* Side files beyond this are not read into memory. */
enum { LARGEST_TEXT = 64 << 20 };

/* The name for messages of a file beside the weights. */
static char *
beside(weft_job *job, const char *name)
{
	const char *dir = job->source.dir.path;
	size_t n = strlen(dir);

	return weft_alloc_printf(&job->arena, "%s%s%s", dir,
	                         n && dir[n - 1] == '/' ? "" : "/", name);
}

char *
weft_job_read_file(weft_job *job, const char *name, size_t *size)
{
	struct weft_file f;
	char *text = NULL;

	if (!weft_dir_has(&job->source.dir, name) ||
	    weft_dir_open_file(&job->source.dir, name, &f, job->errors))
		return NULL;
	if (f.stamp.size > LARGEST_TEXT) {
		weft_error(job->errors, WEFT_BAD, "%s has %llu bytes; at "
		           "most %d are read", beside(job, name),
		           (unsigned long long)f.stamp.size, LARGEST_TEXT);
	} else {
		text = weft_alloc(&job->arena, (size_t)f.stamp.size + 1);
		*size = (size_t)f.stamp.size;
		if (weft_file_pread(&f, text, *size, 0, job->errors))
			text = NULL;
	}
	weft_file_close(&f);
	return text;
}

/* A file that the user names, from anywhere. */
char *
weft_job_read_named(weft_job *job, const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *text = f ? malloc(LARGEST_TEXT) : NULL, *copy = NULL;

	if (text)
		*size = fread(text, 1, LARGEST_TEXT, f);
	if (!text || ferror(f))
		weft_error_os(job->errors, WEFT_NOINPUT, errno,
		              "cannot read the config %s", path);
	else
		copy = weft_alloc_text(&job->arena, text, *size);
	free(text);
	if (f)
		fclose(f);
	return copy;
}

static int
read_config(weft_job *job, const char *given)
{
	const char *name = job->model->n_layouts
		? job->model->layouts[0].config : "config.json";

	for (int i = 1; !given && i < job->model->n_layouts; i++)
		if (!weft_dir_has(&job->source.dir, name))
			name = job->model->layouts[i].config;
	if (given) {
		job->config_given = true;
		job->config_file = weft_alloc_text(&job->arena, given,
		                                   strlen(given));
		job->config_text = weft_job_read_named(job, given,
		                                       &job->config_size);
	} else {
		job->config_file = beside(job, name);
		job->config_text = weft_job_read_file(job, name,
		                                      &job->config_size);
	}
	if (job->errors->count || !job->config_text)
		return job->errors->code;
	job->config = weft_json_parse(job->config_file, job->config_text,
	                              job->config_size, job->errors);
	return job->errors->code;
}

static int
read_manifest(weft_job *job)
{
	size_t n;
	char *text = weft_job_read_file(job, WEFT_MANIFEST_NAME, &n);

	if (!text)
		return job->errors->code;
	if (weft_manifest_read(&job->manifest, WEFT_MANIFEST_NAME, text, n,
	                       &job->arena, job->errors))
		return WEFT_BAD;
	if (strcmp(job->manifest.model, job->model->name) == 0)
		return 0;
	weft_error(job->errors, WEFT_BAD, "%s says that this is a %s "
	           "checkpoint, and this is the converter of %s",
	           beside(job, WEFT_MANIFEST_NAME), job->manifest.model,
	           job->model->name);
	return WEFT_BAD;
}

static void
begin(weft_job *job, const weft_model *model, weft_errors *e)
{
	*job = (weft_job){.model = model, .errors = e};
	weft_context_init(&job->from, model, &job->arena, e);
	weft_context_init(&job->to, model, &job->arena, e);
}

static void
give_config(weft_job *job)
{
	job->from.config = job->to.config = job->config;
	job->from.documents = job->to.documents = job->documents;
	if (job->config_file)
		job->from.config_name = job->to.config_name = job->config_file;
}

/* The names of the files that layouts of the model are. */
static const char *const *
files_of(weft_job *job)
{
	const weft_model *m = job->model;
	const char **list = weft_alloc_array(&job->arena,
	                                     (size_t)m->n_layouts + 1,
	                                     sizeof *list);
	int n = 0;

	for (int i = 0; i < m->n_layouts; i++)
		if (m->layouts[i].file)
			list[n++] = m->layouts[i].file;
	return list;
}

int
weft_job_open(weft_job *job, const weft_model *model, const char *source,
              const weft_open_how *how, weft_errors *e)
{
	struct weft_open_options options = {
		.follow_symlinks = how->follow_symlinks,
	};

	struct stat st;

	begin(job, model, e);
	job->source_path = source;
	job->look_memory = how->memory;
	job->source_is_file = stat(source, &st) == 0 && !S_ISDIR(st.st_mode);
	for (int i = 0; i < model->n_layouts; i++)
		options.subdirs |= model->layouts[i].directories;
	options.whole = files_of(job);
	job->opened = true;
	if (weft_source_open(&job->source, source, options, e) ||
	    read_config(job, how->config) || read_manifest(job) ||
	    weft_read_documents(job, how))
		return e->code;
	give_config(job);
	weft_spool_begin(&job->spool, &job->source, NULL);
	return 0;
}

int
weft_job_open_config(weft_job *job, const weft_model *model,
                     const weft_open_how *how, weft_errors *e)
{
	begin(job, model, e);
	job->source_path = "";
	if (read_config(job, how->config) || weft_read_documents(job, how))
		return e->code;
	give_config(job);
	return 0;
}

void
weft_job_close(weft_job *job)
{
	if (!job->model)
		return;
	weft_spool_end(&job->spool);
	if (job->opened)
		weft_source_close(&job->source);
	weft_json_free(job->config);
	for (int i = 0; job->documents && i < job->model->n_configs; i++)
		weft_json_free(job->documents[i].json);
	weft_match_free(job);
	free(job->looked);
	free(job->targets);
	free(job->copies);
	free(job->copied);
	weft_arena_free(&job->arena);
}

int
weft_layout_find(const weft_model *m, const char *name, weft_errors *e)
{
	weft_text all = {0};

	for (int i = 0; i < m->n_layouts; i++) {
		if (strcmp(m->layouts[i].name, name) == 0) {
			weft_text_free(&all);
			return i;
		}
		weft_text_printf(&all, "%s%s", i ? ", " : "",
		                 m->layouts[i].name);
	}
	weft_error(e, WEFT_USAGE, "%s has no layout \"%s\"", m->name, name);
	weft_hint(e, "its layouts are %s", weft_text_cstr(&all));
	weft_text_free(&all);
	return -1;
}
