#include "place.h"

#include "axes.h"

static void
print_range(const struct checked *m, const struct cell *c,
            const struct dim *d, struct out *o)
{
	static const char *const kinds[] = {"family", "axis", "part", "copy",
	                                    "other"};

	out_printf(o, "%s %s ", kinds[d->kind], d->name);
	if (d->labels) {
		out_puts(o, "in");
		for (int i = 0; i < d->n_labels; i++)
			out_printf(o, " %s", d->labels[i]);
	} else if (d->from) {
		out_puts(o, "in ");
		bound_print(o, m, c, d->from, false);
		out_puts(o, " .. ");
		if (d->to)
			bound_print(o, m, c, d->to, false);
	} else if (d->to) {
		out_puts(o, "< ");
		bound_print(o, m, c, d->to, false);
	} else {
		out_puts(o, "solved");
	}
	out_puts(o, "\n");
}

/* ---- keys ---- */

static void
print_words(const struct piece *p, struct out *o)
{
	for (int i = 0; i < p->n_words; i++)
		out_printf(o, "%c%s", i ? ',' : ':', p->words[i]);
}

static void
print_digits(const struct checked *m, const struct cell *c,
             const struct piece *p, struct out *o)
{
	out_puts(o, "(");
	for (int i = 0; i < p->n_digits; i++) {
		out_printf(o, "%s%s", i ? " " : "",
		           checked_dim(m, c, p->digits[i].dim)->name);
		if (p->digits[i].pin) {
			out_puts(o, "=");
			bound_print(o, m, c, p->digits[i].pin, true);
		}
	}
	out_puts(o, ")");
}

static void
print_hole(const struct checked *m, const struct cell *c,
           const struct piece *p, struct out *o)
{
	out_puts(o, "{");
	switch (p->kind) {
	case PIECE_SYMBOL:
		out_puts(o, m->symbols[p->symbol].name);
		break;
	case PIECE_FREE:
		out_printf(o, "%s%s", p->text, p->any ? ".." : ".");
		break;
	case PIECE_GROUP:
		print_digits(m, c, p, o);
		break;
	default:
		out_puts(o, checked_dim(m, c, p->dim)->name);
		print_words(p, o);
	}
	if (p->shift && p->shift->op == BOUND_NEGATE) {
		out_puts(o, " - ");
		bound_print(o, m, c, p->shift->a, true);
	} else if (p->shift) {
		out_puts(o, " + ");
		bound_print(o, m, c, p->shift, true);
	}
	if (p->width)
		out_printf(o, "^=%d", p->width);
	out_puts(o, "}");
}

static void
print_pieces(const struct checked *m, const struct cell *c,
             const struct pieces *list, struct out *o)
{
	for (int i = 0; i < list->n; i++)
		if (list->list[i].kind == PIECE_TEXT)
			out_puts(o, list->list[i].text);
		else
			print_hole(m, c, &list->list[i], o);
}

/* ---- cells ---- */

static void
print_steps(const struct checked *m, const struct cell *c, struct out *o)
{
	static const char *const names[] = {"add", "scale", "cast"};

	for (int i = 0; i < c->n_steps; i++) {
		out_printf(o, "    %s ", names[c->steps[i].kind]);
		if (c->steps[i].dtype)
			out_puts(o, c->steps[i].dtype);
		else
			bound_print(o, m, c, c->steps[i].amount, false);
		out_puts(o, "\n");
	}
}

static void
print_dims(const struct checked *m, const struct cell *c, struct out *o)
{
	for (int i = 0; i < c->n_extra; i++) {
		out_puts(o, "    ");
		print_range(m, c, &c->extra[i], o);
	}
	for (int i = 0; i < c->n_splits; i++) {
		out_printf(o, "    split %s = (",
		           checked_dim(m, c, c->splits[i].dim)->name);
		for (int k = 0; k < c->splits[i].n; k++)
			out_printf(o, "%s%s", k ? " " : "",
			           checked_dim(m, c, c->splits[i].parts[k])
			           ->name);
		out_puts(o, ")\n");
	}
	for (int i = 0; i < c->n_orders; i++) {
		out_printf(o, "    order %s =",
		           checked_dim(m, c, c->orders[i].dim)->name);
		for (int k = 0; k < c->orders[i].n; k++)
			out_printf(o, " %d", c->orders[i].position[k]);
		if (c->orders[i].when) {
			out_puts(o, " when ");
			bound_print(o, m, c, c->orders[i].when, false);
		}
		out_puts(o, "\n");
	}
}

static void
print_cell(const struct checked *m, const struct cell *c, struct out *o)
{
	out_printf(o, "  %s %d%s%s%s\n", m->rows[c->row].name, c->line,
	           c->also ? " also" : "", c->optional ? " optional" : "",
	           c->pack >= 0 ? " packed" : "");
	if (c->when) {
		out_puts(o, "    when ");
		bound_print(o, m, c, c->when, false);
		out_puts(o, "\n");
	}
	print_dims(m, c, o);
	if (c->directory.n) {
		out_puts(o, "    in ");
		print_pieces(m, c, &c->directory, o);
		out_puts(o, "/\n");
	}
	out_puts(o, c->regex ? "    regex " : "    key ");
	print_pieces(m, c, &c->key, o);
	out_puts(o, "\n");
	if (!m->rows[c->row].keep) {
		out_puts(o, "    axes ");
		axes_print(o, m, c->axes);
		out_puts(o, "\n");
	}
	print_steps(m, c, o);
}

void
place_dump(const struct checked *m, struct out *o)
{
	for (int k = 0; k < m->n_columns; k++) {
		out_printf(o, "layout %s\n", m->columns[k].name);
		for (int i = 0; i < m->n_cells; i++)
			if (m->cells[i].column == k)
				print_cell(m, &m->cells[i], o);
	}
}

/* ---- the checked model ---- */

static void
print_symbol(const struct checked *m, const struct symbol *y, struct out *o)
{
	static const char *const kinds[] = {"size", "number", "flag", "text", "list",
	                                    "option", "variant"};

	out_printf(o, "%s ", kinds[y->kind]);
	if (y->column >= 0)
		out_printf(o, "%s:", m->columns[y->column].name);
	out_printf(o, "%s = ", y->name);
	if (y->value)
		bound_print(o, m, NULL, y->value, false);
	if (y->otherwise) {
		out_puts(o, " else ");
		bound_print(o, m, NULL, y->otherwise, false);
	}
	out_puts(o, "\n");
}

static void
print_row(const struct checked *m, const struct row *r, struct out *o)
{
	const struct cell own = {.row = (int)(r - m->rows)};

	out_printf(o, "%s %s%s", r->keep ? "keep" : "tensor", r->name,
	           r->optional ? " optional" : "");
	if (r->when) {
		out_puts(o, " if ");
		bound_print(o, m, &own, r->when, false);
	}
	if (r->routed >= 0)
		out_printf(o, " routed by %s", m->rows[r->routed].name);
	out_puts(o, "\n");
	for (int i = 0; i < r->n_dims; i++) {
		out_puts(o, "  ");
		print_range(m, NULL, &r->dims[i], o);
	}
}

static void
print_changes(const struct checked *m, const struct column *k, struct out *o)
{
	static const char *const kinds[] = {"set", "remove", "rename",
	                                    "insert", "delete"};

	for (int i = 0; i < k->n_changes; i++) {
		const struct change *x = &k->changes[i];

		out_printf(o, "  %s %s%s", kinds[x->kind],
		           x->optional ? "optional " : "", x->path);
		if (x->value) {
			out_puts(o, " = ");
			bound_print(o, m, NULL, x->value, false);
		}
		if (x->when) {
			out_puts(o, " when ");
			bound_print(o, m, NULL, x->when, false);
		}
		out_puts(o, "\n");
	}
}

static void
print_demands(const struct checked *m, const struct demand *list, int n,
              struct out *o)
{
	for (int i = 0; i < n; i++) {
		out_puts(o, "  require ");
		bound_print(o, m, NULL, list[i].that, false);
		out_puts(o, "\n");
	}
}

static void
print_column(const struct checked *m, const struct column *k, struct out *o)
{
	out_printf(o, "layout %s\n  format %s\n  config %s\n", k->name,
	           k->format, k->config);
	if (k->file)
		out_printf(o, "  file %s\n", k->file);
	if (k->detect) {
		out_puts(o, "  detect ");
		bound_print(o, m, NULL, k->detect, false);
		out_puts(o, "\n");
	}
	if (k->not_writable)
		out_printf(o, "  read only: %s\n", k->not_writable);
	print_demands(m, k->demands, k->n_demands, o);
	print_changes(m, k, o);
	for (int i = 0; i < k->n_omissions; i++)
		out_printf(o, "  without %s\n",
		           m->rows[k->omissions[i].row].name);
	for (int i = 0; i < k->n_claims; i++) {
		const struct claim *x = &k->claims[i];

		out_printf(o, "  pattern %d %s%s", x->scanner, x->text,
		           x->drop ? " dropped" : ":");
		for (int c = 0; c < x->n_cells; c++)
			out_printf(o, " %s", m->rows[m->cells[x->cells[c]].row]
			           .name);
		out_puts(o, "\n");
	}
}

void
place_dump_checked(const struct checked *m, struct out *o)
{
	out_printf(o, "model %s\n", m->name);
	for (int i = 0; i < m->n_configs; i++)
		out_printf(o, "config %s\n", m->configs[i].name);
	for (int i = 0; i < m->n_symbols; i++)
		print_symbol(m, &m->symbols[i], o);
	for (int i = 0; i < m->n_rows; i++)
		print_row(m, &m->rows[i], o);
	print_demands(m, m->demands, m->n_demands, o);
	for (int i = 0; i < m->n_bundles; i++) {
		out_puts(o, "group");
		for (int k = 0; k < m->bundles[i].n; k++)
			out_printf(o, " %s",
			           m->rows[m->bundles[i].rows[k]].name);
		out_puts(o, "\n");
	}
	for (int i = 0; i < m->n_undecided; i++)
		out_printf(o, "undecidable %s %s\n",
		           m->columns[m->undecided[i].a].name,
		           m->columns[m->undecided[i].b].name);
	for (int i = 0; i < m->n_columns; i++)
		print_column(m, &m->columns[i], o);
}
