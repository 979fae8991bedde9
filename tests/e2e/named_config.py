#!/usr/bin/python3
"""A second config, given by an option of its own name: read from a file or a
directory, kept in weft.json, and asked for only where something needs it."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
import tables
from harness import case, check, expect, read, run, same, write

DOC = 'config.json of the model the adapter is for'
TABLE = f'''
model adapter "Adapters"

config base "{DOC}"

size H = base.hidden_size
     L = base["text config"][1], base.num_layers
     R = r
     W = base.wide, base.width
text P = deep. when base.deep | flat.
flag old = base.version == 1

layout each "a tensor for each layer" {{
  config "adapter_config.json"
  detect has(a.0)
}}
layout all "one for all" {{
  config "adapter_config.json"
  detect has(flat.a) or has(deep.a)
  set width = H
  set wide = W when wide
}}
layout plain "without a config of the base" {{
  config "adapter_config.json"
  detect has(b)
}}
flag wide = config.wide | false

tensor a [r h] for l < L {{
  each  a.{{l}}
  all   {{P}}a  [l r h]
  plain b      [l r h]
}}
require not old "version 2 or later"
'''
L, R, H = 3, 2, 5
BASE = {'hidden_size': H, 'num_layers': L, 'eps': 1}
MADE = {}


def program():
    """The converter, made once."""
    if not MADE:
        MADE['at'] = tempfile.TemporaryDirectory()
        MADE['program'] = tables.build(MADE['at'].name, TABLE, 'adapter')
    return MADE['program']


def weft(*words, **how):
    return run(*words, program=program(), **how)


def element(l, r, h):
    return bytes([100 + l * 20 + r * 7 + h, l])


def each():
    return {f'a.{l}': ('BF16', (R, H), b''.join(
        element(l, r, h) for r in range(R) for h in range(H)))
        for l in range(L)}


def all_in_one():
    return ('BF16', (L, R, H), b''.join(
        element(l, r, h) for l in range(L) for r in range(R)
        for h in range(H)))


def source(d, name='src', tensors=None, **config):
    os.makedirs(f'{d}/{name}')
    st.write(f'{d}/{name}/model.safetensors', tensors or each())
    write(f'{d}/{name}/adapter_config.json', json.dumps({'r': R} | config))
    return f'{d}/{name}'


def base(d, text=None, name='base.json', **change):
    return write(f'{d}/{name}', text or json.dumps(BASE | change))


def tensors(path):
    return st.read(path)


def kept(path):
    return json.loads(read(path, 'weft.json')).get('configs')


@case
def given_as_a_file_and_as_a_directory(d):
    src = source(d)
    expect(weft('convert', src, f'{d}/one', '--to', 'all', '--base', base(d)),
           0)
    same(tensors(f'{d}/one'), {'flat.a': all_in_one()}, 'the target')
    os.mkdir(f'{d}/model')
    base(f'{d}/model', name='config.json')
    for n, path in enumerate((f'--base={d}/model', f'--base={d}/model/')):
        expect(weft('convert', src, f'{d}/{n}', '--to', 'all', path), 0)
        harness.same_tree(f'{d}/one', f'{d}/{n}')
    same(json.loads(read(d, 'one/adapter_config.json')), {'r': R, 'width': H},
         'the edited config')


@case
def weft_json_keeps_every_number_as_it_was_spelled(d):
    text = ('{"hidden_size":5 , "num_layers" : 3,"eps": 1e-06,"big":'
            ' 1.50e+10, "list":[ 1,[ ],{ }, "a, b: {\\"\\u00e9"],\n'
            '"o": {"n": null, "t":true}}')
    src = source(d)
    expect(weft('convert', src, f'{d}/to', '--to', 'all', '--base',
                base(d, text)), 0)
    same(kept(f'{d}/to'), {'base': json.loads(text)}, 'what is kept')
    said = read(d, 'to/weft.json').decode()
    for word in ('1e-06', '1.50e+10', '"a, b: {\\"\\u00e9"', '{}', '[]'):
        check(word in said, said)
    check(said.endswith('    }\n  }\n}\n'), said)
    expect(weft('convert', f'{d}/to', f'{d}/back', '--to', 'each'), 0)
    again = read(d, 'back/weft.json').decode()
    same(again.partition('"configs"')[2], said.partition('"configs"')[2],
         'the copy')


@case
def what_weft_wrote_needs_none(d):
    src, to = source(d), f'{d}/to'
    expect(weft('convert', src, to, '--to', 'all', '--base', base(d)), 0)
    expect(weft('verify', src, to), 0)
    expect(weft('verify', src, to, '--base', base(d)), 0)
    same(weft('detect', to).out, 'all\n', 'the layout')
    done = expect(weft('plan', to, '--to', 'each'), 0)
    check('base.hidden_size' in done.out and
          'base from weft.json of ' in done.out, done.out)
    expect(weft('convert', to, f'{d}/back', '--to', 'each'), 0)
    same(tensors(f'{d}/back'), each(), 'the tensors')
    same(json.loads(read(d, 'back/adapter_config.json')), {'r': R},
         'the config')
    expect(weft('verify', to, f'{d}/back'), 0)
    expect(weft('verify', src, f'{d}/back', '--base', base(d, eps=2)), 65,
           'weft.json differs')


@case
def a_given_one_comes_first(d):
    src, to = source(d), f'{d}/to'
    expect(weft('convert', src, to, '--to', 'all', '--base', base(d)), 0)
    expect(weft('convert', to, f'{d}/back', '--to', 'each', '--base',
                base(d, eps=7)), 0)
    same(kept(f'{d}/back')['base']['eps'], 7, 'what is kept')
    expect(weft('convert', to, f'{d}/no', '--to', 'each', '--base',
                base(d, hidden_size=6)), 65, '[3, 2, 5]',
                '[3, 2, 6]')


@case
def not_given_where_it_is_needed(d):
    src = source(d)
    done = expect(weft('plan', src, '--to', 'all'), 65,
                  f'there is no base config: give --base FILE ({DOC})')
    check('size L = ' in done.err or 'size H = ' in done.err, done.err)
    check('base.num_layers is needed, and there is no base' in done.err or
          'base.hidden_size is needed, and there is no base' in done.err,
          done.err)
    expect(weft('toy', f'{d}/toy', '--layout', 'all', '--config',
                f'{src}/adapter_config.json'), 65, 'give --base FILE')
    same(kept(src) if os.path.exists(src + '/weft.json') else None, None,
         'the source')


@case
def one_value_of_it_missing(d):
    src = source(d, wide=True)
    done = expect(weft('convert', src, f'{d}/to', '--to', 'all', '--base',
                       base(d)), 65, 'value for wide cannot be had')
    check('no base config' not in done.err, done.err)
    expect(weft('plan', source(d, 'other'), '--to', 'all', '--base',
                base(d, hidden_size='x', name='x.json')), 65, 'x.json',
           'size H is "x"')
    short = dict(BASE)
    del short['hidden_size']
    done = expect(weft('toy', f'{d}/toy', '--layout', 'all', '--config',
                       f'{src}/adapter_config.json', '--base',
                       base(d, json.dumps(short))), 65,
                  'base.json: size H cannot be had', 'base.hidden_size')


@case
def values_that_disagree(d):
    expect(weft('plan', source(d), '--to', 'all', '--base',
                base(d, **{'text config': [9, 4]})), 65,
           'base["text config"][1], base.num_layers', '4', '3')


@case
def texts_and_conditions_see_it(d):
    expect(weft('convert', source(d), f'{d}/to', '--to', 'all', '--base',
                base(d, deep=True)), 0)
    same(list(tensors(f'{d}/to')), ['deep.a'], 'the keys')
    expect(weft('convert', source(d, 'two'), f'{d}/no', '--to', 'all',
                '--base', base(d, version=1)), 65, 'version 2 or later',
           'base.json')


@case
def hostile_files(d):
    src = source(d)
    for text, word in (('{"a": 1, "a": 2}', 'duplicate'), ('', 'empty'),
                       ('[1, 2', 'not valid JSON'), ('{"a": 1} x', 'JSON')):
        expect(weft('plan', src, '--to', 'all', '--base', base(d, text)
                    if text else write(f'{d}/base.json', '')), 65,
               'base.json', word)
    expect(weft('plan', src, '--to', 'all', '--base', f'{d}/none'), 66,
           'none')
    expect(weft('plan', src, '--to', 'all', '--base'), 64,
           '--base needs a value')
    os.mkdir(f'{d}/empty')
    expect(weft('plan', src, '--to', 'all', '--base', f'{d}/empty'), 66,
           'empty/config.json')
    said = {'weft': 1, 'model': 'adapter', 'layout': 'each'}
    write(f'{src}/weft.json', json.dumps(said | {'configs': {'base': [1]}}))
    expect(weft('plan', src, '--to', 'all'), 65, 'configs.base is a list')
    write(f'{src}/weft.json', json.dumps(
        said | {'configs': {'base': BASE, 'other': {}}}))
    expect(weft('plan', src, '--to', 'all'), 0)


@case
def toys_keep_it(d):
    src = source(d)
    expect(weft('toy', f'{d}/toy', '--layout', 'all', '--config',
                f'{src}/adapter_config.json', '--base', base(d)), 0)
    same(kept(f'{d}/toy'), {'base': BASE}, 'what is kept')
    expect(weft('convert', f'{d}/toy', f'{d}/to', '--to', 'each'), 0)
    expect(weft('verify', f'{d}/toy', f'{d}/to'), 0)


@case
def help_and_layouts_tell_of_it(d):
    check(f'--base FILE  ' in weft('--help').out and
          DOC in weft('--help').out, weft('--help').out)
    check(f'--base FILE  {DOC}\n' in weft('layouts').out, weft('layouts').out)
    same(json.loads(weft('layouts', '--json').out)['configs'],
         [{'name': 'base', 'doc': DOC}], 'the configs')
    src = source(d)
    done = expect(weft('plan', src, '--to', 'all', '--json', '--base',
                       base(d)), 0)
    sizes = {s['name']: s for s in json.loads(done.out)['sizes']}
    same(sizes['H']['origin'], f'{d}/base.json', 'the origin of H')
    same(sizes['R']['origin'], f'{src}/adapter_config.json', 'that of R')


harness.main()
