#!/usr/bin/python3
"""Memory stays within --memory and a few times the headers, however large the
model and its tensors are."""

import json
import os
import re
import resource
import shutil
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
import tables
from harness import Started, case, check, expect

MIB = 1 << 20
# What a program is before it does anything: libraries, stacks, tables.
SMALL = 8 * MIB


def sparse(src, shapes, config, dtype='BF16'):
    """A checkpoint of zeros that takes no room. Returns the header's size and
    that of the largest tensor."""
    os.makedirs(src, exist_ok=True)
    at, header = 0, {}
    for name in sorted(shapes):
        size = st.nbytes(dtype, shapes[name])
        header[name] = {'dtype': dtype, 'shape': list(shapes[name]),
                        'data_offsets': [at, at + size]}
        at += size
    text = json.dumps(header, separators=(',', ':')).encode()
    with open(f'{src}/model.safetensors', 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.truncate(8 + len(text) + at)
    harness.write(f'{src}/config.json', json.dumps(config))
    return len(text), max(st.nbytes(dtype, s) for s in shapes.values())


def peak(*arguments, **how):
    """Runs, until it could be watched: on a busy machine it may be over before
    the first look."""
    for _ in range(20):
        high = watch(*arguments, **how)
        if high:
            return high
        if arguments[0] == 'convert':
            shutil.rmtree(arguments[2])
    check(False, f'{arguments} is always over before it can be seen')


def watch(*arguments, **how):
    """Runs, and looks again and again at the largest resident set so far: what
    wait4() says includes that of our own process, before exec."""
    job, high = Started(*arguments, **how), 0
    while True:
        with open(f'/proc/{job.process.pid}/status') as f:
            found = re.search(r'VmHWM:\s*(\d+) kB', f.read())
        if not found:
            break
        high = max(high, int(found[1]) * 1024)
    expect(job.wait(), 0)
    return high


def within(high, limit, what):
    check(high <= limit, f'{what}: {high / MIB:.1f} MiB, at most '
                         f'{limit / MIB:.1f} expected')


def is_instrumented():
    """Sanitizers need memory of their own."""
    with open(harness.converter(), 'rb') as f:
        return b'__asan_init' in f.read()


@case
def a_model_larger_than_the_memory(d):
    """160 MB, one tensor of 34 MB."""
    s = dict(H=1024, L=2, E=16, F=512, N=32, G=4, D=128, V=2000)
    shapes = {'split': qwen3.split_shapes(s), 'fused': qwen3.fused_shapes(s)}
    for layout, other in (('split', 'fused'), ('fused', 'split')):
        src = f'{d}/{layout}'
        header, largest = sparse(src, shapes[layout], qwen3.config_of(s))
        for memory, threads in ((MIB, 1), (8 * MIB, 2), (20 * MIB, 4)):
            check(layout == 'split' or largest > memory, 'too small')
            how = ['--memory', memory, '--threads', threads]
            what = f'{layout} with {memory} bytes, {threads} threads'
            limit = memory + 3 * header + SMALL
            high = peak('convert', src, f'{d}/dst', '--to', other, *how)
            within(high, limit, what)
            within(peak('verify', src, f'{d}/dst', *how), limit,
                   f'verify, {what}')
            shutil.rmtree(f'{d}/dst')
        shutil.rmtree(src)


@case
def two_hundred_thousand_tensors(d):
    s = dict(H=8, L=60, E=1100, F=8, N=1, G=1, D=8, V=8)
    header, _ = sparse(f'{d}/src', qwen3.split_shapes(s), qwen3.config_of(s))
    check(header > 20 * MIB, header)
    within(peak('plan', f'{d}/src', '--to', 'fused'), 3 * header + SMALL,
           'the plan')
    within(peak('headers', f'{d}/src'), 3 * header + SMALL, 'the headers')
    how = ['--memory', '1MiB']
    high = peak('convert', f'{d}/src', f'{d}/dst', '--to', 'fused', *how)
    within(high, 3 * header + SMALL + MIB, 'a few tensors from many')
    # A plan of many targets holds their headers, and what becomes each.
    high = peak('convert', f'{d}/dst', f'{d}/back', '--to', 'split', *how)
    within(high, 4 * header + SMALL + MIB, 'many tensors from a few')
    a, b = (st.read_header(f'{d}/{n}/model.safetensors')[0]
            for n in ('src', 'back'))
    check({n: t[:2] for n, t in a.items()} == {n: t[:2] for n, t in b.items()},
          'the tensors of the way back')


@case
def a_list_of_the_config_that_every_tensor_asks(d):
    program = tables.build(d, '''
model asking "a list that has no name in the table"
size H = h
     L = l
layout lines { detect has(a.0) }
layout columns { detect has(b.0) }
tensor even [v h] for l < L if l in config.those {
  lines    a.{l}
  columns  b.{l}  [h v]
}
tensor odd [h v] for l < L if not l in config.those {
  lines    a.{l}
  columns  b.{l}  [v h]
}
''')
    shapes = {f'a.{n}': (2, 3) if n % 2 else (3, 2) for n in range(6000)}
    header, _ = sparse(f'{d}/src', shapes, {
        'h': 2, 'l': 6000, 'those': list(range(0, 6000, 2))})
    within(peak('plan', f'{d}/src', '--to', 'columns', program=program),
           4 * header + SMALL, 'the plan')


@case
def more_files_than_descriptors(d):
    s = dict(H=130, L=7, E=90, F=50, N=2, G=1, D=6, V=40)
    shapes = qwen3.split_shapes(s)
    header, _ = sparse(f'{d}/src', shapes, qwen3.config_of(s))

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    high = peak('convert', f'{d}/src', f'{d}/dst', '--to', 'split', '--memory',
                '1MiB', '--max-shard-size', '20kB', before=few)
    files = [n for n in os.listdir(f'{d}/dst') if n.endswith('.safetensors')]
    check(len(files) > 1800, len(files))
    # A name, a header of its own and a line of the index for each.
    within(high, 8 * header + SMALL + MIB, 'many files')


@case
def the_least_memory_there_is(d):
    """--memory 1 is as little as possible, no less."""
    s = dict(H=1024, L=1, E=16, F=512, N=32, G=4, D=128, V=2000)
    header, _ = sparse(f'{d}/src', qwen3.split_shapes(s), qwen3.config_of(s))
    for threads in (1, 4):
        high = peak('convert', f'{d}/src', f'{d}/dst', '--to', 'fused',
                    '--memory', '1', '--threads', threads)
        within(high, MIB * threads + SMALL, 'the least')
        shutil.rmtree(f'{d}/dst')


if is_instrumented():
    print('ok memory # skipped: a sanitizer is built in')
else:
    harness.main()
