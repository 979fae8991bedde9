"""Checkpoints of Orbax and arrays of tensorstore, read; and what the runtime
writes, restored by Orbax. The data is random bytes, and compared as bytes."""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
os.environ["JAX_PLATFORMS"] = "cpu"

import json
import logging
import math
import random
import subprocess
from pathlib import Path

import peer

logging.disable(logging.WARNING)

import jax
import ml_dtypes
import numpy
import orbax.checkpoint as ocp
import tensorstore
from jax.sharding import NamedSharding, PartitionSpec, SingleDeviceSharding

st = peer.library("st")

DTYPES = {"BOOL": numpy.bool_, "U8": numpy.uint8, "I8": numpy.int8, "U16": numpy.uint16, "I16": numpy.int16,
          "U32": numpy.uint32, "I32": numpy.int32, "U64": numpy.uint64, "I64": numpy.int64, "F16": numpy.float16,
          "F32": numpy.float32, "F64": numpy.float64, "C64": numpy.complex64, "BF16": ml_dtypes.bfloat16,
          "F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E5M2": ml_dtypes.float8_e5m2,
          "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz, "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz}
NAMES = {numpy.dtype(dtype): name for name, dtype in DTYPES.items()}
# What jax holds as it is, without 64 bits.
JAX = ["BOOL", "U8", "I8", "I32", "F16", "F32", "BF16", "F8_E4M3", "F8_E5M2"]
MESH = jax.sharding.Mesh(numpy.array(jax.devices()), ("x",))


def build_tool(directory):
    tool = directory / "orbax_tool"
    libraries = (peer.BUILD / "weft.libs").read_text().split()
    peer.run(*os.environ.get("CC", "cc").split(), "-std=c11", "-D_GNU_SOURCE", "-Iruntime", "tests/peers/orbax_tool.c",
             peer.BUILD / "libweft.a", *libraries, "-o", tool)
    return tool


TABLE = """model moe "Experts, two spellings"

size L = num_hidden_layers
     E = num_experts
     H = hidden_size
     F = moe_intermediate_size
     V = vocab_size

layout split "One tensor for each expert" {
  detect has(model.layers.0.mlp.experts.0.gate_proj.weight)
}
layout maxtext "MaxText, scanned layers" {
  format orbax
  detect has(params.params.decoder.layers.moe_block.wi_0)
  drop step "the step of a training"
}
tensor expert_in [f h] for l < L, e < E, p in gate up {
  split    model.layers.{l}.mlp.experts.{e}.{p}_proj.weight
  maxtext  params.params.decoder.layers.moe_block.wi_{p:0,1} | transpose 0 1 | stack l 0 | stack e 0
}
tensor embed [v h] {
  split    model.embed_tokens.weight
  maxtext  params.params.token_embedder.embedding
}
"""
SIZES = dict(num_hidden_layers=3, num_experts=8, hidden_size=5, moe_intermediate_size=6, vocab_size=12)

# --- arrays ---

def random_array(rng, name, shape):
    dtype = numpy.dtype(DTYPES[name])
    count = math.prod(shape) * dtype.itemsize
    raw = bytes(rng.randint(0, 1) for _ in range(count)) if name == "BOOL" else rng.randbytes(count)
    return numpy.frombuffer(raw, dtype).reshape(shape)


def random_shape(rng, least=0):
    sides = rng.sample(range(1, 10), 4)
    return tuple(sides[:rng.randint(least, 4)])


def random_leaves(rng, names, least=0):
    leaves = {}
    for i, name in enumerate(names):
        path = ["params", "params"] + [rng.choice(["decoder", "layers", "moe_block"]) for _ in range(rng.randint(0, 2))]
        leaves[tuple(path + ["w_%d" % i])] = random_array(rng, name, random_shape(rng, least))
    return leaves


def nest(leaves):
    tree = {}
    for path, value in leaves.items():
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value
    return tree


def described(leaves):
    return sorted("%s\t%s\t%s" % (".".join(path), NAMES[a.dtype], ",".join(map(str, a.shape)))
                  for path, a in leaves.items())


def compare(found, wanted, key):
    found = numpy.asarray(found)
    peer.check(found.dtype == wanted.dtype and found.shape == wanted.shape and found.tobytes() == wanted.tobytes(),
               "%s: %s %s, expected %s %s, or the data differs"
               % (key, found.dtype, found.shape, wanted.dtype, wanted.shape))


# --- what they write, we read ---

def read(tool, source, leaves, directory, metadata=()):
    """Every tensor of `source` is a leaf, and its bytes are."""
    out = directory / "out"
    out.mkdir()
    lines = peer.run(tool, "read", source, out).splitlines()
    tensors = [line for line in lines if not line.startswith("# ")]
    peer.check(sorted(tensors) == described(leaves), "the tensors are %s, expected %s" % (tensors, described(leaves)))
    peer.check([line[2:] for line in lines if line.startswith("# ")] == list(metadata), "metadata of %s" % lines)
    for i, line in enumerate(tensors):
        key = line.split("\t")[0]
        wanted = leaves[tuple(key.split("."))]
        peer.check((out / str(i)).read_bytes() == wanted.tobytes(), "%s: the data differs" % line)


def save(directory, tree, ocdbt, zarr3, chunk):
    """As MaxText saves: a step of a CheckpointManager with one item."""
    handler = ocp.PyTreeCheckpointHandler(use_ocdbt=ocdbt, use_zarr3=zarr3)
    options = ocp.CheckpointManagerOptions(create=True, save_interval_steps=1, enable_async_checkpointing=False)
    arguments = jax.tree.map(lambda _: ocp.SaveArgs(chunk_byte_size=chunk), tree)
    with ocp.CheckpointManager(directory, item_names=("items",), item_handlers={"items": handler},
                               options=options) as manager:
        items = ocp.args.PyTreeSave(item=tree, save_args=arguments, ocdbt_target_data_file_size=chunk)
        manager.save(0, args=ocp.args.Composite(items=items), custom_metadata={"scan_layers": True, "note": "a b"})


def shard(array):
    """Over the devices, along the first axis that they divide."""
    for axis, side in enumerate(array.shape):
        if side % 4 == 0:
            return jax.device_put(array, NamedSharding(MESH, PartitionSpec(*[None] * axis, "x")))
    return jax.device_put(array, NamedSharding(MESH, PartitionSpec()))


def orbax_leaves(rng):
    """Leaves in numpy, the same for jax, and the tree of both."""
    plain = {path: a for path, a in random_leaves(rng, DTYPES).items()}
    sharded = {("params", "sharded") + path[2:]: a for path, a in random_leaves(rng, JAX, 1).items()}
    sharded["params", "sharded", "kernel"] = random_array(rng, "F32", (8, 3, 5))
    sharded["params", "sharded", "embedding"] = random_array(rng, "BF16", (12, 6))
    tree = nest({**plain, **{path: shard(a) for path, a in sharded.items()}})
    leaves = {**plain, **sharded, ("step",): numpy.array(7, numpy.int64)}
    return leaves, {"step": 7, "params": tree["params"], "opt_state": {}}


def reads_orbax(tool, seed, ocdbt, zarr3, chunk):
    rng = random.Random(seed)
    leaves, tree = orbax_leaves(rng)
    with peer.scratch() as temporary:
        directory = Path(temporary)
        save(directory / "c", tree, ocdbt, zarr3, chunk)
        metadata = ["scan_layers=true", "note=a b"]
        for i, part in enumerate(("", "0", "0/items")):
            (directory / str(i)).mkdir()
            read(tool, directory / "c" / part, leaves, directory / str(i), metadata)


# --- arrays of tensorstore, in a checkpoint made by hand ---

def v2_spec(rng, array):
    compressor = rng.choice([None, {"id": "zstd", "level": rng.randint(1, 9)}, {"id": "gzip", "level": 5},
                             {"id": "zlib", "level": 1}])
    chunks = [rng.randint(1, side + 2) for side in array.shape]
    return {"driver": "zarr", "metadata": {"shape": array.shape, "chunks": chunks, "compressor": compressor,
                                           "dtype": ts_dtype(array), "fill_value": None,
                                           "dimension_separator": rng.choice("./")}}


def ts_dtype(array):
    if array.dtype.kind == "V" or "float8" in array.dtype.name or "bfloat16" in array.dtype.name:
        return array.dtype.name
    return array.dtype.str


def v3_spec(rng, array):
    packed = rng.choice([[], [{"name": "zstd", "configuration": {"level": 3}}],
                         [{"name": "gzip", "configuration": {"level": 6}}]])
    codecs = [{"name": "bytes", "configuration": {"endian": "little"}}] + packed
    chunks = [rng.randint(1, side + 2) for side in array.shape]
    if rng.random() < 0.6:
        inside, chunks = chunks, [c * rng.randint(1, 3) for c in chunks]
        codecs = [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": inside, "codecs": codecs, "index_location": rng.choice(["start", "end"]),
            "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]
            + rng.choice([[], [{"name": "crc32c"}]])}}]
    encoding = {"name": rng.choice(["default", "v2"]), "configuration": {"separator": rng.choice("./")}}
    return {"driver": "zarr3", "metadata": {
        "shape": array.shape, "data_type": array.dtype.name, "codecs": codecs, "chunk_key_encoding": encoding,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}}}}


def describe_tree(items, leaves, complete):
    tree = {str(path): {"key_metadata": [{"key": part, "key_type": 2} for part in path],
                        "value_metadata": {"value_type": "np.ndarray", "skip_deserialize": False}} for path in leaves}
    (items / "_METADATA").write_text(json.dumps({
        "tree_metadata": tree, "use_ocdbt": False, "store_array_data_equal_to_fill_value": complete}))


def reads_tensorstore(tool, seed, spec_of):
    """Chunks and shards of all shapes; without those that are zeros, too."""
    rng = random.Random(seed)
    leaves = random_leaves(rng, rng.sample(sorted(DTYPES), 12))
    complete = rng.random() < 0.5
    with peer.scratch() as temporary:
        items = Path(temporary) / "items"
        items.mkdir()
        for path, array in leaves.items():
            if array.shape and not complete:
                array = leaves[path] = array.copy()
                array[:(array.shape[0] + 1) // 2] = 0
            spec = spec_of(rng, array)
            spec["kvstore"] = {"driver": "file", "path": str(items / ".".join(path))}
            spec["store_data_equal_to_fill_value"] = complete
            tensorstore.open(spec, create=True).result().write(array).result()
        describe_tree(items, leaves, complete)
        read(tool, items, leaves, items.parent)


def reads_store(tool, seed):
    """OCDBT with nodes and inline values of all sizes, in several versions."""
    rng = random.Random(seed)
    leaves = random_leaves(rng, DTYPES)
    config = {"max_inline_value_bytes": rng.choice([0, 30, 1000]), "max_decoded_node_bytes": rng.choice([300, 600, 10**6]),
              "version_tree_arity_log2": rng.randint(1, 4),
              "compression": rng.choice([None, {"id": "zstd", "level": 2}])}
    with peer.scratch() as temporary:
        items = Path(temporary) / "items"
        items.mkdir()
        store = {"driver": "ocdbt", "base": {"driver": "file", "path": "%s/" % items}, "config": config}
        for path, array in leaves.items():
            spec = rng.choice([v2_spec, v3_spec])(rng, array)
            spec["kvstore"] = dict(store, path=".".join(path) + "/")
            spec["store_data_equal_to_fill_value"] = True
            tensorstore.open(spec, create=True).result().write(array).result()
        describe_tree(items, leaves, True)
        read(tool, items, leaves, items.parent)


def refuses_numbered(tool):
    """Manifests in several files are not supported, and the message says what to do."""
    leaves = random_leaves(random.Random(1), ["F32"])
    with peer.scratch() as temporary:
        items = Path(temporary)
        store = {"driver": "ocdbt", "base": {"driver": "file", "path": "%s/" % items},
                 "config": {"manifest_kind": "numbered"}}
        tensorstore.KvStore.open(store).result().write("params.x/.zarray", b"{}").result()
        describe_tree(items, leaves, True)
        done = subprocess.run([tool, "read", items, items], capture_output=True, text=True)
        peer.check(done.returncode == 65 and "numbered" in done.stderr and "use_ocdbt=False" in done.stderr,
                   "%d: %s" % (done.returncode, done.stderr))


# --- what we write, they read ---

def write(tool, directory, target, leaves, max_chunk, codec, *metadata):
    lines = []
    for i, (path, array) in enumerate(leaves.items()):
        raw = directory / ("raw%d" % i)
        raw.write_bytes(array.tobytes())
        shape = ",".join(map(str, array.shape)) or "-"
        lines.append("%s\t%s\t%s\t%s\n" % (".".join(path), NAMES[array.dtype], shape, raw))
    done = subprocess.run([tool, "write", target, str(max_chunk), codec, *metadata], input="".join(lines), text=True,
                          capture_output=True)
    peer.check(done.returncode == 0, done.stderr)


def check_restored(tree, leaves):
    count = len(jax.tree.leaves(tree))
    peer.check(count == len(leaves), "%d leaves, expected %d" % (count, len(leaves)))
    for path, wanted in leaves.items():
        node = tree
        for part in path:
            node = node[part]
        compare(node, wanted, ".".join(path))


def restores(tool, seed, codec):
    rng = random.Random(seed)
    leaves = random_leaves(rng, DTYPES)
    leaves["params", "params", "empty"] = random_array(rng, "F32", (0, 3))
    leaves["params", "params", "long"] = random_array(rng, "BF16", (64, 3, 5))
    with peer.scratch() as temporary:
        directory = Path(temporary)
        write(tool, directory, directory / "c", leaves, rng.choice([1, 16, 100, 1 << 20]), codec, "scan_layers=false")
        check_restored(ocp.PyTreeCheckpointer().restore(directory / "c/0/items"), leaves)
        read(tool, directory / "c", leaves, directory, ["scan_layers=false"])


def restores_sharded(tool, seed):
    """As MaxText loads parameters: through a manager, to given devices."""
    rng = random.Random(seed)
    leaves = random_leaves(rng, JAX)
    leaves["params", "params", "long"] = random_array(rng, "BF16", (64, 3, 5))
    with peer.scratch() as temporary:
        directory = Path(temporary)
        write(tool, directory, directory / "c", leaves, 100, "none", "scan_layers=true", "lora=r 8")
        (directory / "c/config.json").write_text("{}")
        target = nest({path: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=sharding_of(a))
                       for path, a in leaves.items()})
        handler = ocp.PyTreeCheckpointHandler(use_ocdbt=False, use_zarr3=False)
        with ocp.CheckpointManager(directory / "c", item_names=("items",), item_handlers={"items": handler}) as manager:
            peer.check(manager.all_steps() == [0], "the steps are %s" % manager.all_steps())
            custom = manager.metadata(0).custom_metadata
            peer.check(custom == {"scan_layers": True, "lora": "r 8"}, "the custom metadata is %s" % custom)
            arguments = ocp.checkpoint_utils.construct_restore_args(target)
            items = ocp.args.PyTreeRestore(item=target, restore_args=arguments)
            check_restored(manager.restore(0, args=ocp.args.Composite(items=items))["items"], leaves)


def sharding_of(array):
    if array.shape and array.shape[0] % 4 == 0:
        return NamedSharding(MESH, PartitionSpec("x"))
    return SingleDeviceSharding(jax.devices()[0])


def same_bytes_twice(tool):
    leaves = random_leaves(random.Random(4), DTYPES)
    with peer.scratch() as temporary:
        directory = Path(temporary)
        for name in "ab":
            write(tool, directory, directory / name, leaves, 50, "zstd")
        peer.run("diff", "-r", directory / "a", directory / "b")


# --- conversions ---

def split_tensors(seed):
    """In the layout split, and as MaxText has them by the formula of its layout."""
    layers, experts, hidden, inner, words = SIZES.values()
    rng = numpy.random.default_rng(seed)
    make = lambda *shape: rng.integers(0, 1 << 16, shape, numpy.uint16).view(ml_dtypes.bfloat16)
    tensors = {"model.layers.%d.mlp.experts.%d.%s_proj.weight" % (i, e, name): make(inner, hidden)
               for i in range(layers) for e in range(experts) for name in ("gate", "up")}
    tensors["model.embed_tokens.weight"] = make(words, hidden)
    leaves = {("params", "params", "token_embedder", "embedding"): tensors["model.embed_tokens.weight"]}
    for n, name in enumerate(("gate", "up")):
        stacked = [[tensors["model.layers.%d.mlp.experts.%d.%s_proj.weight" % (i, e, name)].T
                    for i in range(layers)] for e in range(experts)]
        leaves["params", "params", "decoder", "layers", "moe_block", "wi_%d" % n] = numpy.array(stacked)
    return {name: ("BF16", a.shape, a.tobytes()) for name, a in tensors.items()}, leaves


def converts_to(converter, codec, max_chunk):
    tensors, leaves = split_tensors(1)
    with peer.scratch() as temporary:
        source, target = Path(temporary) / "a", Path(temporary) / "b"
        source.mkdir()
        st.write(source / "model.safetensors", tensors)
        (source / "config.json").write_text(json.dumps(SIZES))
        peer.run(converter, "convert", source, target, "--to", "maxtext", "--max-chunk-size", max_chunk, *codec)
        check_restored(ocp.PyTreeCheckpointer().restore(target / "0/items"), leaves)
        peer.check((target / "config.json").read_text() == json.dumps(SIZES), "config.json is another one")
        peer.run(converter, "verify", source, target)


def converts_from(converter, ocdbt, zarr3, chunk):
    tensors, leaves = split_tensors(2)
    with peer.scratch() as temporary:
        source, target, config = (Path(temporary) / name for name in ("a", "b", "c.json"))
        sharded = {path: shard(array) for path, array in leaves.items()}
        save(source, {"step": 0, **nest(sharded), "opt_state": {}}, ocdbt, zarr3, chunk)
        config.write_text(json.dumps(SIZES))
        peer.run(converter, "convert", source / "0/items", target, "--to", "split", "--config", config)
        peer.check(st.read(target) == tensors, "the tensors differ")
        peer.run(converter, "verify", source, target, "--config", config)


def main():
    with peer.scratch() as temporary:
        tool = build_tool(Path(temporary))
        table = Path(temporary) / "moe.weft"
        table.write_text(TABLE)
        converter = peer.build(table)
        for codec in ([], ["--zstd"]):
            for max_chunk in ("64MiB", "20"):
                peer.case(" ".join(["a conversion to Orbax, chunks of", max_chunk, *codec]), converts_to, converter,
                          codec, max_chunk)
        for ocdbt in (False, True):
            for zarr3 in (False, True):
                for chunk in (2 << 30, 40):
                    name = "%s%s of Orbax, chunks of %d bytes" % ("OCDBT, " if ocdbt else "",
                                                                 "zarr 3" if zarr3 else "zarr 2", chunk)
                    peer.case(name, reads_orbax, tool, name, ocdbt, zarr3, chunk)
                    peer.case("a conversion from " + name, converts_from, converter, ocdbt, zarr3, chunk)
        for seed in range(12):
            peer.case("zarr 2 of tensorstore, %d" % seed, reads_tensorstore, tool, seed, v2_spec)
            peer.case("zarr 3 of tensorstore, %d" % seed, reads_tensorstore, tool, seed, v3_spec)
            peer.case("an OCDBT store of tensorstore, %d" % seed, reads_store, tool, seed)
        peer.case("numbered manifests of OCDBT", refuses_numbered, tool)
        for codec in ("none", "zstd"):
            for seed in range(4):
                peer.case("Orbax restores, %s, %d" % (codec, seed), restores, tool, seed, codec)
        peer.case("Orbax restores to devices", restores_sharded, tool, 1)
        peer.case("the same bytes twice", same_bytes_twice, tool)
    peer.finish()


main()
