"""The contrived chain of the book, and its knife's edge."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NUMBERS, NOT_WHOLE, refuses
from vgcore import Chain
from vgcore.studies.explosion import contrived_chain, factor_by_input, gradient_kept, shift_family
from vgcore.studies.window import window_width


def test_the_book_s_chain_is_the_book_s():
    chain = contrived_chain()
    np.testing.assert_array_equal(chain.weights, [100.0] * 4)
    np.testing.assert_array_equal(chain.biases, [-100.0, -50.0, -50.0, -50.0])
    np.testing.assert_array_equal(chain.forward(1.0)[0], 0.0)
    np.testing.assert_allclose(chain.factors(1.0), 25.0, rtol=1e-13)


@pytest.mark.parametrize("depth", [2, 10, 60])
@pytest.mark.parametrize("weight", [1.0, 4.0, 100.0, 200.0])
def test_the_gradient_grows_by_one_factor_a_layer(weight, depth):
    gradients = contrived_chain(weight, depth, 0.3).nabla_b(0.3, 0.0)
    np.testing.assert_allclose(np.diff(gradients.log10_abs), -np.log10(weight / 4.0), atol=1e-12)


def test_a_family_of_shifts_is_the_chain_with_each_bias():
    chain = contrived_chain()
    log10_shifts = np.linspace(-8.0, 0.0, 41)
    family = shift_family(chain, 10.0**log10_shifts, 1.0, 0.0)
    for index in (0, 20, 40):
        shift = family.shifts[index]
        alone = chain.replaced(biases={1: chain.biases[0] + shift}).nabla_b(1.0, 0.0)
        np.testing.assert_allclose(family.nabla_b.log10_abs[:, index], alone.log10_abs, rtol=1e-12)


@pytest.mark.parametrize("shift", [0.0, 1e-6, 0.01, -0.01])
def test_what_is_kept_is_the_gradient_after_over_before(shift):
    chain = contrived_chain()
    moved = chain.replaced(biases={1: shift - 100.0})
    before, after = (each.nabla_b(1.0, 0.0).log10_abs[0] for each in (chain, moved))
    kept = gradient_kept(chain, 1.0, 0.0, shift)
    assert kept.sign == 1.0
    assert float(kept.log10_abs) == pytest.approx(float(after - before), abs=1e-9)


def test_a_hundredth_puts_the_explosion_out():
    assert gradient_kept(contrived_chain(), 1.0, 0.0, 0.01).to_float() < 1e-20


def test_a_family_of_windows_has_the_widths_of_eq_123():
    weights, a = np.arange(5.0, 201.0, 5.0), np.linspace(0.0, 1.0, 101)
    factors = factor_by_input(weights, a)
    fine = np.linspace(0.0, 1.0, 200_001)
    for row in (0, 1, 19, 39):
        w = weights[row]
        chain = Chain([w], [-w / 2.0])
        np.testing.assert_allclose(factors[row, 40], chain.factors(a[40])[0], rtol=1e-12)
        inside = np.abs(w * 0.25 / np.cosh(w * (fine - 0.5) / 2.0) ** 2) >= 1.0
        assert inside.mean() == pytest.approx(float(window_width(w)), abs=2e-5)


def test_bad_input_is_refused():
    for bad in NOT_NUMBERS:
        with refuses(bad):
            contrived_chain(weight=bad)
    for bad in NOT_WHOLE:
        with refuses(bad):
            contrived_chain(depth=bad)


def test_nothing_of_no_gradient_can_be_kept():
    with pytest.raises(ValueError, match=r"dC/db_1 is 0 for a0 = -1.0 and y = 0.0"):
        gradient_kept(Chain([1.0, 1.0], [0.0, 0.0], "relu"), -1.0, 0.0, 0.01)
