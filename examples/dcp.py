#!/usr/bin/env python3
"""Puts Megatron's tensors into a checkpoint of torch.distributed.checkpoint.

    qwen3_5_moe convert SRC megatron --to megatron
    python3 examples/dcp.py megatron checkpoint

reads what weft wrote without options, which is the whole model under its
global names in megatron/rank0/, and writes it under the same names, so that
any number of ranks can load their parts of it:

    state = {name: tensor of the model, or a DTensor, …}
    torch.distributed.checkpoint.load(state, checkpoint_id="checkpoint")

The config and other files beside rank0/ are not copied. Needs torch and
safetensors; runs as one process, on the CPU. Tensors are mapped, not read,
until torch writes them.
"""

import argparse
import sys
from pathlib import Path

import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from safetensors import safe_open


def whole_model(directory):
    """The directory of the one rank there is."""
    ranks = sorted(path.name for path in directory.glob("rank*"))
    if ranks != ["rank0"]:
        sys.exit("%s holds %s; convert with --to megatron and no options, so that rank0 is the whole model" %
                 (directory, ", ".join(ranks) or "no ranks"))
    return directory / "rank0"


def tensors(directory):
    state = {}
    for path in sorted(directory.glob("*.safetensors")):
        with safe_open(path, framework="pt") as shard:
            for name in shard.keys():
                state[name] = shard.get_tensor(name)
    if not state:
        sys.exit("%s holds no safetensors files" % directory)
    return state


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("source", type=Path, help="what weft wrote with --to megatron")
    parser.add_argument("target", type=Path, help="a directory that is not there yet")
    arguments = parser.parse_args()
    if arguments.target.exists():
        sys.exit("%s is there already" % arguments.target)
    state = tensors(whole_model(arguments.source))
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        dcp.save(state, checkpoint_id=arguments.target)
    finally:
        dist.destroy_process_group()
    print("%s: %d tensors, %d bytes" % (arguments.target, len(state),
                                        sum(t.numel() * t.element_size() for t in state.values())))


if __name__ == "__main__":
    main()
