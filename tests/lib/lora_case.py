"""Conversions of adapters: a source as somebody else would have written it,
and what its target has to be."""

import functools
import json
import os

import harness
import lora
import lora_config
import st
from harness import check, convert, expect, read, run, same

harness.TABLE = 'lora_moe'
TENSORS, CONFIG = 'adapter_model.safetensors', 'adapter_config.json'
UNDECIDED = {'fused': 'fused_expert_slowest', 'fused_expert_slowest': 'fused',
             'fused_swapped': 'megatron_packed',
             'megatron_packed': 'fused_swapped'}


class Source:
    """An adapter in a layout, with its config and its base model's."""

    def __init__(self, d, layout, adapter, router=False, more=None, name='src',
                 base=None, **fields):
        self.layout, self.adapter, self.router = layout, adapter, router
        self.more = lora.others(adapter.name, layout, s=adapter.s) \
            if more is None else more
        if not router:
            self.more = {k: t for k, t in self.more.items()
                         if '.gate.' not in k and '.router.' not in k}
        self.fields = lora_config.of(layout, adapter, router=router, **fields)
        self.base = harness.write(f'{d}/{name}-base.json', json.dumps(
            lora.base(adapter.name, adapter.s, **(base or {}))))
        self.path = lora_config.write(
            f'{d}/{name}', lora.tensors(layout, adapter) | self.more,
            self.fields)

    def scales(self):
        return lora_config.scales(self.fields, self.layout, self.adapter)

    def options(self, base=True):
        """What tells the program what it cannot see."""
        out = ['--base', self.base] if base else []
        if self.layout in UNDECIDED:
            out += ['--from', self.layout]
        return out

    def config(self):
        return read(self.path, CONFIG).decode()

    @functools.cached_property
    def deltas(self):
        return lora.deltas(self.layout, self.adapter.name, self.adapter.s,
                           *self.stored())

    def stored(self):
        return (st.read(f'{self.path}/{TENSORS}'),
                self.fields.get('target_parameters') or ())


def carried(source, layout):
    """What goes along, by its names there."""
    old, new = 'block_sparse_moe.gate', 'mlp.gate'
    if layout == 'per_expert':
        old, new = new, old
    if source.adapter.name != 'mixtral':
        return source.more
    return {k.replace(old, new): t for k, t in source.more.items()}


def become(adapter, layout):
    """What an adapter is in a layout."""
    if isinstance(adapter, lora.Split):
        return adapter if layout == 'per_expert' else adapter.fuse()
    return adapter.split() if layout == 'per_expert' else adapter


def converted(source, dst, layout, options=None):
    """Converts and compares everything: elements with the formulas, the
    product of each expert with the source's, and the config."""
    options = source.options() if options is None else options
    convert(source.path, dst, *options, layout=layout)
    adapter = become(source.adapter, layout)
    found, config = lora_config.read(dst)
    wanted = lora.tensors(layout, adapter) | carried(source, layout)
    wrong = lora.different(found, wanted)
    check(not wrong, f'{source.layout} to {layout}: {wrong}')
    if layout == source.layout:
        same(config, source.config(), 'the config')
    else:
        wrong = lora_config.wrong(config, source.config(), layout, adapter,
                                  source.scales(), source.router)
        check(not wrong, f'{source.layout} to {layout}: {wrong}')
    parameters = json.loads(config).get('target_parameters') or ()
    check(lora.deltas(layout, adapter.name, adapter.s, found, parameters)
          == source.deltas, f'{source.layout} to {layout}: products differ')
    same(read(dst, 'README.md'), read(source.path, 'README.md'), 'README.md')
    same(st.read_header(f'{dst}/{TENSORS}')[1], {'format': 'pt'}, 'metadata')
    same(sorted(os.listdir(dst)),
         ['README.md', CONFIG, TENSORS, 'weft.json'], 'the files')
    expect(run('verify', source.path, dst, *options), 0)
    return Target(dst, layout, adapter, source)


class Target(Source):
    """What a conversion wrote is a source again, which says what it is."""

    def __init__(self, path, layout, adapter, source):
        self.path, self.layout, self.adapter = path, layout, adapter
        self.router, self.base = source.router, source.base
        self.more = carried(source, layout)
        self.fields = json.loads(read(path, CONFIG))

    def options(self, base=False):
        return []


def refused(source, *words, layout=None, code=65, options=None):
    """Neither a conversion nor a plan, and the words in the message."""
    layout = layout or ('fused' if source.layout == 'per_expert'
                        else 'per_expert')
    options = source.options() if options is None else options
    dst = f'{source.path}-refused'
    done = convert(source.path, dst, *options, layout=layout, code=code,
                   words=words)
    same(done.out, '', 'stdout')
    check(len(done.err) < 2000, f'a long message: {done}')
    expect(run('plan', source.path, '--to', layout, *options), code, *words)
    return done


def rewrite(source, change=None, config=None):
    """Changes a source's tensors, by a function of all of them, or fields of
    its config."""
    path = f'{source.path}/{TENSORS}'
    if change:
        st.write(path, change(st.read(path)), {'format': 'pt'})
    if config:
        fields = json.loads(source.config()) | config
        harness.write(f'{source.path}/{CONFIG}', lora_config.text(fields))
    return source
