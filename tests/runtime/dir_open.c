/* Opening files of a directory: what stays inside, what leads out, with and
 * without openat2. */
#include <errno.h>
#include <fcntl.h>

#include "../../runtime/io/beneath.h"
#include "../../runtime/io/escape.h"
#include "checkpoint.h"

#define HEX "0123456789abcdef0123456789abcdef01234567"

static void
make_dir(const char *path)
{
	if (mkdir(path, 0755) < 0)
		abort();
}

static void
make_link(const char *target, const char *path)
{
	if (symlink(target, path) < 0)
		abort();
}

/* The errno of opening `name` below `root`, or 0 and *ino of the file. */
static int
try_open(int (*open_fn)(int, const char *, int), int root, const char *name,
         ino_t *ino)
{
	int fd = open_fn(root, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return errno;
	*ino = fstat(fd, &st) == 0 ? st.st_ino : 0;
	close(fd);
	return 0;
}

static void
test_beneath(void)
{
	static const struct {
		const char *name;
		int error;
	} cases[] = {
		{"file", 0}, {"d/inner", 0}, {"in", 0}, {"up", 0},
		{"chain", 0}, {"dlink/inner", 0}, {"d/back", 0},
		{"d/./inner", 0}, {"d/../file", 0}, {"d", 0},
		{"none", ENOENT}, {"file/x", ENOTDIR}, {"dangling", ENOENT},
		{"none/x", ENOENT}, {"..", EXDEV}, {"../outside", EXDEV},
		{"d/../../outside", EXDEV}, {"/etc/passwd", EXDEV},
		{"out", EXDEV}, {"absolute", EXDEV}, {"outdir/outside", EXDEV},
		{"d/out2", EXDEV}, {"loop", ELOOP}, {"outin/file", EXDEV},
	};
	int root;

	make_dir("b");
	make_dir("b/d");
	write_text("b/file", "1");
	write_text("b/d/inner", "2");
	write_text("outside", "3");
	make_link("file", "b/in");
	make_link("d/../d/inner", "b/up");
	make_link("in", "b/chain");
	make_link("d", "b/dlink");
	make_link("../file", "b/d/back");
	make_link("nothing", "b/dangling");
	make_link("../outside", "b/out");
	make_link("/etc/passwd", "b/absolute");
	make_link("..", "b/outdir");
	make_link("../../outside", "b/d/out2");
	make_link("loop", "b/loop");
	make_link("../b", "b/outin");
	root = open("b", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char name[64];
		ino_t a = 0, b = 0;
		int x = try_open(weft_open_beneath, root, cases[i].name, &a);
		int y = try_open(weft_open_walking, root, cases[i].name, &b);

		snprintf(name, sizeof name, "beneath: %s", cases[i].name);
		CHECK(name, x == cases[i].error && y == x && a == b,
		      "openat2 says %s, walking %s, wanted %s", strerror(x),
		      strerror(y), strerror(cases[i].error));
	}
	close(root);
}

static void
open_in(const char *name, const weft_dir *dir, const char *file, int code,
        const char *says)
{
	struct weft_file f;
	weft_errors e = {0};
	int got = weft_dir_open_file(dir, file, &f, &e);
	char *text = messages(&e);

	CHECK(name, got == code && strstr(text, says), "code %d, wanted %d "
	      "and \"%s\"; said %s", got, code, says, text);
	weft_file_close(&f);
	free(text);
}

static void
test_cache(void)
{
	weft_dir dir;
	weft_errors e = {0};

	make_dir("hub");
	make_dir("hub/blobs");
	make_dir("hub/snapshots");
	make_dir("hub/snapshots/c0");
	make_dir("hub/snapshots/c0/sub");
	write_text("hub/blobs/" HEX, "blob");
	write_text("hub/notes", "");
	make_link("../notes", "hub/blobs/00");
	if (chdir("hub/snapshots/c0") < 0)
		abort();
	make_link("../../blobs/" HEX, "good");
	make_link("../../../blobs/" HEX, "sub/good");
	make_link("../../../blobs/" HEX, "deep");
	make_link("../../blobs/" HEX, "sub/shallow");
	make_link("../../blobs/ff", "absent");
	make_link("../../blobs/00", "further");
	make_link("../../blobs/../notes", "tricky");
	make_link("../../blobs/NOTHEX", "nothex");
	make_link("../../notes", "notes");
	make_link("sub", "alias");
	make_dir("sub/deep");
	make_link("../../../blobs/" HEX, "sub/deep/shallow");
	make_link("sub/deep", "short");
	if (weft_dir_open(&dir, ".", false, &e))
		abort();
	open_in("cache link", &dir, "good", 0, "");
	open_in("cache link in a subdirectory", &dir, "sub/good", 0, "");
	open_in("cache link by a link inside", &dir, "alias/good", 0, "");
	open_in("cache link with too many dots", &dir, "deep", 65,
	        "leads out of the model directory");
	open_in("cache link with too few dots", &dir, "sub/shallow", 65,
	        "leads out of the model directory");
	open_in("cache link with dots that fit its alias only", &dir,
	        "short/shallow", 65, "leads out of the model directory");
	open_in("cache link to nothing", &dir, "absent", 66,
	        "the download is incomplete");
	open_in("cache link to a further link", &dir, "further", 65, "links");
	open_in("cache link with more behind it", &dir, "tricky", 65,
	        "--follow-symlinks");
	open_in("cache link to another name", &dir, "nothex", 65,
	        "--follow-symlinks");
	open_in("link beside the cache", &dir, "notes", 65,
	        "is a link to ../../notes");
	dir.follow = true;
	open_in("link beside the cache, followed", &dir, "notes", 0, "");
	open_in("a name with dots, links followed", &dir, "../c0/good", 65,
	        "not plain");
	weft_dir_close(&dir);
	if (chdir(checkpoint_root) < 0)
		abort();
}

static void
test_list(void)
{
	static const char *const names[] = {"B", "a", "link", "none", "\xff"};
	weft_dir dir;
	weft_arena a = {0};
	weft_errors e = {0};
	struct weft_entry *list = NULL;
	size_t n = 0;
	bool good;

	make_dir("l");
	make_dir("l/a");
	write_text("l/B", "12345");
	write_text("l/\xff", "");
	make_link("B", "l/link");
	make_link("nothing", "l/none");
	if (weft_dir_open(&dir, "l", false, &e))
		abort();
	good = weft_dir_list(&dir, "", &a, &list, &n, &e) == 0 && n == 5;
	for (size_t i = 0; good && i < n; i++)
		good = strcmp(list[i].name, names[i]) == 0;
	CHECK("list", good && list[0].type == S_IFREG && list[0].size == 5 &&
	      list[1].type == S_IFDIR && list[2].type == S_IFLNK &&
	      list[2].target == S_IFREG && list[2].size == 5 &&
	      list[3].type == S_IFLNK && list[3].target == 0, "differs");
	CHECK("list of nothing", weft_dir_list(&dir, "none", &a, &list, &n, &e)
	      == WEFT_NOINPUT, "found");
	CHECK("has", weft_dir_has(&dir, "none") && !weft_dir_has(&dir, "b"),
	      "differs");
	weft_arena_free(&a);
	weft_errors_free(&e);
	weft_dir_close(&dir);
}

static void
test_escape(void)
{
	char out[WEFT_ESCAPED], longer[1000];

	CHECK("escape", strcmp(weft_escape(out, "a\x1b\"\\\xc3\xa9\xc2\x9b"
	      "\xe2\x80\xae"), "a\\x1b\\\"\\\\\xc3\xa9\\xc2\\x9b"
	      "\\xe2\\x80\\xae") == 0, "%s", out);
	for (int start = 0; start < 5; start++) {
		size_t n;

		memset(longer, 'x', sizeof longer);
		for (size_t i = (size_t)start; i + 4 < sizeof longer; i += 2)
			memcpy(longer + i, "\xc3\xa9", 2);
		longer[sizeof longer - 1] = '\0';
		n = strlen(weft_escape(out, longer));
		CHECK("escape cuts between characters", n < sizeof out &&
		      n > 240 && strcmp(out + n - 3, "...") == 0 &&
		      (unsigned char)out[n - 4] != 0xc3, "%s", out);
	}
}

int
main(void)
{
	checkpoint_begin();
	test_beneath();
	test_cache();
	test_list();
	test_escape();
	return checkpoint_end();
}
