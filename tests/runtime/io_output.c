/* What an output looks like meanwhile, and what is left of it. */
#include <signal.h>
#include <sys/wait.h>

#include "../../runtime/io/output.h"
#include "../../runtime/io/signals.h"
#include "../lib/check.h"
#include "io_convert.h"
#include "io_tree.h"

static unsigned
mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 0777 : 0xffff;
}

static void
check_umask(void)
{
	static const unsigned masks[] = {000, 002, 022, 027, 077};
	weft_errors e = {0};
	int code;

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		char name[32];

		snprintf(name, sizeof name, "umask %03o", masks[i]);
		umask(masks[i]);
		tree_mkdir("new");
		chmod("new", 0700);
		tree_mkdir(".new.weft-partial");
		chmod(".new.weft-partial", 0711);
		code = convert("new", NULL, &e);
		CHECK(name, !code && mode_of("new") == (0777 & ~masks[i]) &&
		      mode_of("new/rank0/a") == (0777 & ~masks[i]) &&
		      mode_of("new/rank0/a/w") == (0666 & ~masks[i]) &&
		      mode_of("new/w") == (0666 & ~masks[i]), "%d, %o %o",
		      code, mode_of("new"), mode_of("new/w"));
		tree_remove("new");
	}
	umask(0777);
	code = convert("new", NULL, &e);
	umask(022);
	CHECK("umask 777 is an error", code == WEFT_CANTCREAT &&
	      strstr(tree_messages(&e), "umask") && !*tree_of("."), "%d %s",
	      code, tree_of("."));
	weft_errors_free(&e);
}

/* Between begin and commit there is nothing at the target. */
static void
check_partial(void)
{
	weft_output o = {0};
	weft_output_file f = {0};
	weft_errors e = {0};
	char pid[32], data[] = "0123456789";
	int code = weft_output_begin(&o, "new", NULL, 0, &e);

	snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	CHECK("begin makes the partial directory", !code &&
	      !strcmp(tree_of("."), ".new.weft-partial/ "
	      ".new.weft-partial/.weft-lock "), "%d %s",
	      code, tree_of("."));
	CHECK("with our process id",
	      !strcmp(tree_read(".new.weft-partial/.weft-lock"), pid), "%s",
	      tree_read(".new.weft-partial/.weft-lock"));
	code = weft_output_create(&o, &f, "", "w", 13, &e);
	code |= weft_output_write(&f, data + 6, 4, 9, &e);
	code |= weft_output_write(&f, data, 5, 1, &e);
	CHECK("write and close",
	      weft_output_close(&f, &e) == 0 && code == 0, "%d", code);
	code = weft_output_create(&o, &f, "", "w", 1, &e);
	CHECK("a file twice is an error", code == WEFT_CANTCREAT &&
	      f.fd == -1, "%d", code);
	CHECK("and never commits", weft_output_commit(&o, &e) == WEFT_IO &&
	      strstr(tree_messages(&e), "not complete") && !*tree_of("."),
	      "%s", tree_of("."));
	weft_output_abort(&o, &e);
	weft_output_begin(&o, "new", NULL, 0, &e);
	weft_output_create(&o, &f, "", "w", 13, &e);
	code = weft_output_write(&f, data, 5, 9, &e);
	CHECK("beyond the size is an error", code == WEFT_INTERNAL, "%d", code);
	code = weft_output_write(&f, data, 5, UINT64_MAX - 2, &e);
	CHECK("far beyond the size is an error", code == WEFT_INTERNAL, "%d",
	      code);
	weft_output_discard(&f);
	weft_output_discard(&f);
	weft_output_abort(&o, &e);
	CHECK("abort leaves nothing", !*tree_of("."), "%s", tree_of("."));
	weft_errors_free(&e);
}

static void
check_contents(void)
{
	weft_output o = {0};
	weft_output_file f = {0}, g = {0};
	weft_errors e = {0};
	static const char want[] = "\0AB\0\0\0CDE\0\0\0";
	struct stat st;

	weft_output_begin(&o, "new", NULL, 0, &e);
	weft_output_create(&o, &f, "", "w", 12, &e);
	weft_output_create(&o, &g, "r", "empty", 0, &e);
	weft_output_write(&f, "CDE", 3, 6, &e);
	weft_output_write(&f, "AB", 2, 1, &e);
	weft_output_close(&f, &e);
	CHECK("open file", weft_output_commit(&o, &e) == WEFT_INTERNAL,
	      "committed");
	weft_output_discard(&g);
	CHECK("nothing is left of it", !*tree_of("."), "%s", tree_of("."));
	tree_messages(&e);
	weft_output_begin(&o, "new", NULL, 0, &e);
	weft_output_create(&o, &f, "", "w", 12, &e);
	weft_output_create(&o, &g, "r", "empty", 0, &e);
	weft_output_write(&f, "CDE", 3, 6, &e);
	weft_output_write(&f, "AB", 2, 1, &e);
	weft_output_close(&g, &e);
	weft_output_close(&f, &e);
	CHECK("contents", !weft_output_commit(&o, &e) && !e.count &&
	      !memcmp(tree_read("new/w"), want, 12) &&
	      !stat("new/w", &st) && st.st_size == 12 &&
	      !stat("new/r/empty", &st) && st.st_size == 0, "%s",
	      tree_messages(&e));
	tree_remove("new");
}

static void
check_names(void)
{
	static const char *const bad[] = {"", ".", "..", "a/b", "/a", "../a",
	                                  ".weft-lock"};
	static const char *const dirs[] = {".", "..", "/a", "a/../b", "a//b",
	                                   "a/"};
	weft_errors e = {0};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		weft_output o = {0};
		char name[64];
		int code;

		weft_output_begin(&o, "new", NULL, 0, &e);
		code = weft_output_write_small(&o, "", bad[i], "", 0, &e);
		weft_output_abort(&o, &e);
		snprintf(name, sizeof name, "refused file name `%s`", bad[i]);
		CHECK(name, code == WEFT_CANTCREAT && !*tree_of("."), "%d",
		      code);
	}
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		weft_output o = {0};
		char name[64];
		int code;

		weft_output_begin(&o, "new", NULL, 0, &e);
		code = weft_output_mkdir(&o, dirs[i], &e);
		weft_output_abort(&o, &e);
		snprintf(name, sizeof name, "refused directory `%s`", dirs[i]);
		CHECK(name, code == WEFT_CANTCREAT && !*tree_of("."), "%d",
		      code);
	}
	weft_errors_free(&e);
}

/* A run that was killed while it wrote. */
static void
check_killed(void)
{
	weft_errors e = {0};
	const char *said;
	pid_t child = fork();
	int status, code;

	if (child == 0) {
		weft_output o = {0};

		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_write_small(&o, "deep/er", "w", "half", 4, &e);
		kill(getpid(), SIGKILL);
	}
	waitpid(child, &status, 0);
	tree_mkdir("outside");
	tree_put("outside/precious", "x");
	symlink("../outside", ".new.weft-partial/link");
	CHECK("a killed run leaves the partial directory",
	      WIFSIGNALED(status) && strstr(tree_of("."), "deep/er/w"), "%s",
	      tree_of("."));
	code = convert("new", NULL, &e);
	said = tree_messages(&e);
	CHECK("the next says so", !code && strstr(said, "was killed"), "%d %s",
	      code, said);
	CHECK("and starts over", !strcmp(tree_of("new"), written) &&
	      !strstr(tree_of("."), "partial"), "%s", tree_of("."));
	CHECK("and follows no link", !strcmp(tree_read("outside/precious"),
	      "x"), "gone");
	tree_remove("new");
	tree_remove("outside");
}

static void
check_lock(void)
{
	weft_errors e = {0};
	weft_output o = {0};
	char pid[64];
	int status, ready[2];
	pid_t child;
	char byte;

	if (pipe(ready) != 0)
		exit(99);
	child = fork();
	if (child == 0) {
		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_write_small(&o, "", "w", "x", 1, &e);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		exit(99);
	snprintf(pid, sizeof pid, "process %ld is writing", (long)child);
	status = convert("new", NULL, &e);
	CHECK("a second process is told who is first", status == WEFT_BUSY &&
	      strstr(tree_messages(&e), pid), "%d", status);
	CHECK("and leaves it alone", strstr(tree_of("."), "partial/w"), "%s",
	      tree_of("."));
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	CHECK("the lock dies with its holder", !convert("new", NULL, &e) &&
	      !strcmp(tree_of("new"), written), "%s", tree_messages(&e));
	weft_errors_free(&e);
	tree_remove("new");
	close(ready[0]);
	close(ready[1]);
}

/* Eight at once, many times: one of them writes, the others are told it is
 * busy, or that it is there by now. */
static void
check_eight(void)
{
	int wrong = 0, rounds = 100;

	for (int i = 0; i < rounds; i++) {
		int done = 0, refused = 0;

		for (int k = 0; k < 8; k++)
			if (fork() == 0) {
				weft_errors e = {0};

				_exit(convert("new", NULL, &e));
			}
		for (int k = 0; k < 8; k++) {
			int status, code;

			wait(&status);
			code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
			done += code == 0;
			refused += code == WEFT_BUSY || code == WEFT_CANTCREAT;
		}
		wrong += done != 1 || refused != 7 ||
		         strcmp(tree_of("new"), written) != 0 ||
		         strstr(tree_of("."), "partial");
		tree_remove("new");
	}
	CHECK("eight at once", !wrong, "%d of %d rounds", wrong, rounds);
}

/* What happens at the target while we write is left alone. */
static void
check_appeared(void)
{
	for (int kind = 0; kind < 4; kind++) {
		static const char *const names[] = {
			"a file", "a full directory", "a link", "nothing"};
		weft_output o = {0};
		weft_errors e = {0};
		char name[64];
		int code;

		tree_mkdir("new");
		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_write_small(&o, "", "w", "x", 1, &e);
		if (kind != 1)
			rmdir("new");
		if (kind == 0)
			tree_put("new", "mine");
		else if (kind == 1)
			tree_put("new/mine", "mine");
		else if (kind == 2)
			symlink("nowhere", "new");
		code = weft_output_commit(&o, &e);
		snprintf(name, sizeof name, "%s in place of an empty target",
		         names[kind]);
		if (kind == 3)
			CHECK(name, !code && !strcmp(tree_of("new"), "w "),
			      "%d", code);
		else
			CHECK(name, code == WEFT_CANTCREAT &&
			      strstr(tree_messages(&e), "appeared") &&
			      !strstr(tree_of("."), "weft"), "%d %s", code,
			      tree_of("."));
		tree_remove("new");
		weft_output_begin(&o, "new", NULL, 0, &e);
		weft_output_write_small(&o, "", "w", "x", 1, &e);
		if (kind == 0)
			tree_put("new", "mine");
		else if (kind == 1)
			tree_mkdir("new");
		else if (kind == 2)
			symlink("nowhere", "new");
		code = weft_output_commit(&o, &e);
		snprintf(name, sizeof name, "%s where there was no target",
		         kind == 1 ? "an empty directory" : names[kind]);
		CHECK(name, code == (kind == 3 ? 0 : WEFT_CANTCREAT) &&
		      !strstr(tree_of("."), "weft"), "%d %s", code,
		      tree_of("."));
		tree_remove("new");
		weft_errors_free(&e);
	}
}

static void
check_space(void)
{
	weft_output o = {0};
	weft_errors e = {0};
	int code;
	const char *said;

	weft_output_begin(&o, "new", NULL, 0, &e);
	CHECK("room for a byte", !weft_output_space(&o, 1, &e), "no");
	code = weft_output_space(&o, (uint64_t)1 << 62, &e);
	said = tree_messages(&e);
	CHECK("no room for 2^62 bytes", code == WEFT_CANTCREAT &&
	      strstr(said, "4611686018427387904") && strstr(said, "free"),
	      "%d %s", code, said);
	weft_output_abort(&o, &e);
}

int
main(void)
{
	umask(022);
	tree_begin();
	check_umask();
	check_partial();
	check_contents();
	check_names();
	check_killed();
	check_lock();
	check_eight();
	check_appeared();
	check_space();
	CHECK("nothing is left", !*tree_of("."), "%s", tree_of("."));
	return check_done();
}
