"""LoRA adapters of experts against PEFT: what it loads, what it makes of
adapters that are older than fused experts, and what it saves itself."""

import json
import warnings
from pathlib import Path

import peer
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file

lora_config = peer.library("lora_config", "st", "lora")
lora = lora_config.lora

CONVERTER = peer.BUILD / "lora_moe"
SIZES = dict(E=13, H=20, I=7, L=2)
MODEL = dict(vocab_size=31, hidden_size=20, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=1,
             head_dim=4, num_experts_per_tok=2, pad_token_id=0, bos_token_id=1, eos_token_id=2)
MODELS = {
    "qwen3_moe": (transformers.Qwen3MoeConfig, transformers.Qwen3MoeForCausalLM,
                  dict(num_experts=13, moe_intermediate_size=7, intermediate_size=23, mlp_only_layers=[])),
    "mixtral": (transformers.MixtralConfig, transformers.MixtralForCausalLM,
                dict(num_local_experts=13, intermediate_size=7)),
    "gpt_oss": (transformers.GptOssConfig, transformers.GptOssForCausalLM,
                dict(num_local_experts=13, intermediate_size=7)),
}
PARAMETERS = ("gate_up_proj", "down_proj")
# Said of every adapter with these patterns, also of PEFT's own; they are used all the same.
HARMLESS = ("did not match any targeted module and were ignored", "deprecated")


def make(family):
    """A random model, the experts' own weights zero: what is merged into them
    is then the adapter's part, and exact."""
    torch.manual_seed(1)
    config, model, fields = MODELS[family]
    made = model(config(**MODEL, **fields)).float().eval()
    made.set_experts_implementation("eager")
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            parameter.normal_()
            if ".experts." in name:
                parameter.zero_()
    return made


def experts_of(model):
    for l, layer in enumerate(model.model.layers):
        yield l, layer.mlp.experts


def as_before_0_19_1(model):
    """PEFT of then took the axes of a parameter the other way round; this one
    does where the module says so. 0.19.0 turned those of gpt-oss only."""
    for _, experts in experts_of(model):
        experts.is_transposed = not getattr(experts, "is_transposed", False)
    return model


def load(family, directory, prepare=lambda model: model):
    """An adapter loaded by PEFT, which says nothing of missing or unexpected
    names."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(prepare(make(family)), directory)
    for warning in said:
        text = str(warning.message)
        peer.check(any(words in text for words in HARMLESS), "PEFT on %s: %s" % (Path(directory).name, text))
    return model


def merged(family, model):
    """{(layer, expert, projection): what the adapter adds}"""
    base, out, I = model.merge_and_unload(), {}, SIZES["I"]
    for l, experts in experts_of(base):
        gate_up, down = experts.gate_up_proj.detach(), experts.down_proj.detach()
        if family == "gpt_oss":
            gate_up, down = gate_up.transpose(1, 2), down.transpose(1, 2)
        for e in range(SIZES["E"]):
            for b, p in enumerate(("gate", "up")):
                rows = [lora.FAMILIES[family].row(b, i, I) for i in range(I)]
                out[l, e, p] = gate_up[e][rows]
            out[l, e, "down"] = down[e]
    return out


def check_merged(family, model, deltas, scales, exact=True):
    found = merged(family, model)
    for at, rows in found.items():
        rows = rows.double()
        wanted = torch.tensor(deltas[at], dtype=torch.float64) * scales[at[2]] if at in deltas else torch.zeros_like(rows)
        equal = torch.equal(rows, wanted) if exact else torch.allclose(rows, wanted, rtol=1e-6, atol=1e-6)
        peer.check(equal, "%s %s differs by %g of %g" % (family, at, (rows - wanted).abs().max(), wanted.abs().max()))
        peer.check(at not in deltas or bool(wanted.any()), "nothing to compare in %s" % (at,))


def base_config(at, family):
    path = Path(at) / (family + ".json")
    path.write_text(json.dumps(lora.base(family, SIZES)))
    return path


def write(path, layout, adapter, **how):
    """A source, and what it adds: its products, and their scales."""
    fields = lora_config.of(layout, adapter, base_model_name_or_path=None, **how)
    tensors = lora.tensors(layout, adapter)
    more = lora.others(adapter.name, layout, fields["r"], SIZES)
    more = {k: t for k, t in more.items() if how.get("router") or "self_attn" in k}
    more = {k: lora.encode(lora.numbers(*t[1], k), "F32") for k, t in more.items()}
    lora_config.write(path, tensors | more, fields)
    deltas = lora.deltas(layout, adapter.name, SIZES, tensors, fields["target_parameters"] or ())
    return deltas, lora_config.scales(fields, layout, adapter)


def convert(source, target, to, *options):
    peer.run(CONVERTER, "convert", source, target, "--to", to, *options)
    peer.run(CONVERTER, "verify", source, target, *options)


def same_tensors(found, expected, what):
    found, expected = (load_file(Path(d) / "adapter_model.safetensors") for d in (found, expected))
    peer.check(sorted(found) == sorted(expected), "%s: names differ: %s" % (what, sorted(set(found) ^ set(expected))[:4]))
    for name, tensor in expected.items():
        peer.check(found[name].dtype == tensor.dtype and found[name].shape == tensor.shape
                   and found[name].numpy().tobytes() == tensor.numpy().tobytes(), "%s: %s differs" % (what, name))


def same_meaning(found, expected):
    """The fields that PEFT's own conversion touches."""
    found, expected = (json.loads((Path(d) / "adapter_config.json").read_text()) for d in (found, expected))
    for name in ("r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern", "lora_dropout"):
        peer.check(found[name] == expected[name], "%s is %s, PEFT's is %s" % (name, found[name], expected[name]))
    for name in ("target_modules", "target_parameters"):
        peer.check(sorted(found[name] or []) == sorted(expected[name] or []),
                   "%s is %s, PEFT's is %s" % (name, found[name], expected[name]))


def adapter(family, **how):
    return lora.split(family, SIZES, dtype="F32", **how)


def check_loads(family, ranks, how, exact):
    """What was one for each expert, fused: PEFT adds the same."""
    with peer.scratch() as at:
        source = adapter(family, **ranks)
        deltas, scales = write(f"{at}/v4", "per_expert", source, **how)
        convert(f"{at}/v4", f"{at}/v5", "fused", "--base", base_config(at, family))
        check_merged(family, load(family, f"{at}/v5"), deltas, scales, exact)


def check_like_peft(family, ranks, how):
    """PEFT reads the old one, too; what it then saves is what is written."""
    with peer.scratch() as at:
        deltas, scales = write(f"{at}/v4", "per_expert", adapter(family, **ranks), **how)
        convert(f"{at}/v4", f"{at}/v5", "fused", "--base", base_config(at, family))
        model = load(family, f"{at}/v4")
        model.save_pretrained(f"{at}/peft")
        same_tensors(f"{at}/v5", f"{at}/peft", "fused and PEFT's own")
        same_meaning(f"{at}/v5", f"{at}/peft")
        check_merged(family, model, deltas, scales)


def check_logits(family):
    with peer.scratch() as at:
        write(f"{at}/v4", "per_expert", adapter(family), alpha=0.001, router=True)
        convert(f"{at}/v4", f"{at}/v5", "fused", "--base", base_config(at, family))
        words = torch.arange(1, 30).reshape(1, -1)
        with torch.no_grad():
            bare = make(family)(words).logits
            old, new = (load(family, f"{at}/{v}")(words).logits for v in ("v4", "v5"))
        peer.check(bool(old.isfinite().all()), "the logits are not numbers")
        peer.check(not torch.allclose(bare, old, rtol=0.1), "the adapter changes nothing")
        peer.check(torch.equal(old, new), "the logits differ by %g" % (old - new).abs().max())


def check_transformers(family):
    """transformers loads adapters without PeftModel, and converts old ones."""
    with peer.scratch() as at:
        write(f"{at}/v4", "per_expert", adapter(family), alpha=0.001)
        convert(f"{at}/v4", f"{at}/v5", "fused", "--base", base_config(at, family))
        words = torch.arange(1, 30).reshape(1, -1)
        with torch.no_grad():
            expected = load(family, f"{at}/v5")(words).logits
            model = make(family)
            model.load_adapter(f"{at}/v5")
            peer.check(torch.equal(model.eval()(words).logits, expected), "the logits differ")


def trained(family, parameters, rank, prepare=lambda model: model, **how):
    """A model whose adapter of the experts' parameters is PEFT's own."""
    model = get_peft_model(prepare(make(family)), LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "o_proj"], target_parameters=list(parameters), **how))
    torch.manual_seed(2)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randint(-99, 99, parameter.shape))
    return model


def check_trained(family, parameters, rank):
    """What PEFT saves, as one for each expert, adds the same there; and to
    PEFT, once it is back."""
    with peer.scratch() as at:
        model, base = trained(family, parameters, rank), base_config(at, family)
        model.save_pretrained(f"{at}/peft")
        expected = merged(family, model)
        convert(f"{at}/peft", f"{at}/split", "per_expert", "--base", base, "--from", "fused")
        tensors, text = lora_config.read(f"{at}/split")
        found = lora.deltas("per_expert", family, SIZES, tensors)
        peer.check(found, "no experts")
        for at_, rows in expected.items():
            if at_ not in found:
                peer.check(not rows.any(), "%s is not there" % (at_,))
                continue
            _, scale = lora_config.rank_and_scale(json.loads(text), lora.FAMILIES[family].expert(*at_).removeprefix(
                lora.PREFIX))
            peer.check(torch.equal(torch.tensor(found[at_]).double() * scale, rows.double()), "%s differs" % (at_,))
        for layout in lora.FUSED:
            convert(f"{at}/peft", f"{at}/{layout}", layout, "--base", base, "--from", "fused")
            convert(f"{at}/{layout}", f"{at}/{layout}-back", "fused")
            same_tensors(f"{at}/{layout}-back", f"{at}/peft", "there and back")
        convert(f"{at}/split", f"{at}/again", "fused")
        again = merged(family, load(family, f"{at}/again"))
        for at_, rows in expected.items():
            peer.check(torch.equal(again[at_], rows), "%s differs after per_expert" % (at_,))


def check_swapped(family, parameters):
    """As PEFT did before 0.19.1: what it saved then, and what it would have
    loaded then."""
    with peer.scratch() as at:
        base = base_config(at, family)
        model = trained(family, parameters, 3, as_before_0_19_1)
        model.save_pretrained(f"{at}/then")
        expected = merged(family, model)
        convert(f"{at}/then", f"{at}/now", "fused", "--base", base, "--from", "fused_swapped")
        convert(f"{at}/now", f"{at}/back", "fused_swapped")
        same_tensors(f"{at}/back", f"{at}/then", "there and back")
        for name, prepare in (("now", lambda m: m), ("back", as_before_0_19_1)):
            found = merged(family, load(family, f"{at}/{name}", prepare))
            for at_, rows in expected.items():
                peer.check(torch.equal(found[at_], rows), "%s: %s differs" % (name, at_))


for family in ("qwen3_moe", "mixtral"):
    for name, ranks, how in (("plain", {}, {}), ("router", {}, dict(router=True)),
                             ("down alone", dict(gate=0, up=0), {}), ("alpha 4.5", {}, dict(alpha=4.5))):
        peer.case("peft %s like PEFT, %s" % (family, name), check_like_peft, family, ranks, how)
    peer.case("peft %s logits" % family, check_logits, family)
    peer.case("peft %s by transformers" % family, check_transformers, family)
for family in MODELS:
    for name, ranks, how, exact in (
            ("plain", {}, {}, True), ("gate and up", dict(down=0), {}, True),
            ("rslora", {}, dict(rslora=True), False), ("ranks 2, 4", dict(gate=2, up=4, down=5), dict(r=2), True),
            ("ranks 2, 3 rslora", dict(gate=2, up=3), dict(rslora=True), False)):
        peer.case("peft %s loads %s" % (family, name), check_loads, family, ranks, how, exact)
    for parameters in (PARAMETERS, PARAMETERS[:1], PARAMETERS[1:]):
        for rank in (3, 4):
            peer.case("peft %s saved %s, rank %d" % (family, "+".join(parameters), rank),
                      check_trained, family, parameters, rank)
        peer.case("peft %s before 0.19.1, %s" % (family, "+".join(parameters)), check_swapped, family, parameters)
peer.finish()
