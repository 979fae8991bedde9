"""The adapter_config.json of an adapter: what PEFT would have written for each
layout, what PEFT reads in one, and what a conversion may change."""

import json
import math
import os
import re

import lora
import st

PARAMETERS = {'gate_up': 'gate_up_proj', 'down': 'down_proj'}
# What a conversion may touch; all else stays byte for byte.
EDITED = {'target_modules', 'target_parameters', 'rank_pattern',
          'alpha_pattern', 'lora_dropout', 'peft_version'}
VERSIONS = {'per_expert': '0.15.2', 'fused': '0.21.2',
            'fused_swapped': '0.18.1', 'fused_expert_slowest': '0.19.1',
            'megatron_packed': '0.18.0'}
# Where nothing is said, PEFT's own values of many versions.
FIELDS = {
    'alpha_pattern': {}, 'auto_mapping': None,
    'base_model_name_or_path': 'someone/a-model', 'bias': 'none',
    'corda_config': None, 'eva_config': None, 'exclude_modules': None,
    'fan_in_fan_out': False, 'inference_mode': True,
    'init_lora_weights': True, 'layer_replication': None,
    'layers_pattern': None, 'layers_to_transform': None, 'loftq_config': {},
    'lora_alpha': 6, 'lora_bias': False, 'lora_dropout': 0.0,
    'megatron_config': None, 'megatron_core': 'megatron.core',
    'modules_to_save': None, 'peft_type': 'LORA', 'qalora_group_size': 16,
    'r': 3, 'rank_pattern': {}, 'revision': None, 'task_type': 'CAUSAL_LM',
    'trainable_token_indices': None, 'use_dora': False, 'use_qalora': False,
    'use_rslora': False,
}


def targets(layout, adapter, router=False):
    """(target_modules, target_parameters)"""
    there, f = adapter.projections(), adapter.family
    if layout == 'per_expert':
        return (['q_proj', 'o_proj'] + ['gate'] * router
                + [f.names[p] for p in there], [])
    return (['q_proj', 'o_proj'], ['gate.weight'] * router
            + [PARAMETERS[p] for p in there])


def pattern_key(layout, adapter, p):
    if layout == 'per_expert':
        return adapter.family.names[p]
    return r'.*\.gate_up_proj' if p == 'gate_up' else 'down_proj'


def of(layout, adapter, r=3, alpha=6, rslora=False, router=False, alphas=None,
       **changes):
    """The fields of an adapter whose other modules have rank r. Each
    projection has the scale of r and alpha, if alphas does not say another
    alpha for it. A change to None leaves the field out."""
    ranks, other = {}, {}
    for p in adapter.projections():
        R = adapter.rank(p)
        a = alpha * math.sqrt(R) / math.sqrt(r) if rslora else alpha * R / r
        a = (alphas or {}).get(p, int(a) if a == int(a) else a)
        if R != r:
            ranks[pattern_key(layout, adapter, p)] = R
        if a != alpha:
            other[pattern_key(layout, adapter, p)] = a
    modules, parameters = targets(layout, adapter, router)
    fields = FIELDS | dict(
        r=r, lora_alpha=alpha, use_rslora=rslora, rank_pattern=ranks,
        alpha_pattern=other, target_modules=modules,
        target_parameters=parameters, peft_version=VERSIONS[layout])
    if layout == 'per_expert':
        fields['target_parameters'] = None
    fields |= changes
    return {k: v for k, v in fields.items()
            if k not in changes or v is not None}


def text(fields):
    """As PEFT writes it."""
    return json.dumps(fields, indent=2, sort_keys=True)


def members(config):
    """[(key, its value's text)] of an object's text, in its order."""
    decoder, at, out = json.JSONDecoder(), config.index('{') + 1, []

    def skip(at):
        while config[at] in ' \t\r\n,:':
            at += 1
        return at

    while config[skip(at)] != '}':
        key, at = decoder.raw_decode(config, skip(at))
        begin = skip(at)
        _, at = decoder.raw_decode(config, begin)
        out.append((key, config[begin:at]))
    return out


def path(layout, adapter, l, e, p):
    """What PEFT matches with patterns: a module, or a parameter."""
    if layout == 'per_expert':
        return adapter.family.expert(l, e, p).removeprefix(lora.PREFIX)
    at = lora.LAYER.format(l).removeprefix(lora.PREFIX)
    return at + 'mlp.experts.' + PARAMETERS[p]


def rank_and_scale(fields, name):
    """As PEFT finds them: the first pattern that ends the path."""
    def first(patterns, default):
        for pattern, value in (patterns or {}).items():
            if re.match(rf'(.*\.)?({pattern})$', name):
                return value
        return default

    r = first(fields.get('rank_pattern'), fields['r'])
    alpha = first(fields.get('alpha_pattern'), fields['lora_alpha'])
    return r, alpha / (math.sqrt(r) if fields.get('use_rslora') else r)


def version(text):
    return tuple(int(n) for n in re.findall(r'\d+', text or '0')[:3])


def version_wrong(fields, before, layout):
    found, was = (version(f.get('peft_version')) for f in (fields, before))
    if layout == 'per_expert':
        return found != was and f'peft_version is {found}, was {was}'
    least = (0, 19, 1) if layout == 'fused' else (0, 17)
    if found < least:
        return f'peft_version is {found}, less than {least}'
    if layout == 'fused' and was >= least and found != was:
        return f'peft_version is {found}, was {was}'
    return None


def edits_wrong(fields, before, layout, adapter, router):
    for name, wanted in zip(('target_modules', 'target_parameters'),
                            targets(layout, adapter, router)):
        found = fields.get(name) or []
        if sorted(found) != sorted(wanted):
            return f'{name} is {found}, not {wanted}'
    dropout = 0 if layout != 'per_expert' else before.get('lora_dropout')
    if (fields.get('lora_dropout') or 0) != (dropout or 0):
        return f'lora_dropout is {fields["lora_dropout"]}'
    return version_wrong(fields, before, layout)


def wrong(config, source, layout, adapter, scales, router=False):
    """What is first wrong with the text that a source's became, or None.
    scales are those of the projections gate, up and down, before."""
    found, was = dict(members(config)), dict(members(source))
    same = [[(k, v) for k, v in members(t) if k not in EDITED]
            for t in (config, source)]
    if same[0] != same[1]:
        odd = [pair for pair in zip(*same) if pair[0] != pair[1]]
        return f'{odd[:1] or same} was touched'
    fields, before = ({k: json.loads(v) for k, v in m.items()}
                      for m in (found, was))
    for p in adapter.projections():
        name = path(layout, adapter, adapter.layers[0], adapter.s['E'] - 1, p)
        rank, scale = rank_and_scale(fields, name)
        if rank != adapter.rank(p):
            return f'{name}: the config has rank {rank}, not {adapter.rank(p)}'
        wanted = scales['gate' if p == 'gate_up' else p]
        if not math.isclose(scale, wanted, rel_tol=1e-15 * 8):
            return f'{name}: the config has scale {scale}, not {wanted}'
    name = 'model.layers.0.self_attn.q_proj'
    if rank_and_scale(fields, name) != rank_and_scale(before, name):
        return f'{name} has rank and scale {rank_and_scale(fields, name)}'
    return edits_wrong(fields, before, layout, adapter, router)


def scales(fields, layout, adapter):
    """{gate | up | down: what its product is multiplied with}"""
    out = {}
    for p in adapter.projections():
        _, scale = rank_and_scale(fields, path(
            layout, adapter, adapter.layers[0], 0, p))
        out |= {q: scale for q in (('gate', 'up') if p == 'gate_up' else (p,))}
    return out


def write(directory, tensors, config):
    """An adapter as PEFT saves one, with a file that is not its own."""
    os.makedirs(directory)
    st.write(os.path.join(directory, 'adapter_model.safetensors'), tensors,
             {'format': 'pt'})
    for name, content in (('adapter_config.json', config if isinstance(
            config, str) else text(config)), ('README.md', '# Adapter\n')):
        with open(os.path.join(directory, name), 'w') as f:
            f.write(content)
    return directory


def read(directory):
    """(tensors, text of the config)"""
    with open(os.path.join(directory, 'adapter_config.json')) as f:
        return st.read(os.path.join(
            directory, 'adapter_model.safetensors')), f.read()
