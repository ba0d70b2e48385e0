"""What the theory of infinitely wide layers says of random networks."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_number, one_of
from vgcore.read_only import read_only

_NODES, _NODE_WEIGHTS = read_only(np.polynomial.legendre.leggauss(12))
_SHRINKING, _FAR = read_only(np.linspace(1.0, 0.0, 20, endpoint=False)), 12.0
_SMALLEST, _LARGEST = 1e-24, 1e24
_STILL = 1e-13


class MeanField(NamedTuple):
    """The fixed point of a random network.

    Attributes
    ----------
    q : float
        The variance of the weighted inputs, where it settles; 0 where it dies out, inf where it grows
        for ever.
    chi : float
        chi_1: by how much the mean square of delta grows or shrinks a layer, towards the input.
    """

    q: float
    chi: float


def mean_field(activation, sigma_w, bias_std):
    """Return the fixed point that the variance of the weighted inputs reaches from 1.

    q <- sigma_w^2 E[sigma(sqrt(q) z)^2] + sigma_b^2 for a standard normal z, and there
    chi_1 = sigma_w^2 E[sigma'(sqrt(q) z)^2].

    Parameters
    ----------
    activation : str, a name in `ACTIVATIONS`
    sigma_w : float, at least 0
        The standard deviation of a weight times the root of its fan-in.
    bias_std : float, at least 0

    Returns
    -------
    MeanField

    Raises
    ------
    ValueError
        If a number is out of range or the activation unknown.

    Source: Poole et al. (2016), eq. (3); Schoenholz et al. (2017), eq. (5).
    """
    activation = one_of("activation", activation, ACTIVATIONS)
    weight_var = _within("sigma_w", sigma_w) ** 2
    bias_var = _within("bias_std", bias_std) ** 2

    def growth(q):
        """By how much a layer changes q, relative to q."""
        return (weight_var * _mean_square(activation.sigma, activation.kinks, q) + bias_var) / q - 1.0

    q = _fixed_point(growth)
    slope = _mean_square(activation.sigma_prime, activation.kinks, min(max(q, _SMALLEST), _LARGEST))
    return MeanField(q, weight_var * slope)


def critical_weight_std(activation, bias_std):
    """Return the smallest sigma_w whose chi is 1 or more, the edge between vanishing and exploding.

    There chi is 1; but gelu and silu with small biases leap over it, together with q.

    Parameters and Raises as in `mean_field`.
    """
    _, steepest = one_of("activation", activation, ACTIVATIONS).steepest()
    low = high = 0.999 / steepest  # chi is at most (sigma_w * steepest)^2
    while mean_field(activation, high, bias_std).chi < 1.0:
        low, high = high, high * 2.0**0.125
    while high - low > 1e-11 * high:
        middle = 0.5 * (low + high)
        if mean_field(activation, middle, bias_std).chi < 1.0:
            low = middle
        else:
            high = middle
    return high


def _within(name, value):
    number = finite_number(name, value, 0.0)
    if number > 1e6:
        raise ValueError(f"{name} must be at most a million, not {value!r}")
    return number


def gaussian_mean(function, kinks, q):
    """Return E[function(sqrt(q) z)] for a standard normal z, by Gauss and Legendre's rule on panels.

    Parameters
    ----------
    function : of an array, to an array of its shape
    kinks : tuple of float, where the function jumps or bends
    q : float, from 1e-24 to 1e24
    """
    z, weights = gaussian_rule(kinks, q)
    root = np.sqrt(q)
    return float((weights * (function(root * z) + function(-root * z))).sum())


def gaussian_rule(kinks, q, longest=1.0):
    """Return nodes z > 0 and their weights, for sums over both signs that are means over a standard normal.

    Its panels shrink towards 0, and end where sqrt(q) z is at a kink. Parameters as in `gaussian_mean`, and
    the length of a panel, for functions that wave faster than once in 2.
    """
    root = np.sqrt(q)
    near = (0.01 / max(root, 1.0)) ** _SHRINKING
    far = np.linspace(0.0, _FAR, int(np.ceil(_FAR / longest)) + 1)
    edges = np.sort([*far, *near, *(min(abs(kink) / root, _FAR) for kink in kinks)])
    half = np.diff(edges)[:, None] / 2.0
    z = edges[:-1, None] + half * (1.0 + _NODES)
    density = np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
    return z.ravel(), (half * _NODE_WEIGHTS * density).ravel()


def _mean_square(function, kinks, q):
    return gaussian_mean(lambda z: function(z) ** 2, kinks, q)


def _fixed_point(growth):
    """Return the first q, on the way from 1 that growth points to, where growth changes its sign."""
    first = growth(1.0)
    if abs(first) < _STILL:
        return 1.0
    step, end = (2.0, np.inf) if first > 0.0 else (0.5, 0.0)

    def onward(q):
        return np.sign(first) * growth(q)

    q, moving = 1.0, 1.0
    behind, here, ahead = onward(1.0 / step), abs(first), onward(step)
    while _SMALLEST < q < _LARGEST:
        beyond = q * step if ahead < -_STILL else _dip(onward, q, step, behind, here, ahead)
        if beyond and (beyond > 1.0) == (step > 1.0):
            return crossing(growth, q / step if (beyond < q) == (step > 1.0) else moving, beyond)
        q *= step
        if ahead > _STILL:
            moving = q
        behind, here, ahead = here, ahead, onward(q * step)
    return end


def _dip(onward, q, step, behind, here, ahead):
    """Return where onward dips below 0 between q / step and q * step, None if nowhere.

    Around the least value the steps are halved, for as long as the curve is so bent that it may reach 0: of
    a parabola the lowest point is at most an eighth of the second difference lower than the least value.
    """
    if here >= min(behind, ahead):
        return None
    while max(here, _STILL) < behind - 2.0 * here + ahead:
        step = np.sqrt(step)
        places = [q * step**k for k in (-2, -1, 0, 1, 2)]
        values = [behind, onward(places[1]), here, onward(places[3]), ahead]
        least = 1 + int(np.argmin(values[1:4]))
        q, (behind, here, ahead) = places[least], values[least - 1 : least + 2]
        if here < 0.0:
            return q
    return None


def crossing(function, one, other):
    """Return where function changes its sign between two numbers, by the Illinois rule."""
    at_one, at_other = function(one), function(other)
    while abs(other - one) > 1e-14 * other:
        middle = other - at_other * (other - one) / (at_other - at_one)
        if middle in (one, other):
            break
        at_middle = function(middle)
        if at_middle * at_other < 0.0:
            one, at_one = other, at_other
        else:
            at_one *= 0.5
        other, at_other = middle, at_middle
    return other
