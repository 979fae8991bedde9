/* Shards of zarr version 3: right ones, and indexes that are wrong. */
#include "orbax_made.h"

#include "../../runtime/formats/chunks.h"

#define SHARDS(stored, chunk, index, more)                                   \
	ARRAY_3("[3,2]", GRID(stored), "\"default\"",                        \
	        "{\"name\":\"sharding_indexed\",\"configuration\":"          \
	        "{\"chunk_shape\":" chunk ",\"codecs\":[" BYTES "],"         \
	        "\"index_codecs\":[" index "]" more "}}")
#define INDEX BYTES ",{\"name\":\"crc32c\"}"
#define NORMAL SHARDS("[2,2]", "[1,2]", INDEX, "")
#define FIRST SHARDS("[2,2]", "[1,2]", BYTES, ",\"index_location\":\"start\"")

static void
add_little(weft_text *t, uint64_t x, int n)
{
	for (; n > 0; n--, x >>= 8)
		weft_text_add(t, &(char){(char)x}, 1);
}

/* The index of two chunks: where, and how large. */
struct index {
	uint64_t at[4];
	uint32_t off;           /* added to its checksum */
};

static void
add_index(weft_text *t, const struct index *index, bool checksum)
{
	weft_text x = {0};

	for (int i = 0; i < 4; i++)
		add_little(&x, index->at[i], 8);
	weft_text_add(t, x.data, x.size);
	if (checksum)
		add_little(t, weft_crc32c(x.data, x.size) + index->off, 4);
	weft_text_free(&x);
}

/* c/ with two shards, of which the second has one chunk in the array. */
static void
make_shards(const char *tree, const char *text, const struct index *index,
            bool first)
{
	static const struct index second = {{0, 8, UINT64_MAX, UINT64_MAX}, 0};
	weft_text t = {0};

	checkpoint_remove("c");
	write_text_in("c", "_METADATA", tree);
	write_text_in("c/x", "zarr.json", text);
	if (first)
		add_index(&t, index, false);
	weft_text_puts(&t, "ABCDEFGHabcdefgh");
	if (!first)
		add_index(&t, index, true);
	write_in("c/x/c/0", "0", t.data, t.size);
	t.size = 0;
	if (first)
		add_index(&t, &(struct index){{32, 8, UINT64_MAX, UINT64_MAX},
		                              0}, false);
	weft_text_puts(&t, "12345678");
	if (!first)
		add_index(&t, &second, true);
	write_in("c/x/c/1", "0", t.data, t.size);
	weft_text_free(&t);
}

#define GOOD TREE(LEAF("x"), COMPLETE)
#define SPARSE TREE(LEAF("x"), "")

static void
check_data(const char *name, const char *wanted)
{
	struct weft_source src;
	weft_errors e = {0};
	char got[24] = "";
	int code = weft_source_open(&src, "c", (struct weft_open_options){0},
	                            &e);
	char *said = messages(&e);

	if (!code && src.n == 1)
		code = weft_chunks_read(&src, &src.tensors[0], 0, 24, got, &e);
	CHECK(name, !code && src.n == 1 && memcmp(got, wanted, 24) == 0,
	      "code %d: %s", code, said);
	free(said);
	weft_source_close(&src);
}

static void
refused(const char *name, const char *tree, const char *text,
        const struct index *index, const char *says)
{
	make_shards(tree, text, index, false);
	expect(name, "c", (struct weft_open_options){0}, 65, 0, says, 0);
}

static const struct index
good = {{8, 8, 0, 8}, 0}, ahead = {{40, 8, 32, 8}, 0},
hole = {{8, 8, UINT64_MAX, UINT64_MAX}, 0};

static void
test_right(void)
{
	make_shards(GOOD, NORMAL, &good, false);
	check_data("chunks in another order", "abcdefghABCDEFGH12345678");
	make_shards(GOOD, FIRST, &ahead, true);
	check_data("the index first", "abcdefghABCDEFGH12345678");
	make_shards(SPARSE, NORMAL, &hole, false);
	check_data("a chunk that is absent", "abcdefgh\0\0\0\0\0\0\0\0"
	           "12345678");
}

static void
test_indexes(void)
{
	static const struct {
		const char *name;
		struct index index;
		const char *says;
	} indexes[] = {
		{"a wrong checksum", {{8, 8, 0, 8}, 1},
		 "x/c/0/0: a part of tensor \"x\": byte 16: the checksum of the "
		 "index of the shard is wrong"},
		{"a chunk beyond the shard", {{8, 8, 50, 8}, 0},
		 "the index says that chunk 1 has bytes 50 + 8 of 52"},
		{"a chunk close to 2^64", {{8, 8, UINT64_MAX - 4, 8}, 0},
		 "the index says that chunk 1 has bytes 18446744073709551611"},
		{"a chunk of another size", {{8, 8, 0, 7}, 0},
		 "7 bytes, a chunk of it has 8"},
		{"a chunk that is lost", {{8, 8, UINT64_MAX, UINT64_MAX}, 0},
		 "chunk 1 of 3 is absent"},
	};

	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++)
		refused(indexes[i].name, GOOD, NORMAL, &indexes[i].index,
		        indexes[i].says);
	make_shards(GOOD, NORMAL, &good, false);
	write_text("c/x/c/1/0", "123");
	expect("a shard shorter than its index", "c",
	       (struct weft_open_options){0}, 65, 0,
	       "3 bytes, the index of a shard of 2 chunks alone has 36", 0);
}

static void
test_texts(void)
{
	refused("chunks that do not divide a shard", GOOD,
	        SHARDS("[3,2]", "[2,2]", INDEX, ""), &good,
	        "a shard of 3 along axis 0 is not made of whole chunks of 2");
	refused("chunks larger than a shard", GOOD,
	        SHARDS("[2,2]", "[4,2]", INDEX, ""), &good,
	        "is not made of whole chunks");
	refused("an index without codecs", GOOD,
	        SHARDS("[2,2]", "[1,2]", "", ""), &good,
	        "index_codecs must be bytes");
	refused("a compressed index", GOOD,
	        SHARDS("[2,2]", "[1,2]", BYTES ",{\"name\":\"zstd\"}", ""),
	        &good, "index_codecs must be bytes");
	refused("an index in the middle", GOOD,
	        SHARDS("[2,2]", "[1,2]", INDEX,
	               ",\"index_location\":\"middle\""), &good,
	        "index_location must be");
	refused("shards without end", GOOD,
	        SHARDS("[2,1048576]", "[1,1]", INDEX, ""), &good,
	        "more than 1048576 chunks in a shard");
	refused("a shard whose product is too large", GOOD,
	        SHARDS("[2,4611686018427387904]", "[1,2]", INDEX, ""), &good,
	        "overflow: the size of a chunk");
}

int
main(void)
{
	checkpoint_begin();
	test_right();
	test_indexes();
	test_texts();
	return checkpoint_end();
}
