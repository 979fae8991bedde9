#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../arena.h"
#include "../text.h"
#include "dir.h"
#include "partial.h"
#include "signals.h"
#include "target.h"

/* Closes and frees; what is on the disk stays. */
static void
finish(weft_output *o)
{
	weft_partial_leave(o);
	if (o->parent_fd >= 0)
		close(o->parent_fd);
	for (size_t i = 0; i < o->ndirs; i++)
		free(o->dirs[i]);
	free(o->dirs);
	free(o->path);
	free(o->partial);
	memset(o, 0, sizeof *o);
}

int
weft_output_begin(weft_output *o, const char *dst, const char *const sources[],
                  size_t n, weft_errors *e)
{
	int code;

	memset(o, 0, sizeof *o);
	o->parent_fd = o->fd = o->lock_fd = -1;
	code = weft_output_resolve(o, dst, e);
	if (!code)
		code = weft_output_is_apart(o, sources, n, e);
	if (!code)
		code = weft_output_is_free(o, e);
	if (!code)
		code = weft_partial_enter(o, e);
	if (code) {
		finish(o);
		return code;
	}
	o->begun = true;
	/* Whoever had the lock before us may have committed meanwhile. */
	code = weft_output_is_free(o, e);
	if (code)
		weft_output_abort(o, e);
	return code;
}

int
weft_output_space(const weft_output *o, uint64_t need, weft_errors *e)
{
	struct statvfs fs;
	uint64_t blocks, room;
	char a[32], b[32];

	if (fstatvfs(o->fd, &fs) != 0 || fs.f_blocks == 0)
		return 0;
	blocks = geteuid() == 0 ? fs.f_bfree : fs.f_bavail;
	if (__builtin_mul_overflow(blocks, (uint64_t)fs.f_frsize, &room) ||
	    room >= need)
		return 0;
	weft_error(e, WEFT_CANTCREAT,
	           "%s needs %s (%llu bytes), its file system has %s (%llu "
	           "bytes) free", o->path, weft_human_bytes(a, need),
	           (unsigned long long)need, weft_human_bytes(b, room),
	           (unsigned long long)room);
	weft_hint(e, "free space, or give a directory on another file system");
	return WEFT_CANTCREAT;
}

static bool
is_made(const weft_output *o, const char *dir)
{
	for (size_t i = 0; i < o->ndirs; i++)
		if (strcmp(o->dirs[i], dir) == 0)
			return true;
	return false;
}

static int
make_dir(weft_output *o, const char *dir, weft_errors *e)
{
	char *name;

	if (is_made(o, dir))
		return 0;
	if (mkdirat(o->fd, dir, 0777) != 0)
		return weft_error_os(e, WEFT_CANTCREAT, errno,
		                     "cannot create directory %s/%s", o->path,
		                     dir);
	name = strdup(dir);
	if (!name)
		weft_out_of_memory();
	o->dirs = weft_grow(o->dirs, o->ndirs, sizeof *o->dirs);
	o->dirs[o->ndirs++] = name;
	return 0;
}

int
weft_output_mkdir(weft_output *o, const char *dir, weft_errors *e)
{
	char *path;
	int code = 0;

	if (!*dir)
		return 0;
	if (!weft_name_is_plain(dir))
		return weft_error(e, WEFT_CANTCREAT,
		                  "%s cannot be a directory of the output: it "
		                  "must be a plain relative path", dir);
	path = strdup(dir);
	if (!path)
		weft_out_of_memory();
	for (char *s = path; !code && (s = strchr(s, '/')); s++) {
		*s = '\0';
		code = make_dir(o, path, e);
		*s = '/';
	}
	if (!code)
		code = make_dir(o, path, e);
	free(path);
	return code;
}

/* Some file systems cannot sync a directory and say EINVAL. */
static int
sync_fd(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
}

static int
sync_dir(const weft_output *o, const char *dir, weft_errors *e)
{
	int fd = openat(o->fd, dir,
	                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int err = fd < 0 ? errno : sync_fd(fd);

	if (fd >= 0)
		close(fd);
	if (err)
		return weft_error_os(e, WEFT_IO, err,
		                     "cannot sync directory %s/%s to the disk",
		                     o->path, dir);
	return 0;
}

static int
check_ready(const weft_output *o, weft_errors *e)
{
	if (weft_output_interrupted())
		return 128 + weft_output_interrupted();
	if (o->failed)
		return weft_error(e, WEFT_IO, "%s is not complete: writing a "
		                  "file of it has failed", o->path);
	if (o->open_files)
		return weft_error(e, WEFT_INTERNAL,
		                  "%s has %d files that are still open",
		                  o->path, o->open_files);
	if (!weft_partial_stands(o))
		return weft_error(e, WEFT_IO, "%.*s%s was removed or renamed "
		                  "while it was being written",
		                  (int)(o->name - o->path), o->path,
		                  o->partial);
	return 0;
}

/* Renaming a directory never replaces more than an empty directory; without
 * RENAME_NOREPLACE one may have appeared unnoticed, and is no loss. */
static int
rename_into_place(const weft_output *o)
{
	if (!o->replaces) {
		if (renameat2(o->parent_fd, o->partial, o->parent_fd, o->name,
		              RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
			return errno;
	}
	return renameat(o->parent_fd, o->partial, o->parent_fd, o->name) == 0
	               ? 0
	               : errno;
}

static int
rename_failed(const weft_output *o, int err, weft_errors *e)
{
	if (err == EEXIST || err == ENOTEMPTY || err == ENOTDIR) {
		weft_error(e, WEFT_CANTCREAT, "something else has appeared at "
		           "%s while it was being written", o->path);
		weft_hint(e, "it is left as it is; give another directory");
		return WEFT_CANTCREAT;
	}
	return weft_error_os(e, WEFT_IO, err, "cannot rename %s to %s",
	                     o->partial, o->path);
}

/* The lock file goes first: the lock is on the directory and goes along with
 * it, so nobody can enter before the rename, and whoever has it open already
 * finds afterwards that its name leads elsewhere. Where the lock is the file,
 * it goes last, for the same reason. */
static int
publish(const weft_output *o, weft_errors *e)
{
	int err;

	if (o->lock_fd < 0 && unlinkat(o->fd, WEFT_PARTIAL_LOCK, 0) != 0)
		return weft_error_os(e, WEFT_IO, errno,
		                     "cannot remove %s from %s",
		                     WEFT_PARTIAL_LOCK, o->partial);
	if (sync_dir(o, ".", e))
		return WEFT_IO;
	err = rename_into_place(o);
	if (err)
		return rename_failed(o, err, e);
	if (o->lock_fd >= 0)
		unlinkat(o->fd, WEFT_PARTIAL_LOCK, 0);
	err = sync_fd(o->parent_fd);
	if (!err)
		return 0;
	/* What may be gone after a power cut is not reported as there. */
	renameat(o->parent_fd, o->name, o->parent_fd, o->partial);
	return weft_error_os(e, WEFT_IO, err,
	                     "cannot sync the directory of %s to the disk",
	                     o->path);
}

int
weft_output_commit(weft_output *o, weft_errors *e)
{
	int code = check_ready(o, e);

	for (size_t i = o->ndirs; !code && i-- > 0;)
		code = sync_dir(o, o->dirs[i], e);
	if (!code)
		code = publish(o, e);
	if (code)
		weft_output_abort(o, e);
	else
		finish(o);
	return code;
}

void
weft_output_abort(weft_output *o, weft_errors *e)
{
	int err;

	if (!o->begun)
		return;
	err = weft_partial_remove(o);
	if (err)
		weft_warning(e, "cannot remove %.*s%s: %s; the next run will",
		             (int)(o->name - o->path), o->path, o->partial,
		             strerror(err));
	finish(o);
}
