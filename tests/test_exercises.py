"""Exercises: what is typed is read, what is right is so by another computation, and all of it is said."""

import math
import re
from dataclasses import asdict
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, settings, strategies
from hypothesis import given as given_by_hypothesis
from mpmath import mp, mpf

from pages.lessons.bits import controls as bits_controls
from pages.lessons.chain import controls as chain_controls
from pages.lessons.edge import controls as edge_controls
from pages.lessons.exploding import controls as exploding_controls
from pages.lessons.matrix import controls as matrix_controls
from pages.lessons.matrix import measure
from pages.lessons.network import reading
from pages.lessons.network.reading import EXAMPLES
from pages.lessons.training import controls as training_controls
from pages.lessons.unstable import controls as unstable_controls
from pages.lessons.ways_out import controls as ways_out_controls
from pages.lessons.ways_out.measure import untrained
from pages.ui.answers import LONGEST_ANSWER, Number, read
from pages.ui.exercise import text
from pages.ui.numbers import number
from pages.ui.page import cached
from pages.ui.pool import Run
from pages.ui.words import Words, languages
from tests.support import ROOT
from tests.support.lessons import EXERCISES
from tests.support.pages import HOSTILE, healthy, open_page, sound
from vgcore import Chain, Network, mean_field
from vgcore.studies.bits import walk
from vgcore.studies.designs import digit_sizes
from vgcore.studies.imbalance import balance_by_depth
from vgcore.studies.matrix import square_form
from vgcore.studies.published import train_steps

STEP = mpf(10) ** -20


def chain(by_hand="", layer=2, **changed):
    """What lesson 1 gives its exercises, with values set by hand."""
    chosen = chain_controls.Settings(**changed)
    known, refused = chain_controls.assignments(by_hand, chosen.depth)
    assert refused == []
    sampled = Chain.random(chosen.depth, **chosen.sampling).replaced(known["w"], known["b"])
    return {"trace": sampled.trace(chosen.a0, chosen.y, chosen.cost), "layer": layer, "chosen": chosen}


def exploding(**changed):
    chosen = exploding_controls.Settings(**changed)
    return {"chosen": chosen}


def unstable(**changed):
    chosen = unstable_controls.Settings(**changed)
    return {"chosen": chosen, "grown": cached(balance_by_depth)(60, 20_000, **chosen.sampling)}


def matrix(**changed):
    chosen = matrix_controls.Design(**changed)
    return {"chosen": chosen, "form": square_form(4, 3, 1), "theory": measure.theory(chosen)}


def edge(**changed):
    layers = edge_controls.Layers(**changed)
    return {"layers": layers, "field": mean_field(layers.activation, layers.weight_std, layers.bias_std)}


def training(*runs):
    """Runs that have ended, by what differs from the book's; without any, the book's."""
    settings = [training_controls.Settings(**changed) for changed in runs or ({},)]
    asked = [Run(each, each.steps, cached(train_steps)(**asdict(each))) for each in settings]
    for run in asked:
        run.done.set()
    return {"asked": asked}


def ways_out(**changed):
    plain = ways_out_controls.Plain(**changed)
    own, *_ = untrained(plain)
    return {"plain": plain, "own": own}


def bits(**changed):
    chosen = bits_controls.Chain(**changed)
    return {"chosen": chosen, "walked": walk(*chosen.of, chosen.depth)}


def network(text=EXAMPLES["vanishing"]):
    return {"pasted": reading.read(text)[0]}


SCREENS = {
    "chain": (
        chain,
        {},
        {"seed": 3, "depth": 7, "layer": 5, "a0": -0.5},
        {"by_hand": "w2=9, b2=-4", "y": 1.0},
    ),
    "exploding": (exploding, {}, {"weight": 5.0, "depth": 12}, {"weight": 3.0}, {"weight": 4.0, "depth": 2}),
    "unstable": (unstable, {}, {"depth": 25, "weight_std": 2.0}, {"activation": "relu"}),
    "matrix": (matrix, {}, {"hidden": 12, "bias_std": 0.0}, {"activation": "relu", "init": "he_normal"}),
    "edge": (edge, {}, {"hidden": 20, "weight_std": 2.0}, {"bias_std": 0.1}),
    "time": (dict, {}),
    "training": (
        training,
        {},
        {"eta": 1.0, "steps": 40, "hidden": 2, "held": 200},
        {"hidden": 1, "steps": 10, "lmbda": 0.0},
    ),
    "ways_out": (ways_out, {}, {"hidden": 20}, {"activation": "tanh"}),
    "bits": (bits, {}, {"w": 2.0, "format": "bfloat16"}, {"w": 6.0, "b": -3.0, "depth": 5}),
    "network": (network, {}, *({"text": EXAMPLES[name]} for name in ("healthy", "dead", "transformer"))),
}
"""What gives a lesson's exercises what they ask about, and its screens, the untouched one first."""


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def slope(function, at):
    """The derivative, by central differences in 50 digits."""
    with mp.workdps(50):
        return (function(mpf(at) + STEP) - function(mpf(at) - STEP)) / (2 * STEP)


def cost_by_b1(trace, chosen):
    """The quadratic cost of a sigmoid chain as a function of what is added to its first bias."""

    def cost(added):
        a = mpf(chosen.a0)
        for w, b in zip(trace.weights, trace.biases, strict=True):
            a, added = sigmoid(mpf(float(w)) * a + mpf(float(b)) + added), 0
        return (a - mpf(chosen.y)) ** 2 / 2

    return cost


def factor_of(trace, layer, **_):
    w, z = mpf(float(trace.weights[layer - 1])), mpf(float(trace.zs[layer - 1]))
    return w * slope(sigmoid, z)


def count_down(size, to):
    """How many factors of a size it takes, one by one."""
    product, count = mpf(1), 0
    while product > to:
        product, count = product * size, count + 1
    return count


def product(factor, times):
    result = mpf(1)
    for _ in range(times):
        result *= factor
    return result


def where(function, value, low, high):
    """Where an increasing function has a value, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < value else (low, middle)
    return low


def quarter(chosen):
    return mpf(chosen.weight) * slope(sigmoid, 0)


def window(weight):
    """Twice the z at which the factor has fallen to 1, over the weight."""
    if weight <= 4:
        return mpf(0)
    return 2 * where(lambda z: -slope(sigmoid, z), -1 / mpf(weight), mpf(0), mpf(50)) / mpf(weight)


def worst_copy(w1):
    x = np.linspace(0.0, 1.0, 401)
    off = 4.0 / w1 / (1.0 + np.exp(-w1 * (x - 0.5))) - x
    return (off.max() - off.min()) / 2.0


def drift(chosen, **_):
    """The mean of the log ratio of long chains, simulated with other random numbers."""
    rng, a, before = np.random.default_rng(77), 0.5, 20
    seen = []
    for layer in range(before + 40):
        w, b = chosen.weight_std * rng.standard_normal(20_000), chosen.bias_std * rng.standard_normal(20_000)
        a = 1.0 / (1.0 + np.exp(-(w * a + b)))
        if layer >= before:
            seen.append(np.log10(np.abs(w * a * (1.0 - a))).mean())
    return (chosen.depth - 1) * np.mean(seen)


def two_sides(steps):
    """The deviation of the sum of so many coin tosses of 1 and -1, counted."""
    return mp.sqrt(sum(mp.binomial(steps, up) * (2 * up - steps) ** 2 for up in range(steps + 1)) / 2**steps)


def root_chi(layers):
    """By the fixed point of eq. (3) of Poole et al., in mpmath, for sigmoids."""

    def mean(function):
        return mp.quad(lambda z: function(z) * mp.npdf(z), np.linspace(-8, 8, 9).tolist())

    q = mpf(1)
    for _ in range(12):
        of_weights = mpf(layers.weight_std) ** 2 * mean(lambda z, q=q: sigmoid(mp.sqrt(q) * z) ** 2)
        q = of_weights + mpf(layers.bias_std) ** 2
    prime = lambda z: sigmoid(z) * sigmoid(-z)  # noqa: E731
    return layers.weight_std * mp.sqrt(mean(lambda z: prime(mp.sqrt(q) * z) ** 2))


def multiplied(chosen, **_):
    weights = Network.random(digit_sizes(chosen.hidden, chosen.width), 0).weights
    return len(weights) + len(weights[1:])


def larger(**_):
    """By differences: the gradient of weights before a normalisation, and of five times these."""
    rng = np.random.default_rng(0)
    w, x, y = rng.standard_normal((3, 4)), rng.standard_normal((4, 9)), rng.standard_normal((3, 9))

    def cost(w):
        z = w @ x
        z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
        return float((np.tanh(z) * y).sum())

    def by_entry(w):
        step = np.zeros_like(w)
        step[0, 0] = 1e-5
        return (cost(w + step) - cost(w - step)) / 2e-5

    return by_entry(5.0 * w) / by_entry(w)


def shrunk(asked, **_):
    settings, weight = asked[0].settings, mpf(1)
    for _ in range(settings.steps):
        weight -= mpf(settings.eta) * mpf(settings.lmbda) / (1000 - settings.held) * weight
    return weight


NUMBERS = {
    ("chain", "factor"): lambda trace, layer, **_: mpf(trace.weights[layer - 1]) * slope(sigmoid, mp.log(9)),
    ("chain", "doubled"): lambda trace, **_: 1 / product(mpf(1) / 4, len(trace.zs)),
    ("chain", "millionth"): lambda **given: count_down(abs(factor_of(**given)), mpf(10) ** -6),
    ("chain", "step"): lambda trace, chosen, **_: -1 / (100 * slope(cost_by_b1(trace, chosen), 0)),
    ("exploding", "climb"): lambda chosen, **_: product(quarter(chosen), chosen.depth - 1),
    ("exploding", "least"): lambda **_: 1 / max(slope(sigmoid, z / 8) for z in range(-40, 41)),
    ("exploding", "wide"): lambda chosen, **_: window(chosen.weight),
    ("exploding", "exact"): lambda chosen, **_: 1 / product(quarter(chosen), chosen.depth - 1),
    ("unstable", "drift"): drift,
    ("unstable", "widest"): lambda **_: max(window(4 + mpf(step) / 4) for step in range(1, 40)),
    ("unstable", "copy"): lambda **_: where(worst_copy, 1e-3, 0.01, 2.0),
    ("unstable", "steep"): lambda chosen, **_: mpf(5) ** two_sides(chosen.depth - 1),
    ("matrix", "output"): lambda form, **_: slope(
        lambda z: sigmoid(z) ** 2 / 2, mp.log(form.activations[-1][0] / (1 - form.activations[-1][0]))
    ),
    ("matrix", "matrices"): multiplied,
    ("matrix", "paths"): lambda chosen, **_: (
        np.linalg.matrix_power(np.ones((chosen.width,) * 2), chosen.hidden - 1).sum(axis=0)[0]
        if chosen.hidden > 1
        else 1
    ),
    ("edge", "leaky"): lambda **_: where(lambda s: s**2 * np.mean([1, 0.2**2]), 1.0, 0.0, 9.0),
    ("edge", "reach"): lambda **_: where(lambda n: -(mpf("0.9") ** n), -mp.exp(-1), mpf(0), mpf(99)),
    ("edge", "deep"): lambda layers, **_: 1 + count_down(root_chi(layers), mpf(10) ** -6),
    ("edge", "luck"): lambda layers, **_: next(
        n for n in range(1, 10_000) if 5 * sum(1 / n for _ in range(layers.hidden)) <= 0.1 + 1e-12
    ),
    ("training", "cancel"): lambda **_: np.sqrt(np.mean(np.square([0.3, -0.1]))) / np.mean([0.3, -0.1]),
    ("training", "deeper"): lambda **_: product(3, 3) * 8000,
    ("training", "shrink"): shrunk,
    ("time", "clipped"): lambda **_: (np.array([30.0, 40.0]) / np.linalg.norm([30.0, 40.0]))[0],
    ("ways_out", "on"): lambda **_: where(lambda s: s**2 * np.mean([1, 1, 1, 0]), 1.0, 0.0, 9.0),
    ("ways_out", "larger"): larger,
    ("ways_out", "alpha"): lambda plain, **_: where(
        lambda alpha: product(mp.sqrt(1 + alpha**2), plain.hidden), 2, mpf(0), mpf(9)
    ),
    ("time", "steps"): lambda **_: where(lambda n: -(mpf("0.9") ** n), -mpf(1) / 1000, mpf(0), mpf(999)),
    ("time", "opened"): lambda **_: where(lambda b: product(sigmoid(b), 27), mpf(1) / 2, mpf(0), mpf(20)),
    ("time", "gain"): lambda **_: where(lambda g: product(g, 27), mpf(1) / 10, mpf(0), mpf(2)),
    ("bits", "layers"): lambda walked, **_: where(
        lambda n: mpf(10) ** (-n * (walked.exact[0] / walked.exact[1]).log10_abs), 2**16, mpf(0), mpf(9999)
    ),
    ("bits", "scale"): lambda **_: next(k for k in range(99) if 1e-9 * 2**k >= np.finfo(np.float16).tiny),
    ("bits", "full"): lambda **_: where(sigmoid, 1 - mpf(2) ** -12, mpf(0), mpf(99)),
    ("bits", "moves"): lambda **_: 1.0 / 256.0,
    ("network", "hundred"): lambda pasted, **_: where(
        lambda n: abs(n * mp.log10(float(pasted.found.factor))), 2, mpf(0), mpf(10_000)
    ),
    ("network", "allowed"): lambda pasted, **_: where(
        lambda factor: product(factor, len(pasted.judged) - 1), mpf(1) / 10, mpf(0), mpf(1)
    ),
    ("network", "eta"): lambda pasted, **_: next(
        weight / (1000 * norm)
        for norm, weight, kind in zip(
            pasted.norms.norms[-1], pasted.norms.weights[-1], pasted.kinds, strict=True
        )
        if kind == "weight" and norm > 0 and weight > 0
    ),
}
"""The answer to every exercise that asks for a number, computed in another way."""
SETTINGS = {
    ("chain", "faster"): ({"by_hand": "w1=1 b1=-1 w2=8 b2=-4 w3=8"}, {"by_hand": "w2=40, b2=-30.5, w3=-6"}),
    ("exploding", "million"): ({"weight": 8.0, "depth": 21}, {"weight": 6.0, "depth": 40}),
    ("unstable", "balanced"): (
        {"activation": "linear", "weight_std": 1.5, "depth": 3},
        {"activation": "selu", "weight_std": 1.5, "depth": 3},
    ),
    ("matrix", "level"): (
        {"activation": "relu", "init": "he_normal", "hidden": 10},
        {"activation": "linear", "hidden": 50},
    ),
    ("training", "level"): ({"lmbda": 0.0},),
    ("training", "learns"): ({"eta": 1.0, "lmbda": 0.0, "steps": 2000},),
    ("ways_out", "tanh"): (
        {"activation": "tanh", "scale": 1.1},
        {"activation": "tanh", "init": "orthogonal", "scale": 1.1},
    ),
    ("bits", "alive"): ({"w": 3.6, "b": -1.8, "depth": 40}, {"w": 4.0, "b": -2.0, "depth": 60}),
    ("network", "robust"): ({"text": "0.001" + " 1" * 11}, {"text": "0.01" + " 1" * 9}),
}
"""Screens on which a setting that is asked for is found."""
NEARLY = {
    ("exploding", "million"): ({"weight": 8.0, "depth": 20}, {"weight": 9.0, "depth": 30}),
    ("unstable", "balanced"): (
        {"activation": "linear", "weight_std": 1.5, "depth": 2},
        {"activation": "linear", "weight_std": 1.5, "depth": 5},
    ),
    ("matrix", "level"): ({"activation": "relu", "init": "he_normal", "hidden": 9}, {"hidden": 12}),
    ("training", "level"): ({"lmbda": 0.0, "hidden": 2},),
    ("training", "learns"): ({"hidden": 2, "eta": 3.0, "lmbda": 0.0, "steps": 300},),
    ("ways_out", "tanh"): (
        {"activation": "tanh", "scale": 1.1, "hidden": 45},
        {"activation": "tanh", "scale": 1.327},
        {"init": "he_normal"},
    ),
    ("bits", "alive"): (
        {"w": 3.6, "b": -1.8, "depth": 39},
        {"w": 3.6, "b": -1.8, "depth": 40, "format": "float32"},
        {"w": 1.0, "depth": 40},
    ),
    ("network", "robust"): (
        {"text": " ".join(f"1e-{k}" for k in range(12, 0, -1))},
        {"text": "0.02" + " 1" * 11},
        {"text": "0.001" + " 1" * 8},
        {"text": "0" + " 1" * 11},
        *({"text": text} for text in EXAMPLES.values()),
    ),
}
"""Screens on which it is not, though something of it is there."""


def given(lesson, changed):
    make = SCREENS[lesson][0]
    return make(changed) if make is training else make(**changed)


def asked(lesson, name, **changed):
    exercises = import_module(f"pages.lessons.{lesson}.exercises")
    return getattr(exercises, name)(**given(lesson, changed))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, 0.25)
            for text in ("0.25", " 1/4 ", ".25", "2.5e-1", "2.5E-1", "25%", "0,25", "4^-1", "½/2")
        ),
        *((text, 0.25) for text in ("０．２５", "１／４", "25％", "1÷4", "≈0.25", "=1/4", "0.25。", "+0.25")),
        *(
            (text, 1.2e-3)
            for text in ("1.2×10^-3", "1.2*10**-3", "1.2 x 10^(-3)", "1.2·10⁻³", "１.２×１０＾－３")
        ),
        *((text, -1e-3) for text in ("-10⁻³", "−10^−3", "–0.001", "－０．００１")),
        *(
            (text, 15625.0)
            for text in ("25^3", "25³", "15,625", "15，625", "15 625", "1.5625×10⁴", "25*25*25")
        ),
        *((text, 2**0.5) for text in ("√2", "sqrt(2)", "√(2)", "SQRT 2", "2^(1/2)", "2^0.5", "4^¼", "√√4")),
        *((text, 4**0.5 / 3**0.5) for text in ("sqrt(4/3)", "√(4/3)", "(4/3)^(1/2)", "2/√3")),
        ("10^(-1/27)", 10 ** (-1 / 27)),
        ("4^-4 - 1/256 + 2", 2.0),
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("(1+2)*(3-5)/4", -1.5),
        ("10⁻¹⁰", 1e-10),
        ("0", 0.0),
        ("4^60", 4.0**60),
    ],
)
def test_a_number_is_read_however_it_is_typed(text, value):
    assert read(text) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a", "-", "--1", "1/0", "0^-1", "1/", "/2", "*", "1..2", "1,2,3", "nan", "inf"),
        *(
            "1e400",
            "9^99999",
            "9" * (LONGEST_ANSWER + 1),
            "1e-5e",
            "1 1/2",
            "1½",
            "2 ½",
            "√",
            "√-2",
            "٣",
            "(1",
            "1)",
            "()",
            "(-8)^(1/3)",
            "9^9^9^9",
            "2(3)",
            "sqrt",
            "__import__('os')",
            "(" * 20 + "1" + ")" * 20,
            "√" * 40 + "2",
            "<b>1</b>",
            "1;2",
            "\0",
            "1e",
            "%",
        ),
    ],
)
def test_what_is_no_number_is_not_read(text):
    assert read(text) is None


SUMS = strategies.recursive(
    strategies.integers(0, 99).map(str) | strategies.sampled_from(["0.5", ".25", "2.", "1e-3"]),
    lambda inner: strategies.one_of(
        strategies.tuples(inner, strategies.sampled_from("+-*/"), inner).map("".join),
        inner.map("({})".format),
        inner.map("sqrt({})".format),
        strategies.tuples(inner, strategies.sampled_from(["2", "(-1)", "0.5"])).map(
            lambda p: f"({p[0]})**{p[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@example("-2**2")
@given_by_hypothesis(SUMS)
def test_what_is_read_is_what_python_makes_of_it(text):
    try:
        value = eval(text, {"__builtins__": {}, "sqrt": math.sqrt})  # written by this test alone
    except (ArithmeticError, ValueError):
        value = None
    wanted = None if isinstance(value, complex) or len(text) > LONGEST_ANSWER else value
    if text.count("(") <= 8:
        assert read(text) == (wanted if wanted is None else pytest.approx(wanted, rel=1e-12, abs=1e-300))


@settings(max_examples=500)
@given_by_hypothesis(
    strategies.text("0123456789.,+-*/^()√e%⁻¹² ×", max_size=LONGEST_ANSWER) | strategies.text()
)
def test_whatever_is_typed_is_a_finite_number_or_none(text):
    value = read(text)
    assert value is None or (isinstance(value, float) and math.isfinite(value))


def test_a_number_that_is_not_right_is_told_apart():
    twenty = Number(20.0, {}, rel=0.02)
    assert [twenty.judged(value) for value in (19.7, -20.2, 0.05, 21.0, 3.0, 0.0, -1e300, -3.0)] == [
        (key,) for key in ("right", "sign", "inverse", "large", "small", "small", "side", "side")
    ]
    assert Number(0.0, {}, off=1e-3).judged(0.0) == ("right",)
    drift = Number(-9.02, {}, rel=0.01, steps=9)
    assert [drift.judged(value) for value in (-10.02, -8.02, -15.0, -1.0, 9.02, 0.0)] == [
        *(("far", "count"), ("near", "count"), ("far",), ("near",), ("sign",), ("near",))
    ]


@pytest.mark.parametrize(("lesson", "name"), EXERCISES)
def test_every_exercise_is_held_against_another_computation(lesson, name):
    assert ((lesson, name) in NUMBERS) != ((lesson, name) in SETTINGS)
    assert 4 <= len([one for one in EXERCISES if one[0] == lesson]) <= 5


def test_every_lesson_with_exercises_is_tested():
    assert {path.parent.name for path in (ROOT / "pages/lessons").glob("*/exercises.py")} == set(SCREENS)


@pytest.mark.parametrize(("lesson", "name"), NUMBERS)
def test_the_right_number_is_right_and_what_is_off_is_not(lesson, name):
    seen = 0
    for screen in SCREENS[lesson][1:]:
        task = asked(lesson, name, **screen)
        if task is None:
            continue
        answer = float(NUMBERS[lesson, name](**given(lesson, screen)))
        tolerance = max(task.rel * abs(answer), task.off)
        assert task.answer == pytest.approx(answer, rel=1e-9, abs=min(tolerance / 2.0, 0.5))
        assert task.judged(answer) == ("right",)
        assert ("right",) not in {task.judged(answer + sign * 2.5 * max(tolerance, 1e-6)) for sign in (1, -1)}
        seen += 1
    assert seen > 0


@pytest.mark.parametrize(("lesson", "name"), SETTINGS)
def test_a_setting_is_not_there_at_first_and_can_be_found(lesson, name):
    for screen in ({}, *NEARLY.get((lesson, name), ())):
        assert not asked(lesson, name, **screen).found
    for screen in SETTINGS[lesson, name]:
        assert asked(lesson, name, **screen).found


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "selu", "softplus", "gelu"])
@pytest.mark.parametrize("depth", [2, 3, 20])
def test_the_worked_answer_of_lesson_1_makes_the_first_layer_faster(activation, depth):
    screen = {"activation": activation, "depth": depth, "a0": 0.35}
    typed = asked("chain", "faster", **screen).slots["typed"]
    assert asked("chain", "faster", by_hand=typed, **screen).found


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("lesson", "name"), EXERCISES)
def test_an_exercise_says_all_that_it_has_to_say(lesson, name, lang):
    words = Words(lesson, lang)
    for screen in SCREENS[lesson][1:]:
        task = asked(lesson, name, **screen)
        if task is None:
            continue
        parts = ("", "hint", "worked") if isinstance(task, Number) else ("", "hint", "worked", "now")
        said = [words(f"exercise.{name}.title"), *(text(words, name, task, part) for part in parts)]
        assert all(said)
        assert not re.search(r"nan|\{\{|\d+e[-+]\d", " ".join(said))


def opened(lesson, lang, name, **typed):
    """A page with one exercise open, as a link has it."""
    link = {f"{lesson}_exercise_{name}": "true"}
    link |= {f"{lesson}_exercise_{name}_{part}": value for part, value in typed.items()}
    app = healthy(open_page(lesson, lang, **link))
    assert not app.warning
    return app


def said(app):
    return [shown.value for shown in (*app.success, *app.info)]


def texts(app):
    return [shown.value for shown in app.markdown]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("lesson", SCREENS)
def test_a_typed_answer_is_judged_in_words(lesson, lang):
    name = next(name for known, name in NUMBERS if known == lesson)
    words, task = Words(lesson, lang), asked(lesson, name)
    worked = text(words, name, task, "worked")
    app = opened(lesson, lang, name, answer=repr(task.answer))
    right = words("exercise.right", text=repr(task.answer), answer=number(task.answer))
    assert said(app) == [right]
    assert worked in texts(app)
    field = f"{lesson}_exercise_{name}_answer"
    app.text_input(key=field).set_value("<b>1").run()
    assert words("exercise.unread", text="<b>1") in [shown.value for shown in app.get("text")]
    assert said(healthy(app)) == [right]
    assert worked in texts(app)
    app.toggle(key=f"{lesson}_exercise_{name}_hint").set_value(True)
    app.text_input(key=field).set_value(f"{3 * task.answer + 1}")
    (shown,) = [each for each in texts(healthy(app.run())) if worked in each]
    assert shown != worked
    assert len(said(app)) == 2
    assert said(app)[0] == right


@pytest.mark.parametrize("lang", languages())
def test_what_was_right_stays_right_when_the_settings_move(lang):
    words = Words("chain", lang)
    task = asked("chain", "factor")
    app = opened("chain", lang, "factor", answer="0.0297")
    question, slots = text(words, "factor", task), {"text": "0.0297", "answer": number(task.answer)}
    assert said(app) == [words("exercise.right", **slots)]
    app.number_input(key="chain_seed").set_value(3).run()
    assert said(app) == [words("exercise.right.then", **slots)]
    assert question in texts(app)
    app.text_input(key="chain_exercise_factor_answer").set_value("4*4*4").run()
    assert said(app) == [words("exercise.right.then", **slots), words("exercise.large", text="4*4*4")]
    app = healthy(app.button(key="chain_exercise_factor_again").click().run())
    assert said(app) == []
    assert app.text_input(key="chain_exercise_factor_answer").value == ""
    assert question not in texts(app)
    assert text(words, "factor", asked("chain", "factor", seed=3)) in texts(app)


@pytest.mark.parametrize("lang", languages())
def test_a_setting_that_was_found_stays_found(lang):
    words, task = Words("bits", lang), asked("bits", "alive", w=3.6, b=-1.8, depth=40)
    app = opened("bits", lang, "alive")
    assert not app.success
    app = healthy(
        open_page("bits", lang, bits_exercise_alive="true", bits_w="3.6", bits_b="-1.8", bits_depth="40")
    )
    now = text(words, "alive", task, "now")
    assert said(app) == [words.joined("sentences", [now, words("exercise.found")])]
    app.slider(key="bits_depth").set_value(5).run()
    assert said(app) == [words.joined("sentences", [now, words("exercise.was_found")])]
    app = healthy(app.button(key="bits_exercise_alive_again").click().run())
    assert not app.success


@pytest.mark.parametrize(
    "typed", [*(text for text in HOSTILE if 0 < len(text) <= LONGEST_ANSWER), "a" * LONGEST_ANSWER]
)
def test_a_hostile_answer_stays_text(typed):
    app = sound(opened("exploding", "en", "climb", answer=typed))
    shown = typed.strip() and Words("exploding", "en")("exercise.unread", text=typed)
    assert [text.value for text in app.get("text")] == ([shown] if shown and read(typed) is None else [])


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("name", "norms"), [("hundred", "1 1 1 1"), ("allowed", "1"), ("eta", "1 1 1 1")])
def test_an_exercise_without_an_answer_says_what_it_takes(name, norms, lang):
    assert asked("network", name, text=norms) is None
    link = {f"network_exercise_{name}": "true", "network_norms": norms}
    assert Words("network", lang)(f"exercise.{name}.none") in texts(
        healthy(open_page("network", lang, **link))
    )


def test_an_answer_that_no_field_takes_is_told():
    app = healthy(
        open_page("chain", "en", chain_exercise_factor="true", chain_exercise_factor_answer="1" * 5000)
    )
    assert app.get("text")[0].value.startswith("chain_exercise_factor_answer=111")


def test_exercises_wait_behind_their_titles():
    app = open_page("chain", "en")
    assert [box.label for box in app.expander if box.label[:1].isdigit()] == [
        f"{place} · {Words('chain', 'en')(f'exercise.{name}.title')}"
        for place, name in enumerate([name for lesson, name in EXERCISES if lesson == "chain"], 1)
    ]
    assert not [field.key for field in app.text_input if "_exercise_" in field.key]


def test_a_setting_that_is_found_above_is_found_below():
    app = opened("chain", "en", "faster")
    assert said(app) == ["Now |∂C/∂b₁| is 0.0104 times |∂C/∂b₃|. Not yet."]
    app.text_input(key="chain_set").set_value("w1=1, b1=-1, w2=8, b2=-4, w3=8").run()
    assert said(app) == ["Now |∂C/∂b₁| is 4.00 times |∂C/∂b₃|. Found."]
