#include "fmt_state.h"

#include <stdlib.h>
#include <string.h>

static int
compare_anchors(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The number of anchors before `at`. */
static size_t
anchors_before(const struct fmt *f, uint32_t at)
{
	size_t lo = 0, hi = f->n_anchors;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->anchors[mid] < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The first comment at or behind `at`. */
static size_t
comment_from(const struct fmt *f, uint32_t at)
{
	size_t lo = 0, hi = f->n_comments;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->comments[mid]->span.begin < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
add_anchor(struct fmt *f, uint32_t at)
{
	f->anchors = arena_grow(f->out->arena, f->anchors, f->n_anchors,
	                        sizeof *f->anchors);
	f->anchors[f->n_anchors++] = at;
}

void
fmt_blank(struct fmt *f)
{
	const struct out *o = f->out;

	if (o->size > 1 && !strchr("\n{:", o->text[o->size - 2]))
		out_puts(f->out, "\n");
}

static void
print_comment(struct fmt *f, size_t i, int indent)
{
	const struct comment *c = f->comments[i];

	f->printed[i] = true;
	if (c->kind == COMMENT_BLANK)
		fmt_blank(f);
	else if (c->text)
		out_printf(f->out, "%*s%s\n", indent, "", c->text);
}

void
fmt_before(struct fmt *f, uint32_t at, int indent, int column)
{
	size_t k = f->collecting ? 0 : anchors_before(f, at);
	uint32_t from = k ? f->anchors[k - 1] : 0;

	f->last = at;
	if (f->collecting) {
		add_anchor(f, at);
		return;
	}
	for (size_t i = comment_from(f, from);
	     i < f->n_comments && f->comments[i]->span.begin < at; i++) {
		const struct comment *c = f->comments[i];

		if ((c->kind == COMMENT_LINE || c->kind == COMMENT_BLANK) &&
		    !f->printed[i] && c->column <= column)
			print_comment(f, i, indent);
	}
}

bool
fmt_has_blank(const struct fmt *f, uint32_t at)
{
	size_t k = f->collecting ? 0 : anchors_before(f, at);

	if (f->collecting)
		return false;
	for (size_t i = comment_from(f, k ? f->anchors[k - 1] : 0);
	     i < f->n_comments && f->comments[i]->span.begin < at; i++)
		if (f->comments[i]->kind == COMMENT_BLANK)
			return true;
	return false;
}

const char *
fmt_behind(struct fmt *f, uint32_t at)
{
	struct out o = {.arena = f->out->arena};
	size_t k = anchors_before(f, at) + 1;
	uint32_t to = k < f->n_anchors ? f->anchors[k] : UINT32_MAX;

	if (f->collecting)
		return "";
	out_puts(&o, "");
	for (size_t i = comment_from(f, at);
	     i < f->n_comments && f->comments[i]->span.begin < to; i++) {
		if (f->comments[i]->kind != COMMENT_TRAILING || f->printed[i])
			continue;
		f->printed[i] = true;
		out_printf(&o, "%s%s", o.size ? "  " : "",
		           f->comments[i]->text);
	}
	return o.text;
}

uint32_t
fmt_block_end(struct fmt *f)
{
	size_t i = comment_from(f, f->last + 1);

	while (i < f->n_comments && f->comments[i]->kind != COMMENT_CLOSE)
		i++;
	return i < f->n_comments ? f->comments[i]->span.begin : 0;
}

void
fmt_rest(struct fmt *f)
{
	size_t end = f->n_comments;

	while (end && !f->comments[end - 1]->text)
		end--;
	for (size_t i = 0; i < end; i++)
		if (!f->printed[i])
			print_comment(f, i, 0);
}

static void
sort_anchors(struct fmt *f)
{
	size_t n = 0;

	if (f->n_anchors)
		qsort(f->anchors, f->n_anchors, sizeof *f->anchors,
		      compare_anchors);
	for (size_t i = 0; i < f->n_anchors; i++)
		if (n == 0 || f->anchors[n - 1] != f->anchors[i])
			f->anchors[n++] = f->anchors[i];
	f->n_anchors = n;
}

void
fmt_run(const struct model *m, struct out *out,
        void (*print)(struct fmt *, const struct model *))
{
	struct out scratch = {.arena = out->arena};
	struct fmt f = {.out = &scratch, .collecting = true};

	for (const struct comment *c = m->comments; c; c = c->next) {
		f.comments = arena_grow(out->arena, f.comments, f.n_comments,
		                        sizeof *f.comments);
		f.comments[f.n_comments++] = c;
	}
	f.printed = arena_alloc(out->arena, f.n_comments + 1);
	print(&f, m);
	sort_anchors(&f);
	f.collecting = false;
	f.out = out;
	f.last = 0;
	print(&f, m);
	fmt_rest(&f);
}

struct fmt_line *
fmt_add_line(struct fmt *f, struct fmt_table *t, uint32_t at)
{
	struct fmt_line *l;

	t->lines = arena_grow(f->out->arena, t->lines, t->n,
	                      sizeof *t->lines);
	l = &t->lines[t->n++];
	l->at = at;
	for (int i = 0; i < FMT_CELLS; i++)
		l->cells[i] = "";
	return l;
}

/* Whether the line has a cell behind this one. */
static bool
has_more(const struct fmt_line *l, int cell)
{
	while (++cell < FMT_CELLS)
		if (*l->cells[cell])
			return true;
	return false;
}

static int
width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
print_line(struct fmt *f, const struct fmt_line *l, const int widths[],
           const int gaps[])
{
	for (int i = 0; i < FMT_CELLS; i++) {
		int pad = widths[i] - width(l->cells[i]);

		out_puts(f->out, l->cells[i]);
		if (!has_more(l, i))
			break;
		if (widths[i])
			out_printf(f->out, "%*s", pad + gaps[i], "");
	}
	out_puts(f->out, "\n");
}

void
fmt_print_table(struct fmt *f, const struct fmt_table *t, int indent,
                const int gaps[FMT_CELLS])
{
	int widths[FMT_CELLS] = {0};

	for (size_t i = 0; i < t->n; i++) {
		struct fmt_line *l = &t->lines[i];

		l->cells[FMT_CELLS - 1] = fmt_behind(f, l->at);
		for (int k = 0; k < FMT_CELLS; k++)
			if (has_more(l, k) && width(l->cells[k]) > widths[k])
				widths[k] = width(l->cells[k]);
	}
	for (size_t i = 0; i < t->n; i++) {
		fmt_before(f, t->lines[i].at, indent, 1000);
		out_printf(f->out, "%*s", indent, "");
		print_line(f, &t->lines[i], widths, gaps);
	}
}

static int
compare_items(const void *a, const void *b)
{
	const struct fmt_item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void
fmt_add_item(struct fmt_items *items, uint32_t at, int kind, const void *node,
             const void *owner)
{
	items->list = arena_grow(items->arena, items->list, items->n,
	                         sizeof *items->list);
	items->list[items->n] = (struct fmt_item){
		at, kind, node, owner, items->n
	};
	items->n++;
}

void
fmt_sort_items(struct fmt_items *items)
{
	if (items->n)
		qsort(items->list, items->n, sizeof *items->list,
		      compare_items);
}
