/* Writing a directory so that nothing half-done looks done.
 *
 *     begin    checks DST and makes `.NAME.weft-partial` beside it, locked
 *     create   a file in it; write, close (which syncs); weights first, then
 *              the index and weft.json
 *     commit   syncs, and renames it to DST in one step
 *     abort    removes all of it, at any time before
 *
 * DST must be absent or an empty directory, and lie neither in a source nor
 * around one. The lock is on the directory itself and moves with it; a file in
 * it says whose it is. What a killed run left is removed by the next one.
 *
 * Functions return 0 or the exit code of the error they added to `e`. After an
 * error the only way on is abort. Files are written and closed by any number of
 * threads, each with its own `e`; all else is for one thread at a time. */
#ifndef WEFT_IO_OUTPUT_H
#define WEFT_IO_OUTPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../error.h"

/* Zero-initialise; then it may be aborted at any time. */
typedef struct weft_output {
	char *path;              /* DST: the parent's real path and the name */
	const char *name;        /* the last part of path */
	char *partial;           /* name of the partial directory */
	char **dirs;             /* directories made in it, parents first */
	size_t ndirs;
	int parent_fd, fd;       /* the parent; the partial directory */
	int lock_fd;             /* file that holds the lock, or -1 */
	bool begun;
	bool replaces;           /* DST is an empty directory */
	atomic_bool failed;      /* a write, sync or close has: never commit */
	atomic_int open_files;
} weft_output;

/* A file being written. */
typedef struct weft_output_file {
	weft_output *out;
	char *name;              /* "DIR/NAME" or "NAME" */
	uint64_t size;
	int fd;                  /* -1: parked */
} weft_output_file;

/* Checks `dst` against the `n` paths of `sources` (files or directories that
 * exist) and makes the partial directory. Nothing is written before all checks
 * have passed. Codes: WEFT_USAGE if DST is, is in, or is around a source;
 * WEFT_CANTCREAT if it holds files, is no directory, a symbolic link, a mount
 * point or cannot be made there; WEFT_BUSY if another process works on it;
 * WEFT_NOINPUT if a source is not there. */
int weft_output_begin(weft_output *o, const char *dst,
                      const char *const sources[], size_t n, weft_errors *e);

/* Compares `need` bytes with what the file system has free: WEFT_CANTCREAT,
 * with both numbers, if it is less. */
int weft_output_space(const weft_output *o, uint64_t need, weft_errors *e);

/* Creates the file `name` of exactly `size` bytes, zeros until written, in the
 * directory `dir` below DST ("" is DST; "a/b" is made as needed). A name must
 * be one plain part of a path; a file that exists is WEFT_CANTCREAT. The space
 * is reserved where the file system can. */
int weft_output_create(weft_output *o, weft_output_file *f, const char *dir,
                       const char *name, uint64_t size, weft_errors *e);

/* Makes a directory below DST, and those above it; one that exists is fine. */
int weft_output_mkdir(weft_output *o, const char *dir, weft_errors *e);

/* Gives the descriptor of a file back: writes and the close open it again.
 * For more files than descriptors. */
void weft_output_park(weft_output_file *f);

/* Writes all `n` bytes at `offset`; they must lie within the size. WEFT_IO if
 * it fails; 128 + signal, without a message, once weft_output_interrupted(). */
int weft_output_write(weft_output_file *f, const void *bytes, size_t n,
                      uint64_t offset, weft_errors *e);

/* Makes a file anew from what was written to it: `fn` reads the old one by
 * weft_output_read() and writes the new one, from its start on, by
 * weft_output_append(). The new file takes the name of the old one. Returns 0,
 * what `fn` returned, or a code. */
typedef struct weft_remake {
	const weft_output_file *old;
	int old_fd, fd;
	uint64_t size;           /* written so far */
} weft_remake;

typedef int weft_remake_fn(void *context, weft_remake *r, weft_errors *e);

int weft_output_remake(weft_output_file *f, weft_remake_fn *fn, void *context,
                       weft_errors *e);
int weft_output_read(weft_remake *r, void *to, size_t n, uint64_t at,
                     weft_errors *e);
int weft_output_append(void *remake, const void *bytes, size_t n,
                       weft_errors *e);

/* Syncs and closes; either failing is WEFT_IO and final. Ends `f`. */
int weft_output_close(weft_output_file *f, weft_errors *e);

/* Closes a file of an output that will be aborted. Nothing for one that was
 * never created, or is closed. */
void weft_output_discard(weft_output_file *f);

/* Creates, writes and closes a file. */
int weft_output_write_small(weft_output *o, const char *dir, const char *name,
                            const void *bytes, size_t n, weft_errors *e);

/* Makes the partial directory DST. On an error nothing is left of either. Ends
 * `o`. WEFT_CANTCREAT if something else has appeared at DST meanwhile. */
int weft_output_commit(weft_output *o, weft_errors *e);

/* Removes what was written and ends `o`. What cannot be removed is a warning.
 * Nothing after a commit or an earlier abort. */
void weft_output_abort(weft_output *o, weft_errors *e);

#endif
