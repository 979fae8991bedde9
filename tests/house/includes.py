#!/usr/bin/env python3
"""Includes point one way, and a library's header is seen by one file."""

import os
import re
import subprocess
from pathlib import PurePosixPath

from tree import ROOT, Report, files, text

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)

# The modules of the compiler by the beginnings of their files' names, each with what it may see
# besides itself. The longest beginning counts.
COMPILER = {
    "arena": "",
    "atom": "arena",
    "out": "arena",
    "source": "arena",
    "diag": "source arena out",
    "ast": "atom diag out arena source",
    "read lex syntax yaml": "ast atom diag out arena source words.def weft.tab.h",
    "regex pattern automaton nfa dfa invert": "out arena diag source",
    "checked bound.def proofs.def": "atom diag out source arena regex",
    "check checks.def": "ast atom diag out source arena regex checked axes",
    "axes": "checked arena",
    "place": "checked axes out diag source arena",
    "emit": "checked regex out diag source arena",
    "lint": "checked check diag",
    "fmt": "ast atom diag out source arena read",
    "load": "ast diag source arena read check checked",
    "build": "out diag source arena",
    "explain": "checked check axes place regex out diag source arena",
    "main command": None,  # everything
}
# check.h and checks.h are how others call the checks; what is inside the readers is theirs.
DOORS = {"load": {"check.h", "checks.h", "read.h"}, "fmt": {"lex.h", "read.h"}, "lint": {"checks.h"}}
LIBRARIES = ["yaml.h", "jansson.h", "pcre2.h", "zstd.h", "zlib.h", "immintrin.h"]


def module(name):
    """The module of a file of compiler/, by its own name: the key's first word."""
    best = None
    for key in COMPILER:
        for start in key.split():
            if name == start or re.match(re.escape(start) + r"(_|\.|[a-z]*\.)", name):
                if best is None or len(start) > len(best[1]):
                    best = (key, start)
    return best and best[0].split()[0]


def key_of(module_name):
    return next(k for k in COMPILER if k.split()[0] == module_name)


def includes(name):
    return [(kind == "<", target) for kind, target in INCLUDE.findall(text(name) or "")]


def sources(*parts):
    for name in files():
        path = PurePosixPath(name)
        if name.startswith(parts) and path.suffix in (".c", ".h", ".re", ".y", ".inc", ".def"):
            yield path


def compiler_faults():
    known = {p.name for p in sources("compiler/", "grammar/")} | {"weft.tab.h"}
    for path in sources("compiler/"):
        here = module(path.name)
        if here is None:
            yield "%s belongs to no module of tests/house/includes.py" % path
            continue
        allowed = COMPILER[key_of(here)]
        for system, target in includes(str(path)):
            if system or re.fullmatch(r"\.\./runtime/\w+\.def", target):
                continue
            if "/" in target or target not in known:
                yield "%s sees %s, which is no file of compiler/ or grammar/" % (path, target)
                continue
            there = module(target) or target
            if allowed is None or there == here or target in DOORS.get(here, ()):
                continue
            if there not in allowed.split() or here in DOORS and there in ("check", "read"):
                yield "%s (%s) sees %s (%s)" % (path, here, target, there)


def grammar_faults():
    for path in sources("grammar/"):
        for system, target in includes(str(path)):
            if not system and module(target) != "read" and target not in ("weft.tab.h", "words.def"):
                yield "%s sees %s" % (path, target)


def resolve(path, target):
    """A quoted include of runtime/, relative to runtime/."""
    parts = list(path.parent.relative_to("runtime").parts)
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def runtime_faults():
    known = {str(p.relative_to("runtime")) for p in sources("runtime/")}
    may = {
        "kernels": ("kernels/", "cpu.h"),
        "io": ("io/", "arena.h", "error.h", "text.h", "checked.h"),
        "formats": ("formats/", "io/", "arena.h", "error.h", "text.h", "checked.h", "dtype.def"),
    }
    for path in sources("runtime/"):
        folder = path.relative_to("runtime").parts[0]
        for system, target in includes(str(path)):
            if system:
                continue
            found = resolve(path, target)
            if found not in known and target in known:  # -Iruntime
                found = target
            if found not in known:
                yield "%s sees %s, which is no file of runtime/" % (path, target)
            elif folder in may and not found.startswith(may[folder]):
                yield "%s sees %s" % (path, found)
            elif folder != "cli" and found.startswith("cli/"):
                yield "%s sees %s, which is of the command line" % (path, found)


def header_faults():
    for target in includes("runtime/weft.h"):
        if not target[0]:
            yield "runtime/weft.h sees %s; it is what generated C sees, and stands alone" % target[1]


def emitted_faults():
    """The C of every shipped table sees weft.h and nothing else."""
    weft = os.environ.get("WEFT", "build/weft")
    for table in (n for n in files() if re.fullmatch(r"mappings/[^/]+\.weft", n)):
        done = subprocess.run([weft, table, "--dump=c"], cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        found = [target for _, target in INCLUDE.findall(done.stdout)]
        if found != ["weft.h"]:
            yield "the C of %s sees %s %s" % (table, found, done.stderr[:200])


def library_faults():
    for library in LIBRARIES:
        seen = [str(p) for p in sources("compiler/", "runtime/", "grammar/")
                if (True, library) in includes(str(p))]
        if len(seen) > 1:
            yield "<%s> is seen by %s" % (library, ", ".join(seen))


def test_of_this_test():
    """The rules are of use only if they can fail."""
    cases = {"ast_dump.c": "ast", "ast.h": "ast", "checked.h": "checked", "checks.c": "check",
             "check_proof_keys.c": "check", "yaml_tree.c": "read", "emit_cell.c": "emit",
             "nfa.c": "regex", "checks.def": "check", "bound.def": "checked", "lexer.h": "read"}
    for name, wanted in cases.items():
        if module(name) != wanted:
            yield "%s is taken for %s" % (name, module(name))
    if "ast" in COMPILER["emit"].split() or "check" in COMPILER[key_of("read")].split():
        yield "emit may see the tree, or readers the checks"


report = Report()
report.case("modules", test_of_this_test())
report.case("compiler", compiler_faults())
report.case("grammar", grammar_faults())
report.case("runtime", runtime_faults())
report.case("weft.h", header_faults())
report.case("emitted", emitted_faults())
report.case("libraries", library_faults())
report.end()
