/* What a format's own metadata say of the layout, beside the tensors. */
#include <string.h>

#include "open.h"

/* The text of a value as formats keep it. */
static const char *
text_of(weft_context *side, const weft_member *m)
{
	const weft_scope at = {.side = side};
	weft_value v = weft_eval(&at, m->value);
	weft_text t = {0};
	const char *text;

	if (v.kind == WEFT_V_STRING)
		return v.s;
	weft_value_print(&t, v);
	text = weft_alloc_text(side->arena, weft_text_cstr(&t), t.size);
	weft_text_free(&t);
	return text;
}

static const struct weft_metadata *
find(const struct weft_source *src, const char *name)
{
	for (size_t i = 0; i < src->n_metadata; i++)
		if (strcmp(src->metadata[i].key, name) == 0)
			return &src->metadata[i];
	return NULL;
}

static int
compare(const struct weft_source *src, weft_context *side,
        const weft_member *m, bool all)
{
	const weft_layout *l = &side->model->layouts[side->layout];
	const struct weft_metadata *found = find(src, m->name);
	const char *wanted = text_of(side, m);

	if (side->errors->count || (!found && !all) ||
	    (found && strcmp(found->value, wanted) == 0))
		return 0;
	if (!found)
		return weft_error(side->errors, WEFT_BAD, "the metadata say "
		                  "nothing of %s, expected %s", m->name,
		                  wanted);
	weft_error(side->errors, WEFT_BAD, "%s: %s is %s, and the tensors are "
	           "in layout %s, in which it is %s",
	           src->files[found->file].path, m->name, found->value,
	           l->name, wanted);
	weft_hint(side->errors, "%s; one of them was written by mistake",
	          m->where);
	return WEFT_BAD;
}

int
weft_metadata_compare(const struct weft_source *src, weft_context *side,
                      bool all)
{
	const weft_layout *l = &side->model->layouts[side->layout];

	for (int i = 0; i < l->n_metadata; i++)
		compare(src, side, &l->metadata[i], all);
	return side->errors->count ? side->errors->code : 0;
}

const struct weft_metadata *
weft_metadata_of(weft_context *side, size_t *n)
{
	const weft_layout *l = &side->model->layouts[side->layout];
	struct weft_metadata *list;

	*n = (size_t)l->n_metadata;
	list = weft_alloc_array(side->arena, *n + 1, sizeof *list);
	for (size_t i = 0; i < *n; i++)
		list[i] = (struct weft_metadata){
			.key = l->metadata[i].name,
			.value = text_of(side, &l->metadata[i]),
		};
	return list;
}

bool
weft_metadata_is_known(const weft_context *side, const char *name)
{
	const weft_layout *l = &side->model->layouts[side->layout];

	for (int i = 0; i < l->n_metadata; i++)
		if (strcmp(l->metadata[i].name, name) == 0)
			return true;
	return false;
}
