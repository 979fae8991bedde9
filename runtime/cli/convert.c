/* convert: plan, write beside the target, sync, rename. */
#include <stdlib.h>
#include <string.h>

#include "../compare.h"
#include "../io/output.h"
#include "../io/signals.h"
#include "../text.h"
#include "../zeros.h"
#include "cli.h"
#include "progress.h"

struct conversion {
	weft_job *job;
	const weft_options *o;
	weft_result result;
	weft_output out;
	weft_zeros zeros;
	weft_output_file *files; /* by number of the result */
	struct weft_progress progress;
	uint64_t padding;      /* elements of it that are not zero */
};

static int
write_extent(void *context, size_t index, const void *bytes, uint64_t offset,
             size_t n, weft_errors *e)
{
	struct conversion *c = context;

	return weft_result_write(&c->result, c->files, index, bytes, offset, n,
	                         e);
}

static void
show_progress(void *context, uint64_t done, uint64_t all)
{
	struct conversion *c = context;

	weft_progress_show(&c->progress, done, all);
}

static int
write_small_files(struct conversion *c)
{
	const weft_result *r = &c->result;
	weft_errors *e = c->job->errors;
	int code = 0;

	if (r->side.n)
		code = weft_side_copy(&r->side, &c->job->source.dir, &c->out,
		                      e);
	if (!code && r->config)
		code = weft_output_write_small(&c->out, "", r->config_name,
		                               r->config, r->config_size, e);
	return code ? code : weft_result_write_texts(r, &c->out);
}

static int
run(struct conversion *c, weft_run_stats *stats)
{
	weft_run_options r = weft_run_options_of(c->o);

	r.sink = write_extent;
	r.context = c;
	r.order = c->result.order;
	r.blank = true;
	r.zeros = &c->zeros;
	r.progress = c->o->quiet ? NULL : show_progress;
	return weft_run(c->job, c->job->targets, c->job->n_targets, &r, stats);
}

/* Only arrays have chunks to be compressed. */
static bool
is_compressed(const struct conversion *c)
{
	const weft_layout *to = &c->job->model->layouts[c->job->to.layout];

	return c->o->files.zstd && weft_format_find(to->format) == &weft_orbax;
}

/* Compressed tensors are decoded into a file beside the target. */
static void
spool_beside(struct conversion *c)
{
	const char *slash = strrchr(c->out.path, '/');

	c->job->spool.dir = slash > c->out.path
		? weft_alloc_text(&c->job->arena, c->out.path,
		                  (size_t)(slash - c->out.path))
		: "/";
}

/* When all extents are written. */
static int
complete(struct conversion *c)
{
	weft_errors *e = c->job->errors;
	int code = weft_source_unchanged(&c->job->source, e);

	if (!code && is_compressed(c))
		code = weft_result_compress(&c->result, c->files);
	if (!code)
		code = weft_result_close(&c->result, c->files);
	if (!code)
		code = write_small_files(c);
	return code ? code : weft_output_commit(&c->out, e);
}

/* The codes are handed on, not those of the messages: a signal stops without
 * one. */
static int
write_all(struct conversion *c, weft_run_stats *stats)
{
	weft_run_options r = weft_run_options_of(c->o);
	weft_errors *e = c->job->errors;
	int code = weft_output_space(&c->out, c->result.size +
	                             weft_spool_need(&c->job->source), e);

	spool_beside(c);
	if (!code)
		code = weft_compare_repeats(c->job, &r, c->o->count_padding,
		                            &c->padding);
	if (!code)
		code = weft_result_create(&c->result, &c->out, c->files);
	if (!code)
		code = run(c, stats);
	if (!code)
		code = weft_zeros_rest(&c->zeros, false, &stats->read,
		                       c->job->errors);
	c->padding += c->zeros.found;
	weft_progress_end(&c->progress);
	return code ? code : complete(c);
}

static int
write_target(struct conversion *c, const char *dst, weft_run_stats *stats)
{
	const char *const sources[] = {c->job->source_path};
	int code = weft_output_begin(&c->out, dst, sources, 1, c->job->errors);

	c->files = calloc((size_t)c->result.n_files + 1, sizeof *c->files);
	if (!c->files)
		weft_out_of_memory();
	weft_zeros_begin(&c->zeros, c->job, c->o->count_padding);
	if (!code)
		code = write_all(c, stats);
	weft_zeros_end(&c->zeros);
	if (!code)
		return 0;
	for (int i = 0; i < c->result.n_files; i++)
		weft_output_discard(&c->files[i]);
	weft_output_abort(&c->out, c->job->errors);
	return code;
}

static void
report(const struct conversion *c, const weft_run_stats *s, const char *dst)
{
	const weft_job *job = c->job;
	char size[32];

	if (c->o->json) {
		printf("{\"target\":");
		weft_json_string(stdout, dst);
		printf(",\"layout\":\"%s\",\"tensors\":%zu,\"bytes\":%llu,"
		       "\"files\":%d,\"read\":%llu,\"not_finite\":%llu,"
		       "\"padding\":%llu}\n",
		       job->model->layouts[job->to.layout].name,
		       job->n_targets, (unsigned long long)job->bytes_out,
		       c->result.n_files, (unsigned long long)s->read,
		       (unsigned long long)s->not_finite,
		       (unsigned long long)c->padding);
	} else if (!c->o->quiet) {
		fprintf(stderr, "%s: %s: %zu tensors, %s in %d file%s, layout "
		        "%s\n", c->o->program, dst, job->n_targets,
		        weft_human_bytes(size, job->bytes_out),
		        c->result.n_files, c->result.n_files == 1 ? "" : "s",
		        job->model->layouts[job->to.layout].name);
	}
	if (c->padding)
		weft_warning(job->errors, "%llu elements of padding in the "
		             "source are not zero; they are left behind",
		             (unsigned long long)c->padding);
	if (s->not_finite)
		weft_warning(job->errors, "%llu values became infinite or NaN "
		             "by a value step",
		             (unsigned long long)s->not_finite);
}

int
weft_cmd_convert(const weft_model *m, const weft_options *o, weft_errors *e)
{
	weft_job job;
	struct conversion c = {.job = &job, .o = o};
	weft_run_stats stats;
	int code = weft_prepare(&job, m, o, e);

	if (!code)
		code = weft_result_make(&c.result, &job, &o->files);
	if (!code)
		code = write_target(&c, o->args[2], &stats);
	if (!code)
		report(&c, &stats, o->args[2]);
	free(c.files);
	weft_result_free(&c.result);
	weft_job_close(&job);
	return code;
}
