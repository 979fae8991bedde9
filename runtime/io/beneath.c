#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../text.h"

enum { MAX_LINKS = 40, MAX_RETRIES = 100 };

int
weft_open_beneath(int root, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	for (int i = 0; i < MAX_RETRIES; i++) {
		long fd = syscall(SYS_openat2, root, name, &how, sizeof how);

		if (fd >= 0)
			return (int)fd;
		/* Sandboxes forbid what they do not know with EPERM. */
		if (errno == ENOSYS || errno == EPERM)
			return weft_open_walking(root, name, flags);
		/* EAGAIN: something was renamed meanwhile. */
		if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
	return -1;
}

/* A path whose links are being replaced by what they lead to. */
struct walk {
	weft_text done;   /* parts that are no links, from the root */
	weft_text todo;   /* parts not looked at yet, relative to them */
	int links;
};

static void
push(weft_text *path, const char *part, size_t n)
{
	if (path->size)
		weft_text_puts(path, "/");
	weft_text_add(path, part, n);
}

/* Takes the last part off; false if there is none. */
static bool
pop(weft_text *path)
{
	size_t n = path->size;

	if (n == 0)
		return false;
	while (n > 0 && path->data[n - 1] != '/')
		n--;
	path->size = n ? n - 1 : 0;
	path->data[path->size] = '\0';
	return true;
}

/* Opens `path`, in which no part may be a link, step by step. */
static int
open_literally(int root, const char *path, int flags)
{
	int at = root, fd = -1;

	while (*path) {
		size_t n = strcspn(path, "/");
		bool last = path[n] == '\0';
		char part[NAME_MAX + 1];

		fd = -1;
		errno = ENAMETOOLONG;
		if (n <= NAME_MAX) {
			memcpy(part, path, n);
			part[n] = '\0';
			fd = openat(at, part, O_NOFOLLOW | O_CLOEXEC |
			            (last ? flags : O_PATH | O_DIRECTORY));
		}
		if (at != root) {
			int err = errno;

			close(at);
			errno = err;
		}
		if (fd < 0 || last)
			return fd;
		at = fd;
		path += n + 1;
	}
	return openat(root, ".", flags | O_CLOEXEC);
}

/* Puts the target of link `done/part` in front of what remains to be done. */
static int
splice_link(struct walk *w, const char *target, size_t n, const char *rest)
{
	weft_text todo = {0};

	if (target[0] == '/') {
		errno = EXDEV;
		return -1;
	}
	if (++w->links > MAX_LINKS) {
		errno = ELOOP;
		return -1;
	}
	weft_text_add(&todo, target, n);
	weft_text_printf(&todo, "/%s", rest);
	weft_text_free(&w->todo);
	w->todo = todo;
	return 0;
}

/* Reads `done/part` as a link. Returns its length, or 0 if it is none. */
static ssize_t
read_part(int root, struct walk *w, const char *part, size_t n, char *target)
{
	int fd = open_literally(root, weft_text_cstr(&w->done),
	                        O_PATH | O_DIRECTORY);
	char name[NAME_MAX + 1];
	ssize_t got;
	int err;

	if (fd < 0)
		return -1;
	memcpy(name, part, n);
	name[n] = '\0';
	got = readlinkat(fd, name, target, PATH_MAX);
	err = errno;
	close(fd);
	errno = err;
	return got < 0 && err == EINVAL ? 0 : got;
}

/* Takes one part off `todo`. Returns 0, or -1 with errno. */
static int
step(int root, struct walk *w)
{
	const char *part = weft_text_cstr(&w->todo);
	size_t n = strcspn(part, "/");
	char target[PATH_MAX];
	ssize_t length = 0;
	weft_text rest = {0};
	int r = 0;

	weft_text_puts(&rest, part + n + (part[n] == '/'));
	if (n > NAME_MAX) {
		errno = ENAMETOOLONG;
		r = -1;
	} else if (n == 2 && memcmp(part, "..", 2) == 0) {
		errno = EXDEV;
		r = pop(&w->done) ? 0 : -1;
	} else if (n > 1 || (n == 1 && part[0] != '.')) {
		length = read_part(root, w, part, n, target);
		if (length < 0)
			r = -1;
		else if (length > 0)
			r = splice_link(w, target, (size_t)length,
			                weft_text_cstr(&rest));
		else
			push(&w->done, part, n);
	}
	if (r == 0 && length == 0) {
		weft_text_free(&w->todo);
		w->todo = rest;
		return 0;
	}
	weft_text_free(&rest);
	return r;
}

int
weft_open_walking(int root, const char *name, int flags)
{
	struct walk w = {0};
	int fd = -1, r = 0, err;

	if (name[0] == '/') {
		errno = EXDEV;
		return -1;
	}
	weft_text_puts(&w.todo, name);
	while (r == 0 && w.todo.size)
		r = step(root, &w);
	if (r == 0)
		fd = open_literally(root, weft_text_cstr(&w.done), flags);
	err = errno;
	weft_text_free(&w.done);
	weft_text_free(&w.todo);
	errno = err;
	return fd;
}
