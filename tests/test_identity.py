"""The identity neuron against its own formula and the limit of small weights."""

import math

import numpy as np
import pytest

from tests.support.bad_input import NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore.studies.identity import identity_errors, identity_neuron

W1 = (0.5, 1.0, 2.5, 8.0)
SETTINGS = ((1.0, 0.0), (1.2, 0.0), (1.0, 0.7), (0.9, -1.5), (-1.0, 0.3), (0.0, 0.0))


def direct(w1, gain=1.0, shift=0.0, points=201):
    """Return x and w_2 sigma(w_1 x + b) - x with b = shift - w_1 / 2 and w_2 = 4 gain / w_1."""
    x = np.arange(points) / (points - 1)
    neuron = [4 * gain / w1 / (1 + math.exp(-(w1 * one + shift - w1 / 2))) for one in x]
    return x, np.array(neuron) - x


@pytest.mark.parametrize("w1", W1)
@pytest.mark.parametrize(("gain", "shift"), SETTINGS)
@pytest.mark.parametrize("points", [2, 3, 201])
def test_the_copy_is_the_neuron_less_a_constant(w1, gain, shift, points):
    found = identity_neuron(w1, gain, shift, points)
    x, off = direct(w1, gain, shift, points)
    np.testing.assert_allclose(found.x, x, atol=1e-15)
    constant = (off.min() + off.max()) / 2
    np.testing.assert_allclose(found.copy, x + off - constant, rtol=1e-12, atol=1e-13)
    assert found.error == pytest.approx((off.max() - off.min()) / 2, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("w1", W1)
@pytest.mark.parametrize(("gain", "shift"), SETTINGS)
def test_no_other_constant_copies_better(w1, gain, shift):
    found = identity_neuron(w1, gain, shift)
    gap = found.copy - found.x
    assert np.abs(gap).max() == pytest.approx(found.error, rel=1e-12)
    for more in (-1e-3, 1e-3):
        assert np.abs(gap + more).max() > found.error


@pytest.mark.parametrize("w1", [0.1, 0.03, 0.01, 1e-3])
def test_the_error_nears_a_96th_of_the_square(w1):
    error = identity_neuron(w1).error
    assert error < w1**2 / 96
    assert error == pytest.approx(w1**2 / 96, rel=w1**2 / 10 + 1e-16 / w1**2 * 96)


def test_the_gap_is_of_the_third_order():
    found = identity_neuron(0.01)
    np.testing.assert_allclose(found.copy - found.x, -1e-4 * (found.x - 0.5) ** 3 / 12, rtol=1e-4, atol=1e-15)


def test_a_smaller_weight_copies_better():
    errors = identity_errors(np.geomspace(1e-3, 1e3, 61))
    assert (np.diff(errors) > 0).all()
    assert errors[-1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("w1", [1e-300, 1e-9, 1e-8])
def test_the_smallest_weights_copy_to_the_last_digit(w1):
    assert identity_neuron(w1).error < 1e-15


def test_a_gain_copies_too_steeply_by_as_much():
    assert identity_neuron(1e-4, gain=1.1).error == pytest.approx(0.05, rel=1e-6)


def test_a_shift_adds_a_bend():
    prime = math.exp(-2.0) / (1 + math.exp(-2.0)) ** 2
    assert identity_neuron(1e-5, shift=2.0).error == pytest.approx((1 - 4 * prime) / 2, rel=1e-4)


def test_an_error_a_weight():
    expected = [identity_neuron(w1, 1.1, 0.2).error for w1 in W1]
    np.testing.assert_array_equal(identity_errors(W1, 1.1, 0.2), expected)
    assert identity_errors([]).shape == (0,)


def test_what_is_no_weight_above_0_is_refused():
    refuses_each([0.0, -1.0, *NOT_NUMBERS], identity_neuron)
    refuses_each([0.0, -1.0], lambda bad: identity_errors([1.0, bad]))
    refuses_each([1.0, "1", None, [[1.0]], [True]], identity_errors)
    with pytest.raises(ValueError, match=r"must be finite, but holds nan at index \(1,\)"):
        identity_errors([1.0, np.nan])


@pytest.mark.parametrize("call", [identity_neuron, lambda w1, *rest: identity_errors([w1], *rest)])
def test_what_is_no_gain_or_shift_is_refused(call):
    refuses_each(NOT_NUMBERS, lambda bad: call(1.0, bad))
    refuses_each(NOT_NUMBERS, lambda bad: call(1.0, 1.0, bad))


def test_points_are_2_or_more():
    refuses_each([0, 1, *NOT_WHOLE], lambda bad: identity_neuron(1.0, points=bad))


@pytest.mark.parametrize("settings", [(5e-324,), (1.0, 1e308)])
def test_an_overflow_is_refused(settings):
    with pytest.raises(ValueError, match=rf"overflows float64 for w1 = {settings[0]!r}"):
        identity_neuron(*settings)


@pytest.mark.parametrize("settings", [(1e308,), (1.0, 1.0, 1e308), (1e308, 1.0, -1e308), (3.0, 1e-300)])
def test_the_largest_settings_are_no_trouble(settings):
    found = identity_neuron(*settings)
    assert np.isfinite(found.copy).all()
    assert 0.0 < found.error <= 0.5 + 1e-12


def test_halving_w1_leaves_a_quarter_of_the_error():
    w1 = 2.0 ** np.arange(-8.0, 5.0)
    errors = identity_errors(w1)
    assert errors[7] / errors[8] == pytest.approx(identity_neuron(0.5).error / identity_neuron(1.0).error)
    assert errors[7] / errors[8] == pytest.approx(0.25, rel=0.03)
    np.testing.assert_allclose(errors[:4], w1[:4] ** 2 / 96.0, rtol=1e-3)
