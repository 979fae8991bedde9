#!/usr/bin/env python3
"""Golden tests of what `weft lint` says.

A test is a table NAME.weft or NAME.weft.yaml with the messages in NAME.expect.
NAME begins with a row of compiler/checks.def, as in key-overlap-2, and the row
must be in the messages; clean-NAME must lint without a word. A directory
NAME.files holds what the table uses. --update writes the messages anew.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
UPDATE = "--update" in sys.argv
EXIT = {"clean": 0, "warning": 0, "error": 1}


def rows():
    text = (ROOT / "compiler/checks.def").read_text()
    return dict(re.findall(r'^CHECK\(\w+, "([a-z-]+)", "((?:[^"\\]|\\.)*)"\)', text, re.M))


def row_of(name, known):
    """The row that a test is about: the longest whose name it begins with."""
    fits = [r for r in known if name == r or re.fullmatch(re.escape(r) + r"-[a-z0-9-]+", name)]
    return max(fits, key=len, default=None)


def lint(path):
    done = subprocess.run([WEFT, "lint", path.relative_to(ROOT)], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    return done.returncode, done.stderr


def compare(expect, found):
    if not expect.exists():
        return "has no " + expect.name
    wanted = expect.read_text().splitlines()
    for i, (a, b) in enumerate(zip(wanted, found.splitlines())):
        if a != b:
            return "line %d: expected %r, found %r" % (i + 1, a, b)
    if len(wanted) != len(found.splitlines()):
        return "expected %d lines, found %d" % (len(wanted), len(found.splitlines()))
    return None


def judge(path, name, known, tested):
    code, found = lint(path)
    if name.startswith("clean-"):
        return found.splitlines()[0] if found else None if code == 0 else "exit code %d" % code
    row = row_of(name, known)
    if not row:
        return "its name begins with no row of checks.def"
    if "[%s]" % row not in found:
        return "[%s] is not in the messages" % row
    tested.add(row)
    severity = "warning" if known[row].startswith("a warning:") else "error"
    if severity == "error" and not re.search(r": error: .*\[%s\]" % row, found):
        return "[%s] is no error" % row
    if code != EXIT["error" if ": error: " in found else "warning"]:
        return "exit code %d" % code
    expect = path.parent / (name + ".expect")
    if UPDATE:
        expect.write_text(found)
    return compare(expect, found)


def main():
    known, tested, failed = rows(), set(), 0
    results = []
    tables = sorted(list(HERE.glob("*.weft")) + list(HERE.glob("*.weft.yaml")))
    for path in tables:
        name = path.name.split(".")[0]
        results.append((path.name, judge(path, name, known, tested)))
    names = {path.name.split(".")[0] for path in tables}
    results += [(e.name, "has no table") for e in sorted(HERE.glob("*.expect")) if e.stem not in names]
    results += [(row, None if row in tested else "no test of this row passes") for row in known]
    for name, why in results:
        print("not ok %s: %s" % (name, why) if why else "ok %s" % name)
        failed += why is not None
    sys.exit(1 if failed else 0)


main()
