#include <inttypes.h>
#include <string.h>

#include "../checked.h"
#include "../io/escape.h"
#include "index.h"

enum { SHOWN = 10 };

/* A way in which index and headers differ: how often, and the first few. */
struct difference {
	size_t n;
	const char *key[SHOWN];
	const char *index_file[SHOWN], *header_file[SHOWN];
};

static void
note(struct difference *d, const char *key, const char *index_file,
     const char *header_file)
{
	if (d->n < SHOWN) {
		d->key[d->n] = key;
		d->index_file[d->n] = index_file;
		d->header_file[d->n] = header_file;
	}
	d->n++;
}

/* Adds one error with a line for each of the first few. */
static void
report(const struct difference *d, const char *index, const char *what,
       weft_errors *e)
{
	char path[WEFT_ESCAPED], key[WEFT_ESCAPED], said[WEFT_ESCAPED];

	if (!d->n)
		return;
	weft_error(e, WEFT_BAD, "%s: %zu tensor%s %s",
	           weft_escape(path, index), d->n, d->n == 1 ? "" : "s", what);
	for (size_t i = 0; i < d->n && i < SHOWN; i++) {
		weft_escape(key, d->key[i]);
		if (!d->header_file[i])
			weft_hint(e, "\"%s\", said to be in %s", key,
			          weft_escape(path, d->index_file[i]));
		else if (!d->index_file[i])
			weft_hint(e, "\"%s\" in %s", key,
			          weft_escape(path, d->header_file[i]));
		else
			weft_hint(e, "\"%s\" is in %s, said to be in %s", key,
			          weft_escape(path, d->header_file[i]),
			          weft_escape(said, d->index_file[i]));
	}
	if (d->n > SHOWN)
		weft_hint(e, "and %zu more", d->n - SHOWN);
}

static void
check_total(const struct weft_source *src, size_t first,
            const struct weft_index *index, weft_errors *e)
{
	char path[WEFT_ESCAPED];
	uint64_t total = 0;

	for (size_t i = first; i < src->n; i++)
		if (!weft_add_u64(total, src->tensors[i].bytes, &total))
			return;
	if (index->has_total && index->total_size != total)
		weft_warning(e, "%s: total_size is %" PRIu64 ", the tensors "
		             "have %" PRIu64 " bytes",
		             weft_escape(path, index->path),
		             index->total_size, total);
}

int
weft_index_check(const struct weft_source *src, size_t first,
                 const struct weft_index *index, weft_errors *e)
{
	struct difference absent = {0}, unlisted = {0}, elsewhere = {0};
	size_t i = 0, j = first;

	while (i < index->n || j < src->n) {
		const struct weft_index_entry *x = index->entries + i;
		const struct weft_stored *t = src->tensors + j;
		int c = i == index->n ? 1 : j == src->n ? -1 :
		        strcmp(x->key, t->key);

		if (c < 0)
			note(&absent, x->key, x->name, NULL);
		else if (c > 0)
			note(&unlisted, t->key, NULL, src->files[t->file].path);
		else if (x->file != t->file)
			note(&elsewhere, x->key, x->name,
			     src->files[t->file].path);
		i += c <= 0;
		j += c >= 0;
	}
	report(&absent, index->path, "of the index in none of its files", e);
	report(&unlisted, index->path, "of its files not in the index", e);
	report(&elsewhere, index->path, "in another file than it says", e);
	if (absent.n || unlisted.n || elsewhere.n)
		return WEFT_BAD;
	check_total(src, first, index, e);
	return 0;
}
