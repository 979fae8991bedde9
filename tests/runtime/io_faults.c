/* Every system call of an output fails, one at a time and from some call on:
 * the target is absent or whole, the exit code says why, and the next run
 * without the fault does its work. The calls below stand in for libc's. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "../lib/check.h"
#include "io_convert.h"
#include "io_tree.h"

enum call { NONE, FLOCK, RENAME2, RENAME, FSYNC, CLOSE, FALLOCATE, FTRUNCATE,
            PWRITE, MKDIR, OPEN, UNLINK, FSTAT, FSTATAT, DIROPEN, CALLS };

static const char *const call_name[] = {
	"none", "flock", "renameat2", "renameat", "fsync", "close", "fallocate",
	"ftruncate", "pwrite", "mkdirat", "openat", "unlinkat", "fstat",
	"fstatat", "fdopendir"};

static struct fault {
	enum call call;
	int err, from, to;       /* calls `from` to `to`, counted from 0 */
	int seen;
} fault;

static int killed_at = -1;       /* the call before which the process dies */
static size_t most_written = SIZE_MAX;
static bool is_output[1024];     /* descriptors that were created */
static void (*before_lock)(void);
static weft_text trace;          /* what is synced and renamed, in order */

static bool
fails(enum call call)
{
	int n;

	if (killed_at-- == 0)
		kill(getpid(), SIGKILL);
	if (fault.call != call)
		return false;
	n = fault.seen++;
	if (n < fault.from || n > fault.to)
		return false;
	errno = fault.err;
	return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int
flock(int fd, int operation)
{
	void (*hook)(void) = before_lock;

	before_lock = NULL;
	if (hook)
		hook();
	return fails(FLOCK) ? -1 : REAL(flock)(fd, operation);
}

int
renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	if (fault.call == RENAME) {
		errno = EINVAL;
		return -1;
	}
	weft_text_puts(&trace, "rename ");
	return fails(RENAME2) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	return fails(RENAME) ? -1 : REAL(renameat)(a, from, b, to);
}

/* The name that a descriptor was opened by, or has now. */
static void
trace_fd(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return;
	path[n] = '\0';
	weft_text_printf(&trace, "%s ", strcmp(path, tree_root)
	                 ? strrchr(path, '/') + 1 : "parent");
}

int
fsync(int fd)
{
	trace_fd(fd);
	return fails(FSYNC) ? -1 : REAL(fsync)(fd);
}

int
close(int fd)
{
	int r = REAL(close)(fd);

	return is_output[fd] && fails(CLOSE) ? -1 : r;
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	if (fault.call == FTRUNCATE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return fails(FALLOCATE) ? -1 : REAL(fallocate)(fd, mode, at, n);
}

int
ftruncate(int fd, off_t n)
{
	return fails(FTRUNCATE) ? -1 : REAL(ftruncate)(fd, n);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	if (fails(PWRITE))
		return -1;
	return REAL(pwrite)(fd, bytes, n < most_written ? n : most_written,
	                    at);
}

int
mkdirat(int fd, const char *name, mode_t mode)
{
	return fails(MKDIR) ? -1 : REAL(mkdirat)(fd, name, mode);
}

int
openat(int fd, const char *name, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	fd = fails(OPEN) ? -1 : REAL(openat)(fd, name, flags, mode);
	if (fd >= 0)
		is_output[fd] = flags & O_CREAT;
	return fd;
}

int
unlinkat(int fd, const char *name, int flags)
{
	return fails(UNLINK) ? -1 : REAL(unlinkat)(fd, name, flags);
}

int
fstat(int fd, struct stat *st)
{
	return fails(FSTAT) ? -1 : REAL(fstat)(fd, st);
}

int
fstatat(int fd, const char *name, struct stat *st, int flags)
{
	return fails(FSTATAT) ? -1 : REAL(fstatat)(fd, name, st, flags);
}

DIR *
fdopendir(int fd)
{
	return fails(DIROPEN) ? NULL : REAL(fdopendir)(fd);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool
is_whole(void)
{
	return !strcmp(tree_of("new"), written) &&
	       !strcmp(tree_read("new/w"), "weights");
}

/* Whether no output can be made of this, whichever call it hits. */
static bool
must_fail(struct fault f)
{
	switch (f.call) {
	case FSYNC:                     /* some directories cannot be synced */
		return f.err != EINVAL;
	case CLOSE:
	case PWRITE:
		return f.err != EINTR;
	case RENAME:
	case MKDIR:
	case FTRUNCATE:
		return true;
	default:
		return false;
	}
}

/* Runs with the fault, then without. Returns what went wrong, or NULL; *hit
 * says whether the fault has happened. */
static const char *
run(struct fault f, bool empty_target, bool *hit)
{
	weft_errors e = {0};
	const char *wrong = NULL;
	int code;

	if (empty_target)
		tree_mkdir("new");
	fault = f;
	code = convert("new", "src", &e);
	*hit = fault.seen > f.from;
	fault.call = NONE;
	if (code && code != WEFT_OS && code != WEFT_CANTCREAT &&
	    code != WEFT_IO && code != WEFT_BUSY)
		wrong = "exit code";
	else if (code && e.code != code)
		wrong = "no message";
	else if (code ? exists("new") && (!empty_target || *tree_of("new"))
	              : !is_whole())
		wrong = "half a target";
	else if (!code && *hit && must_fail(f))
		wrong = "passed over";
	else if (!code && exists(".new.weft-partial"))
		wrong = "a partial directory beside the target";
	else if (f.from == f.to && f.call != UNLINK && code != WEFT_BUSY &&
	         exists(".new.weft-partial"))
		wrong = "the partial directory is left";
	weft_errors_free(&e);
	if (code && !wrong && (convert("new", "src", &e) || !is_whole()))
		wrong = "the next run fails";
	weft_errors_free(&e);
	tree_remove("new");
	tree_remove(".new.weft-partial");
	return wrong;
}

static void
sweep(enum call call, bool sticky, bool empty_target)
{
	static const int errs[] = {EIO, ENOSPC, EINVAL, EOPNOTSUPP, EMFILE,
	                           EACCES, ENOSYS, EBADF, EINTR};
	size_t nerrs = sticky ? 4 : sizeof errs / sizeof *errs;
	int runs = 0, bad = 0;
	char name[96], example[96] = "";

	for (size_t i = 0; i < nerrs; i++) {
		bool hit = true;

		for (int n = 0; hit; n++) {
			struct fault f = {call, errs[i], n,
			                  sticky ? INT_MAX : n, 0};
			const char *wrong = run(f, empty_target, &hit);

			runs += hit;
			if (wrong && !bad++)
				snprintf(example, sizeof example,
				         "%s, call %d: %s", strerror(errs[i]),
				         n, wrong);
		}
	}
	snprintf(name, sizeof name, "%s fails %s%s", call_name[call],
	         sticky ? "from some call on" : "once",
	         empty_target ? ", over an empty target" : "");
	CHECK(name, !bad, "%d of %d: %s", bad, runs, example);
}

/* Faults that must not matter, and what must be said. */
static void
check_fallbacks(void)
{
	static const struct {
		enum call call;
		int err;
		const char *name, *said;
	} cases[] = {
		{RENAME2, EINVAL, "no RENAME_NOREPLACE", ""},
		{RENAME2, ENOSYS, "no renameat2", ""},
		{FALLOCATE, EOPNOTSUPP, "no fallocate", ""},
		{FLOCK, EBADF, "no lock on directories or files", "no locks"},
		{FLOCK, ENOLCK, "no locks", "no locks"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_errors e = {0};
		int code;
		const char *said;

		fault = (struct fault){cases[i].call, cases[i].err, 0, INT_MAX,
		                       0};
		code = convert("new", "src", &e);
		fault.call = NONE;
		said = tree_messages(&e);
		CHECK(cases[i].name, !code && is_whole() &&
		      (*cases[i].said ? strstr(said, cases[i].said) != NULL
		                      : !*said), "%d %s", code, said);
		tree_remove("new");
	}
	most_written = 1;
	CHECK("short writes", !convert("new", "src", &(weft_errors){0}) &&
	      is_whole(), "%s", tree_of("new"));
	most_written = SIZE_MAX;
	tree_remove("new");
}

/* Where nothing can be locked, a directory that is there may be in use. */
static void
check_no_locks(void)
{
	weft_errors e = {0};
	int code;

	tree_mkdir(".new.weft-partial");
	tree_put(".new.weft-partial/w", "half");
	fault = (struct fault){FLOCK, ENOLCK, 0, INT_MAX, 0};
	code = convert("new", "src", &e);
	fault.call = NONE;
	CHECK("no locks, and something is there", code == WEFT_BUSY &&
	      strstr(tree_messages(&e), "remove it") &&
	      !strcmp(tree_of(".new.weft-partial"), "w "), "%d %s", code,
	      tree_of("."));
	tree_remove(".new.weft-partial");
}

/* All that is in the target is on the disk before its name is. */
static void
check_order(void)
{
	weft_errors e = {0};
	int code;

	trace.size = 0;
	code = convert("new", "src", &e);
	CHECK("order of syncs", !code && !strcmp(trace.data,
	      "w w a rank0 .new.weft-partial rename parent "), "%s",
	      trace.data);
	weft_text_free(&trace);
	tree_remove("new");
}

static void
commit_of_another(void)
{
	rename(".new.weft-partial", "new");
}

/* Another process commits after we have opened what was its partial directory:
 * the lock that we get then is on its target. */
static void
check_late_lock(void)
{
	weft_errors e = {0};
	int code;

	tree_mkdir(".new.weft-partial");
	tree_put(".new.weft-partial/w", "theirs");
	before_lock = commit_of_another;
	code = convert("new", "src", &e);
	CHECK("a lock that comes too late", code == WEFT_CANTCREAT &&
	      !strcmp(tree_of("."), "new/ new/w src/ "), "%d %s", code,
	      tree_of("."));
	weft_errors_free(&e);
	tree_remove("new");
}

/* As on NFS: a directory cannot be locked, a file in it can. The first call of
 * flock is for the directory. */
static void
refuse_directory(void)
{
	fault = (struct fault){FLOCK, EBADF, 0, 0, 0};
}

static void
check_lock_file(void)
{
	weft_output o = {0};
	weft_errors e = {0};
	int status;

	refuse_directory();
	if (weft_output_begin(&o, "new", NULL, 0, &e) ||
	    weft_output_write_small(&o, "", "w", "x", 1, &e))
		exit(99);
	if (fork() == 0) {
		refuse_directory();
		_exit(convert("new", "src", &e));
	}
	wait(&status);
	CHECK("a locked file: the second is told", WIFEXITED(status) &&
	      WEXITSTATUS(status) == WEFT_BUSY, "%d", status);
	CHECK("a locked file: committed", !weft_output_commit(&o, &e) &&
	      !strcmp(tree_of("new"), "w "), "%s", tree_of("."));
	tree_remove("new");
	refuse_directory();
	weft_output_begin(&o, "new", NULL, 0, &e);
	weft_output_abort(&o, &e);
	CHECK("a locked file: aborted", !strcmp(tree_of("."), "src/ "), "%s",
	      tree_of("."));
	if (fork() == 0) {
		refuse_directory();
		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_write_small(&o, "", "w", "x", 1, &e);
		_exit(0);
	}
	wait(&status);
	CHECK("a locked file: left by a killed run", exists(
	      ".new.weft-partial/w"), "%s", tree_of("."));
	refuse_directory();
	status = convert("new", "src", &e);
	CHECK("a locked file: started over", !status && is_whole() &&
	      strstr(tree_messages(&e), "killed"), "%d %s", status,
	      tree_of("."));
	fault.call = NONE;
	tree_remove("new");
	weft_errors_free(&e);
}

/* The process is killed before call `n`. Returns whether it got that far. */
static bool
killed_before(int n)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		killed_at = n;
		_exit(convert("new", "src", &(weft_errors){0}));
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status);
}

static void
sweep_kills(void)
{
	int bad = 0, n = 0;
	bool killed = true;

	for (; killed; n++) {
		weft_errors e = {0};
		bool whole;

		killed = killed_before(n);
		whole = is_whole();
		bad += !whole && exists("new");
		tree_remove("new");
		bad += convert("new", "src", &e) != 0 || !is_whole() ||
		       exists(".new.weft-partial");
		weft_errors_free(&e);
		tree_remove("new");
	}
	CHECK("killed before every call", !bad && n > 30, "%d of %d", bad, n);
}

int
main(void)
{
	umask(022);
	tree_begin();
	tree_mkdir("src");
	check_order();
	check_fallbacks();
	check_no_locks();
	check_lock_file();
	check_late_lock();
	sweep_kills();
	for (enum call call = FLOCK; call < CALLS; call++)
		for (int i = 0; i < 3; i++)
			sweep(call, i == 1, i == 2);
	CHECK("nothing is left", !strcmp(tree_of("."), "src/ "), "%s",
	      tree_of("."));
	weft_text_free(&trace);
	return check_done();
}
