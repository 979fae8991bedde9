/* The calls of generated C: they build a place. */
#include <string.h>

#include "place.h"

static struct weft_part *
add_part(struct weft_place *p, enum weft_part_kind kind)
{
	static struct weft_part spare;

	if (p->n_parts == WEFT_PARTS) {
		p->overflow = true;
		return &spare;
	}
	p->parts[p->n_parts] = (struct weft_part){.kind = kind};
	return &p->parts[p->n_parts++];
}

void
weft_literal(weft_place *p, const char *text)
{
	add_part(p, WEFT_PART_TEXT)->text = text;
}

void
weft_hole(weft_place *p, int axis)
{
	add_part(p, WEFT_PART_INDEX)->axis = axis;
}

void
weft_hole_width(weft_place *p, int axis, int width)
{
	struct weft_part *part = add_part(p, WEFT_PART_INDEX);

	part->axis = axis;
	part->width = width;
}

void
weft_hole_shift(weft_place *p, int axis, const weft_expr *add)
{
	struct weft_part *part = add_part(p, WEFT_PART_INDEX);

	part->axis = axis;
	part->shift = add;
}

void
weft_hole_labels(weft_place *p, int axis, const char *const *labels)
{
	struct weft_part *part = add_part(p, WEFT_PART_LABELS);

	part->axis = axis;
	part->labels = labels;
}

void
weft_hole_symbol(weft_place *p, int symbol)
{
	add_part(p, WEFT_PART_SYMBOL)->axis = symbol;
}

void
weft_hole_free(weft_place *p, int n)
{
	add_part(p, WEFT_PART_FREE)->axis = n;
}

void
weft_hole_begin(weft_place *p, int width)
{
	struct weft_part *part = add_part(p, WEFT_PART_GROUP);

	part->first = p->n_digits;
	part->width = width;
}

void
weft_digit_pinned(weft_place *p, int axis, const weft_expr *value)
{
	if (p->n_digits == WEFT_AXES) {
		p->overflow = true;
		return;
	}
	p->digits[p->n_digits++] = (struct weft_digit){axis, value};
	p->parts[p->n_parts - 1].n++;
}

void
weft_digit(weft_place *p, int axis)
{
	weft_digit_pinned(p, axis, NULL);
}

void
weft_hole_end(weft_place *p)
{
	(void)p;
}

void
weft_directory_end(weft_place *p)
{
	add_part(p, WEFT_PART_DIRECTORY_END);
}

void
weft_split(weft_place *p, int axis, int n, const int *parts)
{
	for (int i = 0; i < n; i++) {
		p->parts_of[axis][i] = parts[i];
		p->whole[parts[i]] = axis;
	}
	p->n_parts_of[axis] = n;
}

void
weft_labels_order(weft_place *p, int axis, const int *stored)
{
	p->order[axis] = stored;
}

void
weft_labels_order_when(weft_place *p, int axis, const int *stored,
                       const weft_expr *when)
{
	p->order[axis] = stored;
	p->order_when[axis] = when;
}

/* Adds a node behind the last one of the open list and returns it. */
static int
add_node(struct weft_place *p, enum weft_node_kind kind)
{
	int n = p->n_nodes, *last = &p->last[p->depth];

	if (n == WEFT_NODES) {
		p->overflow = true;
		return WEFT_NODES - 1;
	}
	p->n_nodes++;
	p->nodes[n] = (struct weft_node){.kind = kind, .axis = -1,
	                                 .here = p->here, .child = -1,
	                                 .next = -1};
	p->here = false;
	if (*last >= 0)
		p->nodes[*last].next = n;
	else if (p->depth > 0)
		p->nodes[p->open[p->depth]].child = n;
	else
		p->root = n;
	*last = n;
	return n;
}

void
weft_axis_of(weft_place *p, int axis)
{
	p->nodes[add_node(p, WEFT_NODE_AXIS)].axis = axis;
}

void
weft_one(weft_place *p)
{
	add_node(p, WEFT_NODE_ONE);
}

static void
open_node(struct weft_place *p, enum weft_node_kind kind)
{
	int n = add_node(p, kind);

	if (p->depth + 1 == WEFT_NODES) {
		p->overflow = true;
		return;
	}
	p->open[++p->depth] = n;
	p->last[p->depth] = -1;
}

void
weft_product(weft_place *p)
{
	open_node(p, WEFT_NODE_PRODUCT);
}

void
weft_sum(weft_place *p)
{
	open_node(p, WEFT_NODE_SUM);
}

void
weft_term(weft_place *p, bool here)
{
	p->here = here;
}

void
weft_end(weft_place *p)
{
	if (p->depth > 0)
		p->depth--;
}

/* Puts a node around the last child of the open list: the child moves to a
 * new node, so that what points at it points at the wrapper. */
static struct weft_node *
wrap(struct weft_place *p, enum weft_node_kind kind)
{
	static struct weft_node spare;
	int n = p->n_nodes, last = p->last[p->depth];

	if (n == WEFT_NODES || last < 0) {
		p->overflow = true;
		return &spare;
	}
	p->n_nodes++;
	p->nodes[n] = p->nodes[last];
	p->nodes[n].next = -1;
	p->nodes[last] = (struct weft_node){.kind = kind, .axis = -1,
	                                    .here = p->nodes[n].here,
	                                    .child = n, .next = -1};
	return &p->nodes[last];
}

void
weft_multiple(weft_place *p, const weft_expr *amount)
{
	wrap(p, WEFT_NODE_MULTIPLE)->amount = amount;
}

void
weft_exact(weft_place *p, const weft_expr *amount)
{
	wrap(p, WEFT_NODE_EXACT)->amount = amount;
}

void
weft_cut(weft_place *p, int axis)
{
	wrap(p, WEFT_NODE_CUT)->axis = axis;
	p->has_cut = true;
}

static void
add_step(struct weft_place *p, struct weft_value_rule rule)
{
	if (p->n_steps == WEFT_STEPS)
		p->overflow = true;
	else
		p->steps[p->n_steps++] = rule;
}

void
weft_add(weft_place *p, const weft_expr *by)
{
	add_step(p, (struct weft_value_rule){WEFT_STEP_ADD, by, NULL});
}

void
weft_scale(weft_place *p, const weft_expr *by)
{
	add_step(p, (struct weft_value_rule){WEFT_STEP_SCALE, by, NULL});
}

void
weft_cast(weft_place *p, const char *dtype)
{
	add_step(p, (struct weft_value_rule){WEFT_STEP_CAST, NULL, dtype});
}

/* Leaves of an axis that lets have split. */
static int
count_leaves(const struct weft_place *p, int axis)
{
	int n = 0;

	for (int i = 0; i < p->n_parts_of[axis]; i++)
		n += count_leaves(p, p->parts_of[axis][i]);
	return n ? n : 1;
}

int
weft_place_row_axis(const struct weft_place *p, int axis)
{
	while (axis >= p->row->n_axes && p->whole[axis] >= 0)
		axis = p->whole[axis];
	return axis < p->row->n_axes ? axis : -1;
}

bool
weft_place_compose(struct weft_place *p, const weft_model *m,
                   const weft_cell *cell, weft_errors *e)
{
	const weft_row *row = &m->rows[cell->row];

	memset(p, 0, sizeof *p);
	p->cell = cell;
	p->row = row;
	p->root = -1;
	p->last[0] = -1;
	p->n_axes = row->n_axes + cell->n_extra;
	if (p->n_axes > WEFT_AXES)
		return weft_error(e, WEFT_MODEL, "%s: more than %d axes in one "
		                  "place", cell->where, WEFT_AXES), false;
	for (int i = 0; i < p->n_axes; i++) {
		p->axes[i] = i < row->n_axes ? &row->axes[i]
		             : &cell->extra[i - row->n_axes];
		p->whole[i] = -1;
	}
	cell->compose(p);
	for (int i = 0; i < row->n_axes; i++)
		if (count_leaves(p, i) > WEFT_DIGITS)
			p->overflow = true;
	if (p->overflow)
		return weft_error(e, WEFT_MODEL, "%s: the place of %s is too "
		                  "large: at most %d key parts, %d factors, %d "
		                  "parts of an axis and %d value steps",
		                  cell->where, row->name, WEFT_PARTS,
		                  WEFT_NODES, WEFT_DIGITS, WEFT_STEPS), false;
	return true;
}
