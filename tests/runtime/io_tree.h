/* Directories for the tests of runtime/io: made under TMPDIR, entered, and
 * described as text. */
#ifndef IO_TREE_H
#define IO_TREE_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../runtime/error.h"
#include "../../runtime/text.h"

static char tree_root[PATH_MAX];

static inline int
tree_remove_one(const char *path, const struct stat *st, int type,
                struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

/* Removes a tree without following links or leaving the file system. */
static inline void
tree_remove(const char *path)
{
	nftw(path, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static inline void
tree_end(void)
{
	if (*tree_root && chdir("/") == 0)
		tree_remove(tree_root);
}

/* Makes a directory, enters it, and removes it at exit. */
static inline void
tree_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	char name[PATH_MAX];

	snprintf(name, sizeof name, "%s/weft-io-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(name) || !realpath(name, tree_root) || chdir(tree_root))
		exit(99);
	atexit(tree_end);
}

static inline void
tree_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0) {
		perror(path);
		exit(99);
	}
}

static inline void
tree_mkdir(const char *path)
{
	if (mkdir(path, 0777) != 0) {
		perror(path);
		exit(99);
	}
}

static inline void
tree_list(const char *path, const char *prefix, weft_text *out)
{
	struct dirent **list;
	int n = scandir(path, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char child[PATH_MAX], name[PATH_MAX];
		struct stat st;

		snprintf(child, sizeof child, "%s/%s", path, list[i]->d_name);
		snprintf(name, sizeof name, "%s%s", prefix, list[i]->d_name);
		if (!strcmp(list[i]->d_name, ".") ||
		    !strcmp(list[i]->d_name, "..") || lstat(child, &st)) {
			free(list[i]);
			continue;
		}
		weft_text_printf(out, "%s%s ", name, S_ISDIR(st.st_mode) ? "/"
		                 : S_ISLNK(st.st_mode) ? "@" : "");
		if (S_ISDIR(st.st_mode)) {
			strcat(name, "/");
			tree_list(child, name, out);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

/* What is in a directory: "a b/ b/c d@ ", sorted; "" also if it is absent. */
static inline const char *
tree_of(const char *path)
{
	static weft_text text;

	text.size = 0;
	weft_text_puts(&text, "");
	tree_list(path, "", &text);
	return text.data;
}

/* The messages of `e`, which forgets them. */
static inline const char *
tree_messages(weft_errors *e)
{
	static char text[8192];
	FILE *f = fmemopen(text, sizeof text, "w");

	text[0] = '\0';
	weft_errors_print(e, f, "test");
	fclose(f);
	e->code = e->count = 0;
	return text;
}

static inline const char *
tree_read(const char *path)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

#endif
