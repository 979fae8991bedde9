"""A small Qwen3-MoE checkpoint in both of its layouts, written down once more
by hand: names, shapes and index formulas, without a glance at the table."""

import array
import copy
import json
import os

import st

# All different, and no product of some equal to one of the others.
SIZES = dict(H=20, L=3, E=5, F=24, N=6, G=2, D=7, V=33)
CONFIG = {
    'architectures': ['Qwen3MoeForCausalLM'], 'attention_bias': False,
    'decoder_sparse_step': 1, 'head_dim': 7, 'hidden_size': 20,
    'mlp_only_layers': [], 'model_type': 'qwen3_moe',
    'moe_intermediate_size': 24, 'num_attention_heads': 6, 'num_experts': 5,
    'num_experts_per_tok': 2, 'num_hidden_layers': 3, 'num_key_value_heads': 2,
    'rope_theta': 1000000.0, 'tie_word_embeddings': False, 'vocab_size': 33,
}
EXPERT = 'model.layers.{}.mlp.experts.{}.{}_proj.weight'
GATE_UP = 'model.layers.{}.mlp.experts.gate_up_proj'
DOWN = 'model.layers.{}.mlp.experts.down_proj'


def common_shapes(s, tied=False, biases=False):
    """What is stored the same way in both layouts."""
    q, k = s['N'] * s['D'], s['G'] * s['D']
    shapes = {'model.embed_tokens.weight': (s['V'], s['H'])}
    for l in range(s['L']):
        at = f'model.layers.{l}.'
        shapes |= {
            at + 'self_attn.q_proj.weight': (q, s['H']),
            at + 'self_attn.k_proj.weight': (k, s['H']),
            at + 'self_attn.v_proj.weight': (k, s['H']),
            at + 'self_attn.o_proj.weight': (s['H'], q),
            at + 'self_attn.q_norm.weight': (s['D'],),
            at + 'self_attn.k_norm.weight': (s['D'],),
            at + 'mlp.gate.weight': (s['E'], s['H']),
            at + 'input_layernorm.weight': (s['H'],),
            at + 'post_attention_layernorm.weight': (s['H'],),
        }
        if biases:
            shapes |= {at + 'self_attn.q_proj.bias': (q,),
                       at + 'self_attn.k_proj.bias': (k,),
                       at + 'self_attn.v_proj.bias': (k,),
                       at + 'self_attn.o_proj.bias': (s['H'],)}
    shapes['model.norm.weight'] = (s['H'],)
    if not tied:
        shapes['lm_head.weight'] = (s['V'], s['H'])
    return shapes


def split_shapes(s=SIZES, **how):
    shapes = common_shapes(s, **how)
    for l in range(s['L']):
        for e in range(s['E']):
            shapes[EXPERT.format(l, e, 'gate')] = (s['F'], s['H'])
            shapes[EXPERT.format(l, e, 'up')] = (s['F'], s['H'])
            shapes[EXPERT.format(l, e, 'down')] = (s['H'], s['F'])
    return shapes


def fused_shapes(s=SIZES, **how):
    shapes = common_shapes(s, **how)
    for l in range(s['L']):
        shapes[GATE_UP.format(l)] = (s['E'], 2 * s['F'], s['H'])
        shapes[DOWN.format(l)] = (s['E'], s['H'], s['F'])
    return shapes


def numbered(shapes, dtype='BF16'):
    """Tensors whose elements are all different: 1, 2, 3, …"""
    tensors, n = {}, 1
    for name, shape in shapes.items():
        count = 1
        for dim in shape:
            count *= dim
        words = array.array('H' if dtype in ('BF16', 'F16') else 'I',
                            range(n, n + count))
        tensors[name] = (dtype, tuple(shape), words.tobytes())
        n += count
    return tensors


def width_of(dtype):
    return st.BITS[dtype] // 8


def _dtype_of(tensors, names):
    dtypes = {tensors[name][0] for name in names}
    assert len(dtypes) == 1
    return dtypes.pop()


def to_fused(split, s=SIZES):
    """gate_up[e][p*F + f][h] = (gate, up)[p][e][f][h]
       down[e][h][f]          = down[e][h][f]
    element by element."""
    E, F, H = s['E'], s['F'], s['H']
    fused = {n: t for n, t in split.items() if '.mlp.experts.' not in n}
    for l in range(s['L']):
        names = [[EXPERT.format(l, e, p) for e in range(E)]
                 for p in ('gate', 'up', 'down')]
        dtype = _dtype_of(split, names[0] + names[1])
        w = width_of(dtype)
        out = bytearray(E * 2 * F * H * w)
        for p in (0, 1):
            for e in range(E):
                data = split[names[p][e]][2]
                for f in range(F):
                    for h in range(H):
                        to = ((e * 2 * F + p * F + f) * H + h) * w
                        at = (f * H + h) * w
                        out[to:to + w] = data[at:at + w]
        fused[GATE_UP.format(l)] = (dtype, (E, 2 * F, H), bytes(out))
        dtype = _dtype_of(split, names[2])
        w = width_of(dtype)
        out = bytearray(E * H * F * w)
        for e in range(E):
            data = split[names[2][e]][2]
            for h in range(H):
                for f in range(F):
                    to = ((e * H + h) * F + f) * w
                    at = (h * F + f) * w
                    out[to:to + w] = data[at:at + w]
        fused[DOWN.format(l)] = (dtype, (E, H, F), bytes(out))
    return fused


def to_split(fused, s=SIZES):
    """The same formulas, read from the other side."""
    E, F, H = s['E'], s['F'], s['H']
    split = {n: t for n, t in fused.items() if '.mlp.experts.' not in n}
    for l in range(s['L']):
        dtype, _, data = fused[GATE_UP.format(l)]
        w = width_of(dtype)
        for e in range(E):
            for p, label in enumerate(('gate', 'up')):
                out = bytearray(F * H * w)
                for f in range(F):
                    for h in range(H):
                        to = (f * H + h) * w
                        at = ((e * 2 * F + p * F + f) * H + h) * w
                        out[to:to + w] = data[at:at + w]
                split[EXPERT.format(l, e, label)] = (dtype, (F, H), bytes(out))
        dtype, _, data = fused[DOWN.format(l)]
        w = width_of(dtype)
        for e in range(E):
            out = bytearray(H * F * w)
            for h in range(H):
                for f in range(F):
                    to = (h * F + f) * w
                    at = ((e * H + h) * F + f) * w
                    out[to:to + w] = data[at:at + w]
            split[EXPERT.format(l, e, 'down')] = (dtype, (H, F), bytes(out))
    return split


def config_of(s=SIZES, **changes):
    """A config of these sizes; a change to None leaves the field out."""
    config = copy.deepcopy(CONFIG)
    config |= dict(hidden_size=s['H'], num_hidden_layers=s['L'],
                   num_experts=s['E'], moe_intermediate_size=s['F'],
                   num_attention_heads=s['N'], num_key_value_heads=s['G'],
                   head_dim=s['D'], vocab_size=s['V'])
    config |= changes
    return {k: v for k, v in config.items() if v is not None}


def write(directory, tensors, config=None, shards=0, **how):
    """A checkpoint: one file, or `shards` with an index. `config` is a dict or
    a text; None is that of SIZES."""
    os.makedirs(directory, exist_ok=True)
    if shards:
        st.write_sharded(directory, tensors, shards, **how)
    else:
        st.write(os.path.join(directory, 'model.safetensors'), tensors, **how)
    if config is None:
        config = config_of()
    if not isinstance(config, str):
        config = json.dumps(config, indent=2) + '\n'
    with open(os.path.join(directory, 'config.json'), 'w') as f:
        f.write(config)
    return directory


def different(found, wanted):
    """What is first wrong with tensors, or None."""
    for name in sorted(set(found) ^ set(wanted)):
        return f'{name} is {"missing" if name in wanted else "too many"}'
    for name, (dtype, shape, data) in wanted.items():
        if found[name][:2] != (dtype, shape):
            return f'{name} is {found[name][:2]}, not {dtype} {shape}'
        if found[name][2] != data:
            return f'the elements of {name} are wrong'
    return None
