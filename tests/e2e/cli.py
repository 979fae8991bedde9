#!/usr/bin/python3
"""The command line: commands, options, exit codes, and where words go."""

import json
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import Started, case, check, converter, expect, read, run, same

SPLIT = qwen3.numbered(qwen3.split_shapes())
FUSED = qwen3.to_fused(SPLIT)
BYTES = sum(len(t[2]) for t in SPLIT.values())


def make(d):
    return qwen3.write(f'{d}/src', SPLIT)


def usage(d, *arguments, word='usage', **how):
    before = harness.tree(d)
    done = expect(run(*arguments, **how), 64, word)
    same(done.out, '', f'stdout of {arguments}')
    check(done.err.startswith('qwen3_moe: error: '), done)
    same(harness.tree(d), before, 'the files')


@case
def help_and_version(d):
    for words in (['--help'], ['-h'], ['convert', '--help'], ['--help', 'x'],
                  ['nope', '--help']):
        done = expect(run(*words), 0)
        for command in ('detect', 'plan', 'convert', 'verify', 'layouts',
                        'headers', 'toy'):
            check(f'  {command} ' in done.out, f'no {command} in {done}')
        same(done.err, '', 'stderr')
        check(all(len(line) <= 110 for line in done.out.splitlines()),
              'long lines')
    done = expect(run('--version'), 0)
    check('qwen3_moe' in done.out and done.out.count('\n') == 1, done)
    done = expect(run(), 64, 'usage')
    same(done.out, '', 'stdout')


@case
def wrong_command_lines(d):
    src = make(d)
    for words in (['convert', src], ['convert'], ['detect'], ['plan'],
                  ['verify', src], ['headers'], ['toy'], ['layouts', src],
                  ['detect', src, src], ['plan', src, src]):
        usage(d, *words)
    to = ['--to', 'fused']
    usage(d, 'convert', src, f'{d}/a', f'{d}/b', *to, word='too many')
    usage(d, 'nope', word='"nope"')
    usage(d, 'Convert', src, f'{d}/a', word='"Convert"')
    for option in ('--nope', '--nope=3', '-x', '-j', '--tpx', '--To',
                   '--max_shard_size=3', '---json'):
        usage(d, 'plan', src, *to, option, word='unknown option')
    for option in ('--to', '--from', '--config', '--memory', '--threads',
                   '--max-shard-size', '--variant', '--dtype', '--layout'):
        usage(d, 'plan', src, option, word=f'{option} needs a value')
    usage(d, 'plan', src, '--to', 'nope', word='split, fused')
    usage(d, 'plan', src, '--to', '', word='split, fused')
    usage(d, 'plan', src, '--to', 'fused:tp=2', word='"tp"')
    usage(d, 'plan', src, '--from', 'split:tp=2', *to, word='"tp"')
    usage(d, 'plan', src, *to, '--variant', 'x=true', word='"x"')


@case
def numbers_and_sizes(d):
    src = make(d)
    for value in ('0', '-1', '1025', 'x', '2x', '', '1.5', ' 2',
                  '99999999999999999999', '0x2', '+2'):
        usage(d, 'plan', src, '--to', 'fused', f'--threads={value}',
              word='--threads')
    for option in ('--memory', '--max-shard-size'):
        for value in ('x', '', '-1', '1.5GB', '5XB', '5GBB', '5 GB',
                      '5GiBx', '99999999999999999999', '99999999999T',
                      '+5', ' 5', '5iB'):
            usage(d, 'plan', src, '--to', 'fused', f'{option}={value}',
                  word=option)
        for value in ('0', '1', '5k', '5K', '5KB', '5KiB', '5m', '5MB', '5G',
                      '5GiB', '5T', '4096', '4096B'):
            expect(run('plan', src, '--to', 'fused', option, value), 0)


@case
def sizes_mean_what_they_say(d):
    """Decimal units, and binary ones with an i: by the files they give."""
    src = make(d)
    for text, limit in (('10KB', 10000), ('10KiB', 10240), ('10K', 10000),
                        ('10k', 10000), ('9700', 9700)):
        done = run('plan', src, '--to', 'fused', '--json', '--max-shard-size',
                   text)
        other = run('plan', src, '--to', 'fused', '--json',
                    '--max-shard-size', limit)
        same(done.out, other.out, text)
    few, many = (len(json.loads(run('plan', src, '--to', 'fused', '--json',
                                    '--max-shard-size', n).out)['files'])
                 for n in (20000, 9999))
    check(1 < few < many, (few, many))


@case
def options_anywhere(d):
    make(d)
    words = {'--to': 'fused', '--threads': '2'}
    for number, line in enumerate((
            ['convert', '--to', 'fused', 'src', 'DST', '--quiet'],
            ['--to=fused', 'convert', 'src', 'DST'],
            ['convert', 'src', '--to=fused', 'DST', '--threads', '2'],
            ['convert', 'src', 'DST', '--to', 'fused', '-q'],
            ['--to', 'split', 'convert', 'src', 'DST', '--to', 'fused'],
            ['--quiet', '--to', 'fused', '--', 'convert', 'src', 'DST'])):
        dst = f'dst{number}'
        done = run(*(dst if w == 'DST' else w for w in line), cwd=d)
        expect(done, 0)
        check(not qwen3.different(st.read(f'{d}/{dst}'), FUSED), line)
        if '--quiet' in line or '-q' in line:
            same((done.out, done.err), ('', ''), 'quiet')


@case
def any_working_directory(d):
    """Relative paths, blanks, a leading dash."""
    src = make(d)
    os.makedirs(f'{d}/deep/down here')
    for cwd, source, dst, found in (
            (d, 'src', 'a', 'a'), (d, './src/', './b/', 'b'),
            (f'{d}/deep/down here', '../../src', 'x', 'deep/down here/x'),
            (f'{d}/deep/down here', src, '../y', 'deep/y'),
            ('/', src, f'{d}/z z', 'z z'),
            (src, '.', '../out', 'out'), (d, 'src', './-c', '-c')):
        expect(run('convert', source, dst, '--to', 'fused', cwd=cwd), 0)
        expect(run('verify', source, dst, cwd=cwd), 0)
        check(not qwen3.different(st.read(f'{d}/{found}'), FUSED), found)
    expect(run('convert', '--to', 'fused', '--', 'src', '-e', cwd=d), 0)
    expect(run('verify', '--', 'src', '-e', cwd=d), 0)
    usage(d, 'convert', 'src', '-e', '--to', 'fused', cwd=d, word='./-e')


@case
def by_another_name(d):
    """A link, a copy, by PATH: the name it is called by is in its words."""
    src = make(d)
    shutil.copy(converter(), f'{d}/other name')
    done = Started('plan', src, program=[f'{d}/other name']).wait()
    expect(done, 64, 'other name: error: ')
    os.symlink(converter(), f'{d}/linked')
    done = Started('plan', src, program=['linked'],
                   env={'PATH': d}).wait()
    expect(done, 64, 'linked: error: ')


@case
def detect(d):
    src = make(d)
    qwen3.write(f'{d}/fused', FUSED)
    for path, layout in ((src, 'split'), (f'{d}/fused', 'fused')):
        done = expect(run('detect', path), 0)
        same((done.out, done.err), (f'{layout}\n', ''), 'what it prints')
        done = expect(run('detect', path, '--json'), 0)
        same(json.loads(done.out), {'model': 'qwen3_moe', 'layout': layout},
             'the JSON')
    expect(run('detect', f'{d}/none'), 66, f'{d}/none')
    expect(run('detect', src, '--from', 'fused'), 65)
    os.remove(f'{src}/config.json')
    same(run('detect', src).out, 'split\n', 'what it prints without a config')


@case
def layouts(d):
    """All of them, each option with its default and, if it has them, words."""
    text = expect(run('layouts'), 0).out
    found = json.loads(run('layouts', '--json').out)
    same(found['model'], 'qwen3_moe', 'the model')
    by_name = {layout.pop('name'): layout for layout in found['layouts']}
    for name in ('split', 'fused'):
        layout = by_name[name]
        check(f'{name}  {layout.pop("title")}\n' in text, text)
        same(layout, dict(format='safetensors', readable=True, writable=True,
                          options=[]), name)
    options = {o.pop('name'): o for o in by_name['vllm']['options']}
    for option in options.values():
        check(option.pop('doc') in text, text)
    same(options, dict(tp=dict(default='1'),
                       ep=dict(default='false', choices=['false', 'true']),
                       order=dict(default='gate_up',
                                  choices=['gate_up', 'up_gate'])),
         'the options of vllm')
    check('    --order gate_up  ' in text and '(gate_up, up_gate)' in text,
          text)


@case
def headers(d):
    """Of any directory or file, with absolute offsets."""
    src = qwen3.write(f'{d}/src', SPLIT, shards=3)
    wanted = []
    for file in sorted(os.listdir(src)):
        if file.endswith('.safetensors'):
            tensors, _, start = st.read_header(f'{src}/{file}')
            wanted += [(n, dtype, shape, file, start + begin, end - begin)
                       for n, (dtype, shape, begin, end) in tensors.items()]
    wanted.sort(key=lambda x: x[0].encode())
    done = expect(run('headers', src), 0)
    same(done.out, ''.join(
        f'{n}\t{dtype}\t{",".join(map(str, shape))}\t{file}\t{at}\t{size}\n'
        for n, dtype, shape, file, at, size in wanted), 'the list')
    found = json.loads(run('headers', src, '--json').out)
    same([(x['key'], x['dtype'], tuple(x['shape']), x['file'], x['offset'],
           x['bytes']) for x in found], wanted, 'the JSON')
    one = wanted[0][3]
    done = expect(run('headers', f'{src}/{one}'), 0)
    same(done.out.count('\n'), sum(w[3] == one for w in wanted), 'lines')


@case
def plan(d):
    """What the JSON says, against what is; and nothing is written."""
    src = make(d)
    before = harness.tree(d)
    with harness.unchanged(src):
        done = expect(run('plan', src, '--to', 'fused', '--json',
                          '--max-shard-size', '20kB'), 0)
        text = expect(run('plan', src, '--to', 'fused'), 0)
    same(harness.tree(d), before, 'the files')
    same((done.err, text.err), ('', ''), 'stderr')
    found = json.loads(done.out)
    for key, value in dict(
            model='qwen3_moe', source=src, to='fused', tensors_in=len(SPLIT),
            bytes_in=BYTES, tensors_out=len(FUSED), bytes_out=BYTES, kept=0,
            bytes_read=BYTES, inexact=[], dropped=[],
            side_files=found['side_files'], **{'from': 'split'}).items():
        same(found[key], value, key)
    sizes = {s['name']: s['value'] for s in found['sizes']}
    same(sizes, dict(qwen3.SIZES, Q=42, K=14, tied=False), 'the sizes')
    check(all(s['origin'] == f'{src}/config.json' for s in found['sizes']),
          found['sizes'])
    moves = found['moves']
    same((moves['copy'], moves['transpose']['count'],
          moves['gather']['count']),
         ({'count': len(SPLIT), 'bytes': BYTES}, 0, 0), 'the moves')
    expect(run('convert', src, f'{d}/dst', '--to', 'fused',
               '--max-shard-size', '20kB'), 0)
    same([(f['dir'], f['name'], f['bytes']) for f in found['files']],
         [('', n, os.path.getsize(f'{d}/dst/{n}'))
          for n in sorted(os.listdir(f'{d}/dst'))
          if n.endswith('.safetensors')], 'the files')
    for word in (src, 'split', 'fused', str(len(SPLIT)), str(len(FUSED)),
                 'H     = 20', 'num_experts', 'bit for bit', 'config.json'):
        check(word in text.out, f'{word!r} is not in {text.out}')
    expect(run('plan', src), 64, '--to', 'split', 'fused')


@case
def results_and_messages_are_apart(d):
    src = make(d)
    done = expect(run('convert', src, f'{d}/a', '--to', 'fused'), 0, f'{d}/a')
    same(done.out, '', 'stdout')
    done = expect(run('convert', src, f'{d}/b', '--to', 'fused', '--json'), 0)
    same(json.loads(done.out) | {'read': 0}, {
        'target': f'{d}/b', 'layout': 'fused', 'tensors': len(FUSED),
        'bytes': BYTES, 'files': 1, 'read': 0} | {
            k: 0 for k in ('not_finite', 'padding')
            if k in json.loads(done.out)}, 'the JSON')
    check('error' not in done.err and '\r' not in done.err and
          '\x1b' not in done.err, done)
    done = expect(run('convert', src, f'{d}/c', '--to', 'fused', '--quiet'), 0)
    same((done.out, done.err), ('', ''), 'quiet')
    done = expect(run('convert', src, f'{d}/c', '--to', 'fused', '--quiet'),
                  73, 'not empty')
    same(done.out, '', 'stdout')
    harness.write(f'{src}/config.json', '{')
    for words in (['plan', src, '--to', 'fused', '--json'],
                  ['convert', src, f'{d}/e', '--to', 'fused', '--json']):
        done = expect(run(*words), 65, 'config.json')
        same(done.out, '', 'stdout')


@case
def standard_streams_that_fail(d):
    """A report that is lost is a failure; a conversion without one is not."""
    src = make(d)
    line = f'exec "{converter()}" "$@"'
    for tail, words, code in (
            ('>/dev/full', ['layouts'], 74),
            ('>/dev/full', ['plan', src, '--to', 'fused'], 74),
            ('>/dev/full', ['headers', src], 74),
            ('>&-', ['headers', src], 74),
            ('>&-', ['layouts'], 74),
            ('<&- >&- 2>&-', ['convert', src, f'{d}/a', '--to', 'fused'], 0),
            ('2>/dev/full', ['convert', src, f'{d}/b', '--to', 'fused'], 0),
            ('>/dev/full', ['convert', src, f'{d}/c', '--to', 'fused'], 0)):
        done = Started(*words, program=['/bin/sh', '-c', f'{line} {tail}',
                                        'sh']).wait()
        same(done.code, code, f'the exit code of {words} {tail}')
    for name in 'abc':
        check(not qwen3.different(st.read(f'{d}/{name}'), FUSED), name)


@case
def a_reader_that_goes_away(d):
    s = dict(H=1, L=2, E=3000, F=1, N=1, G=1, D=1, V=1)
    src = qwen3.write(f'{d}/src', st.random_tensors(qwen3.split_shapes(s)),
                      qwen3.config_of(s))
    done = Started('headers', src, program=[
        '/bin/bash', '-c', f'"{converter()}" "$@" | head -1; '
        'exit ${PIPESTATUS[0]}', 'bash']).wait()
    same((done.code, done.out.count('\n')), (74, 1), 'the code and the lines')


@case
def the_environment_changes_nothing(d):
    src = make(d)
    expect(run('convert', src, f'{d}/golden', '--to', 'fused'), 0)
    for number, env in enumerate((
            {'LC_ALL': 'de_DE.UTF-8'}, {'LC_ALL': 'tr_TR.UTF-8'},
            {'TZ': 'Asia/Kathmandu'}, {'HOME': '/nowhere'}, {'TERM': 'xterm'},
            {'TMPDIR': '/nowhere'}, {'LANG': 'C', 'LC_ALL': 'C'},
            {'POSIXLY_CORRECT': '1'})):
        done = run('convert', src, f'{d}/{number}', '--to', 'fused', env=env)
        expect(done, 0)
        harness.same_tree(f'{d}/golden', f'{d}/{number}')


@case
def exit_codes(d):
    """One run for each that a converter can end with."""
    src = make(d)
    to = ['--to', 'fused']
    expect(run('plan', src, *to), 0)
    expect(run('plan', src), 64)
    harness.write(f'{d}/bad.safetensors', 'x')
    expect(run('headers', f'{d}/bad.safetensors'), 65)
    expect(run('plan', f'{d}/none', *to), 66)
    expect(run('convert', src, src + '/../bad.safetensors', *to), 73)
    done = Started('layouts', program=[
        '/bin/sh', '-c', f'"{converter()}" "$@" >/dev/full', 'sh']).wait()
    expect(done, 74)


harness.main()
