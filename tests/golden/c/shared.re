/* shared.weft in C, made by weft */
#include "weft.h"

#define EXPR(op, ...) (&(const weft_expr){WEFT_E_##op, __VA_ARGS__})

enum {
	S_H, S_L, S_F, S_first__W, S_first__share, S_first__odd, S_first__X,
	S_first__some, S_first__n, S_first__big, S_second__W, S_second__share,
	S_second__odd, S_second__X, S_second__some, S_second__n,
	S_second__big,
};

enum {
	R_up, R_norm, R_scale,
};

enum {
	L_first, L_second, L_alone,
};

/* shared.weft:45: up in first: {X}{l} */
static void
up__first(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_hole_symbol(at, S_first__X);
	weft_hole(at, l_);

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* shared.weft:40: norm in first: when big big.norm */
static void
norm__first(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "big.norm");

	weft_axis_of(at, h_);
}

/* shared.weft:41: norm in first: else norm.{n} */
static void
norm__first__2(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "norm.");
	weft_hole_symbol(at, S_first__n);

	weft_axis_of(at, h_);
}

/* shared.weft:53: scale in first: first_scale */
static void
scale__first(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "first_scale");

	weft_axis_of(at, h_);
}

/* shared.weft:46: up in second: {X} [l a c h] */
static void
up__second(weft_place *at)
{
	enum { l_, f_, h_, a_, c_ };
	static const int f_parts[] = {a_, c_};

	weft_split(at, f_, 2, f_parts);
	weft_hole_symbol(at, S_second__X);

	weft_axis_of(at, l_);
	weft_axis_of(at, a_);
	weft_axis_of(at, c_);
	weft_axis_of(at, h_);
}

/* shared.weft:40: norm in second: when big big.norm */
static void
norm__second(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "big.norm");

	weft_axis_of(at, h_);
}

/* shared.weft:41: norm in second: else norm.{n} */
static void
norm__second__2(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "norm.");
	weft_hole_symbol(at, S_second__n);

	weft_axis_of(at, h_);
}

/* shared.weft:18: scale in second: second.scale */
static void
scale__second(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "second.scale");

	weft_axis_of(at, h_);
}

/* shared.weft:47: up in alone: alone.{l} */
static void
up__alone(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "alone.");
	weft_hole(at, l_);

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* shared.weft:50: norm in alone: norm */
static void
norm__alone(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "norm");

	weft_axis_of(at, h_);
}

/* shared.weft:54: scale in alone: alone_scale */
static void
scale__alone(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "alone_scale");

	weft_axis_of(at, h_);
}

/*!re2c
re2c:define:YYCTYPE = "unsigned char";
re2c:yych:conversion = 1;
re2c:yyfill:enable = 0;
num = "0" | [1-9][0-9]*;
*/

/* shared.weft:21: alone.{l} */
static bool
evidence_4(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_4 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_4
	"alone." @s0 num @e0 [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static bool
scan_first(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key;
	const char *e0 = key, *e1 = key;
	/*!stags:re2c:scan_first format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_first
	@s0 "first." @e0 ".old." @s1 ([\x01-\xff])+ @e1 [\x00] {
		return weft_found(captures, 0, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 "first." @e0 @s1 num @e1 [\x00] {
		return weft_found(captures, 1, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	"big.norm" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	"norm." @s0 ("1" | "2") @e0 [\x00] {
		return weft_found(captures, 3, 1, (const char *[]){
			s0, e0,
		});
	}
	"first_scale" [\x00] {
		return weft_found(captures, 4, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_first[] = {
	scan_first,
	NULL,
};

static bool
scan_second(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key;
	const char *e0 = key, *e1 = key;
	/*!stags:re2c:scan_second format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_second
	@s0 "second" @e0 ".old." @s1 ([\x01-\xff])+ @e1 [\x00] {
		return weft_found(captures, 0, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 "second" @e0 [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"big.norm" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	"norm." @s0 ("1" | "2") @e0 [\x00] {
		return weft_found(captures, 3, 1, (const char *[]){
			s0, e0,
		});
	}
	"second.scale" [\x00] {
		return weft_found(captures, 4, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_second[] = {
	scan_second,
	NULL,
};

static bool
scan_alone(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_alone format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_alone
	"alone." @s0 num @e0 [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"norm" [\x00] {
		return weft_found(captures, 1, 0, NULL);
	}
	"alone_scale" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_alone[] = {
	scan_alone,
	NULL,
};

static const weft_symbol symbols[] = {
	{
		.kind = WEFT_SYM_SIZE,
		.name = "H",
		.layout = -1,
		.where = "shared.weft\0724",
		.text = "H\040\075\040hidden_size",
		.value = EXPR(CONFIG, .s = "hidden_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "L",
		.layout = -1,
		.where = "shared.weft\0725",
		.text = "L\040\075\040num_layers",
		.value = EXPR(CONFIG, .s = "num_layers"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "F",
		.layout = -1,
		.where = "shared.weft\0726",
		.text = "F\040\075\040width",
		.value = EXPR(CONFIG, .s = "width"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "W",
		.layout = L_first,
		.where = "shared.weft\07229",
		.text = "W\040\075\040config.shared_width\040\174\040F",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "shared_width"),
			.b = EXPR(SYMBOL, .n = S_F)),
	},
	{
		.kind = WEFT_SYM_NUMBER,
		.name = "share",
		.layout = L_first,
		.where = "shared.weft\07230",
		.text = "share\040\075\040config.ratio\040\057\0402",
		.value = EXPR(QUOTIENT,
			.a = EXPR(CONFIG, .s = "ratio"),
			.b = EXPR(INT, .n = 2)),
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "odd",
		.layout = L_first,
		.where = "shared.weft\07231",
		.text = "odd\040\075\040W\040\045\0402\040\075\075\0401",
		.value = EXPR(EQ,
			.a = EXPR(MOD,
				.a = EXPR(SYMBOL, .n = S_first__W),
				.b = EXPR(INT, .n = 2)),
			.b = EXPR(INT, .n = 1)),
	},
	{
		.kind = WEFT_SYM_TEXT,
		.name = "X",
		.layout = L_first,
		.where = "shared.weft\07211",
		.text = "X\040\075\040first.",
		.value = EXPR(STRING, .s = "first."),
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "some",
		.layout = L_first,
		.where = "shared.weft\07232",
		.text = "some\040\075\040\133n\054\040W\135",
		.value = EXPR(LIST,
			.a = EXPR(SYMBOL, .n = S_first__n),
			.b = EXPR(LIST, .a = EXPR(SYMBOL, .n = S_first__W))),
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "n",
		.layout = L_first,
		.where = "shared.weft\07228",
		.text = "n",
		.value = EXPR(INT, .n = 1),
		.choices = (const char *const[]){
			"1",
			"2",
			NULL,
		},
		.doc = "parts",
	},
	{
		.kind = WEFT_SYM_VARIANT,
		.name = "big",
		.layout = L_first,
		.where = "shared.weft\07234",
		.text = "big",
		.value = EXPR(HAS, .n = 0),
		.otherwise = EXPR(SYMBOL, .n = S_first__odd),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "W",
		.layout = L_second,
		.where = "shared.weft\07229",
		.text = "W\040\075\040config.shared_width\040\174\040F",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "shared_width"),
			.b = EXPR(SYMBOL, .n = S_F)),
	},
	{
		.kind = WEFT_SYM_NUMBER,
		.name = "share",
		.layout = L_second,
		.where = "shared.weft\07230",
		.text = "share\040\075\040config.ratio\040\057\0402",
		.value = EXPR(QUOTIENT,
			.a = EXPR(CONFIG, .s = "ratio"),
			.b = EXPR(INT, .n = 2)),
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "odd",
		.layout = L_second,
		.where = "shared.weft\07231",
		.text = "odd\040\075\040W\040\045\0402\040\075\075\0401",
		.value = EXPR(EQ,
			.a = EXPR(MOD,
				.a = EXPR(SYMBOL, .n = S_second__W),
				.b = EXPR(INT, .n = 2)),
			.b = EXPR(INT, .n = 1)),
	},
	{
		.kind = WEFT_SYM_TEXT,
		.name = "X",
		.layout = L_second,
		.where = "shared.weft\07216",
		.text = "X\040\075\040second",
		.value = EXPR(STRING, .s = "second"),
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "some",
		.layout = L_second,
		.where = "shared.weft\07232",
		.text = "some\040\075\040\133n\054\040W\135",
		.value = EXPR(LIST,
			.a = EXPR(SYMBOL, .n = S_second__n),
			.b = EXPR(LIST, .a = EXPR(SYMBOL, .n = S_second__W))),
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "n",
		.layout = L_second,
		.where = "shared.weft\07228",
		.text = "n",
		.value = EXPR(INT, .n = 1),
		.choices = (const char *const[]){
			"1",
			"2",
			NULL,
		},
		.doc = "parts",
	},
	{
		.kind = WEFT_SYM_VARIANT,
		.name = "big",
		.layout = L_second,
		.where = "shared.weft\07234",
		.text = "big",
		.value = EXPR(HAS, .n = 1),
		.otherwise = EXPR(SYMBOL, .n = S_second__odd),
	},
};

static const weft_row rows[] = {
	{
		.name = "up",
		.where = "shared.weft\07244",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 1,
		.n_axes = 3,
	},
	{
		.name = "norm",
		.where = "shared.weft\07249",
		.axes = (const weft_axis[]){
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 0,
		.n_axes = 1,
	},
	{
		.name = "scale",
		.where = "shared.weft\07252",
		.axes = (const weft_axis[]){
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 0,
		.n_axes = 1,
		.optional = true,
	},
};

static const weft_cell cells[] = {
	{
		.row = R_up,
		.layout = L_first,
		.where = "shared.weft\07245",
		.text = "\173X\175\173l\175",
		.compose = up__first,
	},
	{
		.row = R_norm,
		.layout = L_first,
		.where = "shared.weft\07240",
		.text = "when\040big\040big.norm",
		.when = EXPR(SYMBOL, .n = S_first__big),
		.compose = norm__first,
	},
	{
		.row = R_norm,
		.layout = L_first,
		.where = "shared.weft\07241",
		.text = "else\040norm.\173n\175",
		.compose = norm__first__2,
	},
	{
		.row = R_scale,
		.layout = L_first,
		.where = "shared.weft\07253",
		.text = "first_scale",
		.compose = scale__first,
	},
	{
		.row = R_up,
		.layout = L_second,
		.where = "shared.weft\07246",
		.text = "\173X\175\040\133l\040a\040c\040h\135",
		.compose = up__second,
		.extra = (const weft_axis[]){
			{
				.name = "a",
				.to = EXPR(SYMBOL, .n = S_second__n),
			},
			{
				.name = "c",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 1, .s = "f"),
					.b = EXPR(SYMBOL, .n = S_second__n)),
			},
		},
		.n_extra = 2,
	},
	{
		.row = R_norm,
		.layout = L_second,
		.where = "shared.weft\07240",
		.text = "when\040big\040big.norm",
		.when = EXPR(SYMBOL, .n = S_second__big),
		.compose = norm__second,
	},
	{
		.row = R_norm,
		.layout = L_second,
		.where = "shared.weft\07241",
		.text = "else\040norm.\173n\175",
		.compose = norm__second__2,
	},
	{
		.row = R_scale,
		.layout = L_second,
		.where = "shared.weft\07218",
		.text = "second.scale",
		.compose = scale__second,
	},
	{
		.row = R_up,
		.layout = L_alone,
		.where = "shared.weft\07247",
		.text = "alone.\173l\175",
		.compose = up__alone,
	},
	{
		.row = R_norm,
		.layout = L_alone,
		.where = "shared.weft\07250",
		.text = "norm",
		.compose = norm__alone,
	},
	{
		.row = R_scale,
		.layout = L_alone,
		.where = "shared.weft\07254",
		.text = "alone_scale",
		.compose = scale__alone,
	},
};

static const weft_evidence evidence[] = {
	{
		.text = "big.norm",
		.key = "big.norm",
	},
	{
		.text = "big.norm",
		.key = "big.norm",
	},
	{
		.text = "first.0",
		.key = "first.0",
	},
	{
		.text = "second",
		.key = "second",
	},
	{
		.text = "alone.\173l\175",
		.scan = evidence_4,
	},
};

static const weft_pattern patterns_first[] = {
	{
		.drop = "old",
		.where = "shared.weft\07235",
		.text = "\173X\175.old.\173x..\175",
	},
	{
		.cells = (const int[]){
			0,
		},
		.n_cells = 1,
		.where = "shared.weft\07245",
		.text = "\173X\175\173l\175",
	},
	{
		.cells = (const int[]){
			1,
		},
		.n_cells = 1,
		.where = "shared.weft\07240",
		.text = "big.norm",
	},
	{
		.cells = (const int[]){
			2,
		},
		.n_cells = 1,
		.where = "shared.weft\07241",
		.text = "norm.\173n\175",
	},
	{
		.cells = (const int[]){
			3,
		},
		.n_cells = 1,
		.where = "shared.weft\07253",
		.text = "first_scale",
	},
};

static const weft_change changes_first[] = {
	{
		.kind = WEFT_SET,
		.path = "own",
		.value = EXPR(INT, .n = 1),
		.where = "shared.weft\07210",
	},
	{
		.kind = WEFT_SET,
		.path = "shared",
		.value = EXPR(SYMBOL, .n = S_first__n),
		.where = "shared.weft\07237",
	},
	{
		.kind = WEFT_SET,
		.path = "ratio",
		.value = EXPR(SYMBOL, .n = S_first__share),
		.optional = true,
		.where = "shared.weft\07238",
	},
	{
		.kind = WEFT_REMOVE,
		.path = "left",
		.when = EXPR(SYMBOL, .n = S_first__big),
		.where = "shared.weft\07239",
	},
};

static const weft_require requires_first[] = {
	{
		.that = EXPR(GT,
			.a = EXPR(SYMBOL, .n = S_H),
			.b = EXPR(INT, .n = 1)),
		.message = "first",
		.where = "shared.weft\07212",
	},
	{
		.that = EXPR(OR,
			.a = EXPR(LT,
				.a = EXPR(SYMBOL, .n = S_first__n),
				.b = EXPR(SYMBOL, .n = S_first__W)),
			.b = EXPR(IN,
				.a = EXPR(INT, .n = 2),
				.b = EXPR(SYMBOL, .n = S_first__some))),
		.message = "too\040many\040parts",
		.where = "shared.weft\07236",
	},
};

static const weft_pattern patterns_second[] = {
	{
		.drop = "old",
		.where = "shared.weft\07235",
		.text = "\173X\175.old.\173x..\175",
	},
	{
		.cells = (const int[]){
			4,
		},
		.n_cells = 1,
		.where = "shared.weft\07246",
		.text = "\173X\175",
	},
	{
		.cells = (const int[]){
			5,
		},
		.n_cells = 1,
		.where = "shared.weft\07240",
		.text = "big.norm",
	},
	{
		.cells = (const int[]){
			6,
		},
		.n_cells = 1,
		.where = "shared.weft\07241",
		.text = "norm.\173n\175",
	},
	{
		.cells = (const int[]){
			7,
		},
		.n_cells = 1,
		.where = "shared.weft\07218",
		.text = "second.scale",
	},
};

static const weft_change changes_second[] = {
	{
		.kind = WEFT_SET,
		.path = "shared",
		.value = EXPR(SYMBOL, .n = S_second__n),
		.where = "shared.weft\07237",
	},
	{
		.kind = WEFT_SET,
		.path = "ratio",
		.value = EXPR(SYMBOL, .n = S_second__share),
		.optional = true,
		.where = "shared.weft\07238",
	},
	{
		.kind = WEFT_REMOVE,
		.path = "own",
		.where = "shared.weft\07217",
	},
	{
		.kind = WEFT_REMOVE,
		.path = "left",
		.when = EXPR(SYMBOL, .n = S_second__big),
		.where = "shared.weft\07239",
	},
};

static const weft_require requires_second[] = {
	{
		.that = EXPR(OR,
			.a = EXPR(LT,
				.a = EXPR(SYMBOL, .n = S_second__n),
				.b = EXPR(SYMBOL, .n = S_second__W)),
			.b = EXPR(IN,
				.a = EXPR(INT, .n = 2),
				.b = EXPR(SYMBOL, .n = S_second__some))),
		.message = "too\040many\040parts",
		.where = "shared.weft\07236",
	},
};

static const weft_pattern patterns_alone[] = {
	{
		.cells = (const int[]){
			8,
		},
		.n_cells = 1,
		.where = "shared.weft\07247",
		.text = "alone.\173l\175",
	},
	{
		.cells = (const int[]){
			9,
		},
		.n_cells = 1,
		.where = "shared.weft\07250",
		.text = "norm",
	},
	{
		.cells = (const int[]){
			10,
		},
		.n_cells = 1,
		.where = "shared.weft\07254",
		.text = "alone_scale",
	},
};

static const weft_layout layouts[] = {
	{
		.name = "first",
		.title = "one\040for\040each\040layer",
		.where = "shared.weft\0728",
		.format = "safetensors",
		.config = "both.json",
		.file = "both.safetensors",
		.detect = EXPR(HAS, .n = 2),
		.detect_text = "has\050first.0\051",
		.scanners = scanners_first,
		.patterns = patterns_first,
		.n_patterns = 5,
		.changes = changes_first,
		.n_changes = 4,
		.requires = requires_first,
		.n_requires = 2,
	},
	{
		.name = "second",
		.title = "in\040one\054\040by\040rank",
		.where = "shared.weft\07214",
		.format = "safetensors",
		.config = "both.json",
		.file = "both.safetensors",
		.detect = EXPR(HAS, .n = 3),
		.detect_text = "has\050second\051",
		.scanners = scanners_second,
		.patterns = patterns_second,
		.n_patterns = 5,
		.changes = changes_second,
		.n_changes = 4,
		.requires = requires_second,
		.n_requires = 1,
	},
	{
		.name = "alone",
		.title = "with\040nothing\040of\040the\040others",
		.where = "shared.weft\07220",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 4),
		.detect_text = "has\050alone.\173l\175\051",
		.scanners = scanners_alone,
		.patterns = patterns_alone,
		.n_patterns = 3,
	},
};

const weft_model weft_model_shared = {
	.name = "shared",
	.title = "Layouts\040that\040share",
	.file = "shared.weft",
	.symbols = symbols,
	.n_symbols = 17,
	.rows = rows,
	.n_rows = 3,
	.layouts = layouts,
	.n_layouts = 3,
	.cells = cells,
	.n_cells = 11,
	.evidence = evidence,
	.n_evidence = 5,
};

int
main(int argc, char **argv)
{
	return weft_main(&weft_model_shared, argc, argv);
}
