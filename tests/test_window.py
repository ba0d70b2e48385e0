"""The window of eq. (123), against its extremes and against windows measured by bisection."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import ACTIVATIONS
from vgcore.studies.window import widest_window, window_chance, window_curve, window_width

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
THRESHOLD = {
    "sigmoid": 4.0,
    "gelu": 1.0 / 1.1289042,
    "silu": 1.0 / 1.0998393,
    "selu": 1.0 / 1.7580993408473766,
}
ENDLESS = {"relu", "leaky_relu", "elu", "linear", "softplus", "selu", "gelu", "silu"}
WEIGHTS = (
    0.3,
    0.58,
    0.6,
    0.88,
    0.89,
    0.9,
    0.93,
    0.94,
    0.96,
    0.999,
    1.0,
    1.001,
    1.3,
    2.0,
    3.99,
    4.01,
    5.0,
    20.0,
)
Z = np.linspace(-30.0, 30.0, 20_001) + 3e-5


def measured(w, activation, b=0.0):
    """Return the width of {a: |w sigma'(w a + b)| >= 1} by a scan and bisection of its ends."""

    def inside(a):
        return np.abs(w * ACTIVATIONS[activation].sigma_prime(w * a + b)) >= 1.0

    a = (Z - b) / w
    hit = inside(a)
    if not hit.any():
        return 0.0
    if hit[0] or hit[-1]:
        return np.inf
    changes = np.flatnonzero(hit[1:] != hit[:-1])
    assert changes.size == 2
    ends = []
    for k in changes:
        out, within = (a[k], a[k + 1]) if hit[k + 1] else (a[k + 1], a[k])
        for _ in range(60):
            middle = (out + within) / 2
            out, within = (out, middle) if inside(middle) else (middle, within)
        ends.append(within)
    return abs(ends[1] - ends[0])


def printed(w):
    return 2 / w * math.log(w * (1 + math.sqrt(1 - 4 / w)) / 2 - 1)


@pytest.mark.parametrize(
    ("w", "width", "rounding"),
    [
        (4.0, 0.0, 0.0),
        (5.0, 0.38497, 5e-6),
        (6.89415, 0.4477432, 5e-8),
        (10.0, 0.41269, 5e-6),
        (20.0, 0.28873, 5e-6),
        (100.0, 0.0916973, 5e-8),
    ],
)
def test_the_widths_are_those_of_science(w, width, rounding):
    assert abs(window_width(w) - width) <= rounding


def test_the_width_is_that_of_the_book():
    w = np.concatenate([4 + np.geomspace(1e-3, 1.0, 50), np.geomspace(5.0, 1e6, 200)])
    np.testing.assert_allclose(window_width(w), [printed(one) for one in w], rtol=1e-9)
    np.testing.assert_allclose(window_width(-w), [printed(one) for one in w], rtol=1e-9)


@pytest.mark.parametrize(("activation", "threshold", "factor"), [("sigmoid", 4, 4), ("tanh", 1, 2)])
def test_the_width_keeps_its_digits_next_to_the_threshold(activation, threshold, factor):
    for w in threshold + np.geomspace(1e-15, 1e-3, 25):
        with mp.workdps(50):
            exact = mp.acosh(mp.sqrt(mpf(w) / threshold)) * factor / mpf(w)
        assert float(window_width(w, activation)) == pytest.approx(float(exact), rel=1e-14)


def test_s13_needs_its_input_within_0_046():
    half = window_width(100.0) / 2
    sigma_prime = ACTIVATIONS["sigmoid"].sigma_prime
    for a0 in (0.0, 0.3, 1.0):
        factor = [100 * sigma_prime(100 * (a0 + off) - 100 * a0) for off in (-half, half)]
        np.testing.assert_allclose(factor, 1.0, rtol=1e-12)
    assert round(float(half), 3) == 0.046


@each_activation
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_width_is_the_measured_one(activation, sign):
    found = window_width(sign * np.array(WEIGHTS), activation)
    expected = [measured(sign * w, activation) for w in WEIGHTS]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@each_activation
def test_a_bias_only_moves_the_window(activation):
    for w, b in ((5.0, -7.0), (-4.5, 3.0), (0.95, 2.0), (-0.7, -1.0)):
        assert measured(w, activation, b) == pytest.approx(float(window_width(w, activation)), rel=1e-9)


@each_activation
def test_below_the_threshold_there_is_no_window(activation):
    threshold = THRESHOLD.get(activation, 1.0)
    below = threshold * np.array([0.0, 1e-300, 0.5, 1 - 1e-6])
    np.testing.assert_array_equal(window_width(below, activation), 0.0)
    np.testing.assert_array_equal(window_width(-below, activation), 0.0)
    assert (window_width(threshold * np.array([1 + 1e-6, -1 - 1e-6]), activation) > 0.0).all()


@pytest.mark.parametrize("activation", sorted(ENDLESS))
def test_windows_without_end(activation):
    assert np.isposinf(window_width([1.0 + 1e-9, -2.0, 1e308], activation)).all()
    w, width = widest_window(activation)
    assert width == window_width(w, activation) == np.inf
    assert np.isfinite(window_width(np.nextafter(w, 0.0), activation))


@pytest.mark.parametrize(("w", "width"), [(1.0, 0.0), (2.0, np.arccosh(np.sqrt(2.0)))])
def test_the_tanh_window_by_hand(w, width):
    assert window_width(w, "tanh") == pytest.approx(width)


@pytest.mark.parametrize("w", [1.0, 4.0, -8.0])
def test_the_hard_tanh_window_is_2_over_w(w):
    assert window_width(w, "hard_tanh") == 2.0 / abs(w)


def test_a_selu_window_ends_at_its_kink():
    assert window_width(0.9, "selu") == pytest.approx(np.log(0.9 * THRESHOLD["selu"] ** -1) / 0.9)


@each_activation
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 2, 3)])
def test_a_width_a_weight(activation, shape):
    w = np.linspace(-7.0, 6.0, math.prod(shape)).reshape(shape)
    found = window_width(w, activation)
    assert found.shape == shape
    np.testing.assert_array_equal(found.ravel(), [window_width(one, activation) for one in w.ravel()])


@each_activation
def test_any_finite_weight_has_a_width(activation):
    found = window_width([0.0, -0.0, 5e-324, 1e-300, 1e300, 1.79e308, -1.79e308], activation)
    assert (found >= 0.0).all()
    np.testing.assert_array_equal(found[:4], 0.0)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_tanh"])
def test_the_widest_window_is_the_widest_of_a_scan(activation):
    best, width = widest_window(activation)
    w = np.arange(5_000, 400_000) / 1e4
    widths = window_width(w, activation)
    assert width >= widths.max() - 1e-12
    assert width == pytest.approx(widths.max(), abs=1e-6)
    assert abs(best - w[widths.argmax()]) < 2e-4


def test_the_widest_window_of_science():
    w, width = widest_window()
    assert abs(w - 6.89415) <= 5e-6
    assert abs(width - 0.4477432) <= 5e-8


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "silu", "relu", "selu"])
@pytest.mark.parametrize("bias_std", [0.4, 1.0, 3.0])
def test_the_chance_is_the_integral(activation, bias_std):
    w, draws = np.array([-0.95, 1.2, -5.0, 7.0, 30.0, 100.0]), 50_000
    b = np.linspace(-9.0, 9.0, 1001) * bias_std
    density = np.exp(-0.5 * (b / bias_std) ** 2)
    density /= density.sum()
    a = (np.arange(200) + 0.5) / 200
    for weight, found in zip(w, window_chance(w, draws, 3, bias_std, activation), strict=True):
        z = weight * a + b[:, None]
        inside = np.abs(weight * ACTIVATIONS[activation].sigma_prime(z)) >= 1.0
        exact = density @ inside.mean(axis=1)
        assert abs(found - exact) < 5 * np.sqrt(exact * (1 - exact) / draws) + 1e-3


def test_without_biases_the_chance_is_the_width_inside_0_to_1():
    found = window_chance([5.0, -10.0, 3.0], 200_000, 1, 0.0)
    exact = window_width([5.0, -10.0, 3.0]) / 2
    assert (np.abs(found - exact) <= 5 * np.sqrt(exact * (1 - exact) / 200_000)).all()


def test_a_chance_a_weight_from_the_same_draws():
    found = window_chance([5.0, -6.0], 1000, 2)
    assert found.shape == (2,)
    np.testing.assert_array_equal(found[1:], window_chance([-6.0], 1000, 2))
    assert found[0] != window_chance([5.0], 1000, 4)[0]
    assert window_chance([], 10, 0).shape == (0,)


@each_activation
@pytest.mark.parametrize("w", [0.0, 1e-300, 1e300, -1.7e308])
def test_a_chance_is_a_share(activation, w):
    assert 0.0 <= window_chance([w], 100, 0, activation=activation)[0] <= 1.0


def test_weights_must_be_finite_numbers():
    refuses_each(NOT_NUMBERS, window_width)
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=f"w must be finite, but holds {bad}"):
            window_width(bad)
        with pytest.raises(ValueError, match=f"w must be finite, but holds {bad}"):
            window_chance([5.0, bad], 10, 0)
    refuses_each([5.0, [[5.0]], "5", None, [True]], lambda bad: window_chance(bad, 10, 0))


def test_an_unknown_activation_is_refused():
    refuses_each(NOT_NAMES, lambda bad: window_width(5.0, bad))
    refuses_each(NOT_NAMES, widest_window)
    refuses_each(NOT_NAMES, lambda bad: window_chance([5.0], 10, 0, activation=bad))


def test_draws_and_seeds_are_whole():
    refuses_each([0, *NOT_WHOLE], lambda bad: window_chance([5.0], bad, 0))
    refuses_each(NOT_WHOLE, lambda bad: window_chance([5.0], 10, bad))


def test_a_std_is_a_number_of_at_least_0():
    refuses_each([-1.0, *NOT_NUMBERS], lambda bad: window_chance([5.0], 10, 0, bad))


def test_an_overflow_is_refused():
    with pytest.raises(ValueError, match=r"z must be finite, but holds -?inf"):
        window_chance([1.0], 100, 0, 1.7e308)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_curve_of_windows_is_its_parts(activation):
    found = window_curve(np.geomspace(0.5, 200.0, 161), 20_000, 4, 0.5, activation)
    np.testing.assert_array_equal(found.width, window_width(found.w, activation))
    np.testing.assert_array_equal(found.chance, window_chance(found.w, 20_000, 4, 0.5, activation))
    assert found.widest == widest_window(activation)
