"""Files against safetensors, byte for byte, and shards against huggingface_hub.

Tensors of any dtype and shape go through a table that carries them over under
other names; toys and converted toys are made of a real table."""

import json
import random
import re
from pathlib import Path

import numpy
import peer
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from huggingface_hub import save_torch_state_dict, split_torch_state_dict_into_shards

CONVERTER = peer.BUILD / "qwen3_moe"
FORMAT = {"format": "pt"}
INDEX = "model.safetensors.index.json"
PATTERN = "model{suffix}.safetensors"
CARRY = """model carry "Whole tensors under other names"

layout here {
  detect has(here.first)
}
layout there {
  detect has(there.first)
}
keep all {
  here here.{x..}
  there there.{x..}
}
"""
CONFIG = dict(hidden_size=20, num_hidden_layers=3, num_experts=5, moe_intermediate_size=14, num_attention_heads=4,
              num_key_value_heads=2, head_dim=6, vocab_size=97)
TORCH = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16, torch.float16, torch.bfloat16, torch.int32,
         torch.uint32, torch.float32, torch.float64, torch.int64, torch.uint64, torch.complex64, torch.float8_e4m3fn,
         torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz, torch.float8_e8m0fnu, torch.float4_e2m1fn_x2]
NUMPY = [numpy.bool_, numpy.uint8, numpy.int8, numpy.int16, numpy.uint16, numpy.float16, numpy.int32, numpy.uint32,
         numpy.float32, numpy.float64, numpy.int64, numpy.uint64, numpy.complex64]
LETTERS = "abcxyz0179_-. /é日\U0001f600\"\\\t\x01~"


def random_shape(rng, empty=True):
    shape = [rng.randint(1, 6) for _ in range(rng.randint(0, 4))]
    if shape and empty and rng.random() < 0.1:
        shape[rng.randrange(len(shape))] = 0
    return shape


def random_bytes(rng, count, boolean):
    return bytes(rng.randint(0, 1) for _ in range(count)) if boolean else rng.randbytes(count)


def torch_tensor(rng, dtype, empty=True):
    shape = random_shape(rng, empty)
    if dtype == torch.float4_e2m1fn_x2:
        shape = shape or [1]  # two elements a byte: one alone is no tensor
    tensor = torch.empty(shape, dtype=dtype)
    raw = bytearray(random_bytes(rng, tensor.nbytes, dtype == torch.bool))
    return torch.frombuffer(raw, dtype=torch.uint8).view(dtype).reshape(shape) if raw else tensor


def numpy_tensor(rng, dtype):
    shape = random_shape(rng)
    size = numpy.dtype(dtype).itemsize * numpy.prod(shape, dtype=int)
    return numpy.frombuffer(random_bytes(rng, size, dtype == numpy.bool_), dtype).reshape(shape)


def random_names(rng, count):
    names = {"first"}
    while len(names) < count:
        names.add("".join(rng.choices(LETTERS, k=rng.randint(1, 12))))
    return rng.sample(sorted(names), count)


def natural(name):
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"([0-9]+)", name) if part]


def under(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def convert(source, target, *options):
    peer.run(CARRY_CONVERTER, "convert", source, target, "--to", "there", *options)


def check_torch_file(seed):
    rng = random.Random(seed)
    with peer.scratch() as scratch:
        at = Path(scratch)
        tensors = {name: torch_tensor(rng, rng.choice(TORCH)) for name in random_names(rng, rng.randint(1, 40))}
        tensors.setdefault("first", torch.zeros(1))
        (at / "source").mkdir()
        safetensors.torch.save_file(under("here.", tensors), at / "source" / "model.safetensors")
        convert(at / "source", at / "target")
        written = at / "target" / "model.safetensors"
        safetensors.torch.save_file(under("there.", tensors), at / "expected", metadata=FORMAT)
        peer.check(written.read_bytes() == (at / "expected").read_bytes(), "save_file writes other bytes")
        with safetensors.safe_open(written, "pt") as file:
            peer.check(file.metadata() == FORMAT, "metadata %r" % file.metadata())
            for name, tensor in under("there.", tensors).items():
                found = file.get_tensor(name)
                peer.check((found.dtype, found.shape) == (tensor.dtype, tensor.shape), "%r is another one" % name)


def check_numpy_file(seed):
    rng = random.Random(seed)
    with peer.scratch() as scratch:
        at = Path(scratch)
        tensors = {name: numpy_tensor(rng, rng.choice(NUMPY)) for name in random_names(rng, rng.randint(1, 40))}
        tensors.setdefault("first", numpy.zeros(1))
        (at / "source").mkdir()
        safetensors.numpy.save_file(under("here.", tensors), at / "source" / "model.safetensors")
        convert(at / "source", at / "target")
        written = at / "target" / "model.safetensors"
        safetensors.numpy.save_file(under("there.", tensors), at / "expected", metadata=FORMAT)
        peer.check(written.read_bytes() == (at / "expected").read_bytes(), "save_file writes other bytes")
        loaded = safetensors.numpy.load_file(written)
        for name, tensor in under("there.", tensors).items():
            found = loaded[name]
            peer.check((found.dtype, found.shape, found.tobytes()) == (tensor.dtype, tensor.shape, tensor.tobytes()),
                       "%r is read as another one" % name)


def numbered_tensors(rng):
    """Names as of checkpoints, with numbers of several digits."""
    names = {"first"} | {"layers.%d.%s%d" % (rng.randrange(120), rng.choice(("w", "norm.w", "mlp.")),
                                             rng.choice((0, 2, 9, 10, 11, 100))) for _ in range(rng.randint(2, 60))}
    return {name: torch_tensor(rng, rng.choice(TORCH[:13]), empty=False) for name in rng.sample(sorted(names), len(names))}


def check_directory(found, expected):
    """Everything but the index, which the hub does not sort, byte for byte."""
    names = {path.name for path in expected.iterdir()}
    peer.check({path.name for path in found.iterdir()} - {"weft.json"} == names,
               "files %s and not %s" % (sorted(path.name for path in found.iterdir()), sorted(names)))
    for name in names - {INDEX}:
        peer.check((found / name).read_bytes() == (expected / name).read_bytes(), "%s differs" % name)


def check_index(path, split, expected):
    text = path.read_text()
    index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
    peer.check(json.loads(text) == index, "the index differs from huggingface_hub's")
    peer.check(json.loads(text) == json.loads(expected.read_text()), "the index differs from its file")
    peer.check(text == json.dumps(index, indent=2, sort_keys=True) + "\n", "the index is written in another form")


def check_shards(seed):
    rng = random.Random(seed)
    with peer.scratch() as scratch:
        at = Path(scratch)
        tensors = numbered_tensors(rng)
        (at / "source").mkdir()
        safetensors.torch.save_file(under("here.", tensors), at / "source" / "model.safetensors")
        total = sum(tensor.nbytes for tensor in tensors.values())
        ordered = {name: tensors[name.removeprefix("there.")]
                   for name in sorted(under("there.", tensors), key=natural)}
        for count, limit in enumerate((1, rng.randint(2, 300), rng.randint(300, 3000), total - 1, total)):
            target, expected = at / ("target%d" % count), at / ("expected%d" % count)
            expected.mkdir()
            save_torch_state_dict(ordered, expected, max_shard_size=limit)
            split = split_torch_state_dict_into_shards(ordered, filename_pattern=PATTERN, max_shard_size=limit)
            convert(at / "source", target, "--max-shard-size", limit)
            check_directory(target, expected)
            peer.check(split.is_sharded == (target / INDEX).exists(), "an index, or none, of %d files" %
                       len(split.filename_to_tensors))
            if split.is_sharded:
                check_index(target / INDEX, split, expected / INDEX)
            check_reads_shards(expected, at, count, ordered)


def check_reads_shards(source, at, count, tensors):
    """The hub's shards as a source: back in one file, under the first names."""
    target = at / ("back%d" % count)
    peer.run(CARRY_CONVERTER, "convert", source, target, "--to", "here", "--max-shard-size", 0)
    back = {"here." + name.removeprefix("there."): tensor for name, tensor in tensors.items()}
    safetensors.torch.save_file(back, at / "expected", metadata=FORMAT)
    peer.check((target / "model.safetensors").read_bytes() == (at / "expected").read_bytes(),
               "read back from shards of huggingface_hub, the file differs")


def stacked(split):
    """What the fused layout is, in torch."""
    layers, experts = CONFIG["num_hidden_layers"], CONFIG["num_experts"]
    fused = {name: tensor for name, tensor in split.items() if ".experts." not in name}
    for layer in range(layers):
        prefix = "model.layers.%d.mlp.experts." % layer
        each = [[split["%s%d.%s_proj.weight" % (prefix, expert, part)] for part in ("gate", "up", "down")]
                for expert in range(experts)]
        fused[prefix + "gate_up_proj"] = torch.stack([torch.cat(three[:2]) for three in each])
        fused[prefix + "down_proj"] = torch.stack([three[2] for three in each])
    return fused


def check_toy(dtype, elements):
    with peer.scratch() as scratch:
        at = Path(scratch)
        (at / "config.json").write_text(json.dumps(CONFIG))
        peer.run(CONVERTER, "toy", at / "toy", "--layout", "split", "--config", at / "config.json", "--dtype", elements)
        peer.run(CONVERTER, "convert", at / "toy", at / "fused", "--to", "fused")
        toy = safetensors.torch.load_file(at / "toy" / "model.safetensors")
        peer.check({tensor.dtype for tensor in toy.values()} == {dtype}, "not all are %s" % elements)
        every = torch.cat([tensor.flatten() for tensor in toy.values()])
        peer.check(len(every.unique()) == len(every) and bool(every.all()), "an element is there twice, or is zero")
        for directory, tensors in (("toy", toy), ("fused", stacked(toy))):
            safetensors.torch.save_file(tensors, at / "expected", metadata=FORMAT)
            peer.check((at / directory / "model.safetensors").read_bytes() == (at / "expected").read_bytes(),
                       "save_file of %s writes other bytes" % directory)


_scratch = peer.scratch()
(Path(_scratch.name) / "carry.weft").write_text(CARRY)
CARRY_CONVERTER = peer.build(Path(_scratch.name) / "carry.weft")
for seed in range(40):
    peer.case("safetensors torch seed=%d" % seed, check_torch_file, seed)
for seed in range(20):
    peer.case("safetensors numpy seed=%d" % seed, check_numpy_file, seed)
for seed in range(30):
    peer.case("safetensors shards seed=%d" % seed, check_shards, seed)
for dtype, elements in ((torch.bfloat16, "BF16"), (torch.float16, "F16"), (torch.float32, "F32")):
    peer.case("safetensors toy %s" % elements, check_toy, dtype, elements)
peer.finish()
