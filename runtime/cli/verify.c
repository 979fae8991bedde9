/* verify: is DST what SRC becomes? The plan is made again from the headers and
 * every element is compared through the portable path. */
#include <stdlib.h>
#include <string.h>

#include "../compare.h"
#include "../fold.h"
#include "../io/escape.h"
#include "cli.h"
#include "progress.h"

struct verification {
	weft_job job;          /* SRC, planned to DST's layout */
	weft_job dst;
	weft_result result;
	const struct weft_stored **stored; /* of DST, by target tensor */
	struct weft_comparison comparison;
	struct weft_progress progress;
	weft_errors *errors;
};

static int
compare_extent(void *context, size_t index, const void *bytes,
               uint64_t offset, size_t n, weft_errors *e)
{
	struct verification *v = context;

	return weft_compare_sink(&v->comparison, index, bytes, offset, n, e);
}

static void
show_progress(void *context, uint64_t done, uint64_t all)
{
	struct verification *v = context;

	weft_progress_show(&v->progress, done, all);
}

/* What weft.json of DST says, instead of what the command line says. */
static void
use_manifest(const weft_manifest *m, weft_options *o)
{
	o->to = (weft_choice){.layout = m->layout, .options = o->to_list};
	for (size_t i = 0; i < m->noptions && i < WEFT_CLI_LIST; i++)
		o->to_list[o->to.n_options++] = m->options[i].text
			? weft_alloc_printf(&o->arena, "%s=%s",
			                    m->options[i].name,
			                    m->options[i].text)
			: weft_alloc_printf(&o->arena, "%s=%lld",
			                    m->options[i].name,
			                    (long long)m->options[i].number);
	o->n_variants = 0;
	for (size_t i = 0; i < m->nvariants && i < WEFT_CLI_LIST; i++)
		o->variants[o->n_variants++] =
			weft_alloc_printf(&o->arena, "%s=%s",
			                  m->variants[i].name,
			                  m->variants[i].on ? "true"
			                                    : "false");
}

static int
choose_layout(struct verification *v, weft_options *o)
{
	const weft_choice any = {0};
	const weft_manifest *m = &v->dst.manifest;

	if (m->model && weft_layout_find(v->dst.model, m->layout, v->errors) < 0) {
		weft_hint(v->errors, "%s of %s names it", WEFT_MANIFEST_NAME,
		          v->dst.source_path);
		return WEFT_BAD;
	}
	if (m->model) {
		use_manifest(m, o);
		return !m->from || o->from.layout
			? 0 : weft_options_from(o, m->from, v->errors);
	}
	if (weft_detect(&v->dst, &any))
		return v->errors->code;
	o->to = (weft_choice){
		.layout = v->dst.model->layouts[v->dst.from.layout].name};
	return 0;
}

static int
wrong_header(struct verification *v, const struct weft_tensor *t,
             const struct weft_stored *s)
{
	char want[256], have[256];
	size_t n = 0, m = 0;

	for (int i = 0; i < t->rank && n < 200; i++)
		n += (size_t)snprintf(want + n, sizeof want - n, "%s%lld",
		                      i ? ", " : "", (long long)t->shape[i]);
	for (int i = 0; i < s->rank && m < 200; i++)
		m += (size_t)snprintf(have + m, sizeof have - m, "%s%lld",
		                      i ? ", " : "", (long long)s->shape[i]);
	want[n] = have[m] = '\0';
	return weft_error(v->errors, WEFT_BAD, "%s%s%s is %s [%s] and should "
	                  "be %s [%s]", s->dir, s->dir[0] ? "/" : "", s->key,
	                  weft_dtype_name(s->dtype), have,
	                  weft_dtype_name(t->dtype), want);
}

static bool
same_header(const struct weft_tensor *t, const struct weft_stored *s)
{
	return t->dtype == s->dtype && t->rank == s->rank &&
	       (t->rank == 0 || memcmp(t->shape, s->shape,
	                               (size_t)t->rank * 8) == 0);
}

static void
report_keys(struct verification *v, const char **keys, size_t n,
            const char *what)
{
	if (n == 0)
		return;
	weft_error(v->errors, WEFT_BAD, "%zu tensor%s %s", n,
	           n == 1 ? " is" : "s are", what);
	weft_fold_hints(v->errors, keys, n, 6);
}

/* The keys of DST that no target tensor claims. */
static void
find_extra(struct verification *v)
{
	const struct weft_source *s = &v->dst.source;
	char *claimed = calloc(s->n + 1, 1);
	const char **extra = NULL;
	size_t n = 0;

	for (size_t i = 0; i < v->job.n_targets && claimed; i++)
		if (v->stored[i])
			claimed[v->stored[i] - s->tensors] = 1;
	for (size_t i = 0; i < s->n && claimed; i++)
		if (!claimed[i]) {
			extra = weft_grow(extra, n, sizeof *extra);
			extra[n++] = s->tensors[i].key;
		}
	report_keys(v, extra, n, "too many in the target");
	free(extra);
	free(claimed);
}

static int
compare_headers(struct verification *v)
{
	const char **missing = NULL;
	size_t n = 0;

	v->stored = calloc(v->job.n_targets + 1, sizeof *v->stored);
	if (!v->stored)
		weft_out_of_memory();
	for (size_t i = 0; i < v->job.n_targets; i++) {
		const struct weft_tensor *t = &v->job.targets[i];

		v->stored[i] = weft_source_find(&v->dst.source, t->dir,
		                                t->key);
		if (!v->stored[i]) {
			missing = weft_grow(missing, n, sizeof *missing);
			missing[n++] = t->key;
		} else if (!same_header(t, v->stored[i])) {
			wrong_header(v, t, v->stored[i]);
			break;
		}
	}
	report_keys(v, missing, n, "missing in the target");
	free(missing);
	find_extra(v);
	return v->errors->count ? v->errors->code : 0;
}

/* ---- headers, byte for byte --------------------------------------------- */

enum { PIECE = 64 << 10, BEFORE = 16, SHOWN = 40 };

/* The header of `f` has another byte at `at`. */
static int
differs(struct verification *v, const struct weft_file *f, uint64_t at,
        const struct weft_target_file *want)
{
	uint64_t from = at > 8 + BEFORE ? at - BEFORE : 8;
	char part[SHOWN + 1] = "", have[WEFT_ESCAPED], right[WEFT_ESCAPED];
	size_t n = f->stamp.size - from < SHOWN
	           ? (size_t)(f->stamp.size - from) : SHOWN;

	if (weft_file_pread(f, part, n, from, v->errors))
		return v->errors->code;
	weft_escape(have, part);
	snprintf(part, sizeof part, "%.*s",
	         (int)(want->header_size - from < SHOWN
	               ? want->header_size - from : SHOWN),
	         want->header + from);
	weft_error(v->errors, WEFT_BAD, "%s: byte %llu: the header has \"%s\" "
	           "where convert writes \"%s\"", f->path,
	           (unsigned long long)at, have, weft_escape(right, part));
	weft_hint(v->errors, "its tensors are right; but %s says that weft "
	          "wrote it, and something else has since",
	          WEFT_MANIFEST_NAME);
	return WEFT_BAD;
}

/* Behind a header that is right there are only tensors: reading it has proved
 * that. */
static int
compare_header(struct verification *v, const struct weft_file *f,
               const struct weft_target_file *want)
{
	uint64_t size = want->header_size;
	char have[PIECE];

	if (size > f->stamp.size)
		size = f->stamp.size;
	for (uint64_t at = 8; at < size; at += PIECE) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;
		size_t same;

		if (weft_file_pread(f, have, n, at, v->errors))
			return v->errors->code;
		same = weft_first_difference(have, want->header + at, n);
		if (same < n)
			return differs(v, f, at + same, want);
	}
	if (weft_file_pread(f, have, 8, 0, v->errors))
		return v->errors->code;
	if (memcmp(have, want->header, 8) == 0)
		return 0;
	return weft_error(v->errors, WEFT_BAD, "%s: byte %llu: the header goes "
	                  "on where that of convert ends", f->path,
	                  (unsigned long long)size);
}

static int
by_file(const void *a, const void *b, void *of)
{
	const struct weft_stored *const *stored = of;

	return stored[*(const uint32_t *)a]->file -
	       stored[*(const uint32_t *)b]->file;
}

/* Each file against the one that convert makes of the same tensors: how many
 * there are to a file was the user's choice. */
static int
compare_file(struct verification *v, const struct weft_file *f,
             const uint32_t *order, size_t n)
{
	const struct weft_layout_how one_file = {0};
	struct weft_wanted *w = calloc(n + 1, sizeof *w);
	struct weft_target t;
	int code;

	if (!w)
		weft_out_of_memory();
	for (size_t i = 0; i < n; i++) {
		const struct weft_tensor *x = &v->job.targets[order[i]];

		w[i] = (struct weft_wanted){x->key, x->shape, x->rank,
		                            x->dtype};
	}
	code = weft_target_lay_out(&t, &weft_safetensors, w, n, &one_file,
	                           v->errors);
	if (!code)
		code = compare_header(v, f, &t.files[0]);
	weft_target_free(&t);
	free(w);
	return code;
}

static int
compare_layout(struct verification *v)
{
	size_t n = v->job.n_targets, i = 0, k;
	uint32_t *order;
	int code = 0;

	if (!v->dst.manifest.model ||
	    v->dst.source.format != &weft_safetensors)
		return 0;
	order = calloc(n + 1, sizeof *order);
	if (!order)
		weft_out_of_memory();
	for (k = 0; k < n; k++)
		order[k] = (uint32_t)k;
	qsort_r(order, n, sizeof *order, by_file, v->stored);
	for (int f = 0; f < v->dst.source.n_files && !code; f++, i = k) {
		for (k = i; k < n && v->stored[order[k]]->file == f;)
			k++;
		code = compare_file(v, &v->dst.source.files[f], order + i,
		                    k - i);
	}
	free(order);
	return code;
}

/* ---- all other files ---------------------------------------------------- */

/* A file of the target against the text it should be. */
static int
compare_text(struct verification *v, const char *name, const char *want,
             size_t size)
{
	size_t n = 0, at;
	const char *text = weft_job_read_file(&v->dst, name, &n);

	if (!text)
		return weft_error(v->errors, WEFT_BAD, "%s is missing in the "
		                  "target", name);
	at = weft_first_difference(text, want, n < size ? n : size);
	if (at == n && n == size)
		return 0;
	return weft_error(v->errors, WEFT_BAD, "%s differs from what the "
	                  "source gives from byte %zu on (%zu bytes, expected "
	                  "%zu)", name, at, n, size);
}

static int
compare_files(struct verification *v)
{
	const weft_result *r = &v->result;

	if (r->side.n && weft_side_compare(&r->side, &v->job.source.dir,
	                                   &v->dst.source.dir, v->errors))
		return v->errors->code;
	if (r->config && compare_text(v, r->config_name, r->config,
	                              r->config_size))
		return WEFT_BAD;
	if (!v->dst.manifest.model)
		return 0;
	if (compare_text(v, WEFT_MANIFEST_NAME, r->manifest, r->manifest_size))
		return WEFT_BAD;
	if (v->dst.source.format == &weft_safetensors)
		return 0;
	return weft_metadata_compare(&v->dst.source, &v->job.to, true);
}

static int
compare_data(struct verification *v, const weft_options *o)
{
	weft_run_options r = {.limits = o->limits};
	weft_run_stats stats;
	uint64_t padding;
	int code;

	v->comparison = (struct weft_comparison){
		.list = v->job.targets, .source = &v->dst.source,
		.spool = &v->dst.spool,
		.stored = v->stored, .why = "the source says so"};
	r.kernels = weft_kernels_level("portable");
	r.sink = compare_extent;
	r.context = v;
	r.progress = o->quiet ? NULL : show_progress;
	code = weft_compare_repeats(&v->job, &r, true, &padding);
	if (!code)
		code = weft_run(&v->job, v->job.targets, v->job.n_targets, &r,
		                &stats);
	weft_progress_end(&v->progress);
	return code;
}

static int
verify(struct verification *v, const weft_model *m, weft_options *o)
{
	weft_open_how how = {.follow_symlinks = o->how.follow_symlinks,
	                     .named = o->how.named,
	                     .memory = o->how.memory};
	int code = weft_job_open(&v->dst, m, o->args[2], &how, v->errors);

	if (!code)
		code = choose_layout(v, o);
	o->how.like = &v->dst;
	if (!code)
		code = weft_prepare(&v->job, m, o, v->errors);
	if (!code)
		code = weft_result_make(&v->result, &v->job, &o->files);
	if (!code)
		code = compare_headers(v);
	if (!code)
		code = compare_files(v);
	if (!code)
		code = compare_data(v, o);
	if (!code)
		code = compare_layout(v);
	if (!code)
		code = weft_source_unchanged(&v->job.source, v->errors);
	if (!code)
		code = weft_source_unchanged(&v->dst.source, v->errors);
	return code;
}

int
weft_cmd_verify(const weft_model *m, const weft_options *given, weft_errors *e)
{
	weft_options o = *given;
	struct verification v = {.errors = e};
	char size[32];
	int code;

	/* What is added to the copy is the copy's to free. */
	o.arena = (weft_arena){0};
	code = verify(&v, m, &o);
	if (!code && o.json)
		printf("{\"equal\":true,\"tensors\":%zu,\"bytes\":%llu}\n",
		       v.job.n_targets,
		       (unsigned long long)v.job.bytes_out);
	else if (!code && !o.quiet)
		printf("%s is %s in layout %s: %zu tensors, %s, every element "
		       "equal\n", o.args[2], o.args[1],
		       m->layouts[v.job.to.layout].name, v.job.n_targets,
		       weft_human_bytes(size, v.job.bytes_out));
	free(v.stored);
	weft_result_free(&v.result);
	weft_job_close(&v.job);
	weft_job_close(&v.dst);
	weft_arena_free(&o.arena);
	return code;
}
