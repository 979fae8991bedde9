#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../checked.h"
#include "../text.h"
#include "dir.h"
#include "output.h"
#include "partial.h"
#include "signals.h"

/* Linux writes no more than this in one call. */
#define MOST ((size_t)0x7ffff000)

enum {
	FLUSHED = 16 << 20,      /* go to the disk at once */
	KEPT = 256 << 20,        /* of a file stay in memory behind that */
};

static int
fail(weft_output *o, int code)
{
	o->failed = true;
	return code;
}

/* Says how much room there is if there is too little. */
static void
hint_at_room(const weft_output *o, int err, weft_errors *e)
{
	struct statvfs fs;
	char room[32];
	uint64_t n;

	if (err == EFBIG)
		weft_hint(e, "the file system or `ulimit -f` allows no file of "
		             "that size");
	else if (err == EMFILE)
		weft_hint(e, "`ulimit -n` limits them; larger files are "
		             "fewer (--max-shard-size)");
	else if (err == EDQUOT)
		weft_hint(e, "the disk quota is used up");
	else if (err == ENOSPC && fstatvfs(o->fd, &fs) == 0 &&
	         weft_mul_u64(fs.f_bavail, fs.f_frsize, &n))
		weft_hint(e, "its file system has %s in %llu inodes free",
		          weft_human_bytes(room, n),
		          (unsigned long long)fs.f_favail);
}

/* Reserves the space, where that can be done, so that a full disk shows
 * before hours of work. Returns 0 or errno. */
static int
reserve(int fd, uint64_t size)
{
	int64_t n;
	int err;

	if (!weft_to_i64(size, &n))
		return EFBIG;
	if (n == 0)
		return 0;
	do
		err = fallocate(fd, 0, 0, n) == 0 ? 0 : errno;
	while (err == EINTR && !weft_output_interrupted());
	if (err != EOPNOTSUPP && err != ENOSYS && err != EINVAL)
		return err;
	return ftruncate(fd, n) == 0 ? 0 : errno;
}

static bool
is_file_name(const char *name)
{
	return weft_name_is_plain(name) && !strchr(name, '/') &&
	       strcmp(name, WEFT_PARTIAL_LOCK) != 0;
}

static char *
join(const char *dir, const char *name)
{
	weft_text t = {0};

	weft_text_printf(&t, "%s%s%s", dir, *dir ? "/" : "", name);
	return t.data;
}

static int
cannot_create(weft_output *o, const char *name, int err, weft_errors *e)
{
	int code = err == EMFILE || err == ENFILE || err == ENOMEM
	                   ? WEFT_OS
	                   : WEFT_CANTCREAT;

	weft_error_os(e, code, err, "cannot create %s/%s", o->path, name);
	hint_at_room(o, err, e);
	return fail(o, code);
}

static int
cannot_reserve(weft_output_file *f, int err, weft_errors *e)
{
	weft_output *o = f->out;

	if (weft_output_interrupted())
		return fail(o, 128 + weft_output_interrupted());
	weft_error_os(e, WEFT_CANTCREAT, err,
	              "cannot reserve %llu bytes for %s/%s",
	              (unsigned long long)f->size, o->path, f->name);
	hint_at_room(o, err, e);
	return fail(o, WEFT_CANTCREAT);
}

int
weft_output_create(weft_output *o, weft_output_file *f, const char *dir,
                   const char *name, uint64_t size, weft_errors *e)
{
	int code, err;

	*f = (weft_output_file){.fd = -1};
	if (!is_file_name(name))
		return weft_error(e, WEFT_CANTCREAT,
		                  "%s cannot be the name of a file in %s", name,
		                  o->path);
	code = weft_output_mkdir(o, dir, e);
	if (code)
		return fail(o, code);
	*f = (weft_output_file){.out = o, .name = join(dir, name),
	                        .size = size};
	f->fd = openat(o->fd, f->name,
	               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	               0666);
	if (f->fd < 0) {
		code = cannot_create(o, f->name, errno, e);
		free(f->name);
		*f = (weft_output_file){.fd = -1};
		return code;
	}
	o->open_files++;
	err = reserve(f->fd, size);
	if (!err)
		return 0;
	code = cannot_reserve(f, err, e);
	weft_output_discard(f);
	return code;
}

/* Returns 0 or errno; EINTR only when the work should stop. */
static int
write_all(int fd, const char *bytes, size_t n, off_t at)
{
	while (n) {
		ssize_t done;

		if (weft_output_interrupted())
			return EINTR;
		done = pwrite(fd, bytes, n < MOST ? n : MOST, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		if (done == 0)
			return EIO;
		bytes += done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Bytes offset .. end are written. Files are mostly written from front to back:
 * whenever a step of FLUSHED bytes is done, or the end, the disk begins with it,
 * so that the sync at the end finds little to do; and what has long been there
 * leaves the memory to the source. Both are advice: only the sync must succeed. */
static void
flush(int fd, uint64_t offset, uint64_t end, uint64_t size)
{
	uint64_t from = offset / FLUSHED * FLUSHED;
	uint64_t to = end < size ? end / FLUSHED * FLUSHED : size;
	off_t n = (off_t)(to - from);

	if (n == 0)
		return;
	(void)sync_file_range(fd, (off_t)from, n, SYNC_FILE_RANGE_WRITE);
	if (from >= KEPT)
		(void)posix_fadvise(fd, (off_t)(from - KEPT), n,
		                    POSIX_FADV_DONTNEED);
}

void
weft_output_park(weft_output_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* The descriptor of a file, parked or not; -1 with errno. */
static int
unpark(const weft_output_file *f)
{
	return f->fd >= 0 ? f->fd
	       : openat(f->out->fd, f->name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
}

int
weft_output_write(weft_output_file *f, const void *bytes, size_t n,
                  uint64_t offset, weft_errors *e)
{
	weft_output *o = f->out;
	uint64_t end;
	int fd, err;

	if (!weft_add_u64(offset, n, &end) || end > f->size) {
		weft_error(e, WEFT_INTERNAL,
		           "%s/%s: %zu bytes at %llu are beyond its %llu bytes",
		           o->path, f->name, n, (unsigned long long)offset,
		           (unsigned long long)f->size);
		return fail(o, WEFT_INTERNAL);
	}
	fd = unpark(f);
	err = fd < 0 ? errno : write_all(fd, bytes, n, (off_t)offset);
	if (!err)
		flush(fd, offset, end, f->size);
	if (fd >= 0 && fd != f->fd && close(fd) != 0 && !err)
		err = errno;
	if (!err)
		return 0;
	if (err == EINTR)
		return fail(o, 128 + weft_output_interrupted());
	weft_error_os(e, WEFT_IO, err,
	              "cannot write %zu bytes at %llu of %s/%s", n,
	              (unsigned long long)offset, o->path, f->name);
	hint_at_room(o, err, e);
	return fail(o, WEFT_IO);
}

static void
end_file(weft_output_file *f)
{
	if (!f->out)
		return;
	f->out->open_files--;
	free(f->name);
	*f = (weft_output_file){.fd = -1};
}

/* After a failed fsync the kernel forgets what it could not write, and the
 * next one would succeed: there is no second try. */
int
weft_output_close(weft_output_file *f, weft_errors *e)
{
	weft_output *o = f->out;
	int fd = unpark(f);
	int err = fd >= 0 && fsync(fd) == 0 ? 0 : errno;

	/* A close that was interrupted has closed, and all is on the disk. */
	if (fd >= 0 && close(fd) != 0 && !err && errno != EINTR)
		err = errno;
	if (err) {
		weft_error_os(e, WEFT_IO, err, "cannot sync %s/%s to the disk",
		              o->path, f->name);
		hint_at_room(o, err, e);
		fail(o, WEFT_IO);
	}
	end_file(f);
	return err ? WEFT_IO : 0;
}

void
weft_output_discard(weft_output_file *f)
{
	if (!f->out)
		return;
	weft_output_park(f);
	fail(f->out, 0);
	end_file(f);
}

int
weft_output_write_small(weft_output *o, const char *dir, const char *name,
                        const void *bytes, size_t n, weft_errors *e)
{
	weft_output_file f;
	int code = weft_output_create(o, &f, dir, name, n, e);

	if (code)
		return code;
	code = weft_output_write(&f, bytes, n, 0, e);
	if (!code)
		return weft_output_close(&f, e);
	weft_output_discard(&f);
	return code;
}
