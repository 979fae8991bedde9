/* From trees to the checked model. */
#ifndef CHECK_H
#define CHECK_H

#include "ast.h"
#include "checked.h"

/* The files of one table: the table itself first, then those it uses, each
 * once. `path` is as the user sees it. */
struct loaded {
	const struct model *model;
	int file;             /* of the sources */
};

/* Binds, types and checks `n` files. Everything wrong with them is in
 * m->diags afterwards; the result is to be used only if there are no errors.
 * m has its arena, atoms, diags and sources; all else is zero. */
void check_model(struct checked *m, const struct loaded *files, int n);

#endif
