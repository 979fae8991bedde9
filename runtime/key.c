/* Keys of a place: written from indices, read from captures. */
#include <string.h>

#include "checked.h"
#include "place.h"

static void
add_axis(int axes[WEFT_AXES], int *n, int axis)
{
	for (int i = 0; i < *n; i++)
		if (axes[i] == axis)
			return;
	axes[(*n)++] = axis;
}

int
weft_place_key_axes(const struct weft_place *p, int axes[WEFT_AXES])
{
	int n = 0;

	for (const struct weft_part *q = p->parts; q < p->parts + p->n_parts;
	     q++) {
		if (q->kind == WEFT_PART_INDEX || q->kind == WEFT_PART_LABELS)
			add_axis(axes, &n, q->axis);
		for (int i = q->first; i < q->first + q->n; i++)
			if (!p->digits[i].pin)
				add_axis(axes, &n, p->digits[i].axis);
	}
	return n;
}

/* The first index of an axis; families may begin behind 0. */
static bool
from_of(const struct weft_place *p, const weft_scope *at, int axis, int64_t *r)
{
	const weft_axis *x = p->axes[axis];

	*r = 0;
	return !x->from || weft_eval_int(at, x->from, x->name, r);
}

/* What one digit of a group writes. Digits count from 0, also for families that
 * do not. */
static bool
digit_value(const struct weft_place *p, const weft_scope *at,
            const struct weft_digit *d, int64_t *r)
{
	int64_t from;

	if (d->pin) {
		if (!weft_eval_int(at, d->pin, "a pinned index", r))
			return false;
	} else if (!from_of(p, at, d->axis, &from) ||
	           !weft_sub_i64(at->index[d->axis], from, r)) {
		return false;
	}
	return *r >= 0 && *r < at->size[d->axis];
}

/* The number that a group of digits stands for. */
static bool
group_value(const struct weft_place *p, const weft_scope *at,
            const struct weft_part *q, int64_t *r)
{
	int64_t v;

	*r = 0;
	for (int i = q->first; i < q->first + q->n; i++)
		if (!digit_value(p, at, &p->digits[i], &v) ||
		    !weft_mul_i64(*r, at->size[p->digits[i].axis], r) ||
		    !weft_add_i64(*r, v, r))
			return false;
	return true;
}

static bool
write_index(const struct weft_place *p, const weft_scope *at,
            const struct weft_part *q, weft_text *out)
{
	int64_t v, shift = 0;
	size_t mark;

	if (q->kind == WEFT_PART_GROUP) {
		if (!group_value(p, at, q, &v))
			return false;
	} else {
		v = at->index[q->axis];
	}
	if (q->shift && !weft_eval_int(at, q->shift, "a shifted index", &shift))
		return false;
	if (!weft_add_i64(v, shift, &v) || v < 0)
		return false;
	mark = out->size;
	weft_text_printf(out, "%0*lld", q->width, (long long)v);
	return q->width == 0 || out->size - mark == (size_t)q->width;
}

bool
weft_place_key(const struct weft_place *p, const weft_scope *at,
               const char *const *free, weft_text *dir, weft_text *key)
{
	size_t mark = key->size;

	for (const struct weft_part *q = p->parts; q < p->parts + p->n_parts;
	     q++) {
		weft_value v;

		switch (q->kind) {
		case WEFT_PART_TEXT:
			weft_text_puts(key, q->text);
			break;
		case WEFT_PART_INDEX:
		case WEFT_PART_GROUP:
			if (!write_index(p, at, q, key))
				return false;
			break;
		case WEFT_PART_LABELS:
			weft_text_puts(key, q->labels[at->index[q->axis]]);
			break;
		case WEFT_PART_SYMBOL:
			v = weft_context_value(at->side, q->axis);
			if (v.kind == WEFT_V_STRING)
				weft_text_puts(key, v.s);
			else
				weft_value_print(key, v);
			break;
		case WEFT_PART_FREE:
			weft_text_puts(key, free[q->axis]);
			break;
		case WEFT_PART_DIRECTORY_END:
			weft_text_add(dir, key->data + mark, key->size - mark);
			key->size = mark;
			break;
		}
	}
	return true;
}

/* A number as a hole writes it: no sign, as many digits as the width says or no
 * leading zero, at most 18 digits. */
static bool
read_number(const char *s, const char *end, int width, int64_t *r)
{
	if (s == end || end - s > 18)
		return false;
	if (width ? end - s != width : end - s > 1 && *s == '0')
		return false;
	for (*r = 0; s < end; s++) {
		if (*s < '0' || *s > '9')
			return false;
		*r = *r * 10 + (*s - '0');
	}
	return true;
}

/* An index found once more has to be the same. */
static bool
note_index(int64_t index[WEFT_AXES], int axis, int64_t v)
{
	if (index[axis] >= 0 && index[axis] != v)
		return false;
	index[axis] = v;
	return true;
}

static bool
read_group(const struct weft_place *p, const weft_scope *at,
           const struct weft_part *q, int64_t v, int64_t index[WEFT_AXES])
{
	for (int i = q->first + q->n - 1; i >= q->first; i--) {
		int axis = p->digits[i].axis;
		int64_t size = at->size[axis], digit, pin, from;

		if (size < 1)
			return false;
		digit = i == q->first ? v : v % size;
		v = i == q->first ? 0 : v / size;
		if (digit >= size)
			return false;
		if (p->digits[i].pin) {
			if (!weft_eval_int(at, p->digits[i].pin,
			                   "a pinned index", &pin) ||
			    pin != digit)
				return false;
		} else if (!from_of(p, at, axis, &from) ||
		           !weft_add_i64(digit, from, &digit) ||
		           !note_index(index, axis, digit)) {
			return false;
		}
	}
	return true;
}

static bool
read_label(const struct weft_part *q, const char *s, size_t n,
           int64_t index[WEFT_AXES])
{
	for (int i = 0; q->labels[i]; i++)
		if (strlen(q->labels[i]) == n &&
		    memcmp(q->labels[i], s, n) == 0)
			return note_index(index, q->axis, i);
	return false;
}

static bool
read_symbol(const weft_scope *at, const struct weft_part *q, const char *s,
            size_t n)
{
	weft_value v = weft_context_value(at->side, q->axis);
	weft_text t = {0};
	bool same;

	if (v.kind == WEFT_V_STRING)
		weft_text_puts(&t, v.s);
	else
		weft_value_print(&t, v);
	same = t.size == n && memcmp(weft_text_cstr(&t), s, n) == 0;
	weft_text_free(&t);
	return same;
}

static bool
read_part(const struct weft_place *p, const weft_scope *at,
          const struct weft_part *q, const char *s, const char *end,
          int64_t index[WEFT_AXES])
{
	int64_t v, shift = 0, from;

	switch (q->kind) {
	case WEFT_PART_LABELS:
		return read_label(q, s, (size_t)(end - s), index);
	case WEFT_PART_SYMBOL:
		return read_symbol(at, q, s, (size_t)(end - s));
	case WEFT_PART_INDEX:
	case WEFT_PART_GROUP:
		if (!read_number(s, end, q->width, &v))
			return false;
		if (q->kind == WEFT_PART_GROUP)
			return read_group(p, at, q, v, index);
		if (q->shift &&
		    !weft_eval_int(at, q->shift, "a shifted index", &shift))
			return false;
		return weft_sub_i64(v, shift, &v) && v >= 0 &&
		       from_of(p, at, q->axis, &from) && v >= from &&
		       (at->size[q->axis] < 0 ||
		        v - from < at->size[q->axis]) &&
		       note_index(index, q->axis, v);
	default:
		return true;
	}
}

bool
weft_place_read_key(const struct weft_place *p, const weft_scope *at,
                    const weft_captures *c, int64_t index[WEFT_AXES])
{
	int k = 0;

	for (int i = 0; i < p->n_axes; i++)
		index[i] = -1;
	for (const struct weft_part *q = p->parts; q < p->parts + p->n_parts;
	     q++) {
		if (q->kind == WEFT_PART_TEXT ||
		    q->kind == WEFT_PART_DIRECTORY_END)
			continue;
		if (k == c->n || !read_part(p, at, q, c->begin[k], c->end[k],
		                            index))
			return false;
		k++;
	}
	return k == c->n;
}
