/* Where tensors go in an Orbax checkpoint: an array of zarr version 2 each,
 * cut into chunks along its first axes. */
#include "orbax_write.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "orbax.h"
#include "wanted.h"
#include "zarr.h"

#define DEFAULT_CHUNK ((uint64_t)64 << 20)

enum {
	MOST_FILES = 1 << 22,
	MOST_AXES = 32,          /* that tensorstore can read */
	LONGEST_KEY = 255,       /* the name of a directory */
};

/* --- what is wanted --- */

/* Parts joined by dots, none of them empty, in characters that Python prints
 * as they are. */
static bool
is_path(const char *key)
{
	char last = '.';

	for (; *key; last = *key++)
		if (*key <= ' ' || *key > '~' || strchr("'\"\\/", *key) ||
		    (*key == '.' && last == '.'))
			return false;
	return last != '.';
}

static bool
is_reserved(const char *key)
{
	static const char *const names[] = {
		WEFT_ORBAX_TREE, WEFT_ORBAX_STEP, WEFT_ORBAX_ARRAYS,
		"_sharding", "_strings", "d", NULL,
	};
	int i = 0;

	while (names[i] && strcmp(names[i], key) != 0)
		i++;
	return names[i] != NULL;
}

/* Checks one tensor and sets the bytes of its slot. */
static int
measure(const struct weft_wanted *w, struct weft_slot *slot, weft_errors *e)
{
	uint64_t bits;
	int64_t count;

	if (!is_path(w->key) || is_reserved(w->key) ||
	    strlen(w->key) > LONGEST_KEY)
		return weft_wanted_refuse(
			e, w->key, "an Orbax key is made of printable ASCII, in "
			"parts joined by dots, without quotes and slashes, of "
			"%d bytes at most, and not the name of a file of Orbax",
			LONGEST_KEY);
	if (w->rank < 0 || w->rank > MOST_AXES)
		return weft_wanted_refuse(e, w->key, "%d dimensions, %d are "
		                          "possible", w->rank, MOST_AXES);
	if (!weft_zarr_dtype_2(w->dtype))
		return weft_wanted_refuse(e, w->key, "zarr has no name for %s",
		                          weft_dtype_name(w->dtype));
	if (!weft_shape_count(w->shape, w->rank, &count) ||
	    !weft_dtype_bytes(w->dtype, count, &slot->bytes, &bits))
		return weft_wanted_refuse(e, w->key, "overflow: its size does "
		                          "not fit 63 bits");
	return 0;
}

/* Whether the first `n` bytes of `key` are a key too. */
static bool
is_key(const struct weft_orbax_target *o, const uint32_t *order,
       const char *key, size_t n)
{
	uint32_t low = 0, high = o->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const char *other = o->wanted[order[middle]].key;
		int c = strncmp(other, key, n);

		if (c == 0 && !other[n])
			return true;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A leaf of the tree cannot be a branch too, or be there twice. */
static int
check_tree(const struct weft_orbax_target *o)
{
	uint32_t *order = weft_wanted_by_name(o->wanted, o->n);
	int code = 0;

	for (uint32_t i = 0; i < o->n && !code; i++) {
		const char *key = o->wanted[order[i]].key, *dot = key;

		if (i && strcmp(o->wanted[order[i - 1]].key, key) == 0)
			code = weft_wanted_refuse(o->e, key,
			                          "it is there twice");
		while (!code && (dot = strchr(dot, '.')) != NULL) {
			size_t n = (size_t)(dot++ - key);

			if (is_key(o, order, key, n))
				code = weft_wanted_refuse(
					o->e, key, "%.*s is a tensor too, and "
					"cannot be a branch of the tree",
					(int)n, key);
		}
	}
	free(order);
	return code;
}

/* --- chunks --- */

/* How many of `n` rows go into a chunk that has room for `most`: as many in
 * each, if less than twice the chunks do for that; else such a number that the
 * last chunk is filled best. */
static int64_t
rows_of_chunk(int64_t n, int64_t most)
{
	int64_t least = n / most + (n % most != 0);

	for (int64_t chunks = least; chunks < 2 * least && chunks <= MOST_FILES;
	     chunks++)
		if (n % chunks == 0)
			return n / chunks;
	return n / least + (n % least != 0);
}

/* Cuts tensor `i`: axes of 1 first, then one that is cut, then whole ones.
 * Sets the chunk's shape, and all of the slot but the file. */
static void
cut(const struct weft_orbax_target *o, uint32_t i)
{
	const struct weft_wanted *w = &o->wanted[i];
	struct weft_slot *slot = &o->t->slots[i];
	uint64_t most = o->how->max_chunk ? o->how->max_chunk : DEFAULT_CHUNK;
	int axis = 0;

	for (int k = 0; k < w->rank; k++)
		o->chunks[i][k] = w->shape[k] ? w->shape[k] : 1;
	if (w->rank == 0 || slot->bytes <= most)
		return;
	slot->row = slot->bytes / (uint64_t)w->shape[0];
	while (slot->row > most && axis < w->rank - 1) {
		o->chunks[i][axis++] = 1;
		slot->row /= (uint64_t)w->shape[axis];
	}
	most = most / slot->row > 0 ? most / slot->row : 1;
	slot->rows = (uint64_t)w->shape[axis];
	slot->per_file = slot->rows <= most ? slot->rows
	               : (uint64_t)rows_of_chunk(w->shape[axis],
	                                         (int64_t)most);
	o->chunks[i][axis] = (int64_t)slot->per_file;
	if (slot->row * slot->per_file == slot->bytes)
		slot->row = slot->rows = slot->per_file = 0;
}

/* The number of chunks; more than MOST_FILES are not counted. */
static uint64_t
count_chunks(const struct weft_orbax_target *o, uint32_t i)
{
	const struct weft_wanted *w = &o->wanted[i];
	uint64_t n = 1;

	for (int k = 0; k < w->rank; k++) {
		int64_t chunk = o->chunks[i][k];

		if (!weft_mul_u64(n, (uint64_t)(w->shape[k] / chunk +
		                                (w->shape[k] % chunk != 0)),
		                  &n))
			return UINT64_MAX;
	}
	return n;
}

static int
cut_all(const struct weft_orbax_target *o)
{
	uint64_t files = 0;

	for (uint32_t i = 0; i < o->n; i++) {
		const struct weft_wanted *w = &o->wanted[i];

		o->chunks[i] = weft_alloc_array(&o->t->arena,
		                                (size_t)w->rank + 1,
		                                sizeof **o->chunks);
		cut(o, i);
		if (!weft_add_u64(files, count_chunks(o, i), &files) ||
		    files > MOST_FILES) {
			weft_wanted_refuse(o->e, w->key, "with its chunks "
			                   "there are more than %d files",
			                   MOST_FILES);
			weft_hint(o->e, "let the chunks be larger");
			return WEFT_BAD;
		}
	}
	o->t->n_files = (int)files;
	return 0;
}

/* The name of chunk `number`: its place in the grid. */
static const char *
chunk_name(const struct weft_orbax_target *o, uint32_t i, uint64_t number)
{
	const struct weft_wanted *w = &o->wanted[i];
	char name[MOST_AXES * 21], *p = name + sizeof name;

	if (w->rank == 0)
		return "0";
	*--p = '\0';
	for (int k = w->rank - 1; k >= 0; k--) {
		int64_t chunk = o->chunks[i][k];
		uint64_t n = (uint64_t)(w->shape[k] / chunk +
		                        (w->shape[k] % chunk != 0));
		uint64_t x = number % n;

		number /= n;
		do
			*--p = (char)('0' + x % 10);
		while (x /= 10);
		if (k > 0)
			*--p = '.';
	}
	return weft_alloc_text(&o->t->arena, p, strlen(p));
}

static void
name_files(const struct weft_orbax_target *o)
{
	struct weft_target *t = o->t;
	int file = 0;

	t->files = weft_alloc_array(&t->arena, (size_t)t->n_files + 1,
	                            sizeof *t->files);
	for (uint32_t k = 0; k < o->n; k++) {
		uint32_t i = o->order[k];
		struct weft_slot *slot = &t->slots[i];
		uint64_t n = count_chunks(o, i);

		o->dirs[i] = weft_alloc_printf(&t->arena, "%s/%s",
		                               WEFT_ORBAX_ITEMS_DIR,
		                               o->wanted[i].key);
		slot->file = n ? file : 0;
		for (uint64_t c = 0; c < n; c++)
			t->files[file++] = (struct weft_target_file){
				.dir = o->dirs[i],
				.name = chunk_name(o, i, c),
				.header = "",
				.size = slot->row ? slot->row * slot->per_file
				                  : slot->bytes,
			};
	}
}

int
weft_orbax_lay_out(struct weft_target *t, const struct weft_wanted *wanted,
                   size_t n, const struct weft_layout_how *how,
                   weft_errors *e)
{
	struct weft_orbax_target o = {
		.t = t, .wanted = wanted, .how = how, .n = (uint32_t)n, .e = e,
	};
	int code = weft_wanted_count(n, e);

	if (code)
		return code;
	o.chunks = weft_alloc_array(&t->arena, n, sizeof *o.chunks);
	o.dirs = weft_alloc_array(&t->arena, n, sizeof *o.dirs);
	code = weft_wanted_measure(t, wanted, measure, e);
	if (!code)
		code = check_tree(&o);
	if (!code)
		code = cut_all(&o);
	if (code)
		return code;
	o.order = weft_wanted_by_nature(wanted, o.n);
	name_files(&o);
	weft_orbax_texts(&o);
	free(o.order);
	return 0;
}
