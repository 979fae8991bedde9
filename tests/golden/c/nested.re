/* nested.weft in C, made by weft */
#include "weft.h"

#define EXPR(op, ...) (&(const weft_expr){WEFT_E_##op, __VA_ARGS__})

enum {
	S_L, S_M, S_H, S_F, S_kind, S_kind_mtp, S_main__odd, S_main__open,
	S_mtp__odd, S_mtp__open,
};

enum {
	R_main__gate, R_main__up, R_main__down, R_mtp__gate, R_mtp__up,
	R_mtp__down,
};

enum {
	L_hf, L_packed, L_twin,
};

/* nested.weft:32: main.gate in hf: when kind[l] == "dense"
 * {X}.mlp.gate_proj.weight */
static void
main__gate__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.gate_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:33: main.gate in hf: else {X}.mlp.gate.weight */
static void
main__gate__hf__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.gate.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:38: main.up in hf: {X}.mlp.up_proj.weight */
static void
main__up__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.up_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:41: main.down in hf: {X}.mlp.down_proj.weight */
static void
main__down__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.down_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:32: mtp.gate in hf: when kind[l] == "dense"
 * {X}.mlp.gate_proj.weight */
static void
mtp__gate__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.gate_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:33: mtp.gate in hf: else {X}.mlp.gate.weight */
static void
mtp__gate__hf__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.gate.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:38: mtp.up in hf: {X}.mlp.up_proj.weight */
static void
mtp__up__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.up_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:41: mtp.down in hf: {X}.mlp.down_proj.weight */
static void
mtp__down__hf(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.down_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:34: main.gate in packed: when open {Y}.gate */
static void
main__gate__packed(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".gate");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:35: main.gate in packed: else {Y}.closed */
static void
main__gate__packed__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".closed");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:43: main.up in packed: {Y}.fc1 [(up:f + down:f) h] */
static void
main__up__packed(weft_place *at)
{
	enum { l_, f_, h_, main__down__f_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, true);
		weft_axis_of(at, f_);
		weft_term(at, false);
		weft_axis_of(at, main__down__f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:43: main.down in packed: {Y}.fc1 [(up:f + down:f) h] */
static void
main__down__packed(weft_place *at)
{
	enum { l_, f_, h_, main__up__f_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, false);
		weft_axis_of(at, main__up__f_);
		weft_term(at, true);
		weft_axis_of(at, f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:34: mtp.gate in packed: when open {Y}.gate */
static void
mtp__gate__packed(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".gate");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:35: mtp.gate in packed: else {Y}.closed */
static void
mtp__gate__packed__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".closed");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:43: mtp.up in packed: {Y}.fc1 [(up:f + down:f) h] */
static void
mtp__up__packed(weft_place *at)
{
	enum { l_, f_, h_, mtp__down__f_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, true);
		weft_axis_of(at, f_);
		weft_term(at, false);
		weft_axis_of(at, mtp__down__f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:43: mtp.down in packed: {Y}.fc1 [(up:f + down:f) h] */
static void
mtp__down__packed(weft_place *at)
{
	enum { l_, f_, h_, mtp__up__f_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, false);
		weft_axis_of(at, mtp__up__f_);
		weft_term(at, true);
		weft_axis_of(at, f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:34: main.gate in twin: when open {Y}.gate */
static void
main__gate__twin(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".gate");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:35: main.gate in twin: else {Y}.closed */
static void
main__gate__twin__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".closed");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:43: main.up in twin: {Y}.fc1 [(up:f + down:f) h] */
static void
main__up__twin(weft_place *at)
{
	enum { l_, f_, h_, main__down__f_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, true);
		weft_axis_of(at, f_);
		weft_term(at, false);
		weft_axis_of(at, main__down__f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:43: main.down in twin: {Y}.fc1 [(up:f + down:f) h] */
static void
main__down__twin(weft_place *at)
{
	enum { l_, f_, h_, main__up__f_ };

	weft_literal(at, "decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, false);
		weft_axis_of(at, main__up__f_);
		weft_term(at, true);
		weft_axis_of(at, f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:34: mtp.gate in twin: when open {Y}.gate */
static void
mtp__gate__twin(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".gate");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:35: mtp.gate in twin: else {Y}.closed */
static void
mtp__gate__twin__2(weft_place *at)
{
	enum { l_, f_, h_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".closed");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* nested.weft:43: mtp.up in twin: {Y}.fc1 [(up:f + down:f) h] */
static void
mtp__up__twin(weft_place *at)
{
	enum { l_, f_, h_, mtp__down__f_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, true);
		weft_axis_of(at, f_);
		weft_term(at, false);
		weft_axis_of(at, mtp__down__f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* nested.weft:43: mtp.down in twin: {Y}.fc1 [(up:f + down:f) h] */
static void
mtp__down__twin(weft_place *at)
{
	enum { l_, f_, h_, mtp__up__f_ };

	weft_literal(at, "mtp.decoder.");
	weft_hole(at, l_);
	weft_literal(at, ".fc1");

	weft_sum(at);
		weft_term(at, false);
		weft_axis_of(at, mtp__up__f_);
		weft_term(at, true);
		weft_axis_of(at, f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/*!re2c
re2c:define:YYCTYPE = "unsigned char";
re2c:yych:conversion = 1;
re2c:yyfill:enable = 0;
num = "0" | [1-9][0-9]*;
*/

/* nested.weft:28: decoder.{l}.gate */
static bool
evidence_0(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_0 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_0
	"decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

/* nested.weft:28: mtp.decoder.{l}.gate */
static bool
evidence_1(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_1 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_1
	"mtp.decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

/* nested.weft:12: model.layers.{l}.mlp.gate_proj.weight */
static bool
evidence_2(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_2 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_2
	"model.layers." @s0 num @e0 ".mlp.gate_proj.weight" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

/* nested.weft:17: decoder.{l}.fc1 */
static bool
evidence_3(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_3 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_3
	"decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

/* nested.weft:21: decoder.{l}.fc1 */
static bool
evidence_4(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_4 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_4
	"decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static bool
scan_hf(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_hf format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_hf
	"model.layers." @s0 num @e0 ".mlp.gate_proj.weight" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"model.layers." @s0 num @e0 ".mlp.gate.weight" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"model.layers." @s0 num @e0 ".mlp.up_proj.weight" [\x00] {
		return weft_found(captures, 2, 1, (const char *[]){
			s0, e0,
		});
	}
	"model.layers." @s0 num @e0 ".mlp.down_proj.weight" [\x00] {
		return weft_found(captures, 3, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.layers." @s0 num @e0 ".mlp.gate_proj.weight" [\x00] {
		return weft_found(captures, 4, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.layers." @s0 num @e0 ".mlp.gate.weight" [\x00] {
		return weft_found(captures, 5, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.layers." @s0 num @e0 ".mlp.up_proj.weight" [\x00] {
		return weft_found(captures, 6, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.layers." @s0 num @e0 ".mlp.down_proj.weight" [\x00] {
		return weft_found(captures, 7, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_hf[] = {
	scan_hf,
	NULL,
};

static bool
scan_packed(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_packed format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_packed
	"decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"decoder." @s0 num @e0 ".closed" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 2, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 3, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".closed" [\x00] {
		return weft_found(captures, 4, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 5, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_packed[] = {
	scan_packed,
	NULL,
};

static bool
scan_twin(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_twin format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_twin
	"decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"decoder." @s0 num @e0 ".closed" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 2, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".gate" [\x00] {
		return weft_found(captures, 3, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".closed" [\x00] {
		return weft_found(captures, 4, 1, (const char *[]){
			s0, e0,
		});
	}
	"mtp.decoder." @s0 num @e0 ".fc1" [\x00] {
		return weft_found(captures, 5, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_twin[] = {
	scan_twin,
	NULL,
};

static const weft_symbol symbols[] = {
	{
		.kind = WEFT_SYM_SIZE,
		.name = "L",
		.layout = -1,
		.where = "nested.weft\0724",
		.text = "L\040\075\040num_hidden_layers",
		.value = EXPR(CONFIG, .s = "num_hidden_layers"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "M",
		.layout = -1,
		.where = "nested.weft\0725",
		.text = "M\040\075\040num_nextn_predict_layers\040\174\0400",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "num_nextn_predict_layers"),
			.b = EXPR(INT, .n = 0)),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "H",
		.layout = -1,
		.where = "nested.weft\0726",
		.text = "H\040\075\040hidden_size",
		.value = EXPR(CONFIG, .s = "hidden_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "F",
		.layout = -1,
		.where = "nested.weft\0727",
		.text = "F\040\075\040intermediate_size",
		.value = EXPR(CONFIG, .s = "intermediate_size"),
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "kind",
		.layout = -1,
		.where = "nested.weft\0728",
		.text = "kind\040\075\040layer_types",
		.value = EXPR(CONFIG, .s = "layer_types"),
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "kind_mtp",
		.layout = -1,
		.where = "nested.weft\0729",
		.text = "kind_mtp\040\075\040mtp_layer_types",
		.value = EXPR(CONFIG, .s = "mtp_layer_types"),
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "main.odd",
		.layout = -1,
		.where = "nested.weft\07229",
		.text = "odd\040\075\040is_odd\040\174\040false",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "is_odd"),
			.b = EXPR(BOOL, .n = 0)),
	},
	{
		.kind = WEFT_SYM_VARIANT,
		.name = "main.open",
		.layout = -1,
		.where = "nested.weft\07228",
		.text = "open",
		.value = EXPR(HAS, .n = 0),
		.otherwise = EXPR(BOOL, .n = 1),
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "mtp.odd",
		.layout = -1,
		.where = "nested.weft\07229",
		.text = "odd\040\075\040is_odd\040\174\040false",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "is_odd"),
			.b = EXPR(BOOL, .n = 0)),
	},
	{
		.kind = WEFT_SYM_VARIANT,
		.name = "mtp.open",
		.layout = -1,
		.where = "nested.weft\07228",
		.text = "open",
		.value = EXPR(HAS, .n = 1),
		.otherwise = EXPR(BOOL, .n = 1),
	},
};

static const weft_row rows[] = {
	{
		.name = "main.gate",
		.where = "nested.weft\07231",
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
		.when = EXPR(NOT, .a = EXPR(SYMBOL, .n = S_main__odd)),
	},
	{
		.name = "main.up",
		.where = "nested.weft\07237",
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
		.name = "main.down",
		.where = "nested.weft\07240",
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
		.name = "mtp.gate",
		.where = "nested.weft\07231",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_M),
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
		.when = EXPR(NOT, .a = EXPR(SYMBOL, .n = S_mtp__odd)),
	},
	{
		.name = "mtp.up",
		.where = "nested.weft\07237",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_M),
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
		.name = "mtp.down",
		.where = "nested.weft\07240",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_M),
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
};

static const weft_cell cells[] = {
	{
		.row = R_main__gate,
		.layout = L_hf,
		.where = "nested.weft\07232",
		.text = "when\040kind\133l\135\040\075\075\040\042dense\042"
			"\040\173X\175.mlp.gate_proj.weight",
		.when = EXPR(EQ,
			.a = EXPR(SUBSCRIPT,
				.a = EXPR(SYMBOL, .n = S_kind),
				.b = EXPR(INDEX, .n = 0, .s = "l")),
			.b = EXPR(STRING, .s = "dense")),
		.compose = main__gate__hf,
	},
	{
		.row = R_main__gate,
		.layout = L_hf,
		.where = "nested.weft\07233",
		.text = "else\040\173X\175.mlp.gate.weight",
		.compose = main__gate__hf__2,
	},
	{
		.row = R_main__up,
		.layout = L_hf,
		.where = "nested.weft\07238",
		.text = "\173X\175.mlp.up_proj.weight",
		.compose = main__up__hf,
	},
	{
		.row = R_main__down,
		.layout = L_hf,
		.where = "nested.weft\07241",
		.text = "\173X\175.mlp.down_proj.weight",
		.compose = main__down__hf,
	},
	{
		.row = R_mtp__gate,
		.layout = L_hf,
		.where = "nested.weft\07232",
		.text = "when\040kind\133l\135\040\075\075\040\042dense\042"
			"\040\173X\175.mlp.gate_proj.weight",
		.when = EXPR(EQ,
			.a = EXPR(SUBSCRIPT,
				.a = EXPR(SYMBOL, .n = S_kind_mtp),
				.b = EXPR(INDEX, .n = 0, .s = "l")),
			.b = EXPR(STRING, .s = "dense")),
		.compose = mtp__gate__hf,
	},
	{
		.row = R_mtp__gate,
		.layout = L_hf,
		.where = "nested.weft\07233",
		.text = "else\040\173X\175.mlp.gate.weight",
		.compose = mtp__gate__hf__2,
	},
	{
		.row = R_mtp__up,
		.layout = L_hf,
		.where = "nested.weft\07238",
		.text = "\173X\175.mlp.up_proj.weight",
		.compose = mtp__up__hf,
	},
	{
		.row = R_mtp__down,
		.layout = L_hf,
		.where = "nested.weft\07241",
		.text = "\173X\175.mlp.down_proj.weight",
		.compose = mtp__down__hf,
	},
	{
		.row = R_main__gate,
		.layout = L_packed,
		.where = "nested.weft\07234",
		.text = "when\040open\040\173Y\175.gate",
		.when = EXPR(SYMBOL, .n = S_main__open),
		.compose = main__gate__packed,
	},
	{
		.row = R_main__gate,
		.layout = L_packed,
		.where = "nested.weft\07235",
		.text = "else\040\173Y\175.closed",
		.compose = main__gate__packed__2,
	},
	{
		.row = R_main__up,
		.layout = L_packed,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = main__up__packed,
		.extra = (const weft_axis[]){
			{
				.name = "main.down.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_main__down,
		.layout = L_packed,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = main__down__packed,
		.extra = (const weft_axis[]){
			{
				.name = "main.up.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_mtp__gate,
		.layout = L_packed,
		.where = "nested.weft\07234",
		.text = "when\040open\040\173Y\175.gate",
		.when = EXPR(SYMBOL, .n = S_mtp__open),
		.compose = mtp__gate__packed,
	},
	{
		.row = R_mtp__gate,
		.layout = L_packed,
		.where = "nested.weft\07235",
		.text = "else\040\173Y\175.closed",
		.compose = mtp__gate__packed__2,
	},
	{
		.row = R_mtp__up,
		.layout = L_packed,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = mtp__up__packed,
		.extra = (const weft_axis[]){
			{
				.name = "mtp.down.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_mtp__down,
		.layout = L_packed,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = mtp__down__packed,
		.extra = (const weft_axis[]){
			{
				.name = "mtp.up.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_main__gate,
		.layout = L_twin,
		.where = "nested.weft\07234",
		.text = "when\040open\040\173Y\175.gate",
		.when = EXPR(SYMBOL, .n = S_main__open),
		.compose = main__gate__twin,
	},
	{
		.row = R_main__gate,
		.layout = L_twin,
		.where = "nested.weft\07235",
		.text = "else\040\173Y\175.closed",
		.compose = main__gate__twin__2,
	},
	{
		.row = R_main__up,
		.layout = L_twin,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = main__up__twin,
		.extra = (const weft_axis[]){
			{
				.name = "main.down.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_main__down,
		.layout = L_twin,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = main__down__twin,
		.extra = (const weft_axis[]){
			{
				.name = "main.up.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_mtp__gate,
		.layout = L_twin,
		.where = "nested.weft\07234",
		.text = "when\040open\040\173Y\175.gate",
		.when = EXPR(SYMBOL, .n = S_mtp__open),
		.compose = mtp__gate__twin,
	},
	{
		.row = R_mtp__gate,
		.layout = L_twin,
		.where = "nested.weft\07235",
		.text = "else\040\173Y\175.closed",
		.compose = mtp__gate__twin__2,
	},
	{
		.row = R_mtp__up,
		.layout = L_twin,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = mtp__up__twin,
		.extra = (const weft_axis[]){
			{
				.name = "mtp.down.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
	{
		.row = R_mtp__down,
		.layout = L_twin,
		.flags = WEFT_PACKED,
		.where = "nested.weft\07243",
		.text = "\173Y\175.fc1\040\133\050up\072f\040\053\040down\072"
			"f\051\040h\135",
		.compose = mtp__down__twin,
		.extra = (const weft_axis[]){
			{
				.name = "mtp.up.f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_extra = 1,
	},
};

static const weft_evidence evidence[] = {
	{
		.text = "decoder.\173l\175.gate",
		.scan = evidence_0,
	},
	{
		.text = "mtp.decoder.\173l\175.gate",
		.scan = evidence_1,
	},
	{
		.text = "model.layers.\173l\175.mlp.gate_proj.weight",
		.scan = evidence_2,
	},
	{
		.text = "decoder.\173l\175.fc1",
		.scan = evidence_3,
	},
	{
		.text = "decoder.\173l\175.fc1",
		.scan = evidence_4,
	},
};

static const weft_pattern patterns_hf[] = {
	{
		.cells = (const int[]){
			0,
		},
		.n_cells = 1,
		.where = "nested.weft\07232",
		.text = "model.layers.\173l\175.mlp.gate_proj.weight",
	},
	{
		.cells = (const int[]){
			1,
		},
		.n_cells = 1,
		.where = "nested.weft\07233",
		.text = "model.layers.\173l\175.mlp.gate.weight",
	},
	{
		.cells = (const int[]){
			2,
		},
		.n_cells = 1,
		.where = "nested.weft\07238",
		.text = "model.layers.\173l\175.mlp.up_proj.weight",
	},
	{
		.cells = (const int[]){
			3,
		},
		.n_cells = 1,
		.where = "nested.weft\07241",
		.text = "model.layers.\173l\175.mlp.down_proj.weight",
	},
	{
		.cells = (const int[]){
			4,
		},
		.n_cells = 1,
		.where = "nested.weft\07232",
		.text = "mtp.layers.\173l\175.mlp.gate_proj.weight",
	},
	{
		.cells = (const int[]){
			5,
		},
		.n_cells = 1,
		.where = "nested.weft\07233",
		.text = "mtp.layers.\173l\175.mlp.gate.weight",
	},
	{
		.cells = (const int[]){
			6,
		},
		.n_cells = 1,
		.where = "nested.weft\07238",
		.text = "mtp.layers.\173l\175.mlp.up_proj.weight",
	},
	{
		.cells = (const int[]){
			7,
		},
		.n_cells = 1,
		.where = "nested.weft\07241",
		.text = "mtp.layers.\173l\175.mlp.down_proj.weight",
	},
};

static const weft_pattern patterns_packed[] = {
	{
		.cells = (const int[]){
			8,
		},
		.n_cells = 1,
		.where = "nested.weft\07234",
		.text = "decoder.\173l\175.gate",
	},
	{
		.cells = (const int[]){
			9,
		},
		.n_cells = 1,
		.where = "nested.weft\07235",
		.text = "decoder.\173l\175.closed",
	},
	{
		.cells = (const int[]){
			10, 11,
		},
		.n_cells = 2,
		.where = "nested.weft\07243",
		.text = "decoder.\173l\175.fc1",
	},
	{
		.cells = (const int[]){
			12,
		},
		.n_cells = 1,
		.where = "nested.weft\07234",
		.text = "mtp.decoder.\173l\175.gate",
	},
	{
		.cells = (const int[]){
			13,
		},
		.n_cells = 1,
		.where = "nested.weft\07235",
		.text = "mtp.decoder.\173l\175.closed",
	},
	{
		.cells = (const int[]){
			14, 15,
		},
		.n_cells = 2,
		.where = "nested.weft\07243",
		.text = "mtp.decoder.\173l\175.fc1",
	},
};

static const weft_pattern patterns_twin[] = {
	{
		.cells = (const int[]){
			16,
		},
		.n_cells = 1,
		.where = "nested.weft\07234",
		.text = "decoder.\173l\175.gate",
	},
	{
		.cells = (const int[]){
			17,
		},
		.n_cells = 1,
		.where = "nested.weft\07235",
		.text = "decoder.\173l\175.closed",
	},
	{
		.cells = (const int[]){
			18, 19,
		},
		.n_cells = 2,
		.where = "nested.weft\07243",
		.text = "decoder.\173l\175.fc1",
	},
	{
		.cells = (const int[]){
			20,
		},
		.n_cells = 1,
		.where = "nested.weft\07234",
		.text = "mtp.decoder.\173l\175.gate",
	},
	{
		.cells = (const int[]){
			21,
		},
		.n_cells = 1,
		.where = "nested.weft\07235",
		.text = "mtp.decoder.\173l\175.closed",
	},
	{
		.cells = (const int[]){
			22, 23,
		},
		.n_cells = 2,
		.where = "nested.weft\07243",
		.text = "mtp.decoder.\173l\175.fc1",
	},
};

static const weft_layout layouts[] = {
	{
		.name = "hf",
		.title = "Hugging\040Face",
		.where = "nested.weft\07211",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 2),
		.detect_text = "has\050model.layers.\173l\175.mlp.gate_proj.w"
			"eight\051",
		.scanners = scanners_hf,
		.patterns = patterns_hf,
		.n_patterns = 8,
	},
	{
		.name = "packed",
		.title = "Packed",
		.where = "nested.weft\07216",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 3),
		.detect_text = "has\050decoder.\173l\175.fc1\051",
		.scanners = scanners_packed,
		.patterns = patterns_packed,
		.n_patterns = 6,
	},
	{
		.name = "twin",
		.title = "Packed\040by\040another\040writer",
		.where = "nested.weft\07220",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 4),
		.detect_text = "has\050decoder.\173l\175.fc1\051",
		.scanners = scanners_twin,
		.patterns = patterns_twin,
		.n_patterns = 6,
	},
};

static const weft_group groups[] = {
	{
		.rows = (const int[]){
			1, 2,
		},
		.n_rows = 2,
		.where = "nested.weft\07244",
	},
	{
		.rows = (const int[]){
			4, 5,
		},
		.n_rows = 2,
		.where = "nested.weft\07244",
	},
};

static const int undecidable[][2] = {
	{L_packed, L_twin},
};

const weft_model weft_model_nested = {
	.name = "nested",
	.title = "Layers\054\040and\040layers\040that\040predict\040further"
		"\040tokens",
	.file = "nested.weft",
	.symbols = symbols,
	.n_symbols = 10,
	.rows = rows,
	.n_rows = 6,
	.layouts = layouts,
	.n_layouts = 3,
	.cells = cells,
	.n_cells = 24,
	.evidence = evidence,
	.n_evidence = 5,
	.groups = groups,
	.n_groups = 2,
	.undecidable = undecidable,
	.n_undecidable = 1,
};

int
main(int argc, char **argv)
{
	return weft_main(&weft_model_nested, argc, argv);
}
