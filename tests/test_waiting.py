"""The wait: when networks wake, what makes them wait longer, and when a rule would lose patience."""

import warnings

import numpy as np
import pytest

from vgcore import Network, load_digits
from vgcore.studies import waiting
from vgcore.studies.waiting import Training, Waited, caught_up, growth, halving, stops_at, wait
from vgcore.studies.waits import WAYS


@pytest.fixture(scope="module")
def shallow():
    return wait(Training(hidden=2), 3000, 0.8)


def test_a_network_guesses_and_then_learns(shallow):
    assert shallow.accuracy[0] < 0.2
    assert 300 <= shallow.steps_to(0.5) <= 1000
    assert shallow.steps_to(0.5) < shallow.steps_to(0.8) == shallow.steps[-1] < 3000
    assert shallow.steps_to(0.99) is None
    np.testing.assert_array_equal(shallow.steps, shallow.history.steps)
    np.testing.assert_array_equal(shallow.accuracy, shallow.history.accuracy)
    assert shallow.seconds > 0.0


def test_three_layers_wait_longer_than_two(shallow):
    deeper = wait(Training(hidden=3), 5000)
    assert 1500 <= deeper.steps_to() <= 4000
    line = growth([2, 3], [shallow.steps_to(), deeper.steps_to()])
    assert line.factor == pytest.approx(deeper.steps_to() / shallow.steps_to())
    assert line.steps(3) == pytest.approx(deeper.steps_to())
    assert line.steps(5) == pytest.approx(deeper.steps_to() * line.factor**2)


def test_a_strong_l2_term_wins_over_three_layers_and_loses_against_two():
    assert wait(Training(hidden=2, lmbda=5.0), 3000).steps_to() <= 1500
    lost = wait(Training(hidden=3, lmbda=5.0), 8000)
    assert lost.steps_to() is None
    norms = lost.history.weight_norms
    assert norms[-1, 0] < 0.2 * norms[0, 0]


@pytest.mark.parametrize("way", [*WAYS, "relu", "skips"])
def test_every_way_is_looked_at_every_hundred_steps_and_ends_where_it_should(way):
    told = []
    waited = wait(Training(way, hidden=2), 200, 2.0, lambda seen: told.append(seen.steps[-1]))
    assert waited.steps.tolist() == [0, 100, 200] == told
    assert waited.accuracy.shape == waited.cost.shape == (3,)
    assert waited.training.way == way


@pytest.mark.parametrize("way", ["as_it_is", "skips"])
def test_whoever_looks_can_end_it(way):
    waited = wait(Training(way, hidden=2), 5000, 2.0, lambda seen: seen.steps[-1] < 300)
    assert waited.steps[-1] == 300


@pytest.mark.parametrize("way", ["as_it_is", "batch_100", "skips"])
def test_it_ends_at_the_limit_whatever_its_looks_and_passes(way):
    assert wait(Training(way, hidden=1), 150, 2.0).steps.tolist() == [0, 100, 150]
    assert wait(Training(way, hidden=1), 1, 2.0).steps.tolist() == [0, 1]


@pytest.mark.parametrize("way", ["as_it_is", "skips"])
def test_it_ends_where_numbers_overflow(way):
    waited = wait(Training(way, hidden=2, lmbda=1e9), 300, 2.0)
    assert waited.steps.tolist() == [0]
    assert np.isfinite(waited.cost).all()


def test_skips_and_relu_end_the_wait_of_five_layers():
    for way in ("skips", "relu", "weights_4"):
        assert wait(Training(way, hidden=5), 2000).steps_to() <= 1000


def test_the_network_with_skips_starts_with_the_cost_of_its_outputs():
    waited = wait(Training("skips", hidden=1), 100, 2.0)
    plain = wait(Training(hidden=1), 100, 2.0)
    assert waited.history is None
    assert 0.1 < waited.cost[0] / plain.cost[0] < 10.0


def test_the_output_biases_start_at_the_shares():
    from vgcore.studies.waits import begin

    x, y = load_digits()
    network, _ = begin("shares", 4, 0)
    a = Network(network.weights, network.biases).forward(x)[1][-1]
    np.testing.assert_allclose(a.mean(axis=1), y.mean(axis=1), rtol=0.01)


@pytest.mark.parametrize(
    ("costs", "passes", "stopped"),
    [
        ([1.0] * 30, 10, 12),
        ([1.0] * 11, 10, None),
        ([1.0] * 12, 10, 12),
        (1.0 - 0.001 * np.arange(30), 10, None),
        (1.0 - 0.00005 * np.arange(30), 10, 12),
        ([*[1.0] * 8, 0.9, *[0.9] * 11], 10, 20),
        ([3.0, 2.0, 2.5, 2.5], 1, 4),
        ([], 10, None),
    ],
)
def test_a_rule_stops_where_the_cost_stands_still(costs, passes, stopped):
    assert stops_at(costs, passes=passes) == stopped


def test_what_a_run_shows_of_the_rule_is_counted_in_steps():
    steps = 100 * np.arange(20)
    waited = Waited(Training(), steps, np.zeros(20), np.ones(20), 1e-4)
    assert waited.stopped == 1200
    assert waited._replace(cost=1.0 / (1.0 + steps)).stopped in (None, *steps[12:])


def test_the_rule_is_that_of_scikit_learn():
    network = pytest.importorskip("sklearn.neural_network")
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    settings = {"activation": "logistic", "solver": "sgd", "learning_rate_init": 0.1, "max_iter": 200}
    for hidden, rate in ((1, 0.5), (3, 0.1)):
        settings |= {"hidden_layer_sizes": (30,) * hidden, "learning_rate_init": rate}
        fitted = network.MLPClassifier(**settings, momentum=0.0, random_state=0)
        with warnings.catch_warnings(action="ignore"):  # that it might have gone on
            fitted.fit(digits.data / 16.0, digits.target)
        expected = fitted.n_iter_ if fitted.n_iter_ < 200 else None
        assert stops_at(fitted.loss_curve_) == expected


def test_a_weight_is_halved_by_the_l2_term():
    steps = halving(0.1, 5.0)
    assert pytest.approx((1.0 - 0.1 * 5.0 / 1000.0) ** steps) == 0.5
    assert halving(0.1, 5.0, 50_000) / steps == pytest.approx(50.0, rel=1e-3)
    assert halving(1e-12, 1e-12) == pytest.approx(np.log(2.0) * 1e27)
    assert halving(0.1, 0.0) == np.inf


@pytest.mark.parametrize(
    ("ratios", "look"), [([9, 3, 1.5, 1], 2), ([9, 1.5, 3, 1], 3), ([9, 3], None), ([1.0, 0.1], 0)]
)
def test_the_first_layer_has_caught_up_where_it_stays_near(ratios, look):
    speeds = np.array([[1.0, ratio, 5.0] for ratio in ratios])
    assert caught_up(speeds) == look


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: wait(Training(), 0), "0"),
        (lambda: wait(Training(), 2.5), "2.5"),
        (lambda: wait(Training("faster"), 100), "'faster'"),
        (lambda: wait(Training(hidden=0), 100), "0"),
        (lambda: wait(Training("skips", hidden=0), 100), "0"),
        (lambda: wait(Training("skips", seed=-1), 100), "-1"),
        (lambda: wait(Training("skips", lmbda=-5.0), 100), "-5.0"),
        (lambda: wait(Training("skips", lmbda=np.nan), 100), "nan"),
        (lambda: wait(Training(), 100, -1.0), "-1.0"),
        (lambda: stops_at([np.nan]), "nan"),
        (lambda: stops_at([1.0], -1.0), "-1.0"),
        (lambda: stops_at([1.0], passes=0), "0"),
        (lambda: halving(0.1, -5.0), "-5.0"),
        (lambda: halving(100.0, 100.0), "10000.0"),
        (lambda: halving(0.1, 5.0, 0), "0"),
        (lambda: growth([1], [2]), "[1.]"),
        (lambda: growth([1, 2], [2, 0]), "[2. 0.]"),
    ],
)
def test_what_makes_no_sense_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)


def test_the_looks_are_those_of_a_pass():
    assert load_digits()[0].shape[1] == waiting.LOOK * 10
