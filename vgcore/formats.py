"""Formats of floating-point numbers, and rounding to them."""

from typing import Any, NamedTuple

import ml_dtypes
import numpy as np

from vgcore.checks import one_of, real_array


class Format(NamedTuple):
    """What a format of numbers can hold.

    Attributes
    ----------
    name : str
    bits : int, of a number
    largest : float, the largest finite number
    normal : float, the smallest number above 0 that has all the format's digits
    subnormal : float, the smallest number above 0
    ulp : float, the gap between 1 and the next number
    dtype : numpy's type of it
    carrier : numpy's type that its results are computed in, before they are rounded
    """

    name: str
    bits: int
    largest: float
    normal: float
    subnormal: float
    ulp: float
    dtype: Any
    carrier: Any


def _format(name):
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    of, ints = ml_dtypes.finfo(dtype), np.dtype(f"u{dtype.itemsize}")
    least = float(np.array(1, ints).view(dtype))  # what finfo prints of it is rounded
    carrier = np.dtype(float) if name == "float64" else np.dtype(np.float32)
    return Format(
        name, of.bits, float(of.max), float(of.smallest_normal), least, float(of.eps), dtype, carrier
    )


FORMATS = {
    name: _format(name)
    for name in ("float64", "float32", "bfloat16", "float16", "float8_e5m2", "float8_e4m3fn")
}
"""The formats by name: IEEE 754's, Google's bfloat16, and the two of 8 bits of Micikevicius et al. 2022."""


def rounded(x, format, flush=False):
    """Round to the nearest number of a format, ties to the even one.

    What lies beyond the largest number becomes inf, and NaN in float8_e4m3fn, which has no inf.

    Parameters
    ----------
    x : array of any shape; infinities and NaN pass
    format : str, a name in `FORMATS`
    flush : bool, whether numbers below the smallest normal one become 0, as float32 and bfloat16 do in JAX
        on a CPU

    Returns
    -------
    array of the shape of x: float32 where x is and the format is not float64, else float64

    Raises
    ------
    ValueError
        If x is not real numbers or the format is unknown.

    Source: IEEE 754-2019, 4.3.1; Micikevicius et al. 2022, FP8 formats for deep learning, table 1.
    """
    to = one_of("format", format, FORMATS)
    x = real_array("x", x, tuple(range(33)))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if to.dtype == float:
            near = x.astype(float)
        else:
            # numpy rounds a float64 to float16 once; ml_dtypes rounds it to float32 on the way.
            once = x.dtype == np.float32 or to.dtype.isbuiltin == 1
            near = (x if once else _odd(x)).astype(to.dtype).astype(x.dtype)
    if flush:
        near[np.abs(near) < to.normal] *= 0.0
    return near


def _odd(x):
    """Return a float64 as float32, where it is none the odd one of its neighbours: no tie is made or lost.

    Source: Boldo and Melquiond 2008, Emulation of a FMA and correctly rounded sums: rounding to odd.
    """
    near = x.astype(np.float32)
    even = (near != x) & (near.view(np.uint32) % 2 == 0) & ~np.isnan(x)
    return np.where(even, np.nextafter(near, np.where(x > near, np.inf, -np.inf).astype(np.float32)), near)


def stochastic(x, format, rng):
    """Round to one of the two neighbours in a format, so that the mean over many draws is x itself.

    Parameters
    ----------
    x : array of any shape, of numbers within the format's range
    format : str, a name in `FORMATS`
    rng : numpy.random.Generator

    Returns
    -------
    array, as `rounded` returns it

    Raises
    ------
    ValueError
        As in `rounded`.

    Source: Gupta et al. 2015, Deep learning with limited numerical precision, section 3.
    """
    to, near = one_of("format", format, FORMATS), rounded(x, format)
    x = np.asarray(x, near.dtype)
    side = np.where(x > near, to.largest, -to.largest).astype(to.dtype)
    other = np.nextafter(near.astype(to.dtype), side).astype(near.dtype)
    off = x - near
    return np.where(rng.random(x.shape) * np.abs(other - near) < np.abs(off), other, near)
