#!/usr/bin/python3
"""What config.json may say, and what it may not."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, convert, expect, read, run, same

SPLIT = qwen3.numbered(qwen3.split_shapes())
FUSED = qwen3.to_fused(SPLIT)
EMBED, HEAD = 'model.embed_tokens.weight', 'lm_head.weight'
TIED = {n: t for n, t in SPLIT.items() if n != HEAD}
FUSED_TIED = {n: t for n, t in FUSED.items() if n != HEAD}


def accepted(d, config, tensors=SPLIT, wanted=FUSED):
    src = qwen3.write(f'{d}/src{len(os.listdir(d))}', tensors, config)
    convert(src, src + '-to')
    wrong = qwen3.different(st.read(src + '-to'), wanted)
    check(not wrong, wrong)
    same(read(src + '-to/config.json'), read(src, 'config.json'), 'the config')
    return src


def refused(d, config, *words, tensors=SPLIT, code=65, layout='fused'):
    """Neither a conversion nor a plan; in config.json, and by --config."""
    src = qwen3.write(f'{d}/src{len(os.listdir(d))}', tensors, config)
    done = convert(src, src + '-to', code=code, words=words, layout=layout)
    same(done.out, '', 'stdout')
    expect(run('plan', src, '--to', layout), code, *words)
    os.rename(f'{src}/config.json', f'{src}.json')
    expect(run('convert', src, src + '-to', '--to', layout, '--config',
               f'{src}.json'), code, *words)
    harness.absent(src + '-to')
    return done


def with_null(field, **changes):
    return json.dumps(qwen3.config_of(**changes) | {field: None})


@case
def either_name_of_the_experts(d):
    accepted(d, qwen3.config_of())
    accepted(d, qwen3.config_of(num_experts=None, num_local_experts=5))
    accepted(d, qwen3.config_of(num_local_experts=5))


@case
def null_is_absent(d):
    accepted(d, with_null('num_experts', num_local_experts=5))
    accepted(d, with_null('num_local_experts'))
    accepted(d, with_null('decoder_sparse_step'))
    accepted(d, with_null('mlp_only_layers'))
    accepted(d, with_null('tie_word_embeddings'))


@case
def two_names_that_disagree(d):
    refused(d, qwen3.config_of(num_local_experts=6), 'num_experts',
            'num_local_experts', '5', '6', '.json')
    refused(d, qwen3.config_of(num_experts=6, num_local_experts=5),
            'num_experts', 'num_local_experts', '5', '6')


@case
def neither_name_of_the_experts(d):
    refused(d, qwen3.config_of(num_experts=None), 'num_experts',
            'num_local_experts', '--config')
    refused(d, with_null('num_experts'), 'num_experts', 'num_local_experts')
    refused(d, json.dumps(qwen3.config_of()
                          | {'num_experts': None, 'num_local_experts': None}),
            'num_experts', 'num_local_experts')


@case
def every_size_is_needed(d):
    for field in ('hidden_size', 'num_hidden_layers', 'vocab_size',
                  'moe_intermediate_size', 'num_attention_heads',
                  'num_key_value_heads'):
        refused(d, qwen3.config_of(**{field: None}), field, 'config')
        refused(d, with_null(field), field)


@case
def head_dim_may_be_absent(d):
    """Then it is H / N, if that is a whole number."""
    s = dict(H=30, L=2, E=3, F=8, N=6, G=2, D=5, V=11)
    tensors = qwen3.numbered(qwen3.split_shapes(s))
    wanted = qwen3.to_fused(tensors, s)
    for config in (qwen3.config_of(s), qwen3.config_of(s, head_dim=None),
                   json.dumps(qwen3.config_of(s) | {'head_dim': None})):
        accepted(d, config, tensors, wanted)
    refused(d, qwen3.config_of(s, head_dim=4), '[30, 30]', '[24, 30]',
            tensors=tensors)
    refused(d, qwen3.config_of(head_dim=None), 'hidden_size',
            'num_attention_heads', '20', '6', 'head_dim')


@case
def sizes_are_whole_numbers(d):
    for value in ('"5"', '5.0', '-5', 'true', '[5]', '{"a": 5}', '1e0'):
        text = json.dumps(qwen3.config_of()).replace(
            '"num_experts": 5', f'"num_experts": {value}')
        done = refused(d, text, 'E', 'num_experts', 'whole number')
        check(f'is {value}' in done.err or value in ('1e0', '{"a": 5}'), done)


@case
def absurd_sizes_are_refused_at_once(d):
    for value in (2**31, 10**9, 2**62, 2**63 - 1, 2**63, 2**64, 2**70,
                  10**400):
        for field in ('num_experts', 'num_hidden_layers', 'hidden_size',
                      'moe_intermediate_size', 'head_dim', 'vocab_size'):
            text = json.dumps(qwen3.config_of(**{field: 0})).replace(
                f'"{field}": 0', f'"{field}": {value}')
            src = qwen3.write(f'{d}/src', SPLIT, text)
            done = expect(run('plan', src, '--to', 'fused'), 65)
            check(done.seconds < 5, f'{field} {value}: {done.seconds} s')
            check(done.rss < 100e6, f'{field} {value}: {done.rss} B')


@case
def sizes_that_the_tensors_contradict(d):
    refused(d, qwen3.config_of(num_experts=4), 'experts.4.down_proj.weight')
    refused(d, qwen3.config_of(num_experts=6), '[5, 20]', '[6, 20]', 'E')
    refused(d, qwen3.config_of(num_hidden_layers=2), 'model.layers.2.')
    refused(d, qwen3.config_of(num_hidden_layers=4), 'missing',
            'model.layers.3.input_layernorm.weight')
    refused(d, qwen3.config_of(moe_intermediate_size=12), '[24, 20]',
            '[12, 20]', 'gate_proj')
    refused(d, qwen3.config_of(moe_intermediate_size=25), '[25, 20]')
    refused(d, qwen3.config_of(hidden_size=24), '[33, 24]')
    refused(d, qwen3.config_of(num_attention_heads=5), '[35, 20]', 'q_proj')
    refused(d, qwen3.config_of(num_key_value_heads=3), '[21, 20]', 'k_proj')
    refused(d, qwen3.config_of(head_dim=14), 'q_proj')
    refused(d, qwen3.config_of(vocab_size=32), '[32, 20]', EMBED)
    refused(d, qwen3.config_of(num_experts=4), '[5, 48, 20]', '[4, 48, 20]',
            tensors=FUSED, layout='split')
    refused(d, qwen3.config_of(num_experts=6), '[5, 48, 20]', '[6, 48, 20]',
            tensors=FUSED, layout='split')
    refused(d, qwen3.config_of(moe_intermediate_size=12), '[5, 24, 20]',
            tensors=FUSED, layout='split')


@case
def dense_layers_are_refused_by_name(d):
    for changes in (dict(mlp_only_layers=[1]), dict(mlp_only_layers=[0, 2])):
        refused(d, qwen3.config_of(**changes), 'mlp_only_layers',
                str(changes['mlp_only_layers']))
    refused(d, qwen3.config_of(decoder_sparse_step=2), 'decoder_sparse_step',
            '2')
    refused(d, qwen3.config_of(decoder_sparse_step=2, mlp_only_layers=[1]),
            'mlp_only_layers', 'decoder_sparse_step')
    accepted(d, qwen3.config_of(decoder_sparse_step=None,
                                mlp_only_layers=None))


@case
def tied_embeddings_without_a_head(d):
    accepted(d, qwen3.config_of(tie_word_embeddings=True), TIED, FUSED_TIED)
    src = qwen3.write(f'{d}/f', FUSED_TIED,
                      qwen3.config_of(tie_word_embeddings=True))
    convert(src, f'{d}/s', layout='split')
    check(not qwen3.different(st.read(f'{d}/s'), TIED), 'wrong')


@case
def tied_embeddings_with_an_equal_head(d):
    src = accepted(d, qwen3.config_of(tie_word_embeddings=True),
                   TIED | {HEAD: TIED[EMBED]}, FUSED_TIED)
    expect(run('verify', src, src + '-to'), 0)


@case
def tied_embeddings_with_a_different_head(d):
    """Tensor, index and both values are told, for any one bit."""
    for element in (0, 13, 659):
        for byte in (0, 1):
            data = bytearray(TIED[EMBED][2])
            data[2 * element + byte] ^= 4
            was = int.from_bytes(TIED[EMBED][2][2 * element:][:2], 'little')
            now = int.from_bytes(data[2 * element:][:2], 'little')
            refused_late(d, TIED | {HEAD: ('BF16', (33, 20), bytes(data))},
                         f'{HEAD}[{element // 20}, {element % 20}]',
                         f'0x{was:04x}', f'0x{now:04x}', EMBED)
    refused_late(d, SPLIT, f'{HEAD}[0, 0]', '0x0001', EMBED)


def refused_late(d, tensors, *words):
    """What only the data shows, no plan can."""
    src = qwen3.write(f'{d}/src{len(os.listdir(d))}', tensors,
                      qwen3.config_of(tie_word_embeddings=True))
    convert(src, src + '-to', code=65, words=words)


@case
def tied_embeddings_of_another_type_or_shape(d):
    config = qwen3.config_of(tie_word_embeddings=True)
    data = TIED[EMBED][2]
    refused(d, config, HEAD, EMBED, 'F16', 'BF16',
            tensors=TIED | {HEAD: ('F16', (33, 20), data)})
    refused(d, config, HEAD, EMBED, 'F64', 'BF16',
            tensors=TIED | {HEAD: ('F64', (33, 20), 4 * data)})
    refused(d, config, HEAD, EMBED, 'F4', 'BF16',
            tensors=TIED | {HEAD: ('F4', (33, 20), data[:330])})
    refused(d, config, HEAD, EMBED, 'U8', 'F64',
            tensors=TIED | {HEAD: ('U8', (33, 20), data[:660]),
                            EMBED: ('F64', (33, 20), 4 * data)})
    refused(d, config, HEAD, '[20, 33]', '[33, 20]',
            tensors=TIED | {HEAD: ('BF16', (20, 33), data)})


@case
def a_head_that_is_not_tied(d):
    refused(d, qwen3.config_of(), HEAD, 'missing', tensors=TIED)
    refused(d, qwen3.config_of(tie_word_embeddings=None), HEAD, 'missing',
            tensors=TIED)
    accepted(d, qwen3.config_of(), TIED | {HEAD: TIED[EMBED]},
             FUSED | {HEAD: TIED[EMBED]})


@case
def flags_are_no_words(d):
    for word in ('"false"', '"yes"', '""'):
        refused(d, json.dumps(qwen3.config_of()).replace(
            '"tie_word_embeddings": false', f'"tie_word_embeddings": {word}'),
            'tie_word_embeddings', word)


@case
def attention_biases(d):
    shapes = qwen3.split_shapes(biases=True)
    split = qwen3.numbered(shapes)
    config = qwen3.config_of(attention_bias=True)
    accepted(d, config, split, qwen3.to_fused(split))
    less = {n: t for n, t in split.items()
            if n != 'model.layers.1.self_attn.v_proj.bias'}
    refused(d, config, 'model.layers.1.self_attn.v_proj.bias', 'missing',
            tensors=less)


@case
def what_is_no_config(d):
    for text, words in (('', 'config.json:1'), ('{', '1:'),
                        ('{"a": 1,}', '1:9'), ('[1]', ''), ('nul', '1:'),
                        ('{"a": 1, "a": 2}', 'duplicate'),
                        ('{"a": 1}\n{}', '2:'), ('\ufeff{}', '1:'),
                        ('[' * 100000, '1:')):
        src = qwen3.write(f'{d}/src', SPLIT, text)
        done = expect(run('convert', src, f'{d}/dst', '--to', 'fused'), 65,
                      words)
        check(len(done.err) < 1000, 'a long message')
    for content in (b'{"a": "\xff"}', b'{"a\x00": 1}', b'{}\x00'):
        harness.write(f'{d}/src/config.json', content)
        expect(run('convert', src, f'{d}/dst', '--to', 'fused'), 65, 'config')
    harness.absent(f'{d}/dst')


@case
def a_config_that_is_no_file(d):
    src = qwen3.write(f'{d}/src', SPLIT)
    os.remove(f'{src}/config.json')
    os.mkfifo(f'{src}/config.json')
    expect(run('convert', src, f'{d}/dst', '--to', 'fused', timeout=5), 65,
           'config.json')
    expect(run('convert', src, f'{d}/dst', '--to', 'fused', '--config', d), 66,
           d)
    harness.absent(f'{d}/dst')


@case
def what_python_writes(d):
    """NaN and Infinity are no JSON, and in published configs."""
    accepted(d, json.dumps(qwen3.config_of() | {
        'time_step_limit': [0.0, float('inf')], 'low': -float('inf'),
        'NaN': float('nan'), 'words': 'NaN, "Infinity'}))
    refused(d, qwen3.config_of(hidden_size=float('inf')), 'whole number')


@case
def sizes_out_of_proportion(d):
    """Refused at once, whatever they would multiply to."""
    src = qwen3.write(f'{d}/src', SPLIT)
    for field in ('num_hidden_layers', 'num_experts', 'hidden_size',
                  'moe_intermediate_size', 'num_key_value_heads', 'head_dim',
                  'vocab_size'):
        for value in (10**4, 10**5, 10**6, 2**31, 2**57, 2**62, 2**63 - 1,
                      2**63, -1, 1e18):
            harness.write(f'{d}/c.json', json.dumps(
                qwen3.config_of(**{field: value})))
            done = run('plan', src, '--to', 'fused', '--config',
                       f'{d}/c.json')
            check(done.code == 65 and 'error: ' in done.err, done)
            check(done.seconds < 1, f'{field} {value}: {done.seconds} s')


harness.main()
