/* The processors this process may use. */
#include <sched.h>

#include "../../runtime/cpu.h"
#include "../../runtime/kernels/kernels.h"
#include "../lib/check.h"

int
main(void)
{
	const weft_kernels *best = weft_kernels_choose();
	const char *const *level = weft_kernels_levels();
	cpu_set_t set;
	int cpu = sched_getcpu(), before = weft_cpu_count();

	CHECK("at least one processor", before >= 1, "%d", before);
	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : (size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == 0)
		CHECK("bound to one processor", weft_cpu_count() == 1, "%d",
		      weft_cpu_count());
	while (level[1])
		level++;
	CHECK("the best level is chosen", weft_kernels_level(*level) == best,
	      "%s instead of %s", weft_kernels_name(best), *level);
	CHECK("avx2 is there if the processor has it",
	      !weft_kernels_level("avx2") == !weft_cpu_has_avx2(),
	      "level and processor disagree");
	return check_done();
}
