"""Qwen3 in every layout, by index formulas: for each stored tensor its shape,
and for each of its elements the one of the Hugging Face checkpoint that lies
there. Written from the tables of the other projects' sources, not from the
table under test.

A tensor is (dtype, shape, bytes), a checkpoint {directory: {name: tensor}};
the directory is '' in layouts without ranks."""

import itertools
import json
import os

import orbax
import qwen3
import st

# All different. tp may be 1, 2, 4, 8; ranks for experts 1, 2, 4. K = 2 divides
# or is divided by each.
SIZES = dict(H=22, L=3, E=12, F=40, N=8, G=2, D=7, V=37)
# A dense model: no E; F is the width of its MLP.
DENSE = dict(H=22, L=3, F=40, N=8, G=2, D=7, V=37)
LAYER = 'model.layers.{}.'


def is_dense(s):
    return 'E' not in s


def hf_shapes(s, **how):
    """What lies on the Hub."""
    if not is_dense(s):
        return qwen3.split_shapes(s, **how)
    shapes = {n: x for n, x in qwen3.common_shapes(s | {'E': 1}, **how).items()
              if '.mlp.gate.' not in n}
    for l in range(s['L']):
        at = LAYER.format(l) + 'mlp.'
        shapes |= {at + 'gate_proj.weight': (s['F'], s['H']),
                   at + 'up_proj.weight': (s['F'], s['H']),
                   at + 'down_proj.weight': (s['H'], s['F'])}
    return shapes


def config(s, **changes):
    fields = qwen3.config_of(s | {'E': s.get('E', 1)}, **changes)
    if is_dense(s):
        for name in ('num_experts', 'num_experts_per_tok', 'mlp_only_layers',
                     'decoder_sparse_step', 'moe_intermediate_size'):
            fields.pop(name, None)
        fields |= dict(architectures=['Qwen3ForCausalLM'], model_type='qwen3',
                       intermediate_size=s['F'])
    return fields


class Hub:
    """The elements of a Hugging Face checkpoint."""

    def __init__(self, tensors, s):
        self.tensors, self.s = tensors, s
        self.biases = LAYER.format(0) + 'self_attn.q_proj.bias' in tensors
        self.tied = 'lm_head.weight' not in tensors

    def at(self, name, *index):
        dtype, shape, data = self.tensors[name]
        width = st.BITS[dtype] // 8
        n = 0
        for i, size in zip(index, shape, strict=True):
            assert 0 <= i < size
            n = n * size + i
        return data[n * width:(n + 1) * width]

    def make(self, like, shape, element):
        """A tensor of the dtype of `like`: element(i, j, …) is its bytes, or
        None in padding."""
        dtype = self.tensors[like][0]
        zero = bytes(st.BITS[dtype] // 8)
        out = b''.join(zero if e is None else e for e in (
            element(*i) for i in itertools.product(*map(range, shape))))
        return dtype, tuple(shape), out

    def whole(self, name):
        return self.tensors[name]

    def head(self):
        """The output rows by name, where there are any."""
        return [] if self.tied else ['lm_head.weight']


# Per layer, and equal in name and form in all layouts but MaxText's.
def plain(hub, l):
    names = ['input_layernorm', 'post_attention_layernorm', 'self_attn.q_norm',
             'self_attn.k_norm']
    if not is_dense(hub.s):
        names.append('mlp.gate')
    return [LAYER.format(l) + n + '.weight' for n in names]


def expert(l, e, p):
    return qwen3.EXPERT.format(l, e, p)


def split(hub):
    return {'': dict(hub.tensors)}


def fused(hub):
    """gate_up[e][p*F + f][h] = (gate, up)[p][e][f][h]; down[e][h][f]"""
    s, out = hub.s, {}
    for name, tensor in hub.tensors.items():
        if '.mlp.experts.' not in name:
            out[name] = tensor
    for l in range(s['L']):
        F = s['F']
        out[qwen3.GATE_UP.format(l)] = hub.make(
            expert(l, 0, 'up'), (s['E'], 2 * F, s['H']), lambda e, i, h:
            hub.at(expert(l, e, ('gate', 'up')[i // F]), i % F, h))
        out[qwen3.DOWN.format(l)] = hub.make(
            expert(l, 0, 'down'), (s['E'], s['H'], F), lambda e, h, f:
            hub.at(expert(l, e, 'down'), h, f))
    return {'': out}


def qkv_row(s, groups, o):
    """Row o of a fused q, k and v: which projection, and its row. Each group
    holds its query heads, then its key heads, then its value heads."""
    D = s['D']
    heads, kv = s['N'] // groups, s['G'] // groups
    g, r = divmod(o, (heads + 2 * kv) * D)
    if r < heads * D:
        return 'q', g * heads * D + r
    r -= heads * D
    if r < kv * D:
        return 'k', g * kv * D + r
    return 'v', g * kv * D + r - kv * D


def vllm_tpu(hub, tp=1, pad=128, exact=False):
    """MaxText's converter for tpu-inference, facts 3.2 and 3.3; biases are
    put into the order of the rows they belong to."""
    s, out = hub.s, {}
    P = pad if exact else -(-(s['F'] // tp) // pad) * pad
    c = s['F'] // tp
    groups = min(tp, s['G'])

    def w13(l, name):
        def element(e, d, o):
            r, t = divmod(o, 2 * P)
            which, j = divmod(t, P)
            return None if j >= c else \
                hub.at(name(l, e, ('gate', 'up')[which]), r * c + j, d)
        return element

    to = {'model.embed_tokens.weight': 0, 'model.norm.weight': 0}
    for name in [*to, *hub.head()]:
        out['vllm_model.' + name] = hub.whole(name)
    for l in range(s['L']):
        at = LAYER.format(l)
        for name in plain(hub, l) + [at + 'self_attn.o_proj.weight']:
            out['vllm_model.' + name] = hub.whole(name)

        def qkv(kind):
            def element(o, *h):
                which, row = qkv_row(s, groups, o)
                return hub.at(f'{at}self_attn.{which}_proj.{kind}', row, *h)
            return element

        n = (s['N'] + 2 * s['G']) * s['D']
        out['vllm_model.' + at + 'self_attn.qkv_proj.weight'] = hub.make(
            at + 'self_attn.q_proj.weight', (n, s['H']), qkv('weight'))
        if hub.biases:
            out['vllm_model.' + at + 'self_attn.qkv_proj.bias'] = hub.make(
                at + 'self_attn.q_proj.bias', (n,), qkv('bias'))
        at = 'vllm_model.' + at + 'mlp.experts.'
        out[at + 'w13_weight'] = hub.make(
            expert(l, 0, 'up'), (s['E'], s['H'], 2 * P * tp), w13(l, expert))
        out[at + 'w2_weight'] = hub.make(
            expert(l, 0, 'up'), (s['E'], s['F'], s['H']), lambda e, f, h:
            hub.at(expert(l, e, 'down'), h, f))
    return {'': out}


def vllm_rank(hub, r, tp, ep, order):
    """What vLLM's weight loaders put on rank r, facts 2.1."""
    s, out = hub.s, {}
    H, D, F = s['H'], s['D'], s['F']
    heads, kv = s['N'] // tp, max(s['G'] // tp, 1)
    first_kv = r // max(tp // s['G'], 1) * kv
    c = F // tp
    labels = ('gate', 'up') if order == 'gate_up' else ('up', 'gate')
    rows = -(-s['V'] // 64) * 64 // tp

    def vocabulary(name):
        return hub.make(name, (rows, H), lambda i, h: None
                        if r * rows + i >= s['V']
                        else hub.at(name, r * rows + i, h))

    for name in ['model.embed_tokens.weight', *hub.head()]:
        out[name] = vocabulary(name)
    out['model.norm.weight'] = hub.whole('model.norm.weight')
    for l in range(s['L']):
        at = LAYER.format(l) + 'self_attn.'
        for name in plain(hub, l):
            out[name] = hub.whole(name)

        def qkv_row_of_rank(i):
            if i < heads * D:
                return 'q', r * heads * D + i
            i -= heads * D
            return 'kv'[i // (kv * D)], first_kv * D + i % (kv * D)

        def qkv(kind):
            def element(i, *h):
                which, row = qkv_row_of_rank(i)
                return hub.at(f'{at}{which}_proj.{kind}', row, *h)
            return element

        n = (heads + 2 * kv) * D
        out[at + 'qkv_proj.weight'] = hub.make(
            at + 'q_proj.weight', (n, H), qkv('weight'))
        if hub.biases:
            out[at + 'qkv_proj.bias'] = hub.make(
                at + 'q_proj.bias', (n,), qkv('bias'))
        out[at + 'o_proj.weight'] = hub.make(
            at + 'o_proj.weight', (H, heads * D), lambda h, i:
            hub.at(at + 'o_proj.weight', h, r * heads * D + i))
        at = LAYER.format(l) + 'mlp.'
        if is_dense(s):
            out[at + 'gate_up_proj.weight'] = hub.make(
                at + 'up_proj.weight', (2 * c, H), lambda i, h: hub.at(
                    f'{at}{labels[i // c]}_proj.weight', r * c + i % c, h))
            out[at + 'down_proj.weight'] = hub.make(
                at + 'down_proj.weight', (H, c), lambda h, i:
                hub.at(at + 'down_proj.weight', h, r * c + i))
            continue
        first, count, c0, width = (r * s['E'] // tp, s['E'] // tp, 0, F) \
            if ep else (0, s['E'], r * c, c)
        out[at + 'experts.w13_weight'] = hub.make(
            expert(l, 0, 'up'), (count, 2 * width, H), lambda e, i, h: hub.at(
                expert(l, first + e, labels[i // width]), c0 + i % width, h))
        out[at + 'experts.w2_weight'] = hub.make(
            expert(l, 0, 'up'), (count, H, width), lambda e, h, i: hub.at(
                expert(l, first + e, 'down'), h, c0 + i))
    return out


def vllm(hub, tp=1, ep=False, order='gate_up'):
    return {f'rank{r}': vllm_rank(hub, r, tp, ep, order) for r in range(tp)}


def maxtext_names(hub):
    """Facts 1.1: for each array of a layer its name, and its shape and its
    element by layer, before they are stacked."""
    s = hub.s
    H, D, F, N, G = (s[n] for n in 'HDFNG')

    def norm(name):
        return lambda l, i: hub.at(LAYER.format(l) + name + '.weight', i)

    def heads(name):
        return lambda l, h, n, d: hub.at(
            f'{LAYER.format(l)}self_attn.{name}_proj.weight', n * D + d, h)

    def bias(name):
        return lambda l, n, d: hub.at(
            f'{LAYER.format(l)}self_attn.{name}_proj.bias', n * D + d)

    yield 'pre_self_attention_layer_norm.scale', (H,), norm('input_layernorm')
    yield 'post_self_attention_layer_norm.scale', (H,), norm(
        'post_attention_layernorm')
    for name, short, n in (('query', 'q', N), ('key', 'k', G),
                           ('value', 'v', G)):
        yield f'self_attention.{name}.kernel', (H, n, D), heads(short)
        if hub.biases:
            yield f'self_attention.{name}.bias', (n, D), bias(short)
    yield 'self_attention.out.kernel', (N, D, H), lambda l, n, d, h: hub.at(
        LAYER.format(l) + 'self_attn.o_proj.weight', h, n * D + d)
    yield 'self_attention.query_norm.scale', (D,), norm('self_attn.q_norm')
    yield 'self_attention.key_norm.scale', (D,), norm('self_attn.k_norm')
    if is_dense(s):
        for i, p in enumerate(('gate', 'up')):
            yield f'mlp.wi_{i}.kernel', (H, F), lambda l, h, f, p=p: hub.at(
                f'{LAYER.format(l)}mlp.{p}_proj.weight', f, h)
        yield 'mlp.wo.kernel', (F, H), lambda l, f, h: hub.at(
            LAYER.format(l) + 'mlp.down_proj.weight', h, f)
        return
    yield 'moe_block.gate.kernel', (H, s['E']), lambda l, h, e: hub.at(
        LAYER.format(l) + 'mlp.gate.weight', e, h)
    for i, p in enumerate(('gate', 'up')):
        yield f'moe_block.wi_{i}', (s['E'], H, F), \
            lambda l, e, h, f, p=p: hub.at(expert(l, e, p), f, h)
    yield 'moe_block.wo', (s['E'], F, H), lambda l, e, f, h: hub.at(
        expert(l, e, 'down'), h, f)


def maxtext_ends(hub, vocab):
    s = hub.s
    rows = vocab or s['V']

    def row(name, v, h):
        return hub.at(name, v, h) if v < s['V'] else None

    out = {
        'params.params.token_embedder.embedding': hub.make(
            'model.norm.weight', (rows, s['H']), lambda v, h:
            row('model.embed_tokens.weight', v, h)),
        'params.params.decoder.decoder_norm.scale':
            hub.whole('model.norm.weight'),
    }
    for name in hub.head():
        out['params.params.decoder.logits_dense.kernel'] = hub.make(
            'model.norm.weight', (s['H'], rows), lambda h, v:
            row(name, v, h))
    return out


def maxtext(hub, vocab=0):
    """Layers are axis 1, behind what the array begins with."""
    out = maxtext_ends(hub, vocab)
    for name, shape, element in maxtext_names(hub):
        out['params.params.decoder.layers.' + name] = hub.make(
            'model.norm.weight', (shape[0], hub.s['L'], *shape[1:]),
            lambda a, l, *rest: element(l, a, *rest))
    return {'orbax': out}


def maxtext_unscanned(hub, vocab=0):
    out = maxtext_ends(hub, vocab)
    for name, shape, element in maxtext_names(hub):
        for l in range(hub.s['L']):
            out[f'params.params.decoder.layers_{l}.{name}'] = hub.make(
                'model.norm.weight', shape, lambda *i: element(l, *i))
    return {'orbax': out}


def write(path, checkpoint, config_text, manifest=None):
    """A checkpoint as somebody else would have written it."""
    os.makedirs(path)
    if 'orbax' in checkpoint:
        tensors = checkpoint['orbax']
        scanned = not any('.layers_' in name for name in tensors)
        orbax.write(path, tensors, {'scan_layers': scanned})
        checkpoint = {}
    for directory, tensors in checkpoint.items():
        at = os.path.join(path, directory)
        os.makedirs(at, exist_ok=True)
        st.write(os.path.join(at, 'model.safetensors'), tensors)
    with open(os.path.join(path, 'config.json'), 'w') as f:
        f.write(config_text)
    if manifest:
        with open(os.path.join(path, 'weft.json'), 'w') as f:
            json.dump(manifest, f)


def read(path):
    """{directory: {name: tensor}} of a target."""
    if os.path.isdir(os.path.join(path, '0')):
        return {'orbax': orbax.read(path)}
    ranks = sorted(n for n in os.listdir(path)
                   if os.path.isdir(os.path.join(path, n)))
    return {n: st.read(os.path.join(path, n)) for n in ranks or ['']}


def different(found, wanted):
    """What is first wrong with a checkpoint, or None."""
    if set(found) != set(wanted):
        return f'the directories are {sorted(found)}, not {sorted(wanted)}'
    for directory, tensors in wanted.items():
        wrong = qwen3.different(found[directory], tensors)
        if wrong:
            return f'{directory}: {wrong}'
    return None
