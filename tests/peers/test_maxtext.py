"""Trees as MaxText has them, written by Orbax, become the split layout of the
shipped table, element by element as the formulas of the other tests say."""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
os.environ["JAX_PLATFORMS"] = "cpu"

import json
import logging
import sys
from pathlib import Path

import peer

logging.disable(logging.WARNING)

import jax
import ml_dtypes
import numpy
import orbax.checkpoint as ocp
from jax.sharding import NamedSharding, PartitionSpec

# Behind the projects that some of its modules are named after.
sys.path.append(str(Path(__file__).resolve().parent.parent / "lib"))
import formulas
import st

CONVERTER = peer.BUILD / "qwen3_moe"
MESH = jax.sharding.Mesh(numpy.array(jax.devices()), ("x",))
TYPES = {"BF16": ml_dtypes.bfloat16, "F32": numpy.float32}
SIZES = formulas.SIZES


def tree_of(tensors, sharded):
    tree = {}
    for name, (dtype, shape, data) in tensors.items():
        array = numpy.frombuffer(data, TYPES[dtype]).reshape(shape)
        axis = next((i for i, side in enumerate(shape) if side % 4 == 0), None)
        if sharded:
            spec = PartitionSpec() if axis is None else PartitionSpec(*[None] * axis, "x")
            array = jax.device_put(array, NamedSharding(MESH, spec))
        *path, last = name.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[last] = array
    return {"step": 0, **tree, "opt_state": {}}


def save(directory, tree, ocdbt, zarr3, scanned):
    """A step of a CheckpointManager with one item."""
    handler = ocp.PyTreeCheckpointHandler(use_ocdbt=ocdbt, use_zarr3=zarr3)
    options = ocp.CheckpointManagerOptions(create=True, save_interval_steps=1, enable_async_checkpointing=False)
    with ocp.CheckpointManager(directory, item_names=("items",), item_handlers={"items": handler},
                               options=options) as manager:
        manager.save(0, args=ocp.args.Composite(items=ocp.args.PyTreeSave(item=tree)),
                     custom_metadata={"scan_layers": scanned})


def converts(layout, dtype, vocab, sharded, ocdbt, zarr3):
    hub = formulas.Hub(st.random_tensors(formulas.hf_shapes(SIZES), dtype=dtype), SIZES)
    tensors = getattr(formulas, layout)(hub, vocab)["orbax"]
    with peer.scratch() as temporary:
        source, target, config = (Path(temporary) / name for name in ("a", "b", "c.json"))
        save(source, tree_of(tensors, sharded), ocdbt, zarr3, layout == "maxtext")
        config.write_text(json.dumps(formulas.config(SIZES)))
        for at in (source, source / "0" / "items"):
            peer.run(CONVERTER, "convert", at, target, "--to", "split", "--config", config)
            wrong = formulas.different(formulas.read(target), formulas.split(hub))
            peer.check(not wrong, wrong)
            peer.run(CONVERTER, "verify", source, target, "--config", config)
            target = Path(temporary) / "d"


for layout in ("maxtext", "maxtext_unscanned"):
    for ocdbt in (False, True):
        for zarr3 in (False, True):
            what = "%s, %szarr %d" % (layout, "OCDBT, " if ocdbt else "", 3 if zarr3 else 2)
            peer.case(what, converts, layout, "BF16", 0, False, ocdbt, zarr3)
            peer.case(what + ", over devices, padded", converts, layout, "F32", 45, True, ocdbt, zarr3)
peer.finish()
