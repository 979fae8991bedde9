/* What the files that write C share. User text reaches the output by
 * emit_string() and out_c_comment() only; names of the table are made of
 * [a-z0-9_] by then. */
#ifndef EMIT_INT_H
#define EMIT_INT_H

#include "checked.h"
#include "emit.h"
#include "out.h"

struct emit {
	const struct checked *m;
	struct out *o;
	const char *file;
	/* Expressions that functions refer to, each once. */
	struct emit_constant {
		const struct bound *value;
		const struct cell *cell; /* by whose dims it counts */
		const char *name;
	} *constants;
	int n_constants;
};

/* ---- emit_name.c ---- */

/* Names in C: expert_in__fused, S_H, R_expert_in, L_fused, l_. The dot of a
 * prefix becomes two underscores, which no name of a table has. */
const char *emit_cell_name(struct emit *e, const struct cell *c);
const char *emit_symbol_name(struct emit *e, int symbol);
const char *emit_row_name(struct emit *e, int row);
const char *emit_dim_name(struct emit *e, const struct cell *c, int dim);

/* A string literal, broken to further lines at about 78 columns, which begin
 * with `tabs` tabs. `column` is where it starts. */
void emit_string(struct emit *e, const char *s, int column, int tabs);

/* `.field = "…",` on lines of its own. */
void emit_field(struct emit *e, int tabs, const char *field, const char *s);

/* A comment that holds `text`, wrapped. */
void emit_comment(struct emit *e, const char *text);

/* Words separated by commas, wrapped after `tabs` tabs. */
struct emit_list {
	struct emit *e;
	int tabs, column;
	bool started;
};

void emit_item(struct emit_list *l, const char *word);

/* ---- emit_expr.c ---- */

/* An expression as a constant of its own in a table: EXPR(…). `c` is the cell
 * whose dims it counts, or NULL. */
void emit_expr(struct emit *e, const struct bound *x, const struct cell *c,
               int tabs, int column);

/* `.field = EXPR(…),` on lines of its own; nothing if x is NULL. */
void emit_expr_field(struct emit *e, int tabs, const char *field,
                     const struct bound *x, const struct cell *c);

/* Makes an expression known that a function refers to. */
void emit_constant(struct emit *e, const struct bound *x,
                   const struct cell *c);
const char *emit_constant_name(struct emit *e, const struct bound *x,
                               const struct cell *c);
void emit_constants(struct emit *e);

/* ---- emit_cell.c, emit_scan.c, emit_table.c ---- */
void emit_cells(struct emit *e);
void emit_scanners(struct emit *e);
void emit_tables(struct emit *e);
void emit_axis(struct emit *e, const struct dim *d, const struct cell *c,
               int tabs);

#endif
