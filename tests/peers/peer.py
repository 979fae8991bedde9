"""What the tests of this directory share: cases that print a line each, and
ways to build and run a converter."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

WEFT = os.environ.get("WEFT", "build/weft")
BUILD = Path(os.environ.get("BUILD", "build"))
_failed = 0


class Failure(Exception):
    """A case did not hold; its text says how."""


def check(holds, why):
    if not holds:
        raise Failure(why)


def case(name, function, *arguments):
    """Runs one case and prints its line; what else it raises fails it, too."""
    global _failed
    try:
        function(*arguments)
    except Failure as failure:
        first, *rest = str(failure).splitlines() or [""]
        _failed += 1
        print("\n    ".join(["not ok %s: %s" % (name, first)] + rest), flush=True)
    except Exception as error:
        _failed += 1
        where = traceback.extract_tb(error.__traceback__)[-1]
        print("not ok %s: %s:%d: %r" % (name, Path(where.filename).name, where.lineno, error), flush=True)
    else:
        print("ok " + name, flush=True)


def finish():
    sys.exit(1 if _failed else 0)


def run(*command, code=0, errors=False, **variables):
    """Runs a program to its expected exit code and returns what it prints, or
    what it says of errors."""
    done = subprocess.run([str(word) for word in command], env=dict(os.environ, **variables), text=True,
                          errors="replace", stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    if done.returncode != code:
        shown = "\n".join(done.stderr.splitlines()[:20])
        raise Failure("%s ended with %d, not %d\n%s" % (" ".join(map(str, command)), done.returncode, code, shown))
    return done.stderr if errors else done.stdout


def build(table):
    """The converter of a table file, beside it, without optimisation."""
    converter = str(table).removesuffix(".yaml").removesuffix(".weft")
    run(WEFT, "build", table, "-o", converter, CC=os.environ.get("CC", "cc") + " -O0")
    return Path(converter)


def library(name, *needs):
    """A module of tests/lib, and the ones there that it imports, deepest
    first. That directory is in no search path: its modules would hide the
    projects that they are named after."""
    for needed in needs:
        if needed not in sys.modules:
            sys.modules[needed] = library(needed)
    path = Path(__file__).resolve().parent.parent / "lib" / (name + ".py")
    spec = importlib.util.spec_from_file_location("weft_" + name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scratch():
    """A fresh directory, gone when its name is."""
    return tempfile.TemporaryDirectory(prefix="weft-peer-")
