"""Checkpoints of any size whose headers are real and whose data is a hole:
plans read the headers only."""

import json
import os
import struct

import formulas
import orbax
import st


class Hub(formulas.Hub):
    """Names and shapes; there are no elements."""

    def __init__(self, s, dtype='BF16', **how):
        shapes = formulas.hf_shapes(s, **how)
        super().__init__({n: (dtype, tuple(x), None)
                          for n, x in shapes.items()}, s)

    def make(self, like, shape, element):
        return self.tensors[like][0], tuple(shape), None


def write_hole(path, tensors):
    header, at = {}, 0
    for name, (dtype, shape, _) in tensors.items():
        n = st.nbytes(dtype, shape)
        header[name] = {'dtype': dtype, 'shape': list(shape),
                        'data_offsets': [at, at + n]}
        at += n
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.truncate(8 + len(text) + at)


def write(path, checkpoint, config, manifest=None):
    """A checkpoint as formulas.py has them."""
    os.makedirs(path)
    for directory, tensors in checkpoint.items():
        if directory == 'orbax':
            scanned = not any('.layers_' in name for name in tensors)
            orbax.write(path, tensors, {'scan_layers': scanned})
            continue
        os.makedirs(os.path.join(path, directory), exist_ok=True)
        write_hole(os.path.join(path, directory, 'model.safetensors'),
                   tensors)
    for name, fields in (('config.json', config), ('weft.json', manifest)):
        if fields is None:
            continue
        with open(os.path.join(path, name), 'w') as f:
            json.dump(fields, f)
