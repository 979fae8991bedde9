#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/chunks.h"

enum { WINDOW = 1 << 20 };

static bool
is_compressed(const struct weft_stored *t)
{
	return t->chunks && t->chunks->codec != WEFT_CODEC_NONE;
}

uint64_t
weft_spool_need(const struct weft_source *source)
{
	uint64_t need = 0;

	for (size_t i = 0; i < source->n; i++)
		if (is_compressed(&source->tensors[i]))
			need += source->tensors[i].bytes;
	return need;
}

void
weft_spool_begin(weft_spool *s, const struct weft_source *source,
                 const char *dir)
{
	const char *temporary = getenv("TMPDIR");

	*s = (weft_spool){.source = source, .fd = -1,
		.dir = dir ? dir : temporary ? temporary : "/var/tmp"};
	s->at = calloc(source->n + 1, sizeof *s->at);
	if (!s->at || pthread_mutex_init(&s->lock, NULL) != 0)
		weft_out_of_memory();
}

void
weft_spool_end(weft_spool *s)
{
	if (!s->source)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->at);
	pthread_mutex_destroy(&s->lock);
	*s = (weft_spool){.fd = -1};
}

static int
open_file(weft_spool *s, weft_errors *e)
{
	char *name;

	if (s->fd >= 0)
		return 0;
	s->fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd >= 0)
		return 0;
	/* Where a file cannot be made without a name, it loses it at once. */
	name = malloc(strlen(s->dir) + 16);
	if (!name)
		weft_out_of_memory();
	strcpy(name, s->dir);
	strcat(name, "/.weft-XXXXXX");
	s->fd = mkostemp(name, O_CLOEXEC);
	if (s->fd >= 0)
		unlink(name);
	free(name);
	if (s->fd >= 0)
		return 0;
	return weft_error_os(e, WEFT_CANTCREAT, errno, "cannot make a temporary "
	                     "file in %s to decode compressed tensors into",
	                     s->dir);
}

static int
write_all(const weft_spool *s, const char *bytes, size_t n, uint64_t at,
          weft_errors *e)
{
	while (n > 0) {
		ssize_t done = pwrite(s->fd, bytes, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return weft_error_os(e, WEFT_IO, errno, "cannot write "
				"to the temporary file in %s", s->dir);
		bytes += done;
		at += (uint64_t)done;
		n -= (size_t)done;
	}
	return 0;
}

/* One chunk on its way. Its bytes come in order; what of a chunk lies beyond
 * the tensor is passed over. */
struct unpacking {
	weft_spool *s;
	const struct weft_stored *t;
	struct weft_chunk_stream stream;
	uint64_t base;           /* of the tensor in the file */
	uint64_t given;          /* bytes taken from the stream */
	char *buffer;
	weft_errors *e;
};

static int
take(struct unpacking *u, uint64_t n, bool keep, uint64_t at)
{
	while (n > 0) {
		size_t k = n < WINDOW ? (size_t)n : WINDOW;
		int code = weft_chunk_read(&u->stream, u->buffer, k, u->e);

		if (!code && keep)
			code = write_all(u->s, u->buffer, k, u->base + at,
			                 u->e);
		if (code)
			return code;
		u->given += k;
		at += k;
		n -= k;
	}
	return 0;
}

/* The run that begins at byte `at` of the tensor, and what comes before it in
 * the chunk and lies beyond the tensor. */
static int
unpack_run(struct unpacking *u, uint64_t at)
{
	uint64_t number, into, left;
	int code = 0;

	weft_chunks_locate(u->t, at, &number, &into, &left);
	if (into > u->given)
		code = take(u, into - u->given, false, 0);
	return code ? code : take(u, left, true, at);
}

/* All runs of a chunk, whose first element is at `origin`, in their order:
 * loops over the axes before `last`, behind which a run goes on. `at` is the
 * byte so far, `row` the bytes of one step of the axis before. */
static int
unpack_runs(struct unpacking *u, int axis, int last, uint64_t at,
            uint64_t row, const uint64_t *origin)
{
	uint64_t size, n;
	int code = 0;

	if (u->t->rank == 0)
		return unpack_run(u, 0);
	size = (uint64_t)u->t->shape[axis];
	row /= size;
	at += origin[axis] * row;
	if (axis == last)
		return unpack_run(u, at);
	n = (uint64_t)u->t->chunks->chunk[axis];
	if (n > size - origin[axis])
		n = size - origin[axis];
	for (uint64_t i = 0; i < n && !code; i++)
		code = unpack_runs(u, axis + 1, last, at + i * row, row,
		                   origin);
	return code;
}

static int
unpack_chunk(struct unpacking *u, uint64_t number)
{
	const struct weft_stored *t = u->t;
	uint64_t origin[WEFT_MAX_RANK], rest = number;
	int code, last = t->rank - 1;

	for (int i = t->rank - 1; i >= 0; i--) {
		uint64_t grid = (uint64_t)t->chunks->grid[i];

		origin[i] = rest % grid * (uint64_t)t->chunks->chunk[i];
		rest /= grid;
	}
	while (last > 0 && t->chunks->chunk[last] == t->shape[last])
		last--;
	u->given = 0;
	weft_chunk_open(&u->stream, u->s->source, t, number);
	code = unpack_runs(u, 0, last, 0, t->bytes, origin);
	if (!code)
		code = take(u, t->chunks->bytes - u->given, false, 0);
	weft_chunk_close(&u->stream);
	return code;
}

static int
unpack(weft_spool *s, const struct weft_stored *t, weft_errors *e)
{
	struct unpacking u = {.s = s, .t = t, .base = s->size, .e = e,
	                      .buffer = malloc(WINDOW)};
	int code = open_file(s, e);

	if (!u.buffer)
		weft_out_of_memory();
	for (uint64_t i = 0; i < t->chunks->n && !code && t->bytes; i++)
		code = unpack_chunk(&u, i);
	free(u.buffer);
	if (code)
		return code;
	s->at[t - s->source->tensors] = u.base + 1;
	s->size += t->bytes;
	return 0;
}

static int
read_all(const weft_spool *s, char *to, size_t n, uint64_t at, weft_errors *e)
{
	while (n > 0) {
		ssize_t done = pread(s->fd, to, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return weft_error_os(e, WEFT_IO, done ? errno : EIO,
				"cannot read the temporary file in %s",
				s->dir);
		to += done;
		at += (uint64_t)done;
		n -= (size_t)done;
	}
	return 0;
}

int
weft_spool_read(weft_spool *s, const struct weft_stored *t, uint64_t at,
                size_t n, void *to, weft_errors *e)
{
	size_t i = (size_t)(t - s->source->tensors);
	int code = 0;

	if (!t->chunks)
		return weft_file_pread(&s->source->files[t->file], to, n,
		                       t->offset + at, e);
	if (!is_compressed(t))
		return weft_chunks_read(s->source, t, at, n, to, e);
	if (s->at[i] == 0) {
		pthread_mutex_lock(&s->lock);
		if (s->at[i] == 0)
			code = unpack(s, t, e);
		pthread_mutex_unlock(&s->lock);
	}
	return code ? code : read_all(s, to, n, s->at[i] - 1 + at, e);
}
