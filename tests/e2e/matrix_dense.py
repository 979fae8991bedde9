#!/usr/bin/python3
"""Dense Qwen3: every layout to every other, by index formulas; neither table
takes a checkpoint of the other."""

import itertools
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import harness
import matrix
import qwen3
from harness import case, expect, run, same

harness.TABLE = 'qwen3'
S = formulas.DENSE
HUB = formulas.Hub(qwen3.numbered(formulas.hf_shapes(S), 'F32'), S)
MOE = formulas.Hub(qwen3.numbered(formulas.hf_shapes(formulas.SIZES), 'F32'),
                   formulas.SIZES)
COLUMNS = [
    matrix.Column('hf', formulas.split),
    matrix.Column('maxtext', formulas.maxtext),
    matrix.Column('maxtext', formulas.maxtext, vocab=45),
    matrix.Column('maxtext_unscanned', formulas.maxtext_unscanned),
    matrix.Column('maxtext_unscanned', formulas.maxtext_unscanned, vocab=128),
    matrix.Column('vllm', formulas.vllm),
    matrix.Column('vllm', formulas.vllm, tp=4, order='up_gate'),
    matrix.Column('vllm', formulas.vllm, tp=8),
]
OF_MOE = [
    matrix.Column('split', formulas.split),
    matrix.Column('fused', formulas.fused),
    matrix.Column('maxtext', formulas.maxtext),
    matrix.Column('maxtext_unscanned', formulas.maxtext_unscanned),
    matrix.Column('vllm', formulas.vllm, tp=2),
    matrix.Column('vllm_tpu', formulas.vllm_tpu, tp=2),
]
matrix.pairs('qwen3', COLUMNS, HUB)


def of_table(name, *arguments):
    harness.TABLE = name
    done = run(*arguments)
    harness.TABLE = 'qwen3'
    return done


@case
def no_table_takes_the_other_ones_checkpoints(d):
    """With its own config, the other one's, or what belongs to both."""
    configs = [formulas.config(S), formulas.config(formulas.SIZES)]
    configs.append(configs[0] | configs[1])
    for table, columns, hub in (('qwen3_moe', COLUMNS, HUB),
                                ('qwen3', OF_MOE, MOE)):
        for column, (i, config) in itertools.product(columns,
                                                     enumerate(configs)):
            src = f'{d}/{table}-{column.name}-{i}'
            formulas.write(src, column.of(hub), json.dumps(config))
            done = of_table(table, 'detect', src)
            expect(done, 65, 'in none of the layouts')
            same(done.out, '', 'stdout')


@case
def never_a_dense_model(d):
    """A mixture of experts, whatever its config says of the experts."""
    fields = formulas.config(formulas.SIZES)
    del fields['num_experts']
    for i, (config, works) in enumerate((
            (fields | {'num_experts': 12}, True),
            (fields | {'num_local_experts': 12}, True),
            (fields | {'num_experts': 12, 'num_local_experts': 12}, True),
            (fields | {'num_experts': None, 'num_local_experts': 12}, True),
            (fields | {'num_experts': 12, 'num_local_experts': None}, True),
            (fields | {'num_experts': 12, 'num_local_experts': 11}, False),
            (fields | {'num_experts': None}, False),
            (fields | {'num_experts': None, 'num_local_experts': None}, False),
            (fields, False))):
        for column in OF_MOE:
            src = f'{d}/{i}{column.name}'
            formulas.write(src, column.of(MOE), json.dumps(config),
                           column.manifest('qwen3_moe'))
            expect(of_table('qwen3', 'detect', src), 65)
            expect(of_table('qwen3', 'convert', src, f'{src}-no', '--to',
                            'hf'), 65)
            harness.absent(f'{src}-no')
            for to in ('split', 'fused', 'maxtext', 'vllm', 'vllm_tpu'):
                done = of_table('qwen3_moe', 'convert', src, f'{src}-{to}',
                                '--to', to)
                if works:
                    expect(done, 0)
                else:
                    expect(done, 65, 'num_experts', 'num_local_experts')
                    harness.absent(f'{src}-{to}')


@case
def a_config_of_experts_for_a_dense_model(d):
    for name in ('num_experts', 'num_local_experts'):
        src = f'{d}/{name}'
        formulas.write(src, formulas.split(HUB),
                       json.dumps(formulas.config(S) | {name: 4}))
        expect(run('plan', src, '--to', 'vllm'), 65, 'qwen3_moe', name)
        for none in (0, None):
            src = f'{d}/{name}{none}'
            formulas.write(src, formulas.split(HUB), json.dumps(
                formulas.config(S) | {name: none}))
            expect(run('plan', src, '--to', 'vllm'), 0)


@case
def biases_and_tied_heads(d):
    shapes = formulas.hf_shapes(S, biases=True, tied=True)
    for l in range(S['L']):
        del shapes[f'model.layers.{l}.self_attn.o_proj.bias']
    hub = formulas.Hub(qwen3.numbered(shapes, 'BF16'), S)
    config = json.dumps(formulas.config(S, tie_word_embeddings=True))
    formulas.write(f'{d}/src', formulas.split(hub), config)
    matrix.there_and_back(d, COLUMNS, hub, 'hf')


harness.main()
