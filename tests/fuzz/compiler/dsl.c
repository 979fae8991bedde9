/* A table in the DSL. */
#include "table.h"

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	table_compile("x.weft", in, n);
	return 0;
}
