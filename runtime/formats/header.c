#include "header.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "../checked.h"
#include "../io/escape.h"
#include "../text.h"
#include "scan.h"
#include "signature.h"

/* A header being read. */
struct reader {
	struct weft_header h;
	struct weft_scan s;
	const char *key;       /* of the tensor we are in, or NULL */
	bool has_metadata;
	const char *unknown;   /* the first field of no meaning, or NULL */
	weft_errors *e;
};

/* What the header says of one tensor. */
struct info {
	int64_t shape[WEFT_MAX_RANK];
	int rank;
	enum weft_dtype dtype;
	uint64_t begin, end;
	bool has_dtype, has_shape, has_offsets;
};

/* Adds the error FILE: byte N: [tensor "KEY": ]TEXT. Returns false. */
__attribute__((format(printf, 3, 4))) static bool
refuse(struct reader *r, size_t at, const char *fmt, ...)
{
	char file[WEFT_ESCAPED], key[WEFT_ESCAPED];
	weft_text text = {0};
	va_list ap;

	weft_escape(file, r->h.src->files[r->h.file].path);
	if (r->key)
		weft_text_printf(&text, "tensor \"%s\": ",
		                 weft_escape(key, r->key));
	va_start(ap, fmt);
	weft_text_vprintf(&text, fmt, ap);
	va_end(ap);
	weft_error(r->e, WEFT_BAD, "%s: byte %zu: %s", file, 8 + at,
	           text.data);
	weft_text_free(&text);
	return false;
}

static const char *
token_name(enum weft_token t)
{
	switch (t) {
	case WEFT_TOKEN_END:        return "the end of the header";
	case WEFT_TOKEN_BAD:        return "something else";
	case WEFT_TOKEN_STRING:     return "a text";
	case WEFT_TOKEN_INTEGER:    return "a number";
	case WEFT_TOKEN_NUMBER:     return "a negative or fractional number";
	case WEFT_TOKEN_NULL:       return "null";
	case WEFT_TOKEN_TRUE:       return "true";
	case WEFT_TOKEN_FALSE:      return "false";
	case WEFT_TOKEN_OBJECT:     return "an object";
	case WEFT_TOKEN_OBJECT_END: return "}";
	case WEFT_TOKEN_LIST:       return "a list";
	case WEFT_TOKEN_LIST_END:   return "]";
	case WEFT_TOKEN_COLON:      return "a colon";
	case WEFT_TOKEN_COMMA:      return "a comma";
	}
	return "something else";
}

/* The token read last is none of `what`. */
static bool
expected(struct reader *r, const char *what)
{
	if (r->s.token == WEFT_TOKEN_BAD)
		return refuse(r, r->s.start, "%s (byte 0x%02x)", r->s.problem,
		              (unsigned char)r->s.base[r->s.start]);
	return refuse(r, r->s.start, "%s must be here, not %s", what,
	              token_name(r->s.token));
}

/* Behind the opening bracket or a value of a list or object that ends with
 * `end`: reads the next token. False at the end, and on an error, which
 * *failed tells apart. */
static bool
more(struct reader *r, bool first, enum weft_token end, bool *failed)
{
	enum weft_token t = weft_scan_next(&r->s);

	*failed = false;
	if (t == end)
		return false;
	if (first)
		return true;
	if (t == WEFT_TOKEN_COMMA) {
		weft_scan_next(&r->s);
		return true;
	}
	*failed = true;
	return expected(r, end == WEFT_TOKEN_LIST_END ? "a comma or ]" :
	                "a comma or }");
}

/* The token just read is to be a key; reads the first token of its value.
 * Returns the key, which stays valid, or NULL. */
static const char *
read_key(struct reader *r, size_t *at)
{
	const char *key = r->s.text;

	*at = r->s.start;
	if (r->s.token != WEFT_TOKEN_STRING) {
		expected(r, "a name in quotes");
		return NULL;
	}
	if (weft_scan_next(&r->s) != WEFT_TOKEN_COLON) {
		expected(r, "a colon");
		return NULL;
	}
	weft_scan_next(&r->s);
	return key;
}

/* --- one tensor --- */

static bool
read_dtype(struct reader *r, struct info *info)
{
	char name[WEFT_ESCAPED];

	if (r->s.token != WEFT_TOKEN_STRING && r->s.token != WEFT_TOKEN_BAD) {
		refuse(r, r->s.start, "unknown dtype: a text must be here, "
		       "not %s", token_name(r->s.token));
	} else if (r->s.token == WEFT_TOKEN_BAD) {
		return expected(r, "a dtype");
	} else if (!weft_dtype_find(r->s.text, r->s.length, &info->dtype)) {
		refuse(r, r->s.start, "unknown dtype \"%s\"",
		       weft_escape(name, r->s.text));
	} else {
		return true;
	}
	weft_hint(r->e, "known are %s", weft_dtype_list());
	return false;
}

static bool
read_number(struct reader *r, const char *what, uint64_t *value)
{
	if (r->s.token != WEFT_TOKEN_INTEGER)
		return expected(r, "a whole number that is not negative");
	if (!r->s.fits)
		return refuse(r, r->s.start, "%s does not fit 64 bits", what);
	*value = r->s.value;
	return true;
}

static bool
read_shape(struct reader *r, struct info *info)
{
	uint64_t dim = 0;
	bool failed;

	if (r->s.token != WEFT_TOKEN_LIST)
		return expected(r, "the shape, a list,");
	while (more(r, info->rank == 0, WEFT_TOKEN_LIST_END, &failed)) {
		if (info->rank == WEFT_MAX_RANK)
			return refuse(r, r->s.start, "more than %d dimensions",
			              WEFT_MAX_RANK);
		if (!read_number(r, "a dimension", &dim))
			return false;
		if (!weft_to_i64(dim, &info->shape[info->rank]))
			return refuse(r, r->s.start, "dimension %" PRIu64
			              " does not fit 63 bits", dim);
		info->rank++;
	}
	return !failed;
}

static bool
read_offsets(struct reader *r, struct info *info)
{
	size_t at = r->s.start;
	uint64_t value[2];
	bool failed;
	int n = 0;

	if (r->s.token != WEFT_TOKEN_LIST)
		return expected(r, "data_offsets, a list,");
	for (; more(r, n == 0, WEFT_TOKEN_LIST_END, &failed); n++) {
		if (n == 2)
			return refuse(r, r->s.start, "more than two "
			              "data_offsets");
		if (!read_number(r, "an offset", &value[n]))
			return false;
	}
	if (failed)
		return false;
	if (n < 2)
		return refuse(r, at, "data_offsets must be two numbers, not "
		              "%d", n);
	if (value[0] > value[1])
		return refuse(r, at, "begins at %" PRIu64 ", behind its end %"
		              PRIu64, value[0], value[1]);
	info->begin = value[0];
	info->end = value[1];
	return true;
}

/* Reads one field of a tensor, the token just read being its name. */
static bool
read_field(struct reader *r, struct info *info)
{
	bool (*read)(struct reader *, struct info *) = NULL, *seen = NULL;
	size_t at;
	const char *name = read_key(r, &at);

	if (!name)
		return false;
	if (strcmp(name, "dtype") == 0) {
		read = read_dtype;
		seen = &info->has_dtype;
	} else if (strcmp(name, "shape") == 0) {
		read = read_shape;
		seen = &info->has_shape;
	} else if (strcmp(name, "data_offsets") == 0) {
		read = read_offsets;
		seen = &info->has_offsets;
	} else {
		if (!r->unknown)
			r->unknown = name;
		return weft_scan_skip(&r->s) || expected(r, "a value");
	}
	if (*seen)
		return refuse(r, at, "duplicate field %s", name);
	*seen = true;
	return read(r, info);
}

/* Checks that shape, dtype and data_offsets agree, and sets the size. */
static bool
measure(struct reader *r, size_t at, const struct info *info,
        struct weft_stored *t)
{
	uint64_t bits, range = info->end - info->begin;

	if (!info->has_dtype || !info->has_shape || !info->has_offsets)
		return refuse(r, at, "has no %s", !info->has_dtype ? "dtype" :
		              !info->has_shape ? "shape" : "data_offsets");
	if (!weft_shape_count(info->shape, info->rank, &t->count))
		return refuse(r, at, "overflow: the product of its shape does "
		              "not fit 63 bits");
	if (!weft_dtype_bytes(info->dtype, t->count, &t->bytes, &bits)) {
		if (!bits)
			return refuse(r, at, "overflow: its size in bits does "
			              "not fit 63 bits");
		return refuse(r, at, "%" PRId64 " elements of %s are %" PRIu64
		              " bits, not a whole number of bytes", t->count,
		              weft_dtype_name(info->dtype), bits);
	}
	if (t->bytes != range)
		return refuse(r, at, "needs %" PRIu64 " bytes, its range has %"
		              PRIu64, t->bytes, range);
	return true;
}

static void
add_tensor(struct reader *r, const struct info *info, struct weft_stored *t)
{
	struct weft_source *src = r->h.src;
	size_t n = (size_t)info->rank;
	int64_t *shape = weft_alloc_array(&src->arena, n, sizeof *shape);

	memcpy(shape, info->shape, n * sizeof *shape);
	t->key = r->key;
	t->dir = r->h.dir;
	t->shape = shape;
	t->rank = info->rank;
	t->dtype = info->dtype;
	t->file = r->h.file;
	t->offset = info->begin;
	src->tensors = weft_grow(src->tensors, src->n, sizeof *t);
	src->tensors[src->n++] = *t;
}

static bool
read_tensor(struct reader *r, size_t at)
{
	struct info info;
	struct weft_stored t = {0};
	bool first = true, failed;

	info.rank = 0;
	info.begin = info.end = 0;
	info.has_dtype = info.has_shape = info.has_offsets = false;
	if (r->s.token == WEFT_TOKEN_BAD)
		return expected(r, "an object");
	if (r->s.token != WEFT_TOKEN_OBJECT)
		return refuse(r, r->s.start, "must be an object, not %s",
		              token_name(r->s.token));
	for (; more(r, first, WEFT_TOKEN_OBJECT_END, &failed); first = false)
		if (!read_field(r, &info))
			return false;
	if (failed || !measure(r, at, &info, &t))
		return false;
	add_tensor(r, &info, &t);
	return true;
}

/* --- the whole --- */

static bool
read_metadata(struct reader *r, size_t at)
{
	struct weft_source *src = r->h.src;
	struct weft_metadata m = {.file = r->h.file};
	bool first = true, failed;
	size_t key_at;

	if (r->has_metadata)
		return refuse(r, at, "duplicate key: __metadata__");
	r->has_metadata = true;
	if (r->s.token == WEFT_TOKEN_NULL)
		return true;
	if (r->s.token != WEFT_TOKEN_OBJECT)
		return expected(r, "__metadata__, an object of texts,");
	for (; more(r, first, WEFT_TOKEN_OBJECT_END, &failed); first = false) {
		m.key = read_key(r, &key_at);
		if (!m.key)
			return false;
		if (r->s.token != WEFT_TOKEN_STRING)
			return expected(r, "__metadata__ holds texts only: a "
			                "text");
		m.value = r->s.text;
		src->metadata = weft_grow(src->metadata, src->n_metadata,
		                          sizeof m);
		src->metadata[src->n_metadata++] = m;
	}
	return !failed;
}

static bool
read_entry(struct reader *r)
{
	size_t at;
	const char *key = read_key(r, &at);
	bool ok;

	if (!key)
		return false;
	if (strcmp(key, "__metadata__") == 0)
		return read_metadata(r, at);
	r->key = key;
	ok = read_tensor(r, at);
	r->key = NULL;
	return ok;
}

static bool
read_text(struct reader *r)
{
	bool first = true, failed;

	if (weft_scan_next(&r->s) != WEFT_TOKEN_OBJECT)
		return expected(r, "an object");
	for (; more(r, first, WEFT_TOKEN_OBJECT_END, &failed); first = false)
		if (!read_entry(r))
			return false;
	if (failed)
		return false;
	return weft_scan_next(&r->s) == WEFT_TOKEN_END ||
	       expected(r, "nothing but blanks behind the header");
}

/* --- its bytes --- */

static int
refuse_length(const struct weft_file *f, uint64_t n, weft_errors *e)
{
	char file[WEFT_ESCAPED];
	uint64_t end;

	weft_escape(file, f->path);
	if (f->stamp.size < 8)
		return weft_error(e, WEFT_BAD, "%s: has %" PRIu64 " bytes, "
		                  "shorter than the 8-byte header length",
		                  file, f->stamp.size);
	if (n == 0)
		return weft_error(e, WEFT_BAD, "%s: byte 0: empty header",
		                  file);
	if (!weft_add_u64(n, 8, &end))
		return weft_error(e, WEFT_BAD, "%s: byte 0: header length %"
		                  PRIu64 " > file size %" PRIu64, file, n,
		                  f->stamp.size);
	if (end > f->stamp.size)
		return weft_error(e, WEFT_BAD, "%s: byte 0: header length %"
		                  PRIu64 ": header ends at %" PRIu64 ", file "
		                  "has %" PRIu64 " bytes", file, n, end,
		                  f->stamp.size);
	return weft_error(e, WEFT_BAD, "%s: byte 0: header length %" PRIu64
	                  " is over the limit of %d bytes", file, n,
	                  WEFT_MAX_HEADER);
}

/* Reads the text of the header into the arena, a NUL behind it, where its
 * first bytes do not say that this is another kind of file. */
static int
load(struct reader *r, const struct weft_file *f)
{
	unsigned char head[WEFT_SIGNATURE] = {0};
	uint64_t n = 0, size = f->stamp.size;
	size_t have = size < sizeof head ? (size_t)size : sizeof head;
	int code = weft_file_pread(f, head, have, 0, r->e);

	if (code)
		return code;
	for (int i = 0; i < 8; i++)
		n |= (uint64_t)head[i] << 8 * i;
	if (size < 8 || n == 0 || n > size - 8 || n > WEFT_MAX_HEADER) {
		if (weft_signature_error(f->path, head, have, r->e))
			return WEFT_BAD;
		return refuse_length(f, n, r->e);
	}
	r->s.base = r->s.at = weft_alloc(&r->h.src->arena, (size_t)n + 1);
	r->s.size = (size_t)n;
	r->h.base = r->s.base;
	r->h.data = 8 + n;
	r->h.data_size = size - r->h.data;
	code = weft_file_pread(f, r->s.base, r->s.size, 8, r->e);
	if (!code && r->s.base[strspn(r->s.base, " \t\r\n")] != '{' &&
	    weft_signature_error(f->path, head, have, r->e))
		return WEFT_BAD;
	return code;
}

int
weft_header_read(struct weft_source *src, int file, const char *dir,
                 weft_errors *e)
{
	struct reader r = {.h = {.src = src, .file = file, .dir = dir,
	                         .first = src->n,
	                         .metadata = src->n_metadata}, .e = e};
	char name[WEFT_ESCAPED], field[WEFT_ESCAPED];
	int code = load(&r, &src->files[file]);

	if (code)
		return code;
	if (!read_text(&r))
		return WEFT_BAD;
	if (r.unknown)
		weft_warning(e, "%s: byte %" PRIu64 ": field \"%s\" means "
		             "nothing in a safetensors header and is left out",
		             weft_escape(name, src->files[file].path),
		             weft_header_byte(&r.h, r.unknown),
		             weft_escape(field, r.unknown));
	return weft_header_check(&r.h, e);
}
