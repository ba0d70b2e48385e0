"""How the weights of a network are drawn, by the field's names."""

import numpy as np


def _normal(std):
    def draw(rng, fan_out, fan_in):
        return std(fan_in, fan_out) * rng.standard_normal((fan_out, fan_in))

    return draw


def _orthogonal(rng, fan_out, fan_in):
    tall = rng.standard_normal((max(fan_out, fan_in), min(fan_out, fan_in)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # else QR's own choice of signs would not be uniform
    return q if fan_out >= fan_in else q.T


INITIALISERS = {
    "standard_normal": _normal(lambda fan_in, fan_out: 1.0),
    "lecun_normal": _normal(lambda fan_in, fan_out: fan_in**-0.5),
    "glorot_normal": _normal(lambda fan_in, fan_out: (2.0 / (fan_in + fan_out)) ** 0.5),
    "he_normal": _normal(lambda fan_in, fan_out: (2.0 / fan_in) ** 0.5),
    "orthogonal": _orthogonal,
}
"""Functions of (rng, fan_out, fan_in), to a weight matrix of shape (fan_out, fan_in)."""
