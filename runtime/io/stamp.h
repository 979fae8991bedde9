/* Shared by what opens files and what reads them. */
#ifndef WEFT_STAMP_H
#define WEFT_STAMP_H

#include <sys/stat.h>

#include "dir.h"

void weft_stamp_set(struct weft_stamp *stamp, const struct stat *st);

#endif
