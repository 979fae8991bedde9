/* What a conversion writes besides tensor data: files with their headers,
 * index, edited config, weft.json, and the side files it copies. All of it is
 * in memory before anything is written. */
#ifndef WEFT_RESULT_H
#define WEFT_RESULT_H

#include "io/output.h"
#include "io/side.h"
#include "job.h"

/* One directory of the target: the root, or a rank's. */
struct weft_result_dir {
	const char *dir;
	struct weft_target target;
	const uint32_t *tensors; /* numbers of job->targets, as they were laid
	                          * out in `target` */
	size_t n;
	int first_file;        /* of all files of the result */
};

/* Where a target tensor's data goes: a slot of the format, with the file
 * counted over all files of the result. */
struct weft_spot {
	int file;
	uint64_t offset;
	uint64_t row, rows, per_file; /* as in weft_slot */
};

typedef struct weft_result {
	weft_job *job;
	struct weft_result_dir *dirs;
	int n_dirs, n_files;
	struct weft_spot *spots; /* by target tensor */
	uint32_t *order;       /* target tensors by file, then offset */
	uint64_t size;         /* of all files, side files included */
	weft_side side;
	const char *config_name;
	const char *config;    /* edited text, or NULL: there is none */
	size_t config_size;
	const char *manifest;
	size_t manifest_size;
} weft_result;

/* Lays the targets of a planned job out as `how` says, with the metadata of
 * the target's layout. Returns 0 or a code. To be freed
 * either way. */
int weft_result_make(weft_result *p, weft_job *job,
                     const struct weft_layout_how *how);
void weft_result_free(weft_result *p);

/* The file number `file`: its directory and description. */
const struct weft_target_file *weft_result_file(const weft_result *p,
                                                 int file, const char **dir);

/* Opens all files of the result, with their headers, in `files`, which has room
 * for n_files and is zero. Returns 0 or a code. */
int weft_result_create(const weft_result *r, weft_output *out,
                       weft_output_file *files);

/* Writes `n` bytes at `offset` of the data of target tensor `i`. */
int weft_result_write(const weft_result *r, weft_output_file *files, size_t i,
                      const void *bytes, uint64_t offset, size_t n,
                      weft_errors *e);

/* Compresses all files, chunks of arrays, after their data is written. Returns
 * 0 or a code. */
int weft_result_compress(const weft_result *r, weft_output_file *files);

/* Syncs and closes all files. Returns 0 or a code. */
int weft_result_close(const weft_result *r, weft_output_file *files);

/* Writes the small files of all directories, weft.json last. Returns 0 or a
 * code. */
int weft_result_write_texts(const weft_result *r, weft_output *out);

/* config.c: the source's config with the edits of its layout undone and those
 * of the target's layout made. */
int weft_result_config(weft_result *p);

#endif
