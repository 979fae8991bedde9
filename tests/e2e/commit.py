#!/usr/bin/python3
"""The target is absent or whole, whatever happens: kills, signals, a full
disk, a source that changes, other converters."""

import functools
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import (Skip, Started, absent, case, check, convert, expect,
                     partial, read, run, same, same_tree, unchanged)

SPLIT = qwen3.numbered(qwen3.split_shapes())
# About 20 MB.
LARGE = dict(H=384, L=2, E=8, F=500, N=4, G=2, D=64, V=700)
DRAWS = random.Random(7)
SHARED = tempfile.TemporaryDirectory()


@functools.cache
def large():
    """A source of 20 MB, what the target becomes, and the seconds it takes."""
    d = SHARED.name
    src = qwen3.write(f'{d}/src', st.random_tensors(qwen3.split_shapes(LARGE)),
                      qwen3.config_of(LARGE), shards=3)
    harness.write(f'{src}/tokenizer.json', os.urandom(3000000))
    times = []
    for i in range(3):
        shutil.rmtree(f'{d}/golden', ignore_errors=True)
        times.append(expect(start(src, f'{d}/golden').wait(), 0).seconds)
    expect(run('verify', src, f'{d}/golden'), 0)
    size = sum(os.path.getsize(f'{d}/golden/{n}')
               for n in os.listdir(f'{d}/golden'))
    return src, harness.tree(f'{d}/golden'), min(times), size


def holds(dst, golden):
    same(harness.tree(dst), golden, dst)


def start(src, dst, **how):
    return Started('convert', src, dst, '--to', 'fused', '--max-shard-size',
                   '9MB', '--threads', '2', **how)


def is_root():
    return os.geteuid() == 0


def as_nobody():
    os.setgid(65534)
    os.setuid(65534)


@case
def a_target_that_exists(d):
    src = qwen3.write(f'{d}/src', SPLIT)
    harness.write(f'{d}/file', 'x')
    os.makedirs(f'{d}/full/sub')
    os.mkdir(f'{d}/real')
    os.symlink('real', f'{d}/link')
    os.symlink('nowhere', f'{d}/dangling')
    os.mkfifo(f'{d}/fifo')
    for name, words in (('file', 'directory'), ('full', 'not empty'),
                        ('link', 'symbolic link'), ('fifo', 'directory'),
                        ('dangling', 'symbolic link'),
                        ('no/such', 'No such file'), ('file/x', 'Not a dir')):
        before = harness.tree(d)
        done = run('convert', src, f'{d}/{name}', '--to', 'fused', timeout=5)
        expect(done, 73, words, name.split('/')[0])
        same(harness.tree(d), before, f'what is there after {name}')
    expect(run('convert', src, '/', '--to', 'fused'), 73)
    expect(run('convert', src, '', '--to', 'fused'), 64, 'empty')


@case
def an_empty_directory_is_filled(d):
    src = qwen3.write(f'{d}/src', SPLIT)
    os.mkdir(f'{d}/dst')
    expect(run('convert', src, f'{d}/dst/', '--to', 'fused'), 0)
    expect(run('verify', src, f'{d}/dst'), 0)
    os.mkdir(f'{d}/here')
    expect(run('convert', '../src', '.', '--to', 'fused', cwd=f'{d}/here'), 0)
    same_tree(f'{d}/dst', f'{d}/here')


@case
def a_target_around_or_inside_the_source(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    os.symlink('a/src', f'{d}/link')
    os.link(f'{src}/model.safetensors', f'{d}/hard')
    before = harness.tree(d)
    for dst in (src, f'{src}/', f'{src}/.', f'{src}/sub', f'{d}/a', f'{d}',
                f'{d}/link/sub', f'{src}/../src/x', f'{d}/link/'):
        done = run('convert', src, dst, '--to', 'fused')
        check(done.code in (64, 73) and 'convert' not in done.out, done)
        same(harness.tree(d), before, f'what is there after {dst}')
    for dst in (f'{d}/link', f'{d}/hard'):
        done = run('convert', src, dst, '--to', 'fused')
        check(done.code in (64, 73), done)
        same(harness.tree(d), before, f'what is there after {dst}')
    expect(run('convert', src, f'{src}/model.safetensors', '--to', 'fused'),
           64, 'inside')
    expect(run('convert', f'{src}/model.safetensors', f'{src}/sub', '--to',
               'fused'), 0)


@case
def kill_9_at_any_time(d):
    """The target is absent or whole; the next run says that one was killed,
    and makes the same bytes."""
    src, golden, seconds, _ = large()
    said = whole = 0
    for number in range(60):
        dst = f'{d}/dst'
        job = start(src, dst)
        time.sleep(DRAWS.uniform(0, seconds * 1.1))
        job.kill(signal.SIGKILL)
        done = job.wait()
        check(done.code in (0, -9), done)
        left = os.path.exists(partial(dst)) and os.listdir(partial(dst))
        if os.path.exists(dst):
            whole += 1
            holds(dst, golden)
        if number % 3 and not os.path.exists(dst):
            again = expect(start(src, dst).wait(), 0)
            check(bool(left) == ('was killed' in again.err),
                  f'left {left}, then {again}')
            said += bool(left)
            holds(dst, golden)
        shutil.rmtree(dst, ignore_errors=True)
    check(said >= 10, f'only {said} of 60 kills left anything behind')
    check(set(os.listdir(d)) <= {'.dst.weft-partial'}, os.listdir(d))


@case
def kill_9_of_the_run_after(d):
    """Runs that are killed one after another leave one directory, not many."""
    src, golden, seconds, _ = large()
    for number in range(12):
        job = start(src, f'{d}/dst')
        time.sleep(DRAWS.uniform(0.2, 0.9) * seconds)
        job.kill(signal.SIGKILL)
        job.wait()
        shutil.rmtree(f'{d}/dst', ignore_errors=True)
        hidden = [n for n in os.listdir(d) if n.startswith('.')]
        check(len(hidden) <= 1, hidden)
    expect(start(src, f'{d}/dst').wait(), 0)
    holds(f'{d}/dst', golden)
    same([n for n in os.listdir(d) if n.startswith('.')], [], 'hidden files')


@case
def signals_stop_at_once(d):
    src, golden, seconds, _ = large()
    with unchanged(src):
        stopped = 0
        for number in range(18):
            kind = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[number % 3]
            job = start(src, f'{d}/dst')
            time.sleep(DRAWS.uniform(0.1, 0.8) * seconds)
            before = time.monotonic()
            job.kill(kind)
            done = job.wait()
            check(time.monotonic() - before < 1, 'more than a second')
            if done.code == 0:
                holds(f'{d}/dst', golden)
                shutil.rmtree(f'{d}/dst')
                continue
            # Before the signals are caught, they end the process.
            check(done.code in (128 + kind, -kind), done)
            stopped += done.code > 0
            absent(f'{d}/dst')
    check(stopped >= 6, f'only {stopped} of 18 were stopped')


@case
def a_full_disk(d):
    """From too small for anything to just enough."""
    src, golden, _, need = large()
    mount = f'{d}/disk'
    os.mkdir(mount)
    last = None
    for size in (64 << 10, 1 << 20, need // 2, need - 300000, need + 400000):
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}',
                           'tmpfs', mount], stderr=subprocess.DEVNULL).returncode:
            raise Skip('no tmpfs can be mounted here')
        try:
            last = start(src, f'{mount}/dst').wait()
            if last.code == 0:
                holds(f'{mount}/dst', golden)
                continue
            check(last.code in (73, 74), last)
            check('free' in last.err or 'No space' in last.err, last)
            absent(f'{mount}/dst')
            same(os.listdir(mount), [], 'what is left on the disk')
        finally:
            subprocess.run(['umount', '-l', mount])
    same(last.code, 0, f'the exit code with {need + 400000} bytes')


@case
def a_disk_that_fills_up_meanwhile(d):
    """What was free at the start is taken by someone else."""
    src, golden, _, need = large()
    mount = f'{d}/disk'
    os.mkdir(mount)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={need + 500000}',
                       'tmpfs', mount], stderr=subprocess.DEVNULL).returncode:
        raise Skip('no tmpfs can be mounted here')
    failed = 0
    try:
        for number in range(6):
            job = start(src, f'{mount}/dst')
            while job.is_running() and not os.path.exists(
                    partial(f'{mount}/dst')):
                pass
            with open(f'{mount}/other', 'wb') as f:
                try:
                    for _ in range(40):
                        f.write(bytes(200000))
                        f.flush()
                except OSError:
                    pass
            done = job.wait()
            os.remove(f'{mount}/other')
            if done.code == 0:
                holds(f'{mount}/dst', golden)
                shutil.rmtree(f'{mount}/dst')
                continue
            failed += 1
            check(done.code in (73, 74), done)
            absent(f'{mount}/dst')
    finally:
        subprocess.run(['umount', '-l', mount])
    check(failed, 'it never did')


@case
def a_limit_on_the_size_of_files(d):
    src, *_ = large()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))

    done = start(src, f'{d}/dst', before=limit).wait()
    check(done.code in (73, 74) and 'File too large' in done.err, done)
    absent(f'{d}/dst')


@case
def few_descriptors(d):
    src = qwen3.write(f'{d}/src', SPLIT, shards=60)
    convert(src, f'{d}/golden', '--max-shard-size', '1')

    for number in (3, 4, 6, 8, 12, 20, 40, 200):
        done = run('convert', src, f'{d}/dst', '--to', 'fused',
                   '--max-shard-size', '1', before=lambda: resource.setrlimit(
                       resource.RLIMIT_NOFILE, (number, number)))
        if done.code:
            check(done.code == 71 and 'Too many open' in done.err or
                  number < 5, f'{number}: {done}')
            check(number < 20, f'{number} should do: {done}')
            check(not os.path.exists(f'{d}/dst'), 'there is a target')
            if number > 6:
                absent(f'{d}/dst')
        else:
            same_tree(f'{d}/golden', f'{d}/dst')
            shutil.rmtree(f'{d}/dst')


@case
def a_source_that_changes_meanwhile(d):
    """An error, never SIGBUS, never a target."""
    origin, golden, _, _ = large()
    files = sorted(n for n in os.listdir(origin) if n.endswith('.safetensors'))
    src, refused = f'{d}/src', 0
    for number in range(32):
        shutil.rmtree(src, ignore_errors=True)
        shutil.copytree(origin, src)
        name = DRAWS.choice(files)
        file, size = f'{src}/{name}', os.path.getsize(f'{src}/{name}')
        job = start(src, f'{d}/dst')
        while job.is_running() and not os.path.exists(partial(f'{d}/dst')):
            pass
        time.sleep(DRAWS.choice((0, 0.002, 0.005, 0.01)))
        if number % 4 == 0:
            os.truncate(file, DRAWS.randrange(size))
        elif number % 4 == 1:
            with open(file, 'r+b') as f:
                f.seek(DRAWS.randrange(size))
                f.write(b'?')
        elif number % 4 == 2:
            shutil.copyfile(file, f'{file}.new')
            os.rename(f'{file}.new', file)
        else:
            os.remove(file)
        done = job.wait()
        if done.code == 0:
            holds(f'{d}/dst', golden)
            shutil.rmtree(f'{d}/dst')
        else:
            refused += 1
            check(done.code in (65, 66, 74) and name in done.err, done)
            absent(f'{d}/dst')
    check(refused >= 12, f'only {refused} of 32 were refused')


def for_all(d):
    """The converter where anybody can run it."""
    return shutil.copy(harness.converter(), d)


@case
def a_parent_that_cannot_be_written(d):
    if not is_root():
        raise Skip('needs to become someone else')
    os.chmod(d, 0o755)
    src = qwen3.write(f'{d}/src', SPLIT)
    os.mkdir(f'{d}/parent', 0o555)
    os.mkdir(f'{d}/parent/empty')
    for name in ('dst', 'empty'):
        done = Started('convert', src, f'{d}/parent/{name}', '--to', 'fused',
                       program=[for_all(d)], before=as_nobody).wait()
        expect(done, 73, 'Permission denied', 'parent')
    same(sorted(os.listdir(f'{d}/parent')), ['empty'], 'the parent')


@case
def a_source_that_cannot_be_read(d):
    if not is_root():
        raise Skip('needs to become someone else')
    os.chmod(d, 0o755)
    src = qwen3.write(f'{d}/src', SPLIT)
    os.mkdir(f'{d}/out')
    os.chmod(f'{d}/out', 0o777)
    for name in ('model.safetensors', 'config.json', ''):
        os.chmod(f'{src}/{name}', 0)
        done = Started('convert', src, f'{d}/out/dst', '--to', 'fused',
                       program=[for_all(d)], before=as_nobody).wait()
        expect(done, 66, 'Permission denied')
        os.chmod(f'{src}/{name}', 0o755)
    absent(f'{d}/out/dst')


@case
def umasks_are_respected(d):
    src = qwen3.write(f'{d}/src', SPLIT)
    for umask in (0o022, 0o027, 0o077, 0o002):
        dst = f'{d}/{umask:03o}'
        expect(run('convert', src, dst, '--to', 'fused', umask=umask), 0)
        same(os.stat(dst).st_mode & 0o777, 0o777 & ~umask, 'the directory')
        for name in os.listdir(dst):
            same(os.stat(f'{dst}/{name}').st_mode & 0o777, 0o666 & ~umask,
                 name)
    done = run('convert', src, f'{d}/none', '--to', 'fused', umask=0o777)
    expect(done, 73, 'umask')
    absent(f'{d}/none')


@case
def two_converters_on_one_target(d):
    src, golden, _, need = large()
    busy = 0
    for number in range(8):
        jobs = [start(src, f'{d}/dst') for _ in range(2)]
        done = [job.wait() for job in jobs]
        codes = sorted(x.code for x in done)
        check(codes in ([0, 73], [0, 75]), f'{codes} {done[0]} {done[1]}')
        busy += codes == [0, 75]
        for x in done:
            if x.code == 75:
                check('process ' in x.err and 'is writing' in x.err, x)
        holds(f'{d}/dst', golden)
        shutil.rmtree(f'{d}/dst')
    check(busy >= 4, f'only {busy} of 8 were busy')
    same([n for n in os.listdir(d) if n.startswith('.')], [], 'hidden files')


@case
def eight_converters_on_one_target(d):
    src, golden, _, need = large()
    jobs = [start(src, f'{d}/dst') for _ in range(8)]
    codes = [job.wait().code for job in jobs]
    check(codes.count(0) == 1 and set(codes) <= {0, 73, 75}, codes)
    holds(f'{d}/dst', golden)


def has_weights(path):
    return os.path.exists(path) and any(n.endswith('.safetensors')
                                        for n in os.listdir(path))


def make_file(path):
    with open(path, 'x') as file:
        file.write('mine')


@case
def a_target_that_appears_meanwhile(d):
    src, *_ = large()
    for make in (os.mkdir, make_file):
        done = None
        while not done:
            job = start(src, f'{d}/dst')
            while job.is_running() and not has_weights(partial(f'{d}/dst')):
                pass
            try:
                make(f'{d}/dst')
                done = job.wait()
            except FileExistsError:
                # The converter was first.
                expect(job.wait(), 0)
                shutil.rmtree(f'{d}/dst')
        if os.path.isdir(f'{d}/dst'):
            check(done.code == 73 and not os.listdir(f'{d}/dst'), done)
            os.rmdir(f'{d}/dst')
        else:
            expect(done, 73, 'appeared')
            same(read(f'{d}/dst'), b'mine', 'the file')
            os.remove(f'{d}/dst')
        check(not os.path.exists(partial(f'{d}/dst')), 'something is left')


harness.main()
