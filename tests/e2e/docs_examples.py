#!/usr/bin/env python3
"""Every example of the docs is true.

The blocks of README.md and docs/*.md, by the words behind their fence:

  weft              must lint without a word
  weft error        must not, and the `text` block behind it has the messages
  weft frame        what is read behind each block of this file without a model,
                    unless `whole` is behind its fence
  yaml              the same tree as the weft block before it
  weft|json … FILE  is also written to FILE, for the commands
  console           commands behind `$ `, each with what it prints

The commands of one file run one after the other in one directory, which has
build/, examples/ and mappings/ in it; … stands for what differs between
machines. With --print, shows what a file's blocks print; with --update, writes
the messages of `weft error` blocks anew: for those who write.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "lib"))

from markdown import blocks, same  # noqa: E402

BUILD = (ROOT / os.environ.get("BUILD", "build")).resolve()
WEFT = str(BUILD / "weft")
MARK = "\x01"


def lint(directory, name, text):
    (directory / name).write_text(text)
    done = subprocess.run([WEFT, "lint", name], cwd=directory, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def tree(directory, name, text):
    (directory / name).write_text(text)
    done = subprocess.run([WEFT, name, "--dump=ast"], cwd=directory, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def completed(block, frame):
    whole = "whole" in block.words or re.search(r"^model\b", block.body, re.M)
    return block.body if whole else block.body + frame


class Page:
    def __init__(self, path):
        self.name = str(path.relative_to(ROOT))
        self.blocks = blocks(path.read_text())
        self.frame = "".join(b.body for b in self.blocks if b.words[:1] == ["frame"])
        self.failed = self.count = 0

    def case(self, block, fault):
        name = "%s:%d" % (self.name, block.line)
        self.count += 1
        if fault:
            self.failed += 1
            first, *rest = fault.split("\n")
            print("not ok %s: %s" % (name, first))
            for line in rest:
                print("    " + line)
        else:
            print("ok " + name)


def judge_weft(page, at, directory):
    block = page.blocks[at]
    text = completed(block, page.frame)
    code, said = lint(directory, "example.weft", text)
    if "error" not in block.words:
        return None if code == 0 and not said else "lint says:\n" + said
    behind = page.blocks[at + 1] if at + 1 < len(page.blocks) else None
    if code == 0 and not said:
        return "lint finds nothing wrong"
    if behind is None or behind.kind not in ("text", "console"):
        return "no block behind it shows the messages, which are:\n" + said
    return same(behind.body, said) if behind.kind == "text" else None


def judge_yaml(page, at, directory):
    before = next((b for b in reversed(page.blocks[:at]) if b.kind == "weft"), None)
    if before is None:
        return "no weft block is before it"
    code, wanted = tree(directory, "example.weft", before.body)
    code_yaml, found = tree(directory, "example.weft.yaml", page.blocks[at].body)
    if code or code_yaml:
        return "cannot be read:\n" + wanted + found
    return None if wanted == found else "another tree:\n%s\nand\n%s" % (wanted, found)


def commands(body):
    """(command, shown) of a console block; a command may go on behind a backslash, or have a
    document that ends with END."""
    found, document = [], False
    for line in body.rstrip("\n").split("\n"):
        if document:
            found[-1][0] += "\n" + line
            document = line != "END"
        elif line.startswith("$ "):
            found.append([line[2:], ""])
            document = "<<'END'" in line
        elif found and not found[-1][1] and found[-1][0].endswith("\\"):
            found[-1][0] += "\n" + line.removeprefix("> ")
        elif found:
            found[-1][1] += line + "\n"
        else:
            raise ValueError("a console block begins with $")
    return found


def run(body, directory):
    """What each command of a block prints. One shell runs them, so that `cd` and `$?` last."""
    list_ = commands(body)
    script = "".join("%s\n{ code=$?; printf '%s'; (exit $code); }\n" % (c, MARK) for c, _ in list_)
    environment = dict(os.environ, PATH="%s:%s" % (BUILD, os.environ["PATH"]), LC_ALL="C.UTF-8", TERM="dumb")
    done = subprocess.run(["bash", "-c", script], cwd=directory, env=environment, text=True, timeout=300,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [(c, shown, printed) for (c, shown), printed in zip(list_, done.stdout.split(MARK))]


def judge_console(block, directory):
    for command, shown, printed in run(block.body, directory):
        fault = same(shown, printed)
        if fault:
            return "$ %s: %s" % (command, fault)
    return None


def save(block, directory):
    for word in block.words:
        if re.fullmatch(r"[\w.-]+\.(weft|yaml|json)", word):
            (directory / word).write_text(block.body)


def judge(page, directory, scratch):
    for at, block in enumerate(page.blocks):
        save(block, directory)
        if block.kind == "weft" and "frame" not in block.words:
            page.case(block, judge_weft(page, at, scratch))
        elif block.kind == "yaml":
            page.case(block, judge_yaml(page, at, scratch))
        elif block.kind == "console":
            page.case(block, judge_console(block, directory))


def show(page, directory, scratch):
    for at, block in enumerate(page.blocks):
        save(block, directory)
        if block.kind == "weft" and "frame" not in block.words:
            print("---- %s:%d\n%s" % (page.name, block.line, lint(
                scratch, "example.weft", completed(block, page.frame))[1]), end="")
        elif block.kind == "console":
            for command, _, printed in run(block.body, directory):
                print("$ %s\n%s" % (command, printed), end="")


def update(page, scratch):
    """Only what a page shows of messages; commands are for a person to look at."""
    path = ROOT / page.name
    lines = path.read_text().split("\n")
    for at in range(len(page.blocks) - 2, -1, -1):
        block, behind = page.blocks[at], page.blocks[at + 1]
        if block.words[:1] != ["error"] or behind.kind != "text":
            continue
        said = lint(scratch, "example.weft", completed(block, page.frame))[1]
        lines[behind.line:behind.line + behind.body.count("\n")] = said.rstrip("\n").split("\n")
    path.write_text("\n".join(lines))


def pages():
    chosen = [a for a in sys.argv[1:] if not a.startswith("--")]
    for path in [ROOT / "README.md"] + sorted((ROOT / "docs").glob("*.md")):
        if not chosen or any(c in str(path) for c in chosen):
            yield Page(path)


def self_test():
    """The comparison must be able to fail."""
    assert same("a\n…\nb\n", "a\nx\ny\nb\n") is None and same("a … c\n", "a bb c\n") is None
    assert same("a\n", "b\n") and same("a\n", "a\nb\n") and same("", "x\n") and same("x\n", "")
    assert commands("$ a\nb\n$ c\n") == [["a", "b\n"], ["c", ""]]
    assert commands("$ a <<'END'\nb\nEND\nc\n") == [["a <<'END'\nb\nEND", "c\n"]]
    print("ok comparison")


def main():
    failed = False
    self_test()
    for page in pages():
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            directory = Path(one)
            for name, there in (("build", BUILD), ("mappings", ROOT / "mappings"),
                                ("examples", ROOT / "examples")):
                (directory / name).symlink_to(there)
            if "--update" in sys.argv:
                update(page, Path(two))
            else:
                (show if "--print" in sys.argv else judge)(page, directory, Path(two))
        failed = failed or page.failed
    sys.exit(1 if failed else 0)


main()
