"""Qwen3-MoE on the ranks of Megatron, by index formulas, like formulas.py."""

import math

from formulas import LAYER, expert


class Rank:
    """What one rank holds. Ranks count the tensor-parallel ones fastest, and
    for the experts their own, then the expert-parallel ones."""

    def __init__(self, hub, number, tp, pp, ep, etp, multiple):
        self.hub, self.s, self.out = hub, hub.s, {}
        stage, place = divmod(number, math.lcm(tp, ep * etp))
        self.first, self.last = stage == 0, stage == pp - 1
        self.t, self.tp, self.pp, self.multiple = place % tp, tp, pp, multiple
        self.y, self.etp = place % etp, etp
        self.x, self.ep = place // etp % ep, ep
        n = self.s['L'] // pp
        self.layers = range(stage * n, stage * n + n)

    def vocabulary(self, name, of):
        V, step = self.s['V'], self.multiple * self.tp
        rows = -(-V // step) * step // self.tp

        def element(i, h):
            v = self.t * rows + i
            return self.hub.at(of, v, h) if v < V else None

        self.out[name] = self.hub.make(of, (rows, self.s['H']), element)

    def ends(self):
        hub = self.hub
        if self.first:
            self.vocabulary('embedding.word_embeddings.weight',
                            'model.embed_tokens.weight')
        if not self.last:
            return
        self.out['decoder.final_layernorm.weight'] = hub.whole(
            'model.norm.weight')
        if not hub.tied:
            self.vocabulary('output_layer.weight', 'lm_head.weight')
        elif self.pp > 1:
            self.vocabulary('output_layer.weight', 'model.embed_tokens.weight')

    def qkv(self, at, kind):
        """Each group of queries is followed by its key and its value; what
        comes of that is cut, wherever that is."""
        N, G, D = (self.s[n] for n in 'NGD')
        m, n = N // G, (N + 2 * G) * D // self.tp

        def element(i, *h):
            head, d = divmod(self.t * n + i, D)
            g, j = divmod(head, m + 2)
            which, head = ('q', g * m + j) if j < m else ('kv'[j - m], g)
            return self.hub.at(f'{at}{which}_proj.{kind}', head * D + d, *h)

        return n, element

    def attention(self, l, to):
        hub, at = self.hub, LAYER.format(l) + 'self_attn.'
        n, element = self.qkv(at, 'weight')
        width = self.s['N'] * self.s['D'] // self.tp
        to += 'self_attention.'
        self.out |= {
            to + 'linear_qkv.layer_norm_weight': hub.whole(
                LAYER.format(l) + 'input_layernorm.weight'),
            to + 'linear_qkv.weight': hub.make(
                at + 'q_proj.weight', (n, self.s['H']), element),
            to + 'linear_proj.weight': hub.make(
                at + 'o_proj.weight', (self.s['H'], width), lambda h, i:
                hub.at(at + 'o_proj.weight', h, self.t * width + i)),
            to + 'q_layernorm.weight': hub.whole(at + 'q_norm.weight'),
            to + 'k_layernorm.weight': hub.whole(at + 'k_norm.weight')}
        if hub.biases:
            n, element = self.qkv(at, 'bias')
            self.out[to + 'linear_qkv.bias'] = hub.make(
                at + 'q_proj.bias', (n,), element)

    def expert(self, l, k, one, two):
        hub, c = self.hub, self.s['F'] // self.etp
        e = self.x * (self.s['E'] // self.ep) + k
        self.out[one] = hub.make(
            expert(l, e, 'up'), (2 * c, self.s['H']), lambda i, h: hub.at(
                expert(l, e, ('gate', 'up')[i // c]), self.y * c + i % c, h))
        self.out[two] = hub.make(
            expert(l, e, 'down'), (self.s['H'], c), lambda h, i: hub.at(
                expert(l, e, 'down'), h, self.y * c + i))

    def mlp(self, l, to, sequential):
        at = LAYER.format(l)
        self.out |= {
            to + 'pre_mlp_layernorm.weight': self.hub.whole(
                at + 'post_attention_layernorm.weight'),
            to + 'mlp.router.weight': self.hub.whole(at + 'mlp.gate.weight')}
        to += 'mlp.experts.'
        for k in range(self.s['E'] // self.ep):
            if sequential:
                one, two = (f'{to}local_experts.{k}.linear_fc{i}.weight'
                            for i in (1, 2))
            else:
                one, two = (f'{to}linear_fc{i}.weight{k}' for i in (1, 2))
            self.expert(l, k, one, two)


def megatron(hub, tp=1, pp=1, ep=1, etp=0, experts='grouped',
             vocab_multiple=1):
    held = {}
    for number in range(pp * math.lcm(tp, ep * (etp or tp))):
        r = Rank(hub, number, tp, pp, ep, etp or tp, vocab_multiple)
        r.ends()
        for i, l in enumerate(r.layers):
            r.attention(l, f'decoder.layers.{i}.')
            r.mlp(l, f'decoder.layers.{i}.', experts == 'sequential')
        held[f'rank{number}'] = r.out
    return held
