#include "yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "ast_build.h"

enum { STRIDE = 64 };

struct tree {
	struct ast *ast;
	const struct source *source;
	int file;
	size_t begin;     /* behind a byte order mark */
	uint32_t *chars;  /* the byte of each STRIDEth character */
	size_t n_chars;
	yaml_parser_t parser;
	struct yaml_node *open[YAML_DEPTH_MAX];
	struct yaml_node *key[YAML_DEPTH_MAX]; /* waits for its value */
	int depth, events, documents;
	bool failed;
	struct yaml_node *root;
	struct comment **comments; /* open */
	size_t gap;       /* the end of what was read: comments are behind it */
};

/* libyaml's marks count characters. */
static void
index_chars(struct tree *t)
{
	const struct source *s = t->source;
	size_t n = 0;

	t->begin = strncmp(s->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (size_t i = t->begin; i < s->size; i++) {
		if (((unsigned char)s->text[i] & 0xc0) == 0x80)
			continue;
		if (n++ % STRIDE)
			continue;
		t->chars = arena_grow(t->ast->arena, t->chars, t->n_chars,
		                      sizeof *t->chars);
		t->chars[t->n_chars++] = (uint32_t)i;
	}
}

static size_t
byte_of(const struct tree *t, yaml_mark_t mark)
{
	const char *s = t->source->text;
	size_t k = mark.index / STRIDE, n = mark.index % STRIDE;
	size_t i = k < t->n_chars ? t->chars[k] : t->source->size;

	for (; n > 0 && i < t->source->size; n--)
		do
			i++;
		while (((unsigned char)s[i] & 0xc0) == 0x80);
	return i;
}

static struct span
span_of(const struct tree *t, yaml_mark_t begin, yaml_mark_t end)
{
	return (struct span){t->file, (uint32_t)byte_of(t, begin),
	                     (uint32_t)byte_of(t, end)};
}

static struct diag *
fail(struct tree *t, struct span at, const char *text)
{
	t->failed = true;
	return diag_error(t->ast->diags, at, NULL, "%s", text);
}

static void
add_comment(struct tree *t, enum comment_kind kind, size_t begin, size_t end)
{
	struct comment *c = arena_alloc(t->ast->arena, sizeof *c);
	const char *s = t->source->text;

	while (end > begin && strchr(" \t\r", s[end - 1]))
		end--;
	c->kind = kind;
	c->span = (struct span){t->file, (uint32_t)begin, (uint32_t)end};
	while (kind == COMMENT_LINE && begin > t->begin + (size_t)c->column &&
	       s[begin - (size_t)c->column - 1] != '\n')
		c->column++;
	if (kind != COMMENT_BLANK)
		c->text = atom_of(t->ast->atoms, s + begin, end - begin);
	list_add(*t->comments, c);
}

/* Behind `size:` or `-` a comment belongs to what follows. */
static bool
opens(const struct tree *t, size_t hash)
{
	const char *s = t->source->text;

	while (hash > t->begin && strchr(" \t", s[hash - 1]))
		hash--;
	return hash > t->begin && strchr(":-", s[hash - 1]);
}

/* The comments and blank lines up to where the next event begins. */
static void
read_gap(struct tree *t, size_t to)
{
	const char *s = t->source->text;
	bool line = t->gap == t->begin, blank = line;

	for (size_t i = t->gap; i < to; i++) {
		size_t begin = i;

		if (s[i] == '\n') {
			if (line && !blank)
				add_comment(t, COMMENT_BLANK, i, i);
			blank = line;
			line = true;
			continue;
		}
		if (strchr(" \t\r", s[i]))
			continue;
		if (s[i] == '#') {
			while (i + 1 < to && s[i + 1] != '\n')
				i++;
			add_comment(t, line || opens(t, begin) ? COMMENT_LINE
			            : COMMENT_TRAILING, begin, i + 1);
		}
		line = blank = false;
	}
	if (to > t->gap)
		t->gap = to;
}

/* Finds keys that are there twice. */
static int
compare(const void *a, const void *b)
{
	const struct yaml_node *x = *(struct yaml_node *const *)a;
	const struct yaml_node *y = *(struct yaml_node *const *)b;
	int order = strcmp(x->key->text.bytes, y->key->text.bytes);

	return order ? order : x->key->span.begin < y->key->span.begin ? -1 : 1;
}

static void
check_keys(struct tree *t, const struct yaml_node *map)
{
	struct yaml_node **list = NULL;
	size_t n = 0;
	struct diag *g;

	for (struct yaml_node *v = map->first; v; v = v->next) {
		list = arena_grow(t->ast->arena, list, n, sizeof *list);
		list[n++] = v;
	}
	if (n > 1)
		qsort(list, n, sizeof *list, compare);
	for (size_t i = 1, first = 0; i < n; i++) {
		const struct yaml_node *k = list[i]->key;

		list[i]->twice = true;
		if (strcmp(k->text.bytes, list[first]->key->text.bytes) != 0) {
			list[i]->twice = false;
			first = i;
			continue;
		}
		g = diag_error(t->ast->diags, k->span, NULL,
		               "the key '%.60s' is there twice",
		               k->text.bytes);
		diag_note(t->ast->diags, g, list[first]->key->span,
		          "the first is here");
	}
}

/* Puts a node where it belongs: the root, an item, a key or a value. */
static void
place_node(struct tree *t, struct yaml_node *node)
{
	struct yaml_node *up;

	if (t->depth == 0) {
		t->root = node;
		return;
	}
	up = t->open[t->depth - 1];
	if (up->kind == YAML_LIST) {
		list_add(up->first, node);
	} else if (!t->key[t->depth - 1]) {
		if (node->kind != YAML_TEXT)
			fail(t, node->span, "a key is a text, not a list or "
			     "a mapping; one that begins with '[' or '{' "
			     "stands in single quotes");
		t->key[t->depth - 1] = node;
	} else {
		node->key = t->key[t->depth - 1];
		t->key[t->depth - 1] = NULL;
		list_add(up->first, node);
	}
}

static struct yaml_node *
new_node(struct tree *t, enum yaml_kind kind, const yaml_event_t *e)
{
	struct yaml_node *node = arena_alloc(t->ast->arena, sizeof *node);

	node->kind = kind;
	node->span = span_of(t, e->start_mark, e->end_mark);
	return node;
}

static void
begin_node(struct tree *t, enum yaml_kind kind, const yaml_event_t *e)
{
	struct yaml_node *node = new_node(t, kind, e);

	if (t->depth == YAML_DEPTH_MAX) {
		fail(t, node->span, "lists and mappings are nested more than "
		     "32 deep");
		return;
	}
	place_node(t, node);
	t->open[t->depth] = node;
	t->key[t->depth] = NULL;
	t->depth++;
}

static void
end_node(struct tree *t)
{
	struct yaml_node *node = t->open[--t->depth];

	list_close(node->first);
	if (node->kind == YAML_MAP)
		check_keys(t, node);
}

/* Control characters would be no words, and a NUL ends the text. */
static void
check_text(struct tree *t, const struct text *text)
{
	for (size_t i = 0; i < text->size; i++) {
		unsigned char c = (unsigned char)text->bytes[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t' || c == '\n')
			continue;
		fail(t, lex_span(text, i, i + 1), "a text has no control "
		     "characters");
		return;
	}
}

static void
add_text(struct tree *t, const yaml_event_t *e)
{
	struct yaml_node *node = new_node(t, YAML_TEXT, e);
	yaml_scalar_style_t style = e->data.scalar.style;
	const char *said = (const char *)e->data.scalar.value;
	size_t size = e->data.scalar.length;

	if (style == YAML_LITERAL_SCALAR_STYLE ||
	    style == YAML_FOLDED_SCALAR_STYLE) {
		node->span.end = node->span.begin + 1;
		fail(t, node->span, "a text in '|' or '>' style is not read; "
		     "one that begins with such a sign stands in single "
		     "quotes");
	}
	node->empty = style == YAML_PLAIN_SCALAR_STYLE && size == 0;
	yaml_scalar(t->ast, t->file, node->span.begin, node->span.end,
	            style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? YAML_SINGLE
	            : style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? YAML_DOUBLE
	            : YAML_PLAIN, said, size, &node->text);
	check_text(t, &node->text);
	place_node(t, node);
}

/* What a node may not have in front. */
static void
check_front(struct tree *t, const yaml_event_t *e, const yaml_char_t *anchor,
            const yaml_char_t *tag)
{
	struct span at = span_of(t, e->start_mark, e->end_mark);

	if (anchor)
		fail(t, at, "anchors and aliases are not allowed; a text that "
		     "begins with '&' or '*' stands in single quotes");
	else if (tag)
		fail(t, at, "tags are not allowed; a text that begins with "
		     "'!' stands in single quotes");
}

static void
begin_document(struct tree *t, const yaml_event_t *e)
{
	struct span at = span_of(t, e->start_mark, e->end_mark);

	if (++t->documents > 1)
		fail(t, at, "a file has one YAML document, this is a second "
		     "one");
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start !=
	    e->data.document_start.tag_directives.end)
		fail(t, at, "YAML directives are not allowed; a text that "
		     "begins with '%' stands in single quotes");
}

static void
read_event(struct tree *t, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		begin_document(t, e);
		break;
	case YAML_ALIAS_EVENT:
		check_front(t, e, e->data.alias.anchor, NULL);
		break;
	case YAML_SCALAR_EVENT:
		check_front(t, e, e->data.scalar.anchor, e->data.scalar.tag);
		add_text(t, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		check_front(t, e, e->data.sequence_start.anchor,
		            e->data.sequence_start.tag);
		begin_node(t, YAML_LIST, e);
		break;
	case YAML_MAPPING_START_EVENT:
		check_front(t, e, e->data.mapping_start.anchor,
		            e->data.mapping_start.tag);
		begin_node(t, YAML_MAP, e);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		end_node(t);
		break;
	default:
		break;
	}
}

/* libyaml's own error, in words that help. */
static void
explain(struct tree *t)
{
	const yaml_parser_t *p = &t->parser;
	const char *problem = p->problem ? p->problem : "not YAML";
	size_t i = p->error == YAML_READER_ERROR
	         ? t->begin + p->problem_offset : byte_of(t, p->problem_mark);
	char c = i < t->source->size ? t->source->text[i] : '\0';
	struct span at = {t->file, (uint32_t)i, (uint32_t)i};
	struct diag *g;

	if (c == '\t')
		problem = "a tab cannot stand here: YAML is indented by blanks";
	else if (strstr(problem, "cannot start any token"))
		problem = "a text cannot begin with this sign, it stands in "
		          "single quotes then";
	else if (i && strchr("]}", t->source->text[i - 1]))
		problem = "a list or a mapping cannot go on like this; a text "
		          "that begins with '[' or '{' stands in single quotes";
	else if (strstr(problem, "mapping values are not allowed"))
		problem = "a ':' before a blank makes a key, which cannot "
		          "stand here; a text that has it stands in single "
		          "quotes";
	g = fail(t, at, problem);
	if (p->context && p->error != YAML_READER_ERROR)
		diag_note(t->ast->diags, g,
		          span_of(t, p->context_mark, p->context_mark),
		          "%s", p->context);
}

static bool
next_event(struct tree *t)
{
	struct span at = {t->file, 0, 0};
	yaml_event_t e;
	bool more;

	if (!yaml_parser_parse(&t->parser, &e)) {
		explain(t);
		return false;
	}
	more = e.type != YAML_STREAM_END_EVENT;
	at.begin = at.end = (uint32_t)byte_of(t, e.start_mark);
	read_gap(t, at.begin);
	if (byte_of(t, e.end_mark) > t->gap)
		t->gap = byte_of(t, e.end_mark);
	if (++t->events > YAML_EVENTS_MAX) {
		fail(t, at, "a model file has at most 1,000,000 texts, lists "
		     "and mappings");
		more = false;
	} else {
		read_event(t, &e);
	}
	yaml_event_delete(&e);
	return more && !t->failed;
}

struct yaml_node *
yaml_tree(struct ast *ast, int source, struct comment **comments)
{
	struct tree t = {
		.ast = ast, .file = source, .comments = comments,
		.source = &ast->diags->sources->list[source],
	};

	index_chars(&t);
	t.gap = t.begin;
	if (!yaml_parser_initialize(&t.parser)) {
		fail(&t, (struct span){-1, 0, 0}, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&t.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&t.parser, (const unsigned char *)t.source->text + t.begin,
		t.source->size - t.begin);
	while (next_event(&t))
		;
	yaml_parser_delete(&t.parser);
	return t.failed ? NULL : t.root;
}
