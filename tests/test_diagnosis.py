"""The diagnosis of networks of which the truth is known, and the reader on any text."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.lessons.ways_out.recipes import CURES
from tests.bad_input import NOT_NUMBERS, refuses, refuses_each
from tests.profiles import KINDS, SICK, level, luck, outlier
from vgcore.studies.diagnosis import COLUMNS, MOST_BYTES, compared, diagnose, diagnose_step, kinds, read_norms
from vgcore.studies.ways_out import deep_profile

EXAMPLES = Path(__file__).parent.parent / "pages/lessons/network/examples"
NAN, INF = float("nan"), float("inf")
HEADER = ",".join(COLUMNS[:6])


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
    ("cure", "hidden", "kind"),
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
def test_networks_of_lesson_6_are_diagnosed_right(cure, hidden, kind):
    _judged({**CURES[cure], "batch": 100}, hidden, kind)


def test_tanh_at_the_edge_is_level():
    critical = {"activation": "tanh", "init": "lecun_normal", "scale": 1.76095**0.5, "bias_std": 0.05**0.5}
    _judged({**critical, "batch": 100}, 50, "level")


def _judged(cure, hidden, kind):
    profile = deep_profile(cure, hidden, 100, seeds=1)
    found = diagnose(profile.rms[0])
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
    ],
)
def test_the_examples_are_what_they_are_called(name, kind):
    text = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    assert text.startswith("# ")
    read = read_norms(text)
    assert read.problems == []
    assert read.given.all()
    weights = np.array(kinds(read.names, read.shapes)) == "weight"
    found = diagnose(read.norms[0, weights], np.array(read.names)[weights])
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


FORMS = {
    "[0.1, 2e-3,\n 3]": (["1", "2", "3"], [0.1, 0.002, 3.0]),
    "0.1\r\n2\r3\n": (["1", "2", "3"], [0.1, 2.0, 3.0]),
    "0.1;2\t3 4": (["1", "2", "3", "4"], [0.1, 2.0, 3.0, 4.0]),
    "\ufeff# norms\n\n1 # one\n2": (["1", "2"], [1.0, 2.0]),
    "a: 1\nb = 2\nc 3\nd,4\nlayer 5: 5\ne:6": (["a", "b", "c", "d", "layer 5", "e"], [1, 2, 3, 4, 5, 6]),
    "{'a': 1, 'b': 2e-9}": (["a", "b"], [1.0, 2e-9]),
    "[('a', 1), ('b', 2)]": (["a", "b"], [1.0, 2.0]),
    "['p']['k']: 1\ndense/kernel:0: 2": (["['p']['k']", "dense/kernel:0"], [1.0, 2.0]),
    "[np.float32(1.5), np.float64(2)]": (["1", "2"], [1.5, 2.0]),
    "a: tensor(1., device='cuda:0')\nb: Array(2, dtype=float32)": (["a", "b"], [1.0, 2.0]),
    "0 1\n1 2\n2 4": (["0", "1", "2"], [1.0, 2.0, 4.0]),
    "0 .5\n2 .4\n4 .3\nloss: 1": (["0", "2", "4", "loss"], [0.5, 0.4, 0.3, 1.0]),
    "0,1,.5\n0,2,.4\n0,3,.3": (["1", "2", "3"], [0.5, 0.4, 0.3]),
    "0,1,100x784,.5,8.1,0.25\n0,2,,.4,,": (["1", "2"], [0.5, 0.4]),
    "step layer grad_norm\n0 a 1\n0 b 2": (["a", "b"], [1.0, 2.0]),
    "0.1 | 0.2\n| a | 1 |": (["1", "2", "a"], [0.1, 0.2, 1.0]),
    "a: 1\x0bb: 2\u2028c: 3": (["a", "b", "c"], [1.0, 2.0, 3.0]),
    "grad_norm, 0.5\nfc1, 0.3": (["grad_norm", "fc1"], [0.5, 0.3]),
    "w: 1\nw: 2\nw (2): 3": (["w", "w (2)", "w (2) (2)"], [1.0, 2.0, 3.0]),
    "0 5\n0 4\n0 3": (list("123456"), [0.0, 5.0, 0.0, 4.0, 0.0, 3.0]),
    "0 1\n2 4": (["1", "2", "3", "4"], [0.0, 1.0, 2.0, 4.0]),
    "w: 1\nw: 2\nw: 3": (["w", "w (2)", "w (3)"], [1.0, 2.0, 3.0]),
    "a: nan\nb: inf": (["a", "b"], [NAN, INF]),
    "7,a,2x3,1,,\n7,b,4,2,,": (["a", "b"], [1.0, 2.0]),
    "0, a, 1\n0, b, 2": (["a", "b"], [1.0, 2.0]),
    "grad_norm\n1\n2": (["1", "2"], [1.0, 2.0]),
    '"Layer";"grad_norm"\n"a";"1"': (["a"], [1.0]),
}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_read(text):
    names, norms = FORMS[text]
    read = read_norms(text)
    assert (read.names, read.problems) == (names, [])
    np.testing.assert_array_equal(read.norms, [norms])


def test_a_table_has_all_columns_in_any_order():
    rows = "0,fc1,3x2,0.1,5,0.25\n0,fc2,,0.2,,\n10,fc1,3x2,0.3,6,0\n"
    read = read_norms(f"{HEADER}\n{rows}")
    assert (read.names, read.steps, read.shapes, read.problems) == (["fc1", "fc2"], [0, 10], ["3x2", ""], [])
    np.testing.assert_array_equal(read.norms, [[0.1, 0.2], [0.3, NAN]])
    np.testing.assert_array_equal(read.weights, [[5.0, NAN], [6.0, NAN]])
    np.testing.assert_array_equal(read.zeros, [[0.25, NAN], [0.0, NAN]])
    np.testing.assert_array_equal(read.given, [[True, True], [True, False]])
    order = [3, 1, 5, 0, 4, 2]
    for separator in ",;\t":
        turned = [separator.join(text.split(",")[k] for k in order) for text in [HEADER, *rows.split()]]
        other = read_norms("\r\n".join(turned))
        assert other.problems == []
        for one, same in zip(read, other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_names_that_come_round_are_steps():
    read = read_norms("0 .5\n1 .4\n2 .3\n" * 2)
    assert (read.names, read.steps) == (["0", "1", "2"], [0, 1])
    read = read_norms("a: 1\nb: 2\n" * 3 + "a: 9")
    assert (read.names, read.steps) == (["a", "b"], [0, 1, 2, 3])
    np.testing.assert_array_equal(read.norms, [[1, 2]] * 3 + [[9, NAN]])
    assert read_norms("a: 1\nb: 2\na: 3\nc: 4").names == ["a", "b", "a (2)", "c"]


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("1,2", [1, 2]),
        ("0.1, 0.2\n0.3, 0.4", [0.1, 0.2, 0.3, 0.4]),
        ("1,2,3\n4,5", [1, 2, 3, 4, 5]),
        ("1,5\n2,6\n3,7", [5, 6, 7]),  # layers and their norms
        ("[1,2]\n[3,4]", [1, 2, 3, 4]),
        ("layer 0,5\nlayer 1,3\nlayer 2,4", [5, 3, 4]),
    ],
)
def test_commas_that_part_numbers_part_them(text, norms):
    read = read_norms(text)
    assert (read.norms[0].tolist(), read.problems) == (norms, [])


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Epoch 1/10\n1\n2", [(1, "line")]),
        (
            "1\n\n-2\nb: x\nc: None\n[1, None, 3]",
            [(3, "negative"), (4, "line"), (5, "number"), (6, "number")],
        ),
        (f"{HEADER},lr\n0,a,,1,,,0.1\n0,b,1", [(1, "column"), (3, "fields")]),
        (
            f"{HEADER}\nx,a,,1,y,2\n0,b,,,,\n0,c,,-1,,\n0,d,,1,,",
            [(2, "step"), (2, "weight_norm"), (2, "zeros"), (3, "number"), (4, "negative")],
        ),
        ("0,5\n0,25\n1\n1,2e-3", [(1, "comma"), (2, "comma"), (4, "comma")]),
        ("+0,5\n-0,3\n1", [(1, "comma"), (2, "comma")]),
        ("0,5 # first\n0,25,\n1", [(1, "comma"), (2, "comma")]),
        ("0,5;0,25;0,1\n1", [(1, "comma")]),
        ("0,5 0,25\t0,1\n1", [(1, "comma")]),
        ("fc1 0,5\nfc2: 0,25\nfc3 = 0,1\n1", [(1, "comma"), (2, "comma"), (3, "comma")]),
        ("0 .5\n1 .4\n2 None\n3 .2", [(3, "number")]),
        ("1\nfc1: 0.1 fc2: 0.2\nfc1=1 fc2=2\nfc1 0.1 fc2 0.2\na: 1 nan", [(l, "line") for l in (2, 3, 4, 5)]),
        ("1\nfc1 (100, 784) 0.5\n0 fc1 9x9 0.1 8.1 0.2\n1_0", [(2, "line"), (3, "line"), (4, "line")]),
        ("\n".join(f"{k},l{k},1" for k in range(600)), [(k, "table") for k in range(501, 601)]),
    ],
)
def test_what_cannot_be_read_is_quoted_with_its_line(text, reasons):
    read = read_norms(text)
    assert [(problem.line, problem.reason) for problem in read.problems] == reasons
    for problem in read.problems:
        assert problem.text == text.split("\n")[problem.line - 1].strip()
    assert read.given.any()


PIECES = st.sampled_from(
    [
        *"0123456789.-e,;|:=[](){}#'\"\t\n ",
        *(
            "1.5",
            "nan",
            "inf",
            "None",
            "a",
            "fc1.weight",
            "tensor(",
            "1e999",
            "\x00",
            "\r\n",
            "\ufeff",
            "\u2028",
        ),
        *(HEADER, "grad_norm", "layer", "0,a,2x3,0.1,0.2,0.3", "0,b,0.5", "\n1 2\n2 3\n3 4\n", "é", "١"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=400, deadline=None)
def test_every_line_of_any_text_counts_or_is_quoted(text):
    read = read_norms(text)
    quoted = {problem.line for problem in read.problems}
    lines = text.splitlines()
    assert len(read.problems) == 0 or 1 <= min(quoted) <= max(quoted) <= len(lines)
    assert read.norms.shape == (len(read.steps), len(read.names)) == read.given.shape
    assert not (read.norms < 0.0).any()
    for number, said in enumerate(lines, 1):
        told = said.split("#")[0].strip(" \t,;|[](){}'\"\ufeff")
        if told.strip() and number not in quoted and "grad_norm" not in told.lower():
            without = read_norms("\n".join([*lines[: number - 1], "#", *lines[number:]]))
            assert without.given.sum() != read.given.sum()


@given(
    st.lists(st.floats(0.0, allow_nan=False), min_size=1, max_size=30),
    st.sampled_from([", ", "\n", " ", ";"]),
)
def test_numbers_come_back_as_they_were(norms, separator):
    read = read_norms(separator.join(map(repr, norms)))
    np.testing.assert_array_equal(read.norms, [norms])
    assert read.problems == []


def test_the_longest_text_is_read_and_no_longer_one():
    row = "0,layer1.weight,100x100,0.0123,8.1,0.25\n"
    rows = MOST_BYTES // len(row)
    assert read_norms(row * rows).norms.shape == (1, rows)
    assert read_norms("1 " * (MOST_BYTES // 2)).norms.shape == (1, MOST_BYTES // 2)
    with refuses(MOST_BYTES + 1):
        read_norms("1" * (MOST_BYTES + 1))
    with refuses(2 * MOST_BYTES):
        read_norms("é" * MOST_BYTES)
    refuses_each([None, 5, b"1", ["1"]], read_norms)


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
