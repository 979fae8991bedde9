/* Cases of a C test: `CHECK("name", condition, "format of what went wrong", …)`
 * prints one line a case; main() ends with `return check_done();`. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int check_failed;

#define CHECK(name, condition, ...)                                          \
	do {                                                                 \
		if (condition) {                                             \
			printf("ok %s\n", name);                             \
		} else {                                                     \
			check_failed++;                                      \
			printf("not ok %s: ", name);                         \
			printf(__VA_ARGS__);                                 \
			putchar('\n');                                       \
		}                                                            \
	} while (0)

static inline int
check_done(void)
{
	return check_failed != 0;
}

#endif
