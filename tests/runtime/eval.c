/* Expressions: their values, what is absent, and what is said of errors. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "context.h"
#include "io/json.h"

static const char config_text[] =
	"{\"h\": 768, \"heads\": 12, \"kv\": 5, \"eps\": 0.5, \"minus\": -3,"
	" \"name\": \"qwen\", \"yes\": true, \"no\": false, \"null\": null,"
	" \"list\": [3, \"x\", null, [1, 2]], \"deep\": {\"a\": {\"b\": 7}},"
	" \"empty\": {}, \"most\": 9223372036854775807,"
	" \"least\": -9223372036854775808, \"four\": 4.0}";

#define X(...)     (&(const weft_expr){__VA_ARGS__})
#define INT(v)     X(.op = WEFT_E_INT, .n = (v))
#define REAL(v)    X(.op = WEFT_E_REAL, .r = (v))
#define STRING(v)  X(.op = WEFT_E_STRING, .s = (v))
#define TRUE       X(.op = WEFT_E_BOOL, .n = 1)
#define FALSE      X(.op = WEFT_E_BOOL)
#define CONFIG(v)  X(.op = WEFT_E_CONFIG, .s = (v))
#define SYMBOL(v)  X(.op = WEFT_E_SYMBOL, .n = (v))
#define INDEX(v)   X(.op = WEFT_E_INDEX, .n = (v), .s = "l")
#define AXIS(v)    X(.op = WEFT_E_AXIS_SIZE, .n = (v), .s = "f")
#define FACT(o, v) X(.op = WEFT_E_##o, .n = (v))
#define AT(o, v, x) X(.op = WEFT_E_##o, .n = (v), .a = (x))
#define ONE(o, x)  X(.op = WEFT_E_##o, .a = (x))
#define TWO(o, x, y) X(.op = WEFT_E_##o, .a = (x), .b = (y))
#define EACH(i, x, y) X(.op = WEFT_E_EACH, .n = (i), .a = (x), .b = (y))
#define NOTHING    CONFIG("absent")
#define MOST       CONFIG("most")
#define LEAST      CONFIG("least")

enum { H, MISSING, KINDS, ITSELF, WORD, TP, VARIANT, NEGATIVE, ASKING,
       NUMBER, NUMBER_WORD, N_SYMBOLS };

static const weft_symbol symbols[N_SYMBOLS] = {
	[H] = {.kind = WEFT_SYM_SIZE, .name = "H", .value = CONFIG("h")},
	[MISSING] = {.kind = WEFT_SYM_SIZE, .name = "M", .text = "m, m2",
	             .where = "t.weft:3",
	             .value = TWO(SAME, CONFIG("m"), CONFIG("m2"))},
	[KINDS] = {.kind = WEFT_SYM_LIST, .name = "kind",
	           .value = EACH(2, INT(4), TWO(EQ, TWO(MOD, TWO(ADD, INDEX(2),
	                         INT(1)), INT(2)), INT(0)))},
	[ITSELF] = {.kind = WEFT_SYM_SIZE, .name = "I", .where = "t.weft:9",
	            .value = TWO(ADD, SYMBOL(ITSELF), INT(1))},
	[WORD] = {.kind = WEFT_SYM_SIZE, .name = "W", .text = "name",
	          .where = "t.weft:5", .value = CONFIG("name")},
	[TP] = {.kind = WEFT_SYM_OPTION, .name = "tp", .value = INT(4)},
	[VARIANT] = {.kind = WEFT_SYM_VARIANT, .name = "v",
	             .value = FACT(HAS, 1), .otherwise = TRUE},
	[NEGATIVE] = {.kind = WEFT_SYM_SIZE, .name = "N", .text = "minus",
	              .where = "t.weft:7", .value = CONFIG("minus")},
	[NUMBER] = {.kind = WEFT_SYM_NUMBER, .name = "X",
	            .value = CONFIG("eps")},
	[NUMBER_WORD] = {.kind = WEFT_SYM_NUMBER, .name = "Y", .text = "name",
	                 .where = "t.weft:8", .value = CONFIG("name")},
	[ASKING] = {.kind = WEFT_SYM_SIZE, .name = "A", .asks = true,
	            .value = FACT(COUNT, 2)},
};

static const weft_evidence evidence[] = {
	{.text = "a.b"}, {.text = "a.c"}, {.text = "a.{l}"}};

static int64_t
fact_count(void *of, int n, int64_t index)
{
	(void)of;
	return index == 2 ? 7 : index >= 0 ? 0 : (int64_t[]){1, 0, 48}[n];
}

static weft_value
fact_value(void *of, int n, int64_t index)
{
	(void)of;
	(void)index;
	return n == 0 ? (weft_value){.kind = WEFT_V_STRING, .s = "BF16"}
	              : (weft_value){.kind = WEFT_V_ABSENT};
}

static weft_value
fact_data(void *of, int row)
{
	return fact_value(of, row, -1);
}

static const weft_facts facts = {NULL, fact_count, fact_value, fact_value,
                                 fact_data};

struct fixture {
	weft_model model;
	weft_arena arena;
	weft_errors errors;
	weft_context context;
	weft_json *config;
	int64_t index[3], size[3];
	weft_scope at;
	char *said;
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.index = {5, -1, -1}, .size = {48, 96, -1}};
	f->model = (weft_model){.symbols = symbols, .n_symbols = N_SYMBOLS,
	                        .evidence = evidence, .n_evidence = 3};
	weft_context_init(&f->context, &f->model, &f->arena, &f->errors);
	f->config = weft_json_parse("config.json", config_text,
	                            strlen(config_text), &f->errors);
	f->context.config = f->config;
	f->context.facts = &facts;
	f->at = (weft_scope){.side = &f->context, .index = f->index,
	                     .size = f->size, .n_axes = 3};
}

static void
listen(struct fixture *f)
{
	size_t n;
	FILE *out = open_memstream(&f->said, &n);

	weft_errors_print(&f->errors, out, "test");
	fclose(out);
}

static void
end(struct fixture *f)
{
	free(f->said);
	weft_json_free(f->config);
	weft_arena_free(&f->arena);
	weft_errors_free(&f->errors);
}

struct example {
	const char *name;
	const weft_expr *x;
	const char *want;      /* as printed, or the message if .wrong */
	bool wrong;
};

static const struct example values[] = {
	{"int", INT(-7), "-7", 0},
	{"real", REAL(0.5), "0.5", 0},
	{"string", STRING("a\"b"), "\"a\\\"b\"", 0},
	{"config", CONFIG("h"), "768", 0},
	{"config_deep", CONFIG("deep.a.b"), "7", 0},
	{"config_real", CONFIG("four"), "4.0", 0},
	{"config_list", CONFIG("list"), "[3, \"x\", null, [1, 2]]", 0},
	{"config_element", CONFIG("list[3]"), "[1, 2]", 0},
	{"config_object", CONFIG("deep"), "true", 0},
	{"config_object_empty", CONFIG("empty"), "false", 0},
	{"config_null", CONFIG("null"), "absent", 0},
	{"config_absent", NOTHING, "absent", 0},
	{"symbol", SYMBOL(H), "768", 0},
	{"symbol_absent", SYMBOL(MISSING), "absent", 0},
	{"option_default", SYMBOL(TP), "4", 0},
	{"variant_read", SYMBOL(VARIANT), "false", 0},
	{"index", INDEX(0), "5", 0},
	{"index_unknown", INDEX(1), "absent", 0},
	{"index_outside", INDEX(40), "absent", 0},
	{"axis_size", AXIS(1), "96", 0},
	{"axis_unknown", AXIS(2), "absent", 0},
	{"subscript", TWO(SUBSCRIPT, CONFIG("list"), INT(1)), "\"x\"", 0},
	{"list", TWO(LIST, INT(1), TWO(LIST, STRING("a"), NULL)), "[1, \"a\"]",
	 0},
	{"list_empty", TWO(LIST, NULL, NULL), "[]", 0},
	{"first", TWO(FIRST, CONFIG("h"), INT(1)), "768", 0},
	{"first_absent", TWO(FIRST, NOTHING, INT(1)), "1", 0},
	{"first_null", TWO(FIRST, CONFIG("null"), INT(1)), "1", 0},
	{"first_false", TWO(FIRST, CONFIG("no"), INT(1)), "false", 0},
	{"first_none", TWO(FIRST, NOTHING, NOTHING), "absent", 0},
	{"same", TWO(SAME, CONFIG("h"), INT(768)), "768", 0},
	{"same_real", TWO(SAME, INT(4), CONFIG("four")), "4", 0},
	{"same_left", TWO(SAME, CONFIG("h"), NOTHING), "768", 0},
	{"same_right", TWO(SAME, NOTHING, CONFIG("h")), "768", 0},
	{"same_none", TWO(SAME, NOTHING, NOTHING), "absent", 0},
	{"when", TWO(WHEN, INT(1), TRUE), "1", 0},
	{"when_not", TWO(WHEN, INT(1), FALSE), "absent", 0},
	{"when_absent", TWO(WHEN, INT(1), NOTHING), "absent", 0},
	{"each", SYMBOL(KINDS), "[false, true, false, true]", 0},
	{"each_none", EACH(0, INT(0), INT(1)), "[]", 0},
	{"each_absent", EACH(0, NOTHING, INT(1)), "absent", 0},
	{"each_outer", EACH(2, INT(2), TWO(ADD, INDEX(0), INDEX(2))), "[5, 6]",
	 0},
	{"each_nested", EACH(1, INT(2), EACH(2, INT(2), TWO(ADD, TWO(MUL,
	  INT(10), INDEX(1)), INDEX(2)))), "[[0, 1], [10, 11]]", 0},
	{"each_size", EACH(2, INT(1), AXIS(1)), "[96]", 0},
	{"not", ONE(NOT, CONFIG("no")), "true", 0},
	{"not_absent", ONE(NOT, NOTHING), "true", 0},
	{"negate", ONE(NEGATE, INT(3)), "-3", 0},
	{"negate_real", ONE(NEGATE, REAL(0.5)), "-0.5", 0},
	{"negate_absent", ONE(NEGATE, NOTHING), "absent", 0},
	{"or", TWO(OR, FALSE, INT(2)), "true", 0},
	{"or_short", TWO(OR, TRUE, TWO(DIV, INT(1), INT(0))), "true", 0},
	{"or_absent", TWO(OR, NOTHING, FALSE), "false", 0},
	{"and", TWO(AND, INT(1), STRING("")), "false", 0},
	{"and_short", TWO(AND, FALSE, TWO(DIV, INT(1), INT(0))), "false", 0},
	{"eq", TWO(EQ, CONFIG("name"), STRING("qwen")), "true", 0},
	{"eq_kinds", TWO(EQ, INT(1), TRUE), "false", 0},
	{"eq_real", TWO(EQ, INT(4), CONFIG("four")), "true", 0},
	{"eq_lists", TWO(EQ, CONFIG("list[3]"), TWO(LIST, INT(1), TWO(LIST,
	  INT(2), NULL))), "true", 0},
	{"eq_absent", TWO(EQ, NOTHING, INT(0)), "false", 0},
	{"ne_absent", TWO(NE, NOTHING, INT(0)), "true", 0},
	{"lt", TWO(LT, INT(3), REAL(3.5)), "true", 0},
	{"le", TWO(LE, INT(3), INT(3)), "true", 0},
	{"gt", TWO(GT, INT(3), INT(3)), "false", 0},
	{"ge", TWO(GE, REAL(3), INT(3)), "true", 0},
	{"lt_exact", TWO(LT, TWO(SUB, MOST, INT(1)), MOST), "true", 0},
	{"lt_absent", TWO(LT, INT(3), NOTHING), "absent", 0},
	{"in", TWO(IN, INT(3), CONFIG("list")), "true", 0},
	{"in_not", TWO(IN, STRING("y"), CONFIG("list")), "false", 0},
	{"add", TWO(ADD, CONFIG("h"), INT(2)), "770", 0},
	{"add_real", TWO(ADD, CONFIG("h"), REAL(0.25)), "768.25", 0},
	{"add_absent", TWO(ADD, CONFIG("h"), NOTHING), "absent", 0},
	{"sub", TWO(SUB, INT(2), INT(5)), "-3", 0},
	{"mul", TWO(MUL, CONFIG("h"), CONFIG("heads")), "9216", 0},
	{"div", TWO(DIV, CONFIG("h"), CONFIG("heads")), "64", 0},
	{"div_negative", TWO(DIV, INT(-6), INT(3)), "-2", 0},
	{"div_real", TWO(DIV, REAL(1), INT(8)), "0.125", 0},
	{"quotient", TWO(QUOTIENT, INT(256), INT(8)), "32", 0},
	{"quotient_rest", TWO(QUOTIENT, INT(9), INT(2)), "4.5", 0},
	{"quotient_real", TWO(QUOTIENT, CONFIG("four"), INT(2)), "2.0", 0},
	{"quotient_digits", TWO(QUOTIENT, INT(1), INT(10)), "0.1", 0},
	{"quotient_root", TWO(QUOTIENT, INT(16), ONE(SQRT, INT(2))),
	 "11.31370849898476", 0},
	{"quotient_absent", TWO(QUOTIENT, INT(1), NOTHING), "absent", 0},
	{"number", SYMBOL(NUMBER), "0.5", 0},
	{"mod", TWO(MOD, INT(17), INT(5)), "2", 0},
	{"min", TWO(MIN, INT(17), INT(5)), "5", 0},
	{"max", TWO(MAX, INT(17), INT(5)), "17", 0},
	{"max_real", TWO(MAX, REAL(0.5), INT(0)), "0.5", 0},
	{"lcm", TWO(LCM, INT(12), INT(18)), "36", 0},
	{"lcm_same", TWO(LCM, INT(5), INT(5)), "5", 0},
	{"lcm_absent", TWO(LCM, INT(5), NOTHING), "absent", 0},
	{"sqrt", ONE(SQRT, INT(64)), "8.0", 0},
	{"has", FACT(HAS, 0), "true", 0},
	{"has_not", FACT(HAS, 1), "false", 0},
	{"count", FACT(COUNT, 2), "48", 0},
	{"has_each", EACH(0, INT(4), AT(HAS, 2, INDEX(0))),
	 "[false, false, true, false]", 0},
	{"count_each", EACH(0, INT(3), AT(COUNT, 2, TWO(SUB, INDEX(0),
	  INT(-1)))), "[0, 7, 0]", 0},
	{"has_below_zero", AT(HAS, 2, INT(-1)), "false", 0},
	{"dtype", FACT(DTYPE, 0), "\"BF16\"", 0},
	{"dtype_absent", FACT(DTYPE, 1), "absent", 0},
};

static const struct example errors[] = {
	{"div_inexact", TWO(DIV, SYMBOL(H), CONFIG("kv")),
	 "H / kv: 768 is not divisible by 5", 1},
	{"div_zero", TWO(DIV, INT(1), INT(0)),
	 "1 / 0: 1 is not divisible by 0", 1},
	{"quotient_zero", TWO(QUOTIENT, INT(1), INT(0)),
	 "1 / 0: 1 cannot be divided by 0", 1},
	{"quotient_huge", TWO(QUOTIENT, REAL(1e308), REAL(1e-308)),
	 "give no finite number", 1},
	{"number_word", SYMBOL(NUMBER_WORD), "config.json: number Y is \"qwen\","
	 " which is no number", 1},
	{"div_overflow", TWO(DIV, LEAST, INT(-1)), "is not divisible by -1", 1},
	{"add_overflow", TWO(ADD, MOST, INT(1)),
	 "most + 1: 9223372036854775807 and 1 give more than 63 bits", 1},
	{"sub_overflow", TWO(SUB, LEAST, INT(1)), "give more than 63 bits", 1},
	{"mul_overflow", TWO(MUL, MOST, INT(2)), "give more than 63 bits", 1},
	{"negate_overflow", ONE(NEGATE, LEAST), "has no negative", 1},
	{"negate_sum", ONE(NEGATE, TWO(ADD, STRING("a"), INT(1))),
	 "\"a\" + 1: \"a\" and 1 are not both numbers", 1},
	{"negate_text", ONE(NEGATE, CONFIG("name")),
	 "-name: \"qwen\" is not a number", 1},
	{"mod_zero", TWO(MOD, INT(3), INT(0)), "3 cannot be taken modulo 0", 1},
	{"lcm_zero", TWO(LCM, INT(3), INT(0)),
	 "lcm(3, 0): 3 and 0 have no common multiple", 1},
	{"lcm_real", TWO(LCM, CONFIG("four"), INT(2)),
	 "lcm(four, 2): 4.0 and 2 have no common multiple", 1},
	{"lcm_overflow", TWO(LCM, MOST, INT(2)), "give more than 63 bits", 1},
	{"sqrt_negative", ONE(SQRT, CONFIG("minus")),
	 "sqrt(minus): -3 has no root", 1},
	{"compare_text", TWO(LT, CONFIG("name"), INT(1)),
	 "name < 1: \"qwen\" and 1 cannot be compared", 1},
	{"same_differs", TWO(SAME, CONFIG("h"), CONFIG("heads")),
	 "h, heads: 768 disagrees with 12; they are names of one field", 1},
	{"same_first", TWO(FIRST, TWO(SAME, CONFIG("h"), CONFIG("kv")), INT(1)),
	 "768 disagrees with 5", 1},
	{"subscript_behind", TWO(SUBSCRIPT, CONFIG("list"), INT(4)),
	 "list[4]: 4 elements are there, and none has the number 4", 1},
	{"subscript_negative", TWO(SUBSCRIPT, CONFIG("list"), INT(-1)),
	 "none has the number -1", 1},
	{"subscript_number", TWO(SUBSCRIPT, CONFIG("h"), INT(0)),
	 "768 cannot be indexed by 0", 1},
	{"in_number", TWO(IN, INT(1), CONFIG("h")), "768 is no list", 1},
	{"each_negative", EACH(0, CONFIG("minus"), INT(1)),
	 "-3 is no length of a list", 1},
	{"each_huge", EACH(0, MOST, INT(1)), "is no length of a list", 1},
	{"each_wrong", EACH(0, INT(3), TWO(DIV, INT(1), INDEX(0))),
	 "1 is not divisible by 0", 1},
	{"list_wrong", TWO(LIST, TWO(DIV, INT(1), INT(2)), NULL),
	 "1 is not divisible by 2", 1},
	{"and_wrong", TWO(AND, TWO(DIV, INT(1), INT(2)), FALSE),
	 "1 is not divisible by 2", 1},
	{"not_spelled", TWO(ADD, TWO(EQ, ONE(NOT, TRUE), FALSE), INT(1)),
	 "((not true) == false) + 1: true and 1 are not both", 1},
	{"sum_spelled", TWO(MUL, TWO(SUB, INT(1), TWO(SUB, INT(2), INT(3))),
	 TRUE), "(1 - (2 - 3)) * true: 2 and true", 1},
	{"by_itself", SYMBOL(ITSELF), "t.weft:9: size I is defined by itself",
	 1},
	{"size_word", SYMBOL(WORD), "config.json: size W is \"qwen\", which is "
	 "no whole number from 0", 1},
	{"size_negative", SYMBOL(NEGATIVE), "size N is -3, which is no whole",
	 1},
};

static void
check_example(const struct example *e)
{
	struct fixture f;
	weft_value v;
	weft_text t = {0};

	begin(&f);
	v = weft_eval(&f.at, e->x);
	weft_value_print(&t, v);
	listen(&f);
	if (e->wrong)
		CHECK(e->name, v.kind == WEFT_V_ERROR && f.errors.count == 1 &&
		      strstr(f.said, e->want), "%d messages: %s",
		      f.errors.count, f.said);
	else
		CHECK(e->name, v.kind != WEFT_V_ERROR && f.errors.count == 0 &&
		      strcmp(weft_text_cstr(&t), e->want) == 0, "%s %s",
		      weft_text_cstr(&t), f.said);
	weft_text_free(&t);
	end(&f);
}

/* ---- whole numbers ------------------------------------------------------ */

static void
check_int(const char *name, const weft_expr *x, int64_t want, const char *said)
{
	struct fixture f;
	int64_t r = -99;
	bool good;

	begin(&f);
	good = weft_eval_int(&f.at, x, "the size of axis f", &r);
	/* Once more: what is said is said once. */
	if (!good && said)
		weft_eval_int(&f.at, x, "the size of axis f", &r);
	listen(&f);
	CHECK(name, said ? !good && f.errors.count >= 1 && strstr(f.said, said)
	      : good && r == want && f.errors.count == 0, "%lld %s",
	      (long long)r, f.said);
	end(&f);
}

static void
check_once(void)
{
	struct fixture f;
	int64_t r;

	begin(&f);
	for (int i = 0; i < 3; i++)
		weft_eval_int(&f.at, TWO(ADD, SYMBOL(MISSING), INT(i)), "f",
		              &r);
	CHECK("int_absent_once", f.errors.count == 1, "%d messages",
	      f.errors.count);
	end(&f);
}

static void
check_target(void)
{
	struct fixture f;
	weft_value v;

	begin(&f);
	f.context.facts = NULL;
	v = weft_context_value(&f.context, VARIANT);
	CHECK("variant_written", v.kind == WEFT_V_BOOL && v.i, "%d", v.kind);
	v = weft_eval(&f.at, FACT(COUNT, 2));
	CHECK("count_of_target", v.kind == WEFT_V_INT && v.i == 0, "%d",
	      v.kind);
	v = weft_eval(&f.at, FACT(SHAPE, 0));
	CHECK("shape_of_target", v.kind == WEFT_V_ABSENT, "%d", v.kind);
	f.context.config = NULL;
	v = weft_eval(&f.at, CONFIG("h"));
	CHECK("no_config", v.kind == WEFT_V_ABSENT, "%d", v.kind);
	end(&f);
}

/* What asks the source is found there, once, for the target, too. */
static void
check_asking(void)
{
	struct fixture f;
	weft_context to;
	weft_value v;

	begin(&f);
	weft_context_init(&to, &f.model, &f.arena, &f.errors);
	to.source = &f.context;
	v = weft_context_value(&to, ASKING);
	CHECK("asked_for_target", v.kind == WEFT_V_INT && v.i == 48, "%d",
	      v.kind);
	CHECK("asked_of_source", strcmp(f.context.origin[ASKING],
	      "the source") == 0, "%s", f.context.origin[ASKING]);
	end(&f);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		check_example(&values[i]);
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		check_example(&errors[i]);
	check_int("int_value", TWO(DIV, SYMBOL(H), INT(2)), 384, NULL);
	check_int("int_not_needed", TWO(FIRST, CONFIG("h"), SYMBOL(MISSING)),
	          768, NULL);
	check_int("int_second", TWO(FIRST, SYMBOL(MISSING), INT(3)), 3, NULL);
	check_int("int_when_not", TWO(FIRST, TWO(WHEN, SYMBOL(MISSING), FALSE),
	          INT(3)), 3, NULL);
	check_int("int_absent", TWO(MUL, SYMBOL(MISSING), INT(2)), 0,
	          "config.json: size M cannot be had: none of these is there: "
	          "m, m2");
	check_int("int_absent_path", NOTHING, 0,
	          "the size of axis f: absent is absent, and not a whole");
	check_int("int_real", CONFIG("four"), 0,
	          "the size of axis f: four is 4.0, and not a whole number");
	check_int("int_text", CONFIG("name"), 0, "name is \"qwen\"");
	check_once();
	check_target();
	check_asking();
	return check_done();
}
