/* Reading JSON: config.json and its kin. Strict: a member that occurs twice,
 * a comment, a NUL byte, bad UTF-8 or an integer beyond 64 bits is an error.
 * What Python adds is read, as published configs have it: NaN as null, Infinity
 * and -Infinity as 1e308 and -1e308.
 * The one place that knows jansson. */
#ifndef WEFT_IO_JSON_H
#define WEFT_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../error.h"

/* Longer texts are refused unread. Nesting deeper than 2048 is an error. */
#define WEFT_JSON_MAX ((size_t)64 << 20)

enum weft_json_kind {
	WEFT_JSON_ABSENT,     /* of a NULL value: nothing is there */
	WEFT_JSON_NULL,
	WEFT_JSON_BOOL,
	WEFT_JSON_INT,        /* fits int64_t; 4.0 and 1e3 are not integers */
	WEFT_JSON_REAL,
	WEFT_JSON_STRING,
	WEFT_JSON_LIST,
	WEFT_JSON_OBJECT,
};

/* A value. Every function below takes NULL for a value that is absent. A value
 * inside a document lives as long as the document. */
typedef struct weft_json weft_json;

/* The document of `n` bytes of `text`, an object or a list; `file` is the name
 * for messages. NULL, and an error of code WEFT_BAD at FILE:LINE:COL, if it is
 * not JSON. Ended by weft_json_free(). */
weft_json *weft_json_parse(const char *file, const char *text, size_t n,
                           weft_errors *e);

void weft_json_free(weft_json *document);

/* Whether `n` bytes of `text` are one JSON value of any kind. */
bool weft_json_is_value(const char *text, size_t n);

/* The value at a path (io/path.h) from `v` down; NULL if any step of it is
 * absent, steps into something that is neither object nor list, or is
 * malformed (weft_path_valid() tells). An explicit null is WEFT_JSON_NULL. */
const weft_json *weft_json_get(const weft_json *v, const char *path);

enum weft_json_kind weft_json_kind(const weft_json *v);

/* "nothing", "null", "a boolean", "an integer", "a real number", "a string",
 * "a list", "an object". */
const char *weft_json_kind_name(enum weft_json_kind kind);

/* True if `v` is of exactly that kind; *r is then set. A string is UTF-8
 * without NUL bytes and lives as long as the document. */
bool weft_json_as_bool(const weft_json *v, bool *r);
bool weft_json_as_int(const weft_json *v, int64_t *r);
bool weft_json_as_real(const weft_json *v, double *r);
bool weft_json_as_string(const weft_json *v, const char **r);

/* Elements of a list, members of an object; 0 for all else. */
size_t weft_json_length(const weft_json *v);

/* Element `i` of a list; NULL if `v` is no list or is not that long. */
const weft_json *weft_json_at(const weft_json *v, size_t i);

/* Walks the members of an object in the order of the text:
 *     for (weft_json_member m = {0}; weft_json_next(object, &m);)
 * There are none if it is not an object. */
typedef struct weft_json_member {
	const char *name;
	const weft_json *value;
	void *at;
} weft_json_member;

bool weft_json_next(const weft_json *object, weft_json_member *m);

/* Whether two values are the same: numbers by value (16 is 16.0), lists element
 * by element, objects by their members in any order. */
bool weft_json_same(const weft_json *a, const weft_json *b);

#endif
