"""Gradient descent on chains, against central differences of the mean cost and against `Chain`."""

import re

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS, COSTS, Chain
from vgcore.studies.descent import Descent, descend, descend_from_random, descent_shares

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
each_cost = pytest.mark.parametrize("cost", COSTS)
A0, Y = (0.0, 0.4, 1.0), (0.1, 0.8, 1.0)


def mean_cost(chain, cost, a0=A0, y=Y):
    return np.mean([chain.trace(x, target, cost).cost for x, target in zip(a0, y, strict=True)], axis=0)


def state(chain, cost, a0=A0):
    """Return a row of `Descent` by the methods of `Chain`."""
    factors = [np.abs(chain.factors(x, cost)[1:]).max(axis=0, initial=0.0) for x in a0]
    ratios = [abs(chain.trace(x, 0.0, cost).ratio(1, chain.depth)).to_float() for x in a0]
    largest = np.max(factors, axis=0), np.max(ratios, axis=0), np.abs(chain.weights).max(axis=0)
    return *largest, mean_cost(chain, cost, a0)


def stepped(chain, cost, eta):
    """Return a chain after one step of descent on the mean cost, by central differences."""
    parameters = np.array([chain.weights, chain.biases])
    slopes = central_differences(
        lambda moved: mean_cost(Chain(*moved, chain.activation), cost), parameters, h=1e-5
    )
    return Chain(*(parameters - eta * slopes), chain.activation)


@each_cost
@each_activation
def test_each_step_goes_down_the_mean_cost(activation, cost):
    chain, eta = Chain.random(4, 8, activation=activation), 0.2
    found = descend(chain, A0, Y, 2, eta, cost)
    for step in range(3):
        row = [column[step, 0] for column in found[:-1]]
        np.testing.assert_allclose(row, state(chain, cost), rtol=1e-7, atol=1e-9)
        chain = stepped(chain, cost, eta)


@each_cost
def test_a_chain_of_one_layer_has_no_factor(cost):
    chain = Chain([2.0], [-0.5])
    found = descend(chain, A0, Y, 1, 0.5, cost)
    np.testing.assert_array_equal(found.largest_factor, 0.0)
    assert found.cost[1, 0] == pytest.approx(mean_cost(stepped(chain, cost, 0.5), cost), rel=1e-9)


def test_a_step_by_hand():
    found = descend(Chain([2.0], [0.0], "linear"), [1.0], [0.0], 1, 0.25, "quadratic")
    np.testing.assert_allclose(found.largest_weight[:, 0], [2.0, 1.5])
    np.testing.assert_allclose(found.cost[:, 0], [2.0, 0.5])


@each_cost
def test_many_chains_at_once_are_each_alone(cost):
    many = Chain.random(5, 3, 2.0, chains=4)
    found = descend(many, A0, Y, 20, 0.5, cost)
    for k in range(4):
        alone = descend(Chain(many.weights[:, k], many.biases[:, k]), A0, Y, 20, 0.5, cost)
        for both, single in zip(found[:-1], alone[:-1], strict=True):
            assert both.shape == (21, 4)
            np.testing.assert_allclose(both[:, k], single[:, 0], rtol=1e-10)


@each_cost
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "silu", "gelu", "linear"])
def test_small_steps_make_the_cost_fall(activation, cost):
    found = descend(Chain.random(3, 5, 0.7, activation=activation, chains=20), A0, Y, 60, 0.02, cost)
    assert (np.diff(found.cost, axis=0) <= 1e-15).all()
    assert (found.cost[-1] < found.cost[0]).all()


@each_cost
def test_without_a_step_nothing_moves(cost):
    start = Chain.random(3, 1, chains=2)
    begun, still = descend(start, A0, Y, 0, 1.0, cost), descend(start, A0, Y, 3, 0.0, cost)
    for one, many in zip(begun, still, strict=True):
        np.testing.assert_array_equal(many, np.repeat(one, 4, axis=0))


def test_the_chain_itself_is_left_alone():
    chain = Chain.random(3, 1, chains=2)
    descend(chain, A0, Y, 5, 1.0)
    np.testing.assert_array_equal(chain.weights, Chain.random(3, 1, chains=2).weights)
    np.testing.assert_array_equal(chain.biases, Chain.random(3, 1, chains=2).biases)


def test_s13_explodes_from_the_start():
    found = descend(Chain.centred([100.0] * 4, 0.5), [0.5], [1.0], 0, 0.1)
    assert found.largest_factor[0, 0] == pytest.approx(25.0)
    np.testing.assert_array_equal(found.exploding, [1.0])
    np.testing.assert_allclose(found.largest_ratio, [[25.0**3]])
    np.testing.assert_array_equal(found.ahead, [1.0])


def test_the_ratio_is_that_of_the_two_gradients_on_the_worse_example():
    start = Chain.random(4, 3, 3.0, chains=30)
    found = descend(start, A0, Y, 0, 1.0)
    ratios = [
        abs(gradients[0] / gradients[-1]).to_float()
        for gradients in (start.nabla_b(a0, y, "cross_entropy") for a0, y in zip(A0, Y, strict=True))
    ]
    np.testing.assert_allclose(found.largest_ratio[0], np.max(ratios, axis=0))


FACTORS = [[0.1, 1.0, 2.0, 0.9], [1.5, 1.0, 0.2, 0.9], [0.3, 1.0, 0.2, 1.01]]
COST = [[1.0, 2.0, 4.0, 0.5], [0.5, 0.9, 1.0, 0.6], [0.4, 1.1, 1.9, 0.1]]


def test_exploded_is_exploded_for_good():
    found = Descent(np.array(FACTORS), np.array(FACTORS) / 2.0, np.ones((3, 4)), np.array(COST), 2.0)
    np.testing.assert_array_equal(found.exploding, [0.25, 0.5, 0.75])
    np.testing.assert_array_equal(found.ahead, [0.0, 0.0, 0.0])


def test_learned_is_below_half_of_a_guess():
    found = Descent(np.array(FACTORS), np.array(FACTORS), np.ones((3, 4)), np.array(COST), 2.0)
    np.testing.assert_array_equal(found.learned, [0.25, 0.75, 0.5])


@each_cost
def test_random_chains_learn_0_and_1(cost):
    found = descend_from_random(3, 30, 2, 1.5, 0.5, 10, cost)
    expected = descend(Chain.random(3, 2, 1.5, chains=30), [0.0, 1.0], [0.0, 1.0], 10, 0.5, cost)
    assert found.guess == pytest.approx({"quadratic": 0.125, "cross_entropy": np.log(2.0)}[cost])
    for one, other in zip(found[:-1], expected[:-1], strict=True):
        assert one.shape == (11, 30)
        np.testing.assert_array_equal(one, other)


def test_wide_weights_learn_and_some_explode():
    found = descend_from_random(2, 200, 0, 4.0, 1.0, 300)
    assert found.learned[0] < 0.1
    assert found.learned[-1] > 0.5
    assert (np.diff(found.exploding) >= 0).all()
    assert found.exploding[-1] > found.exploding[0]


@pytest.mark.parametrize("eta", [10.0, 1234.5, 1e300])
def test_a_divergence_names_its_eta(eta):
    with pytest.raises(
        ValueError, match=r"diverges at step \d+: use a smaller eta than " + re.escape(f"{eta:g}")
    ):
        descend(Chain.random(3, 0, activation="linear", chains=2), A0, Y, 100, eta, "quadratic")


@each_cost
@each_activation
def test_the_largest_eta_diverges_or_stays_finite(activation, cost):
    assert finite_or_refused(Chain.random(3, 0, activation=activation, chains=3), 1.7e308, cost)


def finite_or_refused(chain, eta, cost):
    try:
        return all(np.isfinite(part).all() for part in descend(chain, A0, Y, 20, eta, cost))
    except ValueError as refusal:
        return f"use a smaller eta than {eta:g}" in str(refusal)


CHAIN = Chain.random(2, 0)


@pytest.mark.parametrize("bad", [0.5, [], [[0.0, 1.0]], "01", None, [True, False], [0.0, "1"]])
def test_examples_are_lists_of_numbers(bad):
    for a0, y in ((bad, A0), (A0, bad)):
        with pytest.raises(ValueError, match=r"a0|y"):
            descend(CHAIN, a0, y, 1, 0.1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_example_is_refused_for_one_bad_entry(bad):
    for a0, y in (([0.0, bad], [0.0, 1.0]), ([0.0, 1.0], [0.0, bad])):
        with pytest.raises(ValueError, match=f"must be finite, but holds {bad}"):
            descend(CHAIN, a0, y, 1, 0.1)


def test_examples_and_targets_are_as_many():
    with pytest.raises(ValueError, match="not 3 and 2"):
        descend(CHAIN, A0, Y[:2], 1, 0.1)
    with pytest.raises(ValueError, match="not 0 and 0"):
        descend(CHAIN, [], [], 1, 0.1)


def test_what_is_out_of_range_is_refused():
    refuses_each(NOT_WHOLE, lambda bad: descend(CHAIN, A0, Y, bad, 0.1))
    refuses_each([-0.1, *NOT_NUMBERS], lambda bad: descend(CHAIN, A0, Y, 1, bad))
    refuses_each(NOT_NAMES, lambda bad: descend(CHAIN, A0, Y, 1, 0.1, bad))


def test_random_descents_refuse_it_too():
    refuses_each([0, *NOT_WHOLE], lambda bad: descend_from_random(2, bad, 0, 1.0, 0.1, 1))
    refuses_each(NOT_WHOLE, lambda bad: descend_from_random(2, 2, bad, 1.0, 0.1, 1))
    refuses_each([0, *NOT_WHOLE], lambda bad: descend_from_random(bad, 2, 0, 1.0, 0.1, 1))
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: descend_from_random(2, 2, 0, bad, 0.1, 1))
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: descend_from_random(2, 2, 0, 1.0, bad, 1))
    refuses_each(NOT_WHOLE, lambda bad: descend_from_random(2, 2, 0, 1.0, 0.1, bad))
    refuses_each(NOT_NAMES, lambda bad: descend_from_random(2, 2, 0, 1.0, 0.1, 1, bad))


def test_the_shares_are_those_of_the_descent():
    run, shares = (find(30, 2, 3, 1.5, 0.5, 10) for find in (descend_from_random, descent_shares))
    np.testing.assert_array_equal(shares.learned, run.learned)
    np.testing.assert_array_equal(shares.exploding, run.exploding)
    np.testing.assert_array_equal(shares.ahead, run.ahead)


def test_chains_that_overflow_before_any_step_are_not_the_fault_of_eta():
    chain = Chain([1e200] * 3, [0.0] * 3, "linear")
    with pytest.raises(ValueError, match="overflow float64: use smaller weights, inputs or targets"):
        descend(chain, [1e10], [0.0], 3, 0.0, "quadratic")
