#include "side.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "manifest.h"

/* Bytes read at a time. */
#define WINDOW ((size_t)1 << 20)

static const char weights[] = "weights";
static const char other_index[] = "an index of weights";

/* How a name ends, in any case; the first that fits counts. */
static const struct {
	const char *end, *reason;
} ends[] = {
	{".index.json", other_index},
	{".ckpt.index", other_index},
	{".ckpt.meta", other_index},
	{".safetensors", weights},
	{".bin", weights},
	{".pt", weights},
	{".pth", weights},
	{".ckpt", weights},
	{".gguf", weights},
	{".ggml", weights},
	{".h5", weights},
	{".keras", weights},
	{".msgpack", weights},
	{".onnx", weights},
	{".onnx_data", weights},
	{".npy", weights},
	{".npz", weights},
	{".distcp", weights},
	{".nemo", weights},
	{".pdparams", weights},
	{".tflite", weights},
	{".mlmodel", weights},
	{".llamafile", weights},
};

/* Names that only checkpoints of other formats have. */
static const struct {
	const char *name, *reason;
} names[] = {
	{WEFT_MANIFEST_NAME, "written anew"},
	{".git", "ties the directory to a repository"},
	{".metadata", other_index},
	{"checkpoint", other_index},
	{"_METADATA", other_index},
	{"_CHECKPOINT_METADATA", other_index},
	{"_sharding", other_index},
	{"_strings.json", other_index},
	{"manifest.ocdbt", other_index},
	{"commit_success.txt", other_index},
	{".zarray", other_index},
	{".zgroup", other_index},
	{".zattrs", other_index},
	{".zmetadata", other_index},
	{"zarr.json", other_index},
};

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcasecmp(name + n - m, end) == 0;
}

/* As in TensorFlow's model.ckpt.data-00000-of-00001. */
static bool
is_tensorflow_part(const char *name)
{
	const char *part = strstr(name, ".data-");

	return part && strstr(part, "-of-");
}

static const char *
why_left(const char *name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].reason;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(name, ends[i].end))
			return ends[i].reason;
	if (is_tensorflow_part(name))
		return weights;
	return weft_name_is_plain(name) ? NULL : "an unusual name";
}

static const char *
why_entry_left(const struct weft_entry *entry)
{
	if (entry->target == 0)
		return S_ISLNK(entry->type) ? "a link to nowhere"
		                            : "unreadable";
	if (S_ISDIR(entry->target))
		return "a directory";
	if (!S_ISREG(entry->target))
		return "not a regular file";
	return why_left(entry->name);
}

static bool
is_one_of(const char *name, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static void
classify(struct weft_side_entry *side, const struct weft_entry *entry,
         const char *const edited[], size_t nedited)
{
	side->name = entry->name;
	side->size = entry->size;
	if (is_one_of(entry->name, edited, nedited)) {
		side->action = WEFT_SIDE_EDITED;
		return;
	}
	side->reason = why_entry_left(entry);
	side->action = side->reason ? WEFT_SIDE_LEFT : WEFT_SIDE_COPY;
}

/* Whether a file that is to be copied can be opened, so that one that cannot
 * is an error before anything is written. */
static int
check_entry(const struct weft_side_entry *side, const weft_dir *dir,
            weft_errors *e)
{
	struct weft_file f;
	int code;

	if (side->action != WEFT_SIDE_COPY)
		return 0;
	code = weft_dir_open_file(dir, side->name, &f, e);
	if (!code)
		weft_file_close(&f);
	return code;
}

int
weft_side_scan(weft_side *s, const weft_dir *dir, const char *const edited[],
               size_t nedited, weft_arena *a, weft_errors *e)
{
	struct weft_entry *list;
	size_t n;
	int code = weft_dir_list(dir, "", a, &list, &n, e);

	*s = (weft_side){0};
	if (code)
		return code;
	s->entries = weft_alloc_array(a, n, sizeof *s->entries);
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		classify(&s->entries[i], &list[i], edited, nedited);
		if (s->entries[i].action == WEFT_SIDE_COPY &&
		    __builtin_add_overflow(s->bytes, s->entries[i].size,
		                           &s->bytes))
			s->bytes = UINT64_MAX;
		if (!code)
			code = check_entry(&s->entries[i], dir, e);
	}
	return code;
}

static char *
window(void)
{
	char *buf = malloc(WINDOW);

	if (!buf)
		weft_out_of_memory();
	return buf;
}

static size_t
window_at(uint64_t at, uint64_t size)
{
	return size - at < WINDOW ? (size_t)(size - at) : WINDOW;
}

static int
copy_bytes(const struct weft_file *from, weft_output_file *to, weft_errors *e)
{
	char *buf = window();
	int code = 0;

	for (uint64_t at = 0; !code && at < to->size; at += WINDOW) {
		size_t n = window_at(at, to->size);

		code = weft_file_pread(from, buf, n, at, e);
		if (!code)
			code = weft_output_write(to, buf, n, at, e);
	}
	free(buf);
	return code;
}

static int
copy_file(const char *name, const weft_dir *dir, weft_output *out,
          weft_errors *e)
{
	struct weft_file from;
	weft_output_file to;
	int code = weft_dir_open_file(dir, name, &from, e);

	if (code)
		return code;
	code = weft_output_create(out, &to, "", name, from.stamp.size, e);
	if (!code)
		code = copy_bytes(&from, &to, e);
	if (!code)
		code = weft_file_unchanged(&from, e);
	if (!code)
		code = weft_output_close(&to, e);
	weft_output_discard(&to);
	weft_file_close(&from);
	return code;
}

int
weft_side_copy(const weft_side *s, const weft_dir *dir, weft_output *out,
               weft_errors *e)
{
	int code = 0;

	for (size_t i = 0; !code && i < s->n; i++)
		if (s->entries[i].action == WEFT_SIDE_COPY)
			code = copy_file(s->entries[i].name, dir, out, e);
	return code;
}

static size_t
first_difference(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

static int
differs(const struct weft_file *a, const struct weft_file *b, uint64_t at,
        weft_errors *e)
{
	return weft_error(e, WEFT_BAD,
	                  "%s/%s differs from %s/%s at byte %llu (of %llu "
	                  "and %llu)", b->dir->path, b->path, a->dir->path,
	                  a->path, (unsigned long long)at,
	                  (unsigned long long)b->stamp.size,
	                  (unsigned long long)a->stamp.size);
}

static int
compare_bytes(const struct weft_file *a, const struct weft_file *b,
              weft_errors *e)
{
	uint64_t size = a->stamp.size < b->stamp.size ? a->stamp.size
	                                              : b->stamp.size;
	char *x = window(), *y = window();
	int code = 0;

	for (uint64_t at = 0; !code && at < size; at += WINDOW) {
		size_t n = window_at(at, size), same;

		code = weft_file_pread(a, x, n, at, e);
		if (!code)
			code = weft_file_pread(b, y, n, at, e);
		if (code)
			break;
		same = first_difference(x, y, n);
		if (same < n)
			code = differs(a, b, at + same, e);
	}
	free(x);
	free(y);
	if (!code && a->stamp.size != b->stamp.size)
		code = differs(a, b, size, e);
	return code;
}

static int
compare_file(const char *name, const weft_dir *src, const weft_dir *dst,
             weft_errors *e)
{
	struct weft_file a, b;
	int code;

	if (!weft_dir_has(dst, name))
		return weft_error(e, WEFT_BAD, "%s/%s is missing: the source "
		                  "has such a file", dst->path, name);
	code = weft_dir_open_file(src, name, &a, e);
	if (code)
		return code;
	code = weft_dir_open_file(dst, name, &b, e);
	if (!code) {
		code = compare_bytes(&a, &b, e);
		weft_file_close(&b);
	}
	weft_file_close(&a);
	return code;
}

int
weft_side_compare(const weft_side *s, const weft_dir *src, const weft_dir *dst,
                  weft_errors *e)
{
	int first = 0;

	for (size_t i = 0; i < s->n; i++) {
		int code = s->entries[i].action == WEFT_SIDE_COPY
		                   ? compare_file(s->entries[i].name, src, dst,
		                                  e)
		                   : 0;

		if (!first)
			first = code;
	}
	return first;
}
