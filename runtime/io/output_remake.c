/* Files of an output that are made once more, from themselves. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../text.h"
#include "output.h"

static const char suffix[] = ".weft-new";

static int
failed(const weft_output_file *f, const char *what, int err, weft_errors *e)
{
	f->out->failed = true;
	return weft_error_os(e, WEFT_IO, err, "cannot %s %s/%s", what,
	                     f->out->path, f->name);
}

int
weft_output_read(weft_remake *r, void *to, size_t n, uint64_t at,
                 weft_errors *e)
{
	char *p = to;

	while (n > 0) {
		ssize_t k = pread(r->old_fd, p, n, (off_t)at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return failed(r->old, "read", k ? errno : EIO, e);
		p += k;
		at += (uint64_t)k;
		n -= (size_t)k;
	}
	return 0;
}

int
weft_output_append(void *remake, const void *bytes, size_t n, weft_errors *e)
{
	weft_remake *r = remake;
	const char *p = bytes;

	while (n > 0) {
		ssize_t k = pwrite(r->fd, p, n, (off_t)r->size);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return failed(r->old, "write", k ? errno : EIO, e);
		p += k;
		r->size += (uint64_t)k;
		n -= (size_t)k;
	}
	return 0;
}

/* Opens both; -1 with errno in *err if either cannot be. */
static int
open_both(weft_remake *r, const char *name, int *err)
{
	int dir = r->old->out->fd;

	r->old_fd = openat(dir, r->old->name,
	                   O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	r->fd = openat(dir, name,
	               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	               0666);
	*err = errno;
	return r->old_fd < 0 || r->fd < 0 ? -1 : 0;
}

int
weft_output_remake(weft_output_file *f, weft_remake_fn *fn, void *context,
                   weft_errors *e)
{
	weft_remake r = {.old = f, .old_fd = -1, .fd = -1};
	weft_text name = {0};
	int code, err = 0, dir = f->out->fd;

	weft_text_printf(&name, "%s%s", f->name, suffix);
	if (open_both(&r, name.data, &err))
		code = failed(f, "make anew", err, e);
	else
		code = fn(context, &r, e);
	if (!code && renameat(dir, name.data, dir, f->name) != 0)
		code = failed(f, "rename", errno, e);
	if (r.old_fd >= 0)
		close(r.old_fd);
	if (code) {
		if (r.fd >= 0)
			close(r.fd);
		unlinkat(dir, name.data, 0);
	} else {
		weft_output_park(f);
		f->fd = r.fd;
		f->size = r.size;
	}
	weft_text_free(&name);
	return code;
}
