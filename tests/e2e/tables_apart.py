#!/usr/bin/python3
"""No table takes the checkpoints of another: each `detect` is tried on the
keys of published models, and of all layouts of them. Headers are real, data is
a hole."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import harness
import holes
import megatron
from formulas_megatron import megatron as ranks
from harness import case, expect, main, run, same
from matrix import Column

# Qwen3-30B-A3B and Qwen3-0.6B.
MOE = dict(H=2048, L=48, E=128, F=768, N=32, G=4, D=128, V=151936)
DENSE = dict(H=1024, L=28, F=3072, N=16, G=8, D=128, V=151936)
ORBAX = [Column('maxtext', formulas.maxtext),
         Column('maxtext_unscanned', formulas.maxtext_unscanned)]
COLUMNS = {
    'qwen3': [Column('hf', formulas.split), *ORBAX,
              Column('vllm', formulas.vllm, tp=2)],
    'qwen3_moe': [Column('split', formulas.split),
                  Column('fused', formulas.fused), *ORBAX,
                  Column('vllm', formulas.vllm, tp=2),
                  Column('vllm_tpu', formulas.vllm_tpu),
                  Column('megatron', ranks, pp=2)],
}
TABLES = ('qwen3', 'qwen3_moe', 'qwen3_5_moe')


def sources(d):
    """The table, the layout, and where it lies."""
    for table, s, changes in (
            ('qwen3', DENSE, {'tie_word_embeddings': True}),
            ('qwen3_moe', MOE, {})):
        hub = holes.Hub(s, tied=bool(changes))
        for column in COLUMNS[table]:
            path = f'{d}/{table}-{column.name}'
            holes.write(path, column.of(hub), formulas.config(s, **changes))
            yield table, column.layout, path
    for name in ('qwen3.5-35b-a3b', 'qwen3.6-35b-a3b'):
        megatron.write_sparse(f'{d}/{name}', megatron.manifest(name),
                              megatron.LARGE)
        yield 'qwen3_5_moe', 'hf', f'{d}/{name}'
    text = megatron.config(vl=False)
    for packed in (False, True):
        path = f'{d}/text-{packed}'
        megatron.write(path, megatron.number(megatron.hf_shapes(
            text, packed, packed)), text)
        expect(of_table('qwen3_5_moe', 'convert', path, f'{path}-ranks',
                        '--to', 'megatron:tp=2,pp=2'), 0)
        os.remove(f'{path}-ranks/weft.json')
        yield 'qwen3_5_moe', 'hf', path
        yield 'qwen3_5_moe', 'megatron', f'{path}-ranks'


def of_table(name, *arguments):
    harness.TABLE = name
    return run(*arguments)


@case
def each_takes_its_own_only(d):
    for table, layout, path in sources(d):
        for other in TABLES:
            done = of_table(other, 'detect', path)
            if other != table:
                expect(done, 65, 'in none of the layouts')
                same(done.out, '', f'what {other} says of {path}')
                continue
            expect(done, 0)
            same(done.out.strip(), layout, path)


@case
def whatever_the_config_says(d):
    """The fields of all models at once."""
    for table, _, path in list(sources(d)):
        with open(f'{path}/config.json', 'w') as f:
            json.dump(megatron.LARGE | formulas.config(DENSE)
                      | formulas.config(MOE), f)
        for other in set(TABLES) - {table}:
            expect(of_table(other, 'detect', path), 65,
                   'in none of the layouts')


main()
