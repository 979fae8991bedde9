#!/usr/bin/python3
"""Qwen3.5 and Qwen3.6 as they are published, and the ways in which the experts
of the decoder and of MTP are stored, each told from its keys."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import megatron
import st
from harness import case, check, convert, expect, run, same

harness.TABLE = 'qwen3_5_moe'
CONFIG = megatron.config()
TEXT = CONFIG['text_config']
HF = megatron.number(megatron.hf_shapes(CONFIG))
# Which of them are published: decoder, MTP.
STORAGES = {(True, False): 'Qwen3.5', (True, True): 'Qwen3.6',
            (False, False): 'one by one', (False, True): 'the other way'}
MTP = 'mtp.layers.0.mlp.experts.'
DECODER = 'model.language_model.layers.5.mlp.experts.'


def stored(storage):
    return megatron.repack(HF, TEXT, *storage)


def start(d, arrays, name='hf'):
    src = os.path.join(d, name)
    megatron.write(src, arrays, CONFIG)
    return src


def refused(d, arrays, *words, name='hf'):
    return convert(start(d, arrays, name), os.path.join(d, name + '-out'),
                   layout='hf', code=65, words=words)


def plan(src, *options):
    done = run('plan', src, '--to', *options)
    expect(done, 0)
    return done.out


def variants(text):
    """(of the source, of the target), each {name: value}."""
    source, target = text.split('target ', 1)
    found = [dict(re.findall(r'^ +(\w+\.packed) = (\w+) \(', part, re.M))
             for part in (source, target)]
    return found


@case
def published_checkpoints(d):
    """Every tensor of the files on the Hub, from their headers."""
    for name, n, mtp in (('qwen3.5-35b-a3b', 1811, 'false'),
                         ('qwen3.6-35b-a3b', 1045, 'true')):
        src = os.path.join(d, name)
        tensors = megatron.manifest(name)
        same(len(tensors), n, f'the tensors of {name}')
        megatron.write_sparse(src, tensors, megatron.LARGE)
        text = plan(src, 'hf')
        same(variants(text)[0], {'decoder.packed': 'true',
                                 'mtp.packed': mtp}, name)
        check(f'{n} of 71.9 GB -> 1045 of 71.9 GB' in text, text)
        check('exact     every tensor' in text, text)
        text = plan(src, 'megatron')
        check(f'{n} of 71.9 GB -> 21802 of 71.9 GB' in text, text)
        check(re.search(r'^inexact +delta\.norm$', text, re.M), text)
        expect(run('plan', src, '--to', 'megatron:tp=2,pp=4,ep=8'), 0)


@case
def published_shapes(d):
    """The shapes by hand are those of the manifests."""
    for name, packed in (('qwen3.5-35b-a3b', False),
                         ('qwen3.6-35b-a3b', True)):
        shapes = megatron.hf_shapes(megatron.LARGE, True, packed)
        wanted = {k: s for k, (_, s) in megatron.manifest(name).items()}
        same(set(shapes), set(wanted), f'the keys of {name}')
        for key, shape in wanted.items():
            if not key.startswith('model.visual.p'):
                same(shapes[key], shape, f'the shape of {key}')


@case
def storages(d):
    """From each to each; what is written is said, and never taken from the
    source."""
    for one in STORAGES:
        src = start(d, stored(one), STORAGES[one])
        found, wrote = variants(plan(src, 'hf'))
        same(found, {'decoder.packed': str(one[0]).lower(),
                     'mtp.packed': str(one[1]).lower()}, STORAGES[one])
        same(wrote, {'decoder.packed': 'true', 'mtp.packed': 'true'},
             'what is written of itself')
        for other in STORAGES:
            dst = os.path.join(d, f'{STORAGES[one]} to {STORAGES[other]}')
            options = ('--variant', f'decoder.packed={other[0]}'.lower(),
                       '--variant', f'mtp.packed={other[1]}'.lower())
            convert(src, dst, *options, layout='hf')
            wrong = megatron.different(megatron.read(dst), stored(other))
            check(not wrong, f'{dst}: {wrong}')
            expect(run('verify', src, dst), 0)


@case
def every_storage_to_megatron(d):
    one = None
    for storage, name in STORAGES.items():
        dst = os.path.join(d, name + ' out')
        convert(start(d, stored(storage), name), dst,
                layout='megatron:tp=2,ep=2')
        held = megatron.read(os.path.join(dst, 'rank3'))
        check(one is None or not megatron.different(held, one), name)
        one = held


@case
def one_expert_is_missing(d):
    arrays = stored((True, False))
    del arrays[MTP + '3.up_proj.weight']
    refused(d, arrays, '1 of the 16 tensors that hold mtp.expert_in',
            MTP + '3.up_proj.weight')


@case
def one_layer_of_experts_is_missing(d):
    arrays = stored((True, True))
    del arrays[DECODER + 'down_proj']
    refused(d, arrays, '1 of the 8 tensors that hold decoder.expert_out',
            DECODER + 'down_proj')


@case
def one_expert_too_many(d):
    arrays = stored((True, False))
    for p in ('gate', 'up', 'down'):
        arrays[f'{MTP}8.{p}_proj.weight'] = arrays[f'{MTP}7.{p}_proj.weight']
    refused(d, arrays, '3 tensors of the source are in no rule',
            MTP + '8.gate_proj.weight')


@case
def both_storages(d):
    """Of one module, even if they agree; for each of the two modules."""
    both = stored((False, False)) | {
        k: a for k, a in stored((True, True)).items() if k.startswith(MTP)}
    refused(d, both, 'stored twice', 'mtp.layers.{l}.mlp.experts.gate_up_proj',
            '1 there', '8 there')
    both = stored((True, True)) | {
        k: a for k, a in stored((False, True)).items()
        if k.startswith(DECODER)}
    refused(d, both, 'stored twice', '{hf}layers.{l}.mlp.experts.gate_up_proj',
            name='decoder')


@case
def some_layers_one_by_one(d):
    mixed = {k: a for k, a in stored((True, True)).items()
             if not k.startswith(DECODER)}
    mixed |= {k: a for k, a in stored((False, True)).items()
              if k.startswith(DECODER)}
    refused(d, mixed, 'stored twice', '7 there', '8 there')


@case
def neither_storage(d):
    bare = {k: a for k, a in HF.items() if not k.startswith(MTP)}
    refused(d, bare, 'neither packed nor one tensor each',
            'mtp.layers.{l}.mlp.experts.gate_up_proj): 0 there')
    bare = {k: a for k, a in HF.items()
            if '.mlp.experts.' not in k or k.startswith('mtp.')}
    refused(d, bare, 'neither packed nor one tensor each', '{hf}layers.{l}',
            name='decoder')


@case
def a_part_of_mtp(d):
    """MTP is there as a whole, or not at all."""
    for key in ('mtp.fc.weight', 'mtp.norm.weight',
                'mtp.pre_fc_norm_hidden.weight',
                'mtp.layers.0.self_attn.k_proj.weight',
                'mtp.layers.0.mlp.shared_expert_gate.weight'):
        part = {k: a for k, a in HF.items() if k != key}
        refused(d, part, 'missing', key, name=key)


@case
def without_mtp(d):
    bare = {k: a for k, a in HF.items() if not k.startswith('mtp.')}
    dst = os.path.join(d, 'out')
    convert(start(d, bare), dst, layout='hf')
    wrong = megatron.different(megatron.read(dst), bare)
    check(not wrong, wrong)


@case
def kinds_by_interval_and_by_list(d):
    """A tensor of the other kind of layer is in no rule."""
    arrays = dict(HF)
    key = 'model.language_model.layers.%d.linear_attn.A_log'
    arrays[key % 7] = arrays[key % 6]
    refused(d, arrays, 'in no rule', key % 7)
    arrays = dict(HF)
    del arrays[key % 6]
    refused(d, arrays, '1 of the 6 tensors that hold delta.decay', key % 6,
            name='missing')
    kinds = ['linear_attention'] * 8
    src = os.path.join(d, 'list')
    megatron.write(src, HF, megatron.config(layer_types=kinds))
    convert(src, os.path.join(d, 'out'), layout='hf', code=65,
            words=('12 tensors of the source are in no rule',
                   'layers.{3,7}.self_attn.q_proj.weight'))
    megatron.write_config(src, megatron.config(layer_types=kinds[:5]))
    convert(src, os.path.join(d, 'out'), layout='hf', code=65,
            words=('5 elements',))


@case
def text_model_of_a_larger_one(d):
    """Taken out of a model with a tower, it keeps its names there; what is
    written has a text model's own, unless the option says otherwise."""
    config = megatron.config(vl=False)
    plain = megatron.number(megatron.hf_shapes(config))
    nested = {k.replace('model.', 'model.language_model.', 1): a
              for k, a in plain.items()}
    src, dst = os.path.join(d, 'nested'), os.path.join(d, 'plain')
    megatron.write(src, nested, config)
    convert(src, dst, layout='hf')
    wrong = megatron.different(megatron.read(dst), plain)
    check(not wrong, wrong)
    convert(dst, os.path.join(d, 'again'), '--variant', 'nested=true',
            layout='hf')
    wrong = megatron.different(megatron.read(os.path.join(d, 'again')), nested)
    check(not wrong, wrong)
    convert(src, os.path.join(d, 'one'), layout='megatron')
    convert(dst, os.path.join(d, 'two'), layout='megatron')
    for part in ('one', 'two'):
        names = megatron.read(os.path.join(d, part, 'rank0'))
        check('decoder.final_layernorm.weight' in names, part)


@case
def shapes_that_do_not_fit(d):
    """A query without its gate has half the rows."""
    arrays = dict(HF)
    key = 'model.language_model.layers.3.self_attn.q_proj.weight'
    arrays[key] = arrays[key][:60]
    refused(d, arrays, key, '[60, 20]', '[120, 20]')


@case
def toy(d):
    """A small checkpoint without a source: with MTP, as the config says."""
    for n, mtp in ((1, True), (0, False)):
        src, config = os.path.join(d, f'toy{n}'), os.path.join(d, f'config{n}')
        text = megatron.config(vl=False, mtp_num_hidden_layers=n)
        megatron.write_config(config, text)
        expect(run('toy', src, '--layout', 'hf', '--config',
                   os.path.join(config, 'config.json')), 0)
        same(set(st.read(src)), set(megatron.hf_shapes(text, mtp=mtp)),
             'the keys')


harness.main()
