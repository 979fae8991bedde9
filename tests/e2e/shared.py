#!/usr/bin/python3
"""What layouts share stands once, and is that of each of them."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import st
import tables
from harness import case, check, expect, main, read, run, same

HEAD = '''
model pair "Pairs"
layout lines "by rows"%s {
  detect has(w)
  set order = "lines"
  %s
}
layout columns "by columns"%s {
  detect has(v) and not has(w)
  %s
}
layout plain "as it comes" {
  detect has(x)
}
tensor a [m n] {
  lines    w [(p c) n]
  columns  v [n (p c)]
  plain    x
}
'''
SHARED = '''
  config "pair.json"
  file "pair.safetensors"
  option parts = 1 "of the first axis"
  size K = kinds | 2
  let m = (p:parts c)
  drop old.{x..} "made anew"
  require parts < 4 "too many parts"
  set parts = parts
  set kind = "many" when K > 2
  insert tags "shared"
'''
ONCE = HEAD % (' as pair', '', ' as pair', '') + f'layout pair {{{SHARED}}}\n'
TWICE = HEAD % ('', SHARED, '', SHARED)
A, B = tables.numbered('F32', (6, 5), 1), tables.numbered('F32', (2,), 2)
MADE = {}


def program(table=ONCE):
    if table not in MADE:
        at = tempfile.TemporaryDirectory()
        MADE[table] = tables.build(at.name, table, 'pair'), at
    return MADE[table][0]


def pair(*words, table=ONCE):
    return run(*words, program=program(table))


def source(d, **config):
    return tables.write(f'{d}/src', {'x': A}, {'tags': []} | config)


@case
def each_is_written_and_read(d):
    src = source(d)
    for layout, extra in (('lines', {'order': 'lines'}), ('columns', {})):
        to = f'{d}/{layout}'
        expect(pair('convert', src, to, '--to', f'{layout}:parts=3'), 0)
        same(list(st.read(f'{to}/pair.safetensors')),
             ['w' if extra else 'v'], 'the key')
        same(json.loads(read(to, 'pair.json')),
             {'tags': ['shared'], 'parts': 3} | extra, 'the config')
        expect(pair('verify', src, to), 0)
        expect(pair('convert', to, f'{to}-back', '--to', 'plain'), 0)
        same(st.read(f'{to}-back'), {'x': A}, 'the tensors')
        same(read(f'{to}-back', 'config.json'), read(src, 'config.json'),
             'the config')
        expect(pair('convert', src, f'{d}/no', '--to', f'{layout}:parts=6'),
               65, 'too many parts')
    same(st.read(f'{d}/lines/pair.safetensors')['w'], A, 'by rows')


@case
def from_one_to_the_other(d):
    src = source(d, kinds=3)
    expect(pair('convert', src, f'{d}/lines', '--to', 'lines'), 0)
    expect(pair('convert', f'{d}/lines', f'{d}/columns', '--to', 'columns',
                '--parts', '2'), 0)
    same(json.loads(read(d, 'columns/pair.json')),
         {'tags': ['shared'], 'kinds': 3, 'parts': 2, 'kind': 'many'},
         'the config')
    tensors = st.read(f'{d}/lines/pair.safetensors') | {'old.x': B}
    st.write(f'{d}/lines/pair.safetensors', tensors)
    done = expect(pair('plan', f'{d}/lines', '--to', 'columns'), 0)
    check('old.x: made anew' in done.out, done.out)


@case
def as_if_it_stood_in_each(d):
    src = source(d, kinds=3)
    for table in (ONCE, TWICE):
        for layout in ('lines', 'columns'):
            to = f'{d}/{layout}{len(table)}'
            expect(pair('convert', src, to, '--to', f'{layout}:parts=2',
                        table=table), 0)
            other = f'{d}/{layout}{len(ONCE)}'
            for name in sorted(os.listdir(to)):
                same(read(to, name), read(other, name), name)
    once, twice = (json.loads(pair('layouts', '--json', table=t).out)
                   for t in (ONCE, TWICE))
    same(once, twice, 'what layouts says')
    expect(pair('plan', src, '--to', 'pair'), 64, 'no layout "pair"')


main()
