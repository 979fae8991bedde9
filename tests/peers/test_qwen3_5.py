"""Qwen3.5-MoE against transformers: what it saves, what it calls its tensors
in memory, and what it loads; through Megatron's ranks and back."""

import itertools
import json
from pathlib import Path

import peer
import torch
from safetensors.torch import load_file, save_file
from transformers import (Qwen3_5MoeConfig, Qwen3_5MoeForCausalLM, Qwen3_5MoeForConditionalGeneration,
                          Qwen3_5MoeTextConfig)

CONVERTER = peer.BUILD / "qwen3_5_moe"
TEXT = dict(vocab_size=52, hidden_size=20, num_hidden_layers=8, num_attention_heads=6, num_key_value_heads=2,
            head_dim=10, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12,
            shared_expert_intermediate_size=16, linear_conv_kernel_dim=3, linear_key_head_dim=7,
            linear_num_key_heads=4, linear_num_value_heads=8, linear_value_head_dim=6)
VISION = dict(depth=3, hidden_size=32, intermediate_size=56, num_heads=4, out_hidden_size=20, patch_size=5,
              num_position_embeddings=9)
ONE_BY_ONE = ["--variant", "decoder.packed=false", "--variant", "mtp.packed=false"]
RANKS = ["megatron", "megatron:tp=2,pp=2,ep=2", "megatron:tp=4,ep=4,etp=1,experts=sequential"]


def make(vl, tied, dtype):
    """A model whose every parameter is random. What Megatron stores less 1 is
    not below 0.5, where bf16 keeps it."""
    torch.manual_seed(2)
    if vl:
        config = Qwen3_5MoeConfig(text_config=dict(TEXT, tie_word_embeddings=tied), vision_config=VISION,
                                  tie_word_embeddings=tied, dtype=dtype)
        model = Qwen3_5MoeForConditionalGeneration(config)
    else:
        model = Qwen3_5MoeForCausalLM(Qwen3_5MoeTextConfig(**TEXT, tie_word_embeddings=tied, dtype=dtype))
    model = model.to(dtype).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("linear_attn.norm.weight"):
                parameter.uniform_(0.5, 1.5)
            else:
                parameter.normal_()
    return model


def read(directory):
    tensors = {}
    for path in sorted(Path(directory).glob("*.safetensors")):
        tensors.update(load_file(path))
    return tensors


def bits(tensor):
    return tensor.dtype, tuple(tensor.shape), tensor.contiguous().view(torch.uint8).numpy().tobytes()


def check_equal(found, expected, what):
    peer.check(sorted(found) == sorted(expected), "%s: names differ\nonly found: %s\nonly expected: %s" %
               (what, sorted(set(found) - set(expected))[:4], sorted(set(expected) - set(found))[:4]))
    for name in expected:
        peer.check(bits(found[name]) == bits(expected[name]), "%s: %s differs" % (what, name))


def in_memory(model, tied):
    """The state, without the second name of the tied embedding."""
    state = dict(model.state_dict())
    if tied:
        del state["lm_head.weight"]
    return state


def check_loads(directory, model):
    loaded, info = type(model).from_pretrained(directory, output_loading_info=True, dtype="auto")
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        peer.check(not info.get(kind), "from_pretrained(%s): %s %s" % (directory.name, kind, info.get(kind)))
    check_equal(loaded.state_dict(), model.state_dict(), "from_pretrained(%s)" % directory.name)


def check_model(vl, tied, dtype):
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(vl, tied, dtype)
        model.save_pretrained(at / "saved")
        model.save_pretrained(at / "packed", save_original_format=False)
        saved, packed = read(at / "saved"), read(at / "packed")
        peer.check(any(".experts.3.up_proj.weight" in name for name in saved),
                   "transformers does not save one tensor per expert any more")
        check_equal(packed, in_memory(model, tied), "saved as in memory")
        for name, tensors in ("saved", saved), ("packed", packed):
            peer.run(CONVERTER, "convert", at / name, at / (name + "-packed"), "--to", "hf")
            check_equal(read(at / (name + "-packed")), packed, name + " to packed")
            peer.run(CONVERTER, "convert", at / name, at / (name + "-each"), "--to", "hf", *ONE_BY_ONE)
            check_equal(read(at / (name + "-each")), saved, name + " to one by one")
        check_loads(at / "saved-packed", model)
        check_loads(at / "packed-each", model)


def check_megatron(vl, tied):
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(vl, tied, torch.bfloat16)
        model.save_pretrained(at / "saved")
        last, source = at / "saved", read(at / "saved")
        for i, ranks in enumerate(RANKS):
            peer.run(CONVERTER, "convert", last, at / str(i), "--to", ranks)
            peer.run(CONVERTER, "verify", last, at / str(i))
            peer.run(CONVERTER, "convert", at / str(i), at / ("back%d" % i), "--to", "hf", *ONE_BY_ONE)
            check_equal(read(at / ("back%d" % i)), source, ranks + " and back")
            check_loads(at / ("back%d" % i), model)
            last = at / str(i)


def check_drafts():
    """MTP, which transformers ignores: what it calls unexpected is nothing."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(True, False, torch.bfloat16)
        model.save_pretrained(at / "saved")
        tensors = read(at / "saved")
        layer = "model.language_model.layers.3."
        drafts = {"mtp.layers.0." + name.removeprefix(layer): tensor.clone() for name, tensor in tensors.items()
                  if name.startswith(layer)}
        for name, shape in ("fc", (20, 40)), ("norm", 20), ("pre_fc_norm_embedding", 20), ("pre_fc_norm_hidden", 20):
            drafts["mtp.%s.weight" % name] = torch.randn(shape).to(torch.bfloat16)
        save_file(tensors | drafts, at / "saved" / "model.safetensors", {"format": "pt"})
        config = json.loads((at / "saved" / "config.json").read_text())
        config["text_config"]["mtp_num_hidden_layers"] = 1
        (at / "saved" / "config.json").write_text(json.dumps(config))
        peer.run(CONVERTER, "convert", at / "saved", at / "ranks", "--to", "megatron:tp=2,pp=4")
        peer.run(CONVERTER, "convert", at / "ranks", at / "back", "--to", "hf", *ONE_BY_ONE)
        check_equal(read(at / "back"), tensors | drafts, "with MTP, and back")
        check_loads(at / "back", model)
        # As transformers saves it again: the config speaks of MTP, the tensors do not.
        again = Qwen3_5MoeForConditionalGeneration.from_pretrained(at / "back", dtype="auto")
        again.save_pretrained(at / "again")
        peer.run(CONVERTER, "convert", at / "again", at / "stripped", "--to", "megatron:pp=2")
        peer.run(CONVERTER, "convert", at / "stripped", at / "last", "--to", "hf", *ONE_BY_ONE)
        check_equal(read(at / "last"), tensors, "without MTP")


def check_text_of_vision():
    """A text model that transformers took out of one with a tower."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        make(True, False, torch.bfloat16).save_pretrained(at / "whole")
        model = Qwen3_5MoeForCausalLM.from_pretrained(at / "whole", dtype="auto")
        model.save_pretrained(at / "saved")
        peer.check("model.language_model.norm.weight" in read(at / "saved"),
                   "transformers does not keep the names of the larger model any more")
        peer.run(CONVERTER, "convert", at / "saved", at / "out", "--to", "hf")
        check_equal(read(at / "out"), model.state_dict(), "saved and state_dict()")
        check_loads(at / "out", model)
        peer.run(CONVERTER, "convert", at / "out", at / "back", "--to", "hf", *ONE_BY_ONE, "--variant", "nested=true")
        check_equal(read(at / "back"), read(at / "saved"), "back and saved")


for vl, tied in itertools.product((False, True), (False, True)):
    name = "%s%s" % ("vision" if vl else "text", "_tied" if tied else "")
    for dtype in (torch.bfloat16, torch.float32):
        peer.case("saved_%s_%s" % (name, str(dtype).removeprefix("torch.")), check_model, vl, tied, dtype)
    peer.case("megatron_" + name, check_megatron, vl, tied)
peer.case("mtp", check_drafts)
peer.case("text_of_vision", check_text_of_vision)
peer.finish()
