#!/usr/bin/python3
"""Conversions between split and fused, held against the formulas of
tests/lib/qwen3.py; files, index, config and side files of the target."""

import json
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, convert, expect, read, run, same, same_tree

SPLIT = qwen3.numbered(qwen3.split_shapes())
FUSED = qwen3.to_fused(SPLIT)
# Rows of 260 bytes, stored tensors of 40 to 530 kB.
LARGE = dict(H=130, L=2, E=5, F=210, N=6, G=2, D=22, V=401)


def holds(dst, tensors):
    wrong = qwen3.different(st.read(dst), tensors)
    check(not wrong, f'{dst}: {wrong}')


def natural(name):
    return [int(p) if p.isdigit() else p for p in re.split(r'(\d+)', name)]


def shards_of(tensors, limit):
    """Names by shard: in natural order, as many as fit."""
    shards, size = [], 0
    for name in sorted(tensors, key=natural):
        n = len(tensors[name][2])
        if not shards or size + n > limit:
            shards.append([])
            size = 0
        shards[-1].append(name)
        size += n
    return shards


def check_header(path, names):
    """A header as the format's own writer makes it: compact, wide dtypes
    first and then by name, data without a hole, padded to 8 bytes."""
    content = read(path)
    n, = struct.unpack('<Q', content[:8])
    text = content[8:8 + n].decode()
    header = json.loads(text)
    same(n % 8, 0, f'the remainder of the header size of {path}')
    same(text.rstrip(' '), json.dumps(header, separators=(',', ':')),
         f'the header of {path}')
    same(header.pop('__metadata__'), {'format': 'pt'}, 'the metadata')
    same(list(header), sorted(names, key=lambda x: (
        -st.BITS[header[x]['dtype']], x)), f'the order in {path}')
    at = 0
    for name, tensor in header.items():
        begin, end = tensor['data_offsets']
        same(begin, at, f'begin of {name}')
        same(end - begin, st.nbytes(tensor['dtype'], tensor['shape']),
             f'bytes of {name}')
        at = end
    same(len(content), 8 + n + at, f'the size of {path}')


def both_ways(d, split, fused, config=None):
    qwen3.write(f'{d}/split', split, config)
    qwen3.write(f'{d}/fused', fused, config)
    convert(f'{d}/split', f'{d}/to_fused')
    holds(f'{d}/to_fused', fused)
    convert(f'{d}/fused', f'{d}/to_split', layout='split')
    holds(f'{d}/to_split', split)
    expect(run('verify', f'{d}/split', f'{d}/to_fused'), 0)
    expect(run('verify', f'{d}/fused', f'{d}/to_split'), 0)


@case
def split_to_fused(d):
    qwen3.write(f'{d}/src', SPLIT)
    done = convert(f'{d}/src', f'{d}/dst')
    same(done.out, '', 'stdout')
    holds(f'{d}/dst', FUSED)
    same(sorted(os.listdir(f'{d}/dst')),
         ['config.json', 'model.safetensors', 'weft.json'], 'the target')
    check_header(f'{d}/dst/model.safetensors', FUSED)


@case
def fused_to_split(d):
    qwen3.write(f'{d}/src', FUSED)
    convert(f'{d}/src', f'{d}/dst', layout='split')
    holds(f'{d}/dst', SPLIT)
    check_header(f'{d}/dst/model.safetensors', SPLIT)


@case
def a_layout_to_itself(d):
    for layout, tensors in (('split', SPLIT), ('fused', FUSED)):
        qwen3.write(f'{d}/{layout}', tensors)
        convert(f'{d}/{layout}', f'{d}/{layout}2', layout=layout)
        holds(f'{d}/{layout}2', tensors)


@case
def any_bits_in_any_dtype(d):
    """NaNs, infinities, denormals: bytes are bytes."""
    for i, dtype in enumerate(('F32', 'F16', 'F64', 'F8_E4M3', 'U8', 'I64')):
        split = st.random_tensors(qwen3.split_shapes(), dtype=dtype)
        os.mkdir(f'{d}/{i}')
        both_ways(f'{d}/{i}', split, qwen3.to_fused(split))


@case
def every_prime_size(d):
    """Sizes that nothing divides, and of one."""
    for i, s in enumerate((dict(H=1, L=1, E=1, F=1, N=1, G=1, D=1, V=1),
                           dict(H=37, L=1, E=7, F=11, N=3, G=1, D=2, V=5),
                           dict(H=3, L=11, E=2, F=61, N=5, G=5, D=1, V=7))):
        split = st.random_tensors(qwen3.split_shapes(s), seed=i)
        os.mkdir(f'{d}/{i}')
        both_ways(f'{d}/{i}', split, qwen3.to_fused(split, s),
                  qwen3.config_of(s))


@case
def the_formulas_are_inverse(d):
    check(not qwen3.different(qwen3.to_split(FUSED), SPLIT), 'they are not')


@case
def sharded_sources(d):
    qwen3.write(f'{d}/a', SPLIT, shards=3)
    qwen3.write(f'{d}/b', FUSED, shards=30)
    convert(f'{d}/a', f'{d}/a2')
    holds(f'{d}/a2', FUSED)
    convert(f'{d}/b', f'{d}/b2', layout='split')
    holds(f'{d}/b2', SPLIT)


@case
def sharded_targets(d):
    qwen3.write(f'{d}/src', SPLIT)
    for text, limit in (('12KB', 12000), ('30000', 30000), ('9.6kB', None),
                        ('12KiB', 12288)):
        dst = f'{d}/{text}'
        if limit is None:
            convert(f'{d}/src', dst, '--max-shard-size', text, code=64,
                    words=['max-shard-size'])
            continue
        convert(f'{d}/src', dst, '--max-shard-size', text)
        wanted = shards_of(FUSED, limit)
        check(len(wanted) > 1, 'the limit is too large to test')
        files = [f'model-{i + 1:05d}-of-{len(wanted):05d}.safetensors'
                 for i in range(len(wanted))]
        same(sorted(f for f in os.listdir(dst) if f.endswith('.safetensors')),
             files, 'the shards')
        for file, names in zip(files, wanted):
            check_header(f'{dst}/{file}', names)
        holds(dst, FUSED)
        where = {n: f for f, names in zip(files, wanted) for n in names}
        total = sum(len(t[2]) for t in FUSED.values())
        same(read(dst, st.INDEX).decode(),
             json.dumps({'metadata': {'total_size': total},
                         'weight_map': dict(sorted(where.items()))},
                        indent=2) + '\n', 'the index')
        expect(run('verify', f'{d}/src', dst), 0)
        convert(dst, f'{d}/back{limit}', '--max-shard-size=0', layout='split')
        holds(f'{d}/back{limit}', SPLIT)


@case
def a_tensor_above_the_shard_size(d):
    qwen3.write(f'{d}/src', SPLIT)
    convert(f'{d}/src', f'{d}/dst', '--max-shard-size', '5000')
    holds(f'{d}/dst', FUSED)
    convert(f'{d}/src', f'{d}/one', '--max-shard-size', '1')
    holds(f'{d}/one', FUSED)
    same(len(os.listdir(f'{d}/one')), len(FUSED) + 3, 'files of one tensor')


@case
def the_config_goes_along_byte_for_byte(d):
    text = ('\n{"num_experts" :5,\t"hidden_size": 20 ,"é\\u00e9": "\\/",\r\n'
            '"num_hidden_layers":3,"moe_intermediate_size":24, "x": 1e-05,'
            '"num_attention_heads":6,"num_key_value_heads":2,"head_dim":7,'
            '"vocab_size":33, "deep": {"a": [1, 2.50, {}]}, "b":1E+2 }  \n\n')
    qwen3.write(f'{d}/src', SPLIT, text)
    convert(f'{d}/src', f'{d}/dst')
    same(read(d, 'dst/config.json'), read(d, 'src/config.json'), 'the config')


@case
def side_files_are_copied_and_others_listed(d):
    qwen3.write(f'{d}/src', SPLIT)
    copied = {'tokenizer.json': os.urandom(70001), 'empty.txt': b'',
              'generation_config.json': b'{"a": 1}\n', '.gitattributes': b'*\n',
              'README.md': b'# \xff\n', 'name with blanks é': b'x'}
    left = {'pytorch_model.bin': 'weights', 'model.gguf': 'weights',
            'tf_model.h5.index.json': 'an index of weights'}
    for name, content in copied.items():
        harness.write(f'{d}/src/{name}', content)
    for name in left:
        harness.write(f'{d}/src/{name}', b'?')
    os.makedirs(f'{d}/src/original/deep')
    done = convert(f'{d}/src', f'{d}/dst')
    same(sorted(os.listdir(f'{d}/dst')),
         sorted([*copied, 'config.json', 'model.safetensors', 'weft.json']),
         'the target')
    for name, content in copied.items():
        same(read(d, 'dst', name), content, name)
    done = run('plan', f'{d}/src', '--to', 'fused', '--json')
    files = {f['name']: f for f in json.loads(done.out)['side_files']}
    for name, reason in (left | {'original': 'a directory'}).items():
        same((files[name]['copied'], files[name]['reason']), (False, reason),
             name)
    for name in copied:
        check(files[name]['copied'], f'{name} is not said to be copied')
    text = run('plan', f'{d}/src', '--to', 'fused').out
    for name in left | copied | {'original': 0}:
        check(name in text, f'the plan says nothing of {name}')


@case
def weft_json(d):
    qwen3.write(f'{d}/src', SPLIT)
    convert(f'{d}/src', f'{d}/dst')
    wanted = {'weft': 1, 'model': 'qwen3_moe', 'layout': 'fused',
              'options': {}, 'variants': {}}
    same(read(d, 'dst/weft.json').decode(),
         json.dumps(wanted, indent=2) + '\n', 'weft.json')
    same(json.loads(run('detect', f'{d}/dst', '--json').out)['layout'],
         'fused', 'the layout')


@case
def threads_and_memory_change_no_byte(d):
    """Also where the largest tensor is many times the buffers."""
    split = st.random_tensors(qwen3.split_shapes(LARGE))
    qwen3.write(f'{d}/split', split, qwen3.config_of(LARGE), shards=2)
    gate_up = {}
    for l in range(LARGE['L']):
        gate_up[qwen3.GATE_UP.format(l)] = b''.join(
            split[qwen3.EXPERT.format(l, e, p)][2]
            for e in range(LARGE['E']) for p in ('gate', 'up'))
    for threads in (1, 2, 3, 4):
        for memory in ('1', '1MiB', '3MB', '256MiB'):
            name = f'{d}/{threads}-{memory}'
            convert(f'{d}/split', name, '--threads', threads, '--memory',
                    memory, '--max-shard-size', '900kB')
            same_tree(f'{d}/1-1', name)
            convert(name, f'{name}-back', f'--threads={threads}',
                    f'--memory={memory}', layout='split')
            same_tree(f'{d}/1-1-back', f'{name}-back')
    found = st.read(f'{d}/4-1MiB')
    for name, data in gate_up.items():
        check(found[name][2] == data, f'{name} is wrong')
    holds(f'{d}/4-1MiB-back', split)


@case
def the_same_bytes_from_any_shards(d):
    """One file, shards, another order in the file: the target is the same."""
    backwards = dict(reversed(SPLIT.items()))
    qwen3.write(f'{d}/a', SPLIT)
    qwen3.write(f'{d}/b', backwards, metadata={'format': 'pt', 'x': 'y'})
    qwen3.write(f'{d}/c', backwards, shards=7)
    for name in 'abc':
        convert(f'{d}/{name}', f'{d}/{name}2')
        same_tree(f'{d}/a2', f'{d}/{name}2')
    plan = run('plan', f'{d}/b', '--to', 'fused').out
    check('metadata "x"' in plan, f'the plan says nothing of x: {plan}')


@case
def a_single_file_as_source(d):
    qwen3.write(f'{d}/src', SPLIT)
    file = f'{d}/src/model.safetensors'
    harness.write(f'{d}/src/tokenizer.json', '{}')
    expect(run('convert', file, f'{d}/dst', '--to', 'fused'), 0)
    holds(f'{d}/dst', FUSED)
    same(sorted(os.listdir(f'{d}/dst')),
         ['config.json', 'model.safetensors', 'weft.json'], 'the target')
    expect(run('verify', file, f'{d}/dst'), 0)
    os.rename(f'{d}/src/config.json', f'{d}/c.json')
    expect(run('convert', file, f'{d}/no', '--to', 'fused'), 65, '--config')
    harness.absent(f'{d}/no')
    expect(run('convert', file, f'{d}/dst2', '--to', 'fused', '--config',
               f'{d}/c.json'), 0)
    holds(f'{d}/dst2', FUSED)


@case
def a_config_from_elsewhere(d):
    qwen3.write(f'{d}/src', SPLIT)
    os.rename(f'{d}/src/config.json', f'{d}/c.json')
    convert(f'{d}/src', f'{d}/no', code=65, words=['config.json', '--config'])
    convert(f'{d}/src', f'{d}/dst', '--config', f'{d}/c.json')
    holds(f'{d}/dst', FUSED)
    convert(f'{d}/src', f'{d}/no', '--config', f'{d}/none.json', code=66,
            words=['none.json'])


@case
def toys_are_deterministic_and_unique(d):
    harness.write(f'{d}/c.json', json.dumps(qwen3.config_of()))
    how = ['--config', f'{d}/c.json']
    for layout, shapes in (('split', qwen3.split_shapes()),
                           ('fused', qwen3.fused_shapes())):
        for dtype in ('BF16', 'F16', 'F32'):
            name = f'{d}/{layout}{dtype}'
            for again in ('', '2'):
                done = expect(run('toy', name + again, '--layout', layout,
                                  '--dtype', dtype, *how), 0)
            same_tree(name, name + '2')
            same(read(name, 'config.json'), read(d, 'c.json'), 'the config')
            tensors = st.read(name)
            same({n: t[1] for n, t in tensors.items()}, shapes, 'the shapes')
            same({t[0] for t in tensors.values()}, {dtype}, 'the dtype')
            w = qwen3.width_of(dtype)
            values = [t[2][i:i + w] for t in tensors.values()
                      for i in range(0, len(t[2]), w)]
            same(len(set(values)), len(values), 'how many values there are')
            check(bytes(w) not in values, 'an element is 0')
    for dtype in ('BF16', 'F16', 'F32'):
        wanted = qwen3.to_fused(st.read(f'{d}/split{dtype}'))
        holds(f'{d}/fused{dtype}', wanted)
        convert(f'{d}/split{dtype}', f'{d}/c{dtype}')
        same_tree(f'{d}/c{dtype}', f'{d}/fused{dtype}')


@case
def toys_are_refused_with_a_reason(d):
    config = harness.write(f'{d}/c.json', json.dumps(qwen3.config_of()))
    for words, code, said in (
            (['--layout', 'split'], 64, '--config'),
            (['--config', config], 64, '--layout'),
            (['--config', config, '--layout', 'nope'], 64, 'fused'),
            (['--config', config, '--layout', 'split', '--dtype', 'I8'], 64,
             'BF16'),
            (['--config', f'{d}/none', '--layout', 'split'], 66, 'none')):
        expect(run('toy', f'{d}/toy', *words), code, said)
        harness.absent(f'{d}/toy')
    harness.write(config, json.dumps(qwen3.config_of(hidden_size=2**40)))
    expect(run('toy', f'{d}/toy', '--layout', 'split', '--config', config), 64,
           'smaller')
    harness.write(config, json.dumps(qwen3.config_of(num_experts=2**62)))
    done = run('toy', f'{d}/toy', '--layout', 'split', '--config', config)
    check(done.code in (64, 65), done)
    harness.absent(f'{d}/toy')


harness.main()
