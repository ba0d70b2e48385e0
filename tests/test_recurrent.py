"""Gradients through time: every cell against central differences, and the measured numbers."""

from functools import cache

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from tests.support.gradients import central_differences
from vgcore import COSTS, load_digits, speeds
from vgcore.cells import gru, lstm, rnn
from vgcore.studies.recurrent import recurrent_profile

CELLS = {"rnn": rnn(1.2), "lstm": lstm(1.2, forget_bias=0.7), "gru": gru(1.2, forget_bias=0.7)}


@pytest.mark.parametrize("name", CELLS)
def test_the_way_back_through_a_step_is_its_derivative(name):
    cell, rng = CELLS[name], np.random.default_rng(1)
    params, x = cell.init(rng, 3, 4), rng.standard_normal((3, 2))
    state = tuple(rng.standard_normal((4, 2)) for _ in range(cell.states))
    out, back = cell.step(params, x, state)
    deltas = tuple(rng.standard_normal((4, 2)) for _ in out)

    def cost(x, state):
        after, _ = cell.step(params, x, state)
        return sum((delta * part).sum() for delta, part in zip(deltas, after, strict=True))

    dx, before = back(deltas)
    np.testing.assert_allclose(dx, central_differences(lambda x: cost(x, state), x), rtol=1e-7, atol=1e-9)
    for k, delta in enumerate(before):
        exact = central_differences(lambda h, k=k: cost(x, (*state[:k], h, *state[k + 1 :])), state[k])
        np.testing.assert_allclose(delta, exact, rtol=1e-7, atol=1e-9)


@cache
def ratio(cell, gain=1.0, bias=None, init="lecun_normal"):
    """First over last of 16 networks, of the digits that the mean over 500 of them differs little from."""
    rms = recurrent_profile(cell, gain, forget_bias=bias, init=init, digits=100)
    return rms[:, 0] / rms[:, -1]


@pytest.mark.parametrize(  # medians over 16 seeds by another program, which had seeds of its own
    ("gain", "median", "low", "high"),
    [(0.5, 1.2e-9, 4e-10, 9e-9), (1.0, 0.027, 0.009, 0.11), (1.5, 24.0, 10.0, 55.0)],
)
def test_the_gain_of_a_plain_rnn_and_its_range(gain, median, low, high):
    seen = ratio("rnn", gain)
    assert np.median(seen) == pytest.approx(median, rel=0.35)
    assert low / 2 < seen.min() < seen.max() < 2 * high


@pytest.mark.parametrize(
    ("gain", "init", "median"),
    [
        (0.9, "lecun_normal", 0.0029),
        (1.1, "lecun_normal", 0.17),
        (2.0, "lecun_normal", 1700.0),
        (3.0, "lecun_normal", 7.3e5),
        (1.0, "orthogonal", 0.020),
    ],
)
def test_the_gain_of_a_plain_rnn(gain, init, median):
    assert np.median(ratio("rnn", gain, init=init)) == pytest.approx(median, rel=0.4)


@pytest.mark.parametrize(
    ("cell", "bias", "median"),
    [
        ("lstm", -1, 5.6e-9),
        ("lstm", 0, 5.0e-5),
        ("lstm", 1, 0.018),
        ("lstm", 2, 0.24),
        ("lstm", 3, 0.64),
        ("lstm", 4, 0.94),
        ("gru", 0, 1.6e-4),
        ("gru", 1, 0.008),
        ("gru", 2, 0.091),
        ("gru", 3, 0.32),
    ],
)
def test_the_gate_is_a_dial(cell, bias, median):
    assert np.median(ratio(cell, bias=bias)) == pytest.approx(median, rel=0.4)


def test_an_lstm_whose_gate_is_half_open_is_far_worse_than_a_plain_rnn():
    assert ratio("lstm", bias=0).max() < ratio("rnn").min() / 10


@pytest.mark.parametrize("gain", [0.45, 0.7, 1.0, 1.5, 2.0])
def test_a_singular_value_above_1_is_necessary_to_explode_and_not_sufficient(gain):
    weights = [rnn(gain).init(np.random.default_rng(seed), 28, 100)[0] for seed in range(8)]
    largest = np.array([np.linalg.norm(w, 2) for w in weights])
    seen = ratio("rnn", gain)[:8]
    assert (largest[seen > 1.0] > 1.0).all()
    assert (seen[largest < 1.0] < largest[largest < 1.0] ** 27).all()
    assert (largest < 1.0).all() == (gain == 0.45)
    assert (seen > 1.0).all() == (gain >= 1.5)  # at 0.7 and 1 all are above 1, and all gradients vanish
    assert (seen > 1.0).any() == (gain >= 1.5)


def cell_paths(bias, seed):
    """What is left of dC/dc from the last row to the first, and what of it by the forget gates alone."""
    cell, (x, y) = lstm(forget_bias=bias), load_digits(100)
    rng, rows = np.random.default_rng(seed), x.reshape(28, -1, 100)
    (w, u, b), out = cell.init(rng, 28, 100), rng.standard_normal((10, 100)) / 10.0
    state, steps = (np.zeros((100, 100)),) * 2, []
    for row in rows:
        o = 1.0 / (1.0 + np.exp(-(w @ state[0] + u @ row)[200:300]))
        state, back = cell.step((w, u, b), row, state)
        _, (_, f) = back((np.zeros_like(o), np.ones_like(o)))
        steps.append((back, o * (1.0 - np.tanh(state[1]) ** 2), f))
    cost = COSTS["cross_entropy"]
    delta = out.T @ cost.error(cost.output(None), out @ state[0], y)
    deltas, of_c = (delta, np.zeros_like(delta)), []
    for back, shown, _ in reversed(steps):
        of_c.append(deltas[1] + deltas[0] * shown)
        _, deltas = back(deltas)
    kept = of_c[0] * np.prod([f for _, _, f in steps[1:]], axis=0)
    return np.array(speeds([of_c[-1], kept], "rms")) / speeds(of_c[:1], "rms")


@pytest.mark.parametrize(  # medians by another program, which had seeds of its own
    ("bias", "whole", "kept"),
    [(0.0, 1.5e-4, 1.1e-6), (1.0, 0.078, 0.0011), (2.0, 1.6, 0.043), (3.0, 6.3, 0.26), (4.0, 11.0, 0.59)],
)
def test_the_path_of_the_cell_is_the_product_of_the_forget_gates(bias, whole, kept):
    seen = np.median([cell_paths(bias, seed) for seed in range(6)], axis=0)
    assert seen == pytest.approx([whole, kept], rel=0.4)
    gate = 27 * np.log(1.0 / (1.0 + np.exp(-bias)))  # a good guide where it is wide open, and only there
    assert (abs(np.log(seen[1]) - gate) < 0.35) == (bias >= 2.0)


def test_a_profile_has_a_row_a_seed_and_a_column_a_step():
    rms = recurrent_profile("gru", 1.0, steps=5, seeds=3, width=7, digits=10)
    assert rms.shape == (3, 5)
    np.testing.assert_array_equal(recurrent_profile("gru", 1.0, 5, 3, width=7, digits=10), rms)
    np.testing.assert_array_equal(recurrent_profile("gru", 1.0, 5, 3, 0.0, width=7, digits=10), rms)


@pytest.mark.parametrize(  # medians of six cells that the framework made and differentiated
    ("cell", "made_by", "bias", "median"),
    [
        ("rnn", "Keras", None, 0.059),
        ("rnn", "PyTorch", None, 3.7e-7),
        ("lstm", "Keras", 1.0, 8.5e-4),
        ("lstm", "PyTorch", 0.0, 6.5e-7),
        ("gru", "Keras", 0.0, 2.9e-6),
        ("gru", "PyTorch", 0.0, 2.9e-6),
    ],
)
def test_cells_as_frameworks_make_them(cell, made_by, bias, median):
    rms = recurrent_profile(cell, seeds=6, forget_bias=bias, digits=100, made_by=made_by)
    assert median / 2 < np.median(rms[:, 0] / rms[:, -1]) < 2 * median


def test_what_frameworks_sample():
    rng = np.random.default_rng(0)
    w, u, b = lstm(made_by="Keras").init(rng, 28, 100)
    np.testing.assert_allclose(w.T @ w, np.eye(100), atol=1e-12)  # of all four parts together
    assert np.linalg.norm(w[:100], 2) < 0.99
    assert np.abs(u).max() == pytest.approx((6.0 / (28 + 400)) ** 0.5, rel=1e-3)
    assert not b.any()
    w, u, b = lstm(made_by="PyTorch").init(rng, 28, 100)
    assert [np.abs(part).max() for part in (w, u, b)] == pytest.approx([0.1, 0.1, 0.2], rel=0.1)
    assert b.std() == pytest.approx(0.1 * (2.0 / 3.0) ** 0.5, rel=0.1)


def test_bad_settings_are_refused():
    refuses_each(NOT_NAMES, recurrent_profile)
    refuses_each((*NOT_NUMBERS, -1.0, 1e101, 1e308), lambda bad: recurrent_profile("rnn", bad))
    with pytest.raises(ValueError, match="overflows in these 28 steps: use a scale below 1e\\+100"):
        recurrent_profile("lstm", 1e100, forget_bias=3.0, width=20, seeds=2, digits=20)
    refuses_each((*NOT_WHOLE, 0, 29), lambda bad: recurrent_profile("rnn", 1.0, bad))
    refuses_each((*NOT_WHOLE, 0), lambda bad: recurrent_profile("rnn", 1.0, seeds=bad))
    refuses_each(
        [v for v in NOT_NUMBERS if v is not None], lambda bad: recurrent_profile("lstm", forget_bias=bad)
    )
    refuses_each((0.0, 1.0), lambda bad: recurrent_profile("rnn", 1.0, forget_bias=bad))
    refuses_each(NOT_NAMES, lambda bad: recurrent_profile("rnn", 1.0, init=bad))
    refuses_each([v for v in NOT_NAMES if v is not None], lambda bad: recurrent_profile("rnn", made_by=bad))
