/* The one place where the processor decides anything. */
#include <string.h>

#include "../cpu.h"
#include "levels.h"

const char *const *
weft_kernels_levels(void)
{
	static const char *const portable[] = {"portable", NULL};
	static const char *const avx2[] = {"portable", "avx2", NULL};

	return weft_cpu_has_avx2() ? avx2 : portable;
}

const weft_kernels *
weft_kernels_level(const char *name)
{
	if (strcmp(name, weft_kernels_portable.name) == 0)
		return &weft_kernels_portable;
#if defined(__x86_64__)
	if (strcmp(name, weft_kernels_avx2.name) == 0 && weft_cpu_has_avx2())
		return &weft_kernels_avx2;
#endif
	return NULL;
}

const weft_kernels *
weft_kernels_choose(void)
{
#if defined(__x86_64__)
	if (weft_cpu_has_avx2())
		return &weft_kernels_avx2;
#endif
	return &weft_kernels_portable;
}

const char *
weft_kernels_name(const weft_kernels *k)
{
	return k->name;
}
