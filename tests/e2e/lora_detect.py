#!/usr/bin/python3
"""Which layout an adapter is in: what shapes say, what they cannot, and what
--from may say instead."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import lora
import st
from harness import case, check, convert, expect, run, same
from lora_case import UNDECIDED, Source, become, converted, refused

# 2 I = H, and H = I: what one projection leaves open, the other says.
WIDE = dict(E=13, H=14, I=7, L=2)
SQUARE = dict(E=13, H=9, I=9, L=2)


def source(d, layout, s=lora.SIZES, name=None, family='qwen3_moe', ranks=None,
           **fields):
    adapter = become(lora.split(family, s, **(ranks or {})), layout)
    return Source(d, layout, adapter, name=name or layout, **fields)


def from_other(src, layout):
    return ['--base', src.base, '--from', layout]


@case
def per_expert_says_it_itself(d):
    for family in lora.FAMILIES:
        src = source(d, 'per_expert', family=family, name=family)
        same(expect(run('detect', src.path, '--base', src.base), 0).out,
             'per_expert\n', 'detect')


@case
def weft_json_says_it(d):
    """Neither --base nor --from, from then on."""
    src = source(d, 'per_expert')
    for layout in lora.FUSED:
        convert(src.path, f'{d}/{layout}-to', *src.options(), layout=layout)
        same(expect(run('detect', f'{d}/{layout}-to'), 0).out, layout + '\n',
             'detect')
        for other in lora.LAYOUTS:
            convert(f'{d}/{layout}-to', f'{d}/{layout}-{other}', layout=other)


@case
def pairs_that_nothing_tells_apart(d):
    for layout, other in UNDECIDED.items():
        src = source(d, layout)
        for target in lora.LAYOUTS:
            refused(src, layout, other, '--from', layout=target,
                    options=['--base', src.base])
        expect(run('detect', src.path, '--base', src.base), 65, layout, other,
               '--from')
        expect(run('plan', src.path, '--to', 'per_expert', '--base',
                   src.base), 65, layout, other, '--from')
        same(expect(run('detect', src.path, *src.options()), 0).out,
             layout + '\n', 'detect')
        converted(src, f'{d}/{layout}-to', 'per_expert')


@case
def a_layout_that_it_is_not(d):
    """--from chooses among what fits, and overrules nothing."""
    for layout in lora.LAYOUTS:
        src = source(d, layout)
        for other in lora.LAYOUTS:
            if other in (layout, UNDECIDED.get(layout)):
                continue
            refused(src, other, options=from_other(src, other))


@case
def the_other_of_a_pair_is_believed(d):
    """The result is another adapter; only who wrote it knows."""
    src = source(d, 'fused')
    convert(src.path, f'{d}/to', *from_other(src, 'fused_expert_slowest'),
            layout='fused')
    wanted = lora.tensors('fused', src.adapter)
    found = st.read(f'{d}/to')
    check(any(found[name] != wanted[name] for name in wanted), 'the same')


@case
def one_projection_leaves_it_open_and_the_other_does_not(d):
    for n, s in enumerate((WIDE, SQUARE)):
        for family in lora.FAMILIES:
            for layout in lora.FUSED:
                src = source(d, layout, s, f'{n}-{family}-{layout}', family)
                converted(src, src.path + '-to', 'per_expert')
                wrong = [x for x in lora.FUSED
                         if x not in (layout, UNDECIDED[layout])]
                for other in wrong:
                    refused(src, options=from_other(src, other))


@case
def one_projection_only(d):
    """By its name in target_parameters; its key is the same."""
    for name, ranks in (('down', dict(gate=0, up=0)), ('up', dict(down=0))):
        for layout in lora.FUSED:
            src = source(d, layout, name=f'{name}-{layout}', ranks=ranks)
            refused(src, '--from', options=['--base', src.base])
            converted(src, src.path + '-to', 'per_expert')
            for other in lora.FUSED:
                if other not in (layout, UNDECIDED[layout]):
                    refused(src, options=from_other(src, other))


@case
def one_projection_of_a_width_that_leaves_it_open(d):
    """Then --from has to say which of the four."""
    for s, ranks in ((WIDE, dict(down=0)), (SQUARE, dict(gate=0, up=0))):
        for layout in lora.FUSED:
            src = source(d, layout, s, f'{s["H"]}-{layout}', ranks=ranks,
                         peft_version=None)
            refused(src, '--from', options=['--base', src.base])
            converted(src, src.path + '-to', 'per_expert')


@case
def target_parameters_that_are_not_there(d):
    """The tensors of one parameter, and no word which."""
    for n, fields in enumerate((dict(target_parameters=[]),
                                dict(target_parameters=None),
                                dict(target_parameters=['gate_up_proj']))):
        src = source(d, 'fused', name=f's{n}', ranks=dict(gate=0, up=0),
                     **fields)
        refused(src, 'target_parameters' if n < 2 else 'gate_up_proj')


@case
def two_layouts_at_once(d):
    src = source(d, 'per_expert')
    more = lora.tensors('fused', lora.split().fuse())
    src = Source(d, 'per_expert', src.adapter, more=more, name='both')
    for options in (['--base', src.base], from_other(src, 'per_expert'),
                    from_other(src, 'fused')):
        refused(src, options=options)


@case
def what_is_no_adapter_of_experts(d):
    """Nothing to convert; and a base model without experts."""
    src = Source(d, 'per_expert', lora.split(), name='none')
    at = f'{src.path}/adapter_model.safetensors'
    st.write(at, {k: t for k, t in st.read(at).items()
                       if '.experts.' not in k})
    refused(src)
    src = source(d, 'per_expert', name='dense')
    harness.write(src.base, '{"model_type": "qwen3", "hidden_size": 10, '
                  '"num_hidden_layers": 2, "intermediate_size": 7}')
    refused(src, 'num_experts')


harness.main()
