#!/usr/bin/python3
"""Nothing is lost silently: what is missing, too many, of another shape or
dtype is an error that names it, before anything is written."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, convert, expect, run, same

SPLIT = qwen3.numbered(qwen3.split_shapes())
FUSED = qwen3.to_fused(SPLIT)
NAME = qwen3.EXPERT.format
PARTS = ('gate', 'up', 'down')


def without(tensors, *names):
    assert all(n in tensors for n in names)
    return {n: t for n, t in tensors.items() if n not in names}


def refused(d, tensors, *words, layout='fused', options=(), code=65, **how):
    src = qwen3.write(f'{d}/src{len(os.listdir(d))}', tensors, **how)
    done = convert(src, src + '-to', *options, code=code, words=words,
                   layout=layout)
    same(done.out, '', 'stdout')
    planned = expect(run('plan', src, '--to', layout, *options), code)
    same(planned.err, done.err, 'what the plan says')
    return done


def accepted(d, tensors, wanted, layout='fused', **how):
    src = qwen3.write(f'{d}/src{len(os.listdir(d))}', tensors, **how)
    convert(src, src + '-to', layout=layout)
    wrong = qwen3.different(st.read(src + '-to'), wanted)
    check(not wrong, wrong)
    expect(run('verify', src, src + '-to'), 0)


@case
def any_one_tensor_missing(d):
    """Each of them in turn, in both layouts."""
    for tensors, layout in ((SPLIT, 'fused'), (FUSED, 'split')):
        for name in tensors:
            src = qwen3.write(f'{d}/src', without(tensors, name))
            done = expect(run('plan', src, '--to', layout), 65, name)
            check('missing' in done.err or 'in none of' in done.err, done)
    refused(d, without(SPLIT, NAME(2, 3, 'gate')), 'missing', '1 of the 30',
            NAME(2, 3, 'gate'), 'qwen3_moe.weft:')


@case
def one_tensor_too_many(d):
    extra = ('BF16', (20,), bytes(40))
    for name in ('model.layers.1.input_layernorm.bias', 'x', 'lm_head.weigh',
                 'lm_head.weight2', 'model.layers.0', '',
                 'model.layers.01.input_layernorm.weight',
                 'model.layers.-1.input_layernorm.weight',
                 'model.layers.18446744073709551616.input_layernorm.weight',
                 'model.layers.1.mlp.experts.0.gate_up_proj.weight',
                 'Model.norm.weight', ' model.norm.weight',
                 'model.norm.weight\n', 'módel.norm.weight'):
        refused(d, SPLIT | {name: extra}, '1 tensor of the source',
                name.replace('\n', '\\x0a') or '""')
        refused(d, FUSED | {name: extra}, '1 tensor of the source',
                layout='split')


@case
def what_is_shown_cannot_play_tricks(d):
    extra = ('BF16', (20,), bytes(40))
    for name in ('\x1b[2J', 'a\rb', 'a\x07', '\x7f', '%s%n%d', 'a\tb',
                 'a\u009b2J', '\u202eb', 'a\nqwen3_moe: all is well'):
        done = refused(d, SPLIT | {name: extra}, '1 tensor')
        check(not set(done.err) & set('\x1b\r\a\x7f\t\u009b\u202e') and
              '\nqwen3_moe: all' not in done.err,
              f'{name!r} is shown as it is: {done}')


@case
def an_expert_missing(d):
    refused(d, without(SPLIT, *(NAME(2, 3, p) for p in PARTS)), '2 of the 30',
            '1 of the 15', *(NAME(2, 3, p) for p in PARTS))
    refused(d, without(SPLIT, *(NAME(l, 4, p) for p in PARTS
                                for l in range(3))), '6 of the 30',
            '3 of the 15', 'experts.4.')


@case
def an_expert_too_many(d):
    """An index beyond the range is no larger size."""
    more = {NAME(1, 5, p): SPLIT[NAME(1, 4, p)] for p in PARTS}
    refused(d, SPLIT | more, '3 tensors', *more, 'qwen3_moe.weft:')
    more = {NAME(l, 5, p): SPLIT[NAME(l, 4, p)] for p in PARTS
            for l in range(3)}
    refused(d, SPLIT | more, '9 tensors', '{0..2}.mlp.experts.5.up_proj')


@case
def a_layer_too_many(d):
    more = {n.replace('.2.', '.3.', 1): t for n, t in FUSED.items()
            if n.startswith('model.layers.2.')}
    refused(d, FUSED | more, f'{len(more)} tensors', 'model.layers.3.',
            layout='split')


@case
def a_shape_with_as_many_elements(d):
    name = NAME(1, 2, 'down')
    data = SPLIT[name][2]
    for shape in ((24, 20), (480,), (1, 20, 24), (20, 24, 1), (10, 48),
                  (20, 2, 12), (1,) * 60 + (20, 24)):
        refused(d, SPLIT | {name: ('BF16', shape, data)}, name, '[20, 24]',
                str(list(shape))[:200], 'qwen3_moe.weft:')
    name = qwen3.GATE_UP.format(2)
    data = FUSED[name][2]
    for shape in ((5, 20, 48), (48, 5, 20), (240, 20), (5, 2, 24, 20)):
        refused(d, FUSED | {name: ('BF16', shape, data)}, name, '[5, 48, 20]',
                str(list(shape)), layout='split')
    name = 'model.norm.weight'
    for shape in ((20, 1), (4, 5)):
        refused(d, SPLIT | {name: ('BF16', shape, SPLIT[name][2])}, name)


@case
def shapes_of_other_sizes(d):
    name = NAME(0, 0, 'gate')
    for shape in ((24, 21), (25, 20), (0, 20), (24, 0), (), (1, 1)):
        data = bytes(st.nbytes('BF16', shape))
        refused(d, SPLIT | {name: ('BF16', shape, data)}, name, '[24, 20]')
    all_wrong = {n: ('BF16', (24, 21), bytes(1008)) if 'gate_proj' in n
                 or 'up_proj' in n else t for n, t in SPLIT.items()}
    refused(d, all_wrong, NAME(0, 0, 'gate'), '29 more', '[24, 21]')


@case
def a_router_of_another_dtype(d):
    """dtypes are kept, tensor by tensor."""
    other = st.random_tensors({f'model.layers.{l}.mlp.gate.weight': (5, 20)
                               for l in range(3)}, dtype='F32')
    other |= st.random_tensors({'model.norm.weight': (20,),
                                'model.layers.1.input_layernorm.weight': (20,),
                                }, dtype='F64')
    accepted(d, SPLIT | other, FUSED | other)
    accepted(d, FUSED | other, SPLIT | other, layout='split')


@case
def down_of_another_dtype_than_gate(d):
    split = dict(SPLIT)
    for name, tensor in SPLIT.items():
        if 'down_proj' in name:
            split |= st.random_tensors({name: tensor[1]}, dtype='F8_E4M3')
    accepted(d, split, qwen3.to_fused(split))
    accepted(d, qwen3.to_fused(split), split, layout='split')


@case
def experts_of_two_dtypes(d):
    """They cannot share a fused tensor."""
    def other(names, dtype):
        return SPLIT | st.random_tensors({n: SPLIT[n][1] for n in names},
                                         dtype=dtype)

    half = [NAME(l, e, p) for l in range(3) for e in (0, 1) for p in PARTS]
    for dtype in ('F16', 'F32', 'U8'):
        refused(d, other(half, dtype), qwen3.GATE_UP.format(0), dtype, 'BF16',
                'cast')
        refused(d, other([NAME(1, 4, 'down')], dtype), qwen3.DOWN.format(1),
                dtype, NAME(1, 4, 'down'))
        refused(d, other([NAME(2, 0, 'up')], dtype), qwen3.GATE_UP.format(2),
                dtype)


@case
def elements_of_less_than_a_byte(d):
    """Whole tensors are carried over; they are never joined or cut."""
    norm = st.random_tensors({'model.norm.weight': (20,)}, dtype='F4')
    accepted(d, SPLIT | norm, FUSED | norm)
    for dtype in ('F4', 'F6_E2M3', 'F6_E3M2'):
        split = SPLIT | st.random_tensors(
            {n: t[1] for n, t in SPLIT.items() if '.experts.' in n},
            dtype=dtype)
        refused(d, split, dtype, 'only be carried over whole')
        fused = st.random_tensors({qwen3.DOWN.format(1): (5, 20, 24)},
                                  dtype=dtype)
        refused(d, FUSED | fused, dtype, qwen3.DOWN.format(1),
                'only be carried over whole', layout='split')
        src = qwen3.write(f'{d}/{dtype}', split)
        convert(src, src + '-to', layout='split')
        check(not qwen3.different(st.read(src + '-to'), split), dtype)


@case
def both_layouts_at_once(d):
    done = refused(d, SPLIT | FUSED, '2 layouts', 'split', 'fused', '--from')
    expect(run('detect', f'{d}/src0'), 65, 'split', 'fused')
    for layout in ('split', 'fused'):
        refused(d, SPLIT | FUSED, 'experts', options=['--from', layout])
    check(done.err.count('holds') == 2, done)


@case
def layers_in_different_layouts(d):
    for l in (0, 1):
        def of(name):
            return f'.layers.{l}.mlp.experts' in name
        mixed = {n: t for n, t in SPLIT.items() if not of(n)} \
            | {n: t for n, t in FUSED.items() if of(n)}
        refused(d, mixed, 'mlp.experts')


@case
def the_wrong_source_layout(d):
    refused(d, SPLIT, 'is not in layout fused', 'does not hold',
            options=['--from', 'fused'])
    refused(d, FUSED, 'is not in layout split', layout='split',
            options=['--from=split'])
    refused(d, SPLIT, 'nope', 'split, fused', options=['--from', 'nope'],
            code=64)
    src = qwen3.write(f'{d}/src', SPLIT)
    convert(src, f'{d}/dst', '--from', 'split')


@case
def none_of_the_layouts(d):
    done = refused(d, {'a.b': ('U8', (3,), b'abc')}, 'in none of the layouts',
                   'split', 'fused', 'gate_up_proj')
    check(done.err.count('does not hold') >= 4, done)
    src = qwen3.write(f'{d}/none', {})
    expect(run('detect', src), 65, 'in none of')


@case
def one_name_in_two_shards(d):
    name = 'model.norm.weight'
    for index in (True, False):
        src = qwen3.write(f'{d}/src{index}', SPLIT, shards=2, index=index)
        files = sorted(f for f in os.listdir(src) if f.endswith('.safetensors'))
        for file in files:
            tensors = st.read(f'{src}/{file}')
            if name not in tensors:
                st.write(f'{src}/{file}', tensors | {name: SPLIT[name]})
        convert(src, f'{d}/dst', code=65, words=[name, *files])


@case
def a_name_twice_in_a_header(d):
    src = qwen3.write(f'{d}/src', SPLIT)
    raw = harness.read(f'{src}/model.safetensors')
    a, b = b'"model.norm.weight"', b'"lm_head.weight"'
    for name in (a[:-1] + b'"', b'"model.norm.w\\u0065ight"'):
        at = raw.index(b)
        header = raw[8:at] + name + raw[at + len(b):]
        size = int.from_bytes(raw[:8], 'little') + len(name) - len(b)
        harness.write(f'{src}/model.safetensors',
                      size.to_bytes(8, 'little') + header)
        convert(src, f'{d}/dst', code=65, words=['model.norm.weight', 'duplicate'])


@case
def every_element_arrives(d):
    """One changed element of the source is one changed element of the target,
    wherever it is."""
    src = qwen3.write(f'{d}/src', SPLIT)
    file = f'{src}/model.safetensors'
    header, _, start = st.read_header(file)
    raw = bytearray(harness.read(file))
    picks = random.Random(5)
    for number in range(40):
        name = picks.choice(list(SPLIT))
        dtype, shape, begin, end = header[name]
        at = start + picks.randrange(begin, end)
        raw[at] ^= 0x55
        harness.write(file, bytes(raw))
        expect(run('convert', src, f'{d}/{number}', '--to', 'fused'), 0)
        now = qwen3.to_fused(st.read(src))
        wrong = qwen3.different(st.read(f'{d}/{number}'), now)
        check(not wrong, f'{name}: {wrong}')


harness.main()
