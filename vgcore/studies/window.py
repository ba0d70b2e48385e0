"""The window of inputs in which one factor does not shrink the gradient."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, one_of, whole_number
from vgcore.slopes import numeric

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
    chosen = one_of("activation", activation, ACTIVATIONS)
    size = np.abs(finite_array("w", w, tuple(range(9))).astype(float))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        width = (chosen.window or numeric(chosen.sigma_prime))(size)
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
    widest = one_of("activation", activation, ACTIVATIONS).widest or _search(activation)
    if isinstance(widest, float):
        return widest, np.inf
    low, high = widest
    while high - low > 1e-9:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if window_width(left, activation) > window_width(right, activation):
            high = right
        else:
            low = left
    return float(low), float(window_width(low, activation))


def _search(activation):
    """Return the smallest weight whose window has no end, or two between which the widest lies."""
    weights = np.geomspace(0.01, 1e4, 400)
    widths = window_width(weights, activation)
    at = int(np.argmax(widths))
    if np.isfinite(widths[at]):
        return weights[max(at - 1, 0)], weights[min(at + 1, len(weights) - 1)]
    low, high = weights[max(at - 1, 0)], weights[at]
    while high - low > 1e-12 * high:
        middle = (low + high) / 2.0
        low, high = (low, middle) if np.isinf(window_width(middle, activation)) else (middle, high)
    return float(high)


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
        shares = np.zeros(w.size)
        for k, width in enumerate(window_width(w, activation)):
            z = finite_array("z", w[k] * a + b, (1,))
            if width > 0.0:
                shares[k] = (np.abs(w[k] * sigma_prime(z)) >= 1.0).mean()
    return shares


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


def window_curve(w, draws, seed, bias_std=1.0, activation="sigmoid"):
    """Return the windows of several weights, with random inputs for each.

    Parameters and Raises as in `window_chance`. Returns Windows.
    """
    w = finite_array("w", w, (1,))
    chance = window_chance(w, draws, seed, bias_std, activation)
    return Windows(activation, w, window_width(w, activation), chance, widest_window(activation))
