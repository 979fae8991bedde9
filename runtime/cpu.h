/* What this machine can do. */
#ifndef WEFT_CPU_H
#define WEFT_CPU_H

#include <stdbool.h>

/* Instruction sets beyond the one the program is compiled for, usable by this
 * process: the processor has them and the system saves their registers. */
bool weft_cpu_has_avx2(void);

/* Processors this process may run on, at least 1. */
int weft_cpu_count(void);

#endif
