"""LoRA adapters of mixture-of-experts models in five layouts, by index
formulas: what is stored where, and what a reader of each layout makes of it.

An adapter is Split (a pair A, B for each expert and projection) or Fused (one
for each expert's gate_up, and one for its down). A is a list of r rows of
`in`, B of `out` rows of r, all whole numbers that BF16 holds."""

import array
import random
import re
import struct

import st

LAYOUTS = ('per_expert', 'fused', 'fused_swapped', 'fused_expert_slowest',
           'megatron_packed')
FUSED = LAYOUTS[1:]
SIZES = dict(E=13, H=10, I=7, L=2)
PREFIX = 'base_model.model.'
LAYER = PREFIX + 'model.layers.{}.'


class Family:
    """How a family of models names its experts, and what says its sizes."""

    def __init__(self, block, names, router, fields, rows, **config):
        self.block, self.router, self.fields = block, router, fields
        self.names = dict(zip(('gate', 'up', 'down'), names))
        self.config, self.row = config, rows

    def expert(self, l, e, p):
        return f'{LAYER.format(l)}{self.block}.{e}.{self.names[p]}'


def halves(b, i, I):
    return b * I + i


def interleaved(b, i, I):
    return 2 * i + b


FAMILIES = {
    'qwen3_moe': Family(
        'mlp.experts', ('gate_proj', 'up_proj', 'down_proj'), 'mlp.gate',
        dict(E='num_experts', H='hidden_size', I='moe_intermediate_size',
             L='num_hidden_layers'), halves, intermediate_size=23,
        decoder_sparse_step=1, mlp_only_layers=[], num_experts_per_tok=2),
    'mixtral': Family(
        'block_sparse_moe.experts', ('w1', 'w3', 'w2'),
        'block_sparse_moe.gate',
        dict(E='num_local_experts', H='hidden_size', I='intermediate_size',
             L='num_hidden_layers'), halves, num_experts_per_tok=2),
    'gpt_oss': Family(
        'mlp.experts', ('gate_proj', 'up_proj', 'down_proj'), 'mlp.router',
        dict(E='num_local_experts', H='hidden_size', I='intermediate_size',
             L='num_hidden_layers'), interleaved, num_experts_per_tok=2),
}


def base(family, s=SIZES, **changes):
    """The config of the model that an adapter is for; None removes."""
    f = FAMILIES[family]
    config = dict(model_type=family, num_attention_heads=3,
                  num_key_value_heads=1, head_dim=4, vocab_size=31,
                  **{field: s[n] for n, field in f.fields.items()}, **f.config)
    return {k: v for k, v in (config | changes).items() if v is not None}


def widths(s, p):
    """in and out of a projection."""
    return {'gate': (s['H'], s['I']), 'up': (s['H'], s['I']),
            'gate_up': (s['H'], 2 * s['I']), 'down': (s['I'], s['H'])}[p]


class Adapter:
    """pairs: {(layer, expert, projection): (A, B)}"""

    def __init__(self, family, s, pairs, dtype='BF16'):
        self.family, self.s, self.pairs = FAMILIES[family], s, pairs
        self.name, self.dtype = family, dtype
        self.layers = sorted({l for l, _, _ in pairs})

    def projections(self):
        there = {p for _, _, p in self.pairs}
        return [p for p in ('gate', 'up', 'gate_up', 'down') if p in there]

    def rank(self, p):
        ranks = {len(a) for (_, _, q), (a, _) in self.pairs.items() if q == p}
        assert len(ranks) == 1
        return ranks.pop()

    def like(self, kind, pairs):
        return kind(self.name, self.s, pairs, self.dtype)


class Split(Adapter):
    def fuse(self):
        """gate and up become one, side by side in the rank; the lesser rank
        is filled with zeros."""
        s, pairs = self.s, {}
        both = {'gate', 'up'} <= set(self.projections())
        K = max(self.rank('gate'), self.rank('up')) if both else 0
        for l in self.layers:
            for e in range(s['E']):
                if both:
                    pairs[l, e, 'gate_up'] = self.side_by_side(l, e, K)
                if (l, e, 'down') in self.pairs:
                    pairs[l, e, 'down'] = self.pairs[l, e, 'down']
        return self.like(Fused, pairs)

    def side_by_side(self, l, e, K):
        H, I = self.s['H'], self.s['I']
        A = [[0] * H for _ in range(2 * K)]
        B = [[0] * (2 * K) for _ in range(2 * I)]
        for b, p in enumerate(('gate', 'up')):
            a, c = self.pairs[l, e, p]
            for k, row in enumerate(a):
                A[b * K + k] = list(row)
            for i in range(I):
                for k, value in enumerate(c[i]):
                    B[self.family.row(b, i, I)][b * K + k] = value
        return A, B


class Fused(Adapter):
    def is_diagonal(self):
        """Whether all of B is zero where gate's rows meet up's ranks, and up's
        gate's."""
        if 'gate_up' not in self.projections():
            return False
        R, I = self.rank('gate_up'), self.s['I']
        return R % 2 == 0 and not any(
            B[self.family.row(b, i, I)][(1 - b) * R // 2 + k]
            for (_, _, p), (_, B) in self.pairs.items() if p == 'gate_up'
            for b in (0, 1) for i in range(I) for k in range(R // 2))

    def split(self):
        """The halves where they are apart, or else both with the whole A."""
        I, pairs = self.s['I'], {}
        for (l, e, p), (A, B) in self.pairs.items():
            if p == 'down':
                pairs[l, e, 'down'] = A, B
                continue
            for b, name in enumerate(('gate', 'up')):
                first, r = 0, len(A)
                if self.is_diagonal():
                    r //= 2
                    first = b * r
                pairs[l, e, name] = A[first:first + r], [
                    B[self.family.row(b, i, I)][first:first + r]
                    for i in range(I)]
        return self.like(Split, pairs)


def numbers(rows, columns, seed):
    """All but zero, which a test of what is zero could not tell apart."""
    r = random.Random(seed)
    values = [v for v in range(-127, 128) if v]
    return [r.choices(values, k=columns) for _ in range(rows)]


def random_adapter(kind, family, s, ranks, seed=0, dtype='BF16', layers=None):
    pairs = {}
    for l in range(s['L']) if layers is None else layers:
        for e in range(s['E']):
            for p, r in ranks.items():
                wide, tall = widths(s, p)
                pairs[l, e, p] = (numbers(r, wide, f'{seed} {l} {e} {p} A'),
                                  numbers(tall, r, f'{seed} {l} {e} {p} B'))
    return kind(family, s, pairs, dtype)


def split(family='qwen3_moe', s=SIZES, gate=3, up=3, down=3, **how):
    ranks = dict(gate=gate, up=up, down=down)
    return random_adapter(Split, family, s, {p: r for p, r in ranks.items()
                                             if r}, **how)


def fused(family='qwen3_moe', s=SIZES, gate_up=4, down=3, **how):
    ranks = dict(gate_up=gate_up, down=down)
    return random_adapter(Fused, family, s, {p: r for p, r in ranks.items()
                                             if r}, **how)


# What is stored.

def encode(rows, dtype):
    """A tensor of rows of whole numbers."""
    flat = [v for row in rows for v in row]
    raw = struct.pack(f'<{len(flat)}f', *flat)
    if dtype == 'BF16':
        words = array.array('H', raw)[1::2]
        raw = words.tobytes()
    return dtype, (len(rows), len(rows[0])), raw


def decode(tensor):
    """Rows of numbers; what is no whole number stays a float."""
    dtype, (rows, columns), raw = tensor
    if dtype == 'BF16':
        raw = b''.join(b'\0\0' + raw[i:i + 2] for i in range(0, len(raw), 2))
    flat = [int(v) if v.is_integer() else v for v in
            struct.unpack(f'<{rows * columns}f', raw)]
    return [flat[i * columns:(i + 1) * columns] for i in range(rows)]


def table(rows, columns, element):
    """Row i, column j where element(…) says they are, for all (i, j, value);
    each once."""
    out = [[None] * columns for _ in range(rows)]
    for i, j, value in element:
        assert out[i][j] is None
        out[i][j] = value
    assert all(v is not None for row in out for v in row)
    return out


def places(layout, adapter, l, p):
    """lora_A and lora_B of a layer's gate_up or down, by layout:
    fused            A[e R + k, i] = A_e[k, i]   B[o, k E + e] = B_e[o, k]
    …expert_slowest  A[e R + k, i] = A_e[k, i]   B[o, e R + k] = B_e[o, k]
    …swapped         A[e R + k, o] = B_e[o, k]   B[i, k E + e] = A_e[k, i]
    megatron_packed  A[e R + k, o] = B_e[o, k]   B[i, e R + k] = A_e[k, i]"""
    E, R = adapter.s['E'], adapter.rank(p)
    wide, tall = widths(adapter.s, p)
    slow = layout in ('fused_expert_slowest', 'megatron_packed')
    first, second = [], []
    for e in range(E):
        A, B = adapter.pairs[l, e, p]
        if layout in ('fused_swapped', 'megatron_packed'):
            A, B = ([[B[o][k] for o in range(tall)] for k in range(R)],
                    [[A[k][i] for k in range(R)] for i in range(wide)])
        for k in range(R):
            column = e * R + k if slow else k * E + e
            first += [(e * R + k, i, v) for i, v in enumerate(A[k])]
            second += [(o, column, row[k]) for o, row in enumerate(B)]
    if layout in ('fused_swapped', 'megatron_packed'):
        wide, tall = tall, wide
    return table(E * R, wide, first), table(tall, R * E, second)


def fused_key(l, p, projections):
    """The last of the parameters is outermost, alone or not."""
    inner = p == 'gate_up' and 'down' in projections
    return LAYER.format(l) + 'mlp.experts' + ('.base_layer' if inner else '')


def tensors(layout, adapter):
    """{key: tensor} of an adapter as a layout has it, which has to be Split or
    Fused as the layout is."""
    assert isinstance(adapter, Split if layout == 'per_expert' else Fused)
    out = {}

    def put(key, A, B):
        out[key + '.lora_A.weight'] = encode(A, adapter.dtype)
        out[key + '.lora_B.weight'] = encode(B, adapter.dtype)

    if layout == 'per_expert':
        for (l, e, p), (A, B) in sorted(adapter.pairs.items()):
            put(adapter.family.expert(l, e, p), A, B)
        return out
    there = adapter.projections()
    for l in adapter.layers:
        for p in there:
            put(fused_key(l, p, there), *places(layout, adapter, l, p))
    return out


def others(family, layout, r=3, s=SIZES, more=()):
    """What an adapter has besides, with any bits: {key: tensor}. `more` are
    (path, in, out) of a layer."""
    f, shapes = FAMILIES[family], {}
    router = f.router if layout == 'per_expert' else \
        f.router.replace('block_sparse_moe', 'mlp')
    for l in range(s['L']):
        for path, wide, tall in (
                ('self_attn.q_proj', s['H'], 12),
                ('self_attn.o_proj', 12, s['H']),
                ('the router', s['H'], s['E']), *more):
            at = LAYER.format(l) + path
            shapes[at + '.lora_A.weight'] = (r, wide)
            shapes[at + '.lora_B.weight'] = (tall, r)
    # Bytes go by name, and the router has two.
    return {name.replace('the router', router): tensor for name, tensor in
            st.random_tensors(shapes, 5, 'F32').items()}


# What is read.

def element_readers(layout, A, B, E, R):
    """a(e, k, i) and b(e, o, k) of stored matrices; each from how its reader
    takes them apart."""
    def view(flat, shape):
        def at(*index):
            n = 0
            for i, size in zip(index, shape, strict=True):
                n = n * size + i
            return flat[n]
        return at

    flat_a, flat_b = ([v for row in m for v in row] for m in (A, B))
    x = view(flat_a, (E, R, len(A[0])))
    if layout in ('fused', 'fused_swapped'):
        y3 = view(flat_b, (len(B), R, E))

        def y(o, k, e):
            return y3(o, k, e)
    else:
        y3 = view(flat_b, (len(B), E, R))

        def y(o, k, e):
            return y3(o, e, k)
    if layout in ('fused_swapped', 'megatron_packed'):
        return (lambda e, k, i: y(i, k, e)), (lambda e, o, k: x(e, k, o))
    return (lambda e, k, i: x(e, k, i)), (lambda e, o, k: y(o, k, e))


def product(a, b, R, wide, tall):
    """What is added to a weight, but for the scale: [out][in]"""
    columns = [[a(k, i) for i in range(wide)] for k in range(R)]
    out = []
    for o in range(tall):
        row = [0] * wide
        for k in range(R):
            factor = b(o, k)
            if factor:
                row = [v + factor * w for v, w in zip(row, columns[k])]
        out.append(row)
    return out


def split_deltas(family, found):
    f = FAMILIES[family]
    names = {name: p for p, name in f.names.items()}
    pattern = re.compile(re.escape(LAYER).replace(r'\{\}', r'(\d+)')
                         + re.escape(f.block)
                         + r'\.(\d+)\.(\w+)\.lora_A\.weight')
    out = {}
    for key in found:
        m = pattern.fullmatch(key)
        if not m:
            continue
        A = decode(found[key])
        B = decode(found[key.replace('.lora_A.', '.lora_B.')])
        out[int(m[1]), int(m[2]), names[m[3]]] = product(
            lambda k, i: A[k][i], lambda o, k: B[o][k], len(A), len(A[0]),
            len(B))
    return out


def fused_deltas(layout, family, s, found, parameters):
    f, out = FAMILIES[family], {}
    there = [p for p, name in (('gate_up', 'gate_up_proj'),
                               ('down', 'down_proj')) if name in parameters]
    for l in range(s['L']):
        for p in there:
            key = fused_key(l, p, there)
            if key + '.lora_A.weight' not in found:
                continue
            A, B = (decode(found[f'{key}.lora_{x}.weight']) for x in 'AB')
            R, (wide, tall) = len(A) // s['E'], widths(s, p)
            a, b = element_readers(layout, A, B, s['E'], R)
            for e in range(s['E']):
                whole = product(lambda k, i: a(e, k, i),
                                lambda o, k: b(e, o, k), R, wide, tall)
                if p == 'down':
                    out[l, e, 'down'] = whole
                    continue
                for half, name in enumerate(('gate', 'up')):
                    out[l, e, name] = [whole[f.row(half, i, s['I'])]
                                       for i in range(s['I'])]
    return out


def deltas(layout, family, s, found, parameters=()):
    """{(layer, expert, gate | up | down): [out][in]}, unscaled"""
    if layout == 'per_expert':
        return split_deltas(family, found)
    return fused_deltas(layout, family, s, found, parameters)


def different(found, wanted):
    """What is first wrong with tensors, or None; elements as numbers where
    both can be."""
    for missing in sorted(set(wanted) - set(found)):
        return f'{missing} is not there; there are {sorted(found)[:5]}…'
    for extra in sorted(set(found) - set(wanted)):
        return f'{extra} is there'
    for name, (dtype, shape, raw) in wanted.items():
        if found[name][:2] != (dtype, shape):
            return f'{name} is {found[name][:2]}, not {(dtype, shape)}'
        if found[name][2] == raw:
            continue
        width = st.BITS[dtype] // 8
        n = next(n for n in range(len(raw) // width)
                 if found[name][2][n * width:][:width]
                 != raw[n * width:][:width])
        values = [decode((dtype, (1, 1), data[n * width:][:width]))[0][0]
                  for data in (found[name][2], raw)]
        return (f'{name}[{n // shape[-1]}, {n % shape[-1]}] is {values[0]}, '
                f'not {values[1]}')
    return None
