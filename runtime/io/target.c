#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../arena.h"
#include "../text.h"

static char *
finish(weft_text *t)
{
	weft_text_add(t, "", 0);
	return t->data;
}

/* The real path of the directory that will hold the target, and the target's
 * name in it: "a/b/" is ("/…/a", "b"), "." the last two parts of where we
 * are. */
static char *
split(const char *dst, weft_text *name)
{
	weft_text t = {0};
	const char *last;
	char *real, *slash;
	bool relative;
	int err;

	weft_text_puts(&t, dst);
	while (t.size > 1 && t.data[t.size - 1] == '/')
		t.data[--t.size] = '\0';
	slash = strrchr(t.data, '/');
	last = slash ? slash + 1 : t.data;
	relative = !*last || !strcmp(last, ".") || !strcmp(last, "..");
	if (relative) {
		real = realpath(t.data, NULL);
		slash = real ? strrchr(real, '/') : NULL;
		weft_text_puts(name, slash ? slash + 1 : "");
		if (slash)
			slash[slash == real] = '\0';
	} else {
		weft_text_puts(name, last);
		if (slash)
			t.data[slash - t.data + (slash == t.data)] = '\0';
		real = realpath(slash ? t.data : ".", NULL);
	}
	err = errno;
	weft_text_free(&t);
	errno = err;
	return real;
}

int
weft_output_resolve(weft_output *o, const char *dst, weft_errors *e)
{
	weft_text name = {0}, path = {0}, partial = {0};
	char *parent;
	int code = 0;

	if (!*dst)
		return weft_error(e, WEFT_USAGE, "the output path is empty");
	parent = split(dst, &name);
	if (!parent)
		code = weft_error_os(e, WEFT_CANTCREAT, errno,
		                     "cannot create %s: the directory that "
		                     "should hold it", dst);
	else if (!name.size)
		code = weft_error(e, WEFT_CANTCREAT,
		                  "cannot create %s: it is the root", dst);
	if (!code) {
		weft_text_printf(&path, "%s/%s", parent[1] ? parent : "",
		                 name.data);
		weft_text_printf(&partial, ".%s.weft-partial", name.data);
		o->path = finish(&path);
		o->name = strrchr(o->path, '/') + 1;
		o->partial = finish(&partial);
		o->parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (o->parent_fd < 0)
			code = weft_error_os(e, WEFT_CANTCREAT, errno,
			                     "cannot open %s, the directory "
			                     "for the output", parent);
	}
	free(parent);
	weft_text_free(&name);
	return code;
}

/* Whether path `b` is `a` or below it; both are real. */
static bool
holds(const char *a, const char *b)
{
	size_t n = strlen(a);

	if (n == 1)
		return true;
	return strncmp(a, b, n) == 0 && (b[n] == '\0' || b[n] == '/');
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether `what` is the directory of `fd` or one above it. Ends `fd`. */
static bool
is_above(int fd, const struct stat *what)
{
	struct stat here, below = {0};
	bool found = false;

	while (fd >= 0 && fstat(fd, &here) == 0 &&
	       !(found = same_file(&here, what)) && !same_file(&here, &below)) {
		int up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		close(fd);
		fd = up;
		below = here;
	}
	if (fd >= 0)
		close(fd);
	return found;
}

/* How the target of real path `path`, called `name` in the parent, and the
 * source lie to each other; NULL if apart. */
static const char *
relation(const weft_output *o, const char *path, const char *name,
         const char *source, const struct stat *st)
{
	struct stat target;
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

	if (strcmp(path, source) == 0)
		return "is the source";
	if (holds(source, path))
		return "lies inside the source";
	if (holds(path, source))
		return "lies around the source";
	if (is_above(openat(o->parent_fd, ".", flags), st))
		return "lies inside the source, under another path,";
	if (fstatat(o->parent_fd, name, &target, AT_SYMLINK_NOFOLLOW) != 0)
		return NULL;
	if (same_file(&target, st))
		return "is the source, under another path,";
	if (S_ISDIR(target.st_mode) && S_ISDIR(st->st_mode) &&
	    is_above(open(source, flags), &target))
		return "lies around the source, under another path,";
	return NULL;
}

static int
apart_from(const weft_output *o, const char *source, weft_errors *e)
{
	struct stat st;
	char *real = realpath(source, NULL);
	weft_text partial = {0};
	const char *how;

	if (!real || stat(real, &st) != 0) {
		weft_error_os(e, WEFT_NOINPUT, errno, "%s", source);
		free(real);
		return WEFT_NOINPUT;
	}
	weft_text_add(&partial, o->path, (size_t)(o->name - o->path));
	weft_text_puts(&partial, o->partial);
	how = relation(o, o->path, o->name, real, &st);
	if (!how)
		how = relation(o, partial.data, o->partial, real, &st);
	free(real);
	weft_text_free(&partial);
	if (!how)
		return 0;
	weft_error(e, WEFT_USAGE, "the output %s %s %s", o->path, how, source);
	weft_hint(e, "the source is never changed; give a directory that has "
	             "nothing to do with it");
	return WEFT_USAGE;
}

int
weft_output_is_apart(const weft_output *o, const char *const sources[], size_t n,
                  weft_errors *e)
{
	for (size_t i = 0; i < n; i++) {
		int code = apart_from(o, sources[i], e);

		if (code)
			return code;
	}
	return 0;
}

static bool
is_mount(const weft_output *o, const struct stat *st)
{
	struct statx x;
	struct stat parent;

	if (statx(o->parent_fd, o->name, AT_SYMLINK_NOFOLLOW, 0, &x) == 0 &&
	    (x.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return true;
	return fstat(o->parent_fd, &parent) == 0 &&
	       parent.st_dev != st->st_dev;
}

/* Appends one name that the target holds. Returns 0 or errno. */
static int
first_entry(const weft_output *o, weft_text *name)
{
	int fd = openat(o->parent_fd, o->name,
	                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int err;

	if (!d) {
		err = errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	do {
		errno = 0;
		entry = readdir(d);
	} while (entry && (!strcmp(entry->d_name, ".") ||
	                   !strcmp(entry->d_name, "..")));
	err = entry ? 0 : errno;
	if (entry)
		weft_text_puts(name, entry->d_name);
	closedir(d);
	return err;
}

static int
must_be_empty(const weft_output *o, weft_errors *e)
{
	weft_text name = {0};
	int err = first_entry(o, &name), code = 0;

	if (err)
		code = weft_error_os(e, WEFT_CANTCREAT, err,
		                     "cannot look into %s", o->path);
	else if (name.size)
		code = weft_error(e, WEFT_CANTCREAT,
		                  "the output %s is not empty: it holds %s",
		                  o->path, name.data);
	if (name.size)
		weft_hint(e, "weft never writes over files; give a directory "
		             "that is empty or does not exist");
	weft_text_free(&name);
	return code;
}

static int
refuse(const weft_output *o, const char *what, const char *hint,
       weft_errors *e)
{
	weft_error(e, WEFT_CANTCREAT, "the output %s is %s", o->path, what);
	weft_hint(e, "%s", hint);
	return WEFT_CANTCREAT;
}

int
weft_output_is_free(weft_output *o, weft_errors *e)
{
	struct stat st;

	o->replaces = false;
	if (fstatat(o->parent_fd, o->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT
		               ? 0
		               : weft_error_os(e, WEFT_CANTCREAT, errno,
		                               "cannot create %s", o->path);
	if (S_ISLNK(st.st_mode))
		return refuse(o, "a symbolic link",
		              "give the directory it leads to, or another", e);
	if (!S_ISDIR(st.st_mode))
		return refuse(o, "no directory", "give a directory that is "
		              "empty or does not exist", e);
	if (is_mount(o, &st))
		return refuse(o, "a mount point, which cannot be replaced",
		              "give a directory inside it", e);
	o->replaces = true;
	return must_be_empty(o, e);
}
