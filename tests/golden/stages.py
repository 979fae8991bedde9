#!/usr/bin/env python3
"""Golden files of the compiler's stages behind the tree.

Each table in tables/ is printed by `weft TABLE --dump=STAGE` and compared with
STAGE/NAME; --update writes the files anew.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
STAGES = {"checked": ".txt", "places": ".txt", "c": ".re"}


def dump(table, stage):
    done = subprocess.run([WEFT, table.relative_to(ROOT), "--dump=" + stage], cwd=ROOT, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout if done.returncode == 0 else "exit code %d\n%s" % (done.returncode, done.stderr)


def difference(wanted, found):
    for i, (a, b) in enumerate(zip(wanted, found)):
        if a != b:
            return "line %d: expected %r, found %r" % (i + 1, a, b)
    return "expected %d lines, found %d" % (len(wanted), len(found))


def main():
    failed = 0
    for table in sorted((HERE / "tables").glob("*.weft*")):
        for stage, suffix in STAGES.items():
            golden = HERE / stage / (table.name.split(".")[0] + suffix)
            found = dump(table, stage)
            if "--update" in sys.argv and not found.startswith("exit code"):
                golden.write_text(found)
            wanted = golden.read_text() if golden.exists() else ""
            if wanted == found:
                print("ok %s/%s" % (stage, golden.name))
            else:
                print("not ok %s/%s: %s" % (stage, golden.name,
                                            difference(wanted.splitlines(), found.splitlines())))
                failed += 1
    sys.exit(1 if failed else 0)


main()
