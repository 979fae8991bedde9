#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool
failed(const struct build *b, const char *what, const char *path)
{
	diag_error(b->diags, (struct span){-1, 0, 0}, NULL, "%s %s: %s", what,
	           path, strerror(errno));
	return false;
}

/* ---- files ---- */

static bool
write_all(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t k = write(fd, text, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		text += k;
		n -= (size_t)k;
	}
	return true;
}

/* `shown` is what messages call it. */
static bool
write_file(const struct build *b, const char *path, const char *shown,
           const struct out *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool good;

	if (fd < 0)
		return failed(b, "cannot create", shown);
	good = write_all(fd, text->text, text->size);
	if (close(fd) < 0)
		good = false;
	if (good)
		return true;
	failed(b, "cannot write", shown);
	unlink(path);
	return false;
}

/* A name beside the output, which is renamed to it when it is complete. */
static const char *
beside(const struct build *b)
{
	return arena_printf(b->arena, "%s.partial-%ld", b->output,
	                    (long)getpid());
}

static bool
move_into_place(const struct build *b, const char *path)
{
	if (rename(path, b->output) == 0)
		return true;
	failed(b, "cannot write", b->output);
	unlink(path);
	return false;
}

bool
build_write(const struct build *b, const struct out *text)
{
	const char *path = beside(b);

	if (strcmp(b->output, "-") == 0)
		return write_all(STDOUT_FILENO, text->text, text->size) ||
		       failed(b, "cannot write", "the output");
	return write_file(b, path, b->output, text, 0666) &&
	       move_into_place(b, path);
}

/* ---- the runtime that belongs to this compiler ---- */

struct home {
	const char *include;  /* the directory of weft.h */
	const char *library;  /* libweft.a */
	const char *libraries; /* what it needs: "-ljansson -lm …" */
};

static bool
exists(const char *path)
{
	return access(path, R_OK) == 0;
}

static bool
look_in(struct arena *a, const char *include, const char *library,
        struct home *h)
{
	const char *header = arena_printf(a, "%s/weft.h", include);

	h->include = include;
	h->library = arena_printf(a, "%s/libweft.a", library);
	h->libraries = arena_printf(a, "%s/weft.libs", library);
	return exists(header) && exists(h->library);
}

static const char *
own_directory(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	while (n > 1 && path[n - 1] != '/')
		n--;
	return n > 0 ? arena_copy(a, path, (size_t)n - 1) : ".";
}

/* $WEFT_HOME, which is the directory of both; the build directory, with the
 * sources beside it; or where `make install` puts them. */
static bool
find_home(const struct build *b, struct home *h)
{
	struct arena *a = b->arena;
	const char *home = getenv("WEFT_HOME"), *own = own_directory(a);

	if (home && *home) {
		if (look_in(a, home, home, h) ||
		    look_in(a, arena_printf(a, "%s/include", home),
		            arena_printf(a, "%s/lib/weft", home), h))
			return true;
		diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
		           "WEFT_HOME is %s, where there is no weft.h beside "
		           "libweft.a", home);
		return false;
	}
	if (look_in(a, arena_printf(a, "%s/../runtime", own), own, h) ||
	    look_in(a, arena_printf(a, "%s/../include", own),
	            arena_printf(a, "%s/../lib/weft", own), h))
		return true;
	diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
	           "cannot find weft.h and libweft.a near %s; set WEFT_HOME "
	           "to the directory that holds them", own);
	return false;
}

/* ---- tools ---- */

struct words {
	struct arena *arena;
	char **list;
	int n;
};

static void
add_word(struct words *w, const char *s, size_t n)
{
	w->list = arena_grow(w->arena, w->list, (size_t)w->n,
	                     sizeof *w->list);
	w->list[w->n++] = s ? arena_copy(w->arena, s, n) : NULL;
}

static void
add(struct words *w, const char *s)
{
	add_word(w, s, s ? strlen(s) : 0);
}

/* The words of `s`, which blanks and newlines separate. */
static void
add_split(struct words *w, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, " \t\n");

		if (n)
			add_word(w, s, n);
		s += n;
		s += strspn(s, " \t\n");
	}
}

static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* A signal ends the tool that runs; then what is temporary is removed. */
static void
catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction a = {.sa_handler = stop};

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &a, NULL);
}

static bool
wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return false;
		if (stopped)
			kill(pid, SIGTERM);
	}
	return true;
}

static bool
run(const struct build *b, struct words *w, const char *hint)
{
	const char *tool = w->list[0];
	int status, error;
	pid_t pid;

	add(w, NULL);
	error = posix_spawnp(&pid, tool, NULL, NULL, w->list, environ);
	if (error) {
		diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
		           "cannot run %s: %s; %s", tool, strerror(error),
		           hint);
		return false;
	}
	if (!wait_for(pid, &status))
		return failed(b, "cannot wait for", tool);
	if (stopped) {
		diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
		           "stopped by a signal");
		return false;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
		           "cannot run %s; %s", tool, hint);
	else
		diag_error(b->diags, (struct span){-1, 0, 0}, NULL,
		           "%s failed (see above); this is a fault of weft, "
		           "not of the table", tool);
	return false;
}

static bool
run_re2c(const struct build *b, const char *from, const char *to)
{
	struct words w = {.arena = b->arena};
	const char *re2c = getenv("RE2C");

	add_split(&w, re2c && *re2c ? re2c : "re2c");
	add_split(&w, "-W --no-debug-info --tags -o");
	add(&w, to);
	add(&w, from);
	return run(b, &w, "weft build needs re2c (Debian's package re2c), or "
	           "RE2C set to it");
}

static const char *
read_small(struct arena *a, const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (fd >= 0)
		close(fd);
	return n < 0 ? NULL : arena_copy(a, text, (size_t)n);
}

/* A path that begins with `-` would be taken for an option. */
static const char *
as_argument(struct arena *a, const char *path)
{
	return *path == '-' ? arena_printf(a, "./%s", path) : path;
}

static bool
run_cc(const struct build *b, const struct home *h, const char *from,
       const char *to)
{
	struct words w = {.arena = b->arena};
	const char *cc = getenv("CC");
	const char *libraries = read_small(b->arena, h->libraries);

	if (!libraries)
		return failed(b, "cannot read", h->libraries);
	add_split(&w, cc && *cc ? cc : "cc");
	add_split(&w, "-std=c11 -O2 -o");
	add(&w, as_argument(b->arena, to));
	add(&w, arena_printf(b->arena, "-I%s", h->include));
	add(&w, from);
	add(&w, h->library);
	add_split(&w, libraries);
	return run(b, &w, "weft build needs a C compiler, or CC set to one");
}

bool
build_program(const struct build *b, const struct out *c)
{
	const char *tmp = getenv("TMPDIR"), *partial = beside(b);
	const struct out nothing = {.text = NULL};
	const char *re, *source;
	struct home home;
	char *dir;
	bool good;

	if (!find_home(b, &home) ||
	    !write_file(b, partial, b->output, &nothing, 0666))
		return false;
	catch_signals();
	dir = arena_printf(b->arena, "%s/weft-XXXXXX", tmp && *tmp ? tmp
	                   : "/tmp");
	if (!mkdtemp(dir)) {
		unlink(partial);
		return failed(b, "cannot create", dir);
	}
	re = arena_printf(b->arena, "%s/converter.re", dir);
	source = arena_printf(b->arena, "%s/converter.c", dir);
	good = write_file(b, re, re, c, 0600) && run_re2c(b, re, source) &&
	       run_cc(b, &home, source, partial) &&
	       move_into_place(b, partial);
	if (!good)
		unlink(partial);
	unlink(source);
	unlink(re);
	rmdir(dir);
	return good;
}
