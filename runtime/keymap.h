/* From the name of a target tensor to its number. The names come from the
 * table, not from the source. */
#ifndef WEFT_KEYMAP_H
#define WEFT_KEYMAP_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; weft_keymap_free() ends it. Names are not copied. */
typedef struct weft_keymap {
	struct weft_keymap_slot *slots;
	size_t n, capacity;
} weft_keymap;

/* The number kept under DIR and KEY; if there is none, `number` is kept. */
size_t weft_keymap_put(weft_keymap *m, const char *dir, const char *key,
                       size_t number);
void weft_keymap_free(weft_keymap *m);

#endif
