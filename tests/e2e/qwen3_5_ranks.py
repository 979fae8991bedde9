#!/usr/bin/python3
"""Qwen3.5-MoE to Megatron's ranks, from some ranks to others, and back, held
against the formulas of tests/lib/megatron_ranks.py."""

import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import megatron
import megatron_ranks
import st
from harness import case, check, convert, expect, run, same
from megatron_ranks import Ranks

harness.TABLE = 'qwen3_5_moe'
CONFIG = megatron.config()
HF = megatron.number(megatron.hf_shapes(CONFIG))
ALL = [Ranks(tp, pp, ep) for tp, pp, ep in
       itertools.product((1, 2, 4), repeat=3)]


def expect_ranks(dst, ranks, hf=HF, config=CONFIG):
    wanted = megatron_ranks.qwen3_5(hf, config, ranks)
    megatron.check_ranks(dst, wanted, ranks)
    for name in ('config.json', 'weft.json'):
        check(os.path.isfile(os.path.join(dst, name)), f'no {name}')


def to_ranks(src, dst, ranks, **how):
    convert(src, dst, layout='megatron:' + ranks.options, **how)


def expect_hf(src, dst, *options, hf=HF):
    convert(src, dst, *options, layout='hf')
    wrong = megatron.different(megatron.read(dst), hf)
    check(not wrong, f'{src} to hf: {wrong}')


def start(d, hf=HF, config=CONFIG):
    src = os.path.join(d, 'hf')
    megatron.write(src, hf, config)
    return src


@case
def without_options(d):
    """Megatron's global names, in rank0."""
    src, dst = start(d), os.path.join(d, 'megatron')
    convert(src, dst, layout='megatron')
    expect_ranks(dst, Ranks())
    names = megatron.read(os.path.join(dst, 'rank0'))
    check('language_model.decoder.layers.7.self_attention.linear_qkv.weight'
          in names, 'layers are not counted through')
    expect(run('verify', src, dst), 0)
    expect_hf(dst, os.path.join(d, 'back'))


@case
def all_ranks(d):
    """tp, pp, ep in {1, 2, 4}: to the ranks and back."""
    src = start(d)
    for i, ranks in enumerate(ALL):
        dst = os.path.join(d, f'{i}')
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks)
        expect_hf(dst, os.path.join(d, f'{i}-back'))


@case
def ranks_to_ranks(d):
    """From each to another in one pass, all coordinates changing."""
    src = os.path.join(d, '0')
    to_ranks(start(d), src, ALL[0])
    for i in range(1, len(ALL)):
        ranks = ALL[i * 14 % len(ALL)]
        dst = os.path.join(d, f'{i}')
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks)
        src = dst
    expect_hf(src, os.path.join(d, 'back'))


@case
def expert_tensor_ranks(d):
    """etp that is not tp: stages of lcm(tp, ep * etp) ranks."""
    src = start(d)
    for ranks, world in ((Ranks(2, 2, 2, etp=1), 4), (Ranks(4, 1, 2, 1), 4),
                         (Ranks(1, 2, 2, etp=4), 16), (Ranks(4, 1, 1, 3), 12),
                         (Ranks(2, 1, 1, etp=3), 6), (Ranks(4, 2, 2, 3), 24)):
        dst = os.path.join(d, ranks.options)
        same(ranks.world, world, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks)
        expect_hf(dst, dst + '-back')


@case
def sequential_experts(d):
    src = start(d)
    ranks = Ranks(2, 2, 4, experts='sequential')
    dst, other = os.path.join(d, 'one'), os.path.join(d, 'other')
    to_ranks(src, dst, ranks)
    expect_ranks(dst, ranks)
    to_ranks(dst, other, Ranks(4, 1, 2))
    expect_ranks(other, Ranks(4, 1, 2))
    expect_hf(dst, os.path.join(d, 'back'))


@case
def padded_vocabulary(d):
    config = megatron.config(vocab_size=37)
    hf = megatron.number(megatron.hf_shapes(config))
    src = start(d, hf, config)
    for ranks in (Ranks(tp=4), Ranks(tp=2, pp=2, vocab_multiple=8)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, hf, config)
        expect_hf(dst, dst + '-back', hf=hf)


@case
def text_only(d):
    """No prefix of the language model, no tower; layer kinds as a list."""
    kinds = ['full_attention', 'linear_attention', 'full_attention',
             'full_attention']
    config = megatron.config(vl=False, num_hidden_layers=4, layer_types=kinds)
    hf = megatron.number(megatron.hf_shapes(config))
    src = start(d, hf, config)
    for ranks in (Ranks(), Ranks(2, 4, 2)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, hf, config)
        expect_hf(dst, dst + '-back', hf=hf)


@case
def tied_head(d):
    config = megatron.config(tie_word_embeddings=True)
    hf = megatron.number(megatron.hf_shapes(config))
    src = start(d, hf, config)
    for ranks in (Ranks(2), Ranks(2, 2)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, hf, config)
        expect_hf(dst, dst + '-back', hf=hf)


@case
def without_mtp(d):
    """The config still says that there is one layer, as transformers leaves
    it: the embedding is on the first stage only."""
    hf = megatron.number(megatron.hf_shapes(CONFIG, mtp=False))
    src = start(d, hf)
    for ranks in (Ranks(), Ranks(2, 4)):
        dst = os.path.join(d, ranks.options)
        to_ranks(src, dst, ranks)
        expect_ranks(dst, ranks, hf)
        expect_hf(dst, dst + '-back', hf=hf)


@case
def repeated_tensors_differ(d):
    """What several ranks hold is compared."""
    src, dst = start(d), os.path.join(d, 'megatron')
    to_ranks(src, dst, Ranks(2, 2))
    key = 'language_model.decoder.layers.0.mlp.router.weight'
    path = os.path.join(dst, 'rank1')
    tensors = {k: a.copy() for k, a in megatron.read(path).items()}
    tensors[key][3, 5] += 1
    for name in os.listdir(path):
        os.remove(os.path.join(path, name))
    megatron.write(path, tensors, {})
    os.remove(os.path.join(path, 'config.json'))
    convert(dst, os.path.join(d, 'back'), layout='hf', code=65, words=(key,))


@case
def norm_in_bf16(d):
    """The one norm that Megatron stores less 1, in bf16: above 0.5 nothing
    changes, of the 128 values from 0.25 to 0.5 every other one does. plan says
    that it is not exact."""
    config = megatron.config(vl=False, linear_value_head_dim=128,
                             num_hidden_layers=2, mtp_num_hidden_layers=0)
    arrays = megatron.number(megatron.hf_shapes(config, mtp=False))
    key = 'model.layers.%d.linear_attn.norm.weight'
    words = np.stack((np.arange(0x3e80, 0x3f00), np.arange(0x3f00, 0x3f80)))
    floats = (words.astype('<u4') << 16).view('<f4')
    src, dst = os.path.join(d, 'hf'), os.path.join(d, 'megatron')
    megatron.write(src, arrays, config)
    path = os.path.join(src, 'model.safetensors')
    tensors = st.read(path)
    for l in (0, 1):
        tensors[key % l] = ('BF16', (128,), words[l].astype('<u2').tobytes())
    st.write(path, tensors)
    done = run('plan', src, '--to', 'megatron')
    check('inexact   delta.norm' in done.out, done.out)
    convert(src, dst, layout='megatron')
    convert(dst, os.path.join(d, 'back'), layout='hf')
    held = st.read(os.path.join(dst, 'rank0'))
    back = st.read(os.path.join(d, 'back'))
    for l in (0, 1):
        name = f'decoder.layers.{l}.self_attention.out_norm.weight'
        check(held[name] == ('BF16', (128,), bf16(floats[l] - 1)), name)
        again = (np.frombuffer(held[name][2], '<u2').astype('<u4') << 16)
        again = bf16(again.view('<f4') + 1)
        check(back[key % l][2] == again, f'{key % l} comes back otherwise')
        changed = np.frombuffer(again, '<u2') != words[l]
        same(int(changed.sum()), (64, 0)[l], 'the values that change')
    others = [k for k in tensors if k not in (key % 0, key % 1)]
    check(all(back[k] == tensors[k] for k in others), 'others differ')


def bf16(floats):
    """Rounded to the nearest, ties to even."""
    words = np.ascontiguousarray(floats, '<f4').view('<u4')
    words = words + 0x7fff + (words >> 16 & 1)
    return (words >> 16).astype('<u2').tobytes()


@case
def what_does_not_divide(d):
    src, dst = start(d), os.path.join(d, 'megatron')
    for options, words in (('pp=3', ('8', '3')), ('ep=3', ('8', '3')),
                           ('tp=3', ('3',)), ('tp=8', ('8',)),
                           ('etp=5', ('12', '5'))):
        convert(src, dst, layout='megatron:' + options, code=65, words=words)


harness.main()
