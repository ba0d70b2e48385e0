"""How the weights of a network are sampled, by the field's names."""

import numpy as np

from vgcore.checks import one_of, whole_number

_STDS = {
    "standard_normal": lambda fan_in, fan_out: 1.0,
    "lecun_normal": lambda fan_in, fan_out: fan_in**-0.5,
    "glorot_normal": lambda fan_in, fan_out: (2.0 / (fan_in + fan_out)) ** 0.5,
    "he_normal": lambda fan_in, fan_out: (2.0 / fan_in) ** 0.5,
}


def _normal(std):
    def sample(rng, fan_out, fan_in):
        w = rng.standard_normal((fan_out, fan_in))
        w *= std(fan_in, fan_out)
        return w

    return sample


def _orthogonal(rng, fan_out, fan_in):
    tall = rng.standard_normal((max(fan_out, fan_in), min(fan_out, fan_in)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # else QR's own choice of signs would not be uniform
    return q if fan_out >= fan_in else q.T


INITIALISERS = {**{name: _normal(std) for name, std in _STDS.items()}, "orthogonal": _orthogonal}
"""Functions of (rng, fan_out, fan_in), to a weight matrix of shape (fan_out, fan_in)."""


def entry_std(init, fan_in, fan_out):
    """Return the standard deviation of an entry of the matrix that an initialiser of this name samples.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    one_of("initialiser", init, INITIALISERS)
    return _STDS[init](fan_in, fan_out) if init in _STDS else max(fan_in, fan_out) ** -0.5


def sigma_w(init, width):
    """Return sigma_w, the standard deviation of a weight between two layers of `width`, times its root.

    Parameters
    ----------
    init : str, a name in `INITIALISERS`
    width : int, at least 1

    Raises
    ------
    ValueError
        If the name is unknown or the width out of range.
    """
    width = whole_number("width", width, 1)
    return entry_std(init, width, width) * width**0.5
