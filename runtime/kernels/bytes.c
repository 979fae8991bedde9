/* Questions about runs of bytes. */
#include <string.h>

#include "kernels.h"

/* Enough for the processor to run ahead in, and little to look through again
 * for the one byte. */
#define CHUNK 4096

size_t
weft_first_difference(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;
	size_t at = 0, chunk;

	while (at < n) {
		chunk = n - at < CHUNK ? n - at : CHUNK;
		if (memcmp(p + at, q + at, chunk) != 0)
			break;
		at += chunk;
	}
	while (at < n && p[at] == q[at])
		at++;
	return at;
}
