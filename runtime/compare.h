/* A sink that compares: assembled tensors with stored ones. */
#ifndef WEFT_COMPARE_H
#define WEFT_COMPARE_H

#include <stdatomic.h>

#include "run.h"

/* Context of weft_compare_sink. Tensor `i` of the list has to equal
 * stored[i] of `source`. */
struct weft_comparison {
	const struct weft_tensor *list;
	const struct weft_source *source;
	weft_spool *spool;     /* of `source` */
	const struct weft_stored *const *stored;
	const char *why;       /* "the source says so" */
	bool count_padding;    /* padding that is not zero is counted only */
	_Atomic uint64_t padding; /* elements of it */
};

/* WEFT_BAD at the first difference: the tensor, the indices, both values. */
int weft_compare_sink(void *context, size_t index, const void *bytes,
                      uint64_t offset, size_t n, weft_errors *e);

/* The tensors in job->copies say what the rest of the source says of them, and
 * their padding is zero; or, with `count_padding`, *padding is the number of
 * elements of padding that are not. Returns 0 or a code. */
int weft_compare_copies(weft_job *job, const weft_run_options *o,
                        bool count_padding, uint64_t *padding);

/* The same without tensors that have padding and nothing else to be looked at,
 * which weft_zeros is for. */
int weft_compare_repeats(weft_job *job, const weft_run_options *o,
                         bool count_padding, uint64_t *padding);

/* How many bytes that would read. */
int weft_compare_rehearse(weft_job *job, const weft_run_options *o,
                          uint64_t *read);

/* One element as text, "0x3f80 = 1" where the dtype has numbers. */
const char *weft_element_text(char buffer[64], enum weft_dtype dtype,
                              const void *bytes);

#endif
