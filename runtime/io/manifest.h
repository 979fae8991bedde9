/* weft.json: what the directory it lies in was written as.
 *     {"weft": 1, "model": "qwen3_moe", "layout": "vllm_tpu",
 *      "options": {"tp": 8}, "variants": {"packed_mtp": true},
 *      "configs": {"base": {"hidden_size": 2048, …}}}
 * "configs" are those besides the directory's own that it was made with. "from"
 * is there if someone had to say what the source was: as --from takes it. */
#ifndef WEFT_IO_MANIFEST_H
#define WEFT_IO_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../arena.h"
#include "../error.h"
#include "../text.h"

#define WEFT_MANIFEST_NAME "weft.json"

typedef struct weft_manifest_option {
	const char *name;
	const char *text;     /* NULL if the value is `number` */
	int64_t number;
	bool bare;            /* text is a JSON value, not a string: true, 0.5 */
} weft_manifest_option;

typedef struct weft_manifest_variant {
	const char *name;
	bool on;
} weft_manifest_variant;

typedef struct weft_manifest_config {
	const char *name;
	const char *text;     /* an object, as JSON */
	size_t size;
} weft_manifest_config;

typedef struct weft_manifest {
	const char *model, *layout;
	weft_manifest_option *options;
	weft_manifest_variant *variants;
	size_t noptions, nvariants;
	weft_manifest_config *configs;
	size_t nconfigs;
	const char *from;     /* or NULL */
} weft_manifest;

/* Reads `n` bytes of `text`; `file` is the name for messages. All of `m` is
 * from the arena. Unknown members are ignored; a "weft" above 1 is an error, as
 * are missing members "weft", "model" and "layout" and values of a wrong kind.
 * The others may be absent. Returns 0 or WEFT_BAD. */
int weft_manifest_read(weft_manifest *m, const char *file, const char *text,
                       size_t n, weft_arena *a, weft_errors *e);

/* Appends the text of the file: members in the order of the lists, two blanks
 * of indentation, a newline at the end; the same bytes for the same `m`. Of the
 * texts of configs only blanks between values change; "configs" is not there
 * without any. */
void weft_manifest_write(const weft_manifest *m, weft_text *out);

/* The option or variant of that name, or NULL. */
const weft_manifest_option *weft_manifest_option_of(const weft_manifest *m,
                                                    const char *name);
const weft_manifest_variant *weft_manifest_variant_of(const weft_manifest *m,
                                                      const char *name);
const weft_manifest_config *weft_manifest_config_of(const weft_manifest *m,
                                                    const char *name);

#endif
