#!/usr/bin/env python3
"""Generated C: both compilers take it without a warning, and no text of a table gets out of its string.

The runtime is replaced by functions that do nothing, made from the prototypes of weft.h, and a weft_main() that
prints what the table holds and what its scanners say of the keys it is given.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEFT = str((ROOT / os.environ.get("WEFT", "build/weft")).resolve())
STRICT = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-Iruntime"]
MAIN = r"""
#include <stdio.h>
#include "weft.h"
%s
static void scan(const weft_layout *l, const char *key)
{
	weft_captures c;

	for (int s = 0; l->scanners[s]; s++) {
		if (!l->scanners[s](key, &c))
			continue;
		printf("%%s: %%s", l->name, l->patterns[c.pattern].text);
		for (int i = 0; i < c.n; i++)
			printf("|%%.*s", (int)(c.end[i] - c.begin[i]), c.begin[i]);
		puts("");
	}
}
int weft_main(const weft_model *m, int argc, char **argv)
{
	if (argc == 1)
		puts(m->title);
	for (int i = 1; i < argc; i++)
		for (int k = 0; k < m->n_layouts; k++)
			scan(&m->layouts[k], argv[i]);
	return 0;
}
"""
# Each of these would end a string, a comment, a rule or a block if it were written as it is.
HOSTILE = ['*/ #error out', '/*!re2c x*/', '??/" #error', "\\", '%}', '"', "'", '#include <x>', '\t', 'é', '{{a}', ']]>',
           '//', '$$', '<!>', 'YYCURSOR', ':=', '\\x00', '@s0']


def stubs():
    text = (ROOT / "runtime/weft.h").read_text()
    made = []
    for name, arguments in re.findall(r"^void (weft_\w+)\(([^;{]*?)\);", text, re.M | re.S):
        arguments = [" ".join(a.split()) for a in arguments.split(",")]
        named = [re.sub(r"(\w+)$", "", a).strip() + " a%d" % i if re.search(r"[ *](?!const$)\w+$", a) and len(a.split()) > 1
                 and not a.endswith("*") and a not in ("const weft_expr",) else a + " a%d" % i for i, a in enumerate(arguments)]
        made.append("void %s(%s) { %s }" % (name, ", ".join(named), " ".join("(void)a%d;" % i for i in range(len(named)))))
    return "\n".join(made)


def run(command, **kwargs):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, **kwargs)


def generate(table, tmp):
    """The C of a table, scanners filled in; None and why on a failure."""
    re_file, c_file = os.path.join(tmp, "x.re"), os.path.join(tmp, "x.c")
    for command in ([WEFT, "build", "--emit", "c", "-o", re_file, str(table)],
                    ["re2c", "-W", "-Werror", "--no-debug-info", "--tags", "-o", c_file, re_file]):
        done = run(command)
        if done.returncode:
            return None, done.stdout.decode(errors="replace")[:400]
    return c_file, None


def compile_strictly(c_file):
    for cc in ("gcc", "clang"):
        if not shutil.which(cc):
            continue
        done = run([cc] + STRICT + ["-fsyntax-only" if cc == "clang" else "-S", "-o", os.devnull, c_file])
        if done.returncode:
            return cc + ": " + done.stdout.decode(errors="replace")[:400]
    return None


def program(c_file, tmp):
    main = os.path.join(tmp, "main.c")
    with open(main, "w") as file:
        file.write(MAIN % stubs())
    out = os.path.join(tmp, "program")
    done = run(["gcc", "-std=c11", "-Iruntime", "-o", out, c_file, main])
    return (out, None) if done.returncode == 0 else (None, done.stdout.decode(errors="replace")[:600])


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def hostile_table():
    lines = ["model hostile " + quote(" ".join(HOSTILE)), "layout hf %s {" % quote(HOSTILE[0]), '  detect has("a.0")',
             '  option o = 1 %s' % quote(HOSTILE[2])]
    lines += ['  drop %s %s' % (quote("drop" + h.replace("{", "{{") + str(i)), quote(h)) for i, h in enumerate(HOSTILE)]
    lines += ["}", 'require config.a == %s %s' % (quote("".join(HOSTILE)), quote("".join(HOSTILE)))]
    for i, h in enumerate(HOSTILE):
        lines += ["tensor t%d [] for l {" % i, "  hf %s" % quote("%s.{l}.%d" % (h.replace("{", "{{"), i)), "}"]
    lines += ["tensor a [] for l {", "  hf a.{l}", "}"]
    return "\n".join(lines) + "\n"


def check_hostile(tmp):
    table = os.path.join(tmp, "hostile.weft")
    with open(table, "w") as file:
        file.write(hostile_table())
    c_file, why = generate(table, tmp)
    why = why or compile_strictly(c_file)
    out, why = (None, why) if why else program(c_file, tmp)
    if why:
        return why
    title = run([out]).stdout.decode().rstrip("\n")
    if title != " ".join(HOSTILE):
        return "the title is %r" % title
    for i, h in enumerate(HOSTILE):
        found = run([out, "%s.17.%d" % (h, i)]).stdout.decode()
        if not found.endswith("|17\n"):
            return "%r is scanned as %r" % (h, found)
    return None


def check_language(tmp):
    """What the scanners of the golden table say of keys that match, and that nearly do."""
    c_file, why = generate(ROOT / "tests/golden/tables/language.weft", tmp)
    out, why = (None, why) if why else program(c_file, tmp)
    if why:
        return why
    keys = {
        "model.layers.7.self_attn.q_proj.weight": "hf: {P}layers.{l}.self_attn.q_proj.weight|model.|7",
        "model.language_model.layers.12.mlp.up_proj.weight": "hf: {P}layers.{l}.mlp.{p}_proj.weight|model.language_model.|12|up",
        "model.layers.07.self_attn.q_proj.weight": "",
        "model.layers.7.self_attn.q_proj.weight2": "",
        "rank13/decoder.layers.3.fc1.w1": 'megatron: "rank{(s t)}/decoder.layers.{j}.fc1.{p:w3,w1}"|13|3|w1',
        "rank13/decoder.layers.3.fc1.weight11.of07":
            'megatron: "rank{(s)}/decoder.layers.{j}.fc1.weight{y}.of{x^=2}"|13|3|11|07',
        "rank13/decoder.layers.3.fc1.weight11.of7": "",
        "base.3.up.lora_B": "regex: /base\\.(?<e>[0-9]+)\\.(?<p>gate|up)\\.lora_B/|3|up",
        "model.visual.a.b\xff.c": "hf: {P}visual.{x..}|model.|a.b\xff.c",
    }
    for key, wanted in keys.items():
        found = run([out, key.encode("latin-1")]).stdout.decode("latin-1").rstrip("\n")
        if found != wanted:
            return "%s gives %r, not %r" % (key, found, wanted)
    return None


def main():
    tables = sorted((ROOT / "tests/golden/tables").glob("*.weft")) + sorted((ROOT / "mappings").glob("*.weft"))
    results = []
    for table in tables:
        with tempfile.TemporaryDirectory() as tmp:
            c_file, why = generate(table, tmp)
            results.append(("compiles " + table.name, why or compile_strictly(c_file)))
    for name, check in (("hostile text", check_hostile), ("scanners", check_language)):
        with tempfile.TemporaryDirectory() as tmp:
            results.append((name, check(tmp)))
    for name, why in results:
        print("not ok %s: %s" % (name, " ".join(why.split())) if why else "ok " + name)
    sys.exit(1 if any(why for _, why in results) else 0)


main()
