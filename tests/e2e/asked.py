#!/usr/bin/python3
"""Values that ask the source: found once, and the same in the target."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import st
import tables
from harness import case, check, expect, main, run, same

TABLE = '''model asked
size H = hidden_size
size B = shape({P}down)[0]
     T = 2 * B
     N = count({P}norm.{n})
     U = shape(nowhere)[0] / 0
text P = base.model. when has(base.model.up) | model.
flag wide = dtype({P}up) == "F32"
list first = [B, H] when has(up) | [B, T]
layout old { detect has({P}up) and not has(up) }
layout new {
  detect has(up)
  let d = (c b)
  set bottleneck = B
  set first = first
}
tensor up [d h] { old {P}up  new up [c b h] }
tensor down [b h] { old {P}down  new down }
tensor twice [t] if wide { old {P}twice  new twice }
tensor norm [h] for n < N { old {P}norm.{n}  new norms [n h] }
'''.replace('  new', '\n  new')


def source(prefix='model.', dtype='F32', b=3, norms=4):
    names = {'up': [5 * b, 8], 'down': [b, 8]}
    names |= {f'norm.{n}': [8] for n in range(norms)}
    if dtype == 'F32':
        names['twice'] = [2 * b]
    return {prefix + n: tables.numbered(dtype, shape, i)
            for i, (n, shape) in enumerate(names.items())}


def write(d, tensors, name='src'):
    return tables.write(f'{d}/{name}', tensors, {'hidden_size': 8})


def expect_new(path, tensors, prefix, norms):
    """What each tensor of the target is made of, key by key."""
    there = st.read(path)
    wanted = {'up', 'down', 'norms'}
    wanted |= {'twice'} & {n[len(prefix):] for n in tensors}
    same(set(there), wanted, 'the keys')
    same(there['norms'][2], b''.join(tensors[f'{prefix}norm.{n}'][2]
                                     for n in range(norms)), 'the norms')
    for name in wanted - {'norms'}:
        same(there[name][2], tensors[prefix + name][2], name)


@case
def both_sides_have_what_the_source_says(d):
    program = tables.build(d, TABLE)
    for i, how in enumerate(({}, {'prefix': 'base.model.', 'b': 2},
                             {'dtype': 'BF16', 'norms': 1})):
        tensors = source(**how)
        src = write(d, tensors, f'src{i}')
        dst, back = f'{d}/to{i}', f'{d}/back{i}'
        expect(run('convert', src, dst, '--to', 'new', program=program), 0)
        prefix, b = how.get('prefix', 'model.'), how.get('b', 3)
        expect_new(dst, tensors, prefix, how.get('norms', 4))
        with open(f'{dst}/config.json') as f:
            same(json.load(f), {'hidden_size': 8, 'bottleneck': b,
                                'first': [b, 2 * b]}, 'the config')
        expect(run('verify', src, dst, program=program), 0)


@case
def what_nothing_needs_is_not_asked(d):
    """U of the table would be a division by zero."""
    program = tables.build(d, TABLE)
    src = write(d, source())
    done = expect(run('plan', src, '--to', 'new', '--json',
                      program=program), 0)
    sizes = {s['name']: s for s in json.loads(done.out)['sizes']}
    check('U' not in sizes, done)
    same(sizes['B']['origin'], 'the source', 'where B comes from')
    same(sizes['T']['origin'], 'the source', 'where T comes from')
    check(sizes['H']['origin'].endswith('config.json'), done)


@case
def what_the_source_does_not_have(d):
    program = tables.build(d, TABLE)
    src = write(d, {n: t for n, t in source().items() if n != 'model.down'})
    expect(run('convert', src, f'{d}/to', '--to', 'new', program=program), 65,
           'size B', '{P}down')


LAYERS = '''model layers
size L = num_layers
     M = 2 * count(stack.{l}.a)
text X = stack.
list there = for l < L has({X}{l}.a)
     next = for l < L has(stack.{l + 1}.{w.})
     rank = for l < L shape(stack.{l}.a)[0] | 0
     kind = for l < L dtype({X}{l}.a) | "none"
     both = for l < L count({X}{l}.{w..})
layout old { detect has(stack.{l}.{w.}) }
layout new {
  detect has(a.{l})
  set there = there
  set next = next
  set rank = rank
  set kind = kind
  set both = both
}
tensor a [2] for l < L if there[l] { old stack.{l}.a  new a.{l} }
tensor b [h] for l < L if both[l] > 1 { old stack.{l}.b  new b.{l} }
'''.replace('  new', '\n  new').replace(' [2] ', ' [k h] ')


@case
def what_each_layer_has(d):
    """Layers 1, 3 and 10 of 12 have an a, 3 and 10 a b, and 12 is none."""
    program = tables.build(d, LAYERS)
    ranks = {1: 2, 3: 2, 10: 2}
    tensors = {f'stack.{l}.a': tables.numbered('F32', [k, 5], l)
               for l, k in ranks.items()}
    tensors |= {f'stack.{l}.b': tables.numbered('F32', [5], 20 + l)
                for l in (3, 10)}
    src = tables.write(f'{d}/src', tensors, {'num_layers': 12})
    expect(run('convert', src, f'{d}/to', '--to', 'new', program=program), 0)
    with open(f'{d}/to/config.json') as f:
        config = json.load(f)
    every = range(12)
    same(config, {
        'num_layers': 12,
        'there': [l in ranks for l in every],
        'next': [l + 1 in ranks for l in every],
        'rank': [ranks.get(l, 0) for l in every],
        'kind': ['F32' if l in ranks else 'none' for l in every],
        'both': [(l in ranks) + (l in (3, 10)) for l in every]}, 'the lists')
    same({n: t[2] for n, t in st.read(f'{d}/to').items()},
         {'.'.join(reversed(n.split('.')[1:])): t[2]
          for n, t in tensors.items()}, 'the tensors')
    expect(run('verify', src, f'{d}/to', program=program), 0)


main()
