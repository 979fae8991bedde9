/* The indices of one place: those of its row, parts of lets, and those that
 * only the place has. First every name it uses is told, then frame_resolve()
 * decides which lets take part; only then do names have numbers. */
#ifndef CHECK_FRAME_H
#define CHECK_FRAME_H

#include "check_scope.h"

struct frame {
	struct check_state *c;
	const struct instance *at;
	int row, column;
	struct span span;     /* the place, for errors */
	bool failed;
	struct used_name {
		atom name;
		struct span span;
		bool key;     /* in the key, else in the axes */
	} *used;
	int n_used;
	const struct let_rule **lets; /* those that take part */
	int n_lets;
	struct dim *extra;
	int n_extra;
	struct split *splits;
	int n_splits;
	struct order *orders;
	int n_orders;
};

/* A place of `row` (not a keep) in `column`, of block `at`. */
void frame_begin(struct frame *f, struct check_state *c,
                 const struct instance *at, int row, int column,
                 struct span span);

/* The place has this name in its key, or in its axes. */
void frame_use(struct frame *f, atom name, struct span span, bool key);

/* Whether a name can be an index of this place at all. */
bool frame_knows(const struct frame *f, atom name);

void frame_resolve(struct frame *f);

/* The number of a dim, or -1 if the place does not have it. */
int frame_find(const struct frame *f, atom name);

const struct dim *frame_dim(const struct frame *f, int dim);

/* An extra for `dim` of another row of a pack. */
int frame_foreign(struct frame *f, const struct frame *other, int dim);

/* Checks that key and axes have each index as often as they should. `key` and
 * `axes` count the uses of each dim. */
void frame_count(struct frame *f, const int *key, const int *axes);

/* The parts of `whole` here, or NULL. */
const struct let_rule *frame_let(const struct frame *f, atom whole);

/* Adds the names of all indices to a list of n names; the new length. */
int frame_names(const struct frame *f, const char ***list, int n);

#endif
