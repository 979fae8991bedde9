/* A safetensors file: the header is the input; its length, and one byte of data
 * for each of the first byte's value, are added. What is accepted holds
 * together. */
#include <stdlib.h>

#include "source.h"

static void
check(const struct weft_stored *t, uint64_t data, uint64_t end)
{
	uint64_t bytes, bits;

	if (!weft_dtype_bytes(t->dtype, t->count, &bytes, &bits) ||
	    bytes != t->bytes || t->offset < data || t->offset > end ||
	    t->bytes > end - t->offset)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	size_t data = n ? in[0] : 0, size = n ? n - 1 : 0;
	weft_errors e = {0};
	struct weft_source src;
	weft_text file = {0};

	for (int i = 0; i < 8; i++)
		weft_text_add(&file, &(char){(char)(size >> 8 * i)}, 1);
	if (n)
		weft_text_add(&file, in + 1, size);
	for (size_t i = 0; i < data; i++)
		weft_text_add(&file, "", 1);
	source_put("model.safetensors", file.data, file.size);
	if (!weft_source_open(&src, source_dir(),
	                      (struct weft_open_options){0}, &e))
		for (size_t i = 0; i < src.n; i++)
			check(&src.tensors[i], 8 + size, file.size);
	else if (!e.count)
		abort();
	weft_source_close(&src);
	weft_errors_free(&e);
	weft_text_free(&file);
	return 0;
}
