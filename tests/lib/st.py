"""Safetensors files for tests, written and read with nothing but the standard
library, and without a glance at the code under test. A tensor is a triple
(dtype name, shape tuple, bytes)."""

import json
import os
import random
import struct

BITS = {
    'BOOL': 8, 'F4': 4, 'F6_E2M3': 6, 'F6_E3M2': 6, 'U8': 8, 'I8': 8,
    'F8_E5M2': 8, 'F8_E4M3': 8, 'F8_E8M0': 8, 'F8_E4M3FNUZ': 8,
    'F8_E5M2FNUZ': 8, 'I16': 16, 'U16': 16, 'F16': 16, 'BF16': 16,
    'I32': 32, 'U32': 32, 'F32': 32, 'C64': 64, 'F64': 64, 'I64': 64,
    'U64': 64,
}
INDEX = 'model.safetensors.index.json'


def nbytes(dtype, shape):
    """Bytes of a tensor; its bits must fill them."""
    bits = BITS[dtype]
    for dim in shape:
        bits *= dim
    if bits % 8:
        raise ValueError(f'{dtype}{list(shape)} is not a whole number of bytes')
    return bits // 8


def write_raw(path, header, data=b''):
    """A file of any header (text or bytes) and any data."""
    if isinstance(header, str):
        header = header.encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(header)) + header + data)


def write(path, tensors, metadata=None):
    """One file, the tensors in the order given."""
    header, data, at = {}, [], 0
    if metadata is not None:
        header['__metadata__'] = metadata
    for name, (dtype, shape, raw) in tensors.items():
        if len(raw) != nbytes(dtype, shape):
            raise ValueError(f'{name}: {len(raw)} bytes for '
                             f'{dtype}{list(shape)}')
        header[name] = {'dtype': dtype, 'shape': list(shape),
                        'data_offsets': [at, at + len(raw)]}
        data.append(raw)
        at += len(raw)
    write_raw(path, json.dumps(header), b''.join(data))


def write_sharded(directory, tensors, shards, metadata=None, index=True,
                  pattern='model-{:05d}-of-{:05d}.safetensors'):
    """Deals the tensors out to `shards` files, round and round."""
    os.makedirs(directory, exist_ok=True)
    files = [pattern.format(i + 1, shards) for i in range(shards)]
    weight_map = {name: files[i % shards] for i, name in enumerate(tensors)}
    for file in files:
        write(os.path.join(directory, file),
              {n: t for n, t in tensors.items() if weight_map[n] == file},
              metadata)
    if index:
        total = sum(len(raw) for _, _, raw in tensors.values())
        with open(os.path.join(directory, INDEX), 'w') as f:
            json.dump({'metadata': {'total_size': total},
                       'weight_map': weight_map}, f)


def read_header(path):
    """({name: (dtype, shape, begin, end)}, metadata, where the data starts)"""
    with open(path, 'rb') as f:
        size, = struct.unpack('<Q', f.read(8))
        header = json.loads(f.read(size))
    metadata = header.pop('__metadata__', None)
    return ({name: (t['dtype'], tuple(t['shape']), *t['data_offsets'])
             for name, t in header.items()}, metadata, 8 + size)


def read_file(path):
    tensors, _, start = read_header(path)
    with open(path, 'rb') as f:
        data = f.read()[start:]
    return {name: (dtype, shape, data[begin:end])
            for name, (dtype, shape, begin, end) in tensors.items()}


def read(path):
    """{name: (dtype, shape, bytes)} of a file or of a directory's files."""
    if not os.path.isdir(path):
        return read_file(path)
    tensors = {}
    for name in sorted(os.listdir(path)):
        if name.endswith('.safetensors'):
            for key, tensor in read_file(os.path.join(path, name)).items():
                if key in tensors:
                    raise ValueError(f'{key} is in two files')
                tensors[key] = tensor
    return tensors


def random_tensors(shapes, seed=0, dtype='BF16'):
    """{name: tensor} for {name: shape} or {name: (dtype, shape)}, with bytes
    that depend on the seed and the name only."""
    tensors = {}
    for name, shape in shapes.items():
        kind, shape = shape if shape and isinstance(shape[0], str) \
            else (dtype, shape)
        raw = random.Random(f'{seed} {name}').randbytes(nbytes(kind, shape))
        tensors[name] = (kind, tuple(shape), raw)
    return tensors
