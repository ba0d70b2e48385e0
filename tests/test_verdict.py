"""The verdict on networks of which the truth is known, and every fault by its smallest input."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.diagnosis import MADE
from tests.support.bad_input import refuses
from vgcore.norms import SICK, diagnose, diagnose_all, diagnose_step, kinds, read_norms
from vgcore.norms.kinds import order, parameters

NETWORKS = Path(__file__).parent / "data/networks"
SMALL = NETWORKS / "small"
TRUTH = json.loads((NETWORKS / "truth.json").read_text(encoding="utf-8"))
NAN = float("nan")


def load(name):
    return read_norms((NETWORKS / name).read_text(encoding="utf-8"))


def table(rows, header="layer,grad_norm"):
    return read_norms("\n".join([header, *rows]))


def keys(found):
    return {reason.key for reason in found.reasons}


def slots(found, key):
    return next(reason.slots for reason in found.reasons if reason.key == key)


# -- every fault by its smallest input


@pytest.mark.parametrize(
    ("name", "kind", "grade", "key"),
    [
        ("f1_bias_vanish", "fading_both", "stuck", "cancels"),
        ("f1_four", "fading_both", "stuck", "cancels"),
        ("f2_all_huge", "exploding_both", "stuck", "cancels"),
        ("f2_all_tiny", "small", "stuck", "small"),
        ("three", "vanishing", "stuck", "adam_starved"),
        ("declared_backwards", "vanishing", "stuck", "adam_evens"),
        ("lora", "wakes", "fine", "wakes"),
        ("zero_gamma", "wakes", "fine", "wakes"),
        ("zero_head", "wakes", "fine", "wakes"),
        ("layerscale", "level", "fine", "small_scales"),
        ("moe", "level", "fine", "asleep"),
        ("stochastic_depth", "level", "fine", "asleep"),
    ],
)
def test_every_fault_is_found_in_its_smallest_input(name, kind, grade, key):
    for found in diagnose_all(load(f"small/{name}.csv")):
        assert (found.kind, found.grade) == (kind, grade)
        assert key in keys(found)


def test_what_goes_back_and_what_goes_forth_cancel():
    found = diagnose_all(load("small/f1_bias_vanish.csv"))[0]
    assert (found.back, found.forward) == pytest.approx((0.3, 0.3), rel=0.01)
    assert (found.factor, found.source) == (pytest.approx(1.0), "biases")


def test_the_gradient_at_the_outputs_sees_a_network_without_biases():
    rows = [f"l{l}.weight,100x100,1e-3,{0.3 ** (5 - l)}" for l in range(6)]
    assert (
        diagnose_step(table([row.rsplit(",", 1)[0] for row in rows], "layer,shape,grad_norm"), 0)[1].kind
        == "level"
    )
    found = diagnose_step(table(rows, "layer,shape,grad_norm,delta"), 0)[1]
    assert (found.kind, found.source) == ("fading_both", "deltas")
    assert (found.back, found.forward) == pytest.approx((0.3, 0.3))


def test_a_bias_before_a_normalisation_has_only_rounding():
    rows = []
    for l in range(6):
        rows += [
            f"conv{l}.weight,16x16x3x3,0.1",
            f"conv{l}.bias,16,{10.0 ** (l - 12)}",
            f"bn{l}.weight,16,0.1",
        ]
    found = diagnose_step(table(rows, "layer,shape,grad_norm"), 0)[1]
    assert (found.kind, found.back) == ("level", None)
    assert slots(found, "rounded_biases")["names"] == tuple(f"conv{l}.bias" for l in range(6))


def test_a_head_that_starts_small_is_no_outlier():
    rows = [f"fc{l}.weight,64x64,0.002" for l in range(7)]
    assert (
        diagnose_step(table([*rows, "head.weight,10x64,0.2"], "layer,shape,grad_norm"), 0)[1].kind == "level"
    )
    assert (
        diagnose_step(table([*rows, "head.weight,10x64,20"], "layer,shape,grad_norm"), 0)[1].kind == "outlier"
    )


def test_a_last_layer_that_jumps_is_part_of_the_fall():
    rows = [f"Dense_{l}.kernel,{norm}" for l, norm in enumerate((4.6e-06, 2.9e-05, 0.00019, 0.0013, 0.84))]
    assert diagnose_step(table(rows), 0)[1].kind == "vanishing"


def test_a_fall_of_5400_over_five_layers_vanishes_though_the_interval_holds_1():
    found = diagnose([1.1759e-06, 3.0807e-06, 7.3582e-06, 0.00016833, 0.006355])
    assert (found.kind, found.grade) == ("vanishing", "stuck")
    assert found.interval[1] > 1.0
    assert found.first_over_last == pytest.approx(1.1759e-06 / 0.006355)


@pytest.mark.parametrize(("last", "kind"), [(1e3, "slope"), (1e4, "vanishing")])
def test_a_slope_is_sick_where_nobody_waits_so_long(last, kind):
    rows = [f"fc{l}.weight,64x64,{1e-5 * last ** (l / 9)}" for l in range(10)]
    read = table(rows, "layer,shape,grad_norm")
    found = diagnose_step(read, 0)[1]
    assert (found.kind, found.trend) == (kind, "vanishing")
    assert slots(found, "descent_waits")["times"] == pytest.approx(last)
    assert slots(found, "adam_evens")["share"] == 0.0
    assert diagnose_step(read, 0, "adam")[1].kind == "slope"
    assert "adam_evens" not in keys(diagnose_step(read, 0, "descent")[1])
    starved = diagnose_step(read._replace(norms=read.norms * 1e-4), 0, "adam")[1]
    assert starved.kind == kind
    assert slots(starved, "adam_starved")["share"] > 0.0


@pytest.mark.parametrize(
    ("powers", "grade"), [(-3.2, "waits"), (-3.6, "stuck"), (2.8, "waits"), (3.2, "stuck")]
)
def test_numbers_alone_have_a_grade_too(powers, grade):
    found = diagnose(10.0 ** np.linspace(powers, 0.0, 10))
    assert (found.kind, found.grade) == ("vanishing" if powers < 0.0 else "exploding", grade)


def test_wide_intervals_are_unclear_and_say_so():
    found = diagnose_step(table([f"l{l}.weight,{10.0 ** (2 * (l % 2))}" for l in range(8)]), 0)[1]
    assert found.kind == "unclear"
    assert slots(found, "wide")["low"] < 0.5
    found = diagnose_step(table(["a.weight,1", "b.weight,1"]), 0)[1]
    assert (found.kind, slots(found, "few")) == ("unclear", {"count": 2, "least": 4})


def test_first_over_last_and_largest_over_smallest_are_of_the_data():
    norms = [2.0, 9.0, 0.5, 1.0, 1.0, 4.0]
    for found in (
        diagnose(norms),
        diagnose_step(table([f"l{l}.weight,{n}" for l, n in enumerate(norms)]), 0)[1],
    ):
        assert found.first_over_last == pytest.approx(0.5)
        assert found.largest_over_smallest == pytest.approx(18.0)


# -- zeros, and what is no number


def at_steps(*steps):
    """Return the norms of fc0.weight, fc1.weight, ... at steps."""
    rows = [
        f"{s},fc{l}.weight,64x64,{n},8,{int(n == 0)}"
        for s, step in enumerate(steps)
        for l, n in enumerate(step)
    ]
    return table(rows, "step,layer,shape,grad_norm,weight_norm,zeros")


def test_dead_at_another_step_too_means_from_now_on():
    dying = at_steps([1] * 6, [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1])
    assert [one.kind for one in diagnose_all(dying)] == ["level", "dead", "dead"]
    waking = at_steps([0, 0, 0, 1, 1, 1], [1] * 6)
    assert [one.kind for one in diagnose_all(waking)] == ["unclear", "level"]
    assert slots(diagnose_all(waking)[0], "asleep")["names"] == ("fc0.weight", "fc1.weight", "fc2.weight")


def test_nothing_anywhere_is_no_verdict_unless_nothing_moves():
    one = diagnose_step(at_steps([0] * 5), 0)[1]
    assert (one.kind, one.grade) == ("nothing", "fine")
    still = diagnose_all(at_steps([0] * 5, [0] * 5))
    assert [found.kind for found in still] == ["dead", "dead"]
    moving = at_steps([0] * 5, [0] * 5)
    moving.weights[1] *= 1.01
    assert [found.kind for found in diagnose_all(moving)] == ["nothing", "nothing"]


def test_a_number_that_was_only_printed_as_zero_is_not_dead():
    rows = [f"fc{l}.weight,{0 if l < 3 else 10.0 ** (l - 9)},{0.1 if l < 3 else 0}" for l in range(8)]
    found = diagnose_step(table(rows, "layer,grad_norm,zeros"), 0)[1]
    assert found.kind != "dead"
    assert slots(found, "too_small_to_print")["names"] == ("fc0.weight", "fc1.weight", "fc2.weight")


def test_a_part_that_nothing_hears_is_named_and_is_no_sickness():
    healthy = [f"trunk.{l}.weight,0.1" for l in range(6)]
    found = diagnose_step(table([*healthy, "head_class.weight,0.1", "head_aux.weight,0"]), 0)[1]
    assert (found.kind, slots(found, "unused")["names"]) == ("level", ("head_aux.weight",))
    beside = [f"online.{l}.weight,0.1" for l in range(5)] + [f"target.{l}.weight,0" for l in range(5)]
    found = diagnose_step(table(beside), 0)[1]
    assert (found.kind, len(slots(found, "unused")["names"])) == ("level", 5)
    rnn = [f"rnn.weight_{which}_l{l},0.1" for l in range(4) for which in ("ih", "hh")]
    found = diagnose_step(table([*rnn, "rnn.weight_ih_l4,0.1", "rnn.weight_hh_l4,0", "fc.weight,0.1"]), 0)[1]
    assert (found.kind, slots(found, "unused")["names"]) == ("level", ("rnn.weight_hh_l4",))


def test_a_scaler_skips_a_step_and_all_nan_is_the_end():
    skipped = at_steps([1, 1, NAN, float("inf"), 1, 1], [1] * 6)
    found = diagnose_all(skipped)
    assert [one.kind for one in found] == ["level", "level"]
    assert slots(found[0], "skipped_step")["names"] == ("fc2.weight", "fc3.weight")
    ended = diagnose_step(at_steps([1] * 6, [NAN] * 6), 1)[1]
    assert (ended.kind, ended.grade, slots(ended, "not_finite")["all"]) == ("not_finite", "stuck", True)


# -- attention and neurons


@pytest.mark.parametrize(
    "names",
    [
        "attn.{}_proj.weight",
        "self_attn.in_proj_weight.{}",
        "attention.self.{}.weight",
        "attention.w{}.weight",
        "attn.to_{}.weight",
        "MultiHeadDotProductAttention_0/{}/kernel",
    ],
)
def test_tokens_that_are_alike_are_told(names):
    words = ("query", "key", "value") if "self.{}" in names or "Dot" in names else "qkv"
    rows = []
    for l in range(6):
        for word, norm in zip(words, (1e-6, 2e-6, 0.1) if l > 3 else (0.01, 0.01, 0.1), strict=True):
            rows.append(f"blocks.{l}.{names.format(word)},32x32,{norm}")
    found = diagnose_step(table(rows, "layer,shape,grad_norm"), 0)[1]
    assert found.kind == "alike"
    assert found.names == tuple(f"blocks.{l}.{names.format(word)}" for l in (4, 5) for word in words[:2])
    assert slots(found, "alike")["share"] == pytest.approx(2e-5)


@pytest.mark.parametrize(("depth", "kind"), [(16, "dying"), (8, "level")])
def test_a_layer_with_a_single_neuron_alive_is_dying_where_the_network_is_deep_and_narrow(depth, kind):
    rows = []
    for l in range(depth):
        rows += [f"fc{l}.weight,5x5,0.1,0.2", f"fc{l}.bias,5,0.1,{0.8 if l == 3 else 0.2}"]
    read = table([*rows, "out.weight,6x5,0.1,0.2", "out.bias,6,0.1,0.8"], "layer,shape,grad_norm,zeros")
    found = diagnose_step(read, 0)[1]
    assert found.kind == kind
    if kind == "dying":
        assert (found.names, slots(found, "dying")["living"]) == (("fc3.bias",), 1)


# -- whatever the scale, the order, the widths


@pytest.mark.parametrize("scale", [1e-8, 65536.0])
@pytest.mark.parametrize("name", TRUTH)
def test_a_scale_of_the_loss_changes_no_verdict(name, scale):
    read = load(name)
    scaled = read._replace(norms=read.norms * scale)
    assert [one.kind for one in diagnose_all(scaled)] == [one.kind for one in diagnose_all(read)]


@pytest.mark.parametrize(
    "name", ["ATdemo_Gradient_Vanish_Case.csv", "zoo_MLP_He_ReLU_20x100.csv", "zoo_Mixer_6.csv"]
)
def test_a_network_that_is_printed_last_layer_first_is_turned(name):
    header, *rows = (NETWORKS / name).read_text(encoding="utf-8").splitlines()
    first = [row for row in rows if row.startswith("0,")]
    there = diagnose_step(read_norms("\n".join([header, *first])), 0)[1]
    read = read_norms("\n".join([header, *first[::-1]]))
    back = diagnose_step(read, 0)[1]
    assert (back.kind, back.factor) == (there.kind, pytest.approx(there.factor))
    assert {"turned", "sorted"} & {note.what for note in read.notes}


TRANSFORMERS = [
    "zoo_ViT_pre_norm_6",
    "zoo_ViT_post_norm_6",
    "zoo_GPT_2_style_untied",
    "zoo_nn_TransformerEncoder_post",
]


def depth_of(read):
    """Return how deep every parameter stands, from 0 to 1."""
    found = parameters(read.names, read.shapes)
    blocks = sorted({one.place for one in found if one.place})
    at, depth = 0.0, []
    for one in found:
        at = blocks.index(one.place) / (len(blocks) - 1) if one.place else at
        depth.append(at)
    return np.array(depth)


@pytest.mark.parametrize(("powers", "trend"), [(-2.0, "vanishing"), (2.0, "exploding")])
@pytest.mark.parametrize("name", TRANSFORMERS)
def test_a_slope_over_the_profile_of_a_transformer_is_found(name, powers, trend):
    read = load(f"{name}.csv")
    bent = read._replace(norms=read.norms * 10.0 ** (powers * (1.0 - depth_of(read))))
    found = diagnose_step(bent, 0)[1]
    assert (found.kind, found.trend, found.per) == (trend, trend, "block")


@pytest.mark.parametrize("off", [-3.5, 3.5])
@pytest.mark.parametrize(
    "name", [*TRANSFORMERS, "zoo_MLP_He_ReLU_20x100", "zoo_ResNet_4_blocks_BN", "zoo_SwiGLU_6_LLaMA_names_"]
)
def test_a_layer_that_is_off_is_named_and_not_its_neighbour(name, off):
    read = load(f"{name}.csv")
    for layer in diagnose_step(read, 0)[0]:
        moved = read.norms.copy()
        moved[0, layer] *= 10.0**off
        found = diagnose_step(read._replace(norms=moved), 0)[1]
        assert (found.kind, found.names) == ("outlier", (read.names[layer],))


@pytest.mark.parametrize("kind", MADE)
def test_networks_of_the_engine_are_called_what_they_are(kind):
    rng, wanted = np.random.default_rng(5), kind.split(",")[0]
    found = [diagnose_step(MADE[kind](rng), 0)[1].kind for _ in range(6)]
    assert sum(one == wanted for one in found) >= 5
    if wanted == "level":
        assert not set(found) & set(SICK)


# -- the networks whose truth is given


def sick_at(group):
    """Return, of every network of a group, whether it is called sick at each of its steps."""
    names = [name for name, said in TRUTH.items() if said["group"] == group]
    return [[one.kind in SICK for one in diagnose_all(load(name))] for name in names]


def test_healthy_networks_are_not_called_sick_at_any_step():
    assert sum(any(steps) for steps in sick_at("modern")) <= 1
    assert sum(any(steps) for steps in sick_at("AT-normal")) == 0


def test_sick_networks_are_caught():
    buggy, made = sick_at("AT-buggy"), sick_at("sick")
    assert sum(steps[0] for steps in buggy) == len(buggy)
    assert sum(steps[0] for steps in made) >= len(made) - 1
    assert sum(any(steps) for steps in made) == len(made)


# -- names


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "weight",
            "patch_embed.proj.weight:24x1x4x4 time_embedding.linear_1.weight:24x8 W:5x5 1.weight_v:5x5",
        ),
        (
            "weight",
            "1.parametrizations.weight.original1:64x64 blocks.0.attn.qkv.weight:144x48 h.0.c_attn.weight",
        ),
        ("token", "cls_token:1x1x48 prompt_tokens:1x4x48 query_embed:1x4x32"),
        (
            "scale",
            "blocks.0.lambda1:1 blocks.0.gamma:24 ls1.gamma:24 resweight:12 1.weight_g:64x1 logit_scale",
        ),
        ("scale", "1.parametrizations.weight.original0:64x1 blocks.0.layer_scale_1:48"),
        ("other", "mixer.A_log:24x4 mixer.D:24 mixer.dt_bias:24"),
        ("embedding", "relative_attention_bias.weight:32x4 wte.weight:50x8 pos_embed:1x16x48"),
        ("norm", "bn1.weight:16 LayerNorm_0/scale:8 batch_normalization/gamma:8 norm.bias:8"),
        ("bias", "fc.bias:8 self_attn.in_proj_bias:96 rnn.bias_hh_l0:64 attn.bias_k:1x1x8"),
    ],
)
def test_a_name_and_a_shape_say_what_a_parameter_is(kind, names):
    each = [name.partition(":") for name in names.split()]
    assert kinds([name for name, _, _ in each], [shape for _, _, shape in each]) == [kind] * len(each)


@pytest.mark.parametrize(
    ("name", "role", "place", "branch"),
    [
        ("blocks.3.attn.q_proj.weight", "blocks.{i}.attn.q_proj.weight", (3,), ""),
        ("layer2.1.conv1.weight", "layer{i}.{i}.conv1.weight", (2, 1), ""),
        ("layers.4.2.weight", "layers.{i}.2.weight", (4,), ""),
        ("stages.1.blocks.2.mlp.fc1.weight", "stages.{i}.blocks.{i}.mlp.fc1.weight", (1, 2), ""),
        ("layers.0.experts.3.0.weight", "layers.{i}.experts.{e}.0.weight", (0,), ""),
        ("members.2.5.weight", "members.{e}.{i}.weight", (5,), "members2"),
        ("actor.4.weight", "actor.{i}.weight", (4,), "actor"),
        ("rnn.weight_hh_l1_reverse", "rnn.weight_hh_l{i}_reverse", (1,), ""),
        ("fc12.weight", "fc{i}.weight", (12,), ""),
        ("0.parametrizations.weight.original1", "{i}.parametrizations.weight.original1", (0,), ""),
        ("head.weight", "head.weight", (), ""),
    ],
)
def test_a_role_is_a_name_without_its_depth(name, role, place, branch):
    found = parameters([name], ["8x8"])[0]
    assert (found.role, found.place, found.branch) == (role, place, branch)


@pytest.mark.parametrize(
    "pair",
    [
        "fc1.weight fc1.bias",
        "self_attn.in_proj_weight self_attn.in_proj_bias",
        "rnn.weight_hh_l1_reverse rnn.bias_hh_l1_reverse",
        "['params']['Dense_0']['kernel'] ['params']['Dense_0']['bias']",
        "mlp/~/linear_0/w mlp/~/linear_0/b",
        "dense_1/kernel:0 dense_1/bias:0",
        "1.parametrizations.weight.original1 1.bias",
        "W3 b3",
    ],
)
def test_a_weight_and_its_bias_are_of_one_module(pair):
    weight, bias = parameters(pair.split())
    assert (weight.kind, bias.kind) == ("weight", "bias")
    assert weight.module == bias.module


@pytest.mark.parametrize(
    ("names", "wanted", "why"),
    [
        ("head layer2 layer1 layer0", "layer0 layer1 layer2 head", "turned"),
        (
            "decoder.0 decoder.1 encoder.0 encoder.1",
            "encoder.0 encoder.1 decoder.0 decoder.1",
            "decoder_last",
        ),
        ("stem head blocks.0 blocks.1", "stem blocks.0 blocks.1 head", "ends"),
        ("stem blocks.0 blocks.1 head", "stem blocks.0 blocks.1 head", ""),
        ("a b c", "a b c", ""),
    ],
)
def test_the_order_is_that_of_the_modules_where_names_say_so(names, wanted, why):
    names = [f"{name}.weight" for name in names.split()]
    own, said = order(names, parameters(names))
    assert ([names[k] for k in own], said) == ([f"{name}.weight" for name in wanted.split()], why)


def test_an_optimiser_that_is_not_known_is_refused():
    with refuses("sgd"):
        diagnose_step(at_steps([1] * 5), 0, "sgd")


@pytest.mark.parametrize("norm", ["1", "0", "nan"])
def test_nineteen_thousand_layers_take_seconds(norm):
    read = read_norms("\n".join(f"l{l}:{norm if l % 7 else 1}" for l in range(19_000)))
    begun = time.perf_counter()
    diagnose_step(read, 0)
    assert time.perf_counter() - begun < 10.0
