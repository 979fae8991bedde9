#!/usr/bin/python3
"""Rows that only one side has a place for: the keys are named."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
from harness import case, check, expect, run

TABLE = '''
model sides
size L = num_layers
layout one { detect has(one.0.weight) }
layout other {
  detect has(other.0.weight)
  drop scale "it is computed again"
}
tensor weight [f] for l < L {
  one    one.{l}.weight
  other  other.{l}.weight
}
tensor bias [f] optional for l < L { one one.{l}.bias }
tensor scale [f] optional for l < L { one one.{l}.scale }
tensor stamp [f] for l < L if config.stamped { other other.{l}.stamp }
'''


def converter(d):
    """The table's, built anew."""
    path = harness.write(f'{d}/sides.weft', TABLE)
    done = subprocess.run([os.environ.get('WEFT', 'build/weft'), 'build', path,
                           '-o', f'{d}/sides'], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, done.stdout)
    return [f'{d}/sides']


def write(d, *kinds, **config):
    tensors = {f'one.{l}.{kind}': ('F32', (3,), bytes(12))
               for l in range(12) for kind in ('weight',) + kinds}
    os.makedirs(d)
    st.write(f'{d}/model.safetensors', tensors)
    harness.write(f'{d}/config.json', json.dumps(
        {'num_layers': 12, 'stamped': False} | config))
    return d


@case
def what_the_target_has_no_place_for(d):
    program = converter(d)
    src = write(f'{d}/src', 'bias', 'scale')
    expect(run('convert', src, f'{d}/no', '--to', 'other', program=program),
           65, 'the source has bias', 'layout other has no place',
           'one.{0..11}.bias')
    harness.absent(f'{d}/no')
    src = write(f'{d}/dropped', 'scale')
    expect(run('convert', src, f'{d}/yes', '--to', 'other', program=program),
           0)


@case
def what_the_source_does_not_have(d):
    program = converter(d)
    src = write(f'{d}/src', stamped=True)
    expect(run('convert', src, f'{d}/no', '--to', 'other', program=program),
           65, 'layout other stores stamp', 'in layout one has none')
    harness.absent(f'{d}/no')


harness.main()
