"""What one would write by hand: safetensors and torch, tensor by tensor.

    script.py SRC DST fused|turned
"""

import json
import re
import shutil
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

source, target, layout = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
config = json.loads((source / "config.json").read_text())
layers, experts = config["num_hidden_layers"], config["num_experts"]
target.mkdir()
shutil.copy(source / "config.json", target)
out = {}
with safe_open(source / "model.safetensors", "pt") as file:
    for key in file.keys():
        if not re.search(r"\.experts\.\d+\.", key):
            out[key] = file.get_tensor(key)

    def stack(l, name):
        at = "model.layers.%d.mlp.experts.%%d.%s_proj.weight" % (l, name)
        return torch.stack([file.get_tensor(at % e) for e in range(experts)])

    if layout == "fused":
        for l in range(layers):
            at = "model.layers.%d.mlp.experts." % l
            out[at + "gate_up_proj"] = torch.cat([stack(l, "gate"), stack(l, "up")], dim=1)
            out[at + "down_proj"] = stack(l, "down")
    else:
        for name, key in (("gate", "experts.wi_0"), ("up", "experts.wi_1"), ("down", "experts.wo")):
            out[key] = torch.stack([stack(l, name).transpose(1, 2) for l in range(layers)], dim=1).contiguous()
save_file(out, target / "model.safetensors", metadata={"format": "pt"})
