#include "layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../checked.h"
#include "order.h"
#include "wanted.h"

struct layout {
	struct weft_target *t;
	const struct weft_wanted *wanted;
	uint32_t n;
	uint32_t *shard;      /* of each tensor, in order of their making */
	int *number;          /* of each shard: its place among the files */
	int n_shards;
	const char *file;     /* the only one, or NULL */
	weft_errors *e;
};

/* The order of the tensors in a header, files one behind the other: wide
 * dtypes first, so that all are aligned; then by name. */
static int
by_place(const void *context, uint32_t a, uint32_t b)
{
	const struct layout *l = context;
	const struct weft_wanted *x = l->wanted + a, *y = l->wanted + b;
	int i = l->t->slots[a].file, j = l->t->slots[b].file;

	if (i != j)
		return i < j ? -1 : 1;
	if (x->dtype != y->dtype)
		return x->dtype > y->dtype ? -1 : 1;
	return strcmp(x->key, y->key);
}

/* --- what is wanted --- */

/* Checks one tensor and sets the bytes of its slot. */
static int
measure(const struct weft_wanted *w, struct weft_slot *slot, weft_errors *e)
{
	uint64_t bits;
	int64_t count;

	if (strcmp(w->key, "__metadata__") == 0)
		return weft_wanted_refuse(e, w->key, "the format reserves this "
		                          "name");
	if (!weft_is_utf8(w->key))
		return weft_wanted_refuse(e, w->key, "its name is not UTF-8");
	if (w->rank < 0 || w->rank > WEFT_MAX_RANK)
		return weft_wanted_refuse(e, w->key, "%d dimensions, %d are "
		                          "possible", w->rank, WEFT_MAX_RANK);
	if (!weft_shape_count(w->shape, w->rank, &count))
		return weft_wanted_refuse(e, w->key, "overflow: the product of "
		                          "its shape does not fit 63 bits");
	if (weft_dtype_bytes(w->dtype, count, &slot->bytes, &bits))
		return 0;
	if (!bits)
		return weft_wanted_refuse(e, w->key, "overflow: its size in "
		                          "bits does not fit 63 bits");
	return weft_wanted_refuse(e, w->key, "%" PRId64 " elements of %s are "
	                          "not a whole number of bytes", count,
	                          weft_dtype_name(w->dtype));
}

/* --- which file --- */

/* Deals the tensors out in `order`. A shard is numbered when it is finished,
 * and one tensor above the limit is a finished shard at once: so it comes
 * before the shard that was being filled. */
static void
deal_out(struct layout *l, const uint32_t *order, uint64_t max_shard)
{
	uint64_t size = 0, with;
	bool open = false;
	int done = 0, current = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		uint64_t bytes = l->t->slots[order[i]].bytes;

		if (bytes > max_shard) {
			l->number[l->n_shards] = done++;
			l->shard[order[i]] = (uint32_t)l->n_shards++;
			continue;
		}
		if (!weft_add_u64(size, bytes, &with) || with > max_shard) {
			l->number[current] = done++;
			open = false;
		}
		if (!open) {
			current = l->n_shards++;
			size = 0;
			open = true;
		}
		l->shard[order[i]] = (uint32_t)current;
		size += bytes;
	}
	if (open)
		l->number[current] = done;
	for (uint32_t i = 0; i < l->n; i++)
		l->t->slots[i].file = l->number[l->shard[i]];
}

static int
split(struct layout *l, uint64_t max_shard)
{
	uint32_t *order = weft_wanted_by_nature(l->wanted, l->n);
	int code = 0;

	for (uint32_t i = 1; i < l->n && !code; i++)
		if (strcmp(l->wanted[order[i - 1]].key,
		           l->wanted[order[i]].key) == 0)
			code = weft_wanted_refuse(
				l->e, l->wanted[order[i]].key,
				"it is there twice");
	if (!code)
		deal_out(l, order, max_shard ? max_shard : UINT64_MAX);
	free(order);
	return code;
}

/* --- headers --- */

static void
add_entry(weft_text *text, const struct weft_wanted *w, uint64_t begin,
          uint64_t end)
{
	weft_text_puts(text, ",");
	weft_json_raw(text, w->key);
	weft_text_printf(text, ":{\"dtype\":\"%s\",\"shape\":[",
	                 weft_dtype_name(w->dtype));
	for (int i = 0; i < w->rank; i++)
		weft_text_printf(text, "%s%" PRId64, i ? "," : "",
		                 w->shape[i]);
	weft_text_printf(text, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}",
	                 begin, end);
}

/* The finished header of file `f` from its text, 8 bytes for the size and then
 * JSON, which is taken. */
static int
finish_header(const struct layout *l, int f, weft_text *text, uint64_t data)
{
	struct weft_target_file *file = &l->t->files[f];
	size_t n;
	int64_t narrow;

	weft_text_puts(text, "}");
	while (text->size % 8)
		weft_text_puts(text, " ");
	n = text->size - 8;
	for (int i = 0; i < 8; i++)
		text->data[i] = (char)((uint64_t)n >> 8 * i);
	file->header_size = text->size;
	file->header = weft_text_keep(text, &l->t->arena);
	if (n > WEFT_MAX_HEADER) {
		weft_error(l->e, WEFT_BAD, "%s to write: a header of %zu "
		           "bytes, the format allows %d", file->name, n,
		           WEFT_MAX_HEADER);
		if (!l->file)
			weft_hint(l->e, "a smaller --max-shard-size makes "
			          "more files with fewer tensors each");
		return WEFT_BAD;
	}
	if (!weft_add_u64(file->header_size, data, &file->size) ||
	    !weft_to_i64(file->size, &narrow))
		return weft_error(l->e, WEFT_BAD, "%s to write: overflow: "
		                  "its size does not fit 63 bits", file->name);
	return 0;
}

/* Writes the header of file `f`, whose tensors are order[i] and on. Sets their
 * offsets; returns the index behind them in *next. */
static int
write_header(const struct layout *l, int f, const uint32_t *order, uint32_t i,
             uint32_t *next)
{
	struct weft_slot *slots = l->t->slots;
	weft_text text = {0};
	uint64_t data = 0;
	uint32_t first = i;
	int code;

	weft_text_add(&text, "\0\0\0\0\0\0\0", 8);
	weft_text_puts(&text, "{\"__metadata__\":{\"format\":\"pt\"}");
	for (; i < l->n && slots[order[i]].file == f; i++) {
		struct weft_slot *slot = &slots[order[i]];

		slot->offset = data;
		data += slot->bytes;
		add_entry(&text, &l->wanted[order[i]], slot->offset, data);
	}
	*next = i;
	code = finish_header(l, f, &text, data);
	for (i = first; i < *next && !code; i++)
		slots[order[i]].offset += l->t->files[f].header_size;
	return code;
}

static int
write_headers(const struct layout *l)
{
	uint32_t *order = weft_order(l->n, by_place, l);
	uint32_t next = 0;
	int code = 0;

	for (int f = 0; f < l->t->n_files && !code; f++)
		code = write_header(l, f, order, next, &next);
	free(order);
	return code;
}

/* --- index --- */

static void
write_index(const struct layout *l)
{
	struct weft_target *t = l->t;
	uint32_t *order = weft_wanted_by_name(l->wanted, l->n);
	weft_text text = {0};

	weft_text_printf(&text, "{\n  \"metadata\": {\n    \"total_size\": %"
	                 PRIu64 "\n  },\n  \"weight_map\": {", t->total_size);
	for (uint32_t i = 0; i < l->n; i++) {
		weft_text_puts(&text, i ? ",\n    " : "\n    ");
		weft_json_ascii(&text, l->wanted[order[i]].key);
		weft_text_printf(&text, ": \"%s\"",
		                 t->files[t->slots[order[i]].file].name);
	}
	weft_text_puts(&text, "\n  }\n}\n");
	t->n_texts = 1;
	t->texts = weft_alloc(&t->arena, sizeof *t->texts);
	*t->texts = (struct weft_target_text){
		.dir = "", .name = "model.safetensors.index.json",
		.size = text.size};
	t->texts->text = weft_text_keep(&text, &t->arena);
	free(order);
}

static void
name_files(struct weft_target *t, int n, const char *file)
{
	t->n_files = n;
	t->files = weft_alloc_array(&t->arena, (size_t)n, sizeof *t->files);
	for (int i = 0; i < n; i++) {
		t->files[i].dir = "";
		t->files[i].name = file ? weft_alloc_text(&t->arena, file, strlen(file)) :
		        n == 1 ? "model.safetensors" :
		        weft_alloc_printf(&t->arena,
		                          "model-%05d-of-%05d.safetensors",
		                          i + 1, n);
	}
}

int
weft_layout(struct weft_target *t, const struct weft_wanted *wanted, size_t n,
            const struct weft_layout_how *how, weft_errors *e)
{
	struct layout l = {.t = t, .wanted = wanted, .n = (uint32_t)n, .e = e,
	                   .file = how->file};
	int code = weft_wanted_count(n, e);

	if (code)
		return code;
	l.shard = weft_alloc_array(&t->arena, n, sizeof *l.shard);
	l.number = weft_alloc_array(&t->arena, n + 1, sizeof *l.number);
	code = weft_wanted_measure(t, wanted, measure, e);
	if (!code)
		code = split(&l, how->file && !how->asked ? 0
		                                          : how->max_shard);
	if (!code && how->file && l.n_shards > 1)
		code = weft_error(e, WEFT_USAGE, "--max-shard-size %" PRIu64
		                  ": the target is one file, %s, of %" PRIu64
		                  " bytes of tensors", how->max_shard,
		                  how->file, t->total_size);
	if (code)
		return code;
	name_files(t, l.n_shards ? l.n_shards : 1, how->file);
	code = write_headers(&l);
	if (!code && t->n_files > 1)
		write_index(&l);
	return code;
}
