#!/usr/bin/python3
"""Every system call of a conversion fails once, or from then on; and a signal
comes right behind every write. The target is absent or whole, the exit code
says which, the source is untouched and the next run ends well."""

import errno
import functools
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import absent, case, check, expect, run, same, unchanged

SHARED = tempfile.TemporaryDirectory()
OPTIONS = ('--to', 'fused', '--max-shard-size', '12KB', '--threads', '2',
           '--quiet')
# What the code may be; "73" is the target's, 66 and 65 the source's.
CODES = {65, 66, 71, 73, 74}
# Without these, what was begun cannot be taken away again.
CLEARING = {'unlinkat', 'openat'}


@functools.cache
def prepared():
    d = SHARED.name
    subprocess.run(shlex.split(os.environ.get('CC', 'cc'))
                   + ['-std=c11', '-D_GNU_SOURCE', '-shared', '-fPIC', '-o',
                      f'{d}/fault.so',
                      os.path.join(os.path.dirname(__file__), '..', 'lib',
                                   'fault.c'), '-ldl'], check=True)
    src = qwen3.write(f'{d}/src', qwen3.numbered(qwen3.split_shapes()))
    expect(run('convert', src, f'{d}/golden', *OPTIONS), 0)
    return src, harness.tree(f'{d}/golden'), f'{d}/fault.so'


def struck(d, call, n, how):
    """Runs with one fault; None where there are fewer calls than n."""
    src, _, library = prepared()
    log = f'{d}/struck'
    done = run('convert', src, f'{d}/dst', *OPTIONS, env={
        'LD_PRELOAD': library, 'WEFT_FAULT': f'{call}:{n}:{how}',
        'WEFT_FAULT_LOG': log,
        'ASAN_OPTIONS': 'verify_asan_link_order=0'})
    if not os.path.exists(log):
        expect(done, 0)
        clear(d, 'no fault', False)
        return None
    os.remove(log)
    return done


def clear(d, done, may_be_left):
    _, golden, _ = prepared()
    if os.path.isdir(f'{d}/dst'):
        same(harness.tree(f'{d}/dst'), golden, f'{done}: the target')
        subprocess.run(['rm', '-r', f'{d}/dst'], check=True)
    elif not may_be_left:
        absent(f'{d}/dst')


def fail(d, call, error, again):
    src, golden, _ = prepared()
    n = 0
    while done := struck(d, call, f'{n + 1}{again}', error):
        n += 1
        name = f'{call} {n}{again} {errno.errorcode[error]}: {done}'
        check(done.code in CODES | {0}, name)
        check(done.code == 0 or 'error: ' in done.err, name)
        check(os.path.isdir(f'{d}/dst') == (done.code == 0), name)
        clear(d, name, call in CLEARING)
        expect(run('convert', src, f'{d}/dst', *OPTIONS), 0)
        clear(d, name, False)
    return n


def every(d, call, *errors, least):
    with unchanged(prepared()[0]):
        for error in errors:
            for again in ('', '+'):
                n = fail(d, call, error, again)
                check(n >= least, f'{call} was called {n} times only')


@case
def reading_fails(d):
    every(d, 'pread', errno.EIO, least=20)


@case
def writing_fails(d):
    every(d, 'pwrite', errno.EIO, errno.ENOSPC, least=20)


@case
def syncing_fails(d):
    every(d, 'fsync', errno.EIO, least=10)


@case
def reserving_fails(d):
    every(d, 'fallocate', errno.ENOSPC, errno.EDQUOT, least=10)


@case
def reserving_is_unknown(d):
    """Not a failure: the file is made long instead."""
    n = fail(d, 'fallocate', errno.EOPNOTSUPP, '+')
    check(n >= 10, n)
    expect(struck(d, 'fallocate', '1+', errno.EOPNOTSUPP), 0)


@case
def advice_to_the_disk_is_not_taken(d):
    """Not a failure: the sync at the end does it all."""
    s = dict(H=1000, L=1, E=5, F=700, N=2, G=1, D=6, V=7000)
    src = qwen3.write(f'{d}/src', st.random_tensors(qwen3.split_shapes(s)),
                      qwen3.config_of(s))
    log = f'{d}/struck'
    for fault in ('none', 'sync_file_range:1+:%d' % errno.ENOSYS,
                  'sync_file_range:2:%d' % errno.EIO):
        expect(run('convert', src, f'{d}/dst', '--to', 'fused', env={
            'LD_PRELOAD': prepared()[2], 'WEFT_FAULT': fault,
            'WEFT_FAULT_LOG': log,
            'ASAN_OPTIONS': 'verify_asan_link_order=0'}), 0)
        check(os.path.exists(log) == (fault != 'none'), fault)
        expect(run('verify', src, f'{d}/dst'), 0)
        shutil.rmtree(f'{d}/dst')


@case
def opening_fails(d):
    every(d, 'openat', errno.EMFILE, errno.EACCES, least=10)


@case
def making_and_renaming_fail(d):
    every(d, 'mkdirat', errno.EROFS, least=1)
    every(d, 'renameat2', errno.EIO, least=1)
    every(d, 'unlinkat', errno.EIO, least=1)


@case
def signals_behind_every_call(d):
    """Exit code 0 means that the target is there, and only that."""
    src, golden, _ = prepared()
    with unchanged(src):
        for call in ('pwrite', 'fsync', 'pread', 'fallocate', 'renameat2'):
            n = 0
            while done := struck(d, call, n + 1, f's{signal.SIGINT:d}'):
                n += 1
                name = f'{call} {n}: {done}'
                check(done.code in (0, 128 + signal.SIGINT), name)
                check(os.path.isdir(f'{d}/dst') == (done.code == 0), name)
                clear(d, name, False)
            check(n > 0, f'{call} was not called')


harness.main()
