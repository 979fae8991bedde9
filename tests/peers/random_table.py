"""Random tables: rows of a few small axes, each with a random place in every
layout. All of the language that says where an element lies has a part in it:
families stored as axes or in keys, parts of splits, products, pads, cuts, sums,
ranks in directories, repetition, block diagonals, conditions, ops."""

import copy
import random
from math import prod

import numpy
from random_parts import Layout, RandomIndex, RandomOps, RandomPlace, RandomRow, factors_of, tells
from reference import Hole, size_of
from table_text import Amount, Named

LARGEST = 2000  # elements of a row
WIDEST = 8000   # of all its stored tensors of one layout, with padding
KEYS = 40       # stored tensors of one place
DTYPES = ["int16", "uint16", "float16", "int32", "uint32", "float32", "float64", "int64"]
WORDS = "gate up down query key value w1 w2 w3 first last xy z".split()


class RandomTable(RandomOps):
    def __init__(self, seed, count):
        self.rng = random.Random(seed)
        self.name = "random_%d" % seed
        self.config, self.sizes, self.texts, self.amounts = {}, {}, {}, 0
        self.rows, self.packs, self.places = [], [], {}
        self.layouts = [self.layout(name) for name in "abc"]
        self.columns = {layout.name: set() for layout in self.layouts}
        self.mark()
        while len(self.rows) <= count:
            if self.chance(0.15) and len(self.rows) < count - 1:
                self.pack_group("%d" % len(self.rows))
            else:
                self.single("%d" % len(self.rows))

    def chance(self, p):
        return self.rng.random() < p

    # ---- layouts and values ----

    def layout(self, name):
        made = Layout(name)
        ranks = {"t": self.rng.choice((2, 3, 4))} if self.chance(0.45) else {}
        if ranks and self.chance(0.4):
            ranks["s"] = self.rng.choice((2, 3))
        made.ranks = {rank: self.amount(size, rank + name) for rank, size in ranks.items()}
        made.directory = self.rng.randrange(3)
        by_let = ranks and self.chance(0.5)
        made.copies = {rank: size for rank, size in made.ranks.items() if rank != "t" or not by_let}
        if not ranks and self.chance(0.5):
            made.copies = {"x": self.amount(self.rng.choice((2, 3)), "x" + name)}
        return made

    def declare(self, name, number):
        """A size of the model, from its config."""
        if self.chance(0.2):
            self.config.setdefault("dims", {})[name.lower()] = number
            self.sizes[name] = "dims." + name.lower()
        else:
            self.config[name.lower()] = number
            self.sizes[name] = name.lower()
        return name

    def amount(self, number, hint):
        """A number as such, or by a size, or by an expression."""
        what = self.rng.random()
        if what < 0.7:
            return number
        self.amounts += 1
        name = "Z%d_%s" % (self.amounts, hint)
        if what < 0.85:
            return Amount(number, self.declare(name, number))
        return Amount(number, "(%s + 1)" % self.declare(name, number - 1))

    def mark(self):
        """The row that tells layouts apart, and gives lets their rank."""
        axis = RandomIndex("m", 12, size_name=self.declare("M", 12))
        row = RandomRow("mark", [], [axis], numpy.dtype("int32"))
        row.values = numpy.arange(1, 13, dtype="int32")
        self.rows.append(row)
        for layout in self.layouts:
            place = RandomPlace([layout.name + ".mark"], axes=[("axis", "m")], shows_axes=False)
            if layout.part:
                size = layout.ranks[layout.part]
                layout.lets.parts["m"] = [(layout.part, size), ("mc", 12 // size)]
                layout.named.add(layout.part)
                place.axes, place.shows_axes = [("axis", "mc")], True
            self.direct(layout, place, {layout.part} if layout.part else set())
            self.places["mark", layout.name] = [place]

    # ---- rows ----

    def families(self, suffix):
        made, sizes = [], self.rng.sample([2, 3, 4, 5, 6], 3)
        for letter, size in list(zip("leb", sizes))[:self.rng.choice((0, 1, 1, 1, 2, 2, 3))]:
            name, what = letter + suffix, self.rng.random()
            if what < 0.25 and size < 6:
                made.append(RandomIndex(name, size, labels=self.rng.sample(WORDS, size)))
                continue
            first = self.rng.randint(1, 9) if what < 0.45 else 0
            made.append(RandomIndex(name, size, first, self.declare("K" + name.upper(), first) if first else "",
                                    size_name=self.declare(name.upper(), first + size)))
        return made

    def axes(self, letters, suffix, count):
        made = []
        for letter, size in zip(letters, self.rng.sample([2, 3, 4, 5, 6, 7, 8, 9, 10, 12], count)):
            name = letter + suffix
            own = "X" + name.upper() if self.chance(0.2) else name.upper()
            made.append(RandomIndex(name, size, size_name=self.declare(own, size)))
        return made

    def row(self, name, families, axes, dtype):
        shape = [index.size for index in families + axes]
        row = RandomRow(name, families, axes, numpy.dtype(dtype))
        count = prod(shape)
        first = self.rng.randint(10, 60000 - count if dtype in ("uint16", "float16") else 30000 - count)
        values = numpy.arange(first, first + count)
        bits = dtype == "float16"
        row.values = (values.astype("uint16").view("float16") if bits else values.astype(dtype)).reshape(shape)
        self.rows.append(row)
        return row

    def single(self, suffix):
        config, sizes = copy.deepcopy(self.config), dict(self.sizes)
        while True:
            self.config, self.sizes = copy.deepcopy(config), dict(sizes)
            families = self.families(suffix)
            axes = self.axes("fhgd", suffix, self.rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4)))
            if families + axes and prod(index.size for index in families + axes) <= LARGEST:
                break
        row = self.row("r" + suffix, families, axes, self.rng.choice(DTYPES))
        row.absent = self.chance(0.04)
        for layout in self.layouts:
            self.split_axes(layout, row.indices, row.indices)
            self.order_labels(layout, row)
            if self.chance(0.25):
                self.columns[layout.name].add(row.name)
            self.places[row.name, layout.name] = self.lines(layout, row)
        self.leave_out_a_size(row)

    def leave_out_a_size(self, row):
        """The size of one axis is not declared, where keys and shapes of every
        layout tell it: as a hole of its own, or as a factor without padding."""
        places = [place for layout in self.layouts for place in self.places[row.name, layout.name]]
        told = [index for index in row.axes
                if not any(index.name in layout.lets.parts for layout in self.layouts)
                and all(tells(place, index.name) for place in places)]
        if told and self.chance(0.5):
            index = self.rng.choice(told)
            del self.sizes[index.size_name]
            index.size_name, row.solved = "", index.name

    def order_labels(self, layout, row):
        """let p = …, for labels that no key of the layout has."""
        for index in row.families:
            if index.labels and self.chance(0.25):
                order = self.rng.sample(index.labels, index.size)
                if order != index.labels:
                    layout.orders[index.name] = order
                    layout.lets.orders[index.name] = [order.index(label) for label in index.labels]

    def split_axes(self, layout, indices, by_rank):
        """lets for these indices; at most one of those in `by_rank` is split
        by the rank."""
        rank = layout.part
        for index in indices:
            if index.labels or index.first:
                continue
            runs = rank and index.size % layout.ranks[rank] == 0 and index.size // layout.ranks[rank]
            if runs and runs > 1 and index in by_rank and self.chance(0.6):
                self.let(layout, index.name, [(rank, layout.ranks[rank])], runs)
                rank = None
            elif factors_of(index.size) and self.chance(0.4):
                self.let(layout, index.name, [], index.size)

    def is_by_rank(self, layout, name):
        """Split by the rank: so all places split it, which all name the rank."""
        return layout.part in dict(layout.lets.parts.get(name, []))

    def let(self, layout, name, parts, size):
        """Splits what is left of an index; parts may be split again."""
        rest = name + "abc"[len(parts)]
        ways = factors_of(size)
        if ways and (not parts or self.chance(0.3)):
            first = self.rng.choice(ways)
            parts = parts + [(rest, self.amount(first, rest))]
            rest, size = rest + "r", size // first
        parts = self.rng.sample(parts + [(rest, size)], len(parts) + 1)
        layout.lets.parts[name] = parts
        left_out = rest if self.chance(0.8) else None
        layout.named |= {part for part, _ in parts if part != left_out}
        if factors_of(size) and self.chance(0.3):
            self.let(layout, rest, [], size)

    # ---- places ----

    def lines(self, layout, row):
        """The place lines of a row in a layout."""
        counted = [index for index in row.families
                   if index.name not in layout.orders and not self.is_by_rank(layout, index.name)]
        if counted and self.chance(0.15):
            return self.conditional(layout, row, self.rng.choice(counted))
        lines = [self.place(layout, row, "")]
        if self.chance(0.12):
            other = self.place(layout, row, "copy")
            other.optional = self.chance(0.4)
            other.form = "also optional" if other.optional else "also"
            lines.append(other)
        return lines

    def conditional(self, layout, row, index):
        first = self.place(layout, row, "", {index.name})
        other = self.place(layout, row, "other", {index.name})
        at = self.rng.randrange(1, index.size)
        if index.labels:
            first.form, other.form = "when %s == \"%s\"" % (index.name, index.labels[at]), "else"
            first.only = index.name, [at]
            other.only = index.name, [i for i in range(index.size) if i != at]
        else:
            bound = amount_text = at + index.first
            first.form = "when %s < %d" % (index.name, bound)
            other.form = self.rng.choice(("else", "when %s >= %d" % (index.name, amount_text)))
            first.only = index.name, list(range(at))
            other.only = index.name, list(range(at, index.size))
        return [first, other]

    def leaves(self, layout, names, whole=frozenset()):
        """Each index as such or, at random, as the parts of its split."""
        found = []
        for name in names:
            parts = layout.lets.parts.get(name)
            if parts and name not in whole and (self.is_by_rank(layout, name) or self.chance(0.7)):
                found += self.leaves(layout, [part for part, _ in parts])
            else:
                found.append(name)
        return found

    def sizes_of(self, layout, rows):
        sizes = {index.name: index.size for row in rows for index in row.indices}
        for parts in layout.lets.parts.values():
            sizes.update(parts)
        return {**layout.ranks, **layout.copies, **sizes}

    def place(self, layout, row, word, in_key=frozenset()):
        while True:
            made = self.try_place(layout, row, word, in_key)
            if made:
                return made

    def try_place(self, layout, row, word, in_key):
        sizes = self.sizes_of(layout, [row])
        axes = [index.name for index in row.axes]
        by_ops = self.chance(0.35) and not any(self.is_by_rank(layout, name) for name in axes)
        families = self.leaves(layout, [index.name for index in row.families], in_key)
        leaves = families + (axes if by_ops else self.leaves(layout, axes))
        key = [leaf for leaf in leaves if leaf in in_key or leaf == layout.part or self.is_in_key(leaf, families, axes, by_ops)]
        key = [leaf for leaf in key if leaf not in layout.orders]
        if prod(sizes[leaf] for leaf in key) > KEYS:
            return None
        place = RandomPlace([])
        stored = [leaf for leaf in leaves if leaf not in key]
        if by_ops:
            if not self.ops(layout, row, place, [leaf for leaf in stored if leaf not in axes], sizes):
                return None
        else:
            place.axes = self.factors(stored, sizes)
        self.finish(layout, [row], place, key, "r%s%s" % (row.name[1:], word), sizes, cut=not by_ops)
        plain = place.axes == [("axis", name) for name in axes]
        place.shows_axes = self.chance(0.25) if plain or place.ops else True
        if row.dtype == numpy.float32 and self.chance(0.2):
            place.steps = self.rng.sample([("add", -3), ("scale", 2), ("add", 1), ("scale", 0.5)], self.rng.choice((1, 2)))
        total = prod(size_of(factor, sizes) for factor in place.axes) * \
            prod(sizes[name] for hole in place.holes() for name in hole.names)
        return place if total <= WIDEST and len(place.axes) <= 8 else None

    def is_in_key(self, leaf, families, axes, by_ops):
        if leaf in families:
            return self.chance(0.5)
        return not by_ops and self.chance(0.08 if leaf in axes else 0.25)

    # ---- axes ----

    def factors(self, names, sizes, extra=()):
        """Factors of these axes, in random order and random products."""
        items = [("axis", name) for name in names]
        if items and self.chance(0.06):
            name = self.rng.choice(names)
            if sizes[name] <= 5:
                items.append(("axis", name))  # a block diagonal
        items += extra
        self.rng.shuffle(items)
        made = []
        while items:
            count = self.rng.choice((1, 1, 2, 2, 3, len(items)))
            made.append(self.tree(items[:count], sizes))
            items = items[count:]
        if self.chance(0.1):
            made.insert(self.rng.randint(0, len(made)), ("one",))
        return made

    def tree(self, items, sizes):
        if len(items) == 1:
            made = items[0]
        else:
            cut = sorted(self.rng.sample(range(1, len(items)), self.rng.randint(1, len(items) - 1)))
            parts = [items[i:j] for i, j in zip([0] + cut, cut + [len(items)])]
            inner = [self.tree(part, sizes) if self.chance(0.6) or len(part) == 1 else ("product", part)
                     for part in parts]
            if self.chance(0.05):
                inner.insert(self.rng.randint(0, len(inner)), ("one",))
            made = ("product", inner)
        while self.chance(0.15):
            made = self.padded(made, size_of(made, sizes))
        return made

    def padded(self, factor, size):
        if self.chance(0.6):
            return "multiple", factor, self.amount(self.rng.randint(2, 8), "pad")
        return "exact", factor, self.amount(size + self.rng.randint(0, 3), "pad")

    def cut(self, place, name, sizes):
        """Cuts one stored axis by an index of the key, padded if need be."""
        at = self.rng.randrange(len(place.axes))
        factor = place.axes[at]
        if "cut" in str(factor):
            return
        if size_of(factor, sizes) % sizes[name]:
            factor = "multiple", factor, self.amount(sizes[name] * self.rng.randint(1, 2), "cut")
        place.axes[at] = "cut", factor, name

    def parts_of(self, layout, factor):
        """What split makes of an axis, or None."""
        if factor[0] == "product":
            return None if any(part[0] == "product" for part in factor[1]) else factor[1]
        parts = layout.lets.parts.get(factor[1]) if factor[0] == "axis" else None
        if not parts or layout.part in (part for part, _ in parts):
            return None
        return [("axis", part) for part, _ in parts]

    # ---- keys ----

    def finish(self, layout, rows, place, key, word, sizes, cut=True):
        """The key and directory of a place, repetition, cuts."""
        indices = {index.name: index for index in rows[0].indices}
        used = set(key)
        start = "%s.%s" % (layout.name, word)
        place.key = [start]
        if self.chance(0.1):
            name = "T%d_%s" % (len(self.texts), layout.name)
            self.texts[name] = start
            place.key = [Named(start, name)]
        if "x" in layout.copies and self.chance(0.35):
            place.extras["x"] = sizes["x"]
            key = key + ["x"]
        self.direct(layout, place, used)
        key = [leaf for leaf in key if leaf not in layout.ranks]
        self.rng.shuffle(key)
        while key:
            if len(key) > 1 and self.chance(0.25) and all(self.counts(indices, leaf) for leaf in key[:2]):
                hole, key = Hole(key[:2]), key[2:]
            else:
                hole, key = self.hole(indices, key[0]), key[1:]
            place.key += [self.rng.choice((".", "_", "/", "-w")), hole]
        place.key += [self.rng.choice(("", ".weight"))]
        pinned = {name for hole in place.holes() for name in hole.pins}
        for name in place.extras:
            if cut and place.axes and name not in pinned and self.chance(0.5):
                self.cut(place, name, sizes)

    def counts(self, indices, leaf):
        return leaf not in indices or not (indices[leaf].labels or indices[leaf].first)

    def hole(self, indices, name):
        index = indices.get(name)
        if index and index.labels:
            return Hole([name], labels=self.rng.sample(["u-%d" % i for i in range(9)], index.size)
                        if self.chance(0.4) else None)
        what = self.rng.random()
        if what < 0.15:
            return Hole([name], width=2)
        if what < 0.3:
            return Hole([name], shift=self.rng.randint(1, 3))
        if what < 0.5 and index and index.first:
            return Hole([name], shift=-index.first)
        return Hole([name])

    def direct(self, layout, place, used):
        """The directory, in layouts by rank. Ranks that split no axis of this
        place are repetition, or pinned."""
        if not layout.ranks:
            return
        for name, size in layout.ranks.items():
            if name not in used:
                place.extras[name] = size
        names = list(layout.ranks)
        pins = {name: self.rng.randrange(layout.ranks[name]) for name in names
                if name == "s" and self.chance(0.3)}
        if len(names) == 1:
            place.directory = [("rank", "tp_", "r-")[layout.directory], Hole(names, width=2 * (layout.directory == 2))]
        elif layout.directory == 0:
            place.directory = ["rank", Hole(names[::-1], pins=pins)]
        else:
            place.directory = ["tp", Hole(["t"]), ".pp", Hole(["s"], pins=pins)]

    # ---- packs ----

    def pack_group(self, suffix):
        """Rows that lie side by side in some layouts."""
        count = self.rng.choice((2, 2, 3))
        while True:
            families = [index for index in self.families(suffix) if not index.labels or self.chance(0.5)]
            shared = self.axes("hgd", suffix, self.rng.choice((0, 1, 1, 2)))
            own = [self.axes("fq", suffix + "abc"[k], self.rng.choice((0, 1, 1, 2))) for k in range(count)]
            most = prod(index.size for index in families + shared) * \
                max(prod(index.size for index in axes) for axes in own)
            if most <= LARGEST // 2 and all(shared + axes for axes in own):
                break
        dtype = self.rng.choice(DTYPES)
        rows = []
        for k, axes in enumerate(own):
            axes = self.rng.sample(shared + axes, len(shared + axes))
            rows.append(self.row("r%s%s" % (suffix, "abc"[k]), families, axes, dtype))
        always = self.rng.randrange(len(self.layouts))
        for at, layout in enumerate(self.layouts):
            self.split_axes(layout, families + shared + [index for axes in own for index in axes], families + shared)
            if at == always or self.chance(0.4):
                self.pack(layout, rows, families + shared, own, suffix)
                continue
            for row in rows:
                self.places[row.name, layout.name] = self.lines(layout, row)

    def pack(self, layout, rows, shared, own, suffix):
        while True:
            place = self.try_pack(layout, rows, shared, own, suffix)
            if place:
                break
        indices = {index.name: index for index in rows[0].indices}
        self.packs.append((layout.name, place, indices))
        for row in rows:
            self.places[row.name, layout.name] = [place]

    def try_pack(self, layout, rows, shared, own, suffix):
        sizes = self.sizes_of(layout, rows)
        leaves = self.leaves(layout, [index.name for index in shared])
        key = [leaf for leaf in leaves if leaf == layout.part or self.chance(0.35)]
        stored = [leaf for leaf in leaves if leaf not in key]
        inside = [leaf for leaf in stored if self.chance(0.2)]
        terms = []
        for row, axes in zip(rows, own):
            items = [("axis", leaf) for leaf in self.leaves(layout, [index.name for index in axes]) + inside]
            self.rng.shuffle(items)
            terms.append((row.name, self.tree(items, sizes) if items else ("one",)))
        sums = [("sum", self.rng.sample(terms, len(terms)))]
        if self.chance(0.1):  # rows along a diagonal
            sums.append(("sum", [(row.name, ("one",)) for row in rows]))
        place = RandomPlace([], pack=True)
        place.axes = self.factors([leaf for leaf in stored if leaf not in inside], sizes, sums)
        self.finish(layout, rows, place, key, "p" + suffix, sizes)
        names = [name for hole in place.holes() for name in hole.names]
        total = prod(size_of(factor, sizes) for factor in place.axes) * prod(sizes[name] for name in names)
        fits = total <= 2 * WIDEST and prod(sizes[leaf] for leaf in key) <= KEYS and len(place.axes) <= 8
        return place if fits else None
