"""examples/dcp.py against torch.distributed.checkpoint."""

import sys
from pathlib import Path

import peer
import torch
import torch.distributed.checkpoint as dcp
from safetensors.torch import load_file

CONVERTER = peer.BUILD / "qwen3_moe"
CONFIG = Path("examples/qwen3_moe_small.json")


def toy(at, *ranks):
    peer.run(CONVERTER, "toy", at / "toy", "--layout", "split", "--config", CONFIG)
    peer.run(CONVERTER, "convert", at / "toy", at / "megatron", "--to", "megatron" + ":".join(("",) + ranks))


def load(at, state):
    dcp.load(state, checkpoint_id=at / "checkpoint", no_dist=True)
    return state


def check_whole():
    """Every tensor is there under its name, bit for bit."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        toy(at)
        said = peer.run(sys.executable, "examples/dcp.py", at / "megatron", at / "checkpoint")
        wanted = load_file(at / "megatron" / "rank0" / "model.safetensors")
        peer.check("%d tensors" % len(wanted) in said, said)
        names = dcp.FileSystemReader(at / "checkpoint").read_metadata().state_dict_metadata
        peer.check(sorted(names) == sorted(wanted), "the names differ")
        found = load(at, {name: torch.zeros_like(tensor) for name, tensor in wanted.items()})
        for name, tensor in wanted.items():
            peer.check(found[name].dtype == tensor.dtype and torch.equal(
                found[name].view(torch.uint8), tensor.view(torch.uint8)), "%s differs" % name)
            peer.check(bool(tensor.view(torch.uint8).any()), "%s is zero" % name)


def check_ranks():
    """What is not the whole model is refused, and nothing is written."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        toy(at, "etp=7")
        peer.run(sys.executable, "examples/dcp.py", at / "megatron", at / "checkpoint", code=1)
        peer.check(not (at / "checkpoint").exists(), "a checkpoint was written")


def check_present():
    with peer.scratch() as scratch:
        at = Path(scratch)
        toy(at)
        (at / "checkpoint").mkdir()
        peer.run(sys.executable, "examples/dcp.py", at / "megatron", at / "checkpoint", code=1)
        peer.check(not any((at / "checkpoint").iterdir()), "something was written")


peer.case("whole", check_whole)
peer.case("ranks", check_ranks)
peer.case("present", check_present)
peer.finish()
