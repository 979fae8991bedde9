#include "header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../io/escape.h"
#include "key_order.h"
#include "order.h"

static int
by_offset(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_stored *x = (const struct weft_stored *)context + a;
	const struct weft_stored *y = (const struct weft_stored *)context + b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

static int
by_metadata_key(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_metadata *m = context;

	return strcmp(m[a].key, m[b].key);
}

uint64_t
weft_header_byte(const struct weft_header *h, const char *key)
{
	return 8 + (uint64_t)(key - h->base) - 1;
}

static int
twice(const struct weft_header *h, const char *what, const char *a,
      const char *b, weft_errors *e)
{
	char file[WEFT_ESCAPED], key[WEFT_ESCAPED];
	const char *first = a < b ? a : b, *second = a < b ? b : a;

	return weft_error(e, WEFT_BAD, "%s: byte %" PRIu64 ": duplicate key: "
	                  "%s \"%s\" stands at byte %" PRIu64 " already",
	                  weft_escape(file, h->src->files[h->file].path),
	                  weft_header_byte(h, second), what,
	                  weft_escape(key, a), weft_header_byte(h, first));
}

static int
check_keys(const struct weft_header *h, const uint32_t *order, weft_errors *e)
{
	const struct weft_stored *t = h->src->tensors + h->first;
	size_t n = h->src->n - h->first;

	for (size_t i = 1; i < n; i++) {
		const char *a = t[order[i - 1]].key, *b = t[order[i]].key;

		if (strcmp(a, b) == 0)
			return twice(h, "tensor", a, b, e);
	}
	return 0;
}

static int
check_metadata(const struct weft_header *h, weft_errors *e)
{
	const struct weft_metadata *m = h->src->metadata + h->metadata;
	uint32_t n = (uint32_t)(h->src->n_metadata - h->metadata);
	uint32_t *order = weft_order(n, by_metadata_key, m);
	int code = 0;

	for (uint32_t i = 1; i < n && !code; i++) {
		const char *a = m[order[i - 1]].key, *b = m[order[i]].key;

		if (strcmp(a, b) == 0)
			code = twice(h, "metadata", a, b, e);
	}
	free(order);
	return code;
}

/* `t` does not begin at `expected`, where `before` (or nothing) ends. */
static int
misplaced(const struct weft_header *h, const struct weft_stored *before,
          const struct weft_stored *t, uint64_t expected, weft_errors *e)
{
	char file[WEFT_ESCAPED], key[WEFT_ESCAPED], other[WEFT_ESCAPED];
	uint64_t byte = weft_header_byte(h, t->key), hole;

	weft_escape(file, h->src->files[h->file].path);
	weft_escape(key, t->key);
	if (t->offset > expected) {
		hole = t->offset - expected;
		return weft_error(e, WEFT_BAD, "%s: byte %" PRIu64 ": tensor "
		                  "\"%s\": begins at %" PRIu64 ", expected %"
		                  PRIu64 " (hole of %" PRIu64 " byte%s)", file,
		                  byte, key, t->offset, expected, hole,
		                  hole == 1 ? "" : "s");
	}
	weft_error(e, WEFT_BAD, "%s: byte %" PRIu64 ": tensor \"%s\": begins "
	           "at %" PRIu64 ", expected %" PRIu64 ": it overlaps tensor "
	           "\"%s\"", file, byte, key, t->offset, expected,
	           weft_escape(other, before->key));
	if (t->offset == before->offset && t->bytes == before->bytes)
		weft_hint(e, "two names for the same bytes (tied weights?) are "
		          "not allowed in a safetensors file");
	return WEFT_BAD;
}

/* The data of all tensors ends at `end`, counted from its start. */
static int
check_end(const struct weft_header *h, uint64_t end, weft_errors *e)
{
	char file[WEFT_ESCAPED];

	weft_escape(file, h->src->files[h->file].path);
	if (end > h->data_size) {
		weft_error(e, WEFT_BAD, "%s: file truncated by %" PRIu64
		           " bytes: its tensors need %" PRIu64 " bytes of "
		           "data, it has %" PRIu64, file, end - h->data_size,
		           end, h->data_size);
		weft_hint(e, "the download or copy was cut short; fetch it "
		          "again");
		return WEFT_BAD;
	}
	if (end < h->data_size)
		return weft_error(e, WEFT_BAD, "%s: byte %" PRIu64 ": %" PRIu64
		                  " trailing bytes that no tensor covers", file,
		                  h->data + end, h->data_size - end);
	return 0;
}

static int
check_offsets(const struct weft_header *h, weft_errors *e)
{
	const struct weft_stored *all = h->src->tensors + h->first;
	const struct weft_stored *before = NULL;
	uint32_t n = (uint32_t)(h->src->n - h->first);
	uint32_t *order = weft_order(n, by_offset, all);
	uint64_t end = 0;
	int code = 0;

	for (uint32_t i = 0; i < n && !code; i++) {
		const struct weft_stored *t = all + order[i];

		if (t->offset != end)
			code = misplaced(h, before, t, end, e);
		/* This is the `end` the header gave: it cannot wrap. */
		end = t->offset + t->bytes;
		before = t;
	}
	free(order);
	return code ? code : check_end(h, end, e);
}

int
weft_header_check(struct weft_header *h, weft_errors *e)
{
	struct weft_stored *t = h->src->tensors + h->first;
	size_t n = h->src->n - h->first;
	uint32_t *order = weft_key_order(t, n);
	int code = check_keys(h, order, e);

	if (!code)
		code = check_metadata(h, e);
	/* Most writers keep the order of the offsets, so it is checked
	 * before the tensors are put into another. */
	if (!code)
		code = check_offsets(h, e);
	if (!code)
		weft_key_apply(t, order, n);
	for (size_t i = 0; i < n && !code; i++)
		t[i].offset += h->data;
	free(order);
	return code;
}
