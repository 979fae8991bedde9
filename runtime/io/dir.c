#include "dir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "escape.h"
#include "stamp.h"

/* O_NONBLOCK: a FIFO without a writer must not hold us up. */
enum { READ_FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

static int
code_of(int err)
{
	if (err == EMFILE || err == ENFILE || err == ENOMEM)
		return WEFT_OS;
	return err == EIO ? WEFT_IO : WEFT_NOINPUT;
}

int
weft_dir_open(weft_dir *dir, const char *path, bool follow_symlinks,
              weft_errors *e)
{
	char name[WEFT_ESCAPED];

	dir->follow = follow_symlinks;
	dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->fd < 0)
		return weft_error_os(e, code_of(errno), errno,
		                     "%s: cannot open the directory",
		                     weft_escape(name, path));
	dir->path = strdup(path);
	if (!dir->path)
		weft_out_of_memory();
	return 0;
}

void
weft_dir_close(weft_dir *dir)
{
	if (!dir->path)
		return;
	close(dir->fd);
	free(dir->path);
	*dir = (weft_dir){.fd = -1};
}

bool
weft_name_is_plain(const char *name)
{
	if (isalpha((unsigned char)name[0]) && name[1] == ':')
		return false;
	for (;;) {
		size_t n = strcspn(name, "/");

		if (n == 0 || memchr(name, '\\', n) ||
		    (name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.'))))
			return false;
		if (!name[n])
			return true;
		name += n + 1;
	}
}

/* --- links out of the directory --- */

/* If `target` is "../../blobs/HEX" with `more` further "../" in front: HEX,
 * else NULL. */
static const char *
blob_name(const char *target, int more)
{
	for (int i = 0; i < 2 + more; i++) {
		if (strncmp(target, "../", 3) != 0)
			return NULL;
		target += 3;
	}
	if (strncmp(target, "blobs/", 6) != 0)
		return NULL;
	target += 6;
	return *target && target[strspn(target, "0123456789abcdef")] == '\0' ?
	       target : NULL;
}

/* Reads link `name` below `root` into `target` (PATH_MAX bytes) and counts the
 * directories in `name`. False if it is no link, or a link on the way to it
 * leads out. */
static bool
read_link(int root, const char *name, char *target, int *depth)
{
	const char *slash = strrchr(name, '/');
	char *parent = strndup(name, slash ? (size_t)(slash - name) : 0);
	int fd = root;
	ssize_t n;

	if (!parent)
		weft_out_of_memory();
	*depth = slash != NULL;
	for (const char *p = parent; *p; p++)
		*depth += *p == '/';
	if (slash)
		fd = weft_open_beneath(root, parent,
		                       O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	if (fd < 0)
		return false;
	n = readlinkat(fd, slash ? slash + 1 : name, target, PATH_MAX - 1);
	if (slash)
		close(fd);
	if (n < 0)
		return false;
	target[n] = '\0';
	return true;
}

/* Opens what `blob` names in the cache that snapshot `root` belongs to. It
 * must be a file there, no further link. */
static int
open_blob(int root, const char *blob)
{
	int blobs = openat(root, "../../blobs",
	                   O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd, err;

	if (blobs < 0)
		return -1;
	fd = openat(blobs, blob, READ_FLAGS | O_NOFOLLOW);
	err = errno;
	close(blobs);
	errno = err;
	return fd;
}

/* Is it `fd` that `name` leads to? Not so if a directory of its path is a
 * link, because the dots of the link then count from elsewhere. */
static bool
leads_to(int root, const char *name, int fd)
{
	struct stat a, b;

	return fstatat(root, name, &a, 0) == 0 && fstat(fd, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int
refuse_link(const char *name, const char *target, weft_errors *e)
{
	char a[WEFT_ESCAPED], b[WEFT_ESCAPED];

	weft_escape(a, name);
	if (target)
		weft_error(e, WEFT_BAD, "%s: is a link to %s, which leads out "
		           "of the model directory", a, weft_escape(b, target));
	else
		weft_error(e, WEFT_BAD, "%s: a link on its way leads out of "
		           "the model directory", a);
	weft_hint(e, "if you trust it, use --follow-symlinks");
	return WEFT_BAD;
}

/* --- files --- */

static const char *
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:  return "a directory";
	case S_IFIFO:  return "a FIFO";
	case S_IFCHR:  return "a character device";
	case S_IFBLK:  return "a block device";
	case S_IFSOCK: return "a socket";
	}
	return "of an unknown kind";
}

static int
open_failed(const char *name, int err, weft_errors *e)
{
	char shown[WEFT_ESCAPED];

	weft_escape(shown, name);
	if (err == ENXIO || err == ENODEV)
		return weft_error(e, WEFT_BAD, "%s: is not a regular file but "
		                  "a socket or device", shown);
	if (err == ELOOP)
		return weft_error(e, WEFT_BAD, "%s: its links lead in a "
		                  "circle, or to further links", shown);
	if (err == ENOENT || err == ENOTDIR)
		return weft_error(e, WEFT_NOINPUT, "%s: is missing", shown);
	return weft_error_os(e, code_of(err), err, "%s: cannot be opened",
	                     shown);
}

/* Takes `fd`, newly opened, or the error in errno, into `f`. */
static int
finish_open(const weft_dir *dir, const char *name, int fd,
            struct weft_file *f, weft_errors *e)
{
	char shown[WEFT_ESCAPED];
	struct stat st;

	*f = (struct weft_file){.dir = dir, .path = name, .fd = fd};
	if (fd < 0)
		return open_failed(name, errno, e);
	if (fstat(fd, &st) < 0) {
		int err = errno;

		weft_file_close(f);
		return open_failed(name, err, e);
	}
	if (!S_ISREG(st.st_mode)) {
		weft_file_close(f);
		return weft_error(e, WEFT_BAD, "%s: is not a regular file but "
		                  "%s", weft_escape(shown, name),
		                  kind_of(st.st_mode));
	}
	weft_stamp_set(&f->stamp, &st);
	return 0;
}

int
weft_dir_open_named(const weft_dir *dir, const char *name,
                    struct weft_file *f, weft_errors *e)
{
	int fd = openat(dir->fd, name, READ_FLAGS), code;

	code = finish_open(dir, name, fd, f, e);
	f->anywhere = true;
	return code;
}

/* Opens `name`, which a link out of the directory is part of. */
static int
open_outside(const weft_dir *dir, const char *name, struct weft_file *f,
             weft_errors *e)
{
	char target[PATH_MAX];
	const char *blob;
	int depth, fd, code;

	if (!read_link(dir->fd, name, target, &depth))
		return refuse_link(name, NULL, e);
	blob = blob_name(target, depth);
	if (!blob)
		return refuse_link(name, target, e);
	fd = open_blob(dir->fd, blob);
	if (fd >= 0 && !leads_to(dir->fd, name, fd)) {
		close(fd);
		return refuse_link(name, target, e);
	}
	code = finish_open(dir, name, fd, f, e);
	if (code == WEFT_NOINPUT)
		weft_hint(e, "it is a link to %s, which is not in the cache: "
		          "the download is incomplete", target);
	return code;
}

int
weft_dir_open_file(const weft_dir *dir, const char *name,
                   struct weft_file *f, weft_errors *e)
{
	char shown[WEFT_ESCAPED];
	int fd;

	*f = (struct weft_file){.fd = -1};
	if (!weft_name_is_plain(name))
		return weft_error(e, WEFT_BAD, "\"%s\": the name leaves the "
		                  "model directory or is not plain",
		                  weft_escape(shown, name));
	if (dir->follow)
		return weft_dir_open_named(dir, name, f, e);
	fd = weft_open_beneath(dir->fd, name, READ_FLAGS);
	if (fd < 0 && errno == EXDEV)
		return open_outside(dir, name, f, e);
	return finish_open(dir, name, fd, f, e);
}

bool
weft_dir_has(const weft_dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* --- listing --- */

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct weft_entry *)a)->name,
	              ((const struct weft_entry *)b)->name);
}

static bool
describe(int dir, const char *name, weft_arena *a, struct weft_entry *entry)
{
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	*entry = (struct weft_entry){
		.name = weft_alloc_text(a, name, strlen(name)),
		.type = st.st_mode & S_IFMT,
	};
	if (S_ISLNK(st.st_mode) && fstatat(dir, name, &st, 0) < 0)
		return true;
	entry->target = st.st_mode & S_IFMT;
	entry->size = (uint64_t)st.st_size;
	return true;
}

/* Reads all of `d` into a list that free() ends. Returns an errno. */
static int
read_entries(DIR *d, weft_arena *a, struct weft_entry **list, size_t *n)
{
	struct weft_entry entry;
	const struct dirent *next;

	for (;;) {
		errno = 0;
		next = readdir(d);
		if (!next)
			return errno;
		if (!describe(dirfd(d), next->d_name, a, &entry))
			continue;
		*list = weft_grow(*list, *n, sizeof **list);
		(*list)[(*n)++] = entry;
	}
}

static DIR *
open_sub(const weft_dir *dir, const char *sub)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	const char *name = *sub ? sub : ".";
	int fd = dir->follow || !*sub ? openat(dir->fd, name, flags) :
	         weft_open_beneath(dir->fd, name, flags);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

int
weft_dir_list(const weft_dir *dir, const char *sub, weft_arena *a,
              struct weft_entry **list, size_t *n, weft_errors *e)
{
	struct weft_entry *found = NULL;
	DIR *d = open_sub(dir, sub);
	char name[WEFT_ESCAPED];
	int err = errno;

	*n = 0;
	if (d) {
		err = read_entries(d, a, &found, n);
		closedir(d);
	}
	if (!d || err) {
		free(found);
		if (err == EXDEV)
			return refuse_link(sub, NULL, e);
		return weft_error_os(e, code_of(err), err,
		                     "%s: cannot list the directory",
		                     weft_escape(name, *sub ? sub : dir->path));
	}
	*list = weft_alloc_array(a, *n, sizeof **list);
	if (*n)
		memcpy(*list, found, *n * sizeof **list);
	qsort(*list, *n, sizeof **list, compare_entries);
	free(found);
	return 0;
}
