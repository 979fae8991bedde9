/* One side of a conversion: a layout with its options, and what is known of
 * it. Symbols are evaluated once and remembered. */
#ifndef WEFT_CONTEXT_H
#define WEFT_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "error.h"
#include "text.h"
#include "weft.h"

enum weft_value_kind {
	WEFT_V_ABSENT,        /* cannot be had, and nothing is wrong */
	WEFT_V_ERROR,         /* said already */
	WEFT_V_INT, WEFT_V_REAL, WEFT_V_BOOL, WEFT_V_STRING, WEFT_V_LIST,
};

typedef struct weft_value {
	enum weft_value_kind kind;
	int64_t i;            /* INT, BOOL */
	double r;             /* REAL */
	const char *s;        /* STRING */
	const struct weft_value *items; /* LIST */
	int n;
} weft_value;

/* What answers has(), shape() and the like: the stored tensors of a source. Of
 * an evidence with a hole that is asked for, those with `index` there; -1: any.
 */
typedef struct weft_facts {
	void *of;
	int64_t (*count)(void *of, int evidence, int64_t index);
	weft_value (*dtype)(void *of, int evidence, int64_t index);
	weft_value (*shape)(void *of, int evidence, int64_t index);
	weft_value (*diagonal)(void *of, int row);
} weft_facts;

/* A config of the model, as it was read. Without json there is none. */
typedef struct weft_document {
	const char *file;      /* for messages */
	char *text;
	size_t size;
	void *json;            /* weft_json * */
} weft_document;

typedef struct weft_context {
	const weft_model *model;
	int layout;           /* -1: the model's symbols only */
	const char *config_name; /* of the file, for messages */
	const void *config;   /* const weft_json *; NULL: there is none */
	const weft_document *documents; /* by config of the model, or NULL */
	const weft_facts *facts; /* NULL: of a target */
	struct weft_context *source; /* of a target: who has the values that
	                      * ask the source; NULL: nobody */
	weft_value *symbols;  /* by symbol; what was set or found */
	unsigned char *state; /* by symbol: 0, being evaluated, done */
	const char **origin;  /* by symbol: "config.json", "--tp", … */
	uint32_t *read;       /* by symbol: what it was read from, bit 0 the
	                       * config, bit 1 + C config C of the model */
	_Atomic uint32_t reads; /* that of what is being evaluated; threads
	                      * that run evaluate value steps */
	struct weft_listed *lists; /* of the configs, made into values once */
	int located;          /* errors when the last one was located */
	weft_arena *arena;
	weft_errors *errors;
} weft_context;

void weft_context_init(weft_context *s, const weft_model *model, weft_arena *arena,
                    weft_errors *e);

/* Gives symbol `n` a value of its own: an option, or a variant. */
void weft_context_set(weft_context *s, int n, weft_value v, const char *origin);

/* "size", "flag" … */
const char *weft_symbol_kind_name(enum weft_symbol_kind k);

/* The symbol of that name seen from the layout of `s`, its own first; -1. */
int weft_context_symbol(const weft_context *s, const char *name);

/* Where an expression stands. `index` and `size` are by axis of a cell, and
 * may be NULL where none can occur. An index that is not known is -1. */
typedef struct weft_scope {
	weft_context *side;
	const int64_t *index;
	const int64_t *size;
	const weft_axis *const *axes; /* names, for messages; by axis */
	int n_axes;
} weft_scope;

/* The value of an expression. Errors are added to side->errors once. */
weft_value weft_eval(const weft_scope *at, const weft_expr *x);

/* The value of a symbol of this side. */
weft_value weft_context_value(weft_context *s, int symbol);

/* The value that a word, of the command line or weft.json, gives an option:
 * of the kind of the option's default, and one of its choices. False if it is
 * none. `word` has to live as long as the value. */
bool weft_option_value(const weft_symbol *option, const char *word,
                       weft_value *v);

/* Is `x` true? NULL is. Absent is false; nothing, null, 0, "" and [] are. */
bool weft_eval_true(const weft_scope *at, const weft_expr *x);

/* Is every symbol in `x` there? Says of the first one that is not what would
 * give it, once. */
bool weft_context_need(weft_context *s, const weft_expr *x);

/* An integer, which has to be there: `what` names it in the message if not
 * ("the size of axis f"). False after an error. */
bool weft_eval_int(const weft_scope *at, const weft_expr *x, const char *what,
                   int64_t *r);

/* absent.c: the names of the files of a set of configs (bits as in `read`),
 * for messages; of none: of the config. In the arena. */
const char *weft_context_files(const weft_context *s, uint32_t configs);

/* Hints how to give the configs that `x` asks for and that are not there: false
 * if all are. */
bool weft_hint_configs(const weft_context *s, const weft_expr *x);

/* The error that a symbol that is needed cannot be had. */
void weft_report_absent(weft_context *s, const weft_symbol *y);

bool weft_value_true(weft_value v);
bool weft_value_equal(weft_value a, weft_value b);
void weft_value_print(weft_text *t, weft_value v);

/* The expression in the spelling of the language. */
void weft_expr_print(weft_text *t, const weft_model *m, const weft_expr *x);

#endif
