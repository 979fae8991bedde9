/* Descriptions and directories of Orbax that are wrong, odd or meant to
 * hurt. */
#include "orbax_made.h"

#define GOOD TREE(LEAF("x"), COMPLETE)
#define SPARSE TREE(LEAF("x"), "")
#define NONE "null"

struct array {
	const char *name, *tree, *file, *text;
	int code;
	const char *says, *also;
};

static const struct array arrays[] = {
	{"two chunks", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", NONE, ""), 0, "", 0},
	{"members in another order, the separator said", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", NONE,
	       ",\"dimension_separator\":\".\""), 0, "", 0},
	{"a chunk larger than the array", GOOD, ".zarray",
	 ARRAY("[2,1]", "[1,4]", "<i2", NONE, ""), 0, "", 0},
	{"not JSON", GOOD, ".zarray", "{\"chunks\":[2,2],}", 65,
	 "x/.zarray:1:17: ", 0},
	{"a list", GOOD, ".zarray", "[]", 65, "it is a list, expected an object",
	 0},
	{"chunks twice", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", NONE, ",\"chunks\":[2,2]"), 65,
	 "chunks", 0},
	{"a member nobody knows", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", NONE, ",\"offset\":4"), 65,
	 "a member \"offset\", which is not known", 0},
	{"another version", GOOD, ".zarray",
	 "{\"zarr_format\":3}", 65, "zarr_format must be 2", 0},
	{"no shape", GOOD, ".zarray", "{\"zarr_format\":2}", 65,
	 "shape is nothing, expected a list of integers", 0},
	{"a negative dim", GOOD, ".zarray",
	 ARRAY("[3,-2]", "[2,2]", "<f2", NONE, ""), 65,
	 "shape[1] is -2, expected 0 or more", 0},
	{"a chunk of 0", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,0]", "<f2", NONE, ""), 65,
	 "chunks[1] is 0, expected 1 or more", 0},
	{"a dim of 2.0", GOOD, ".zarray",
	 ARRAY("[3,2.0]", "[2,2]", "<f2", NONE, ""), 65,
	 "shape[1] is a real number, expected an integer", 0},
	{"a dim of 2^64", GOOD, ".zarray",
	 ARRAY("[3,18446744073709551616]", "[2,2]", "<f2", NONE, ""), 65,
	 "x/.zarray:1:", 0},
	{"fewer chunk dims", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2]", "<f2", NONE, ""), 65,
	 "chunks has 1 dimensions, shape has 2", 0},
	{"a shape whose product is too large", GOOD, ".zarray",
	 ARRAY("[4611686018427387904,4]", "[2,2]", "<f2", NONE, ""), 65,
	 "overflow: the size of the shape", 0},
	{"the same with a dim of 0", GOOD, ".zarray",
	 ARRAY("[4611686018427387904,4,0]", "[2,2,1]", "<f2", NONE, ""), 65,
	 "overflow: the size of the shape", 0},
	{"a shape that is too large in bytes", GOOD, ".zarray",
	 ARRAY("[4611686018427387904,1]", "[2,2]", "<f8", NONE, ""), 65,
	 "overflow: the size of the shape", 0},
	{"a chunk whose product is too large", GOOD, ".zarray",
	 ARRAY("[3,2]", "[4611686018427387904,4]", "<f2", NONE, ""), 65,
	 "overflow: the size of a chunk", 0},
	{"a chunk much larger than the array", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,4294967296]", "<f2", "{\"id\":\"zstd\"}", ""), 65,
	 "a chunk has 17179869184 bytes and is larger than the array", 0},
	{"big-endian", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", ">f2", NONE, ""), 65,
	 "dtype \">f2\" is not supported", "big-endian"},
	{"a dtype that is no dtype", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2x", NONE, ""), 65,
	 "dtype \"<f2x\" is not supported", 0},
	{"blosc", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", "{\"id\":\"blosc\"}", ""), 65,
	 "compressor \"blosc\" is not supported", "zstd"},
	{"a compressor without a name", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", "{}", ""), 65,
	 "compressor has no \"id\"", 0},
	{"order F", GOOD, ".zarray",
	 "{\"zarr_format\":2,\"shape\":[3,2],\"chunks\":[2,2],\"dtype\":"
	 "\"<f2\",\"order\":\"F\",\"compressor\":null}", 65,
	 "order must be \"C\"", 0},
	{"filters", GOOD, ".zarray",
	 "{\"zarr_format\":2,\"shape\":[3,2],\"chunks\":[2,2],\"dtype\":"
	 "\"<f2\",\"order\":\"C\",\"compressor\":null,"
	 "\"filters\":[{\"id\":\"delta\"}]}", 65,
	 "filters are not supported", 0},
	{"an unknown separator", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f2", NONE,
	       ",\"dimension_separator\":\"-\""), 65,
	 "dimension_separator must be", 0},
	{"chunks of another size", GOOD, ".zarray",
	 ARRAY("[3,2]", "[2,2]", "<f4", NONE, ""), 65,
	 "x/0.0: a part of tensor \"x\": 8 bytes, a chunk of it has 16", 0},
	{"a chunk that is missing", GOOD, ".zarray",
	 ARRAY("[5,2]", "[2,2]", "<f2", NONE, ""), 65,
	 "2 chunks are beside it, it describes 3; the first that is missing is "
	 "number 2", 0},
	{"a chunk that need not be there", SPARSE, ".zarray",
	 ARRAY("[5,2]", "[2,2]", "<f2", NONE, ""), 0, "", 0},
	{"a chunk that is missing, with a fill value", SPARSE, ".zarray",
	 "{\"zarr_format\":2,\"shape\":[5,2],\"chunks\":[2,2],\"dtype\":"
	 "\"<f2\",\"order\":\"C\",\"compressor\":null,\"fill_value\":1.5}", 65,
	 "chunk 2 of 3 is absent, and its fill value is not zero", 0},
	{"more chunks than there can be", GOOD, ".zarray",
	 ARRAY("[576460752303423487,2]", "[1,2]", "|u1", NONE, ""), 65,
	 "it describes 576460752303423487", 0},
	{"absent chunks without end", SPARSE, ".zarray",
	 ARRAY("[576460752303423487,1]", "[1,8]", "|u1", NONE, ""), 65,
	 "there are 576460752303423487 chunks, and there can be 1048578", 0},
	{"a chunk beyond the grid", GOOD, ".zarray",
	 ARRAY("[2,2]", "[2,2]", "<f2", NONE, ""), 65,
	 "1.0 beside it is no chunk", 0},
	{"chunks of one dimension more", GOOD, ".zarray",
	 ARRAY("[4]", "[4]", "<f2", NONE, ""), 65,
	 "0.0 beside it is no chunk", 0},
	{"version 3, not sharded", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"", BYTES), 0, "", 0},
	{"version 3, another grid", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", "\"chunk_grid\":{\"name\":\"rectilinear\"}", "\"v2\"",
	         BYTES), 65, "chunk_grid must be \"regular\"", 0},
	{"version 3, another naming", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"fanout\"", BYTES), 65,
	 "chunk_key_encoding must be", 0},
	{"version 3, no codecs", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"", ""), 65,
	 "codecs is not a list, or an empty one", 0},
	{"version 3, zstd alone", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"", "{\"name\":\"zstd\"}"), 65,
	 "the codec \"zstd\" is not supported here", "bytes"},
	{"version 3, transposed", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"",
	         "{\"name\":\"transpose\"}," BYTES), 65,
	 "the codec \"transpose\" is not supported here", 0},
	{"version 3, big-endian", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"", "{\"name\":\"bytes\","
	         "\"configuration\":{\"endian\":\"big\"}}"), 65,
	 "little-endian", 0},
	{"version 3, three codecs", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,2]"), "\"v2\"",
	         BYTES ",{\"name\":\"zstd\"},{\"name\":\"crc32c\"}"), 65,
	 "a chain of 3 codecs", 0},
	{"version 3, chunks of 0", GOOD, "zarr.json",
	 ARRAY_3("[2,2]", GRID("[1,0]"), "\"v2\"", BYTES), 65,
	 "chunk_shape[1] is 0", 0},
	{"no tree", "{}", ".zarray", "{}", 65,
	 "_METADATA: tree_metadata is nothing", 0},
	{"a leaf without a type", TREE("\"x\":{}", ""), ".zarray", "{}", 65,
	 "the leaf x has no value_type", 0},
	{"a leaf of text", TREE("\"x\":{\"value_metadata\":{\"value_type\":"
	 "\"string\"}}", ""), ".zarray", "{}", 65, "the leaf x is a string", 0},
	{"a leaf without a path", TREE("\"x\":{\"value_metadata\":"
	 "{\"value_type\":\"scalar\"}}", ""), ".zarray", "{}", 65,
	 "the leaf x has no key_metadata", 0},
	{"a leaf that leads out", TREE(LEAF(".."), ""), ".zarray", "{}", 65,
	 "the leaf ('..',) has no key_metadata that make", 0},
	{"a leaf in a directory", TREE(LEAF("x/y"), ""), ".zarray", "{}", 65,
	 "has no key_metadata that make the plain name", 0},
	{"two leaves of one name", TREE(LEAF("x") ",\"again\":{\"key_metadata\":"
	 "[{\"key\":\"x\"}],\"value_metadata\":{\"value_type\":\"scalar\"}}",
	 ""), ".zarray", "{}", 65, "two leaves are called x", 0},
	{"a leaf twice", TREE(LEAF("x") "," LEAF("x"), ""), ".zarray", "{}",
	 65, "_METADATA:1:", 0},
	{"a leaf without a directory", TREE(LEAF("x") "," LEAF("y"), ""),
	 ".zarray", ARRAY("[4,2]", "[2,2]", "<f2", NONE, ""), 65,
	 "y: has neither .zarray nor zarr.json", 0},
	{"an array that is no leaf", TREE("", ""), ".zarray", "{}", 65,
	 "x: holds an array, but is no leaf in _METADATA", 0},
};

static void
test_arrays(void)
{
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
		const struct array *a = &arrays[i];

		make_checkpoint(a->tree, a->file, a->text);
		expect(a->name, "c", (struct weft_open_options){0}, a->code, 1,
		       a->says, a->also);
	}
}

#define FINE ARRAY("[3,2]", "[2,2]", "<f2", NONE, "")

static void
test_files(void)
{
	const struct weft_open_options none = {0};

	make_checkpoint(GOOD, ".zarray", FINE);
	write_text("c/x/zarr.json", "{}");
	expect("both versions", "c", none, 65, 0, "x: has both .zarray and", 0);
	make_checkpoint(GOOD, ".zarray", FINE);
	write_text("c/x/0.0.tmp", "");
	expect("a file of another name", "c", none, 65, 0,
	       "0.0.tmp beside it is no chunk", 0);
	make_checkpoint(GOOD, ".zarray", FINE);
	rename("c/x/1.0", "c/x/01.0");
	expect("a leading zero", "c", none, 65, 0,
	       "01.0 beside it is no chunk", 0);
	make_checkpoint(GOOD, ".zarray", FINE);
	write_text("outside", "ABCDEFGH");
	if (remove("c/x/1.0") || symlink("../../outside", "c/x/1.0"))
		abort();
	expect("a chunk that is a link out", "c", none, 65, 0,
	       "x/1.0: is a link to ../../outside", 0);
	if (remove("c/x/1.0") || mkfifo("c/x/1.0", 0600))
		abort();
	expect("a chunk that is a FIFO", "c", none, 65, 0,
	       "x/1.0: is not a regular file but a FIFO", 0);
	make_checkpoint(GOOD, ".zarray", FINE);
	if (remove("c/x/1.0") || mkdir("c/x/1.0", 0700))
		abort();
	expect("a chunk that is a directory", "c", none, 65, 0,
	       "1 chunks are beside it, it describes 2", 0);
	make_checkpoint(GOOD, ".zarray", FINE);
	write_text("c/x/1.0", "ABCDEFG");
	expect("a chunk cut short", "c", none, 65, 0,
	       "x/1.0: a part of tensor \"x\": 7 bytes, a chunk of it has 8", 0);
}

static void
move(const char *from, const char *to)
{
	if (rename(from, to)) {
		perror(to);
		exit(1);
	}
}

static void
test_places(void)
{
	const struct weft_open_options none = {0};

	make_checkpoint(GOOD, ".zarray", FINE);
	make_dirs("d/0");
	move("c", "d/0/items");
	expect("the directory above the step", "d", none, 0, 1, "", 0);
	expect("the step", "d/0", none, 0, 1, "", 0);
	expect("the items", "d/0/items", none, 0, 1, "", 0);
	expect("the step, with a slash", "d/0/", none, 0, 1, "", 0);
	write_text_in("d/0", "_CHECKPOINT_METADATA", "{\"custom_metadata\":");
	expect("metadata of a step, cut short", "d", none, 65, 0,
	       "0/_CHECKPOINT_METADATA:1:", 0);
	remove("d/0/_CHECKPOINT_METADATA");
	make_checkpoint(GOOD, ".zarray", FINE);
	make_dirs("d/100");
	move("c", "d/100/items");
	expect("two steps", "d", none, 65, 0, "d: holds 2 steps",
	       "name the directory of one of them");
	expect("one of two steps", "d/100", none, 0, 1, "", 0);
	make_dirs("e/0.orbax-checkpoint-tmp/items");
	expect("a save that did not end", "e", none, 66, 0,
	       "0.orbax-checkpoint-tmp is what a save that did not end", 0);
}

int
main(void)
{
	checkpoint_begin();
	test_arrays();
	test_files();
	test_places();
	return checkpoint_end();
}
