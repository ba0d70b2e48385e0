"""Every headline of lessons 1 to 3 holds for what is drawn, at the ends of the controls too."""

import numpy as np
import pytest

from pages.lessons.chain import rows as chain_rows
from pages.lessons.chain.controls import NUDGES
from pages.lessons.chain.controls import Settings as ChainSettings
from pages.lessons.exploding import rows as exploding_rows
from pages.lessons.unstable import rows as unstable_rows
from pages.lessons.unstable.controls import Settings as UnstableSettings
from tests.support.headlines import holds, log10, says, value
from vgcore import ACTIVATIONS, Chain
from vgcore.studies.descent import descent_shares
from vgcore.studies.explosion import contrived_chain, factor_by_input, shift_family
from vgcore.studies.identity import identity_errors, identity_neuron
from vgcore.studies.imbalance import FACTORS, balance_by_depth, balance_by_scale, log_ratio_histogram
from vgcore.studies.scaling import scale_family
from vgcore.studies.usually import audit_usually, products_by_depth
from vgcore.studies.window import window_curve, window_width

TWICE = np.log10(2.0)
CHAINS = [
    {},
    {"depth": 2},
    {"depth": 60},
    {"weight_std": 0.1},
    {"weight_std": 10.0, "bias_std": 10.0},
    {"activation": "tanh", "seed": 3},
    {"activation": "relu", "weight_std": 2.0, "seed": 2},
    {"activation": "relu", "depth": 60},
    {"activation": "hard_tanh", "weight_std": 10.0},
    {"activation": "linear", "depth": 60, "weight_std": 10.0},
    {"activation": "linear", "depth": 2, "seed": 2},
    {"activation": "linear", "weight_std": 2.0, "cost": "cross_entropy", "y": 1.0},
    {"activation": "gelu", "bias_std": 0.0, "a0": -2.0},
    {"activation": "softplus", "weight_std": 5.0, "a0": 0.0},
    {"activation": "leaky_relu", "depth": 10, "y": 0.5},
    {"by_hand": {2: 0.0}},
    {"by_hand": {1: 1.0, 2: 1.0}, "activation": "linear", "depth": 2, "y": 1.0, "bias_std": 0.0},
]
EXPLODING = [
    *({"weight": weight} for weight in (1.0, 3.0, 4.0, 5.0, 7.0, 100.0, 200.0)),
    *({"weight": weight, "depth": 2} for weight in (1.0, 4.0, 5.0, 200.0)),
    *({"weight": weight, "depth": 60} for weight in (1.0, 4.0, 5.0, 200.0)),
    *({"a0": a0} for a0 in (-2.0, 0.0, 2.0)),
]
UNSTABLE = [
    {},
    {"depth": 2},
    {"depth": 60},
    {"weight_std": 0.1, "bias_std": 10.0},
    {"weight_std": 10.0, "bias_std": 0.0},
    {"activation": "relu", "weight_std": 2.0},
    {"activation": "relu", "depth": 2},
    {"activation": "hard_tanh", "weight_std": 10.0, "bias_std": 0.0},
    {"activation": "leaky_relu", "depth": 2},
    {"activation": "leaky_relu", "depth": 60, "weight_std": 10.0},
    {"activation": "linear", "depth": 2},
    {"activation": "linear", "depth": 60, "weight_std": 2.0},
    {"activation": "linear", "depth": 60, "weight_std": 10.0},
    {"activation": "elu", "depth": 2, "weight_std": 5.0},
    {"activation": "tanh", "bias_std": 0.0, "weight_std": 2.0, "a0": 0.0},
    {"activation": "softplus", "a0": -2.0, "seed": 5},
]


def chain_of(case):
    settings = ChainSettings(**{key: each for key, each in case.items() if key not in ("by_hand", "step")})
    chain = Chain.random(settings.depth, **settings.sampling).replaced(case.get("by_hand", {}))
    return settings, chain


def scaled(case):
    settings, chain = chain_of(case)
    asked = (settings.a0, settings.y, settings.cost)
    family = scale_family(chain, chain_rows.FACTORS, *asked)
    return chain_rows.gradient_by_scale(family, chain.trace(*asked).dead)


def spans(rows):
    """By how many powers of ten the layers differ, at each number of the slider."""
    drawn = rows.series["family"]["log10_abs"]
    alive = np.isfinite(drawn).all(axis=0)
    return np.where(alive, np.ptp(np.where(alive, drawn, 0.0), axis=0), np.inf)


def test_the_position_that_makes_the_line_flattest():
    for case in CHAINS:
        rows, numbers = scaled(case), chain_rows.LOG10_FACTORS
        settings, chain = chain_of(case)
        family = scale_family(chain, chain_rows.FACTORS, settings.a0, settings.y, settings.cost)
        if family.alive:
            slots = chain_rows.flattest(*family.flattest)
            at = np.abs(numbers - value(slots["position"])).argmin()
            assert spans(rows)[at] == pytest.approx(spans(rows).min(), abs=1e-9)
            assert float(slots["scale"]) == pytest.approx(10.0 ** numbers[at], rel=0.05)
            assert np.log10(value(slots["span"])) == pytest.approx(spans(rows).min(), abs=3e-3)


def test_gradient_by_scale():
    def unscaled(case):
        settings, chain = chain_of(case)
        return chain.nabla_b(settings.a0, settings.y, settings.cost)

    def apart(rows, case):
        """By how much the last gradient is above the first, as a logarithm; it is what the headline says."""
        ahead = unscaled(case).log10_abs[-1] - unscaled(case).log10_abs[0]
        assert np.log10(value(rows.slots["times"])) == pytest.approx(abs(ahead), abs=3e-3)
        return ahead

    claims = {
        "": lambda rows, case: apart(rows, case) > 0.0,
        "faster": lambda rows, case: apart(rows, case) <= 0.0,
        "dead": lambda rows, case: (unscaled(case).sign == 0.0).sum() == rows.slots["count"] > 0,
    }
    holds("chain", "gradient_by_scale", CHAINS, scaled, claims)


def nudged(case):
    settings, chain = chain_of(case)
    return chain.nudge(settings.a0, settings.y, NUDGES, cost=settings.cost)


def test_nudge_links():
    def ends(rows):
        return [rows.series[which]["change"][-1] for which in ("predicted", "actual")]

    def arrives(rows, case):
        """Over the nudge, the change of the cost, which the headline says; the sentence on the gap holds."""
        predicted, actual = ends(rows)
        off = abs((actual - predicted) / predicted)
        assert says(rows, "gap", off) if "gap" in rows.notes else off < 1e-14 and "same" in rows.notes
        assert says(rows, "moved", abs(actual))
        assert says(rows, "nudge", rows.series["actual"]["change"][0])
        return abs(actual) / NUDGES[case["step"]]

    claims = {
        "": lambda rows, case: arrives(rows, case) < 1.0,
        "grows": lambda rows, case: arrives(rows, case) >= 1.0,
        "silent": lambda rows, case: ends(rows) == [0.0, 0.0],
        "missed": lambda rows, case: ends(rows)[0] == 0.0 != ends(rows)[1],
    }

    def rows_of(case):
        return chain_rows.nudge_links([link.at(case["step"]) for link in nudged(case)], NUDGES[case["step"]])

    cases = [{**case, "step": step} for case in CHAINS for step in (0, 6, 8)]
    holds("chain", "nudge_links", cases, rows_of, claims)


def test_nudge_gap():
    def steps(rows):
        return np.diff(np.nan_to_num(rows.series["gap"]["gap"]))

    claims = {
        "": lambda rows, case: (steps(rows) >= 0.0).all() and (steps(rows) > 0.0).any(),
        "uneven": lambda rows, case: (steps(rows) < 0.0).any(),
    }
    cases = [case for case in CHAINS if chain_rows.has_gaps(nudged(case)[-1])]
    assert len(cases) >= 10
    holds(
        "chain", "nudge_gap", cases, lambda case: chain_rows.nudge_gap(NUDGES, nudged(case)[-1], 0.1), claims
    )


def test_sigma_prime():
    def rows_of(case):
        settings, chain = chain_of(case)
        trace = chain.trace(settings.a0, settings.y, settings.cost)
        return chain_rows.sigma_prime(ACTIVATIONS[settings.activation], trace, 1)

    def steepest(rows, case):
        settings, chain = chain_of(case)
        neurons = [ACTIVATIONS[settings.activation]] * chain.depth
        if settings.cost == "cross_entropy":
            neurons[-1] = ACTIVATIONS["sigmoid"]
        zs, _ = chain.forward(settings.a0, settings.cost)
        slopes = [float(neuron.sigma_prime(z)) for neuron, z in zip(neurons, zs, strict=True)]
        return says(rows, "steepest", max(slopes, key=abs))

    holds("chain", "sigma_prime", CHAINS, rows_of, {"": steepest})


def test_product_by_depth():
    def rows_of(case):
        settings, chain = chain_of(case)
        products = products_by_depth(60, 1000, a0=settings.a0, **settings.sampling)
        return chain_rows.product_by_depth(products, chain.response(settings.a0), 1)

    def steps(rows):
        drawn = rows.series["chains"]["log10_abs"]
        assert 12 <= len(drawn) <= 60
        return np.diff(drawn[[0, -1]])

    def ends(rows):
        return 10.0 ** rows.series["chains"]["log10_abs"][-1]

    def dies(rows, case):
        dead = ~np.isfinite(rows.series["chains"]["log10_abs"])
        return dead[rows.slots["dead"] - 1 :].all() and not dead[: rows.slots["dead"] - 1].any()

    claims = {
        "": lambda rows, case: (steps(rows) < 0.0).all() and says(rows, "median", ends(rows)),
        "grows": lambda rows, case: (steps(rows) > 0.0).all() and says(rows, "median", ends(rows)),
        "dead": dies,
    }
    holds("chain", "product_by_depth", CHAINS, rows_of, claims)


def test_ratio_histogram():
    def rows_of(case):
        settings, _ = chain_of(case)
        return chain_rows.ratio_histogram(audit_usually(5000, a0=settings.a0, **settings.sampling))

    def halved(rows, case):
        """As many chains on either side of the median, but for its bar."""
        bars, median = rows.series["chains"], np.log10(value(rows.slots["median"]))
        below = bars["share"][bars["upper"] < median].sum()
        return below <= 0.5 <= bars["share"][bars["lower"] <= median + 2e-3].sum() + 1e-9

    claims = {"": halved, "dead": lambda rows, case: rows.series["chains"]["share"].sum() <= 0.5}
    holds("chain", "ratio_histogram", CHAINS, rows_of, claims)


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({}, "audit_close"),
        ({"seed": 9, "depth": 60, "cost": "cross_entropy", "y": 1.0}, "audit_close"),
        *(({name: each}, "audit_close_own") for name, each in (("a0", 0.0), ("weight_std", 3.0))),
        *(({name: each}, "audit_close_own") for name, each in (("activation", "tanh"), ("bias_std", 0.0))),
    ],
)
def test_the_audit_closes_on_the_books_settings_or_on_others(changes, section):
    assert chain_rows.audit_section(ChainSettings(**changes)) == section


def sizes(case, shift=0.0):
    """|dC/db_j| of the contrived chain, multiplied out by hand."""
    w, depth = case.get("weight", 100.0), case.get("depth", 4)
    z, a = shift, 0.0
    slopes = []
    for layer in range(depth):
        z = shift if layer == 0 else w * (a - 0.5)
        a = 1.0 / (1.0 + np.exp(-z))
        slopes.append(np.log10(a * np.exp(-z) / (1.0 + np.exp(-z))))
    products = [sum(slopes[j:]) + (depth - 1 - j) * np.log10(w) for j in range(depth)]
    return np.array(products) + np.log10(a)


def test_gradient_by_layer():
    def rows_of(case):
        return exploding_rows.gradient_by_layer(contrived_chain(**case).trace(case.get("a0", 1.0), 0.0))

    def steps(rows, case):
        drawn = -np.diff(rows.series["chain"]["log10_abs"])
        assert np.allclose(drawn, -np.diff(sizes(case)), atol=1e-9)
        return drawn

    def each(rows, case):
        return np.allclose(steps(rows, case), np.log10(value(rows.slots["factor"])), atol=3e-3)

    claims = {
        "climbs": lambda rows, case: (steps(rows, case) > 1e-6).all() and each(rows, case),
        "level": lambda rows, case: np.allclose(steps(rows, case), 0.0, atol=1e-9),
        "falls": lambda rows, case: (steps(rows, case) < -1e-6).all() and each(rows, case),
    }
    holds("exploding", "gradient_by_layer", EXPLODING, rows_of, claims)


def test_gradient_by_shift():
    def rows_of(case):
        chain, a0 = contrived_chain(**case), case.get("a0", 1.0)
        shifted = shift_family(chain, exploding_rows.SHIFTS, a0, 0.0)
        return exploding_rows.gradient_by_shift(shifted, chain.trace(a0, 0.0))

    def lost(case, shift):
        return sizes(case, shift)[0] < sizes(case)[0] - TWICE

    def kept(rows, case):
        """What the first layer keeps at the shift that the slider opens on; and what the sentences say."""
        left = sizes(case, 0.01)[0] - sizes(case)[0]
        if "halved" in rows.notes:
            assert lost(case, value(rows.slots["least"]))
        else:
            assert not any(lost(case, shift) for shift in (1e-8, 1e-4, 0.01, 0.1, 1.0))
        assert "halved" in rows.notes or "firm" in rows.notes
        return np.isclose(log10(rows.slots["kept"]), left, atol=3e-3) and says(rows, "shift", 0.01)

    holds("exploding", "gradient_by_shift", EXPLODING, rows_of, {"": kept})


def test_factor_by_input():
    factors = factor_by_input(exploding_rows.WEIGHTS, exploding_rows.INPUTS)
    high = factors > factors.max(axis=1, keepdims=True) / 2.0
    widths = np.array([np.ptp(np.array(exploding_rows.INPUTS)[row]) for row in high])
    assert high.sum(axis=1).min() >= 25  # so that the peak is round
    assert (np.diff(factors.max(axis=1)) > 0.0).all()
    assert (np.diff(widths) <= 0).all()
    assert widths[-1] < widths[0] / 10


def test_chains_trained():
    cases = [(std, eta) for std in (0.1, 1.0, 10.0) for eta in (0.1, 5.0, 20.0)] + [(3.0, 1.0)]

    def rows_of(case):
        return exploding_rows.chains_trained(descent_shares(4, 100, 1, *case, 60))

    def ends(rows, case):
        shares = descent_shares(4, 100, 1, *case, 60)
        return all(says(rows, name, getattr(shares, name)[-1]) for name in ("learned", "exploding", "ahead"))

    holds("exploding", "chains_trained", cases, rows_of, {"": ends})


def sampled(case):
    """The log10 of |dC/db_1| over |dC/db_L| of random chains at every depth to 60, multiplied out by hand."""
    settings = UnstableSettings(**case)
    sigma, rng = ACTIVATIONS[settings.activation], np.random.default_rng(99)
    a, ratio, ratios = np.full(2000, settings.a0), np.zeros(2000), [np.zeros(2000)]
    with np.errstate(divide="ignore"):
        for _ in range(59):
            w, b, following = rng.standard_normal((3, 2000))
            z = settings.weight_std * w * a + settings.bias_std * b
            slope = sigma.signed_log_prime(z).log10_abs
            ratio = ratio + slope + np.log10(np.abs(settings.weight_std * following))
            ratios.append(ratio)
            a = sigma.sigma(z)
    return np.array(ratios)


def grown(case):
    return balance_by_depth(60, 1000, **UnstableSettings(**case).sampling)


def test_spread_by_depth():
    def steps(rows):
        chains = rows.series["chains"]
        at = [1, 9, 29, 59]
        return np.diff(chains["mean"][at]), np.diff((chains["high"] - chains["low"])[at])

    def dies(rows, case):
        dead = np.isneginf(sampled(case)).mean(axis=1)
        half = rows.slots["half"]
        return dead[half:].min() > 0.5 and (dead[: half - 2] < 0.5).all()

    claims = {
        "vanishes": lambda rows, case: (steps(rows)[0] < 0.0).all() and (steps(rows)[1] > 0.0).all(),
        "explodes": lambda rows, case: (steps(rows)[0] > 0.0).all() and (steps(rows)[1] > 0.0).all(),
        "dies": dies,
    }
    holds(
        "unstable",
        "spread_by_depth",
        UNSTABLE,
        lambda case: unstable_rows.spread_by_depth(grown(case)),
        claims,
    )


def by_scale(case):
    settings = UnstableSettings(**case)
    scales = unstable_rows.SCALES
    return balance_by_scale(scales, settings.depth, 200, activation=settings.activation, **settings.alike)


def test_ratio_by_scale():
    def rows_of(case):
        settings, scales = UnstableSettings(**case), by_scale(case)
        return unstable_rows.ratio_by_scale(scales, settings.weight_std, settings.activation)

    def drawn(rows):
        return rows.series["scales"]["log10_ratio"]

    claims = {
        "far": lambda rows, case: drawn(rows).max() < -TWICE,
        "near": lambda rows, case: -TWICE <= drawn(rows).max() <= 0.0,
        "crosses": lambda rows, case: np.nanmin(drawn(rows)) < 0.0 < drawn(rows).max(),
    }
    alive = [case for case in UNSTABLE if not np.isneginf(by_scale(case).median).all()]
    assert len(alive) < len(UNSTABLE)  # of the others the page says that there is no line to draw
    holds("unstable", "ratio_by_scale", alive, rows_of, claims)


def test_either_way():
    def shares(rows):
        return [rows.series[name]["high"] - rows.series[name]["low"] for name in rows.series]

    def tips(rows, case):
        vanished, between, exploded = shares(rows)
        assert says(rows, "between", between.max())
        assert vanished[0] > exploded[0]
        return exploded[-1] == exploded.max() > max(0.5, vanished[-1])

    def rare(rows, case):
        return says(rows, "most", shares(rows)[2].max()) and shares(rows)[2].max() <= 0.5

    cases = [
        {"activation": name, "depth": depth}
        for name in ("linear", "leaky_relu", "relu", "tanh", "sigmoid")
        for depth in (4, 10, 40)
    ]
    rows_of = lambda case: unstable_rows.either_way(by_scale(case))  # noqa: E731
    holds("unstable", "either_way", cases, rows_of, {"tips": tips, "": rare})


def test_balanced_by_depth():
    def rows_of(case):
        return unstable_rows.balanced_by_depth(grown(case), FACTORS, case.get("depth", 10))

    def left(rows):
        """At which depths a chain in balance is drawn."""
        chains = rows.series["chains"]
        return chains["layer"][np.isfinite(chains["share"][0])]

    def ends(rows, case):
        assert (grown(case).balanced[rows.slots["last"] :] == 0.0).all()
        return max(left(rows), default=1) == rows.slots["last"]

    holds("unstable", "balanced_by_depth", UNSTABLE, rows_of, {"": ends})


def test_ratio_spread():
    def rows_of(case):
        settings = UnstableSettings(**case)
        counted = log_ratio_histogram(settings.depth, 2000, **settings.sampling)
        return unstable_rows.ratio_spread(counted, settings.depth)

    def ahead(rows, case):
        share = (sampled(case)[case.get("depth", 10) - 1] >= 0.0).mean()
        return abs(share - value(rows.slots["ahead"])) < 0.05

    claims = {"": ahead, "none": lambda rows, case: ahead(rows, case) and rows.slots["ahead"] == "0%"}
    holds("unstable", "ratio_spread", UNSTABLE, rows_of, claims)


def test_window_widths():
    z = np.linspace(-60.0, 60.0, 200_001)
    names = [
        name for name in ACTIVATIONS if name != "softplus"
    ]  # whose widest window has no weight of its own

    def rows_of(name):
        return unstable_rows.window_widths(window_curve(unstable_rows.WEIGHTS, 10, 1, 1.0, name))

    def width(name, w):
        return (np.abs(w * ACTIVATIONS[name].sigma_prime(z)) >= 1.0).sum() * (z[1] - z[0]) / w

    def widest(rows, name):
        w = value(rows.slots["w"])
        others = [width(name, w * factor) for factor in (0.5, 0.9, 1.1, 2.0, 10.0)]
        return width(name, w) == pytest.approx(value(rows.slots["width"]), abs=2e-3) and max(others) < width(
            name, w
        )

    def endless(rows, name):
        w = value(rows.slots["w"])
        return width(name, w * 1.001) * w > 55.0 > width(name, w * 0.98) * w

    holds("unstable", "window_widths", names, rows_of, {"": widest, "endless": endless})


def test_window_region():
    weights = unstable_rows.WEIGHTS
    rows = unstable_rows.window_region(weights, window_width(weights))
    assert value(rows.slots["width"]) == pytest.approx(2.0 * rows.series["window"]["half"].max(), rel=0.02)


def test_identity():
    def copies(rows, case):
        w1, gain, shift = case
        x = np.linspace(0.0, 1.0, 1001)
        off = gain * 4.0 / w1 / (1.0 + np.exp(-(w1 * (x - 0.5) + shift))) - x
        return says(rows, "error", np.ptp(off) / 2.0)

    cases = [
        (w1, gain, shift) for w1 in (0.1, 1.0, 4.0, 16.0) for gain, shift in ((1, 0), (0.5, -2), (1.5, 2))
    ]
    holds(
        "unstable",
        "identity_copy",
        cases,
        lambda case: unstable_rows.identity_copy(identity_neuron(*case)),
        {"": copies},
    )
    errors = identity_errors(unstable_rows.HALVED)
    small = np.array(unstable_rows.HALVED[1:]) <= 1.0
    np.testing.assert_allclose((errors[:-1] / errors[1:])[small], 0.25, atol=0.01)
