#!/usr/bin/python3
"""A layout whose weights are one file of a name of its own."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
import tables
from harness import case, check, expect, read, run, same

TABLE = '''
model pair "Pairs"

layout adapter "one file" {
  file "adapter_model.safetensors"
  config "adapter_config.json"
  detect has(a) and has(b)
}
layout other "another file" {
  file "other.safetensors"
  detect has(c)
}
layout plain "as it comes" {
  detect has(x)
}
layout ranks "a file in each directory" {
  file "rank.safetensors"
  detect has(r)
}

tensor a [m n] {
  adapter  a
  other    c  | transpose 0 1
  plain    x
  ranks    r in rank0/
}
tensor b [n] {
  adapter  b
  other    d
  plain    y
  ranks    s in rank1/
}
'''
A = tables.numbered('F32', (3, 5), 1)
B = tables.numbered('F32', (5,), 2)
ADAPTER, PLAIN = {'a': A, 'b': B}, {'x': A, 'y': B}
FILE = 'adapter_model.safetensors'
MADE = {}


def pair(*words, **how):
    if not MADE:
        MADE['at'] = tempfile.TemporaryDirectory()
        MADE['program'] = tables.build(MADE['at'].name, TABLE, 'pair')
    return run(*words, program=MADE['program'], **how)


def files(path):
    return sorted(n for n in os.listdir(path) if n.endswith('.safetensors'))


def plain(d, name='src', tensors=PLAIN, file='model.safetensors'):
    return tables.write(f'{d}/{name}', tensors, {'n': 1}, file)


@case
def written_under_its_name(d):
    src, to = plain(d), f'{d}/to'
    done = expect(pair('plan', src, '--to', 'adapter'), 0)
    check(f'files     {FILE}  ' in done.out, done.out)
    expect(pair('convert', src, to, '--to', 'adapter'), 0)
    same(files(to), [FILE], 'the files')
    same(st.read(f'{to}/{FILE}'), ADAPTER, 'the tensors')
    expect(pair('verify', src, to), 0)
    expect(pair('convert', to, f'{d}/back', '--to', 'plain'), 0)
    same(st.read(f'{d}/back/model.safetensors'), PLAIN, 'and back')
    expect(pair('toy', f'{d}/toy', '--layout', 'other', '--config',
                f'{src}/config.json'), 65)


@case
def never_split(d):
    src = plain(d)
    done = expect(pair('convert', src, f'{d}/to', '--to', 'adapter',
                       '--max-shard-size', '70'), 64, '--max-shard-size 70',
                  FILE, '80 bytes')
    harness.absent(f'{d}/to')
    for size in ('80', '0', '1GB'):
        expect(pair('convert', src, f'{d}/{size}', '--to', 'adapter',
                    '--max-shard-size', size), 0)
        same(files(f'{d}/{size}'), [FILE], 'the files')
    expect(pair('convert', src, f'{d}/plain', '--to', 'plain',
                '--max-shard-size', '70'), 0)
    same(len(files(f'{d}/plain')), 2, 'files of a layout without a name')


@case
def one_in_each_directory(d):
    src, to = plain(d), f'{d}/to'
    expect(pair('convert', src, to, '--to', 'ranks', '--max-shard-size',
                '70'), 0)
    for rank, tensors in (('rank0', {'r': A}), ('rank1', {'s': B})):
        same(files(f'{to}/{rank}'), ['rank.safetensors'], rank)
        same(st.read(f'{to}/{rank}/rank.safetensors'), tensors, rank)
    st.write(f'{to}/rank1/old.safetensors', {'r': B})
    expect(pair('verify', src, to), 0)


@case
def read_alone(d):
    """Not the base model that lies beside it, sharded or not."""
    src = plain(d, tensors=ADAPTER, file=FILE)
    os.rename(f'{src}/config.json', f'{src}/adapter_config.json')
    st.write(f'{src}/model.safetensors', {'huge': B})
    done = expect(pair('convert', src, f'{d}/to', '--to', 'plain'), 0,
                  f'model.safetensors is left out: the checkpoint is {FILE}')
    same(st.read(f'{d}/to/model.safetensors'), PLAIN, 'the tensors')
    os.remove(f'{src}/model.safetensors')
    st.write_sharded(src, {'huge': B, 'more': A}, 2)
    done = expect(pair('plan', src, '--to', 'plain'), 0,
                  '1 more weights files are left out')
    check('model-00001-of-00002.safetensors: not copied, weights' in done.out,
          done.out)
    same(read(src, 'adapter_config.json'), read(d, 'to/config.json'),
         'the config')


@case
def any_other_name_is_read_too(d):
    for name in ('model.safetensors', 'x.safetensors'):
        src = plain(d, name, ADAPTER, name)
        same(pair('detect', src).out, 'adapter\n', name)
    src = plain(d, 'sharded', {})
    os.remove(src + '/model.safetensors')
    st.write_sharded(src, ADAPTER, 2)
    same(pair('detect', src).out, 'adapter\n', 'the layout of shards')


@case
def two_of_them(d):
    src = plain(d, tensors=ADAPTER, file=FILE)
    st.write(f'{src}/other.safetensors', {'c': A})
    expect(pair('detect', src), 65, 'ambiguous source', FILE,
           'other.safetensors', 'name the one')
    same(pair('detect', f'{src}/{FILE}').out, 'adapter\n', 'the one named')


harness.main()
