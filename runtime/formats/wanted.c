#include "wanted.h"

#include <string.h>

#include "../checked.h"
#include "../io/escape.h"
#include "../text.h"
#include "order.h"

int
weft_wanted_refuse(weft_errors *e, const char *key, const char *fmt, ...)
{
	char shown[WEFT_ESCAPED];
	weft_text text = {0};
	va_list ap;

	va_start(ap, fmt);
	weft_text_vprintf(&text, fmt, ap);
	va_end(ap);
	weft_error(e, WEFT_BAD, "tensor \"%s\" to write: %s",
	           weft_escape(shown, key), weft_text_cstr(&text));
	weft_text_free(&text);
	return WEFT_BAD;
}

int
weft_wanted_count(size_t n, weft_errors *e)
{
	if (n < INT32_MAX)
		return 0;
	return weft_error(e, WEFT_BAD, "%zu tensors to write are more than can "
	                  "be handled", n);
}

int
weft_wanted_measure(struct weft_target *t, const struct weft_wanted *w,
                    weft_measure_fn *measure, weft_errors *e)
{
	uint64_t total = 0;
	int64_t narrow;

	for (size_t i = 0; i < t->n; i++) {
		int code = measure(&w[i], &t->slots[i], e);

		if (code)
			return code;
		if (!weft_add_u64(total, t->slots[i].bytes, &total) ||
		    !weft_to_i64(total, &narrow))
			return weft_wanted_refuse(
				e, w[i].key, "overflow: with it, the sizes of "
				"all tensors do not fit 63 bits");
	}
	t->total_size = total;
	return 0;
}

static int
by_name(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_wanted *w = context;

	return strcmp(w[a].key, w[b].key);
}

static int
by_nature(const void *context, uint32_t a, uint32_t b)
{
	const struct weft_wanted *w = context;

	return weft_natural_compare(w[a].key, w[b].key);
}

uint32_t *
weft_wanted_by_name(const struct weft_wanted *w, uint32_t n)
{
	return weft_order(n, by_name, w);
}

uint32_t *
weft_wanted_by_nature(const struct weft_wanted *w, uint32_t n)
{
	return weft_order(n, by_nature, w);
}
