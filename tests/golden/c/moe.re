/* moe.weft in C, made by weft */
#include "weft.h"

#define EXPR(op, ...) (&(const weft_expr){WEFT_E_##op, __VA_ARGS__})

enum {
	S_H, S_L, S_E, S_F, S_N, S_G, S_D, S_V, S_tied, S_vllm_tpu__tp,
};

enum {
	R_expert_in, R_expert_out, R_norm,
};

enum {
	L_split, L_fused, L_maxtext, L_vllm_tpu,
};

static const weft_expr int_128 = {WEFT_E_INT, .n = 128};

/* moe.weft:30: expert_in in split:
 * model.layers.{l}.mlp.experts.{e}.{p}_proj.weight */
static void
expert_in__split(weft_place *at)
{
	enum { l_, e_, p_, f_, h_ };
	static const char *const p_words[] = {
		"gate", "up", NULL,
	};

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.");
	weft_hole(at, e_);
	weft_literal(at, ".");
	weft_hole_labels(at, p_, p_words);
	weft_literal(at, "_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* moe.weft:36: expert_out in split:
 * model.layers.{l}.mlp.experts.{e}.down_proj.weight */
static void
expert_out__split(weft_place *at)
{
	enum { l_, e_, h_, f_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.");
	weft_hole(at, e_);
	weft_literal(at, ".down_proj.weight");

	weft_axis_of(at, h_);
	weft_axis_of(at, f_);
}

/* moe.weft:41: norm in split: model.norm.weight */
static void
norm__split(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "model.norm.weight");

	weft_axis_of(at, h_);
}

/* moe.weft:31: expert_in in fused: model.layers.{l}.mlp.experts.gate_up_proj
 * | stack e 0 | fuse p 1 */
static void
expert_in__fused(weft_place *at)
{
	enum { l_, e_, p_, f_, h_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.gate_up_proj");

	weft_axis_of(at, e_);
	weft_product(at);
		weft_axis_of(at, p_);
		weft_axis_of(at, f_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* moe.weft:37: expert_out in fused: model.layers.{l}.mlp.experts.down_proj |
 * stack e 0 */
static void
expert_out__fused(weft_place *at)
{
	enum { l_, e_, h_, f_ };

	weft_literal(at, "model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.down_proj");

	weft_axis_of(at, e_);
	weft_axis_of(at, h_);
	weft_axis_of(at, f_);
}

/* moe.weft:41: norm in fused: model.norm.weight */
static void
norm__fused(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "model.norm.weight");

	weft_axis_of(at, h_);
}

/* moe.weft:32: expert_in in maxtext:
 * params.params.decoder.layers.moe_block.wi_{p:0,1} | transpose 0 1 | stack l
 * 0 | stack e 0 */
static void
expert_in__maxtext(weft_place *at)
{
	enum { l_, e_, p_, f_, h_ };
	static const char *const p_words[] = {
		"0", "1", NULL,
	};

	weft_literal(at, "params.params.decoder.layers.moe_block.wi_");
	weft_hole_labels(at, p_, p_words);

	weft_axis_of(at, e_);
	weft_axis_of(at, l_);
	weft_axis_of(at, h_);
	weft_axis_of(at, f_);
}

/* moe.weft:38: expert_out in maxtext:
 * params.params.decoder.layers.moe_block.wo [e l f h] */
static void
expert_out__maxtext(weft_place *at)
{
	enum { l_, e_, h_, f_ };

	weft_literal(at, "params.params.decoder.layers.moe_block.wo");

	weft_axis_of(at, e_);
	weft_axis_of(at, l_);
	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* moe.weft:42: norm in maxtext: params.params.decoder.decoder_norm.scale */
static void
norm__maxtext(weft_place *at)
{
	enum { h_ };

	weft_literal(at, "params.params.decoder.decoder_norm.scale");

	weft_axis_of(at, h_);
}

/* moe.weft:33: expert_in in vllm_tpu:
 * vllm_model.model.layers.{l}.mlp.experts.w13_weight [e h (t p c^128)] */
static void
expert_in__vllm_tpu(weft_place *at)
{
	enum { l_, e_, p_, f_, h_, t_, c_ };
	static const int f_parts[] = {t_, c_};

	weft_split(at, f_, 2, f_parts);
	weft_literal(at, "vllm_model.model.layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.w13_weight");

	weft_axis_of(at, e_);
	weft_axis_of(at, h_);
	weft_product(at);
		weft_axis_of(at, t_);
		weft_axis_of(at, p_);
		weft_axis_of(at, c_);
		weft_multiple(at, &int_128);
	weft_end(at);
}

/*!re2c
re2c:define:YYCTYPE = "unsigned char";
re2c:yych:conversion = 1;
re2c:yyfill:enable = 0;
num = "0" | [1-9][0-9]*;
*/

static bool
scan_split(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key, *s2 = key;
	const char *e0 = key, *e1 = key, *e2 = key;
	/*!stags:re2c:scan_split format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_split
	"model.layers." @s0 num @e0 ".mlp.experts." @s1 num @e1 "." @s2 ("gate" | "up") @e2 "_proj.weight" [\x00] {
		return weft_found(captures, 0, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	"model.layers." @s0 num @e0 ".mlp.experts." @s1 num @e1 ".down_proj.weight" [\x00] {
		return weft_found(captures, 1, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	"model.norm.weight" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_split[] = {
	scan_split,
	NULL,
};

static bool
scan_fused(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_fused format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_fused
	"model.layers." @s0 num @e0 ".mlp.experts.gate_up_proj" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"model.layers." @s0 num @e0 ".mlp.experts.down_proj" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"model.norm.weight" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_fused[] = {
	scan_fused,
	NULL,
};

static bool
scan_maxtext(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_maxtext format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_maxtext
	"params.params.decoder.layers.moe_block.wi_" @s0 ("0" | "1") @e0 [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"params.params.decoder.layers.moe_block.wo" [\x00] {
		return weft_found(captures, 1, 0, NULL);
	}
	"params.params.decoder.decoder_norm.scale" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_maxtext[] = {
	scan_maxtext,
	NULL,
};

static bool
scan_vllm_tpu(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:scan_vllm_tpu format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_vllm_tpu
	"vllm_model.model.layers." @s0 num @e0 ".mlp.experts.w13_weight" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_vllm_tpu[] = {
	scan_vllm_tpu,
	NULL,
};

static const weft_symbol symbols[] = {
	{
		.kind = WEFT_SYM_SIZE,
		.name = "H",
		.layout = -1,
		.where = "moe.weft\0723",
		.text = "H\040\075\040hidden_size",
		.value = EXPR(CONFIG, .s = "hidden_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "L",
		.layout = -1,
		.where = "moe.weft\0724",
		.text = "L\040\075\040num_hidden_layers",
		.value = EXPR(CONFIG, .s = "num_hidden_layers"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "E",
		.layout = -1,
		.where = "moe.weft\0725",
		.text = "E\040\075\040num_experts\054\040num_local_experts",
		.value = EXPR(SAME,
			.a = EXPR(CONFIG, .s = "num_experts"),
			.b = EXPR(CONFIG, .s = "num_local_experts")),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "F",
		.layout = -1,
		.where = "moe.weft\0726",
		.text = "F\040\075\040moe_intermediate_size",
		.value = EXPR(CONFIG, .s = "moe_intermediate_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "N",
		.layout = -1,
		.where = "moe.weft\0727",
		.text = "N\040\075\040num_attention_heads",
		.value = EXPR(CONFIG, .s = "num_attention_heads"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "G",
		.layout = -1,
		.where = "moe.weft\0728",
		.text = "G\040\075\040num_key_value_heads",
		.value = EXPR(CONFIG, .s = "num_key_value_heads"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "D",
		.layout = -1,
		.where = "moe.weft\0729",
		.text = "D\040\075\040head_dim\040\174\040hidden_size\040\057"
			"\040num_attention_heads",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "head_dim"),
			.b = EXPR(DIV,
				.a = EXPR(CONFIG, .s = "hidden_size"),
				.b = EXPR(CONFIG, .s = "num_attention_heads"))),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "V",
		.layout = -1,
		.where = "moe.weft\07210",
		.text = "V\040\075\040vocab_size",
		.value = EXPR(CONFIG, .s = "vocab_size"),
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "tied",
		.layout = -1,
		.where = "moe.weft\07211",
		.text = "tied\040\075\040tie_word_embeddings\040\174\040false",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "tie_word_embeddings"),
			.b = EXPR(BOOL, .n = 0)),
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "tp",
		.layout = L_vllm_tpu,
		.where = "moe.weft\07225",
		.text = "tp",
		.value = EXPR(INT, .n = 1),
		.doc = "tensor-parallel\040ranks",
	},
};

static const weft_row rows[] = {
	{
		.name = "expert_in",
		.where = "moe.weft\07229",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "e",
				.to = EXPR(SYMBOL, .n = S_E),
			},
			{
				.name = "p",
				.to = EXPR(INT, .n = 2),
				.labels = (const char *const[]){
					"gate",
					"up",
					NULL,
				},
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
		.n_families = 3,
		.n_axes = 5,
	},
	{
		.name = "expert_out",
		.where = "moe.weft\07235",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "e",
				.to = EXPR(SYMBOL, .n = S_E),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
			{
				.name = "f",
				.to = EXPR(SYMBOL, .n = S_F),
			},
		},
		.n_families = 2,
		.n_axes = 4,
	},
	{
		.name = "norm",
		.where = "moe.weft\07240",
		.axes = (const weft_axis[]){
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 0,
		.n_axes = 1,
	},
};

static const weft_cell cells[] = {
	{
		.row = R_expert_in,
		.layout = L_split,
		.where = "moe.weft\07230",
		.text = "model.layers.\173l\175.mlp.experts.\173e\175.\173p"
			"\175_proj.weight",
		.compose = expert_in__split,
	},
	{
		.row = R_expert_out,
		.layout = L_split,
		.where = "moe.weft\07236",
		.text = "model.layers.\173l\175.mlp.experts.\173e\175.down_pr"
			"oj.weight",
		.compose = expert_out__split,
	},
	{
		.row = R_norm,
		.layout = L_split,
		.where = "moe.weft\07241",
		.text = "model.norm.weight",
		.compose = norm__split,
	},
	{
		.row = R_expert_in,
		.layout = L_fused,
		.where = "moe.weft\07231",
		.text = "model.layers.\173l\175.mlp.experts.gate_up_proj\040"
			"\174\040stack\040e\0400\040\174\040fuse\040p\0401",
		.compose = expert_in__fused,
	},
	{
		.row = R_expert_out,
		.layout = L_fused,
		.where = "moe.weft\07237",
		.text = "model.layers.\173l\175.mlp.experts.down_proj\040\174"
			"\040stack\040e\0400",
		.compose = expert_out__fused,
	},
	{
		.row = R_norm,
		.layout = L_fused,
		.where = "moe.weft\07241",
		.text = "model.norm.weight",
		.compose = norm__fused,
	},
	{
		.row = R_expert_in,
		.layout = L_maxtext,
		.where = "moe.weft\07232",
		.text = "params.params.decoder.layers.moe_block.wi_\173p\0720"
			"\0541\175\040\174\040transpose\0400\0401\040\174\040"
			"stack\040l\0400\040\174\040stack\040e\0400",
		.compose = expert_in__maxtext,
	},
	{
		.row = R_expert_out,
		.layout = L_maxtext,
		.where = "moe.weft\07238",
		.text = "params.params.decoder.layers.moe_block.wo\040\133e"
			"\040l\040f\040h\135",
		.compose = expert_out__maxtext,
	},
	{
		.row = R_norm,
		.layout = L_maxtext,
		.where = "moe.weft\07242",
		.text = "params.params.decoder.decoder_norm.scale",
		.compose = norm__maxtext,
	},
	{
		.row = R_expert_in,
		.layout = L_vllm_tpu,
		.where = "moe.weft\07233",
		.text = "vllm_model.model.layers.\173l\175.mlp.experts.w13_we"
			"ight\040\133e\040h\040\050t\040p\040c\136128\051\135",
		.compose = expert_in__vllm_tpu,
		.extra = (const weft_axis[]){
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_vllm_tpu__tp),
			},
			{
				.name = "c",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 3, .s = "f"),
					.b = EXPR(SYMBOL, .n = S_vllm_tpu__tp)),
			},
		},
		.n_extra = 2,
	},
};

static const weft_evidence evidence[] = {
	{
		.text = "model.layers.0.mlp.experts.0.gate_proj.weight",
		.key = "model.layers.0.mlp.experts.0.gate_proj.weight",
	},
	{
		.text = "model.layers.0.mlp.experts.gate_up_proj",
		.key = "model.layers.0.mlp.experts.gate_up_proj",
	},
	{
		.text = "params.params.decoder.layers.moe_block.wi_0",
		.key = "params.params.decoder.layers.moe_block.wi_0",
	},
	{
		.text = "vllm_model.model.layers.0.mlp.experts.w13_weight",
		.key = "vllm_model.model.layers.0.mlp.experts.w13_weight",
	},
};

static const weft_pattern patterns_split[] = {
	{
		.cells = (const int[]){
			0,
		},
		.n_cells = 1,
		.where = "moe.weft\07230",
		.text = "model.layers.\173l\175.mlp.experts.\173e\175.\173p"
			"\175_proj.weight",
	},
	{
		.cells = (const int[]){
			1,
		},
		.n_cells = 1,
		.where = "moe.weft\07236",
		.text = "model.layers.\173l\175.mlp.experts.\173e\175.down_pr"
			"oj.weight",
	},
	{
		.cells = (const int[]){
			2,
		},
		.n_cells = 1,
		.where = "moe.weft\07241",
		.text = "model.norm.weight",
	},
};

static const weft_pattern patterns_fused[] = {
	{
		.cells = (const int[]){
			3,
		},
		.n_cells = 1,
		.where = "moe.weft\07231",
		.text = "model.layers.\173l\175.mlp.experts.gate_up_proj",
	},
	{
		.cells = (const int[]){
			4,
		},
		.n_cells = 1,
		.where = "moe.weft\07237",
		.text = "model.layers.\173l\175.mlp.experts.down_proj",
	},
	{
		.cells = (const int[]){
			5,
		},
		.n_cells = 1,
		.where = "moe.weft\07241",
		.text = "model.norm.weight",
	},
};

static const weft_pattern patterns_maxtext[] = {
	{
		.cells = (const int[]){
			6,
		},
		.n_cells = 1,
		.where = "moe.weft\07232",
		.text = "params.params.decoder.layers.moe_block.wi_\173p\0720"
			"\0541\175",
	},
	{
		.cells = (const int[]){
			7,
		},
		.n_cells = 1,
		.where = "moe.weft\07238",
		.text = "params.params.decoder.layers.moe_block.wo",
	},
	{
		.cells = (const int[]){
			8,
		},
		.n_cells = 1,
		.where = "moe.weft\07242",
		.text = "params.params.decoder.decoder_norm.scale",
	},
};

static const weft_pattern patterns_vllm_tpu[] = {
	{
		.cells = (const int[]){
			9,
		},
		.n_cells = 1,
		.where = "moe.weft\07233",
		.text = "vllm_model.model.layers.\173l\175.mlp.experts.w13_we"
			"ight",
	},
};

static const weft_layout layouts[] = {
	{
		.name = "split",
		.title = "Hugging\040Face\054\040one\040tensor\040per\040expe"
			"rt",
		.where = "moe.weft\07213",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 0),
		.detect_text = "has\050model.layers.0.mlp.experts.0.gate_proj"
			".weight\051",
		.scanners = scanners_split,
		.patterns = patterns_split,
		.n_patterns = 3,
	},
	{
		.name = "fused",
		.title = "Hugging\040Face\054\040experts\040fused\040\050tran"
			"sformers\0405\051",
		.where = "moe.weft\07216",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 1),
		.detect_text = "has\050model.layers.0.mlp.experts.gate_up_pro"
			"j\051",
		.scanners = scanners_fused,
		.patterns = patterns_fused,
		.n_patterns = 3,
	},
	{
		.name = "maxtext",
		.title = "MaxText\054\040scanned\040layers",
		.where = "moe.weft\07219",
		.format = "orbax",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 2),
		.detect_text = "has\050params.params.decoder.layers.moe_block"
			".wi_0\051",
		.scanners = scanners_maxtext,
		.patterns = patterns_maxtext,
		.n_patterns = 3,
	},
	{
		.name = "vllm_tpu",
		.title = "vLLM\040on\040TPU",
		.where = "moe.weft\07223",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 3),
		.detect_text = "has\050vllm_model.model.layers.0.mlp.experts."
			"w13_weight\051",
		.scanners = scanners_vllm_tpu,
		.patterns = patterns_vllm_tpu,
		.n_patterns = 1,
	},
};

const weft_model weft_model_qwen3_moe = {
	.name = "qwen3_moe",
	.title = "Qwen3\040mixture\040of\040experts",
	.file = "moe.weft",
	.symbols = symbols,
	.n_symbols = 10,
	.rows = rows,
	.n_rows = 3,
	.layouts = layouts,
	.n_layouts = 4,
	.cells = cells,
	.n_cells = 10,
	.evidence = evidence,
	.n_evidence = 4,
};

int
main(int argc, char **argv)
{
	return weft_main(&weft_model_qwen3_moe, argc, argv);
}
