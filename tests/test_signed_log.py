"""Signs and logarithms multiply as the numbers do, beyond the range of float64 too."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vgcore import SignedLog

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def log10(fraction):
    return math.log10(abs(fraction.numerator)) - math.log10(fraction.denominator) if fraction else -math.inf


def test_a_number_is_its_sign_and_log():
    sign, log10_abs = SignedLog.from_float(np.array([100.0, -0.01, 0.0, -0.0]))
    np.testing.assert_array_equal(sign, [1.0, -1.0, 0.0, 0.0])
    np.testing.assert_allclose(log10_abs, [2.0, -2.0, -np.inf, -np.inf])


@given(hnp.arrays(float, hnp.array_shapes(max_dims=2), elements=st.floats(-1.79e308, 1.79e308)))
def test_floats_come_back(x):
    # 10^log has the digits of a log of 300, so 1e-12 of them; a subnormal has fewer.
    np.testing.assert_allclose(SignedLog.from_float(x).to_float(), x, rtol=1e-12, atol=1e-320)


def test_beyond_the_range_floats_are_0_or_infinite():
    big = SignedLog(np.array([1.0, -1.0, 1.0, -1.0, 0.0]), np.array([400.0, 400.0, -400.0, -400.0, -np.inf]))
    np.testing.assert_array_equal(big.to_float(), [np.inf, -np.inf, 0.0, 0.0, 0.0])


def test_from_log_takes_natural_logs():
    sign, log10_abs = SignedLog.from_log(
        np.array([1.0, -1.0, -1.0]), np.array([np.log(1000.0), -2000.0, -np.inf])
    )
    np.testing.assert_array_equal(sign, [1.0, -1.0, 0.0])
    np.testing.assert_allclose(log10_abs, [3.0, -2000.0 / np.log(10.0), -np.inf])


@given(x=FLOATS, y=FLOATS)
def test_a_product_is_exact(x, y):
    sign, log10_abs = SignedLog.from_float(np.array(x)).times(SignedLog.from_float(np.array(y)))
    assert sign == np.sign(x) * np.sign(y)
    assert log10_abs == pytest.approx(log10(Fraction(x) * Fraction(y)), rel=1e-14, abs=1e-13)


@given(FLOATS.filter(bool))
def test_an_inverse_is_exact(x):
    sign, log10_abs = SignedLog.from_float(np.array(x)).inverse()
    assert sign == np.sign(x)
    assert log10_abs == pytest.approx(-log10(Fraction(x)), rel=1e-14)


def test_the_inverse_of_zero_is_infinite():
    assert SignedLog.from_float(np.array(0.0)).inverse().to_float() == np.inf


@given(st.lists(FLOATS, min_size=1, max_size=8))
def test_a_running_product_is_exact(values):
    products = SignedLog.from_float(np.array(values)).running_product()
    exact = [math.prod(map(Fraction, values[: j + 1])) for j in range(len(values))]
    np.testing.assert_array_equal(products.sign, [(x > 0) - (x < 0) for x in exact])
    np.testing.assert_allclose(products.log10_abs, [log10(x) for x in exact], rtol=1e-13, atol=1e-12)
    product = SignedLog.from_float(np.array(values)).product()
    assert product.sign == products.sign[-1]
    assert product.log10_abs == pytest.approx(products.log10_abs[-1], rel=1e-13, abs=1e-12)


def test_a_running_product_goes_down_each_column():
    products = SignedLog.from_float(np.array([[2.0, -1.0], [5.0, 0.0], [10.0, 3.0]])).running_product()
    np.testing.assert_allclose(products.to_float(), [[2.0, -1.0], [10.0, 0.0], [100.0, 0.0]])


def test_4_to_the_minus_600_does_not_underflow():
    last = SignedLog.from_float(np.full(600, -0.25)).running_product().entry(-1)
    assert last.sign == 1.0
    assert last.log10_abs == pytest.approx(-600 * math.log10(4), rel=1e-13)


def test_a_product_beyond_the_largest_log_is_zero():
    products = SignedLog(np.array([-1.0, 1.0]), np.full(2, -1.7e308)).running_product()
    np.testing.assert_array_equal(products.sign, [-1.0, 0.0])
    np.testing.assert_array_equal(products.log10_abs, [-1.7e308, -np.inf])


def test_then_entry_and_flip_are_about_layers():
    first, second = SignedLog.from_float(np.array([1.0, -10.0])), SignedLog.from_float(np.array([100.0]))
    both = first.then(second)
    np.testing.assert_allclose(both.to_float(), [1.0, -10.0, 100.0])
    np.testing.assert_allclose(both.flip().to_float(), [100.0, -10.0, 1.0])
    assert both.entry(1).to_float() == pytest.approx(-10.0)
    np.testing.assert_allclose(both.entry(slice(2)).to_float(), [1.0, -10.0])


def test_zeros_are_counted():
    assert SignedLog.from_float(np.array([[0.0, 1.0], [-0.0, 5e-324]])).zeros() == 2
    assert SignedLog(np.array([1.0]), np.array([-1e6])).zeros() == 0
