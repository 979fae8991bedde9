#!/usr/bin/python3
"""Adapters that cannot be converted, and what is said of each."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import lora
import st
from harness import absent, case, check, convert, expect, run, same
from lora_case import Source, refused, rewrite

EXPERT = 'layers.{}.mlp.experts.{}.{}'


def qwen(d, name='src', **fields):
    ranks = {p: fields.pop(p) for p in ('gate', 'up', 'down') if p in fields}
    return Source(d, 'per_expert', lora.split(**ranks), name=name, **fields)


def without(src, *parts):
    """Takes the tensors away whose names have all the parts."""
    def change(tensors):
        kept = {k: t for k, t in tensors.items()
                if not all(part in k for part in parts)}
        check(len(kept) < len(tensors), 'nothing to take away')
        return kept
    return rewrite(src, change)


@case
def a_toy_without_tensors(d):
    """An adapter has what it was told to have, and a toy was told nothing."""
    src = qwen(d)
    expect(run('toy', f'{d}/toy', '--layout', 'fused', '--config',
               f'{src.path}/adapter_config.json', '--base', src.base), 64,
           'no tensor')
    absent(f'{d}/toy')


@case
def gate_without_up(d):
    """One parameter is both of them."""
    for missing, there in (('gate', 'up'), ('up', 'gate')):
        src = qwen(d, missing, **{missing: 0})
        for layout in lora.FUSED:
            refused(src, f'{missing}_proj', layout=layout)
        src = Source(d, 'per_expert', lora.split('mixtral', **{missing: 0}),
                     name='mixtral-' + missing)
        refused(src, 'w1' if missing == 'gate' else 'w3')


@case
def gate_of_one_expert(d):
    src = without(qwen(d), EXPERT.format(1, 7, 'gate_proj'))
    refused(src, EXPERT.format(1, 7, 'gate_proj'))


@case
def half_a_pair(d):
    for x in 'AB':
        src = without(qwen(d, x), EXPERT.format(0, 11, 'down_proj'),
                      f'lora_{x}')
        refused(src, EXPERT.format(0, 11, 'down_proj') + f'.lora_{x}.weight')
    for x in 'AB':
        src = Source(d, 'fused', lora.split().fuse(), name='fused' + x)
        without(src, 'layers.1.mlp.experts.base_layer', f'lora_{x}')
        refused(src, f'layers.1.mlp.experts.base_layer.lora_{x}.weight')


@case
def a_missing_expert(d):
    """Of all layers or of one; the first, one of many, the last."""
    for e in (0, 5, 12):
        src = without(qwen(d, f'one{e}'), f'layers.1.mlp.experts.{e}.')
        refused(src, EXPERT.format(1, e, ''))
        src = without(qwen(d, f'all{e}'), f'.mlp.experts.{e}.')
        refused(src, f'mlp.experts.{e}.')


@case
def some_of_the_experts(d):
    """Others would get their numbers if they were only stacked."""
    src = qwen(d)
    rewrite(src, lambda tensors: {
        k: t for k, t in tensors.items() if '.experts.' not in k
        or any(f'.experts.{e}.' in k for e in (2, 3, 9))})
    for layout in lora.FUSED:
        refused(src, 'experts', '0', layout=layout)


@case
def one_expert_too_many(d):
    src = qwen(d, base=dict(num_experts=12))
    refused(src, 'experts.12.')
    src = qwen(d, 'less', base=dict(num_experts=14))
    refused(src, 'experts.13.')
    src = Source(d, 'fused', lora.split().fuse(), name='fused',
                 base=dict(num_experts=12))
    refused(src, '12')


@case
def sizes_of_another_model(d):
    for field, value in (('hidden_size', 11), ('moe_intermediate_size', 8)):
        src = qwen(d, field, base={field: value})
        refused(src, str(value), EXPERT.format(0, 0, ''))
    src = qwen(d, 'layers', base=dict(num_hidden_layers=1))
    refused(src, 'layers.1.')


@case
def one_expert_of_another_rank(d):
    src = qwen(d)
    name = EXPERT.format(1, 4, 'up_proj')

    def change(tensors):
        for k in tensors:
            if name in k:
                dtype, (a, b), raw = tensors[k]
                tensors[k] = (dtype, (a - 1, b), raw[:-2 * b]) \
                    if 'lora_A' in k else (dtype, (a, b - 1), raw[:-2 * a])
        return tensors

    refused(rewrite(src, change), name)


@case
def ranks_of_gate_and_up_with_other_scales(d):
    """2 and 3 of the same alpha: neither one rank nor one scale."""
    src = qwen(d, gate=2, up=3, alphas=dict(gate=6, up=6))
    for layout in lora.FUSED:
        refused(src, 'gate_proj', 'up_proj', '2', '3', '6', '1.000001 *',
                layout=layout)


@case
def alphas_of_gate_and_up(d):
    """One rank, and two scales."""
    for n, fields in enumerate((
            dict(alphas=dict(up=7)), dict(alphas=dict(gate=7)),
            dict(alphas=dict(up=7), rslora=True))):
        src = qwen(d, f's{n}', **fields)
        refused(src, '6', '7')


@case
def one_error_and_not_what_follows_from_it(d):
    """Of what cannot be had, nothing else is said."""
    for n, fields in enumerate((
            dict(rank_pattern={r'layers\.1\..*_proj': 4}),
            dict(alpha_pattern={r'experts\.7\.(gate|up)_proj': 9}),
            dict(rank_pattern={'(up_proj': 3}), dict(use_rslora='yes'),
            dict(lora_alpha='6'))):
        src = rewrite(qwen(d, f's{n}'), config=fields)
        done = refused(src, list(fields)[0])
        same(done.err.count('error:'), 1, 'errors')
    for name in ('r', 'lora_alpha', 'peft_type'):
        src = rewrite(qwen(d, name), config={name: None})
        refused(src, 'adapter_config.json does not say', name)


@case
def every_a_of_a_projection(d):
    """The tensors are missing, not a word of the config."""
    for p in ('gate', 'up', 'down'):
        src = without(qwen(d, p), f'.{p}_proj.lora_A')
        refused(src, EXPERT.format(0, 0, f'{p}_proj') + '.lora_A.weight',
                'missing')


@case
def other_products_than_b_times_a(d):
    for name, value in (('kasa_config', {'beta': 1}),
                        ('velora_config', {'num_groups': 2}),
                        ('use_bdlora', True), ('use_qalora', True)):
        refused(qwen(d, name, **{name: value}), name)


@case
def variants_of_lora(d):
    """What a parameter has no form for."""
    magnitude = {EXPERT.format(0, e, 'up_proj') + '.lora_magnitude_vector':
                 (7,) for e in range(13)}
    bias = {EXPERT.format(0, e, 'up_proj') + '.lora_B.bias': (7,)
            for e in range(13)}
    for name, fields, more in (
            ('use_dora', dict(use_dora=True), magnitude),
            ('use_dora', dict(use_dora=True), {}),
            ('lora_bias', dict(lora_bias=True), bias),
            ('lora_bias', dict(lora_bias=True), {}),
            ('bias', dict(bias='all'), {}),
            ('bias', dict(bias='lora_only'), {}),
            ('fan_in_fan_out', dict(fan_in_fan_out=True), {}),
            ('LOHA', dict(peft_type='LOHA'), {})):
        src = qwen(d, f's{len(os.listdir(d))}', more=st.random_tensors(
            {lora.PREFIX + 'model.' + k: s for k, s in more.items()}), **fields)
        refused(src, name)


@case
def tensors_of_variants_without_a_word(d):
    """A magnitude that the config does not speak of is not lost."""
    name = lora.PREFIX + 'model.' + EXPERT.format(1, 3, 'up_proj')
    for tail in ('.lora_magnitude_vector', '.lora_B.bias'):
        src = qwen(d, tail, more=st.random_tensors({name + tail: (7,)}))
        refused(src, name + tail)


@case
def a_tensor_that_nobody_knows(d):
    name = lora.LAYER.format(0) + 'mlp.experts.13x.lora_A.weight'
    src = qwen(d, more=st.random_tensors({name: (3, 10)}))
    refused(src, name)


@case
def no_config_of_the_base(d):
    for n, src in enumerate((qwen(d), Source(
            d, 'fused', lora.split().fuse(), name='fused'))):
        options = ['--from', src.layout] * n
        done = run('convert', src.path, f'{d}/to{n}', '--to',
                   ('fused', 'per_expert')[n], *options)
        check(done.code in (64, 65), done)
        expect(done, done.code, '--base')
        absent(f'{d}/to{n}')


@case
def a_config_of_the_base_that_is_none(d):
    src = qwen(d)
    options = ['--base', f'{d}/nowhere.json']
    refused(src, 'nowhere.json', code=66, options=options)
    harness.write(f'{d}/broken.json', '{"num_experts": ')
    refused(src, 'broken.json', options=['--base', f'{d}/broken.json'])
    harness.write(f'{d}/empty.json', '{}')
    refused(src, 'empty.json', options=['--base', f'{d}/empty.json'])


@case
def no_config_of_the_adapter(d):
    src = qwen(d)
    os.remove(f'{src.path}/adapter_config.json')
    done = refused(src, 'adapter_config.json')
    same(done.err.count('error:'), 1, 'errors')


@case
def numbers_that_are_none(d):
    for field, value in (('r', 0), ('r', -3), ('r', '3'), ('r', 2.5),
                         ('lora_alpha', '6'), ('rank_pattern', {'up_proj': 0}),
                         ('rank_pattern', [3])):
        src = rewrite(qwen(d, f's{len(os.listdir(d))}'),
                      config={field: value})
        refused(src)


@case
def layouts_of_the_program(d):
    out = expect(run('layouts'), 0).out
    for layout in lora.LAYOUTS:
        check(layout in out, out)
    src = qwen(d)
    done = run('convert', src.path, f'{d}/to', '--to', 'fussed', '--base',
               src.base)
    expect(done, 64, 'fussed', 'fused_swapped')
    absent(f'{d}/to')


@case
def nothing_is_written_over(d):
    src = qwen(d)
    convert(src.path, f'{d}/to', *src.options())
    expect(run('convert', src.path, f'{d}/to', '--to', 'fused',
               *src.options()), 73)


harness.main()
