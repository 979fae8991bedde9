"""Qwen3-MoE against transformers: what it saves, what it calls its tensors in
memory, and what it loads."""

import itertools
import json
import shutil
from pathlib import Path

import peer
import torch
from safetensors.torch import load_file
from transformers import Qwen3MoeConfig, Qwen3MoeForCausalLM

CONVERTER = peer.BUILD / "qwen3_moe"
CONFIG = dict(vocab_size=97, hidden_size=20, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
              head_dim=6, num_experts=5, num_experts_per_tok=2, moe_intermediate_size=14, intermediate_size=34,
              decoder_sparse_step=1, mlp_only_layers=[])


def make(tied, bias, dtype):
    """A model whose every parameter is random: also biases and norms."""
    torch.manual_seed(1)
    config = Qwen3MoeConfig(**CONFIG, tie_word_embeddings=tied, attention_bias=bias, dtype=dtype)
    model = Qwen3MoeForCausalLM(config).to(dtype).eval()
    with torch.no_grad():
        for parameter in model.parameters():
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


def check_same_files(found, expected, but=()):
    """The same files with the same bytes; weft's own record is one more."""
    names = {path.name for path in Path(found).iterdir()} - {"weft.json"}
    peer.check(names == {path.name for path in Path(expected).iterdir()} - {"weft.json"},
               "files %s" % sorted(names))
    for name in sorted(names - set(but)):
        peer.check((Path(found) / name).read_bytes() == (Path(expected) / name).read_bytes(), "%s differs" % name)


def in_memory(model, tied):
    """The state, without the second name of the tied embedding."""
    state = dict(model.state_dict())
    if tied:
        head = state.pop("lm_head.weight")
        peer.check(head.data_ptr() == state["model.embed_tokens.weight"].data_ptr(), "the head is not tied")
    return state


def check_loads(directory, model):
    loaded, info = Qwen3MoeForCausalLM.from_pretrained(directory, output_loading_info=True, dtype="auto")
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        peer.check(not info.get(kind), "from_pretrained(%s): %s %s" % (directory.name, kind, info.get(kind)))
    check_equal(loaded.state_dict(), model.state_dict(), "from_pretrained(%s)" % directory.name)


def check_model(tied, bias, dtype):
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(tied, bias, dtype)
        model.save_pretrained(at / "saved")
        model.save_pretrained(at / "saved-fused", save_original_format=False)
        peer.check("model.layers.2.mlp.experts.4.up_proj.weight" in read(at / "saved"),
                   "transformers does not save one tensor per expert any more")
        peer.run(CONVERTER, "convert", at / "saved", at / "fused", "--to", "fused")
        peer.run(CONVERTER, "verify", at / "saved", at / "fused")
        check_equal(read(at / "fused"), in_memory(model, tied), "fused and state_dict()")
        check_same_files(at / "fused", at / "saved-fused")
        peer.run(CONVERTER, "convert", at / "fused", at / "split", "--to", "split")
        check_equal(read(at / "split"), read(at / "saved"), "back and saved")
        check_same_files(at / "split", at / "saved")
        check_loads(at / "fused", model)
        check_loads(at / "split", model)


def logits(model, words):
    """Parameters are copied first: how they lie in a mapped file decides which
    way they are multiplied, and that the last bit."""
    model.set_experts_implementation("eager")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.data = parameter.data.clone()
        return model(words).logits


def check_logits():
    """What is computed from the converted files is the same, too."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(False, True, torch.float32)
        model.save_pretrained(at / "saved")
        peer.run(CONVERTER, "convert", at / "saved", at / "fused", "--to", "fused")
        loaded = Qwen3MoeForCausalLM.from_pretrained(at / "fused", dtype="auto").eval()
        words = torch.arange(1, 30).reshape(1, -1)
        expected = logits(model, words)
        peer.check(bool(expected.isfinite().all()), "the logits are not numbers")
        peer.check(torch.equal(expected, logits(loaded, words)), "the logits differ")


def check_sharded():
    """Shards of transformers as source, and ours loaded by transformers."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(False, False, torch.bfloat16)
        model.save_pretrained(at / "saved", max_shard_size=5000)
        shards = len(list((at / "saved").glob("*.safetensors")))
        peer.check(shards > 5, "only %d shards" % shards)
        peer.run(CONVERTER, "convert", at / "saved", at / "fused", "--to", "fused", "--max-shard-size", 6000)
        check_equal(read(at / "fused"), model.state_dict(), "fused and state_dict()")
        check_loads(at / "fused", model)
        peer.run(CONVERTER, "convert", at / "fused", at / "split", "--to", "split", "--max-shard-size", 5000)
        check_equal(read(at / "split"), read(at / "saved"), "back and saved")
        check_loads(at / "split", model)
        text = (at / "split" / "model.safetensors.index.json").read_text()
        theirs = (at / "saved" / "model.safetensors.index.json").read_text()
        for index in (text, theirs):
            peer.check(index == json.dumps(json.loads(index), indent=2, sort_keys=True) + "\n",
                       "the index's own form differs")
        ours, theirs = json.loads(text), json.loads(theirs)
        peer.check(sorted(ours["weight_map"]) == sorted(theirs["weight_map"]), "the indexes' tensors differ")
        peer.check(ours["metadata"]["total_size"] == theirs["metadata"]["total_size"], "total_size differs")


def check_older_config():
    """transformers 4 calls the number of experts num_experts."""
    with peer.scratch() as scratch:
        at = Path(scratch)
        model = make(True, False, torch.float16)
        model.save_pretrained(at / "saved")
        config = at / "saved" / "config.json"
        text = config.read_text()
        peer.check('"num_local_experts"' in text, "the config has no num_local_experts")
        config.write_text(text.replace('"num_local_experts"', '"num_experts"'))
        shutil.copy(config, at / "config.json")
        peer.run(CONVERTER, "convert", at / "saved", at / "fused", "--to", "fused")
        peer.check((at / "fused" / "config.json").read_bytes() == (at / "config.json").read_bytes(),
                   "config.json differs")
        check_equal(read(at / "fused"), in_memory(model, True), "fused and state_dict()")


for tied, bias, dtype in itertools.product((False, True), (False, True), (torch.bfloat16, torch.float32)):
    peer.case("qwen3_moe tied=%d bias=%d %s" % (tied, bias, str(dtype).removeprefix("torch.")),
              check_model, tied, bias, dtype)
peer.case("qwen3_moe logits", check_logits)
peer.case("qwen3_moe shards", check_sharded)
peer.case("qwen3_moe num_experts", check_older_config)
peer.finish()
