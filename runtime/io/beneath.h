/* Opening a path below a directory so that it cannot lead out of it. */
#ifndef WEFT_BENEATH_H
#define WEFT_BENEATH_H

/* Opens `name`, relative to directory `root`, with open(2) flags `flags`,
 * following links only as long as they stay below `root`. Returns a
 * descriptor, or -1 with errno; EXDEV means that a link leads out. */
int weft_open_beneath(int root, const char *name, int flags);

/* The same without openat2(2), for kernels and sandboxes that lack it. */
int weft_open_walking(int root, const char *name, int flags);

#endif
