/* model.safetensors.index.json over two shards that hold a tensor each. */
#include <string.h>

#include "source.h"

static void
put_shard(const char *name, char key)
{
	char text[80] = {0};
	int n = snprintf(text + 8, sizeof text - 8, "{\"%c\":{\"dtype\":\"U8\","
	                 "\"shape\":[1],\"data_offsets\":[0,1]}}", key);

	text[0] = (char)n;
	source_put(name, text, (size_t)n + 9);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static bool made;
	weft_errors e = {0};
	struct weft_source src;

	if (!made) {
		put_shard("a.safetensors", 'a');
		put_shard("b.safetensors", 'b');
	}
	made = true;
	source_put("model.safetensors.index.json", in, n);
	if (weft_source_open(&src, source_dir(),
	                     (struct weft_open_options){0}, &e)) {
		if (!e.count)
			abort();
	} else if (src.n != 2) {
		abort();
	}
	weft_source_close(&src);
	weft_errors_free(&e);
	return 0;
}
