/* What two pieces have in common, as strided copies. */
#include "view.h"

/* One loop level of an axis, found by walking both digit lists at once. */
struct level {
	int64_t count, src, dst;
};

/* A stretch of one axis that is a nest of loops on both sides. */
struct stretch {
	int64_t src, dst;      /* offsets, in elements */
	int n;
	struct level level[2 * WEFT_DIGITS];
};

struct match {
	const struct weft_piece *src, *dst;
	weft_copy_fn *fn;
	void *context;
	weft_nest nest;
	int64_t src_offset, dst_offset;
	int axis;              /* the axis being walked */
};

/* Where a walk stands in the digits of one side. */
struct side {
	const struct weft_run *run;
	int digit;             /* the slowest digit not yet fixed */
	int64_t at;            /* position below the digits fixed so far */
};

static bool next_axis(struct match *m);

/* Values that one step of the current digit covers. */
static int64_t
weight(const struct side *s)
{
	int64_t w = 1;

	for (int i = s->digit + 1; i < s->run->n; i++)
		w *= s->run->size[i];
	return w;
}

/* Fixes digits that do not change over the next `count` values; their part of
 * the offset is added to *offset. */
static void
settle(struct side *s, int64_t count, int64_t *offset)
{
	while (s->digit < s->run->n) {
		int64_t w = weight(s), v = s->at / w;

		if ((s->at + count - 1) / w != v)
			return;
		*offset += v * s->run->stride[s->digit];
		s->at -= v * w;
		s->digit++;
	}
}

/* Adds one stretch to the nest and goes on with the next axis. */
static bool
use_stretch(struct match *m, const struct stretch *t)
{
	weft_nest nest = m->nest;
	int64_t src = m->src_offset, dst = m->dst_offset;
	bool on;

	m->src_offset += t->src;
	m->dst_offset += t->dst;
	for (int i = 0; i < t->n; i++) {
		int k = m->nest.rank++;

		m->nest.size[k] = t->level[i].count;
		m->nest.src[k] = t->level[i].src;
		m->nest.dst[k] = t->level[i].dst;
	}
	on = next_axis(m);
	m->nest = nest;
	m->src_offset = src;
	m->dst_offset = dst;
	return on;
}

static bool walk(struct match *m, struct side s, struct side d, int64_t count,
                 struct stretch t);

/* The next `count` values in parts of at most `w`, the first up to a step of
 * side `by`. */
static bool
walk_parts(struct match *m, struct side s, struct side d, int64_t count,
           const struct stretch *t, int64_t w, int64_t into)
{
	int64_t n = into ? w - into : w;

	while (count > 0) {
		if (n > count)
			n = count;
		if (!walk(m, s, d, n, *t))
			return false;
		s.at += n;
		d.at += n;
		count -= n;
		n = w;
	}
	return true;
}

/* `big` steps by w values at a time; `small` by v <= w. Where v divides w, and
 * `big` begins at a step, the loop over the steps of `big` is a loop on both
 * sides, and what is below it repeats. */
static bool
walk_steps(struct match *m, struct side s, struct side d, int64_t count,
           struct stretch t, bool src_is_big)
{
	const struct side *big = src_is_big ? &s : &d;
	const struct side *small = src_is_big ? &d : &s;
	int64_t w = weight(big), v = weight(small), into = big->at % w;
	int64_t big_step = big->run->stride[big->digit];
	int64_t small_step = w / v * small->run->stride[small->digit];
	int64_t rest = count % w;
	struct level *l = &t.level[t.n];

	if (into != 0 || w % v != 0 || count < w ||
	    t.n + 1 >= 2 * WEFT_DIGITS || m->nest.rank + t.n + 1 >= WEFT_NEST)
		return walk_parts(m, s, d, count, &t, w, into);
	if (rest) {
		struct side s2 = s, d2 = d;

		s2.at += count - rest;
		d2.at += count - rest;
		if (!walk(m, s2, d2, rest, t))
			return false;
	}
	*l = (struct level){count / w, src_is_big ? big_step : small_step,
	                    src_is_big ? small_step : big_step};
	t.n++;
	return walk(m, s, d, w, t);
}

/* The next `count` values from both positions, inside the stretch so far. */
static bool
walk(struct match *m, struct side s, struct side d, int64_t count,
     struct stretch t)
{
	settle(&s, count, &t.src);
	settle(&d, count, &t.dst);
	if (count == 1)
		return use_stretch(m, &t);
	return walk_steps(m, s, d, count, t, weight(&s) >= weight(&d));
}

static bool
next_axis(struct match *m)
{
	const struct weft_run *s, *d;
	int64_t lo, hi;
	bool on;

	if (m->axis == m->src->n)
		return m->fn(m->context, &m->nest, m->src_offset,
		             m->dst_offset);
	s = &m->src->run[m->axis];
	d = &m->dst->run[m->axis];
	lo = s->begin > d->begin ? s->begin : d->begin;
	hi = s->begin + s->count < d->begin + d->count ? s->begin + s->count
	                                               : d->begin + d->count;
	if (lo >= hi)
		return true;
	m->axis++;
	on = walk(m, (struct side){s, 0, lo - s->begin},
	          (struct side){d, 0, lo - d->begin}, hi - lo,
	          (struct stretch){0});
	m->axis--;
	return on;
}

bool
weft_view_copies(const struct weft_piece *src, const struct weft_piece *dst,
                 weft_copy_fn *fn, void *context)
{
	struct match m = {.src = src, .dst = dst, .fn = fn,
	                  .context = context, .src_offset = src->offset,
	                  .dst_offset = dst->offset};

	return next_axis(&m);
}
