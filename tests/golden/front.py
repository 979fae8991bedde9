#!/usr/bin/env python3
"""Golden files of the readers: the trees of tests/twins, and the tokens of some in both spellings.

--update writes the files anew.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TWINS = ROOT / "tests" / "twins"
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
TOKENS = ["conditions", "keys", "layouts_options", "packs_sums"]


def cases():
    for table in sorted(TWINS.glob("*.weft")):
        yield table, "ast", table.stem + ".txt"
    for name in TOKENS:
        yield TWINS / (name + ".weft"), "tokens", name + ".txt"
        yield TWINS / (name + ".weft.yaml"), "tokens", name + "_yaml.txt"


def main():
    failed = 0
    for table, stage, name in cases():
        done = subprocess.run([WEFT, table.relative_to(ROOT), "--dump=" + stage], cwd=ROOT, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        golden = HERE / stage / name
        if "--update" in sys.argv and done.returncode == 0:
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(done.stdout, encoding="utf-8")
        wanted = golden.read_text(encoding="utf-8").splitlines() if golden.exists() else []
        found = done.stdout.splitlines()
        if done.returncode == 0 and wanted and wanted == found:
            print("ok %s/%s" % (stage, name))
            continue
        failed += 1
        at = next((i for i, pair in enumerate(zip(wanted, found)) if pair[0] != pair[1]),
                  min(len(wanted), len(found)))
        print("not ok %s/%s: exit code %d, line %d differs" % (stage, name, done.returncode, at + 1))
    sys.exit(1 if failed else 0)


main()
