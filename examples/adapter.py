#!/usr/bin/python3
"""Writes a small LoRA adapter of a Qwen3-MoE model, as PEFT does under
transformers 4: a module for each expert.

    adapter.py BASE_CONFIG DIR
"""

import json
import os
import struct
import sys

RANK = 2


def shapes(base):
    hidden, inner = base['hidden_size'], base['moe_intermediate_size']
    for layer in range(base['num_hidden_layers']):
        prefix = f'base_model.model.model.layers.{layer}.'
        yield prefix + 'self_attn.q_proj', (hidden, base['head_dim'] *
                                            base['num_attention_heads'])
        for expert in range(base['num_experts']):
            at = f'{prefix}mlp.experts.{expert}.'
            yield at + 'gate_proj', (hidden, inner)
            yield at + 'up_proj', (hidden, inner)
            yield at + 'down_proj', (inner, hidden)


def tensors(base):
    """Name and shape of each A, [rank, in], and B, [out, rank]."""
    for module, (ins, outs) in shapes(base):
        yield module + '.lora_A.weight', (RANK, ins)
        yield module + '.lora_B.weight', (outs, RANK)


def write(path, named):
    """A file whose elements are all different."""
    header, data, at = {'__metadata__': {'format': 'pt'}}, b'', 0
    for name, (rows, columns) in named:
        count = rows * columns
        data += struct.pack(f'<{count}f', *range(at + 1, at + count + 1))
        header[name] = {'dtype': 'F32', 'shape': [rows, columns],
                        'data_offsets': [4 * at, 4 * (at + count)]}
        at += count
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + data)


def main(base, directory):
    with open(base) as file:
        base = json.load(file)
    os.makedirs(directory)
    write(f'{directory}/adapter_model.safetensors', tensors(base))
    with open(f'{directory}/adapter_config.json', 'w') as file:
        json.dump({'peft_type': 'LORA', 'r': RANK, 'lora_alpha': 4,
                   'lora_dropout': 0.05, 'rank_pattern': {},
                   'alpha_pattern': {}, 'target_modules':
                   ['q_proj', 'gate_proj', 'up_proj', 'down_proj']},
                  file, indent=2)


if __name__ == '__main__':
    main(*sys.argv[1:])
