"""The phase diagram of random networks: where gradients vanish or explode, and how far signals reach."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, one_of
from vgcore.field import crossing, gaussian_rule, mean_field
from vgcore.read_only import read_only

_FEWEST_TERMS, _MOST_TERMS = 200, 20_000
_EDGE = 1e-9
_TAIL = read_only(0.5 ** np.arange(60.0))


class PhaseDiagram(NamedTuple):
    """What mean field theory says at each scale of the biases, a row, and of the weights, a column.

    Attributes
    ----------
    chi : array (biases, weights)
        By how much the mean square of delta changes a layer, towards the input.
    q : array (biases, weights), the variance of the weighted inputs where it settles
    xi : array (biases, weights)
        Over how many layers the correlation of two inputs comes e times nearer to where it settles; inf
        at the edge, NaN where q does not settle above 0. Where that is 1, the distance of the two goes
        with the root of 1 - correlation, and shrinks by e over 2 xi layers.
    """

    chi: np.ndarray
    q: np.ndarray
    xi: np.ndarray


def phase_diagram(activation, sigma_ws, bias_stds):
    """Return chi, q and xi of a grid of scales.

    Two inputs whose weighted inputs have the correlation c have, a layer later, the correlation

        c <- (sigma_w^2 sum_k a_k^2 c^k + sigma_b^2) / q,    a_k = E[f(sqrt(q) z) He_k(z)] / sqrt(k!),

    for the Hermite polynomials are orthonormal under two normals of correlation c. It settles at 1 where
    chi <= 1, and there its slope is chi; beyond, at a c below 1. xi = -1 / ln(slope).

    There are 200 terms, or, as a smooth f is smooth to He_k at k = 20 q only, that many; at most 20,000. The
    rest is taken for a tail k^(-5/2), which a kink leaves, up to the k with which chi is right.

    Parameters
    ----------
    activation : str, a name in `ACTIVATIONS`
    sigma_ws, bias_stds : arrays (W,) and (B,), as in `mean_field`

    Returns
    -------
    PhaseDiagram

    Raises
    ------
    ValueError
        As in `mean_field`.

    Source: Poole et al. (2016), eqs. (3) and (5); Schoenholz et al. (2017), eq. (9) for xi.
    """
    sigma = one_of("activation", activation, ACTIVATIONS)
    sigma_ws = finite_array("sigma_ws", sigma_ws, (1,))
    bias_stds = finite_array("bias_stds", bias_stds, (1,))
    chi, q, xi = np.full((3, bias_stds.size, sigma_ws.size), np.nan)
    for place in np.ndindex(chi.shape):
        sigma_w, bias_std = sigma_ws[place[1]], bias_stds[place[0]]
        q[place], chi[place] = mean_field(activation, sigma_w, bias_std)
        if 0.0 < q[place] < np.inf:
            slope = chi[place]
            if slope > 1.0:
                slope = _slope_below_1(*_series(sigma, q[place], sigma_w**2 / q[place], slope))
            edge = abs(chi[place] - 1.0) < _EDGE or slope >= 1.0
            xi[place] = np.inf if edge else -1.0 / np.log(slope) if slope > 0.0 else 0.0
    return PhaseDiagram(chi, q, xi)


def _series(sigma, q, scale, chi):
    """Return the powers k = 1, 2, ... of c and scale a_k^2, with He_k / sqrt(k!) by its recurrence.

    The last stand for the tail, for k ... 2k each: with them the map's value and slope at 1 are right.
    """
    terms = _FEWEST_TERMS if sigma.kinks else int(np.clip(20.0 * q, _FEWEST_TERMS, _MOST_TERMS))
    z, weights = gaussian_rule(sigma.kinks, q, np.sqrt(_FEWEST_TERMS / terms))
    ahead, behind = sigma.sigma(np.sqrt(q) * z), sigma.sigma(-np.sqrt(q) * z)
    both = weights * (ahead + behind), weights * (ahead - behind)  # as the polynomial is even or odd
    before, now, squares = np.zeros_like(z), np.ones_like(z), np.empty(terms)
    for k in range(terms):
        squares[k] = scale * (both[k % 2] @ now) ** 2
        before, now = now, (z * now - np.sqrt(k) * before) / np.sqrt(k + 1.0)
    powers = np.arange(float(terms))
    rest = scale * (weights @ (ahead**2 + behind**2)) - squares.sum()
    steep = chi - powers @ squares
    if rest > 0.0 and steep > terms * rest:
        # Up to the k-th, steep / (terms rest) is 3 / (1 + root + root^2) for root = sqrt(terms / k).
        root = np.sqrt(max(3.0 * terms * rest / steep - 0.75, 0.25)) - 0.5
        tail = np.append(_TAIL[root**2 < _TAIL], root**2)
        of_rest, of_steep = (-np.diff(tail**power) / (1.0 - root ** (2.0 * power)) for power in (1.5, 0.5))
        squares = np.append(squares, rest * of_rest)
        powers = np.append(powers, steep / rest * of_steep / of_rest)
    return powers[1:], squares[1:]


def _slope_below_1(powers, squares):
    """Return the slope of the map at its fixed point below 1, where sum_k squares[k] (1 - c^k) is 1 - c."""

    def excess(gap):
        return squares @ -np.expm1(powers * np.log1p(-gap)) / gap - 1.0

    near, far = 1e-3 * _EDGE, 1.0 - 1e-15
    gap = near if excess(near) <= 0.0 else far if excess(far) >= 0.0 else crossing(excess, near, far)
    return (powers * squares) @ (1.0 - gap) ** (powers - 1.0)
