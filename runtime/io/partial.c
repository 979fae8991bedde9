#include "partial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* weft itself writes two levels; deeper ones are someone else's. */
#define MAX_DEPTH 16

/* Another process has removed or renamed the directory: start over. */
#define AGAIN (-1)

static int
os_code(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOMEM
	               ? WEFT_OS
	               : WEFT_CANTCREAT;
}

static int
cannot(const weft_output *o, const char *what, int err, weft_errors *e)
{
	return weft_error_os(e, os_code(err), err, "cannot %s %.*s%s", what,
	                     (int)(o->name - o->path), o->path, o->partial);
}

static int clear(int fd, dev_t dev, int depth, const char *except);

/* Removes entry `name`; directories only with what is in them, and only on the
 * file system that we started on. */
static int
remove_entry(int fd, const char *name, dev_t dev, int depth)
{
	struct stat st;
	int sub, err;

	if (unlinkat(fd, name, 0) == 0)
		return 0;
	if (errno != EISDIR)
		return errno;
	if (depth == MAX_DEPTH)
		return ELOOP;
	sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return errno;
	err = fstat(sub, &st) != 0 ? errno : st.st_dev != dev ? EXDEV : 0;
	if (!err)
		err = clear(sub, dev, depth + 1, NULL);
	close(sub);
	if (!err && unlinkat(fd, name, AT_REMOVEDIR) != 0)
		err = errno;
	return err;
}

/* One pass over a directory. Removing entries may make readdir() miss others,
 * so *removed says whether another pass is due. */
static int
clear_once(int fd, dev_t dev, int depth, const char *except, bool *removed)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int err = d ? 0 : errno;

	if (!d && copy >= 0)
		close(copy);
	*removed = false;
	while (!err && (entry = readdir(d))) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    (except && !strcmp(name, except)))
			continue;
		err = remove_entry(fd, name, dev, depth);
		*removed = true;
	}
	if (d)
		closedir(d);
	return err;
}

static int
clear(int fd, dev_t dev, int depth, const char *except)
{
	bool removed = true;
	int err = 0;

	while (!err && removed)
		err = clear_once(fd, dev, depth, except, &removed);
	return err;
}

int
weft_partial_remove(const weft_output *o)
{
	struct stat st;
	int err = fstat(o->fd, &st) == 0 ? 0 : errno;

	if (!err)
		err = clear(o->fd, st.st_dev, 0, WEFT_PARTIAL_LOCK);
	if (!err)
		err = clear(o->fd, st.st_dev, 0, NULL);
	if (!err && weft_partial_stands(o) &&
	    unlinkat(o->parent_fd, o->partial, AT_REMOVEDIR) != 0)
		err = errno;
	return err;
}

bool
weft_partial_stands(const weft_output *o)
{
	struct stat a, b;

	if (fstat(o->fd, &a) != 0 ||
	    fstatat(o->parent_fd, o->partial, &b, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void
weft_partial_leave(weft_output *o)
{
	if (o->lock_fd >= 0)
		close(o->lock_fd);
	if (o->fd >= 0)
		close(o->fd);
	o->lock_fd = o->fd = -1;
}

/* The process id in the lock file, or 0. The holder may be about to write it,
 * so it is given a little time. */
static long
holder(const weft_output *o)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	long pid = 0;

	for (int i = 0; i < 20 && pid <= 0 && weft_partial_stands(o); i++) {
		char text[24] = "";
		int fd = openat(o->fd, WEFT_PARTIAL_LOCK,
		                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0) {
			if (read(fd, text, sizeof text - 1) > 0)
				pid = strtol(text, NULL, 10);
			close(fd);
		}
		if (pid <= 0)
			nanosleep(&pause, NULL);
	}
	return pid;
}

static int
busy(const weft_output *o, weft_errors *e)
{
	long pid = holder(o);

	if (pid > 0)
		weft_error(e, WEFT_BUSY, "process %ld is writing %s", pid,
		           o->path);
	else
		weft_error(e, WEFT_BUSY, "another process is writing %s",
		           o->path);
	weft_hint(e, "wait for it, or give another directory");
	return WEFT_BUSY;
}

/* Nothing can tell a directory in use from one that was left. */
static int
no_locks(const weft_output *o, bool made, weft_errors *e)
{
	if (made) {
		weft_warning(e, "the file system of %s has no locks: see to "
		                "it that nothing else writes there", o->path);
		return 0;
	}
	weft_error(e, WEFT_BUSY, "%.*s%s exists, and its file system has no "
	           "locks to tell whether a process is using it",
	           (int)(o->name - o->path), o->path, o->partial);
	weft_hint(e, "if none is, remove it");
	return WEFT_BUSY;
}

static int
lock_file(weft_output *o, bool made, weft_errors *e)
{
	o->lock_fd = openat(o->fd, WEFT_PARTIAL_LOCK,
	                    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (o->lock_fd < 0)
		return errno == ENOENT ? AGAIN
		                       : cannot(o, "lock", errno, e);
	if (flock(o->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? busy(o, e) : no_locks(o, made, e);
}

static int
lock(weft_output *o, bool made, weft_errors *e)
{
	if (flock(o->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return busy(o, e);
	return errno == EBADF ? lock_file(o, made, e) : no_locks(o, made, e);
}

static int
write_pid(weft_output *o, weft_errors *e)
{
	int fd = openat(o->fd, WEFT_PARTIAL_LOCK,
	                O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	int n = fd < 0 ? -1 : dprintf(fd, "%ld\n", (long)getpid());
	int err = n < 0 ? errno : 0;

	if (fd >= 0 && close(fd) != 0 && !err)
		err = errno;
	if (err == ENOENT)
		return AGAIN;
	return err ? cannot(o, "write into", err, e) : 0;
}

/* Makes the directory, or finds one; *made says which. */
static int
make(const weft_output *o, bool *made, weft_errors *e)
{
	struct stat st;

	*made = mkdirat(o->parent_fd, o->partial, 0777) == 0;
	if (!*made)
		return errno == EEXIST ? 0 : cannot(o, "create", errno, e);
	if (fstatat(o->parent_fd, o->partial, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return AGAIN;
	if ((st.st_mode & 0700) == 0700)
		return 0;
	unlinkat(o->parent_fd, o->partial, AT_REMOVEDIR);
	weft_error(e, WEFT_CANTCREAT, "the umask takes our own rights to %s "
	           "away: a new directory gets mode %03o", o->path,
	           (unsigned)(st.st_mode & 0777));
	weft_hint(e, "set one that leaves the owner's, as umask 022");
	return WEFT_CANTCREAT;
}

static int
open_partial(weft_output *o, weft_errors *e)
{
	o->fd = openat(o->parent_fd, o->partial,
	               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (o->fd >= 0)
		return 0;
	if (errno == ENOENT)
		return AGAIN;
	return cannot(o, "open", errno, e);
}

/* Whether there is anything in it that this process has not made. */
static bool
holds_leftovers(const weft_output *o)
{
	int copy = openat(o->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool found = false;

	while (d && !found && (entry = readdir(d)))
		found = strcmp(entry->d_name, ".") != 0 &&
		        strcmp(entry->d_name, "..") != 0 &&
		        (o->lock_fd < 0 ||
		         strcmp(entry->d_name, WEFT_PARTIAL_LOCK) != 0);
	if (d)
		closedir(d);
	else if (copy >= 0)
		close(copy);
	return found;
}

/* The directory is ours, and was there before us. A new one takes its place,
 * so that its mode is right. */
static int
start_over(weft_output *o, weft_errors *e)
{
	int err;

	if (holds_leftovers(o))
		weft_warning(e, "an earlier run that wrote %s was killed; "
		                "starting over", o->path);
	err = weft_partial_remove(o);
	if (!err || err == ENOTEMPTY || err == EEXIST)
		return AGAIN;
	cannot(o, "remove what an earlier run left in", err, e);
	weft_hint(e, "remove it");
	return os_code(err);
}

/* Takes back a directory that was made and cannot be used. */
static void
unmake(const weft_output *o)
{
	if (o->fd >= 0)
		weft_partial_remove(o);
	else
		unlinkat(o->parent_fd, o->partial, AT_REMOVEDIR);
}

static int
enter(weft_output *o, weft_errors *e)
{
	bool made;
	int code = make(o, &made, e);

	if (!code)
		code = open_partial(o, e);
	if (!code)
		code = lock(o, made, e);
	if (!code && !weft_partial_stands(o)) {
		if (o->lock_fd >= 0)
			unlinkat(o->fd, WEFT_PARTIAL_LOCK, 0);
		code = AGAIN;
	}
	if (!code && !made)
		code = start_over(o, e);
	if (!code)
		code = write_pid(o, e);
	if (code > 0 && code != WEFT_BUSY && made)
		unmake(o);
	if (code)
		weft_partial_leave(o);
	return code;
}

int
weft_partial_enter(weft_output *o, weft_errors *e)
{
	int code = AGAIN;

	for (int i = 0; i < 100 && code == AGAIN; i++)
		code = enter(o, e);
	if (code == AGAIN)
		code = weft_error(e, WEFT_BUSY,
		                  "other processes keep writing %s", o->path);
	return code;
}
