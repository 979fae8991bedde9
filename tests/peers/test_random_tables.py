"""Random tables against numpy: what a converter writes, from every layout to
every other one, is what the interpreters of reference.py store there.

With arguments SEED [ROW], prints that table (with that row alone) and runs it;
the files stay in the directory that it names."""

import json
import random
import sys
import tempfile
from pathlib import Path

import numpy
import peer
import safetensors.numpy
from random_table import RandomTable
from reference import store, store_by_ops
from table_text import table_text

MODELS = 40
ROWS = 28  # of a model, beside the one that tells the layouts apart
FIRST = 1000  # the seeds are the following ones


def stored_tensors(table, layout, optional):
    """All stored tensors of a layout: (directory, key) to array; and those that
    no target has. Ops are run in both ways, which must agree."""
    tensors, left_out = {}, set()
    for row in table.rows:
        if row.absent:
            continue
        for place in table.places[row.name, layout.name]:
            before = set(tensors)
            if place.optional and not optional:
                continue
            pack = place.pack and [other for other in table.rows if place in table.places[other.name, layout.name]]
            store(row, place, layout.lets, tensors, pack)
            if place.optional:
                left_out |= set(tensors) - before
            if place.ops:
                check_ops(row, place, layout, tensors)
    return tensors, left_out


def check_ops(row, place, layout, tensors):
    found = {}
    store_by_ops(row, place, layout.lets, found)
    for name, array in found.items():
        if array.shape != tensors[name].shape or array.tobytes() != tensors[name].tobytes():
            raise AssertionError("%s: the ops as run and their axes differ" % row.name)


def write(directory, table, tensors, rng):
    """A checkpoint: one file, or several with an index, in each directory."""
    directory.mkdir()
    (directory / "config.json").write_text(json.dumps(table.config))
    for name in sorted({name for name, _ in tensors}):
        files = {key: array for (where, key), array in tensors.items() if where == name}
        (directory / name).mkdir(parents=True, exist_ok=True)
        write_shards(directory / name, files, rng.choice((1, 1, 3)))


def write_shards(directory, tensors, count):
    if count == 1:
        safetensors.numpy.save_file(tensors, directory / "model.safetensors")
        return
    names = ["model-%05d-of-%05d.safetensors" % (i + 1, count) for i in range(count)]
    where = {key: names[i % count] for i, key in enumerate(tensors)}
    for name in names:
        safetensors.numpy.save_file({key: array for key, array in tensors.items() if where[key] == name},
                                    directory / name)
    index = {"metadata": {"total_size": sum(array.nbytes for array in tensors.values())}, "weight_map": where}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index))


def read(directory):
    tensors = {}
    for path in sorted(directory.rglob("*.safetensors")):
        where = str(path.parent.relative_to(directory))
        for key, array in safetensors.numpy.load_file(path).items():
            tensors["" if where == "." else where, key] = array
    return tensors


def check_equal(found, expected):
    peer.check(set(found) == set(expected), "only found: %s\nonly expected: %s" %
               (sorted(set(found) - set(expected))[:4], sorted(set(expected) - set(found))[:4]))
    wrong = [name for name in sorted(expected) if found[name].dtype != expected[name].dtype or
             found[name].shape != expected[name].shape or found[name].tobytes() != expected[name].tobytes()]
    shown = "\n".join("%s: %s %s, expected %s" % ("/".join(name).lstrip("/"), found[name].dtype, found[name].shape,
                                                 expected[name].shape) for name in wrong[:6])
    peer.check(not wrong, "%d of %d tensors differ\n%s" % (len(wrong), len(expected), shown))


def refuse(converter, at, table, kind, source, target, tensors, name, rng):
    """A conversion of these must fail, name the tensor, and leave nothing."""
    write(at / kind, table, tensors, rng)
    said = peer.run(converter, "convert", at / kind, at / "refused", "--from", source.name, "--to", target.name,
                    code=65, errors=True)
    peer.check(not (at / "refused").exists(), "%s in %s: refused, and yet there is a target" % (kind, source.name))
    if name:
        peer.check(name in said, "%s in %s: %s is not named:\n%s" % (kind, source.name, name, said))
    (at / kind).rename(at / (kind + "-" + source.name))


def changed(array, where):
    """With another element there; none of the tables' own is 1."""
    array = array.copy()
    array[where] = 1
    return array


def is_repeated(place):
    """Is there a copy of each element under another key?"""
    pinned = {name for hole in place.holes() for name in hole.pins}
    free = [name for name in place.extras if name not in pinned and "'%s')" % name not in str(place.axes)]
    return place.form.startswith("also") or bool(free)


def tensors_where(table, layout, holds):
    """Stored tensors of the places for which a predicate holds."""
    found = {}
    for row in table.rows:
        if row.absent or row.name == "mark":
            continue
        for place in table.places[row.name, layout.name]:
            if not place.pack and not place.optional and holds(row, place):
                store(row, place, layout.lets, found)
    return found


def check_refusals(converter, at, table, source, target, tensors, rng):
    """Elements where padding or an off-diagonal is zero, copies that differ,
    tensors too few or too many."""
    padded = [name for name, array in tensors.items() if not array.all()]
    if padded:
        name = rng.choice(padded)
        where = tuple(rng.choice(numpy.argwhere(tensors[name] == 0).tolist()))
        refuse(converter, at, table, "padding", source, target,
               {**tensors, name: changed(tensors[name], where)}, name[1], rng)
    repeated = tensors_where(table, source, lambda row, place: is_repeated(place))
    repeated = sorted(name for name, array in repeated.items() if array.any())
    if repeated:
        name = rng.choice(repeated)
        where = tuple(rng.choice(numpy.argwhere(tensors[name] != 0).tolist()))
        refuse(converter, at, table, "copy", source, target,
               {**tensors, name: changed(tensors[name], where)}, None, rng)
    names = sorted(tensors_where(table, source, lambda row, place: not row.solved))
    if names:
        name = rng.choice(names)
        refuse(converter, at, table, "missing", source, target,
               {key: array for key, array in tensors.items() if key != name}, None, rng)
    extra = min(tensors)[0], source.name + ".unknown.0"
    refuse(converter, at, table, "extra", source, target,
           {**tensors, extra: numpy.ones(3, "int32")}, extra[1], rng)


def run_table(table, at, yaml=False):
    """Builds and runs one table: every layout to every other one."""
    rng = random.Random(table.name)
    path = at / (table.name + ".weft")
    path.write_text(table_text(table))
    if yaml:
        text = peer.run(peer.WEFT, "fmt", "--to", "yaml", path)
        path = at / (table.name + ".weft.yaml")
        path.write_text(text)
    converter = peer.build(path)
    for source in table.layouts:
        tensors, _ = stored_tensors(table, source, rng.random() < 0.5)
        write(at / source.name, table, tensors, rng)
        for target in table.layouts:
            if target is not source:
                convert(converter, at, table, source, target, rng)
        others = [layout for layout in table.layouts if layout is not source]
        check_refusals(converter, at, table, source, rng.choice(others), tensors, rng)


def convert(converter, at, table, source, target, rng):
    expected, left_out = stored_tensors(table, target, True)
    result = at / ("%s-to-%s" % (source.name, target.name))
    options = rng.choice(([], ["--max-shard-size", 3000], ["--memory", "1MiB", "--threads", 3]))
    try:
        peer.run(converter, "convert", at / source.name, result, "--to", target.name, *options)
        check_equal(read(result), {name: array for name, array in expected.items() if name not in left_out})
        peer.check((result / "config.json").read_bytes() == (at / source.name / "config.json").read_bytes(),
                   "config.json differs")
        peer.run(converter, "verify", at / source.name, result)
    except peer.Failure as failure:
        raise peer.Failure("from %s to %s: %s" % (source.name, target.name, failure)) from None


def check_table(seed, yaml):
    with peer.scratch() as scratch:
        run_table(RandomTable(seed, ROWS), Path(scratch), yaml)


def keep_only(table, name):
    """One row, with those that it shares a pack with."""
    packs = [place for layout in table.layouts for place in table.places[name, layout.name] if place.pack]
    names = {"mark", name} | {row.name for row in table.rows for layout in table.layouts
                              for place in table.places[row.name, layout.name] if any(place is p for p in packs)}
    table.rows = [row for row in table.rows if row.name in names]
    table.packs = [pack for pack in table.packs if any(pack[1] is p for p in packs)]
    used = table_text(table)
    for layout in table.layouts:
        layout.lets.parts = {index: parts for index, parts in layout.lets.parts.items() if index in used.split("tensor", 1)[1]}
        layout.orders = {index: order for index, order in layout.orders.items() if index in used.split("tensor", 1)[1]}
    return table


def show(seed, names):
    table = RandomTable(seed, ROWS)
    if names:
        keep_only(table, names[0])
    at = Path(tempfile.mkdtemp(prefix="weft-table-"))
    print(table_text(table))
    print(at, flush=True)
    run_table(table, at, "yaml" in names)


def main():
    if len(sys.argv) > 1:
        show(int(sys.argv[1]), sys.argv[2:])
        return
    rows = 0
    for seed in range(FIRST, FIRST + MODELS):
        yaml = seed % 4 == 3
        rows += ROWS
        peer.case("random tables seed=%d: %d rows x 3 layouts%s" % (seed, ROWS, ", as YAML" if yaml else ""),
                  check_table, seed, yaml)
    print("# %d random tables, each from every one of its layouts to every other one" % rows)
    peer.finish()


main()
