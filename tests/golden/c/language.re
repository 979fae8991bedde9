/* language.weft in C, made by weft */
#include "weft.h"

#define EXPR(op, ...) (&(const weft_expr){WEFT_E_##op, __VA_ARGS__})

enum {
	C_base,
};

enum {
	S_H, S_VP, S_L, S_K, S_E, S_F, S_N, S_G, S_D, S_V, S_FD, S_Q, S_R,
	S_RB, S_alpha, S_twice, S_tied, S_P, S_held, S_kind, S_packed,
	S_megatron__tp, S_megatron__pp, S_megatron__ep, S_megatron__order,
	S_peft__swap,
};

enum {
	R_embed, R_head, R_norm, R_query, R_key, R_value, R_dense, R_expert,
	R_router, R_lora_b, R_scalar, R_vision,
};

enum {
	L_hf, L_megatron, L_peft, L_regex,
};

static const weft_expr int_minus_1 = {WEFT_E_INT, .n = -1};
static const weft_expr expr_2 = {WEFT_E_REAL, .r = 0x1.4p+1};
static const weft_expr int_0 = {WEFT_E_INT, .n = 0};
static const weft_expr int_128 = {WEFT_E_INT, .n = 128};
/* pp - 1 */
static const weft_expr expr_5 = {WEFT_E_SUB,
	.a = EXPR(SYMBOL, .n = S_megatron__pp),
	.b = EXPR(INT, .n = 1)};
static const weft_expr V_VP = {WEFT_E_SYMBOL, .n = S_VP};
/* V + (2 * tp) */
static const weft_expr expr_7 = {WEFT_E_ADD,
	.a = EXPR(SYMBOL, .n = S_V),
	.b = EXPR(MUL,
		.a = EXPR(INT, .n = 2),
		.b = EXPR(SYMBOL, .n = S_megatron__tp))};
static const weft_expr V_peft__swap = {WEFT_E_SYMBOL, .n = S_peft__swap};
/* -K */
static const weft_expr expr_9 = {WEFT_E_NEGATE, .a = EXPR(SYMBOL, .n = S_K)};

/* language.weft:72: embed in hf: {P}embed_tokens.weight */
static void
embed__hf(weft_place *at)
{
	enum { v_, h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "embed_tokens.weight");

	weft_axis_of(at, v_);
	weft_axis_of(at, h_);
}

/* language.weft:77: head in hf: when packed lm_head.packed | add -1 | scale
 * 2.5 | cast f32 */
static void
head__hf(weft_place *at)
{
	enum { v_, h_ };

	weft_literal(at, "lm_head.packed");

	weft_axis_of(at, v_);
	weft_axis_of(at, h_);
	weft_add(at, &int_minus_1);
	weft_scale(at, &expr_2);
	weft_cast(at, "F32");
}

/* language.weft:78: head in hf: else lm_head.weight */
static void
head__hf__2(weft_place *at)
{
	enum { v_, h_ };

	weft_literal(at, "lm_head.weight");

	weft_axis_of(at, v_);
	weft_axis_of(at, h_);
}

/* language.weft:84: norm in hf: {P}norm.weight */
static void
norm__hf(weft_place *at)
{
	enum { h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "norm.weight");

	weft_axis_of(at, h_);
}

/* language.weft:89: query in hf: {X}.self_attn.q_proj.weight [(g m d) h] */
static void
query__hf(weft_place *at)
{
	enum { l_, g_, m_, d_, h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".self_attn.q_proj.weight");

	weft_product(at);
		weft_axis_of(at, g_);
		weft_axis_of(at, m_);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:92: key in hf: {X}.self_attn.k_proj.weight [(g d) h] */
static void
key__hf(weft_place *at)
{
	enum { l_, g_, d_, h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".self_attn.k_proj.weight");

	weft_product(at);
		weft_axis_of(at, g_);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:95: value in hf: {X}.self_attn.v_proj.weight [(g d) h] */
static void
value__hf(weft_place *at)
{
	enum { l_, g_, d_, h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".self_attn.v_proj.weight");

	weft_product(at);
		weft_axis_of(at, g_);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:100: dense in hf: when kind[l] == "full" and p == "gate"
 * {X}.mlp.{p}_proj.weight */
static void
dense__hf(weft_place *at)
{
	enum { l_, p_, f_, h_ };
	static const char *const p_words[] = {
		"gate", "up", NULL,
	};

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.");
	weft_hole_labels(at, p_, p_words);
	weft_literal(at, "_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* language.weft:101: dense in hf: else {X}.mlp.other.{p:w1,w3}.weight */
static void
dense__hf__2(weft_place *at)
{
	enum { l_, p_, f_, h_ };
	static const char *const p_words[] = {
		"w1", "w3", NULL,
	};

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.other.");
	weft_hole_labels(at, p_, p_words);
	weft_literal(at, ".weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* language.weft:107: expert in hf: {X}.mlp.experts.{e}.{p}_proj.weight */
static void
expert__hf(weft_place *at)
{
	enum { l_, e_, p_, f_, h_ };
	static const char *const p_words[] = {
		"gate", "up", NULL,
	};

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.experts.");
	weft_hole(at, e_);
	weft_literal(at, ".");
	weft_hole_labels(at, p_, p_words);
	weft_literal(at, "_proj.weight");

	weft_axis_of(at, f_);
	weft_axis_of(at, h_);
}

/* language.weft:111: router in hf: {X}.mlp.gate.weight */
static void
router__hf(weft_place *at)
{
	enum { l_, e_, h_ };

	weft_hole_symbol(at, S_P);
	weft_literal(at, "layers.");
	weft_hole(at, l_);
	weft_literal(at, ".mlp.gate.weight");

	weft_axis_of(at, e_);
	weft_axis_of(at, h_);
}

/* language.weft:124: vision in hf: {P}visual.{x..} */
static void
vision__hf(weft_place *at)
{
	weft_hole_symbol(at, S_P);
	weft_literal(at, "visual.");
	weft_hole_free(at, 0);
}

/* language.weft:73: embed in megatron: embedding.weight in rank{(s=0 t)}/
 * [(v^128)/t h] */
static void
embed__megatron(weft_place *at)
{
	enum { v_, h_, s_, t_ };

	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit_pinned(at, s_, &int_0);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "embedding.weight");

	weft_axis_of(at, v_);
	weft_multiple(at, &int_128);
	weft_cut(at, t_);
	weft_axis_of(at, h_);
}

/* language.weft:79: head in megatron: when order == "tp_first"
 * output_layer.weight in rank{(s=pp-1 t)}/ [v^=VP/t h] | cast bf16 */
static void
head__megatron(weft_place *at)
{
	enum { v_, h_, s_, t_ };

	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit_pinned(at, s_, &expr_5);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "output_layer.weight");

	weft_axis_of(at, v_);
	weft_exact(at, &V_VP);
	weft_cut(at, t_);
	weft_axis_of(at, h_);
	weft_cast(at, "BF16");
}

/* language.weft:80: head in megatron: else output_layer.weight in
 * rank{(s=pp-1 t)}/ [v^=(V + 2*tp) h] */
static void
head__megatron__2(weft_place *at)
{
	enum { v_, h_, s_, t_ };

	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit_pinned(at, s_, &expr_5);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "output_layer.weight");

	weft_axis_of(at, v_);
	weft_exact(at, &expr_7);
	weft_axis_of(at, h_);
}

/* language.weft:85: norm in megatron: decoder.final_layernorm.weight in
 * rank{(s=pp-1 t)}/ */
static void
norm__megatron(weft_place *at)
{
	enum { h_, s_, t_ };

	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit_pinned(at, s_, &expr_5);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.final_layernorm.weight");

	weft_axis_of(at, h_);
}

/* language.weft:97: query in megatron: decoder.layers.{j}.linear_qkv.weight
 * in rank{(s t)}/ [(i (query:m + key:1 + value:1) d) h] */
static void
query__megatron(weft_place *at)
{
	enum { l_, g_, m_, d_, h_, s_, j_, t_, i_ };
	static const int l_parts[] = {s_, j_};
	static const int g_parts[] = {t_, i_};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, g_, 2, g_parts);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".linear_qkv.weight");

	weft_product(at);
		weft_axis_of(at, i_);
		weft_sum(at);
			weft_term(at, true);
			weft_axis_of(at, m_);
			weft_term(at, false);
			weft_one(at);
			weft_term(at, false);
			weft_one(at);
		weft_end(at);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:97: key in megatron: decoder.layers.{j}.linear_qkv.weight in
 * rank{(s t)}/ [(i (query:m + key:1 + value:1) d) h] */
static void
key__megatron(weft_place *at)
{
	enum { l_, g_, d_, h_, s_, j_, t_, i_, query__m_ };
	static const int l_parts[] = {s_, j_};
	static const int g_parts[] = {t_, i_};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, g_, 2, g_parts);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".linear_qkv.weight");

	weft_product(at);
		weft_axis_of(at, i_);
		weft_sum(at);
			weft_term(at, false);
			weft_axis_of(at, query__m_);
			weft_term(at, true);
			weft_one(at);
			weft_term(at, false);
			weft_one(at);
		weft_end(at);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:97: value in megatron: decoder.layers.{j}.linear_qkv.weight
 * in rank{(s t)}/ [(i (query:m + key:1 + value:1) d) h] */
static void
value__megatron(weft_place *at)
{
	enum { l_, g_, d_, h_, s_, j_, t_, i_, query__m_ };
	static const int l_parts[] = {s_, j_};
	static const int g_parts[] = {t_, i_};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, g_, 2, g_parts);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".linear_qkv.weight");

	weft_product(at);
		weft_axis_of(at, i_);
		weft_sum(at);
			weft_term(at, false);
			weft_axis_of(at, query__m_);
			weft_term(at, false);
			weft_one(at);
			weft_term(at, true);
			weft_one(at);
		weft_end(at);
		weft_axis_of(at, d_);
	weft_end(at);
	weft_axis_of(at, h_);
}

/* language.weft:102: dense in megatron: decoder.layers.{j}.fc1.{p:w3,w1} in
 * rank{(s t)}/ [c h] */
static void
dense__megatron(weft_place *at)
{
	enum { l_, p_, f_, h_, s_, j_, t_, c_ };
	static const int l_parts[] = {s_, j_};
	static const int f_parts[] = {t_, c_};
	static const int p_order[] = {1, 0};
	static const char *const p_words[] = {
		"w1", "w3", NULL,
	};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, f_, 2, f_parts);
	weft_labels_order(at, p_, p_order);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".fc1.");
	weft_hole_labels(at, p_, p_words);

	weft_axis_of(at, c_);
	weft_axis_of(at, h_);
}

/* language.weft:103: dense in megatron: also optional
 * decoder.layers.{j}.copy.{p} in rank{(s t)}/ [c h] */
static void
dense__megatron__2(weft_place *at)
{
	enum { l_, p_, f_, h_, s_, j_, t_, c_ };
	static const int l_parts[] = {s_, j_};
	static const int f_parts[] = {t_, c_};
	static const int p_order[] = {1, 0};
	static const char *const p_words[] = {
		"gate", "up", NULL,
	};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, f_, 2, f_parts);
	weft_labels_order(at, p_, p_order);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_digit(at, t_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".copy.");
	weft_hole_labels(at, p_, p_words);

	weft_axis_of(at, c_);
	weft_axis_of(at, h_);
}

/* language.weft:108: expert in megatron:
 * decoder.layers.{j}.fc1.weight{y}.of{x^=2} in rank{(s)}/ [h (t p c)] | split
 * 0 | stack p 1 | permute 3 0 1 2 | merge 1 -1 */
static void
expert__megatron(weft_place *at)
{
	enum { l_, e_, p_, f_, h_, s_, j_, x_, y_, t_, c_ };
	static const int l_parts[] = {s_, j_};
	static const int e_parts[] = {x_, y_};
	static const int f_parts[] = {t_, c_};
	static const int p_order[] = {1, 0};

	weft_split(at, l_, 2, l_parts);
	weft_split(at, e_, 2, e_parts);
	weft_split(at, f_, 2, f_parts);
	weft_labels_order(at, p_, p_order);
	weft_literal(at, "rank");
	weft_hole_begin(at, 0);
	weft_digit(at, s_);
	weft_hole_end(at);
	weft_directory_end(at);
	weft_literal(at, "decoder.layers.");
	weft_hole(at, j_);
	weft_literal(at, ".fc1.weight");
	weft_hole(at, y_);
	weft_literal(at, ".of");
	weft_hole_width(at, x_, 2);

	weft_axis_of(at, h_);
	weft_product(at);
		weft_axis_of(at, t_);
		weft_axis_of(at, p_);
		weft_axis_of(at, c_);
	weft_end(at);
}

/* language.weft:115: lora_b in peft: base.lora_B [(p o) (p r e)] */
static void
lora_b__peft(weft_place *at)
{
	enum { p_, e_, o_, r_ };
	static const int p_order[] = {1, 0};

	weft_labels_order_when(at, p_, p_order, &V_peft__swap);
	weft_literal(at, "base.lora_B");

	weft_product(at);
		weft_axis_of(at, p_);
		weft_axis_of(at, o_);
	weft_end(at);
	weft_product(at);
		weft_axis_of(at, p_);
		weft_axis_of(at, r_);
		weft_axis_of(at, e_);
	weft_end(at);
}

/* language.weft:119: scalar in peft: scale.{l - K}.{b} [] */
static void
scalar__peft(weft_place *at)
{
	enum { l_, b_ };

	weft_literal(at, "scale.");
	weft_hole_shift(at, l_, &expr_9);
	weft_literal(at, ".");
	weft_hole(at, b_);
}

/* language.weft:125: vision in peft: base.visual.{x..} */
static void
vision__peft(weft_place *at)
{
	weft_literal(at, "base.visual.");
	weft_hole_free(at, 0);
}

/* language.weft:116: lora_b in regex:
 * /base_.(_<e>[0-9]+)_.(_<p>gate|up)_.lora_B/ */
static void
lora_b__regex(weft_place *at)
{
	enum { p_, e_, o_, r_ };
	static const char *const p_words[] = {
		"gate", "up", NULL,
	};

	weft_literal(at, "base.");
	weft_hole(at, e_);
	weft_literal(at, ".");
	weft_hole_labels(at, p_, p_words);
	weft_literal(at, ".lora_B");

	weft_axis_of(at, o_);
	weft_axis_of(at, r_);
}

/* language.weft:120: scalar in regex: /scale_._(_<l>[0-9]+)/ [b] */
static void
scalar__regex(weft_place *at)
{
	enum { l_, b_ };

	weft_literal(at, "scale");
	weft_hole(at, l_);

	weft_axis_of(at, b_);
}

/*!re2c
re2c:define:YYCTYPE = "unsigned char";
re2c:yych:conversion = 1;
re2c:yyfill:enable = 0;
num = "0" | [1-9][0-9]*;
*/

/* language.weft:19: base.lora_{l} */
static bool
evidence_1(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_1 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_1
	"base.lora_" @s0 num @e0 [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

/* language.weft:20: {P}layers.{l + K}.{x..} */
static bool
evidence_2(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key, *s2 = key;
	const char *e0 = key, *e1 = key, *e2 = key;
	/*!stags:re2c:evidence_2 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_2
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 "." @s2 ([\x01-\xff])+ @e2 [\x00] {
		return weft_found(captures, 0, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	* { return false; }
	*/
}

/* language.weft:29: {P}layers.{l}.self_attn.q_proj.weight */
static bool
evidence_4(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key;
	const char *e0 = key, *e1 = key;
	/*!stags:re2c:evidence_4 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_4
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".self_attn.q_proj.weight" [\x00] {
		return weft_found(captures, 0, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	* { return false; }
	*/
}

/* language.weft:32: {P}norm.weight */
static bool
evidence_5(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key;
	const char *e0 = key;
	/*!stags:re2c:evidence_5 format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:evidence_5
	@s0 ("model.language_model." | "model.") @e0 "norm.weight" [\x00] {
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
	const char *s0 = key, *s1 = key, *s2 = key, *s3 = key;
	const char *e0 = key, *e1 = key, *e2 = key, *e3 = key;
	/*!stags:re2c:scan_hf format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_hf
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".rotary_emb.inv_freq" [\x00] {
		return weft_found(captures, 0, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "embed_tokens.weight" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"lm_head.packed" [\x00] {
		return weft_found(captures, 2, 0, NULL);
	}
	"lm_head.weight" [\x00] {
		return weft_found(captures, 3, 0, NULL);
	}
	@s0 ("model.language_model." | "model.") @e0 "norm.weight" [\x00] {
		return weft_found(captures, 4, 1, (const char *[]){
			s0, e0,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".self_attn.q_proj.weight" [\x00] {
		return weft_found(captures, 5, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".self_attn.k_proj.weight" [\x00] {
		return weft_found(captures, 6, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".self_attn.v_proj.weight" [\x00] {
		return weft_found(captures, 7, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".mlp." @s2 ("gate" | "up") @e2 "_proj.weight" [\x00] {
		return weft_found(captures, 8, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".mlp.other." @s2 ("w1" | "w3") @e2 ".weight" [\x00] {
		return weft_found(captures, 9, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".mlp.experts." @s2 num @e2 "." @s3 ("gate" | "up") @e3 "_proj.weight" [\x00] {
		return weft_found(captures, 10, 4, (const char *[]){
			s0, e0, s1, e1, s2, e2, s3, e3,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "layers." @s1 num @e1 ".mlp.gate.weight" [\x00] {
		return weft_found(captures, 11, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	@s0 ("model.language_model." | "model.") @e0 "visual." @s1 ([\x01-\xff])+ @e1 [\x00] {
		return weft_found(captures, 12, 2, (const char *[]){
			s0, e0, s1, e1,
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
scan_megatron(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key, *s2 = key, *s3 = key;
	const char *e0 = key, *e1 = key, *e2 = key, *e3 = key;
	/*!stags:re2c:scan_megatron format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_megatron
	"rank" @s0 num @e0 "\057embedding.weight" [\x00] {
		return weft_found(captures, 0, 1, (const char *[]){
			s0, e0,
		});
	}
	"rank" @s0 num @e0 "\057output_layer.weight" [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	"rank" @s0 num @e0 "\057decoder.final_layernorm.weight" [\x00] {
		return weft_found(captures, 2, 1, (const char *[]){
			s0, e0,
		});
	}
	"rank" @s0 num @e0 "\057decoder.layers." @s1 num @e1 ".linear_qkv.weight" [\x00] {
		return weft_found(captures, 3, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	"rank" @s0 num @e0 "\057decoder.layers." @s1 num @e1 ".fc1." @s2 ("w1" | "w3") @e2 [\x00] {
		return weft_found(captures, 4, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	"rank" @s0 num @e0 "\057decoder.layers." @s1 num @e1 ".copy." @s2 ("gate" | "up") @e2 [\x00] {
		return weft_found(captures, 5, 3, (const char *[]){
			s0, e0, s1, e1, s2, e2,
		});
	}
	"rank" @s0 num @e0 "\057decoder.layers." @s1 num @e1 ".fc1.weight" @s2 num @e2 ".of" @s3 ([\x30-\x39]){2} @e3 [\x00] {
		return weft_found(captures, 6, 4, (const char *[]){
			s0, e0, s1, e1, s2, e2, s3, e3,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_megatron[] = {
	scan_megatron,
	NULL,
};

static bool
scan_peft(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key;
	const char *e0 = key, *e1 = key;
	/*!stags:re2c:scan_peft format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_peft
	"base.lora_B" [\x00] {
		return weft_found(captures, 0, 0, NULL);
	}
	"scale." @s0 num @e0 "." @s1 num @e1 [\x00] {
		return weft_found(captures, 1, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	"base.visual." @s0 ([\x01-\xff])+ @e0 [\x00] {
		return weft_found(captures, 2, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_peft[] = {
	scan_peft,
	NULL,
};

static bool
scan_regex(const char *key, weft_captures *captures)
{
	const char *YYCURSOR = key, *YYMARKER = key;
	const char *s0 = key, *s1 = key;
	const char *e0 = key, *e1 = key;
	/*!stags:re2c:scan_regex format = "const char *@@ = key;\n"; */

	(void)YYMARKER;
	/*!re2c:scan_regex
	"base." @s0 ([\x30-\x39])+ @e0 "." @s1 ("gate" | "up") @e1 ".lora_B" [\x00] {
		return weft_found(captures, 0, 2, (const char *[]){
			s0, e0, s1, e1,
		});
	}
	"scale" ("."){0,1} @s0 ([\x30-\x39])+ @e0 [\x00] {
		return weft_found(captures, 1, 1, (const char *[]){
			s0, e0,
		});
	}
	* { return false; }
	*/
}

static weft_scanner *const scanners_regex[] = {
	scan_regex,
	NULL,
};

static const weft_config configs[] = {
	{
		.name = "base",
		.text = "config.json\040of\040the\040model\040that\040this"
			"\040one\040is\040made\040from",
		.where = "language.weft\072129",
	},
};

static const weft_symbol symbols[] = {
	{
		.kind = WEFT_SYM_SIZE,
		.name = "H",
		.layout = -1,
		.where = "language.weft\0724",
		.text = "H\040\075\040hidden_size",
		.value = EXPR(CONFIG, .s = "hidden_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "VP",
		.layout = -1,
		.where = "language.weft\0725",
		.text = "VP\040\075\040vocab_padded",
		.value = EXPR(CONFIG, .s = "vocab_padded"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "L",
		.layout = -1,
		.where = "language.weft\0726",
		.text = "L\040\075\040num_hidden_layers",
		.value = EXPR(CONFIG, .s = "num_hidden_layers"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "K",
		.layout = -1,
		.where = "language.weft\0727",
		.text = "K\040\075\040first_k_dense_replace\040\174\0400",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "first_k_dense_replace"),
			.b = EXPR(INT, .n = 0)),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "E",
		.layout = -1,
		.where = "language.weft\0728",
		.text = "E\040\075\040num_experts\054\040num_local_experts",
		.value = EXPR(SAME,
			.a = EXPR(CONFIG, .s = "num_experts"),
			.b = EXPR(CONFIG, .s = "num_local_experts")),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "F",
		.layout = -1,
		.where = "language.weft\0729",
		.text = "F\040\075\040moe_intermediate_size",
		.value = EXPR(CONFIG, .s = "moe_intermediate_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "N",
		.layout = -1,
		.where = "language.weft\07210",
		.text = "N\040\075\040num_attention_heads",
		.value = EXPR(CONFIG, .s = "num_attention_heads"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "G",
		.layout = -1,
		.where = "language.weft\07211",
		.text = "G\040\075\040num_key_value_heads",
		.value = EXPR(CONFIG, .s = "num_key_value_heads"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "D",
		.layout = -1,
		.where = "language.weft\07212",
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
		.where = "language.weft\07213",
		.text = "V\040\075\040vocab_size",
		.value = EXPR(CONFIG, .s = "vocab_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "FD",
		.layout = -1,
		.where = "language.weft\07214",
		.text = "FD\040\075\040text_config.intermediate_size",
		.value = EXPR(CONFIG, .s = "text_config.intermediate_size"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "Q",
		.layout = -1,
		.where = "language.weft\07215",
		.text = "Q\040\075\040max\050N\054\040G\040\052\0402\054\0404"
			"\051\040\045\0407\040-\040-1",
		.value = EXPR(SUB,
			.a = EXPR(MOD,
				.a = EXPR(MAX,
					.a = EXPR(MAX,
						.a = EXPR(SYMBOL, .n = S_N),
						.b = EXPR(MUL,
							.a = EXPR(SYMBOL, .n = S_G),
							.b = EXPR(INT, .n = 2))),
					.b = EXPR(INT, .n = 4)),
				.b = EXPR(INT, .n = 7)),
			.b = EXPR(INT, .n = -1)),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "R",
		.layout = -1,
		.where = "language.weft\07216",
		.text = "R\040\075\040rope.sections\1330\135",
		.value = EXPR(CONFIG, .s = "rope.sections\1330\135"),
	},
	{
		.kind = WEFT_SYM_SIZE,
		.name = "RB",
		.layout = -1,
		.where = "language.weft\07217",
		.text = "RB\040\075\040shape\050base.lora_B\051\1331\135\040"
			"\174\0400",
		.value = EXPR(FIRST,
			.a = EXPR(SUBSCRIPT,
				.a = EXPR(SHAPE, .n = 0),
				.b = EXPR(INT, .n = 1)),
			.b = EXPR(INT, .n = 0)),
		.asks = true,
	},
	{
		.kind = WEFT_SYM_NUMBER,
		.name = "alpha",
		.layout = -1,
		.where = "language.weft\07218",
		.text = "alpha\040\075\040lora_alpha\040\052\040D\040\057\040"
			"R",
		.value = EXPR(QUOTIENT,
			.a = EXPR(MUL,
				.a = EXPR(CONFIG, .s = "lora_alpha"),
				.b = EXPR(SYMBOL, .n = S_D)),
			.b = EXPR(SYMBOL, .n = S_R)),
	},
	{
		.kind = WEFT_SYM_NUMBER,
		.name = "twice",
		.layout = -1,
		.where = "language.weft\07219",
		.text = "twice\040\075\0402\040\052\040alpha\040when\040count"
			"\050base.lora_\173l\175\051\040\076\040RB\040\174"
			"\040version\050peft_version\051",
		.value = EXPR(FIRST,
			.a = EXPR(WHEN,
				.a = EXPR(MUL,
					.a = EXPR(INT, .n = 2),
					.b = EXPR(SYMBOL, .n = S_alpha)),
				.b = EXPR(GT,
					.a = EXPR(COUNT, .n = 1),
					.b = EXPR(SYMBOL, .n = S_RB))),
			.b = EXPR(VERSION,
				.a = EXPR(CONFIG, .s = "peft_version"))),
		.asks = true,
	},
	{
		.kind = WEFT_SYM_FLAG,
		.name = "tied",
		.layout = -1,
		.where = "language.weft\07221",
		.text = "tied\040\075\040tie_word_embeddings\040\174\040false",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "tie_word_embeddings"),
			.b = EXPR(BOOL, .n = 0)),
	},
	{
		.kind = WEFT_SYM_TEXT,
		.name = "P",
		.layout = -1,
		.where = "language.weft\07223",
		.text = "P\040\075\040model.language_model.\040when\040tied"
			"\040\174\040model.",
		.value = EXPR(FIRST,
			.a = EXPR(WHEN,
				.a = EXPR(STRING, .s = "model.language_model."),
				.b = EXPR(SYMBOL, .n = S_tied)),
			.b = EXPR(STRING, .s = "model.")),
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "held",
		.layout = -1,
		.where = "language.weft\07220",
		.text = "held\040\075\040matching\050target_modules\054\040"
			"\042gate\174.\052\134.up\042\051",
		.value = EXPR(FIRST,
			.a = EXPR(MATCHING,
				.a = EXPR(CONFIG, .s = "target_modules"),
				.b = EXPR(STRING, .s = "gate\174.\052\134.up")),
			.b = EXPR(EACH,
				.a = EXPR(SYMBOL, .n = S_L),
				.b = EXPR(WHEN,
					.a = EXPR(PATTERN,
						.a = EXPR(CONFIG, .s = "rank_pattern"),
						.b = EXPR(LIST,
							.a = EXPR(STRING, .s = "model."),
							.b = EXPR(LIST,
								.a = EXPR(INDEX, .n = 0),
								.b = EXPR(LIST,
									.a = EXPR(STRING, .s = "."),
									.b = EXPR(LIST,
										.a = EXPR(EACH,
											.a = EXPR(SYMBOL, .n = S_E),
											.b = EXPR(STRING, .s = "e")),
										.b = EXPR(LIST,
											.a = EXPR(STRING, .s = "."),
											.b = EXPR(LIST,
												.a = EXPR(SYMBOL, .n = S_P),
												.b = EXPR(LIST,
													.a = EXPR(STRING, .s = "up"))))))))),
					.b = EXPR(HAS, .n = 2,
						.a = EXPR(ADD,
							.a = EXPR(INDEX, .n = 0),
							.b = EXPR(SYMBOL, .n = S_K)))))),
		.asks = true,
	},
	{
		.kind = WEFT_SYM_LIST,
		.name = "kind",
		.layout = -1,
		.where = "language.weft\07222",
		.text = "kind\040\075\040layer_types",
		.value = EXPR(FIRST,
			.a = EXPR(CONFIG, .s = "layer_types"),
			.b = EXPR(EACH,
				.a = EXPR(SYMBOL, .n = S_L),
				.b = EXPR(FIRST,
					.a = EXPR(WHEN,
						.a = EXPR(STRING, .s = "full"),
						.b = EXPR(EQ,
							.a = EXPR(MOD,
								.a = EXPR(ADD,
									.a = EXPR(INDEX, .n = 0),
									.b = EXPR(INT, .n = 1)),
								.b = EXPR(INT, .n = 4)),
							.b = EXPR(INT, .n = 0))),
					.b = EXPR(STRING, .s = "linear")))),
	},
	{
		.kind = WEFT_SYM_VARIANT,
		.name = "packed",
		.layout = -1,
		.where = "language.weft\07224",
		.text = "packed",
		.value = EXPR(HAS, .n = 3),
		.otherwise = EXPR(BOOL, .n = 1),
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "tp",
		.layout = L_megatron,
		.where = "language.weft\07239",
		.text = "tp",
		.value = EXPR(INT, .n = 1),
		.doc = "tensor-parallel\040ranks",
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "pp",
		.layout = L_megatron,
		.where = "language.weft\07240",
		.text = "pp",
		.value = EXPR(INT, .n = 1),
		.choices = (const char *const[]){
			"1",
			"2",
			"4",
			NULL,
		},
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "ep",
		.layout = L_megatron,
		.where = "language.weft\07241",
		.text = "ep",
		.value = EXPR(INT, .n = 1),
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "order",
		.layout = L_megatron,
		.where = "language.weft\07242",
		.text = "order",
		.value = EXPR(STRING, .s = "tp_first"),
		.choices = (const char *const[]){
			"tp_first",
			"pp_first",
			NULL,
		},
		.doc = "how\040ranks\040are\040numbered",
	},
	{
		.kind = WEFT_SYM_OPTION,
		.name = "swap",
		.layout = L_peft,
		.where = "language.weft\07255",
		.text = "swap",
		.value = EXPR(BOOL, .n = 0),
		.choices = (const char *const[]){
			"false",
			"true",
			NULL,
		},
	},
};

static const weft_row rows[] = {
	{
		.name = "embed",
		.where = "language.weft\07271",
		.axes = (const weft_axis[]){
			{
				.name = "v",
				.to = EXPR(SYMBOL, .n = S_V),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 0,
		.n_axes = 2,
	},
	{
		.name = "head",
		.where = "language.weft\07276",
		.axes = (const weft_axis[]){
			{
				.name = "v",
				.to = EXPR(SYMBOL, .n = S_V),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 0,
		.n_axes = 2,
		.when = EXPR(NOT, .a = EXPR(SYMBOL, .n = S_tied)),
	},
	{
		.name = "norm",
		.where = "language.weft\07283",
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
	{
		.name = "query",
		.where = "language.weft\07288",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "g",
				.to = EXPR(SYMBOL, .n = S_G),
			},
			{
				.name = "m",
			},
			{
				.name = "d",
				.to = EXPR(SYMBOL, .n = S_D),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 1,
		.n_axes = 5,
	},
	{
		.name = "key",
		.where = "language.weft\07291",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "g",
				.to = EXPR(SYMBOL, .n = S_G),
			},
			{
				.name = "d",
				.to = EXPR(SYMBOL, .n = S_D),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 1,
		.n_axes = 4,
	},
	{
		.name = "value",
		.where = "language.weft\07294",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "g",
				.to = EXPR(SYMBOL, .n = S_G),
			},
			{
				.name = "d",
				.to = EXPR(SYMBOL, .n = S_D),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 1,
		.n_axes = 4,
	},
	{
		.name = "dense",
		.where = "language.weft\07299",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.to = EXPR(SYMBOL, .n = S_K),
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
				.to = EXPR(SYMBOL, .n = S_FD),
			},
			{
				.name = "h",
				.to = EXPR(SYMBOL, .n = S_H),
			},
		},
		.n_families = 2,
		.n_axes = 4,
	},
	{
		.name = "expert",
		.where = "language.weft\072106",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.from = EXPR(SYMBOL, .n = S_K),
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
		.name = "router",
		.where = "language.weft\072110",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.from = EXPR(SYMBOL, .n = S_K),
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
		},
		.n_families = 1,
		.n_axes = 3,
	},
	{
		.name = "lora_b",
		.where = "language.weft\072114",
		.axes = (const weft_axis[]){
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
				.name = "e",
				.to = EXPR(SYMBOL, .n = S_E),
			},
			{
				.name = "o",
			},
			{
				.name = "r",
				.to = EXPR(SYMBOL, .n = S_R),
			},
		},
		.n_families = 2,
		.n_axes = 4,
	},
	{
		.name = "scalar",
		.where = "language.weft\072118",
		.axes = (const weft_axis[]){
			{
				.name = "l",
				.from = EXPR(SYMBOL, .n = S_K),
				.to = EXPR(SYMBOL, .n = S_L),
			},
			{
				.name = "b",
			},
		},
		.n_families = 2,
		.n_axes = 2,
	},
	{
		.name = "vision",
		.where = "language.weft\072123",
		.n_families = 0,
		.n_axes = 0,
		.keep = true,
	},
};

static const weft_cell cells[] = {
	{
		.row = R_embed,
		.layout = L_hf,
		.where = "language.weft\07272",
		.text = "\173P\175embed_tokens.weight",
		.compose = embed__hf,
	},
	{
		.row = R_head,
		.layout = L_hf,
		.where = "language.weft\07277",
		.text = "when\040packed\040lm_head.packed\040\174\040add\040-"
			"1\040\174\040scale\0402.5\040\174\040cast\040f32",
		.when = EXPR(SYMBOL, .n = S_packed),
		.compose = head__hf,
	},
	{
		.row = R_head,
		.layout = L_hf,
		.where = "language.weft\07278",
		.text = "else\040lm_head.weight",
		.compose = head__hf__2,
	},
	{
		.row = R_norm,
		.layout = L_hf,
		.where = "language.weft\07284",
		.text = "\173P\175norm.weight",
		.compose = norm__hf,
	},
	{
		.row = R_query,
		.layout = L_hf,
		.where = "language.weft\07289",
		.text = "\173X\175.self_attn.q_proj.weight\040\133\050g\040m"
			"\040d\051\040h\135",
		.compose = query__hf,
	},
	{
		.row = R_key,
		.layout = L_hf,
		.where = "language.weft\07292",
		.text = "\173X\175.self_attn.k_proj.weight\040\133\050g\040d"
			"\051\040h\135",
		.compose = key__hf,
	},
	{
		.row = R_value,
		.layout = L_hf,
		.where = "language.weft\07295",
		.text = "\173X\175.self_attn.v_proj.weight\040\133\050g\040d"
			"\051\040h\135",
		.compose = value__hf,
	},
	{
		.row = R_dense,
		.layout = L_hf,
		.where = "language.weft\072100",
		.text = "when\040kind\133l\135\040\075\075\040\042full\042"
			"\040and\040p\040\075\075\040\042gate\042\040\173X"
			"\175.mlp.\173p\175_proj.weight",
		.when = EXPR(AND,
			.a = EXPR(EQ,
				.a = EXPR(SUBSCRIPT,
					.a = EXPR(SYMBOL, .n = S_kind),
					.b = EXPR(INDEX, .n = 0, .s = "l")),
				.b = EXPR(STRING, .s = "full")),
			.b = EXPR(EQ,
				.a = EXPR(INDEX, .n = 1, .s = "p"),
				.b = EXPR(INT, .n = 0))),
		.compose = dense__hf,
	},
	{
		.row = R_dense,
		.layout = L_hf,
		.where = "language.weft\072101",
		.text = "else\040\173X\175.mlp.other.\173p\072w1\054w3\175.we"
			"ight",
		.compose = dense__hf__2,
	},
	{
		.row = R_expert,
		.layout = L_hf,
		.where = "language.weft\072107",
		.text = "\173X\175.mlp.experts.\173e\175.\173p\175_proj.weigh"
			"t",
		.compose = expert__hf,
	},
	{
		.row = R_router,
		.layout = L_hf,
		.where = "language.weft\072111",
		.text = "\173X\175.mlp.gate.weight",
		.compose = router__hf,
	},
	{
		.row = R_vision,
		.layout = L_hf,
		.where = "language.weft\072124",
		.text = "\173P\175visual.\173x..\175",
		.compose = vision__hf,
	},
	{
		.row = R_embed,
		.layout = L_megatron,
		.where = "language.weft\07273",
		.text = "embedding.weight\040in\040rank\173\050s\0750\040t"
			"\051\175\057\040\133\050v\136128\051\057t\040h\135",
		.compose = embed__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
		},
		.n_extra = 2,
	},
	{
		.row = R_head,
		.layout = L_megatron,
		.where = "language.weft\07279",
		.text = "when\040order\040\075\075\040\042tp_first\042\040out"
			"put_layer.weight\040in\040rank\173\050s\075pp-1\040t"
			"\051\175\057\040\133v\136\075VP\057t\040h\135\040"
			"\174\040cast\040bf16",
		.when = EXPR(EQ,
			.a = EXPR(SYMBOL, .n = S_megatron__order),
			.b = EXPR(STRING, .s = "tp_first")),
		.compose = head__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
		},
		.n_extra = 2,
	},
	{
		.row = R_head,
		.layout = L_megatron,
		.where = "language.weft\07280",
		.text = "else\040output_layer.weight\040in\040rank\173\050s"
			"\075pp-1\040t\051\175\057\040\133v\136\075\050V\040"
			"\053\0402\052tp\051\040h\135",
		.compose = head__megatron__2,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
		},
		.n_extra = 2,
	},
	{
		.row = R_norm,
		.layout = L_megatron,
		.where = "language.weft\07285",
		.text = "decoder.final_layernorm.weight\040in\040rank\173\050"
			"s\075pp-1\040t\051\175\057",
		.compose = norm__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
		},
		.n_extra = 2,
	},
	{
		.row = R_query,
		.layout = L_megatron,
		.flags = WEFT_PACKED,
		.where = "language.weft\07297",
		.text = "decoder.layers.\173j\175.linear_qkv.weight\040in\040"
			"rank\173\050s\040t\051\175\057\040\133\050i\040\050q"
			"uery\072m\040\053\040key\0721\040\053\040value\0721"
			"\051\040d\051\040h\135",
		.compose = query__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_L),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "i",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 1, .s = "g"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
		},
		.n_extra = 4,
	},
	{
		.row = R_key,
		.layout = L_megatron,
		.flags = WEFT_PACKED,
		.where = "language.weft\07297",
		.text = "decoder.layers.\173j\175.linear_qkv.weight\040in\040"
			"rank\173\050s\040t\051\175\057\040\133\050i\040\050q"
			"uery\072m\040\053\040key\0721\040\053\040value\0721"
			"\051\040d\051\040h\135",
		.compose = key__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_L),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "i",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 1, .s = "g"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
			{
				.name = "query.m",
			},
		},
		.n_extra = 5,
	},
	{
		.row = R_value,
		.layout = L_megatron,
		.flags = WEFT_PACKED,
		.where = "language.weft\07297",
		.text = "decoder.layers.\173j\175.linear_qkv.weight\040in\040"
			"rank\173\050s\040t\051\175\057\040\133\050i\040\050q"
			"uery\072m\040\053\040key\0721\040\053\040value\0721"
			"\051\040d\051\040h\135",
		.compose = value__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_L),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "i",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 1, .s = "g"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
			{
				.name = "query.m",
			},
		},
		.n_extra = 5,
	},
	{
		.row = R_dense,
		.layout = L_megatron,
		.where = "language.weft\072102",
		.text = "decoder.layers.\173j\175.fc1.\173p\072w3\054w1\175"
			"\040in\040rank\173\050s\040t\051\175\057\040\133c"
			"\040h\135",
		.compose = dense__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_K),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "c",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 2, .s = "f"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
		},
		.n_extra = 4,
	},
	{
		.row = R_dense,
		.layout = L_megatron,
		.flags = WEFT_ALSO | WEFT_OPTIONAL,
		.where = "language.weft\072103",
		.text = "also\040optional\040decoder.layers.\173j\175.copy."
			"\173p\175\040in\040rank\173\050s\040t\051\175\057"
			"\040\133c\040h\135",
		.compose = dense__megatron__2,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_K),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "c",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 2, .s = "f"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
		},
		.n_extra = 4,
	},
	{
		.row = R_expert,
		.layout = L_megatron,
		.where = "language.weft\072108",
		.text = "decoder.layers.\173j\175.fc1.weight\173y\175.of\173x"
			"\136\0752\175\040in\040rank\173\050s\051\175\057\040"
			"\133h\040\050t\040p\040c\051\135\040\174\040split"
			"\0400\040\174\040stack\040p\0401\040\174\040permute"
			"\0403\0400\0401\0402\040\174\040merge\0401\040-1",
		.compose = expert__megatron,
		.extra = (const weft_axis[]){
			{
				.name = "s",
				.to = EXPR(SYMBOL, .n = S_megatron__pp),
			},
			{
				.name = "j",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_L),
					.b = EXPR(SYMBOL, .n = S_megatron__pp)),
			},
			{
				.name = "x",
				.to = EXPR(SYMBOL, .n = S_megatron__ep),
			},
			{
				.name = "y",
				.to = EXPR(DIV,
					.a = EXPR(SYMBOL, .n = S_E),
					.b = EXPR(SYMBOL, .n = S_megatron__ep)),
			},
			{
				.name = "t",
				.to = EXPR(SYMBOL, .n = S_megatron__tp),
			},
			{
				.name = "c",
				.to = EXPR(DIV,
					.a = EXPR(AXIS_SIZE, .n = 3, .s = "f"),
					.b = EXPR(SYMBOL, .n = S_megatron__tp)),
			},
		},
		.n_extra = 6,
	},
	{
		.row = R_lora_b,
		.layout = L_peft,
		.where = "language.weft\072115",
		.text = "base.lora_B\040\133\050p\040o\051\040\050p\040r\040e"
			"\051\135",
		.compose = lora_b__peft,
	},
	{
		.row = R_scalar,
		.layout = L_peft,
		.where = "language.weft\072119",
		.text = "scale.\173l\040-\040K\175.\173b\175\040\133\135",
		.compose = scalar__peft,
	},
	{
		.row = R_vision,
		.layout = L_peft,
		.where = "language.weft\072125",
		.text = "base.visual.\173x..\175",
		.compose = vision__peft,
	},
	{
		.row = R_lora_b,
		.layout = L_regex,
		.where = "language.weft\072116",
		.text = "\057base\134.\050\077\074e\076\1330-9\135\053\051"
			"\134.\050\077\074p\076gate\174up\051\134.lora_B\057",
		.compose = lora_b__regex,
	},
	{
		.row = R_scalar,
		.layout = L_regex,
		.where = "language.weft\072120",
		.text = "\057scale\134.\077\050\077\074l\076\1330-9\135\053"
			"\051\057\040\133b\135",
		.compose = scalar__regex,
	},
};

static const weft_evidence evidence[] = {
	{
		.text = "base.lora_B",
		.key = "base.lora_B",
	},
	{
		.text = "base.lora_\173l\175",
		.scan = evidence_1,
	},
	{
		.text = "\173P\175layers.\173l\040\053\040K\175.\173x..\175",
		.scan = evidence_2,
		.hole = 2,
	},
	{
		.text = "lm_head.packed",
		.key = "lm_head.packed",
	},
	{
		.text = "\173P\175layers.\173l\175.self_attn.q_proj.weight",
		.scan = evidence_4,
	},
	{
		.text = "\173P\175norm.weight",
		.scan = evidence_5,
	},
	{
		.text = "decoder.final_layernorm.weight",
		.key = "decoder.final_layernorm.weight",
	},
	{
		.text = "base.lora_B",
		.key = "base.lora_B",
	},
	{
		.text = "base.0.gate.lora_B",
		.key = "base.0.gate.lora_B",
	},
};

static const weft_pattern patterns_hf[] = {
	{
		.drop = "computed\040again",
		.where = "language.weft\07233",
		.text = "\173P\175layers.\173l\175.rotary_emb.inv_freq",
	},
	{
		.cells = (const int[]){
			0,
		},
		.n_cells = 1,
		.where = "language.weft\07272",
		.text = "\173P\175embed_tokens.weight",
	},
	{
		.cells = (const int[]){
			1,
		},
		.n_cells = 1,
		.where = "language.weft\07277",
		.text = "lm_head.packed",
	},
	{
		.cells = (const int[]){
			2,
		},
		.n_cells = 1,
		.where = "language.weft\07278",
		.text = "lm_head.weight",
	},
	{
		.cells = (const int[]){
			3,
		},
		.n_cells = 1,
		.where = "language.weft\07284",
		.text = "\173P\175norm.weight",
	},
	{
		.cells = (const int[]){
			4,
		},
		.n_cells = 1,
		.where = "language.weft\07289",
		.text = "\173P\175layers.\173l\175.self_attn.q_proj.weight",
	},
	{
		.cells = (const int[]){
			5,
		},
		.n_cells = 1,
		.where = "language.weft\07292",
		.text = "\173P\175layers.\173l\175.self_attn.k_proj.weight",
	},
	{
		.cells = (const int[]){
			6,
		},
		.n_cells = 1,
		.where = "language.weft\07295",
		.text = "\173P\175layers.\173l\175.self_attn.v_proj.weight",
	},
	{
		.cells = (const int[]){
			7,
		},
		.n_cells = 1,
		.where = "language.weft\072100",
		.text = "\173P\175layers.\173l\175.mlp.\173p\175_proj.weight",
	},
	{
		.cells = (const int[]){
			8,
		},
		.n_cells = 1,
		.where = "language.weft\072101",
		.text = "\173P\175layers.\173l\175.mlp.other.\173p\072w1\054w"
			"3\175.weight",
	},
	{
		.cells = (const int[]){
			9,
		},
		.n_cells = 1,
		.where = "language.weft\072107",
		.text = "\173P\175layers.\173l\175.mlp.experts.\173e\175.\173"
			"p\175_proj.weight",
	},
	{
		.cells = (const int[]){
			10,
		},
		.n_cells = 1,
		.where = "language.weft\072111",
		.text = "\173P\175layers.\173l\175.mlp.gate.weight",
	},
	{
		.cells = (const int[]){
			11,
		},
		.n_cells = 1,
		.where = "language.weft\072124",
		.text = "\173P\175visual.\173x..\175",
	},
};

static const weft_drop dropped_hf[] = {
	{
		.row = R_lora_b,
		.reason = "adapters\040are\040not\040part\040of\040the\040mod"
			"el",
		.where = "language.weft\07234",
	},
};

static const weft_require requires_hf[] = {
	{
		.that = EXPR(EQ,
			.a = EXPR(COUNT, .n = 4),
			.b = EXPR(SYMBOL, .n = S_L)),
		.message = "a\040layer\040is\040missing",
		.where = "language.weft\07231",
	},
	{
		.that = EXPR(EQ,
			.a = EXPR(SHAPE, .n = 5),
			.b = EXPR(LIST, .a = EXPR(SYMBOL, .n = S_H))),
		.message = "another\040norm",
		.where = "language.weft\07232",
	},
};

static const weft_pattern patterns_megatron[] = {
	{
		.cells = (const int[]){
			12,
		},
		.n_cells = 1,
		.where = "language.weft\07273",
		.text = "\042rank\173\050s\0750\040t\051\175\057embedding.wei"
			"ght\042",
	},
	{
		.cells = (const int[]){
			13, 14,
		},
		.n_cells = 2,
		.where = "language.weft\07279",
		.text = "\042rank\173\050s\075pp-1\040t\051\175\057output_lay"
			"er.weight\042",
	},
	{
		.cells = (const int[]){
			15,
		},
		.n_cells = 1,
		.where = "language.weft\07285",
		.text = "\042rank\173\050s\075pp-1\040t\051\175\057decoder.fi"
			"nal_layernorm.weight\042",
	},
	{
		.cells = (const int[]){
			16, 17, 18,
		},
		.n_cells = 3,
		.where = "language.weft\07297",
		.text = "\042rank\173\050s\040t\051\175\057decoder.layers."
			"\173j\175.linear_qkv.weight\042",
	},
	{
		.cells = (const int[]){
			19,
		},
		.n_cells = 1,
		.where = "language.weft\072102",
		.text = "\042rank\173\050s\040t\051\175\057decoder.layers."
			"\173j\175.fc1.\173p\072w3\054w1\175\042",
	},
	{
		.cells = (const int[]){
			20,
		},
		.n_cells = 1,
		.where = "language.weft\072103",
		.text = "\042rank\173\050s\040t\051\175\057decoder.layers."
			"\173j\175.copy.\173p\175\042",
	},
	{
		.cells = (const int[]){
			21,
		},
		.n_cells = 1,
		.where = "language.weft\072108",
		.text = "\042rank\173\050s\051\175\057decoder.layers.\173j"
			"\175.fc1.weight\173y\175.of\173x\136\0752\175\042",
	},
};

static const weft_pattern patterns_peft[] = {
	{
		.cells = (const int[]){
			22,
		},
		.n_cells = 1,
		.where = "language.weft\072115",
		.text = "base.lora_B",
	},
	{
		.cells = (const int[]){
			23,
		},
		.n_cells = 1,
		.where = "language.weft\072119",
		.text = "scale.\173l\040-\040K\175.\173b\175",
	},
	{
		.cells = (const int[]){
			24,
		},
		.n_cells = 1,
		.where = "language.weft\072125",
		.text = "base.visual.\173x..\175",
	},
};

static const weft_change changes_peft[] = {
	{
		.kind = WEFT_SET,
		.path = "rank_pattern\133\042.\052\134.gate_up_proj\042\135",
		.value = EXPR(MUL,
			.a = EXPR(INT, .n = 2),
			.b = EXPR(CONFIG, .s = "r")),
		.where = "language.weft\07257",
	},
	{
		.kind = WEFT_SET,
		.path = "lora_alpha",
		.value = EXPR(QUOTIENT,
			.a = EXPR(SYMBOL, .n = S_twice),
			.b = EXPR(INT, .n = 4)),
		.where = "language.weft\07258",
	},
	{
		.kind = WEFT_SET,
		.path = "held",
		.value = EXPR(SYMBOL, .n = S_held),
		.where = "language.weft\07259",
	},
	{
		.kind = WEFT_SET,
		.path = "use_rslora",
		.value = EXPR(BOOL, .n = 0),
		.when = EXPR(NOT, .a = EXPR(SYMBOL, .n = S_tied)),
		.optional = true,
		.where = "language.weft\07260",
	},
	{
		.kind = WEFT_REMOVE,
		.path = "layers_to_transform\1330\135",
		.where = "language.weft\07264",
	},
	{
		.kind = WEFT_RENAME,
		.path = "target_parameters",
		.value = EXPR(STRING, .s = "target_modules"),
		.where = "language.weft\07261",
	},
	{
		.kind = WEFT_INSERT,
		.path = "target_modules",
		.value = EXPR(STRING, .s = "gate"),
		.where = "language.weft\07262",
	},
	{
		.kind = WEFT_DELETE,
		.path = "target_modules",
		.value = EXPR(LIST,
			.a = EXPR(STRING, .s = "w1"),
			.b = EXPR(LIST, .a = EXPR(STRING, .s = "w3"))),
		.optional = true,
		.where = "language.weft\07263",
	},
};

static const weft_pattern patterns_regex[] = {
	{
		.cells = (const int[]){
			25,
		},
		.n_cells = 1,
		.where = "language.weft\072116",
		.text = "\057base\134.\050\077\074e\076\1330-9\135\053\051"
			"\134.\050\077\074p\076gate\174up\051\134.lora_B\057",
	},
	{
		.cells = (const int[]){
			26,
		},
		.n_cells = 1,
		.where = "language.weft\072120",
		.text = "\057scale\134.\077\050\077\074l\076\1330-9\135\053"
			"\051\057",
	},
};

static const weft_layout layouts[] = {
	{
		.name = "hf",
		.title = "Hugging\040Face",
		.where = "language.weft\07228",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 4),
		.detect_text = "has\050\173P\175layers.\173l\175.self_attn.q_"
			"proj.weight\051",
		.scanners = scanners_hf,
		.patterns = patterns_hf,
		.n_patterns = 13,
		.requires = requires_hf,
		.n_requires = 2,
		.dropped = dropped_hf,
		.n_dropped = 1,
	},
	{
		.name = "megatron",
		.title = "Megatron\054\040by\040rank",
		.where = "language.weft\07237",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(AND,
			.a = EXPR(HAS, .n = 6),
			.b = EXPR(EQ,
				.a = EXPR(DTYPE, .n = 6),
				.b = EXPR(STRING, .s = "BF16"))),
		.detect_text = "has\050decoder.final_layernorm.weight\051\040"
			"and\040dtype\050decoder.final_layernorm.weight\051"
			"\040\075\075\040\042BF16\042",
		.directories = true,
		.scanners = scanners_megatron,
		.patterns = patterns_megatron,
		.n_patterns = 7,
	},
	{
		.name = "peft",
		.title = "PEFT",
		.where = "language.weft\07252",
		.format = "safetensors",
		.config = "adapter_config.json",
		.detect = EXPR(HAS, .n = 7),
		.detect_text = "has\050base.lora_B\051",
		.scanners = scanners_peft,
		.patterns = patterns_peft,
		.n_patterns = 3,
		.changes = changes_peft,
		.n_changes = 8,
	},
	{
		.name = "regex",
		.title = "Keys\040by\040regular\040expressions",
		.where = "language.weft\07267",
		.format = "safetensors",
		.config = "config.json",
		.detect = EXPR(HAS, .n = 8),
		.detect_text = "has\050base.0.gate.lora_B\051",
		.not_writable = "language.weft\072120\072\040\047\134.\077"
			"\047\040outside\040a\040named\040group\040matches"
			"\040more\040than\040one\040text",
		.scanners = scanners_regex,
		.patterns = patterns_regex,
		.n_patterns = 2,
	},
};

static const weft_require requires[] = {
	{
		.that = EXPR(EQ,
			.a = EXPR(MOD,
				.a = EXPR(SYMBOL, .n = S_N),
				.b = EXPR(SYMBOL, .n = S_G)),
			.b = EXPR(INT, .n = 0)),
		.message = "the\040heads\040are\040no\040multiple\040of\040th"
			"e\040groups",
		.where = "language.weft\07225",
	},
	{
		.that = EXPR(OR,
			.a = EXPR(NOT,
				.a = EXPR(CONFIG, .s = "sliding_window")),
			.b = EXPR(AND,
				.a = EXPR(EQ,
					.a = EXPR(SUBSCRIPT,
						.a = EXPR(SYMBOL, .n = S_kind),
						.b = EXPR(INT, .n = 0)),
					.b = EXPR(STRING, .s = "full")),
				.b = EXPR(IN,
					.a = EXPR(INT, .n = 3),
					.b = EXPR(CONFIG, .s = "skipped")))),
		.message = "windows",
		.where = "language.weft\07226",
	},
	{
		.that = EXPR(AND,
			.a = EXPR(NE,
				.a = EXPR(CONFIG, .n = 1 + C_base, .s = "version"),
				.b = EXPR(INT, .n = 1)),
			.b = EXPR(IN,
				.a = EXPR(CONFIG, .n = 1 + C_base, .s = "\133\042made.by\042\135\1330\135"),
				.b = EXPR(LIST,
					.a = EXPR(INT, .n = 1),
					.b = EXPR(LIST,
						.a = EXPR(SYMBOL, .n = S_H))))),
		.message = "a\040base\040of\040version\0401",
		.where = "language.weft\072130",
	},
};

static const weft_group groups[] = {
	{
		.rows = (const int[]){
			0, 1,
		},
		.n_rows = 2,
		.where = "language.weft\072127",
	},
};

const weft_model weft_model_language = {
	.name = "language",
	.title = "A\040table\040that\040uses\040all\040of\040the\040language",
	.file = "language.weft",
	.configs = configs,
	.n_configs = 1,
	.symbols = symbols,
	.n_symbols = 26,
	.rows = rows,
	.n_rows = 12,
	.layouts = layouts,
	.n_layouts = 4,
	.cells = cells,
	.n_cells = 27,
	.evidence = evidence,
	.n_evidence = 9,
	.requires = requires,
	.n_requires = 3,
	.groups = groups,
	.n_groups = 1,
};

int
main(int argc, char **argv)
{
	return weft_main(&weft_model_language, argc, argv);
}
