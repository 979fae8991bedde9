#!/usr/bin/env python3
"""What may stand in the tree: names at the top, sizes, lines, words."""

import re
from pathlib import PurePosixPath

from tree import ROOT, Report, files, text

TOP = {"Makefile", "README.md", "LICENSE", ".gitignore", ".ci", "grammar", "compiler", "runtime",
       "mappings", "tests", "examples", "docs"}
BELOW = {
    "runtime": {"formats", "io", "kernels", "cli"},
    "tests": {"run", "bench", "checks", "compiler", "e2e", "fuzz", "golden", "house", "kernels", "lib",
              "peers", "runtime", "twins"},
    "compiler": set(), "grammar": set(), "mappings": {"lib"}, "docs": set(),
}
C = {".c", ".h", ".re", ".y", ".inc", ".def"}
# The files whose rows are data, which have no size to stay near.
DATA = ("docs/", "tests/golden/", "tests/checks/", "tests/twins/", "tests/peers/manifests/",
        "tests/fuzz/", "LICENSE", "README.md")
LINES = 500
GRAMMAR_LINES = 1000
COLUMNS = 100


def suffix(name):
    return PurePosixPath(name).suffix


def top_faults():
    for top in sorted({name.split("/")[0] for name in files()} - TOP):
        yield "%s is no part of the house (docs/house.md)" % top
    for name in files():
        parts = name.split("/")
        if len(parts) > 2 and parts[0] in BELOW and parts[1] not in BELOW[parts[0]]:
            yield "%s: %s/ has no directory %s" % (name, parts[0], parts[1])
        if not re.fullmatch(r"[A-Za-z0-9_.+/-]+", name):
            yield "%s: a name of other than letters, digits and . _ -" % ascii(name)


def size_faults():
    for name in files():
        if name.startswith(DATA) or text(name) is None:
            continue
        # A grammar is one file, as bison wants it.
        limit = GRAMMAR_LINES if suffix(name) == ".y" else LINES
        n = text(name).count("\n")
        if n > limit:
            yield "%s has %d lines, more than %d" % (name, n, limit)


def width(line):
    """In columns, with tabs to the next eighth."""
    return len(line.expandtabs(8))


def line_faults():
    for name in files():
        if suffix(name) not in C - {".def"} or name.startswith("tests/golden/"):
            continue
        for i, line in enumerate(text(name).split("\n"), 1):
            if width(line) > COLUMNS:
                yield "%s:%d has %d columns, more than %d" % (name, i, width(line), COLUMNS)


def blank_faults():
    for name in files():
        body = text(name)
        if body is None or name.startswith(("tests/golden/", "tests/checks/", "tests/fuzz/")):
            continue
        for i, line in enumerate(body.split("\n"), 1):
            if line != line.rstrip():
                yield "%s:%d ends with a blank" % (name, i)
        if body and not body.endswith("\n"):
            yield "%s does not end with a newline" % name


# Put together here, so that this file is no find of its own.
MACHINE = re.compile(r"(?<![\w.<>{}\"'*-])/(" + "|".join(["wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + "me/"])
                     + r")\b")
MARKS = ["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK", "T" + "BD"]
PHRASES = ["for " + "now", "place" + "holder", "not yet " + "implemented", "un" + "implemented",
           "left as an " + "exercise"]
UNFINISHED = re.compile(r"\b(" + "|".join(MARKS) + "|(?i:" + "|".join(PHRASES) + r"))\b")


def found(pattern, skip=()):
    for name in files():
        body = text(name)
        if body is None or name in skip or name.startswith("tests/fuzz/"):
            continue
        for i, line in enumerate(body.split("\n"), 1):
            if pattern.search(line):
                yield "%s:%d: %s" % (name, i, line.strip()[:80])


def executable_faults():
    """A test that is not executable would silently not be run."""
    for name in files():
        if not re.fullmatch(r"tests/(checks|compiler|e2e|golden|house|kernels|runtime|twins)/[^/]+\.(py|sh)", name):
            continue
        script = text(name).startswith("#!")
        if script != bool((ROOT / name).stat().st_mode & 0o111):
            yield "%s is %s" % (name, "not executable" if script else "executable without a first line #!")


report = Report()
report.case("top", top_faults())
report.case("sizes", size_faults())
report.case("columns", line_faults())
report.case("blanks", blank_faults())
report.case("machine", found(MACHINE))
report.case("unfinished", found(UNFINISHED, {"LICENSE"}))
report.case("executable", executable_faults())
report.end()
