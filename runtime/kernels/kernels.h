/* Moving elements in memory: what every conversion comes down to. The rest of
 * the runtime includes this header and no other of kernels/. Nothing here
 * allocates, fails, keeps state or looks at the environment, so any number of
 * threads may work at once on targets that do not overlap. */
#ifndef WEFT_KERNELS_H
#define WEFT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "value.h"

#define WEFT_NEST 16

/* One strided copy. For every index i with 0 <= i[k] < size[k], the element
 * at dst + sum i[k]*dst[k] becomes the one at src + sum i[k]*src[k]. Strides
 * are in bytes, may be negative, and need no alignment; a source stride of 0
 * repeats. Target elements are distinct and overlap no source element. Rank 0
 * is one element; a size of 0 is none. That all sums fit is for the maker of
 * the nest to check. */
typedef struct weft_nest {
	int rank;                    /* 0 .. WEFT_NEST */
	int64_t size[WEFT_NEST];     /* elements, outermost first */
	int64_t src[WEFT_NEST];      /* bytes */
	int64_t dst[WEFT_NEST];      /* bytes */
} weft_nest;

/* The same copy with the fewest axes: those of size 1 dropped, the rest sorted
 * by the magnitude of the target stride, largest first, neighbours merged
 * where both strides allow. A nest without elements becomes rank 1, size 0. */
void weft_nest_normalise(weft_nest *n);

/* Elements of the nest: the product of its sizes. */
int64_t weft_nest_count(const weft_nest *n);

/* How a normalised nest is moved. */
typedef enum weft_kind {
	WEFT_KIND_COPY,        /* runs that are contiguous on both sides */
	WEFT_KIND_TRANSPOSE,   /* one axis contiguous here, another there */
	WEFT_KIND_GATHER,      /* element by element, in blocks */
} weft_kind;

weft_kind weft_nest_kind(const weft_nest *n, int width);
const char *weft_kind_name(weft_kind kind);

/* Who reads the target next: this core, soon, or nobody for long. Through the
 * cache is right for a buffer of some megabytes that is then written to a file;
 * past the cache is two to three times as fast for targets that do not fit it,
 * such as a mapped output. It makes a difference to transpositions only, and
 * from a target of a megabyte on. */
typedef enum weft_store {
	WEFT_STORE_CACHED,
	WEFT_STORE_STREAM,
} weft_store;

/* The kernels of one instruction set. */
typedef struct weft_kernels weft_kernels;

/* The best level this processor has. */
const weft_kernels *weft_kernels_choose(void);

/* A level by name ("portable", "avx2"), or NULL where this build or this
 * processor does not have it. */
const weft_kernels *weft_kernels_level(const char *name);

/* The names of all levels this processor has, worst first, NULL behind the
 * last. */
const char *const *weft_kernels_levels(void);
const char *weft_kernels_name(const weft_kernels *k);

/* Performs a normalised nest of elements of `width` bytes: 1, 2, 4, 8 or 16.
 * (Elements of any other width are bytes with one more axis.) */
void weft_move(const weft_kernels *k, const weft_nest *n, int width,
	       weft_store store, const void *src, void *dst);

/* The same with every element sent through `chain`. Source strides are those
 * of elements of type chain->from, target strides of chain->to. Returns what
 * weft_value_run() does, summed. */
size_t weft_move_value(const weft_kernels *k, const weft_nest *n,
		       const weft_value_chain *chain, const void *src,
		       void *dst);

/* The offset of the first byte in which `a` and `b` differ, or `n`. */
size_t weft_first_difference(const void *a, const void *b, size_t n);

#endif
