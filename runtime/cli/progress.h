/* A line of progress on a terminal; nothing anywhere else. */
#ifndef WEFT_PROGRESS_H
#define WEFT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise. */
struct weft_progress {
	bool started, shown, terminal;
	int64_t begin_ns, last_ns;
};

/* Shows bytes, bytes per second and the time left, at most five times a
 * second. */
void weft_progress_show(struct weft_progress *p, uint64_t done, uint64_t all);

/* Ends the line. */
void weft_progress_end(struct weft_progress *p);

#endif
