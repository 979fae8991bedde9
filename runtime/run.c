#include "run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "checked.h"
#include "io/signals.h"
#include "scatter.h"
#include "shared.h"
#include "twins.h"

enum {
	LARGEST_EXTENT = 8 << 20,
	LARGEST_WINDOW = 32 << 20,
	STREAM_EXTENT = 512 << 10,   /* stays in the cache of a core */
	SMALLEST_BUFFER = 64 << 10,
	BUFFER_ALIGN = 2 << 20,
};

/* The extents of one tensor: `step` bytes each, within blocks of `block`
 * bytes that an extent does not cross; or tiles. */
struct cut {
	uint64_t step, block, first; /* number of the first extent */
	weft_scatter scatter;
	bool scattered;
	bool shared;                 /* its extents are those of the crew */
};

struct crew {
	weft_job *job;
	const struct weft_tensor *list;
	size_t n;
	const weft_run_options *options;
	struct cut *cuts;
	weft_shared shared;
	weft_twins twins;
	uint64_t n_extents, all;     /* of those not shared; bytes */
	_Atomic uint64_t next, done;
	_Atomic int code;
	size_t out_size, in_size;
};

static uint64_t
ceil_div(uint64_t a, uint64_t b)
{
	return b ? (a + b - 1) / b : 0;
}

/* Extents are whole rows of the stored shape: as many of the fastest axes as
 * fit, times a part of the next. */
static struct cut
cut_tensor(const struct crew *c, const struct weft_tensor *t)
{
	uint64_t limit = c->out_size, row, width;
	int k = t->rank;

	/* Long copies read the same bytes however they are cut. */
	if (t->streams && !c->options->sink)
		limit = t->bytes;
	else if (t->streams && limit > STREAM_EXTENT)
		limit = STREAM_EXTENT;
	if (t->whole >= 0 || t->bytes <= limit)
		return (struct cut){.step = limit, .block = t->bytes};
	width = (uint64_t)weft_dtype_bits(t->dtype) / 8;
	row = width;
	while (k > 0 && row * (uint64_t)t->shape[k - 1] <= limit)
		row *= (uint64_t)t->shape[--k];
	return (struct cut){.step = limit / row * row,
	                    .block = row * (uint64_t)t->shape[k - 1]};
}

static uint64_t
extents_of(const struct weft_tensor *t, const struct cut *c)
{
	if (t->bytes == 0 || c->shared)
		return 0;
	if (c->scattered)
		return c->scatter.n_tiles;
	return ceil_div(t->bytes, c->block) * ceil_div(c->block, c->step);
}

static const struct weft_tensor *
tensor_of(const struct crew *c, size_t i)
{
	return &c->list[c->options->order ? c->options->order[i] : i];
}

/* Only what has several extents can be worth tiles; and tiles leave padding
 * alone, so they need a target that is zero. */
static bool
may_scatter(const struct crew *c, const struct weft_tensor *t)
{
	return t->whole < 0 && !t->streams && t->bytes > c->out_size &&
	       (t->full || c->options->blank);
}

/* A worker that only counts. */
static struct weft_worker
rehearsing(const struct crew *c)
{
	return (struct weft_worker){
		.job = c->job, .spool = &c->job->spool,
		.kernels = c->options->kernels, .rehearse = true,
		.first.stored = -1, .out_size = c->out_size, .in_size = c->in_size,
	};
}

static void
cut_all(struct crew *c)
{
	struct weft_worker counting = rehearsing(c);

	weft_twins_find(&c->twins, c->list, c->n, c->options->order);
	for (size_t i = 0; i < c->n; i++) {
		const struct weft_tensor *t = tensor_of(c, i);

		c->cuts[i].first = c->n_extents;
		c->all += t->bytes;
		if (c->twins.follows[t - c->list])
			continue;
		c->cuts[i] = cut_tensor(c, t);
		c->cuts[i].scattered = may_scatter(c, t) &&
			weft_scatter_plan(c->job, t, c->out_size, c->out_size,
			                  &c->cuts[i].scatter);
		c->cuts[i].shared = !c->cuts[i].scattered && t->whole < 0 &&
			!t->streams && t->bytes > 0 &&
			weft_shared_add(&c->shared, &counting, t, i);
		c->cuts[i].first = c->n_extents;
		c->n_extents += extents_of(t, &c->cuts[i]);
	}
	weft_shared_finish(&c->shared);
	weft_errors_free(&counting.errors);
}

/* The last tensor whose first extent is not behind `extent`, and which has
 * any. */
static size_t
find_extent(const struct crew *c, uint64_t extent)
{
	size_t lo = 0, hi = c->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->cuts[mid].first <= extent)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The sink of the run, for all that hold the same. */
static int
give(void *context, size_t index, const void *bytes, uint64_t offset, size_t n,
     weft_errors *e)
{
	struct crew *c = context;
	int code = 0;

	for (uint32_t i = (uint32_t)index; i != WEFT_NO_TWIN && !code;
	     i = c->twins.next[i]) {
		code = c->options->sink(c->options->context, i, bytes, offset,
		                        n, e);
		atomic_fetch_add(&c->done, n);
	}
	return code;
}

static int
do_tile(struct crew *c, struct weft_worker *w, const struct weft_tensor *t,
        const struct cut *cut, uint64_t tile)
{
	return weft_scatter_tile(w, &cut->scatter, tile,
	                         (size_t)(t - c->list), t->dtype, give, c);
}

static int
do_bytes(struct crew *c, struct weft_worker *w, const struct weft_tensor *t,
         uint64_t begin, uint64_t n)
{
	if (!weft_worker_assemble(w, t, begin, begin + n))
		return w->errors.code ? w->errors.code
		       : c->job->errors->code ? c->job->errors->code
		       : weft_error(&w->errors, WEFT_INTERNAL,
		                    "%s: the copy stopped", t->key);
	if (w->rehearse)
		return 0;
	return give(c, (size_t)(t - c->list), w->out, begin, (size_t)n,
	            &w->errors);
}

static int
do_extent(struct crew *c, struct weft_worker *w, const struct weft_tensor *t,
          const struct cut *cut, uint64_t extent)
{
	uint64_t per_block = ceil_div(cut->block, cut->step);
	uint64_t k = extent - cut->first;
	uint64_t in_block = k % per_block * cut->step;
	uint64_t begin = k / per_block * cut->block + in_block;
	uint64_t n = cut->block - in_block;

	if (n > cut->step)
		n = cut->step;
	if (n > t->bytes - begin)
		n = t->bytes - begin;
	return do_bytes(c, w, t, begin, n);
}

/* All that wants one stored tensor. */
static int
do_group(struct crew *c, struct weft_worker *w, uint64_t group)
{
	int code = 0;

	weft_worker_forget(w);
	w->shares = true;
	for (size_t i = c->shared.groups[group];
	     i < c->shared.groups[group + 1] && !code; i++) {
		const struct weft_shared_extent *x = &c->shared.list[i];

		code = do_bytes(c, w, tensor_of(c, x->tensor), x->begin,
		                x->end - x->begin);
	}
	weft_worker_forget(w);
	w->shares = false;
	return code;
}

static int
do_next(struct crew *c, struct weft_worker *w, uint64_t extent)
{
	size_t i;
	const struct weft_tensor *t;
	const struct cut *cut;

	if (extent >= c->n_extents)
		return do_group(c, w, extent - c->n_extents);
	i = find_extent(c, extent);
	t = tensor_of(c, i);
	cut = &c->cuts[i];
	if (cut->scattered)
		return do_tile(c, w, t, cut, extent - cut->first);
	return do_extent(c, w, t, cut, extent);
}

struct thread {
	pthread_t id;
	struct crew *crew;
	struct weft_worker worker;
	bool started, leads;
	int code;              /* why it stopped, and at which extent */
	uint64_t at;
};

static void *
work(void *arg)
{
	struct thread *me = arg;
	struct crew *c = me->crew;
	uint64_t extent = 0;
	int code = 0;

	while (!code && !atomic_load(&c->code) &&
	       (extent = atomic_fetch_add(&c->next, 1)) <
	       c->n_extents + c->shared.n_groups) {
		code = do_next(c, &me->worker, extent);
		if (!code && weft_output_interrupted())
			code = 128 + weft_output_interrupted();
		if (me->leads && c->options->progress)
			c->options->progress(c->options->context,
			                     atomic_load(&c->done), c->all);
	}
	me->code = code;
	me->at = extent;
	if (code)
		atomic_store(&c->code, code);
	return NULL;
}

/* Extents are taken in order, and each that is begun is ended: so of those
 * that failed, the first is the same in every run. */
static struct thread *
first_failed(struct thread *t, int threads)
{
	struct thread *first = NULL;

	for (int i = 0; i < threads; i++)
		if (t[i].code && (!first || t[i].at < first->at))
			first = &t[i];
	return first;
}

static char *
buffer(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		weft_out_of_memory();
	if (n >= BUFFER_ALIGN)
		madvise(p, n, MADV_HUGEPAGE);
	return p;
}

/* Half of each thread's part for what is read, a quarter for what is written;
 * the rest is left to stacks, tables and the allocator. */
static void
share_memory(struct crew *c, int threads)
{
	uint64_t part = c->options->limits.memory / (uint64_t)threads;

	c->out_size = LARGEST_EXTENT;
	if (part / 4 < c->out_size)
		c->out_size = part / 4 < SMALLEST_BUFFER ? SMALLEST_BUFFER
		              : (size_t)(part / 4);
	c->in_size = LARGEST_WINDOW;
	if (part / 2 < c->in_size)
		c->in_size = part / 2 < 2 * c->out_size ? 2 * c->out_size
		             : (size_t)(part / 2);
}

static void
begin_thread(struct thread *t, struct crew *c, bool leads)
{
	struct weft_worker *w = &t->worker;

	t->crew = c;
	t->leads = leads;
	w->job = c->job;
	w->spool = &c->job->spool;
	w->zeros = c->options->zeros;
	w->kernels = c->options->kernels;
	w->rehearse = !c->options->sink;
	w->first.stored = -1;
	w->out_size = c->out_size;
	w->in_size = c->in_size;
	if (w->rehearse)
		return;
	w->out = buffer(w->out_size);
	w->in = buffer(w->in_size);
}

static void
end_thread(struct thread *t, weft_run_stats *stats)
{
	struct weft_worker *w = &t->worker;

	stats->read += w->read;
	stats->not_finite += w->not_finite;
	stats->buffers += w->out_size + w->in_size;
	if (w->out)
		munmap(w->out, w->out_size);
	if (w->in)
		munmap(w->in, w->in_size);
	weft_errors_free(&w->errors);
}

static void
run_threads(struct crew *c, struct thread *t, int threads)
{
	for (int i = 0; i < threads; i++)
		begin_thread(&t[i], c, i == 0);
	for (int i = 1; i < threads; i++)
		t[i].started = pthread_create(&t[i].id, NULL, work, &t[i]) == 0;
	work(&t[0]);
	for (int i = 1; i < threads; i++)
		if (t[i].started)
			pthread_join(t[i].id, NULL);
}

int
weft_run(weft_job *job, const struct weft_tensor *list, size_t n,
         const weft_run_options *o, weft_run_stats *stats)
{
	struct crew c = {.job = job, .list = list, .n = n, .options = o};
	int threads = o->sink && o->limits.threads > 0 ? o->limits.threads : 1;
	struct thread *t = calloc((size_t)threads, sizeof *t), *failed;

	c.cuts = calloc(n + 1, sizeof *c.cuts);
	if (!t || !c.cuts)
		weft_out_of_memory();
	share_memory(&c, o->limits.threads > 0 ? o->limits.threads : 1);
	cut_all(&c);
	*stats = (weft_run_stats){0};
	run_threads(&c, t, threads);
	failed = first_failed(t, threads);
	if (failed) {
		weft_errors_move(job->errors, &failed->worker.errors);
		c.code = failed->code;
	}
	for (int i = 0; i < threads; i++)
		end_thread(&t[i], stats);
	for (size_t i = 0; i < n; i++)
		weft_scatter_free(&c.cuts[i].scatter);
	weft_shared_free(&c.shared);
	weft_twins_free(&c.twins);
	free(t);
	free(c.cuts);
	return c.code;
}

const char *
weft_run_index(char buffer[256], const int64_t *shape, int rank, int64_t at)
{
	int64_t index[WEFT_MAX_RANK];
	size_t n = 1;

	for (int i = rank - 1; i >= 0; i--) {
		index[i] = shape[i] ? at % shape[i] : 0;
		at = shape[i] ? at / shape[i] : 0;
	}
	strcpy(buffer, "[");
	for (int i = 0; i < rank && n < 220; i++)
		n += (size_t)snprintf(buffer + n, 256 - n, "%s%lld",
		                      i ? ", " : "", (long long)index[i]);
	strcpy(buffer + n, "]");
	return buffer;
}
