/* The tensors of the target, and the proof that the source covers them. */
#include <string.h>

#include "checked.h"
#include "job.h"
#include "keymap.h"
#include "steps.h"

/* Copies in runs of at least this many bytes need no large extents. */
enum { STREAM_RUN = 128 * 1024 };

static struct weft_tensor *
add_target(weft_job *job)
{
	job->targets = weft_grow(job->targets, job->n_targets,
	                         sizeof *job->targets);
	job->targets[job->n_targets] =
		(struct weft_tensor){.whole = -1, .streams = true};
	return &job->targets[job->n_targets++];
}

static bool
has_shape(const struct weft_tensor *t, const int64_t *shape, int rank)
{
	return t->rank == rank &&
	       (rank == 0 ||
	        memcmp(t->shape, shape, (size_t)rank * sizeof *shape) == 0);
}

/* `t` is the last of the targets. Those of one cell mostly share their shape. */
static void
set_shape(weft_job *job, struct weft_tensor *t, const int64_t *shape, int rank)
{
	int64_t *copy;

	t->rank = rank;
	if (t > job->targets && has_shape(t - 1, shape, rank)) {
		t->shape = t[-1].shape;
		return;
	}
	copy = weft_alloc_array(&job->arena, (size_t)rank + 1, sizeof *copy);
	if (rank)
		memcpy(copy, shape, (size_t)rank * sizeof *copy);
	t->shape = copy;
}

void
weft_tensor_share(weft_job *job, struct weft_tensor *t,
                  struct weft_cell_state *c, int64_t instance)
{
	struct weft_share *more =
		weft_alloc_array(&job->arena, (size_t)t->n_shares + 1,
		                 sizeof *more);

	if (t->n_shares)
		memcpy(more, t->shares, (size_t)t->n_shares * sizeof *more);
	more[t->n_shares++] = (struct weft_share){c, instance};
	t->shares = more;
}

/* ---- what holds a tensor together --------------------------------------- */

struct same_size {
	const struct weft_row_state *row;
	int axis;
	int64_t first, other;  /* tuples; -1: none yet */
};

static bool
is_first_size(void *context, int64_t tuple)
{
	struct same_size *q = context;
	const int64_t *size = q->row->varying[q->axis];

	q->first = q->first < 0 ? tuple : q->first;
	q->other = size[tuple] == size[q->first] ? -1 : tuple;
	return q->other < 0;
}

static bool
is_tuple(void *context, int64_t tuple)
{
	return tuple != *(int64_t *)context;
}

/* The key of a stored tensor of the source that holds tuple `t`. */
static const char *
key_of_tuple(const weft_job *job, const struct weft_row_state *r, int64_t t)
{
	for (int i = 0; i < job->n_from; i++) {
		const struct weft_cell_state *c = &job->from_cells[i];

		for (int64_t k = 0; c->row == r && c->stored && k < c->n; k++) {
			int64_t fixed[WEFT_AXES];

			weft_cell_fixed(c, k, fixed);
			if (c->stored[k] >= 0 &&
			    !weft_row_tuples(r, fixed, is_tuple, &t))
				return job->source.tensors[c->stored[k]].key;
		}
	}
	return "a tensor of the source";
}

/* Where sizes vary from layer to layer, what is stored in one tensor still has
 * to be of one size. */
static int
check_varying(weft_job *job, const struct weft_cell_state *c,
              const struct weft_frame *f)
{
	const struct weft_row_state *r = c->row;

	for (int i = r->row->n_families; i < r->row->n_axes; i++) {
		struct same_size q = {r, i, -1, -1};
		const int64_t *size = r->varying[i];

		if (!size || weft_row_tuples(r, f->fixed, is_first_size, &q))
			continue;
		weft_error(job->errors, WEFT_BAD, "axis %s of %s is %lld in "
		           "%s and %lld in %s; they cannot be stored as one",
		           r->row->axes[i].name, r->row->name,
		           (long long)size[q.first],
		           key_of_tuple(job, r, q.first),
		           (long long)size[q.other],
		           key_of_tuple(job, r, q.other));
		weft_hint(job->errors, "%s: %s", c->cell->where,
		          c->cell->text);
		return WEFT_BAD;
	}
	return 0;
}

/* ---- proof of one tensor ------------------------------------------------ */

struct proof {
	weft_job *job;
	const struct weft_cell_state *to;
	struct weft_tensor *t;
	struct weft_row_state *row;
	int64_t want, have;
	bool target;           /* or one of the job's copies */
};

static bool
mixed_dtypes(struct proof *p, const struct weft_stored *s, enum weft_dtype to)
{
	weft_errors *e = p->job->errors;

	if (p->target) {
		weft_error(e, WEFT_BAD, "%s would hold parts of dtype %s and "
		           "of dtype %s", p->t->key,
		           weft_dtype_name(p->t->dtype), weft_dtype_name(to));
		weft_hint(e, "one of them is %s; write a `cast` into the rule "
		          "%s", s->key, p->to->cell->where);
	} else {
		weft_error(e, WEFT_BAD, "%s is stored as %s, and %s, which "
		           "holds the same, as %s", p->t->key,
		           weft_dtype_name(p->t->dtype), s->key,
		           weft_dtype_name(to));
		weft_hint(e, "%s: %s", p->to->cell->where, p->to->cell->text);
	}
	return false;
}

static bool
not_whole(struct proof *p, const struct weft_stored *s)
{
	weft_error(p->job->errors, WEFT_BAD, "%s is stored as %s, elements of "
	           "%d bits, and would be cut or joined for %s; a tensor of "
	           "such elements can only be carried over whole", s->key,
	           weft_dtype_name(s->dtype), weft_dtype_bits(s->dtype),
	           p->t->key);
	weft_hint(p->job->errors, "%s: %s", p->to->cell->where,
	          p->to->cell->text);
	return false;
}

static bool
prove_copy(void *context, int32_t stored, const struct weft_cell_state *from,
           const weft_nest *nest, int64_t src, int64_t dst)
{
	struct proof *p = context;
	const struct weft_stored *s = &p->job->source.tensors[stored];
	int64_t n = weft_nest_count(nest);
	weft_nest bytes = *nest;
	weft_value_chain chain;
	enum weft_dtype to;
	weft_kind kind;
	bool used;
	int width;

	(void)src;
	(void)dst;
	if (weft_steps_between(p->job, from, p->to, s->dtype, &chain, &used,
	                       &to))
		return false;
	if (p->t->typed && to != p->t->dtype)
		return mixed_dtypes(p, s, to);
	p->t->typed = true;
	p->t->dtype = to;
	p->have += n;
	width = weft_dtype_bits(s->dtype) / 8;
	for (int i = 0; i < bytes.rank; i++) {
		bytes.src[i] *= width ? width : 1;
		bytes.dst[i] *= width ? width : 1;
	}
	weft_nest_normalise(&bytes);
	kind = weft_nest_kind(&bytes, width ? width : 1);
	if (weft_dtype_bits(s->dtype) % 8 &&
	    (kind != WEFT_KIND_COPY || n != s->count || n != p->t->count ||
	     bytes.rank > 1))
		return not_whole(p, s);
	if (weft_dtype_bits(s->dtype) % 8)
		p->t->whole = stored;
	p->t->streams = p->t->streams && kind == WEFT_KIND_COPY && !used &&
	                (bytes.rank ? bytes.size[bytes.rank - 1] : 1) * width >=
	                        STREAM_RUN;
	if (!p->target) {
		p->t->like = s->key;
		return true;
	}
	p->job->moves[kind]++;
	p->job->moved[kind] += (uint64_t)n *
	                       (uint64_t)weft_dtype_bits(s->dtype) / 8;
	return true;
}

static bool
prove_piece(void *context, const struct weft_piece *piece)
{
	struct proof *p = context;

	p->want += weft_piece_count(piece);
	return weft_plan_copies(p->job, p->row, piece, prove_copy, p);
}

/* Every element of the tensor that is no padding comes from the source once:
 * the pieces of one side are disjoint, so counting is enough. */
static int
prove(weft_job *job, struct weft_tensor *t, bool target)
{
	for (int i = 0; i < t->n_shares; i++) {
		struct weft_cell_state *c = t->shares[i].cell;
		struct proof p = {.job = job, .to = c, .t = t, .row = c->row,
		                  .target = target};
		struct weft_frame f;

		if (!weft_cell_frame(c, t->shares[i].instance, &f) ||
		    !weft_view_pieces(&f, 0, f.count, prove_piece, &p))
			return job->errors->count ? job->errors->code
			       : weft_error(job->errors, WEFT_INTERNAL,
			                    "%s: the plan stopped", t->key);
		if (p.want == p.have)
			continue;
		weft_error(job->errors, WEFT_BAD, "%s needs %lld elements of "
		           "%s, and the source gives %lld", t->key,
		           (long long)p.want, c->row->row->name,
		           (long long)p.have);
		weft_hint(job->errors, "%s: %s", c->cell->where,
		          c->cell->text);
		return WEFT_BAD;
	}
	return 0;
}

static int
size_target(weft_job *job, struct weft_tensor *t)
{
	uint64_t bits;

	if (!weft_dtype_bytes(t->dtype, t->count, &t->bytes, &bits) ||
	    !weft_add_u64(job->bytes_out, t->bytes, &job->bytes_out))
		return weft_error(job->errors, WEFT_BAD, "%s: %lld elements of "
		                  "%s are no size of a tensor", t->key,
		                  (long long)t->count,
		                  weft_dtype_name(t->dtype));
	return 0;
}

/* ---- targets ------------------------------------------------------------ */

static int
add_instance(weft_job *job, struct weft_cell_state *c, int64_t i,
             weft_keymap *packed)
{
	struct weft_tensor *t = NULL;
	struct weft_frame f;
	const char *dir, *key;

	if (!weft_cell_frame(c, i, &f) || check_varying(job, c, &f))
		return job->errors->code;
	if (f.count < 0)
		return weft_error(job->errors, WEFT_BAD, "%s: the sizes of %s "
		                  "do not follow from the config, the options "
		                  "or the source", c->cell->where,
		                  c->row->row->name);
	if (!weft_cell_key(c, i, &job->arena, &dir, &key))
		return weft_error(job->errors, WEFT_BAD, "%s: a key of %s "
		                  "cannot be written: an index is negative",
		                  c->cell->where, c->row->row->name);
	if (c->cell->flags & WEFT_PACKED) {
		size_t n = weft_keymap_put(packed, dir, key, job->n_targets);

		t = n < job->n_targets ? &job->targets[n] : NULL;
	}
	if (!t) {
		t = add_target(job);
		t->key = key;
		t->dir = dir;
		t->count = f.count;
		t->full = weft_frame_is_full(&f);
		set_shape(job, t, f.shape, f.rank);
	} else if (t->count != f.count || !has_shape(t, f.shape, f.rank)) {
		return weft_error(job->errors, WEFT_BAD, "%s: the rows packed "
		                  "into %s do not agree on its shape",
		                  c->cell->where, key);
	}
	weft_tensor_share(job, t, c, i);
	return 0;
}

/* A cell without a single tensor would lose the row without a word; only a
 * family of the row may be empty. */
static int
check_counts(weft_job *job, const struct weft_cell_state *c)
{
	for (int k = 0; k < c->n_key; k++) {
		int64_t size = c->frame.size[c->key[k]];

		if (size > 0 || (size == 0 && c->key[k] < c->row->row->n_axes))
			continue;
		return weft_error(job->errors, WEFT_BAD, "%s: %s has %s "
			"values of %s in the keys, so %s would be stored "
			"nowhere", c->cell->where, c->row->row->name,
			size < 0 ? "an unknown number of" : "no",
			c->place.axes[c->key[k]]->name, c->row->row->name);
	}
	return 0;
}

static int
add_cell(weft_job *job, struct weft_cell_state *c, weft_keymap *packed)
{
	if (weft_cell_is_off(c, job->to_cells))
		return 0;
	if (weft_cell_size(job, c) || check_counts(job, c))
		return job->errors->code;
	if (c->n > WEFT_MAX_TENSORS - (int64_t)job->n_targets)
		return weft_error(job->errors, WEFT_BAD, "%s: with %s the "
		                  "target would have more than %d tensors",
		                  c->cell->where, c->row->row->name,
		                  WEFT_MAX_TENSORS);
	for (int64_t i = 0; i < c->n; i++) {
		int64_t fixed[WEFT_AXES], index[WEFT_AXES];

		weft_cell_fixed(c, i, fixed);
		weft_cell_index(c, fixed, index);
		if (weft_cell_claims(c, job->to_cells, index) &&
		    add_instance(job, c, i, packed))
			return job->errors->code;
	}
	return job->errors->count ? job->errors->code : 0;
}

static int
add_kept(weft_job *job, const struct weft_kept *k)
{
	const struct weft_stored *s = &job->source.tensors[k->stored];
	struct weft_cell_state *c = NULL;
	struct weft_tensor *t;
	weft_text dir = {0}, key = {0};

	for (int i = 0; i < job->n_to && !c; i++)
		if (job->to_cells[i].row == k->cell->row)
			c = &job->to_cells[i];
	if (!c)
		return 0;
	const weft_scope at = {.side = &job->to, .size = c->frame.size,
	                       .index = c->frame.fixed, .axes = c->place.axes,
	                       .n_axes = c->place.n_axes};
	if (!weft_place_key(&c->place, &at, k->texts, &dir, &key))
		return weft_error(job->errors, WEFT_BAD, "%s: %s has no name "
		                  "in the target", c->cell->where, s->key);
	t = add_target(job);
	t->key = weft_alloc_text(&job->arena, weft_text_cstr(&key), key.size);
	t->dir = weft_alloc_text(&job->arena, weft_text_cstr(&dir), dir.size);
	t->dtype = s->dtype;
	t->count = s->count;
	t->whole = k->stored;
	t->full = true;
	set_shape(job, t, s->shape, s->rank);
	job->moves[WEFT_KIND_COPY]++;
	job->moved[WEFT_KIND_COPY] += s->bytes;
	weft_text_free(&dir);
	weft_text_free(&key);
	return size_target(job, t);
}

static int
add_cells(weft_job *job)
{
	weft_keymap packed = {0};
	int code = 0;

	for (int i = 0; i < job->n_to && !code; i++) {
		struct weft_cell_state *c = &job->to_cells[i];

		if (c->row->wanted && c->row->present && !c->row->row->keep &&
		    !(c->cell->flags & WEFT_OPTIONAL))
			code = add_cell(job, c, &packed);
	}
	weft_keymap_free(&packed);
	return code;
}

static int
add_targets(weft_job *job)
{
	for (int i = 0; i < job->model->n_rows; i++)
		if (job->rows[i].wanted)
			weft_plan_sides(job, &job->rows[i]);
	if (job->errors->count || add_cells(job))
		return job->errors->code;
	for (size_t i = 0; i < job->n_targets; i++)
		if (prove(job, &job->targets[i], true))
			return job->errors->code;
	if (weft_plan_padding(job))
		return job->errors->code;
	for (size_t i = 0; i < job->n_targets; i++)
		if (size_target(job, &job->targets[i]))
			return job->errors->code;
	for (size_t i = 0; i < job->n_kept; i++)
		if (add_kept(job, &job->kept[i]))
			return job->errors->code;
	return 0;
}

int
weft_plan(weft_job *job)
{
	for (size_t i = 0; i < job->source.n; i++)
		if (!weft_add_u64(job->bytes_in, job->source.tensors[i].bytes,
		                  &job->bytes_in))
			return weft_error(job->errors, WEFT_BAD, "the source "
			                  "has more than 2^64 bytes");
	if (weft_cells_begin(job, &job->to, &job->to_cells, &job->n_to) ||
	    add_targets(job))
		return job->errors->code;
	if (weft_plan_redundant(job))
		return job->errors->code;
	for (size_t i = 0; i < job->n_copies; i++)
		if (prove(job, &job->copies[i], false))
			return job->errors->code;
	return 0;
}

int
weft_plan_toy(weft_job *job, enum weft_dtype dtype)
{
	if (weft_rows_begin(job))
		return job->errors->code;
	for (int i = 0; i < job->model->n_rows; i++) {
		struct weft_row_state *r = &job->rows[i];

		r->present = r->wanted && !r->row->optional && !r->row->keep;
	}
	if (weft_cells_begin(job, &job->to, &job->to_cells, &job->n_to) ||
	    add_cells(job))
		return job->errors->code;
	for (size_t i = 0; i < job->n_targets; i++) {
		job->targets[i].dtype = dtype;
		if (size_target(job, &job->targets[i]))
			return job->errors->code;
	}
	return 0;
}
