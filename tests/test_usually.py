"""What holds "usually", against a Monte Carlo of two million chains and against chains run one by one."""

import math

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, COSTS, Chain
from vgcore.studies.scaling import scale_family
from vgcore.studies.usually import audit_usually, products_by_depth

CHAINS = 200_000

FACTORS = 10.0 ** np.linspace(-1.0, 1.0, 41)


@pytest.fixture(scope="module")
def audit():
    return audit_usually(CHAINS, 1)


@pytest.mark.parametrize(
    ("statement", "expected", "rounding"),
    [
        ("weight_below_one", math.erf(0.5**0.5), 0.0),
        ("factor_below_quarter", 0.814, 5e-4),
        ("ratio_below_sixteenth", 0.916, 5e-4),
    ],
)
def test_the_book_is_right_as_often_as_measured(audit, statement, expected, rounding):
    share = getattr(audit, statement)
    assert abs(share - expected) < 5 * audit.standard_error(share) + rounding


def test_the_median_ratio_is_90(audit):
    middle = np.searchsorted(audit.upper, audit.median)
    density = audit.share[middle] / (audit.upper - audit.lower)[middle]
    rounding = math.log10(90.5 / 89.5) / 2
    assert abs(audit.median - math.log10(90)) < 5 * 0.5 / density / CHAINS**0.5 + rounding


def test_the_standard_error_is_the_binomial_one(audit):
    assert audit.standard_error(0.5) == pytest.approx(0.5 / CHAINS**0.5)
    assert audit.standard_error(0.0) == audit.standard_error(1.0) == 0.0


def test_the_bins_hold_every_chain_once(audit):
    assert audit.share.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_array_equal(audit.lower[1:], audit.upper[:-1])
    assert (audit.upper > audit.lower).all()
    assert audit.book == math.log10(16)
    above = audit.share[audit.lower >= audit.book].sum(), audit.share[audit.upper > audit.book].sum()
    assert above[0] <= audit.ratio_below_sixteenth <= above[1]


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_the_counts_are_those_of_deeper_chains(activation, cost):
    found = audit_usually(501, 4, 1.5, 0.5, activation, a0=0.3)
    chains = Chain.random(4, 4, 1.5, 0.5, activation, 501)
    gradients = chains.nabla_b(0.3, 0.9, cost).log10_abs
    ratios = gradients[2] - gradients[0]
    assert found.chains == 501
    assert found.median == pytest.approx(np.median(ratios), rel=1e-12)
    assert found.ratio_below_sixteenth == (ratios > np.log10(16)).mean()
    assert found.factor_below_quarter == (np.abs(chains.factors(0.3)[1]) < 0.25).mean()
    assert found.weight_below_one == (np.abs(chains.weights[1]) < 1).mean()
    counts = [
        ((low <= ratios) & (ratios < high)).sum() for low, high in zip(found.lower, found.upper, strict=True)
    ]
    np.testing.assert_allclose(found.share, np.array(counts) / 501)


@pytest.mark.parametrize("weight_std", [1.0, 100.0, 1e4, 1e150])
def test_bins_widen_by_powers_of_2_and_stay_few(weight_std):
    found = audit_usually(300, 0, weight_std)
    assert found.share.sum() == pytest.approx(1.0)
    assert 1 <= found.share.size <= 2000
    widths = found.upper - found.lower
    np.testing.assert_array_equal(widths, widths[0])
    assert math.frexp(widths[0])[0] == 0.5
    assert widths[0] == 0.125 or weight_std > 1.0


def test_dead_chains_are_in_no_bin():
    found = audit_usually(1000, 0, activation="relu")
    alive = np.isfinite(Chain.random(3, 0, activation="relu", chains=1000).response(1.0).log10_abs[1]).mean()
    assert 0 < alive < 0.5
    assert found.share.sum() == pytest.approx(alive)
    assert found.median == np.inf


def test_weights_of_0_leave_no_bin():
    found = audit_usually(10, 0, weight_std=0.0)
    assert found.share.size == found.lower.size == found.upper.size == 0
    assert found[1:4] == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weight_std", [0.0, 1e-9, 100.0, 1e4])
def test_no_share_is_ever_nan(activation, weight_std):
    found = audit_usually(40, 2, weight_std, activation=activation)
    assert not np.isnan(found.median)
    assert all(0 <= share <= 1 for share in found[1:4])
    assert 0 <= found.share.sum() <= 1 + 1e-12
    products = products_by_depth(5, 40, 2, weight_std, activation=activation)
    assert not np.isnan([products.low, products.median, products.high]).any()


def test_products_are_the_quantiles_of_the_responses():
    found = products_by_depth(6, 101, 3, 2.0, 0.5, "tanh", 0.2)
    ordered = np.sort(Chain.random(6, 3, 2.0, 0.5, "tanh", 101).response(0.2).log10_abs, axis=1)
    np.testing.assert_array_equal(found.low, ordered[:, 5])
    np.testing.assert_array_equal(found.median, ordered[:, 50])
    np.testing.assert_array_equal(found.high, ordered[:, 95])
    np.testing.assert_array_equal(found.layers, [1, 2, 3, 4, 5, 6])
    np.testing.assert_allclose(found.quarter, -found.layers * math.log10(4))


def test_dead_products_are_minus_infinity():
    found = products_by_depth(12, 200, 0, activation="relu")
    assert found.median[-1] == found.low[-1] == -np.inf
    assert found.high[0] == 0.0


def test_the_log_falls_linearly_and_spreads_as_the_root_of_depth():
    found, at = products_by_depth(400, 4000, 0), np.array([99, 199, 399])
    step = found.median[399] / 400
    np.testing.assert_allclose(found.median[at] / (at + 1), step, rtol=0.02)
    assert step < math.log10(0.25)
    # A 5 % quantile of 4,000 nearly normal draws is off by 2.1 sigmas / sqrt(4000), twice over 3.29 sigmas.
    spread = (found.high - found.low)[at] / np.sqrt(at + 1)
    np.testing.assert_allclose(spread, spread.mean(), rtol=5 * 2.1 * 2**0.5 / 3.29 / 4000**0.5)


@pytest.mark.parametrize("cost", COSTS)
def test_a_family_is_one_chain_at_each_scale(cost):
    chain = Chain.random(5, 2)
    family = scale_family(chain, FACTORS, 0.4, 0.8, cost)
    np.testing.assert_array_equal(family.layers, [1, 2, 3, 4, 5])
    for s, log10_scale in enumerate(np.log10(family.factors)):
        scaled = Chain(chain.weights * 10.0**log10_scale, chain.biases)
        expected = scaled.nabla_b(0.4, 0.8, cost)
        np.testing.assert_allclose(family.nabla_b.log10_abs[:, s], expected.log10_abs, rtol=1e-12)
        np.testing.assert_array_equal(family.nabla_b.sign[:, s], expected.sign)
    np.testing.assert_allclose(np.diff(np.log10(family.factors)), 0.05)
    assert np.log10(family.factors)[20] == 0.0


def test_the_flattest_line_of_a_family_is_found():
    family = scale_family(Chain.random(5, 2), FACTORS, 0.4, 0.8)
    scale, span = family.flattest
    spans = np.ptp(family.nabla_b.log10_abs, axis=0)
    assert span.log10_abs == spans.min()
    assert scale.log10_abs == np.log10(family.factors)[spans.argmin()]


def test_a_dead_family_is_infinitely_steep():
    _, span = scale_family(Chain([1.0, 1.0], [-99.0, -99.0], "relu"), FACTORS, 1.0, 0.0).flattest
    assert span.to_float() == np.inf


def test_a_family_is_of_a_single_chain():
    with pytest.raises(ValueError, match="only a single chain can be scaled, not 2 at once"):
        scale_family(Chain.random(3, 0, chains=2), FACTORS, 1.0, 0.0)


def draw_products(chains, seed, *rest, **named):
    return products_by_depth(4, chains, seed, *rest, **named)


both = pytest.mark.parametrize("draw", [audit_usually, draw_products])


@both
@pytest.mark.parametrize("name", ["weight_std", "bias_std", "a0"])
def test_what_is_no_finite_number_is_refused(draw, name):
    refuses_each(NOT_NUMBERS, lambda bad: draw(10, 0, **{name: bad}))


@both
def test_what_is_no_whole_number_is_refused(draw):
    refuses_each([0, *NOT_WHOLE], lambda bad: draw(bad, 0))
    refuses_each(NOT_WHOLE, lambda bad: draw(10, bad))
    refuses_each([0, *NOT_WHOLE], lambda bad: products_by_depth(bad, 10, 0))


@both
def test_a_std_is_at_least_0(draw):
    refuses_each([-1.0], lambda bad: draw(10, 0, weight_std=bad))
    refuses_each([-1.0], lambda bad: draw(10, 0, bias_std=bad))


@both
def test_an_unknown_activation_is_refused(draw):
    refuses_each(NOT_NAMES, lambda bad: draw(10, 0, activation=bad))


def test_a_family_needs_finite_numbers_and_a_cost():
    chain = Chain([1.0], [0.0])
    refuses_each(NOT_NUMBERS, lambda bad: scale_family(chain, FACTORS, bad, 0.0))
    refuses_each(NOT_NUMBERS, lambda bad: scale_family(chain, FACTORS, 1.0, bad))
    refuses_each(NOT_NAMES, lambda bad: scale_family(chain, FACTORS, 1.0, 0.0, bad))


def test_a_weight_that_lets_one_factor_reach_1_is_rare():
    drawn = np.abs(Chain.random(20, 5, chains=100_000).weights)
    exact = math.erfc(4.0 / math.sqrt(2.0))
    assert exact == pytest.approx(6.3e-5, rel=0.01)
    assert abs((drawn >= 4.0).mean() - exact) < 5.0 * math.sqrt(exact / drawn.size)
