#!/usr/bin/python3
"""Qwen3-MoE: every layout, with several choices of options, to every other,
each result held against the index formulas of tests/lib/formulas.py."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import harness
import matrix
import qwen3
import st
from formulas_megatron import megatron
from harness import case, check, expect, read, run, same

S = formulas.SIZES
HUB = formulas.Hub(qwen3.numbered(formulas.hf_shapes(S), 'F32'), S)
COLUMNS = [
    matrix.Column('split', formulas.split),
    matrix.Column('fused', formulas.fused),
    matrix.Column('maxtext', formulas.maxtext),
    matrix.Column('maxtext', formulas.maxtext, vocab=45),
    matrix.Column('maxtext_unscanned', formulas.maxtext_unscanned),
    matrix.Column('maxtext_unscanned', formulas.maxtext_unscanned, vocab=128),
    matrix.Column('vllm_tpu', formulas.vllm_tpu),
    matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=2, pad=16),
    matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=4, pad=12),
    matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=8, pad=1),
    matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=4, pad=13, exact=True),
    matrix.Column('vllm', formulas.vllm),
    matrix.Column('vllm', formulas.vllm, tp=2, ep=True),
    matrix.Column('vllm', formulas.vllm, tp=4, order='up_gate'),
    matrix.Column('vllm', formulas.vllm, tp=4, ep=True, order='up_gate'),
    matrix.Column('vllm', formulas.vllm, tp=8),
    matrix.Column('megatron', megatron),
    matrix.Column('megatron', megatron, tp=4, pp=3, vocab_multiple=5),
    matrix.Column('megatron', megatron, tp=2, pp=3, ep=3, etp=1),
    matrix.Column('megatron', megatron, tp=4, ep=2, etp=2,
                  experts='sequential'),
]
matrix.pairs('qwen3_moe', COLUMNS, HUB)


def sources(d, *columns):
    for c in columns:
        c.write(f'{d}/{c.name}', 'qwen3_moe', HUB)
        yield c, f'{d}/{c.name}'


@case
def w13_by_its_formula(d):
    """The numbers of the facts: 768 elements by rank, in the last axis."""
    for F, tp, width in ((768, 1, 1536), (768, 2, 1536), (768, 4, 2048),
                         (768, 8, 2048), (768, 16, 4096), (1536, 4, 3072),
                         (1536, 8, 4096), (2560, 8, 6144)):
        s = dict(H=1, L=1, E=1, F=F, N=16, G=16, D=1, V=3)
        hub = formulas.Hub(qwen3.numbered(formulas.hf_shapes(s), 'F32'), s)
        config = json.dumps(formulas.config(s))
        src, dst = f'{d}/{F}-{tp}', f'{d}/{F}-{tp}-to'
        formulas.write(src, formulas.split(hub), config)
        expect(run('convert', src, dst, '--to', f'vllm_tpu:tp={tp}'), 0)
        wanted = formulas.vllm_tpu(hub, tp)
        wrong = formulas.different(formulas.read(dst), wanted)
        check(not wrong, wrong)
        same(formulas.read(dst)['']['vllm_model.model.layers.0.mlp.experts.'
                                    'w13_weight'][1], (1, 1, width), 'w13')


@case
def heads_of_the_tpu(d):
    """min(tp, kv heads) groups: from there on more ranks change nothing."""
    (_, src), = sources(d, COLUMNS[0])
    for tp in (1, 2, 4, 8):
        expect(run('convert', src, f'{d}/{tp}', '--to', f'vllm_tpu:tp={tp}'),
               0)
    qkv = {tp: formulas.read(f'{d}/{tp}')['']['vllm_model.model.layers.0.'
                                             'self_attn.qkv_proj.weight']
           for tp in (1, 2, 4, 8)}
    check(qkv[1] != qkv[2], 'groups make no difference')
    same(qkv[2] == qkv[4] == qkv[8], True, 'the equality of 2, 4 and 8 ranks')


@case
def options_that_do_not_fit(d):
    (_, src), = sources(d, COLUMNS[0])
    for to, *words in (('vllm_tpu:tp=3', 'f', '40', '3'),
                       ('vllm_tpu:tp=16', '40', '16'),
                       ('vllm_tpu:tp=0', 'tp is 0'),
                       ('vllm_tpu:tp=2,pad=0', 'pad is 0'),
                       ('vllm:tp=3', '40', '3'),
                       ('vllm:tp=16', '40', '16'),
                       ('vllm:tp=8,ep=true', '12', '8'),
                       ('vllm:tp=0', 'tp is 0'),
                       ('vllm:order=up', 'gate_up', 'up_gate'),
                       ('vllm:tp=x', 'tp'), ('vllm:pad=4', 'pad')):
        done = run('convert', src, f'{d}/no', '--to', to)
        check(done.code in (64, 65), done)
        expect(done, done.code, *words)
        harness.absent(f'{d}/no')


@case
def heads_that_do_not_divide(d):
    """By groups only: the heads need not divide by tp on a TPU."""
    for sizes, to, words in (
            (dict(N=9, G=3, F=24), 'vllm_tpu:tp=8', None),
            (dict(N=12, G=3, F=24), 'vllm_tpu:tp=2', ('3', '2', 'G')),
            (dict(N=9, G=2, F=24), 'vllm_tpu:tp=2', ('9', '2', 'N')),
            (dict(N=9, G=3, F=24), 'vllm:tp=2', ('9', '2', 'N')),
            (dict(N=6, G=3, F=24), 'vllm:tp=2', ('3', '2', 'G')),
            (dict(N=12, G=3, F=24), 'vllm:tp=4', ('4', '3', 'tp'))):
        s = dict(H=4, L=1, E=2, D=5, V=3) | sizes
        hub = formulas.Hub(qwen3.numbered(formulas.hf_shapes(s), 'F32'), s)
        src = f'{d}/{len(os.listdir(d))}'
        formulas.write(src, formulas.split(hub), json.dumps(
            formulas.config(s)))
        done = run('convert', src, f'{src}-to', '--to', to)
        if words:
            expect(done, 65, *words)
            continue
        expect(done, 0)
        wrong = formulas.different(formulas.read(f'{src}-to'),
                                   formulas.vllm_tpu(hub, 8))
        check(not wrong, wrong)


@case
def parts_of_an_exact_size(d):
    (_, src), = sources(d, COLUMNS[0])
    for tp, pad in ((1, 40), (1, 41), (2, 20), (2, 33), (4, 10), (8, 77)):
        choice, dst = f'vllm_tpu:tp={tp},pad={pad},exact=true', f'{d}/{tp}-{pad}'
        expect(run('convert', src, dst, '--to', choice), 0)
        wrong = formulas.different(formulas.read(dst), formulas.vllm_tpu(
            HUB, tp, pad, True))
        check(not wrong, f'{choice}: {wrong}')
        expect(run('verify', src, dst), 0)
        expect(run('convert', dst, f'{dst}-b', '--to', 'split'), 0)
        wrong = formulas.different(formulas.read(f'{dst}-b'),
                                   formulas.split(HUB))
        check(not wrong, f'back from {choice}: {wrong}')
    for tp, pad, part in ((1, 39, 40), (2, 19, 20), (8, 1, 5)):
        expect(run('convert', src, f'{d}/no', '--to',
                   f'vllm_tpu:tp={tp},pad={pad},exact=true'), 65,
               f'{part} elements of expert_in cannot be padded to {pad}')
        harness.absent(f'{d}/no')


OUT_BIAS = 'model.layers.{}.self_attn.o_proj.bias'


def biased(d, output):
    shapes = formulas.hf_shapes(S, biases=True)
    for l in range(0 if output else S['L']):
        del shapes[OUT_BIAS.format(l)]
    hub = formulas.Hub(qwen3.numbered(shapes, 'F32'), S)
    config = json.dumps(formulas.config(S, attention_bias=True))
    formulas.write(f'{d}/src', formulas.split(hub), config)
    return hub


@case
def biases(d):
    hub = biased(d, False)
    matrix.there_and_back(d, COLUMNS[2:], hub, 'split')


@case
def biases_of_the_output(d):
    """transformers has one if attention_bias is true; vLLM would load the
    model without it, and MaxText has none either."""
    hub = biased(d, True)
    expect(run('convert', f'{d}/src', f'{d}/fused', '--to', 'fused'), 0)
    wrong = formulas.different(formulas.read(f'{d}/fused'),
                               formulas.fused(hub))
    check(not wrong, wrong)
    expect(run('convert', f'{d}/src', f'{d}/ranks', '--to', 'megatron:tp=2'),
           0)
    for src in (f'{d}/src', f'{d}/ranks'):
        for to in ('vllm', 'vllm_tpu', 'maxtext', 'maxtext_unscanned'):
            expect(run('convert', src, f'{d}/no', '--to', to), 65,
                   OUT_BIAS.format('{l}'), 'has no bias in')
            harness.absent(f'{d}/no')


@case
def tied_heads(d):
    hub = formulas.Hub(qwen3.numbered(formulas.hf_shapes(S, tied=True), 'F32'),
                       S)
    config = json.dumps(formulas.config(S, tie_word_embeddings=True))
    formulas.write(f'{d}/src', formulas.split(hub), config)
    matrix.there_and_back(d, COLUMNS, hub, 'split')


@case
def dtypes_of_ranks_of_padding(d):
    """37 rows, padded to 64 and cut for 4 ranks: the last has none of them,
    and its dtype is that of the others, layer by layer."""
    (_, src), = sources(d, COLUMNS[0])
    expect(run('convert', src, f'{d}/dst', '--to', 'vllm:tp=4'), 0)
    last = formulas.read(f'{d}/dst')['rank3']
    for name in ('model.embed_tokens.weight', 'lm_head.weight'):
        same(last[name], ('F32', (16, 22), bytes(16 * 22 * 4)), name)


def flip_last(file, name):
    """One bit of the last element of a tensor."""
    header, _, start = st.read_header(file)
    content = bytearray(read(file))
    content[start + header[name][3] - 1] ^= 1
    harness.write(file, bytes(content))


@case
def padding_that_is_not_zero(d):
    for column, file, name in (
            (matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=2, pad=16), '',
             'vllm_model.model.layers.1.mlp.experts.w13_weight'),
            (matrix.Column('vllm', formulas.vllm, tp=8), 'rank7/',
             'lm_head.weight')):
        (_, src), = sources(d, column)
        flip_last(f'{src}/{file}model.safetensors', name)
        expect(run('convert', src, f'{src}-to', '--to', 'split'), 65, name)
        harness.absent(f'{src}-to')
        done = run('convert', src, f'{src}-to', '--to', 'split',
                   '--count-padding')
        expect(done, 0, '1')
        wrong = formulas.different(formulas.read(f'{src}-to'),
                                   formulas.split(HUB))
        check(not wrong, wrong)


@case
def copies_of_heads_that_differ(d):
    """8 ranks share 2 key heads: each copy is compared."""
    (_, src), = sources(d, matrix.Column('vllm', formulas.vllm, tp=8))
    name = 'model.layers.1.self_attn.qkv_proj.weight'
    flip_last(f'{src}/rank5/model.safetensors', name)
    expect(run('convert', src, f'{d}/to', '--to', 'split'), 65, name, 'rank')
    harness.absent(f'{d}/to')


def without_weft_json(d, column):
    path = f'{d}/{len(os.listdir(d))}'
    formulas.write(path, column.of(HUB), json.dumps(formulas.config(S)))
    return path


@case
def options_are_solved_where_all_choices_mean_the_same(d):
    for choice, column in (
            ('vllm:order=gate_up',
             matrix.Column('vllm', formulas.vllm, tp=2)),
            ('vllm:order=up_gate',
             matrix.Column('vllm', formulas.vllm, tp=4, ep=True,
                           order='up_gate')),
            ('vllm:order=gate_up', matrix.Column('vllm', formulas.vllm)),
            ('vllm_tpu:tp=4',
             matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=4)),
            ('vllm_tpu:tp=2',
             matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=2, pad=16)),
            ('vllm_tpu:tp=4',
             matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=4, pad=13,
                           exact=True))):
        src = without_weft_json(d, column)
        expect(run('convert', src, f'{src}-to', '--to', 'split', '--from',
                   choice), 0)
        wrong = formulas.different(formulas.read(f'{src}-to'),
                                   formulas.split(HUB))
        check(not wrong, f'{choice}: {wrong}')


@case
def options_are_asked_for_otherwise(d):
    for choice, column, *words in (
            ('vllm', matrix.Column('vllm', formulas.vllm, tp=2),
             'order=gate_up', 'order=up_gate'),
            ('vllm:tp=2', matrix.Column('vllm', formulas.vllm, tp=2),
             '--from vllm:tp=2,ep=false,order=gate_up'),
            ('vllm_tpu', matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=4),
             '--from vllm_tpu:tp=1,pad=128')):
        src = without_weft_json(d, column)
        for how in ([], ['--from', choice]) if ':' not in choice else \
                (['--from', choice],):
            done = run('convert', src, f'{src}-to', '--to', 'split', *how)
            expect(done, 65, 'weft.json', *words)
            harness.absent(f'{src}-to')


harness.main()
