"""The digits are what load_digits says."""

import numpy as np
import pytest

from vgcore import load_digits

X, Y = load_digits()


def test_a_digit_is_a_column():
    assert X.shape == (784, 1000)
    assert Y.shape == (10, 1000)


def test_grey_levels_lie_in_0_to_1():
    assert X.dtype == np.float64
    assert X.min() == 0.0
    assert 0.99 < X.max() < 1.0


def test_grey_levels_are_256_ths():
    np.testing.assert_array_equal(X * 256, np.round(X * 256))


def test_targets_are_one_hot():
    np.testing.assert_array_equal(np.unique(Y), [0.0, 1.0])
    np.testing.assert_array_equal(Y.sum(axis=0), 1.0)


def test_each_digit_comes_about_100_times():
    counts = Y.sum(axis=1)
    assert counts.min() == 85
    assert counts.max() == 109


def test_images_stand_upright_and_match_their_labels():
    mean = [(X @ (y / y.sum())).reshape(28, 28) for y in Y]
    assert mean[0][14, 14] < 0.2 < 0.5 < mean[1][14, 14]  # a 0 is hollow, a 1 is not
    assert mean[7][:14].sum() > 1.1 * mean[7][14:].sum()  # a 7 is heavy above
    assert mean[7][:, 14:].sum() > 1.1 * mean[7][:, :14].sum()  # and on the right


def test_no_two_images_are_the_same():
    assert len(np.unique(X, axis=1).T) == 1000


def test_some_are_the_first_of_all():
    x, y = load_digits(7)
    np.testing.assert_array_equal(x, X[:, :7])
    np.testing.assert_array_equal(y, Y[:, :7])


@pytest.mark.parametrize("count", [1, 1000])
def test_each_call_gives_fresh_arrays(count):
    for array in load_digits(count):
        array[:] = 7.0
    np.testing.assert_array_equal(load_digits()[0], X)
    np.testing.assert_array_equal(load_digits()[1], Y)
