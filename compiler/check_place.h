/* From a place line to a cell: its key, and its axes. */
#ifndef CHECK_PLACE_H
#define CHECK_PLACE_H

#include "check_frame.h"

/* A part of a key, texts with holes put in their place. */
struct flat_part {
	const struct key_part *part;
	struct scope scope;   /* where the part stands */
};

struct flat_key {
	struct flat_part *parts;
	int n;
	const struct key *from;
	struct pattern *regex; /* of a key written /…/ */
};

/* The scope of the names of a place. */
struct scope place_scope(struct check_state *c, const struct instance *at,
                         int column, struct frame *f);

/* ---- check_keys.c ---- */

/* Flattens a key (which may be NULL) and tells the frame its indices. Without
 * a frame there are none. Returns false after an error. */
bool keys_flatten(const struct scope *s, const struct key *k,
                  struct flat_key *flat);

/* The pieces of a flat key, once the frame is resolved; adds how often each
 * dim stands in it to `count`. `free` are the names of free holes of a keep,
 * or NULL where there are none. Returns false after an error. */
bool keys_bind(const struct scope *s, const struct flat_key *flat,
               const struct name *free, struct pieces *to, int *count);

/* ---- check_regex.c ---- */

/* As keys_bind, of a key written /…/. */
bool regex_bind(const struct scope *s, const struct flat_key *flat,
                struct pieces *to, int *count);

/* ---- check_pattern.c ---- */


/* The pattern of a cell's pieces, and what each of its holes is. */
void pattern_of_cell(struct check_state *c, struct cell *cell,
                     const struct flat_key *key);

/* What the user wrote between the braces of a hole. */
const char *pattern_hole_text(struct check_state *c, struct span at);

/* A pattern without the names of its holes: two patterns with the same form
 * match the same keys and have the same captures. */
const char *pattern_form(struct check_state *c, const struct pattern *p);

/* Puts a symbol's values into a pattern. */
void pattern_symbol(struct check_state *c, struct pattern *p,
                    const char *hole, int symbol);

/* ---- check_axes.c ---- */

struct flat_axes {
	struct extent *axes;  /* names only; amounts bound */
	struct step *steps;
	int n_steps;
};

/* The axes of a place, from its expression or by its ops, names not yet
 * bound; tells the frame the names. Returns false after an error. */
bool axes_flatten(const struct scope *s, const struct place *p,
                  const struct row *row, bool pack, struct flat_axes *to);

/* ---- check_ops.c ---- */

/* The axes that the ops make of a tensor's own. Value steps go to `to`;
 * *layout: were there others? *good: without an error? */
struct extent *ops_run(const struct scope *s, const struct op *list,
                       struct extent *own, struct flat_axes *to, bool *layout,
                       bool *good);

/* ---- check_axes.c, names ---- */

/* Tells a frame the names that `row` (-1: any) has in an axes expression. */
void axes_use(struct frame *f, const struct extent *list, int row);

/* Binds the names of axes to dims of the frame; adds how often each stands in
 * them to `count`. others[i] is the frame of row i in a pack. */
bool axes_bind(struct frame *f, struct frame *const others[],
               struct extent *list, int *count);

#endif
