/* What is written: compared with what safetensors 0.8.0 and huggingface_hub
 * 2.4.0 made of the same tensors, and with Python's json.dumps. */
#include "checkpoint.h"

#define HOW(limit) &(const struct weft_layout_how){.max_shard = limit}
#define UNICODE "\xc3\xa9\xf0\x9f\x98\x80"   /* U+00E9 U+1F600 */

static int64_t
dims[4][2] = {{3, 2}, {1, 0}, {0, 7}, {10, 0}};

static void
test_header(void)
{
	static const char golden[] = "\x80\1\0\0\0\0\0\0"
		"{\"__metadata__\":{\"format\":\"pt\"},\"n\":{\"dtype\":\"I64\""
		",\"shape\":[1],\"data_offsets\":[0,8]},"
		"\"e\":{\"dtype\":\"F32\""
		",\"shape\":[0,7],\"data_offsets\":[8,8]},\"a\\\"\\\\\\n\\u0001"
		UNICODE "\x7f\":{\"dtype\":\"BF16\",\"shape\":[],"
		"\"data_offsets\":[8,10]},\"b\":{\"dtype\":\"BF16\",\"shape\":"
		"[3,2],\"data_offsets\":[10,22]},\"q\":{\"dtype\":\"F4\","
		"\"shape\":[10],\"data_offsets\":[22,27]},\"o\":{\"dtype\":"
		"\"BOOL\",\"shape\":[3],\"data_offsets\":[27,30]}}  ";
	const struct weft_wanted wanted[] = {
		{"b", dims[0], 2, WEFT_BF16},
		{"a\"\\\n\1" UNICODE "\x7f", NULL, 0, WEFT_BF16},
		{"n", dims[1], 1, WEFT_I64},
		{"e", dims[2], 2, WEFT_F32},
		{"q", dims[3], 1, WEFT_F4},
		{"o", dims[0], 1, WEFT_BOOL},
	};
	static const uint64_t offsets[] = {10, 8, 0, 8, 22, 27};
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_safetensors, wanted, 6, HOW(0),
	                               &e);
	bool placed = true;

	CHECK("header as by save_file", !code && t.n_files == 1 && t.n_texts == 0 &&
	      strcmp(t.files[0].name, "model.safetensors") == 0 &&
	      t.files[0].header_size == sizeof golden - 1 &&
	      memcmp(t.files[0].header, golden, sizeof golden - 1) == 0 &&
	      t.files[0].size == 422 && t.total_size == 30,
	      "code %d, header %s", code,
	      code ? "" : t.files[0].header + 8);
	for (int i = 0; i < 6 && !code; i++)
		placed &= t.slots[i].offset == sizeof golden - 1 + offsets[i];
	CHECK("slots of the header", placed, "differ");
	weft_target_free(&t);
	weft_errors_free(&e);
}

static void
test_empty(void)
{
	static const char golden[] =
		" \0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"pt\"}}";
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_safetensors, NULL, 0, HOW(5), &e);

	CHECK("no tensors", !code && t.n_files == 1 && t.n_texts == 0 &&
	      t.files[0].size == sizeof golden - 1 &&
	      memcmp(t.files[0].header, golden, sizeof golden - 1) == 0,
	      "differs");
	weft_target_free(&t);
	weft_errors_free(&e);
}

/* l.9 is above the limit: its shard is finished, and numbered, before the one
 * that was begun with l.2 and goes on with l.10. */
static void
test_shards(void)
{
	static const char golden[] =
		"{\n  \"metadata\": {\n    \"total_size\": 47\n  },\n"
		"  \"weight_map\": {\n"
		"    \"l.10\": \"model-00002-of-00003.safetensors\",\n"
		"    \"l.11\": \"model-00003-of-00003.safetensors\",\n"
		"    \"l.2\": \"model-00002-of-00003.safetensors\",\n"
		"    \"l.9\": \"model-00001-of-00003.safetensors\",\n"
		"    \"\\u00e9\\ud83d\\ude00\\\"\": "
		"\"model-00003-of-00003.safetensors\"\n  }\n}\n";
	static const int64_t size[] = {30, 6, 2, 4, 5};
	const struct weft_wanted wanted[] = {
		{"l.9", size, 1, WEFT_U8}, {UNICODE "\"", size + 1, 1, WEFT_I8},
		{"l.11", size + 2, 1, WEFT_U8}, {"l.2", size + 3, 1, WEFT_U8},
		{"l.10", size + 4, 1, WEFT_U8},
	};
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_safetensors, wanted, 5, HOW(10),
	                               &e);

	CHECK("shards as by huggingface_hub", !code && t.n_files == 3 &&
	      t.slots[0].file == 0 && t.slots[1].file == 2 &&
	      t.slots[2].file == 2 && t.slots[3].file == 1 &&
	      t.slots[4].file == 1 && t.total_size == 47, "differ");
	CHECK("index", !code && t.texts[0].size == sizeof golden - 1 &&
	      memcmp(t.texts[0].text, golden, sizeof golden - 1) == 0 &&
	      strcmp(t.texts[0].name, "model.safetensors.index.json") == 0,
	      "%s", code ? "" : t.texts[0].text);
	weft_target_free(&t);
	weft_errors_free(&e);
}

static void
refused(const char *name, const struct weft_wanted *wanted, size_t n,
        const char *says)
{
	struct weft_target t;
	weft_errors e = {0};
	int code = weft_target_lay_out(&t, &weft_safetensors, wanted, n, HOW(0),
	                               &e);
	char *text = messages(&e);

	CHECK(name, code == 65 && strstr(text, says), "code %d: %s", code,
	      text);
	free(text);
	weft_target_free(&t);
}

static void
test_refused(void)
{
	static const int64_t huge[] = {INT64_C(1) << 62, 1, 1 << 30};
	const struct weft_wanted twice[] = {
		{"a", dims[0], 1, WEFT_U8}, {"b", dims[0], 1, WEFT_U8},
		{"a", dims[0], 1, WEFT_U8},
	};
	const struct weft_wanted reserved = {"__metadata__", dims[0], 1,
	                                     WEFT_U8};
	const struct weft_wanted broken = {"\xc0\x80", dims[0], 1, WEFT_U8};
	const struct weft_wanted bits = {"a", dims[0], 1, WEFT_F6_E2M3};
	const struct weft_wanted shape = {"a", huge, 3, WEFT_U8};
	const struct weft_wanted wide = {"a", huge, 1, WEFT_U16};
	struct weft_wanted sum[20];
	char keys[20][12];

	refused("one key twice", twice, 3, "\"a\" to write: it is there twice");
	refused("the reserved key", &reserved, 1, "reserves this name");
	refused("a key that is not UTF-8", &broken, 1, "not UTF-8");
	refused("half a byte", &bits, 1, "not a whole number of bytes");
	refused("M12 a shape that overflows", &shape, 1, "overflow");
	refused("M12 a size that overflows", &wide, 1, "overflow");
	for (int i = 0; i < 20; i++) {
		snprintf(keys[i], sizeof keys[i], "%d", i);
		sum[i] = (struct weft_wanted){keys[i], huge, 2, WEFT_F4};
	}
	refused("M12 a sum that overflows", sum, 20, "overflow");
}

static void
test_header_limit(void)
{
	enum { N = 101, LONG = 1000000 };
	struct weft_wanted wanted[N];
	char *keys = malloc((size_t)N * LONG);

	if (!keys)
		abort();
	memset(keys, 'k', (size_t)N * LONG);
	for (int i = 0; i < N; i++) {
		char *key = keys + (size_t)i * LONG;

		key[LONG - 1] = '\0';
		key[0] = (char)(i + 1);
		wanted[i] = (struct weft_wanted){key, dims[0], 1, WEFT_U8};
	}
	refused("M12 header over 100,000,000 bytes", wanted, N,
	        "model.safetensors to write: a header of 101");
	free(keys);
}

int
main(void)
{
	test_header();
	test_empty();
	test_shards();
	test_refused();
	test_header_limit();
	return check_done();
}
