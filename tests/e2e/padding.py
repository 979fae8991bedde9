#!/usr/bin/python3
"""Padding in the source is zero, every element of it, however much of it the
conversion comes by: some is flipped, and all of it has to be found."""

import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import harness
import qwen3
from formulas_megatron import megatron
from harness import case, check, expect, main, run
from matrix import Column

# Tensors of several blocks of 64 KiB.
S = dict(H=210, L=1, E=3, F=40, N=8, G=2, D=7, V=391)
HUB = formulas.Hub(qwen3.numbered(formulas.hf_shapes(S), 'F32'), S)
SPLIT = formulas.split(HUB)
TARGETS = ('split', 'vllm_tpu:tp=1', 'vllm:tp=4', 'maxtext', 'megatron:tp=2')


def flip(checkpoint, count, rng):
    """Elements that are zero, and so padding, become something else."""
    places = [(d, name, i) for d, tensors in checkpoint.items()
              for name, (_, _, data) in tensors.items()
              for i in range(0, len(data), 4) if not any(data[i:i + 4])]
    check(len(places) > count, 'there is no padding')
    bad = {d: dict(tensors) for d, tensors in checkpoint.items()}
    for d, name, i in rng.sample(places, count):
        dtype, shape, data = bad[d][name]
        bad[d][name] = dtype, shape, data[:i + 1] + b'\1' + data[i + 2:]
    return bad


def of(column):
    def function(d):
        rng = random.Random(column.name)
        good = column.of(HUB)
        for k, to in enumerate(TARGETS):
            src, count = f'{d}/{k}', rng.choice((1, 2, 17))
            formulas.write(src, flip(good, count, rng),
                           json.dumps(formulas.config(S)),
                           column.manifest('qwen3_moe'))
            memory = rng.choice(('1MiB', '64MiB'))
            done = run('convert', src, f'{src}-no', '--to', to, '--memory',
                       memory)
            expect(done, 65, 'and should be 0x00000000',
                   'what pads a tensor has to be zero')
            harness.absent(f'{src}-no')
            done = run('convert', src, f'{src}-to', '--to', to, '--memory',
                       memory, '--count-padding', '--json')
            expect(done, 0)
            harness.same(json.loads(done.out)['padding'], count,
                         f'what is found on the way to {to}')
            expect(run('convert', f'{src}-to', f'{src}-b', '--to', 'split'),
                   0)
            wrong = formulas.different(formulas.read(f'{src}-b'), SPLIT)
            check(not wrong, wrong)
    function.__name__ = f'padding of {column.choice}'
    return case(function)


for column in (Column('vllm_tpu', formulas.vllm_tpu, tp=2, pad=64),
               Column('vllm_tpu', formulas.vllm_tpu, tp=4, pad=11, exact=True),
               Column('maxtext', formulas.maxtext, vocab=451),
               Column('vllm', formulas.vllm, tp=4),
               Column('megatron', megatron, tp=2, vocab_multiple=100)):
    of(column)
main()
