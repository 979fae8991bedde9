#!/usr/bin/python3
"""What becomes of an adapter's config: what has to change does, and the rest
stays byte for byte."""

import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import lora
import lora_config
import st
from harness import case, check, read, same
from lora_case import (CONFIG, Source, Target, become, converted, refused,
                       rewrite)

GATE_UP = r'.*\.gate_up_proj'
# As PEFT 0.15 has written them: no peft_version, and parameters unheard of.
OLD = '''{
  "alpha_pattern": {},
  "auto_mapping": null,
  "base_model_name_or_path": "someone/a-mixtral",
  "bias": "none",
  "corda_config": null,
  "eva_config": null,
  "exclude_modules": null,
  "fan_in_fan_out": false,
  "inference_mode": true,
  "init_lora_weights": true,
  "layer_replication": null,
  "layers_pattern": null,
  "layers_to_transform": null,
  "loftq_config": {},
  "lora_alpha": 16,
  "lora_bias": false,
  "lora_dropout": 0.05,
  "megatron_config": null,
  "megatron_core": "megatron.core",
  "modules_to_save": null,
  "peft_type": "LORA",
  "r": 8,
  "rank_pattern": {},
  "revision": null,
  "target_modules": [
    "q_proj",
    "w1",
    "gate",
    "w3",
    "o_proj",
    "w2"
  ],
  "task_type": "CAUSAL_LM",
  "use_dora": false,
  "use_rslora": false
}'''
# As PEFT 0.21 writes them.
NEW = '''{
  "alora_invocation_tokens": null,
  "alpha_pattern": {
    ".*\\\\.gate_up_proj": 12
  },
  "arrow_config": null,
  "auto_mapping": {
    "base_model_class": "Qwen3MoeForCausalLM",
    "parent_library": "transformers.models.qwen3_moe.modeling_qwen3_moe"
  },
  "base_model_name_or_path": null,
  "bias": "none",
  "ensure_weight_tying": false,
  "fan_in_fan_out": false,
  "inference_mode": true,
  "init_lora_weights": true,
  "kasa_config": null,
  "loftq_config": {},
  "lora_alpha": 6,
  "lora_bias": false,
  "lora_dropout": 0.0,
  "megatron_core": "megatron.core",
  "peft_type": "LORA",
  "peft_version": "0.21.2",
  "qalora_group_size": 16,
  "r": 3,
  "rank_pattern": {
    ".*\\\\.gate_up_proj": 6
  },
  "revision": null,
  "target_modules": [
    "q_proj",
    "o_proj"
  ],
  "target_parameters": [
    "down_proj",
    "gate_up_proj"
  ],
  "task_type": null,
  "use_dora": false,
  "use_rslora": false
}'''


def with_text(src, text):
    harness.write(f'{src.path}/{CONFIG}', text)
    src.fields = json.loads(text)
    return src


def changed(dst, before, **wanted):
    """The fields of the target's config: these, and else the same bytes, in
    the same order."""
    found = lora_config.members(read(dst, CONFIG).decode())
    was = lora_config.members(before)
    same([m for m in found if m[0] not in wanted],
         [m for m in was if m[0] not in wanted], 'the rest')
    for name, value in wanted.items():
        now = json.loads(dict(found).get(name, 'null'))
        if isinstance(value, list):
            same(sorted(now or []), sorted(value), name)
        else:
            same(now, value, name)


def mixtral(d, text=OLD, **how):
    adapter = lora.split('mixtral', gate=8, up=8, down=8)
    src = Source(d, 'per_expert', adapter, router=True, r=8, **how)
    return with_text(src, text)


def qwen(d, text=NEW, layout='fused', **how):
    return with_text(Source(d, layout, lora.split().fuse(), **how), text)


@case
def golden_to_fused(d):
    src = mixtral(d)
    for layout in lora.FUSED:
        dst = f'{d}/{layout}'
        converted(src, dst, layout)
        changed(dst, OLD, target_modules=['q_proj', 'o_proj'],
                target_parameters=['gate.weight', 'gate_up_proj', 'down_proj'],
                rank_pattern={GATE_UP: 16}, alpha_pattern={GATE_UP: 32},
                lora_dropout=0.0,
                peft_version=json.loads(read(dst, CONFIG))['peft_version'])
    same(json.loads(read(d, 'fused', CONFIG))['peft_version'], '0.19.1',
         'peft_version')


@case
def golden_to_per_expert(d):
    dst = f'{d}/to'
    converted(qwen(d), dst, 'per_expert')
    changed(dst, NEW, target_modules=['q_proj', 'o_proj', 'gate_proj',
                                      'up_proj', 'down_proj'],
            target_parameters=[], rank_pattern={}, alpha_pattern={})


@case
def there_and_back(d):
    """What was edited is undone; a dropout is not known again."""
    src = mixtral(d)
    for layout in lora.FUSED:
        there = converted(src, f'{d}/{layout}', layout)
        back = converted(there, f'{d}/{layout}-back', 'per_expert')
        changed(back.path, OLD, target_modules=json.loads(OLD)[
            'target_modules'], target_parameters=[], lora_dropout=0.0,
            rank_pattern={}, alpha_pattern={},
            peft_version=json.loads(read(back.path, CONFIG)).get(
                'peft_version'))
    new = qwen(d, name='new')
    there = converted(new, f'{d}/new-to', 'per_expert')
    back = converted(there, f'{d}/new-back', 'fused')
    changed(back.path, NEW, target_modules=['q_proj', 'o_proj'],
            target_parameters=['gate_up_proj', 'down_proj'],
            rank_pattern={GATE_UP: 6}, alpha_pattern={GATE_UP: 12})


@case
def golden_rslora(d):
    """The scale goes with the root of the rank, so alpha does, too."""
    text = OLD.replace('"use_rslora": false', '"use_rslora": true')
    dst = f'{d}/to'
    converted(mixtral(d, text), dst, 'fused')
    fields = json.loads(read(dst, CONFIG))
    alpha = fields['alpha_pattern'][GATE_UP]
    check(math.isclose(alpha, 16 * math.sqrt(2), rel_tol=1e-15), alpha)
    changed(dst, text, target_modules=['q_proj', 'o_proj'],
            target_parameters=['gate.weight', 'gate_up_proj', 'down_proj'],
            rank_pattern={GATE_UP: 16}, alpha_pattern={GATE_UP: alpha},
            lora_dropout=0.0, peft_version='0.19.1')
    there = Target(dst, 'fused', become(mixtral(d, name='b').adapter, 'fused'),
                   mixtral(d, text, name='c'))
    back = converted(there, f'{d}/back', 'per_expert')
    same(back.fields['alpha_pattern'], {}, 'alpha_pattern')


@case
def golden_without_gate_and_up(d):
    text = OLD.replace('    "w1",\n', '').replace('    "w3",\n', '')
    src = with_text(Source(d, 'per_expert', lora.split(
        'mixtral', gate=0, up=0, down=8), router=True, r=8), text)
    converted(src, f'{d}/to', 'fused')
    changed(f'{d}/to', text, target_modules=['q_proj', 'o_proj'],
            target_parameters=['gate.weight', 'down_proj'], lora_dropout=0.0,
            peft_version='0.19.1')


@case
def golden_without_down(d):
    text = OLD.replace('    "o_proj",\n    "w2"\n', '    "o_proj"\n')
    src = with_text(Source(d, 'per_expert', lora.split(
        'mixtral', gate=8, up=8, down=0), router=True, r=8), text)
    converted(src, f'{d}/to', 'fused')
    changed(f'{d}/to', text, target_modules=['q_proj', 'o_proj'],
            target_parameters=['gate.weight', 'gate_up_proj'],
            rank_pattern={GATE_UP: 16}, alpha_pattern={GATE_UP: 32},
            lora_dropout=0.0, peft_version='0.19.1')


@case
def patterns_of_other_modules_stay(d):
    """And those of down go by its name there."""
    text = OLD.replace('"rank_pattern": {}',
                       '"rank_pattern": {"k_proj": 5, "w2": 4}').replace(
        '"alpha_pattern": {}', '"alpha_pattern": {"k_proj": 5, "w2": 4}')
    src = with_text(Source(d, 'per_expert', lora.split(
        'mixtral', gate=8, up=8, down=4), router=True, r=8), text)
    converted(src, f'{d}/to', 'fused')
    fields = json.loads(read(d, 'to', CONFIG))
    for name in ('rank_pattern', 'alpha_pattern'):
        same(fields[name].get('k_proj'), 5, name)
    back = converted(Target(f'{d}/to', 'fused', src.adapter.fuse(), src),
                     f'{d}/back', 'per_expert')
    same(back.fields['rank_pattern'].get('k_proj'), 5, 'rank_pattern')


@case
def other_spellings_of_json(d):
    """Blanks, escapes and numbers that nobody asked about stay."""
    odd = OLD.replace('"someone/a-mixtral"', '"caf\\u00e9/\\/\U0001f600"') \
        .replace('"loftq_config": {}', '"loftq_config": { "x" :1.50e+01 ,'
                 '"y":[ 1,\t2 ]}').replace('"lora_alpha": 16',
                                           '"lora_alpha" :16')
    for n, text in enumerate((odd, odd + '\n', odd.replace('\n', '\r\n'),
                              json.dumps(json.loads(OLD)),
                              json.dumps(json.loads(OLD),
                                         separators=(',', ':')),
                              odd.replace('  ', '\t'))):
        src = mixtral(d, text, name=f'src{n}')
        converted(src, f'{d}/{n}', 'fused')
        found = read(d, str(n), CONFIG).decode()
        same(found[:1] + found[found.rindex('}'):],
             text[:1] + text[text.rindex('}'):], 'the ends')


@case
def fields_that_are_not_there(d):
    """The least that PEFT reads."""
    fields = dict(peft_type='LORA', r=8, lora_alpha=16, target_modules=[
        'q_proj', 'o_proj', 'gate', 'w1', 'w2', 'w3'])
    text = json.dumps(fields)
    converted(mixtral(d, text), f'{d}/to', 'fused')
    changed(f'{d}/to', text, target_modules=['q_proj', 'o_proj'],
            target_parameters=['gate.weight', 'gate_up_proj', 'down_proj'],
            rank_pattern={GATE_UP: 16}, alpha_pattern={GATE_UP: 32},
            lora_dropout=json.loads(read(d, 'to', CONFIG)).get(
                'lora_dropout'), peft_version='0.19.1')


@case
def versions(d):
    """Raised, where the layout needs a later one, and never lowered to it."""
    for n, (was, now) in enumerate((
            ('0.15.2', '0.19.1'), ('0.19.0', '0.19.1'), ('0.19.1', '0.19.1'),
            ('0.21.2', '0.21.2'), ('0.100.0', '0.100.0'), ('1.0', '1.0'))):
        src = Source(d, 'per_expert', lora.split(), name=f's{n}',
                     peft_version=was)
        converted(src, f'{d}/{n}', 'fused')
        same(json.loads(read(d, str(n), CONFIG))['peft_version'], now, was)


@case
def modules_by_longer_names(d):
    """What PEFT matches at the end of a path."""
    src = Source(d, 'fused', lora.split().fuse(), target_modules=['q_proj'],
                 target_parameters=['mlp.experts.gate_up_proj',
                                    'mlp.experts.down_proj'], more={})
    harness.convert(src.path, f'{d}/to', *src.options(), layout='per_expert')
    fields = json.loads(read(d, 'to', CONFIG))
    same(fields['target_parameters'] or [], [], 'target_parameters')
    same(sorted(fields['target_modules']), ['down_proj', 'gate_proj', 'q_proj',
                                            'up_proj'], 'target_modules')


@case
def shared_experts_stay_targets(d):
    """Their modules have the names that the experts' had."""
    more = lora.others('qwen3_moe', 'per_expert', more=[
        (f'mlp.shared_expert.{p}_proj', *w) for p, w in
        (('gate', (10, 19)), ('up', (10, 19)), ('down', (19, 10)))])
    src = Source(d, 'per_expert', lora.split(), more=more)
    harness.convert(src.path, f'{d}/to', *src.options())
    fields = json.loads(read(d, 'to', CONFIG))
    for p in ('gate_proj', 'up_proj', 'down_proj'):
        name = 'model.layers.0.mlp.shared_expert.' + p
        check(any(name == t or name.endswith('.' + t)
                  for t in fields['target_modules']),
              f'{name} is no target: {fields["target_modules"]}')
        rank, scale = lora_config.rank_and_scale(fields, name)
        same((rank, scale), (3, 2), name)


@case
def shared_experts_keep_their_rank(d):
    """A pattern of the experts' down is none of the shared expert's."""
    more = lora.others('qwen3_moe', 'per_expert', more=[
        ('mlp.shared_expert.down_proj', 19, 10)])
    pattern = r'experts\.[0-9]+\.down_proj'
    src = Source(d, 'per_expert', lora.split(down=2), more=more,
                 rank_pattern={pattern: 2}, alpha_pattern={pattern: 10})
    harness.convert(src.path, f'{d}/to', *src.options())
    harness.convert(f'{d}/to', f'{d}/back', layout='per_expert')
    at, back = 'model.layers.0.mlp.', json.loads(read(d, 'back', CONFIG))
    for fields, name in ((json.loads(read(d, 'to', CONFIG)), 'experts'),
                         (back, 'experts.12')):
        same(lora_config.rank_and_scale(fields, f'{at}{name}.down_proj'),
             (2, 5), name)
        same(lora_config.rank_and_scale(
            fields, at + 'shared_expert.down_proj'), (3, 2), 'shared')
    same(list(back['rank_pattern']), [pattern], 'rank_pattern')


@case
def scales_below_zero(d):
    for n, rslora in enumerate((False, True)):
        src = Source(d, 'per_expert', lora.split(), name=f's{n}', alpha=-5,
                     rslora=rslora)
        converted(src, f'{d}/{n}', 'fused')


@case
def modules_that_are_saved_whole(d):
    """Routers, heads, and a tower: none of them is an adapter."""
    for family, router in (('qwen3_moe', 'mlp.gate'),
                           ('mixtral', 'block_sparse_moe.gate')):
        more = st.random_tensors({
            **{lora.LAYER.format(l) + router + '.weight': (13, 10)
               for l in (0, 1)},
            lora.PREFIX + 'score.weight': (3, 10),
            lora.PREFIX + 'lm_head.weight': (31, 10),
            lora.PREFIX + 'model.norm.weight': (10,),
            lora.PREFIX + 'model.embed_tokens.lora_embedding_A': (3, 31),
            lora.PREFIX + 'model.visual.blocks.0.qkv.lora_A.weight': (3, 8)})
        src = Source(d, 'per_expert', lora.split(family), name=family,
                     more={}, modules_to_save=['gate', 'score', 'lm_head'])
        src.more = more
        rewrite(src, lambda tensors: tensors | more)
        there = converted(src, f'{d}/{family}-to', 'fused')
        converted(there, f'{d}/{family}-back', 'per_expert')


@case
def what_the_config_contradicts(d):
    """A rank that the tensors have not; PEFT would not load it either."""
    src = rewrite(Source(d, 'per_expert', lora.split(), r=4),
                  config=dict(rank_pattern={}))
    refused(src, '3', '4')
    src = qwen(d, NEW.replace('gate_up_proj": 6', 'gate_up_proj": 8'),
               name='fused')
    refused(src, '6', '8')


harness.main()
