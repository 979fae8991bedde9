#include <string.h>

#include "read_yaml.h"

static void
read_detect(struct yaml *y, const struct yaml_node *n)
{
	struct expr *e = yaml_leaf(y, n, LEAF_EXPR);
	struct rule *r;

	if (!e)
		return;
	r = ast_rule(y->ast, n->span, e, NULL);
	list_add(y->scope.layout->detects, r);
}

static void
read_option(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct rule *option = yaml_leaf(y, n, LEAF_OPTION);

	if (name && option)
		ast_option(y->scope.layout, name, option);
}

static void
read_drop(struct yaml *y, const struct yaml_node *n)
{
	struct rule *drop = yaml_leaf(y, n, LEAF_DROP);

	if (drop)
		list_add(y->scope.layout->drops, drop);
}

/* The name of a file. */
static struct rule *
read_name(struct yaml *y, const struct yaml_node *n)
{
	atom file = yaml_plain(y, n);

	return file ? ast_rule(y->ast, n->span, NULL, file) : NULL;
}

static void
read_config(struct yaml *y, const struct yaml_node *n)
{
	struct rule *r = read_name(y, n);

	if (r)
		list_add(y->scope.layout->configs, r);
}

static void
read_file(struct yaml *y, const struct yaml_node *n)
{
	struct rule *r = read_name(y, n);

	if (r)
		list_add(y->scope.layout->files, r);
}

static void
read_metadata(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct expr *e = yaml_leaf(y, n, LEAF_EXPR);

	if (name && e)
		ast_metadata(y->scope.layout, name,
		             ast_rule(y->ast, n->span, e, NULL));
}

static void
read_families(struct yaml *y, const struct yaml_node *n)
{
	struct family *f = yaml_leaf(y, n, LEAF_FAMILIES), *next;

	for (; f; f = next) {
		next = f->next;
		list_add(y->scope.layout->families, f);
	}
}

static void
read_edit(struct yaml *y, const struct yaml_node *n, enum leaf kind)
{
	struct edit *e = yaml_leaf(y, n, kind);

	if (e)
		list_add(y->scope.layout->edits, e);
}

static void
read_set(struct yaml *y, const struct yaml_node *n)
{
	read_edit(y, n, LEAF_SET);
}

static void
read_remove(struct yaml *y, const struct yaml_node *n)
{
	read_edit(y, n, LEAF_REMOVE);
}

static void
read_rename(struct yaml *y, const struct yaml_node *n)
{
	read_edit(y, n, LEAF_RENAME);
}

static void
read_insert(struct yaml *y, const struct yaml_node *n)
{
	read_edit(y, n, LEAF_INSERT);
}

static void
read_delete(struct yaml *y, const struct yaml_node *n)
{
	read_edit(y, n, LEAF_DELETE);
}

/* PATH: VALUE, optional PATH: VALUE */
static void
read_set_pair(struct yaml *y, const struct yaml_node *n)
{
	struct edit *field = yaml_leaf(y, n->key, LEAF_FIELD);
	struct edit *e = yaml_leaf(y, n, LEAF_SET_VALUE);

	if (!field || !e)
		return;
	e->path = field->path;
	e->optional = field->optional;
	e->span = n->key->span;
	list_add(y->scope.layout->edits, e);
}

static void
read_places(struct yaml *y, const struct yaml_node *n)
{
	y->places = &y->scope.layout->places;
	y->owners = yaml_leaf(y, n->key, LEAF_NAMES);
	if (y->owners)
		yaml_each(y, n, yaml_place);
}

static void
read_format(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n, LEAF_NAME);

	if (name)
		ast_format(y->ast, y->scope.layout, name);
}

static void
read_of(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n, LEAF_NAME);

	y->scope.layout->model = name ? name->text : NULL;
}

static void
read_as(struct yaml *y, const struct yaml_node *n)
{
	ast_alias(y->scope.layout, yaml_leaf(y, n, LEAF_NAME));
}

static void
read_edits(struct yaml *y, enum word word, const struct yaml_node *n)
{
	switch (word) {
	case WORD_SET:
		if (n->kind == YAML_MAP)
			yaml_each_pair(y, n, "", read_set_pair);
		else
			yaml_each(y, n, read_set);
		break;
	case WORD_REMOVE:
		yaml_each(y, n, read_remove);
		break;
	case WORD_RENAME:
		yaml_each(y, n, read_rename);
		break;
	case WORD_INSERT:
		yaml_each(y, n, read_insert);
		break;
	case WORD_DELETE:
		yaml_each(y, n, read_delete);
		break;
	default:
		break;
	}
}

/* One key of a layout. */
static void
read_statement(struct yaml *y, const struct yaml_node *n)
{
	enum word word = yaml_word(y, n->key, IN_LAYOUT);

	switch (word) {
	case WORD_TITLE:
		y->scope.layout->title = yaml_plain(y, n);
		break;
	case WORD_OF:
		read_of(y, n);
		break;
	case WORD_AS:
		read_as(y, n);
		break;
	case WORD_FORMAT:
		yaml_each(y, n, read_format);
		break;
	case WORD_FOR:
		yaml_each(y, n, read_families);
		break;
	case WORD_DETECT:
		yaml_each(y, n, read_detect);
		break;
	case WORD_OPTION:
		yaml_each_pair(y, n, "options with their values", read_option);
		break;
	case WORD_DROP:
		yaml_each(y, n, read_drop);
		break;
	case WORD_CONFIG:
		yaml_each(y, n, read_config);
		break;
	case WORD_FILE:
		yaml_each(y, n, read_file);
		break;
	case WORD_METADATA:
		yaml_each_pair(y, n, "names with their values", read_metadata);
		break;
	case WORD_PLACE:
		yaml_each_pair(y, n, "tensors with their keys", read_places);
		break;
	default:
		if (!yaml_shared(y, word, n))
			read_edits(y, word, n);
	}
}

void
yaml_layout(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);

	if (!name)
		return;
	y->scope.layout = ast_layout(y->ast, y->scope, name);
	yaml_each_pair(y, n, "keys of a layout, as in 'detect:'",
	               read_statement);
	y->scope.layout = NULL;
}
