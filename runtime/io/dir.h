/* A source directory, opened once. Everything in it is reached through its
 * descriptor by plain relative names, and stays inside it. */
#ifndef WEFT_DIR_H
#define WEFT_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../arena.h"
#include "../error.h"

typedef struct weft_dir {
	char *path;    /* as the user wrote it, for messages; owned */
	int fd;
	bool follow;   /* --follow-symlinks: links may lead out of it */
} weft_dir;

/* What identifies a file and the state it is in. */
struct weft_stamp {
	dev_t dev;
	ino_t ino;
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
};

/* A regular file open for reading. The directory must outlive it. */
struct weft_file {
	const weft_dir *dir;
	const char *path;         /* relative to `dir`; not owned */
	int fd;                   /* -1: opened again for each read */
	struct weft_stamp stamp;  /* when it was opened */
	bool anywhere;            /* a link named by the user: followed */
};

struct weft_entry {
	const char *name;
	mode_t type;     /* of the entry itself: S_IFREG, S_IFLNK, … */
	mode_t target;   /* of what it leads to; 0 if that cannot be reached */
	uint64_t size;   /* of what it leads to, in bytes */
};

/* Opens directory `path`. Returns 0, or WEFT_NOINPUT with a message; then
 * nothing is to be closed. */
int weft_dir_open(weft_dir *dir, const char *path, bool follow_symlinks,
                  weft_errors *e);
void weft_dir_close(weft_dir *dir);

/* Is `name` a relative path whose parts are neither empty nor "." nor "..",
 * without backslash and drive letter? Only such names are ever opened. */
bool weft_name_is_plain(const char *name);

/* Opens regular file `name` of `dir`; never blocks on a FIFO or device. `name`
 * must live as long as the file. Links are followed inside the directory, as
 * ../../blobs/HEX out of a Hugging Face cache snapshot (one more .. for each
 * directory in `name`), and everywhere if `dir->follow`.
 * Returns 0, WEFT_BAD (not a plain name, a link out, not a regular file),
 * WEFT_NOINPUT (missing, unreadable) or WEFT_OS with a message. */
int weft_dir_open_file(const weft_dir *dir, const char *name,
                       struct weft_file *f, weft_errors *e);

/* The same for a file the user named: links are followed wherever they
 * lead. */
int weft_dir_open_named(const weft_dir *dir, const char *name,
                        struct weft_file *f, weft_errors *e);

/* Whether `name` exists in `dir`, as anything, even a dangling link. */
bool weft_dir_has(const weft_dir *dir, const char *name);

/* The entries of subdirectory `sub` ("" for `dir` itself) in bytewise order,
 * without "." and "..", in `a`. Returns 0, WEFT_NOINPUT or WEFT_OS. */
int weft_dir_list(const weft_dir *dir, const char *sub, weft_arena *a,
                  struct weft_entry **list, size_t *n, weft_errors *e);

/* Gives the descriptor back until the next read opens the file again and
 * checks that it is the same one. Closing also ends the file. */
void weft_file_close(struct weft_file *f);

/* Reads exactly `n` bytes at `offset` into `buf`; any number of threads at
 * once, each with its own `e`. Returns 0, WEFT_BAD (the file changed),
 * WEFT_OS or WEFT_IO. */
int weft_file_pread(const struct weft_file *f, void *buf, size_t n,
                    uint64_t offset, weft_errors *e);

/* Whether the open file and the one its name now leads to are both still in
 * the state they were opened in. Returns 0, or WEFT_BAD (it changed),
 * WEFT_OS or WEFT_IO with a message. */
int weft_file_unchanged(const struct weft_file *f, weft_errors *e);

/* How many descriptors source files may hold, after raising the soft limit to
 * the hard one; a part of them is left to everything else. */
size_t weft_file_budget(void);

#endif
