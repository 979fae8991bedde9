#include "scalars.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../arena.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool
is_real(const char *s, size_t n)
{
	return memchr(s, '.', n) || memchr(s, 'e', n) || memchr(s, 'E', n);
}

/* One text for all spellings of a scalar; empty for what is none. A number ends
 * at a byte that is no part of it, so that strtod() stops there, too. */
static void
spell(weft_text *t, const char *s, size_t n)
{
	if (*s == '[' || *s == '{')
		return;
	if (*s == '"') {
		weft_text_puts(t, "\"");
		weft_span_decode(s, n, t);
	} else if (*s != '-' && (*s < '0' || *s > '9')) {
		weft_text_add(t, s, n);
	} else if (is_real(s, n)) {
		weft_text_printf(t, "real %.17g", strtod(s, NULL) + 0.0);
	} else {
		weft_text_printf(t, "%lld", strtoll(s, NULL, 10));
	}
}

bool
weft_scalars_add(weft_scalars *set, const char *text, struct weft_span at)
{
	weft_text t = {0};
	char **found;

	spell(&t, text + at.begin, at.end - at.begin);
	if (!t.size)
		return true;
	found = tsearch(t.data, &set->root, compare);
	if (!found)
		weft_out_of_memory();
	if (*found == t.data)
		return true;
	weft_text_free(&t);
	return false;
}

void
weft_scalars_add_list(weft_scalars *set, const char *text, size_t open)
{
	struct weft_walk w;

	weft_walk_begin(&w, text, open);
	while (weft_walk_next(&w))
		weft_scalars_add(set, text, w.value);
}

bool
weft_scalars_has(const weft_scalars *set, const char *text,
                 struct weft_span at)
{
	weft_text t = {0};
	bool found;

	spell(&t, text + at.begin, at.end - at.begin);
	found = t.size && tfind(t.data, &set->root, compare);
	weft_text_free(&t);
	return found;
}

void
weft_scalars_free(weft_scalars *set)
{
	tdestroy(set->root, free);
	set->root = NULL;
}
