/* How the readers build the tree. Lists that are being built are open: the
 * pointer is to the last element, whose `next` is the first. A finished list
 * is closed: the pointer is to the first, the last has no next. */
#ifndef AST_BUILD_H
#define AST_BUILD_H

#include "ast.h"

#define list_add(last, node)                                                 \
	do {                                                                 \
		if (last) {                                                  \
			(node)->next = (last)->next;                         \
			(last)->next = (node);                               \
		} else {                                                     \
			(node)->next = (node);                               \
		}                                                            \
		(last) = (node);                                             \
	} while (0)

/* The open list `more` behind the open list `last`. */
#define list_join(last, more)                                                \
	do {                                                                 \
		if (last) {                                                  \
			__typeof__(last) first_ = (last)->next;              \
			(last)->next = (more)->next;                         \
			(more)->next = first_;                               \
		}                                                            \
		(last) = (more);                                             \
	} while (0)

#define list_close(last)                                                     \
	do {                                                                 \
		if (last) {                                                  \
			__typeof__(last) first_ = (last)->next;              \
			(last)->next = NULL;                                 \
			(last) = first_;                                     \
		}                                                            \
	} while (0)

/* Where a statement goes: a block, or one of its layouts. */
struct scope {
	struct model *model;
	struct block *block;
	struct layout *layout; /* NULL: the block itself */
};

enum value_kind { VALUE_SIZE, VALUE_NUMBER, VALUE_FLAG, VALUE_TEXT,
                  VALUE_LIST };

enum { AST_PLACES_MAX = 4096 }; /* lists of owners in one table */

/* Arguments that are lists are closed, unless a name says `open`. */

/* A name: a letter, then letters, digits and `_`. Any other text is an error
 * that says so, and is kept. */
struct name *ast_name(struct ast *, struct span, atom text);
/* A name in a list of labels: any characters of a key. */
struct name *ast_label(struct ast *, struct span, atom text);

struct expr *ast_integer(struct ast *, struct span, int64_t);
struct expr *ast_real(struct ast *, struct span, double);
struct expr *ast_string(struct ast *, struct span, atom);
/* A dotted name. */
struct expr *ast_variable(struct ast *, struct span, atom);
/* true and false, and all with one or two operands. */
struct expr *ast_expr(struct ast *, enum expr_kind, struct span,
                      struct expr *a, struct expr *b);
/* A function; anything else is an error. */
struct expr *ast_call(struct ast *, struct span, atom, struct expr *args);
/* Whether ast_call knows this name. */
bool ast_is_function(const char *name);
struct expr *ast_pattern(struct ast *, struct span, struct expr *object,
                         struct key *);
struct expr *ast_list(struct ast *, struct span, struct expr *elements);
/* has, count, dtype, shape or diagonal; of the last, `key` is a row's name. */
struct expr *ast_predicate(struct ast *, struct span, atom, struct key *);
/* Whether ast_predicate knows this name; then *kind is its node. */
bool ast_predicate_kind(const char *name, enum expr_kind *kind);

struct factor *ast_factor(struct ast *, enum factor_kind, struct span,
                          struct factor *child, struct expr *amount);
/* A name as a factor, with the amount it is pinned to or sized by, or NULL. */
struct factor *ast_axis_name(struct ast *, struct name *, struct expr *amount);
struct factor *ast_one(struct ast *, struct span, int64_t);
struct factor *ast_cut(struct ast *, struct span, struct factor *child,
                       struct name *);
/* A sum; of one term it is an error. */
struct factor *ast_sum(struct ast *, struct span, struct factor *terms);

struct key_part *ast_part(struct ast *, enum part_kind, struct span,
                          atom text);
struct key *ast_key(struct ast *, struct span, struct key_part *);
/* The same key without the slash at its end, which must be there. */
struct key *ast_directory(struct ast *, struct key *);

struct place *ast_place(struct ast *, enum place_form, struct expr *when);
struct op *ast_op(struct ast *, struct span, struct name *, struct expr *args);
/* Adds a line to the open places of these owners. */
void ast_add_place(struct ast *, struct places **open, struct name *owners,
                   struct place *);
/* The same of a keep: only the key. */
void ast_add_keep(struct ast *, struct places **open, struct name *owners,
                  struct key *);

struct family *ast_family(struct ast *, enum family_kind, struct span,
                          struct name *, struct expr *from, struct expr *to);
struct axis *ast_axis(struct ast *, struct span, struct name *,
                      struct name *size);
struct alternative *ast_alternative(struct ast *, struct span, struct expr *,
                                    struct key *, struct expr *when);
/* A value without a name yet; the alternatives are open. */
struct value *ast_alternatives(struct ast *, struct alternative *open);
struct rule *ast_rule(struct ast *, struct span, struct expr *value,
                      atom text);
/* Completes an edit that has its path; returns it. */
struct edit *ast_edit(struct edit *, enum edit_kind, struct span,
                      struct expr *value, struct expr *when);
struct setting *ast_setting(struct ast *, struct span, atom name,
                            struct key *value);

/* Statements: each puts its node at the end of the right list of its scope. */
void ast_model(struct ast *, struct scope, struct name *, atom title);
void ast_value(struct scope, enum value_kind, struct name *, struct value *);
void ast_let(struct scope, struct name *, struct let *);
void ast_variant(struct scope, struct name *, struct rule *);
void ast_require(struct scope, struct rule *);
/* config NAME "what it is". */
void ast_config(struct ast *, struct scope, const struct name *, atom text);
void ast_undecidable(struct scope, struct name *pair);
struct layout *ast_layout(struct ast *, struct scope, struct name *);
void ast_format(struct ast *, struct layout *, struct name *);
/* layout X as NAME; NULL: without. */
void ast_alias(struct layout *, const struct name *);
void ast_option(struct layout *, struct name *, struct rule *);
void ast_metadata(struct layout *, const struct name *, struct rule *);
/* Adds a tensor that was built by itself; its places are open. */
void ast_tensor(struct scope, struct tensor *);
void ast_pack(struct ast *, struct scope, struct pack *);
struct keep *ast_keep(struct ast *, struct scope, struct name *);
void ast_group(struct ast *, struct scope, struct span, struct name *);
struct rows *ast_rows(struct ast *, struct scope, struct name *);
void ast_use(struct scope, struct use *);

/* Closes all lists of a model that statements left open. */
void ast_close(struct model *);

#endif
