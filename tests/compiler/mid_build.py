#!/usr/bin/env python3
"""The compiler's command line: exit codes, odd paths, tools that are missing, what is left behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
TABLE = ROOT / "tests/golden/tables/moe.weft"
TMP = Path(os.environ["TMPDIR"])
failed = []


def case(name, good, why=""):
    print("ok " + name if good else "not ok %s: %s" % (name, " ".join(str(why).split())[:400]))
    if not good:
        failed.append(name)


def weft(*arguments, cwd=TMP, **environment):
    return subprocess.run([WEFT, *map(str, arguments)], cwd=cwd, env={**os.environ, **environment}, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


def usage():
    for arguments, code in ((["--help"], 0), (["--version"], 0), ([], 2), (["nonsense"], 2), (["--nonsense"], 2),
                            (["build"], 2), (["build", TABLE, TABLE], 2), (["build", TABLE, "--emit", "x"], 2),
                            (["lint"], 2), (["build", TABLE, "-o"], 2), ([TABLE, "--dump=x"], 2),
                            (["lint", TMP / "none.weft"], 1), (["build", TMP / "none.weft"], 1),
                            (["fmt", "--to", "xml", TABLE], 2), (["fmt", "-i", "--check", TABLE], 2)):
        done = weft(*arguments)
        case("exit code of " + " ".join(Path(str(a)).name for a in arguments), done.returncode == code,
             "%d, expected %d: %s" % (done.returncode, code, done.stderr))
        if code == 2:
            case("nothing on stdout", done.stdout == "", done.stdout)


def paths():
    directory = TMP / "a dir; it's \"odd\" $HOME"
    directory.mkdir()
    shutil.copy(TABLE, directory / "-t a;b.weft")
    done = weft("build", "-o", "-out x", "--", "-t a;b.weft", cwd=directory, TMPDIR=str(directory))
    case("odd paths", done.returncode == 0, done.stderr)
    case("nothing else is left", sorted(p.name for p in directory.iterdir()) == ["-out x", "-t a;b.weft"],
         list(directory.iterdir()))
    program = directory / "-out x"
    done = subprocess.run([program, "layouts"], stdout=subprocess.PIPE, text=True) if program.exists() else None
    case("the program runs", done and done.returncode == 0 and "vllm_tpu" in done.stdout, done)


def same_text():
    copies = []
    for name in ("one", "two"):
        (TMP / name).mkdir()
        shutil.copy(TABLE, TMP / name / "moe.weft")
        copies.append(weft("build", TMP / name / "moe.weft", "--emit", "c").stdout)
    copies.append(weft("build", "--emit=c", "moe.weft", cwd=TMP / "one").stdout)
    case("the same C from any directory", copies[0] and copies[0] == copies[1] == copies[2])


def tools():
    empty = TMP / "empty"
    empty.mkdir()
    for name, text, environment in (
            ("no re2c", "needs re2c", dict(RE2C="/none/re2c")), ("no cc", "needs a C compiler", dict(CC="/none/cc")),
            ("cc fails", "false failed", dict(CC="false")), ("no home", "WEFT_HOME is", dict(WEFT_HOME=str(empty)))):
        done = weft("build", TABLE, "-o", "out", cwd=empty, TMPDIR=str(empty), **environment)
        case(name, done.returncode == 1 and text in done.stderr, done.stderr)
        case(name + ": nothing is left", not list(empty.iterdir()), list(empty.iterdir()))
    done = weft("build", TABLE, "-o", empty / "none" / "out", TMPDIR=str(empty))
    case("no directory for the output", done.returncode == 1 and "none/out: No such file" in done.stderr, done.stderr)
    (empty / "out").write_text("old")
    done = weft("build", TABLE, "-o", "out", cwd=empty, CC="false")
    case("a failed build keeps the old output", (empty / "out").read_text() == "old", done.stderr)


def formatting():
    path = TMP / "f.weft"
    path.write_text("model  f\nlayout hf { detect has(a) }\ntensor a [ ] { hf a }\n")
    case("fmt --check finds", weft("fmt", "--check", path).returncode == 1)
    case("fmt -i writes", weft("fmt", "-i", path).returncode == 0)
    case("fmt --check is content", weft("fmt", "--check", path).returncode == 0)
    text = path.read_text()
    yaml = weft("fmt", "--to", "yaml", path)
    (TMP / "f.weft.yaml").write_text(yaml.stdout)
    back = weft("fmt", "--to", "dsl", TMP / "f.weft.yaml")
    case("fmt there and back", back.returncode == 0 and back.stdout == text, back.stdout + back.stderr)
    path.write_text("model f\nlayout hf [\n")
    done = weft("fmt", "-i", path)
    case("fmt leaves what it cannot read", done.returncode == 1 and path.read_text() == "model f\nlayout hf [\n")


def lint_many():
    bad = TMP / "bad.weft"
    bad.write_text("model bad\nsize H = h\nlayout hf {\n  detect has(x)\n}\ntensor x [h g] {\n  hf x [h]\n}\ntensor y [h] {\n  "
                   "hff y\n}\n")
    done = weft("lint", TABLE, bad, bad)
    case("lint goes on", done.returncode == 1 and done.stderr.count("[axis-missing]") == 2
         and done.stderr.count("[layout-unknown]") == 2, done.stderr)


for test in (usage, paths, same_text, tools, formatting, lint_many):
    test()
sys.exit(1 if failed else 0)
