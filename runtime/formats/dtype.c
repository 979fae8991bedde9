#include "dtype.h"

#include <string.h>

#include "../checked.h"

static const struct {
	const char *name;
	int bits;
} dtypes[] = {
#define DTYPE(name, bits) {#name, bits},
#include "../dtype.def"
#undef DTYPE
};

const char *
weft_dtype_name(enum weft_dtype t)
{
	return dtypes[t].name;
}

int
weft_dtype_bits(enum weft_dtype t)
{
	return dtypes[t].bits;
}

bool
weft_dtype_find(const char *name, size_t n, enum weft_dtype *t)
{
	for (int i = 0; i < WEFT_N_DTYPES; i++) {
		if (strlen(dtypes[i].name) == n &&
		    memcmp(dtypes[i].name, name, n) == 0) {
			*t = (enum weft_dtype)i;
			return true;
		}
	}
	return false;
}

const char *
weft_dtype_list(void)
{
#define DTYPE(name, bits) ", " #name
	static const char list[] =
#include "../dtype.def"
	        ;
#undef DTYPE

	return list + 2;
}

bool
weft_dtype_bytes(enum weft_dtype t, int64_t count, uint64_t *bytes,
                 uint64_t *bits)
{
	int64_t n;

	*bits = 0;
	if (!weft_mul_i64(count, dtypes[t].bits, &n) ||
	    !weft_to_u64(n, bits))
		return false;
	*bytes = *bits / 8;
	return *bits % 8 == 0;
}

bool
weft_shape_count(const int64_t *shape, int rank, int64_t *count)
{
	bool empty = false;

	*count = 1;
	for (int i = 0; i < rank; i++) {
		if (shape[i] < 0)
			return false;
		if (shape[i] == 0)
			empty = true;
		else if (!weft_mul_i64(*count, shape[i], count))
			return false;
	}
	if (empty)
		*count = 0;
	return true;
}
