/* What the parts of the YAML reader share: walks over the tree of yaml_tree.h
 * that read its texts as leaves. */
#ifndef READ_YAML_H
#define READ_YAML_H

#include "reader.h"
#include "yaml_tree.h"

enum { IN_FILE = 1, IN_TOP = 2, IN_LAYOUT = 4, IN_TENSOR = 8 };

enum word {
#define WORD(text, token, where) WORD_##token,
#include "words.def"
#undef WORD
	WORD_NONE
};

struct yaml {
	struct ast *ast;
	struct scope scope;
	struct places **places; /* open: where yaml_place puts lines */
	struct name *owners;    /* and whose lines they are */
	const struct yaml_node *title; /* of the model: its key */
};

typedef void yaml_read(struct yaml *, const struct yaml_node *);

/* What the text of a node says, read as a leaf; NULL with an error. */
void *yaml_leaf(struct yaml *, const struct yaml_node *, enum leaf);

/* A text of one line that says itself; NULL with an error. */
atom yaml_plain(struct yaml *, const struct yaml_node *);

/* Each item of a list; what is no list is its own only item. */
void yaml_each(struct yaml *, const struct yaml_node *, yaml_read *);

/* Each value of a mapping, with its key; `what` the keys and values are. */
void yaml_each_pair(struct yaml *, const struct yaml_node *, const char *what,
                    yaml_read *);

/* The word that a key is, if it is one that stands there (IN_…); WORD_NONE with
 * an error. */
enum word yaml_word(struct yaml *, const struct yaml_node *key, int where);
bool yaml_is_word(const struct yaml_node *key);

/* What a block and a layout share: named values, variants, requirements. False
 * if the word is none of these. */
bool yaml_shared(struct yaml *, enum word, const struct yaml_node *);

/* A line of a table, for y->owners. */
void yaml_place(struct yaml *, const struct yaml_node *);

/* A layout, its key the name. */
void yaml_layout(struct yaml *, const struct yaml_node *);

#endif
