/* Checkpoints made by hand, in a fresh directory, and what opening them says.
 * The directory goes away at the end. */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../runtime/formats/format.h"
#include "../../runtime/text.h"
#include "../lib/check.h"

static char checkpoint_root[256];

static inline int
checkpoint_remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void
checkpoint_remove(const char *path)
{
	nftw(path, checkpoint_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the directory the cases work in and changes into it. */
static inline void
checkpoint_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(checkpoint_root, sizeof checkpoint_root, "%s/weft-XXXXXX",
	         tmp ? tmp : "/tmp");
	if (!mkdtemp(checkpoint_root) || chdir(checkpoint_root) < 0) {
		perror(checkpoint_root);
		exit(1);
	}
}

static inline int
checkpoint_end(void)
{
	if (chdir("/") == 0)
		checkpoint_remove(checkpoint_root);
	return check_done();
}

static inline void
write_bytes(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static inline void
write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

/* A file of a header of `n` bytes and `data` zero bytes. */
static inline void
write_header(const char *path, const char *header, size_t n, size_t data)
{
	size_t size = 8 + n + data;
	unsigned char *file = calloc(1, size);

	if (!file)
		abort();
	for (int i = 0; i < 8; i++)
		file[i] = (unsigned char)((uint64_t)n >> 8 * i);
	memcpy(file + 8, header, n);
	write_bytes(path, file, size);
	free(file);
}

/* A file with one U8 tensor of two bytes for each of the `n` keys. */
static inline void
write_keys(const char *path, const char *const *keys, size_t n)
{
	weft_text t = {0};

	weft_text_puts(&t, "{");
	for (size_t i = 0; i < n; i++)
		weft_text_printf(&t, "%s\"%s\":{\"dtype\":\"U8\",\"shape\":[2],"
		                 "\"data_offsets\":[%zu,%zu]}", i ? "," : "",
		                 keys[i], 2 * i, 2 * i + 2);
	weft_text_puts(&t, "}");
	write_header(path, t.data, t.size, 2 * n);
	weft_text_free(&t);
}

#define WRITE_KEYS(path, ...)                                                \
	write_keys(path, (const char *const[]){__VA_ARGS__},                 \
	           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* All messages as they would be printed; free() ends the text. */
static inline char *
messages(weft_errors *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		abort();
	weft_errors_print(e, out, "t");
	fclose(out);
	return text;
}

/* Opens `path` and checks the exit code, the number of tensors if it is 0,
 * and that the messages hold each of the up to two fragments; "" as the first
 * means that there is no message at all. */
static inline void
expect(const char *name, const char *path, struct weft_open_options options,
       int code, size_t n, const char *fragment, const char *second)
{
	struct weft_source src;
	weft_errors e = {0};
	int got = weft_source_open(&src, path, options, &e);
	char *text = messages(&e);
	bool good = got == code && (code || src.n == n) && e.code == code &&
	            (*fragment ? strstr(text, fragment) != NULL : !*text) &&
	            (!second || strstr(text, second));

	CHECK(name, good, "code %d, %zu tensors, wanted %d, %zu and \"%s\" "
	      "\"%s\"; said:\n%s", got, src.n, code, n, fragment,
	      second ? second : "", text);
	free(text);
	weft_source_close(&src);
}

#endif
