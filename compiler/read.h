/* Reading model files: two spellings, one tree. */
#ifndef READ_H
#define READ_H

#include "ast.h"
#include "out.h"

/* Reads source number `source`. Errors are counted in ast->diags; the model is
 * what could be read, never NULL. `ast->model` is left alone. `use "FILE"` is
 * not followed. */
struct model *read_dsl(struct ast *, int source);
struct model *read_yaml(struct ast *, int source);

/* The one of these that the name of the file asks for: YAML for *.yaml and
 * *.yml, else the DSL. */
struct model *read_source(struct ast *, int source);

/* Opens `path` and reads it. NULL with an error at no place if it cannot be
 * opened. `sources` is what ast->diags prints from. */
struct model *read_file(struct ast *, struct sources *, const char *path);

bool read_is_yaml(const char *path);

/* Prints the tokens of a DSL file, or of each leaf of a YAML file, as
 * `weft FILE --dump=tokens` does: line:column, kind and text, one a line. */
void read_tokens(struct ast *, int source, struct out *);

#endif
