/* Full disks, file size limits, signals and closed standard streams, as the
 * system really makes them. */
#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../../runtime/io/output.h"
#include "../../runtime/io/signals.h"
#include "../lib/check.h"
#include "io_tree.h"

/* One file of `size` bytes, written in pieces. */
static int
convert_one(const char *dst, size_t size, weft_errors *e)
{
	weft_output o = {0};
	weft_output_file f = {0};
	static char piece[10000];
	int code = weft_output_begin(&o, dst, NULL, 0, e);

	memset(piece, 'x', sizeof piece);
	if (!code)
		code = weft_output_create(&o, &f, "", "w", size, e);
	for (size_t at = 0; !code && at < size; at += sizeof piece) {
		size_t n = size - at < sizeof piece ? size - at : sizeof piece;

		code = weft_output_write(&f, piece, n, at, e);
	}
	if (!code)
		code = weft_output_close(&f, e);
	weft_output_discard(&f);
	if (!code)
		code = weft_output_commit(&o, e);
	weft_output_abort(&o, e);
	return code;
}

/* A file system of `size` bytes with `inodes`, at "m". */
static bool
small_disk(const char *options)
{
	tree_mkdir("m");
	if (mount("none", "m", "tmpfs", 0, options) == 0)
		return true;
	tree_remove("m");
	return false;
}

static void
check_full_disk(void)
{
	weft_errors e = {0};
	const char *said;
	int code;

	if (!small_disk("size=256k")) {
		printf("ok full disk # skipped: no mount\n");
		return;
	}
	code = convert_one("m/new", 300000, &e);
	said = tree_messages(&e);
	CHECK("full disk: says how much was needed",
	      code == WEFT_CANTCREAT && strstr(said, "300000 bytes") &&
	      strstr(said, "No space left") && strstr(said, "free"), "%d %s",
	      code, said);
	CHECK("full disk: nothing is left", !*tree_of("m"), "%s", tree_of("m"));
	CHECK("full disk: what fits is written", !convert_one("m/new", 200000,
	      &e), "%s", tree_messages(&e));
	umount("m");
	tree_remove("m");
}

static void
check_no_inodes(void)
{
	int wrong = 0, done = 0;

	for (int inodes = 2; inodes < 8; inodes++) {
		weft_errors e = {0};
		char options[64];
		int code;

		snprintf(options, sizeof options, "size=1m,nr_inodes=%d",
		         inodes);
		if (!small_disk(options)) {
			printf("ok no inodes # skipped: no mount\n");
			return;
		}
		code = convert_one("m/new", 1000, &e);
		wrong += code ? code != WEFT_CANTCREAT || *tree_of("m") ||
		                !strstr(tree_messages(&e), "No space left")
		              : strcmp(tree_of("m"), "new/ new/w ") != 0;
		done += code == 0;
		weft_errors_free(&e);
		umount("m");
		tree_remove("m");
	}
	CHECK("no inodes: an error, and nothing is left", !wrong, "%d", wrong);
	CHECK("no inodes: enough is enough", done >= 1 && done < 6, "%d", done);
}

/* SIGXFSZ would end the process; it must be an error instead. */
static void
check_file_limit(void)
{
	int status;

	if (fork() == 0) {
		struct rlimit limit = {100000, 100000};
		weft_errors e = {0};
		int code;

		weft_signals_install();
		setrlimit(RLIMIT_FSIZE, &limit);
		code = convert_one("new", 200000, &e);
		_exit(code == WEFT_CANTCREAT &&
		      strstr(tree_messages(&e), "ulimit -f") ? 0 : 1);
	}
	wait(&status);
	CHECK("file size limit", status == 0 && !*tree_of("."), "%d %s", status,
	      tree_of("."));
}

static void
check_signal(int sig, const char *name)
{
	int status;

	if (fork() == 0) {
		weft_output o = {0};
		weft_output_file f = {0};
		weft_errors e = {0};
		int code;

		signal(sig, SIG_DFL); /* whatever started the test */
		weft_signals_install();
		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_create(&o, &f, "", "w", 4, &e);
		code = weft_output_write(&f, "ab", 2, 0, &e);
		if (code || weft_output_interrupted())
			_exit(1);
		kill(getpid(), sig);
		kill(getpid(), SIGPIPE);
		kill(getpid(), sig);
		code = weft_output_write(&f, "cd", 2, 2, &e);
		weft_output_discard(&f);
		if (code != weft_output_commit(&o, &e) || e.count)
			_exit(2);
		_exit(code);
	}
	wait(&status);
	CHECK(name, WIFEXITED(status) && WEXITSTATUS(status) == 128 + sig &&
	      !*tree_of("."), "%d %s", status, tree_of("."));
}

static void
check_ignored(void)
{
	int status;

	if (fork() == 0) {
		signal(SIGHUP, SIG_IGN);
		weft_signals_install();
		kill(getpid(), SIGHUP);
		_exit(weft_output_interrupted());
	}
	wait(&status);
	CHECK("SIGHUP stays ignored", status == 0, "%d", status);
}

/* No file of ours becomes stdout, and a report to a closed one is an error. */
static void
check_closed_streams(void)
{
	int status;

	if (fork() == 0) {
		int fd;

		close(0);
		close(1);
		close(2);
		if (weft_stdio_guard() != 0)
			_exit(1);
		fd = open("x", O_RDWR | O_CREAT, 0666);
		if (fd < 3)
			_exit(2);
		if (write(1, "x", 1) != -1 || write(2, "x", 1) != -1 ||
		    read(0, &fd, 1) != -1)
			_exit(3);
		_exit(0);
	}
	wait(&status);
	CHECK("closed standard streams", status == 0, "%d", status);
	tree_remove("x");
	if (fork() == 0)
		_exit(weft_stdio_guard() || write(1, "", 0) != 0);
	wait(&status);
	CHECK("open standard streams stay", status == 0, "%d", status);
}

int
main(void)
{
	umask(022);
	setvbuf(stdout, NULL, _IOLBF, 0);
	tree_begin();
	check_full_disk();
	check_no_inodes();
	check_file_limit();
	check_signal(SIGINT, "SIGINT");
	check_signal(SIGTERM, "SIGTERM");
	check_signal(SIGHUP, "SIGHUP");
	check_ignored();
	check_closed_streams();
	CHECK("nothing is left", !*tree_of("."), "%s", tree_of("."));
	return check_done();
}
