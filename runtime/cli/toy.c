/* toy: a small checkpoint whose elements are all different, so that anything
 * put in the wrong place shows. It is written element by element from the
 * pieces of the places: nothing of the plan or the kernels has a part in it. */
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "../io/output.h"
#include "cli.h"

/* Toys are made in memory. */
static const uint64_t LARGEST_TOY = (uint64_t)4 << 30;

struct toy {
	weft_job *job;
	weft_result result;
	weft_output out;
	int64_t *first;        /* by row: the number of its first element */
	char *data;            /* of the tensor being made */
	enum weft_dtype dtype;
	const struct weft_row_state *row;
	int64_t value[WEFT_AXES]; /* position of the element by axis */
};

/* The bits of element number n: for F32 the number itself, from 1; for 16 bits
 * the n-th finite value that is not zero, first the positive ones. They repeat
 * after 2^24 and 65,024 (F16: 63,486) elements. */
static void
store(const struct toy *t, int64_t at, int64_t n)
{
	int64_t finite = t->dtype == WEFT_BF16 ? 0x7f7f : 0x7bff;

	if (t->dtype == WEFT_F32) {
		float f = (float)(n % (1 << 24) + 1);

		memcpy(t->data + at * 4, &f, 4);
	} else {
		uint16_t bits = (uint16_t)(n % finite + 1);

		if (n / finite % 2)
			bits |= 0x8000;
		memcpy(t->data + at * 2, &bits, 2);
	}
}

static int64_t
number_of(const struct toy *t)
{
	int64_t n = 0;

	for (int i = 0; i < t->row->row->n_axes; i++)
		n = n * t->row->size[i] + t->value[i];
	return t->first[t->row - t->job->rows] + n;
}

/* All elements of a piece, axis by axis and digit by digit. */
static void
fill(struct toy *t, const struct weft_piece *p, int axis, int digit,
     int64_t into, int64_t offset)
{
	const struct weft_run *r = &p->run[axis];

	if (axis == p->n) {
		store(t, offset, number_of(t));
		return;
	}
	if (digit == r->n) {
		t->value[axis] = r->begin + into;
		fill(t, p, axis + 1, 0, 0, offset);
		return;
	}
	for (int64_t i = 0; i < r->size[digit]; i++)
		fill(t, p, axis, digit + 1, into * r->size[digit] + i,
		     offset + i * r->stride[digit]);
}

static bool
got_piece(void *context, const struct weft_piece *p)
{
	struct toy *t = context;

	fill(t, p, 0, 0, 0, p->offset);
	return true;
}

static int
write_tensor(struct toy *t, weft_output_file *files, size_t i)
{
	const struct weft_tensor *w = &t->job->targets[i];

	memset(t->data, 0, (size_t)w->bytes);
	for (int k = 0; k < w->n_shares; k++) {
		struct weft_frame f;

		t->row = w->shares[k].cell->row;
		if (!weft_cell_frame(w->shares[k].cell, w->shares[k].instance,
		                     &f))
			return t->job->errors->code;
		weft_view_pieces(&f, 0, f.count, got_piece, t);
	}
	return weft_result_write(&t->result, files, i, t->data, 0,
	                         (size_t)w->bytes, t->job->errors);
}

/* A row with too many elements to count has no place in the layout of the toy,
 * whose size has a limit, and takes no numbers. */
static int
number_rows(struct toy *t)
{
	weft_job *job = t->job;
	int64_t next = 0;

	t->first = weft_alloc_array(&job->arena,
	                            (size_t)job->model->n_rows + 1,
	                            sizeof *t->first);
	for (int i = 0; i < job->model->n_rows; i++) {
		const struct weft_row_state *r = &job->rows[i];
		int64_t n = 1;

		t->first[i] = next;
		for (int k = 0; r->present && k < r->row->n_axes; k++)
			if (r->size[k] < 0)
				return weft_error(job->errors, WEFT_BAD,
					"%s: the size of axis %s of %s does "
					"not follow from the config",
					r->row->where, r->row->axes[k].name,
					r->row->name);
			else if (!weft_mul_i64(n, r->size[k], &n))
				n = 0;
		if (r->present && !weft_add_i64(next, n, &next))
			next = 0;
	}
	return 0;
}

static uint64_t
largest_tensor(const weft_job *job)
{
	uint64_t n = 1;

	for (size_t i = 0; i < job->n_targets; i++)
		if (job->targets[i].bytes > n)
			n = job->targets[i].bytes;
	return n;
}

static int
write_files(struct toy *t, weft_output_file *files)
{
	const weft_result *r = &t->result;
	int code = weft_result_create(r, &t->out, files);

	for (size_t i = 0; i < t->job->n_targets && !code; i++)
		code = write_tensor(t, files, i);
	return code ? code : weft_result_close(r, files);
}

static int
write_rest(struct toy *t)
{
	weft_errors *e = t->job->errors;
	const weft_result *r = &t->result;
	int code = weft_output_write_small(&t->out, "", r->config_name,
	                                   r->config, r->config_size, e);

	if (!code)
		code = weft_result_write_texts(r, &t->out);
	return code ? code : weft_output_commit(&t->out, e);
}

static int
write_toy(struct toy *t, const char *dst)
{
	weft_output_file *files = calloc((size_t)t->result.n_files + 1,
	                                 sizeof *files);
	int code = weft_output_begin(&t->out, dst, NULL, 0, t->job->errors);

	t->data = malloc((size_t)largest_tensor(t->job));
	if (!files || !t->data)
		weft_out_of_memory();
	if (!code)
		code = write_files(t, files);
	if (!code)
		code = write_rest(t);
	for (int i = 0; code && i < t->result.n_files; i++)
		weft_output_discard(&files[i]);
	if (code)
		weft_output_abort(&t->out, t->job->errors);
	free(files);
	free(t->data);
	return code;
}

static int
plan_toy(struct toy *t, const weft_options *o)
{
	weft_job *job = t->job;
	const weft_choice to = {o->layout, o->to.options, o->to.n_options,
	                        NULL};
	const char *dtype = o->dtype ? o->dtype : "BF16";

	if (!weft_dtype_find(dtype, strlen(dtype), &t->dtype) ||
	    (t->dtype != WEFT_F32 && t->dtype != WEFT_BF16 &&
	     t->dtype != WEFT_F16))
		return weft_error(job->errors, WEFT_USAGE, "--dtype %s: a toy "
		                  "is of F32, BF16 or F16", dtype);
	if (weft_choose_target(job, &to, o->variants, o->n_variants) ||
	    weft_check_requires(job, &job->to) ||
	    weft_plan_toy(job, t->dtype) || number_rows(t) ||
	    weft_result_make(&t->result, job, &o->files))
		return job->errors->code;
	if (job->n_targets == 0)
		return weft_error(job->errors, WEFT_USAGE, "a toy of layout %s "
			"would have no tensor: %s reads off a source which "
			"ones there are", o->layout, job->model->name);
	if (job->bytes_out > LARGEST_TOY)
		return weft_error(job->errors, WEFT_USAGE, "a toy of %llu "
			"bytes is none; make the sizes in %s smaller",
			(unsigned long long)job->bytes_out, o->how.config);
	return 0;
}

int
weft_cmd_toy(const weft_model *m, const weft_options *o, weft_errors *e)
{
	weft_job job;
	struct toy t = {.job = &job};
	int code;

	if (!o->layout || !o->how.config)
		return weft_error(e, WEFT_USAGE, "usage: %s toy DIR --layout "
		                  "LAYOUT --config FILE", o->program);
	code = weft_job_open_config(&job, m, &o->how, e);
	if (!code)
		code = plan_toy(&t, o);
	if (!code)
		code = write_toy(&t, o->args[1]);
	weft_result_free(&t.result);
	weft_job_close(&job);
	return code;
}
