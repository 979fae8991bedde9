/* For LD_PRELOAD: lets a system call fail. WEFT_FAULT is CALL:N:HOW with HOW
 * an errno, or sNUMBER for a signal after the call; the N-th call, of all
 * threads together, and with N+ also those behind it. WEFT_FAULT_LOG names a
 * file that is made when the fault has struck. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

/* errno, or -1 where the call shall be made. */
static int
fault(const char *call)
{
	const char *how = getenv("WEFT_FAULT"), *log = getenv("WEFT_FAULT_LOG");
	size_t length = strlen(call);
	char *rest;
	long n, at;

	if (!how || strncmp(how, call, length) != 0 || how[length] != ':')
		return -1;
	n = strtol(how + length + 1, &rest, 10);
	at = atomic_fetch_add(&calls, 1) + 1;
	if (*rest == '+' ? at < n : at != n)
		return -1;
	rest += *rest == '+';
	if (log)
		syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, log,
		                           O_WRONLY | O_CREAT | O_CLOEXEC,
		                           0600));
	if (rest[1] == 's') {
		kill(getpid(), atoi(rest + 2));
		return -1;
	}
	return atoi(rest + 1);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRAP(type, name, parameters, arguments)                              \
	type name parameters                                                 \
	{                                                                    \
		int err = fault(#name);                                      \
                                                                             \
		if (err >= 0) {                                              \
			errno = err;                                         \
			return -1;                                           \
		}                                                            \
		return NEXT(name) arguments;                                 \
	}

WRAP(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
WRAP(ssize_t, pwrite, (int fd, const void *from, size_t n, off_t at),
     (fd, from, n, at))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fallocate, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n))
WRAP(int, sync_file_range, (int fd, off_t at, off_t n, unsigned flags),
     (fd, at, n, flags))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n))
WRAP(int, mkdirat, (int fd, const char *name, mode_t mode), (fd, name, mode))
WRAP(int, unlinkat, (int fd, const char *name, int flags), (fd, name, flags))
WRAP(int, renameat2, (int fd, const char *from, int to_fd, const char *to,
                      unsigned flags), (fd, from, to_fd, to, flags))

int
openat(int fd, const char *name, int flags, ...)
{
	int err = fault("openat");
	va_list ap;
	mode_t mode;

	if (err >= 0) {
		errno = err;
		return -1;
	}
	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return NEXT(openat)(fd, name, flags, mode);
}
