"""Each cost against its definition in mpmath and against central differences."""

import numpy as np
import pytest
from mpmath import mp, mpf

from tests.support.exact import EXACT, EXACT_COSTS
from tests.support.gradients import central_differences
from vgcore import ACTIVATIONS, COSTS, Chain

BOUNDED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
PAIRS = [("quadratic", name) for name in ACTIVATIONS] + [("cross_entropy", "sigmoid")]
each = pytest.mark.parametrize(("cost", "output"), PAIRS)
Z = np.array([-20.0, -3.0, -0.4, 0.3, 0.9, 2.5, 17.0])
Y = (0.0, 1.0, 0.3)


def assert_log(log, exact, tolerance=1e-11):
    np.testing.assert_array_equal(log.sign, [float(mp.sign(x)) for x in exact])
    expected = [float(mp.log10(abs(x))) if x else -np.inf for x in exact]
    np.testing.assert_allclose(log.log10_abs, expected, rtol=tolerance, atol=tolerance)


def test_each_stands_under_its_name():
    assert [cost.name for cost in COSTS.values()] == list(COSTS) == list(EXACT_COSTS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_only_cross_entropy_asks_for_a_sigmoid(name):
    assert COSTS["quadratic"].output(ACTIVATIONS[name]) is ACTIVATIONS[name]
    assert COSTS["cross_entropy"].output(ACTIVATIONS[name]) is ACTIVATIONS["sigmoid"]


@each
@pytest.mark.parametrize("y", Y)
def test_the_value_is_the_definition(cost, output, y):
    with mp.workdps(50):
        exact = [float(EXACT_COSTS[cost](EXACT[output](mpf(z))[0], mpf(y))[0]) for z in Z]
    np.testing.assert_allclose(COSTS[cost].value(ACTIVATIONS[output], Z, y), exact, rtol=1e-12, atol=1e-17)


def test_the_values_by_hand():
    half = np.array(0.0)  # sigmoid(0)
    assert COSTS["quadratic"].value(ACTIVATIONS["sigmoid"], half, 1.0) == 0.125
    assert COSTS["cross_entropy"].value(ACTIVATIONS["sigmoid"], half, 1.0) == pytest.approx(np.log(2))


@pytest.mark.parametrize(("z", "y"), [(-800.0, 1.0), (800.0, 0.0)])
def test_cross_entropy_of_a_saturated_output_is_finite(z, y):
    assert COSTS["cross_entropy"].value(ACTIVATIONS["sigmoid"], np.array(z), y) == 800.0


@each
@pytest.mark.parametrize("y", Y)
def test_the_error_is_the_slope_of_the_value(cost, output, y):
    slopes = central_differences(lambda z: COSTS[cost].value(ACTIVATIONS[output], z, y).sum(), Z)
    np.testing.assert_allclose(COSTS[cost].error(ACTIVATIONS[output], Z, y), slopes, rtol=1e-7, atol=1e-8)


@each
@pytest.mark.parametrize("y", Y)
def test_slope_and_error_are_exact(cost, output, y):
    with mp.workdps(50):
        pairs = [EXACT[output](mpf(z)) for z in Z]
        slopes = [EXACT_COSTS[cost](a, mpf(y))[1] for a, _ in pairs]
        errors = [slope * prime for slope, (_, prime) in zip(slopes, pairs, strict=True)]
    assert_log(COSTS[cost].log_slope(ACTIVATIONS[output], Z, y), slopes)
    assert_log(COSTS[cost].log_error(ACTIVATIONS[output], Z, y), errors)
    np.testing.assert_allclose(
        COSTS[cost].error(ACTIVATIONS[output], Z, y), [float(e) for e in errors], rtol=1e-9, atol=1e-16
    )


@pytest.mark.parametrize(("cost", "output"), [(c, o) for c, o in PAIRS if o in BOUNDED])
@pytest.mark.parametrize("z", [-1000.0, -745.2, -40.0, 40.0, 745.2, 1000.0])
def test_no_digits_are_lost_where_the_output_saturates(cost, output, z):
    for y in (*BOUNDED[output], 0.25):
        with mp.workdps(1000):
            a, prime = EXACT[output](mpf(z))
            slope = EXACT_COSTS[cost](a, mpf(y))[1]
            error = slope * prime
            assert_log(COSTS[cost].log_slope(ACTIVATIONS[output], np.array([z]), y), [slope])
            assert_log(COSTS[cost].log_error(ACTIVATIONS[output], np.array([z]), y), [error])


@pytest.mark.parametrize("z", [1e-300, -1e-20, 1e-9, -1e-5, 0.1])
def test_no_digits_are_lost_where_tanh_is_small(z):
    with mp.workdps(50):
        assert_log(COSTS["quadratic"].log_slope(ACTIVATIONS["tanh"], np.array([z]), 0.0), [mp.tanh(mpf(z))])


@pytest.mark.parametrize("z", [-1e17, -1e10, 1e10, 1e17])
def test_the_cross_entropy_error_never_needs_sigma_prime(z):
    error = COSTS["cross_entropy"].log_error(ACTIVATIONS["sigmoid"], np.array([z]), 0.75)
    assert error.to_float() == pytest.approx(0.25 if z > 0 else -0.75, rel=1e-12)


@each
@pytest.mark.parametrize("y", [0.0, 1.0, -1.0, 0.5, 1e300, -1e300])
def test_logs_are_never_nan(cost, output, y):
    z = np.array([1.7e308, -1.7e308, 1e300, -1e300, 1e10, 5e-324, 0.0])
    for log in (
        COSTS[cost].log_slope(ACTIVATIONS[output], z, y),
        COSTS[cost].log_error(ACTIVATIONS[output], z, y),
    ):
        assert not np.isnan(log.log10_abs).any()
        np.testing.assert_array_equal(log.sign == 0, np.isneginf(log.log10_abs))


@pytest.mark.parametrize(
    ("output", "z", "y"),
    [("sigmoid", 0.0, 0.5), ("tanh", 0.0, 0.0), ("relu", 2.0, 2.0), ("linear", -3.5, -3.5)],
)
def test_on_target_slope_and_error_are_0(output, z, y):
    for log in (
        COSTS["quadratic"].log_slope(ACTIVATIONS[output], np.array(z), y),
        COSTS["quadratic"].log_error(ACTIVATIONS[output], np.array(z), y),
    ):
        assert log.sign == 0.0
        assert log.log10_abs == -np.inf


@each
@pytest.mark.parametrize("y", Y)
def test_a_change_is_exact(cost, output, y):
    z, step = map(np.ravel, np.meshgrid(Z, [1e-15, -1e-12, 1e-9, -1e-6, 1e-3, -0.5, 4.0, -30.0]))
    with mp.workdps(160):
        value = [
            [EXACT_COSTS[cost](EXACT[output](x)[0], mpf(y))[0] for x in (mpf(a), mpf(a) + mpf(h))]
            for a, h in zip(z, step, strict=True)
        ]
        exact = [float(after - before) for before, after in value]
        ends = [float(max(abs(before), abs(after))) for before, after in value]
    errors = np.abs(COSTS[cost].change(ACTIVATIONS[output], z, y, step) - exact)
    # A long way can end as high as it began: exact is then what the ends are.
    assert (errors <= 1e-11 * np.abs(exact) + 1e-15 * np.array(ends) * (np.abs(step) > 0.1) + 1e-300).all()


@each
@pytest.mark.parametrize("y", Y)
def test_no_step_changes_nothing(cost, output, y):
    np.testing.assert_array_equal(COSTS[cost].change(ACTIVATIONS[output], Z, y, 0.0), 0.0)


@pytest.mark.parametrize("step", [1e-2, -1e-3, 1e-4, -1e-5])
def test_on_target_a_change_is_of_second_order(step):
    sigmoid = ACTIVATIONS["sigmoid"]
    assert COSTS["quadratic"].change(sigmoid, 0.0, 0.5, step) == pytest.approx(step**2 / 32, rel=1e-4)
    assert COSTS["cross_entropy"].change(sigmoid, 0.0, 0.5, step) == pytest.approx(step**2 / 8, rel=1e-4)


@pytest.mark.parametrize(("z", "y"), [(0.0, 0.5), (-0.8472978603872036, 0.3), (1e-9, 0.5), (3.0, 0.95)])
def test_near_target_a_change_is_exact_to_ulps_of_the_step(z, y):
    steps = np.array([sign * 10.0**power for power in range(-15, 2) for sign in (1, -1)])
    value, sigma = EXACT_COSTS["cross_entropy"], EXACT["sigmoid"]
    with mp.workdps(60):
        before = value(sigma(mpf(z))[0], mpf(y))[0]
        exact = [float(value(sigma(mpf(z) + mpf(h))[0], mpf(y))[0] - before) for h in steps]
    errors = COSTS["cross_entropy"].change(ACTIVATIONS["sigmoid"], z, y, steps) - exact
    assert (np.abs(errors) <= 4.5e-16 * np.abs(steps)).all()


@pytest.mark.parametrize(
    ("output", "z", "y", "log10_gap"),
    [
        ("sigmoid", 1e-17, 0.5, -17.602059991327963),
        ("sigmoid", 800.0, 1.0, -347.4355855226015),
        ("tanh", 20.0, 1.0 - 2.0**-53, -15.989167706075595),
        ("elu", -37.5, -1.0, -16.28604306),
        ("elu", -800.0, -1.0, -347.4355855226015),
        ("softplus", -800.0, 0.0, -347.4355855226015),
        ("silu", -800.0, 0.0, -344.53249553561),
        ("gelu", -40.0, 0.0, -347.8349464680179),
    ],
)
def test_a_gap_keeps_its_digits_where_the_output_saturates(output, z, y, log10_gap):
    log = COSTS["quadratic"].log_slope(ACTIVATIONS[output], np.array(z), y)
    assert float(log.log10_abs) == pytest.approx(log10_gap, rel=1e-7)
    assert log.sign != 0


@pytest.mark.parametrize("cost", COSTS)
def test_a_saturated_error_is_as_exact_on_the_right_as_on_the_left(cost):
    right = COSTS[cost].error(ACTIVATIONS["sigmoid"], np.array(40.0), 1.0)
    left = COSTS[cost].error(ACTIVATIONS["sigmoid"], np.array(-40.0), 0.0)
    assert right == -left != 0


def test_a_gap_beyond_floats_is_refused():
    with pytest.raises(ValueError, match=r"-1\.7e\+308"):
        Chain([1.0], [0.0], "linear").nabla_b(1.7e308, -1.7e308)
