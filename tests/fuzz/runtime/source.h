/* A directory of the harness, and files in it. */
#ifndef FUZZ_SOURCE_H
#define FUZZ_SOURCE_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/format.h"
#include "text.h"

static inline const char *
source_dir(void)
{
	static char path[] = "/tmp/weft-fuzz-XXXXXX";
	static bool made;

	if (!made && !mkdtemp(path))
		abort();
	made = true;
	return path;
}

static inline void
source_put(const char *name, const void *bytes, size_t n)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/%s", source_dir(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || close(fd) != 0)
		abort();
}

#endif
