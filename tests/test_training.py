"""Gradient descent against the definition, and the shape of the published curves."""

import tracemalloc
from functools import cache

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS, COSTS, Network, load_digits, speeds, train
from vgcore.studies.published import train_on_digits, train_steps
from vgcore.training import KEPT_EPOCHS

each_cost = pytest.mark.parametrize("cost", COSTS)
RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(5, 7)), np.eye(3)[:, RNG.integers(3, size=7)]
NET = Network.random([5, 4, 4, 3], 2)
PARTS = ("speeds", "rms_speeds", "cost", "accuracy")


def by_definition(epochs, eta, lmbda, cost, frozen=0):
    """Train NET on X and Y in plain numpy; return its arrays and a row of everything an epoch."""
    weights, biases = ([array.copy() for array in arrays] for arrays in (NET.weights, NET.biases))
    rows, m = [], X.shape[1]

    def pulled_back(delta):
        deltas = [delta]
        for l in (2, 1):
            deltas.insert(0, (weights[l].T @ deltas[0]) * a[l] * (1 - a[l]))
        return deltas

    def norms(vectors):
        return [np.sqrt(sum(v**2 for v in vector)) for vector in vectors]

    for _ in range(epochs):
        a = [X]
        for w, b in zip(weights, biases, strict=True):
            a.append(1 / (1 + np.exp(-(w @ a[-1] + b))))
        error, value = a[3] - Y, -(Y * np.log(a[3]) + (1 - Y) * np.log(1 - a[3]))
        if cost == "quadratic":
            error, value = error * a[3] * (1 - a[3]), error**2 / 2
        deltas = pulled_back(error)
        means = [delta.sum(axis=1) / m for delta in deltas]
        rest = pulled_back(error - means[2][:, None])
        rows.append(
            {
                "speeds": norms(means),
                "rms_speeds": np.sqrt([(delta**2).sum() / m for delta in deltas]),
                "cost": value.sum() / m,
                "accuracy": sum(a[3][:, k].argmax() == Y[:, k].argmax() for k in range(m)) / m,
                "mean_deltas": means,
                "mean_outputs": a[3].sum(axis=1) / m,
                "rest_speeds": norms(delta.sum(axis=1) / m for delta in rest),
            }
        )
        for l in range(frozen, 3):
            nabla_w = sum(np.outer(deltas[l][:, k], a[l][:, k]) for k in range(m)) / m
            weights[l] = (1 - eta * lmbda / m) * weights[l] - eta * nabla_w
            biases[l] = biases[l] - eta * means[l][:, None]
    return weights, biases, rows


def same_arrays(found, expected):
    for array, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(array, other)


def is_finite(history):
    arrays = [*(getattr(history, name) for name in (*PARTS, "mean_outputs", "rest_speeds", "mean_target"))]
    return all(np.isfinite(array).all() for array in [*arrays, *history.mean_deltas])


@cache
def published(seed, lmbda, epochs):
    """The last hidden layer's speed over the first's in both measures, and the accuracy, by epoch.

    float32 takes half the time.
    """
    x, y = load_digits()
    net = Network.random([784, 30, 30, 30, 30, 10], seed)
    net32 = Network(*([array.astype(np.float32) for array in arrays] for arrays in (net.weights, net.biases)))
    seen = train(net32, x.astype(np.float32), y.astype(np.float32), epochs, lmbda=lmbda)
    mean, rms = (found[:, 3] / found[:, 0] for found in (seen.speeds, seen.rms_speeds))
    return mean, rms, seen.accuracy


@each_cost
@pytest.mark.parametrize("frozen", [0, 1, 3])
@pytest.mark.parametrize("epochs", [1, 5])
def test_a_run_is_its_definition(cost, frozen, epochs):
    weights, biases, rows = by_definition(epochs, 0.7, 2.0, cost, frozen)
    seen = train(NET, X, Y, epochs, 0.7, 2.0, cost, frozen=frozen)
    for found, expected in zip(
        [*seen.network.weights, *seen.network.biases], [*weights, *biases], strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    for name in (*PARTS, "mean_outputs", "rest_speeds"):
        np.testing.assert_allclose(getattr(seen, name), [row[name] for row in rows], rtol=1e-11, atol=1e-15)
    for l in range(3):
        np.testing.assert_allclose(seen.mean_deltas[l], [row["mean_deltas"][l] for row in rows], rtol=1e-11)
    np.testing.assert_allclose(seen.mean_target, Y.sum(axis=1) / 7, rtol=1e-15)


def test_one_step_by_hand():
    net = Network([[[2.0, 0.0]]], [[[0.0]]])
    seen = train(net, [[0.0, 0.0], [1.0, 3.0]], [[0.0, 1.0]], 1, eta=0.5, lmbda=0.4)
    np.testing.assert_array_equal(seen.speeds, [[0.0]])  # a = 1/2 for both: delta is 1/2 and -1/2
    np.testing.assert_allclose(seen.rms_speeds, [[0.5]], rtol=1e-15)
    np.testing.assert_allclose(seen.cost, [np.log(2)], rtol=1e-15)
    np.testing.assert_allclose(seen.network.weights[0], [[2.0 * 0.9, 0.5 * 0.5]], rtol=1e-15)
    np.testing.assert_array_equal(seen.network.biases[0], [[0.0]])


@pytest.mark.parametrize("frozen", [1, 2, 3])
def test_frozen_layers_do_not_even_decay(frozen):
    after = train(NET, X, Y, 3, 0.5, 2.0, frozen=frozen).network
    same_arrays(after.weights[:frozen] + after.biases[:frozen], NET.weights[:frozen] + NET.biases[:frozen])
    for l in range(frozen, 3):
        assert (after.weights[l] != NET.weights[l]).all()
        assert (after.biases[l] != NET.biases[l]).all()


def test_biases_do_not_decay():
    net = Network([np.ones((3, 5))], [np.full((3, 1), 50.0)])  # so saturated that no gradient is left
    after = train(net, np.zeros((5, 4)), np.ones((3, 4)), 1, 0.5, 2.0).network
    np.testing.assert_array_equal(after.weights[0], 0.75)
    np.testing.assert_array_equal(after.biases[0], 50.0)


@pytest.mark.parametrize("frozen", [0, 1])
def test_the_weights_of_an_input_that_is_never_used_only_decay(frozen):
    x = X.copy()
    x[[1, 3]] = 0.0
    without = Network([np.delete(NET.weights[0], [1, 3], axis=1), *NET.weights[1:]], NET.biases)
    seen, expected = (
        train(net, given, Y, 4, 0.5, 2.0, frozen=frozen)
        for net, given in ((NET, x), (without, np.delete(x, [1, 3], axis=0)))
    )
    np.testing.assert_allclose(seen.speeds, expected.speeds, rtol=1e-12)
    found, decay = seen.network.weights[0], 1.0 if frozen else (1 - 0.5 * 2.0 / 7) ** 4
    np.testing.assert_allclose(found[:, [1, 3]], decay * NET.weights[0][:, [1, 3]], rtol=1e-14)
    np.testing.assert_allclose(np.delete(found, [1, 3], axis=1), expected.network.weights[0], rtol=1e-12)


def test_a_decay_beyond_1_turns_the_weights_round():
    x = np.zeros((5, 4))
    seen = train(NET, x, np.full((3, 4), 0.5), 2, 0.5, 24.0)
    np.testing.assert_allclose(seen.network.weights[0], 4.0 * NET.weights[0], rtol=1e-15)  # (1 - 3)^2
    assert not seen.diverged


def test_eta_0_changes_nothing():
    seen = train(NET, X, Y, 4, 0.0, 1e300)
    same_arrays(seen.network.weights + seen.network.biases, NET.weights + NET.biases)
    for name in PARTS:
        np.testing.assert_array_equal(getattr(seen, name), getattr(seen, name)[[0, 0, 0, 0]])


def test_a_seed_always_runs_the_same():
    first, again, other = (train_on_digits(1, 4, 3, seed) for seed in (5, 5, 6))
    for name in PARTS:
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    same_arrays(first.network.weights, again.network.weights)
    assert not np.array_equal(first.speeds, other.speeds)


def test_a_run_does_not_know_how_many_epochs_follow():
    short, long = train(NET, X, Y, 4), train(NET, X, Y, 40)
    stopped = train(NET, X, Y, 40, on_look=lambda epoch, history: epoch < 3)
    for name in PARTS:
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[:4])
        np.testing.assert_array_equal(getattr(short, name), getattr(stopped, name))
    same_arrays(short.network.weights, stopped.network.weights)


def test_the_network_goes_on_where_it_ended():
    whole = train(NET, X, Y, 7, 0.5, 1.0)
    half = train(NET, X, Y, 4, 0.5, 1.0)
    rest = train(half.network, X, Y, 3, 0.5, 1.0)
    np.testing.assert_array_equal(np.concatenate([half.cost, rest.cost]), whole.cost)
    same_arrays(rest.network.weights + rest.network.biases, whole.network.weights + whole.network.biases)


def test_what_is_given_is_not_changed():
    net, x, y = Network(NET.weights, NET.biases), X.copy(), Y.copy()
    train(net, x, y, 3, 0.5, 1.0)
    same_arrays([*net.weights, *net.biases, x, y], [*NET.weights, *NET.biases, X, Y])


@each_cost
def test_the_first_row_is_seen_before_any_update(cost):
    x, y = load_digits()
    net = Network.random([784, 6, 6, 10], 9, "tanh", "he_normal")
    found = net.backward(x, y, cost)
    a = net.forward(x, cost)[1][-1]
    seen = train_on_digits(2, 6, 2, 9, activation="tanh", init="he_normal", cost=cost)
    np.testing.assert_allclose(seen.speeds[0], speeds(found.deltas), rtol=1e-12)
    np.testing.assert_allclose(seen.rms_speeds[0], speeds(found.deltas, "rms"), rtol=1e-12)
    value = COSTS[cost].value(net.output(cost), found.z, y).sum(axis=0).mean()
    np.testing.assert_allclose(seen.cost[0], value, rtol=1e-12)
    assert seen.accuracy[0] == (a.argmax(axis=0) == y.argmax(axis=0)).mean()
    assert seen.cost[1] != seen.cost[0]


def test_the_digits_are_trained_as_by_hand():
    seen = train_on_digits(1, 8, 3, 4, 0.2, 3.0, "relu", "orthogonal", "quadratic", 1)
    net = Network.random([784, 8, 10], 4, "relu", "orthogonal")
    expected = train(net, *load_digits(), 3, 0.2, 3.0, "quadratic", None, 1)
    np.testing.assert_array_equal(seen.speeds, expected.speeds)
    same_arrays(seen.network.weights, expected.network.weights)


def test_every_epoch_is_told_with_the_history_so_far():
    calls = []
    whole = train(NET, X, Y, 30, on_look=lambda *call: calls.append(call))
    assert [epoch for epoch, _ in calls] == list(range(30))
    for epoch, history in calls:
        assert history.looks == epoch + 1
        for name in PARTS:
            np.testing.assert_array_equal(getattr(history, name), getattr(whole, name)[: epoch + 1])
        assert history.kept.max() <= epoch
        lengths = {len(array) for array in (history.mean_outputs, history.rest_speeds, *history.mean_deltas)}
        assert lengths == {len(history.kept)}


@pytest.mark.parametrize("answer", [None, True, 0, "stop", np.True_, np.array([])])
def test_only_false_stops_a_run(answer):
    assert train(NET, X, Y, 3, on_look=lambda *_: answer).looks == 3
    assert train(NET, X, Y, 3, on_look=lambda *_: False).looks == 1
    assert train(NET, X, Y, 3, on_look=lambda _, history: history.cost[-1] < 0.0).looks == 1  # numpy's False


def test_a_stopped_run_holds_no_more_than_it_saw():
    seen = train(NET, X, Y, 500, on_look=lambda epoch, _: epoch < 9)
    assert seen.looks == len(seen.speeds) == 10
    assert seen.kept.max() < 10
    assert is_finite(seen)
    same_arrays(seen.network.weights, train(NET, X, Y, 10).network.weights)


@pytest.mark.parametrize("error", [KeyError, ValueError])
def test_an_exception_passes_through(error):
    def fail(*_):
        raise error("mine")

    with pytest.raises(error, match="mine"):
        train(NET, X, Y, 3, on_look=fail)


def test_what_a_listener_does_to_its_history_does_not_change_the_run():
    def scribble(_, history):
        for array in (*history.mean_deltas, history.speeds, history.mean_outputs, history.mean_target):
            array[:] = -1.0

    seen, expected = train(NET, X, Y, 6, on_look=scribble), train(NET, X, Y, 6)
    np.testing.assert_array_equal(seen.cost, expected.cost)
    same_arrays(seen.network.weights, expected.network.weights)


def test_memory_is_flat_over_the_epochs(alone):
    held, most = [], []

    def measure(*_):
        now, peak = tracemalloc.get_traced_memory()
        held.append(now)
        most.append(peak)
        tracemalloc.reset_peak()

    x, y = (array[:, :200] for array in load_digits())
    tracemalloc.start()
    try:
        train(Network.random([784, 20, 10], 0), x, y, 60, on_look=measure)
    finally:
        tracemalloc.stop()
    assert max(held[5:]) - min(held[5:]) < 10_000
    assert max(most[5:]) < max(most[:5]) + 10_000


@pytest.mark.parametrize("epochs", [1, 2, 3, 26, 27, 100, 500, 1000])
def test_kept_epochs_go_from_the_first_to_the_last(epochs):
    seen = train(Network.random([1, 1], 0), [[1.0]], [[1.0]], epochs)
    assert (seen.kept[0], seen.kept[-1]) == (0, epochs - 1)
    assert (np.diff(seen.kept) > 0).all()
    assert len(seen.kept) <= KEPT_EPOCHS


def test_the_kept_means_are_those_of_their_epochs():
    seen = train(NET, X, Y, 60, 0.5)
    for l, deltas in enumerate(seen.mean_deltas):
        np.testing.assert_allclose(np.linalg.norm(deltas, axis=1), seen.speeds[seen.kept, l], rtol=1e-13)
    gap = np.linalg.norm(seen.mean_outputs - seen.mean_target, axis=1)
    np.testing.assert_allclose(gap, seen.speeds[seen.kept, -1], rtol=1e-12)  # delta^L = a^L - y


def test_a_centred_error_leaves_the_rest_speeds_by_hand():
    w = np.array([[0.5, -1.0], [2.0, 0.25]])
    net = Network([np.eye(2), w], [np.zeros((2, 1))] * 2)
    x, y = np.array([[0.3, -1.0, 2.0], [1.0, 0.5, -0.7]]), np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    a = 1 / (1 + np.exp(-x))
    error = 1 / (1 + np.exp(-w @ a)) - y
    error = error - error.mean(axis=1, keepdims=True)
    first = (w.T @ error * a * (1 - a)).mean(axis=1)
    found = train(net, x, y, 1).rest_speeds
    np.testing.assert_allclose(found[0, 0], np.hypot(*first), rtol=1e-12)
    assert found[0, 1] < 1e-15


def test_one_example_leaves_no_rest():
    seen = train(NET, X[:, :1], Y[:, :1], 5)
    np.testing.assert_allclose(seen.speeds, seen.rms_speeds, rtol=1e-12)
    np.testing.assert_array_equal(seen.rest_speeds, 0.0)


def test_float32_stays_float32_and_near_float64():
    net32 = Network(*([array.astype(np.float32) for array in arrays] for arrays in (NET.weights, NET.biases)))
    seen = train(net32, X.astype(np.float32), Y.astype(np.float32), 10, 0.5, 1.0)
    expected = train(NET, X, Y, 10, 0.5, 1.0)
    assert {array.dtype for array in seen.network.weights + seen.network.biases} == {np.dtype(np.float32)}
    for name in PARTS:
        np.testing.assert_allclose(getattr(seen, name), getattr(expected, name), rtol=1e-5)


def test_data_of_any_real_type_is_taken():
    x, y = np.array([[1, 0, 3], [200, 1, 0]], np.uint8), [[1, 0, 1]]
    net = Network.random([2, 3, 1], 0)
    expected = train(net, x.astype(float), np.array(y, float), 3)
    for found in (train(net, x, y, 3), train(net, x.tolist(), np.array(y), 3)):
        np.testing.assert_array_equal(found.cost, expected.cost)
        np.testing.assert_array_equal(found.mean_target, expected.mean_target)


def test_targets_need_not_be_one_hot():
    y = np.full((3, 7), 0.25)
    seen = train(NET, X, y, 200, 1.0)
    assert (np.diff(seen.cost) < 0).all()
    least = -3 * (0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    assert least < seen.cost[-1] < least + 0.05
    np.testing.assert_allclose(seen.mean_target, 0.25, rtol=1e-15)


@each_cost
def test_small_steps_downhill_lower_the_cost(cost):
    for activation in ACTIVATIONS:
        net = Network.random([5, 4, 4, 3], 3, activation, bias_std=0.1)
        assert (np.diff(train(net, X, Y, 20, 0.01, cost=cost).cost) < 0).all(), activation


def test_a_saturated_network_still_learns_or_stands_still():
    net = Network([200.0 * w for w in NET.weights], NET.biases)
    for cost in COSTS:
        seen = train(net, X, Y, 20, 0.5, cost=cost)
        assert is_finite(seen)
        assert not seen.diverged


@each_cost
@pytest.mark.parametrize("activation", ["relu", "linear", "softplus"])
@pytest.mark.parametrize("eta", [1e3, 1e30, 1e160, 1.7e308])
def test_a_diverging_run_says_so_and_ends(activation, eta, cost):
    seen = train(Network.random([5, 6, 6, 3], 0, activation, "he_normal"), X, Y, 400, eta, cost=cost)
    assert is_finite(seen)
    if seen.looks < 400:
        assert "overflow" in seen.diverged
        assert seen.looks >= 1
        assert seen.kept.max() < seen.looks


def test_a_decay_that_overflows_diverges():
    seen = train(NET, X, Y, 50, 1.0, 1e20)
    assert "overflow" in seen.diverged
    assert 1 < seen.looks < 50
    assert is_finite(seen)


def test_an_overflow_in_the_last_update_is_told():
    assert not train(NET, X, Y, 1, 1.0).diverged
    for run in (
        train(NET, X, Y, 1, 1e308, 1e308),
        train(NET, X, Y, 9, 1e308, 1e308, on_look=lambda *_: False),
    ):
        assert run.looks == 1
        assert "overflow" in run.diverged


@pytest.mark.parametrize("scale", [1e100, 1e160, 1e300])
def test_huge_numbers_train_or_are_refused(scale):
    huge = Network([scale * w for w in NET.weights[:1]] + NET.weights[1:], NET.biases, "linear")

    def trains_or_is_refused(net, y, cost):
        try:
            seen = train(net, X, y, 3, 1e-300, cost=cost)
            return is_finite(seen) and seen.looks == 3
        except ValueError as refusal:
            return "overflows in this network of depth 3" in str(refusal)

    assert trains_or_is_refused(huge, Y, "quadratic")
    assert trains_or_is_refused(NET, np.full((3, 7), 1e308), "quadratic")
    for cost in COSTS:
        assert trains_or_is_refused(NET, scale * Y, cost)


def test_what_overflows_before_any_update_is_refused():
    with pytest.raises(ValueError, match="the cost overflows in this network"):
        train(NET, X, 1e200 * Y, 3, cost="quadratic")
    with pytest.raises(ValueError, match="z overflows in this network"):
        train(Network([1e308 * np.sign(w) for w in NET.weights], NET.biases, "linear"), X, Y, 1)


@pytest.mark.parametrize("seed", range(5))
def test_without_decay_the_mean_hides_that_the_gradient_vanishes(seed):
    mean, rms, accuracy = published(seed, 0.0, 101)
    assert mean[0] > 50
    assert mean[100] < 3
    assert rms[100] > 50
    assert accuracy.max() < 0.25


@pytest.mark.parametrize("seed", range(5))
def test_with_decay_both_measures_vanish_as_published(seed):
    found = published(seed, 5.0, 500)
    table = [(135, 56, 113), (133, 152, 266)]  # one seed, by another program
    for measure, expected in zip(found[:2], table, strict=True):
        assert (np.abs(np.log(measure[[0, 100, 499]] / expected)) < np.log(3)).all()
    assert 0.08 < found[2][-1] < 0.13
    assert found[2].max() < 0.25


def test_the_published_run_is_that_of_train_on_digits():
    seen, (mean, rms, accuracy) = train_on_digits(4, 30, 30), published(0, 5.0, 500)
    np.testing.assert_allclose(seen.speeds[:, 3] / seen.speeds[:, 0], mean[:30], rtol=1e-3)
    np.testing.assert_allclose(seen.rms_speeds[:, 3] / seen.rms_speeds[:, 0], rms[:30], rtol=1e-3)
    np.testing.assert_allclose(seen.accuracy, accuracy[:30], atol=2e-3)


def digits(**changed):
    return train_on_digits(**{"hidden": 1, "width": 2, "epochs": 1, **changed})


def test_bad_input_is_refused():
    refuses_each([*NOT_WHOLE, 0], lambda bad: train(NET, X, Y, bad))
    refuses_each(NOT_WHOLE, lambda bad: train(NET, X, Y, 1, frozen=bad))
    refuses_each([*NOT_NUMBERS, -0.1, -1], lambda bad: train(NET, X, Y, 1, eta=bad))
    refuses_each([*NOT_NUMBERS, -0.1, -1], lambda bad: train(NET, X, Y, 1, lmbda=bad))
    refuses_each(NOT_NAMES, lambda bad: train(NET, X, Y, 1, cost=bad))
    refuses_each(NOT_NUMBERS, lambda bad: train(NET, bad, Y, 1))
    refuses_each(NOT_NUMBERS, lambda bad: train(NET, X, bad, 1))
    for name in ("activation", "init", "cost"):
        refuses_each(NOT_NAMES, lambda bad, name=name: digits(**{name: bad}))
    for name in ("hidden", "width", "epochs", "seed"):
        refuses_each(NOT_WHOLE, lambda bad, name=name: digits(**{name: bad}))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_entry_is_refused_and_does_not_diverge(bad):
    x, y = X.copy(), Y.copy()
    x[1, 0], y[2, 3] = bad, bad
    with pytest.raises(ValueError, match=rf"x must be finite, but holds {bad} at index \(1, 0\)"):
        train(NET, x, Y, 1)
    with pytest.raises(ValueError, match=rf"y must be finite, but holds {bad} at index \(2, 3\)"):
        train(NET, X, y, 1)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: train(NET, X, Y, 1, frozen=4), "at most 3, the depth of the network, not 4"),
        (lambda: digits(frozen=3), "at most 2, the depth of the network, not 3"),
        (lambda: train(NET, X[:4], Y, 1), "(4, 7)"),
        (lambda: train(NET, X, Y[:2], 1), "(2, 7)"),
        (lambda: train(NET, X[:, :6], Y, 1), "not 6 and 7"),
        (lambda: train(NET, X[:, :0], Y[:, :0], 1), "(5, 0)"),
        (lambda: train(NET, X[0], Y, 1), "2 dimensions, not 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)


def in_batches(epochs, batch, seed, eta=0.7, lmbda=2.0, rates=(1.0, 1.0, 1.0)):
    """Train NET on X and Y in batches in plain numpy; return its arrays after every step."""
    weights, biases = ([array.copy() for array in arrays] for arrays in (NET.weights, NET.biases))
    rng, m, states = np.random.default_rng(seed), X.shape[1], [(NET.weights, NET.biases)]
    for _ in range(epochs):
        order = rng.permutation(m)
        for first in range(0, m, batch):
            shown = order[first : first + batch]
            found = Network(weights, biases).backward(X[:, shown], Y[:, shown])
            weights = [
                (1 - eta * lmbda / m) * w - eta * rate * nabla
                for w, nabla, rate in zip(weights, found.nabla_w, rates, strict=True)
            ]
            biases = [
                b - eta * rate * nabla for b, nabla, rate in zip(biases, found.nabla_b, rates, strict=True)
            ]
            states.append((weights, biases))
    return states


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_a_run_in_batches_is_its_definition(batch):
    states = in_batches(4, batch, 8)
    seen = train(NET, X, Y, 4, 0.7, 2.0, batch=batch, seed=8, every=2)
    steps = len(states) - 1
    np.testing.assert_array_equal(seen.steps, [*range(0, steps, 2), steps])
    for row, step in enumerate(seen.steps):
        net = Network(*states[step])
        found = net.backward(X, Y)
        _, activations = net.forward(X)
        np.testing.assert_allclose(seen.speeds[row], speeds(found.deltas), rtol=1e-10)
        np.testing.assert_allclose(seen.rms_speeds[row], speeds(found.deltas, "rms"), rtol=1e-10)
        norms, spreads = (
            [np.linalg.norm(w) for w in net.weights],
            [np.sqrt(a.var(axis=1).mean()) for a in activations[1:]],
        )
        np.testing.assert_allclose(seen.weight_norms[row], norms, rtol=1e-12)
        np.testing.assert_allclose(seen.spreads[row], spreads, rtol=1e-10)
        assert seen.accuracy[row] == (activations[-1].argmax(axis=0) == Y.argmax(axis=0)).mean()
    for found, expected in zip(
        [*seen.network.weights, *seen.network.biases], [*states[-1][0], *states[-1][1]], strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-11)


def test_rates_hold_layers_back():
    rates = (1.0, 0.1, 0.0)
    seen = train(NET, X, Y, 3, 0.7, 0.0, batch=3, seed=1, rates=rates)
    weights, biases = in_batches(3, 3, 1, lmbda=0.0, rates=rates)[-1]
    for found, expected in zip(
        [*seen.network.weights, *seen.network.biases], [*weights, *biases], strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-11)
    np.testing.assert_array_equal(seen.network.weights[2], NET.weights[2])


@pytest.mark.parametrize("batch", [None, 3])
@pytest.mark.parametrize("frozen", [0, 1, 3])
def test_a_rate_holds_the_decay_back_too(batch, frozen):
    x = np.vstack([X, np.zeros(7)])  # an input that is never used, whose weights only decay
    net = Network([np.hstack([NET.weights[0], np.ones((4, 1))]), *NET.weights[1:]], NET.biases)
    seen = train(net, x, Y, 2, 0.7, 2.0, batch=batch, rates=[0.5, 0.0, 2.0], frozen=frozen)
    after, steps = seen.network, 2 * -(-7 // (batch or 7))
    unused = 1.0 if frozen else (1.0 - 0.5 * 0.7 * 2.0 / 7) ** steps
    np.testing.assert_allclose(after.weights[0][:, -1], unused, rtol=1e-14)
    np.testing.assert_array_equal(after.weights[1], net.weights[1])  # as if it were frozen
    alike, halved = (
        train(net, x, Y, 2, eta, 2.0, batch=batch, rates=rates, frozen=frozen).network
        for eta, rates in ((0.7, [0.5] * 3), (0.35, None))
    )
    for found, expected in zip(alike.weights + alike.biases, halved.weights + halved.biases, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_every_epoch_is_looked_at_unless_told_otherwise():
    np.testing.assert_array_equal(train(NET, X, Y, 4, batch=3).steps, [0, 3, 6, 9])
    np.testing.assert_array_equal(train(NET, X, Y, 4).steps, [0, 1, 2, 3])
    np.testing.assert_array_equal(train(NET, X, Y, 4, every=3).steps, [0, 3, 4])
    np.testing.assert_array_equal(train(NET, X, Y, 4, every=2).steps, [0, 2, 4])
    np.testing.assert_array_equal(train(NET, X, Y, 4, every=[1, 4]).steps, [1, 4])


def test_looks_change_nothing_and_are_told():
    dense, told = train(NET, X, Y, 5, 0.7, batch=2, every=1), []
    seen = train(NET, X, Y, 5, 0.7, batch=2, every=[0, 3, 20], on_look=lambda *call: told.append(call))
    for name in (*PARTS, "weight_norms", "spreads", "steps"):
        np.testing.assert_array_equal(getattr(seen, name), getattr(dense, name)[[0, 3, 20]])
    same_arrays(seen.network.weights, dense.network.weights)
    assert [(step, history.looks) for step, history in told] == [(0, 1), (3, 2), (20, 3)]
    stopped = train(NET, X, Y, 5, 0.7, batch=2, every=3, on_look=lambda step, _: step < 6)
    np.testing.assert_array_equal(stopped.steps, [0, 3, 6])


def test_the_order_goes_on_where_a_generator_was_left():
    whole, rng = train(NET, X, Y, 6, 0.7, batch=3, seed=5), np.random.default_rng(5)
    half = train(NET, X, Y, 2, 0.7, batch=3, seed=rng)
    rest = train(half.network, X, Y, 4, 0.7, batch=3, seed=rng)
    np.testing.assert_array_equal(np.concatenate([half.cost, rest.cost]), whole.cost)
    same_arrays(rest.network.weights, whole.network.weights)
    other = train(NET, X, Y, 6, 0.7, batch=3, seed=6)
    assert not np.array_equal(other.cost, whole.cost)


def test_the_accuracy_of_what_is_held_out():
    x = np.vstack([X, np.zeros(7)])
    held_x, held_y = np.vstack([X[:, ::-1], np.ones(7)]), Y[:, ::-1]  # its last input is never trained on
    net = Network([np.hstack([NET.weights[0], np.ones((4, 1))]), *NET.weights[1:]], NET.biases)
    seen = train(net, x, Y, 3, 2.0, 1.0, every=1, held=(held_x, held_y))
    right = seen.network.forward(held_x)[1][-1].argmax(axis=0) == held_y.argmax(axis=0)
    assert seen.held_accuracy[-1] == right.mean()
    assert np.isnan(train(net, x, Y, 3).held_accuracy).all()
    same_arrays(train(net, x, Y, 3, 2.0, 1.0).network.biases, seen.network.biases)


def test_a_spread_is_measured_however_small():
    w = np.full((2, 1), 1e-9)
    seen = train(Network([w], [np.full((2, 1), 3.0)]), [[0.0, 1.0, 2.0]], np.ones((2, 3)), 1)
    slope = np.exp(-3.0) / (1.0 + np.exp(-3.0)) ** 2
    np.testing.assert_allclose(seen.spreads, [[1e-9 * slope * np.sqrt(2 / 3)]], rtol=1e-5)


def first_at(history, share):
    """Return the first step at which so many are right, or None."""
    there = np.flatnonzero(history.accuracy >= share)
    return int(history.steps[there[0]]) if there.size else None


def gap(history):
    """Return the typical speed of the last hidden layer over that of the first, look by look."""
    return history.rms_speeds[:, -2] / history.rms_speeds[:, 0]


def long_run(hidden, epochs, eta=0.1, lmbda=0.0, **how):
    return train_on_digits(hidden, 30, epochs, 0, eta, lmbda, **how)


@pytest.mark.parametrize(("hidden", "half", "most"), [(1, 10, 70), (2, 50, 170), (3, 230, 410)])
def test_full_batches_learn_after_a_wait(hidden, half, most):
    seen = long_run(hidden, round(1.3 * most), 1.0, every=5)  # eta 1: a tenth of the epochs
    assert first_at(seen, 0.5) == pytest.approx(half, rel=0.5)
    assert first_at(seen, 0.9) == pytest.approx(most, rel=0.3)


@pytest.mark.parametrize(
    ("hidden", "half", "most"), [(2, 1_000, 2_500), (3, 2_500, 4_500), (4, 7_500, 10_500)]
)
def test_mini_batches_learn_after_a_wait(hidden, half, most):
    seen = long_run(hidden, most // 70, batch=10, every=100)
    assert half / 2 < first_at(seen, 0.5) < 1.3 * half
    assert most / 2 < first_at(seen, 0.9) < 1.3 * most


def test_the_gap_closes_by_itself_before_half_of_the_digits_are_read():
    seen = long_run(3, 600, 1.0, every=10)
    assert gap(seen)[0] > 15
    closed = np.flatnonzero(gap(seen) < 3)[0]
    assert 100 < seen.steps[closed] < 300
    assert seen.accuracy[closed] < 0.5
    assert seen.accuracy[-1] > 0.9
    assert 0.3 < gap(seen)[-1] < 3


def test_a_larger_rate_shortens_the_wait_but_ten_layers_stay_at_guessing():
    assert long_run(4, 1_000, 1.0, every=1_000).accuracy[-1] > 0.9
    seen = long_run(10, 60, 3.0, every=60)
    assert seen.accuracy.max() < 0.15
    assert gap(seen)[-1] > 1e5


def test_the_l2_term_wins_the_race_over_three_layers_and_not_over_two():
    two, three = (long_run(hidden, epochs, 1.0, 5.0, every=100) for hidden, epochs in ((2, 400), (3, 800)))
    assert two.accuracy[-1] > 0.9
    assert three.accuracy.max() < 0.25
    np.testing.assert_allclose(three.weight_norms[-1], [0.11, 0.11, 0.31, 1.2], rtol=0.15)
    shares = three.network.forward(load_digits()[0])[1][-1]
    assert shares.std(axis=1).max() < 0.01  # the same outputs whatever the digit


def test_what_is_asked_of_the_steps_is_refused_where_it_does_not_fit():
    refuses_each(
        [bad for bad in (*NOT_WHOLE, 0, 8) if bad is not None], lambda bad: train(NET, X, Y, 1, batch=bad)
    )
    refuses_each(
        [0, -1, 1.5, [], [1, 1], [2, 1], np.array([2, 1], np.uint8), [-1], [0, 5], [0.5], [[1]]],
        lambda bad: train(NET, X, Y, 4, every=bad),
    )
    refuses_each([[1.0], [1.0] * 4, 3.0], lambda bad: train(NET, X, Y, 4, rates=bad))
    refuses_each([-0.1, np.nan, "1"], lambda bad: train(NET, X, Y, 4, rates=[1.0, bad, 1.0]))
    for held in ((X,), (X[:4], Y), (X, Y[:2]), (X, Y, Y), 3):
        with pytest.raises(ValueError, match=r"held|must have shape"):
            train(NET, X, Y, 4, held=held)
    refuses_each([-1, 1.5, "a"], lambda bad: train(NET, X, Y, 4, seed=bad))
    refuses_each([-1, 1.5, 1000], lambda bad: digits(held=bad))


def test_what_float32_cannot_hold_is_refused():
    net = Network(*([array.astype(np.float32) for array in arrays] for arrays in (NET.weights, NET.biases)))
    for given, name in ({"x": 1e300 * X}, "x"), ({"y": 1e300 * Y}, "y"), ({"held": (1e300 * X, Y)}, "held x"):
        with pytest.raises(ValueError, match=rf"^{name} must fit into float32, .* not hold \d.*e\+30\d"):
            train(net, **{"x": X, "y": Y, "epochs": 1, **given})
    with pytest.raises(ValueError, match="held x must be finite, but holds nan"):
        train(NET, X, Y, 1, held=(np.nan * X, Y))


def test_digits_are_held_out():
    seen = digits(hidden=1, width=8, epochs=2, seed=3, held=200, batch=10, every=80)
    x, y = load_digits()
    net = Network.random([784, 8, 10], 3, dtype=np.float32)
    expected = train(net, x[:, :800], y[:, :800], 2, 0.1, 5.0, batch=10, seed=3).network.weights
    for found, w in zip(seen.network.weights, expected, strict=True):
        np.testing.assert_allclose(found, w, atol=1e-5)  # pixels that none but these use are summed too
    outputs = seen.network.forward(x[:, 800:])[1][-1]
    assert seen.held_accuracy[-1] == (outputs.argmax(axis=0) == y[:, 800:].argmax(axis=0)).mean()


@pytest.mark.parametrize(("batch", "held"), [(None, 0), (10, 0), (10, 200), (300, 500), (5000, 0)])
def test_a_run_of_so_many_steps_ends_there(batch, held):
    told = []
    seen = train_steps(7, batch, held, lambda step, _: told.append(step), hidden=1, width=2)
    np.testing.assert_array_equal(seen.steps, range(8))
    assert told == [*range(8)]
    stopped = train_steps(7, batch, held, lambda step, history: history.looks < 3, hidden=1, width=2)
    np.testing.assert_array_equal(stopped.steps, range(3))
    np.testing.assert_array_equal(stopped.cost, seen.cost[:3])


def test_what_no_run_can_have_is_refused():
    refuses_each([*NOT_WHOLE, 0], lambda bad: train_steps(bad, hidden=1, width=2))
    refuses_each([0, -1, 1.5, "a"], lambda bad: train_steps(3, bad, hidden=1, width=2))
    refuses_each([-1, 1.5, 1000, "a"], lambda bad: train_steps(3, 10, bad, hidden=1, width=2))
