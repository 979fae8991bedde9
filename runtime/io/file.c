#include "dir.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../checked.h"
#include "escape.h"
#include "stamp.h"

enum { READ_MOST = 1 << 30 };  /* bytes of one pread(2) */

void
weft_stamp_set(struct weft_stamp *stamp, const struct stat *st)
{
	stamp->dev = st->st_dev;
	stamp->ino = st->st_ino;
	stamp->size = (uint64_t)st->st_size;
	stamp->mtime_ns = st->st_mtim.tv_sec * INT64_C(1000000000) +
	                  st->st_mtim.tv_nsec;
	stamp->ctime_ns = st->st_ctim.tv_sec * INT64_C(1000000000) +
	                  st->st_ctim.tv_nsec;
}

/* What differs between two states of a file, or NULL. */
static const char *
difference(const struct weft_stamp *a, const struct weft_stamp *b)
{
	if (a->dev != b->dev || a->ino != b->ino)
		return "its name leads to another file now";
	if (a->size != b->size)
		return "its size is another now";
	if (a->mtime_ns != b->mtime_ns)
		return "it was written to";
	if (a->ctime_ns != b->ctime_ns)
		return "its attributes or contents were changed";
	return NULL;
}

static int
changed(const struct weft_file *f, const char *how, weft_errors *e)
{
	char name[WEFT_ESCAPED];

	weft_error(e, WEFT_BAD, "source changed while it was read: %s: %s",
	           weft_escape(name, f->path), how);
	weft_hint(e, "nothing was kept of this run; start again when the "
	          "source is at rest");
	return WEFT_BAD;
}

/* Opens `f` anew by its name into *again and checks that it is the same. */
static int
open_again(const struct weft_file *f, struct weft_file *again, weft_errors *e)
{
	weft_errors own = {0};
	const char *how = "its name leads nowhere now";
	int code = f->anywhere ?
	        weft_dir_open_named(f->dir, f->path, again, &own) :
	        weft_dir_open_file(f->dir, f->path, again, &own);

	if (code == WEFT_OS || code == WEFT_IO) {
		weft_errors_move(e, &own);
		return code;
	}
	weft_errors_free(&own);
	if (!code)
		how = difference(&f->stamp, &again->stamp);
	if (!how)
		return 0;
	weft_file_close(again);
	return changed(f, how, e);
}

int
weft_file_unchanged(const struct weft_file *f, weft_errors *e)
{
	struct weft_file again;
	struct weft_stamp stamp;
	struct stat st;
	const char *how;
	int code;

	if (f->fd >= 0) {
		if (fstat(f->fd, &st) < 0)
			return changed(f, "it can no longer be reached", e);
		weft_stamp_set(&stamp, &st);
		how = difference(&f->stamp, &stamp);
		if (how)
			return changed(f, how, e);
	}
	code = open_again(f, &again, e);
	if (!code)
		weft_file_close(&again);
	return code;
}

void
weft_file_close(struct weft_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static int
read_failed(const struct weft_file *f, uint64_t offset, int err,
            weft_errors *e)
{
	char name[WEFT_ESCAPED];

	return weft_error_os(e, WEFT_IO, err, "%s: byte %llu: cannot be read",
	                     weft_escape(name, f->path),
	                     (unsigned long long)offset);
}

static int
read_all(const struct weft_file *f, char *buf, size_t n, off_t at,
         weft_errors *e)
{
	while (n > 0) {
		size_t want = n < READ_MOST ? n : READ_MOST;
		ssize_t got = pread(f->fd, buf, want, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return read_failed(f, (uint64_t)at, errno, e);
		if (got == 0)
			return changed(f, "it became shorter", e);
		buf += got;
		n -= (size_t)got;
		at += got;
	}
	return 0;
}

int
weft_file_pread(const struct weft_file *f, void *buf, size_t n,
                uint64_t offset, weft_errors *e)
{
	struct weft_file again;
	uint64_t end;
	int code;

	if (!weft_add_u64(offset, n, &end) || end > f->stamp.size)
		return weft_error(e, WEFT_INTERNAL, "%s: a read of %zu bytes "
		                  "at %llu would leave the file", f->path, n,
		                  (unsigned long long)offset);
	if (f->fd >= 0)
		return read_all(f, buf, n, (off_t)offset, e);
	code = open_again(f, &again, e);
	if (code)
		return code;
	code = read_all(&again, buf, n, (off_t)offset, e);
	weft_file_close(&again);
	return code;
}

size_t
weft_file_budget(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t soft = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			limit.rlim_cur = soft;
	}
	if (limit.rlim_cur == RLIM_INFINITY)
		return SIZE_MAX;
	return limit.rlim_cur <= 64 ? 0 :
	       (size_t)(limit.rlim_cur - limit.rlim_cur / 4 - 32);
}
