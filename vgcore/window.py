"""The window of inputs in which one factor does not shrink the gradient."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, one_of, whole_number

_SELU_SCALE = float(ACTIVATIONS["selu"].sigma_prime(np.array(1.0)))
_SELU_LEFT = float(ACTIVATIONS["selu"].sigma_prime(np.array(0.0)))
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def window_width(w, activation="sigmoid"):
    """Return the width of the set of inputs a with |w sigma'(w a + b)| >= 1.

    It does not depend on b, which only moves the set. With c = 1/|w| it is the width of the z with
    |sigma'(z)| >= c, over |w|; for the sigmoid, whose slope is 1 / (4 cosh^2(z/2)), that is
    (4/|w|) arcsinh(sqrt(|w| - 4) / 2), which keeps its digits near |w| = 4.

    Parameters
    ----------
    w : float or array of any shape, the weight

    Returns
    -------
    array of the shape of w, in units of a; 0 below the threshold, inf where no end is in sight

    Raises
    ------
    ValueError
        If w is not finite or the activation is unknown.

    Source: Nielsen ch. 5, eq. (123), there as (2/|w|) ln(|w| (1 + sqrt(1 - 4/|w|)) / 2 - 1).
    """
    one_of("activation", activation, ACTIVATIONS)
    size = np.abs(finite_array("w", w, tuple(range(9))).astype(float))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        width = _WIDTHS[activation](size)
        return np.where(width > 0.0, width / size, 0.0)


def widest_window(activation="sigmoid"):
    """Return the weight w > 0 whose window is the widest, and that width.

    Where windows without end exist, w is the smallest weight that has one, and the width is inf;
    for softplus the smallest number above 1, which no longer is one.

    Raises
    ------
    ValueError
        If the activation is unknown.
    """
    one_of("activation", activation, ACTIVATIONS)
    if activation in _ENDLESS:
        return _ENDLESS[activation], np.inf
    low, high = _BRACKETS[activation]
    while high - low > 1e-9:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if window_width(left, activation) > window_width(right, activation):
            high = right
        else:
            low = left
    return float(low), float(window_width(low, activation))


def window_chance(w, draws, seed, bias_std=1.0, activation="sigmoid"):
    """Return the share of random inputs that fall into the window: |w sigma'(w a + b)| >= 1.

    Parameters
    ----------
    w : array (k,), the weights
    draws : int, how many pairs of an input a, even in (0, 1), and a bias b, from N(0, bias_std^2)
    seed : int, at least 0

    Returns
    -------
    array (k,), shares from 0 to 1

    Raises
    ------
    ValueError
        If a number is out of range, the activation unknown, or a weighted input overflows.
    """
    w = finite_array("w", w, (1,))
    sigma_prime = one_of("activation", activation, ACTIVATIONS).sigma_prime
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    a = rng.random(whole_number("draws", draws, 1))
    with np.errstate(over="ignore"):
        b = finite_number("bias_std", bias_std, 0.0) * rng.standard_normal(a.size)
        zs = [finite_array("z", weight * a + b, (1,)) for weight in w]
        return np.array(
            [(np.abs(weight * sigma_prime(z)) >= 1.0).mean() for weight, z in zip(w, zs, strict=True)]
        )


class Windows(NamedTuple):
    """The windows of one activation over its weights.

    Attributes
    ----------
    activation : str
    w : array (k,), the weights
    width : array (k,), as `window_width`; inf without end
    chance : array (k,), as `window_chance`
    widest : tuple, as `widest_window`
    """

    activation: str
    w: np.ndarray
    width: np.ndarray
    chance: np.ndarray
    widest: tuple


def window_curve(seed, bias_std=1.0, activation="sigmoid"):
    """Return the windows of weights from 0.5 to 200, with 20,000 random inputs each.

    Parameters and Raises as in `window_chance`. Returns Windows.
    """
    w = np.unique(np.round(np.geomspace(0.5, 200.0, 161), 3))
    chance = window_chance(w, 20_000, seed, bias_std, activation)
    return Windows(activation, w, window_width(w, activation), chance, widest_window(activation))


def _bump(size, threshold, half_width):
    inside = np.maximum(size, threshold)
    return np.where(size >= threshold, 2.0 * half_width(inside), 0.0)


def _from(threshold):
    return lambda size: np.where(size >= threshold, np.inf, 0.0)


def _selu(size):
    left = np.log(np.maximum(size, 1.0 / _SELU_LEFT) * _SELU_LEFT)
    return np.where(size >= 1.0 / _SELU_SCALE, np.inf, left)


def _hump(activation, top):
    """The widths for a slope that rises from z = 0 to a top above 1 and falls towards 1 from there."""
    sigma_prime = ACTIVATIONS[activation].sigma_prime
    highest = float(sigma_prime(np.array(top)))

    def width(size):
        wanted = 1.0 / np.clip(size, 1.0 / highest, 1.0)
        left, right = (_solve(sigma_prime, wanted, end + 0.0 * size, top + 0.0 * size) for end in (0.0, 60.0))
        return np.where(size >= 1.0, np.inf, np.where(size * highest >= 1.0, right - left, 0.0))

    return width


def _solve(function, wanted, below, above):
    """Bisect between points where the function is below and above what is wanted."""
    for _ in range(80):
        middle = (below + above) / 2.0
        high = function(middle) >= wanted
        below, above = np.where(high, below, middle), np.where(high, middle, above)
    return above


_WIDTHS = {
    "sigmoid": lambda size: _bump(size, 4.0, lambda w: 2.0 * np.arcsinh(np.sqrt(w - 4.0) / 2.0)),
    "tanh": lambda size: _bump(size, 1.0, lambda w: np.arcsinh(np.sqrt(w - 1.0))),
    "hard_tanh": lambda size: _bump(size, 1.0, np.ones_like),
    "relu": _from(1.0),
    "leaky_relu": _from(1.0),
    "elu": _from(1.0),
    "linear": _from(1.0),
    "softplus": _from(np.nextafter(1.0, 2.0)),
    "selu": _selu,
    "gelu": _hump("gelu", np.sqrt(2.0)),
    "silu": _hump("silu", 2.399357280520),
}
_ENDLESS = {
    "relu": 1.0,
    "leaky_relu": 1.0,
    "elu": 1.0,
    "linear": 1.0,
    "gelu": 1.0,
    "silu": 1.0,
    "softplus": float(np.nextafter(1.0, 2.0)),
    "selu": 1.0 / _SELU_SCALE,
}
_BRACKETS = {"sigmoid": (4.0, 16.0), "tanh": (1.0, 4.0), "hard_tanh": (1.0, 4.0)}
