/* Functions of expressions that look at names in a config. */
#ifndef WEFT_FUNCTION_H
#define WEFT_FUNCTION_H

#include "context.h"

/* "0.19.1" as a number that is larger than that of each version before it and
 * above 0; false if the text is no version, or has a part of 4096 or more. */
bool weft_version_number(const char *text, int64_t *r);

/* version(A) */
weft_value weft_eval_version(const weft_scope *at, const weft_expr *x);

/* matching(A, "B") */
weft_value weft_eval_matching(const weft_scope *at, const weft_expr *x);

/* pattern(A, B) */
weft_value weft_eval_pattern(const weft_scope *at, const weft_expr *x);

/* What a CONFIG leads to, a const weft_json *; NULL if there is nothing. It
 * counts as read. */
const void *weft_config_json(weft_context *s, const weft_expr *config);

/* The value of that; absent if it is NULL or null. */
weft_value weft_value_of_json(weft_context *s, const void *json);

/* FILE: PATH of a CONFIG, and what any other expression is; in the arena. */
const char *weft_expr_origin(const weft_scope *at, const weft_expr *x);

#endif
