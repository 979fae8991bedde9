#include <inttypes.h>
#include <string.h>

#include "../text.h"
#include "format.h"

/* `shape` as 2,3. */
static void
add_shape(weft_text *t, const struct weft_stored *x)
{
	for (int i = 0; i < x->rank; i++)
		weft_text_printf(t, "%s%" PRId64, i ? "," : "", x->shape[i]);
}

static void
add_line(weft_text *t, const struct weft_stored *x, const char *file)
{
	weft_text name = {0};

	/* What stands between the quotes of a JSON string. */
	weft_text_json(&name, x->key);
	weft_text_add(t, name.data + 1, name.size - 2);
	weft_text_free(&name);
	weft_text_printf(t, "\t%s\t", weft_dtype_name(x->dtype));
	add_shape(t, x);
	weft_text_printf(t, "\t%s\t%" PRIu64 "\t%" PRIu64 "\n", file,
	                 x->offset, x->bytes);
}

static void
add_object(weft_text *t, const struct weft_stored *x, const char *file)
{
	weft_text_puts(t, "{\"key\":");
	weft_text_json(t, x->key);
	weft_text_puts(t, ",\"dir\":");
	weft_text_json(t, x->dir);
	weft_text_printf(t, ",\"dtype\":\"%s\",\"shape\":[",
	                 weft_dtype_name(x->dtype));
	add_shape(t, x);
	weft_text_puts(t, "],\"file\":");
	weft_text_json(t, file);
	weft_text_printf(t, ",\"offset\":%" PRIu64 ",\"bytes\":%" PRIu64 "}",
	                 x->offset, x->bytes);
}

static void
print_table(FILE *out, const struct weft_source *src, bool json)
{
	weft_text t = {0};

	if (json)
		fputs("[", out);
	for (size_t i = 0; i < src->n; i++) {
		const struct weft_stored *x = &src->tensors[i];
		const char *file = src->files[x->file].path;

		t.size = 0;
		if (!json) {
			add_line(&t, x, file);
		} else {
			weft_text_puts(&t, i ? ",\n" : "\n");
			add_object(&t, x, file);
		}
		fwrite(t.data, 1, t.size, out);
	}
	if (json)
		fputs("\n]\n", out);
	weft_text_free(&t);
}

/* A directory whose weights are all in subdirectories is one by rank. */
static bool
only_subdirs(const char *path)
{
	weft_errors ignored = {0};
	weft_dir dir;
	bool only = false;

	if (weft_dir_open(&dir, path, false, &ignored) == 0) {
		only = !weft_source_probe(&dir);
		weft_dir_close(&dir);
	}
	weft_errors_free(&ignored);
	return only;
}

int
weft_headers_print(FILE *out, const char *path, bool json, bool follow,
                   weft_errors *e)
{
	struct weft_source src;
	struct weft_open_options options = {
		.follow_symlinks = follow,
		.subdirs = only_subdirs(path),
	};
	int code = weft_source_open(&src, path, options, e);

	if (!code)
		print_table(out, &src, json);
	weft_source_close(&src);
	if (!code && (fflush(out) != 0 || ferror(out)))
		code = weft_error(e, WEFT_IO, "the table could not be written");
	return code;
}
