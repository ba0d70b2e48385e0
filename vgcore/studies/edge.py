"""The edge between vanishing and exploding, and where the variance of the weighted inputs settles."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, one_of, whole_number
from vgcore.field import critical_weight_std, gaussian_mean, mean_field

_SMALLEST, _LARGEST = 1e-24, 1e24
"""Least and largest variance that is followed."""
_MOST = 1e6
"""Largest scale of weights or biases, as `mean_field` has it."""


class FieldCurve(NamedTuple):
    """sqrt(chi_1) against sigma_w.

    Attributes
    ----------
    sigma_ws, root_chi : arrays (S,)
    edge : float, the critical sigma_w
    """

    sigma_ws: np.ndarray
    root_chi: np.ndarray
    edge: float


def field_curve(activation, sigma_ws, bias_std):
    """Return sqrt(chi_1) for several values of sigma_w, and the edge.

    Parameters
    ----------
    activation, bias_std : as in `mean_field`
    sigma_ws : array (S,)

    Returns
    -------
    FieldCurve

    Raises
    ------
    ValueError
        As in `mean_field`.
    """
    sigma_ws = finite_array("sigma_ws", sigma_ws, (1,))
    chi = np.array([mean_field(activation, sigma_w, bias_std).chi for sigma_w in sigma_ws])
    return FieldCurve(sigma_ws, np.sqrt(chi), critical_weight_std(activation, bias_std))


def settling(activation, sigma_w, bias_std, starts, layers):
    """Follow the variance q of the weighted inputs of very wide layers, from one to the next.

    q <- sigma_w^2 E[sigma(sqrt(q) z)^2] + sigma_b^2 for a standard normal z.

    Parameters
    ----------
    activation, sigma_w, bias_std : as in `mean_field`
    starts : array (S,), the variances to begin with, from 1e-24 to 1e24
    layers : int, at least 1

    Returns
    -------
    array (S, 1 + layers); what leaves the range from 1e-24 to 1e24 is held at its end

    Raises
    ------
    ValueError
        If a number is out of range or the activation unknown.

    Source: Poole et al. (2016), eq. (3).
    """
    function = one_of("activation", activation, ACTIVATIONS)
    weight_var = finite_number("sigma_w", sigma_w, 0.0, _MOST) ** 2
    bias_var = finite_number("bias_std", bias_std, 0.0, _MOST) ** 2
    starts = finite_array("starts", starts, (1,))
    if not ((starts >= _SMALLEST) & (starts <= _LARGEST)).all():
        raise ValueError(f"starts must be variances from {_SMALLEST} to {_LARGEST}, not {starts.tolist()}")
    found = np.empty((starts.size, 1 + whole_number("layers", layers, 1)))
    found[:, 0] = starts
    for layer in range(layers):
        for start, q in enumerate(found[:, layer].clip(_SMALLEST, _LARGEST)):
            mean = gaussian_mean(lambda z: function.sigma(z) ** 2, function.kinks, q)
            found[start, layer + 1] = weight_var * mean + bias_var
    return found.clip(_SMALLEST, _LARGEST)


def sampled_variances(activation, sigma_w, bias_std, start, layers, width, seed):
    """Measure the same in one random network of layers of some width.

    Parameters
    ----------
    activation, sigma_w, bias_std, layers : as in `settling`
    start : float, from 0 to 1e24, the variance of the weighted inputs of the first layer
    width : int, at least 1
    seed : int, at least 0

    Returns
    -------
    array (1 + layers,), not finite where numbers overflow

    Raises
    ------
    ValueError
        If a number is out of range or the activation unknown.
    """
    function = one_of("activation", activation, ACTIVATIONS)
    rng, width = np.random.default_rng(whole_number("seed", seed, 0)), whole_number("width", width, 1)
    scale = finite_number("sigma_w", sigma_w, 0.0, _MOST) / width**0.5
    bias_std = finite_number("bias_std", bias_std, 0.0, _MOST)
    zs = [finite_number("start", start, 0.0, _LARGEST) ** 0.5 * rng.standard_normal(width)]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(whole_number("layers", layers, 1)):
            w, b = rng.standard_normal((width, width)), rng.standard_normal(width)
            zs.append(scale * w @ function.sigma(zs[-1]) + bias_std * b)
        return np.array([np.mean(z**2) for z in zs])
