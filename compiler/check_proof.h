/* What the proofs share: integer polynomials, formulas over the values of a
 * table, and a search that refutes them.
 *
 * A proof turns what must never happen into formulas and asks whether they can
 * hold together. The answer "no" is certain. The answer "yes" means only that
 * nothing here contradicts it, so that the user is told what would. */
#ifndef CHECK_PROOF_H
#define CHECK_PROOF_H

#include "checks.h"

/* ---- check_proof_poly.c: sums of products of unknowns ------------------- */

/* n times the unknowns `of`, which are sorted; degree 0 is the constant. */
struct term {
	int64_t n;
	const int *of;
	int degree;
};

/* Terms are sorted, of different products, none zero. Where a number cannot
 * be computed the polynomial is NULL, and so is all that is made of it. */
struct poly {
	const struct term *terms;
	int n;
};

const struct poly *poly_int(struct arena *, int64_t);
const struct poly *poly_unknown(struct arena *, int id);

/* a + k * b */
const struct poly *poly_add(struct arena *, const struct poly *a,
                            const struct poly *b, int64_t k);
const struct poly *poly_mul(struct arena *, const struct poly *a,
                            const struct poly *b);

/* The quotient, if b is one term that divides every term of a, else NULL. */
const struct poly *poly_div(struct arena *, const struct poly *a,
                            const struct poly *b);
bool poly_is_int(const struct poly *, int64_t *n);
bool poly_same(const struct poly *, const struct poly *);

/* ---- check_proof_term.c: what stands for what --------------------------- */

/* A value that is known only at run time. Two are one if their texts are. */
struct unknown {
	atom text;
	const char *shown;    /* to the user; NULL: of no interest */
	int64_t low;          /* where `bounded`: it is at least that */
	bool bounded;
	const char *const *words; /* all its values, or NULL */
	int n_words;
};

struct form;
struct view;

struct logic {
	struct checked *m;
	struct arena *arena;
	struct unknown *unknowns;
	int n_unknowns;
	int n_views;
	bool positive;        /* sizes without a zero among their
	                       * alternatives are at least 1 */
	/* What `has(evidence)` says, or NULL: it is not known. */
	const struct form *(*has)(void *of, struct logic *, int evidence,
	                          const struct view *);
	void *has_of;
};

/* The values of the indices of a cell, in one formula. */
struct view {
	const struct cell *cell;      /* or NULL: it has no indices */
	const struct poly **index;    /* by dim; NULL: not yet given */
	int n;
	int number;
	int side;             /* whose predicate it is, where that matters */
};

struct logic *logic_new(struct checked *m);
int logic_unknown(struct logic *, const char *text, const char *shown);
struct view *view_new(struct logic *, const struct cell *);

/* The value of a dim of the view; a new unknown if it has none. */
const struct poly *view_index(struct logic *, const struct view *, int dim);

/* from and to of a dim as the view sees them; NULL if not known. */
const struct poly *view_from(struct logic *, const struct view *, int dim);
const struct poly *view_to(struct logic *, const struct view *, int dim);
const struct poly *view_size(struct logic *, const struct view *, int dim);

/* As view_size, but an unknown where only the source tells. */
const struct poly *view_count(struct logic *, const struct view *, int dim);

const struct poly *poly_of(struct logic *, const struct bound *,
                           const struct view *);

/* One text for each value: equal texts are equal values. */
const char *term_text(struct logic *, const struct bound *,
                      const struct view *);
int term_unknown(struct logic *, const struct bound *, const struct view *);

/* Whether the value of a size or flag is no more than its definition, such
 * that the symbol can be replaced by it. */
bool term_defines(const struct checked *m, const struct symbol *y);

/* ---- check_proof_form.c: formulas --------------------------------------- */

enum form_kind {
	FORM_TRUE, FORM_FALSE,
	FORM_ALL, FORM_ANY,   /* of a and b */
	FORM_LEAST,           /* poly >= 0 */
	FORM_FACT,            /* unknown `id` is true */
	FORM_IS,              /* unknown `id` is `value` */
};

struct form {
	enum form_kind kind;
	bool positive;        /* FACT, IS: else its negation */
	bool constant;        /* IS: `value` is a constant */
	bool evidence;        /* IS: `id` is of a header */
	int id, side;
	const char *value;
	const char *shown;    /* IS: `value` as it is written, if a list */
	const struct poly *poly;
	const struct form *a, *b;
};

extern const struct form form_true, form_false;

const struct form *form_all(struct logic *, const struct form *,
                            const struct form *);
const struct form *form_any(struct logic *, const struct form *,
                            const struct form *);
const struct form *form_not(struct logic *, const struct form *);
const struct form *form_least(struct logic *, const struct poly *);
const struct form *form_equal(struct logic *, const struct poly *,
                              const struct poly *);

/* The formula of a condition or a predicate; NULL stands for `true`. */
const struct form *form_of(struct logic *, const struct bound *,
                           const struct view *);

/* ---- check_proof_solve.c ------------------------------------------------ */

/* Whether nothing can make the formula true. Otherwise *example (if it is not
 * NULL) is what would, as far as a user can read it ("packed and not tied"),
 * or NULL. */
bool form_refute(struct logic *, const struct form *, const char **example);

/* ---- check_proof_linear.c ----------------------------------------------- */

/* Whether integers exist for the products of unknowns such that each of the n
 * polynomials is at least 0; true also if it is too hard to tell. */
bool linear_feasible(const struct logic *, const struct poly *const list[],
                     int n);

/* ---- check_proof_align.c: two keys that are one ------------------------- */

/* A key as the aligner reads it. */
struct token {
	enum { TOKEN_TEXT, TOKEN_NUMBER, TOKEN_WORDS, TOKEN_OPAQUE } kind;
	const char *text;     /* TEXT */
	int width;            /* NUMBER: exactly that many digits, or 0 */
	const char *const *words;
	int n_words;
	const struct piece *piece; /* what it was made of, or NULL */
};

struct tokens {
	struct token *list;
	int n;
};

void tokens_of_pieces(const struct checked *m, struct tokens *t,
                      const struct pieces *pieces);
void tokens_of_pattern(const struct checked *m, struct tokens *t,
                       const struct pattern *p);

/* What follows for two holes if both keys are one text. */
struct agreement {
	enum { AGREE_NUMBER, AGREE_WORD, AGREE_EQUAL } kind;
	int side;             /* NUMBER, WORD: of the first key 0, else 1 */
	const struct token *a, *b; /* EQUAL: a of the first, b of the second;
	                            * else a */
	int64_t number;
	int word;
};

/* One way in which they can be one text. */
struct alignment {
	struct alignment *next;
	const struct agreement *list;
	int n;
};

/* All ways; false if they cannot be told. */
bool align_keys(const struct checked *m, const struct tokens *a,
                const struct tokens *b, struct alignment **ways);

/* ---- check_proof_cell.c: cells in formulas ------------------------------ */

/* The tokens of KEY, or of DIRECTORY/KEY. */
void cell_tokens(const struct checked *m, const struct cell *c,
                 bool directory, struct tokens *t);

/* Sets the indices of two views from an alignment of their keys; `b` may be of
 * no cell. The rest of what it says is the formula that it returns. */
const struct form *cell_align(struct logic *, const struct alignment *,
                              struct view *a, struct view *b);

/* The cell holds something at the indices of its view: its row is there, its
 * condition holds and none of the lines before it takes them. */
const struct form *cell_active(struct logic *, const struct view *);

/* As cell_active, without the ranges of its indices. */
const struct form *cell_taken(struct logic *, const struct view *);

/* What is known of one dim alone: from <= index < to. */
const struct form *cell_range(struct logic *, const struct view *, int dim);

/* Whether a dim can be told from the key: it is a hole, or made of such. */
bool cell_knows(const struct cell *c, int dim);

/* Whether a dim says which run of an axis the cell stores. */
bool cell_cuts(const struct cell *c, int dim);

/* The row and layout of a cell, for messages: expert_in in fused. */
const char *cell_name(const struct checked *m, const struct cell *c);

/* Whether the expression has index `dim` of its cell. */
bool bound_mentions(const struct bound *x, int dim);

#endif
