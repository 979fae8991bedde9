/* The files of a result on their way to the disk. */
#include <stdlib.h>

#include "formats/codec.h"
#include "result.h"

/* Whether there are too many files to hold all of them open, with a source
 * that holds as many. */
static bool
is_crowded(const weft_result *r)
{
	return (size_t)r->n_files > weft_file_budget() / 2;
}

/* The path of a file of a directory: both may be empty. */
static const char *
join(weft_arena *a, const char *dir, const char *sub)
{
	return !dir[0] ? sub : !sub[0] ? dir
	       : weft_alloc_printf(a, "%s/%s", dir, sub);
}

int
weft_result_create(const weft_result *r, weft_output *out,
                   weft_output_file *files)
{
	weft_job *job = r->job;
	int code = 0;

	for (int i = 0; i < r->n_files && !code; i++) {
		const char *dir;
		const struct weft_target_file *f = weft_result_file(r, i, &dir);

		dir = join(&job->arena, dir, f->dir);
		code = weft_output_create(out, &files[i], dir, f->name, f->size,
		                          job->errors);
		if (!code)
			code = weft_output_write(&files[i], f->header,
			                         (size_t)f->header_size, 0,
			                         job->errors);
		if (!code && is_crowded(r))
			weft_output_park(&files[i]);
	}
	return code;
}

/* Bytes offset .. offset + n of a tensor in chunks, file by file. */
static int
write_rows(const struct weft_spot *s, weft_output_file *files,
           const char *bytes, uint64_t offset, size_t n, weft_errors *e)
{
	uint64_t per_block = (s->rows + s->per_file - 1) / s->per_file;
	int code = 0;

	while (n > 0 && !code) {
		uint64_t r = offset / s->row, in_block = r % s->rows;
		uint64_t file = r / s->rows * per_block +
		                in_block / s->per_file;
		uint64_t at = in_block % s->per_file;
		uint64_t last = in_block - at + s->per_file;
		uint64_t left, into = offset % s->row;
		size_t k;

		if (last > s->rows)
			last = s->rows;
		left = (last - in_block) * s->row - into;
		k = n < left ? n : (size_t)left;
		code = weft_output_write(&files[s->file + (int)file], bytes, k,
		                         at * s->row + into, e);
		bytes += k;
		offset += k;
		n -= k;
	}
	return code;
}

int
weft_result_write(const weft_result *r, weft_output_file *files, size_t i,
                  const void *bytes, uint64_t offset, size_t n, weft_errors *e)
{
	const struct weft_spot *s = &r->spots[i];

	if (s->row)
		return write_rows(s, files, bytes, offset, n, e);
	return weft_output_write(&files[s->file], bytes, n, s->offset + offset,
	                         e);
}

static int
encode(void *context, weft_remake *r, weft_errors *e)
{
	enum { PIECE = 1 << 20 };
	const weft_output_file *f = context;
	weft_encoder *encoder = weft_encoder_new(f->size);
	char *piece = malloc(PIECE);
	int code = 0;

	if (!piece)
		weft_out_of_memory();
	for (uint64_t at = 0; at < f->size && !code; at += PIECE) {
		size_t n = f->size - at < PIECE ? (size_t)(f->size - at)
		                                : PIECE;

		code = weft_output_read(r, piece, n, at, e);
		if (!code)
			code = weft_encode(encoder, piece, n,
			                   weft_output_append, r, e);
	}
	free(piece);
	weft_encoder_free(encoder);
	return code;
}

int
weft_result_compress(const weft_result *r, weft_output_file *files)
{
	int code = 0;

	for (int i = 0; i < r->n_files && !code; i++) {
		code = weft_output_remake(&files[i], encode, &files[i],
		                          r->job->errors);
		if (!code && is_crowded(r))
			weft_output_park(&files[i]);
	}
	return code;
}

int
weft_result_close(const weft_result *r, weft_output_file *files)
{
	int code = 0;

	for (int i = 0; i < r->n_files && !code; i++)
		code = weft_output_close(&files[i], r->job->errors);
	return code;
}

int
weft_result_write_texts(const weft_result *r, weft_output *out)
{
	weft_job *job = r->job;
	int code;

	for (int i = 0; i < r->n_dirs; i++) {
		const struct weft_target *t = &r->dirs[i].target;

		for (int k = 0; k < t->n_texts; k++) {
			const struct weft_target_text *x = &t->texts[k];
			const char *dir = join(&job->arena, r->dirs[i].dir,
			                       x->dir);

			code = weft_output_write_small(out, dir, x->name,
			                               x->text,
			                               (size_t)x->size,
			                               job->errors);
			if (code)
				return code;
		}
	}
	return weft_output_write_small(out, "", WEFT_MANIFEST_NAME,
	                               r->manifest, r->manifest_size,
	                               job->errors);
}
