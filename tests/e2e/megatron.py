#!/usr/bin/python3
"""Qwen3-MoE to Megatron's ranks and from them, to all other layouts and back,
held against the formulas of tests/lib/megatron_ranks.py."""

import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import megatron
import megatron_ranks
from harness import case, check, convert, run
from megatron_ranks import Ranks

CONFIG = {
    'decoder_sparse_step': 1, 'head_dim': 10, 'hidden_size': 20,
    'mlp_only_layers': [], 'moe_intermediate_size': 12,
    'num_attention_heads': 12, 'num_experts': 8, 'num_hidden_layers': 4,
    'num_key_value_heads': 4, 'tie_word_embeddings': False, 'vocab_size': 52,
}
HF = megatron.number(megatron.moe_shapes(CONFIG))


def start(d, config=CONFIG, hf=HF):
    src = os.path.join(d, 'hf')
    megatron.write(src, hf, config)
    return src


def expect_ranks(dst, ranks, config=CONFIG, hf=HF):
    wanted = megatron_ranks.qwen3_moe(hf, config, ranks)
    megatron.check_ranks(dst, wanted, ranks)


def to_ranks(src, dst, ranks):
    convert(src, dst, layout='megatron:' + ranks.options)


def expect_hf(src, dst, hf=HF):
    convert(src, dst, layout='split')
    wrong = megatron.different(megatron.read(dst), hf)
    check(not wrong, f'{src} to split: {wrong}')


@case
def all_ranks(d):
    """tp, pp, ep in {1, 2, 4}: from split, from each to the next, and back."""
    src = start(d)
    last = src
    for i, (tp, pp, ep) in enumerate(itertools.product((1, 2, 4), repeat=3)):
        ranks, dst = Ranks(tp, pp, ep), os.path.join(d, f'{i}')
        to_ranks(last, dst, ranks)
        expect_ranks(dst, ranks)
        expect_hf(dst, os.path.join(d, f'{i}-back'))
        last = dst


@case
def one_head_to_a_group(d):
    config = dict(CONFIG, num_key_value_heads=12)
    hf = megatron.number(megatron.moe_shapes(config))
    src, dst = start(d, config, hf), os.path.join(d, 'megatron')
    to_ranks(src, dst, Ranks(4))
    expect_ranks(dst, Ranks(4), config, hf)
    expect_hf(dst, os.path.join(d, 'back'), hf)


@case
def splits_that_do_not_nest(d):
    """tp 8 to tp 6 and 12, each by cuts of its own."""
    config = dict(CONFIG, head_dim=8, num_key_value_heads=6, vocab_size=72,
                  moe_intermediate_size=48)
    hf = megatron.number(megatron.moe_shapes(config))
    src = start(d, config, hf)
    for ranks in (Ranks(8), Ranks(6), Ranks(8, 2), Ranks(12, ep=2),
                  Ranks(6, 4)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, config, hf)
        src = dst
    expect_hf(src, os.path.join(d, 'back'), hf)


@case
def biases(d):
    """linear_qkv.bias is dealt out as its weight is; that of the projection is
    on every rank."""
    hf, n, g = dict(HF), 120, 40
    for l in range(4):
        at = f'model.layers.{l}.self_attn.'
        for i, (p, size) in enumerate((('q', n), ('k', g), ('v', g),
                                       ('o', 20))):
            hf[f'{at}{p}_proj.bias'] = np.arange(size, dtype='f4') + \
                1000 * (4 * l + i)
    src, dst = start(d, hf=hf), os.path.join(d, 'megatron')
    ranks = Ranks(2, 2)
    to_ranks(src, dst, ranks)
    for i in range(4):
        found = megatron.read(os.path.join(dst, f'rank{i}'))
        for j in range(2):
            at = f'model.layers.{i // 2 * 2 + j}.self_attn.'
            to = f'decoder.layers.{j}.self_attention.'
            q, k, v = (hf[f'{at}{p}_proj.bias'] for p in 'qkv')
            wanted = megatron_ranks.rows(megatron_ranks.query_groups(
                q, k, v, 4, 10, False), i % 2, 2)
            check(np.array_equal(found[to + 'linear_qkv.bias'], wanted),
                  f'linear_qkv.bias of rank {i}, layer {j}')
            check(np.array_equal(found[to + 'linear_proj.bias'],
                                 hf[at + 'o_proj.bias']),
                  f'linear_proj.bias of rank {i}, layer {j}')
    expect_hf(dst, os.path.join(d, 'back'), hf)


@case
def tied_head(d):
    config = dict(CONFIG, tie_word_embeddings=True)
    hf = megatron.number(megatron.moe_shapes(config))
    src = start(d, config, hf)
    for ranks in (Ranks(2), Ranks(2, 2)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, config, hf)
        expect_hf(dst, dst + '-back', hf)


@case
def all_columns(d):
    """Through every other layout that can be written and read."""
    src, ranks = start(d), Ranks(4, 2, 2, experts='sequential')
    # The first word of a line that begins with no blank.
    lines = run('layouts').out.splitlines()
    names = [line.split()[0] for line in lines if line and line[0] != ' ']
    check({'split', 'fused', 'megatron'} <= set(names), f'layouts {names}')
    tensors = megatron_ranks.qwen3_moe(HF, CONFIG, ranks)
    check(sum(map(len, tensors)) > 100, 'too few tensors')
    for name in names:
        one, two = os.path.join(d, name), os.path.join(d, name + '-megatron')
        convert(src, one, layout=name)
        to_ranks(one, two, ranks)
        expect_ranks(two, ranks)
        back = os.path.join(d, name + '-again')
        convert(two, back, layout=name)
        harness.same_tree(one, back)


harness.main()
