/* The constant tables of a model. */
#include "emit_int.h"

/* ---- pieces of tables ---- */

static void
number(struct emit *e, int tabs, const char *field, const char *value)
{
	while (tabs-- > 0)
		out_puts(e->o, "\t");
	out_printf(e->o, ".%s = %s,\n", field, value);
}

static void
count(struct emit *e, int tabs, const char *field, int n)
{
	number(e, tabs, field, arena_printf(e->m->arena, "%d", n));
}

static void
text(struct emit *e, int tabs, const char *field, const char *value)
{
	if (value)
		emit_field(e, tabs, field, value);
}

static void
words(struct emit *e, int tabs, const char *field, const char *const *list,
      int n)
{
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_printf(e->o, ".%s = (const char *const[]){\n", field);
	for (int i = 0; i < n; i++) {
		for (int k = 0; k <= tabs; k++)
			out_puts(e->o, "\t");
		emit_string(e, list[i], 8 * (tabs + 1), tabs + 2);
		out_puts(e->o, ",\n");
	}
	for (int k = 0; k <= tabs; k++)
		out_puts(e->o, "\t");
	out_puts(e->o, "NULL,\n");
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_puts(e->o, "},\n");
}

static void
numbers(struct emit *e, int tabs, const char *field, const int *list, int n)
{
	struct emit_list items = {.e = e, .tabs = tabs + 1};

	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_printf(e->o, ".%s = (const int[]){\n", field);
	for (int i = 0; i < n; i++)
		emit_item(&items, arena_printf(e->m->arena, "%d", list[i]));
	out_puts(e->o, ",\n");
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_puts(e->o, "},\n");
}

/* ---- symbols and rows ---- */

static void
write_config(struct emit *e, const struct config *x)
{
	out_puts(e->o, "\t{\n");
	text(e, 2, "name", x->name);
	text(e, 2, "text", x->text);
	text(e, 2, "where", checked_where(e->m, x->span));
	out_puts(e->o, "\t},\n");
}

static void
write_symbol(struct emit *e, const struct symbol *y)
{
	static const char *const kinds[] = {"SIZE", "NUMBER", "FLAG", "TEXT",
	                                    "LIST", "OPTION", "VARIANT"};
	struct arena *a = e->m->arena;

	out_puts(e->o, "\t{\n");
	number(e, 2, "kind", arena_printf(a, "WEFT_SYM_%s", kinds[y->kind]));
	text(e, 2, "name", y->name);
	number(e, 2, "layout", y->column < 0 ? "-1" :
	       arena_printf(a, "L_%s", e->m->columns[y->column].name));
	text(e, 2, "where", checked_where(e->m, y->rule));
	text(e, 2, "text", checked_text(e->m, y->rule));
	emit_expr_field(e, 2, "value", y->value, NULL);
	emit_expr_field(e, 2, "otherwise", y->otherwise, NULL);
	if (y->kind == SYMBOL_OPTION && y->n_words)
		words(e, 2, "choices", y->words, y->n_words);
	text(e, 2, "doc", y->doc);
	if (y->asks)
		number(e, 2, "asks", "true");
	out_puts(e->o, "\t},\n");
}

void
emit_axis(struct emit *e, const struct dim *d, const struct cell *c, int tabs)
{
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_puts(e->o, "{\n");
	text(e, tabs + 1, "name", d->name);
	emit_expr_field(e, tabs + 1, "from", d->from, c);
	emit_expr_field(e, tabs + 1, "to", d->to, c);
	if (d->labels)
		words(e, tabs + 1, "labels", d->labels, d->n_labels);
	for (int i = 0; i < tabs; i++)
		out_puts(e->o, "\t");
	out_puts(e->o, "},\n");
}

static void
write_axes(struct emit *e, const char *field, const struct dim *list, int n,
           const struct cell *c)
{
	if (!n)
		return;
	out_printf(e->o, "\t\t.%s = (const weft_axis[]){\n", field);
	for (int i = 0; i < n; i++)
		emit_axis(e, &list[i], c, 3);
	out_puts(e->o, "\t\t},\n");
}

static void
write_row(struct emit *e, const struct row *r)
{
	const struct cell own = {.row = (int)(r - e->m->rows)};

	out_puts(e->o, "\t{\n");
	text(e, 2, "name", r->name);
	text(e, 2, "where", checked_where(e->m, r->span));
	write_axes(e, "axes", r->dims, r->n_dims, NULL);
	count(e, 2, "n_families", r->n_families);
	count(e, 2, "n_axes", r->n_dims);
	if (r->optional)
		number(e, 2, "optional", "true");
	if (r->keep)
		number(e, 2, "keep", "true");
	emit_expr_field(e, 2, "when", r->when, &own);
	out_puts(e->o, "\t},\n");
}

/* ---- cells ---- */

static void
write_cell(struct emit *e, const struct cell *c)
{
	const struct checked *m = e->m;
	struct out flags = {.arena = m->arena};

	if (c->also)
		out_puts(&flags, "WEFT_ALSO");
	if (c->optional)
		out_puts(&flags, " | WEFT_OPTIONAL");
	if (c->pack >= 0)
		out_printf(&flags, "%sWEFT_PACKED", flags.size ? " | " : "");
	out_puts(e->o, "\t{\n");
	number(e, 2, "row", emit_row_name(e, c->row));
	number(e, 2, "layout", arena_printf(m->arena, "L_%s",
	                                    m->columns[c->column].name));
	if (flags.size)
		number(e, 2, "flags", flags.text);
	text(e, 2, "where", checked_where(m, c->span));
	text(e, 2, "text", checked_text(m, c->span));
	emit_expr_field(e, 2, "when", c->when, c);
	number(e, 2, "compose", emit_cell_name(e, c));
	write_axes(e, "extra", c->extra, c->n_extra, c);
	if (c->n_extra)
		count(e, 2, "n_extra", c->n_extra);
	out_puts(e->o, "\t},\n");
}

/* ---- layouts ---- */

static void
write_patterns(struct emit *e, const struct column *k)
{
	if (!k->n_claims)
		return;
	out_printf(e->o, "static const weft_pattern patterns_%s[] = {\n",
	           k->name);
	for (int i = 0; i < k->n_claims; i++) {
		const struct claim *x = &k->claims[i];

		out_puts(e->o, "\t{\n");
		if (x->n_cells) {
			numbers(e, 2, "cells", x->cells, x->n_cells);
			count(e, 2, "n_cells", x->n_cells);
		}
		text(e, 2, "drop", x->drop);
		text(e, 2, "where", checked_where(e->m, x->span));
		text(e, 2, "text", x->text);
		out_puts(e->o, "\t},\n");
	}
	out_puts(e->o, "};\n\n");
}

static void
write_changes(struct emit *e, const struct column *k)
{
	static const char *const kinds[] = {"SET", "REMOVE", "RENAME",
	                                    "INSERT", "DELETE"};

	if (!k->n_changes)
		return;
	out_printf(e->o, "static const weft_change changes_%s[] = {\n",
	           k->name);
	for (int i = 0; i < k->n_changes; i++) {
		const struct change *x = &k->changes[i];

		out_puts(e->o, "\t{\n");
		number(e, 2, "kind", arena_printf(e->m->arena, "WEFT_%s",
		                                  kinds[x->kind]));
		text(e, 2, "path", x->path);
		emit_expr_field(e, 2, "value", x->value, NULL);
		emit_expr_field(e, 2, "when", x->when, NULL);
		if (x->optional)
			number(e, 2, "optional", "true");
		text(e, 2, "where", checked_where(e->m, x->span));
		out_puts(e->o, "\t},\n");
	}
	out_puts(e->o, "};\n\n");
}

static void
write_metadata(struct emit *e, const struct column *k)
{
	if (!k->n_metadata)
		return;
	out_printf(e->o, "static const weft_member metadata_%s[] = {\n",
	           k->name);
	for (int i = 0; i < k->n_metadata; i++) {
		const struct member *x = &k->metadata[i];

		out_puts(e->o, "\t{\n");
		text(e, 2, "name", x->name);
		emit_expr_field(e, 2, "value", x->value, NULL);
		text(e, 2, "where", checked_where(e->m, x->span));
		out_puts(e->o, "\t},\n");
	}
	out_puts(e->o, "};\n\n");
}

static void
write_demands(struct emit *e, const struct demand *list, int n,
              const char *name)
{
	if (!n)
		return;
	out_printf(e->o, "static const weft_require %s[] = {\n", name);
	for (int i = 0; i < n; i++) {
		out_puts(e->o, "\t{\n");
		emit_expr_field(e, 2, "that", list[i].that, NULL);
		text(e, 2, "message", list[i].message);
		text(e, 2, "where", checked_where(e->m, list[i].span));
		out_puts(e->o, "\t},\n");
	}
	out_puts(e->o, "};\n\n");
}

static void
write_drops(struct emit *e, const struct column *k)
{
	if (!k->n_omissions)
		return;
	out_printf(e->o, "static const weft_drop dropped_%s[] = {\n",
	           k->name);
	for (int i = 0; i < k->n_omissions; i++) {
		out_puts(e->o, "\t{\n");
		number(e, 2, "row", emit_row_name(e, k->omissions[i].row));
		text(e, 2, "reason", k->omissions[i].reason);
		text(e, 2, "where", checked_where(e->m, k->omissions[i].span));
		out_puts(e->o, "\t},\n");
	}
	out_puts(e->o, "};\n\n");
}

static void
list_field(struct emit *e, const char *field, const char *list,
           const struct column *k, int n)
{
	if (!n)
		return;
	number(e, 2, field, k ? arena_printf(e->m->arena, "%s_%s", list,
	                                     k->name) : list);
	count(e, 2, arena_printf(e->m->arena, "n_%s", field), n);
}

static void
write_column(struct emit *e, const struct column *k)
{
	out_puts(e->o, "\t{\n");
	text(e, 2, "name", k->name);
	text(e, 2, "title", k->title);
	text(e, 2, "where", checked_where(e->m, k->span));
	text(e, 2, "format", k->format);
	text(e, 2, "config", k->config);
	text(e, 2, "file", k->file);
	emit_expr_field(e, 2, "detect", k->detect, NULL);
	if (k->detect)
		text(e, 2, "detect_text", checked_text(e->m, k->detect_span));
	text(e, 2, "not_readable", k->not_readable);
	text(e, 2, "not_writable", k->not_writable);
	if (k->directories)
		number(e, 2, "directories", "true");
	number(e, 2, "scanners", arena_printf(e->m->arena, "scanners_%s",
	                                      k->name));
	list_field(e, "patterns", "patterns", k, k->n_claims);
	list_field(e, "changes", "changes", k, k->n_changes);
	list_field(e, "metadata", "metadata", k, k->n_metadata);
	list_field(e, "requires", "requires", k, k->n_demands);
	list_field(e, "dropped", "dropped", k, k->n_omissions);
	out_puts(e->o, "\t},\n");
}

/* ---- the rest ---- */

static void
write_evidence(struct emit *e, const struct evidence *x, int i)
{
	out_puts(e->o, "\t{\n");
	text(e, 2, "text", x->text);
	text(e, 2, "key", x->key);
	if (!x->key)
		number(e, 2, "scan", arena_printf(e->m->arena, "evidence_%d",
		                                  i));
	if (x->hole >= 0)
		number(e, 2, "hole", arena_printf(e->m->arena, "%d",
		                                  x->hole + 1));
	out_puts(e->o, "\t},\n");
}

static void
write_group(struct emit *e, const struct bundle *b)
{
	out_puts(e->o, "\t{\n");
	numbers(e, 2, "rows", b->rows, b->n);
	count(e, 2, "n_rows", b->n);
	text(e, 2, "where", checked_where(e->m, b->span));
	out_puts(e->o, "\t},\n");
}

static void
write_undecidable(struct emit *e)
{
	const struct checked *m = e->m;

	if (!m->n_undecided)
		return;
	out_puts(e->o, "static const int undecidable[][2] = {\n");
	for (int i = 0; i < m->n_undecided; i++)
		out_printf(e->o, "\t{L_%s, L_%s},\n",
		           m->columns[m->undecided[i].a].name,
		           m->columns[m->undecided[i].b].name);
	out_puts(e->o, "};\n\n");
}

#define TABLE(e, type, name, list, n, write)                             \
	do {                                                             \
		if (!(n))                                                \
			break;                                           \
		out_puts((e)->o, "static const " type " " name "[] = {\n"); \
		for (int i_ = 0; i_ < (n); i_++)                         \
			write;                                           \
		out_puts((e)->o, "};\n\n");                              \
	} while (0)

static void
write_model(struct emit *e)
{
	const struct checked *m = e->m;

	out_printf(e->o, "const weft_model weft_model_%s = {\n", m->name);
	text(e, 1, "name", m->name);
	text(e, 1, "title", m->title);
	text(e, 1, "file", e->file);
#define LIST(field, n)                                                   \
	do {                                                             \
		if (n) {                                                 \
			number(e, 1, #field, #field);                    \
			count(e, 1, "n_" #field, n);                     \
		}                                                        \
	} while (0)
	LIST(configs, m->n_configs);
	LIST(symbols, m->n_symbols);
	LIST(rows, m->n_rows);
	LIST(layouts, m->n_columns);
	LIST(cells, m->n_cells);
	LIST(evidence, m->n_evidence);
	LIST(requires, m->n_demands);
	LIST(groups, m->n_bundles);
	LIST(undecidable, m->n_undecided);
#undef LIST
	out_puts(e->o, "};\n\n");
	out_printf(e->o, "int\nmain(int argc, char **argv)\n{\n"
	           "\treturn weft_main(&weft_model_%s, argc, argv);\n}\n",
	           m->name);
}

void
emit_tables(struct emit *e)
{
	const struct checked *m = e->m;

	TABLE(e, "weft_config", "configs", m->configs, m->n_configs,
	      write_config(e, &m->configs[i_]));
	TABLE(e, "weft_symbol", "symbols", m->symbols, m->n_symbols,
	      write_symbol(e, &m->symbols[i_]));
	TABLE(e, "weft_row", "rows", m->rows, m->n_rows,
	      write_row(e, &m->rows[i_]));
	TABLE(e, "weft_cell", "cells", m->cells, m->n_cells,
	      write_cell(e, &m->cells[i_]));
	TABLE(e, "weft_evidence", "evidence", m->evidence, m->n_evidence,
	      write_evidence(e, &m->evidence[i_], i_));
	for (int i = 0; i < m->n_columns; i++) {
		const struct column *k = &m->columns[i];

		write_patterns(e, k);
		write_changes(e, k);
		write_metadata(e, k);
		write_drops(e, k);
		write_demands(e, k->demands, k->n_demands,
		              arena_printf(m->arena, "requires_%s", k->name));
	}
	TABLE(e, "weft_layout", "layouts", m->columns, m->n_columns,
	      write_column(e, &m->columns[i_]));
	write_demands(e, m->demands, m->n_demands, "requires");
	TABLE(e, "weft_group", "groups", m->bundles, m->n_bundles,
	      write_group(e, &m->bundles[i_]));
	write_undecidable(e);
	write_model(e);
}
