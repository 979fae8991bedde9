/* The small files of an Orbax checkpoint, as Orbax 0.12 writes them, but
 * without times: the same tensors give the same bytes. Arrays are written as
 * numpy's, which can be restored on any number of devices. */
#include <inttypes.h>
#include <string.h>

#include "../io/json.h"
#include "../text.h"
#include "layout.h"
#include "orbax.h"
#include "orbax_write.h"
#include "zarr.h"

static void
add_text(const struct weft_orbax_target *o, const char *dir, const char *name,
         weft_text *text)
{
	struct weft_target *t = o->t;

	t->texts[t->n_texts] = (struct weft_target_text){
		.dir = dir,
		.name = name,
		.size = text->size,
	};
	t->texts[t->n_texts++].text = weft_text_keep(text, &t->arena);
}

/* [2,3]; what stands between the numbers is `comma`. */
static void
add_dims(weft_text *text, const int64_t *dims, int n, const char *comma)
{
	weft_text_puts(text, "[");
	for (int i = 0; i < n; i++)
		weft_text_printf(text, "%s%" PRId64, i ? comma : "", dims[i]);
	weft_text_puts(text, "]");
}

static void
add_array(const struct weft_orbax_target *o, uint32_t i)
{
	const struct weft_wanted *w = &o->wanted[i];
	weft_text text = {0};

	weft_text_puts(&text, "{\"chunks\":");
	add_dims(&text, o->chunks[i], w->rank, ",");
	weft_text_printf(&text, ",\"compressor\":%s,"
	                 "\"dimension_separator\":\".\",\"dtype\":\"%s\","
	                 "\"fill_value\":null,\"filters\":null,"
	                 "\"order\":\"C\",\"shape\":",
	                 o->how->zstd ? "{\"id\":\"zstd\",\"level\":1}"
	                              : "null",
	                 weft_zarr_dtype_2(w->dtype));
	add_dims(&text, w->shape, w->rank, ",");
	weft_text_puts(&text, ",\"zarr_format\":2}");
	add_text(o, o->dirs[i], ".zarray", &text);
}

/* The path of a leaf as Python prints a tuple, and as a list of its parts. */
static void
add_leaf(weft_text *text, const char *key)
{
	const char *p, *comma = "";
	size_t n;

	weft_text_puts(text, "\"(");
	for (p = key; *p; p += n + (p[n] == '.')) {
		n = strcspn(p, ".");
		weft_text_printf(text, "%s'%.*s'", comma, (int)n, p);
		comma = ", ";
	}
	weft_text_printf(text, "%s)\": {\"key_metadata\": [",
	                 strchr(key, '.') ? "" : ",");
	comma = "";
	for (p = key; *p; p += n + (p[n] == '.')) {
		n = strcspn(p, ".");
		weft_text_printf(text, "%s{\"key\": \"%.*s\", \"key_type\": 2}",
		                 comma, (int)n, p);
		comma = ", ";
	}
	weft_text_puts(text, "], \"value_metadata\": {\"value_type\": "
	               "\"np.ndarray\", \"skip_deserialize\": false}}");
}

static void
add_tree(const struct weft_orbax_target *o)
{
	weft_text text = {0};

	weft_text_puts(&text, "{\"tree_metadata\": {");
	for (uint32_t i = 0; i < o->n; i++) {
		weft_text_puts(&text, i ? ", " : "");
		add_leaf(&text, o->wanted[o->order[i]].key);
	}
	weft_text_puts(&text, "}, \"use_ocdbt\": false, \"use_zarr3\": false, "
	               "\"store_array_data_equal_to_fill_value\": true, "
	               "\"custom_metadata\": null}");
	add_text(o, WEFT_ORBAX_ITEMS_DIR, WEFT_ORBAX_TREE, &text);
}

static void
add_array_metadatas(const struct weft_orbax_target *o)
{
	weft_text text = {0};

	weft_text_puts(&text, "{\"array_metadatas\": [");
	for (uint32_t k = 0; k < o->n; k++) {
		uint32_t i = o->order[k];
		int rank = o->wanted[i].rank;

		weft_text_printf(&text, "%s{\"array_metadata\": "
		                 "{\"param_name\": \"%s\", \"write_shape\": ",
		                 k ? ", " : "", o->wanted[i].key);
		add_dims(&text, o->chunks[i], rank, ", ");
		weft_text_puts(&text, ", \"chunk_shape\": ");
		add_dims(&text, o->chunks[i], rank, ", ");
		weft_text_puts(&text, ", \"ext_metadata\": null}}");
	}
	weft_text_puts(&text, "]}");
	add_text(o, WEFT_ORBAX_ITEMS_DIR "/" WEFT_ORBAX_ARRAYS, "process_0",
	         &text);
}

/* A value of the custom metadata: as it is if it is JSON of a simple kind. */
static void
add_value(weft_text *text, const char *value)
{
	size_t n = strlen(value);

	if (*value != '"' && *value != '{' && *value != '[' &&
	    weft_json_is_value(value, n))
		weft_text_puts(text, value);
	else
		weft_json_ascii(text, value);
}

static void
add_step(const struct weft_orbax_target *o)
{
	const struct weft_layout_how *how = o->how;
	weft_text text = {0};

	weft_text_puts(&text, "{\"item_handlers\": {\"items\": \"orbax."
	               "checkpoint._src.handlers.pytree_checkpoint_handler."
	               "PyTreeCheckpointHandler\"}, \"metrics\": {}, "
	               "\"performance_metrics\": {}, "
	               "\"init_timestamp_nsecs\": 0, "
	               "\"commit_timestamp_nsecs\": 0, "
	               "\"custom_metadata\": {");
	for (size_t i = 0; i < how->n_metadata; i++) {
		weft_text_puts(&text, i ? ", " : "");
		weft_json_ascii(&text, how->metadata[i].key);
		weft_text_puts(&text, ": ");
		add_value(&text, how->metadata[i].value);
	}
	weft_text_puts(&text, "}}");
	add_text(o, WEFT_ORBAX_STEP_DIR, WEFT_ORBAX_STEP, &text);
}

static void
add_done(const struct weft_orbax_target *o, const char *dir)
{
	weft_text text = {0};

	weft_text_printf(&text, "Checkpoint commit was successful to %s", dir);
	add_text(o, dir, WEFT_ORBAX_DONE, &text);
}

void
weft_orbax_texts(const struct weft_orbax_target *o)
{
	enum { OTHERS = 5 };

	o->t->texts = weft_alloc_array(&o->t->arena, (size_t)o->n + OTHERS,
	                               sizeof *o->t->texts);
	for (uint32_t i = 0; i < o->n; i++)
		add_array(o, o->order[i]);
	add_array_metadatas(o);
	add_tree(o);
	add_done(o, WEFT_ORBAX_ITEMS_DIR);
	add_step(o);
	add_done(o, WEFT_ORBAX_STEP_DIR);
}
