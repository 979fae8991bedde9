/* weft: what a converter is made of. The one header that generated C sees.
 *
 * A model is a constant table: symbols, rows (tensors), layouts and cells.
 * What a cell cannot say as data it says by composing a place: it names the
 * key and lays the row's axes, slowest first, through the calls below. All
 * pointers in the tables live as long as the program. */
#ifndef WEFT_H
#define WEFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- expressions --------------------------------------------------------
 * Evaluated against a config, the options of one side (source or target) and,
 * where a cell or a list element is concerned, indices. A value may be absent:
 * what a FIRST steps over and what an error names otherwise. */
enum weft_op {
	WEFT_E_INT,             /* n */
	WEFT_E_REAL,            /* r */
	WEFT_E_STRING,          /* s */
	WEFT_E_BOOL,            /* n */
	WEFT_E_CONFIG,          /* s: a path into the config; absent if null.
	                       * n: 0, or 1 + C for config C of the model */
	WEFT_E_SYMBOL,          /* n: a symbol of the model */
	WEFT_E_INDEX,           /* n: an axis of the cell (see weft_cell); s: its
	                       * name */
	WEFT_E_AXIS_SIZE,       /* n: the size of an axis of the row, for parts
	                       * of it: f = (t:tp c) gives c size(f) / tp; s:
	                       * its name */
	WEFT_E_SUBSCRIPT,       /* a[b] */
	WEFT_E_LIST,            /* a, then b: a further LIST or NULL */
	WEFT_E_FIRST,           /* a if it can be had, else b */
	WEFT_E_SAME,            /* names of one field: a and b agree, or one is */
	WEFT_E_WHEN,            /* a, absent unless b */
	WEFT_E_EACH,            /* the list of b for index n = 0 .. a-1 */
	WEFT_E_NOT, WEFT_E_NEGATE,
	WEFT_E_OR, WEFT_E_AND,
	WEFT_E_EQ, WEFT_E_NE, WEFT_E_LT, WEFT_E_LE, WEFT_E_GT, WEFT_E_GE,
	WEFT_E_IN,              /* a in b */
	WEFT_E_ADD, WEFT_E_SUB, WEFT_E_MUL,
	WEFT_E_DIV,             /* exact or an error */
	WEFT_E_QUOTIENT,        /* an integer if it is exact, else a real */
	WEFT_E_MOD, WEFT_E_MIN, WEFT_E_MAX, WEFT_E_LCM, WEFT_E_SQRT,
	WEFT_E_VERSION,         /* a, a text, as a number that can be compared;
	                         * 0 if it is absent */
	WEFT_E_MATCHING,        /* the texts of the list a that STRING b, a
	                         * regular expression, matches whole */
	WEFT_E_PATTERN,         /* the value of the first member of the object
	                         * CONFIG a whose name, a regular expression,
	                         * matches a text or its end behind a dot: LIST
	                         * b of STRING, SYMBOL, INDEX and, for each index
	                         * below a, EACH, whose b is its name */
	WEFT_E_HAS, WEFT_E_COUNT, WEFT_E_DTYPE, WEFT_E_SHAPE,
	                      /* n: an evidence of the model; a: the number
	                       * in its hole, or NULL */
	WEFT_E_DIAGONAL,        /* n: a row */
};

typedef struct weft_expr weft_expr;
struct weft_expr {
	enum weft_op op;
	int64_t n;
	double r;
	const char *s;
	const weft_expr *a, *b;
};

/* A config besides that of the checkpoint: --NAME FILE gives it. At most 16. */
typedef struct weft_config {
	const char *name;
	const char *text;     /* what it is, for people */
	const char *where;
} weft_config;

/* ---- symbols ------------------------------------------------------------ */
enum weft_symbol_kind { WEFT_SYM_SIZE, WEFT_SYM_NUMBER, WEFT_SYM_FLAG,
                        WEFT_SYM_TEXT, WEFT_SYM_LIST, WEFT_SYM_OPTION, WEFT_SYM_VARIANT };

typedef struct weft_symbol {
	enum weft_symbol_kind kind;
	const char *name;
	int layout;           /* -1: the model's, else that layout's own */
	const char *where;    /* FILE:LINE */
	const char *text;     /* "H = hidden_size", for messages */
	const weft_expr *value;     /* of an option: its default */
	const weft_expr *otherwise; /* of a variant: what is written */
	const char *const *choices; /* of an option of words, NULL-ended */
	const char *doc;
	bool asks;            /* asks the source, itself or through others: the
	                       * target has what the source's side has */
} weft_symbol;

/* ---- rows --------------------------------------------------------------- */
typedef struct weft_axis {
	const char *name;
	const weft_expr *from;  /* the first index; NULL: 0 */
	const weft_expr *to;    /* one past the last; NULL: solved from the
	                         * keys and shapes of the source */
	const char *const *labels; /* of `p in gate up`, NULL-ended, or NULL */
} weft_axis;

typedef struct weft_row {
	const char *name, *where;
	const weft_axis *axes;  /* the families, then the element axes */
	int n_families, n_axes; /* n_axes counts both */
	bool optional;
	bool keep;              /* whole tensors under other names; no axes */
	const weft_expr *when;  /* tensor … if C; NULL: always */
} weft_row;

/* ---- places -------------------------------------------------------------
 * Axes of a place are numbered: those of the row first, in its order, then
 * `extra` of the cell: parts that a let splits an axis into, and indices that
 * only the place has. */
typedef struct weft_place weft_place;

/* Axis `axis` consists of the `n` axes `parts`, slowest first. */
void weft_split(weft_place *, int axis, int n, const int *parts);

/* let p = up gate: index i of the axis is stored where stored[i] would be. Only
 * the axes of the stored tensor are reordered; weft_hole_labels() has words by
 * the index itself. */
void weft_labels_order(weft_place *, int axis, const int *stored);

/* let p = up gate when order == "up_gate" */
void weft_labels_order_when(weft_place *, int axis, const int *stored,
                            const weft_expr *when);

/* The key, part by part. Everything before weft_directory_end() names the
 * directory. */
void weft_literal(weft_place *, const char *text);
void weft_hole(weft_place *, int axis);           /* {l} */
void weft_hole_width(weft_place *, int axis, int width); /* {t^=2} */
void weft_hole_shift(weft_place *, int axis, const weft_expr *add);
                      /* {l - K}: index + add is written */
void weft_hole_labels(weft_place *, int axis, const char *const *labels);
                      /* {p:w1,w3}: one for each index, NULL-ended */
void weft_hole_symbol(weft_place *, int symbol);  /* {prefix} */
void weft_hole_free(weft_place *, int n);         /* {x.}: text n of a keep */
void weft_hole_begin(weft_place *, int width);    /* {(c b)}: then digits, */
void weft_digit(weft_place *, int axis);          /* slowest first; */
void weft_digit_pinned(weft_place *, int axis, const weft_expr *value);
void weft_hole_end(weft_place *);
void weft_directory_end(weft_place *);

/* The axes of the stored tensor, slowest first. */
void weft_axis_of(weft_place *, int axis);        /* f */
void weft_one(weft_place *);                      /* 1 */
void weft_product(weft_place *);                  /* ( … ) until weft_end */
void weft_sum(weft_place *);                      /* ( … + … ) until weft_end;
                                                   * each child is one term */
void weft_term(weft_place *, bool here);          /* before each child: does
                                                   * this row lie in it? */
void weft_end(weft_place *);
void weft_multiple(weft_place *, const weft_expr *); /* of the child before */
void weft_exact(weft_place *, const weft_expr *);
void weft_cut(weft_place *, int axis);

/* Value steps, from tensor to stored, in order. */
void weft_add(weft_place *, const weft_expr *);
void weft_scale(weft_place *, const weft_expr *);
void weft_cast(weft_place *, const char *dtype);  /* "BF16" */

enum { WEFT_ALSO = 1, WEFT_OPTIONAL = 2, WEFT_PACKED = 4 };

typedef struct weft_cell {
	int row, layout;
	unsigned flags;         /* ALSO: one more copy; OPTIONAL: of ALSO, may
	                         * be absent and is not written; PACKED: shares
	                         * its stored tensor with other rows */
	const char *where;
	const char *text;       /* the rule, printed in messages */
	const weft_expr *when;  /* cells of one row and layout are tried in
	                         * order; over indices; NULL: always */
	void (*compose)(weft_place *);
	const weft_axis *extra;
	int n_extra;
} weft_cell;

/* ---- keys ---------------------------------------------------------------
 * A scanner matches "KEY", or "DIRECTORY/KEY" in layouts by rank, whole. Its
 * captures are the holes in order, the directory's first. */
enum { WEFT_CAPTURES = 16 };

typedef struct weft_captures {
	int pattern;            /* of the layout */
	int n;
	const char *begin[WEFT_CAPTURES], *end[WEFT_CAPTURES];
} weft_captures;

typedef bool weft_scanner(const char *key, weft_captures *);

/* What a scanner returns where it matches: true. `spans` has the begin and end
 * of each of the n holes in turn, n <= WEFT_CAPTURES. */
static inline bool
weft_found(weft_captures *c, int pattern, int n, const char *const *spans)
{
	c->pattern = pattern;
	c->n = n;
	for (int i = 0; i < n; i++) {
		c->begin[i] = spans[2 * i];
		c->end[i] = spans[2 * i + 1];
	}
	return true;
}

/* What a key that matches this pattern may be: cells, in the order of the
 * table, or dropped. */
typedef struct weft_pattern {
	const int *cells;
	int n_cells;
	const char *drop;       /* the reason, or NULL */
	const char *where, *text;
} weft_pattern;

/* A key or pattern that a predicate asks for. */
typedef struct weft_evidence {
	const char *text;       /* as written */
	const char *key;        /* one literal key, or NULL: */
	weft_scanner *scan;
	int hole;               /* 1 + the hole that is asked for by its
	                         * number, 0: none */
} weft_evidence;

/* ---- layouts ------------------------------------------------------------ */
enum weft_change_kind { WEFT_SET, WEFT_REMOVE, WEFT_RENAME, WEFT_INSERT,
                        WEFT_DELETE };

/* An edit of the layout's config. */
typedef struct weft_change {
	enum weft_change_kind kind;
	const char *path;       /* as runtime/io/edit.h reads it */
	const weft_expr *value, *when;
	bool optional;          /* made, but not asked of a source */
	const char *where;
} weft_change;

/* What the format's own metadata say of the layout: written, and compared when
 * they are read. */
typedef struct weft_member {
	const char *name;
	const weft_expr *value;
	const char *where;
} weft_member;

typedef struct weft_require {
	const weft_expr *that;
	const char *message, *where;
} weft_require;

/* A row that the layout has no place for, on purpose. */
typedef struct weft_drop {
	int row;
	const char *reason, *where;
} weft_drop;

typedef struct weft_layout {
	const char *name, *title, *where;
	const char *format;
	const char *config;     /* file name of the config, "config.json" */
	const char *file;       /* of the one file of weights; NULL: as the
	                         * format does */
	const weft_expr *detect; /* NULL: only where --from names it */
	const char *detect_text;
	const char *not_readable, *not_writable; /* the reason, or NULL */
	bool directories;       /* by rank */
	weft_scanner *const *scanners; /* NULL-ended; disjoint inside one */
	const weft_pattern *patterns;
	int n_patterns;
	const weft_change *changes;
	int n_changes;
	const weft_member *metadata;
	int n_metadata;
	const weft_require *requires;
	int n_requires;
	const weft_drop *dropped;
	int n_dropped;
} weft_layout;

/* Rows that mean nothing without each other. */
typedef struct weft_group {
	const int *rows;
	int n_rows;
	const char *where;
} weft_group;

typedef struct weft_model {
	const char *name, *title, *file;
	const weft_config *configs;
	int n_configs;
	const weft_symbol *symbols;
	int n_symbols;
	const weft_row *rows;
	int n_rows;
	const weft_layout *layouts;
	int n_layouts;
	const weft_cell *cells; /* sorted by layout, row, then order of lines */
	int n_cells;
	const weft_evidence *evidence;
	int n_evidence;
	const weft_require *requires;
	int n_requires;
	const weft_group *groups;
	int n_groups;
	const int (*undecidable)[2];
	int n_undecidable;
} weft_model;

/* The converter's command line (docs/converter.md). Returns its exit code. */
int weft_main(const weft_model *, int argc, char **argv);

#endif
