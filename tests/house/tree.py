"""The files of the tree, and how the tests of the house report."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GENERATED = {".git", "build", "__pycache__"}


def files():
    """Paths, relative to the root, of all files that belong to the project: those git knows, or,
    where this is no checkout, those that are there."""
    done = None
    if (ROOT / ".git").exists() and shutil.which("git"):
        done = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done and done.returncode == 0 and done.stdout:
        names = done.stdout.decode().split("\0")
        return sorted(n for n in names if n and (ROOT / n).is_file())
    found = []
    for directory, below, names in os.walk(ROOT):
        below[:] = [d for d in below if d not in GENERATED and not d.startswith("build-")]
        found += [os.path.relpath(os.path.join(directory, n), ROOT) for n in names]
    return sorted(found)


def text(name):
    """A file's text, or None for one that is not text."""
    raw = (ROOT / name).read_bytes()
    if b"\0" in raw:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


class Report:
    """A line a case; a case without faults is `ok`."""

    def __init__(self):
        self.failed = False

    def case(self, name, faults):
        faults = list(faults)
        for fault in faults:
            print("not ok %s: %s" % (name, fault))
        if not faults:
            print("ok %s" % name)
        self.failed = self.failed or bool(faults)

    def end(self):
        sys.exit(1 if self.failed else 0)
