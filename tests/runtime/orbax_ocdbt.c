/* OCDBT stores made by hand, right and wrong, and with every byte changed. */
#include "orbax_made.h"

#include "../../runtime/formats/chunks.h"

#define DESCRIPTION ARRAY("[3,2]", "[2,2]", "<f2", "null", "")
#define ALL TREE(LEAF("x"), COMPLETE ",\"use_ocdbt\":true")

static void
add_varint(weft_text *t, uint64_t x)
{
	for (; x >= 0x80; x >>= 7)
		weft_text_printf(t, "%c", (int)(x | 0x80) & 0xff);
	weft_text_add(t, &(char){(char)x}, 1);
}

static void
add_little(weft_text *t, uint64_t x, int n)
{
	for (; n > 0; n--, x >>= 8)
		weft_text_add(t, &(char){(char)x}, 1);
}

/* Writes `body` with a frame of version 0, not compressed. */
static void
write_frame(const char *dir, const char *name, const char *magic,
            const weft_text *body)
{
	weft_text t = {0};

	weft_text_add(&t, magic, 4);
	add_little(&t, 4 + 8 + 2 + body->size + 4, 8);
	add_little(&t, 0, 2);
	weft_text_add(&t, body->data, body->size);
	add_little(&t, weft_crc32c(t.data, t.size), 4);
	write_in(dir, name, t.data, t.size);
	weft_text_free(&t);
}

#define MANIFEST "\x0c\xdb\x3a\x2a"
#define NODE "\x0c\xdb\x20\xde"

struct root {
	uint64_t kind, height, file, offset, size;
};

/* A manifest whose one version has its root in d/r, or below a/. */
static void
make_manifest(weft_text *t, const struct root *root)
{
	static const char path[] = "d/r";

	add_little(t, 0, 16);
	add_varint(t, root->kind);
	add_varint(t, 100);
	add_varint(t, 1 << 20);
	add_little(t, 4, 1);
	add_varint(t, 0);
	add_varint(t, 1);
	add_varint(t, strlen(path));
	add_varint(t, 0);
	weft_text_puts(t, path);
	add_varint(t, 1);
	add_varint(t, 1);
	add_little(t, root->height, 1);
	add_varint(t, root->file);
	add_varint(t, root->offset);
	add_varint(t, root->size);
	add_little(t, 0, 3);
	add_little(t, 0, 8);
	add_varint(t, 0);
}

/* What a leaf says of its second chunk, which is in d/v. */
struct leaf {
	uint64_t height, offset, size, file;
	const char *key;        /* of the last value */
	const char *path;
	uint64_t repeated;      /* bytes of its key that are those before */
};

static const struct leaf fine = {0, 3, 8, 0, "1.0", "d/v", 2};

/* Keys x/.zarray, x/0.0 and x/1.0; the first two values are in the leaf. */
static void
make_leaf(weft_text *t, const struct leaf *leaf)
{
	add_little(t, leaf->height, 1);
	add_varint(t, 1);
	add_varint(t, strlen(leaf->path));
	add_varint(t, 0);
	weft_text_puts(t, leaf->path);
	add_varint(t, 3);
	add_varint(t, 2);
	add_varint(t, leaf->repeated);
	add_varint(t, 9);
	add_varint(t, 3);
	add_varint(t, strlen(leaf->key));
	weft_text_puts(t, "x/.zarray0.0");
	weft_text_puts(t, leaf->key);
	add_varint(t, strlen(DESCRIPTION));
	add_varint(t, 8);
	add_varint(t, leaf->size);
	weft_text_add(t, "\0\0\1", 3);
	add_varint(t, leaf->file);
	add_varint(t, leaf->offset);
	weft_text_puts(t, DESCRIPTION "abcdefgh");
}

/* A node above the leaf; the keys below it begin with the first `common`
 * bytes of its key, which they have beside theirs. */
static void
make_inner(weft_text *t, uint64_t size)
{
	add_little(t, 1, 1);
	add_varint(t, 1);
	add_varint(t, 3);
	add_varint(t, 0);
	weft_text_puts(t, "d/l");
	add_varint(t, 1);
	add_varint(t, 2);
	add_varint(t, 0);
	weft_text_puts(t, "x/");
	add_varint(t, 0);
	add_varint(t, 0);
	add_varint(t, size);
	add_little(t, 0, 3);
}

static void
make_store(const struct root *root, const weft_text *node)
{
	struct root r = *root;
	weft_text t = {0};

	checkpoint_remove("c");
	write_text_in("c", "_METADATA", ALL);
	write_text_in("c/d", "v", "---ABCDEFGH");
	write_frame("c/d", "r", NODE, node);
	if (!r.size)
		r.size = node->size + 18;
	make_manifest(&t, &r);
	write_frame("c", "manifest.ocdbt", MANIFEST, &t);
	weft_text_free(&t);
}

static void
check_data(const char *name)
{
	struct weft_source src;
	weft_errors e = {0};
	char got[12] = "";
	int code = weft_source_open(&src, "c", (struct weft_open_options){0},
	                            &e);
	char *said = messages(&e);

	if (!code && src.n == 1)
		code = weft_chunks_read(&src, &src.tensors[0], 0, 12, got, &e);
	CHECK(name, !code && src.n == 1 &&
	      memcmp(got, "abcdefghABCD", 12) == 0, "code %d: %s", code, said);
	free(said);
	weft_source_close(&src);
}

static void
test_right(void)
{
	weft_text leaf = {0}, inner = {0};

	make_leaf(&leaf, &fine);
	make_store(&(struct root){0}, &leaf);
	check_data("a leaf");
	make_inner(&inner, leaf.size + 18);
	make_store(&(struct root){.height = 1}, &inner);
	write_frame("c/d", "l", NODE, &leaf);
	check_data("a node and a leaf");
	weft_text_free(&leaf);
	weft_text_free(&inner);
}

static void
expect_store(const char *name, const struct root *root,
             const struct leaf *leaf, int code, const char *says,
             const char *also)
{
	weft_text node = {0};

	make_leaf(&node, leaf);
	make_store(root, &node);
	expect(name, "c", (struct weft_open_options){0}, code, 0, says, also);
	weft_text_free(&node);
}

static void
test_roots(void)
{
	static const struct {
		const char *name;
		struct root root;
		const char *says, *also;
	} roots[] = {
		{"numbered manifests", {.kind = 1}, "numbered manifests",
		 "use_ocdbt=False"},
		{"a root of another height", {.height = 1},
		 "d/r: byte 0: a node of the OCDBT store: it has another "
		 "height", 0},
		{"a tree that is too high", {.height = 200},
		 "it is too high", 0},
		{"a root in no file", {.file = 1},
		 "a data file that is not in its table", 0},
		{"a root beyond its file", {.offset = 1000},
		 "ends beyond the end of the file", 0},
		{"a root close to 2^64", {.offset = UINT64_MAX, .size = 1},
		 "ends beyond the end of the file", 0},
		{"a root cut short", {.size = 20},
		 "says that it has another length", 0},
		{"a root of 3 bytes", {.size = 3}, "it ends too early", 0},
		{"no root", {.offset = UINT64_MAX, .size = UINT64_MAX},
		 "no array for the leaf x", 0},
	};

	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
		expect_store(roots[i].name, &roots[i].root, &fine, 65,
		             roots[i].says, roots[i].also);
}

static void
test_leaves(void)
{
	static const struct {
		const char *name;
		struct leaf leaf;
		int code;
		const char *says;
	} leaves[] = {
		{"a value beyond its file", {0, 4, 8, 0, "1.0", "d/v", 2}, 65,
		 "d/v: byte 4: a value or node"},
		{"a value of another size", {0, 3, 7, 0, "1.0", "d/v", 2}, 65,
		 "7 bytes, a chunk of it has 8"},
		{"a value in no file", {0, 3, 8, 7, "1.0", "d/v", 2}, 65,
		 "a data file that is not in its table"},
		{"a value in a file that is missing",
		 {0, 3, 8, 0, "1.0", "d/w", 2}, 66, "d/w: is missing"},
		{"a value in a file outside", {0, 3, 8, 0, "1.0", "../v", 2}, 65,
		 "\"../v\": the name leaves the model directory"},
		{"keys that are not in order", {0, 3, 8, 0, "0.0", "d/v", 2}, 65,
		 "its keys are not in order"},
		{"a key that repeats too much",
		 {0, 3, 8, 0, "1.0", "d/v", 9}, 65,
		 "a key in it is malformed"},
		{"a chunk that is missing", {0, 3, 8, 0, "2.0", "d/v", 2}, 65,
		 "2.0 beside it is no chunk"},
		{"a value of no leaf", {0, 3, 8, 0, "y/0.0", "d/v", 0}, 65,
		 "describes 2; the first that is missing is number 1"},
	};

	for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++)
		expect_store(leaves[i].name, &(struct root){0},
		             &leaves[i].leaf, leaves[i].code, leaves[i].says,
		             0);
}

/* With a checksum that fits, whatever byte is changed: an error or a tensor,
 * never a crash; and every byte of a leaf too few is an error. */
static void
test_changed(void)
{
	weft_text node = {0};
	int odd = 0, cuts = 0, size;
	char *said;

	make_leaf(&node, &fine);
	size = (int)node.size;
	for (int i = 0; i < 2 * size; i++) {
		struct weft_source src;
		weft_errors e = {0};
		int code, bit = 1 << i % 7;

		if (i < size)
			node.data[i] ^= (char)bit;
		else
			node.size = (size_t)(i - size);
		make_store(&(struct root){0}, &node);
		if (i < size)
			node.data[i] ^= (char)bit;
		code = weft_source_open(&src, "c",
		                        (struct weft_open_options){0}, &e);
		said = messages(&e);
		odd += code != 0 && code != 65 && code != 66;
		cuts += i >= size && code == 65 && *said;
		free(said);
		weft_source_close(&src);
	}
	CHECK("a changed byte is no other error", odd == 0, "%d are", odd);
	CHECK("every cut is an error", cuts == size, "%d of %d", cuts, size);
	weft_text_free(&node);
}

static void
test_checksum(void)
{
	const struct weft_open_options none = {0};
	weft_text node = {0};
	FILE *f;

	make_leaf(&node, &fine);
	make_store(&(struct root){0}, &node);
	f = fopen("c/d/r", "r+b");
	if (!f || fseek(f, 40, SEEK_SET) || fputc('?', f) == EOF || fclose(f))
		abort();
	expect("a wrong checksum", "c", none, 65, 0, "its checksum is wrong",
	       "checkpoint_storage_use_ocdbt=False");
	make_store(&(struct root){0}, &node);
	write_frame("c/d", "r", MANIFEST, &node);
	expect("a manifest for a node", "c", none, 65, 0,
	       "it does not begin as one", 0);
	make_store(&(struct root){0}, &node);
	remove("c/manifest.ocdbt");
	expect("no manifest", "c", none, 66, 0, "manifest.ocdbt: is missing",
	       0);
	weft_text_free(&node);
}

/* Keys that repeat each other cost the file nothing. */
static void
test_repeated(void)
{
	enum { N = 3000, LONG = 65000 };
	weft_text t = {0};

	add_little(&t, 0, 1);
	add_varint(&t, 0);
	add_varint(&t, N);
	for (int i = 1; i < N; i++)
		add_varint(&t, LONG);
	add_varint(&t, LONG);
	for (int i = 1; i < N; i++)
		add_varint(&t, 1);
	for (int i = 0; i < LONG + N; i++)
		weft_text_add(&t, "k", 1);
	make_store(&(struct root){0}, &t);
	expect("keys that repeat each other", "c",
	       (struct weft_open_options){0}, 65, 0,
	       "its keys, or paths, are too long together", 0);
	weft_text_free(&t);
}

int
main(void)
{
	checkpoint_begin();
	test_right();
	test_roots();
	test_leaves();
	test_changed();
	test_checksum();
	test_repeated();
	return checkpoint_end();
}
