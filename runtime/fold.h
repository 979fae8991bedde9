/* Many keys in few lines: model.layers.{0..47}.mlp.experts.{17,99}.weight */
#ifndef WEFT_FOLD_H
#define WEFT_FOLD_H

#include <stddef.h>

#include "error.h"

/* Adds hints for `n` keys, sorted in any way, below the last message: first
 * one key whole and literal where lines are folded, then at most `lines`
 * lines in which the numbers of keys that differ in nothing else are folded
 * into ranges, then how many more there are. */
void weft_fold_hints(weft_errors *e, const char *const *keys, size_t n,
                     int lines);

#endif
