#!/usr/bin/python3
"""A layout by rank in directories of directories is written, read and
verified."""

import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
from harness import case, expect, run, same

H, F, L = 5, 12, 6
TABLE = """
model nested "A directory for each stage, in it one for each rank"
size H = h
     F = f
     L = l
layout whole { detect has(norm) }
layout ranks {
  detect has(shard.norm)
  option tp = 1
  option pp = 1
  for s < pp, t < tp
  let l = (s:pp i)
}
tensor norm [h] {
  whole  norm
  ranks  shard.norm in pp{s}/shards/tp{t}/
}
tensor up [f h] for l < L {
  whole  {l}.up
  ranks  {i}.up in pp{s}/shards/tp{t}/  [f/t h]
}
"""
WHOLE = {'norm': ('F32', (H,), struct.pack('<5f', *range(9, 9 + H)))} | {
    f'{l}.up': ('F32', (F, H), b''.join(
        struct.pack('<f', 1 + 1000 * l + 20 * f + h)
        for f in range(F) for h in range(H))) for l in range(L)}


def rank(s, pp, t, tp):
    n = L // pp
    return {'shard.norm': WHOLE['norm']} | {
        f'{i}.up': ('F32', (F // tp, H), WHOLE[f'{s * n + i}.up'][2][
            t * F // tp * H * 4:(t + 1) * F // tp * H * 4])
        for i in range(n)}


@case
def both_ways(d):
    program, src = f'{d}/nested', f'{d}/src'
    harness.write(f'{program}.weft', TABLE)
    expect(run('build', f'{program}.weft', '-o', program,
               program=[os.path.join(os.path.dirname(harness.converter()),
                                     'weft')]), 0)
    os.mkdir(src)
    st.write(f'{src}/model.safetensors', WHOLE)
    harness.write(f'{src}/config.json', json.dumps({'h': H, 'f': F, 'l': L}))
    for pp, tp in ((2, 3), (3, 1), (6, 4)):
        dst, back = f'{d}/ranks{pp}', f'{d}/back{pp}'
        expect(run('convert', src, dst, '--to', f'ranks:pp={pp},tp={tp}',
                   program=[program]), 0)
        for s in range(pp):
            for t in range(tp):
                same(st.read(f'{dst}/pp{s}/shards/tp{t}'),
                     rank(s, pp, t, tp), f'rank {s}, {t} of {pp}, {tp}')
        expect(run('verify', src, dst, program=[program]), 0)
        expect(run('convert', dst, back, '--to', 'whole', program=[program]),
               0)
        same(st.read(back), WHOLE, f'the way back from {pp}, {tp}')


harness.main()
