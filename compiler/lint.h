/* What is not wrong, but worth a look. */
#ifndef LINT_H
#define LINT_H

#include "checked.h"

/* Adds warnings to m->diags: tensors without a place, options nobody uses,
 * layouts that can only be read. */
void lint_model(struct checked *m);

#endif
