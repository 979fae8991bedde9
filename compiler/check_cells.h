/* What makes cells of place lines. */
#ifndef CHECK_CELLS_H
#define CHECK_CELLS_H

#include "check_place.h"

/* What the lines of one row in one layout were so far. */
struct line_state {
	int n;                /* lines */
	bool main;            /* one that is not `also` */
	bool when;            /* the last one had a condition */
	bool closed;          /* one that always holds */
	struct span closer;
};

struct cells {
	struct check_state *c;
	struct line_state *states; /* of row x column */
	struct frame **frames;     /* by row; of the pack being bound */
};

/* A place line, read; its names are not bound yet. */
struct flat_place {
	struct flat_key key, directory;
	struct flat_axes axes;
	bool good;
};

/* ---- check_line.c ---- */

/* The next cell of this row in this layout; checks the order of lines. */
struct cell cell_begin(struct cells *x, int row, int column,
                       const struct place *p);

/* Reads a place and tells the frame its names. */
void cell_flatten(struct frame *f, const struct place *p, bool pack,
                  struct flat_place *to);

/* Binds a place whose frame is resolved, and adds the cell if it is sound. */
void cell_bind(struct cells *x, struct frame *f, const struct place *p,
               struct flat_place *from, struct cell *cell);

/* Adds a finished cell; f is NULL for a keep. */
void cell_add(struct cells *x, struct cell *cell, const struct frame *f,
              const struct flat_key *key);

/* ---- check_keeps.c, check_packs.c ---- */
void keep_bind(struct cells *x, int row, const struct keep *k);
void packs_bind(struct cells *x);

#endif
