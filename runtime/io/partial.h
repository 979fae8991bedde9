/* The partial directory: made, locked, and removed with all that is in it. */
#ifndef WEFT_IO_PARTIAL_H
#define WEFT_IO_PARTIAL_H

#include "output.h"

/* Holds the process id of the owner, for the message of another process. On
 * file systems that lock files but no directories (NFS) it is also the lock. */
#define WEFT_PARTIAL_LOCK ".weft-lock"

/* Makes the partial directory and locks it: sets fd and lock_fd. What an
 * earlier run has left is removed, with a warning. Returns 0, WEFT_BUSY,
 * WEFT_CANTCREAT or WEFT_OS. */
int weft_partial_enter(weft_output *o, weft_errors *e);

/* Whether the partial directory's name still leads to it. */
bool weft_partial_stands(const weft_output *o);

/* Removes all that is in it, the lock file last, and then itself. Returns 0 or
 * errno. */
int weft_partial_remove(const weft_output *o);

/* Closes, and thereby unlocks, it. */
void weft_partial_leave(weft_output *o);

#endif
