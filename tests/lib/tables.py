"""Tables of a test's own: compiled, and given checkpoints with numbers."""

import json
import os
import struct
import subprocess

import st


def build(d, table, name='table'):
    """The converter of a table's text, as `program` of harness.run()."""
    weft = os.path.abspath(os.environ.get('WEFT', 'build/weft'))
    source, program = f'{d}/{name}.weft', f'{d}/{name}'
    with open(source, 'w') as f:
        f.write(table)
    done = subprocess.run([weft, 'build', source, '-o', program],
                          capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr)
    return [program]


def numbered(dtype, shape, number):
    """(dtype, shape, bytes): elements that occur once, up to 65536 of them in
    the tensors of one checkpoint with numbers below 64."""
    count = 1
    for n in shape:
        count *= n
    width = {'F32': 'f', 'BF16': 'H', 'F16': 'H'}[dtype]
    return (dtype, shape, struct.pack(f'<{count}{width}', *(
        number * 1024 + i for i in range(count))))


def write(path, tensors, config=None, name='model.safetensors'):
    """A directory with one file, and config.json if there is one."""
    os.mkdir(path)
    st.write(f'{path}/{name}', tensors)
    if config is not None:
        with open(f'{path}/config.json', 'w') as f:
            json.dump(config, f)
    return path
