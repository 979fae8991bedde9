/* YAML as a tree: nesting and scalars with exact places, nothing typed. */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include "ast.h"
#include "lex.h"

enum {
	YAML_DEPTH_MAX = 32,        /* lists and mappings in each other */
	YAML_EVENTS_MAX = 1000000,  /* scalars, and begins and ends of others */
};

enum yaml_kind { YAML_TEXT, YAML_MAP, YAML_LIST };

struct yaml_node {
	struct yaml_node *next;  /* in a list or a mapping */
	struct yaml_node *first; /* of a list or a mapping */
	struct yaml_node *key;   /* of a value in a mapping: a YAML_TEXT */
	enum yaml_kind kind;
	struct span span;        /* of a mapping or list: where it begins */
	struct text text;        /* what a YAML_TEXT says, and where */
	bool empty;              /* nothing was written: `key:` */
	bool twice;              /* its key is there before; an error */
};

/* The one document of a source, or NULL with an error in ast->diags. Anchors,
 * aliases, tags, directives, second documents, block scalars, keys that are no
 * text and keys that are there twice are errors. The comments of the file, in
 * order, are linked into *comments (open). */
struct yaml_node *yaml_tree(struct ast *, int source,
                            struct comment **comments);

/* How a scalar is written. */
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE };

/* What the bytes begin .. end of a source say as a scalar, each byte of it with
 * its place. False if they say something else than `said`; then all of it is
 * at `begin`. */
bool yaml_scalar(struct ast *, int source, size_t begin, size_t end,
                 enum yaml_style, const char *said, size_t size,
                 struct text *);

#endif
