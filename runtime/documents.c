/* The configs of a table besides that of the source. */
#include <string.h>
#include <sys/stat.h>

#include "io/json.h"
#include "open.h"

/* The file that the user names, or config.json in that directory. */
static void
read_given(weft_job *job, weft_document *d, const char *path)
{
	size_t n = strlen(path);
	struct stat st;

	d->file = path;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		d->file = weft_alloc_printf(&job->arena, "%s%sconfig.json",
		                            path, n && path[n - 1] == '/'
		                            ? "" : "/");
	d->text = weft_job_read_named(job, d->file, &d->size);
}

/* What weft.json of the source has. */
static void
read_kept(weft_job *job, weft_document *d, const weft_manifest_config *c)
{
	d->file = weft_alloc_printf(&job->arena, "%s of %s",
	                            WEFT_MANIFEST_NAME, job->source_path);
	d->text = weft_alloc_text(&job->arena, c->text, c->size);
	d->size = c->size;
}

int
weft_read_documents(weft_job *job, const weft_open_how *how)
{
	const weft_model *m = job->model;

	job->documents = weft_alloc_array(&job->arena,
	                                  (size_t)m->n_configs + 1,
	                                  sizeof *job->documents);
	for (int i = 0; i < m->n_configs; i++) {
		const char *given = how->named ? how->named[i] : NULL;
		const weft_manifest_config *kept =
			weft_manifest_config_of(&job->manifest,
			                        m->configs[i].name);
		weft_document *d = &job->documents[i];

		if (given)
			read_given(job, d, given);
		else if (kept)
			read_kept(job, d, kept);
		else if (how->like)
			*d = how->like->documents[i];
		d->json = d->text ? weft_json_parse(d->file, d->text, d->size,
		                                    job->errors) : NULL;
		if (job->errors->count)
			return job->errors->code;
	}
	return 0;
}
