"""Orbax checkpoints of plain zarr 2 arrays, one directory a leaf, for tests:
written and read with the standard library. A tensor is a triple (dtype name,
shape, bytes), as in st.py."""

import itertools
import json
import os

import st

DTYPES = {'BF16': 'bfloat16', 'F32': '<f4', 'F16': '<f2', 'I32': '<i4',
          'I64': '<i8'}
NAMES = {text: name for name, text in DTYPES.items()}


def chunk_bytes(data, shape, chunks, at, width):
    """Chunk `at` of an array, padded with zeros at its ends."""
    out = bytearray()
    for inner in itertools.product(*map(range, chunks)):
        index = [a * c + i for a, c, i in zip(at, chunks, inner)]
        n = 0
        inside = True
        for i, size in zip(index, shape):
            inside = inside and i < size
            n = n * size + i
        out += data[n * width:(n + 1) * width] if inside else bytes(width)
    return bytes(out)


def write_array(path, tensor, chunks=None):
    """Data that is None is a hole, in one chunk."""
    dtype, shape, data = tensor
    width = st.BITS[dtype] // 8
    chunks = chunks or shape
    os.makedirs(path)
    with open(os.path.join(path, '.zarray'), 'w') as f:
        json.dump({'zarr_format': 2, 'shape': shape, 'chunks': chunks,
                   'dtype': DTYPES[dtype], 'compressor': None,
                   'fill_value': None, 'order': 'C', 'filters': None,
                   'dimension_separator': '.'}, f)
    grid = [range(-(-s // c)) for s, c in zip(shape, chunks)]
    if data is None:
        name = '.'.join('0' for _ in shape) or '0'
        with open(os.path.join(path, name), 'wb') as f:
            f.truncate(st.nbytes(dtype, shape))
        return
    for at in itertools.product(*grid):
        name = '.'.join(map(str, at)) or '0'
        with open(os.path.join(path, name), 'wb') as f:
            f.write(chunk_bytes(data, shape, chunks, at, width))


def read_array(path):
    with open(os.path.join(path, '.zarray')) as f:
        z = json.load(f)
    shape, chunks = z['shape'], z['chunks']
    assert z['compressor'] is None and z['order'] == 'C'
    dtype = NAMES[z['dtype']]
    width = st.BITS[dtype] // 8
    out = bytearray(st.nbytes(dtype, shape))
    for at in itertools.product(*[range(-(-s // c)) for s, c in
                                  zip(shape, chunks)]):
        with open(os.path.join(path, '.'.join(map(str, at)) or '0'),
                  'rb') as f:
            data = f.read()
        for k, inner in enumerate(itertools.product(*map(range, chunks))):
            index = [a * c + i for a, c, i in zip(at, chunks, inner)]
            if all(i < s for i, s in zip(index, shape)):
                n = 0
                for i, size in zip(index, shape):
                    n = n * size + i
                out[n * width:(n + 1) * width] = \
                    data[k * width:(k + 1) * width]
    return dtype, tuple(shape), bytes(out)


def write(path, tensors, metadata, chunks=None):
    """PATH/0/items, with the custom metadata of the step. `chunks` maps some
    names to the shape of their chunks."""
    items = os.path.join(path, '0', 'items')
    os.makedirs(items)
    tree = {}
    for name, tensor in tensors.items():
        write_array(os.path.join(items, name), tensor,
                    (chunks or {}).get(name))
        parts = name.split('.')
        tree[str(tuple(parts))] = {
            'key_metadata': [{'key': p, 'key_type': 2} for p in parts],
            'value_metadata': {'value_type': 'jax.Array',
                               'skip_deserialize': False}}
    with open(os.path.join(items, '_METADATA'), 'w') as f:
        json.dump({'tree_metadata': tree, 'use_ocdbt': False,
                   'use_zarr3': False}, f)
    with open(os.path.join(path, '0', '_CHECKPOINT_METADATA'), 'w') as f:
        json.dump({'item_handlers': {'items': 'x'},
                   'custom_metadata': metadata}, f)


def read(path):
    items = os.path.join(path, '0', 'items')
    return {name: read_array(os.path.join(items, name))
            for name in sorted(os.listdir(items))
            if os.path.exists(os.path.join(items, name, '.zarray'))}


def metadata(path):
    with open(os.path.join(path, '0', '_CHECKPOINT_METADATA')) as f:
        return json.load(f)['custom_metadata']
