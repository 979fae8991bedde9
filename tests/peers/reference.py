"""What a place means, in numpy: an interpreter of axes expressions, written
from their meaning and not from weft, and one of ops, which runs each op on
arrays as torch would. Both give the stored tensors of a row.

A factor is a tuple:

    ("axis", NAME)  ("one",)  ("product", [FACTOR...])  ("sum", [(ROW, FACTOR)...])
    ("multiple", FACTOR, N)  ("exact", FACTOR, N)  ("cut", FACTOR, NAME)
"""

from dataclasses import dataclass, field
from itertools import product

import numpy


@dataclass
class Index:
    """A family index or an axis: counts from `first`, or has labels."""
    name: str
    size: int
    first: int = 0
    first_name: str = ""  # of the size that `first` is
    labels: list = None


@dataclass
class Row:
    name: str
    families: list
    axes: list
    dtype: object
    values: object = None  # an array over the families, then the axes

    @property
    def indices(self):
        return self.families + self.axes


@dataclass
class Hole:
    """A hole of a key. Several names are one index, slowest first; a name may
    be pinned to a number."""
    names: list
    width: int = 0
    shift: int = 0
    labels: list = None
    pins: dict = field(default_factory=dict)


@dataclass
class Place:
    key: list               # texts and Holes
    directory: list = None
    axes: list = None       # factors
    ops: list = None        # [(NAME, ARGUMENTS...)], where ops are written
    steps: list = field(default_factory=list)  # [("add" or "scale", NUMBER)]
    only: tuple = None      # (NAME, indices it is for): a condition
    extras: dict = field(default_factory=dict)  # indices only it has: sizes

    def holes(self):
        return [part for part in (self.directory or []) + self.key if isinstance(part, Hole)]


@dataclass
class Lets:
    """What one layout splits and reorders."""
    parts: dict = field(default_factory=dict)   # name: [(part, size)...]
    orders: dict = field(default_factory=dict)  # name: where each label lies


def size_of(factor, sizes):
    kind = factor[0]
    if kind == "axis":
        return sizes[factor[1]]
    if kind == "one":
        return 1
    if kind == "product":
        return int(numpy.prod([size_of(f, sizes) for f in factor[1]], dtype=int))
    if kind == "sum":
        return sum(size_of(f, sizes) for _, f in factor[1])
    if kind == "multiple":
        return -(-size_of(factor[1], sizes) // factor[2]) * factor[2]
    if kind == "exact":
        return factor[2]
    return size_of(factor[1], sizes) // sizes[factor[2]]


def offset_of(factor, at, sizes, row):
    """Where the elements lie along this factor, and which of them are there:
    behind a cut, those of the run that the key names."""
    kind, here = factor[0], True
    if kind == "axis":
        return at[factor[1]], True
    if kind == "one":
        return 0, True
    if kind == "product":
        offset = 0
        for inner in factor[1]:
            add, there = offset_of(inner, at, sizes, row)
            offset, here = offset * size_of(inner, sizes) + add, here & there
        return offset, here
    if kind == "sum":
        before = 0
        for name, inner in factor[1]:
            if name == row:
                offset, here = offset_of(inner, at, sizes, row)
                return before + offset, here
            before += size_of(inner, sizes)
        raise KeyError(row)
    offset, here = offset_of(factor[1], at, sizes, row)
    if kind != "cut":
        return offset, here
    run = size_of(factor, sizes)
    return offset % run, here & (at[factor[2]] == offset // run)


def all_sizes(rows, lets, extras):
    sizes = {index.name: index.size for row in rows for index in row.indices}
    for parts in lets.parts.values():
        sizes.update(parts)
    return {**sizes, **extras}


def split(at, lets):
    """Adds the coordinates of the parts to those of the wholes."""
    waiting = list(at)
    while waiting:
        name = waiting.pop()
        if name not in lets.parts:
            continue
        parts = lets.parts[name]
        for (part, _), where in zip(parts, numpy.unravel_index(at[name], [size for _, size in parts])):
            at[part] = where
            waiting.append(part)


def spell(parts, values, sizes, indices):
    """A key: its holes filled with values (names to numbers, counted from 0)."""
    text = ""
    for part in parts or []:
        if isinstance(part, str):
            text += part
            continue
        number, index = 0, indices.get(part.names[0])
        for name in part.names:
            number = number * sizes[name] + values[name]
        if index and index.labels:
            text += (part.labels or index.labels)[number]
        else:
            text += str(number + (index.first if index else 0) + part.shift).rjust(part.width, "0")
    return text


def key_values(row, place, sizes):
    """All that the indices of the key can be."""
    names, pins = [], {}
    for hole in place.holes():
        names += [name for name in hole.names if name not in names]
        pins.update(hole.pins)
    ranges = [[pins[name]] if name in pins
              else place.only[1] if place.only and place.only[0] == name
              else range(sizes[name]) for name in names]
    return [dict(zip(names, values)) for values in product(*ranges)]


def stepped(values, steps):
    for what, number in steps:
        values = values + values.dtype.type(number) if what == "add" else values * values.dtype.type(number)
    return values


def store(row, place, lets, stored, pack=()):
    """Adds the stored tensors of a place to `stored`: (directory, key) to
    array. Of a pack, whose rows are given, each row adds its own elements."""
    sizes = all_sizes(pack or [row], lets, place.extras)
    indices = {index.name: index for index in row.indices}
    names = list(indices) + list(place.extras)
    grid = numpy.indices([sizes[name] for name in names], dtype=numpy.int64)
    at = {name: coordinates.ravel() for name, coordinates in zip(names, grid)}
    values = stepped(row.values[tuple(at[index.name] for index in row.indices)], place.steps)
    split(at, lets)
    lies = {name: numpy.array(order)[at[name]] for name, order in lets.orders.items() if name in at}
    shape = [size_of(factor, sizes) for factor in place.axes]
    found = [offset_of(factor, {**at, **lies}, sizes, row.name) for factor in place.axes]
    for key in key_values(row, place, sizes):
        here = numpy.ones(len(values), bool)
        for name, value in key.items():
            here &= at[name] == value
        for _, there in found:
            here &= there
        name = (spell(place.directory, key, sizes, indices), spell(place.key, key, sizes, indices))
        if not pack and name in stored:
            raise AssertionError("the generator made %s twice" % (name,))
        array = stored.setdefault(name, numpy.zeros(shape, row.dtype))
        where = tuple(numpy.broadcast_to(offset, len(values))[here] for offset, _ in found)
        if array.shape != tuple(shape) or (array[where] != 0).any():
            raise AssertionError("the generator made %s of rows that do not fit" % (name,))
        array[where] = values[here] if where else values[here][0]


# ---- ops -------------------------------------------------------------------

def run_op(slices, names, op, lets):
    """One op on the tensors of all indices that are not yet stored: `slices`
    maps their values to arrays, `names` says which indices these are."""
    what, *arguments = op
    if what in ("stack", "fuse", "interleave"):
        name, axis = arguments
        at = names.index(name)
        joined = {}
        for values in sorted(slices):
            joined.setdefault(values[:at] + values[at + 1:], []).append(slices[values])
        join = {"stack": lambda arrays: numpy.stack(arrays, axis),
                "fuse": lambda arrays: numpy.concatenate(arrays, axis),
                "interleave": lambda arrays: interleave(arrays, axis)}[what]
        return {rest: join(arrays) for rest, arrays in joined.items()}, names[:at] + names[at + 1:]
    run = {"transpose": lambda array: array.swapaxes(*arguments),
           "permute": lambda array: array.transpose(arguments),
           "split": lambda array: split_axis(array, *arguments),
           "merge": lambda array: merge_axes(array, *arguments),
           "pad": lambda array: pad_axis(array, *arguments)}[what]
    return {values: run(array) for values, array in slices.items()}, names


def interleave(arrays, axis):
    axis %= arrays[0].ndim
    return merge_axes(numpy.stack(arrays, axis + 1), axis, axis + 1)


def split_axis(array, axis, sizes):
    axis %= array.ndim
    return array.reshape(array.shape[:axis] + tuple(sizes) + array.shape[axis + 1:])


def merge_axes(array, first, last):
    first, last = first % array.ndim, last % array.ndim
    return array.reshape(array.shape[:first] + (-1,) + array.shape[last + 1:])


def pad_axis(array, axis, number, exact):
    size = array.shape[axis]
    width = [(0, 0)] * array.ndim
    width[axis] = (0, (number if exact else -(-size // number) * number) - size)
    return numpy.pad(array, width)


def parts_named(name, lets, named):
    """The parts of an index, as far as it is split here: to what is named."""
    if name in named:
        return [name]
    return [inner for part, _ in lets.parts[name] for inner in parts_named(part, lets, named)]


def store_by_ops(row, place, lets, stored):
    """The same as store(), by running the place's ops."""
    sizes = all_sizes([row], lets, place.extras)
    indices = {index.name: index for index in row.indices}
    named = {name for hole in place.holes() for name in hole.names} | {op[1] for op in place.ops}
    names = [name for index in row.families for name in parts_named(index.name, lets, named)]
    shape = [sizes[name] for name in names]
    values = stepped(row.values, place.steps).reshape(shape + [index.size for index in row.axes])
    for name, order in lets.orders.items():
        if name in names:
            values = numpy.take(values, numpy.argsort(order), names.index(name))
    slices = {key: values[key] for key in numpy.ndindex(*shape)}
    for op in place.ops:
        slices, names = run_op(slices, names, op, lets)
    for key in key_values(row, place, sizes):
        array = slices[tuple(key[name] for name in names)]
        name = (spell(place.directory, key, sizes, indices), spell(place.key, key, sizes, indices))
        stored[name] = array
