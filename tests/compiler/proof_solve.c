/* Random conditions: what the proofs refute, no values make true. Over flags
 * they refute all that no values make true, over sums of sizes nearly all. */
#include <stdlib.h>

#include "../../compiler/check_proof.h"
#include "../lib/check.h"

enum { SIZE_A, SIZE_B, FLAG_P, FLAG_Q, OPTION_O, SYMBOLS };

/* Sums of sizes with factors up to 3 have a solution below VALUES or none. */
enum { VALUES = 16, ROUNDS = 10000 };

enum subject { FLAGS, SUMS, ANYTHING };

static const char *words[] = {"x", "y", "z"};

static uint64_t state = 88172645463325252u;

static int
pick(int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int)(state % (uint64_t)n);
}

static struct bound *
node(struct arena *a, enum bound_op op, enum bound_type type)
{
	struct bound *x = arena_alloc(a, sizeof *x);

	x->op = op;
	x->type = type;
	x->span.file = -1;
	return x;
}

static struct bound *
symbol(struct arena *a, int n)
{
	struct bound *x = node(a, BOUND_SYMBOL, n <= SIZE_B ? TYPE_INT
	                       : n == OPTION_O ? TYPE_TEXT : TYPE_BOOL);

	x->n = n;
	return x;
}

static struct bound *
random_number(struct arena *a, int depth, enum subject of)
{
	static const enum bound_op ops[] = {BOUND_ADD, BOUND_SUB, BOUND_MUL,
	                                    BOUND_MIN, BOUND_MAX};
	struct bound *x;

	if (depth == 0 || pick(3) == 0) {
		if (pick(2))
			return symbol(a, pick(2));
		x = node(a, BOUND_INT, TYPE_INT);
		x->n = pick(4);
		return x;
	}
	x = node(a, ops[pick(of == SUMS ? 2 : 5)], TYPE_INT);
	x->a = random_number(a, depth - 1, of);
	x->b = random_number(a, depth - 1, of);
	return x;
}

static struct bound *
random_leaf(struct arena *a, enum subject of)
{
	static const enum bound_op ops[] = {BOUND_EQ, BOUND_NE, BOUND_LT,
	                                    BOUND_LE, BOUND_GT, BOUND_GE};
	int kind = of == FLAGS ? 0 : pick(4);
	struct bound *x, *text;

	if (kind == 0)
		return symbol(a, FLAG_P + pick(2));
	if (kind == 1) {
		text = node(a, BOUND_STRING, TYPE_TEXT);
		text->s = words[pick(3)];
		x = node(a, ops[pick(2)], TYPE_BOOL);
		x->a = symbol(a, OPTION_O);
		x->b = text;
		return x;
	}
	x = node(a, ops[pick(6)], TYPE_BOOL);
	x->a = random_number(a, 2, of);
	x->b = random_number(a, 2, of);
	return x;
}

static struct bound *
random_condition(struct arena *a, int depth, enum subject of)
{
	static const enum bound_op ops[] = {BOUND_AND, BOUND_AND, BOUND_OR,
	                                    BOUND_NOT};
	struct bound *x;

	if (depth == 0)
		return random_leaf(a, of);
	x = node(a, ops[pick(4)], TYPE_BOOL);
	x->a = random_condition(a, depth - 1, of);
	if (x->op != BOUND_NOT)
		x->b = random_condition(a, depth - 1, of);
	return x;
}

/* ---- by values ---- */

static int64_t
eval(const struct bound *x, const int value[SYMBOLS])
{
	int64_t a, b;

	switch (x->op) {
	case BOUND_INT:
		return x->n;
	case BOUND_STRING:
		return x->s[0] - 'x';
	case BOUND_SYMBOL:
		return value[x->n];
	case BOUND_NOT:
		return !eval(x->a, value);
	default:
		break;
	}
	a = eval(x->a, value);
	b = eval(x->b, value);
	switch (x->op) {
	case BOUND_AND: return a && b;
	case BOUND_OR: return a || b;
	case BOUND_EQ: return a == b;
	case BOUND_NE: return a != b;
	case BOUND_LT: return a < b;
	case BOUND_LE: return a <= b;
	case BOUND_GT: return a > b;
	case BOUND_GE: return a >= b;
	case BOUND_ADD: return a + b;
	case BOUND_SUB: return a - b;
	case BOUND_MUL: return a * b;
	case BOUND_MIN: return a < b ? a : b;
	default: return a > b ? a : b;
	}
}

static bool
has_model(const struct bound *x)
{
	for (int n = 0; n < 2 * 2 * 3 * VALUES * VALUES; n++) {
		int v[SYMBOLS] = {n / 12 % VALUES, n / 12 / VALUES,
		                  n % 2, n / 2 % 2, n / 4 % 3};

		if (eval(x, v))
			return true;
	}
	return false;
}

/* ---- cases ---- */

static void
begin(struct checked *m, struct arena *a)
{
	static struct sources sources;
	struct atoms *atoms = arena_alloc(a, sizeof *atoms);
	struct symbol *y = arena_alloc(a, SYMBOLS * sizeof *y);

	atoms->arena = a;
	*m = (struct checked){.arena = a, .atoms = atoms,
	                      .sources = &sources, .symbols = y,
	                      .n_symbols = SYMBOLS};
	y[SIZE_A].kind = y[SIZE_B].kind = SYMBOL_SIZE;
	y[FLAG_P].kind = y[FLAG_Q].kind = SYMBOL_FLAG;
	y[OPTION_O] = (struct symbol){.kind = SYMBOL_OPTION, .words = words,
	                              .n_words = 3};
}

static void
check_random(enum subject of, const char *name, const char *all)
{
	int wrong = 0, refuted = 0, missed = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = {NULL};
		struct checked m;
		struct logic *l;
		struct bound *x;
		bool no, model;

		begin(&m, &a);
		l = logic_new(&m);
		x = random_condition(&a, 1 + pick(4), of);
		no = form_refute(l, form_of(l, x, NULL), NULL);
		model = has_model(x);
		wrong += no && model;
		missed += !no && !model;
		refuted += no;
		arena_free(&a);
	}
	CHECK(name, wrong == 0 && refuted > ROUNDS / 100,
	      "%d of %d refuted ones hold", wrong, refuted);
	if (all)
		CHECK(all, missed <= refuted / 200,
		      "%d that never hold are not refuted, %d are", missed,
		      refuted);
}

int
main(void)
{
	check_random(FLAGS, "flags", "flags, all of them");
	check_random(SUMS, "sums", "sums, nearly all of them");
	check_random(ANYTHING, "anything", NULL);
	return check_done();
}
