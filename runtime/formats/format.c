#include "format.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../io/escape.h"
#include "orbax.h"

static const struct weft_format *const formats[] = {
	&weft_safetensors, &weft_orbax,
};

enum { N_FORMATS = sizeof formats / sizeof *formats };

static const struct weft_format *
probe(const weft_dir *dir, const char *sub)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i]->probe(dir, sub))
			return formats[i];
	return NULL;
}

bool
weft_source_probe(const weft_dir *dir)
{
	return probe(dir, "") != NULL;
}

const struct weft_format *
weft_format_find(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

/* Two sources may be open at once, to be compared. */
void
weft_source_keep(struct weft_source *src, struct weft_file f)
{
	if ((size_t)src->n_files >= weft_file_budget() / 2)
		weft_file_close(&f);
	src->files = weft_grow(src->files, (size_t)src->n_files, sizeof f);
	src->files[src->n_files++] = f;
}

/* Directories below one another: a pipeline's ranks, a tensor's, … */
enum { DEEPEST = 4 };

static int
open_sub(struct weft_source *src, const char *sub,
         const struct weft_format *format, weft_errors *e)
{
	char name[WEFT_ESCAPED];

	if (src->format && src->format != format)
		return weft_error(e, WEFT_BAD, "%s: holds a checkpoint in %s "
		                  "format, others here are in %s",
		                  weft_escape(name, sub), format->name,
		                  src->format->name);
	src->format = format;
	return format->open(src, sub, e);
}

/* May a subdirectory of this name be a rank? */
static bool
is_rank_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "abcdefghijklmnopqrstuvwxyz"
	                              "0123456789_.-";

	return name[0] != '.' && name[strspn(name, letters)] == '\0' &&
	       !strstr(name, ".partial-") && !strstr(name, "weft-partial");
}

/* Opens the subdirectories of `sub` that hold a checkpoint, and looks into those
 * that hold none, if they are no links: these could lead up again. */
static int
open_subdirs(struct weft_source *src, const char *sub, int depth,
             weft_errors *e)
{
	struct weft_entry *list;
	weft_errors own = {0};
	size_t n = 0;
	int code = 0;

	weft_dir_list(&src->dir, sub, &src->arena, &list, &n, &own);
	weft_errors_free(&own);
	for (size_t i = 0; i < n && !code; i++) {
		const char *path = list[i].name;
		const struct weft_format *format;

		if (!S_ISDIR(list[i].target) || !is_rank_name(path))
			continue;
		if (*sub)
			path = weft_alloc_printf(&src->arena, "%s/%s", sub,
			                         path);
		format = probe(&src->dir, path);
		if (format)
			code = open_sub(src, path, format, e);
		else if (S_ISDIR(list[i].type) && depth < DEEPEST)
			code = open_subdirs(src, path, depth + 1, e);
	}
	return code;
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && strcmp(name + n - m, suffix) == 0;
}

/* Nothing was found: says what there is instead. */
static int
no_checkpoint(const struct weft_source *src, const struct weft_entry *list,
              size_t n, weft_errors *e)
{
	char name[WEFT_ESCAPED];

	weft_error(e, WEFT_NOINPUT, "%s: no checkpoint in it: expected "
	           "model.safetensors, an index with its shards, other "
	           "*.safetensors, or a step of an Orbax checkpoint",
	           weft_escape(name, src->dir.path));
	for (size_t i = 0; i < n; i++) {
		weft_escape(name, list[i].name);
		if (S_ISDIR(list[i].target) && probe(&src->dir, list[i].name))
			weft_hint(e, "its subdirectory %s holds one", name);
		else if (ends_with(list[i].name, ".bin") ||
		         ends_with(list[i].name, ".pth") ||
		         ends_with(list[i].name, ".pt"))
			weft_hint(e, "%s looks like a PyTorch pickle: save it "
			          "as safetensors first", name);
		else if (strstr(list[i].name, ".orbax-checkpoint-tmp"))
			weft_hint(e, "%s is what a save that did not end has "
			          "left", name);
		else if (ends_with(list[i].name, ".gguf"))
			weft_hint(e, "%s is GGUF: convert from the model it "
			          "was made of", name);
		else
			continue;
		break;
	}
	return WEFT_NOINPUT;
}

static int
open_directory(struct weft_source *src, bool subdirs, weft_errors *e)
{
	const struct weft_format *format = probe(&src->dir, "");
	struct weft_entry *list;
	size_t n;
	int code = weft_dir_list(&src->dir, "", &src->arena, &list, &n, e);

	if (!code && format)
		code = open_sub(src, "", format, e);
	/* What is a checkpoint itself has no ranks beside it: a subdirectory
	 * is something else, as the `original` of some. */
	if (!code && subdirs && !src->format)
		code = open_subdirs(src, "", 1, e);
	if (!code && !src->format)
		code = no_checkpoint(src, list, n, e);
	return code;
}

/* Opens the one file `path` in the directory it is in. */
static int
open_file(struct weft_source *src, const char *path, bool follow,
          weft_errors *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *parent = slash ? strndup(path, (size_t)(name - path)) :
	               strdup(".");
	int code;

	if (!parent)
		weft_out_of_memory();
	code = weft_dir_open(&src->dir, parent, follow, e);
	free(parent);
	if (code)
		return code;
	src->format = formats[0];
	return src->format->open_file(src, name, e);
}

int
weft_source_open(struct weft_source *src, const char *path,
                 struct weft_open_options options, weft_errors *e)
{
	struct stat st;
	char *root;
	int code;

	*src = (struct weft_source){
		.dir.fd = -1,
		.tensors = weft_grow(NULL, 0, sizeof *src->tensors),
		.metadata = weft_grow(NULL, 0, sizeof *src->metadata),
		.whole = options.whole,
	};
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return open_file(src, path, options.follow_symlinks, e);
	root = weft_orbax_root(path, &src->arena, &src->inside);
	code = weft_dir_open(&src->dir, root ? root : path,
	                     options.follow_symlinks, e);
	free(root);
	return code ? code : open_directory(src, options.subdirs, e);
}

void
weft_source_close(struct weft_source *src)
{
	for (int i = 0; i < src->n_files; i++)
		weft_file_close(&src->files[i]);
	free(src->files);
	free(src->tensors);
	free(src->metadata);
	weft_arena_free(&src->arena);
	weft_dir_close(&src->dir);
	*src = (struct weft_source){.dir.fd = -1};
}

struct name {
	const char *dir, *key;
};

static int
compare_stored(const void *key, const void *element)
{
	const struct name *name = key;
	const struct weft_stored *t = element;
	int c = strcmp(name->dir, t->dir);

	return c ? c : strcmp(name->key, t->key);
}

const struct weft_stored *
weft_source_find(const struct weft_source *src, const char *dir,
                 const char *key)
{
	const struct name name = {dir, key};

	if (!src->n)
		return NULL;
	return bsearch(&name, src->tensors, src->n, sizeof *src->tensors,
	               compare_stored);
}

int
weft_source_unchanged(const struct weft_source *src, weft_errors *e)
{
	int code = 0;

	for (int i = 0; i < src->n_files; i++) {
		int c = weft_file_unchanged(&src->files[i], e);

		code = code ? code : c;
	}
	return code;
}

int
weft_target_lay_out(struct weft_target *t, const struct weft_format *f,
                    const struct weft_wanted *wanted, size_t n,
                    const struct weft_layout_how *how, weft_errors *e)
{
	*t = (struct weft_target){.format = f, .n = n};
	t->slots = calloc(n + 1, sizeof *t->slots);
	if (!t->slots)
		weft_out_of_memory();
	return f->lay_out(t, wanted, n, how, e);
}

void
weft_target_free(struct weft_target *t)
{
	weft_arena_free(&t->arena);
	free(t->slots);
	*t = (struct weft_target){0};
}
