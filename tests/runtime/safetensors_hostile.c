/* Headers that are wrong, odd or meant to hurt, by the numbers of the list of
 * hostile input. */
#include "checkpoint.h"

#define T(dtype, shape, offsets)                                             \
	"{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}"
#define F32_4 T("\"F32\"", "[1]", "[0,4]")

struct header {
	const char *name, *text;
	size_t data;       /* bytes behind the header */
	int code;
	size_t n;          /* tensors, if the code is 0 */
	const char *says, *also;
};

static const struct header headers[] = {
	{"H05 a header of length 0", "", 4, 65, 0, "byte 0: empty header", 0},
	{"H06 no tensors and no data", "{}", 0, 0, 0, "", 0},
	{"H06 no tensors and data", "{}", 3, 65, 0,
	 "byte 10: 3 trailing bytes", 0},
	{"H08 same key twice",
	 "{\"a\":" F32_4 ",\"a\":" T("\"I32\"", "[1]", "[0,4]") "}", 4, 65, 0,
	 "byte 62: duplicate key: tensor \"a\"", "byte 9 already"},
	{"H09 same key twice by an escape",
	 "{\"a\":" F32_4 ",\"\\u0061\":" F32_4 "}", 4, 65, 0,
	 "byte 62: duplicate key: tensor \"a\"", "byte 9 already"},
	{"H10 same key twice in __metadata__",
	 "{\"__metadata__\":{\"k\":\"1\",\"j\":\"2\",\"k\":\"3\"}}", 0, 65, 0,
	 "byte 41: duplicate key: metadata \"k\"", "byte 25 already"},
	{"H10 __metadata__ twice",
	 "{\"__metadata__\":{},\"__metadata__\":{}}", 0, 65, 0,
	 "byte 27: duplicate key: __metadata__", 0},
	{"H11 field twice",
	 "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],"
	 "\"data_offsets\":[0,1]}}", 1, 65, 0,
	 "byte 27: tensor \"a\": duplicate field dtype", 0},
	{"H12 a list for a tensor", "{\"a\":[\"F32\",[1],[0,4]]}", 4, 65, 0,
	 "byte 13: tensor \"a\": must be an object, not a list", 0},
	{"H13 a field nobody knows",
	 "{\"a\":{\"x\":{\"y\":[1,-2.5e3,{}]},\"dtype\":\"U8\",\"shape\":[1],"
	 "\"data_offsets\":[0,1]}}", 1, 0, 1,
	 "warning: f.safetensors: byte 14: field \"x\"", 0},
	{"H14 hole between tensors",
	 "{\"a\":" F32_4 ",\"b\":" T("\"U8\"", "[1]", "[7,8]") "}", 8, 65, 0,
	 "tensor \"b\": begins at 7, expected 4 (hole of 3 bytes)", "byte 62"},
	{"H14 hole before the first tensor",
	 "{\"a\":" T("\"U8\"", "[1]", "[1,2]") "}", 2, 65, 0,
	 "begins at 1, expected 0 (hole of 1 byte)", 0},
	{"H15 overlap",
	 "{\"a\":" F32_4 ",\"b\":" T("\"U8\"", "[2]", "[3,5]") "}", 5, 65, 0,
	 "tensor \"b\": begins at 3, expected 4: it overlaps tensor \"a\"", 0},
	{"H15 same range twice",
	 "{\"a\":" F32_4 ",\"b\":" F32_4 "}", 4, 65, 0,
	 "it overlaps tensor", "tied weights"},
	{"H16 begin behind end", "{\"a\":" T("\"U8\"", "[1]", "[2,1]") "}", 2,
	 65, 0, "tensor \"a\": begins at 2, behind its end 1", 0},
	{"H16 begin close to 2^64",
	 "{\"a\":" T("\"U8\"", "[1]",
	 "[18446744073709551614,18446744073709551615]") "}", 1, 65, 0,
	 "begins at 18446744073709551614, expected 0", 0},
	{"H16 negative", "{\"a\":" T("\"U8\"", "[1]", "[-1,0]") "}", 1, 65, 0,
	 "whole number that is not negative must be here", "byte 55"},
	{"H16 text", "{\"a\":" T("\"U8\"", "[1]", "[\"0\",1]") "}", 1, 65, 0,
	 "whole number that is not negative must be here, not a text", 0},
	{"H16 1.0", "{\"a\":" T("\"U8\"", "[1]", "[0,1.0]") "}", 1, 65, 0,
	 "whole number that is not negative", 0},
	{"H16 1e0", "{\"a\":" T("\"U8\"", "[1]", "[0,1e0]") "}", 1, 65, 0,
	 "whole number that is not negative", 0},
	{"H16 -0", "{\"a\":" T("\"U8\"", "[1]", "[-0,1]") "}", 1, 65, 0,
	 "whole number that is not negative", 0},
	{"H16 01", "{\"a\":" T("\"U8\"", "[1]", "[0,01]") "}", 1, 65, 0,
	 "byte 57: tensor \"a\": a number with a leading zero", 0},
	{"H16 +1", "{\"a\":" T("\"U8\"", "[1]", "[0,+1]") "}", 1, 65, 0,
	 "byte 57: tensor \"a\": not JSON", 0},
	{"H16 one offset", "{\"a\":" T("\"U8\"", "[1]", "[1]") "}", 1, 65, 0,
	 "must be two numbers, not 1", 0},
	{"H16 three offsets", "{\"a\":" T("\"U8\"", "[1]", "[0,1,1]") "}", 1,
	 65, 0, "more than two data_offsets", 0},
	{"H17 a dimension of 2^64",
	 "{\"a\":" T("\"U8\"", "[18446744073709551616]", "[0,0]") "}", 0, 65,
	 0, "a dimension does not fit 64 bits", 0},
	{"H18 a product that wraps to 4",
	 "{\"a\":" T("\"F32\"", "[4194305,4194305,211106198978564]",
	 "[0,16]") "}", 16, 65, 0, "tensor \"a\": overflow", 0},
	{"H19 a product that wraps to 0",
	 "{\"a\":" T("\"F32\"", "[4294967296,4294967296]", "[0,0]") "}", 0, 65,
	 0, "tensor \"a\": overflow", 0},
	{"H20 zero first",
	 "{\"a\":" T("\"U8\"", "[0,18446744073709551615,"
	 "18446744073709551615]", "[0,0]") "}", 0, 65, 0,
	 "does not fit 63 bits", 0},
	{"H20 zero last",
	 "{\"a\":" T("\"U8\"", "[18446744073709551615,"
	 "18446744073709551615,0]", "[0,0]") "}", 0, 65, 0,
	 "does not fit 63 bits", 0},
	{"H20 zero first, dimensions that fit",
	 "{\"a\":" T("\"U8\"", "[0,4294967296,4294967296]", "[0,0]") "}", 0,
	 65, 0, "overflow", 0},
	{"H20 zero last, dimensions that fit",
	 "{\"a\":" T("\"U8\"", "[4294967296,4294967296,0]", "[0,0]") "}", 0,
	 65, 0, "overflow", 0},
	{"H21 shape and range differ",
	 "{\"a\":" T("\"F32\"", "[3,2]", "[0,20]") "}", 20, 65, 0,
	 "tensor \"a\": needs 24 bytes, its range has 20", 0},
	{"H22 two bytes short", "{\"a\":" F32_4 "}", 2, 65, 0,
	 "file truncated by 2 bytes", 0},
	{"H22 two bytes more", "{\"a\":" F32_4 "}", 6, 65, 0,
	 "2 trailing bytes", 0},
	{"H23 empty tensors at start, end and one place",
	 "{\"a\":" F32_4 ",\"b\":" T("\"F32\"", "[0,5]", "[4,4]") ",\"c\":"
	 T("\"I8\"", "[2,0]", "[0,0]") ",\"d\":" T("\"I8\"", "[0]", "[0,0]")
	 "}", 4, 0, 4, "", 0},
	{"H23 empty tensor inside another",
	 "{\"a\":" F32_4 ",\"b\":" T("\"F32\"", "[0,5]", "[2,2]") "}", 4, 65,
	 0, "it overlaps tensor \"a\"", 0},
	{"H24 scalar", "{\"a\":" T("\"F32\"", "[]", "[0,4]") "}", 4, 0, 1, "",
	 0},
	{"H25 not UTF-8", "{\"a\xff\":" F32_4 "}", 4, 65, 0,
	 "byte 11: not UTF-8 (byte 0xff)", 0},
	{"H25 overlong", "{\"a\xc0\xaf\":" F32_4 "}", 4, 65, 0,
	 "byte 11: not UTF-8 (byte 0xc0)", 0},
	{"H25 surrogate in UTF-8", "{\"ab\xed\xa0\x80\":" F32_4 "}", 4, 65, 0,
	 "byte 12: not UTF-8", 0},
	{"H25 cut short UTF-8", "{\"a\xe2\x82\":" F32_4 "}", 4, 65, 0,
	 "byte 11: not UTF-8", 0},
	{"H25 half of a surrogate pair", "{\"a\\ud800\":" F32_4 "}", 4, 65, 0,
	 "byte 11: half of a surrogate pair", 0},
	{"H25 second half alone", "{\"\\udc00\":" F32_4 "}", 4, 65, 0,
	 "byte 10: half of a surrogate pair", 0},
	{"H25 byte order mark", "\xef\xbb\xbf{}", 0, 65, 0,
	 "byte 8: a byte order mark", 0},
	{"H25 newline in a key", "{\"a\n\":" F32_4 "}", 4, 65, 0,
	 "byte 11: a control character", 0},
	{"H25 no such escape", "{\"a\\x\":" F32_4 "}", 4, 65, 0,
	 "byte 11: no such escape", 0},
	{"H25 end inside a key", "{\"abc", 0, 65, 0,
	 "byte 13: the text ends inside a string", 0},
	{"H26 NUL in a key", "{\"a\\u0000b\":" F32_4 "}", 4, 65, 0,
	 "byte 11: a NUL inside a string", 0},
	{"H26 empty key", "{\"\":" F32_4 "}", 4, 0, 1, "", 0},
	{"H26 escape sequences in a key",
	 "{\"\\u001b[31mred\\u009b\":" T("\"U8\"", "[1]", "[0,2]") "}", 2, 65,
	 0, "tensor \"\\x1b[31mred\\xc2\\x9b\": needs 1", 0},
	{"H26 escape sequences in a key, accepted",
	 "{\"\\u001b[31mred\":" F32_4 "}", 4, 0, 1, "", 0},
	{"H27 F128", "{\"a\":" T("\"F128\"", "[1]", "[0,16]") "}", 16, 65, 0,
	 "byte 22: tensor \"a\": unknown dtype \"F128\"",
	 "known are BOOL, F4, F6_E2M3"},
	{"H27 f32", "{\"a\":" T("\"f32\"", "[1]", "[0,4]") "}", 4, 65, 0,
	 "unknown dtype \"f32\"", "I64, U64\n"},
	{"H27 no dtype", "{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
	 65, 0, "byte 9: tensor \"a\": has no dtype", 0},
	{"H27 null", "{\"a\":" T("null", "[1]", "[0,4]") "}", 4, 65, 0,
	 "unknown dtype: a text must be here, not null", "known are"},
	{"H28 three F4", "{\"a\":" T("\"F4\"", "[3]", "[0,1]") "}", 1, 65, 0,
	 "3 elements of F4 are 12 bits, not a whole number of bytes", 0},
	{"H28 four F6", "{\"a\":" T("\"F6_E2M3\"", "[2,2]", "[0,3]") "}", 3,
	 0, 1, "", 0},
	{"H29 metadata null", "{\"__metadata__\":null}", 0, 0, 0, "", 0},
	{"H29 metadata empty", "{\"__metadata__\":{}}", 0, 0, 0, "", 0},
	{"H29 metadata a number", "{\"__metadata__\":{\"a\":1}}", 0, 65, 0,
	 "__metadata__ holds texts only: a text must be here, not a number",
	 "byte 29"},
	{"H29 metadata nested", "{\"__metadata__\":{\"a\":{}}}", 0, 65, 0,
	 "a text must be here, not an object", 0},
	{"H29 metadata a list", "{\"__metadata__\":[]}", 0, 65, 0,
	 "__metadata__, an object of texts, must be here, not a list", 0},
	{"H30 blanks before the header", " \n\t\r {\"a\":" F32_4 "}  \n", 4,
	 0, 1, "", 0},
	{"H30 a comment", "{/*x*/}", 0, 65, 0, "byte 9: a comment", 0},
	{"H30 a comma too many", "{\"a\":" F32_4 ",}", 4, 65, 0,
	 "byte 62: a name in quotes must be here, not }", 0},
	{"H30 a comma too many in a shape",
	 "{\"a\":" T("\"F32\"", "[1,]", "[0,4]") "}", 4, 65, 0,
	 "must be here, not ]", 0},
	{"H30 NaN", "{\"a\":NaN}", 0, 65, 0, "byte 13: ", "not JSON"},
	{"H30 text behind the header", "{}x", 0, 65, 0, "byte 10: not JSON", 0},
	{"H30 an object behind the header", "{}{}", 0, 65, 0,
	 "byte 10: nothing but blanks behind the header", 0},
	{"H30 no end", "{\"a\":" F32_4, 4, 65, 0,
	 "byte 61: a comma or } must be here, not the end of the header", 0},
	{"H30 not an object", "[]", 0, 65, 0,
	 "byte 8: an object must be here, not a list", 0},
	{"H31 odd offset",
	 "{\"a\":" T("\"U8\"", "[1]", "[0,1]") ",\"b\":"
	 T("\"F32\"", "[1]", "[1,5]") "}", 5, 0, 2, "", 0},
};

static const struct {
	const char *name;
	const char *bytes;
	size_t n;
	const char *says, *also;
} files[] = {
#define BYTES(s) s, sizeof s - 1
	{"H01 empty file", BYTES(""), "has 0 bytes, shorter than the 8-byte",
	 0},
	{"H01 seven bytes", BYTES("\1\0\0\0\0\0\0"),
	 "has 7 bytes, shorter than the 8-byte", 0},
	{"H02 length of 2^64-1", BYTES("\xff\xff\xff\xff\xff\xff\xff\xff{}"),
	 "header length 18446744073709551615 > file size 10", 0},
	{"H04 header behind the end", BYTES("\x64\0\0\0\0\0\0\0{}"),
	 "header ends at 108, file has 10 bytes", 0},
	{"H07 git-lfs pointer",
	 BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"),
	 "this is a git-lfs pointer", "git lfs pull"},
	{"H07 HTML page", BYTES("<!DOCTYPE html><html><body>404</body></html>"),
	 "this is an HTML page", 0},
	{"H07 gzip", BYTES("\x1f\x8b\x08\0\0\0\0\0\2\3abc"),
	 "this is a gzip archive", 0},
	{"H07 zip", BYTES("PK\3\4\x14\0\0\0\x08\0"), "this is a zip archive",
	 0},
	{"H07 pickle", BYTES("\x80\2}q\0(X\1\0\0\0aq\1K\1s."),
	 "this is a Python pickle", 0},
	{"H07 GGUF", BYTES("GGUF\3\0\0\0\0\0\0\0\0\0\0\0"), "this is a GGUF",
	 0},
	{"H30 padded with NUL", BYTES("\4\0\0\0\0\0\0\0{}\0\0"),
	 "byte 10: padded with NUL, must be spaces", 0},
#undef BYTES
};

static const struct weft_open_options plain;

static void
test_tables(void)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		const struct header *h = &headers[i];

		write_header("f.safetensors", h->text, strlen(h->text),
		             h->data);
		expect(h->name, "f.safetensors", plain, h->code, h->n, h->says,
		       h->also);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		write_bytes("f.safetensors", files[i].bytes, files[i].n);
		expect(files[i].name, "f.safetensors", plain, 65, 0,
		       files[i].says, files[i].also);
	}
}

/* A sparse file whose header has `n` bytes: {} and blanks. */
static void
write_long_header(uint64_t n, const char *text)
{
	unsigned char length[8];
	FILE *f = fopen("f.safetensors", "wb");
	char *blanks = malloc(n);

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(n >> 8 * i);
	if (!f || !blanks)
		abort();
	memset(blanks, ' ', n);
	memcpy(blanks, text, strlen(text));
	if (fwrite(length, 1, 8, f) != 8 || fwrite(blanks, 1, n, f) != n ||
	    fclose(f) != 0)
		abort();
	free(blanks);
}

static void
test_limits(void)
{
	write_long_header(100000000, "{}");
	expect("H03 header at the limit", "f.safetensors", plain, 0, 0, "", 0);
	write_long_header(100000001, "{}");
	expect("H03 header over the limit", "f.safetensors", plain, 65, 0,
	       "header length 100000001 is over the limit", 0);
}

/* `before`, `n` times `middle`, `after`, as the whole header. */
static void
write_repeated(const char *before, const char *middle, size_t n,
               const char *after, size_t data)
{
	weft_text t = {0};

	weft_text_puts(&t, before);
	for (size_t i = 0; i < n; i++)
		weft_text_puts(&t, middle);
	weft_text_puts(&t, after);
	write_header("f.safetensors", t.data, t.size, data);
	weft_text_free(&t);
}

static void
test_bombs(void)
{
	write_repeated("{\"a\":{\"x\":", "[", 100000, "}}", 0);
	expect("H13 100,000 brackets", "f.safetensors", plain, 65, 0,
	       "byte 82: tensor \"a\": nested too deep", 0);
	write_repeated("{\"a\":{\"x\":", "{\"a\":", 100000, "}}", 0);
	expect("H13 100,000 braces", "f.safetensors", plain, 65, 0,
	       "nested too deep", 0);
	write_repeated("{\"a\":" "{\"dtype\":\"U8\",\"shape\":[", "9", 1000000,
	               "],\"data_offsets\":[0,1]}}", 1);
	expect("H17 a number of 1,000,000 digits", "f.safetensors", plain, 65,
	       0, "a dimension does not fit 64 bits", 0);
	write_repeated("{\"a\":" "{\"dtype\":\"U8\",\"shape\":[1", ",1", 9999,
	               "],\"data_offsets\":[0,1]}}", 1);
	expect("H24 rank 10,000", "f.safetensors", plain, 65, 0,
	       "more than 64 dimensions", 0);
	write_repeated("{\"a\":" "{\"dtype\":\"U8\",\"shape\":[1", ",1", 63,
	               "],\"data_offsets\":[0,1]}}", 1);
	expect("H24 rank 64", "f.safetensors", plain, 0, 1, "", 0);
}

static void
test_dtypes(void)
{
	weft_text t = {0};
	size_t at = 0;

	weft_text_puts(&t, "{");
	for (int i = 0; i < WEFT_N_DTYPES; i++) {
		size_t n = (size_t)weft_dtype_bits((enum weft_dtype)i);

		weft_text_printf(&t, "%s\"%d\":{\"dtype\":\"%s\",\"shape\":"
		                 "[4,2],\"data_offsets\":[%zu,%zu]}", i ? "," : "",
		                 i, weft_dtype_name((enum weft_dtype)i), at,
		                 at + n);
		at += n;
	}
	weft_text_puts(&t, "}");
	write_header("f.safetensors", t.data, t.size, at);
	expect("H27 all dtypes", "f.safetensors", plain, 0, 22, "", 0);
	weft_text_free(&t);
}

/* What a good header says comes out as it is, whatever its order. */
static void
test_values(void)
{
	static const char text[] =
		"{\"z\":" T("\"I16\"", "[2,0,7]", "[5,5]") ","
		"\"\\u00e9\\ud83d\\ude00\\n\":" T("\"U8\"", "[1]", "[4,5]")
		",\"__metadata__\":{\"format\":\"pt\",\"b\":\"c\\\"d\"},"
		"\"m\":" T("\"BF16\"", "[1,2]", "[0,4]") "}";
	const uint64_t data = 8 + sizeof text - 1;
	struct weft_source s;
	weft_errors e = {0};
	const struct weft_stored *m, *u, *z;

	write_header("f.safetensors", text, sizeof text - 1, 5);
	if (weft_source_open(&s, "f.safetensors", plain, &e)) {
		CHECK("values of a header", 0, "it was refused");
		return;
	}
	m = weft_source_find(&s, "", "m");
	z = weft_source_find(&s, "", "z");
	u = weft_source_find(&s, "", "\xc3\xa9\xf0\x9f\x98\x80\n");
	CHECK("values of a header", m && u && z && m == s.tensors &&
	      z == m + 1 && u == z + 1 && m->offset == data && m->bytes == 4 &&
	      m->rank == 2 && m->shape[1] == 2 && m->dtype == WEFT_BF16 &&
	      u->offset == data + 4 && z->count == 0 && z->shape[2] == 7 &&
	      z->offset == data + 5, "a field differs");
	CHECK("absent keys", !weft_source_find(&s, "", "") &&
	      !weft_source_find(&s, "m", "m") &&
	      !weft_source_find(&s, "", "zz"), "found");
	CHECK("metadata", s.n_metadata == 2 &&
	      strcmp(s.metadata[1].key, "b") == 0 &&
	      strcmp(s.metadata[1].value, "c\"d") == 0, "differs");
	weft_errors_free(&e);
	weft_source_close(&s);
}

int
main(void)
{
	checkpoint_begin();
	test_tables();
	test_limits();
	test_bombs();
	test_dtypes();
	test_values();
	return checkpoint_end();
}
