/* zarr.json: version 3. */
#include <string.h>

#include "../io/escape.h"
#include "zarr.h"

static const struct {
	const char *name;
	enum weft_dtype dtype;
} dtypes[] = {
	{"bool", WEFT_BOOL},
	{"uint8", WEFT_U8},
	{"int8", WEFT_I8},
	{"uint16", WEFT_U16},
	{"int16", WEFT_I16},
	{"uint32", WEFT_U32},
	{"int32", WEFT_I32},
	{"uint64", WEFT_U64},
	{"int64", WEFT_I64},
	{"float16", WEFT_F16},
	{"bfloat16", WEFT_BF16},
	{"float32", WEFT_F32},
	{"float64", WEFT_F64},
	{"complex64", WEFT_C64},
	{"float8_e4m3fn", WEFT_F8_E4M3},
	{"float8_e5m2", WEFT_F8_E5M2},
	{"float8_e4m3fnuz", WEFT_F8_E4M3FNUZ},
	{"float8_e5m2fnuz", WEFT_F8_E5M2FNUZ},
};

static const char *
text_of(const weft_json *v, const char *name)
{
	const char *s = "";

	weft_json_as_string(weft_json_get(v, name), &s);
	return s;
}

static int
read_dtype(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	const char *name = text_of(v, "data_type");
	char shown[WEFT_ESCAPED];

	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
		if (strcmp(dtypes[i].name, name) == 0) {
			z->dtype = dtypes[i].dtype;
			return 0;
		}
	}
	return weft_refuse(z->path, e, "data_type \"%s\" is not supported",
	                   weft_escape(shown, name));
}

/* An extension point: {"name": …, "configuration": {…}}. */
static int
read_extension(const struct weft_zarr *z, const weft_json *v,
               const char *what, const char *const known[], weft_errors *e)
{
	static const char *const own[] = {"name", "configuration", NULL};
	const weft_json *inside = weft_json_get(v, "configuration");

	if (weft_zarr_members(z, v, what, own, e))
		return WEFT_BAD;
	return inside ? weft_zarr_members(z, inside, what, known, e) : 0;
}

static int
read_grid(struct weft_zarr *z, const weft_json *v, weft_arena *a,
          weft_errors *e)
{
	static const char *const known[] = {"chunk_shape", NULL};

	if (read_extension(z, v, "chunk_grid", known, e))
		return WEFT_BAD;
	if (strcmp(text_of(v, "name"), "regular") != 0)
		return weft_refuse(z->path, e, "chunk_grid must be "
		                   "\"regular\"");
	return weft_zarr_dims(z, weft_json_get(v, "configuration.chunk_shape"),
	                      "chunk_shape", 1, a, &z->stored, e);
}

static int
read_naming(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	static const char *const known[] = {"separator", NULL};
	const char *name = text_of(v, "name");
	const weft_json *given = weft_json_get(v, "configuration.separator");
	const char *s;

	if (read_extension(z, v, "chunk_key_encoding", known, e))
		return WEFT_BAD;
	z->in_c = strcmp(name, "default") == 0;
	if (!z->in_c && strcmp(name, "v2") != 0)
		return weft_refuse(z->path, e, "chunk_key_encoding must be "
		                   "\"default\" or \"v2\"");
	s = z->in_c ? "/" : ".";
	if (given && !weft_json_as_string(given, &s))
		s = "";
	if (strcmp(s, "/") != 0 && strcmp(s, ".") != 0)
		return weft_refuse(z->path, e, "the separator of "
		                   "chunk_key_encoding must be \"/\" or "
		                   "\".\"");
	z->separator = s[0];
	return 0;
}

/* --- codecs --- */

static int
read_bytes(const struct weft_zarr *z, const weft_json *v, int bits,
           weft_errors *e)
{
	static const char *const known[] = {"endian", NULL};
	const weft_json *endian = weft_json_get(v, "configuration.endian");

	if (read_extension(z, v, "the codec bytes", known, e))
		return WEFT_BAD;
	if (bits == 8 && !endian)
		return 0;
	if (strcmp(text_of(v, "configuration.endian"), "little") != 0)
		return weft_refuse(z->path, e, "the codec bytes must be "
		                   "little-endian");
	return 0;
}

static int
unsupported(const struct weft_zarr *z, const char *name, weft_errors *e)
{
	char shown[WEFT_ESCAPED];

	weft_refuse(z->path, e, "the codec \"%s\" is not supported here",
	            weft_escape(shown, name));
	weft_hint(e, "bytes alone is, followed by zstd or gzip, and "
	          "sharding_indexed of these");
	return WEFT_BAD;
}

static int
read_compression(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	static const char *const known[] = {"level", "checksum", NULL};
	const char *name = text_of(v, "name");

	if (strcmp(name, "zstd") == 0)
		z->codec = WEFT_CODEC_ZSTD;
	else if (strcmp(name, "gzip") == 0)
		z->codec = WEFT_CODEC_GZIP;
	else
		return unsupported(z, name, e);
	return read_extension(z, v, "the codec", known, e);
}

/* The codecs of a chunk: bytes, and one that compresses or none. */
static int
read_chunk_codecs(struct weft_zarr *z, const weft_json *list, weft_errors *e)
{
	const weft_json *first = weft_json_at(list, 0);
	size_t n = weft_json_length(list);

	if (n == 0)
		return weft_refuse(z->path, e, "codecs is not a list, or an "
		                   "empty one");
	if (strcmp(text_of(first, "name"), "bytes") != 0)
		return unsupported(z, text_of(first, "name"), e);
	if (read_bytes(z, first, weft_dtype_bits(z->dtype), e))
		return WEFT_BAD;
	if (n > 2)
		return weft_refuse(z->path, e, "a chain of %zu codecs is not "
		                   "supported", n);
	return n == 2 ? read_compression(z, weft_json_at(list, 1), e) : 0;
}

/* The codecs of a shard's index: bytes, and a checksum or none. */
static int
read_index_codecs(struct weft_zarr *z, const weft_json *list, weft_errors *e)
{
	static const char *const none[] = {NULL};
	const weft_json *second = weft_json_at(list, 1);
	size_t n = weft_json_length(list);

	if (n < 1 || n > 2 ||
	    strcmp(text_of(weft_json_at(list, 0), "name"), "bytes") != 0 ||
	    (n == 2 && strcmp(text_of(second, "name"), "crc32c") != 0))
		return weft_refuse(z->path, e, "index_codecs must be bytes, or "
		                   "bytes and crc32c");
	z->index_checksum = n == 2;
	if (second && read_extension(z, second, "the codec crc32c", none, e))
		return WEFT_BAD;
	return read_bytes(z, weft_json_at(list, 0), 64, e);
}

static int
read_shard(struct weft_zarr *z, const weft_json *v, weft_arena *a,
           weft_errors *e)
{
	static const char *const known[] = {
		"chunk_shape", "codecs", "index_codecs", "index_location", NULL,
	};
	const weft_json *inside = weft_json_get(v, "configuration");
	const char *where = text_of(inside, "index_location");

	if (read_extension(z, v, "the codec sharding_indexed", known, e) ||
	    weft_zarr_dims(z, weft_json_get(inside, "chunk_shape"),
	                   "chunk_shape of sharding_indexed", 1, a, &z->chunk,
	                   e))
		return WEFT_BAD;
	z->sharded = true;
	z->index_first = strcmp(where, "start") == 0;
	if (!z->index_first && strcmp(where, "end") != 0 &&
	    weft_json_get(inside, "index_location"))
		return weft_refuse(z->path, e, "index_location must be "
		                   "\"start\" or \"end\"");
	if (read_chunk_codecs(z, weft_json_get(inside, "codecs"), e))
		return WEFT_BAD;
	return read_index_codecs(z, weft_json_get(inside, "index_codecs"), e);
}

static int
read_codecs(struct weft_zarr *z, const weft_json *list, weft_arena *a,
            weft_errors *e)
{
	const weft_json *first = weft_json_at(list, 0);

	z->chunk = z->stored;
	if (strcmp(text_of(first, "name"), "sharding_indexed") != 0)
		return read_chunk_codecs(z, list, e);
	if (weft_json_length(list) != 1)
		return weft_refuse(z->path, e, "a codec behind "
		                   "sharding_indexed is not supported");
	return read_shard(z, first, a, e);
}

static int
read_all(struct weft_zarr *z, const weft_json *v, weft_arena *a,
         weft_errors *e)
{
	static const char *const known[] = {
		"zarr_format", "node_type", "shape", "data_type", "chunk_grid",
		"chunk_key_encoding", "fill_value", "codecs", "attributes",
		"dimension_names", "storage_transformers", NULL,
	};
	int64_t version = 0, *shape;

	if (weft_zarr_members(z, v, "it", known, e))
		return WEFT_BAD;
	if (!weft_json_as_int(weft_json_get(v, "zarr_format"), &version) ||
	    version != 3 || strcmp(text_of(v, "node_type"), "array") != 0)
		return weft_refuse(z->path, e, "zarr_format must be 3, and "
		                   "node_type \"array\"");
	if (weft_json_length(weft_json_get(v, "storage_transformers")) > 0)
		return weft_refuse(z->path, e, "storage_transformers are not "
		                   "supported");
	if (weft_zarr_dims(z, weft_json_get(v, "shape"), "shape", 0, a, &shape,
	                   e))
		return WEFT_BAD;
	z->shape = shape;
	weft_zarr_fill(z, weft_json_get(v, "fill_value"));
	if (read_dtype(z, v, e) ||
	    read_grid(z, weft_json_get(v, "chunk_grid"), a, e) ||
	    read_naming(z, weft_json_get(v, "chunk_key_encoding"), e) ||
	    read_codecs(z, weft_json_get(v, "codecs"), a, e))
		return WEFT_BAD;
	return weft_zarr_check(z, e);
}

int
weft_zarr_read_3(struct weft_zarr *z, const char *path, const char *text,
                 size_t n, weft_arena *a, weft_errors *e)
{
	return weft_zarr_read(z, path, text, n, read_all, a, e);
}
