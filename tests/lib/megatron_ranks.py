"""What each rank of a Megatron model holds of a checkpoint of transformers:
index formulas and ranks, without a glance at the tables."""

import math

import numpy as np
from megatron import expert, is_full


def rows(array, t, tp):
    n, rest = divmod(len(array), tp)
    assert rest == 0
    return array[t * n:(t + 1) * n]


def columns(array, t, tp):
    return rows(array.T, t, tp).T


def segments(arrays, t, tp):
    """A piece of each, one behind the other."""
    return np.concatenate([rows(a, t, tp) for a in arrays])


def vocabulary(array, t, tp, multiple):
    n = -(-len(array) // (multiple * tp)) * multiple * tp
    padding = np.zeros((n - len(array), array.shape[1]), array.dtype)
    return rows(np.concatenate((array, padding)), t, tp)


def query_groups(q, k, v, groups, d, gate):
    """Groups of query heads, their gates, a key and a value head, row by
    row."""
    heads = len(q) // d // (2 if gate else 1)
    n = heads // groups
    width = (2 if gate else 1) * n + 2
    out = np.full((groups * width * d,) + q.shape[1:], np.nan, q.dtype)
    for i in range(groups):
        for r in range(d):
            for j in range(n):
                h = i * n + j
                if gate:
                    out[(i * width + j) * d + r] = q[h * 2 * d + r]
                    out[(i * width + n + j) * d + r] = q[h * 2 * d + d + r]
                else:
                    out[(i * width + j) * d + r] = q[h * d + r]
            out[(i * width + width - 2) * d + r] = k[i * d + r]
            out[(i * width + width - 1) * d + r] = v[i * d + r]
    return out


def vision_heads(qkv, heads):
    """Row (3 * head + which) * d + r from which * heads * d + head * d + r."""
    d = len(qkv) // heads // 3
    out = np.full_like(qkv, np.nan)
    for i in range(heads):
        for s in range(3):
            for r in range(d):
                out[(3 * i + s) * d + r] = qkv[s * heads * d + i * d + r]
    return out


class Ranks:
    """Options, and the ranks they make."""

    def __init__(self, tp=1, pp=1, ep=1, etp=0, experts='grouped',
                 vocab_multiple=1):
        self.tp, self.pp, self.ep, self.etp = tp, pp, ep, etp or tp
        self.sequential = experts == 'sequential'
        self.multiple = vocab_multiple
        self.stage = math.lcm(tp, ep * self.etp)
        self.world = pp * self.stage
        self.options = ','.join(
            [f'tp={tp},pp={pp},ep={ep}'] + [f'etp={etp}'] * (etp > 0) +
            ['experts=sequential'] * self.sequential +
            [f'vocab_multiple={vocab_multiple}'] * (vocab_multiple > 1))


class Rank:
    """The tensors of one rank."""

    def __init__(self, ranks, number, hf, text):
        self.of, self.hf, self.text, self.held = ranks, hf, text, {}
        self.stage, place = divmod(number, ranks.stage)
        self.t = place % ranks.tp
        self.et = place % ranks.etp
        self.e = place // ranks.etp % ranks.ep
        self.last = self.stage == ranks.pp - 1

    def layers(self):
        n, rest = divmod(self.text['num_hidden_layers'], self.of.pp)
        assert rest == 0
        return range(self.stage * n, (self.stage + 1) * n)

    def embeddings(self, at, to, tied, mtp):
        def put(key, array):
            self.held[to + key] = vocabulary(array, self.t, self.of.tp,
                                             self.of.multiple)

        embed = self.hf[at + 'embed_tokens.weight']
        if self.stage == 0 or (mtp and self.last):
            put('embedding.word_embeddings.weight', embed)
        if self.last and not tied:
            put('output_layer.weight', self.hf['lm_head.weight'])
        if self.last and tied and self.of.pp > 1:
            put('output_layer.weight', embed)
        if self.last:
            self.held[to + 'decoder.final_layernorm.weight'] = \
                self.hf[at + 'norm.weight']

    def attention(self, at, to, gate):
        hf, t, tp, x = self.hf, self.t, self.of.tp, self.text
        q, k, v = (hf[f'{at}self_attn.{p}_proj.weight'] for p in 'qkv')
        self.held |= {
            to + 'self_attention.linear_qkv.layer_norm_weight':
                hf[at + 'input_layernorm.weight'],
            to + 'self_attention.linear_qkv.weight': rows(query_groups(
                q, k, v, x['num_key_value_heads'], x['head_dim'], gate),
                t, tp),
            to + 'self_attention.linear_proj.weight':
                columns(hf[at + 'self_attn.o_proj.weight'], t, tp),
            to + 'self_attention.q_layernorm.weight':
                hf[at + 'self_attn.q_norm.weight'],
            to + 'self_attention.k_layernorm.weight':
                hf[at + 'self_attn.k_norm.weight'],
        }

    def delta(self, at, to):
        hf, t, tp, x = self.hf, self.t, self.of.tp, self.text
        n = x['linear_num_key_heads'] * x['linear_key_head_dim']
        norm, at, to = (at + 'input_layernorm.weight', at + 'linear_attn.',
                        to + 'self_attention.')
        qkv = hf[at + 'in_proj_qkv.weight']
        conv = hf[at + 'conv1d.weight']
        self.held |= {
            to + 'in_proj.layer_norm_weight': hf[norm],
            to + 'in_proj.weight': segments(
                [qkv[:n], qkv[n:2 * n], qkv[2 * n:],
                 hf[at + 'in_proj_z.weight'], hf[at + 'in_proj_b.weight'],
                 hf[at + 'in_proj_a.weight']], t, tp),
            to + 'conv1d.weight': segments(
                [conv[:n], conv[n:2 * n], conv[2 * n:]], t, tp),
            to + 'A_log': rows(hf[at + 'A_log'], t, tp),
            to + 'dt_bias': rows(hf[at + 'dt_bias'], t, tp),
            to + 'out_norm.weight': hf[at + 'norm.weight'] - np.float32(1),
            to + 'out_proj.weight':
                columns(hf[at + 'out_proj.weight'], t, tp),
        }

    def experts(self, at, to):
        n, rest = divmod(self.text['num_experts'], self.of.ep)
        assert rest == 0
        self.held |= {
            to + 'pre_mlp_layernorm.weight':
                self.hf[at + 'post_attention_layernorm.weight'],
            to + 'mlp.router.weight': self.hf[at + 'mlp.gate.weight']}
        for k in range(n):
            gate, up, down = expert(self.hf, at + 'mlp.experts.',
                                    self.e * n + k)
            fc = 'mlp.experts.local_experts.%d.linear_fc%d.weight' \
                if self.of.sequential else 'mlp.experts.linear_fc%d.weight%d'
            one, two = ((k, 1), (k, 2)) if self.of.sequential \
                else ((1, k), (2, k))
            self.held[to + fc % one] = segments((gate, up), self.et,
                                                self.of.etp)
            self.held[to + fc % two] = columns(down, self.et, self.of.etp)

    def shared(self, at, to):
        at, to = at + 'mlp.shared_expert', to + 'mlp.shared_experts.'
        self.held |= {
            to + 'linear_fc1.weight': segments(
                [self.hf[at + '.gate_proj.weight'],
                 self.hf[at + '.up_proj.weight']], self.t, self.of.tp),
            to + 'linear_fc2.weight': columns(
                self.hf[at + '.down_proj.weight'], self.t, self.of.tp),
            to + 'gate_weight': self.hf[at + '_gate.weight']}

    def mtp(self, to):
        hf, to = self.hf, to + 'mtp.layers.0.'
        self.held |= {
            to + 'eh_proj.weight': rows(hf['mtp.fc.weight'], self.t,
                                        self.of.tp),
            to + 'enorm.weight': hf['mtp.pre_fc_norm_embedding.weight'],
            to + 'hnorm.weight': hf['mtp.pre_fc_norm_hidden.weight'],
            to + 'final_layernorm.weight': hf['mtp.norm.weight']}
        at, to = 'mtp.layers.0.', to + 'mtp_model_layer.'
        self.attention(at, to, True)
        self.experts(at, to)
        self.shared(at, to)

    def vision(self, heads):
        for key, array in self.hf.items():
            if key.startswith('model.visual.'):
                name, how = vision_place(key.removeprefix('model.visual.'))
                if '.linear_qkv.' in name and how:
                    array = vision_heads(array, heads)
                self.held['vision_model.' + name] = how(
                    array, self.t, self.of.tp) if how else array


def vision_place(name):
    """The name in Megatron, and how it is dealt out to the ranks."""
    for a, b, how in (
            ('attn.qkv.', 'self_attention.linear_qkv.', rows),
            ('attn.proj.weight', 'self_attention.linear_proj.weight', columns),
            ('attn.proj.bias', 'self_attention.linear_proj.bias', None),
            ('mlp.linear_fc1.', 'mlp.linear_fc1.', rows),
            ('mlp.linear_fc2.weight', 'mlp.linear_fc2.weight', columns),
            ('mlp.linear_fc2.bias', 'mlp.linear_fc2.bias', None),
            ('norm1.', 'self_attention.linear_qkv.layer_norm_', None),
            ('norm2.', 'mlp.linear_fc1.layer_norm_', None)):
        if name.startswith('blocks.') and a in name:
            return (name.replace('blocks.', 'decoder.layers.')
                    .replace(a, b), how)
    how = (rows if name.startswith('merger.linear_fc1.') else
           columns if name == 'merger.linear_fc2.weight' else None)
    return name.replace('merger.norm.', 'merger.patch_norm.'), how


def qwen3_5(hf, config, ranks):
    """[{key: array}] of all ranks."""
    vl = 'text_config' in config
    text = config.get('text_config', config)
    at = 'model.language_model.' if vl else 'model.'
    to, mtp = 'language_model.' if vl else '', 'mtp.fc.weight' in hf
    held = []
    for number in range(ranks.world):
        r = Rank(ranks, number, hf, text)
        r.embeddings(at, to, config['tie_word_embeddings'], mtp)
        for i, l in enumerate(r.layers()):
            a, b = f'{at}layers.{l}.', f'{to}decoder.layers.{i}.'
            if is_full(text, l):
                r.attention(a, b, True)
            else:
                r.delta(a, b)
            r.experts(a, b)
            r.shared(a, b)
        if mtp and r.last:
            r.mtp(to)
        if vl and r.stage == 0:
            r.vision(config['vision_config']['num_heads'])
        held.append(r.held)
    return held


def qwen3_moe(hf, config, ranks):
    held = []
    for number in range(ranks.world):
        r = Rank(ranks, number, hf, config)
        r.embeddings('model.', '', config['tie_word_embeddings'], False)
        for i, l in enumerate(r.layers()):
            a, b = f'model.layers.{l}.', f'decoder.layers.{i}.'
            r.attention(a, b, False)
            r.experts(a, b)
        held.append(r.held)
    return held
