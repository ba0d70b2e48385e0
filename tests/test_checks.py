"""Input is taken as it is meant or refused by a ValueError that quotes it."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_NUMBERS, NOT_WHOLE, refuses
from vgcore.checks import finite_array, finite_number, list_of, one_of, whole_number


@pytest.mark.parametrize("bad", NOT_NUMBERS, ids=repr)
def test_only_finite_real_numbers_pass(bad):
    with refuses(bad):
        finite_number("x", bad)
    with refuses(bad):
        finite_array("x", bad, (0, 1, 2))


@pytest.mark.parametrize("bad", NOT_NUMBERS[:2], ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, float])
def test_a_bad_entry_is_located(bad, dtype):
    with pytest.raises(ValueError, match=rf"x must be finite, but holds {bad} at index \(1, 0\)"):
        finite_array("x", np.array([[1, 2], [bad, 4]], dtype), (2,))


@pytest.mark.parametrize(
    ("value", "ndims"), [(1.0, (1, 2)), ([1.0], (0,)), ([[1.0]], (0, 1)), ([[[1]]], (1, 2))]
)
def test_other_dimensions_are_refused(value, ndims):
    with refuses(value):
        finite_array("x", value, ndims)


@pytest.mark.parametrize("dtype", [int, np.uint8, np.int16, np.float16, float])
def test_real_types_become_float64(dtype):
    array = finite_array("x", np.ones((2, 3), dtype), (2,))
    assert array.dtype == np.float64
    assert array.shape == (2, 3)


def test_float32_stays_float32():
    assert finite_array("x", np.ones(2, np.float32), (1,)).dtype == np.float32


@pytest.mark.parametrize("value", [0, 2, 2.5, np.float32(2.5), np.int64(3), np.array(1.5)])
def test_a_number_becomes_a_float(value):
    number = finite_number("x", value, 0)
    assert type(number) is float
    assert number == value


def test_the_least_number_is_allowed_and_no_less():
    assert finite_number("x", 1.0, 1.0) == 1.0
    with pytest.raises(ValueError, match=r"x must be at least 1\.0, not 0\.999"):
        finite_number("x", 0.999, 1.0)


@pytest.mark.parametrize("bad", NOT_WHOLE, ids=repr)
def test_only_whole_numbers_pass(bad):
    with refuses(bad):
        whole_number("n", bad, 0)


@pytest.mark.parametrize("good", [1, np.int32(1), np.uint8(7), 10**30], ids=repr)
def test_a_whole_number_becomes_an_int(good):
    assert type(whole_number("n", good, 1)) is int
    assert whole_number("n", good, 1) == good


def test_a_whole_number_below_the_least_is_refused():
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, not 0"):
        whole_number("n", 0, 1)


@pytest.mark.parametrize("bad", NOT_NAMES, ids=repr)
def test_an_unknown_name_is_told_what_there_is(bad):
    with refuses(bad) as refusal:
        one_of("colour", bad, {"red": 1, "green": 2})
    assert str(refusal.value).endswith("use one of red, green")


def test_a_known_name_is_looked_up():
    assert one_of("colour", "green", {"red": 1, "green": 2}) == 2


@pytest.mark.parametrize("bad", [None, 5, 2.5, True], ids=repr)
def test_only_a_series_is_a_list(bad):
    with refuses(bad):
        list_of("arrays", "x", bad)
    assert list_of("numbers", "x", (1, 2)) == [1, 2]
