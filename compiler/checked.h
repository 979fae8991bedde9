/* The checked model: every name bound, `rows` instantiated, packs resolved
 * into cells of their rows. Built from the tree by check_model(); places are
 * composed and C is emitted from it alone. Lists are arrays in the arena;
 * things refer to each other by their index in those arrays. */
#ifndef CHECKED_H
#define CHECKED_H

#include <stdbool.h>
#include <stdint.h>

#include "atom.h"
#include "diag.h"
#include "out.h"
#include "pattern.h"

/* ---- expressions -------------------------------------------------------- */
enum bound_op {
#define BOUND(name) BOUND_##name,
#include "bound.def"
#undef BOUND
};

enum bound_type {
	TYPE_ANY,             /* a config value: known when it is read */
	TYPE_INT, TYPE_REAL, TYPE_BOOL, TYPE_TEXT, TYPE_LIST,
};

struct bound {
	enum bound_op op;
	enum bound_type type;
	struct span span;
	int64_t n;            /* INT, BOOL: the value; SYMBOL: of symbols[];
	                       * INDEX, AXIS_SIZE: dim of the cell (in an EACH
	                       * 0: its own index); HAS, COUNT, DTYPE, SHAPE: of
	                       * evidence[], with `a` the number of its hole;
	                       * DIAGONAL: of rows[] */
	double r;
	const char *s;        /* STRING; CONFIG: the path, into the config of
	                       * the checkpoint if n is 0, else into
	                       * configs[n - 1] */
	const struct bound *a, *b;
};

/* ---- symbols ------------------------------------------------------------ */
enum symbol_kind { SYMBOL_SIZE, SYMBOL_NUMBER, SYMBOL_FLAG, SYMBOL_TEXT,
                   SYMBOL_LIST, SYMBOL_OPTION, SYMBOL_VARIANT };

/* A config besides that of the checkpoint: `config base "…"`. */
struct config {
	atom name;
	const char *text;     /* what it is, for people */
	struct span span;     /* of the name */
	bool used;
};

struct symbol {
	enum symbol_kind kind;
	atom name;            /* with its prefix: mtp.packed */
	int column;           /* -1: the model's, else that layout's own */
	struct span span;     /* of the name */
	struct span rule;     /* of the definition, for messages */
	const struct bound *value;     /* of an option: its default */
	const struct bound *otherwise; /* of a variant */
	const char **words;   /* every value of a TEXT, every choice of an
	                           * OPTION of words; NULL: any number */
	int n_words;
	const char *doc;      /* or NULL */
	bool asks;            /* of the model: what the source's tensors say,
	                       * itself or through other symbols */
	bool used;
};

/* ---- rows --------------------------------------------------------------- */
enum dim_kind {
	DIM_FAMILY,           /* l: an index of the tensor's family */
	DIM_ELEMENT,          /* f: an axis of the tensor */
	DIM_PART,             /* c of let f = (t:tp c) */
	DIM_COPY,             /* d: only the place has it: for d < dp */
	DIM_FOREIGN,          /* a part or axis of another row of the pack */
};

/* One index: a family or an axis of a row, or an extra of a cell. */
struct dim {
	enum dim_kind kind;
	atom name;
	struct span span;
	const struct bound *from; /* NULL: 0 */
	const struct bound *to;   /* one past the last; NULL: solved later */
	const atom *labels;   /* of p in gate up, or NULL */
	int n_labels;
};

struct row {
	atom name;            /* with its prefix: mtp.expert_in */
	struct span span;     /* of the name */
	struct dim *dims;     /* the families, then the element axes */
	int n_families, n_dims;
	bool optional;
	bool keep;            /* whole tensors; no dims */
	const struct bound *when; /* tensor … if C; NULL: always */
	int routed;           /* routed by this row, or -1 */
	struct span routed_span;
};

/* ---- cells -------------------------------------------------------------- */
enum piece_kind {
	PIECE_TEXT,           /* text */
	PIECE_INDEX,          /* {l}, {l - K}, {t^=2}: dim, shift, width */
	PIECE_LABELS,         /* {p}, {p:w1,w3}: dim, words by logical index */
	PIECE_SYMBOL,         /* {prefix}: symbol */
	PIECE_FREE,           /* {x.} {x..}: number n of the keep */
	PIECE_GROUP,          /* {(c b)}: digits, width */
};

/* One part of an index made of several, slowest first. */
struct digit {
	int dim;
	const struct bound *pin; /* {(s=pp-1 t)}, or NULL */
};

/* A key as it is written: literal text and holes in turn. */
struct piece {
	enum piece_kind kind;
	struct span span;
	const char *text;
	int dim, symbol, n, width;
	bool any;             /* FREE: {x..} */
	const struct bound *shift; /* or NULL */
	const char **words;   /* n_words, the count of the labels */
	int n_words;
	struct digit *digits;
	int n_digits;
};

struct pieces {
	struct piece *list;
	int n;
};

/* How the dims lie in the stored tensor. A tensor has a list of extents, its
 * stored axes slowest first; products and sums have children. */
enum extent_kind { EXTENT_DIM, EXTENT_ONE, EXTENT_PRODUCT, EXTENT_SUM,
                   EXTENT_MULTIPLE, EXTENT_EXACT, EXTENT_CUT };

struct extent {
	enum extent_kind kind;
	struct span span;
	struct extent *next;
	struct extent *child; /* the first, or the only one */
	atom name;            /* DIM, CUT: as written */
	int dim;              /* DIM; CUT: the index of the run */
	int term;             /* a child of a SUM: the row it holds, or -1 */
	const struct bound *amount; /* MULTIPLE, EXACT */
};

enum step_kind { STEP_ADD, STEP_SCALE, STEP_CAST };

struct step {
	enum step_kind kind;
	struct span span;
	const struct bound *amount;
	const char *dtype;    /* CAST: "BF16" */
};

/* A split that a place uses: dim consists of the parts, slowest first. */
struct split {
	int dim;
	const int *parts;
	int n;
};

/* let p = up gate: index i of dim is stored at position[i]. */
struct order {
	int dim;
	const int *position;
	int n;
	const struct bound *when;     /* NULL: always */
};

/* Where one row lies in one layout by one line. Dims are numbered: those of
 * the row first, in its order, then `extra`. */
struct cell {
	int row, column;
	int line;             /* 1, 2 … of this row in this layout */
	bool also, optional;  /* one more copy; it may be absent */
	int pack;             /* number of the pack that it is one term of, which
	                       * shares its stored tensor with the others; -1 */
	struct span span;     /* the line */
	const struct bound *when; /* NULL: always; `else` is NULL too */
	struct dim *extra;
	int n_extra;
	struct split *splits;
	int n_splits;
	struct order *orders;
	int n_orders;
	struct pieces key, directory; /* directory: none where n is 0 */
	bool regex;           /* written /…/; `key` has the pieces that write
	                       * it, none if it cannot be written */
	struct extent *axes;
	struct step *steps;
	int n_steps;
	const struct pattern *pattern; /* DIRECTORY/KEY, or KEY */
	int *captures;        /* the dim behind each hole of `pattern`; -1: a
	                       * symbol, a group of several, a free text */
	int n_captures;
	int claim;            /* of the column, or -1 */
};

/* ---- layouts ------------------------------------------------------------ */
/* One pattern of a layout, and what its keys may be: cells or dropped. */
struct claim {
	const struct pattern *pattern;
	const char *text;     /* as pattern_print writes it */
	struct span span;
	int *cells;
	int n_cells;
	const char *drop;     /* the reason, or NULL */
	int scanner;          /* number of the scanner it belongs to */
};

/* A tensor that this layout does not hold, by its own word. */
struct omission {
	int row;
	struct span span;
	const char *reason;
};

/* What a predicate asks the keys of a source for. */
struct evidence {
	struct span span;
	const char *text;     /* as written */
	const char *key;      /* one literal key, or NULL */
	const struct pattern *pattern;
	int hole;             /* that is asked for by its number; -1: any key */
	int column;           /* in whose rule it stands; -1: the model's */
};

enum change_kind { CHANGE_SET, CHANGE_REMOVE, CHANGE_RENAME, CHANGE_INSERT,
                   CHANGE_DELETE };

struct change {               /* of the layout's config */
	enum change_kind kind;
	struct span span;
	const char *path;     /* as the runtime's JSON editor reads it */
	const struct bound *value, *when; /* or NULL */
	bool optional;        /* not asked of a source, nor undone */
};

struct demand {               /* require PREDICATE "message" */
	struct span span;
	const struct bound *that;
	const char *message;
};

struct member {               /* metadata NAME = value */
	struct span span;
	atom name;
	const struct bound *value;
};

struct column {
	atom name;
	const char *title;    /* or NULL */
	struct span span;     /* of the name */
	const char *format, *config;
	const char *file;     /* of the weights, or NULL: as the format does */
	const struct bound *detect; /* NULL: read only where --from names it */
	struct span detect_span;
	const char *not_writable; /* the reason, or NULL */
	bool directories;     /* by rank */
	struct claim *claims;
	int n_claims;
	int n_scanners;
	struct omission *omissions;
	int n_omissions;
	struct change *changes;
	int n_changes;
	struct member *metadata;
	int n_metadata;
	struct demand *demands;
	int n_demands;
	const char *not_readable; /* as not_writable; by prove_cover() */
};

/* Rows that mean nothing without each other. */
struct bundle {
	struct span span;
	int *rows;
	int n;
};

struct undecided {            /* undecidable A B */
	int a, b;
	struct span span;
};

/* ---- the model ---------------------------------------------------------- */
struct checked {
	struct arena *arena;
	struct atoms *atoms;
	struct diags *diags;
	const struct sources *sources;
	struct automata *automata;
	atom name;
	const char *title;    /* or NULL */
	struct span span;     /* of the model's name */
	struct config *configs;
	int n_configs;
	struct symbol *symbols;
	int n_symbols;
	struct row *rows;
	int n_rows;
	struct column *columns;
	int n_columns;
	struct cell *cells;   /* by column, row, line */
	int n_cells;
	struct evidence *evidence;
	int n_evidence;
	struct demand *demands;
	int n_demands;
	struct bundle *bundles;
	int n_bundles;
	struct undecided *undecided;
	int n_undecided;
};

/* Dim number n of a cell. */
const struct dim *checked_dim(const struct checked *m, const struct cell *c,
                              int n);

/* The cells of a row in a layout, `*n` of them next to each other. */
const struct cell *checked_cells(const struct checked *m, int row, int column,
                                 int *n);

/* The text of a span on one line: blanks and newlines run together. */
const char *checked_text(const struct checked *m, struct span at);

/* FILE:LINE, with the last part of the file's path. */
const char *checked_where(const struct checked *m, struct span at);

bool bound_same(const struct bound *a, const struct bound *b);

/* Writes an expression as in a model file; in parentheses, if `closed`, where
 * it is more than a name or a number. Indices of a cell by `c`'s names; without
 * one as #N. */
void bound_print(struct out *o, const struct checked *m, const struct cell *c,
                 const struct bound *x, bool closed);

/* A proof looks at a model that the checks before it found sound. It adds its
 * errors by check_error(), and may fill what is its own. */
typedef void checked_proof(struct checked *m);
#define PROOF(name) extern checked_proof prove_##name;
#include "proofs.def"
#undef PROOF

#endif
