#!/usr/bin/python3
"""diagonal(ROW): whether a stored tensor is block diagonal is looked at, in
the blocks of the row's place, and decides which rows there are."""

import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
from harness import case, check, convert, expect, run, same

F, E, R, L = 5, 3, 2, 4
TABLE = """
model blocks "Two rows of experts, apart or mixed"
size F = f
     E = e
     L = l
flag apart = diagonal(up)
layout each { detect has(0.up.0.gate) }
layout fused { detect has(0.up) }
tensor up [f k] for l < L, e < E, p in gate up if apart {
  each   {l}.up.{e}.{p}
  fused  {l}.up  [(p f) (p k e)]
}
tensor mixed [f k] for l < L, e < E, p in gate up if not apart {
  each   {l}.up.{e}.{p}
  fused  {l}.up  [(p f) (k e)]
}
"""


def value(layer, row, column):
    return 1 + layer * 1000 + row * 40 + column


def fused(columns, is_set):
    """Matrices [2F, columns] by layer, zero where `is_set` says no."""
    return {f'{n}.up': ('F32', (2 * F, columns), b''.join(
        struct.pack('<f', value(n, i, k) if is_set(n, i, k) else 0)
        for i in range(2 * F) for k in range(columns))) for n in range(L)}


def expert(layer, e, branch, rank, columns, at):
    """[F, rank] of one expert and branch, whose column k is at(k, e)."""
    return ('F32', (F, rank), b''.join(
        struct.pack('<f', value(layer, branch * F + i, at(k, e)))
        for i in range(F) for k in range(rank)))


def build(d):
    """The converter of the table, which the cases of this file share."""
    program = os.path.join(d, 'blocks')
    harness.write(program + '.weft', TABLE)
    expect(run('build', program + '.weft', '-o', program,
               program=[os.path.join(os.path.dirname(harness.converter()),
                                     'weft')]), 0)
    return [program]


def source(d, tensors):
    src = os.path.join(d, 'src')
    os.mkdir(src)
    st.write(os.path.join(src, 'model.safetensors'), tensors)
    harness.write(os.path.join(src, 'config.json'),
                  json.dumps({'f': F, 'e': E, 'l': L}))
    return src


def converted(d, tensors):
    program, src, dst = build(d), source(d, tensors), os.path.join(d, 'each')
    convert(src, dst, layout='each', program=program)
    expect(run('verify', src, dst, program=program), 0)
    return st.read(dst)


@case
def block_diagonal_in_every_layer(d):
    columns = 2 * R * E
    have = converted(d, fused(columns,
                           lambda n, i, k: i // F == k // (R * E)))
    for n in range(L):
        for e in range(E):
            for b, p in enumerate(('gate', 'up')):
                want = expert(n, e, b, R, columns,
                              lambda k, e: (b * R + k) * E + e)
                same(have[f'{n}.up.{e}.{p}'], want, f'{n}.up.{e}.{p}')


@case
def one_element_off_it_in_one_layer(d):
    columns = 2 * R * E
    have = converted(d, fused(
        columns, lambda n, i, k: i // F == k // (R * E) or
        (n, i, k) == (2, 1, columns - 1)))
    same(have['2.up.1.gate'][1], (F, 2 * R), 'the rank that stays')
    want = struct.pack('<f', value(2, 1, columns - 1))
    same(have['2.up.2.gate'][2][4 * (2 * R + 2 * R - 1):][:4], want,
         'the element that is off')


@case
def an_odd_number_of_columns(d):
    have = converted(d, fused(3 * E, lambda n, i, k: True))
    same(have['1.up.0.up'],
         expert(1, 0, 1, 3, 3 * E, lambda k, e: k * E + e), 'rank 3')


@case
def elements_of_less_than_a_byte(d):
    """They are carried over whole, or not at all."""
    src = source(d, {n: ('F4', shape, bytes(len(data) // 8))
                     for n, (_, shape, data) in
                     fused(2 * R * E, lambda n, i, k: False).items()})
    expect(run('plan', src, '--to', 'each', program=build(d)), 65,
           'stored as F4', 'can only be carried over whole')


@case
def plan_says_that_it_looked(d):
    program = build(d)
    src = source(d, fused(2 * R * E, lambda n, i, k: True))
    off = L * 2 * F * R * E
    out = run('plan', src, '--to', 'each', program=program).out
    check(f'looked at {L} tensors of up' in out and f'{off} elements off' in
          out, f'plan printed {out}')
    out = run('plan', src, '--to', 'each', '--json', program=program).out
    seen = json.loads(out)['looked_at']
    same(seen, [{'row': 'up', 'tensors': L, 'diagonal': False,
                 'bytes': L * 2 * F * 2 * R * E * 4}], 'looked_at')


if __name__ == '__main__':
    harness.main()
