"""Signs and logarithms multiply as the numbers do, beyond the range of float64 too."""

import copy
import math
import pickle
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
    numbers = SignedLog.from_float(np.array([100.0, -0.01, 0.0, -0.0]))
    np.testing.assert_array_equal(numbers.sign, [1.0, -1.0, 0.0, 0.0])
    np.testing.assert_allclose(numbers.log10_abs, [2.0, -2.0, -np.inf, -np.inf])


@given(hnp.arrays(float, hnp.array_shapes(max_dims=2), elements=st.floats(-1.79e308, 1.79e308)))
def test_floats_come_back(x):
    # 10^log has the digits of a log of 300, so 1e-12 of them; a subnormal has fewer.
    np.testing.assert_allclose(SignedLog.from_float(x).to_float(), x, rtol=1e-12, atol=1e-320)


def test_beyond_the_range_floats_are_0_or_infinite():
    big = SignedLog(np.array([1.0, -1.0, 1.0, -1.0, 0.0]), np.array([400.0, 400.0, -400.0, -400.0, -np.inf]))
    np.testing.assert_array_equal(big.to_float(), [np.inf, -np.inf, 0.0, 0.0, 0.0])


def test_from_log_takes_natural_logs():
    logs = np.array([np.log(1000.0), -2000.0, -np.inf])
    numbers = SignedLog.from_log(np.array([1.0, -1.0, -1.0]), logs)
    np.testing.assert_array_equal(numbers.sign, [1.0, -1.0, 0.0])
    np.testing.assert_allclose(numbers.log10_abs, [3.0, -2000.0 / np.log(10.0), -np.inf])


@given(x=FLOATS, y=FLOATS)
def test_a_product_is_exact(x, y):
    for product in (
        SignedLog.from_float(np.array(x)) * SignedLog.from_float(np.array(y)),
        x * SignedLog.from_float(y),
    ):
        assert product.sign == np.sign(x) * np.sign(y)
        assert product.log10_abs == pytest.approx(log10(Fraction(x) * Fraction(y)), rel=1e-14, abs=1e-13)


@given(x=FLOATS, y=FLOATS.filter(bool))
def test_a_quotient_is_exact(x, y):
    for quotient in (
        SignedLog.from_float(x) / SignedLog.from_float(y),
        SignedLog.from_float(x) / y,
        x / SignedLog.from_float(y),
    ):
        assert quotient.sign == np.sign(x) * np.sign(y)
        assert quotient.log10_abs == pytest.approx(log10(Fraction(x) / Fraction(y)), rel=1e-14, abs=1e-12)


def test_over_zero_is_infinite_and_zero_over_zero_no_number():
    zero = SignedLog.from_float(np.array(0.0))
    assert (1.0 / zero).to_float() == np.inf
    assert (-2.0 / zero).to_float() == -np.inf
    assert np.isnan((zero / zero).log10_abs)


@given(x=FLOATS, y=FLOATS)
def test_comparison_is_by_magnitude(x, y):
    one, other = SignedLog.from_float(x), SignedLog.from_float(y)
    apart = abs(one.log10_abs - other.log10_abs) > 1e-12 if x and y else x != y
    if apart:
        assert (one < other) == (one <= other) == (abs(x) < abs(y))
        assert (one > other) == (one >= other) == (abs(x) > abs(y))
    assert (abs(one) < abs(y)) == (one < other)
    assert -one <= one
    assert -one >= one


def test_two_are_equal_entry_by_entry():
    one, other = (
        SignedLog.from_float(np.array([1.0, -2.0, 0.0])),
        SignedLog.from_float(np.array([1.0, 2.0, 0.0])),
    )
    assert (one == other).tolist() == [True, False, True]
    assert (one == [1.0, -2.0, 0.0]).all()
    assert (one == "no number") is False


def test_it_is_indexed_counted_and_gone_through_as_an_array():
    gradients = SignedLog.from_float(np.arange(1.0, 7.0).reshape(3, 2))
    assert len(gradients) == 3
    assert gradients[0].log10_abs.shape == (2,)
    assert gradients[1, 0].to_float() == pytest.approx(3.0)
    np.testing.assert_allclose(gradients[1:, 1].to_float(), [4.0, 6.0])
    assert [float(row[0].to_float()) for row in gradients] == pytest.approx([1.0, 3.0, 5.0])
    with pytest.raises(TypeError):
        len(gradients[0, 0])
    with pytest.raises(TypeError):
        list(gradients[0, 0])


def test_an_array_times_it_is_one_of_it():
    product = np.array([2.0, -3.0]) * SignedLog.from_float(np.array([5.0, 7.0]))
    assert isinstance(product, SignedLog)
    np.testing.assert_allclose(product.to_float(), [10.0, -21.0])


def test_it_is_copied_and_pickled():
    one = SignedLog.from_float(np.array([1.0, -1e-5]))
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (other == one).all()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (SignedLog(1.0, -361.6), "SignedLog(2.51189e-362)"),
        (SignedLog(-1.0, 400.0), "SignedLog(-1e+400)"),
        (SignedLog(0.0, -np.inf), "SignedLog(0)"),
        (SignedLog(1.0, np.inf), "SignedLog(inf)"),
        (SignedLog.from_float([1.0, -0.025]), "SignedLog([1e+0, -2.5e-2])"),
        (SignedLog.from_float(np.full((2, 1), 3.0)), "SignedLog([[3e+0], [3e+0]])"),
        (SignedLog(np.ones(6), np.arange(6.0)), "SignedLog([1e+0, 1e+1, 1e+2, ...])"),
    ],
)
def test_it_shows_the_number_with_its_power_of_ten(value, text):
    assert repr(value) == text


@given(st.lists(FLOATS, min_size=1, max_size=8))
def test_a_running_product_is_exact(values):
    products = SignedLog.from_float(np.array(values)).cumprod()
    exact = [math.prod(map(Fraction, values[: j + 1])) for j in range(len(values))]
    np.testing.assert_array_equal(products.sign, [(x > 0) - (x < 0) for x in exact])
    np.testing.assert_allclose(products.log10_abs, [log10(x) for x in exact], rtol=1e-13, atol=1e-12)
    product = SignedLog.from_float(np.array(values)).product()
    assert product.sign == products.sign[-1]
    assert product.log10_abs == pytest.approx(products.log10_abs[-1], rel=1e-13, abs=1e-12)


def test_a_running_product_goes_down_each_column():
    products = SignedLog.from_float(np.array([[2.0, -1.0], [5.0, 0.0], [10.0, 3.0]])).cumprod()
    np.testing.assert_allclose(products.to_float(), [[2.0, -1.0], [10.0, 0.0], [100.0, 0.0]])


def test_4_to_the_minus_600_does_not_underflow():
    last = SignedLog.from_float(np.full(600, -0.25)).cumprod()[-1]
    assert last.sign == 1.0
    assert last.log10_abs == pytest.approx(-600 * math.log10(4), rel=1e-13)


def test_a_product_beyond_the_largest_log_is_zero():
    products = SignedLog(np.array([-1.0, 1.0]), np.full(2, -1.7e308)).cumprod()
    np.testing.assert_array_equal(products.sign, [-1.0, 0.0])
    np.testing.assert_array_equal(products.log10_abs, [-1.7e308, -np.inf])


def test_then_and_indices_are_about_layers():
    first, second = SignedLog.from_float(np.array([1.0, -10.0])), SignedLog.from_float(np.array([100.0]))
    both = first.then(second)
    np.testing.assert_allclose(both.to_float(), [1.0, -10.0, 100.0])
    np.testing.assert_allclose(both[::-1].to_float(), [100.0, -10.0, 1.0])
    assert both[1].to_float() == pytest.approx(-10.0)
    np.testing.assert_allclose(both[slice(2)].to_float(), [1.0, -10.0])


def test_zeros_are_counted():
    assert SignedLog.from_float(np.array([[0.0, 1.0], [-0.0, 5e-324]])).zeros() == 2
    assert SignedLog(np.array([1.0]), np.array([-1e6])).zeros() == 0
