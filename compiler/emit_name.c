#include <string.h>

#include "emit_int.h"

enum { COLUMNS = 78, TAB = 8 };

/* ---- names ---- */

static const char *
mangle(struct emit *e, const char *name)
{
	struct out o = {.arena = e->m->arena};

	for (const char *p = name; *p; p++)
		out_printf(&o, *p == '.' ? "__" : "%c", *p);
	return o.text;
}

const char *
emit_cell_name(struct emit *e, const struct cell *c)
{
	const char *row = mangle(e, e->m->rows[c->row].name);
	const char *column = e->m->columns[c->column].name;

	return c->line > 1
		? arena_printf(e->m->arena, "%s__%s__%d", row, column, c->line)
		: arena_printf(e->m->arena, "%s__%s", row, column);
}

const char *
emit_symbol_name(struct emit *e, int symbol)
{
	const struct symbol *y = &e->m->symbols[symbol];
	const char *name = mangle(e, y->name);

	if (y->column < 0)
		return arena_printf(e->m->arena, "S_%s", name);
	return arena_printf(e->m->arena, "S_%s__%s",
	                    e->m->columns[y->column].name, name);
}

const char *
emit_row_name(struct emit *e, int row)
{
	return arena_printf(e->m->arena, "R_%s",
	                    mangle(e, e->m->rows[row].name));
}

const char *
emit_dim_name(struct emit *e, const struct cell *c, int dim)
{
	return arena_printf(e->m->arena, "%s_",
	                    mangle(e, checked_dim(e->m, c, dim)->name));
}

/* ---- text ---- */

static void
emit_tabs(struct emit *e, int tabs)
{
	while (tabs-- > 0)
		out_puts(e->o, "\t");
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

void
emit_string(struct emit *e, const char *s, int column, int tabs)
{
	size_t from = 0, n = strlen(s);
	int at = column + 2;

	for (size_t i = 0; i < n; i++) {
		int width = is_plain(s[i]) ? 1 : 4;

		if (at + width > COLUMNS && i > from) {
			out_c_string(e->o, s + from, i - from);
			out_puts(e->o, "\n");
			emit_tabs(e, tabs);
			from = i;
			at = tabs * TAB + 2;
		}
		at += width;
	}
	out_c_string(e->o, s + from, n - from);
}

void
emit_field(struct emit *e, int tabs, const char *field, const char *s)
{
	emit_tabs(e, tabs);
	out_printf(e->o, ".%s = ", field);
	emit_string(e, s, tabs * TAB + (int)strlen(field) + 4, tabs + 1);
	out_puts(e->o, ",\n");
}

void
emit_comment(struct emit *e, const char *text)
{
	struct out o = {.arena = e->m->arena};
	const char *p;
	size_t room = COLUMNS - 3, n;

	out_puts(&o, "");
	out_c_comment(&o, text, strlen(text));
	out_puts(e->o, "/* ");
	for (p = o.text; (n = strlen(p)) > room; ) {
		size_t cut = room;

		while (cut && p[cut] != ' ')
			cut--;
		if (!cut)
			cut = room;
		out_add(e->o, p, cut);
		out_puts(e->o, "\n * ");
		p += cut;
		while (*p == ' ')
			p++;
	}
	out_add(e->o, p, n);
	out_puts(e->o, " */\n");
}

void
emit_item(struct emit_list *l, const char *word)
{
	int width = (int)strlen(word);

	if (l->started)
		out_puts(l->e->o, ",");
	if (!l->started || l->column + width + 2 > COLUMNS) {
		if (l->started)
			out_puts(l->e->o, "\n");
		emit_tabs(l->e, l->tabs);
		l->column = l->tabs * TAB;
	} else {
		out_puts(l->e->o, " ");
		l->column++;
	}
	out_puts(l->e->o, word);
	l->column += width + 1;
	l->started = true;
}
