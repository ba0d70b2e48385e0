"""How unevenly random chains learn, against the gradients of `Chain` and against simulation."""

import tracemalloc

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses, refuses_each
from vgcore import ACTIVATIONS, COSTS, Chain
from vgcore.studies.imbalance import (
    FACTORS,
    Scales,
    balance_by_depth,
    balance_by_scale,
    compare_activations,
    log_ratio_histogram,
    log_ratio_theory,
    random_log_ratios,
)

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
SETTLING = ("sigmoid", "tanh", "softplus", "leaky_relu", "linear")
SLOPE_OF_LINEAR = -(np.euler_gamma + np.log(2)) / (2 * np.log(10))
SPREAD_OF_LINEAR = np.pi / (2 * np.sqrt(2) * np.log(10))
TWO = np.log10(2.0)

SCALES = np.geomspace(0.1, 30.0, 49)


def gradients(depth, chains, seed, *settings, a0=1.0, cost="quadratic"):
    """Return log10 |dC/db_j / dC/db_L| of random chains for j = 1 ... L, (L, m)."""
    many = Chain.random(depth, seed, *settings, chains=chains)
    trace = many.trace(a0, 0.3, cost)
    return trace.nabla_b.log10_abs - trace.nabla_b.log10_abs[-1]


def ratio(depth, chains, seed, *settings, a0=1.0):
    """Return log10 |dC/db_1 / dC/db_L| of random chains by `Trace.ratio`."""
    trace = Chain.random(depth, seed, *settings, chains=chains).trace(a0, 0.3)
    return trace.ratio(1, depth).log10_abs


@each_activation
@pytest.mark.parametrize(
    ("weight_std", "bias_std", "a0"),
    [
        (1.0, 1.0, 1.0),
        (0.1, 0.0, 0.3),
        (3.0, 0.5, -2.0),
        (100.0, 1.0, 1.0),
        (1e-4, 1.0, 1.0),
        (2e3, 1.0, 0.5),
    ],
)
@pytest.mark.parametrize("depth", [2, 19])
def test_the_ratios_are_those_of_chain(activation, weight_std, bias_std, a0, depth):
    found = random_log_ratios(depth, 200, 5, weight_std, bias_std, activation, a0)
    expected = ratio(depth, 200, 5, weight_std, bias_std, activation, a0=a0)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "leaky_relu", "selu"])
def test_the_cost_does_not_matter(activation, cost):
    expected = gradients(6, 50, 2, 1.0, 1.0, activation, cost=cost)[0]
    np.testing.assert_allclose(random_log_ratios(6, 50, 2, activation=activation), expected, rtol=1e-10)


def test_a_saturated_chain_keeps_its_digits():
    found = random_log_ratios(40, 300, 1, 100.0)
    assert found.min() < -400
    np.testing.assert_allclose(found, ratio(40, 300, 1, 100.0), rtol=1e-10)


@pytest.mark.parametrize("activation", ["relu", "hard_tanh"])
def test_a_dead_chain_is_minus_infinity(activation):
    found = random_log_ratios(12, 400, 3, 2.0, activation=activation)
    dead = Chain.random(12, 3, 2.0, activation=activation, chains=400).trace(1.0, 0.0).primes.sign[:-1] == 0
    np.testing.assert_array_equal(np.isneginf(found), dead.any(axis=0))
    assert np.isneginf(found).any()


@each_activation
def test_a_chain_of_weights_0_is_dead(activation):
    assert np.isneginf(random_log_ratios(3, 5, 0, 0.0, activation=activation)).all()


@each_activation
def test_a_single_layer_is_its_own_measure(activation):
    np.testing.assert_array_equal(random_log_ratios(1, 7, 0, activation=activation), np.zeros(7))


def test_many_blocks_of_chains_are_each_alone():
    found = random_log_ratios(9, 20_001, 4, 1.5)
    np.testing.assert_allclose(found, ratio(9, 20_001, 4, 1.5), rtol=1e-10, atol=1e-10)


def test_a_seed_always_draws_the_same_ratios():
    np.testing.assert_array_equal(random_log_ratios(5, 50, 1), random_log_ratios(5, 50, 1))
    assert not np.array_equal(random_log_ratios(5, 50, 1), random_log_ratios(5, 50, 2))


def test_only_a_layer_of_chains_is_in_memory(alone):
    depth, chains = 200, 10_000
    random_log_ratios(2, 1, 0)  # numpy imports what it draws with on first use
    tracemalloc.start()
    random_log_ratios(depth, chains, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * chains * 8 < depth * chains * 8


def test_the_median_of_depth_4_is_that_of_the_gradients():
    chains = 100_000
    found, other = random_log_ratios(4, chains, 1), gradients(4, chains, 2)[0]
    window = np.abs(other - np.median(other)) < 0.1
    standard_error = 0.5 / (window.mean() / 0.2) / np.sqrt(chains)
    assert abs(np.median(found) - np.median(other)) < 5 * np.sqrt(2) * standard_error


def test_the_median_of_three_layers_is_1_over_90():
    chains = 100_000
    found = random_log_ratios(3, chains, 1)
    density = (np.abs(found - np.median(found)) < 0.1).mean() / 0.2
    assert (
        abs(np.median(found) + np.log10(90)) < 5 * 0.5 / density / np.sqrt(chains) + np.log10(90.5 / 89.5) / 2
    )


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std"),
    [
        ("sigmoid", 1.0, 1.0),
        ("sigmoid", 4.0, 0.5),
        ("sigmoid", 20.0, 1.0),
        ("sigmoid", 1.0, 0.0),
        ("tanh", 1.0, 1.0),
        ("tanh", 4.0, 0.5),
        ("tanh", 0.3, 2.0),
        ("softplus", 1.0, 1.0),
        ("softplus", 0.3, 2.0),
        ("leaky_relu", 1.0, 1.0),
        ("leaky_relu", 3.0, 0.5),
        ("linear", 1.0, 1.0),
        ("linear", 0.2, 0.0),
    ],
)
def test_the_theory_is_the_growth_of_long_chains(activation, weight_std, bias_std):
    chains, settings = 20_000, (weight_std, bias_std, activation)
    theory = log_ratio_theory(*settings)
    short, long = (random_log_ratios(depth, chains, 7, *settings) for depth in (30, 60))
    growth = (long - short) / 30
    spread = ((long - long.mean()) ** 2 - (short - short.mean()) ** 2) / 30
    for terms, expected in ((growth, theory.mean), (spread, theory.std**2)):
        assert abs(terms.mean() - expected) < 5 * terms.std() / np.sqrt(chains)


@pytest.mark.parametrize("std", [1e-9, 0.2, 1.0, 8.0])
@pytest.mark.parametrize("bias_std", [0.0, 1.0])
def test_the_theory_of_linear_is_exact(std, bias_std):
    found = log_ratio_theory(std, bias_std, "linear")
    assert found.mean == pytest.approx(np.log10(std) + SLOPE_OF_LINEAR, abs=1e-6)
    assert found.std == pytest.approx(SPREAD_OF_LINEAR, rel=1e-6)


@pytest.mark.parametrize("std", [0.2, 1.0, 8.0])
@pytest.mark.parametrize("bias_std", [0.0, 1.0])
def test_the_theory_of_leaky_relu_is_that_of_fair_coins(std, bias_std):
    found = log_ratio_theory(std, bias_std, "leaky_relu")
    assert found.mean == pytest.approx(np.log10(std) + SLOPE_OF_LINEAR - 1.0, abs=1e-6)
    assert found.std == pytest.approx(np.hypot(SPREAD_OF_LINEAR, 1.0), rel=1e-6)


@pytest.mark.parametrize("settings", [(1.0, 1.0, "sigmoid"), (0.5, 0.5, "tanh")])
def test_the_shares_are_counted_by_hand(settings):
    depth, chains = 7, 400
    found = balance_by_depth(depth, chains, 6, *settings)
    np.testing.assert_array_equal(found.layers, np.arange(1, depth + 1))
    assert found.balanced[0] == 1.0
    for layer in range(1, depth + 1):
        logs = gradients(layer, chains, 6, *settings)
        balanced = np.ptp(logs, axis=0) <= TWO
        assert found.balanced[layer - 1] == balanced.mean()
        assert found.mean[layer - 1] == pytest.approx(logs[0].mean(), rel=1e-10)
        assert found.std[layer - 1] == pytest.approx(logs[0].std(), rel=1e-10)
        assert found.zero[layer - 1] == 0.0


def test_dead_chains_count_as_unbalanced_and_leave_the_mean():
    depth, chains = 6, 300
    found = balance_by_depth(depth, chains, 8, 2.0, 0.5, "relu")
    primes = Chain.random(depth, 8, 2.0, 0.5, "relu", chains).trace(1.0, 0.3).primes.sign
    for layer in range(2, depth + 1):
        alive = (primes[: layer - 1] != 0).all(axis=0)
        some = random_log_ratios(layer, chains, 8, 2.0, 0.5, "relu")[alive]
        assert found.zero[layer - 1] == pytest.approx(1.0 - alive.mean(), abs=1e-15)
        assert found.mean[layer - 1] == pytest.approx(some.mean(), rel=1e-10)
        assert found.std[layer - 1] == pytest.approx(some.std(), rel=1e-10)
        assert found.balanced[layer - 1] <= alive.mean()
    assert 0.0 < found.zero[1] < found.zero[-1] < 1.0


def test_where_all_chains_are_dead_there_is_no_mean():
    found = balance_by_depth(3, 10, 0, 0.0)
    np.testing.assert_array_equal(found.zero, [0.0, 1.0, 1.0])
    np.testing.assert_array_equal(found.balanced, [1.0, 0.0, 0.0])
    assert found.mean[0] == found.std[0] == 0.0
    assert np.isnan(found.mean[1:]).all()
    assert np.isnan(found.std[1:]).all()


def test_no_chain_stays_balanced():
    found = balance_by_depth(40, 2000, 1, 2.5, activation="tanh")
    assert (np.diff(found.balanced) <= 0).all()
    assert found.balanced[-1] < 0.005


def test_the_scales_share_their_draws():
    found = balance_by_scale(SCALES, 5, 101, 3, 0.5, "tanh", 0.4)
    np.testing.assert_allclose(found.weight_stds, np.geomspace(0.1, 30.0, 49))
    for k in (0, 16, 48):
        ratios = random_log_ratios(5, 101, 3, found.weight_stds[k], 0.5, "tanh", 0.4)
        assert found.median[k] == np.sort(ratios)[50]
        assert found.vanished[k] == (ratios < -1.0).mean()
        assert found.exploded[k] == (ratios > 1.0).mean()


def test_the_best_scale_is_nearest_to_balance():
    found = balance_by_scale(SCALES, 8, 300, 1, activation="tanh")
    scale, size = found.best
    k = list(found.weight_stds).index(scale)
    assert abs(found.median[k]) == np.abs(found.median).min()
    assert size.log10_abs == found.median[k]
    assert size.sign == 1.0
    by_hand = Scales(np.array([1.0, 2.0, 3.0]), np.array([-np.inf, -0.2, 0.5]), *2 * [np.zeros(3)]).best
    assert by_hand[0] == 2.0
    assert by_hand[1].to_float() == pytest.approx(10**-0.2)


def test_where_every_scale_is_dead_the_best_ratio_is_0():
    assert balance_by_scale(SCALES, 60, 21, 0, activation="relu").best[1].to_float() == 0.0


DRAWS = {
    "ratios": lambda depth=3, chains=4, seed=0, **named: random_log_ratios(depth, chains, seed, **named),
    "by depth": lambda depth=3, chains=4, seed=0, **named: balance_by_depth(depth, chains, seed, **named),
    "by scale": lambda depth=3, chains=4, seed=0, **named: balance_by_scale(
        SCALES, depth, chains, seed, **named
    ),
}
each_draw = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)


@each_draw
@pytest.mark.parametrize("name", ["weight_std", "bias_std", "a0"])
def test_what_is_no_finite_number_is_refused(draw, name):
    if (draw, name) != (DRAWS["by scale"], "weight_std"):
        refuses_each(NOT_NUMBERS, lambda bad: draw(**{name: bad}))


@each_draw
def test_what_is_no_whole_number_is_refused(draw):
    refuses_each([0, *NOT_WHOLE], lambda bad: draw(depth=bad))
    refuses_each([0, *NOT_WHOLE], lambda bad: draw(chains=bad))
    refuses_each(NOT_WHOLE, lambda bad: draw(seed=bad))


@each_draw
def test_a_name_is_known_and_a_std_at_least_0(draw):
    refuses_each(NOT_NAMES, lambda bad: draw(activation=bad))
    refuses_each([-1.0], lambda bad: draw(bias_std=bad))
    if draw is not DRAWS["by scale"]:
        refuses_each([-1.0], lambda bad: draw(weight_std=bad))


@pytest.mark.parametrize("draw", [DRAWS["ratios"], DRAWS["by depth"]], ids=["ratios", "by depth"])
@pytest.mark.parametrize(
    "settings",
    [
        {"weight_std": 1.7e308, "chains": 40},
        {"bias_std": 1.7e308, "chains": 40},
        {"weight_std": 1e200, "activation": "linear"},
        {"weight_std": 900.0, "a0": 1.7e308},
    ],
)
def test_an_overflow_is_refused(draw, settings):
    with pytest.raises(ValueError, match=r"overflows float64|at most 1e300"):
        draw(**settings)


def test_the_theory_is_only_of_chains_that_settle():
    refuses_each([*(name for name in ACTIVATIONS if name not in SETTLING), *NOT_NAMES], theory_of)
    refuses_each([0.0, -1.0, *NOT_NUMBERS], log_ratio_theory)
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: log_ratio_theory(1.0, bad))
    for settings in ((1e101, 1.0), (1.0, 1e101)):
        with refuses(1e101):
            log_ratio_theory(*settings)


def theory_of(activation):
    return log_ratio_theory(activation=activation)


@pytest.mark.parametrize("activation", SETTLING)
@pytest.mark.parametrize("settings", [(1e-100, 1e100), (1e100, 0.0)])
def test_the_theory_is_finite(activation, settings):
    if activation == "softplus" and settings[0] > 1.0:
        with refuses(settings[0]):
            log_ratio_theory(*settings, activation)
        return
    assert np.isfinite(log_ratio_theory(*settings, activation)).all()


def test_the_shares_within_a_factor_are_those_of_the_gradients():
    grown = balance_by_depth(4, 300, 7, 1.5)
    for depth in (1, 2, 4):
        gradients = Chain.random(depth, 7, 1.5, chains=300).nabla_b(1.0, 0.3).log10_abs
        spans = np.ptp(gradients, axis=0)
        expected = [(spans <= np.log10(factor) + 1e-12).mean() for factor in FACTORS]
        np.testing.assert_allclose(grown.within[:, depth - 1], expected, atol=1e-12)
        assert grown.balanced_at(depth) == expected[0]


def test_a_histogram_of_ratios_holds_every_living_chain():
    found = log_ratio_histogram(4, 2000, 3, activation="relu")
    ratios = random_log_ratios(4, 2000, 3, activation="relu")
    assert found.zero == np.isneginf(ratios).mean()
    assert found.share.sum() + found.zero == pytest.approx(1.0)
    assert np.isnan(found.theory).all()


def test_the_normal_law_of_theory_covers_the_histogram_of_deep_chains():
    found = log_ratio_histogram(60, 20_000, 3)
    assert found.theory.sum() == pytest.approx(1.0, abs=0.01)
    assert np.abs(found.share - found.theory).sum() / 2.0 < 0.1


def test_activations_are_compared_at_their_own_best_scale():
    rows = compare_activations(("sigmoid", "linear"), SCALES, 5, 400, 2)
    for index, name in enumerate(rows.names):
        best, ratio = balance_by_scale(SCALES, 5, 400, 2, activation=name).best
        assert rows.best[index] == best
        assert rows.ratio.log10_abs[index] == pytest.approx(float(ratio.log10_abs))
        assert rows.balanced_of(name) == balance_by_depth(5, 400, 2, best, activation=name).balanced_at(5)
    np.testing.assert_allclose(rows.steepest, [0.25, 1.0])


def test_there_must_be_something_to_compare():
    refuses_each(([], (), 5, None), lambda bad: compare_activations(bad, SCALES, 5, 40, 2))
    assert compare_activations(iter(["sigmoid"]), SCALES, 5, 40, 2).names == ("sigmoid",)


def test_there_are_only_so_many_layers():
    balance = balance_by_depth(5, 40, 2)
    assert balance.balanced_at(5) == balance.balanced[-1]
    refuses_each((*NOT_WHOLE, 0, 6), balance.balanced_at)


def test_what_a_caller_changes_is_his_own():
    first = balance_by_scale(SCALES, 5, 40, 2)
    kept = first.median.copy()
    first.median[:] = first.weight_stds[:] = 7.0
    second = balance_by_scale(SCALES, 5, 40, 2)
    np.testing.assert_array_equal(second.median, kept)
    np.testing.assert_array_equal(second.weight_stds, SCALES)


@pytest.mark.parametrize(
    ("weight_std", "mean", "std"), [(2.0, -0.0678, 1.316), (1.9, -0.0076, 1.269), (3.0, -0.6720, 1.793)]
)
def test_without_biases_the_outputs_of_tanh_sink_as_far_as_theory_follows_them(weight_std, mean, std):
    """Chains that begin where theory has their outputs settled: ln |a| walks, and is thrown back at 0."""
    found = log_ratio_theory(weight_std, 0.0, "tanh")
    assert found == pytest.approx((mean, std), abs=1e-3)
    chains, layers, rng = 4000, 2000, np.random.default_rng(8)
    drift, spread = (
        np.log(10.0) * each for each in (np.log10(weight_std) + SLOPE_OF_LINEAR, SPREAD_OF_LINEAR)
    )
    log_a, total = -rng.exponential(spread**2 / (2.0 * drift), chains), np.zeros(chains)
    for _ in range(layers):
        log_z = log_a + np.log(np.abs(weight_std * rng.standard_normal(chains)))
        z = np.exp(log_z)
        total -= log_a + 2.0 * (z + np.log1p(np.exp(-2.0 * z)) - np.log(2.0))  # ln of tanh'(z)
        total += log_z
        log_a = np.where(log_z < -20.0, log_z, np.log(np.tanh(np.maximum(z, 1e-9))))
    each = total / (layers * np.log(10.0))
    assert abs(each.mean() - found.mean) < 5 * found.std / np.sqrt(chains * layers)


def test_where_tanh_comes_back_late_all_spread_is_that_of_the_walk():
    found, walk = log_ratio_theory(1.89, 0.0, "tanh"), np.log10(1.89) + SLOPE_OF_LINEAR
    assert found.std == pytest.approx(SPREAD_OF_LINEAR * -found.mean / walk, rel=1e-3)


def test_tiny_biases_are_as_none():
    tiny, none = (log_ratio_theory(2.0, bias_std, "tanh") for bias_std in (1e-100, 0.0))
    assert tiny == pytest.approx(none, rel=1e-4)


def test_the_variance_of_softplus_has_no_bound_towards_its_last_scale():
    """E[a^2] grows as 1 / (1 - weight_std^2 / 2), and the variance with it."""
    stds = np.array([1.412, 1.414])
    assert log_ratio_theory(1.4, 1.0, "softplus").std > 2.15
    found = [(1.0 - std**2 / 2.0) * log_ratio_theory(std, 1.0, "softplus").std ** 2 for std in stds]
    assert found[0] == pytest.approx(found[1], rel=0.02)


def test_the_theory_of_tanh_that_sinks_is_that_of_its_slope_at_0():
    found = log_ratio_theory(1.5, 0.0, "tanh")
    linear = log_ratio_theory(1.5, 0.0, "linear")
    assert found.mean == pytest.approx(linear.mean, abs=1e-5)
    assert found.std == pytest.approx(linear.std, abs=1e-3)


def test_the_theory_of_softplus_grows_with_its_biases():
    small, large = (log_ratio_theory(1.0, std, "softplus") for std in (1e3, 1e5))
    assert large.mean / small.mean == pytest.approx(100.0, rel=2e-3)
    assert large.std / small.std == pytest.approx(100.0, rel=2e-3)


def test_scales_are_refused_as_elsewhere():
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: balance_by_scale(SCALES, 3, 10, 1, bad))
    with pytest.raises(ValueError, match=r"at most 1e300, not 1.0 and 1e\+301"):
        balance_by_scale(SCALES, 3, 10, 1, 1e301)
