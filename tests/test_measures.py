"""The speeds of learning, by hand and on the digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses_each
from vgcore import Network, load_digits, speeds
from vgcore.studies.designs import PRINTED_SPEEDS, speeds_before_training

MEASURES = ("norm_of_mean", "rms")
DEEP = (784, 30, 30, 30, 30, 10)
MEDIAN, LOW, HIGH = np.array(  # by another program, of 200 seeds, with the 5 % and 95 % quantiles
    [[0.0024, 0.0118, 0.0596, 0.297], [0.0013, 0.0069, 0.036, 0.20], [0.0038, 0.018, 0.085, 0.40]]
)


@pytest.fixture(scope="module")
def samples():
    return speeds_before_training(DEEP, range(60), *load_digits())


@pytest.mark.parametrize(("measure", "expected"), [("norm_of_mean", [2.0, 5.0]), ("rms", [5**0.5, 5.0])])
def test_both_measures_by_hand(measure, expected):
    cancels, agrees = [[1.0, -1.0], [2.0, 2.0]], [[3.0, 3.0, 3.0], [4.0, 4.0, 4.0]]
    np.testing.assert_allclose(speeds([cancels, agrees], measure), expected, rtol=1e-15)


def test_the_mean_is_the_default():
    assert speeds([[[1.0, -1.0]]]) == 0.0


@given(hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)))
def test_the_norm_of_the_mean_is_at_most_the_rms(delta):
    assert speeds([delta])[0] <= speeds([delta], "rms")[0] * (1 + 1e-12)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("scale", [2.0**-1000, 2.0**-500, 2.0**-20, 1.0, 2.0**600, 2.0**1000])
def test_a_speed_scales_as_its_deltas(scale, measure):
    delta = np.array([[1.0, 0.5, -0.25], [3.0, 2.0, 1.0]])
    np.testing.assert_allclose(speeds([scale * delta], measure), scale * speeds([delta], measure), rtol=1e-15)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_smallest_deltas_have_a_speed(measure):
    assert speeds([[[5e-324]]], measure) == [5e-324]
    assert speeds([np.full((4, 3), 1e-30, np.float32)], measure) == pytest.approx([2e-30], rel=1e-6)
    assert speeds([np.zeros((2, 3))], measure) == [0.0]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_deep_network_still_has_a_speed(measure):
    deltas = Network.random([3] * 300, 0).backward(np.eye(3), np.eye(3)).deltas
    found = speeds(deltas, measure)
    assert found.shape == (299,)
    assert (found > 0).all()
    assert found[0] < 1e-170


def test_the_medians_on_the_digits_are_as_measured(samples):
    spread = np.log(HIGH / LOW) / 3.29  # of the log of one speed, nearly normal: 90 % lie within 1.645 sigmas
    error = 1.2533 * spread * np.hypot(60**-0.5, 200**-0.5)  # of the log of the two medians
    seen = samples.median[:4].to_float()
    assert (np.abs(np.log(seen / MEDIAN)) < 4 * error + 0.02).all()  # 2 %: printed to two digits


def test_the_spread_on_the_digits_is_as_measured(samples):
    inside = ((samples.speeds[:, :4] > LOW) & (samples.speeds[:, :4] < HIGH)).mean(axis=0)
    assert (np.abs(inside - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 60)).all()


def test_a_step_is_as_mean_field_theory_has_it(samples):
    assert samples.last_over_first == samples.median[3] / samples.median[0]
    assert samples.ratio_per_layer == pytest.approx(samples.last_over_first.to_float() ** (1 / 3))
    assert samples.ratio_per_layer == pytest.approx(4.882, rel=0.05)


def test_samples_are_labelled_by_seed_and_layer(samples):
    x, y = load_digits()
    assert samples.speeds.shape == (60, 5)
    np.testing.assert_array_equal(samples.seeds, np.arange(60)[:, None])
    np.testing.assert_array_equal(samples.layers, [1, 2, 3, 4, 5])
    expected = speeds(Network.random(DEEP, 17).backward(x, y, "cross_entropy").deltas)
    np.testing.assert_allclose(samples.speeds[17].to_float(), expected, rtol=1e-13)


@pytest.mark.parametrize("measure", ["norm_of_mean", "rms"])
@pytest.mark.parametrize("count", [251, 999, 1000])
def test_blocks_of_examples_make_one_speed(count, measure):
    x, y = load_digits(count)
    found = speeds_before_training([784, 6, 10], [3], x, y, measure).speeds[0].to_float()
    np.testing.assert_allclose(
        found, speeds(Network.random([784, 6, 10], 3).deltas(x, y), measure), rtol=1e-13
    )


def test_the_printed_speeds_are_draws_of_these(samples):
    printed = PRINTED_SPEEDS[DEEP]
    assert (samples.speeds[:, :4] < np.array(printed)).any(axis=0).all()
    assert (samples.speeds[:, :4] > np.array(printed)).any(axis=0).all()
    for sizes, values in PRINTED_SPEEDS.items():
        assert len(values) == len(sizes) - 2
        assert list(values) == sorted(values)


def test_rms_is_measured_when_asked_for():
    x, y = (array[:, :50] for array in load_digits())
    found = speeds_before_training([784, 10, 10], [3], x, y, "rms").speeds.to_float()
    expected = speeds(Network.random([784, 10, 10], 3).backward(x, y).deltas, "rms")
    np.testing.assert_allclose(found[0], expected, rtol=1e-13)


def before_training(sizes=(2, 1), seeds=(0,), measure="rms"):
    return speeds_before_training(sizes, seeds, [[1.0], [1.0]], [[1.0]], measure)


def test_bad_input_is_refused():
    refuses_each(NOT_NUMBERS, lambda bad: speeds([bad]))
    refuses_each([None, 5, 2.5], speeds)
    refuses_each([None, 5, 2.5, []], lambda bad: before_training(seeds=bad))
    refuses_each([None, 5, 2.5, []], lambda bad: before_training(sizes=bad))
    refuses_each(NOT_WHOLE, lambda bad: before_training(seeds=[0, bad]))
    refuses_each(NOT_NAMES, lambda bad: speeds([[[1.0]]], bad))
    refuses_each(NOT_NAMES, lambda bad: before_training(measure=bad))


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: speeds([np.ones((2, 0))]), "layer 1 must hold examples, not the shape (2, 0)"),
        (lambda: speeds([[[1.0]], [1.0]]), "layer 2 must have 2 dimensions, not 1: [1.0]"),
        (lambda: speeds([[[1.0], [np.nan]]]), "holds nan at index (1, 0)"),
        (lambda: speeds_before_training([2, 1], [0], [[1.0]], [[1.0]]), "(1, 1)"),
        (lambda: speeds_before_training([2, 1], [0], [[1.0], [1.0]], [[1.0], [1.0]]), "(2, 1)"),
    ],
)
def test_what_does_not_fit_is_refused(call, quoted):
    with pytest.raises(ValueError, match=r".*") as refusal:
        call()
    assert quoted in str(refusal.value)
