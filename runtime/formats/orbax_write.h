/* What the two halves of an Orbax target share: orbax_write.c places the
 * tensors, orbax_texts.c describes them. */
#ifndef WEFT_ORBAX_WRITE_H
#define WEFT_ORBAX_WRITE_H

#include "format.h"

#define WEFT_ORBAX_STEP_DIR "0"
#define WEFT_ORBAX_ITEMS_DIR "0/items"

struct weft_orbax_target {
	struct weft_target *t;
	const struct weft_wanted *wanted;
	const struct weft_layout_how *how;
	uint32_t *order;         /* of the tensors, natural by their keys */
	uint32_t n;
	int64_t **chunks;        /* of each tensor: the shape of its chunks */
	const char **dirs;       /* "0/items/KEY" */
	weft_errors *e;
};

/* Fills t->texts. All keys are checked. */
void weft_orbax_texts(const struct weft_orbax_target *o);

#endif
