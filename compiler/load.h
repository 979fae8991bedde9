/* A table and the files it uses. */
#ifndef LOAD_H
#define LOAD_H

#include "ast.h"
#include "check.h"

/* Reads `path` and the files it uses, each once; *n of them, the table first.
 * NULL if the table cannot be opened; errors are in ast->diags. A used file is
 * found from the directory of the file that uses it, and lies in or below the
 * directory of the table. */
struct loaded *load_table(struct ast *ast, struct sources *sources,
                          const char *path, int *n);

#endif
