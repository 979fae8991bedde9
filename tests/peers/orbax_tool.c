/* The runtime's Orbax format on its own, for test_orbax.py:
 *
 *     orbax_tool read SRC OUT     each tensor's row-major bytes in OUT/N, and
 *                                 a line KEY DTYPE SHAPE for it, tab between
 *     orbax_tool write DST MAX_CHUNK zstd|none [NAME=VALUE…]
 *                                 from lines of stdin, as above, with a name
 *                                 of a file of such bytes behind them
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formats/chunks.h"
#include "formats/format.h"

static weft_errors errors;

static void
check(int code)
{
	if (!code)
		return;
	weft_errors_print(&errors, stderr, "orbax_tool");
	exit(code);
}

static void *
room(size_t n)
{
	void *p = calloc(1, n + 1);

	if (!p)
		abort();
	return p;
}

static FILE *
open_file(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

/* --- reading --- */

/* Puts the elements of chunk `number` where they belong in `to`. */
static void
place(const struct weft_stored *t, uint64_t number, const char *from, char *to)
{
	const struct weft_chunks *c = t->chunks;
	size_t size = (size_t)weft_dtype_bits(t->dtype) / 8;
	uint64_t n = c->bytes / size;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t left = i, chunk = number, at = 0, step = 1;
		int inside = 1;

		for (int k = t->rank - 1; k >= 0; k--) {
			uint64_t side = (uint64_t)c->chunk[k];
			uint64_t grid = (uint64_t)c->grid[k];
			uint64_t x = chunk % grid * side + left % side;

			inside &= x < (uint64_t)t->shape[k];
			at += x * step;
			step *= (uint64_t)t->shape[k];
			left /= side;
			chunk /= grid;
		}
		if (inside)
			memcpy(to + at * size, from + i * size, size);
	}
}

/* All chunks as streams, in pieces of odd sizes. */
static void
read_streams(const struct weft_source *src, const struct weft_stored *t,
             char *to)
{
	const struct weft_chunks *c = t->chunks;
	char *buffer = room(c->bytes);

	for (uint64_t i = 0; i < c->n; i++) {
		struct weft_chunk_stream s;
		size_t at = 0, n;

		weft_chunk_open(&s, src, t, i);
		for (size_t k = 7; at < c->bytes; at += n, k = k * 3 + 1) {
			n = c->bytes - at < k ? c->bytes - at : k;
			check(weft_chunk_read(&s, buffer + at, n, &errors));
		}
		weft_chunk_close(&s);
		place(t, i, buffer, to);
	}
	free(buffer);
}

/* Random access, in pieces of odd sizes, from the end to the start. */
static void
read_pieces(const struct weft_source *src, const struct weft_stored *t,
            char *to)
{
	uint64_t left = t->bytes;

	for (uint64_t k = 1; left > 0; k = k * 3 + 2) {
		uint64_t n = left < k ? left : k;

		left -= n;
		check(weft_chunks_read(src, t, left, n, to + left, &errors));
	}
}

static void
read_tensor(const struct weft_source *src, size_t i, const char *out)
{
	const struct weft_stored *t = &src->tensors[i];
	char *data = room(t->bytes), *other = room(t->bytes), path[4096];
	FILE *f;

	read_streams(src, t, data);
	if (t->chunks->codec == WEFT_CODEC_NONE) {
		read_pieces(src, t, other);
		if (memcmp(data, other, t->bytes) != 0) {
			fprintf(stderr, "%s: streams and random access "
			        "differ\n", t->key);
			exit(1);
		}
	}
	snprintf(path, sizeof path, "%s/%zu", out, i);
	f = open_file(path, "wb");
	fwrite(data, 1, t->bytes, f);
	fclose(f);
	free(data);
	free(other);
	printf("%s\t%s\t", t->key, weft_dtype_name(t->dtype));
	for (int k = 0; k < t->rank; k++)
		printf("%s%" PRId64, k ? "," : "", t->shape[k]);
	printf("\n");
}

static int
read_all(const char *path, const char *out)
{
	struct weft_source src;

	check(weft_source_open(&src, path, (struct weft_open_options){0},
	                       &errors));
	for (size_t i = 0; i < src.n; i++)
		read_tensor(&src, i, out);
	for (size_t i = 0; i < src.n_metadata; i++)
		printf("# %s=%s\n", src.metadata[i].key,
		       src.metadata[i].value);
	check(weft_source_unchanged(&src, &errors));
	weft_source_close(&src);
	return 0;
}

/* --- writing --- */

enum { MOST = 1000 };

static int64_t shapes[MOST][8];
static struct weft_wanted wanted[MOST];
static char *inputs[MOST];

static void
read_line(char *line, size_t i)
{
	char *dtype, *shape, *dim, *key = strtok(line, "\t");

	dtype = strtok(NULL, "\t");
	shape = strtok(NULL, "\t");
	inputs[i] = strdup(strtok(NULL, "\t\n"));
	wanted[i].key = strdup(key);
	wanted[i].shape = shapes[i];
	if (!weft_dtype_find(dtype, strlen(dtype), &wanted[i].dtype))
		exit(64);
	for (dim = strtok(shape, ","); dim && strcmp(dim, "-") != 0;
	     dim = strtok(NULL, ","))
		shapes[i][wanted[i].rank++] = atoll(dim);
}

static void
make_dirs(const char *dst, const char *dir)
{
	char path[4096];

	for (const char *p = dir;; p++) {
		if (*p != '/' && *p)
			continue;
		snprintf(path, sizeof path, "%s/%.*s", dst, (int)(p - dir),
		         dir);
		mkdir(path, 0777);
		if (!*p)
			return;
	}
}

static int
to_file(void *to, const void *bytes, size_t n, weft_errors *e)
{
	return fwrite(bytes, 1, n, to) == n ? 0
	       : weft_error(e, WEFT_IO, "cannot write");
}

static void
write_file(const char *dst, const struct weft_target_file *f,
           const char *data, bool zstd)
{
	char path[4096];
	FILE *out;

	make_dirs(dst, f->dir);
	snprintf(path, sizeof path, "%s/%s/%s", dst, f->dir, f->name);
	out = open_file(path, "wb");
	if (zstd) {
		weft_encoder *c = weft_encoder_new(f->size);
		size_t half = (size_t)f->size / 2;

		if (half)
			check(weft_encode(c, data, half, to_file, out,
			                  &errors));
		check(weft_encode(c, data + half, f->size - half, to_file, out,
		                  &errors));
		weft_encoder_free(c);
	} else {
		fwrite(data, 1, f->size, out);
	}
	fclose(out);
}

/* The files of one tensor, as the comment of struct weft_slot has it. */
static void
write_tensor(const char *dst, const struct weft_target *t, size_t i, bool zstd)
{
	const struct weft_slot *s = &t->slots[i];
	FILE *in = open_file(inputs[i], "rb");
	int file = s->file;
	uint64_t block = s->row ? s->row * s->rows : s->bytes;
	uint64_t part = s->row ? s->row * s->per_file : s->bytes;

	for (uint64_t at = 0; at < s->bytes; at += block) {
		for (uint64_t k = 0; k < block; k += part) {
			uint64_t n = block - k < part ? block - k : part;
			char *data = room(part);

			if (fread(data, 1, n, in) != n)
				exit(66);
			write_file(dst, &t->files[file++], data, zstd);
			free(data);
		}
	}
	fclose(in);
}

static int
write_all(const char *dst, const char *max_chunk, bool zstd, char **given,
          int n_given)
{
	struct weft_metadata metadata[8] = {{0}};
	struct weft_layout_how how = {
		.max_chunk = strtoull(max_chunk, NULL, 10),
		.zstd = zstd,
		.metadata = metadata,
		.n_metadata = (size_t)n_given,
	};
	struct weft_target t;
	char line[8192];
	size_t n = 0;

	for (int i = 0; i < n_given; i++) {
		char *value = strchr(given[i], '=');

		*value++ = '\0';
		metadata[i] = (struct weft_metadata){given[i], value, 0};
	}
	while (n < MOST && fgets(line, sizeof line, stdin))
		read_line(line, n++);
	check(weft_target_lay_out(&t, &weft_orbax, wanted, n, &how, &errors));
	mkdir(dst, 0777);
	for (size_t i = 0; i < n; i++)
		write_tensor(dst, &t, i, zstd);
	for (int i = 0; i < t.n_texts; i++) {
		const struct weft_target_text *x = &t.texts[i];
		struct weft_target_file f = {x->dir, x->name, "", 0, x->size};

		write_file(dst, &f, x->text, false);
	}
	weft_target_free(&t);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "read") == 0)
		return read_all(argv[2], argv[3]);
	if (argc >= 5 && argc <= 12 && strcmp(argv[1], "write") == 0)
		return write_all(argv[2], argv[3],
		                 strcmp(argv[4], "zstd") == 0, argv + 5,
		                 argc - 5);
	fprintf(stderr, "usage: orbax_tool read SRC OUT | write DST "
	        "MAX_CHUNK zstd|none\n");
	return 64;
}
