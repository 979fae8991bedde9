/* Side files: what lies beside the weights in the top level of a source and
 * goes along byte for byte (tokenizer, generation config, licence, model card,
 * .gitattributes and other hidden files).
 *
 * Left behind, with the reason: directories; weights of any format, by the end
 * of the name (.safetensors .bin .pt .pth .ckpt .gguf .h5 .onnx .npz …) and
 * their indexes (.index.json, _METADATA, manifest.ocdbt …); weft.json, which is
 * written anew; a `.git` file, which would tie the copy to a repository; links
 * that lead nowhere; devices, sockets and FIFOs. */
#ifndef WEFT_IO_SIDE_H
#define WEFT_IO_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../arena.h"
#include "../error.h"
#include "dir.h"
#include "output.h"

enum weft_side_action {
	WEFT_SIDE_COPY,
	WEFT_SIDE_EDITED,     /* the caller writes it: named in `edited` */
	WEFT_SIDE_LEFT,       /* not copied: `reason` says why */
};

struct weft_side_entry {
	const char *name;
	uint64_t size;        /* bytes; of what a link leads to */
	enum weft_side_action action;
	const char *reason;   /* of WEFT_SIDE_LEFT, e.g. "weights" */
};

/* Everything in the top level of a source, in bytewise order of the names. */
typedef struct weft_side {
	struct weft_side_entry *entries;
	size_t n;
	uint64_t bytes;       /* to be copied */
} weft_side;

/* Lists the top level of `dir`. The `nedited` names in `edited` are the
 * caller's, whatever they are. All of `s` is from the arena. Files to be copied
 * are opened once: a link that leads where weft_dir_open_file() does not
 * follow, or a file that cannot be read, is an error here. Returns 0 or what
 * weft_dir_list() or weft_dir_open_file() does. */
int weft_side_scan(weft_side *s, const weft_dir *dir,
                   const char *const edited[], size_t nedited, weft_arena *a,
                   weft_errors *e);

/* Copies every entry to be copied into the top level of the output. Returns 0,
 * the code of the output, WEFT_BAD if a file is no regular one or changes
 * meanwhile, WEFT_NOINPUT or WEFT_IO if it cannot be read. */
int weft_side_copy(const weft_side *s, const weft_dir *dir, weft_output *out,
                   weft_errors *e);

/* Compares every entry to be copied with the file of its name in `dst`, byte
 * for byte. Each that differs or is missing is an error of code WEFT_BAD that
 * names the file and the first offset. Returns 0 or the first error's code. */
int weft_side_compare(const weft_side *s, const weft_dir *src,
                      const weft_dir *dst, weft_errors *e);

#endif
