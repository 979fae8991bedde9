#!/usr/bin/python3
"""LoRA adapters in every layout to every other, each held against the index
formulas of tests/lib/lora.py, and what each adds to the weights against what
it added before."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import lora
import st
from harness import case, check, convert, same
from lora_case import Source, converted

WORKED = dict(E=2, H=4, I=3, L=1)
AT = lora.LAYER.format(0) + 'mlp.experts'
# What the fused layouts make of it, written out by hand.
A13 = [[1, 2, 3, 4], [5, 6, 7, 8], [101, 102, 103, 104], [105, 106, 107, 108],
       [9, 10, 11, 12], [13, 14, 15, 16], [109, 110, 111, 112],
       [113, 114, 115, 116]]
B13 = [[1, 7, 2, 8, 0, 0, 0, 0], [3, 9, 4, 10, 0, 0, 0, 0],
       [5, 11, 6, 12, 0, 0, 0, 0], [0, 0, 0, 0, 51, 57, 52, 58],
       [0, 0, 0, 0, 53, 59, 54, 60], [0, 0, 0, 0, 55, 61, 56, 62]]
A2 = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
B2 = [[1, 9, 2, 10], [3, 11, 4, 12], [5, 13, 6, 14], [7, 15, 8, 16]]
BY_LAYOUT = {
    'fused': (A13, B13, A2, B2),
    'fused_expert_slowest': (
        A13,
        [[1, 2, 0, 0, 7, 8, 0, 0], [3, 4, 0, 0, 9, 10, 0, 0],
         [5, 6, 0, 0, 11, 12, 0, 0], [0, 0, 51, 52, 0, 0, 57, 58],
         [0, 0, 53, 54, 0, 0, 59, 60], [0, 0, 55, 56, 0, 0, 61, 62]],
        A2,
        [[1, 2, 9, 10], [3, 4, 11, 12], [5, 6, 13, 14], [7, 8, 15, 16]]),
    'fused_swapped': (
        [[1, 3, 5, 0, 0, 0], [2, 4, 6, 0, 0, 0], [0, 0, 0, 51, 53, 55],
         [0, 0, 0, 52, 54, 56], [7, 9, 11, 0, 0, 0], [8, 10, 12, 0, 0, 0],
         [0, 0, 0, 57, 59, 61], [0, 0, 0, 58, 60, 62]],
        [[1, 9, 5, 13, 101, 109, 105, 113], [2, 10, 6, 14, 102, 110, 106, 114],
         [3, 11, 7, 15, 103, 111, 107, 115],
         [4, 12, 8, 16, 104, 112, 108, 116]],
        [[1, 3, 5, 7], [2, 4, 6, 8], [9, 11, 13, 15], [10, 12, 14, 16]],
        [[1, 7, 4, 10], [2, 8, 5, 11], [3, 9, 6, 12]]),
    'megatron_packed': (
        [[1, 3, 5, 0, 0, 0], [2, 4, 6, 0, 0, 0], [0, 0, 0, 51, 53, 55],
         [0, 0, 0, 52, 54, 56], [7, 9, 11, 0, 0, 0], [8, 10, 12, 0, 0, 0],
         [0, 0, 0, 57, 59, 61], [0, 0, 0, 58, 60, 62]],
        [[1, 5, 101, 105, 9, 13, 109, 113], [2, 6, 102, 106, 10, 14, 110, 114],
         [3, 7, 103, 107, 11, 15, 111, 115],
         [4, 8, 104, 108, 12, 16, 112, 116]],
        [[1, 3, 5, 7], [2, 4, 6, 8], [9, 11, 13, 15], [10, 12, 14, 16]],
        [[1, 4, 7, 10], [2, 5, 8, 11], [3, 6, 9, 12]]),
}
# twice dW of gate and up, and of down; by expert
DELTAS = (
    [[[22, 28, 34, 40], [46, 60, 74, 88], [70, 92, 114, 136],
      [21222, 21428, 21634, 21840], [22046, 22260, 22474, 22688],
      [22870, 23092, 23314, 23536]],
     [[334, 364, 394, 424], [422, 460, 498, 536], [510, 556, 602, 648],
      [25534, 25764, 25994, 26224], [26422, 26660, 26898, 27136],
      [27310, 27556, 27802, 28048]]],
    [[[18, 24, 30], [38, 52, 66], [58, 80, 102], [78, 108, 138]],
     [[326, 364, 402], [394, 440, 486], [462, 516, 570], [530, 592, 654]]])


def worked():
    pairs = {}
    for e in range(2):
        a = [[1 + h + 4 * k + 8 * e for h in range(4)] for k in range(2)]
        b = [[1 + k + 2 * i + 6 * e for k in range(2)] for i in range(3)]
        pairs[0, e, 'gate'] = a, b
        pairs[0, e, 'up'] = ([[100 + v for v in row] for row in a],
                             [[50 + v for v in row] for row in b])
        pairs[0, e, 'down'] = (
            [[1 + i + 3 * k + 6 * e for i in range(3)] for k in range(2)],
            [[1 + k + 2 * h + 8 * e for k in range(2)] for h in range(4)])
    return lora.Split('qwen3_moe', WORKED, pairs, 'F32')


def worked_in(layout):
    keys = [f'{AT}{inner}.lora_{x}.weight' for inner in ('.base_layer', '')
            for x in 'AB']
    return dict(zip(keys, (lora.encode(m, 'F32') for m in BY_LAYOUT[layout])))


@case
def worked_by_hand(d):
    """Every matrix, in both directions; each from every other."""
    for source in lora.LAYOUTS:
        adapter = worked() if source == 'per_expert' else worked().fuse()
        src = Source(d, source, adapter, r=2, alpha=4, more={}, name=source)
        if source != 'per_expert':
            wrong = lora.different(st.read(src.path), worked_in(source))
            check(not wrong, f'the formulas: {source}: {wrong}')
        for layout in lora.FUSED:
            dst = f'{d}/{source}-{layout}'
            converted(src, dst, layout)
            wrong = lora.different(st.read(dst), worked_in(layout))
            check(not wrong, f'{source} to {layout}: {wrong}')
        converted(src, f'{d}/{source}-per_expert', 'per_expert')


@case
def what_the_worked_one_adds(d):
    src = Source(d, 'per_expert', worked(), r=2, alpha=4, more={})
    same(set(src.scales().values()), {2.0}, 'the scale')
    found = src.deltas
    for e in range(2):
        for p, wanted in (('gate', DELTAS[0][e][:3]), ('up', DELTAS[0][e][3:]),
                          ('down', DELTAS[1][e])):
            same([[2 * v for v in row] for row in found[0, e, p]], wanted,
                 f'{p} of {e}')


@case
def the_other_order_of_experts_is_something_else(d):
    """So that the products below could tell."""
    for adapter in (lora.split().fuse(), lora.fused(), worked().fuse()):
        for layout, other in (('fused', 'fused_expert_slowest'),
                              ('fused_swapped', 'megatron_packed')):
            stored = lora.tensors(layout, adapter)
            how = adapter.name, adapter.s, stored, ('gate_up_proj',
                                                    'down_proj')
            check(lora.deltas(layout, *how) != lora.deltas(other, *how),
                  f'{layout} read as {other} is the same')


def pairs(name, make, **how):
    """A case for each source layout: to all, and what that is to all."""
    def of(layout):
        def function(d):
            adapter = make() if layout == 'per_expert' else fused_form(make())
            src = Source(d, layout, adapter, **how)
            for target in lora.LAYOUTS:
                once = converted(src, f'{d}/{target}', target)
                if target != layout:
                    converted(once, f'{d}/{target}-back', layout)
        function.__name__ = f'{name} from {layout}'
        return case(function)

    for layout in lora.LAYOUTS:
        of(layout)


def fused_form(adapter):
    return adapter.fuse() if isinstance(adapter, lora.Split) else adapter


def every_pair(name, make, make_dense, **how):
    pairs(name, make, **how)
    for layout in lora.FUSED:
        def function(d, layout=layout):
            src = Source(d, layout, make_dense(), **how)
            for target in lora.LAYOUTS:
                once = converted(src, f'{d}/{target}', target)
                if target not in (layout, 'per_expert'):
                    converted(once, f'{d}/{target}-back', layout)
        function.__name__ = f'{name} dense from {layout}'
        case(function)


every_pair('qwen3 moe', lora.split, lora.fused, router=True)
every_pair('mixtral', lambda: lora.split('mixtral', dtype='F32'),
           lambda: lora.fused('mixtral', dtype='F32'), router=True,
           rslora=True)
every_pair('gpt oss', lambda: lora.split('gpt_oss'),
           lambda: lora.fused('gpt_oss'))
pairs('one more rank of down', lambda: lora.split(down=5), rslora=True)
pairs('mixtral other rank of down', lambda: lora.split('mixtral', down=2))


@case
def what_was_dense_is_diagonal_after_per_expert(d):
    """Nothing says that two adapters share their A."""
    src = Source(d, 'fused', lora.fused(gate_up=3), alpha=5)
    once = converted(src, f'{d}/once', 'per_expert')
    same({p: once.adapter.rank(p) for p in ('gate', 'up', 'down')},
         dict(gate=3, up=3, down=3), 'the ranks')
    twice = converted(once, f'{d}/twice', 'fused')
    same(twice.adapter.rank('gate_up'), 6, 'the rank')
    check(twice.adapter.is_diagonal(), 'dense')


@case
def one_element_makes_it_dense(d):
    """In the last layer and expert, of either half."""
    for n, (row, column) in enumerate(((0, 5), (9, 2))):
        adapter = lora.split().fuse()
        adapter.pairs[1, 12, 'gate_up'][1][row][column] = 1
        check(not adapter.is_diagonal(), 'diagonal')
        src = Source(d, 'fused', adapter, name=f'src{n}')
        for layout in ('per_expert', 'fused_swapped'):
            converted(src, f'{d}/{n}-{layout}', layout)


@case
def which_rows_are_the_gates_depends_on_the_family(d):
    """Halves of gpt-oss are interleaved: what is diagonal there is not here,
    and the other way round."""
    for one, other in (('qwen3_moe', 'gpt_oss'), ('gpt_oss', 'mixtral')):
        adapter = lora.split(one).fuse()
        adapter = lora.Fused(other, adapter.s, adapter.pairs)
        check(not adapter.is_diagonal(), 'diagonal')
        src = Source(d, 'fused', adapter, name=one)
        converted(src, f'{d}/{one}-to', 'per_expert')


@case
def other_ranks_of_gate_and_up(d):
    """Filled up with zeros, where both have one scale."""
    for n, (family, gate, up, how) in enumerate((
            ('qwen3_moe', 2, 3, {}), ('qwen3_moe', 4, 1, {}),
            ('mixtral', 5, 3, dict(rslora=True)), ('gpt_oss', 2, 3, {}))):
        adapter = lora.split(family, gate=gate, up=up)
        src = Source(d, 'per_expert', adapter, name=f'src{n}', **how)
        for layout in lora.FUSED:
            once = converted(src, f'{d}/{n}-{layout}', layout)
            converted(once, f'{d}/{n}-{layout}-back', 'per_expert')


@case
def scales_that_are_no_whole_numbers(d):
    for n, how in enumerate((dict(alpha=5), dict(alpha=6.5),
                             dict(alpha=5, rslora=True), dict(alpha=0.25))):
        src = Source(d, 'per_expert', lora.split(gate=2, up=5), r=2,
                     name=f'src{n}', **how)
        once = converted(src, f'{d}/{n}', 'fused')
        converted(once, f'{d}/{n}-back', 'per_expert')


@case
def gate_and_up_without_down(d):
    """Where PEFT looks for the only parameter of a module."""
    for family in lora.FAMILIES:
        adapter = lora.split(family, down=0)
        src = Source(d, 'per_expert', adapter, name=family)
        for layout in lora.FUSED:
            once = converted(src, f'{d}/{family}-{layout}', layout)
            check(AT + '.lora_A.weight' in st.read(once.path), 'the key')
            converted(once, f'{d}/{family}-{layout}-back', 'per_expert')
        src = Source(d, 'fused', lora.fused(family, down=0), name=family + '2')
        for layout in lora.LAYOUTS:
            converted(src, f'{d}/{family}2-{layout}', layout)


@case
def down_alone(d):
    for family in lora.FAMILIES:
        src = Source(d, 'per_expert', lora.split(family, gate=0, up=0),
                     name=family)
        for layout in lora.FUSED:
            once = converted(src, f'{d}/{family}-{layout}', layout)
            converted(once, f'{d}/{family}-{layout}-back', 'per_expert')


@case
def layers_without_experts(d):
    """A dense layer keeps its own names, and so do shared experts."""
    s = dict(lora.SIZES, L=3)
    at = lora.LAYER.format(1) + 'mlp.'
    more = st.random_tensors({
        f'{at}{name}.lora_{x}.weight': (3, 10) if x == 'A' else (23, 3)
        for name in ('gate_proj', 'up_proj') for x in 'AB'}, 1)
    src = Source(d, 'per_expert', lora.split(s=s, layers=(0, 2)), more=more,
                 base=dict(mlp_only_layers=[1]))
    for layout in lora.FUSED:
        dst = f'{d}/{layout}'
        tensors_only(src, dst, layout)
        again = f'{dst}-back'
        run_back(dst, again)
        wrong = lora.different(st.read(again), st.read(src.path))
        check(not wrong, wrong)


def tensors_only(src, dst, layout):
    convert(src.path, dst, *src.options(), layout=layout)
    wrong = lora.different(st.read(dst), lora.tensors(
        layout, src.adapter.fuse()) | src.more)
    check(not wrong, f'to {layout}: {wrong}')


def run_back(src, dst):
    convert(src, dst, layout='per_expert')


@case
def other_modules_go_along(d):
    """Whatever has the rank that the config says, with any bits."""
    more = lora.others('qwen3_moe', 'per_expert', more=(
        ('mlp.shared_expert.gate_proj', 10, 19),
        ('mlp.shared_expert.down_proj', 19, 10),
        ('mlp.shared_expert_gate', 10, 1)))
    more |= st.random_tensors({
        lora.PREFIX + 'lm_head.lora_A.weight': (3, 10),
        lora.PREFIX + 'lm_head.lora_B.weight': (31, 3),
        lora.PREFIX + 'model.embed_tokens.lora_embedding_A': (3, 31),
        lora.PREFIX + 'model.embed_tokens.lora_embedding_B': (10, 3),
        lora.PREFIX + 'model.norm.weight': (10,)}, 2, 'F32')
    src = Source(d, 'per_expert', lora.split(), more=more, router=True)
    for layout in lora.FUSED:
        tensors_only(src, f'{d}/{layout}', layout)
        run_back(f'{d}/{layout}', f'{d}/{layout}-back')
        wrong = lora.different(st.read(f'{d}/{layout}-back'),
                               st.read(src.path))
        check(not wrong, wrong)


@case
def dtypes(d):
    for dtype in ('BF16', 'F32'):
        src = Source(d, 'per_expert', lora.split(dtype=dtype), name=dtype)
        converted(src, f'{d}/{dtype}-to', 'fused')


@case
def names_of_the_number_of_experts(d):
    """By family, and those of a model in a model."""
    for n, (field, inside) in enumerate((
            ('n_routed_experts', False), ('moe_num_experts', False),
            ('num_experts', True), ('n_routed_experts', True),
            ('num_local_experts', True))):
        text = lora.base('qwen3_moe', **dict(num_experts=None) | {field: 13})
        src = Source(d, 'per_expert', lora.split(), name=f's{n}')
        harness.write(src.base, json.dumps(
            dict(text_config=text) if inside else text))
        converted(src, f'{d}/{n}', 'fused')


harness.main()
