#!/usr/bin/env python3
"""What a person can meet is in the docs: every check, every word and function of the language, every
command, option and exit code; the readme has every page and table; and the docs' links lead
somewhere."""

import re
import subprocess
import os

from tree import ROOT, Report, files, text


# Its example would fill pages.
WITHOUT_EXAMPLE = {"too-many"}


def checks():
    return re.findall(r'^CHECK\(\w+, "([a-z-]+)"', text("compiler/checks.def"), re.M)


def check_faults():
    known = checks()
    if len(known) < 50:
        yield "compiler/checks.def was not understood"
    said = re.findall(r"^### `([a-z-]+)`$", text("docs/checks.md"), re.M)
    for name in known:
        if name not in said:
            yield "docs/checks.md has no entry `%s`" % name
    for name in said:
        if name not in known:
            yield "docs/checks.md has an entry `%s`, which is no check" % name
    parts = re.split(r"^### `([a-z-]+)`$", text("docs/checks.md"), flags=re.M)
    for name, entry in zip(parts[1::2], parts[2::2]):
        shown = re.search(r"^```text\n(.*?)^```$", entry, re.M | re.S)
        if name not in WITHOUT_EXAMPLE and "[%s]" % name not in (shown.group(1) if shown else ""):
            yield "docs/checks.md: the example of `%s` does not show its message" % name
    for name in {n for n in said if said.count(n) > 1}:
        yield "docs/checks.md has two entries `%s`" % name


def word_faults():
    words = re.findall(r'^WORD\("(\w+)"', text("grammar/words.def"), re.M)
    said, _, listed = text("docs/language.md").partition("\n## Words\n")
    if len(words) < 40:
        yield "grammar/words.def was not understood"
    for word in words:
        if not re.search(r"`[^`\n]*\b%s\b[^`\n]*`" % word, said):
            yield "docs/language.md has no `%s`" % word
        if not re.search(r"\b%s\b" % word, listed):
            yield "docs/language.md does not list the word %s" % word


def op_faults():
    names = re.findall(r'^\t\{"(\w+)", op_|\s\{"(\w+)", op_', text("compiler/check_ops.c"))
    names = {a or b for a, b in names}
    if len(names) < 8:
        yield "compiler/check_ops.c was not understood"
    for name in names:
        if not re.search(r"^\| `%s\b" % name, text("docs/language.md"), re.M):
            yield "docs/language.md has no row for the op `%s`" % name


def function_faults():
    list_ = re.search(r"functions\[\] = \{(.*?)\};", text("compiler/ast.c"), re.S)
    names = re.findall(r'"(\w+)"', list_.group(1)) if list_ else []
    if len(names) < 10:
        yield "compiler/ast.c was not understood"
    for name in names:
        if not re.search(r"^(\||One predicate).*`%s\(" % name, text("docs/language.md"), re.M):
            yield "docs/language.md has no row for the function `%s`" % name


def readme_faults():
    said = text("README.md")
    for name in files():
        page = re.fullmatch(r"docs/(\w+)\.md", name)
        table = re.fullmatch(r"mappings/(\w+)\.weft", name)
        if page and "(%s)" % name not in said:
            yield "README.md has no link to %s" % name
        if table and "`%s`" % table.group(1) not in said:
            yield "README.md does not name the table %s" % table.group(1)


def help_of(program):
    done = subprocess.run([program, "--help"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return done.stdout


def option_faults(program, doc):
    said = text(doc)
    told = help_of(program)
    options = set(re.findall(r"--[a-z][a-z-]+", told))
    if len(options) < 3:
        yield "%s --help was not understood" % program
    for option in sorted(options):
        if not re.search(r"`[^`\n]*%s(?![a-z-])[^`\n]*`" % option, said):
            yield "%s has no `%s`" % (doc, option)


def taken_faults(program):
    """What no config of a table can be called is what every converter has as an option."""
    options = re.findall(r"--([a-z]+)(?![a-z-])", re.sub(r"--tp\b", "", help_of(program)))
    list_ = re.search(r"taken\[\] = \{(.*?)\};", text("compiler/check_configs.c"), re.S)
    taken = re.findall(r'"(\w+)"', list_.group(1)) if list_ else []
    for option in sorted(set(options) ^ set(taken)):
        yield "compiler/check_configs.c and --help do not agree on --%s" % option


def command_faults(program, doc, pattern):
    commands = re.findall(pattern, help_of(program), re.M)
    if len(commands) < 2:
        yield "%s --help was not understood" % program
    for command in sorted(set(commands)):
        if not re.search(r"^#+ `(?:weft )?%s\b" % command, text(doc), re.M):
            yield "%s has no heading for `%s`" % (doc, command)


def code_faults():
    codes = re.findall(r"^\tWEFT_\w+ = (\d+),", text("runtime/error.h"), re.M)
    said = text("docs/converter.md")
    if len(codes) < 8:
        yield "runtime/error.h was not understood"
    for code in codes:
        if not re.search(r"^\| %s \|" % code, said, re.M):
            yield "docs/converter.md has no row for the exit code %s" % code


def anchor(heading):
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def link_faults():
    for name in (n for n in files() if n.endswith(".md")):
        prose = re.sub(r"^```.*?^```$", "", text(name), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, part = target.partition("#")
            there = (ROOT / name).parent / path if path else ROOT / name
            if not there.exists():
                yield "%s: the link %s leads nowhere" % (name, target)
            elif part and part not in map(anchor, re.findall(r"^#+ (.*)$", there.read_text(), re.M)):
                yield "%s: the link %s leads to no heading" % (name, target)


def package_faults():
    """Tools that the Makefile calls come from a listed package."""
    needed = {"re2c": "re2c", "bison": "bison", "-lyaml": "libyaml-dev", "-ljansson": "libjansson-dev",
              "-lzstd": "libzstd-dev", "-lpcre2-8": "libpcre2-dev"}
    listed = set(text("examples/packages.txt").split())
    for word, package in needed.items():
        if re.search(r"(?<![\w-])%s(?!\w)" % re.escape(word), text("Makefile")) and package not in listed:
            yield "examples/packages.txt has no %s" % package
    for name in files():
        if re.fullmatch(r"tests/(?!peers/|bench/).*\.py", name) and "python3-numpy" not in listed \
                and re.search(r"^(import|from) numpy", text(name), re.M):
            yield "examples/packages.txt has no python3-numpy, which %s needs" % name


build = os.environ.get("BUILD", "build")
weft = os.environ.get("WEFT", build + "/weft")
converter = build + "/qwen3_moe"
report = Report()
report.case("checks", check_faults())
report.case("words", word_faults())
report.case("ops", op_faults())
report.case("functions", function_faults())
report.case("pages and tables", readme_faults())
report.case("weft's options", option_faults(weft, "docs/compiler.md"))
report.case("weft's commands", command_faults(weft, "docs/compiler.md", r"^(?:usage: | {7})weft ([a-z]+)\b"))
report.case("a converter's options", option_faults(converter, "docs/converter.md"))
report.case("names of configs", taken_faults(converter))
report.case("a converter's commands", command_faults(converter, "docs/converter.md", r"^  ([a-z]+) +(?:SRC|DIR| ) "))
report.case("exit codes", code_faults())
report.case("links", link_faults())
report.case("packages", package_faults())
report.end()
