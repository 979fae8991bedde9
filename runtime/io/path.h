/* Paths into a JSON text: names and list indices, as in `rope.sections[0]`,
 * `text_config.hidden_size` or `rank_pattern[".*\.gate_up_proj"]`. A name
 * stands bare while it has only letters, digits, `_`, `-` and `$`; any other is
 * quoted in brackets, where `\"` is a quote, `\\` a backslash, and every other
 * backslash stands for itself. The empty path is the whole document. */
#ifndef WEFT_IO_PATH_H
#define WEFT_IO_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "../text.h"

/* One step of a path. Zero-initialise before the first; weft_step_free() ends
 * it. */
typedef struct weft_step {
	bool is_index;
	size_t index;         /* if is_index */
	weft_text name;       /* if not; decoded */
} weft_step;

/* Reads the step at *path and moves *path behind it. True if there was one;
 * false at the end of the path, where **path is NUL, and at a malformed step,
 * where it is not and *path stays. `*path` starts at the path's begin. */
bool weft_path_next(const char **path, weft_step *step);

void weft_step_free(weft_step *step);

/* Whether the whole path is well formed; if not, *at (unless NULL) is the
 * offset of the first step that is not. */
bool weft_path_valid(const char *path, size_t *at);

/* Appends a name to a path, quoted if it must be. */
void weft_path_add(weft_text *path, const char *name);

#endif
