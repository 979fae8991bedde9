/* Side files: which go along, that they do so byte for byte, and that a
 * difference is found. */
#include <dlfcn.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../../runtime/io/side.h"
#include "../lib/check.h"
#include "io_tree.h"

/* What happens before, and after, the next read of a file. */
static void (*while_reading)(void), (*after_reading)(void);

ssize_t
pread(int fd, void *buf, size_t n, off_t at)
{
	ssize_t (*real)(int, void *, size_t, off_t) =
		(ssize_t(*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT,
		                                              "pread");
	void (*before)(void) = while_reading, (*after)(void) = after_reading;
	ssize_t r;

	while_reading = after_reading = NULL;
	if (before)
		before();
	r = real(fd, buf, n, at);
	if (after)
		after();
	return r;
}

static const struct {
	const char *name;
	enum weft_side_action action;
	const char *reason;
} expected[] = {
	{".cache", WEFT_SIDE_LEFT, "a directory"},
	{".git", WEFT_SIDE_LEFT, "a directory"},
	{".gitattributes", WEFT_SIDE_COPY, NULL},
	{".metadata", WEFT_SIDE_LEFT, "an index of weights"},
	{"LICENSE", WEFT_SIDE_COPY, NULL},
	{"MODEL.SafeTensors", WEFT_SIDE_LEFT, "weights"},
	{"README.md", WEFT_SIDE_COPY, NULL},
	{"a name.txt", WEFT_SIDE_COPY, NULL},
	{"a\\b", WEFT_SIDE_LEFT, "an unusual name"},
	{"config.json", WEFT_SIDE_EDITED, NULL},
	{"dangling.json", WEFT_SIDE_LEFT, "a link to nowhere"},
	{"device.json", WEFT_SIDE_LEFT, "not a regular file"},
	{"fifo", WEFT_SIDE_LEFT, "not a regular file"},
	{"generation_config.json", WEFT_SIDE_COPY, NULL},
	{"inside.json", WEFT_SIDE_COPY, NULL},
	{"model-00001-of-00002.safetensors", WEFT_SIDE_LEFT, "weights"},
	{"model.ckpt.data-00000-of-00001", WEFT_SIDE_LEFT, "weights"},
	{"model.safetensors.index.json", WEFT_SIDE_LEFT, "an index of weights"},
	{"pytorch_model.bin", WEFT_SIDE_LEFT, "weights"},
	{"safetensors", WEFT_SIDE_COPY, NULL},
	{"socket", WEFT_SIDE_LEFT, "not a regular file"},
	{"subdir", WEFT_SIDE_LEFT, "a directory"},
	{"to_subdir", WEFT_SIDE_LEFT, "a directory"},
	{"tokenizer.model", WEFT_SIDE_COPY, NULL},
	{"weft.json", WEFT_SIDE_LEFT, "written anew"},
	{"x.gguf", WEFT_SIDE_LEFT, "weights"},
};

enum { EXPECTED = sizeof expected / sizeof *expected };

static void
make_socket(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(at.sun_path, path);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
		exit(99);
	close(fd);
}

static void
make_source(void)
{
	tree_mkdir("src");
	for (size_t i = 0; i < EXPECTED; i++) {
		char path[128];

		snprintf(path, sizeof path, "src/%s", expected[i].name);
		if (strstr(path, ".json") && expected[i].action ==
		    WEFT_SIDE_LEFT && !strstr(path, "index") &&
		    !strstr(path, "weft"))
			continue;
		if (!strcmp(expected[i].name, "inside.json"))
			continue;
		if (expected[i].reason && strstr(expected[i].reason, "direct"))
			tree_mkdir(path);
		else
			tree_put(path, path);
	}
	rmdir("src/to_subdir");
	unlink("src/fifo");
	unlink("src/socket");
	symlink("subdir", "src/to_subdir");
	symlink("README.md", "src/inside.json");
	symlink("/dev/zero", "src/device.json");
	symlink("nowhere", "src/dangling.json");
	mkfifo("src/fifo", 0666);
	make_socket("src/socket");
}

static void
check_scan(const weft_dir *dir, weft_arena *a)
{
	const char *const edited[] = {"config.json", "absent.json"};
	weft_errors e = {0};
	weft_side s;
	int code = weft_side_scan(&s, dir, edited, 2, a, &e);

	CHECK("scan", !code && s.n == EXPECTED, "%d, %zu entries", code, s.n);
	for (size_t i = 0; i < s.n && i < EXPECTED; i++) {
		const struct weft_side_entry *x = &s.entries[i];
		char name[96];

		snprintf(name, sizeof name, "scan %s", expected[i].name);
		CHECK(name, !strcmp(x->name, expected[i].name) &&
		      x->action == expected[i].action &&
		      !x->reason == (x->action != WEFT_SIDE_LEFT) &&
		      (!expected[i].reason ||
		       !strcmp(x->reason, expected[i].reason)),
		      "%s, action %d, %s", x->name, x->action,
		      x->reason ? x->reason : "no reason");
	}
	weft_errors_free(&e);
}

/* Copies and compares as a conversion and its verification do. */
static int
copy(const weft_dir *dir, const char *dst, weft_arena *a, weft_errors *e)
{
	weft_output o = {0};
	weft_side s;
	int code = weft_side_scan(&s, dir, NULL, 0, a, e);

	if (!code)
		code = weft_output_begin(&o, dst, NULL, 0, e);
	if (!code)
		code = weft_side_copy(&s, dir, &o, e);
	if (!code)
		code = weft_output_commit(&o, e);
	weft_output_abort(&o, e);
	return code;
}

static int
compare(const weft_dir *src, const char *dst, weft_arena *a, weft_errors *e)
{
	weft_dir d;
	weft_side s;
	int code = weft_dir_open(&d, dst, false, e);

	if (code)
		return code;
	code = weft_side_scan(&s, src, NULL, 0, a, e);
	if (!code)
		code = weft_side_compare(&s, src, &d, e);
	weft_dir_close(&d);
	return code;
}

static void
check_copy(const weft_dir *dir, weft_arena *a)
{
	weft_errors e = {0};
	int code = copy(dir, "new", a, &e);

	CHECK("copy", !code && !strcmp(tree_of("new"), ".gitattributes LICENSE "
	      "README.md a name.txt config.json generation_config.json "
	      "inside.json safetensors tokenizer.model "), "%d %s in %s", code,
	      tree_messages(&e), tree_of("new"));
	CHECK("a link becomes a file", !strcmp(tree_read("new/inside.json"),
	      "src/README.md"), "%s", tree_read("new/inside.json"));
	code = compare(dir, "new", a, &e);
	CHECK("compare", !code, "%d %s", code, tree_messages(&e));
	unlink("new/LICENSE");
	tree_put("new/README.md", "src/README.mD");
	code = compare(dir, "new", a, &e);
	CHECK("all that differs is told", code == WEFT_BAD && e.count == 2 &&
	      strstr(tree_messages(&e), "new/LICENSE is missing"), "%d", code);
	code = compare(dir, "new", a, &e);
	CHECK("and where", code == WEFT_BAD && strstr(tree_messages(&e),
	      "README.md at byte 12 (of 13 and 13)"), "%d", code);
	tree_remove("new");
}

/* Bytes that depend on their position, in a file of `size`. */
static void
put_bytes(const char *path, size_t size)
{
	FILE *f = fopen(path, "w");
	uint32_t x = 12345;

	for (size_t i = 0; i < size; i++) {
		x = x * 1664525u + 1013904223u;
		putc((int)(x >> 24), f);
	}
	fclose(f);
}

static void
flip(const char *path, long at)
{
	FILE *f = fopen(path, "r+");
	int c;

	fseek(f, at, SEEK_SET);
	c = getc(f);
	fseek(f, at, SEEK_SET);
	putc(c ^ 0x10, f);
	fclose(f);
}

static void
check_sizes(weft_arena *a)
{
	static const size_t sizes[] = {0, 1, 4095, (1 << 20) - 1, 1 << 20,
	                               (1 << 20) + 1, 3 << 20};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		weft_errors e = {0};
		weft_dir dir;
		char name[64], same[64], where[64];
		long at = (long)(sizes[i] * 2 / 3);
		int code;

		tree_mkdir("sized");
		put_bytes("sized/f", sizes[i]);
		weft_dir_open(&dir, "sized", false, &e);
		code = copy(&dir, "new", a, &e);
		snprintf(name, sizeof name, "%zu bytes", sizes[i]);
		snprintf(same, sizeof same, "cmp -s sized/f new/f");
		CHECK(name, !code && system(same) == 0 &&
		      !compare(&dir, "new", a, &e), "%d %s", code,
		      tree_messages(&e));
		snprintf(where, sizeof where, "at byte %ld (of", at);
		if (sizes[i]) {
			flip("new/f", at);
			code = compare(&dir, "new", a, &e);
			CHECK("one bit of it", code == WEFT_BAD &&
			      strstr(tree_messages(&e), where), "%d", code);
			flip("new/f", at);
		}
		put_bytes("new/f", sizes[i] + 1);
		snprintf(where, sizeof where, "at byte %zu (of %zu and %zu)",
		         sizes[i], sizes[i] + 1, sizes[i]);
		code = compare(&dir, "new", a, &e);
		CHECK("one byte more", code == WEFT_BAD &&
		      strstr(tree_messages(&e), where), "%d", code);
		weft_dir_close(&dir);
		tree_remove("sized");
		tree_remove("new");
	}
}

static void
truncate_source(void)
{
	if (truncate("sized/f", 100) != 0)
		exit(99);
}

static void
rewrite_source(void)
{
	flip("sized/f", 2500000);
}

static void
append_to_source(void)
{
	tree_put("sized/f", "longer than before");
}

static void
replace_source(void)
{
	put_bytes("sized/g", 3 << 20);
	rename("sized/g", "sized/f");
}

/* The source changes between the first and the last byte read. */
static void
check_changes(weft_arena *a)
{
	static const struct {
		const char *name;
		void (*change)(void);
	} cases[] = {
		{"truncated while it is copied", truncate_source},
		{"rewritten while it is copied", rewrite_source},
		{"replaced while it is copied", replace_source},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_errors e = {0};
		weft_dir dir;
		int code;

		tree_mkdir("sized");
		put_bytes("sized/f", 3 << 20);
		weft_dir_open(&dir, "sized", false, &e);
		usleep(20000);
		while_reading = cases[i].change;
		code = copy(&dir, "new", a, &e);
		CHECK(cases[i].name, code == WEFT_BAD && e.count == 1 &&
		      !strstr(tree_of("."), "new"), "%d, %d in %s: %s", code,
		      e.count, tree_of("."), tree_messages(&e));
		weft_errors_free(&e);
		weft_dir_close(&dir);
		tree_remove("sized");
	}
}

/* The source changes once all of it has been read. */
static void
check_late_change(weft_arena *a)
{
	weft_errors e = {0};
	weft_dir dir;
	int code;

	tree_mkdir("sized");
	tree_put("sized/f", "short");
	weft_dir_open(&dir, "sized", false, &e);
	usleep(20000);
	after_reading = append_to_source;
	code = copy(&dir, "new", a, &e);
	CHECK("written to after it was read", code == WEFT_BAD &&
	      e.count == 1 && !strstr(tree_of("."), "new"), "%d in %s: %s",
	      code, tree_of("."), tree_messages(&e));
	weft_errors_free(&e);
	weft_dir_close(&dir);
	tree_remove("sized");
}

/* A link out of the directory is an error before anything is copied, unless
 * the user follows it. */
static void
check_outside(weft_arena *a)
{
	weft_errors e = {0};
	weft_dir dir;
	int code;

	tree_mkdir("linked");
	tree_put("outside", "text");
	symlink("../outside", "linked/outside.json");
	weft_dir_open(&dir, "linked", false, &e);
	code = copy(&dir, "new", a, &e);
	CHECK("a link out of the directory", code == WEFT_BAD &&
	      strstr(tree_messages(&e), "--follow-symlinks") &&
	      !*tree_of("new"), "%d", code);
	dir.follow = true;
	code = copy(&dir, "new", a, &e);
	CHECK("a link that is followed", !code &&
	      !strcmp(tree_read("new/outside.json"), "text"), "%d %s", code,
	      tree_messages(&e));
	weft_dir_close(&dir);
	tree_remove("linked");
	tree_remove("outside");
	tree_remove("new");
}

/* A file of a Hugging Face cache: a link to ../../blobs/HEX. */
static void
check_cache(weft_arena *a)
{
	static const char blob[] =
		"cache/blobs/0123456789abcdef0123456789abcdef01234567";
	weft_errors e = {0};
	weft_dir dir;
	int code;

	tree_mkdir("cache");
	tree_mkdir("cache/blobs");
	tree_mkdir("cache/snapshots");
	tree_mkdir("cache/snapshots/1");
	tree_put(blob, "tokens");
	symlink("../../blobs/0123456789abcdef0123456789abcdef01234567",
	        "cache/snapshots/1/vocab.txt");
	weft_dir_open(&dir, "cache/snapshots/1", false, &e);
	code = copy(&dir, "new", a, &e);
	CHECK("a link of the Hugging Face cache", !code &&
	      !strcmp(tree_of("new"), "vocab.txt ") &&
	      !strcmp(tree_read("new/vocab.txt"), "tokens"), "%d %s", code,
	      tree_messages(&e));
	weft_dir_close(&dir);
	tree_remove("cache");
	tree_remove("new");
}

int
main(void)
{
	weft_arena a = {0};
	weft_errors e = {0};
	weft_text before = {0};
	weft_dir dir;

	umask(022);
	tree_begin();
	make_source();
	weft_text_puts(&before, tree_of("src"));
	if (weft_dir_open(&dir, "src", false, &e))
		return 99;
	check_scan(&dir, &a);
	check_copy(&dir, &a);
	weft_dir_close(&dir);
	CHECK("the source stays", !strcmp(tree_of("src"), before.data), "%s",
	      tree_of("src"));
	check_sizes(&a);
	check_changes(&a);
	check_late_change(&a);
	check_outside(&a);
	check_cache(&a);
	weft_text_free(&before);
	weft_arena_free(&a);
	return check_done();
}
