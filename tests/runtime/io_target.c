/* Where an output may go. */
#include <sys/mount.h>
#include <sys/wait.h>

#include "../lib/check.h"
#include "io_convert.h"
#include "io_tree.h"

/* Spellings of targets that are fine. `in` is where we are, `out` what appears
 * and is removed again. */
static void
check_spellings(void)
{
	static const struct {
		const char *in, *dst, *out;
	} cases[] = {
		{".", "new", "new"},
		{".", "new/", "new"},
		{".", "new///", "new"},
		{".", "./new", "new"},
		{".", "empty", "empty"},
		{".", "empty/", "empty"},
		{".", "empty/.", "empty"},
		{".", "sub/../new", "new"},
		{".", "sub/new", "sub/new"},
		{".", "a name", "a name"},
		{".", "-rf", "-rf"},
		{".", "..x", "..x"},
		{"empty", ".", "empty"},
		{"empty/deep", "..", NULL},
		{"sub", "../new", "new"},
		{".", "link/new", "sub/new"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_errors e = {0};
		char name[96];
		int code;

		tree_mkdir("src");
		tree_mkdir("sub");
		tree_mkdir("empty");
		symlink("sub", "link");
		if (!cases[i].out)
			tree_mkdir("empty/deep");
		if (chdir(cases[i].in) != 0)
			exit(99);
		snprintf(name, sizeof name, "target `%s` in `%s`",
		         cases[i].dst, cases[i].in);
		code = convert(cases[i].dst, NULL, &e);
		if (chdir(tree_root) != 0)
			exit(99);
		if (cases[i].out)
			CHECK(name, !code &&
			      !strcmp(tree_of(cases[i].out), written) &&
			      !strcmp(tree_read("empty/../sub/x"), ""),
			      "%d %s", code, tree_messages(&e));
		else
			CHECK(name, code == WEFT_CANTCREAT, "%d", code);
		tree_messages(&e);
		for (const char *const *d = (const char *const[]){"src", "sub",
		     "empty", "link", "new", "a name", "-rf", "..x", NULL}; *d;
		     d++)
			tree_remove(*d);
		CHECK("and nothing else", !strcmp(tree_of("."), ""), "%s",
		      tree_of("."));
	}
}

static void
make_states(void)
{
	tree_mkdir("src");
	tree_mkdir("src/sub");
	tree_put("src/w", "source");
	tree_put("file", "");
	tree_mkdir("full");
	tree_put("full/x", "");
	tree_mkdir("hidden");
	tree_put("hidden/.x", "");
	tree_mkdir("empty");
	symlink("nowhere", "dangling");
	symlink("empty", "to_empty");
	symlink("src", "to_src");
	mkfifo("fifo", 0666);
	link("src/w", "hard");
	tree_mkdir(".p.weft-partial");
	tree_put(".p.weft-partial/x", "");
	symlink("full", ".in_way.weft-partial");
	tree_put(".in_way2.weft-partial", "");
}

static void
remove_states(void)
{
	for (const char *const *d = (const char *const[]){"src", "file", "full",
	     "hidden", "empty", "dangling", "to_empty", "to_src", "fifo",
	     "hard", ".p.weft-partial", ".in_way.weft-partial",
	     ".in_way2.weft-partial", NULL}; *d; d++)
		tree_remove(*d);
}

static const struct {
	const char *dst, *src;
	int code;
	const char *message;
} states[] = {
	{"file", "src", WEFT_CANTCREAT, "no directory"},
	{"full", "src", WEFT_CANTCREAT, "not empty: it holds x"},
	{"hidden", "src", WEFT_CANTCREAT, "not empty: it holds .x"},
	{"dangling", "src", WEFT_CANTCREAT, "symbolic link"},
	{"dangling/", "src", WEFT_CANTCREAT, "symbolic link"},
	{"to_empty", "src", WEFT_CANTCREAT, "symbolic link"},
	{"to_empty/", "src", WEFT_CANTCREAT, "symbolic link"},
	{"to_src", "src", WEFT_CANTCREAT, "symbolic link"},
	{"fifo", "src", WEFT_CANTCREAT, "no directory"},
	{"hard", "src", WEFT_CANTCREAT, "no directory"},
	{"hard", "src/w", WEFT_USAGE, "is the source"},
	{"no/where", "src", WEFT_CANTCREAT, "No such file"},
	{"file/x", "src", WEFT_CANTCREAT, "Not a directory"},
	{"no/.", "src", WEFT_CANTCREAT, "No such file"},
	{"", "src", WEFT_USAGE, "empty"},
	{"/", "src", WEFT_CANTCREAT, "root"},
	{"new", "gone", WEFT_NOINPUT, "No such file"},
	{"src", "src", WEFT_USAGE, "is the source"},
	{"src/", "src", WEFT_USAGE, "is the source"},
	{"src/../src", "src", WEFT_USAGE, "is the source"},
	{"src/new", "src", WEFT_USAGE, "inside the source"},
	{"src/sub/new", "src", WEFT_USAGE, "inside the source"},
	{"to_src/new", "src", WEFT_USAGE, "inside the source"},
	{"src/new", "to_src", WEFT_USAGE, "inside the source"},
	{"src", "src/sub", WEFT_USAGE, "around the source"},
	{".", "src", WEFT_USAGE, "around the source"},
	{"src", "src/w", WEFT_USAGE, "around the source"},
	{"src/w", "src/w", WEFT_USAGE, "is the source"},
	{"p", ".p.weft-partial", WEFT_USAGE, "is the source"},
	{"p", ".p.weft-partial/x", WEFT_USAGE, "around the source"},
	{"in_way", "src", WEFT_CANTCREAT, "cannot open"},
	{"in_way2", "src", WEFT_CANTCREAT, "cannot open"},
};

/* The target in every state that it must not be in. */
static void
check_states(void)
{
	weft_text before = {0};

	make_states();
	weft_text_puts(&before, tree_of("."));
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		weft_errors e = {0};
		char name[96];
		int code = convert(states[i].dst, states[i].src, &e);
		const char *said = tree_messages(&e);

		snprintf(name, sizeof name, "refused `%s` from `%s`",
		         states[i].dst, states[i].src);
		CHECK(name, code == states[i].code &&
		      strstr(said, states[i].message) &&
		      !strcmp(tree_of("."), before.data), "%d %s in %s", code,
		      said, tree_of("."));
	}
	weft_text_free(&before);
	remove_states();
}

/* States that only root can make: each case has a mount, and is skipped
 * without. */
static bool
mounted(const char *from, const char *to, const char *type, unsigned long flags,
        const char *data)
{
	return mount(from, to, type, flags, data) == 0;
}

static void
skip(const char *name)
{
	printf("ok %s # skipped: no mount\n", name);
}

static void
refuse(const char *name, const char *dst, const char *src, int want,
       const char *message)
{
	weft_errors e = {0};
	int code = convert(dst, src, &e);
	const char *said = tree_messages(&e);

	CHECK(name, code == want && strstr(said, message), "%d %s", code, said);
}

static void
check_mounts(void)
{
	tree_mkdir("src");
	tree_mkdir("src/sub");
	tree_mkdir("m");
	if (mounted("none", "m", "tmpfs", 0, "size=1m")) {
		refuse("refused a mount point", "m", "src", WEFT_CANTCREAT,
		       "mount point");
		umount("m");
	} else {
		skip("refused a mount point");
	}
	if (mounted("src/sub", "m", NULL, MS_BIND, NULL)) {
		refuse("refused a bind mount", "m", NULL, WEFT_CANTCREAT,
		       "mount point");
		umount("m");
	} else {
		skip("refused a bind mount");
	}
	if (mounted("src", "m", NULL, MS_BIND, NULL)) {
		refuse("refused the source by another path", "m", "src",
		       WEFT_USAGE, "under another path");
		refuse("refused inside the source by another path", "m/new",
		       "src", WEFT_USAGE, "inside the source, under another");
		refuse("refused around the source by another path", "src",
		       "m/sub", WEFT_USAGE, "around the source, under another");
		mount(NULL, "m", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
		refuse("refused a read-only file system", "m/new", NULL,
		       WEFT_CANTCREAT, "Read-only");
		umount("m");
	} else {
		skip("refused the source by another path");
		skip("refused inside the source by another path");
		skip("refused around the source by another path");
		skip("refused a read-only file system");
	}
	tree_remove("m");
	tree_remove("src");
}

/* Root may write anywhere; somebody else must be told. */
static void
check_rights(void)
{
	int status;
	pid_t child;

	if (geteuid() != 0) {
		printf("ok refused without rights # skipped: not root\n");
		return;
	}
	tree_mkdir("closed");
	tree_mkdir("closed/empty");
	chmod(".", 0755);
	child = fork();
	if (child == 0) {
		weft_errors e = {0};

		if (setuid(65534) != 0)
			_exit(1);
		_exit(convert("closed/new", NULL, &e) != WEFT_CANTCREAT ||
		      convert("closed/empty", NULL, &e) != WEFT_CANTCREAT);
	}
	waitpid(child, &status, 0);
	CHECK("refused without rights", status == 0 &&
	      !strcmp(tree_of("closed"), "empty/ "), "%d, %s", status,
	      tree_of("closed"));
	tree_remove("closed");
}

int
main(void)
{
	umask(022);
	tree_begin();
	check_spellings();
	check_states();
	check_mounts();
	check_rights();
	CHECK("nothing is left", !*tree_of("."), "%s", tree_of("."));
	return check_done();
}
