/* The tree as text again: whole files in either spelling, in one canonical
 * form, and single nodes as they stand in both. What is printed reads as the
 * same tree. */
#ifndef FMT_H
#define FMT_H

#include "ast.h"
#include "out.h"

/* Comments and blank lines stay where they were, as far as the spelling they
 * go to has such a place. */
void fmt_dsl(const struct model *, struct out *);
void fmt_yaml(const struct model *, struct out *);

/* Nodes. All are one line without a newline. */
void fmt_expr(struct out *, const struct expr *);
/* The same where only a sum may stand, or what needs no parentheses. */
void fmt_sum(struct out *, const struct expr *);
void fmt_postfix(struct out *, const struct expr *);
void fmt_key(struct out *, const struct key *);
/* Linked factors, as between the brackets of a place. */
void fmt_factors(struct out *, const struct factor *);
void fmt_op(struct out *, const struct op *);
/* `when C KEY in DIRECTORY/`, then `[axes] | ops`; each may be NULL. */
void fmt_place(struct out *key, struct out *rest, const struct place *);
void fmt_text(struct out *, const char *text); /* "…" */
void fmt_family(struct out *, const struct family *);

/* What stands behind the word or the name of a statement. */
void fmt_names(struct out *, const struct name *, const char *between);
void fmt_value(struct out *, const struct value *);
void fmt_let(struct out *, const struct let *);
void fmt_variant(struct out *, const struct rule *);
void fmt_require(struct out *, const struct rule *);
void fmt_option(struct out *, const struct rule *);
void fmt_drop(struct out *, const struct rule *);
void fmt_edit(struct out *, const struct edit *);
void fmt_field(struct out *, const struct edit *);
void fmt_set_value(struct out *, const struct edit *);
void fmt_tensor_name(struct out *, const struct tensor *);
void fmt_pack(struct out *, const struct pack *);
void fmt_group(struct out *, const struct group *);
void fmt_use(struct out *, const struct use *);

#endif
