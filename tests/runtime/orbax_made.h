/* Orbax checkpoints made by hand, around the ones of checkpoint.h. */
#ifndef ORBAX_MADE_H
#define ORBAX_MADE_H

#include "checkpoint.h"

#define LEAF(key)                                                            \
	"\"('" key "',)\":{\"key_metadata\":[{\"key\":\"" key "\","          \
	"\"key_type\":2}],\"value_metadata\":{\"value_type\":\"np.ndarray\","\
	"\"skip_deserialize\":false}}"
#define TREE(leaves, more) "{\"tree_metadata\":{" leaves "}" more "}"
#define COMPLETE ",\"store_array_data_equal_to_fill_value\":true"
#define ARRAY(shape, chunks, dtype, compressor, more)                        \
	"{\"chunks\":" chunks ",\"compressor\":" compressor ",\"dtype\":"    \
	"\"" dtype "\",\"fill_value\":null,\"filters\":null,\"order\":\"C\","\
	"\"shape\":" shape ",\"zarr_format\":2" more "}"
#define GRID(chunks)                                                         \
	"\"chunk_grid\":{\"name\":\"regular\",\"configuration\":"            \
	"{\"chunk_shape\":" chunks "}}"
#define BYTES "{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}}"
#define ARRAY_3(shape, grid, encoding, codecs)                               \
	"{\"zarr_format\":3,\"node_type\":\"array\",\"data_type\":"          \
	"\"float32\",\"fill_value\":0.0,\"shape\":" shape "," grid ","       \
	"\"chunk_key_encoding\":{\"name\":" encoding "},\"codecs\":[" codecs \
	"]}"

static inline void
make_dirs(const char *path)
{
	char part[256];

	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(part, sizeof part, "%.*s", (int)i, path);
		mkdir(part, 0777);
	}
}

static inline void
write_in(const char *dir, const char *name, const void *bytes, size_t n)
{
	char path[256];

	make_dirs(dir);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	write_bytes(path, bytes, n);
}

static inline void
write_text_in(const char *dir, const char *name, const char *text)
{
	write_in(dir, name, text, strlen(text));
}

/* c/ with one array x: `array` beside two chunks of 8 bytes. */
static inline void
make_checkpoint(const char *tree, const char *file, const char *array)
{
	checkpoint_remove("c");
	write_text_in("c", "_METADATA", tree);
	write_text_in("c/x", file, array);
	write_text_in("c/x", "0.0", "abcdefgh");
	write_text_in("c/x", "1.0", "ABCDEFGH");
}

#endif
