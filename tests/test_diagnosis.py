"""The diagnosis of networks of which the truth is known."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.profiles import KINDS, SICK, level, luck, outlier
from pages.lessons.ways_out.recipes import RECIPES
from tests.support import ROOT
from tests.support.bad_input import NOT_NUMBERS, refuses, refuses_each
from vgcore.norms import compared, diagnose, diagnose_step, kinds, read_norms
from vgcore.studies.ways_out import deep_profile

EXAMPLES = ROOT / "pages/lessons/network/examples"
NAN, INF = float("nan"), float("inf")


def line(factor, layers):
    return factor ** np.arange(layers)[::-1]


@pytest.mark.parametrize("factor", [0.2, 0.5, 1.0, 1.02, 1.5])
def test_the_factor_of_an_exact_line_is_found(factor):
    found = diagnose(7e-5 * line(factor, 20))
    assert found.factor == pytest.approx(factor)
    assert found.interval == pytest.approx((factor, factor))
    assert found.first_over_last == pytest.approx(factor**19)
    assert found.kind == ("vanishing" if factor < 0.9 else "exploding" if factor > 1.1 else "level")
    np.testing.assert_allclose(found.line, 7e-5 * line(factor, 20))
    assert (found.layers, found.not_finite) == (tuple(range(20)), ())


@pytest.mark.parametrize("layers", [4, 9, 31])
def test_the_slope_is_the_median_of_all_pairs_and_the_interval_lies_around_it(layers):
    logs = luck(np.random.default_rng(layers), layers, 40)
    slopes = [(logs[i] - logs[j]) / (j - i) for i, j in combinations(range(layers), 2)]
    found = diagnose(10.0**logs)
    assert found.factor == pytest.approx(10.0 ** np.median(slopes))
    low, high = found.interval
    assert low * high == pytest.approx(found.factor**2)
    wide = diagnose(10.0 ** (3.0 * logs))
    assert np.log(wide.interval[1] / wide.factor) == pytest.approx(3.0 * np.log(high / found.factor))


def test_off_by_less_than_ten_is_level():
    assert diagnose(line(0.9, 20)).kind == "level"  # 0.9^19 = 0.14
    assert diagnose(line(0.8, 20)).kind == "vanishing"
    assert diagnose(line(1.25, 11)).kind == "level"
    assert diagnose(line(1.27, 11)).kind == "exploding"


@given(st.integers(-280, 280), st.sampled_from(list(KINDS)), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_the_unit_changes_nothing(power, kind, seed):
    norms, _ = KINDS[kind](np.random.default_rng(seed))
    norms = norms / norms.max() * 1e-3
    norms[norms < 1e-20] = 1e-20 * (norms[norms < 1e-20] > 0.0)
    one, other = diagnose(norms), diagnose(norms * 2.0**power)
    assert (one.kind, one.layers, one.trend) == (other.kind, other.layers, other.trend)
    np.testing.assert_allclose(one.factor, other.factor, rtol=1e-9)
    np.testing.assert_allclose(one.interval, other.interval, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_networks_of_known_truth_are_diagnosed_right(kind):
    rng = np.random.default_rng(2)
    right = []
    for _ in range(200):
        norms, layers = KINDS[kind](rng)
        found = diagnose(norms)
        right.append(found.kind == kind and layers in (None, found.layers))
    assert np.mean(right) >= (0.8 if kind == "level" else 0.98)


def test_at_most_one_healthy_network_in_fifty_is_called_sick():
    rng = np.random.default_rng(3)
    assert np.mean([diagnose(level(rng)[0]).kind in SICK for _ in range(1500)]) <= 0.02


@pytest.mark.parametrize("layers", [4, 5, 7, 12, 60])
def test_the_interval_holds_the_factor_of_99_networks_in_100(layers):
    rng = np.random.default_rng(layers)
    walks = np.cumsum(rng.normal(scale=0.1, size=(600, layers)), axis=1) + 0.2 * np.arange(layers)
    found = [diagnose(10.0**walk).interval for walk in walks]
    missed = np.mean([not low <= 10.0**-0.2 <= high for low, high in found])
    assert missed <= 0.01 + 3.0 * (0.01 * 0.99 / 600) ** 0.5


@pytest.mark.parametrize("layers", [4, 5, 6, 7, 20])
@pytest.mark.parametrize("slope", [-0.7, 0.0, 0.7])
def test_a_layer_that_is_off_by_3_5_powers_of_ten_is_found_wherever_it_stands(layers, slope):
    rng = np.random.default_rng(4)
    for layer in range(layers):
        for off in (-3.5, 3.5):
            for noise in (0.0, 0.1):
                logs = slope * np.arange(layers) + noise * rng.standard_normal(layers)
                logs[layer] += off
                found = diagnose(10.0**logs)
                assert (found.kind, found.layers) == ("outlier", (layer,))
                if layers > 4 and noise == 0.0:
                    assert found.factor == pytest.approx(10.0**-slope)
                    assert found.trend == (
                        "level" if slope == 0.0 else diagnose(line(10.0**-slope, layers)).kind
                    )


def test_it_is_found_in_noise_between_layers_too():
    rng, found = np.random.default_rng(5), []
    for _ in range(200):
        norms, layers = outlier(rng)
        found.append(diagnose(norms * 10.0 ** (0.3 * rng.standard_normal(len(norms)))).layers == layers)
    assert np.mean(found) >= 0.98


def test_two_broken_layers_do_not_blame_the_one_between():
    norms = np.ones(12)
    norms[[4, 6]] = 1e-4
    assert diagnose(norms).layers == (4, 6)


def test_a_step_is_no_single_layer():
    norms = np.where(np.arange(20) < 10, 1e-3, 1.0)
    assert diagnose(norms).kind == "unclear"
    assert diagnose(norms).trend == "unclear"


@pytest.mark.parametrize("run", [2, 3, 4])
def test_a_run_of_layers_that_is_far_off_is_no_level_profile(run):
    for off in (-3.5, 3.5, -6.0):
        norms = np.ones(12)
        norms[:run] = 10.0**off
        assert diagnose(norms).kind != "level"
        assert diagnose(norms[::-1]).kind != "level"


@pytest.mark.parametrize(
    "bend", [lambda k: 0.05 * (k - 10.0) ** 2, lambda k: 0.7 * np.maximum(k - 10.0, 0.0)]
)
def test_a_layer_that_is_off_is_found_on_a_bent_profile_and_none_where_it_only_bends(bend):
    logs = bend(np.arange(20.0))
    assert diagnose(10.0**logs).kind != "outlier"
    for layer in range(20):
        for off in (-3.5, 3.5):
            moved = logs + off * (np.arange(20) == layer)
            assert diagnose(10.0**moved)[0::4][:2] == ("outlier", (layer,))
    assert diagnose(10.0 ** np.r_[np.zeros(4), 2.0 * np.arange(1, 5)]).trend == "vanishing"


@pytest.mark.parametrize("norms", [[1e-300, 1.0, 1.0, 1e300], [5e-324] * 5])
def test_the_smallest_and_the_largest_numbers_are_no_trouble(norms):
    with np.errstate(all="raise"):
        assert diagnose(norms).not_finite == ()


def test_layers_that_cannot_be_compared_are_no_level_profile():
    assert diagnose([1.0, 1e-3] * 10 + [1.0]).kind == "unclear"


def test_two_zeros_side_by_side_are_dead_and_one_alone_is_out_of_line():
    one, two, apart = np.ones((3, 12))
    one[5] = two[5:7] = apart[[3, 8]] = 0.0
    assert diagnose(one)[0::4][:2] == ("outlier", (5,))
    assert diagnose(two)[0::4][:2] == ("dead", (5, 6))
    assert diagnose(apart)[0::4][:2] == ("outlier", (3, 8))
    found = diagnose([0.0] * 5 + [1e-12, 1e-9, 1e-6, 1e-3, 1.0])
    assert (found.kind, found.trend, found.layers) == ("dead", "vanishing", (0, 1, 2, 3, 4))
    assert found.factor == pytest.approx(1e-3)


@pytest.mark.parametrize("norms", [[1.0, 0.0, 1.0], [1.0, 0.0], [0.0], [0.0, NAN, 0.0]])
def test_a_zero_among_few_layers_is_reported_too(norms):
    zeros = tuple(l for l, norm in enumerate(norms) if norm == 0.0)
    assert diagnose(norms)[0::4][:2] == ("outlier", zeros)


def test_nothing_but_zeros_is_dead_and_has_no_factor():
    found = diagnose([0, 0, 0])
    assert (found.kind, found.layers, found.trend) == ("dead", (0, 1, 2), "unclear")
    assert np.isnan([found.factor, *found.interval, found.first_over_last, *found.line]).all()


def test_layers_that_are_not_finite_are_left_out_and_named():
    norms = line(0.5, 12)
    norms[[0, 5, 11]] = NAN, INF, NAN
    found = diagnose(norms)
    assert (found.kind, found.not_finite) == ("vanishing", (0, 5, 11))
    assert found.factor == pytest.approx(0.5)
    assert found.first_over_last == pytest.approx(0.5**9)
    found = diagnose([NAN, INF])
    assert (found.kind, found.layers, found.not_finite) == ("unclear", (), (0, 1))


@pytest.mark.parametrize("norms", [[1.0], [1.0, 9.0], [1e-5, 1e-2, 1.0], [1e-5, NAN, 1e-2, 1.0]])
def test_fewer_than_four_layers_are_too_few(norms):
    found = diagnose(norms)
    assert found.kind == "unclear"
    assert found.interval == (0.0, INF) or np.isnan([found.factor, *found.interval]).all()


def test_the_layers_have_the_names_that_they_are_given():
    assert diagnose([0, 0, 1], "abc").names == ("a", "b")
    assert diagnose([0, 0, 1]).names == ("1", "2")


def test_a_thousand_layers_are_judged_through_some_of_them():
    found = diagnose(line(0.999, 5000))
    assert found.kind == "vanishing"
    assert found.factor == pytest.approx(0.999)


def test_bad_norms_are_refused():
    refuses_each([norm for norm in NOT_NUMBERS if not isinstance(norm, list)], diagnose)
    refuses_each([[], [[1.0, 2.0]], ["1", "2"], [None], [1.0, [2.0]]], diagnose)
    refuses_each([-0.5, -INF], lambda bad: diagnose([1.0, bad, NAN]))
    for names in ([], ["a"], "abcd"):
        with refuses(list(names)):
            diagnose([1.0, 2.0, 3.0], names)
    with refuses(5):
        diagnose([1.0], 5)


@pytest.mark.parametrize(
    ("recipe", "hidden", "kind"),
    [
        ("relu_he", 50, "level"),
        ("relu_layer", 50, "level"),
        ("relu_scaled_skip", 50, "level"),
        ("sigmoid", 6, "vanishing"),
        ("sigmoid", 50, "vanishing"),
        ("relu_lecun", 50, "vanishing"),
        ("relu_batch", 50, "exploding"),
        ("relu_skip", 30, "exploding"),
    ],
)
def test_networks_of_lesson_6_are_diagnosed_right(recipe, hidden, kind):
    _judged({**RECIPES[recipe], "batch": 100}, hidden, kind)


def test_tanh_at_the_edge_is_level():
    critical = {"activation": "tanh", "init": "lecun_normal", "scale": 1.76095**0.5, "bias_std": 0.05**0.5}
    _judged({**critical, "batch": 100}, 50, "level")


def _judged(recipe, hidden, kind):
    profile = deep_profile(recipe, hidden, 100, seeds=1)
    found = diagnose(profile.rms[0].to_float())
    assert found.kind == kind
    assert found.factor == pytest.approx(profile.factor, rel=0.05)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("healthy", "level"),
        ("vanishing", "vanishing"),
        ("exploding", "exploding"),
        ("dead", "dead"),
        ("broken", "outlier"),
        ("transformer", "level"),
        ("copies", "alike"),
    ],
)
def test_the_examples_are_what_they_are_called(name, kind):
    text = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    assert text.startswith("# ")
    read = read_norms(text)
    assert read.problems == []
    assert read.given.all()
    found = diagnose_step(read, 0)[1]
    assert found.kind == kind
    if name == "broken":
        assert found.names == ("fc7.weight",)
    if name == "dead":
        assert found.names == tuple(f"fc{l}.weight" for l in range(1, 8))


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (
            "fc1.weight conv1.kernel dense/kernel:0 h.0.attn.c_attn.weight self_attn.in_proj_weight w1 W",
            "weight",
        ),
        ("['params']['Dense_0']['kernel'] lm_head.weight weight_ih_l0 1 2 head", "weight"),
        ("ensemble.0.weight member.weight assembler remember enormous normal_head beta_net.weight", "weight"),
        ("NormalFlow.fc1.weight a b c", "weight"),
        ("fc1.bias dense/bias self_attn.in_proj_bias bias_hh_l0 ['layer1']['b'] b1 biases", "bias"),
        ("norm1.weight bn1.bias ln_f.weight h.3.ln_1.bias batch_normalization/gamma beta", "norm"),
        (
            "LayerNorm_0/scale encoder.embeddings.LayerNorm.weight q_norm.weight batchnorm1 norms.0.weight",
            "norm",
        ),
        (
            "wte.weight transformer.wpe.weight embed_tokens.weight pos_embed embedding/embeddings emb1",
            "embedding",
        ),
    ],
)
def test_a_name_says_what_a_layer_is(names, kind):
    assert kinds(names.split()) == [kind] * len(names.split())


def test_b_is_a_bias_beside_w():
    assert kinds(["W", "b"]) == ["weight", "bias"]


@pytest.mark.parametrize("step", [2, -1, True, None, 0.0])
def test_a_step_that_is_not_there_is_refused(step):
    with refuses(step):
        compared(read_norms("a: 1\nb: 2\n" * 2), step)


def test_a_weight_of_one_dimension_is_a_norms():
    assert kinds(["1.weight", "1.weight", "1.bias"], ["64", "64x3x3x3", "64"]) == ["norm", "weight", "bias"]
    assert kinds([]) == []
    with refuses(["64"]):
        kinds(["a", "b"], ["64"])


def test_weights_are_compared_and_all_where_there_are_none():
    rows = [f"0,fc{l}.weight,1\n0,fc{l}.bias,1" for l in range(3)]
    read = read_norms("\n".join(rows) + "\n0,norm.weight,1\n1,norm.weight,1\n1,wte,1")
    assert list(compared(read, 0)) == [0, 2, 4]
    assert {read.names[l] for l in compared(read, 1)} == {"norm.weight", "wte"}


def test_a_step_is_judged_by_the_layers_that_are_compared():
    lines = (f"{s},w{k},{10.0 ** (k * s)}\n{s},b{k}.bias,1" for s in (0, 1) for k in range(6))
    read = read_norms("\n".join(lines))
    for step, kind in enumerate(("level", "vanishing")):
        layers, found = diagnose_step(read, step)
        assert layers.tolist() == compared(read, step).tolist() == list(range(0, 12, 2))
        assert (found.kind, found.names[-1]) == (kind, "w5")
    with pytest.raises(ValueError, match="2 steps, not 2"):
        diagnose_step(read, 2)


def test_a_gradient_over_its_weights_is_told_where_both_are_known():
    text = "a,1,2\nb,0,1\nc,1,0\nd,nan,1\ne,3,\nf,1e-300,1e300\ng,6,2\n"
    read = read_norms("layer,grad_norm,weight_norm\n" + text)
    seen = read.over_weights(-1, np.arange(len(read.names)))
    np.testing.assert_array_equal(seen, [0.5, np.nan, np.nan, np.nan, np.nan, np.nan, 3.0])
