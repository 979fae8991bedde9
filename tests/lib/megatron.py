"""Qwen3-MoE and Qwen3.5-MoE checkpoints as transformers and Megatron have
them, written down once more by hand: names, shapes, ranks, and which element
lies where, without a glance at the tables. Tensors are numpy arrays."""

import gzip
import json
import math
import os
import struct

import numpy as np
import st
from harness import check, same

DATA = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'e2e', 'data')

# Qwen3.5-35B-A3B and Qwen3.6-35B-A3B.
LARGE = {
    'architectures': ['Qwen3_5MoeForConditionalGeneration'],
    'model_type': 'qwen3_5_moe', 'tie_word_embeddings': False,
    'text_config': {
        'attn_output_gate': True, 'full_attention_interval': 4,
        'head_dim': 256, 'hidden_size': 2048,
        'layer_types': (['linear_attention'] * 3 + ['full_attention']) * 10,
        'linear_conv_kernel_dim': 4, 'linear_key_head_dim': 128,
        'linear_num_key_heads': 16, 'linear_num_value_heads': 32,
        'linear_value_head_dim': 128, 'moe_intermediate_size': 512,
        'mtp_num_hidden_layers': 1, 'num_attention_heads': 16,
        'num_experts': 256, 'num_experts_per_tok': 8,
        'num_hidden_layers': 40, 'num_key_value_heads': 2,
        'shared_expert_intermediate_size': 512, 'vocab_size': 248320,
    },
    'vision_config': {
        'depth': 27, 'hidden_size': 1152, 'intermediate_size': 4304,
        'num_heads': 16, 'out_hidden_size': 2048, 'patch_size': 16,
        'spatial_merge_size': 2, 'temporal_patch_size': 2,
    },
}

# Different wherever something would not show otherwise: 3 heads in each of 2
# groups, which 4 ranks have to cut through.
TEXT = {
    'full_attention_interval': 4, 'head_dim': 10, 'hidden_size': 20,
    'linear_conv_kernel_dim': 3, 'linear_key_head_dim': 7,
    'linear_num_key_heads': 4, 'linear_num_value_heads': 8,
    'linear_value_head_dim': 5, 'moe_intermediate_size': 12,
    'mtp_num_hidden_layers': 1, 'num_attention_heads': 6, 'num_experts': 8,
    'num_hidden_layers': 8, 'num_key_value_heads': 2,
    'shared_expert_intermediate_size': 16, 'vocab_size': 52,
}
VISION = {'depth': 3, 'hidden_size': 32, 'intermediate_size': 56,
          'num_heads': 4, 'out_hidden_size': 20, 'spatial_merge_size': 2}


def config(vl=True, **changes):
    """The small config; changes are made to the text model's part."""
    text = {**TEXT, **changes}
    tied = text.pop('tie_word_embeddings', False)
    if not vl:
        return {**text, 'tie_word_embeddings': tied}
    return {'text_config': text, 'vision_config': VISION,
            'tie_word_embeddings': tied}


def manifest(name):
    """{key: (dtype, shape)} of a published checkpoint."""
    tensors = {}
    with gzip.open(os.path.join(DATA, name + '.tsv.gz'), 'rt') as lines:
        for line in lines:
            key, dtype, shape = line.rstrip('\n').split('\t')
            tensors[key] = dtype, tuple(int(n) for n in shape.split(','))
    return tensors


def write_config(directory, config):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, 'config.json'), 'w') as f:
        json.dump(config, f)


def write_sparse(directory, tensors, config):
    """A checkpoint of these names and shapes whose data is a hole."""
    header, at = {}, 0
    for key, (dtype, shape) in tensors.items():
        n = st.nbytes(dtype, shape)
        header[key] = {'dtype': dtype, 'shape': list(shape),
                       'data_offsets': [at, at + n]}
        at += n
    text = json.dumps(header).encode()
    write_config(directory, config)
    with open(os.path.join(directory, 'model.safetensors'), 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.truncate(8 + len(text) + at)


def write(directory, arrays, config):
    write_config(directory, config)
    st.write(os.path.join(directory, 'model.safetensors'),
             {k: ('F32', a.shape, a.astype('<f4').tobytes())
              for k, a in arrays.items()})


def read(directory):
    return {k: np.frombuffer(raw, '<f4').reshape(shape)
            for k, (_, shape, raw) in st.read(directory).items()}


def number(shapes):
    """All elements different, and small enough that floats are exact; those of
    the one norm that changes its value stay so when 1 is taken away."""
    arrays, n = {}, 0
    for key, shape in shapes.items():
        count = math.prod(shape)
        arrays[key] = np.arange(n, n + count, dtype='f4').reshape(shape)
        if key.endswith('linear_attn.norm.weight'):
            arrays[key] = (1 + arrays[key] % 1024 / 1024).astype('f4')
        n += count
    assert n < 1 << 24
    return arrays


# ---- transformers ----------------------------------------------------------

def is_full(t, l):
    kinds = t.get('layer_types')
    return kinds[l] == 'full_attention' if kinds \
        else (l + 1) % t['full_attention_interval'] == 0


def attention_shapes(t, at, gate):
    h, d = t['hidden_size'], t['head_dim']
    n, g = t['num_attention_heads'], t['num_key_value_heads']
    return {at + 'self_attn.q_proj.weight': ((1 + gate) * n * d, h),
            at + 'self_attn.k_proj.weight': (g * d, h),
            at + 'self_attn.v_proj.weight': (g * d, h),
            at + 'self_attn.o_proj.weight': (h, n * d),
            at + 'self_attn.q_norm.weight': (d,),
            at + 'self_attn.k_norm.weight': (d,)}


def delta_shapes(t, at):
    h, heads = t['hidden_size'], t['linear_num_value_heads']
    q = t['linear_num_key_heads'] * t['linear_key_head_dim']
    v = heads * t['linear_value_head_dim']
    at += 'linear_attn.'
    return {at + 'in_proj_qkv.weight': (2 * q + v, h),
            at + 'in_proj_z.weight': (v, h),
            at + 'in_proj_b.weight': (heads, h),
            at + 'in_proj_a.weight': (heads, h),
            at + 'conv1d.weight': (2 * q + v, 1, t['linear_conv_kernel_dim']),
            at + 'A_log': (heads,), at + 'dt_bias': (heads,),
            at + 'norm.weight': (t['linear_value_head_dim'],),
            at + 'out_proj.weight': (h, v)}


def expert_shapes(t, at, packed):
    h, f = t['hidden_size'], t['moe_intermediate_size']
    n = t['num_experts']
    at += 'mlp.experts.'
    if packed:
        return {at + 'gate_up_proj': (n, 2 * f, h),
                at + 'down_proj': (n, h, f)}
    return {f'{at}{e}.{p}_proj.weight': (h, f) if p == 'down' else (f, h)
            for e in range(n) for p in ('gate', 'up', 'down')}


def layer_shapes(t, at, full, packed):
    h, u = t['hidden_size'], t['shared_expert_intermediate_size']
    return {at + 'input_layernorm.weight': (h,),
            at + 'post_attention_layernorm.weight': (h,),
            **(attention_shapes(t, at, True) if full
               else delta_shapes(t, at)),
            at + 'mlp.gate.weight': (t['num_experts'], h),
            **expert_shapes(t, at, packed),
            at + 'mlp.shared_expert.gate_proj.weight': (u, h),
            at + 'mlp.shared_expert.up_proj.weight': (u, h),
            at + 'mlp.shared_expert.down_proj.weight': (h, u),
            at + 'mlp.shared_expert_gate.weight': (1, h)}


def vision_shapes(c):
    h, i = c['hidden_size'], c['intermediate_size']
    m = h * c['spatial_merge_size'] ** 2
    shapes = {'patch_embed.proj.weight': (h, 3, 2, 5, 5),
              'patch_embed.proj.bias': (h,), 'pos_embed.weight': (9, h),
              'merger.norm.weight': (h,), 'merger.norm.bias': (h,),
              'merger.linear_fc1.weight': (m, m),
              'merger.linear_fc1.bias': (m,),
              'merger.linear_fc2.weight': (c['out_hidden_size'], m),
              'merger.linear_fc2.bias': (c['out_hidden_size'],)}
    for b in range(c['depth']):
        for name, shape in (
                ('attn.qkv.weight', (3 * h, h)), ('attn.qkv.bias', (3 * h,)),
                ('attn.proj.weight', (h, h)), ('attn.proj.bias', (h,)),
                ('mlp.linear_fc1.weight', (i, h)),
                ('mlp.linear_fc1.bias', (i,)),
                ('mlp.linear_fc2.weight', (h, i)),
                ('mlp.linear_fc2.bias', (h,)), ('norm1.weight', (h,)),
                ('norm1.bias', (h,)), ('norm2.weight', (h,)),
                ('norm2.bias', (h,))):
            shapes[f'blocks.{b}.{name}'] = shape
    return {'model.visual.' + k: v for k, v in shapes.items()}


def hf_shapes(config, packed=True, mtp_packed=True, mtp=True):
    """Qwen3.5-MoE."""
    vl = 'text_config' in config
    t = config.get('text_config', config)
    h, at = t['hidden_size'], 'model.language_model.' if vl else 'model.'
    shapes = {at + 'embed_tokens.weight': (t['vocab_size'], h),
              at + 'norm.weight': (h,)}
    if not config['tie_word_embeddings']:
        shapes['lm_head.weight'] = (t['vocab_size'], h)
    for l in range(t['num_hidden_layers']):
        shapes |= layer_shapes(t, f'{at}layers.{l}.', is_full(t, l), packed)
    if mtp:
        shapes |= {'mtp.fc.weight': (h, 2 * h), 'mtp.norm.weight': (h,),
                   'mtp.pre_fc_norm_embedding.weight': (h,),
                   'mtp.pre_fc_norm_hidden.weight': (h,),
                   **layer_shapes(t, 'mtp.layers.0.', True, mtp_packed)}
    return shapes | (vision_shapes(config['vision_config']) if vl else {})


def moe_shapes(t, packed=False):
    """Qwen3-MoE."""
    h = t['hidden_size']
    shapes = {'model.embed_tokens.weight': (t['vocab_size'], h),
              'model.norm.weight': (h,)}
    if not t['tie_word_embeddings']:
        shapes['lm_head.weight'] = (t['vocab_size'], h)
    for l in range(t['num_hidden_layers']):
        at = f'model.layers.{l}.'
        shapes |= {at + 'input_layernorm.weight': (h,),
                   at + 'post_attention_layernorm.weight': (h,),
                   **attention_shapes(t, at, False),
                   at + 'mlp.gate.weight': (t['num_experts'], h),
                   **expert_shapes(t, at, packed)}
    return shapes


def repack(arrays, t, packed, mtp_packed):
    """The experts as they would be stored otherwise."""
    new = {k: a for k, a in arrays.items() if '.mlp.experts.' not in k}
    for key in arrays:
        if not key.endswith('.mlp.gate.weight'):
            continue
        at = key.removesuffix('gate.weight') + 'experts.'
        e = [expert(arrays, at, i) for i in range(t['num_experts'])]
        if mtp_packed if key.startswith('mtp.') else packed:
            new[at + 'gate_up_proj'] = np.stack(
                [np.concatenate((gate, up)) for gate, up, _ in e])
            new[at + 'down_proj'] = np.stack([down for _, _, down in e])
            continue
        for i, three in enumerate(e):
            for name, array in zip(('gate', 'up', 'down'), three):
                new[f'{at}{i}.{name}_proj.weight'] = array
    return new


def expert(arrays, at, e):
    """gate, up and down of one expert, however they are stored."""
    if at + 'gate_up_proj' not in arrays:
        return [arrays[f'{at}{e}.{p}_proj.weight']
                for p in ('gate', 'up', 'down')]
    both = arrays[at + 'gate_up_proj'][e]
    f = len(both) // 2
    return both[:f], both[f:], arrays[at + 'down_proj'][e]


def different(found, wanted):
    """What is wrong with tensors, or ''."""
    for what, keys in (('missing', set(wanted) - set(found)),
                       ('too many', set(found) - set(wanted))):
        if keys:
            return f'{len(keys)} {what}: {sorted(keys)[:3]}'
    for key in wanted:
        a, b = found[key], wanted[key]
        if a.shape != b.shape:
            return f'{key} has the shape {a.shape}, expected {b.shape}'
        if a.tobytes() != np.ascontiguousarray(b, '<f4').tobytes():
            at = tuple(int(n[0]) for n in np.nonzero(a != b))
            return f'{key}{list(at)} is {a[at]}, expected {b[at]}'
    return ''


def check_ranks(dst, wanted, ranks):
    """A directory for each rank and no other, which holds wanted[rank]."""
    found = sorted(n for n in os.listdir(dst) if n.startswith('rank'))
    same(found, sorted(f'rank{i}' for i in range(ranks.world)),
         f'the ranks of {ranks.options}')
    for i, tensors in enumerate(wanted):
        wrong = different(read(os.path.join(dst, f'rank{i}')), tensors)
        check(not wrong, f'{ranks.options}, rank {i}: {wrong}')
