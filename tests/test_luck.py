"""The luck of ReLU networks against networks drawn weight by weight, and against its exact law."""

from functools import cache
from math import comb

import numpy as np
import pytest
from mpmath import mp

from tests.support.bad_input import NOT_WHOLE, refuses_each
from vgcore import Network
from vgcore.studies.luck import jacobian_luck, luck_by_width, luck_theory, random_log_jacobians

WIDTHS = (5, 8, 12, 20, 30, 50, 80, 130, 200, 300)


def drawn(widths, axis, networks):
    """Return ln |J v|^2 of networks drawn weight by weight, x along the first axis and v along another."""
    x, v = np.eye(4)[:, [0]], np.eye(4)[:, axis] * np.sqrt(4 / widths[-1])
    found = []
    for seed in range(networks):
        network = Network.random([4, *widths], seed, "relu", "he_normal", 0.0)
        jv = v
        for w, z in zip(network.weights, network.forward(x, "quadratic")[0], strict=True):
            jv = (z[:, 0] > 0.0) * (w @ jv)
        found.append(jv @ jv)
    with np.errstate(divide="ignore"):
        return np.log(found)


@cache
def layer_law(n):
    """Return the mean and variance that a living layer of n neurons adds to ln |J v|^2.

    Of n neurons K are on, each with probability 1/2; whatever the layers before have done, the new
    |J v|^2 is 2/n of the old times a chi-squared number of K degrees of freedom.
    """
    on = range(1, n + 1)
    shares = np.array([comb(n, k) / (2**n - 1) for k in on])
    means = np.array([float(mp.digamma(k / 2) + mp.log(mp.mpf(4) / n)) for k in on])
    variances = np.array([float(mp.psi(1, k / 2)) for k in on])
    return shares @ means, shares @ (variances + means**2) - (shares @ means) ** 2


def exact_law(widths):
    """Return the mean and variance of ln |J v|^2, and the share of dead networks."""
    mean, variance = np.sum([layer_law(n) for n in widths], axis=0)
    return mean, variance, 1.0 - np.prod([1.0 - 2.0**-n for n in widths])


def errors_of(sample):
    """Return the standard errors of the mean and the variance of a sample."""
    spread = sample - sample.mean()
    return sample.std() / np.sqrt(sample.size), (spread**2).std() / np.sqrt(sample.size)


@pytest.mark.parametrize(("widths", "axis"), [((8, 5, 8), 1), ((3, 2, 4, 3), 1), ((3, 6), 0)])
def test_they_are_as_lucky_as_networks_drawn_weight_by_weight(widths, axis):
    one, other = drawn(widths, axis, 1000), random_log_jacobians(widths, 20_000, 1)
    dead = np.isneginf(one).mean(), np.isneginf(other).mean()
    assert abs(dead[0] - dead[1]) < 4 * np.sqrt(dead[1] * (1 - dead[1]) / 1000) + 1e-3
    one, other = one[np.isfinite(one)], other[np.isfinite(other)]
    errors = np.hypot(errors_of(one), errors_of(other))
    assert abs(one.mean() - other.mean()) < 4 * errors[0]
    assert abs(one.var() - other.var()) < 4 * errors[1]
    for share in (0.1, 0.5, 0.9):
        assert abs((one < np.quantile(other, share)).mean() - share) < 4 * np.sqrt(0.25 / 1000)


@pytest.mark.parametrize("widths", [(1,), (2, 2), (1, 2, 1), (3, 5, 2), (20,) * 10])
def test_they_follow_the_exact_law(widths):
    logs = random_log_jacobians(widths, 20_000, 3)
    mean, variance, dead = exact_law(widths)
    alive = logs[np.isfinite(logs)]
    assert abs(1 - alive.size / logs.size - dead) < 4 * np.sqrt(dead * (1 - dead) / logs.size) + 1e-3
    mean_error, variance_error = errors_of(alive)
    assert abs(alive.mean() - mean) < 4 * mean_error
    assert abs(alive.var() - variance) < 4 * variance_error


def test_the_square_of_jv_is_1_in_the_mean_and_its_square_is_known():
    widths = (30, 12, 20)
    squares = np.exp(random_log_jacobians(widths, 100_000, 5))
    fourth = np.prod([1.0 + 5.0 / n for n in widths])
    assert abs(squares.mean() - 1.0) < 4 * squares.std() / np.sqrt(squares.size)
    assert abs((squares**2).mean() - fourth) < 4 * (squares**2).std() / np.sqrt(squares.size)


def test_the_law_of_wide_layers_is_that_of_hanin_and_nica():
    widths = (300,) * 20
    law = luck_theory(widths)
    assert law == pytest.approx((-0.5 * 5 * 20 / 300, 5 * 20 / 300), rel=1e-13)
    mean, variance, _ = exact_law(widths)
    assert (mean, variance) == pytest.approx(law, rel=0.02)
    assert luck_theory([2, 4, 4]) == (-2.5, 5.0)


def test_every_network_is_in_the_histogram_or_dead():
    for width, depth in ((3, 4), (30, 10), (1, 1)):
        found = jacobian_luck(depth, width, 2000, 1)
        logs = random_log_jacobians([width] * depth, 2000, 1)
        alive = logs[np.isfinite(logs)]
        assert found.dead == 1.0 - alive.size / 2000
        assert found.share.sum() + found.dead == pytest.approx(1.0, abs=1e-12)
        assert found.theory.sum() == pytest.approx(1.0, abs=1e-4)
        np.testing.assert_array_equal(found.lower[1:], found.upper[:-1])
        for k in (25, 30):
            inside = (alive >= found.lower[k]) & (alive < found.upper[k])
            assert found.share[k] == inside.mean() * alive.size / 2000
        assert (found.mean, found.variance) == (alive.mean(), alive.var())
        assert found.law == luck_theory([width] * depth)
        if found.dead < 0.05:
            low, high = np.quantile(logs, [0.05, 0.95])
            assert found.ratio == pytest.approx(np.exp((high - low) / 2.0))


def test_the_unluckiest_networks_are_the_dead_ones():
    found = jacobian_luck(50, 8, 1000, 1)
    assert found.dead > 0.05
    assert found.ratio == np.inf
    few = jacobian_luck(10, 8, 1000, 1)
    lengths = np.sort(np.exp(random_log_jacobians([8] * 10, 1000, 1) / 2.0))
    assert 0.0 < few.dead < 0.05
    assert lengths[949] / lengths[50] <= few.ratio <= lengths[950] / lengths[49]


def test_the_normal_law_covers_the_histogram_of_wide_layers():
    found = jacobian_luck(10, 200, 20_000, 2)
    assert np.abs(found.share - found.theory).sum() / 2.0 < 0.04
    assert found.ratio == pytest.approx(np.exp(1.645 * np.sqrt(found.law.variance)), rel=0.03)


@pytest.mark.parametrize(("width", "depth"), [(1, 1), (1, 3), (2, 1), (2, 4)])
def test_a_layer_is_dead_when_all_its_neurons_are(width, depth):
    dead = 1.0 - (1.0 - 2.0**-width) ** depth
    assert abs(jacobian_luck(depth, width, 20_000, 0).dead - dead) < 4 * np.sqrt(dead * (1 - dead) / 20_000)


def test_where_all_networks_are_dead_there_is_no_spread():
    found = jacobian_luck(60, 1, 50, 0)
    assert (found.dead, found.mean, found.variance, found.ratio) == (1.0, -np.inf, 0.0, np.inf)
    assert found.share.sum() == 0.0
    assert np.isfinite(found.theory).all()


def test_the_spread_falls_as_the_width_grows():
    found = luck_by_width(WIDTHS, 4, 2000, 6)
    np.testing.assert_array_equal(found.inverse, 4.0 / found.widths)
    np.testing.assert_allclose(found.theory, 5.0 * found.inverse, rtol=1e-15)
    for k in (0, 4, 9):
        logs = random_log_jacobians([int(found.widths[k])] * 4, 2000, 6)
        alive = logs[np.isfinite(logs)]
        assert found.variance[k] == alive.var()
        assert abs(alive.var() - exact_law([int(found.widths[k])] * 4)[1]) < 4 * errors_of(alive)[1]
    assert found.variance[-1] == pytest.approx(found.theory[-1], rel=0.1)
    assert (np.diff(found.variance) < 0.0).all()


def test_one_network_has_no_variance():
    assert np.isnan(luck_by_width(WIDTHS, 2, 1, 0).variance).all()


def test_a_seed_always_draws_the_same_luck():
    first, again, other = (random_log_jacobians([5, 5], 9, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_bad_input_is_refused():
    refuses_each([0, *NOT_WHOLE], lambda bad: random_log_jacobians([3, bad], 5, 0))
    refuses_each([0, *NOT_WHOLE], lambda bad: luck_theory([bad]))
    refuses_each([None, 5, 2.5, []], lambda bad: random_log_jacobians(bad, 5, 0))
    refuses_each([None, 5, 2.5, []], luck_theory)
    refuses_each([0, *NOT_WHOLE], lambda bad: random_log_jacobians([3], bad, 0))
    refuses_each(NOT_WHOLE, lambda bad: random_log_jacobians([3], 5, bad))
    for call in (
        lambda width=3, depth=2, networks=5, seed=0: jacobian_luck(depth, width, networks, seed),
        lambda width=3, depth=2, networks=5, seed=0: luck_by_width(WIDTHS, depth, networks, seed),
    ):
        refuses_each([0, *NOT_WHOLE], lambda bad, call=call: call(depth=bad))
        refuses_each([0, *NOT_WHOLE], lambda bad, call=call: call(networks=bad))
        refuses_each(NOT_WHOLE, lambda bad, call=call: call(seed=bad))
    refuses_each([0, *NOT_WHOLE], lambda bad: jacobian_luck(2, bad, 5, 0))
