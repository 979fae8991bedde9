#!/usr/bin/env python3
"""Ops run on axes symbolically, against numpy.

A table of random op lines is printed by --dump=places. numpy runs the same ops on an array that holds, in each
element, the number of its logical index; the axes that weft prints must place every index where numpy has it.
"""

import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
SIZES = dict(a=2, b=3, c=5, x=4, y=7)   # a b c are axes, x y are indices
CASES = 300


class Case:
    """One random line: its ops, and what numpy makes of them."""

    def __init__(self, rng):
        self.ops = []
        sizes = [SIZES[n] for n in ("x", "y", "a", "b", "c")]
        whole = numpy.arange(numpy.prod(sizes)).reshape(sizes)
        # x and y are indices of the family: one array for each pair, as a dict.
        self.arrays = {(i, j): whole[i, j] for i in range(4) for j in range(7)}
        self.free = ["x", "y"]
        steps = [self.stack, self.stack, self.transpose, self.permute, self.merge, self.pad, self.join]
        rng.shuffle(steps)
        for step in steps:
            step(rng)
        while self.free:
            self.stack(rng)

    def rank(self):
        return next(iter(self.arrays.values())).ndim

    def number(self, rng, at, rank):
        return at if rng.random() < .5 else at - rank

    def each(self, function):
        self.arrays = {key: function(a) for key, a in self.arrays.items()}

    def take(self, name, function):
        """Gathers the arrays over one index: function gets their list."""
        at = 0 if name == "x" else 1
        if all(len(k) == 1 for k in self.arrays):
            groups = {(): [self.arrays[k] for k in sorted(self.arrays)]}
        else:
            groups = {}
            for key in sorted(self.arrays):
                groups.setdefault((key[1 - at],), []).append(self.arrays[key])
        self.arrays = {key: function(list_) for key, list_ in groups.items()}

    def stack(self, rng):
        if not self.free:
            return
        name = self.free.pop(rng.randrange(len(self.free)))
        at = rng.randrange(self.rank() + 1)
        self.ops.append("stack %s %d" % (name, self.number(rng, at, self.rank() + 1)))
        self.take(name, lambda list_: numpy.stack(list_, at))

    def join(self, rng):
        if not self.free:
            return
        name = self.free.pop(rng.randrange(len(self.free)))
        at, fuse = rng.randrange(self.rank()), rng.random() < .5
        self.ops.append("%s %s %d" % ("fuse" if fuse else "interleave", name, self.number(rng, at, self.rank())))
        if fuse:
            self.take(name, lambda list_: numpy.concatenate(list_, at))
            return

        def interleave(list_):
            joined = numpy.stack(list_, at + 1)
            shape = list(joined.shape)
            return joined.reshape(shape[:at] + [shape[at] * shape[at + 1]] + shape[at + 2:])
        self.take(name, interleave)

    def transpose(self, rng):
        a, b = rng.randrange(self.rank()), rng.randrange(self.rank())
        self.ops.append("transpose %d %d" % (self.number(rng, a, self.rank()), self.number(rng, b, self.rank())))
        self.each(lambda array: array.swapaxes(a, b))

    def permute(self, rng):
        order = list(range(self.rank()))
        rng.shuffle(order)
        self.ops.append("permute " + " ".join(str(self.number(rng, i, self.rank())) for i in order))
        self.each(lambda array: array.transpose(order))

    def merge(self, rng):
        if self.rank() < 2:
            return
        a = rng.randrange(self.rank() - 1)
        b = rng.randrange(a + 1, self.rank())
        self.ops.append("merge %d %d" % (self.number(rng, a, self.rank()), self.number(rng, b, self.rank())))
        self.each(lambda array: array.reshape(array.shape[:a] + (-1,) + array.shape[b + 1:]))

    def pad(self, rng):
        at, n, exact = rng.randrange(self.rank()), rng.randrange(2, 9), rng.random() < .3
        shape = next(iter(self.arrays.values())).shape
        size = shape[at] + n if exact else -(-shape[at] // n) * n
        self.ops.append("pad %d %s%d" % (self.number(rng, at, self.rank()), "= " if exact else "", size if exact else n))
        widths = [(0, size - s if i == at else 0) for i, s in enumerate(shape)]
        self.each(lambda array: numpy.pad(array, widths, constant_values=-1))


def parse(text):
    tokens = re.findall(r"[a-z]+|\d+|\^=|[()\[\]^]", text)

    def factors(end):
        found = []
        while tokens[0] != end:
            token = tokens.pop(0)
            factor = ("product", factors(")")) if token == "(" else ("axis", token)
            while tokens[0] in ("^", "^="):
                factor = (tokens.pop(0), factor, int(tokens.pop(0)))
            found.append(factor)
        tokens.pop(0)
        return found
    assert tokens.pop(0) == "["
    return factors("]")


def place(factor, at):
    """Size and offset of one factor at an index."""
    if factor[0] == "axis":
        return SIZES[factor[1]], at[factor[1]]
    if factor[0] == "product":
        size, offset = 1, 0
        for inner in factor[1]:
            n, o = place(inner, at)
            size, offset = size * n, offset * n + o
        return size, offset
    size, offset = place(factor[1], at)
    return (-(-size // factor[2]) * factor[2] if factor[0] == "^" else factor[2]), offset


def judge(case, axes):
    (array,) = case.arrays.values()
    tree = parse(axes)
    shape = tuple(place(f, dict.fromkeys("abcxy", 0))[0] for f in tree)
    if shape != array.shape:
        return "%s has the shape %s, numpy's is %s" % (axes, shape, array.shape)
    names = ("x", "y", "a", "b", "c")
    for number, index in enumerate(itertools.product(*(range(SIZES[n]) for n in names))):
        at = dict(zip(names, index))
        where = tuple(place(f, at)[1] for f in tree)
        if array[where] != number:
            return "%s puts %s at %s, where numpy has %d" % (axes, at, where, array[where])
    return None


def main():
    rng = random.Random(7)
    cases = [Case(rng) for _ in range(CASES)]
    lines = ["model m", "layout hf {", "  detect has(t.0)", "}"]
    for i, case in enumerate(cases):
        lines += ["tensor t%d [a b c] for x < 4, y < 7 {" % i, "  hf t.%d | %s" % (i, " | ".join(case.ops)), "}"]
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "ops.weft")
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        done = subprocess.run([WEFT, path, "--dump=places"], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
    printed = re.findall(r"^    axes (.*)$", done.stdout, re.M)
    failed = 0
    if done.returncode or len(printed) != CASES:
        print("not ok ops: exit code %d, %d places: %s" % (done.returncode, len(printed), done.stderr[:300]))
        sys.exit(1)
    for i, (case, axes) in enumerate(zip(cases, printed)):
        why = judge(case, axes)
        if why:
            print("not ok ops %d: %s: %s" % (i, " | ".join(case.ops), why))
            failed += 1
    print("ok %d of %d random lines of ops are what numpy makes of them" % (CASES - failed, CASES))
    sys.exit(1 if failed else 0)


main()
