/* What both versions of zarr have in common. */
#include "zarr.h"

#include <inttypes.h>
#include <string.h>

#include "../checked.h"
#include "../io/escape.h"

/* A chunk that is larger than its tensor, in the axes it sticks out of, is
 * allowed up to this size. */
#define LARGEST_PADDED ((uint64_t)1 << 32)

int
weft_zarr_read(struct weft_zarr *z, const char *path, const char *text,
               size_t n, weft_zarr_reader *read, weft_arena *a, weft_errors *e)
{
	weft_json *v = weft_json_parse(path, text, n, e);
	int code;

	*z = (struct weft_zarr){.path = path};
	code = v ? read(z, v, a, e) : WEFT_BAD;
	weft_json_free(v);
	return code;
}

int
weft_zarr_members(const struct weft_zarr *z, const weft_json *object,
                  const char *what, const char *const known[], weft_errors *e)
{
	enum weft_json_kind kind = weft_json_kind(object);
	char name[WEFT_ESCAPED];

	if (kind != WEFT_JSON_OBJECT)
		return weft_refuse(z->path, e, "%s is %s, expected an object",
		                   what, weft_json_kind_name(kind));
	for (weft_json_member m = {0}; weft_json_next(object, &m);) {
		int i = 0;

		while (known[i] && strcmp(known[i], m.name) != 0)
			i++;
		if (!known[i])
			return weft_refuse(
				z->path, e, "%s has a member \"%s\", which is "
				"not known and may change what the data means",
				what, weft_escape(name, m.name));
	}
	return 0;
}

int
weft_zarr_dims(struct weft_zarr *z, const weft_json *list, const char *what,
               int64_t least, weft_arena *a, int64_t **dims, weft_errors *e)
{
	enum weft_json_kind kind = weft_json_kind(list);
	size_t n = weft_json_length(list);

	if (kind != WEFT_JSON_LIST)
		return weft_refuse(z->path, e, "%s is %s, expected a list of "
		                   "integers", what,
		                   weft_json_kind_name(kind));
	if (n > WEFT_MAX_RANK)
		return weft_refuse(z->path, e, "%s has %zu dimensions, %d are "
		                   "possible", what, n, WEFT_MAX_RANK);
	if (z->shape && n != (size_t)z->rank)
		return weft_refuse(z->path, e, "%s has %zu dimensions, shape "
		                   "has %d", what, n, z->rank);
	*dims = weft_alloc_array(a, n + 1, sizeof **dims);
	for (size_t i = 0; i < n; i++) {
		const weft_json *v = weft_json_at(list, i);

		if (!weft_json_as_int(v, &(*dims)[i]))
			return weft_refuse(
				z->path, e, "%s[%zu] is %s, expected an integer",
				what, i, weft_json_kind_name(weft_json_kind(v)));
		if ((*dims)[i] < least)
			return weft_refuse(
				z->path, e, "%s[%zu] is %" PRId64 ", expected %"
				PRId64 " or more", what, i, (*dims)[i], least);
	}
	z->rank = (int)n;
	return 0;
}

/* "0x0000" is a zero too, and a null, to tensorstore; a complex number is a
 * list of two. */
void
weft_zarr_fill(struct weft_zarr *z, const weft_json *value)
{
	const char *s;
	bool truth;
	int64_t i;
	double r;

	if (weft_json_kind(value) == WEFT_JSON_NULL)
		return;
	for (size_t k = 0; k < weft_json_length(value); k++)
		weft_zarr_fill(z, weft_json_at(value, k));
	if (weft_json_kind(value) == WEFT_JSON_LIST)
		return;
	if (weft_json_as_bool(value, &truth))
		z->other_fill |= truth;
	else if (weft_json_as_int(value, &i))
		z->other_fill |= i != 0;
	else if (weft_json_as_real(value, &r))
		z->other_fill |= !(r >= 0 && r <= 0) || __builtin_signbit(r);
	else
		z->other_fill |= !weft_json_as_string(value, &s) ||
		                 s[strspn(s, "0x")] != '\0';
}

int
weft_zarr_check(const struct weft_zarr *z, weft_errors *e)
{
	uint64_t bytes, bits;
	int64_t count;
	bool padded = false;

	if (!weft_shape_count(z->shape, z->rank, &count) ||
	    !weft_dtype_bytes(z->dtype, count, &bytes, &bits))
		return weft_refuse(z->path, e, "overflow: the size of the "
		                   "shape does not fit 63 bits");
	if (!weft_shape_count(z->stored, z->rank, &count) ||
	    !weft_dtype_bytes(z->dtype, count, &bytes, &bits))
		return weft_refuse(z->path, e, "overflow: the size of a chunk "
		                   "does not fit 63 bits");
	for (int i = 0; i < z->rank; i++) {
		if (z->stored[i] % z->chunk[i] != 0)
			return weft_refuse(
				z->path, e, "a shard of %" PRId64 " along axis "
				"%d is not made of whole chunks of %" PRId64,
				z->stored[i], i, z->chunk[i]);
		padded |= z->chunk[i] > z->shape[i];
	}
	if (!weft_shape_count(z->chunk, z->rank, &count) ||
	    !weft_dtype_bytes(z->dtype, count, &bytes, &bits))
		return weft_refuse(z->path, e, "overflow: the size of a chunk "
		                   "does not fit 63 bits");
	if (padded && bytes > LARGEST_PADDED)
		return weft_refuse(z->path, e, "a chunk has %" PRIu64 " bytes "
		                   "and is larger than the array", bytes);
	return 0;
}

static int64_t
divide_up(int64_t a, int64_t b)
{
	return a / b + (a % b != 0);
}

uint64_t
weft_zarr_objects(const struct weft_zarr *z)
{
	uint64_t n = 1;

	for (int i = 0; i < z->rank; i++)
		n *= (uint64_t)divide_up(z->shape[i], z->stored[i]);
	return n;
}

int
weft_zarr_stored(const struct weft_zarr *z, const char *key, const char *dir,
                 int file, uint64_t most, weft_arena *a,
                 struct weft_stored *t, weft_errors *e)
{
	struct weft_chunks *c = weft_alloc(a, sizeof *c);
	int64_t *grid = weft_alloc_array(a, (size_t)z->rank + 1, sizeof *grid);
	uint64_t bits;
	int64_t count;

	*t = (struct weft_stored){.key = key, .dir = dir, .shape = z->shape,
	                          .dtype = z->dtype, .rank = z->rank,
	                          .file = file, .chunks = c};
	if (!weft_shape_count(z->shape, z->rank, &t->count) ||
	    !weft_dtype_bytes(z->dtype, t->count, &t->bytes, &bits) ||
	    !weft_shape_count(z->chunk, z->rank, &count) ||
	    !weft_dtype_bytes(z->dtype, count, &c->bytes, &bits))
		return weft_zarr_check(z, e);
	c->n = 1;
	for (int i = 0; i < z->rank; i++) {
		grid[i] = divide_up(z->shape[i], z->chunk[i]);
		c->n *= (uint64_t)grid[i];
	}
	if (c->n > most)
		return weft_refuse(z->path, e, "it says that there are %" PRIu64
		                   " chunks, and there can be %" PRIu64
		                   " at most", c->n, most);
	c->chunk = z->chunk;
	c->grid = grid;
	c->codec = z->codec;
	c->at = weft_alloc_array(a, (size_t)c->n, sizeof *c->at);
	for (uint64_t i = 0; i < c->n; i++)
		c->at[i].file = -1;
	return 0;
}

/* Reads a decimal without leading zeros, below `limit`, at *s. */
static bool
read_index(const char **s, int64_t limit, int64_t *x)
{
	const char *p = *s;

	if (*p < '0' || *p > '9' || (*p == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (*x = 0; *p >= '0' && *p <= '9'; p++)
		if (!weft_mul_i64(*x, 10, x) || !weft_add_i64(*x, *p - '0', x))
			return false;
	*s = p;
	return *x < limit;
}

bool
weft_zarr_number(const struct weft_zarr *z, const char *name,
                 uint64_t *number)
{
	const char *p = name;
	int64_t x;

	*number = 0;
	if (z->rank == 0)
		return strcmp(name, z->in_c ? "c" : "0") == 0;
	if (z->in_c && *p++ != 'c')
		return false;
	for (int i = 0; i < z->rank; i++) {
		int64_t n = divide_up(z->shape[i], z->stored[i]);

		if ((i > 0 || z->in_c) && *p++ != z->separator)
			return false;
		if (!read_index(&p, n, &x))
			return false;
		*number = *number * (uint64_t)n + (uint64_t)x;
	}
	return *p == '\0';
}
