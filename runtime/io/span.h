/* Where the values of a JSON text lie. Every text here has been checked to be
 * JSON (weft_json_parse), an object or a list, with no name twice in one
 * object; so a walk over it needs no bounds. Offsets are in bytes. */
#ifndef WEFT_IO_SPAN_H
#define WEFT_IO_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "../text.h"

struct weft_span {
	size_t begin, end;
};

/* A walk over the members of an object or the elements of a list:
 *
 *     {  "key" : value  ,  "key" : value  }
 *     open key   value     key     value  close                          */
struct weft_walk {
	const char *text;
	size_t open;             /* of the bracket */
	size_t close;            /* of the other, once there are no more */
	size_t count;            /* members seen */
	size_t at;               /* where to go on */
	struct weft_span key;    /* quotes included; empty in a list */
	struct weft_span value;
	size_t begin;            /* of key or value, whichever is first */
};

void weft_walk_begin(struct weft_walk *w, const char *text, size_t open);

/* Steps to the next member; false if there is none, and then key, value and
 * begin are still those of the last one. */
bool weft_walk_next(struct weft_walk *w);

/* How far a path leads. */
struct weft_place {
	const char *rest;        /* the steps that lead nowhere; "" if found */
	struct weft_span key;    /* of `value`; empty in a list */
	struct weft_span value;  /* found, or the last one on the way */
	size_t parent;           /* bracket of what holds `value` */
};

/* `path` is well formed. */
struct weft_place weft_locate(const char *text, const char *path);

/* Offset of the bracket that opens the document. */
size_t weft_document(const char *text);

/* Appends the characters of a string whose text, quotes included, is at `s`
 * with `n` bytes. */
void weft_span_decode(const char *s, size_t n, weft_text *out);

/* Whether the string at `s` has the characters `name`. */
bool weft_span_is(const char *s, struct weft_span string, const char *name);

#endif
