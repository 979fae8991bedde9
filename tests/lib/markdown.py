"""The fenced blocks of a Markdown file."""

import re
from collections import namedtuple

# words: what stands behind the fence's first word. line: of the opening fence, from 1.
Block = namedtuple("Block", "kind words body line")

FENCE = re.compile(r"^(```+)(.*)$")


def blocks(text):
    found, fence = [], None
    for number, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line)
        if fence is None:
            if match:
                words = match.group(2).split()
                fence = (match.group(1), words[0] if words else "", words[1:], number)
                body = []
        elif match and match.group(1) == fence[0] and not match.group(2):
            found.append(Block(fence[1], fence[2], "".join(b + "\n" for b in body), fence[3]))
            fence = None
        else:
            body.append(line)
    if fence is not None:
        raise ValueError("line %d: a fence that is never closed" % fence[3])
    return found


def same(shown, printed):
    """Does a printed text fit a shown one? A line of the shown that is … stands for any lines,
    and … inside a line for any text. Returns None, or what differs."""
    pattern = []
    for line in shown.rstrip("\n").split("\n"):
        if line.strip() == "…":
            pattern.append(r"(?:[^\n]*\n)*?")
        else:
            pattern.append(re.escape(line).replace("…", r"[^\n]*") + r"\n")
    printed = printed.rstrip("\n") + "\n"
    if shown.strip() == "" and printed.strip() == "":
        return None
    if re.fullmatch("".join(pattern), printed):
        return None
    for number, line in enumerate(shown.rstrip("\n").split("\n"), 1):
        fits = re.compile(re.escape(line).replace("…", ".*"))
        if line.strip() != "…" and not any(fits.fullmatch(p) for p in printed.split("\n")):
            return "line %d, %r, was not printed; this was:\n%s" % (number, line, printed)
    return "the lines come in another order or number; this was printed:\n" + printed
