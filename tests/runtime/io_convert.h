/* A conversion, as far as the output sees one. */
#ifndef IO_CONVERT_H
#define IO_CONVERT_H

#include "../../runtime/io/output.h"

/* Writes a small checkpoint to `dst` and commits it. */
static inline int
convert(const char *dst, const char *src, weft_errors *e)
{
	const char *sources[] = {src};
	weft_output o = {0};
	int code = weft_output_begin(&o, dst, sources, src ? 1 : 0, e);

	if (!code)
		code = weft_output_write_small(&o, "", "w", "weights", 7, e);
	if (!code)
		code = weft_output_write_small(&o, "rank0/a", "w", "r", 1, e);
	if (!code)
		code = weft_output_commit(&o, e);
	weft_output_abort(&o, e);
	return code;
}

static const char written[] = "rank0/ rank0/a/ rank0/a/w w ";

#endif
