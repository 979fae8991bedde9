/* Editing a JSON text in place: an edit replaces spans of the text, and every
 * byte that it does not replace stays as it was, so `1e-06` and `0.1` remain
 * what someone wrote. Paths are those of io/path.h. */
#ifndef WEFT_IO_EDIT_H
#define WEFT_IO_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "../error.h"
#include "../text.h"

/* A text under edit. `text` is its present state; `errors` gets the messages
 * of every edit. weft_edit_free() ends it. */
typedef struct weft_edit {
	const char *file;
	weft_text text;
	weft_errors *errors;
} weft_edit;

/* Starts from `n` bytes of `text`, which are checked to be JSON. `file` is the
 * name for messages and must outlive the edit. Returns 0 or WEFT_BAD. */
int weft_edit_begin(weft_edit *d, const char *file, const char *text, size_t n,
                    weft_errors *errors);

void weft_edit_free(weft_edit *d);

/* The edits. `path` and `value` (one JSON value as text, no blanks around it)
 * come from a table, not from the checkpoint: WEFT_INTERNAL if they are
 * malformed. All return 0, or WEFT_BAD where the text has something of the
 * wrong kind on the way, e.g. a string where an object should be; then the
 * text is unchanged. */

/* Replaces the value at `path`. An absent member is added in front of the first
 * one, where a reader that takes the first match of several finds it, in the
 * style of its neighbours; absent objects on the way to it are made, and a null
 * on the way counts as absent. A list index must exist. The path is not
 * empty. */
int weft_edit_set(weft_edit *d, const char *path, const char *value);

/* Removes a member of an object, or an element of a list, with its comma.
 * Nothing happens if it is absent. */
int weft_edit_remove(weft_edit *d, const char *path);

/* Gives a member another name, in its place. Nothing happens if it is absent;
 * WEFT_BAD if there is a member of the new name already. */
int weft_edit_rename(weft_edit *d, const char *path, const char *name);

/* Adds an element behind the last one of the list at `path`, or each element of
 * a value that is a list: those that are not there, as weft_edit_delete()
 * compares. If there is any to add, the list is made where it is absent or
 * null. */
int weft_edit_insert(weft_edit *d, const char *path, const char *value);

/* Removes every element of the list at `path` that equals `value`, a string,
 * a number, true, false or null, or one of them in a list: strings by their
 * characters ("\u0061" is "a"), integers by value, reals as doubles, no integer
 * equal to a real. Nothing happens if there is none. */
int weft_edit_delete(weft_edit *d, const char *path, const char *value);

/* Whether the value at `path` equals `value`: numbers by value (16 is 16.0),
 * lists element by element, objects member by member. False if absent. */
bool weft_edit_is(const weft_edit *d, const char *path, const char *value);

/* The text of the value at `path`: `*n` bytes, valid until the next edit; NULL
 * if it is absent. */
const char *weft_edit_get(const weft_edit *d, const char *path, size_t *n);

/* Line and column, both from 1 and the column in bytes, of the value at `path`
 * in `text`, which must be valid JSON and end with a NUL. False if it is
 * absent. */
bool weft_edit_where(const char *text, const char *path, size_t *line,
                     size_t *column);

#endif
