"""A neuron that does next to nothing: w_2 sigma(w_1 x + b) as a copy of x."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, whole_number


class IdentityNeuron(NamedTuple):
    """How well w_2 sigma(w_1 x + b) minus a constant copies x on [0, 1].

    Attributes
    ----------
    x : array (P,)
    copy : array (P,), w_2 sigma(w_1 x + b) less the constant that makes the worst error least
    error : float, the largest |copy - x|
    w1 : float
    """

    x: np.ndarray
    copy: np.ndarray
    error: float
    w1: float


def identity_neuron(w1, gain=1.0, shift=0.0, points=201):
    """Copy x by one sigmoid neuron.

    With b = -w_1 / 2 the middle of [0, 1] falls on z = 0, where the sigmoid is straightest, and
    w_2 = 4 / w_1 undoes its slope of w_1 / 4. What is left is of the third order:
    copy - x = -w_1^2 (x - 1/2)^3 / 12, at most w_1^2 / 96.

    Parameters
    ----------
    w1 : float, above 0
    gain : float, w_2 as a multiple of 4 / w_1
    shift : float, b as -w_1 / 2 plus this
    points : int, how many x, evenly spaced on [0, 1], at least 2

    Returns
    -------
    IdentityNeuron

    Raises
    ------
    ValueError
        If a value is not finite, w1 not above 0, or points below 2; or if the copy overflows.

    Source: Nielsen ch. 5, the problem "Identity neuron".
    """
    w1 = finite_number("w1", w1)
    if w1 <= 0.0:
        raise ValueError(f"w1 must be above 0, not {w1!r}")
    gain, shift = finite_number("gain", gain), finite_number("shift", shift)
    x = np.linspace(0.0, 1.0, whole_number("points", points, 2))
    with np.errstate(over="ignore", invalid="ignore"):
        copy = gain * 4.0 / w1 * ACTIVATIONS["sigmoid"].change(shift, w1 * (x - 0.5))
    if not np.isfinite(copy).all():
        raise ValueError(f"the copy overflows float64 for w1 = {w1!r} and gain = {gain!r}: use others")
    off = copy - x
    constant = (off.max() + off.min()) / 2.0
    return IdentityNeuron(x, copy - constant, float((off.max() - off.min()) / 2.0), w1)


def identity_errors(w1s, gain=1.0, shift=0.0):
    """Return the error of `identity_neuron` for each w_1 of an array; the others as there."""
    return np.array([identity_neuron(w1, gain, shift).error for w1 in finite_array("w1s", w1s, (1,))])
