#!/usr/bin/python3
"""The source is read about once, whatever the layouts are: plans of a model
that is large enough for it to matter, for every pair of layouts. Headers are
real, data is a hole."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import holes
from formulas_megatron import megatron
from harness import case, check, expect, main, run
from matrix import Column

# A layer as large as one of Qwen3-30B-A3B; fewer of them, and of the experts.
SIZES = dict(H=2048, L=3, E=8, F=768, N=32, G=4, D=128, V=15193)
COLUMNS = [
    Column('split', formulas.split),
    Column('fused', formulas.fused),
    Column('maxtext', formulas.maxtext),
    Column('maxtext_unscanned', formulas.maxtext_unscanned),
    Column('vllm', formulas.vllm, tp=4),
    Column('vllm', formulas.vllm, tp=8, order='up_gate'),
    Column('vllm', formulas.vllm, tp=8, ep=True),
    Column('vllm_tpu', formulas.vllm_tpu, tp=4),
    Column('megatron', megatron, tp=4),
    Column('megatron', megatron, tp=2, ep=4, etp=1),
    Column('megatron', megatron, tp=4, ep=8, etp=1),
    Column('megatron', megatron, tp=8, pp=3, etp=2, experts='sequential'),
]
HUB = holes.Hub(SIZES)


def reads(src, *to):
    """How often the data are read, and how often what must be zero, and what
    several ranks hold, is read besides."""
    done = expect(run('plan', src, '--to', *to, '--json'), 0)
    plan = json.loads(done.out)
    return (plan['bytes_read'] / plan['bytes_in'],
            plan['bytes_compared'] / plan['bytes_in'])


def of(source):
    def function(d):
        holes.write(f'{d}/src', source.of(HUB), formulas.config(SIZES),
                    source.manifest('qwen3_moe'))
        for target in COLUMNS:
            n, more = reads(f'{d}/src', target.choice, '--memory', '256MiB')
            # Of what is there twice, the first one is read again.
            most = 1.1 if more < .1 else 1.1 + n
            check(n <= 1.1 and n + more <= most, f'to {target.choice} the source is '
                  f'read {n:.3f} and {more:.3f} times')
    function.__name__ = f'from {source.choice} once'
    return case(function)


for column in COLUMNS:
    of(column)
main()
