#!/usr/bin/python3
"""MaxText's layouts: what is in the checkpoint beside the tensors, and
checkpoints that weft did not write."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import formulas
import harness
import orbax
import qwen3
from harness import case, check, expect, run, same

S = formulas.SIZES
HUB = formulas.Hub(qwen3.numbered(formulas.hf_shapes(S), 'F32'), S)
SPLIT = formulas.split(HUB)
LAYOUTS = {'maxtext': formulas.maxtext,
           'maxtext_unscanned': formulas.maxtext_unscanned}
EMBED = 'params.params.token_embedder.embedding'


def made(d, layout, metadata, change=None, vocab=0, chunks=None, **config):
    """A checkpoint without weft.json."""
    tensors = dict(LAYOUTS[layout](HUB, vocab)['orbax'])
    tensors |= change or {}
    path = f'{d}/{len(os.listdir(d))}'
    orbax.write(path, tensors, metadata, chunks)
    harness.write(f'{path}/config.json',
                  json.dumps(formulas.config(S, **config)))
    return path


def becomes_split(src):
    expect(run('convert', src, f'{src}-to', '--to', 'split'), 0)
    wrong = formulas.different(formulas.read(f'{src}-to'), SPLIT)
    check(not wrong, wrong)


@case
def scan_layers_is_written(d):
    formulas.write(f'{d}/src', SPLIT, json.dumps(formulas.config(S)))
    for layout, scanned in (('maxtext', True), ('maxtext_unscanned', False)):
        dst = f'{d}/{layout}'
        expect(run('convert', f'{d}/src', dst, '--to', layout), 0)
        same(orbax.metadata(dst), {'scan_layers': scanned}, 'the metadata')
        expect(run('verify', f'{d}/src', dst), 0)
        file = f'{dst}/0/_CHECKPOINT_METADATA'
        text = harness.read(file).decode()
        for other in ('{}', json.dumps({'scan_layers': not scanned})):
            old = json.dumps({'scan_layers': scanned})
            check(old in text, text)
            harness.write(file, text.replace(old, other))
            expect(run('verify', f'{d}/src', dst), 65, 'scan_layers')


@case
def scan_layers_agrees_with_the_tensors(d):
    for layout, scanned in (('maxtext', True), ('maxtext_unscanned', False)):
        for metadata in ({'scan_layers': scanned}, {}, {'lora': {'rank': 8}},
                         {'scan_layers': scanned, 'extra': 'x'}):
            becomes_split(made(d, layout, metadata))
        for wrong in (not scanned, 'x', 1):
            src = made(d, layout, {'scan_layers': wrong})
            for command in (['plan', src], ['convert', src, f'{src}-no']):
                expect(run(*command, '--to', 'split'), 65, 'scan_layers',
                       f'layout {layout}', json.dumps(wrong).strip('"'),
                       json.dumps(scanned), '_CHECKPOINT_METADATA')
            harness.absent(f'{src}-no')


@case
def a_padded_vocabulary_is_seen_in_the_shapes(d):
    for layout in LAYOUTS:
        for vocab in (0, 37, 38, 64, 200):
            src = made(d, layout, {}, vocab=vocab)
            becomes_split(src)
            plan = run('plan', src, '--to', 'split').out
            check(vocab in (0, 37) or f'vocab = {vocab} ' in plan, plan)


@case
def a_vocabulary_is_padded_with_zeros_only(d):
    dtype, shape, data = formulas.maxtext(HUB, 45)['orbax'][EMBED]
    bad = data[:-1] + b'\1'
    src = made(d, 'maxtext', {}, {EMBED: (dtype, shape, bad)}, vocab=45)
    expect(run('convert', src, f'{src}-no', '--to', 'split'), 65, EMBED)
    harness.absent(f'{src}-no')
    src = made(d, 'maxtext', {}, vocab_size=36)
    expect(run('convert', src, f'{src}-no', '--to', 'split'), 65,
           'params.params.', 'what pads a tensor has to be zero')
    formulas.write(f'{d}/src', SPLIT, json.dumps(formulas.config(S)))
    expect(run('convert', f'{d}/src', f'{d}/no', '--to', 'maxtext:vocab=36'),
           65, '37', '36')
    harness.absent(f'{d}/no')


@case
def what_belongs_to_the_training_is_left_behind(d):
    word = ('I32', (), (7).to_bytes(4, 'little'))
    moment = ('F32', (3, 2), bytes(24))
    for layout in LAYOUTS:
        src = made(d, layout, {}, {'step': word, 'opt_state.mu.x.y': moment})
        becomes_split(src)
        plan = run('plan', src, '--to', 'split').out
        for name in ('step', 'opt_state.mu.x.y'):
            check(name in plan, f'the plan says nothing of {name}: {plan}')
        src = made(d, layout, {}, {'params.params.other': moment})
        expect(run('convert', src, f'{src}-no', '--to', 'split'), 65,
               'params.params.other')


@case
def arrays_in_chunks(d):
    """As sharded arrays are saved: experts cut, rows cut, ragged ends."""
    for layout, at in (('maxtext', 'layers.'), ('maxtext_unscanned',
                                                'layers_1.')):
        shapes = {n: t[1] for n, t in LAYOUTS[layout](HUB)['orbax'].items()}
        chunks = {EMBED: (10, 22)}
        for name in ('moe_block.wi_0', 'moe_block.wo'):
            key = f'params.params.decoder.{at}{name}'
            chunks[key] = (3, *shapes[key][1:])
        key = f'params.params.decoder.{at}self_attention.out.kernel'
        chunks[key] = (*shapes[key][:-1], 5)
        becomes_split(made(d, layout, {}, chunks=chunks))


@case
def the_step_and_its_items_may_be_named(d):
    src = made(d, 'maxtext', {'scan_layers': True})
    for part in ('0', '0/items'):
        dst = f'{d}/to-{part.replace("/", "-")}'
        expect(run('convert', f'{src}/{part}', dst, '--to', 'split',
                   '--config', f'{src}/config.json'), 0)
        wrong = formulas.different(formulas.read(dst), SPLIT)
        check(not wrong, wrong)


harness.main()
