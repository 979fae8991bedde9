#include "manifest.h"

#include <string.h>

#include "edit.h"
#include "json.h"
#include "path.h"
#include "pretty.h"
#include "span.h"

/* The newest form of the file that is known. */
#define VERSION 1

/* What a read needs all along. */
struct reading {
	const char *file, *text;
	weft_arena *arena;
	weft_errors *errors;
};

/* The value at `path` is not what it should be. */
static int
wrong(const struct reading *r, const char *path, const weft_json *v,
      const char *expected)
{
	const char *kind = weft_json_kind_name(weft_json_kind(v));
	size_t line, column;

	if (!weft_edit_where(r->text, path, &line, &column))
		return weft_error(r->errors, WEFT_BAD,
		                  "%s: member %s is missing, expected %s",
		                  r->file, path, expected);
	return weft_error(r->errors, WEFT_BAD,
	                  "%s:%zu:%zu: %s is %s, expected %s", r->file, line,
	                  column, path, kind, expected);
}

static int
wrong_member(const struct reading *r, const char *object,
             const weft_json_member *m, const char *expected)
{
	weft_text path = {0};
	int code;

	weft_text_puts(&path, object);
	weft_path_add(&path, m->name);
	code = wrong(r, path.data, m->value, expected);
	weft_text_free(&path);
	return code;
}

static int
read_string(const struct reading *r, const weft_json *document,
            const char *name, const char **to)
{
	const weft_json *v = weft_json_get(document, name);
	const char *s;

	if (!weft_json_as_string(v, &s))
		return wrong(r, name, v, "a string");
	*to = weft_alloc_text(r->arena, s, strlen(s));
	return 0;
}

static int
read_version(const struct reading *r, const weft_json *document)
{
	const weft_json *v = weft_json_get(document, "weft");
	int64_t version;

	if (!weft_json_as_int(v, &version) || version < 1)
		return wrong(r, "weft", v, "a positive integer");
	if (version <= VERSION)
		return 0;
	weft_error(r->errors, WEFT_BAD, "%s: is of version %lld, this weft "
	           "reads version %d", r->file, (long long)version, VERSION);
	weft_hint(r->errors, "a newer weft has written it; use that one");
	return WEFT_BAD;
}

/* The object `name` and the number of its members; absent or null has none. */
static int
read_object(const struct reading *r, const weft_json *document,
            const char *name, const weft_json **object, size_t *n)
{
	enum weft_json_kind kind;

	*object = weft_json_get(document, name);
	*n = weft_json_length(*object);
	kind = weft_json_kind(*object);
	if (kind == WEFT_JSON_OBJECT || kind <= WEFT_JSON_NULL)
		return 0;
	return wrong(r, name, *object, "an object");
}

static int
read_options(const struct reading *r, const weft_json *document,
             weft_manifest *m)
{
	const weft_json *object;
	size_t n, i = 0;
	int code = read_object(r, document, "options", &object, &n);

	if (code)
		return code;
	m->options = weft_alloc_array(r->arena, n, sizeof *m->options);
	m->noptions = n;
	for (weft_json_member at = {0}; weft_json_next(object, &at); i++) {
		weft_manifest_option *o = &m->options[i];
		double real;
		bool on;

		o->name = weft_alloc_text(r->arena, at.name, strlen(at.name));
		if (weft_json_as_int(at.value, &o->number))
			continue;
		o->bare = true;
		if (weft_json_as_bool(at.value, &on))
			o->text = on ? "true" : "false";
		else if (weft_json_as_real(at.value, &real))
			o->text = weft_alloc_printf(r->arena, "%.17g", real);
		else if (weft_json_as_string(at.value, &o->text))
			o->bare = false;
		else
			return wrong_member(r, "options", &at, "a number, a "
			                    "string, true or false");
		o->text = weft_alloc_text(r->arena, o->text, strlen(o->text));
	}
	return 0;
}

static int
read_variants(const struct reading *r, const weft_json *document,
              weft_manifest *m)
{
	const weft_json *object;
	size_t n, i = 0;
	int code = read_object(r, document, "variants", &object, &n);

	if (code)
		return code;
	m->variants = weft_alloc_array(r->arena, n, sizeof *m->variants);
	m->nvariants = n;
	for (weft_json_member at = {0}; weft_json_next(object, &at); i++) {
		weft_manifest_variant *v = &m->variants[i];

		v->name = weft_alloc_text(r->arena, at.name, strlen(at.name));
		if (!weft_json_as_bool(at.value, &v->on))
			return wrong_member(r, "variants", &at,
			                    "true or false");
	}
	return 0;
}

/* The text of the member of `object` of that name. */
static void
read_text(const struct reading *r, const char *object, const char *name,
          weft_manifest_config *c)
{
	struct weft_place at;
	weft_text path = {0};

	weft_text_puts(&path, object);
	weft_path_add(&path, name);
	at = weft_locate(r->text, path.data);
	c->size = at.value.end - at.value.begin;
	c->text = weft_alloc_text(r->arena, r->text + at.value.begin, c->size);
	weft_text_free(&path);
}

static int
read_configs(const struct reading *r, const weft_json *document,
             weft_manifest *m)
{
	const weft_json *object;
	size_t n, i = 0;
	int code = read_object(r, document, "configs", &object, &n);

	if (code)
		return code;
	m->configs = weft_alloc_array(r->arena, n, sizeof *m->configs);
	m->nconfigs = n;
	for (weft_json_member at = {0}; weft_json_next(object, &at); i++) {
		weft_manifest_config *c = &m->configs[i];

		c->name = weft_alloc_text(r->arena, at.name, strlen(at.name));
		if (weft_json_kind(at.value) != WEFT_JSON_OBJECT)
			return wrong_member(r, "configs", &at, "an object");
		read_text(r, "configs", at.name, c);
	}
	return 0;
}

static int
read_all(const struct reading *r, const weft_json *document, weft_manifest *m)
{
	int code;

	if (weft_json_kind(document) != WEFT_JSON_OBJECT)
		return weft_error(r->errors, WEFT_BAD,
		                  "%s: is a list, expected an object", r->file);
	code = read_version(r, document);
	if (!code)
		code = read_string(r, document, "model", &m->model);
	if (!code)
		code = read_string(r, document, "layout", &m->layout);
	if (!code)
		code = read_options(r, document, m);
	if (!code)
		code = read_variants(r, document, m);
	if (!code && weft_json_get(document, "from"))
		code = read_string(r, document, "from", &m->from);
	return code ? code : read_configs(r, document, m);
}

int
weft_manifest_read(weft_manifest *m, const char *file, const char *text,
                   size_t n, weft_arena *a, weft_errors *e)
{
	struct reading r = {.file = file, .arena = a, .errors = e};
	weft_json *document = weft_json_parse(file, text, n, e);
	int code;

	*m = (weft_manifest){0};
	if (!document)
		return WEFT_BAD;
	r.text = weft_alloc_text(a, text, n);
	code = read_all(&r, document, m);
	weft_json_free(document);
	return code;
}

static void
add_string(weft_text *out, const char *name, const char *value)
{
	weft_text_printf(out, ",\n  \"%s\": ", name);
	weft_text_json(out, value);
}

static void
add_name(weft_text *out, size_t i, const char *name)
{
	weft_text_puts(out, i ? ",\n    " : "\n    ");
	weft_text_json(out, name);
	weft_text_puts(out, ": ");
}

void
weft_manifest_write(const weft_manifest *m, weft_text *out)
{
	weft_text_printf(out, "{\n  \"weft\": %d", VERSION);
	add_string(out, "model", m->model);
	add_string(out, "layout", m->layout);
	weft_text_puts(out, ",\n  \"options\": {");
	for (size_t i = 0; i < m->noptions; i++) {
		const weft_manifest_option *o = &m->options[i];

		add_name(out, i, o->name);
		if (o->text && o->bare)
			weft_text_puts(out, o->text);
		else if (o->text)
			weft_text_json(out, o->text);
		else
			weft_text_printf(out, "%lld", (long long)o->number);
	}
	weft_text_puts(out, m->noptions ? "\n  },\n" : "},\n");
	weft_text_puts(out, "  \"variants\": {");
	for (size_t i = 0; i < m->nvariants; i++) {
		add_name(out, i, m->variants[i].name);
		weft_text_puts(out, m->variants[i].on ? "true" : "false");
	}
	weft_text_puts(out, m->nvariants ? "\n  }" : "}");
	if (m->from)
		add_string(out, "from", m->from);
	if (m->nconfigs)
		weft_text_puts(out, ",\n  \"configs\": {");
	for (size_t i = 0; i < m->nconfigs; i++) {
		add_name(out, i, m->configs[i].name);
		weft_json_pretty(out, m->configs[i].text, m->configs[i].size,
		                 4);
	}
	weft_text_puts(out, m->nconfigs ? "\n  }\n}\n" : "\n}\n");
}

const weft_manifest_option *
weft_manifest_option_of(const weft_manifest *m, const char *name)
{
	for (size_t i = 0; i < m->noptions; i++)
		if (strcmp(m->options[i].name, name) == 0)
			return &m->options[i];
	return NULL;
}

const weft_manifest_variant *
weft_manifest_variant_of(const weft_manifest *m, const char *name)
{
	for (size_t i = 0; i < m->nvariants; i++)
		if (strcmp(m->variants[i].name, name) == 0)
			return &m->variants[i];
	return NULL;
}

const weft_manifest_config *
weft_manifest_config_of(const weft_manifest *m, const char *name)
{
	for (size_t i = 0; i < m->nconfigs; i++)
		if (strcmp(m->configs[i].name, name) == 0)
			return &m->configs[i];
	return NULL;
}
