/* .zarray: version 2. */
#include <string.h>

#include "../io/escape.h"
#include "zarr.h"

static const struct {
	const char *name;
	enum weft_dtype dtype;
} dtypes[] = {
	{"|b1", WEFT_BOOL},
	{"|u1", WEFT_U8},
	{"|i1", WEFT_I8},
	{"<u2", WEFT_U16},
	{"<i2", WEFT_I16},
	{"<u4", WEFT_U32},
	{"<i4", WEFT_I32},
	{"<u8", WEFT_U64},
	{"<i8", WEFT_I64},
	{"<f2", WEFT_F16},
	{"<f4", WEFT_F32},
	{"<f8", WEFT_F64},
	{"<c8", WEFT_C64},
	{"bfloat16", WEFT_BF16},
	{"float8_e4m3fn", WEFT_F8_E4M3},
	{"float8_e5m2", WEFT_F8_E5M2},
	{"float8_e4m3fnuz", WEFT_F8_E4M3FNUZ},
	{"float8_e5m2fnuz", WEFT_F8_E5M2FNUZ},
};

const char *
weft_zarr_dtype_2(enum weft_dtype t)
{
	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (dtypes[i].dtype == t)
			return dtypes[i].name;
	return NULL;
}

static int
read_dtype(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	char shown[WEFT_ESCAPED];
	const char *name;

	if (!weft_json_as_string(v, &name))
		return weft_refuse(z->path, e, "dtype is %s, expected a string "
		                   "such as \"<f4\" or \"bfloat16\"",
		                   weft_json_kind_name(weft_json_kind(v)));
	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
		if (strcmp(dtypes[i].name, name) == 0) {
			z->dtype = dtypes[i].dtype;
			return 0;
		}
	}
	weft_refuse(z->path, e, "dtype \"%s\" is not supported",
	            weft_escape(shown, name));
	if (name[0] == '>')
		weft_hint(e, "its bytes are in big-endian order: save it on, "
		          "or for, a little-endian machine");
	return WEFT_BAD;
}

static int
read_compressor(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	char shown[WEFT_ESCAPED];
	const char *id;

	if (weft_json_kind(v) == WEFT_JSON_NULL)
		return 0;
	if (!weft_json_as_string(weft_json_get(v, "id"), &id))
		return weft_refuse(z->path, e, "compressor has no \"id\", and "
		                   "is not null either");
	if (strcmp(id, "zstd") == 0)
		z->codec = WEFT_CODEC_ZSTD;
	else if (strcmp(id, "gzip") == 0)
		z->codec = WEFT_CODEC_GZIP;
	else if (strcmp(id, "zlib") == 0)
		z->codec = WEFT_CODEC_ZLIB;
	else {
		weft_refuse(z->path, e, "compressor \"%s\" is not supported",
		            weft_escape(shown, id));
		weft_hint(e, "zstd (what Orbax writes), gzip and zlib are, "
		          "and no compression");
		return WEFT_BAD;
	}
	return 0;
}

/* Which axis is slowest, and what else may have been done to the elements. */
static int
read_order(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	const weft_json *filters = weft_json_get(v, "filters");
	const char *order = "";

	weft_json_as_string(weft_json_get(v, "order"), &order);
	if (strcmp(order, "C") != 0 && (strcmp(order, "F") != 0 || z->rank > 1))
		return weft_refuse(z->path, e, "order must be \"C\", the last "
		                   "axis fastest");
	if (weft_json_kind(filters) != WEFT_JSON_NULL &&
	    weft_json_length(filters) > 0)
		return weft_refuse(z->path, e, "filters are not supported");
	return 0;
}

static int
read_separator(struct weft_zarr *z, const weft_json *v, weft_errors *e)
{
	const char *s = ".";

	if (v && !weft_json_as_string(v, &s))
		s = "";
	if (strcmp(s, ".") != 0 && strcmp(s, "/") != 0)
		return weft_refuse(z->path, e, "dimension_separator must be "
		                   "\".\" or \"/\"");
	z->separator = s[0];
	return 0;
}

static int
read_all(struct weft_zarr *z, const weft_json *v, weft_arena *a,
         weft_errors *e)
{
	static const char *const known[] = {
		"zarr_format", "shape", "chunks", "dtype", "compressor",
		"fill_value", "order", "filters", "dimension_separator", NULL,
	};
	int64_t version = 0, *shape;

	if (weft_zarr_members(z, v, "it", known, e))
		return WEFT_BAD;
	if (!weft_json_as_int(weft_json_get(v, "zarr_format"), &version) ||
	    version != 2)
		return weft_refuse(z->path, e, "zarr_format must be 2");
	if (weft_zarr_dims(z, weft_json_get(v, "shape"), "shape", 0, a, &shape,
	                   e))
		return WEFT_BAD;
	z->shape = shape;
	if (weft_zarr_dims(z, weft_json_get(v, "chunks"), "chunks", 1, a,
	                   &z->stored, e))
		return WEFT_BAD;
	z->chunk = z->stored;
	weft_zarr_fill(z, weft_json_get(v, "fill_value"));
	if (read_dtype(z, weft_json_get(v, "dtype"), e) ||
	    read_compressor(z, weft_json_get(v, "compressor"), e) ||
	    read_order(z, v, e) ||
	    read_separator(z, weft_json_get(v, "dimension_separator"), e))
		return WEFT_BAD;
	return weft_zarr_check(z, e);
}

int
weft_zarr_read_2(struct weft_zarr *z, const char *path, const char *text,
                 size_t n, weft_arena *a, weft_errors *e)
{
	return weft_zarr_read(z, path, text, n, read_all, a, e);
}
