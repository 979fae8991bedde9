/* An array of an Orbax checkpoint while it is opened: its description, and the
 * objects that hold its chunks, be they files or values of a store. */
#ifndef WEFT_ORBAX_ARRAY_H
#define WEFT_ORBAX_ARRAY_H

#include "orbax.h"
#include "zarr.h"

/* A chunk, or a shard of them. */
struct weft_orbax_object {
	uint64_t number;
	struct weft_chunk at;
};

struct weft_orbax_array {
	struct weft_source *src;
	struct weft_zarr z;
	int file;                /* of the description */
	bool complete;           /* no object may be absent */
	struct weft_orbax_object *objects; /* to be freed */
	size_t n;
	uint64_t bytes;          /* in all of them */
	weft_errors *e;
};

/* Adds the object called `name`. Returns 0, or WEFT_BAD with a message if the
 * array can have none of that name. */
int weft_orbax_object(struct weft_orbax_array *a, const char *name,
                      struct weft_chunk at);

/* Adds the tensor to a->src, once all objects are there. Returns 0 or a code
 * with a message. */
int weft_orbax_tensor(struct weft_orbax_array *a, const char *sub,
                      const char *key);

#endif
