/* The YAML spelling: the nesting is YAML's, every text is a leaf that the
 * grammar of the DSL reads. */
#include "read_yaml.h"

#include <string.h>

#include "read.h"

static const struct {
	const char *text;
	int where;
} words[] = {
#define WORD(text, token, where) {text, where},
#include "words.def"
#undef WORD
};

static void
expected(struct yaml *y, const struct yaml_node *node, const char *what)
{
	diag_error(y->ast->diags, node->span, NULL, "expected %s", what);
}

void *
yaml_leaf(struct yaml *y, const struct yaml_node *node, enum leaf kind)
{
	if (node->kind == YAML_TEXT)
		return reader_leaf(y->ast, &node->text, kind);
	expected(y, node, "a text, found a list or a mapping; a text that "
	         "begins with '[' or '{' stands in single quotes");
	return NULL;
}

atom
yaml_plain(struct yaml *y, const struct yaml_node *node)
{
	const struct text *t = &node->text;

	if (node->kind != YAML_TEXT || node->empty ||
	    memchr(t->bytes, '\n', t->size)) {
		expected(y, node, "a text of one line");
		return NULL;
	}
	return atom_of(y->ast->atoms, t->bytes, t->size);
}

void
yaml_each(struct yaml *y, const struct yaml_node *node, yaml_read *read)
{
	if (node->kind != YAML_LIST) {
		read(y, node);
		return;
	}
	for (const struct yaml_node *n = node->first; n; n = n->next)
		read(y, n);
}

void
yaml_each_pair(struct yaml *y, const struct yaml_node *node, const char *what,
          yaml_read *read)
{
	if (node->empty)
		return;
	if (node->kind != YAML_MAP) {
		expected(y, node, what);
		return;
	}
	for (const struct yaml_node *n = node->first; n; n = n->next)
		if (!n->twice)
			read(y, n);
}

static void
unknown_key(struct yaml *y, const struct yaml_node *key, int where)
{
	const char *known[WORD_NONE], *near;
	struct out o = {.arena = y->ast->arena};
	int n = 0;

	for (int i = 0; i < WORD_NONE; i++)
		if (words[i].where & where)
			known[n++] = words[i].text;
	near = diag_nearest(key->text.bytes, known, n);
	for (int i = 0; i < n; i++)
		out_printf(&o, i ? ", %s" : "%s", known[i]);
	if (near)
		diag_error(y->ast->diags, key->span, NULL, "unknown key "
		           "'%.60s'; did you mean '%s'?", key->text.bytes,
		           near);
	else
		diag_error(y->ast->diags, key->span, NULL, "unknown key "
		           "'%.60s'; the keys here are %s", key->text.bytes,
		           o.text);
}

static enum word
find_word(const struct yaml_node *key)
{
	for (int i = 0; i < WORD_NONE; i++)
		if (strcmp(words[i].text, key->text.bytes) == 0)
			return (enum word)i;
	return WORD_NONE;
}

bool
yaml_is_word(const struct yaml_node *key)
{
	return find_word(key) != WORD_NONE;
}

enum word
yaml_word(struct yaml *y, const struct yaml_node *key, int where)
{
	enum word w = find_word(key);

	if (w != WORD_NONE && words[w].where & where)
		return w;
	unknown_key(y, key, where);
	return WORD_NONE;
}

/* Values and rules, in a block and in a layout. */
static void
read_value(struct yaml *y, const struct yaml_node *n, enum value_kind kind)
{
	static const enum leaf leaves[] = {
		LEAF_VALUE, LEAF_VALUE, LEAF_VALUE, LEAF_TEXT, LEAF_LIST
	};
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct value *value = yaml_leaf(y, n, leaves[kind]);

	if (name && value)
		ast_value(y->scope, kind, name, value);
}

static void
read_size(struct yaml *y, const struct yaml_node *n)
{
	read_value(y, n, VALUE_SIZE);
}

static void
read_number(struct yaml *y, const struct yaml_node *n)
{
	read_value(y, n, VALUE_NUMBER);
}

static void
read_flag(struct yaml *y, const struct yaml_node *n)
{
	read_value(y, n, VALUE_FLAG);
}

static void
read_text(struct yaml *y, const struct yaml_node *n)
{
	read_value(y, n, VALUE_TEXT);
}

static void
read_list(struct yaml *y, const struct yaml_node *n)
{
	read_value(y, n, VALUE_LIST);
}

static void
read_let(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct let *let = yaml_leaf(y, n, LEAF_LET);

	if (name && let)
		ast_let(y->scope, name, let);
}

static void
read_variant(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct rule *variant = yaml_leaf(y, n, LEAF_VARIANT);

	if (name && variant)
		ast_variant(y->scope, name, variant);
}

static void
read_require(struct yaml *y, const struct yaml_node *n)
{
	struct rule *r = yaml_leaf(y, n, LEAF_REQUIRE);

	if (r)
		ast_require(y->scope, r);
}

bool
yaml_shared(struct yaml *y, enum word word, const struct yaml_node *n)
{
	static const char pairs[] = "names with their values, as in "
	                            "'H: hidden_size'";

	switch (word) {
	case WORD_SIZE:
		yaml_each_pair(y, n, pairs, read_size);
		return true;
	case WORD_QUANTITY:
		yaml_each_pair(y, n, pairs, read_number);
		return true;
	case WORD_FLAG:
		yaml_each_pair(y, n, pairs, read_flag);
		return true;
	case WORD_TEXT:
		yaml_each_pair(y, n, pairs, read_text);
		return true;
	case WORD_LIST:
		yaml_each_pair(y, n, pairs, read_list);
		return true;
	case WORD_LET:
		yaml_each_pair(y, n, pairs, read_let);
		return true;
	case WORD_VARIANT:
		yaml_each_pair(y, n, pairs, read_variant);
		return true;
	case WORD_REQUIRE:
		yaml_each(y, n, read_require);
		return true;
	default:
		return false;
	}
}

/* The table. */
void
yaml_place(struct yaml *y, const struct yaml_node *n)
{
	struct place *line = yaml_leaf(y, n, LEAF_PLACE);

	if (line)
		ast_add_place(y->ast, y->places, y->owners, line);
}

static void
read_optional(struct yaml *y, const struct yaml_node *n, struct tensor *t)
{
	struct expr *e = yaml_leaf(y, n, LEAF_EXPR);

	if (e && e->kind != EXPR_TRUE && e->kind != EXPR_FALSE)
		expected(y, n, "true or false");
	t->optional = e && e->kind == EXPR_TRUE;
}

static void
read_attribute(struct yaml *y, const struct yaml_node *n, struct tensor *t)
{
	struct name *routed;

	switch (yaml_word(y, n->key, IN_TENSOR)) {
	case WORD_FOR:
		t->families = yaml_leaf(y, n, LEAF_FAMILIES);
		break;
	case WORD_OPTIONAL:
		read_optional(y, n, t);
		break;
	case WORD_IF:
		t->when = yaml_leaf(y, n, LEAF_EXPR);
		break;
	case WORD_ROUTED:
		routed = yaml_leaf(y, n, LEAF_NAME);
		t->routed = routed ? routed->text : NULL;
		t->routed_span = n->span;
		break;
	default:
		break;
	}
}

static void
read_tensor(struct yaml *y, const struct yaml_node *n)
{
	struct tensor *t = yaml_leaf(y, n->key, LEAF_TENSOR);

	if (!t)
		t = arena_alloc(y->ast->arena, sizeof *t);
	else
		ast_tensor(y->scope, t);
	if (n->kind != YAML_MAP && !n->empty)
		expected(y, n, "layouts with their keys, as in "
		         "'split: model.norm.weight'");
	for (const struct yaml_node *v = n->first; v; v = v->next) {
		if (n->kind != YAML_MAP)
			return;
		if (yaml_is_word(v->key)) {
			read_attribute(y, v, t);
			continue;
		}
		y->places = &t->places;
		y->owners = yaml_leaf(y, v->key, LEAF_NAMES);
		if (y->owners)
			yaml_each(y, v, yaml_place);
	}
}

static void
read_pack(struct yaml *y, const struct yaml_node *n)
{
	struct pack *p = yaml_leaf(y, n, LEAF_PACK);

	if (p)
		ast_pack(y->ast, y->scope, p);
}

static void
read_keep_line(struct yaml *y, const struct yaml_node *n)
{
	struct key *key = yaml_leaf(y, n, LEAF_KEY);

	if (key)
		ast_add_keep(y->ast, y->places, y->owners, key);
}

static void
read_kept(struct yaml *y, const struct yaml_node *n)
{
	y->owners = yaml_leaf(y, n->key, LEAF_NAMES);
	if (y->owners)
		yaml_each(y, n, read_keep_line);
}

static void
read_keep(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	struct keep *k = name ? ast_keep(y->ast, y->scope, name) : NULL;

	if (!k)
		return;
	y->places = &k->places;
	yaml_each_pair(y, n, "layouts with their keys", read_kept);
}

static void
read_group(struct yaml *y, const struct yaml_node *n)
{
	struct name *tensors = yaml_leaf(y, n, LEAF_GROUP);

	if (tensors)
		ast_group(y->ast, y->scope, n->span, tensors);
}

static void
read_use(struct yaml *y, const struct yaml_node *n)
{
	struct use *use = yaml_leaf(y, n, LEAF_USE);

	if (use)
		ast_use(y->scope, use);
}

static void
read_config(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);
	atom text = yaml_plain(y, n);

	if (name && text)
		ast_config(y->ast, y->scope, name, text);
}

static void
read_undecidable(struct yaml *y, const struct yaml_node *n)
{
	struct name *pair = yaml_leaf(y, n, LEAF_PAIR);

	if (pair)
		ast_undecidable(y->scope, pair);
}

static void read_statement(struct yaml *, const struct yaml_node *);

static void
read_rows(struct yaml *y, const struct yaml_node *n)
{
	struct scope outer = y->scope;
	struct name *name = yaml_leaf(y, n->key, LEAF_NAME);

	if (!name)
		return;
	y->scope.block = &ast_rows(y->ast, y->scope, name)->block;
	yaml_each_pair(y, n, "statements, as in 'tensor:'", read_statement);
	y->scope = outer;
}

static void
read_model(struct yaml *y, const struct yaml_node *n)
{
	struct name *name = yaml_leaf(y, n, LEAF_NAME);

	if (name)
		ast_model(y->ast, y->scope, name, y->scope.model->title);
}

static void
read_table(struct yaml *y, enum word word, const struct yaml_node *n)
{
	switch (word) {
	case WORD_CONFIG:
		yaml_each_pair(y, n, "names of configs, each with what it is",
		               read_config);
		break;
	case WORD_UNDECIDABLE:
		yaml_each(y, n, read_undecidable);
		break;
	case WORD_LAYOUT:
		yaml_each_pair(y, n, "names of layouts, each with its keys",
		               yaml_layout);
		break;
	case WORD_TENSOR:
		yaml_each_pair(y, n, "tensors, as in 'norm [h]:'",
		               read_tensor);
		break;
	case WORD_PACK:
		yaml_each(y, n, read_pack);
		break;
	case WORD_KEEP:
		yaml_each_pair(y, n, "names, each with its layouts and keys",
		               read_keep);
		break;
	case WORD_GROUP:
		yaml_each(y, n, read_group);
		break;
	case WORD_ROWS:
		yaml_each_pair(y, n, "names, each with its rows", read_rows);
		break;
	case WORD_USE:
		yaml_each(y, n, read_use);
		break;
	default:
		break;
	}
}

static void
read_title(struct yaml *y, const struct yaml_node *n)
{
	struct model *m = y->scope.model;

	m->title = yaml_plain(y, n);
	y->title = n->key;
}

/* One key of a file or of a block of rows. */
static void
read_statement(struct yaml *y, const struct yaml_node *n)
{
	struct model *m = y->scope.model;
	int where = y->scope.block == &m->block ? IN_FILE | IN_TOP : IN_TOP;
	enum word word = yaml_word(y, n->key, where);

	if (word == WORD_MODEL)
		read_model(y, n);
	else if (word == WORD_TITLE)
		read_title(y, n);
	else if (!yaml_shared(y, word, n))
		read_table(y, word, n);
}

struct model *
read_yaml(struct ast *ast, int source)
{
	struct model *m = arena_alloc(ast->arena, sizeof *m);
	struct yaml y = {.ast = ast, .scope = {m, &m->block, NULL}};
	struct yaml_node *root = yaml_tree(ast, source, &m->comments);

	m->span.file = source;
	if (root)
		yaml_each_pair(&y, root, "statements, as in 'model: NAME'",
		               read_statement);
	if (y.title && !m->name)
		diag_error(ast->diags, y.title->span, NULL, "a title without "
		           "a 'model: NAME'");
	ast_close(m);
	return m;
}
