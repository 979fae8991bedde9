#include <string.h>

#include "fmt_state.h"

enum {
	ITEM_SIZE, ITEM_NUMBER, ITEM_FLAG, ITEM_TEXT, ITEM_LIST, ITEM_LET,
	ITEM_VARIANT, ITEM_REQUIRE, ITEM_UNDECIDABLE, ITEM_FORMAT, ITEM_CONFIG,
	ITEM_FILE, ITEM_METADATA, ITEM_FOR, ITEM_DETECT, ITEM_OPTION,
	ITEM_DROP, ITEM_EDIT, ITEM_PLACE, ITEM_LAYOUT, ITEM_TENSOR, ITEM_PACK,
	ITEM_KEEP, ITEM_GROUP, ITEM_ROWS, ITEM_USE
};

enum { ALL_COLUMNS = 1000, INDENT = 2 };

static const int place_gaps[FMT_CELLS] = {2, 2, 2, 0};
static const int value_gaps[FMT_CELLS] = {1, 2, 2, 0};

static void print_block(struct fmt *, const struct block *, int indent);

#define ADD_ALL(items, kind, type, list)                                     \
	do {                                                                 \
		for (const struct type *n_ = (list); n_; n_ = n_->next)      \
			fmt_add_item(items, n_->span.begin, kind, n_, NULL); \
	} while (0)

static void
add_places(struct fmt_items *items, const struct places *g)
{
	for (; g; g = g->next)
		for (const struct place *p = g->lines; p; p = p->next)
			fmt_add_item(items, p->span.begin, ITEM_PLACE, p, g);
}

static void
print_line(struct fmt *f, uint32_t at, int indent, const char *text)
{
	const char *comment;

	fmt_before(f, at, indent, ALL_COLUMNS);
	comment = fmt_behind(f, at);
	out_printf(f->out, "%*s%s%s%s\n", indent, "", text,
	           *comment ? "  " : "", comment);
}

static void
print_end(struct fmt *f, int indent)
{
	uint32_t at = fmt_block_end(f);
	const char *comment = "";

	if (at) {
		fmt_before(f, at, indent + INDENT, ALL_COLUMNS);
		comment = fmt_behind(f, at);
	}
	out_printf(f->out, "%*s}%s%s\n", indent, "", *comment ? "  " : "",
	           comment);
}

static const char *
names(struct fmt *f, const struct name *n)
{
	struct out o = {.arena = f->out->arena};

	fmt_names(&o, n, ", ");
	return o.text;
}

/* Lines of a table, aligned; all of the items are of this kind. */
static void
print_places(struct fmt *f, const struct fmt_item *items, size_t n, int indent)
{
	struct fmt_table t = {0};

	for (size_t i = 0; i < n; i++) {
		struct fmt_line *l = fmt_add_line(f, &t, items[i].at);
		const struct places *g = items[i].owner;
		struct out key = {.arena = f->out->arena};
		struct out rest = {.arena = f->out->arena};

		out_puts(&rest, "");
		fmt_place(&key, &rest, items[i].node);
		l->cells[0] = names(f, g->owners);
		l->cells[1] = key.text;
		l->cells[2] = rest.text;
	}
	fmt_print_table(f, &t, indent, place_gaps);
}

/* `size H = …` and the lines that continue it. */
static void
print_values(struct fmt *f, const struct fmt_item *items, size_t n, int indent)
{
	static const char *const words[] = {"size", "number", "flag", "text",
	                                    "list"};
	struct fmt_table t = {0};

	for (size_t i = 0; i < n; i++) {
		struct fmt_line *l = fmt_add_line(f, &t, items[i].at);
		const struct value *v = items[i].node;
		struct out name = {.arena = f->out->arena};
		struct out value = {.arena = f->out->arena};

		out_printf(&name, "%*s %s",
		           (int)strlen(words[items->kind]),
		           i ? "" : words[items->kind], v->name);
		out_puts(&value, "= ");
		fmt_value(&value, v);
		l->cells[0] = name.text;
		l->cells[1] = value.text;
	}
	fmt_print_table(f, &t, indent, value_gaps);
}

/* Statements of one line. */
static void
put_edit(struct out *o, const struct edit *e)
{
	static const char *const words[] = {
		[EDIT_SET] = "set", [EDIT_REMOVE] = "remove",
		[EDIT_RENAME] = "rename", [EDIT_INSERT] = "insert",
		[EDIT_DELETE] = "delete",
	};

	out_printf(o, "%s ", words[e->kind]);
	fmt_edit(o, e);
}

static void
put_rule(struct out *o, int kind, const struct rule *r)
{
	switch (kind) {
	case ITEM_VARIANT:
		out_printf(o, "variant %s = ", r->name);
		fmt_variant(o, r);
		break;
	case ITEM_REQUIRE:
		out_puts(o, "require ");
		fmt_require(o, r);
		break;
	case ITEM_CONFIG:
		out_printf(o, r->name ? "config %s " : "config ", r->name);
		fmt_text(o, r->text);
		break;
	case ITEM_FILE:
		out_puts(o, "file ");
		fmt_text(o, r->text);
		break;
	case ITEM_METADATA:
		out_printf(o, "metadata %s = ", r->name);
		fmt_expr(o, r->value);
		break;
	case ITEM_DETECT:
		out_puts(o, "detect ");
		fmt_expr(o, r->value);
		break;
	case ITEM_OPTION:
		out_printf(o, "option %s = ", r->name);
		fmt_option(o, r);
		break;
	default:
		out_puts(o, "drop ");
		fmt_drop(o, r);
	}
}

static void
put_statement(struct out *o, int kind, const void *node)
{
	const struct name *pair = node;
	const struct let *let = node;
	const struct layout *layout = node;

	switch (kind) {
	case ITEM_LET:
		out_printf(o, "let %s = ", let->name);
		fmt_let(o, let);
		break;
	case ITEM_UNDECIDABLE:
		out_printf(o, "undecidable %s %s", pair->text,
		           pair->next->text);
		break;
	case ITEM_FORMAT:
		out_printf(o, "format %s", layout->format);
		break;
	case ITEM_FOR:
		out_puts(o, "for ");
		fmt_family(o, node);
		break;
	case ITEM_EDIT:
		put_edit(o, node);
		break;
	case ITEM_PACK:
		out_puts(o, "pack ");
		fmt_pack(o, node);
		break;
	case ITEM_GROUP:
		out_puts(o, "group ");
		fmt_group(o, node);
		break;
	case ITEM_USE:
		out_puts(o, "use ");
		fmt_use(o, node);
		break;
	default:
		put_rule(o, kind, node);
	}
}

static void
print_statement(struct fmt *f, const struct fmt_item *item, int indent)
{
	struct out o = {.arena = f->out->arena};

	put_statement(&o, item->kind, item->node);
	print_line(f, item->at, indent, o.text);
}

static void print_items(struct fmt *, struct fmt_items *, int indent);

/* Blocks. */
static void
add_layout_rules(struct fmt_items *items, const struct layout *l)
{
	if (l->format)
		fmt_add_item(items, l->format_span.begin, ITEM_FORMAT, l,
		             NULL);
	ADD_ALL(items, ITEM_CONFIG, rule, l->configs);
	ADD_ALL(items, ITEM_FILE, rule, l->files);
	ADD_ALL(items, ITEM_METADATA, rule, l->metadata);
	ADD_ALL(items, ITEM_FOR, family, l->families);
	ADD_ALL(items, ITEM_DETECT, rule, l->detects);
	ADD_ALL(items, ITEM_OPTION, rule, l->options);
	ADD_ALL(items, ITEM_VARIANT, rule, l->variants);
	ADD_ALL(items, ITEM_REQUIRE, rule, l->requires);
	ADD_ALL(items, ITEM_DROP, rule, l->drops);
}

static void
print_layout(struct fmt *f, const struct layout *l, int indent)
{
	struct fmt_items items = {.arena = f->out->arena};
	struct out head = {.arena = f->out->arena};

	out_printf(&head, "layout %s ", l->name);
	if (l->title) {
		fmt_text(&head, l->title);
		out_puts(&head, " ");
	}
	if (l->alias)
		out_printf(&head, "as %s ", l->alias);
	if (l->model)
		out_printf(&head, "for %s ", l->model);
	out_puts(&head, "{");
	print_line(f, l->span.begin, indent, head.text);
	add_layout_rules(&items, l);
	ADD_ALL(&items, ITEM_SIZE, value, l->sizes);
	ADD_ALL(&items, ITEM_NUMBER, value, l->numbers);
	ADD_ALL(&items, ITEM_FLAG, value, l->flags);
	ADD_ALL(&items, ITEM_TEXT, value, l->texts);
	ADD_ALL(&items, ITEM_LIST, value, l->lists);
	ADD_ALL(&items, ITEM_LET, let, l->lets);
	ADD_ALL(&items, ITEM_EDIT, edit, l->edits);
	add_places(&items, l->places);
	print_items(f, &items, indent + INDENT);
	print_end(f, indent);
}

static void
put_tensor_head(struct out *o, const struct tensor *t)
{
	out_puts(o, "tensor ");
	fmt_tensor_name(o, t);
	if (t->optional)
		out_puts(o, " optional");
	for (const struct family *x = t->families; x; x = x->next) {
		out_puts(o, x == t->families ? " for " : ", ");
		fmt_family(o, x);
	}
	if (t->when) {
		out_puts(o, " if ");
		fmt_expr(o, t->when);
	}
	if (t->routed)
		out_printf(o, " routed by %s", t->routed);
}

static void
print_tensor(struct fmt *f, const struct tensor *t, int indent)
{
	struct fmt_items items = {.arena = f->out->arena};
	struct out head = {.arena = f->out->arena};

	put_tensor_head(&head, t);
	if (t->places)
		out_puts(&head, " {");
	print_line(f, t->span.begin, indent, head.text);
	if (!t->places)
		return;
	add_places(&items, t->places);
	print_items(f, &items, indent + INDENT);
	print_end(f, indent);
}

static void
print_keep(struct fmt *f, const struct keep *k, int indent)
{
	struct fmt_items items = {.arena = f->out->arena};
	char *head = arena_printf(f->out->arena, "keep %s {", k->name);

	print_line(f, k->span.begin, indent, head);
	add_places(&items, k->places);
	print_items(f, &items, indent + INDENT);
	print_end(f, indent);
}

static void
print_rows(struct fmt *f, const struct rows *r, int indent)
{
	char *head = arena_printf(f->out->arena, "rows %s {", r->name);

	print_line(f, r->span.begin, indent, head);
	print_block(f, &r->block, indent + INDENT);
	print_end(f, indent);
}

/* How many items from the first on go into one table. */
static size_t
run_of(const struct fmt *f, const struct fmt_item *items, size_t n)
{
	size_t i = 1;

	if (items->kind > ITEM_LIST && items->kind != ITEM_PLACE)
		return 1;
	while (i < n && items[i].kind == items->kind &&
	       (items->kind == ITEM_PLACE || !fmt_has_blank(f, items[i].at)))
		i++;
	return i;
}

static void
print_item(struct fmt *f, const struct fmt_item *item, size_t run, int indent)
{
	switch (item->kind) {
	case ITEM_SIZE:
	case ITEM_NUMBER:
	case ITEM_FLAG:
	case ITEM_TEXT:
	case ITEM_LIST:
		print_values(f, item, run, indent);
		break;
	case ITEM_PLACE:
		print_places(f, item, run, indent);
		break;
	case ITEM_LAYOUT:
		print_layout(f, item->node, indent);
		break;
	case ITEM_TENSOR:
		print_tensor(f, item->node, indent);
		break;
	case ITEM_KEEP:
		print_keep(f, item->node, indent);
		break;
	case ITEM_ROWS:
		print_rows(f, item->node, indent);
		break;
	default:
		print_statement(f, item, indent);
	}
}

/* An empty line stands between what is of different classes. */
static int
class_of(int kind)
{
	return kind < ITEM_LAYOUT ? 0 : kind == ITEM_LAYOUT ? 1
	     : kind == ITEM_USE ? 2 : 3;
}

static void
print_items(struct fmt *f, struct fmt_items *items, int indent)
{
	size_t run;

	fmt_sort_items(items);
	for (size_t i = 0; i < items->n; i += run) {
		const struct fmt_item *item = &items->list[i];

		run = run_of(f, item, items->n - i);
		if (i > 0 && class_of(item[-1].kind) != class_of(item->kind))
			fmt_blank(f);
		print_item(f, item, run, indent);
	}
}

static void
print_block(struct fmt *f, const struct block *b, int indent)
{
	struct fmt_items items = {.arena = f->out->arena};

	ADD_ALL(&items, ITEM_CONFIG, rule, b->configs);
	ADD_ALL(&items, ITEM_SIZE, value, b->sizes);
	ADD_ALL(&items, ITEM_NUMBER, value, b->numbers);
	ADD_ALL(&items, ITEM_FLAG, value, b->flags);
	ADD_ALL(&items, ITEM_TEXT, value, b->texts);
	ADD_ALL(&items, ITEM_LIST, value, b->lists);
	ADD_ALL(&items, ITEM_LET, let, b->lets);
	ADD_ALL(&items, ITEM_VARIANT, rule, b->variants);
	ADD_ALL(&items, ITEM_REQUIRE, rule, b->requires);
	for (const struct name *n = b->undecidable; n && n->next;
	     n = n->next->next)
		fmt_add_item(&items, n->span.begin, ITEM_UNDECIDABLE, n, NULL);
	ADD_ALL(&items, ITEM_LAYOUT, layout, b->layouts);
	ADD_ALL(&items, ITEM_TENSOR, tensor, b->tensors);
	ADD_ALL(&items, ITEM_PACK, pack, b->packs);
	ADD_ALL(&items, ITEM_KEEP, keep, b->keeps);
	ADD_ALL(&items, ITEM_GROUP, group, b->groups);
	ADD_ALL(&items, ITEM_ROWS, rows, b->rows);
	ADD_ALL(&items, ITEM_USE, use, b->uses);
	print_items(f, &items, indent);
}

static void
print_model(struct fmt *f, const struct model *m)
{
	struct out head = {.arena = f->out->arena};

	if (m->name) {
		out_printf(&head, "model %s", m->name);
		if (m->title) {
			out_puts(&head, " ");
			fmt_text(&head, m->title);
		}
		print_line(f, m->span.begin, 0, head.text);
		fmt_blank(f);
	}
	print_block(f, &m->block, 0);
}

void
fmt_dsl(const struct model *m, struct out *out)
{
	out_puts(out, "");
	fmt_run(m, out, print_model);
}
