#include <string.h>

#include "fmt_state.h"

enum { ALL_COLUMNS = 1000, INDENT = 2, DISTINCT_MAX = 200 };

static void print_block(struct fmt *, const struct block *, int indent);


static void
put_comment(struct fmt *f, uint32_t at)
{
	const char *comment = fmt_behind(f, at);

	out_printf(f->out, "%s%s\n", *comment ? "  " : "", comment);
}

/* KEY: TEXT, or `- TEXT` without a key. */
static void
print_line(struct fmt *f, uint32_t at, int indent, const char *key,
           const char *text)
{
	fmt_before(f, at, indent, ALL_COLUMNS);
	out_printf(f->out, "%*s", indent, "");
	if (key)
		fmt_yaml_text(f->out, key);
	out_puts(f->out, key ? ": " : "- ");
	fmt_yaml_text(f->out, text);
	put_comment(f, at);
}

/* KEY: of what is named by itself; a comment behind it goes before it, for
 * behind it it would be read as one on the next line. */
static void
print_head(struct fmt *f, uint32_t at, int indent, const char *key)
{
	const char *comment;

	fmt_before(f, at, indent, ALL_COLUMNS);
	comment = fmt_behind(f, at);
	if (*comment)
		out_printf(f->out, "%*s%s\n", indent, "", comment);
	out_printf(f->out, "%*s", indent, "");
	fmt_yaml_text(f->out, key);
	out_puts(f->out, ":\n");
}

/* WORD: before its first item; what is not indented deeper stands before it. */
static void
print_section(struct fmt *f, uint32_t first, int indent, const char *word)
{
	fmt_before(f, first, indent, indent);
	out_printf(f->out, "%*s", indent, "");
	fmt_yaml_text(f->out, word);
	out_puts(f->out, ":\n");
}

static const char *
names(struct fmt *f, const struct name *n)
{
	struct out o = {.arena = f->out->arena};

	fmt_names(&o, n, ", ");
	return o.text;
}

/* The text of one node, printed by one of the functions of fmt.h. */
#define TEXT_OF(f, put, node)                                                \
	({                                                                   \
		struct out text_ = {.arena = (f)->out->arena};               \
		put(&text_, node);                                           \
		text_.text;                                                  \
	})

/* A section of pairs NAME: TEXT, and one of a list of texts. */
#define PRINT_PAIRS(f, indent, word, type, list, put)                        \
	do {                                                                 \
		const struct type *n_ = (list);                              \
		if (n_)                                                      \
			print_section(f, n_->span.begin, indent, word);      \
		for (; n_; n_ = n_->next)                                    \
			print_line(f, n_->span.begin, (indent) + INDENT,     \
			           n_->name, TEXT_OF(f, put, n_));           \
	} while (0)

#define PRINT_LIST(f, indent, word, type, list, put)                         \
	do {                                                                 \
		const struct type *n_ = (list);                              \
		if (n_)                                                      \
			print_section(f, n_->span.begin, indent, word);      \
		for (; n_; n_ = n_->next)                                    \
			print_line(f, n_->span.begin, (indent) + INDENT,     \
			           NULL, TEXT_OF(f, put, n_));               \
	} while (0)

static void
put_place(struct out *o, const struct place *p)
{
	fmt_place(o, o, p);
}

static void
print_places(struct fmt *f, const struct places *g, int indent)
{
	for (; g; g = g->next) {
		const struct place *p = g->lines;

		if (p->next)
			PRINT_LIST(f, indent, names(f, g->owners), place, p,
			           put_place);
		else
			print_line(f, p->span.begin, indent,
			           names(f, g->owners),
			           TEXT_OF(f, put_place, p));
	}
}

static void
put_detect(struct out *o, const struct rule *r)
{
	fmt_expr(o, r->value);
}

static void
put_text(struct out *o, const struct rule *r)
{
	out_puts(o, r->text);
}

static void
put_path(struct out *o, const struct edit *e)
{
	fmt_expr(o, e->path);
}

static void
put_families(struct out *o, const struct family *x)
{
	for (; x; x = x->next) {
		fmt_family(o, x);
		if (x->next)
			out_puts(o, ", ");
	}
}

/* One is a text, several are a list. */
static void
print_rules(struct fmt *f, int indent, const char *word, const struct rule *r,
            void (*put)(struct out *, const struct rule *))
{
	if (r && r->next)
		PRINT_LIST(f, indent, word, rule, r, put);
	else if (r)
		print_line(f, r->span.begin, indent, word,
		           TEXT_OF(f, put, r));
}

/* The edits of a kind as a list of their own. */
static struct edit *
edits_of(struct fmt *f, const struct edit *e, enum edit_kind kind)
{
	struct edit *first = NULL, **last = &first;

	for (; e; e = e->next) {
		if (e->kind != kind)
			continue;
		*last = arena_alloc(f->out->arena, sizeof **last);
		**last = *e;
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	return first;
}

/* Whether no path is set twice, so that paths can be keys. */
static bool
are_distinct(struct fmt *f, const struct edit *e)
{
	const char *paths[DISTINCT_MAX];
	int n = 0;

	for (; e; e = e->next) {
		if (n == DISTINCT_MAX)
			return false;
		paths[n] = TEXT_OF(f, put_path, e);
		for (int i = 0; i < n; i++)
			if (strcmp(paths[i], paths[n]) == 0)
				return false;
		n++;
	}
	return true;
}

static void
print_sets(struct fmt *f, const struct edit *e, int indent)
{
	if (!are_distinct(f, e)) {
		PRINT_LIST(f, indent, "set", edit, e, fmt_edit);
		return;
	}
	if (e)
		print_section(f, e->span.begin, indent, "set");
	for (; e; e = e->next)
		print_line(f, e->span.begin, indent + INDENT,
		           TEXT_OF(f, fmt_field, e),
		           TEXT_OF(f, fmt_set_value, e));
}

static void
print_edits(struct fmt *f, const struct edit *edits, int indent)
{
	print_sets(f, edits_of(f, edits, EDIT_SET), indent);
	PRINT_LIST(f, indent, "remove", edit,
	           edits_of(f, edits, EDIT_REMOVE), fmt_edit);
	PRINT_LIST(f, indent, "rename", edit,
	           edits_of(f, edits, EDIT_RENAME), fmt_edit);
	PRINT_LIST(f, indent, "insert", edit,
	           edits_of(f, edits, EDIT_INSERT), fmt_edit);
	PRINT_LIST(f, indent, "delete", edit,
	           edits_of(f, edits, EDIT_DELETE), fmt_edit);
}

/* A text at no place of its own. */
static void
print_plain(struct fmt *f, int indent, const char *key, const char *text)
{
	if (!text)
		return;
	out_printf(f->out, "%*s%s: ", indent, "", key);
	fmt_yaml_text(f->out, text);
	out_puts(f->out, "\n");
}

static void
print_layout(struct fmt *f, const struct layout *l, int indent)
{
	print_head(f, l->span.begin, indent, l->name);
	indent += INDENT;
	print_plain(f, indent, "title", l->title);
	print_plain(f, indent, "as", l->alias);
	print_plain(f, indent, "of", l->model);
	if (l->format)
		print_line(f, l->format_span.begin, indent, "format",
		           l->format);
	print_rules(f, indent, "config", l->configs, put_text);
	print_rules(f, indent, "file", l->files, put_text);
	if (l->families)
		print_line(f, l->families->span.begin, indent, "for",
		           TEXT_OF(f, put_families, l->families));
	print_rules(f, indent, "detect", l->detects, put_detect);
	PRINT_PAIRS(f, indent, "metadata", rule, l->metadata, put_detect);
	PRINT_PAIRS(f, indent, "option", rule, l->options, fmt_option);
	PRINT_PAIRS(f, indent, "size", value, l->sizes, fmt_value);
	PRINT_PAIRS(f, indent, "number", value, l->numbers, fmt_value);
	PRINT_PAIRS(f, indent, "flag", value, l->flags, fmt_value);
	PRINT_PAIRS(f, indent, "text", value, l->texts, fmt_value);
	PRINT_PAIRS(f, indent, "list", value, l->lists, fmt_value);
	PRINT_PAIRS(f, indent, "let", let, l->lets, fmt_let);
	PRINT_PAIRS(f, indent, "variant", rule, l->variants, fmt_variant);
	PRINT_LIST(f, indent, "require", rule, l->requires, fmt_require);
	PRINT_LIST(f, indent, "drop", rule, l->drops, fmt_drop);
	print_edits(f, l->edits, indent);
	if (!l->places)
		return;
	print_section(f, l->places->lines->span.begin, indent, "place");
	print_places(f, l->places, indent + INDENT);
}

static void
print_tensor(struct fmt *f, const struct tensor *t, int indent)
{
	print_head(f, t->span.begin, indent, TEXT_OF(f, fmt_tensor_name, t));
	indent += INDENT;
	if (t->optional)
		out_printf(f->out, "%*soptional: true\n", indent, "");
	if (t->families)
		print_plain(f, indent, "for",
		            TEXT_OF(f, put_families, t->families));
	if (t->when)
		print_plain(f, indent, "if", TEXT_OF(f, fmt_expr, t->when));
	print_plain(f, indent, "routed", t->routed);
	print_places(f, t->places, indent);
}

static void
print_undecidable(struct fmt *f, const struct name *n, int indent)
{
	if (n)
		print_section(f, n->span.begin, indent, "undecidable");
	for (; n && n->next; n = n->next->next)
		print_line(f, n->span.begin, indent + INDENT, NULL,
		           arena_printf(f->out->arena, "%s %s", n->text,
		                        n->next->text));
}

static void
print_keep(struct fmt *f, const struct keep *k, int indent)
{
	print_head(f, k->span.begin, indent, k->name);
	print_places(f, k->places, indent + INDENT);
}

static void
print_rows(struct fmt *f, const struct rows *r, int indent)
{
	print_head(f, r->span.begin, indent, r->name);
	print_block(f, &r->block, indent + INDENT);
}

/* A section of nodes with keys of their own. */
#define PRINT_NODES(f, indent, word, type, list, print)                      \
	do {                                                                 \
		const struct type *n_ = (list);                              \
		if (n_) {                                                    \
			fmt_blank(f);                                        \
			print_section(f, n_->span.begin, indent, word);      \
		}                                                            \
		for (; n_; n_ = n_->next)                                    \
			print(f, n_, (indent) + INDENT);                     \
	} while (0)

static void
print_block(struct fmt *f, const struct block *b, int indent)
{
	PRINT_PAIRS(f, indent, "config", rule, b->configs, put_text);
	PRINT_PAIRS(f, indent, "size", value, b->sizes, fmt_value);
	PRINT_PAIRS(f, indent, "number", value, b->numbers, fmt_value);
	PRINT_PAIRS(f, indent, "flag", value, b->flags, fmt_value);
	PRINT_PAIRS(f, indent, "text", value, b->texts, fmt_value);
	PRINT_PAIRS(f, indent, "list", value, b->lists, fmt_value);
	PRINT_PAIRS(f, indent, "let", let, b->lets, fmt_let);
	PRINT_PAIRS(f, indent, "variant", rule, b->variants, fmt_variant);
	PRINT_LIST(f, indent, "require", rule, b->requires, fmt_require);
	print_undecidable(f, b->undecidable, indent);
	PRINT_NODES(f, indent, "layout", layout, b->layouts, print_layout);
	PRINT_NODES(f, indent, "tensor", tensor, b->tensors, print_tensor);
	PRINT_LIST(f, indent, "pack", pack, b->packs, fmt_pack);
	PRINT_NODES(f, indent, "keep", keep, b->keeps, print_keep);
	PRINT_LIST(f, indent, "group", group, b->groups, fmt_group);
	PRINT_NODES(f, indent, "rows", rows, b->rows, print_rows);
	PRINT_LIST(f, indent, "use", use, b->uses, fmt_use);
}

static void
print_model(struct fmt *f, const struct model *m)
{
	if (m->name)
		print_line(f, m->span.begin, 0, "model", m->name);
	print_plain(f, 0, "title", m->title);
	print_block(f, &m->block, 0);
}

void
fmt_yaml(const struct model *m, struct out *out)
{
	out_puts(out, "");
	fmt_run(m, out, print_model);
}
