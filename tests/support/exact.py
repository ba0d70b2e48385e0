"""The activations and costs in mpmath, from their definitions; precision is the caller's mp.dps."""

from mpmath import mp, mpf

LEAK = mpf(0.01)
SCALE, ALPHA = mpf(1.0507009873554805), mpf(1.6732632423543772)


def sigmoid(z):
    e = mp.exp(-z)
    s = 1 / (1 + e)
    return s, e * s * s


def tanh(z):
    return mp.tanh(z), 1 / mp.cosh(z) ** 2


def elu(z):
    return (z, mpf(1)) if z > 0 else (mp.expm1(z), mp.exp(z))


def selu(z):
    return (SCALE * z, SCALE) if z > 0 else (SCALE * ALPHA * mp.expm1(z), SCALE * ALPHA * mp.exp(z))


def gelu(z):
    cdf = mp.erfc(-z / mp.sqrt(2)) / 2
    return z * cdf, cdf + z * mp.npdf(z)


def silu(z):
    s, prime = sigmoid(z)
    return z * s, s + z * prime


def softplus(z):
    return (z if z > 0 else 0) + mp.log1p(mp.exp(-abs(z))), sigmoid(z)[0]


EXACT = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": lambda z: (max(z, mpf(0)), mpf(z > 0)),
    "leaky_relu": lambda z: (z, mpf(1)) if z > 0 else (LEAK * z, LEAK),
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "silu": silu,
    "softplus": softplus,
    "hard_tanh": lambda z: (min(max(z, mpf(-1)), mpf(1)), mpf(-1 < z < 1)),
    "linear": lambda z: (z, mpf(1)),
}
"""By name, z to (sigma(z), sigma'(z))."""

EXACT_COSTS = {
    "quadratic": lambda a, y: ((a - y) ** 2 / 2, a - y),
    "cross_entropy": lambda a, y: (
        -(y * mp.log(a) if y else 0) - ((1 - y) * mp.log(1 - a) if y != 1 else 0),
        (1 - y) / (1 - a) - y / a,
    ),
}
"""By name, (a, y) to (C, dC/da)."""
