#!/usr/bin/python3
"""verify finds whatever is changed in a target, and says what and where."""

import json
import os
import random
import shutil
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, convert, expect, read, run, same

SIZES = dict(H=3, L=1, E=2, F=5, N=2, G=1, D=4, V=7)
SPLIT = qwen3.numbered(qwen3.split_shapes(SIZES))
FUSED = qwen3.to_fused(SPLIT, SIZES)
CONFIG = qwen3.config_of(SIZES)


def make(d, *options):
    """(source, target)"""
    src = qwen3.write(f'{d}/src', SPLIT, CONFIG)
    harness.write(f'{src}/tokenizer.json', '{"side": "file"}\n')
    convert(src, f'{d}/dst', *options)
    expect(run('verify', src, f'{d}/dst'), 0)
    return src, f'{d}/dst'


def flip(path, at, bits=1):
    with open(path, 'r+b') as f:
        f.seek(at)
        byte = f.read(1)[0] ^ bits
        f.seek(at)
        f.write(bytes([byte]))


def flipped(src, dst, file, at, codes=(65,)):
    """Changes one byte, in any way, verifies, and changes it back."""
    bits = random.Random(at).choice((1, 2, 4, 32, 128, 255))
    flip(f'{dst}/{file}', at, bits)
    done = run('verify', src, dst)
    check(done.code in codes and done.err and not done.out,
          f'byte {at} of {file} xor {bits}: {done}')
    flip(f'{dst}/{file}', at, bits)
    return done


@case
def every_byte_of_one_file(d):
    src, dst = make(d)
    for at in range(os.path.getsize(f'{dst}/model.safetensors')):
        flipped(src, dst, 'model.safetensors', at)


@case
def as_many_variants_as_there_may_be(d):
    """Those of weft.json stand in place of what the command line says."""
    src, dst = make(d)
    path = f'{dst}/weft.json'
    made = json.loads(harness.read(path))
    made['variants'] = {f'v{i}': True for i in range(64)}
    harness.write(path, json.dumps(made))
    said = [x for i in range(64) for x in ('--variant', f'x{i}=true')]
    expect(run('verify', src, dst, *said), 64, 'no variant "v0"')


@case
def every_byte_of_the_small_files(d):
    src, dst = make(d)
    for file in ('config.json', 'tokenizer.json', 'weft.json'):
        for at in range(os.path.getsize(f'{dst}/{file}')):
            flipped(src, dst, file, at)


@case
def every_byte_of_the_map_of_an_index(d):
    """Behind total_size, which only says what is known."""
    src, dst = make(d, '--max-shard-size', '200')
    begin = read(dst, st.INDEX).index(b'"weight_map"')
    for at in range(begin, os.path.getsize(f'{dst}/{st.INDEX}')):
        flipped(src, dst, st.INDEX, at, (65, 66))


@case
def total_size_of_an_index(d):
    src, dst = make(d, '--max-shard-size', '200')
    text = read(dst, st.INDEX)
    harness.write(f'{dst}/{st.INDEX}', text.replace(
        b'"total_size": ', b'"total_size": 1'))
    expect(run('verify', src, dst), 0, 'total_size', 'warning')


@case
def tensor_index_and_values_are_told(d):
    """For each element: which it is, what it is, what it should be, and where
    it lies."""
    src, dst = make(d, '--max-shard-size', '200')
    for file in sorted(os.listdir(dst)):
        if not file.endswith('.safetensors'):
            continue
        header, _, start = st.read_header(f'{dst}/{file}')
        for name, (_, shape, begin, _) in header.items():
            data = FUSED[name][2]
            for element in range(0, len(data) // 2, 3):
                at = start + begin + 2 * element + element % 2
                flip(f'{dst}/{file}', at, 0x41)
                done = run('verify', src, dst)
                flip(f'{dst}/{file}', at, 0x41)
                index, rest = [], element
                for dim in reversed(shape):
                    index.insert(0, rest % dim)
                    rest //= dim
                was, = struct.unpack_from('<H', data, 2 * element)
                now = was ^ 0x41 << 8 * (element % 2)
                expect(done, 65, f'{name}{index} is 0x{now:04x} ',
                       f'should be 0x{was:04x} ',
                       f'byte {start + begin + 2 * element} of {file}')


@case
def values_are_bits(d):
    """-0 is not 0, and one NaN is not another."""
    split = dict(SPLIT)
    split['model.norm.weight'] = ('BF16', (3,), struct.pack(
        '<HHH', 0, 0x7fc0, 0xff80))
    src = qwen3.write(f'{d}/src', split, CONFIG)
    convert(src, f'{d}/dst')
    file = f'{d}/dst/model.safetensors'
    header, _, start = st.read_header(file)
    begin = start + header['model.norm.weight'][2]
    for at, bits, words in ((1, 0x80, ('0x8000 = -0', '0x0000 = 0')),
                            (2, 1, ('0x7fc1 = nan', '0x7fc0 = nan')),
                            (5, 0x80, ('0x7f80 = inf', '0xff80 = -inf'))):
        flip(file, begin + at, bits)
        expect(run('verify', src, f'{d}/dst'), 65, 'model.norm.weight', *words)
        flip(file, begin + at, bits)


@case
def a_page_of_zeros(d):
    large = dict(SIZES, H=67, F=131)
    src = qwen3.write(f'{d}/src', st.random_tensors(qwen3.split_shapes(large)),
                      qwen3.config_of(large))
    convert(src, f'{d}/dst')
    file = f'{d}/dst/model.safetensors'
    whole = read(file)
    for at in range(4096, len(whole), 16384):
        harness.write(file, whole[:at] + bytes(4096) + whole[at + 4096:])
        expect(run('verify', src, f'{d}/dst', '--memory=1'), 65, 'should be')
    harness.write(file, whole)
    for how in (['--threads', 1], ['--threads=4', '--memory', '1MiB']):
        expect(run('verify', src, f'{d}/dst', *how), 0)


@case
def two_tensors_swapped(d):
    """Of one shape and dtype: only their data can tell."""
    pairs = (('model.embed_tokens.weight', 'lm_head.weight'),
             ('model.layers.0.self_attn.k_proj.weight',
              'model.layers.0.self_attn.v_proj.weight'),
             ('model.layers.0.input_layernorm.weight', 'model.norm.weight'))
    for a, b in pairs:
        src, dst = make(d)
        st.write(f'{dst}/model.safetensors',
                 FUSED | {a: FUSED[b], b: FUSED[a]}, {'format': 'pt'})
        expect(run('verify', src, dst), 65, '[0')
        shutil.rmtree(dst)


@case
def halves_of_a_fused_tensor_swapped(d):
    """up and gate, and experts, in the wrong order."""
    name = qwen3.GATE_UP.format(0)
    data = FUSED[name][2]
    half = 5 * 3 * 2
    parts = [data[i:i + half] for i in range(0, len(data), half)]
    for order in ((1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3), (0, 1, 3, 2)):
        src, dst = make(d)
        wrong = b''.join(parts[i] for i in order)
        st.write(f'{dst}/model.safetensors',
                 FUSED | {name: FUSED[name][:2] + (wrong,)}, {'format': 'pt'})
        expect(run('verify', src, dst), 65, name)
        shutil.rmtree(dst)


@case
def tensors_missing_and_too_many(d):
    src, dst = make(d)
    extra = ('BF16', (2, 3), bytes(12))
    name = 'model.norm.weight'

    def rewritten(tensors, *words):
        st.write(f'{dst}/model.safetensors', tensors, {'format': 'pt'})
        expect(run('verify', src, dst), 65, *words)

    rewritten({n: t for n, t in FUSED.items() if n != name}, name, 'missing')
    rewritten(FUSED | {'x.y': extra}, 'x.y', 'too many')
    rewritten(SPLIT, 'missing', 'too many', qwen3.DOWN.format(0))
    rewritten({}, 'missing')
    rewritten(FUSED | {name: ('F16',) + FUSED[name][1:]}, name, 'F16', 'BF16')
    rewritten(FUSED | {name: ('BF16', (1, 3), FUSED[name][2])}, name, '[1, 3]',
              '[3]')
    for word in ('pt ', 'np', ''):
        st.write(f'{dst}/model.safetensors', FUSED, {'format': word})
        expect(run('verify', src, dst), 65, 'format')


def written_anew(d, change, *options):
    """Each header as `change` makes it of its text; a valid file, always."""
    src, dst = make(d, *options)
    for file in sorted(os.listdir(dst)):
        if not file.endswith('.safetensors'):
            continue
        whole = read(dst, file)
        n, = struct.unpack_from('<Q', whole)
        text = whole[8:8 + n].decode()
        new = change(json.loads(text), text).encode()
        same(json.loads(new).keys() - {'__metadata__'},
             json.loads(text).keys() - {'__metadata__'}, 'the tensors')
        harness.write(f'{dst}/{file}', struct.pack('<Q', len(new)) + new
                      + whole[8 + n:])
        at = next((i for i, (a, b) in enumerate(zip(text.encode(), new))
                   if a != b), min(len(text), len(new)))
        expect(run('verify', src, dst), 65, f'{file}: byte {8 + at}: ')
        os.remove(f'{dst}/weft.json')
        expect(run('verify', src, dst), 0)
        convert(src, f'{d}/again', *options)
        shutil.rmtree(dst)
        os.rename(f'{d}/again', dst)
    expect(run('verify', src, dst), 0)
    shutil.rmtree(dst)
    shutil.rmtree(src)


def compact(header):
    return json.dumps(header, separators=(',', ':'), ensure_ascii=False)


@case
def files_of_the_same_tensors(d):
    """What the tensors alone cannot tell, in one file and in several."""
    def reverse(header):
        return dict(reversed(header.items()))

    def turned(tensor):
        return reverse(tensor) if 'dtype' in tensor else tensor

    changes = (
        lambda _, text: text + ' ' * 8,
        lambda _, text: ' ' * 8 + text if text[0] != ' ' else text,
        lambda header, _: json.dumps(header),
        lambda header, _: compact(reverse(header)),
        lambda header, _: compact({k: turned(t) for k, t in header.items()}),
        lambda header, _: compact({k: t for k, t in header.items()
                                   if k != '__metadata__'}),
        lambda header, _: compact(header | {
            '__metadata__': {'format': 'pt', 'a': 'b'}}),
        lambda header, _: compact(header | {'__metadata__': {}}),
        lambda _, text: text.replace('model', 'm\\u006fdel', 1),
    )
    for change in changes:
        written_anew(d, change)
        written_anew(d, change, '--max-shard-size', '200')


@case
def files_missing_and_changed(d):
    src, dst = make(d)
    for file in ('config.json', 'tokenizer.json'):
        content = read(dst, file)
        os.remove(f'{dst}/{file}')
        expect(run('verify', src, dst), 65, file, 'missing')
        for wrong in (b'', content[:-1], content + b'\n', b'\n' + content):
            harness.write(f'{dst}/{file}', wrong)
            expect(run('verify', src, dst), 65, file)
        harness.write(f'{dst}/{file}', content)
    expect(run('verify', src, dst), 0)
    content = read(dst, 'model.safetensors')
    for wrong in (b'', content[:-1], content + b'\0'):
        harness.write(f'{dst}/model.safetensors', wrong)
        expect(run('verify', src, dst), 65, 'model.safetensors')
    os.remove(f'{dst}/model.safetensors')
    expect(run('verify', src, dst), 66, dst)
    shutil.rmtree(dst)
    expect(run('verify', src, dst), 66, dst)


@case
def what_weft_json_claims(d):
    src, dst = make(d)
    for changes in (dict(model='other'), dict(layout='nope'),
                    dict(layout='split'), dict(weft=2), dict(layout=5),
                    dict(options={'tp': 2}), dict(variants={'x': True})):
        wrong = json.loads(read(src + '/../dst/weft.json')) | changes
        harness.write(f'{dst}/weft.json', json.dumps(wrong, indent=2) + '\n')
        done = run('verify', src, dst)
        check(done.code in (64, 65), f'{changes}: {done}')


@case
def what_others_have_written(d):
    """No weft.json, other metadata, other shards: the tensors are what
    counts."""
    src = qwen3.write(f'{d}/src', SPLIT, CONFIG)
    dst = qwen3.write(f'{d}/dst', FUSED, CONFIG, shards=3,
                      metadata={'format': 'np', 'by': 'someone'})
    expect(run('verify', src, dst), 0)
    file = sorted(f for f in os.listdir(dst) if f.endswith('.safetensors'))[1]
    flip(f'{dst}/{file}', os.path.getsize(f'{dst}/{file}') - 1)
    expect(run('verify', src, dst), 65, 'should be', file)


@case
def a_source_that_changed_since(d):
    src, dst = make(d)
    flip(f'{src}/model.safetensors',
         os.path.getsize(f'{src}/model.safetensors') - 1)
    expect(run('verify', src, dst), 65, 'should be')


@case
def what_verify_prints(d):
    src, dst = make(d)
    size = sum(len(t[2]) for t in FUSED.values())
    done = run('verify', src, dst, '--json')
    same(json.loads(done.out),
         {'equal': True, 'tensors': len(FUSED), 'bytes': size}, 'the JSON')
    done = run('verify', src, dst)
    check(f'{len(FUSED)} tensors' in done.out and not done.err, done)
    done = run('verify', src, dst, '--quiet')
    same((done.out, done.err), ('', ''), 'quiet')
    with harness.unchanged(src), harness.unchanged(dst):
        run('verify', src, dst)


harness.main()
