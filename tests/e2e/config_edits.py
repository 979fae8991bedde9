#!/usr/bin/python3
"""What the edits of a layout make of a config, and how they are undone."""

import functools
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import st
from harness import case, check, expect, read, same

NAME = 'adapter_config.json'
TABLE = '''model edits

size H = hidden_size
flag whole = has(down.A) or has(fused_down.A)

layout plain {
  detect has(up.A)
  config "adapter_config.json"
}
layout fused {
  detect has(fused.A)
  config "adapter_config.json"
%s
}
tensor up [k h] {
  plain  up.A
  fused  fused.A
}
tensor down [k h] optional {
  plain  down.A
  fused  fused_down.A
}
'''
WEFT = os.path.abspath(os.environ.get('WEFT', 'build/weft'))
SHAPES = {'up.A': [3, 20], 'down.A': [5, 20]}
CONFIG = {'r': 8, 'hidden_size': 20, 'alpha': 16,
          'modules': ['q', 'gate', 'up', 'down'],
          'ranks': {'q': 4, 'o': 2}}


@functools.cache
def program(edits):
    path = tempfile.mkdtemp()
    harness.write(f'{path}/edits.weft', TABLE % edits)
    done = subprocess.run([WEFT, 'build', f'{path}/edits.weft', '-o',
                           f'{path}/edits'], stderr=subprocess.PIPE, text=True)
    check(done.returncode == 0, done.stderr)
    return [f'{path}/edits']


def checkpoint(d, config, fused=False, whole=True):
    tensors = st.random_tensors(SHAPES)
    names = {'up.A': 'fused.A', 'down.A': 'fused_down.A'}
    path = tempfile.mkdtemp(dir=d)
    st.write(f'{path}/model.safetensors',
             {names[n] if fused else n: t for n, t in tensors.items()
              if whole or n == 'up.A'})
    harness.write(f'{path}/{NAME}', config if isinstance(config, str)
                  else json.dumps(config))
    return path


def converted(d, edits, config, code=0, words=(), **how):
    """The text of the config that comes out; None of a failure."""
    src = checkpoint(d, config, **how)
    to = 'plain' if how.get('fused') else 'fused'
    done = harness.run('convert', src, src + '-to', '--to', to,
                       program=program(edits))
    expect(done, code, *words)
    if code:
        harness.absent(src + '-to')
        return None
    expect(harness.run('verify', src, src + '-to', program=program(edits)), 0)
    return read(src + '-to', NAME).decode()


def changed(d, edits, wanted, config=None, **how):
    """Compares with the order of members, too."""
    found = converted(d, edits, config or CONFIG, **how)
    same(found, json.dumps(wanted), edits)


def both_ways(d, edits, wanted, config=None):
    """What is made, and that it is undone to the byte."""
    changed(d, edits, wanted, config)
    changed(d, edits, config or CONFIG, wanted, fused=True)


@case
def new_members_come_first_in_the_order_of_the_table(d):
    both_ways(d, 'set ranks["a.b"] = 2 * config.r\nset ranks.x = "y"\n'
              'set new = true',
              {'new': True, **CONFIG, 'ranks': {'a.b': 16, 'x': 'y', 'q': 4,
                                                'o': 2}})
    empty = CONFIG | {'ranks': {}}
    both_ways(d, 'set ranks.b = 1\nset ranks.a = 2',
              empty | {'ranks': {'b': 1, 'a': 2}}, empty)


@case
def what_is_there_stays_where_it_is(d):
    changed(d, 'set ranks.o = 3\nset r = 9',
            CONFIG | {'ranks': {'q': 4, 'o': 3}, 'r': 9})


@case
def a_set_is_checked(d):
    edits = 'set ranks.x = 2 * config.r'
    converted(d, edits, CONFIG, fused=True, code=65,
              words=(NAME, 'ranks.x is absent', 'sets it to 16'))
    converted(d, edits, CONFIG | {'ranks': {'x': 15}}, fused=True, code=65,
              words=('ranks.x is 15', 'sets it to 16'))


@case
def optional_is_made_and_not_asked_for(d):
    changed(d, 'set optional ranks.x = 16\nset alpha = 7',
            CONFIG | {'ranks': {'x': 16, 'q': 4, 'o': 2}, 'alpha': 7})
    for config in (CONFIG, CONFIG | {'ranks': {'x': 15}},
                   CONFIG | {'ranks': {'x': 16}}):
        changed(d, 'set optional ranks.x = 16', config, config, fused=True)
    changed(d, 'rename optional alpha lora_alpha',
            {('lora_alpha' if n == 'alpha' else n): v
             for n, v in CONFIG.items()})
    changed(d, 'rename optional alpha lora_alpha', CONFIG, fused=True)
    changed(d, 'insert optional modules "x"\ndelete optional modules "q"',
            CONFIG | {'modules': ['gate', 'up', 'down', 'x']})
    changed(d, 'insert optional modules "up"\ndelete optional modules "new"',
            CONFIG, fused=True)


@case
def lists_take_each_member_of_a_list(d):
    edits = 'delete modules %s\ninsert targets %s'
    wanted = {'targets': ['gate_up', 'o'], **CONFIG, 'modules': ['q', 'down']}
    changed(d, edits % ('["gate", "up", "w"]', '["gate_up", "o"]'), wanted)
    back = converted(d, edits % ('["gate", "up"]', '["gate_up", "o"]'), wanted,
                     fused=True)
    same(json.loads(back), CONFIG | {
        'modules': ['q', 'down', 'gate', 'up'], 'targets': []}, 'undone')
    both_ways(d, 'delete modules []\ninsert targets []', CONFIG)
    odd = CONFIG | {'more': [1, None, 'q', True, 'gate'], 'targets': None}
    changed(d, 'delete modules config.more\ninsert targets config.more',
            odd | {'modules': ['up', 'down'],
                   'targets': [1, None, 'q', True, 'gate']}, odd)


@case
def absent_is_nothing_to_delete_and_an_error_to_insert(d):
    both_ways(d, 'delete modules config.nothing', CONFIG)
    converted(d, 'insert modules config.nothing', CONFIG, code=65,
              words=('the value for modules cannot be had', 'edits.weft:'))


@case
def nothing_is_inserted_twice(d):
    changed(d, 'insert modules ["q", "x", "x"]',
            CONFIG | {'modules': CONFIG['modules'] + ['x']})


@case
def a_string_is_no_list(d):
    text = '{"hidden_size": 20,\n "modules": "q|gate"}'
    for edit in ('delete modules "gate"', 'insert optional modules "x"',
                 'delete optional modules ["gate"]'):
        converted(d, edit, text, code=65, words=(
            NAME, ':2:13: modules is a string, expected a list',
            'edits.weft:13:', '--config'))


@case
def numbers_are_compared_by_value(d):
    edits = 'set ranks.x = 16\nset y = 512 * sqrt(1 / 512.0)\nset z = 0.1'
    for x, y, z in (('16', '22.627416997969522', '0.1'),
                    ('16.0', '22.62741699796952200', '1e-1'),
                    ('1.6e1', '2.2627416997969522e1', '0.10')):
        text = ('{"y": %s, "z": %s, "ranks": {"x": %s}, "hidden_size": 20}'
                % (y, z, x))
        same(converted(d, edits, text, fused=True),
             '{"ranks": {}, "hidden_size": 20}', text)
    converted(d, edits, '{"y": 22.62741699796952, "z": 0.1, '
              '"ranks": {"x": 16}, "hidden_size": 20}', fused=True, code=65,
              words=('y is 22.62741699796952,', '22.627416997969522'))
    lists = 'set ranks.x = [1, "a", true]'
    same(converted(d, lists, '{"ranks":{"x":[1.0 ,"\\u0061",true]},'
                   '"hidden_size":20}', fused=True),
         '{"ranks":{},"hidden_size":20}', lists)


@case
def what_is_no_number_is_no_value(d):
    converted(d, 'set x = config.r / 0.0', CONFIG, code=65,
              words=('the value for x cannot be had',))


@case
def names_are_given_back(d):
    odd = CONFIG | {'ranks': {'a.b': 1, 'o': 2}}
    both_ways(d, 'rename ranks["a.b"] "c.d"',
              odd | {'ranks': {'c.d': 1, 'o': 2}}, odd)
    both_ways(d, 'rename ranks["o"] "x y"\nrename alpha "a.b"',
              {('a.b' if n == 'alpha' else n): v for n, v in odd.items()}
              | {'ranks': {'a.b': 1, 'x y': 2}}, odd)


@case
def both_sides_see_what_the_source_is_asked(d):
    """Whichever layout the flag asks about, and of which it is the edit."""
    edits = ('set ranks.x = 1 when whole\nset y = "part" when not whole\n'
             'delete modules ["down"] when not whole')
    for whole, made in ((True, CONFIG | {'ranks': {'x': 1, 'q': 4, 'o': 2}}),
                        (False, {'y': "part", **CONFIG,
                                 'modules': ['q', 'gate', 'up']})):
        changed(d, edits, made, whole=whole)
        changed(d, edits, CONFIG, made, whole=whole, fused=True)
        converted(d, edits, made, whole=not whole, fused=True, code=65,
                  words=('y is absent' if whole else 'ranks.x is absent',))


if __name__ == '__main__':
    harness.main()
