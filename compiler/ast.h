/* The tree of a model file. Both readers build it through the same ast_*()
 * calls, both spellings of one model give the same tree, and nobody changes it
 * afterwards. Children are singly linked lists in the order of the text; the
 * things of a block are kept apart by kind, because their order across kinds
 * means nothing. */
#ifndef AST_H
#define AST_H

#include <stdbool.h>
#include <stdint.h>

#include "atom.h"
#include "diag.h"
#include "out.h"

/* A name and where it stands; also an element of a list of names. */
struct name {
	struct name *next;
	struct span span;
	atom text;
};

enum { AST_DEPTH_MAX = 1000 }; /* so that whoever walks it may recurse */

/* Expressions: sizes, conditions and predicates are one language. */
enum expr_kind {
	EXPR_INT,             /* integer */
	EXPR_REAL,            /* real */
	EXPR_TEXT,            /* text: "full_attention" */
	EXPR_TRUE, EXPR_FALSE,
	EXPR_NAME,            /* text: l, H, text_config.hidden_size,
	                       * config.tie_word_embeddings (dotted) */
	EXPR_INDEX,           /* a[b]: kind[l], rope.sections[0] */
	EXPR_LIST,            /* [E, 2*F, H]: elements linked from a */
	EXPR_CALL,            /* text(a, a->next, …): min, max, lcm, sqrt,
	                       * version, matching */
	EXPR_PATTERN,         /* pattern(a, key) */
	EXPR_HAS, EXPR_COUNT, EXPR_DTYPE, EXPR_SHAPE, EXPR_DIAGONAL, /* key */
	EXPR_NOT, EXPR_NEG,   /* of a */
	EXPR_OR, EXPR_AND,
	EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE,
	EXPR_IN,              /* a in b: l in mlp_only_layers */
	EXPR_ADD, EXPR_SUB, EXPR_MUL, EXPR_DIV, EXPR_MOD,
};

struct expr {
	enum expr_kind kind;
	struct span span;
	struct expr *next;    /* in a list of expressions */
	struct expr *a, *b;
	int depth;            /* of the tree below; at most AST_DEPTH_MAX */
	int64_t integer;
	double real;
	atom text;
	struct key *key;
};

/* Axes expressions, and what is inside an index hole of several indices. */
enum factor_kind {
	FACTOR_NAME,          /* f; in a hole also s=pp-1, pinned by `amount`;
	                       * in a let also t:tp, sized by `amount` */
	FACTOR_ONE,           /* 1 */
	FACTOR_PRODUCT,       /* (e f): children */
	FACTOR_SUM,           /* (a:x + b:y): children, each with its term */
	FACTOR_MULTIPLE,      /* child^amount */
	FACTOR_EXACT,         /* child^=amount */
	FACTOR_CUT,           /* child/name */
};

struct factor {
	enum factor_kind kind;
	struct span span;
	struct factor *next;
	struct factor *child; /* the first child */
	atom name;
	atom term;            /* the row this term of a sum holds */
	struct expr *amount;
	int depth;            /* as of an expr */
};

/* Keys: literal text and holes in turn, or one regular expression. */
enum part_kind {
	PART_TEXT,            /* text */
	PART_NAME,            /* {l} {l - K} {t^=2} {p} {p:w1,w3} {prefix} */
	PART_GROUP,           /* {(c b)}: group */
	PART_SEGMENT,         /* {x.} */
	PART_ANY,             /* {x..} */
};

struct key_part {
	enum part_kind kind;
	struct span span;
	struct key_part *next;
	atom text;            /* the literal text, or the name in the hole */
	struct expr *shift;   /* {l - K}: -K as NEG; {l + K}: K; or NULL */
	struct expr *pin;     /* {s=pp-1}, or NULL */
	int width;            /* {t^=2}: 2; 0 without */
	struct name *labels;  /* {p:w1,w3}, or NULL */
	struct factor *group;
};

struct key {
	struct span span;
	struct key *next;     /* in the alternatives of a text */
	struct key_part *parts;
	atom regex;           /* /…/ without the slashes, or NULL */
};

/* `| stack e 0`, `| pad 1 128`, `| pad 0 = VP`, `| cast bf16`. */
struct op {
	struct span span;
	struct op *next;
	atom name;
	struct expr *args;    /* linked; a name is EXPR_NAME */
	bool exact;           /* pad with `=` */
};

/* One line of a place. Lines with the same list of owners form a group, in
 * the order of the text. */
enum place_form { PLACE_PLAIN, PLACE_WHEN, PLACE_ELSE, PLACE_ALSO,
                  PLACE_ALSO_OPTIONAL };

struct place {
	struct span span;
	struct place *next;
	enum place_form form;
	struct expr *when;    /* also of `also when …` (form stays ALSO) */
	struct key *key;
	struct key *directory; /* in rank{t}/ : rank{t}, or NULL */
	struct factor *axes;  /* linked, slowest first */
	bool has_axes;        /* [] of a scalar has none but is written */
	struct op *ops;
};

struct places {
	struct places *next;
	struct name *owners;  /* layouts; in a layout block: tensors */
	struct place *lines;
	bool full;            /* of the last: there were too many */
};

/* Named values. */
struct alternative {
	struct span span;
	struct alternative *next;
	struct expr *value;   /* of a size, flag or list; linked: A, B */
	struct key *text;     /* of a text: may have holes in `rows` */
	struct expr *when;    /* or NULL */
};

struct value {                /* size, number, flag, text, list */
	struct span span;     /* of the name */
	struct value *next;
	atom name;
	struct alternative *alternatives;
	/* list kind = … | for l < L "a" when C | "b": the computed one, tried
	 * after `alternatives`; its own are expressions. */
	struct family *computed;
	struct alternative *elements;
};

struct let {                  /* let f = (t:tp c), let p = up gate */
	struct span span;
	struct let *next;
	atom name;
	struct factor *split; /* the product, or NULL */
	struct name *labels;  /* or NULL */
	struct expr *when;    /* of labels; NULL: always */
};

enum family_kind {
	FAMILY_COUNT,         /* l < L */
	FAMILY_RANGE,         /* l in K .. L */
	FAMILY_LABELS,        /* p in gate up */
	FAMILY_OPEN,          /* b: as many as there are */
};

struct family {
	struct span span;
	struct family *next;
	enum family_kind kind;
	atom name;
	struct expr *from, *to; /* to is exclusive */
	struct name *labels;
};

struct axis {                 /* f, or f:FS */
	struct span span;
	struct axis *next;
	atom name;
	atom size;            /* or NULL */
};

struct rule {                 /* detect, require, variant, option … */
	struct span span;
	struct rule *next;
	atom name;            /* of a variant or an option */
	struct expr *value;   /* predicate; default of an option; alternatives
	                       * of an option linked behind it */
	struct expr *otherwise; /* of a variant */
	atom text;            /* message, reason or title; or NULL */
	struct key *key;      /* of drop */
};

enum edit_kind { EDIT_SET, EDIT_REMOVE, EDIT_RENAME, EDIT_INSERT,
                 EDIT_DELETE };

struct edit {                 /* set PATH = VALUE when C, … */
	struct span span;
	struct edit *next;
	enum edit_kind kind;
	struct expr *path;    /* EXPR_NAME or EXPR_INDEX */
	struct expr *value;   /* or NULL; of rename EXPR_TEXT, the new name */
	struct expr *when;
	bool optional;        /* set optional …: not asked of a source */
};

struct layout {
	struct span span;     /* of the name */
	struct layout *next;
	atom name, title;     /* title may be NULL */
	atom alias;           /* layout X as NAME, or NULL */
	struct span alias_span;
	atom model;           /* layout X for MODEL, or NULL */
	atom format;          /* or NULL: safetensors */
	struct span format_span;
	struct rule *detects; /* at most one is meant; more is a finding */
	struct rule *options, *requires, *drops, *variants;
	struct rule *configs; /* text is the file name */
	struct rule *files;   /* the same, of the weights */
	struct rule *metadata; /* NAME = value */
	struct value *sizes, *numbers, *flags, *texts, *lists;
	struct let *lets;
	struct family *families; /* for d < dp */
	struct edit *edits;   /* by kind, in the order of edit_kind */
	struct places *places; /* by columns: owners are tensors */
};

struct tensor {
	struct span span;
	struct tensor *next;
	atom name;
	struct axis *axes;
	struct family *families;
	bool optional;
	struct expr *when;    /* tensor head [v h] if C, or NULL */
	atom routed;          /* routed by ROW, or NULL */
	struct span routed_span;
	struct places *places;
};

struct pack {
	struct span span;
	struct pack *next;
	struct name *layouts;
	struct place *place;  /* one; form PLAIN or WHEN */
};

struct keep {
	struct span span;
	struct keep *next;
	atom name;
	struct places *places; /* keys only */
};

struct group {                /* group w with w_scale */
	struct span span;
	struct group *next;
	struct name *tensors; /* at least two */
};

struct setting {              /* L = M, hf.X = mtp.layers.{l} */
	struct span span;
	struct setting *next;
	atom layout;          /* or NULL */
	atom name;
	struct key *value;
};

struct use {
	struct span span;
	struct use *next;
	atom rows;            /* use ROWS as PREFIX with …, or NULL */
	atom prefix;
	struct setting *settings;
	atom file;            /* use "FILE", or NULL */
};

/* What may stand in a model, in `rows NAME { … }` and in a used file. */
struct block {
	struct value *sizes, *numbers, *flags, *texts, *lists;
	struct let *lets;
	struct rule *variants, *requires;
	struct rule *configs; /* name, and what it is of as the text */
	struct layout *layouts;
	struct tensor *tensors;
	struct pack *packs;
	struct keep *keeps;
	struct group *groups;
	struct rows *rows;
	struct use *uses;
	struct name *undecidable; /* pairs: first, second, first, … */
};

struct rows {
	struct span span;
	struct rows *next;
	atom name;
	struct block block;
};

/* What a reader skips and a formatter keeps, in the order of the text. */
enum comment_kind {
	COMMENT_LINE,         /* on a line of its own */
	COMMENT_TRAILING,     /* behind something */
	COMMENT_BLANK,        /* one or more blank lines; no text */
	COMMENT_CLOSE,        /* the end of a block of the DSL; no text */
};

struct comment {
	struct comment *next;
	enum comment_kind kind;
	struct span span;
	atom text;            /* from `#` on */
	int column;           /* from 0 */
};

struct model {
	struct span span;     /* of the name */
	atom name, title;     /* NULL name: a file only for `use`, or for
	                       * `layout X for MODEL` */
	struct block block;
	struct comment *comments;
};

/* Where the readers build. One per file; `used` files are models too. */
struct ast {
	struct arena *arena;
	struct atoms *atoms;
	struct diags *diags;
	struct model *model;
	struct out *tokens;   /* where leaves of YAML print theirs, or NULL */
};

/* Prints the tree as `weft FILE --dump=ast` does: one node a line, indented,
 * without places in the text, so that twins print the same. */
void ast_dump(const struct model *m, struct out *out);

#endif
