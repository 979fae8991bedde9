#!/usr/bin/python3
"""A tensor that holds a row several times, and padding: what differs between
the copies is refused, also where padding is only counted."""

import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import st
import tables
from harness import absent, case, expect, main, run, same

T, M, N, PADDED = 3, 5, 7, 16
TABLE = '''
model again "A row several times"
size M = m
     N = n
layout many {
  option times = 3
  for t < times
  detect has(many)
}
layout one {
  detect has(one)
}
tensor w [m n] {
  many  many  [t m n^16]
  one   one
}
'''
ROW = tables.numbered('F32', (M, N), 1)


def at(t, m, n):
    return 4 * ((t * M + m) * PADDED + n)


def make(d, **changed):
    """Elements are changed to 99: `padding` of them, or one of a copy."""
    data = bytearray(4 * T * M * PADDED)
    for t in range(T):
        for m in range(M):
            data[at(t, m, 0):at(t, m, N)] = ROW[2][4 * N * m:4 * N * (m + 1)]
    places = [at(k % T, k % M, N + k % (PADDED - N))
              for k in range(changed.get('padding', 0))]
    if 'copy' in changed:
        places.append(at(*changed['copy']))
    for k in places:
        data[k:k + 4] = struct.pack('<f', 99)
    src = tables.write(f'{d}/src', {'many': ('F32', (T, M, PADDED),
                                             bytes(data))},
                       {'m': M, 'n': N})
    return src, tables.build(d, TABLE, 'again')


@case
def padding_is_counted(d):
    src, program = make(d, padding=4)
    expect(run('convert', src, f'{d}/no', '--to', 'one', program=program), 65,
           'and should be 0x00000000')
    done = expect(run('convert', src, f'{d}/to', '--to', 'one',
                      '--count-padding', '--json', program=program), 0)
    same(json.loads(done.out)['padding'], 4, 'elements of padding')
    same(st.read(f'{d}/to'), {'one': ROW}, 'the tensor')
    expect(run('verify', src, f'{d}/to', program=program), 0)


@case
def a_copy_that_differs_is_refused(d):
    src, program = make(d, padding=2, copy=(2, 1, 3))
    done = run('convert', src, f'{d}/no', '--to', 'one', '--count-padding',
               program=program)
    expect(done, 65, 'many[2, 1, 3] is 0x42c60000 = 99')
    absent(f'{d}/no')


main()
