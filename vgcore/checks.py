"""What every public function asks of its input; each refusal quotes the value and says what would do."""

import numbers
import reprlib

import numpy as np


def finite_array(name, value, ndims):
    """Return `value` as a float array of one of the dimensions `ndims`.

    float32 stays float32; every other real type becomes float64.

    Raises
    ------
    ValueError
        If `value` is ragged, not real numbers, of another dimension, or has a NaN or an infinity.
    """
    array = real_array(name, value, ndims)
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, but holds {array[index]} at index {index}")
    return array


def real_array(name, value, ndims):
    """Return the same, and let a NaN or an infinity pass; a float array is not copied."""
    try:
        array = np.asarray(value)
    except (ValueError, RuntimeError):  # the latter of a PyTorch tensor that requires its gradient
        raise ValueError(
            f"{name} must be a rectangular array of numbers, not {reprlib.repr(value)}"
        ) from None
    if array.dtype.kind not in "iuf" or np.ma.is_masked(value):
        raise ValueError(f"{name} must be real numbers, not {reprlib.repr(value)}")
    if array.ndim not in ndims:
        allowed = " or ".join(str(ndim) for ndim in ndims)
        raise ValueError(f"{name} must have {allowed} dimensions, not {array.ndim}: {reprlib.repr(value)}")
    return array if array.dtype == np.float32 else array.astype(float, copy=False)


def finite_number(name, value, least=None, most=None):
    """Return `value` as a float; raise ValueError unless it is finite, from `least` to `most`."""
    number = float(finite_array(name, value, (0,)))
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
    if most is not None and number > most:
        raise ValueError(f"{name} must be at most {most}, not {value!r}")
    return number


def whole_number(name, value, least):
    """Return `value` as an int; raise ValueError unless it is a whole number of at least `least`."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def list_of(what, name, value):
    """Return `value` as a list; raise ValueError if it is not a series of `what`."""
    try:
        return list(value)
    except TypeError:
        raise ValueError(f"{name} must be a list of {what}, not {value!r}") from None


def one_of(what, name, known):
    """Return `known[name]`; raise ValueError naming what there is if `name` is unknown."""
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"unknown {what} {name!r}: use one of {', '.join(known)}")
    return known[name]


def is_false(answer):
    """Whether an answer is False, Python's or numpy's: None or 0, which count as false, are not."""
    return isinstance(answer, bool | np.bool_) and not answer
