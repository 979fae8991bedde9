/* One function per cell: it names the key and lays the row's axes. */
#include <string.h>

#include "emit_int.h"

struct writing {
	struct emit *e;
	const struct cell *c;
};

static const char *
dim(struct writing *w, int n)
{
	return emit_dim_name(w->e, w->c, n);
}

/* `enum { l_, e_, f_ };` */
static void
write_dims(struct writing *w)
{
	int n = w->e->m->rows[w->c->row].n_dims + w->c->n_extra;
	struct emit_list list = {.e = w->e, .tabs = 2};
	size_t width = 17;

	for (int i = 0; i < n; i++)
		width += strlen(dim(w, i)) + 2;
	if (!n)
		return;
	if (width <= 78) {
		out_puts(w->e->o, "\tenum {");
		for (int i = 0; i < n; i++)
			out_printf(w->e->o, "%s %s", i ? "," : "", dim(w, i));
		out_puts(w->e->o, " };\n");
		return;
	}
	out_puts(w->e->o, "\tenum {\n");
	for (int i = 0; i < n; i++)
		emit_item(&list, dim(w, i));
	out_puts(w->e->o, ",\n\t};\n");
}

static const char *
constant(struct writing *w, const struct bound *x)
{
	return emit_constant_name(w->e, x, w->c);
}

/* ---- constants of the function ---- */

/* `static const char *const p_words[] = {"w1", "w3", NULL};` */
static void
write_words(struct writing *w, const struct piece *p)
{
	struct emit_list list = {.e = w->e, .tabs = 2};
	struct out *o = w->e->o;

	out_printf(o, "\tstatic const char *const %swords[] = {\n",
	           dim(w, p->dim));
	for (int i = 0; i < p->n_words; i++) {
		struct out word = {.arena = w->e->m->arena};

		out_c_string(&word, p->words[i], strlen(p->words[i]));
		emit_item(&list, word.text);
	}
	emit_item(&list, "NULL");
	out_puts(o, ",\n\t};\n");
}

static void
write_all_words(struct writing *w)
{
	const struct pieces *const lists[2] = {&w->c->directory, &w->c->key};

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < lists[k]->n; i++)
			if (lists[k]->list[i].kind == PIECE_LABELS)
				write_words(w, &lists[k]->list[i]);
}

static void
write_splits(struct writing *w)
{
	struct out *o = w->e->o;

	for (int i = 0; i < w->c->n_splits; i++) {
		const struct split *s = &w->c->splits[i];

		out_printf(o, "\tstatic const int %sparts[] = {",
		           dim(w, s->dim));
		for (int k = 0; k < s->n; k++)
			out_printf(o, "%s%s", k ? ", " : "",
			           dim(w, s->parts[k]));
		out_puts(o, "};\n");
	}
	for (int i = 0; i < w->c->n_orders; i++) {
		const struct order *r = &w->c->orders[i];

		out_printf(o, "\tstatic const int %sorder[] = {",
		           dim(w, r->dim));
		for (int k = 0; k < r->n; k++)
			out_printf(o, "%s%d", k ? ", " : "", r->position[k]);
		out_puts(o, "};\n");
	}
}

/* `weft_labels_order(at, p_, p_order);` */
static void
write_order(struct writing *w, const struct order *r)
{
	const char *name = dim(w, r->dim);
	struct out *o = w->e->o;

	if (r->when)
		out_printf(o, "\tweft_labels_order_when(at, %s, %sorder, &%s);\n",
		           name, name, constant(w, r->when));
	else
		out_printf(o, "\tweft_labels_order(at, %s, %sorder);\n", name,
		           name);
}

static void
write_constants(struct writing *w)
{
	write_dims(w);
	write_splits(w);
	write_all_words(w);
	if (w->e->m->rows[w->c->row].n_dims + w->c->n_extra)
		out_puts(w->e->o, "\n");
	for (int i = 0; i < w->c->n_splits; i++)
		out_printf(w->e->o, "\tweft_split(at, %s, %d, %sparts);\n",
		           dim(w, w->c->splits[i].dim), w->c->splits[i].n,
		           dim(w, w->c->splits[i].dim));
	for (int i = 0; i < w->c->n_orders; i++)
		write_order(w, &w->c->orders[i]);
}

/* ---- the key ---- */

static void
write_index(struct writing *w, const struct piece *p)
{
	struct out *o = w->e->o;

	if (p->shift)
		out_printf(o, "\tweft_hole_shift(at, %s, &%s);\n",
		           dim(w, p->dim), constant(w, p->shift));
	else if (p->width)
		out_printf(o, "\tweft_hole_width(at, %s, %d);\n",
		           dim(w, p->dim), p->width);
	else
		out_printf(o, "\tweft_hole(at, %s);\n", dim(w, p->dim));
}

static void
write_group(struct writing *w, const struct piece *p)
{
	struct out *o = w->e->o;

	out_printf(o, "\tweft_hole_begin(at, %d);\n", p->width);
	for (int i = 0; i < p->n_digits; i++) {
		const struct digit *d = &p->digits[i];

		if (d->pin)
			out_printf(o, "\tweft_digit_pinned(at, %s, &%s);\n",
			           dim(w, d->dim), constant(w, d->pin));
		else
			out_printf(o, "\tweft_digit(at, %s);\n",
			           dim(w, d->dim));
	}
	out_puts(o, "\tweft_hole_end(at);\n");
}

static void
write_piece(struct writing *w, const struct piece *p)
{
	struct out *o = w->e->o;

	switch (p->kind) {
	case PIECE_TEXT:
		out_puts(o, "\tweft_literal(at, ");
		emit_string(w->e, p->text, 25, 2);
		out_puts(o, ");\n");
		break;
	case PIECE_INDEX:
		write_index(w, p);
		break;
	case PIECE_LABELS:
		out_printf(o, "\tweft_hole_labels(at, %s, %swords);\n",
		           dim(w, p->dim), dim(w, p->dim));
		break;
	case PIECE_SYMBOL:
		out_printf(o, "\tweft_hole_symbol(at, %s);\n",
		           emit_symbol_name(w->e, p->symbol));
		break;
	case PIECE_FREE:
		out_printf(o, "\tweft_hole_free(at, %d);\n", p->n);
		break;
	case PIECE_GROUP:
		write_group(w, p);
		break;
	}
}

static void
write_key(struct writing *w)
{
	const struct pieces *dir = &w->c->directory, *key = &w->c->key;

	for (int i = 0; i < dir->n; i++)
		write_piece(w, &dir->list[i]);
	if (dir->n)
		out_puts(w->e->o, "\tweft_directory_end(at);\n");
	for (int i = 0; i < key->n; i++)
		write_piece(w, &key->list[i]);
}

/* ---- the axes ---- */

static void
call(struct writing *w, int depth, const char *name, const char *argument)
{
	for (int i = 0; i <= depth; i++)
		out_puts(w->e->o, "\t");
	out_printf(w->e->o, "weft_%s(at%s%s);\n", name, *argument ? ", " : "",
	           argument);
}

static void write_axes(struct writing *w, const struct extent *list,
                       int depth);

static void
write_amount(struct writing *w, const struct extent *x, int depth,
             const char *name)
{
	write_axes(w, x->child, depth);
	call(w, depth, name, arena_printf(w->e->m->arena, "&%s",
	                                  constant(w, x->amount)));
}

static void
write_extent(struct writing *w, const struct extent *x, int depth)
{
	switch (x->kind) {
	case EXTENT_DIM:
		call(w, depth, "axis_of", dim(w, x->dim));
		break;
	case EXTENT_ONE:
		call(w, depth, "one", "");
		break;
	case EXTENT_PRODUCT: case EXTENT_SUM:
		call(w, depth, x->kind == EXTENT_SUM ? "sum" : "product", "");
		write_axes(w, x->child, depth + 1);
		call(w, depth, "end", "");
		break;
	case EXTENT_MULTIPLE:
		write_amount(w, x, depth, "multiple");
		break;
	case EXTENT_EXACT:
		write_amount(w, x, depth, "exact");
		break;
	case EXTENT_CUT:
		write_axes(w, x->child, depth);
		call(w, depth, "cut", dim(w, x->dim));
		break;
	}
}

static void
write_axes(struct writing *w, const struct extent *list, int depth)
{
	for (const struct extent *x = list; x; x = x->next) {
		if (x->term >= 0)
			call(w, depth, "term", x->term == w->c->row ? "true"
			     : "false");
		write_extent(w, x, depth);
	}
}

static void
write_steps(struct writing *w)
{
	static const char *const names[] = {"add", "scale", "cast"};

	for (int i = 0; i < w->c->n_steps; i++) {
		const struct step *s = &w->c->steps[i];

		if (s->kind == STEP_CAST)
			out_printf(w->e->o, "\tweft_cast(at, \"%s\");\n",
			           s->dtype);
		else
			out_printf(w->e->o, "\tweft_%s(at, &%s);\n",
			           names[s->kind], constant(w, s->amount));
	}
}

/* ---- all of it ---- */

static void
collect_axes(struct emit *e, const struct extent *list, const struct cell *c)
{
	for (const struct extent *x = list; x; x = x->next) {
		emit_constant(e, x->amount, c);
		collect_axes(e, x->child, c);
	}
}

static void
collect_pieces(struct emit *e, const struct pieces *list,
               const struct cell *c)
{
	for (int i = 0; i < list->n; i++) {
		const struct piece *p = &list->list[i];

		emit_constant(e, p->shift, c);
		for (int k = 0; k < p->n_digits; k++)
			emit_constant(e, p->digits[k].pin, c);
	}
}

static void
collect(struct emit *e, const struct cell *c)
{
	collect_pieces(e, &c->directory, c);
	collect_pieces(e, &c->key, c);
	collect_axes(e, c->axes, c);
	for (int i = 0; i < c->n_orders; i++)
		emit_constant(e, c->orders[i].when, c);
	for (int i = 0; i < c->n_steps; i++)
		emit_constant(e, c->steps[i].amount, c);
}

static void
write_cell(struct emit *e, const struct cell *c)
{
	struct writing w = {e, c};
	const struct checked *m = e->m;

	emit_comment(e, arena_printf(m->arena, "%s: %s in %s: %s",
	                             checked_where(m, c->span),
	                             m->rows[c->row].name,
	                             m->columns[c->column].name,
	                             checked_text(m, c->span)));
	out_printf(e->o, "static void\n%s(weft_place *at)\n{\n",
	           emit_cell_name(e, c));
	write_constants(&w);
	write_key(&w);
	if (c->axes)
		out_puts(e->o, "\n");
	write_axes(&w, c->axes, 0);
	write_steps(&w);
	out_puts(e->o, "}\n\n");
}

void
emit_cells(struct emit *e)
{
	const struct checked *m = e->m;

	for (int i = 0; i < m->n_cells; i++)
		collect(e, &m->cells[i]);
	emit_constants(e);
	for (int i = 0; i < m->n_cells; i++)
		write_cell(e, &m->cells[i]);
}
