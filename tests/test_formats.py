"""Number formats and rounding to them, against ml_dtypes, numpy's float16, and exact fractions."""

from fractions import Fraction
from functools import cache

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgcore.formats import FORMATS, rounded, stochastic

NARROW = [name for name, own in FORMATS.items() if own.bits <= 16]
every_format = pytest.mark.parametrize("name", FORMATS)
every_narrow = pytest.mark.parametrize("name", NARROW)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.one_of(FLOATS, st.floats(-500.0, 500.0), st.floats(-1e-4, 1e-4), st.floats(-1e-37, 1e-37))


@cache
def numbers(name):
    """All finite numbers of a format of at most 16 bits, in their order, each once."""
    own = FORMATS[name]
    with np.errstate(invalid="ignore"):
        patterns = np.arange(2**own.bits, dtype=f"u{own.bits // 8}").view(own.dtype).astype(float)
    return np.unique(patterns[np.isfinite(patterns)])


@pytest.mark.parametrize(
    ("name", "bits", "largest", "normal", "subnormal", "ulp"),
    [
        ("float64", 64, (2 - 2**-52) * 2.0**1023, 2.0**-1022, 2.0**-1074, 2.0**-52),
        ("float32", 32, (2 - 2**-23) * 2.0**127, 2.0**-126, 2.0**-149, 2.0**-23),
        ("bfloat16", 16, (2 - 2**-7) * 2.0**127, 2.0**-126, 2.0**-133, 2.0**-7),
        ("float16", 16, 65504.0, 2.0**-14, 2.0**-24, 2.0**-10),
        ("float8_e5m2", 8, 57344.0, 2.0**-14, 2.0**-16, 2.0**-2),
        ("float8_e4m3fn", 8, 448.0, 2.0**-6, 2.0**-9, 2.0**-3),
    ],
)
def test_a_format_is_as_its_paper_says(name, bits, largest, normal, subnormal, ulp):
    assert FORMATS[name][1:6] == (bits, largest, normal, subnormal, ulp)


@every_narrow
def test_every_number_of_a_format_stays_and_half_way_goes_to_the_even_one(name):
    known = numbers(name)
    np.testing.assert_array_equal(rounded(known, name), known)
    middles = (known[1:] + known[:-1]) / 2.0
    bits = np.abs(known).astype(FORMATS[name].dtype).view(f"u{FORMATS[name].bits // 8}")
    even = np.where(bits[1:] % 2 == 0, known[1:], known[:-1])
    np.testing.assert_array_equal(rounded(middles, name), even)
    for side, nearest in ((np.inf, known[1:]), (-np.inf, known[:-1])):
        np.testing.assert_array_equal(rounded(np.nextafter(middles, side), name), nearest)


@every_format
@given(NEAR)
def test_rounding_twice_is_rounding_once(name, x):
    once = rounded(x, name)
    np.testing.assert_array_equal(rounded(once, name), once)
    np.testing.assert_array_equal(-rounded(-x, name), once)


@every_narrow
@given(NEAR)
def test_no_number_of_the_format_is_nearer(name, x):
    own, seen = FORMATS[name], float(rounded(x, name))
    if not np.isfinite(seen):
        assert abs(x) > own.largest
        return
    known = numbers(name)
    at = np.clip(np.searchsorted(known, x), 1, known.size - 1)
    off = min(abs(Fraction(float(each)) - Fraction(x)) for each in known[at - 1 : at + 1])
    assert abs(Fraction(seen) - Fraction(x)) == off


@every_format
@given(NEAR, NEAR)
def test_rounding_keeps_the_order(name, one, other):
    low, high = (float(rounded(x, name)) for x in sorted((one, other)))
    assert low <= high or np.isnan(low) or np.isnan(high)


@every_narrow
@given(st.floats(width=32, allow_nan=False))
def test_a_float32_is_rounded_as_ml_dtypes_and_numpy_do(name, x):
    x = np.float32(x)
    with np.errstate(over="ignore"):
        known = x.astype(FORMATS[name].dtype).astype(np.float32)
    seen = rounded(x, name)
    assert seen.dtype == np.float32
    np.testing.assert_array_equal(seen, known)


@given(NEAR)
def test_a_float64_becomes_the_float16_of_numpy(x):
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(rounded(x, "float16"), np.float64(x).astype(np.float16))


def test_a_float64_just_above_a_tie_goes_up_and_ml_dtypes_takes_it_for_the_tie():
    x = np.float64(1.0 + 2.0**-8 + 2.0**-40)
    assert rounded(x, "bfloat16") == 1.0 + 2.0**-7
    assert x.astype(ml_dtypes.bfloat16) == 1.0  # by way of float32; else `rounded` needs no detour


@every_format
def test_what_is_no_number_stays_and_what_is_too_large_overflows(name):
    far = {"float64": np.inf, "float8_e4m3fn": np.nan}.get(name, np.inf)
    beyond = np.inf if name == "float64" else 1e300
    np.testing.assert_array_equal(rounded([beyond, -beyond, np.nan], name), [far, -far, np.nan])


@every_format
def test_a_subnormal_is_kept_or_flushed(name):
    own = FORMATS[name]
    x = np.array([own.normal, own.subnormal, -own.subnormal, 0.25 * own.subnormal, np.nan])
    np.testing.assert_array_equal(rounded(x, name)[:3], x[:3])
    assert rounded(x, name)[3] == 0.0
    np.testing.assert_array_equal(rounded(x, name, flush=True), [own.normal, 0.0, 0.0, 0.0, np.nan])


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "float64"])
def test_the_mean_of_stochastic_rounding_is_the_number_itself(name):
    rng, own = np.random.default_rng(0), FORMATS[name]
    for x in (1.0 + 0.3 * own.ulp, -1.0 - 0.3 * own.ulp, 1.0 - 0.1 * own.ulp, 0.25 * own.subnormal):
        drawn = stochastic(np.full(40_000, x), name, rng)
        assert len(np.unique(drawn)) == 2
        gap = np.ptp(drawn)
        assert abs((drawn - x).mean()) < 4.0 * gap * 0.5 / 200.0
    known = np.array([1.0, -own.largest, 0.0, own.subnormal])
    np.testing.assert_array_equal(stochastic(known, name, rng), known)


def test_what_is_no_format_or_no_number_is_refused():
    with pytest.raises(ValueError, match="unknown format 'float8': use one of float64"):
        rounded(1.0, "float8")
    with pytest.raises(ValueError, match="x must be real numbers, not 1j"):
        rounded(1j, "float16")
