/* Laying a place out: sizes, shape and strides. */
#include <string.h>

#include "checked.h"
#include "place.h"

/* What a stored tensor may hold before it is cut. Of an element there are 16
 * bytes at most, a stride is the sum of two at most: whatever is multiplied out
 * of the strides, offsets and counts of a frame stays below 2^63. */
static const int64_t MAX_ELEMENTS = (int64_t)1 << 58;

static bool
too_large(const struct weft_place *p, weft_context *side)
{
	weft_error(side->errors, WEFT_BAD, "%s: a tensor of %s would have more "
	           "than 2^58 elements", p->cell->where, p->row->name);
	weft_hint(side->errors, "a size in %s or an option is too large; the "
	          "rule is %s", side->config_name, p->cell->text);
	return false;
}

static bool
check_size(const struct weft_frame *f, weft_context *side, int axis, int64_t n)
{
	const struct weft_place *p = f->place;

	if (n >= 0)
		return true;
	weft_error(side->errors, WEFT_BAD, "%s: axis %s of %s would have %lld "
	           "elements", p->cell->where, p->axes[axis]->name,
	           p->row->name, (long long)n);
	weft_hint(side->errors, "the rule is %s", p->cell->text);
	return false;
}

/* The range of an axis that is not the row's. */
static bool
size_own(struct weft_frame *f, const weft_scope *at, int axis)
{
	const weft_axis *x = f->place->axes[axis];
	int64_t to = 0;

	while (x->labels && x->labels[to])
		to++;
	if (!x->labels && (!weft_eval_int(at, x->to, x->name, &to) ||
	                   !check_size(f, at->side, axis, to)))
		return false;
	if (x->from && !weft_eval_int(at, x->from, x->name, &f->from[axis]))
		return false;
	if (to < f->from[axis])
		f->size[axis] = 0;
	else if (!weft_sub_i64(to, f->from[axis], &f->size[axis]))
		return too_large(f->place, at->side);
	return true;
}

/* Sizes of parts: from their own expressions, where those can be had. */
static bool
size_parts(struct weft_frame *f, weft_context *side)
{
	const struct weft_place *p = f->place;
	const weft_scope at = {.side = side, .index = f->fixed,
	                       .size = f->size, .axes = p->axes,
	                       .n_axes = p->n_axes};

	for (int i = p->row->n_axes; i < p->n_axes; i++) {
		const weft_axis *x = p->axes[i];
		weft_value v;
		int whole = p->whole[i];

		if (f->size[i] >= 0 || (!x->to && !x->labels))
			continue;
		if (x->labels || whole < 0 || f->size[whole] >= 0) {
			if (!size_own(f, &at, i))
				return false;
			continue;
		}
		/* The whole is to be solved: perhaps the part is a plain
		 * number, perhaps it follows later. */
		v = weft_eval(&at, x->to);
		if (v.kind == WEFT_V_ERROR)
			return false;
		if (v.kind == WEFT_V_INT) {
			f->size[i] = v.i;
			if (!check_size(f, side, i, v.i))
				return false;
		}
	}
	return true;
}

/* The parts of an axis have to multiply to it. */
static bool
check_parts(const struct weft_frame *f, weft_context *side)
{
	const struct weft_place *p = f->place;

	for (int i = 0; i < p->n_axes; i++) {
		int64_t product = 1;

		if (p->n_parts_of[i] == 0 || f->size[i] < 0)
			continue;
		for (int k = 0; k < p->n_parts_of[i]; k++) {
			int64_t size = f->size[p->parts_of[i][k]];

			if (size < 0) {
				product = f->size[i];
				break;
			}
			if (!weft_mul_i64(product, size, &product))
				return too_large(p, side);
		}
		if (product == f->size[i])
			continue;
		weft_error(side->errors, WEFT_BAD, "%s: axis %s of %s has "
		           "%lld elements, its parts make %lld",
		           p->cell->where, p->axes[i]->name, p->row->name,
		           (long long)f->size[i], (long long)product);
		weft_hint(side->errors, "the rule is %s", p->cell->text);
		return false;
	}
	return true;
}

static bool measure(struct weft_frame *f, weft_context *side, int node);

static bool
measure_children(struct weft_frame *f, weft_context *side, int node, bool sum,
                 int64_t *r)
{
	const struct weft_place *p = f->place;

	*r = sum ? 0 : 1;
	for (int c = p->nodes[node].child; c >= 0; c = p->nodes[c].next) {
		if (!measure(f, side, c))
			return false;
		if (f->node_size[c] < 0 || *r < 0)
			*r = -1;
		else if (!(sum ? weft_add_i64(*r, f->node_size[c], r)
		               : weft_mul_i64(*r, f->node_size[c], r)))
			return too_large(p, side);
	}
	return true;
}

static bool
pad(struct weft_frame *f, weft_context *side, const struct weft_node *n,
    int64_t *r)
{
	const struct weft_place *p = f->place;
	const weft_scope at = {.side = side, .index = f->fixed,
	                       .size = f->size, .axes = p->axes,
	                       .n_axes = p->n_axes};
	int64_t size = f->node_size[n->child], to;

	if (!weft_eval_int(&at, n->amount, "the size of a padding", &to))
		return false;
	/* The size of a neighbour in the sum does not matter then. */
	*r = n->kind == WEFT_NODE_EXACT ? to : size;
	if (size < 0 || (n->kind == WEFT_NODE_EXACT && to >= size))
		return true;
	if (n->kind == WEFT_NODE_MULTIPLE && to >= 1)
		return weft_round_up(size, to, r) || too_large(p, side);
	weft_error(side->errors, WEFT_BAD, "%s: %lld elements of %s cannot be "
	           "padded to %s%lld", p->cell->where, (long long)size,
	           p->row->name,
	           n->kind == WEFT_NODE_MULTIPLE ? "a multiple of " : "",
	           (long long)to);
	weft_hint(side->errors, "the rule is %s", p->cell->text);
	return false;
}

static bool
cut(struct weft_frame *f, weft_context *side, const struct weft_node *n,
    int64_t *r)
{
	const struct weft_place *p = f->place;
	int64_t size = f->node_size[n->child], runs = f->size[n->axis];

	*r = -1;
	if (size < 0 || runs < 0)
		return true;
	if (weft_div_exact(size, runs, r))
		return true;
	weft_error(side->errors, WEFT_BAD, "%s: %lld elements of %s cannot be "
	           "cut into %s = %lld equal runs", p->cell->where,
	           (long long)size, p->row->name, p->axes[n->axis]->name,
	           (long long)runs);
	weft_hint(side->errors, "the rule is %s", p->cell->text);
	return false;
}

/* Fills in node_size of `node` and all below. */
static bool
measure(struct weft_frame *f, weft_context *side, int node)
{
	const struct weft_node *n = &f->place->nodes[node];
	int64_t *r = &f->node_size[node];

	switch (n->kind) {
	case WEFT_NODE_AXIS:
		*r = f->size[n->axis];
		return true;
	case WEFT_NODE_ONE:
		*r = 1;
		return true;
	case WEFT_NODE_PRODUCT:
	case WEFT_NODE_SUM:
		return measure_children(f, side, node,
		                        n->kind == WEFT_NODE_SUM, r);
	case WEFT_NODE_CUT:
		return measure(f, side, n->child) && cut(f, side, n, r);
	default:
		return measure(f, side, n->child) && pad(f, side, n, r);
	}
}

/* Strides of the axes below `node`, whose element step is `scale`. The sizes
 * are known, and with MAX_ELEMENTS nothing here overflows. */
static void
lay(struct weft_frame *f, int node, int64_t scale)
{
	const struct weft_place *p = f->place;
	const struct weft_node *n = &p->nodes[node];
	int64_t inner = f->node_size[node];

	switch (n->kind) {
	case WEFT_NODE_AXIS:
		/* Twice in one place is a block diagonal: both steps. */
		f->stride[n->axis] += scale;
		break;
	case WEFT_NODE_ONE:
		break;
	case WEFT_NODE_PRODUCT:
		for (int c = n->child; c >= 0; c = p->nodes[c].next) {
			inner = f->node_size[c] ? inner / f->node_size[c] : 0;
			lay(f, c, scale * inner);
		}
		break;
	case WEFT_NODE_SUM:
		inner = 0;
		for (int c = n->child; c >= 0; c = p->nodes[c].next) {
			if (p->nodes[c].here) {
				f->base += inner * scale;
				lay(f, c, scale);
			}
			inner += f->node_size[c];
		}
		break;
	case WEFT_NODE_CUT:
		f->base -= f->fixed[n->axis] * inner * scale;
		lay(f, n->child, scale);
		break;
	default:
		lay(f, n->child, scale);
	}
}

static bool
shape(struct weft_frame *f, weft_context *side)
{
	const struct weft_place *p = f->place;
	int64_t total;

	f->count = 1;
	f->rank = 0;
	for (int c = p->root; c >= 0; c = p->nodes[c].next) {
		if (!measure(f, side, c))
			return false;
		f->shape[f->rank++] = f->node_size[c];
		if (f->node_size[c] < 0)
			f->count = -1;
		else if (f->count >= 0 &&
		         !weft_mul_i64(f->count, f->node_size[c], &f->count))
			return too_large(p, side);
	}
	for (int i = 0; i < p->n_axes; i++)
		if (f->size[i] < 0 && p->n_parts_of[i] == 0 &&
		    weft_place_row_axis(p, i) >= 0)
			f->count = -1;
	/* Before it is cut, a tensor has this many elements at most. */
	total = f->count;
	for (int i = 0; i < p->n_nodes && total >= 0; i++)
		if (p->nodes[i].kind == WEFT_NODE_CUT &&
		    !weft_mul_i64(total, f->size[p->nodes[i].axis], &total))
			return too_large(p, side);
	return total <= MAX_ELEMENTS || too_large(p, side);
}

void
weft_frame_fix(struct weft_frame *f, const int64_t fixed[WEFT_AXES])
{
	const struct weft_place *p = f->place;
	int64_t scale = f->count;

	f->base = 0;
	memcpy(f->fixed, fixed, sizeof f->fixed);
	memset(f->stride, 0, sizeof f->stride);
	for (int c = p->root; c >= 0; c = p->nodes[c].next) {
		scale = f->node_size[c] ? scale / f->node_size[c] : 0;
		lay(f, c, scale);
	}
}

bool
weft_frame_make(struct weft_frame *f, const struct weft_place *p,
                weft_context *side, const int64_t size[WEFT_AXES],
                const int64_t fixed[WEFT_AXES])
{
	f->place = p;
	f->base = 0;
	memcpy(f->size, size, sizeof f->size);
	memcpy(f->fixed, fixed, sizeof f->fixed);
	memset(f->from, 0, sizeof f->from);
	memset(f->stride, 0, sizeof f->stride);
	if (!size_parts(f, side) || !check_parts(f, side) || !shape(f, side))
		return false;
	if (f->count >= 0)
		weft_frame_fix(f, fixed);
	return true;
}

bool
weft_frame_repeats(const struct weft_frame *f, int axis)
{
	return f->stride[axis] != 0 && f->size[axis] > 1 &&
	       weft_place_row_axis(f->place, axis) < 0;
}

/* The unknown axes below `node`: how many, and one of them. */
static int
unknown(const struct weft_frame *f, int node, int *axis)
{
	const struct weft_place *p = f->place;
	const struct weft_node *n = &p->nodes[node];
	int count = 0;

	if (n->kind == WEFT_NODE_AXIS) {
		if (f->size[n->axis] >= 0)
			return 0;
		*axis = n->axis;
		return 1;
	}
	if (n->kind == WEFT_NODE_ONE)
		return 0;
	for (int c = n->child; c >= 0; c = p->nodes[c].next)
		count += unknown(f, c, axis);
	return count;
}

int
weft_frame_solve(const struct weft_frame *f, int node, int64_t dim, int *axis,
                 int64_t *size)
{
	const struct weft_place *p = f->place;
	const struct weft_node *n = &p->nodes[node];
	int next;

	switch (unknown(f, node, axis)) {
	case 0:
		return 0;
	case 1:
		break;
	default:
		return -1;
	}
	while (n->kind != WEFT_NODE_AXIS) {
		next = -1;
		if (n->kind == WEFT_NODE_MULTIPLE || n->kind == WEFT_NODE_EXACT)
			return -1;
		if (n->kind == WEFT_NODE_CUT) {
			if (f->size[n->axis] < 0 ||
			    !weft_mul_i64(dim, f->size[n->axis], &dim))
				return -1;
			next = n->child;
		}
		for (int c = n->child; c >= 0 && n->kind != WEFT_NODE_CUT;
		     c = p->nodes[c].next) {
			int64_t known = f->node_size[c];

			if (known < 0)
				next = c;
			else if (n->kind == WEFT_NODE_SUM ? dim < known
			         : !weft_div_exact(dim, known, &dim))
				return -1;
			else if (n->kind == WEFT_NODE_SUM)
				dim -= known;
		}
		if (next < 0)
			return -1;
		n = &p->nodes[next];
	}
	*size = dim;
	return 1;
}
