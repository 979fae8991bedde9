/* How tensors are cut into chunks and described: compared with what Orbax
 * 0.12.8 and tensorstore 0.1.86 made of such arrays, and with all bytes of the
 * tensors counted. */
#include "checkpoint.h"


static const int64_t
experts[] = {6, 5, 4, 3}, rows[] = {151936, 3}, prime[] = {13, 2},
empty[] = {0, 3}, wide[] = {2, 3, 1000}, one[] = {7};

static const struct weft_metadata
metadata[] = {{"scan_layers", "true", 0}, {"n", "3", 0}, {"who", "a\"b", 0}};

static struct weft_layout_how
how(uint64_t max_chunk)
{
	return (struct weft_layout_how){.max_chunk = max_chunk,
	                                .metadata = metadata,
	                                .n_metadata = 3};
}

static const struct weft_target_text *
find_text(const struct weft_target *t, const char *dir, const char *name)
{
	for (int i = 0; i < t->n_texts; i++)
		if (strcmp(t->texts[i].dir, dir) == 0 &&
		    strcmp(t->texts[i].name, name) == 0)
			return &t->texts[i];
	return NULL;
}

static void
expect_text(const struct weft_target *t, const char *dir, const char *name,
            const char *golden)
{
	const struct weft_target_text *x = find_text(t, dir, name);
	char what[256];

	snprintf(what, sizeof what, "text %s/%s", dir, name);
	CHECK(what, x && x->size == strlen(golden) &&
	      strcmp(x->text, golden) == 0, "is %s", x ? x->text : "absent");
}

static void
test_texts(void)
{
	const struct weft_wanted wanted[] = {
		{"params.params.b.w_10", experts, 4, WEFT_F32},
		{"params.params.b.w_9", one, 1, WEFT_BF16},
		{"step", NULL, 0, WEFT_I64},
	};
	const struct weft_layout_how limits = how(1 << 20);
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_orbax, wanted, 3, &limits, &e);

	CHECK("three tensors", !code && t.n_files == 3 && t.n_texts == 8 &&
	      t.total_size == 1440 + 14 + 8, "code %d, %d files", code,
	      t.n_files);
	expect_text(&t, "0/items/params.params.b.w_9", ".zarray",
	            "{\"chunks\":[7],\"compressor\":null,"
	            "\"dimension_separator\":\".\",\"dtype\":\"bfloat16\","
	            "\"fill_value\":null,\"filters\":null,\"order\":\"C\","
	            "\"shape\":[7],\"zarr_format\":2}");
	expect_text(&t, "0/items/step", ".zarray",
	            "{\"chunks\":[],\"compressor\":null,"
	            "\"dimension_separator\":\".\",\"dtype\":\"<i8\","
	            "\"fill_value\":null,\"filters\":null,\"order\":\"C\","
	            "\"shape\":[],\"zarr_format\":2}");
	expect_text(&t, "0", "_CHECKPOINT_METADATA",
	            "{\"item_handlers\": {\"items\": \"orbax.checkpoint._src."
	            "handlers.pytree_checkpoint_handler."
	            "PyTreeCheckpointHandler\"}, \"metrics\": {}, "
	            "\"performance_metrics\": {}, \"init_timestamp_nsecs\": 0, "
	            "\"commit_timestamp_nsecs\": 0, \"custom_metadata\": "
	            "{\"scan_layers\": true, \"n\": 3, \"who\": \"a\\\"b\"}}");
#define KEY(name) "{\"key\": \"" name "\", \"key_type\": 2}"
#define VALUE "\"value_metadata\": {\"value_type\": \"np.ndarray\", "        \
	      "\"skip_deserialize\": false}}"
	expect_text(&t, "0/items", "_METADATA",
	            "{\"tree_metadata\": {\"('params', 'params', 'b', 'w_9')\": "
	            "{\"key_metadata\": [" KEY("params") ", " KEY("params")
	            ", " KEY("b") ", " KEY("w_9") "], " VALUE
	            ", \"('params', 'params', 'b', 'w_10')\": "
	            "{\"key_metadata\": [" KEY("params") ", " KEY("params")
	            ", " KEY("b") ", " KEY("w_10") "], " VALUE
	            ", \"('step',)\": {\"key_metadata\": [" KEY("step") "], "
	            VALUE "}, \"use_ocdbt\": false, \"use_zarr3\": false, "
	            "\"store_array_data_equal_to_fill_value\": true, "
	            "\"custom_metadata\": null}");
	CHECK("the marker comes last", t.n_texts &&
	      strcmp(t.texts[t.n_texts - 1].dir, "0") == 0 &&
	      strcmp(t.texts[t.n_texts - 1].name, "commit_success.txt") == 0,
	      "%s", t.n_texts ? t.texts[t.n_texts - 1].name : "no text");
	weft_target_free(&t);
	weft_errors_free(&e);
}

/* One tensor under a limit: the chunks, the files and the slot. */
struct cut {
	const char *name;
	struct weft_wanted wanted;
	uint64_t max_chunk;
	const char *chunks;
	int files;
	uint64_t size;          /* of each file */
	uint64_t row, rows, per_file;
	const char *last;       /* name of the last file */
};

static const struct cut cuts[] = {
	{"not cut", {"k", experts, 4, WEFT_F32}, 1440, "[6,5,4,3]", 1, 1440,
	 0, 0, 0, "0.0.0.0"},
	{"no limit given", {"k", experts, 4, WEFT_F32}, 0, "[6,5,4,3]", 1, 1440,
	 0, 0, 0, "0.0.0.0"},
	{"along axis 0", {"k", experts, 4, WEFT_F32}, 1439, "[3,5,4,3]", 2, 720,
	 240, 6, 3, "1.0.0.0"},
	{"rows of axis 0, each its own", {"k", experts, 4, WEFT_F32}, 240,
	 "[1,5,4,3]", 6, 240, 240, 6, 1, "5.0.0.0"},
	{"along axis 1, one chunk longer than its part",
	 {"k", experts, 4, WEFT_F32}, 239, "[1,3,4,3]", 12, 144,
	 48, 5, 3, "5.1.0.0"},
	{"along axis 2", {"k", experts, 4, WEFT_F32}, 47, "[1,1,2,3]", 60, 24,
	 12, 4, 2, "5.4.1.0"},
	{"elements, above the limit", {"k", experts, 4, WEFT_F32}, 3,
	 "[1,1,1,1]", 360, 4, 4, 3, 1, "5.4.3.2"},
	{"a divisor of the rows", {"k", rows, 2, WEFT_F32}, 16384 * 12,
	 "[9496,3]", 16, 113952, 12, 151936, 9496, "15.0"},
	{"no divisor of the rows", {"k", prime, 2, WEFT_U8}, 10, "[5,2]", 3, 10,
	 2, 13, 5, "2.0"},
	{"a middle axis that is whole", {"k", wide, 3, WEFT_U8}, 3000,
	 "[1,3,1000]", 2, 3000, 3000, 2, 1, "1.0.0"},
	{"nothing in it", {"k", empty, 2, WEFT_F32}, 1, "[1,3]", 0, 0, 0, 0, 0,
	 NULL},
};

static void
test_cuts(void)
{
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		const struct cut *c = &cuts[i];
		const struct weft_layout_how limits = how(c->max_chunk);
		const struct weft_target_text *x;
		const struct weft_slot *s;
		char chunks[64];
		struct weft_target t;
		weft_errors e = {0};
		bool good = !weft_target_lay_out(&t, &weft_orbax, &c->wanted,
		                                 1, &limits, &e);

		snprintf(chunks, sizeof chunks, "\"chunks\":%s,", c->chunks);
		x = good ? find_text(&t, "0/items/k", ".zarray") : NULL;
		s = t.slots;
		good = x && strstr(x->text, chunks) && t.n_files == c->files &&
		       s->row == c->row && s->rows == c->rows &&
		       s->per_file == c->per_file && s->offset == 0;
		for (int k = 0; good && k < t.n_files; k++)
			good = t.files[k].size == c->size &&
			       t.files[k].header_size == 0 &&
			       strcmp(t.files[k].dir, "0/items/k") == 0;
		if (good && c->last)
			good = strcmp(t.files[t.n_files - 1].name, c->last) ==
			       0;
		CHECK(c->name, good, "%s; %d files; row %d, rows %d, %d in a "
		      "file; last %s", x ? x->text : "no text", t.n_files,
		      (int)s->row, (int)s->rows, (int)s->per_file,
		      t.n_files ? t.files[t.n_files - 1].name : "-");
		weft_target_free(&t);
		weft_errors_free(&e);
	}
}

static void
refused(const char *name, const struct weft_wanted *wanted, size_t n,
        uint64_t max_chunk, const char *says)
{
	const struct weft_layout_how limits = how(max_chunk);
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_orbax, wanted, n, &limits, &e);
	char *text = messages(&e);

	CHECK(name, code == 65 && strstr(text, says), "code %d: %s", code,
	      text);
	free(text);
	weft_target_free(&t);
}

#define REFUSED(name, says, ...)                                             \
	refused(name, (const struct weft_wanted[]){__VA_ARGS__},             \
	        sizeof((const struct weft_wanted[]){__VA_ARGS__}) /          \
	                sizeof(struct weft_wanted), 1 << 20, says)

static void
test_refusals(void)
{
	static const int64_t huge[] = {INT64_MAX / 2, 8}, big[] = {1 << 30};
	const struct weft_wanted many = {"k", big, 1, WEFT_U8};
	char longest[400];

	REFUSED("the same key twice", "it is there twice",
	        {"k", one, 1, WEFT_U8}, {"k", one, 1, WEFT_U8});
	REFUSED("a leaf that is a branch", "a.b is a tensor too",
	        {"a.b.c", one, 1, WEFT_U8}, {"a.b-", one, 1, WEFT_U8},
	        {"a.b", one, 1, WEFT_U8}, {"a.bc", one, 1, WEFT_U8});
	REFUSED("an empty part", "parts joined by dots",
	        {"a..b", one, 1, WEFT_U8});
	REFUSED("an empty key", "parts joined by dots", {"", one, 1, WEFT_U8});
	REFUSED("a dot at the end", "parts joined by dots",
	        {"a.", one, 1, WEFT_U8});
	REFUSED("a slash", "without quotes and slashes",
	        {"a/b", one, 1, WEFT_U8});
	REFUSED("a quote", "without quotes", {"a'b", one, 1, WEFT_U8});
	REFUSED("beyond ASCII", "printable ASCII",
	        {"a\xc3\xa9", one, 1, WEFT_U8});
	REFUSED("the name of a file of Orbax", "not the name of a file",
	        {"array_metadatas", one, 1, WEFT_U8});
	memset(longest, 'x', 256);
	longest[256] = '\0';
	REFUSED("a long key", "of 255 bytes at most",
	        {longest, one, 1, WEFT_U8});
	REFUSED("a dtype without a name", "zarr has no name for F4",
	        {"k", one, 1, WEFT_F4});
	REFUSED("too large a shape", "overflow", {"k", huge, 2, WEFT_F32});
	REFUSED("40 axes", "40 dimensions, 32 are possible",
	        {"k", experts, 40, WEFT_F32});
	refused("files without end", &many, 1, 16, "more than 4194304 files");
}

int
main(void)
{
	checkpoint_begin();
	test_texts();
	test_cuts();
	test_refusals();
	return checkpoint_end();
}
