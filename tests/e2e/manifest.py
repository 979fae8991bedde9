#!/usr/bin/python3
"""The whole list of Qwen3-30B-A3B, 18,867 tensors and 61 GB: headers of sparse
files, with every tensor accounted for."""

import hashlib
import json
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, expect, run, same

SIZES = dict(H=2048, L=48, E=128, F=768, N=32, G=4, D=128, V=151936)
CONFIG = {
    'architectures': ['Qwen3MoeForCausalLM'], 'attention_bias': False,
    'attention_dropout': 0.0, 'bos_token_id': 151643, 'decoder_sparse_step': 1,
    'eos_token_id': 151645, 'head_dim': 128, 'hidden_act': 'silu',
    'hidden_size': 2048, 'initializer_range': 0.02, 'intermediate_size': 6144,
    'max_position_embeddings': 40960, 'max_window_layers': 48,
    'mlp_only_layers': [], 'model_type': 'qwen3_moe',
    'moe_intermediate_size': 768, 'norm_topk_prob': True,
    'num_attention_heads': 32, 'num_experts': 128, 'num_experts_per_tok': 8,
    'num_hidden_layers': 48, 'num_key_value_heads': 4,
    'output_router_logits': False, 'rms_norm_eps': 1e-06, 'rope_scaling': None,
    'rope_theta': 1000000.0, 'router_aux_loss_coef': 0.001,
    'sliding_window': None, 'tie_word_embeddings': False,
    'torch_dtype': 'bfloat16', 'use_cache': True, 'use_sliding_window': False,
    'vocab_size': 151936,
}
# Of the lines "name TAB dtype TAB shape" of the published files, sorted.
PUBLISHED = '8aa5697f668bba3268bd3f4359aa3535c067c086479d47bf57f5acbd33ae067e'
BYTES = 61064245248
SHARDS = 16


def lines(shapes, dtype='BF16'):
    return sorted(f'{n}\t{dtype}\t{",".join(map(str, s))}\n'
                  for n, s in shapes.items())


def natural(name):
    return [int(p) if p.isdigit() else p for p in re.split(r'(\d+)', name)]


def sparse(src, shapes, shards=SHARDS, index=True):
    os.makedirs(src, exist_ok=True)
    names = sorted(shapes, key=natural)
    files = [f'model-{i + 1:05d}-of-{shards:05d}.safetensors'
             for i in range(shards)]
    where = {n: files[i * shards // len(names)] for i, n in enumerate(names)}
    for file in files:
        header, at = {'__metadata__': {'format': 'pt'}}, 0
        for name in names:
            if where[name] == file:
                size = st.nbytes('BF16', shapes[name])
                header[name] = {'dtype': 'BF16', 'shape': shapes[name],
                                'data_offsets': [at, at + size]}
                at += size
        text = json.dumps(header, separators=(',', ':')).encode()
        with open(f'{src}/{file}', 'wb') as f:
            f.write(struct.pack('<Q', len(text)) + text)
            f.truncate(8 + len(text) + at)
    if index:
        harness.write(f'{src}/{st.INDEX}', json.dumps(
            {'metadata': {'total_size': BYTES}, 'weight_map': where}))
    harness.write(f'{src}/config.json', json.dumps(CONFIG, indent=2))
    return src


@case
def the_formula_gives_the_published_list(d):
    text = ''.join(lines(qwen3.split_shapes(SIZES)))
    same(hashlib.sha256(text.encode()).hexdigest(), PUBLISHED, 'the digest')
    same(text.count('\n'), 18867, 'the number of tensors')
    same(sum(st.nbytes('BF16', s)
             for s in qwen3.split_shapes(SIZES).values()), BYTES, 'the bytes')


@case
def headers_of_all_tensors(d):
    src = sparse(f'{d}/src', qwen3.split_shapes(SIZES))
    done = expect(run('headers', src), 0)
    text = ''.join(sorted('\t'.join(line.split('\t')[:3]) + '\n'
                          for line in done.out.splitlines()))
    same(hashlib.sha256(text.encode()).hexdigest(), PUBLISHED, 'the digest')


@case
def a_plan_accounts_for_every_tensor(d):
    src = sparse(f'{d}/src', qwen3.split_shapes(SIZES))
    fused = qwen3.fused_shapes(SIZES)
    same(len(fused), 531, 'the fused tensors')
    done = expect(run('plan', src, '--to', 'fused', '--json'), 0)
    print(f'# a plan of {len(qwen3.split_shapes(SIZES))} tensors takes '
          f'{done.seconds * 1000:.0f} ms, {done.rss / 1e6:.0f} MB')
    found = json.loads(done.out)
    for key, value in dict(tensors_in=18867, bytes_in=BYTES, tensors_out=531,
                           bytes_out=BYTES, bytes_read=BYTES, kept=0,
                           dropped=[], inexact=[]).items():
        same(found[key], value, key)
    same(sum(m['count'] for m in found['moves'].values()), 18867, 'the moves')
    same(sum(m['bytes'] for m in found['moves'].values()), BYTES,
         'the bytes moved')
    sizes = {s['name']: s['value'] for s in found['sizes']}
    same({k: sizes[k] for k in SIZES}, SIZES, 'the sizes')
    data = sum(f['bytes'] for f in found['files'])
    check(BYTES < data < BYTES + 200000, f'{data} bytes in all files')
    text = expect(run('plan', src, '--to', 'fused'), 0).out
    for word in ('18867', '531', '61.1 GB', 'num_experts'):
        check(word in text, f'{word} is not in {text}')


@case
def and_back(d):
    """The shards of the way back, by their own formula."""
    src = sparse(f'{d}/src', qwen3.fused_shapes(SIZES))
    done = expect(run('plan', src, '--to', 'split', '--json'), 0)
    found = json.loads(done.out)
    same((found['from'], found['tensors_in'], found['tensors_out'],
          found['bytes_out']), ('fused', 531, 18867, BYTES), 'the totals')
    shards, size = 1, 0
    split = qwen3.split_shapes(SIZES)
    for name in sorted(split, key=natural):
        n = st.nbytes('BF16', split[name])
        if size + n > 5000000000:
            shards, size = shards + 1, 0
        size += n
    same([f['name'] for f in found['files']],
         [f'model-{i + 1:05d}-of-{shards:05d}.safetensors'
          for i in range(shards)], 'the files')


@case
def one_of_all_missing_or_too_many(d):
    shapes = qwen3.split_shapes(SIZES)
    name = qwen3.EXPERT.format(31, 77, 'up')
    src = sparse(f'{d}/missing', {n: s for n, s in shapes.items()
                                  if n != name})
    expect(run('plan', src, '--to', 'fused'), 65, name, '1 of the 12288')
    src = sparse(f'{d}/more', shapes | {qwen3.EXPERT.format(31, 128, 'up'):
                                        (768, 2048)})
    expect(run('plan', src, '--to', 'fused'), 65,
           qwen3.EXPERT.format(31, 128, 'up'))
    gone = {qwen3.EXPERT.format(l, e, 'down') for l in range(48)
            for e in (17, 99)}
    src = sparse(f'{d}/many', {n: s for n, s in shapes.items()
                               if n not in gone})
    expect(run('plan', src, '--to', 'fused'), 65, '96 of the 6144',
           'model.layers.{0..47}.mlp.experts.{17,99}.down_proj.weight')
    src = sparse(f'{d}/shape', shapes | {name: (2048, 768)})
    expect(run('plan', src, '--to', 'fused'), 65, name, '[2048, 768]',
           '[768, 2048]')


harness.main()
