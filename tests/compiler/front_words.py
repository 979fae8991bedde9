#!/usr/bin/env python3
"""The words of grammar/words.def are the tokens of the grammar and the keys of the schema."""

import json
import re
import sys

failed = 0


def check(name, fault):
    global failed
    print("not ok %s: %s" % (name, fault) if fault else "ok " + name)
    failed += bool(fault)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def words():
    found = re.findall(r'^WORD\("(\w+)", (\w+), ([A-Z_ |0]+)\)$', read("grammar/words.def"), re.M)
    return [(text, token, set(where.split(" | ")) - {"0"}) for text, token, where in found]


def differ(wanted, found):
    lines = ["%s is missing" % key for key in sorted(set(wanted) - set(found))]
    return ", ".join(lines + ["%s is too much" % key for key in sorted(set(found) - set(wanted))])


def keys(all_words, *places):
    return [text for text, _, where in all_words if where & set(places)]


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolves(schema, reference):
    for part in reference.lstrip("#/").split("/"):
        if part not in schema:
            return False
        schema = schema[part]
    return True


def main():
    all_words = words()
    texts = [text for text, _, _ in all_words]
    check("words are there once", ", ".join(sorted({t for t in texts if texts.count(t) > 1})))
    tokens = dict(re.findall(r"\b([A-Z]+) \"'([a-z]+)'\"", read("grammar/weft.y")))
    check("words are tokens", differ(["%s=%s" % (token, text) for text, token, _ in all_words],
                                     ["%s=%s" % pair for pair in tokens.items()]))
    schema = json.loads(read("grammar/weft.schema.json"))
    parts = schema["definitions"]
    check("keys of a file", differ(keys(all_words, "IN_FILE", "IN_TOP"), schema["properties"]))
    check("keys of rows", differ(keys(all_words, "IN_TOP"), parts["block"]["properties"]))
    check("keys of a layout", differ(keys(all_words, "IN_LAYOUT"), parts["layout"]["properties"]))
    check("keys of a tensor", differ(keys(all_words, "IN_TENSOR"), parts["tensor"]["properties"]))
    check("references of the schema", ", ".join(r for r in references(schema) if not resolves(schema, r)))
    sys.exit(1 if failed else 0)


main()
