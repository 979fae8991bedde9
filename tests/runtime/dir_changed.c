/* Sources that change while they are read, that shrink, that fail; more files
 * than descriptors. */
#include <fcntl.h>
#include <sys/resource.h>

#include "checkpoint.h"

static const struct weft_open_options plain;

enum change {
	NOTHING, WRITTEN, GROWN, TRUNCATED, REPLACED, RENAMED, REMOVED,
	REWRITTEN, MODE, LINKED_OUT
};

static void
write_at(const char *path, off_t at, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || pwrite(fd, bytes, n, at) != (ssize_t)n)
		abort();
	close(fd);
}

/* Writes the last byte and sets the times back. */
static void
rewrite(const char *path)
{
	struct stat st;
	struct timespec times[2];

	if (stat(path, &st) < 0)
		abort();
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	write_at(path, st.st_size - 1, "x", 1);
	if (utimensat(AT_FDCWD, path, times, 0) < 0)
		abort();
}

static void
apply(enum change change, const char *path)
{
	int bad = 0;

	switch (change) {
	case NOTHING:
		break;
	case WRITTEN:
		write_at(path, 70, "x", 1);
		break;
	case GROWN:
		write_at(path, 100, "x", 1);
		break;
	case TRUNCATED:
		bad = truncate(path, 60);
		break;
	case REPLACED:
		WRITE_KEYS("m/new", "x");
		bad = rename("m/new", path);
		break;
	case RENAMED:
		bad = rename(path, "m/other");
		break;
	case REMOVED:
		bad = unlink(path);
		break;
	case REWRITTEN:
		rewrite(path);
		break;
	case MODE:
		bad = chmod(path, 0600);
		break;
	case LINKED_OUT:
		bad = rename(path, "moved") || symlink("../moved", path);
		break;
	}
	if (bad)
		abort();
}

static void
test_change(const char *name, enum change change, bool open)
{
	struct weft_source s;
	weft_errors e = {0};
	int code;
	char *text;

	checkpoint_remove("m");
	if (mkdir("m", 0755) < 0)
		abort();
	WRITE_KEYS("m/model.safetensors", "x");
	code = weft_source_open(&s, "m", plain, &e);
	/* A file system may keep times to 10 ms only. */
	usleep(20000);
	if (!open)
		weft_file_close(&s.files[0]);
	apply(change, "m/model.safetensors");
	code = code ? -1 : weft_source_unchanged(&s, &e);
	text = messages(&e);
	if (change == NOTHING)
		CHECK(name, code == 0 && !*text, "%d: %s", code, text);
	else
		CHECK(name, code == 65 && strstr(text, "source changed while "
		      "it was read: model.safetensors"), "%d: %s", code, text);
	free(text);
	weft_source_close(&s);
}

static void
test_changes(void)
{
	static const char *const names[] = {
		[NOTHING] = "nothing changed",
		[WRITTEN] = "S05 written to", [GROWN] = "S05 grown",
		[TRUNCATED] = "S05 truncated", [REPLACED] = "S05 replaced",
		[RENAMED] = "S05 renamed", [REMOVED] = "S05 removed",
		[REWRITTEN] = "S05 rewritten, time set back",
		[MODE] = "S05 mode changed",
		[LINKED_OUT] = "S05 replaced by a link out",
	};
	char name[80];

	for (int i = 0; i <= LINKED_OUT; i++) {
		test_change(names[i], (enum change)i, true);
		snprintf(name, sizeof name, "%s, file not held open",
		         names[i]);
		test_change(name, (enum change)i, false);
	}
}

static void
test_read(void)
{
	struct weft_source s;
	weft_errors e = {0};
	char buffer[8], *text;
	int held, again, short_code;

	checkpoint_remove("m");
	if (mkdir("m", 0755) < 0)
		abort();
	WRITE_KEYS("m/model.safetensors", "x", "y");
	if (weft_source_open(&s, "m", plain, &e))
		abort();
	write_at("m/model.safetensors", (off_t)s.tensors[0].offset, "abcd", 4);
	held = weft_file_pread(&s.files[0], buffer, 2, s.tensors[1].offset,
	                       &e);
	CHECK("read", !held && memcmp(buffer, "cd", 2) == 0, "differs");
	if (truncate("m/model.safetensors",
	             (off_t)s.tensors[1].offset + 1) < 0)
		abort();
	short_code = weft_file_pread(&s.files[0], buffer, 2,
	                             s.tensors[1].offset, &e);
	weft_file_close(&s.files[0]);
	again = weft_file_pread(&s.files[0], buffer, 1, 0, &e);
	text = messages(&e);
	CHECK("T9 read behind the new end", short_code == 65 &&
	      strstr(text, "it became shorter"), "%d: %s", short_code, text);
	CHECK("T9 read by opening again", again == 65 &&
	      strstr(text, "its size is another now"), "%d: %s", again, text);
	free(text);
	weft_source_close(&s);
}

static void
test_io_error(void)
{
	struct weft_file f = {.path = "p", .fd = open("/", O_RDONLY),
	                      .stamp.size = 10};
	weft_errors e = {0};
	char buffer[4], *text;
	int code = weft_file_pread(&f, buffer, 4, 3, &e);

	text = messages(&e);
	CHECK("T10 a read that fails", code == 74 &&
	      strstr(text, "p: byte 3: cannot be read"), "%d: %s", code, text);
	free(text);
	weft_file_close(&f);
}

/* 100 shards with fewer descriptors than files, then with barely any. */
static void
test_few_descriptors(rlim_t limit)
{
	struct rlimit rlim = {limit, limit};
	struct weft_source s;
	weft_errors e = {0};
	char name[64], buffer[2];
	int code, read = 0, held = 0;

	checkpoint_remove("m");
	if (mkdir("m", 0755) < 0)
		abort();
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "m/%d.safetensors", i);
		WRITE_KEYS(name, name);
	}
	if (setrlimit(RLIMIT_NOFILE, &rlim) < 0)
		abort();
	code = weft_source_open(&s, "m", plain, &e);
	for (size_t i = 0; i < s.n; i++)
		read |= weft_file_pread(&s.files[s.tensors[i].file], buffer, 2,
		                        s.tensors[i].offset, &e);
	for (int i = 0; i < s.n_files; i++)
		held += s.files[i].fd >= 0;
	snprintf(name, sizeof name, "100 files with %d descriptors",
	         (int)limit);
	CHECK(name, !code && s.n == 100 && !read && held < (int)limit - 8 &&
	      !weft_source_unchanged(&s, &e), "code %d, %zu tensors, %d held",
	      code, s.n, held);
	weft_errors_free(&e);
	weft_source_close(&s);
}

int
main(void)
{
	checkpoint_begin();
	test_changes();
	test_read();
	test_io_error();
	test_few_descriptors(90);
	test_few_descriptors(16);
	return checkpoint_end();
}
