#include "../compare.h"
#include "../zeros.h"
#include "cli.h"

int
weft_prepare(weft_job *job, const weft_model *m, const weft_options *o,
             weft_errors *e)
{
	if (weft_job_open(job, m, o->args[1], &o->how, e) ||
	    weft_detect(job, &o->from) || weft_solve_options(job) ||
	    weft_metadata_compare(&job->source, &job->from, false) ||
	    weft_check_requires(job, &job->from) || weft_match(job) ||
	    weft_match_shapes(job) || weft_match_complete(job))
		return e->code;
	if (!o->to.layout) {
		weft_error(e, WEFT_USAGE, "no target: --to LAYOUT is missing");
		for (int i = 0; i < m->n_layouts; i++)
			weft_hint(e, "--to %-12s %s", m->layouts[i].name,
			          m->layouts[i].title ? m->layouts[i].title
			                              : "");
		return WEFT_USAGE;
	}
	if (weft_choose_target(job, &o->to, o->variants, o->n_variants) ||
	    weft_check_requires(job, &job->to) || weft_plan(job))
		return e->code;
	return 0;
}

weft_run_options
weft_run_options_of(const weft_options *o)
{
	return (weft_run_options){.limits = o->limits,
	                          .kernels = weft_kernels_choose()};
}

int
weft_rehearse(weft_job *job, const weft_options *o, weft_run_stats *s)
{
	weft_run_options r = weft_run_options_of(o);
	weft_zeros zeros;
	uint64_t compared;
	int code = weft_compare_rehearse(job, &r, &compared);

	weft_zeros_begin(&zeros, job, false);
	r.blank = true;
	r.zeros = &zeros;
	if (!code)
		code = weft_run(job, job->targets, job->n_targets, &r, s);
	if (!code)
		code = weft_zeros_rest(&zeros, true, &compared, job->errors);
	weft_zeros_end(&zeros);
	s->compared = compared;

	s->buffers *= (uint64_t)o->limits.threads;
	return code;
}
