/* Arithmetic on numbers from files. Everything that multiplies, adds or
 * narrows a size, an offset or a count that a file, a config or a command line
 * gave goes through here; false means it does not fit and *r is unspecified. */
#ifndef WEFT_CHECKED_H
#define WEFT_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_CHECKED __attribute__((warn_unused_result)) static inline bool

WEFT_CHECKED weft_add_u64(uint64_t a, uint64_t b, uint64_t *r)
{
	return !__builtin_add_overflow(a, b, r);
}

WEFT_CHECKED weft_mul_u64(uint64_t a, uint64_t b, uint64_t *r)
{
	return !__builtin_mul_overflow(a, b, r);
}

WEFT_CHECKED weft_sub_u64(uint64_t a, uint64_t b, uint64_t *r)
{
	return !__builtin_sub_overflow(a, b, r);
}

WEFT_CHECKED weft_add_i64(int64_t a, int64_t b, int64_t *r)
{
	return !__builtin_add_overflow(a, b, r);
}

WEFT_CHECKED weft_sub_i64(int64_t a, int64_t b, int64_t *r)
{
	return !__builtin_sub_overflow(a, b, r);
}

WEFT_CHECKED weft_mul_i64(int64_t a, int64_t b, int64_t *r)
{
	return !__builtin_mul_overflow(a, b, r);
}

/* a / b only where it leaves nothing over. */
WEFT_CHECKED weft_div_exact(int64_t a, int64_t b, int64_t *r)
{
	if (b == 0 || (a == INT64_MIN && b == -1) || a % b != 0)
		return false;
	*r = a / b;
	return true;
}

/* The least multiple of m >= 1 that is not below n >= 0. */
WEFT_CHECKED weft_round_up(int64_t n, int64_t m, int64_t *r)
{
	if (n < 0 || m < 1)
		return false;
	return weft_add_i64(n, m - 1, r) && (*r -= *r % m, true);
}

WEFT_CHECKED weft_to_i64(uint64_t a, int64_t *r)
{
	return !__builtin_add_overflow(a, (uint64_t)0, r);
}

WEFT_CHECKED weft_to_u64(int64_t a, uint64_t *r)
{
	return !__builtin_add_overflow(a, (int64_t)0, r);
}

WEFT_CHECKED weft_to_size(uint64_t a, size_t *r)
{
	return !__builtin_add_overflow(a, (uint64_t)0, r);
}

#endif
