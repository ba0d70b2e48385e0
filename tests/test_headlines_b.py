"""Lessons 4 to 6: what a headline claims holds of what is drawn, at any setting; else it is a question."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from pages.lessons.edge import controls as edge_controls
from pages.lessons.edge import measure as edge_measure
from pages.lessons.edge import recipes as edge_recipes
from pages.lessons.edge import rows as edge
from pages.lessons.edge import trials as edge_trials
from pages.lessons.matrix import rows as matrix
from pages.lessons.time import controls as time_controls
from pages.lessons.time import measure as time_measure
from pages.lessons.time import rows as time
from pages.lessons.ways_out import controls, measure, recipes, trials
from pages.lessons.ways_out import rows as ways_out
from pages.ui.figure import text
from pages.ui.words import Words, languages
from vgcore import ACTIVATIONS, Network, SignedLog, load_digits, mean_field
from vgcore.initialisers import DEFAULTS
from vgcore.studies.designs import design, design_spectra, digit_sizes
from vgcore.studies.edge import field_curve
from vgcore.studies.luck import jacobian_luck, luck_by_width, random_log_jacobians
from vgcore.studies.phase import phase_diagram
from vgcore.studies.recurrent import recurrent_profile
from vgcore.studies.trials import Result, Trial
from vgcore.studies.ways_out import Profile, deep_profile
from vgcore.studies.weights import WeightProfile

MANY = [
    (activation, init, hidden, width, bias_std)
    for activation, init, hidden, width, bias_std in (
        ("sigmoid", "lecun_normal", 4, 30, 1.0),
        ("sigmoid", "standard_normal", 1, 1, 0.0),
        ("sigmoid", "standard_normal", 3, 300, 1.0),
        ("sigmoid", "glorot_normal", 50, 5, 10.0),
        ("tanh", "lecun_normal", 10, 20, 0.0),
        ("tanh", "standard_normal", 6, 40, 0.2),
        ("relu", "he_normal", 5, 60, 0.0),
        ("relu", "he_normal", 3, 1, 1.0),
        ("relu", "lecun_normal", 50, 4, 0.1),
        ("relu", "standard_normal", 8, 30, 1.0),
        ("leaky_relu", "glorot_normal", 1, 300, 1.0),
        ("selu", "lecun_normal", 12, 12, 0.0),
        ("gelu", "he_normal", 7, 10, 0.0),
        ("hard_tanh", "standard_normal", 4, 20, 1.0),
        ("linear", "orthogonal", 6, 12, 0.0),
        ("linear", "lecun_normal", 1, 30, 1.0),
    )
]
each_design = pytest.mark.parametrize(("activation", "init", "hidden", "width", "bias_std"), MANY)


def said(lesson, name, shown):
    """The headline in every language, and that the figure's whole text can be said."""
    headlines = {}
    for lang in languages():
        whole = text(Words(lesson, lang), name, shown)
        assert "{{" not in whole
        headlines[lang] = whole.split("\n")[0].strip("*")
    return headlines["en"]


def slot(shown, name):
    """The number that a slot shows, as a float."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    shown = re.sub(r"\s×\s10(\S+)", lambda m: "e" + m[1].translate(raised), str(shown.slots[name]))
    return float("inf" if shown == "∞" else shown.translate(raised))


@each_design
def test_design_speeds(activation, init, hidden, width, bias_std):
    measured = design(hidden, width, 3, 10, "rms", activation, init, bias_std)
    shown = matrix.design_speeds(measured)
    headline = said("matrix", "design_speeds", shown)
    first, last = (sorted(measured.samples.speeds[:, layer].to_float())[1] for layer in (0, -2))
    if headline.startswith("In a typical network"):
        assert (measured.samples.speeds.sign == 0.0).sum(axis=0).max() > 1.5
    elif headline.startswith("With one hidden layer"):
        assert hidden == 1
    elif "first hidden layer would learn faster" in headline:
        assert first >= 2.0 * last
        assert slot(shown, "inverse") == pytest.approx(first / last, rel=0.01)
    else:
        assert slot(shown, "ratio") == pytest.approx(last / first, rel=0.01)
        assert (last >= 2.0 * first) != ("much the same speed" in headline)
        assert last > 0.5 * first


@each_design
def test_factors_and_products(activation, init, hidden, width, bias_std):
    sizes, sampling = digit_sizes(hidden, width), {"activation": activation, "init": init}
    spectra = design_spectra(sizes, 0, bias_std=bias_std, **sampling)
    network = Network.random(sizes, 0, bias_std=bias_std, **sampling)
    zs, _ = network.forward(load_digits(1)[0])
    slopes = [ACTIVATIONS[activation].sigma_prime(z) for z in zs[:-1]]
    factors = [slope * w.T for slope, w in zip(slopes, network.weights[1:], strict=True)]
    longest = np.array([np.linalg.norm(factor, 2) for factor in factors])
    headline = said("matrix", "factor_spectrum", matrix.factor_spectrum(spectra))
    longer = longest > 1.0 + 1e-8
    claims = {
        "Every factor makes every": (longest < 1.0).all(),
        "No factor makes any": not longer.any(),
        "Every factor can": longer.all(),
        "Some of the factors": longer.any() and not longer.all(),
    }
    assert [claim for start, claim in claims.items() if headline.startswith(start)] == [True]

    shown = matrix.product_spectrum(spectra)
    headline = said("matrix", "product_spectrum", shown)
    out = ACTIVATIONS["sigmoid"].sigma_prime(zs[-1])
    on = min(np.count_nonzero(slope) for slope in (*slopes, out))
    if headline.endswith("lets nothing through"):
        assert on == 0
    elif "a single singular value" in headline:
        assert min(sizes[1:]) == 1
    elif headline.endswith("loses some directions altogether"):
        assert on < min(*sizes[1:-1], 10)
    elif "smallest number that a computer has" in headline:
        assert on >= min(*sizes[1:-1], 10)
        assert spectra.products[0][-1].sign == 0.0
    else:
        assert on >= min(*sizes[1:-1], 10)
        top, bottom = (spectra.products[0][end] for end in (0, -1))
        assert slot(shown, "condition") == pytest.approx((top / bottom).to_float(), rel=0.01)
        assert top >= bottom
        assert bottom.sign == 1.0


@pytest.mark.parametrize("bias_std", [0.0, 0.5])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_chi_by_scale(activation, bias_std):
    curve = field_curve(activation, (0.1, 0.5, 1.0, 5.0, 100.0), bias_std)
    z = np.linspace(-8.0, 8.0, 801)
    normal = np.exp(-0.5 * z * z)
    normal /= normal.sum()
    function = ACTIVATIONS[activation]
    at_edge = () if activation in ("gelu", "silu") else (curve.edge,)  # these leap over it
    for std in (0.3, 0.9, 1.6, 4.0, 0.95 * curve.edge, 1.05 * curve.edge, *at_edge):
        q = 1.0
        for _ in range(200):
            q = min(std**2 * (normal * function.sigma(q**0.5 * z) ** 2).sum() + bias_std**2, 1e12)
        root = std * (normal * function.sigma_prime(q**0.5 * z) ** 2).sum() ** 0.5
        field = mean_field(activation, std, bias_std)
        at = edge_controls.Layers(activation, std, bias_std)
        headline = said("edge", "chi_by_scale", edge.chi_by_scale(curve, field, at))
        if headline.startswith("Your scale lies at the edge"):
            assert root == pytest.approx(1.0, abs=0.06)  # some variances settle slowly
        else:
            assert (root > 1.0 - 0.02) if "explodes" in headline else (root < 1.0 + 0.02)


def test_luck():
    spread, by_width = [], {}
    for hidden, width in [(h, w) for h in (1, 2, 4, 10, 50) for w in (1, 2, 5, 30, 300)]:
        shown = edge.luck_spread(jacobian_luck(hidden, width, 1000, 1))
        headline = said("edge", "luck_spread", shown)
        logs = np.sort(random_log_jacobians([width] * hidden, 1000, 1))
        through = np.isfinite(logs).sum()
        spread.append(shown.finding)
        if headline.startswith("None"):
            assert through == 0
        elif headline.startswith("Only"):
            assert 0 < through < 100
        elif headline.startswith("The unluckiest"):
            assert 100 <= through <= 950
        else:
            assert np.exp((logs[950] - logs[49]) / 2.0) >= 0.99 * slot(shown, "ratio") > 0.99
    assert set(spread) == {"", "few", "nothing", "dead"}
    for hidden in (1, 2, 3, 4, 6, 8, 10, 20, 35, 50):
        by_width = luck_by_width(edge.WIDTHS, hidden, edge.NETWORKS_A_WIDTH, edge.LUCK_SEED)
        own = jacobian_luck(hidden, 30, 100, 1)
        shown = edge.luck_by_width(by_width, own, hidden, 30)
        assert said("edge", "luck_by_width", shown).startswith("The narrower the layers, the more")
        drawn = shown.series["networks"]
        assert (np.diff(drawn["variance"][np.argsort(drawn["width"])]) < 0.0).all()


def level_claim(headline, value):
    """Whether a headline on the first over the last layer is true of this ratio."""
    if "nothing arrives" in headline:
        return value == 0.0
    if "close to level" in headline:
        return 0.1 <= value <= 10.0 and not 0.5 <= value <= 2.0
    if "level" in headline and "does not keep it level" not in headline:
        return 0.5 <= value <= 2.0
    return value < 0.1 if " only " in headline else value > 10.0


PLAIN = [
    {"activation": activation, "init": init, "scale": scale, "bias_std": bias_std}
    for activation, init, scale, bias_std in (
        *((name, "lecun_normal", 1.0, 0.0) for name in ACTIVATIONS),
        *((name, "he_normal", 3.0, 2.0) for name in ACTIVATIONS),
        *(("relu", "he_normal", 0.5, 0.0), ("tanh", "orthogonal", 1.1, 0.1)),
        *(("linear", "glorot_normal", 0.7, 0.0), ("sigmoid", "standard_normal", 1.0, 1.0)),
    )
]


@pytest.mark.parametrize("recipe", PLAIN, ids=str)
@pytest.mark.parametrize("hidden", [5, 20])
def test_profiles(recipe, hidden):
    own = deep_profile({**recipe, "batch": 6}, hidden, 12, 3)
    plain = controls.Plain("tanh", framework="Keras")
    others = (
        deep_profile({**other, "batch": 6}, hidden, 12, 1) for other in (plain.made, recipes.BOOK, recipes.HE)
    )
    shown = ways_out.profiles(own, *others, plain)
    value = sorted(own.ratios.to_float())[1]
    assert level_claim(said("ways_out", "profiles", shown), value)
    assert slot(shown, "ratio") == pytest.approx(value, rel=0.01)


PRINTED = [controls.Made(framework, activation) for framework in DEFAULTS for activation in ACTIVATIONS]


@pytest.mark.parametrize("made", PRINTED, ids=str)
def test_weights_alone(made):
    found = measure.printed(**vars(made))
    claim_of_the_weights(said("ways_out", "weights_alone", ways_out.weights_alone(found, made)), found)


def claim_of_the_weights(headline, found):
    weights, delta, forward = (
        (each[:, 0] / each[:, -1]).median() for each in (found.norms, found.deltas, found.forward)
    )
    level = {"level": (weights >= 0.1) & (weights <= 10.0), "so is": (delta >= 0.1) & (delta <= 10.0)}
    if "next to nothing gets through" in headline:
        assert level["level"]
        assert delta < 1e-3
        assert forward > 1e3
    elif "show it" in headline:
        assert (weights < 0.1) & (delta < 0.1)
    elif "so is δ" in headline:
        assert all(level.values())
    elif "δ grows" in headline:
        assert level["level"]
        assert delta > 10.0
    else:
        assert not (level["level"] and level["so is"])


def test_what_the_weights_say_of_delta_where_no_framework_is_like_it():
    made, one = controls.Made(), SignedLog.from_float(np.ones((3, 5)))
    tall = SignedLog.from_float(np.ones((3, 5)) * 10.0 ** -np.arange(5))
    for weights, delta in ((tall, tall), (tall, one), (one, 1.0 / tall)):
        found = WeightProfile(weights, one[0], delta, delta, one)
        headline = said("ways_out", "weights_alone", ways_out.weights_alone(found, made))
        claim_of_the_weights(headline, found)
        assert headline.startswith("From layer 6 to layer 2")


@pytest.mark.parametrize("alpha", [0.0, 0.03, 0.1, 0.14, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_skips(alpha):
    own, scaled = (
        deep_profile({**recipes.HE, "residual": each, "batch": 6}, 20, 20, 3) for each in (alpha, 0.14)
    )
    value = sorted(own.ratios.to_float())[1]
    assert level_claim(said("ways_out", "skips", ways_out.skips(own, scaled, scaled, alpha)), value)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch", [8, 40])
def test_norms(activation, batch):
    recipe = {"activation": activation, "init": "he_normal", "batch": batch}
    plain, both, layer, rms = (
        deep_profile({**recipe, "norm": norm, **({"scale": 0.5} if not norm else {})}, 12, 12, 3)
        for norm in (None, "batch", "layer", "rms")
    )
    shown = ways_out.norms(plain, both, layer, rms, controls.Norm(activation, batch))
    value = sorted(both.ratios.to_float())[1]
    headline = said("ways_out", "norms", shown)
    assert level_claim(headline, value)
    assert ("verdict" in shown.notes) == ("explodes" in headline) == (value > 10.0)
    off = value / (both.theory[0] / both.theory[-1]).to_float()
    assert ("no_theory" in shown.notes) == ("batch_theory" not in shown.series) == (not 1 / 3 <= off <= 3)


@pytest.mark.parametrize("activation", ["silu", "softplus"])
def test_batch_norm_of_what_is_not_normal_has_no_theory_drawn(activation):
    """Measured 140 to 186 and 15 to 47 where theory says 42.6 and 4.53, over 40 layers."""
    normed = measure.normed(activation, 500)
    shown = ways_out.norms(*normed, controls.Norm())
    assert "no_theory" in shown.notes
    assert "batch_theory" in ways_out.norms(*measure.normed("relu", 500), controls.Norm()).series
    said("ways_out", "norms", shown)


def test_a_profile_that_is_dead_is_said_to_be():
    nothing = SignedLog.from_float(np.array([0.0, 1.0]))
    dead = Profile(SignedLog.from_float(np.array([[0.0, 1.0]] * 3)), nothing, 0.0)
    shown = {
        "profiles": ways_out.profiles(dead, dead, dead, dead, controls.Plain()),
        "skips": ways_out.skips(dead, dead, dead, 1.0),
        "norms": ways_out.norms(dead, dead, dead, dead, controls.Norm()),
    }
    for name, each in shown.items():
        assert level_claim(said("ways_out", name, each), 0.0)


def test_phase():
    stds = (0.6, 0.8, 1.0, 1.0677, 1.327, 1.6, 2.0, 2.5, 3.0)
    diagram, border = phase_diagram("tanh", edge_recipes.WEIGHT_STDS, edge_recipes.BIAS_STDS), [2.0] * 21
    rng, findings = np.random.default_rng(0), set()
    for std in stds:
        for bias in (0.05, 0.2, 1.0):
            at = edge_controls.Point(std, bias)
            shown = edge.phase(diagram, border, at, phase_diagram("tanh", (std,), (bias,)))
            h = rng.standard_normal(10_000)
            for _ in range(60):  # a very wide layer, its neurons sampled anew from the variance before
                h = np.sqrt(std**2 * np.mean(np.tanh(h) ** 2) + bias**2) * rng.standard_normal(10_000)
            chi = std**2 * np.mean((1.0 - np.tanh(h) ** 2) ** 2)
            headline = said("edge", "phase", shown)
            findings.add(shown.finding)
            assert ("distance" in shown.notes) == (shown.finding != "chaotic" and chi < 1.0)
            if headline.endswith("keeps its size"):
                assert chi == pytest.approx(1.0, abs=0.04)
            else:
                assert (chi > 0.97) if "explodes" in headline else (chi < 1.03)
    assert {"ordered", "chaotic"} <= findings


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.5, 3.0, 20.0])
@pytest.mark.parametrize("bias", [-1.0, 0.0, 4.0])
def test_through_time(gain, bias):
    few = {"seeds": 3, "digits": 10, "width": 20}
    cells = {
        "plain network": recurrent_profile("rnn", gain, **few),
        "LSTM": recurrent_profile("lstm", forget_bias=bias, **few),
        "GRU": recurrent_profile("gru", forget_bias=bias, **few),
    }
    shown = time.through_time(*cells.values(), time_controls.Time("Keras", gain, bias))
    headline = said("time", "through_time", shown)
    left = {name: sorted(rms[:, 0] / rms[:, -1])[1] for name, rms in cells.items()}
    if "explodes" in headline:
        assert left["plain network"] > 10.0
    else:
        (kept,) = [name for name in cells if f"he {name} keeps most" in headline]
        assert left[kept] == max(left.values())


CURE = trials.compared("relu")[0].recipe


def results(shares, ratio=3.0, **settings):
    return tuple(
        Result(Trial(name, CURE, 0.1, seed=seed, **settings), share, ratio, 0.5, 1.0)
        for name, seen in shares.items()
        for seed, share in enumerate(seen)
    )


def test_learning():
    rng, findings = np.random.default_rng(0), set()
    for case in range(60):
        shares = {
            name: rng.choice([np.nan, *rng.random(3), 0.11, 0.9], rng.integers(1, 7))
            for name in ("relu_he", "relu_batch", "tanh_small")[: 2 + case % 2]
        }
        firsts = dict(zip(shares, 10.0 ** rng.uniform(-5.0, 5.0, 3), strict=False))
        profiles = {
            name: SimpleNamespace(first_over_last=SignedLog.from_float(first))
            for name, first in firsts.items()
        }
        shown = ways_out.learning(results(shares), True, profiles)
        said("ways_out", "learning", shown)
        best, worst = (shown.slots[end].key.removeprefix("which.") for end in ("best", "worst"))
        better = all(good > bad for good in shares[best] for bad in np.nan_to_num(shares[worst]))
        assert (shown.finding == "apart") == better
        off = {name: abs(np.log(first)) for name, first in firsts.items()}
        assert ("twist" in shown.notes) == (better and off[best] > off[worst])
        findings.add((shown.finding, "twist" in shown.notes))
    assert findings == {("apart", True), ("apart", False), ("overlap", False)}
    alone = ways_out.learning(results({"relu_he": [0.5]}), False, {})
    assert said("ways_out", "learning", alone) == "Networks trained so far: 1"
    both = results({"relu_he": [0.5], "relu_batch": [0.9]})  # of twelve: too early to say which is better
    assert ways_out.learning(both, False, {}).finding == "running"


def test_clipping():
    for share, overflowed in [(0.1, k) for k in range(5)] + [(0.7, k) for k in range(5)]:
        free = [np.nan] * overflowed + [0.3] * (4 - overflowed)
        seen = results({"free": free}) + results({"small": [0.2], "clip": [share]}, clip=1.0)
        shown = time.clipping(seen, True)
        headline = said("time", "clipping", shown)
        assert (f"all {len(free)} starts" in headline) == (overflowed == 4)
        assert overflowed == 4 or f"{overflowed} of 4 starts overflow" in headline
        assert f" {share:.0%}" in headline
    only = time.clipping(results({"free": [np.nan]}), False)
    assert said("time", "clipping", only) == "Networks trained so far: 1"


@pytest.mark.parametrize("times", edge_trials.TIMES)
def test_map_of_depths(times):
    rng = np.random.default_rng(times)
    xi = np.linspace(2.0, 12.0, len(edge_recipes.WEIGHT_STDS))
    diagram, own = SimpleNamespace(xi=xi[None]), SimpleNamespace(times=times, own_std=1.0, own_depth=20)
    seen = tuple(Result(each, rng.choice([0.1, 0.9]), 1.0, 0.0, 1.0) for each in edge_trials.mapped())
    shown = edge.trained(seen, True, diagram, own)
    headline = said("edge", "trained", shown)

    def on_their_side(at):
        reach = [at * np.interp(each.trial.recipe.scale, edge_recipes.WEIGHT_STDS, xi) for each in seen]
        return sum(
            (each.trial.hidden <= deep) == (each.accuracy > 0.5)
            for each, deep in zip(seen, reach, strict=True)
        )

    assert f"at {times} ξ has {on_their_side(times)} of 45" in headline
    best, low, high = (int(shown.slots[name]) for name in ("best", "low", "high"))
    assert on_their_side(best) == max(on_their_side(each) for each in edge_trials.TIMES)
    assert low <= best <= high
    assert all(
        on_their_side(best) - on_their_side(each) <= 2 for each in edge_trials.TIMES if low <= each <= high
    )
    part = edge.trained(seen[:9], False, diagram, own)
    assert said("edge", "trained", part) == "9 of 45 networks are trained so far"


def test_what_is_said_of_networks_that_are_always_the_same():
    trapped = measure.traps().items()
    first_over_last = {name: profile.first_over_last.to_float() for name, profile in trapped}
    assert said("ways_out", "traps", ways_out.traps(measure.traps())).startswith("Three recipes")
    assert first_over_last["gelu"] < 1e-3
    assert first_over_last["selu"] > 5.0
    assert first_over_last["orthogonal"] == pytest.approx(1.0, abs=1e-5)

    lucky = edge_measure.lucky()
    spread = {name: np.ptp(profile.ratios.log10_abs) for name, profile in lucky.items()}
    assert said("edge", "single_networks", edge.single_networks(lucky)).startswith(
        "The wider the networks, the less"
    )
    assert spread["n30"] > spread["n100"] > 0.05
    assert spread["orthogonal"] < 1e-5
    said_of = edge.single_networks(lucky).slots
    for name in ("n30", "n100"):
        shares = lucky[name].ratios.to_float()
        typical = slot(SimpleNamespace(slots=said_of), f"{name}_typical")
        assert np.mean(shares <= 1.01 * typical) == pytest.approx(0.5, abs=0.02)
        assert typical < 1.0  # below level, where the mean of the square is

    _, batch, layer, rms = (ways_out.ratio(profile) for profile in measure.normed())
    assert batch > 10.0  # it explodes
    assert 0.1 < layer < 10.0  # held near 1
    assert 0.1 < rms < 10.0

    grown = {blocks: profile for blocks, profile in measure.growing().items() if blocks <= 200}
    assert "only with the root" in said("ways_out", "growth", ways_out.growth(grown))
    logs = {blocks: each.first_over_last.log10_abs for blocks, each in grown.items()}
    for few, many in ((10, 50), (25, 100), (50, 200)):
        assert logs[many] / logs[few] == pytest.approx((many / few) ** 0.5, rel=0.3)


def test_no_name_of_a_line_is_struck_through():
    """The names are short, or the lines are steep: none is nearer than a twentieth of the height."""
    for rows, lines, across in (
        (ways_out.traps(measure.traps()), recipes.TRAPS, "log10_speed"),
        (
            ways_out.norms(*measure.normed(), controls.Norm()),
            ("plain", "batch", "layer", "rms"),
            "log10_speed",
        ),
        (
            time.through_time(*time_measure.reading(), time_controls.Time()),
            ("rnn", "gru", "lstm"),
            "log10_ratio",
        ),
    ):
        drawn = np.array([rows.series[name][across] for name in lines])
        places = [rows.series[f"{name}_name"][across] for name in lines]
        begun = drawn[:, : 1 + drawn.shape[1] // 10]
        assert min(np.abs(begun - place).min() for place in places) > 0.05 * np.ptp(drawn)
        assert np.diff(sorted(places)).min() > 0.05 * np.ptp(drawn)
