/* Cases of a C test: `CHECK("name", condition, "format of what went wrong", …)`
 * prints one line a case; main() ends with `return check_done();`. */
#ifndef LIB_CHECK_H
#define LIB_CHECK_H

#include <stdint.h>
#include <stdio.h>

static int check_failed;

/* How many times longer a test may take: sanitizers slow down. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define CHECK_SLOWER 10
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHECK_SLOWER 10
#endif
#endif
#ifndef CHECK_SLOWER
#define CHECK_SLOWER 1
#endif

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

/* One case of random ones: `look` makes of a seed what it tests, and returns
 * NULL or why it is wrong. The first five that are wrong are printed. */
static inline void
check_seeds(const char *name, uint64_t seeds, const char *look(uint64_t seed))
{
	int failed = 0;

	for (uint64_t seed = 1; seed <= seeds && failed < 5; seed++) {
		const char *why = look(seed);

		if (why) {
			failed++;
			printf("# seed %llu: %s\n", (unsigned long long)seed,
			       why);
		}
	}
	CHECK(name, failed == 0, "see the seeds above");
}

static inline int
check_done(void)
{
	return check_failed != 0;
}

#endif
