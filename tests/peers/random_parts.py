"""What random tables are made of, and the ops of their places."""

from dataclasses import dataclass, field

from reference import Index, Lets, Place, Row, size_of


@dataclass
class RandomIndex(Index):
    size_name: str = ""


@dataclass
class RandomRow(Row):
    absent: bool = False
    solved: str = ""  # the axis whose size is not declared


@dataclass
class RandomPlace(Place):
    form: str = ""            # when …, else, also
    shows_axes: bool = True
    optional: bool = False    # also optional: may be in a source
    pack: bool = False


@dataclass
class Layout:
    name: str
    ranks: dict = field(default_factory=dict)  # indices of its directories
    directory: int = 0        # which form these have
    copies: dict = field(default_factory=dict)  # for x < n
    lets: Lets = field(default_factory=Lets)
    named: set = field(default_factory=set)    # parts whose size is written
    orders: dict = field(default_factory=dict) # let p = …

    @property
    def part(self):
        """The rank that lets name, if its directories are by a let's part."""
        return next((name for name in self.ranks if name not in self.copies), None)


def factors_of(number):
    return [k for k in range(2, number) if number % k == 0]


def tells(place, name):
    """Does the size of an axis follow from the keys or shapes of a place?"""
    if any(hole.names == [name] for hole in place.holes()):
        return True
    if any(name in hole.names for hole in place.holes()):
        return False
    return str(place.axes).count("'%s'" % name) == 1 and any(holds(factor, name) for factor in place.axes)


def holds(factor, name):
    return factor == ("axis", name) or (factor[0] == "product" and any(holds(inner, name) for inner in factor[1]))


class RandomOps:
    """Ops that put axes where they have to be; of a table, which has a random
    generator and knows how to pad and split."""

    def ops(self, layout, row, place, stack, sizes):
        """Ops that store these indices and turn the axes about."""
        place.ops, axes = [], [("axis", index.name) for index in row.axes]
        steps = self.rng.choice((0, 1, 1, 2, 3)) + len(stack)
        while steps > 0 or stack:
            steps -= 1
            if stack and self.rng.random() * (steps + 1) < len(stack):
                name = stack.pop(self.rng.randrange(len(stack)))
                self.op_index(place.ops, axes, name)
            elif axes:
                self.op_axes(layout, place.ops, axes, sizes)
        place.axes = axes
        return len(place.ops) <= 8

    def number(self, at, count):
        return at - count if self.chance(0.3) else at

    def op_index(self, ops, axes, name):
        what = self.rng.choice(("stack", "fuse", "interleave") if axes else ("stack",))
        if what == "stack":
            at = self.rng.randint(0, len(axes))
            ops.append((what, name, self.number(at, len(axes) + 1)))
            axes.insert(at, ("axis", name))
            return
        at = self.rng.randrange(len(axes))
        ops.append((what, name, self.number(at, len(axes))))
        pair = [("axis", name), axes[at]]
        axes[at] = "product", pair if what == "fuse" else pair[::-1]

    def op_axes(self, layout, ops, axes, sizes):
        count = len(axes)
        what = self.rng.choice(("transpose", "permute", "pad", "split", "split", "merge"))
        at = self.rng.randrange(count)
        if what == "transpose" and count > 1:
            a, b = self.rng.sample(range(count), 2)
            ops.append((what, self.number(a, count), self.number(b, count)))
            axes[a], axes[b] = axes[b], axes[a]
        elif what == "permute" and count > 1:
            order = self.rng.sample(range(count), count)
            ops.append((what, *(self.number(k, count) for k in order)))
            axes[:] = [axes[k] for k in order]
        elif what == "merge" and count > 1:
            a, b = sorted(self.rng.sample(range(count), 2))
            ops.append((what, self.number(a, count), self.number(b, count)))
            axes[a:b + 1] = [("product", axes[a:b + 1])]
        elif what == "pad":
            kind, _, number = axes[at] = self.padded(axes[at], size_of(axes[at], sizes))
            ops.append((what, self.number(at, count), number, kind == "exact"))
        elif what == "split":
            parts = self.parts_of(layout, axes[at])
            if parts:
                ops.append((what, self.number(at, count), [size_of(part, sizes) for part in parts]))
                axes[at:at + 1] = parts
