#!/usr/bin/python3
"""Functions of names in a config: versions, lists that match, and values by
pattern, as adapters have them; and numbers that are no sizes."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import st
import tables
from harness import case, expect, main, read, run, same

TABLE = '''model functions
size L = num_layers
     E = num_experts
     R = pattern(config.rank_pattern, "layers.{l}.experts.{e}.up") | config.r
flag swapped = version(peft_version) < version("0.19.1")
     ups = matching(target_modules, "up|.*\\.up")
layout old { detect has(layers.{l}.experts.{e}.up) }
number alpha = lora_alpha | 1
layout new {
  detect has(up)
  set part = alpha * R / 8
  set root = alpha / sqrt(R)
}
tensor up [r h] for l < L, e < E if ups {
  old  layers.{l}.experts.{e}.up
  new  when swapped up  | transpose 0 1 | stack e 0 | stack l 0
  new  else up  | stack e 0 | stack l 0
}
'''
CONFIG = {'num_layers': 2, 'num_experts': 3, 'r': 8,
          'peft_version': '0.19.1', 'target_modules': ['q_proj', 'mlp.up'],
          'rank_pattern': {'down': 1, r'.*\.(up|gate)': 4, 'up': 5}}
COLUMNS = 6


def source(d, name='src', rank=4, **changes):
    tensors = {f'layers.{l}.experts.{e}.up':
               tables.numbered('F32', [rank, COLUMNS], 3 * l + e)
               for l in range(2) for e in range(3)}
    return tensors, tables.write(f'{d}/{name}', tensors, CONFIG | changes)


def columns_first(data, rank):
    """[r h] as [h r]: element (i, j) of the rows goes to (j, i)."""
    return b''.join(data[4 * (i * COLUMNS + j):][:4]
                    for j in range(COLUMNS) for i in range(rank))


@case
def values_by_name(d):
    program = tables.build(d, TABLE)
    for i, (rank, changes) in enumerate((
            (4, {}), (8, {'rank_pattern': {}}), (8, {'rank_pattern': None}),
            (4, {'peft_version': '0.19.1.dev0@0a1b2c'}),
            (4, {'peft_version': None}), (4, {'peft_version': '0.19.10'}))):
        tensors, src = source(d, f'src{i}', rank, **changes)
        dst = f'{d}/to{i}'
        expect(run('convert', src, dst, '--to', 'new', program=program), 0)
        swapped = i in (3, 4)
        same(st.read(dst)['up'][2], b''.join(
            columns_first(t[2], rank) if swapped else t[2]
            for t in tensors.values()), f'up with {changes}')
        expect(run('verify', src, dst, program=program), 0)


@case
def numbers_are_written_as_they_came(d):
    """12 * 4 / 8 is 6, 13 * 4 / 8 is no integer, and 12.0 is none either."""
    program = tables.build(d, TABLE)
    for i, (alpha, part, root) in enumerate((
            (12, '6', '6.0'), (13, '6.5', '6.5'), (12.0, '6.0', '6.0'),
            (0.2, '0.1', '0.1'), (None, '0.5', '0.5'))):
        _, src = source(d, f'src{i}', lora_alpha=alpha)
        dst = f'{d}/to{i}'
        expect(run('convert', src, dst, '--to', 'new', program=program), 0)
        config = json.loads(read(f'{dst}/config.json'), parse_int=str,
                            parse_float=str)
        same((config['part'], config['root']), (part, root), f'of {alpha}')
    _, src = source(d, lora_alpha='12')
    expect(run('convert', src, f'{d}/to', '--to', 'new', program=program), 65,
           'number alpha is "12", which is no number')


@case
def what_counts_as_true_is_true(d):
    """A flag made of a list or a number is `true` where it is compared, or
    written."""
    program = tables.build(d, TABLE.replace(
        'if ups {', 'if ups == true {').replace(
            '  set part', '  set ups = ups\n  set part'))
    tensors, src = source(d)
    expect(run('convert', src, f'{d}/to', '--to', 'new', program=program), 0)
    same(st.read(f'{d}/to')['up'][2], b''.join(t[2] for t in tensors.values()),
         'up')
    same(json.loads(read(f'{d}/to/config.json'))['ups'], True, 'ups')


@case
def what_cannot_be_had(d):
    program = tables.build(d, TABLE)
    for i, (changes, words) in enumerate((
            ({'target_modules': 'all-linear'},
             ['/config.json: target_modules is "all-linear"', 'a list of',
              'flag ups']),
            ({'rank_pattern': {'layers.1.*': 4, 'up': 8}},
             ['/config.json: rank_pattern gives 8 for layers.0.experts.0.up '
              'and 4 for layers.1.experts.0.up', 'size R']),
            ({'rank_pattern': {'*up': 4}},
             ['/config.json: rank_pattern: the name "*up" is no regular',
              'at byte 0']),
            ({'rank_pattern': {'(.*.*.*.*)*[0-9]': 4}},
             ['takes too many steps']),
            ({'peft_version': 'newest'},
             ['/config.json: peft_version is "newest"', '0.19.1']))):
        _, src = source(d, f'src{i}', **changes)
        expect(run('convert', src, f'{d}/to', '--to', 'new', program=program),
               65, *words)


main()
