/* Tensors of the target that hold the same, as replicas on several ranks do:
 * they are assembled once, and handed on for each. */
#ifndef WEFT_TWINS_H
#define WEFT_TWINS_H

#include "job.h"

#define WEFT_NO_TWIN ((uint32_t)-1)

typedef struct weft_twins {
	uint32_t *next;        /* by number in the list: the next one, or none */
	bool *follows;         /* is there one before it? */
} weft_twins;

/* `order` says in which order the list is gone through, or is NULL. */
void weft_twins_find(weft_twins *t, const struct weft_tensor *list, size_t n,
                     const uint32_t *order);
void weft_twins_free(weft_twins *t);

#endif
