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

/* The next `count` values in parts: `first`, then `w` each. */
static bool
walk_parts(struct match *m, struct side s, struct side d, int64_t count,
           const struct stretch *t, int64_t first, int64_t w)
{
	for (int64_t n = first; count > 0; n = w) {
		if (n > count)
			n = count;
		if (!walk(m, s, d, n, *t))
			return false;
		s.at += n;
		d.at += n;
		count -= n;
	}
	return true;
}

/* After how many values steps of w >= v both begin again together; 0 if `count`
 * values do not hold two such rounds of several steps, or one of a single. */
static int64_t
period_of(int64_t w, int64_t v, int64_t count)
{
	int64_t a = w, b = v, rounds;

	while (b > 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	rounds = v / a;
	return rounds == 1 || rounds <= count / w / 2 ? rounds * w : 0;
}

/* `big` steps by w values at a time; `small` by v <= w. From where `big` begins
 * a step, what happens in one period of both repeats: a loop on both sides,
 * and below it one period. */
static bool
walk_steps(struct match *m, struct side s, struct side d, int64_t count,
           struct stretch t, bool src_is_big)
{
	const struct side *big = src_is_big ? &s : &d;
	const struct side *small = src_is_big ? &d : &s;
	int64_t w = weight(big), v = weight(small), into = big->at % w;
	int64_t period = period_of(w, v, count), big_step, small_step;

	if (into != 0)
		return walk_parts(m, s, d, count, &t, w - into, count);
	if (period == 0 || t.n + 1 >= 2 * WEFT_DIGITS ||
	    m->nest.rank + t.n + 1 >= WEFT_NEST)
		return walk_parts(m, s, d, count, &t, w, w);
	if (count % period) {
		struct side s2 = s, d2 = d;
		int64_t whole = count - count % period;

		s2.at += whole;
		d2.at += whole;
		if (!walk(m, s2, d2, count - whole, t))
			return false;
	}
	big_step = period / w * big->run->stride[big->digit];
	small_step = period / v * small->run->stride[small->digit];
	t.level[t.n++] = (struct level){count / period,
	                                src_is_big ? big_step : small_step,
	                                src_is_big ? small_step : big_step};
	return period == w ? walk(m, s, d, w, t)
	                   : walk_parts(m, s, d, period, &t, w, w);
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
