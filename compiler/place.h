/* The normal form of places, and how it is printed. */
#ifndef PLACE_H
#define PLACE_H

#include "checked.h"
#include "out.h"

/* Prints what `weft FILE --dump=checked` shows: symbols, rows, layouts and
 * cells with every name bound. */
void place_dump_checked(const struct checked *m, struct out *o);

/* Prints what `weft FILE --dump=places` shows: for each cell its key in parts
 * and its axes in the normal form. */
void place_dump(const struct checked *m, struct out *o);

#endif
