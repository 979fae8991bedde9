"""End-to-end tests: cases, the converter as a child process, and what a tree
of files holds.

A case is a function of a fresh directory, under its own name; it fails by an
exception. main() runs all of a file and prints `ok NAME` or `not ok NAME: why`.
"""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback

TABLE = 'qwen3_moe'
CASES = []


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def converter():
    return os.path.abspath(os.path.join(os.environ.get('BUILD', 'build'),
                                        TABLE))


class Done:
    """What a finished run left: exit code (negative: a signal), stdout and
    stderr as text, seconds, and the largest resident set in bytes."""

    def __init__(self, arguments, code, out, err, seconds, rss):
        self.arguments, self.code = arguments, code
        self.out, self.err = out, err
        self.seconds, self.rss = seconds, rss

    def __str__(self):
        return (f'`{" ".join(self.arguments)}` ended with {self.code}, '
                f'stdout {self.out[:300]!r}, stderr {self.err[:900]!r}')


class Started:
    """A converter that runs."""

    def __init__(self, *arguments, cwd=None, env=None, umask=None, program=None,
                 before=None):
        self.arguments = [str(a) for a in arguments]
        self.out = tempfile.TemporaryFile()
        self.err = tempfile.TemporaryFile()
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            (program or [converter()]) + self.arguments, cwd=cwd,
            env=dict(os.environ, **(env or {})), stdin=subprocess.DEVNULL,
            stdout=self.out, stderr=self.err, preexec_fn=before,
            umask=-1 if umask is None else umask)

    def kill(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def is_running(self):
        return self.process.returncode is None and not os.waitid(
            os.P_PID, self.process.pid,
            os.WEXITED | os.WNOHANG | os.WNOWAIT)

    def wait(self, timeout=60):
        previous = signal.signal(signal.SIGALRM, lambda *_: self.kill(9))
        signal.alarm(timeout)
        _, status, usage = os.wait4(self.process.pid, 0)
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (self.out, self.err):
            stream.seek(0)
            texts.append(stream.read().decode(errors='replace'))
            stream.close()
        return Done(self.arguments, self.process.returncode, *texts,
                    time.monotonic() - self.begin, usage.ru_maxrss * 1024)


def run(*arguments, timeout=60, **how):
    return Started(*arguments, **how).wait(timeout)


def check(condition, why):
    if not condition:
        raise Failure(why)


def same(found, wanted, what):
    if found != wanted:
        raise Failure(f'{what} is {found!r}, expected {wanted!r}')


def expect(done, code, *words):
    """The exit code, and words that have to be in the messages."""
    check(done.code == code, f'{done}; expected {code}')
    for word in words:
        check(word in done.err, f'{done}; expected {word!r} in it')
    return done


def convert(src, dst, *options, code=0, words=(), layout='fused', **how):
    """Converts; a failure has to leave nothing behind, and the source is the
    same afterwards."""
    with unchanged(src):
        done = expect(run('convert', src, dst, '--to', layout, *options, **how),
                      code, *words)
    if code:
        absent(dst)
    return done


def partial(dst):
    parent, name = os.path.split(os.path.abspath(dst))
    return os.path.join(parent, f'.{name}.weft-partial')


def absent(dst):
    for path in (dst, partial(dst)):
        check(not os.path.lexists(path), f'{path} was left behind')


def read(*path):
    with open(os.path.join(*path), 'rb') as f:
        return f.read()


def write(path, content):
    with open(path, 'wb') as f:
        f.write(content.encode() if isinstance(content, str) else content)
    return path


def tree(path):
    """{relative path: digest, or where a link leads}"""
    found = {}
    for directory, dirs, files in os.walk(path):
        for name in dirs + files:
            full = os.path.join(directory, name)
            at = os.path.relpath(full, path)
            if os.path.islink(full):
                found[at] = 'link to ' + os.readlink(full)
            elif os.path.isfile(full):
                found[at] = hashlib.sha256(read(full)).hexdigest()
            else:
                found[at] = 'directory' if os.path.isdir(full) else 'other'
    return found


def state(path):
    """What must stay as it is where nothing may be written."""
    stats = {}
    for directory, _, files in os.walk(path):
        for name in files + ['']:
            full = os.path.join(directory, name)
            s = os.lstat(full)
            stats[full] = (s.st_ino, s.st_size, s.st_mtime_ns, s.st_mode)
    return stats


@contextlib.contextmanager
def unchanged(path):
    before = state(path) if os.path.isdir(path) else os.path.exists(path)
    yield
    after = state(path) if os.path.isdir(path) else os.path.exists(path)
    check(before == after, f'{path} was changed')


def same_tree(a, b):
    one, other = tree(a), tree(b)
    for name in sorted(set(one) | set(other)):
        if one.get(name) != other.get(name):
            raise Failure(f'{name} is {one.get(name)} in {a}, '
                          f'{other.get(name)} in {b}')


def result_of(function):
    with tempfile.TemporaryDirectory() as directory:
        try:
            function(directory)
        except Skip as skip:
            return True, f' # skipped: {skip}'
        except Failure as failure:
            return False, ': ' + str(failure).replace(directory, '$D')
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            return False, (f': {type(error).__name__}: {error} '
                           f'({os.path.basename(at.filename)}:{at.lineno})')
    return True, ''


def main():
    wanted, failed = sys.argv[1:], 0
    for function in CASES:
        name = function.__name__.replace('_', ' ')
        if wanted and not any(w in name for w in wanted):
            continue
        good, text = result_of(function)
        failed += not good
        print(('ok ' if good else 'not ok ') + name
              + text.replace('\n', '\\n'), flush=True)
    sys.exit(1 if failed else 0)
