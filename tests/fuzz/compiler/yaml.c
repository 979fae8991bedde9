/* A table in the spelling of YAML. */
#include "table.h"

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	table_compile("x.weft.yaml", in, n);
	return 0;
}
