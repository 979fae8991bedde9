"""How random tables are spelled: tables of random_table.py as weft text."""

from reference import Hole


class Named(str):
    """A text of a key that the table spells as a hole, by this name."""

    def __new__(cls, text, name):
        made = super().__new__(cls, text)
        made.name = name
        return made


class Amount(int):
    """A number that the table spells as an expression."""

    def __new__(cls, number, text):
        made = super().__new__(cls, number)
        made.text = text
        return made


def amount(number):
    return number.text if isinstance(number, Amount) else str(number)


def factor_text(factor):
    kind = factor[0]
    if kind == "axis":
        return factor[1]
    if kind == "one":
        return "1"
    if kind == "product":
        return "(%s)" % " ".join(map(factor_text, factor[1]))
    if kind == "sum":
        return "(%s)" % " + ".join("%s:%s" % (row, factor_text(inner)) for row, inner in factor[1])
    if kind == "multiple":
        return "%s^%s" % (factor_text(factor[1]), amount(factor[2]))
    if kind == "exact":
        return "%s^=%s" % (factor_text(factor[1]), amount(factor[2]))
    return "%s/%s" % (factor_text(factor[1]), factor[2])


def axes_text(axes):
    return "[%s]" % " ".join(map(factor_text, axes))


def hole_text(hole, indices):
    pinned = ["%s=%s" % (name, hole.pins[name]) if name in hole.pins else name for name in hole.names]
    if len(pinned) > 1:
        return "{(%s)}" % " ".join(pinned)
    name, = pinned
    index = indices.get(name)
    if hole.labels:
        return "{%s:%s}" % (name, ",".join(hole.labels))
    if hole.width:
        return "{%s^=%d}" % (name, hole.width)
    if hole.shift > 0:
        return "{%s + %d}" % (name, hole.shift)
    if hole.shift < 0:
        return "{%s - %s}" % (name, index.first_name)
    return "{%s}" % name


def key_text(parts, indices):
    return "".join(hole_text(part, indices) if isinstance(part, Hole)
                   else "{%s}" % part.name if isinstance(part, Named) else part for part in parts)


def op_text(op):
    what, *arguments = op
    if what == "split":
        arguments = arguments[:1]
    if what == "pad":
        axis, number, exact = arguments
        return "pad %d %s%s" % (axis, "= " if exact else "", amount(number))
    return " ".join([what] + [str(argument) for argument in arguments])


def place_text(place, indices):
    """What stands behind the layout's name, or the tensor's."""
    text = "%s %s" % (place.form, key_text(place.key, indices)) if place.form else key_text(place.key, indices)
    if place.directory:
        text += " in %s/" % key_text(place.directory, indices)
    if place.shows_axes:
        text += " " + axes_text(place.axes)
    steps = ["%s %s" % step for step in place.steps]
    return " | ".join([text] + [op_text(op) for op in place.ops or []] + steps)


def family_text(index):
    if index.labels:
        return "%s in %s" % (index.name, " ".join(index.labels))
    if index.first_name:
        return "%s in %s .. %s" % (index.name, index.first_name, index.size_name)
    return "%s < %s" % (index.name, index.size_name)


def row_head(row):
    axes = " ".join(index.name if index.size_name in ("", index.name.upper())
                    else "%s:%s" % (index.name, index.size_name) for index in row.axes)
    families = " for " + ", ".join(map(family_text, row.families)) if row.families else ""
    return "tensor %s [%s]%s%s" % (row.name, axes, " optional" if row.absent else "", families)


def let_text(name, parts, named):
    """All sizes but at most one stand in a let."""
    return "let %s = (%s)" % (name, " ".join("%s:%s" % (part, amount(size)) if part in named else part
                                             for part, size in parts))


def layout_text(layout, lines):
    """A layout, with the place lines that stand under it: (row, place text)."""
    text = ["layout %s \"Layout %s\" {" % (layout.name, layout.name), "  detect has(%s.mark)" % layout.name]
    if layout.copies:
        text.append("  for " + ", ".join("%s < %s" % (name, amount(size)) for name, size in layout.copies.items()))
    text += ["  " + let_text(name, parts, layout.named) for name, parts in layout.lets.parts.items()]
    for name, order in layout.orders.items():
        text.append("  let %s = %s" % (name, " ".join(order)))
    text += ["  %s %s" % line for line in lines]
    return text + ["}"]


def table_text(table):
    under = {layout.name: [] for layout in table.layouts}
    rows = []
    for row in table.rows:
        indices = {index.name: index for index in row.indices}
        lines = []
        for layout in table.layouts:
            for place in table.places[row.name, layout.name]:
                if place.pack:
                    continue
                if row.name in table.columns[layout.name]:
                    under[layout.name].append((row.name, place_text(place, indices)))
                else:
                    lines.append("  %s %s" % (layout.name, place_text(place, indices)))
        rows += [row_head(row) + " {"] + lines + ["}"] if lines else [row_head(row)]
    packs = ["pack %s %s" % (layout, place_text(place, indices)) for layout, place, indices in table.packs]
    sizes = ["size %s = %s" % item for item in table.sizes.items()]
    texts = ["text %s = %s" % item for item in table.texts.items()]
    layouts = [line for layout in table.layouts for line in layout_text(layout, under[layout.name])]
    return "\n".join(["model %s \"A random table\"" % table.name, ""] + sizes + texts + [""] + layouts +
                     [""] + rows + packs) + "\n"
