#!/usr/bin/python3
"""Adapters of a real size, as sparse files: the source is read about once,
though the elements of an expert lie all over a tensor of fused experts."""

import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
from harness import case, check, expect, run

harness.TABLE = 'lora_moe'
L, E, H, F, R = 3, 128, 2048, 768, 16
LAYER = 'base_model.model.model.layers.{}.mlp.experts.'
BASE = dict(model_type='qwen3_moe', hidden_size=H, num_hidden_layers=L,
            num_experts=E, moe_intermediate_size=F)


def fused(swapped):
    for l in range(L):
        at = LAYER.format(l)
        for name, rank, ins, outs in (('base_layer.', 2 * R, H, 2 * F),
                                      ('', R, F, H)):
            if swapped:
                ins, outs = outs, ins
            yield f'{at}{name}lora_A.weight', (E * rank, ins)
            yield f'{at}{name}lora_B.weight', (outs, rank * E)


def per_expert():
    for l in range(L):
        for e in range(E):
            for name, ins, outs in (('gate', H, F), ('up', H, F),
                                    ('down', F, H)):
                at = f'{LAYER.format(l)}{e}.{name}_proj.lora_'
                yield at + 'A.weight', (R, ins)
                yield at + 'B.weight', (outs, R)


def write(path, shapes, **config):
    """All zeros, in a hole."""
    header, at = {}, 0
    for name, (rows, columns) in shapes:
        end = at + 2 * rows * columns
        header[name] = {'dtype': 'BF16', 'shape': [rows, columns],
                        'data_offsets': [at, end]}
        at = end
    text = json.dumps(header).encode()
    os.makedirs(path)
    with open(f'{path}/adapter_model.safetensors', 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.truncate(8 + len(text) + at)
    harness.write(f'{path}/adapter_config.json', json.dumps(
        dict(peft_type='LORA', r=R, lora_alpha=R) | config))


def once(d, src, layout, *options, most=1.1):
    harness.write(f'{d}/base.json', json.dumps(BASE))
    done = expect(run('plan', src, '--to', layout, '--base', f'{d}/base.json',
                      '--json', *options), 0)
    plan = json.loads(done.out)
    times = plan['bytes_read'] / plan['bytes_in']
    check(times <= most, f'to {layout} the source is read {times:.2f} times')


@case
def from_fused(d):
    fields = dict(target_parameters=['gate_up_proj', 'down_proj'],
                  rank_pattern={'.*\\.gate_up_proj': 2 * R})
    for layout, swapped, other in (
            ('fused', False, 'megatron_packed'),
            ('fused_expert_slowest', False, 'fused'),
            ('fused_swapped', True, 'fused_expert_slowest'),
            ('megatron_packed', True, 'fused_swapped')):
        src = f'{d}/{layout}'
        write(src, fused(swapped), **fields)
        for to in ('per_expert', other):
            once(d, src, to, '--from', layout)


@case
def from_per_expert(d):
    write(f'{d}/src', per_expert(),
          target_modules=['gate_proj', 'up_proj', 'down_proj'])
    for layout in ('fused', 'fused_expert_slowest'):
        once(d, f'{d}/src', layout)
    # A lies turned in tensors of 16 MiB, which are made in two parts; to skip
    # every other 2 KiB would take longer than to read them twice.
    for layout in ('fused_swapped', 'megatron_packed'):
        once(d, f'{d}/src', layout, most=1.5)


harness.main()
