#!/usr/bin/python3
"""Boundary numbers in headers: what the converter accepts, and what it prints,
is what arithmetic without limits says."""

import itertools
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import st

HEADERS = [os.environ.get('HEADERS') or
           os.path.join(os.environ['BUILD'], 'qwen3_moe'), 'headers']
EDGES = sorted({0, 1, 2, 3, 4, 5, 8, 16}
               | {2**p + d for p in (31, 32, 53, 63, 64) for d in (-1, 0, 1)})
MAX = 2**63 - 1


def accepts(dtype, shape, begin, end, size):
    """Is a file of this one tensor and `size` bytes of data right? The product
    of the dims that are not 0 must fit, so that their order is no matter."""
    count, some = 1, 1
    for dim in shape:
        count *= dim
        some *= dim or 1
    bits = count * st.BITS[dtype]
    return (max(shape, default=0) <= MAX and some <= MAX and bits <= MAX and
            begin == 0 and bits == 8 * end and end == size)


def cases():
    for a, b in itertools.product(EDGES, repeat=2):
        for dtype in ('U8', 'F4', 'F32', 'U64'):
            yield dtype, (a, b), 0, a * b * st.BITS[dtype] // 8 % 2**64, 16
        yield 'U8', (a, b), 0, 0, 0
        yield 'U8', (16,), a, b, 16
        yield 'U8', (0, a, b), 0, 0, 0
        yield 'U8', (a, b, 0), 0, 0, 0
    for n in range(17):
        for dtype, bits in st.BITS.items():
            yield dtype, (n,), 0, n * bits // 8, n * bits // 8


def run(case, directory, number):
    dtype, shape, begin, end, size = case
    path = os.path.join(directory, f'{number}.safetensors')
    dims = ','.join(map(str, shape))
    st.write_raw(path, f'{{"t":{{"dtype":"{dtype}","shape":[{dims}],'
                 f'"data_offsets":[{begin},{end}]}}}}', b'\0' * size)
    done = subprocess.run(HEADERS + [path], capture_output=True, text=True)
    start = os.path.getsize(path) - size
    os.remove(path)
    if accepts(*case):
        line = f't\t{dtype}\t{dims}\t{number}.safetensors\t{start}\t{size}\n'
        good = done.returncode == 0 and done.stdout == line
    else:
        good = (done.returncode == 65 and done.stdout == '' and
                f'{number}.safetensors' in done.stderr)
    return good, case, done


def main():
    wanted = list(dict.fromkeys(cases()))
    with tempfile.TemporaryDirectory() as directory, \
            ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda x: run(x[1], directory, x[0]),
                                enumerate(wanted)))
    wrong = [(case, done) for good, case, done in results if not good]
    accepted = sum(accepts(*case) for case in wanted)
    if wrong:
        case, done = wrong[0]
        print(f'not ok headers of boundary numbers: {len(wrong)} of '
              f'{len(wanted)}; first {case}: exit {done.returncode}, '
              f'{done.stdout!r} {done.stderr!r}')
    elif not 100 < accepted < len(wanted) - 100:
        print(f'not ok headers of boundary numbers: {accepted} of '
              f'{len(wanted)} accepted, the cases are lopsided')
    else:
        print(f'ok headers of boundary numbers ({len(wanted)} cases, '
              f'{accepted} accepted)')
        return 0
    return 1


if __name__ == '__main__':
    sys.exit(main())
