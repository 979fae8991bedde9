#include "emit.h"

#include "emit_int.h"

/* `enum { … };` of the numbers that the tables are indexed by. */
static void
write_numbers(struct emit *e, int n, const char *(*name)(struct emit *, int))
{
	struct emit_list list = {.e = e, .tabs = 1};

	if (!n)
		return;
	out_puts(e->o, "enum {\n");
	for (int i = 0; i < n; i++)
		emit_item(&list, name(e, i));
	out_puts(e->o, ",\n};\n\n");
}

static const char *
config_name(struct emit *e, int config)
{
	return arena_printf(e->m->arena, "C_%s", e->m->configs[config].name);
}

static const char *
column_name(struct emit *e, int column)
{
	return arena_printf(e->m->arena, "L_%s", e->m->columns[column].name);
}

void
emit_model(const struct checked *m, const char *file, struct out *o)
{
	struct emit e = {.m = m, .o = o, .file = file};

	emit_comment(&e, arena_printf(m->arena, "%s in C, made by weft",
	                              file));
	out_puts(o, "#include \"weft.h\"\n\n"
	         "#define EXPR(op, ...) "
	         "(&(const weft_expr){WEFT_E_##op, __VA_ARGS__})\n\n");
	write_numbers(&e, m->n_configs, config_name);
	write_numbers(&e, m->n_symbols, emit_symbol_name);
	write_numbers(&e, m->n_rows, emit_row_name);
	write_numbers(&e, m->n_columns, column_name);
	emit_cells(&e);
	emit_scanners(&e);
	emit_tables(&e);
}
