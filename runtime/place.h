/* Places: what the compose functions of generated C build, and what it means
 * for given sizes. A place is composed once per cell; a frame lays it out for
 * one stored tensor. */
#ifndef WEFT_PLACE_H
#define WEFT_PLACE_H

#include "context.h"
#include "weft.h"

enum {
	WEFT_AXES = 24,       /* of a cell: the row's and its own */
	WEFT_NODES = 48,
	WEFT_PARTS = 40,      /* of a key */
	WEFT_DIGITS = 6,      /* parts of one axis, after all lets */
	WEFT_STEPS = 8,       /* value steps; WEFT_VALUE_STEPS of the kernels */
};

enum weft_node_kind { WEFT_NODE_AXIS, WEFT_NODE_ONE, WEFT_NODE_PRODUCT,
                      WEFT_NODE_SUM, WEFT_NODE_MULTIPLE, WEFT_NODE_EXACT,
                      WEFT_NODE_CUT };

struct weft_node {
	enum weft_node_kind kind;
	int axis;             /* AXIS, CUT */
	bool here;            /* as a child of a sum: the row lies in it */
	const weft_expr *amount;
	int child, next;      /* nodes, or -1 */
};

enum weft_part_kind { WEFT_PART_TEXT, WEFT_PART_INDEX, WEFT_PART_LABELS,
                      WEFT_PART_SYMBOL, WEFT_PART_FREE, WEFT_PART_GROUP,
                      WEFT_PART_DIRECTORY_END };

struct weft_digit {           /* of a hole made of several indices */
	int axis;
	const weft_expr *pin; /* the one value it has, or NULL */
};

struct weft_part {
	enum weft_part_kind kind;
	const char *text;
	int axis;             /* INDEX, LABELS; SYMBOL: the symbol; FREE: n */
	int width;            /* 0: as many digits as it takes */
	const weft_expr *shift; /* added to the index when written */
	const char *const *labels;
	int first, n;         /* GROUP: digits */
};

enum weft_step_kind { WEFT_STEP_ADD, WEFT_STEP_SCALE, WEFT_STEP_CAST };

struct weft_value_rule {
	enum weft_step_kind kind;
	const weft_expr *by;
	const char *dtype;
};

struct weft_place {
	const weft_cell *cell;
	const weft_row *row;
	int n_axes;           /* the row's and the cell's own */
	const weft_axis *axes[WEFT_AXES];
	int whole[WEFT_AXES]; /* the axis it is a part of, or -1 */
	int parts_of[WEFT_AXES][WEFT_AXES]; /* parts of an axis, slowest first */
	int n_parts_of[WEFT_AXES];
	const int *order[WEFT_AXES]; /* where index i is stored, or NULL: at i */
	const weft_expr *order_when[WEFT_AXES]; /* else at i; NULL: always */

	struct weft_part parts[WEFT_PARTS];
	struct weft_digit digits[WEFT_AXES];
	int n_parts, n_digits;

	struct weft_node nodes[WEFT_NODES];
	int n_nodes, root;    /* root: the first stored axis, or -1 */
	bool has_cut;

	struct weft_value_rule steps[WEFT_STEPS];
	int n_steps;

	/* While it is built. */
	int open[WEFT_NODES], last[WEFT_NODES], depth;
	bool here, overflow;
};

/* Composes the place of a cell. False, with a message, if it is too large for
 * the limits above. */
bool weft_place_compose(struct weft_place *p, const weft_model *m,
                        const weft_cell *cell, weft_errors *e);

/* The axis of the row that `axis` is, or is a part of; -1 if only the place has
 * it. */
int weft_place_row_axis(const struct weft_place *p, int axis);

/* Axes that appear in holes of the key, each once, in the order of the key;
 * returns how many. Pinned digits are not among them. */
int weft_place_key_axes(const struct weft_place *p, int axes[WEFT_AXES]);

/* The key for given indices (absolute, by axis), appended to `key`; the part
 * before the directory's end goes to `dir`. `free` are the texts of a keep. */
bool weft_place_key(const struct weft_place *p, const weft_scope *at,
                    const char *const *free, weft_text *dir, weft_text *key);

/* The indices (by axis; -1 where the key says nothing) that captures stand
 * for. False if they are not of this cell: another label or text, a number
 * that no index writes. No messages. */
bool weft_place_read_key(const struct weft_place *p, const weft_scope *at,
                         const weft_captures *c, int64_t index[WEFT_AXES]);

/* A place laid out for given sizes. */
struct weft_frame {
	const struct weft_place *place;
	int64_t size[WEFT_AXES];      /* of all axes; -1: not known */
	int64_t from[WEFT_AXES];      /* the first index of axes that only the
	                               * place has; 0 for all others */
	int64_t node_size[WEFT_NODES];
	int rank;
	int64_t shape[WEFT_NODES];    /* -1 where it cannot be known */
	int64_t count;                /* elements of the stored tensor; -1 */
	int64_t stride[WEFT_AXES];    /* in elements; 0: not in the tensor */
	int64_t base;                 /* offset of index 0 of all axes */
	int64_t fixed[WEFT_AXES];     /* position in the key, or -1 */
};

/* Lays out `p`. `size` and `fixed` are by axis, -1 where unknown or not in the
 * key; sizes of parts follow from their exprs and are filled in. False after
 * an error: an amount or a size that cannot be had, a cut that leaves
 * something over, a padding smaller than what it holds. Unknown sizes are no
 * error; shape and count are then -1 in places. */
bool weft_frame_make(struct weft_frame *f, const struct weft_place *p,
                     weft_context *side, const int64_t size[WEFT_AXES],
                     const int64_t fixed[WEFT_AXES]);

/* The same frame, all of whose sizes are known, for other positions in the key.
 * Nothing is evaluated, so threads may do it at once. */
void weft_frame_fix(struct weft_frame *f, const int64_t fixed[WEFT_AXES]);

/* Is `axis` one that only the place has, and that lies in the stored tensor?
 * The tensor then holds what it holds once for each value of it. */
bool weft_frame_repeats(const struct weft_frame *f, int axis);

/* What equation a stored dimension gives for the unknown axes of `node`:
 * if exactly one axis below it is unknown and the dimension determines it,
 * *axis and *size are set and it returns 1; 0 if nothing is unknown; -1 if
 * `dim` cannot be reached or does not decide. */
int weft_frame_solve(const struct weft_frame *f, int node, int64_t dim,
                     int *axis, int64_t *size);

#endif
