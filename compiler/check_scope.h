/* What the passes of the check share: blocks and their instances, the names
 * they declare, and how a name is looked up. */
#ifndef CHECK_SCOPE_H
#define CHECK_SCOPE_H

#include "ast.h"
#include "checked.h"
#include "checks.h"

/* Room for one more element behind the `n` of `list`; its address. */
#define PUSH(arena, list, n)                                             \
	((list) = arena_grow(arena, list, (size_t)(n), sizeof *(list)),  \
	 &(list)[(n)++])

/* A block of a file, or `rows` as one `use` makes them. */
struct instance {
	const struct instance *up;      /* of the `use`; NULL: a file */
	atom prefix;                    /* whole: mtp; NULL: a file */
	const struct block *block;
	const struct setting *settings;
	struct span span;               /* of the use */
};

/* What a name of a value stands for. */
struct entry {
	atom name;            /* whole: mtp.packed */
	int column;           /* -1: of no layout */
	enum symbol_kind kind;
	struct span span;     /* of the name */
	const struct value *value;    /* SIZE, FLAG, TEXT, LIST */
	const struct rule *rule;      /* OPTION, VARIANT */
	const struct instance *at;    /* where its definition is bound */
	int symbol;           /* -1: a text with holes, put in its place */
};

struct let_part {
	atom name;
	struct span span;
	const struct expr *size;      /* or NULL */
};

/* let f = (t:tp c), let p = up gate */
struct let_rule {
	atom name;
	struct span span;
	int column;           /* -1: of a block */
	const struct instance *at;
	struct let_part *parts;
	int n_parts;
	const struct name *labels;    /* or NULL */
	const struct bound *when;     /* of labels; NULL: always */
};

/* for d < dp in a layout. */
struct copy_rule {
	int column;
	const struct family *family;
};

/* The tree a row, a column or a pack came from. */
struct row_source {
	const struct tensor *tensor;  /* NULL: a keep */
	const struct keep *keep;
	const struct instance *at;
};

struct column_source {
	const struct layout *layout;
	const struct instance *at;
};

struct check_state {
	struct checked *m;
	struct arena *arena;
	struct instance **instances;
	int n_instances;
	struct entry *entries;
	int n_entries;
	struct let_rule *lets;
	int n_lets;
	struct copy_rule *copies;
	int n_copies;
	struct row_source *row_sources;       /* parallel to m->rows */
	int n_row_sources;
	struct column_source *column_sources; /* parallel to m->columns */
	int n_column_sources;
	int n_packs;
	int depth;            /* of the expression being bound */
};

/* Where a text stands: which names it sees. */
struct frame;
enum scope_kind {
	SCOPE_DEFINITION,     /* an unknown name is a path of the config */
	SCOPE_PREDICATE,      /* has(), count() …; config.PATH */
	SCOPE_CONDITION,      /* config.PATH and names, no has() */
	SCOPE_PLACE,          /* names only: sizes of a place */
};

struct scope {
	struct check_state *c;
	const struct instance *at;
	int column;           /* -1: none */
	enum scope_kind kind;
	struct frame *frame;  /* the indices of a place, or NULL */
	atom index;           /* of a computed list, or NULL */
	bool source;          /* may ask for keys of the source, too */
	bool number;          /* `/` need not be exact */
};

/* ---- check_scope.c ---- */

/* PREFIX.NAME, or NAME where there is no prefix. */
atom scope_full(struct check_state *c, const struct instance *at, atom name);

/* Blocks and instances, in order: files, then what they use. */
void scope_instances(struct check_state *c, const struct model *const files[],
                     int n);

/* What `name` means at `s` among the values; NULL if nothing declares it, or
 * what a use sets it to. Marks it used. */
const struct entry *scope_find(const struct scope *s, atom name);

/* As scope_find, but what is declared, whatever a use sets it to. */
const struct entry *scope_declared(const struct scope *s, atom name);

/* The row, or the column, or -1. */
int scope_row(struct check_state *c, const struct instance *at, atom name);
int scope_column(struct check_state *c, atom name);

/* "NAME is no WHAT", with the nearest name that would be one. */
void scope_unknown(const struct scope *s, enum check id, struct span at,
                   const char *what, atom name);

/* As scope_row and scope_column, with an error where there is none. */
int scope_need_row(struct check_state *c, const struct instance *at,
                   enum check id, struct span span, atom name);
int scope_need_column(struct check_state *c, struct span span, atom name);

/* The next layout behind `after` (-1: the first) that a name of a place line
 * stands for: the one of that name, or each that is `as` it. -1 behind the
 * last one; it is an error if there is none at all. */
int scope_next_column(struct check_state *c, const struct name *n, int after);

/* ---- check_configs.c ---- */

/* Declares the named configs, before all other names. */
void configs_declare(struct check_state *c);

/* The config of the name of `n` bytes, or -1. */
int configs_find(const struct check_state *c, const char *name, size_t n);

/* The config that a path begins with, as in base.a or base["a"], or -1; *rest
 * is the path inside it. */
int configs_path(const struct check_state *c, const char *path,
                 const char **rest);

/* Whether a config has this name: an error at `span`. */
bool configs_collide(struct check_state *c, struct span span,
                     const char *what, atom name);

/* ---- check_share.c ---- */

/* Is this no layout, but what those share that are `as` its name? Then it has
 * neither a title nor a detect, and is `as` no other. */
bool share_is_block(const struct check_state *c, const struct layout *l);

/* The layout with what it shares behind its own; itself where that is
 * nothing. The tree is not changed. */
const struct layout *share_join(struct check_state *c,
                                const struct layout *l);

/* Checks a block that is shared: its name, and that it is the only one. */
void share_check(struct check_state *c, const struct layout *l);

/* Errors for layouts that say nothing; when the cells are bound. */
void share_check_columns(struct check_state *c);

/* ---- check_names.c ---- */

/* Names of values, layouts, tensors: declared once, hidden nowhere, such that
 * C can have them. Fills entries, columns and rows (names only). */
void names_declare(struct check_state *c);

/* Whether generated C can use a name of a table; else an error. */
bool names_table(struct check_state *c, struct span at, const char *what,
                 atom name);

/* ---- check_expr.c, check_type.c ---- */

/* The bound expression; NULL after an error. */
const struct bound *bind_expr(const struct scope *s, const struct expr *e);

/* As bind_expr, and of that type or not known before run time. */
const struct bound *bind_typed(const struct scope *s, const struct expr *e,
                               enum bound_type type);

/* Whether n values in a row are few enough, else an error: what is behind
 * each other in a text is below each other in a tree. */
bool bind_limit(const struct scope *s, int n, struct span at);

struct bound *bound_new(const struct scope *s, enum bound_op op,
                        enum bound_type type, struct span at);
const struct bound *bound_int(const struct scope *s, int64_t n,
                              struct span at);
const struct bound *bound_text(const struct scope *s, const char *text,
                               struct span at);
const struct bound *bound_symbol(const struct scope *s, int symbol,
                                 struct span at);
const struct bound *bound_pair(const struct scope *s, enum bound_op op,
                               const struct bound *a, const struct bound *b,
                               struct span at);

/* Types an operator applied to a and b (b may be NULL); errors if they do not
 * fit. Returns whether they do. */
bool type_of(const struct scope *s, struct bound *x);
bool type_is(const struct scope *s, const struct bound *x,
             enum bound_type type);
const char *type_name(enum bound_type type);

/* ---- check_call.c: functions ---- */
const struct bound *bind_call(const struct scope *s, const struct expr *e);
const struct bound *bind_pattern(const struct scope *s, const struct expr *e);

/* ---- check_expr.c, again ---- */

/* The config path an expression spells, or NULL: a.b["x"][0] */
const char *bind_path(const struct scope *s, const struct expr *e);

/* ---- check_values.c ---- */
void values_bind(struct check_state *c);

/* Errors if a size that gives the length of an axis at `axis` may be a
 * literal. */
void values_length(const struct scope *s, const struct bound *length,
                   struct span axis);

/* A size's name in capitals if that is declared, else NULL. */
const struct bound *values_capital(const struct scope *s, atom name,
                                   struct span at);

/* ---- check_rows.c ---- */
void rows_bind(struct check_state *c);
void rows_dim(const struct scope *s, const struct family *f, struct dim *d);

/* ---- check_lets.c ---- */

/* Collects the lets. False if one splits an index into itself. */
bool lets_bind(struct check_state *c);

/* Whether a let stands where a place of block `at` and `column` sees it. */
bool lets_visible(const struct let_rule *l, const struct instance *at,
                  int column);

/* ---- check_layouts.c ---- */
void layouts_bind(struct check_state *c);

/* ---- check_evidence.c ---- */

/* Number of the evidence for a key in a predicate, or -1 after an error. *index
 * is the number that stands in the hole of a computed list's index, or NULL if
 * there is none. */
int evidence_bind(const struct scope *s, const struct key *k,
                  const struct bound **index);

/* The pattern of a `drop`, a predicate: any name may be an index. */
const struct pattern *evidence_pattern(const struct scope *s,
                                       const struct key *k,
                                       const char **literal);

/* ---- check_cells.c ---- */
void cells_bind(struct check_state *c);

/* ---- check_claims.c ---- */
void claims_bind(struct check_state *c);

#endif
