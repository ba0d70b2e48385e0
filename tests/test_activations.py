"""Every activation against mpmath, central differences, and the largest and smallest floats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mp, mpf

from tests.support.bad_input import NOT_NUMBERS, NOT_WHOLE, refuses_each
from tests.support.exact import EXACT
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS

each = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
MIDDLE = np.array([-29.0, -12.5, -5.3, -2.2, -0.7, -0.01, 1e-3, 0.4, 0.9, 1.1, 3.0, 7.7, 20.0, 35.0])
TAILS = np.array([1e6, 1e4, 800.0, 745.5, 709.0, 100.0, 40.0, 38.0, 30.001, 30.0, 29.999, 20.0])
EXTREMES = np.array([1.7e308, 1e200, 1e154, 750.0, 40.0, 1e-154, 1e-300, 5e-324, 0.0])
EXTREMES = np.concatenate([EXTREMES, -EXTREMES, [np.finfo(float).max, np.finfo(float).min]])
EXTREMES_32 = np.array([3.4e38, 1e20, 110.0, 90.0, 1e-20, 1e-45, 0.0], np.float32)
EXTREMES_32 = np.concatenate(
    [EXTREMES_32, -EXTREMES_32, [np.finfo(np.float32).max, np.finfo(np.float32).min]]
)


@pytest.fixture(autouse=True)
def no_overflow():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def exact(activation, z, part):
    with mp.workdps(40):
        return np.array([float(EXACT[activation.name](mpf(x))[part]) for x in z])


@each
def test_both_at_once_are_those_of_each_for_a_number_whole_ones_and_a_list(activation):
    for z in (0.5, -3, np.float64(2.0), np.array([-2, 0, 3]), [-1.5, 0.5]):
        for one, other in zip(
            activation.both(z),
            (activation.sigma(np.asarray(z)), activation.sigma_prime(np.asarray(z))),
            strict=True,
        ):
            np.testing.assert_allclose(one, other, rtol=1e-14)


def test_each_stands_under_its_name():
    assert [activation.name for activation in ACTIVATIONS.values()] == list(ACTIVATIONS)
    assert set(ACTIVATIONS) == set(EXACT)


@each
def test_sigma_is_exact(activation):
    np.testing.assert_allclose(activation.sigma(MIDDLE), exact(activation, MIDDLE, 0), rtol=1e-12)


@each
def test_sigma_prime_is_exact(activation):
    np.testing.assert_allclose(activation.sigma_prime(MIDDLE), exact(activation, MIDDLE, 1), rtol=1e-12)


@each
@pytest.mark.parametrize("out", [lambda z: None, np.empty_like, lambda z: z], ids=["new", "out", "z"])
def test_both_at_once_are_exact(activation, out):
    z = MIDDLE.copy()
    a, slope = activation.both(z, out(z))
    np.testing.assert_allclose(a, exact(activation, MIDDLE, 0), rtol=1e-12)
    np.testing.assert_allclose(slope, exact(activation, MIDDLE, 1), rtol=1e-12)


@each
def test_sigma_prime_is_the_slope(activation):
    slopes = central_differences(lambda z: activation.sigma(z).sum(), MIDDLE)
    np.testing.assert_allclose(activation.sigma_prime(MIDDLE), slopes, rtol=1e-8, atol=2e-9)


@each
def test_log_of_sigma_prime_is_exact_far_out(activation):
    z = np.concatenate([TAILS, -TAILS, MIDDLE])
    with mp.workdps(40):
        primes = [EXACT[activation.name](mpf(x))[1] for x in z]
        expected = [float(mp.log10(abs(prime))) if prime else -np.inf for prime in primes]
    log = activation.signed_log_prime(z)
    np.testing.assert_array_equal(log.sign, [float(mp.sign(prime)) for prime in primes])
    np.testing.assert_allclose(log.log10_abs, expected, rtol=1e-12, atol=1e-14)


@each
def test_log_and_float_agree(activation):
    np.testing.assert_allclose(
        activation.signed_log_prime(MIDDLE).to_float(), activation.sigma_prime(MIDDLE), rtol=1e-12
    )


@each
@pytest.mark.parametrize("z", [EXTREMES, EXTREMES_32, EXTREMES.reshape(4, 5)], ids=["64", "32", "matrix"])
def test_extremes_give_finite_values_of_their_type(activation, z):
    for values in (activation.sigma(z), activation.sigma_prime(z)):
        assert values.dtype == z.dtype
        assert values.shape == z.shape
        assert np.isfinite(values).all()


@each
@pytest.mark.parametrize("z", [EXTREMES, EXTREMES_32], ids=["64", "32"])
def test_extremes_give_logs_that_are_never_nan(activation, z):
    found = activation.signed_log_prime(z)
    assert found.log10_abs.shape == z.shape
    assert (found.log10_abs < 1.0).all()
    np.testing.assert_array_equal(found.sign == 0, np.isneginf(found.log10_abs))


@each
@pytest.mark.parametrize("z", [np.float64(-800.0), np.float32(0.5), np.array(3.0)], ids=repr)
def test_one_number_is_enough(activation, z):
    for values in (activation.sigma(z), activation.sigma_prime(z)):
        assert np.shape(values) == ()
        assert values.dtype == z.dtype
    assert activation.signed_log_prime(z).log10_abs.shape == ()


@each
@settings(max_examples=25)
@given(z=hnp.arrays(st.sampled_from([np.float32, np.float64]), hnp.array_shapes(max_dims=2, max_side=4)))
def test_any_finite_z_gives_finite_values(activation, z):
    z = np.nan_to_num(z)
    for values in (activation.sigma(z), activation.sigma_prime(z)):
        assert values.dtype == z.dtype
        assert values.shape == z.shape
        assert np.isfinite(values).all()
    assert not np.isnan(activation.signed_log_prime(z).log10_abs).any()


@each
def test_float32_is_as_exact_as_it_can_be(activation):
    z = MIDDLE[3:].astype(np.float32)
    np.testing.assert_allclose(activation.sigma(z), activation.sigma(z.astype(float)), rtol=3e-6)
    np.testing.assert_allclose(activation.sigma_prime(z), activation.sigma_prime(z.astype(float)), rtol=3e-6)


@pytest.mark.parametrize(
    ("name", "kink", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("leaky_relu", 0.0, 0.01),
        ("elu", 0.0, 1.0),
        ("selu", 0.0, 1.7580993408473766),
        ("hard_tanh", -1.0, 0.0),
        ("hard_tanh", 1.0, 0.0),
    ],
)
def test_the_slope_at_a_kink(name, kink, slope):
    assert kink in ACTIVATIONS[name].kinks
    assert ACTIVATIONS[name].sigma_prime(np.array(kink)) == pytest.approx(slope, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "z", "slope"),
    [("sigmoid", 0.0, 0.25), ("tanh", 0.0, 1.0), ("silu", 2.3994, 1.09984), ("gelu", 2**0.5, 1.12890)],
)
def test_where_sigma_prime_is_greatest(name, z, slope):
    steepest_z, steepest_slope = ACTIVATIONS[name].steepest()
    assert steepest_z == pytest.approx(z, abs=1e-3)
    assert steepest_slope == pytest.approx(slope, abs=1e-5)


def test_sigma_prime_of_the_sigmoid_is_at_most_a_quarter():
    z = np.linspace(-50, 50, 100_001)
    assert ACTIVATIONS["sigmoid"].sigma_prime(z).max() == ACTIVATIONS["sigmoid"].sigma_prime(0.0) == 0.25


@each
def test_the_curve_is_sampled_evenly(activation):
    z, sigma, slope = activation.curve(-2, 3, 11)
    np.testing.assert_allclose(z, np.arange(-2.0, 3.1, 0.5))
    np.testing.assert_array_equal(sigma, activation.sigma(z))
    np.testing.assert_array_equal(slope, activation.sigma_prime(z))


@pytest.mark.parametrize("method", ["curve", "steepest"])
def test_the_curve_needs_two_numbers(method):
    draw = getattr(ACTIVATIONS["tanh"], method)
    refuses_each(NOT_NUMBERS, lambda bad: draw(bad, 1.0))
    refuses_each(NOT_NUMBERS, lambda bad: draw(-1.0, bad))


def test_the_curve_needs_two_points():
    refuses_each([0, 1, *NOT_WHOLE], lambda bad: ACTIVATIONS["tanh"].curve(-1, 1, bad))


def test_steepest_looks_from_low_to_high():
    assert ACTIVATIONS["tanh"].steepest(2.0, 3.0)[0] == 2.0
    with pytest.raises(ValueError, match=r"high must be at least 3\.0, not 2\.0"):
        ACTIVATIONS["tanh"].steepest(3.0, 2.0)


def change_errors(activation, z, step):
    """Return the change itself, how far `change` is off, and sigma's larger size at the two ends."""
    sigma = EXACT[activation.name]
    with mp.workdps(160):
        ends = [[sigma(x)[0] for x in (mpf(a), mpf(a) + mpf(h))] for a, h in zip(z, step, strict=True)]
        changes = [after - before for before, after in ends]
        errors = [mpf(float(c)) - exact for c, exact in zip(activation.change(z, step), changes, strict=True)]
    return (np.abs(np.array(v, float)) for v in (changes, errors, [max(map(abs, end)) for end in ends]))


@each
def test_a_change_is_exact_for_steps_of_1e_minus_15_to_100(activation):
    sizes = np.append(10.0 ** np.arange(-15, 3), [33.0, 60.0])
    starts = [-100.0, -40.0, -5.3, -1.2, -0.3, 0.0, 1e-9, 0.3, 1.7, 5.0, 40.0, 100.0]
    z, step = map(np.ravel, np.meshgrid(starts, np.concatenate([sizes, -sizes])))
    change, error, _ = change_errors(activation, z, step)
    assert (error <= 1e-12 * change + 1e-300).all()


@each
def test_a_change_is_exact_on_random_paths(activation):
    rng = np.random.default_rng(0)
    z = rng.normal(size=300) * 10 ** rng.uniform(-3, 1.7, 300)
    step = rng.choice([-1, 1], 300) * 10 ** rng.uniform(-15, 2, 300)
    change, error, ends = change_errors(activation, z, step)
    # Across their minimum gelu and silu can end as high as they began: exact is then what the ends are.
    turns = 1e-15 if activation.name in ("gelu", "silu") else 0.0
    assert (error <= 1e-12 * change + turns * ends + 1e-300).all()


@pytest.mark.parametrize("step", [1e-15, -1e-15, 1e-12, -1e-12, 1e-6, -1e-6])
@pytest.mark.parametrize("kink", [-1.0, 1.0])
def test_beside_a_kink_a_change_is_exact_to_an_ulp_of_z(kink, step):
    hard_tanh = ACTIVATIONS["hard_tanh"]
    inside = step if kink * step < 0 else 0.0
    for z, expected in (
        (kink, inside),
        (kink - step, step - inside),
        (kink - step / 4, 0.75 * inside + (step - inside) / 4),
    ):
        assert hard_tanh.change(z, step) == pytest.approx(expected, abs=3e-16, rel=1e-12)


@each
def test_no_step_overflows(activation):
    z, step = np.meshgrid([-1e5, -1.0, 0.0, 1e-300, 1.0, 1e5], [5e-324, -5e-324, 1e-310, 0.0, 1e8, -1e8])
    subtracted = activation.sigma(z + step) - activation.sigma(z)
    np.testing.assert_allclose(activation.change(z, step), subtracted, rtol=1e-9, atol=1e-15)


@each
@settings(max_examples=30)
@given(z=st.floats(-50, 50), step=st.floats(-50, 50))
def test_a_change_and_its_way_back_cancel(activation, z, step):
    there, back = activation.change(z, step), activation.change(z + step, z - (z + step))
    np.testing.assert_allclose(there, -back, rtol=1e-9, atol=1e-13)


@each
def test_changes_broadcast(activation):
    z, step = np.array([[0.5], [-2.0]]), np.array([1e-9, 1.0, 50.0])
    changes = activation.change(z, step)
    assert changes.shape == (2, 3)
    assert changes[1, 2] == activation.change(-2.0, 50.0)


@pytest.mark.parametrize("name", ["linear", "relu", "selu", "elu", "gelu", "silu", "softplus", "leaky_relu"])
def test_a_long_step_far_out_is_the_whole_step(name):
    slope = ACTIVATIONS[name].sigma_prime(np.array(1e20))
    assert ACTIVATIONS[name].change(1e20, 1000.0) == pytest.approx(1000.0 * slope, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "z", "step"), [("silu", -37.0, 36.99999999999999), ("gelu", -8.0, 7.99999999999999)]
)
def test_a_change_there_and_back_keeps_its_digits(name, z, step):
    before, after = exact(ACTIVATIONS[name], [z, mpf(z) + mpf(step)], 0)
    found = ACTIVATIONS[name].change(z, step)
    assert abs(found - (after - before)) <= 1e-14 * max(abs(after), abs(before))


def test_a_step_that_is_not_a_number_makes_none():
    assert np.isnan(ACTIVATIONS["sigmoid"].change(0.5, np.nan))


@pytest.mark.parametrize("count", [3, 5000])
def test_many_changes_are_those_of_one_by_one(count):
    z, step = np.linspace(-3.0, 3.0, count), np.full(count, 0.7)
    many = ACTIVATIONS["tanh"].change(z, step)
    one_by_one = [ACTIVATIONS["tanh"].change(one, 0.7) for one in z[::997]]
    np.testing.assert_allclose(many[::997], one_by_one, rtol=1e-14)
