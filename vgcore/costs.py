"""The cost functions, each one object with its derivative.

Every method takes the activation of the output layer, the weighted inputs z of that layer and the
targets y, arrays that broadcast, and returns an array of their shape.
"""

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.signed_log import SignedLog

SIGMOID, SOFTPLUS = ACTIVATIONS["sigmoid"], ACTIVATIONS["softplus"]


class Quadratic:
    """C = (a - y)^2 / 2, of the output as the network makes it."""

    name = "quadratic"

    def output(self, activation):
        """Return the activation of the output layer: that of the hidden layers."""
        return activation

    def value(self, output, z, y):
        """Return C of each entry."""
        return 0.5 * (output.sigma(z) - y) ** 2

    def error(self, output, z, y):
        """Return dC/dz = (a - y) sigma'(z)."""
        return _gap(output, z, y) * output.sigma_prime(z)

    def log_slope(self, output, z, y):
        """Return dC/da = a - y as a SignedLog."""
        return _log_gap(output, z, y)

    def log_error(self, output, z, y):
        """Return dC/dz = (a - y) sigma'(z) as a SignedLog."""
        return _log_gap(output, z, y).times(output.signed_log_prime(z))

    def change(self, output, z, y, step):
        """Return C(z + step) - C(z), to full relative precision however small the step."""
        a_change = output.change(z, step)
        return (_log_gap(output, z, y).to_float() + 0.5 * a_change) * a_change


class CrossEntropy:
    """C = -[y ln a + (1 - y) ln(1 - a)]; it needs a in (0, 1), so its output layer is a sigmoid."""

    name = "cross_entropy"

    def output(self, activation):
        """Return the sigmoid, whatever the activation of the hidden layers."""
        return SIGMOID

    def value(self, output, z, y):
        """Return C of each entry: -ln a = softplus(-z) and -ln(1 - a) = softplus(z)."""
        log = np.log1p(np.exp(-np.abs(z)))
        return (1.0 - y) * (np.maximum(z, 0.0) + log) + y * (np.maximum(-z, 0.0) + log)

    def error(self, output, z, y):
        """Return dC/dz = a - y."""
        return _gap(output, z, y)

    def log_slope(self, output, z, y):
        """Return dC/da = (a - y) / sigma'(z) as a SignedLog."""
        return _log_gap(output, z, y).times(output.signed_log_prime(z).inverse())

    def log_error(self, output, z, y):
        """Return dC/dz = a - y as a SignedLog."""
        return _log_gap(output, z, y)

    def change(self, output, z, y, step):
        """Return C(z + step) - C(z), off by no more than an ulp or two of the step."""
        return (1.0 - y) * SOFTPLUS.change(z, step) + y * SOFTPLUS.change(-z, -step)


COSTS = {cost.name: cost for cost in (Quadratic(), CrossEntropy())}


def _gap(activation, z, y):
    """Return a - y = sigma(z) - y, with no digits lost where a sigmoid saturates."""
    if activation.name == "sigmoid":
        e = np.exp(-np.abs(z))
        left = np.less(z, 0.0)  # sigma(z) = e / (1 + e) there, and sigma(-z) = 1 / (1 + e)
        return ((1.0 - y) * np.where(left, e, 1.0) - y * np.where(left, 1.0, e)) / (1.0 + e)
    return activation.sigma(z) - y


def _log_gap(activation, z, y):
    """Return a - y = sigma(z) - y as a SignedLog, with no digits lost where sigma saturates."""
    with np.errstate(over="ignore"):
        gap = SignedLog.from_float(activation.sigma(z) - y)
        if activation.name == "sigmoid":  # near 0, sigmoid(z) = 1/2 + tanh(z/2) / 2 keeps the digits
            near = SignedLog.from_float(0.5 * np.tanh(0.5 * z) - (y - 0.5))
            return _choose(np.abs(z) > 1.0, _log_sigmoid_gap(z, y, 1.0 - y), near)
        if activation.name == "tanh":  # far from 0, tanh(z) = 2 sigmoid(2z) - 1 does
            sign, log10_abs = _log_sigmoid_gap(2.0 * z, (1.0 + y) / 2.0, (1.0 - y) / 2.0)
            return _choose(np.abs(z) > 1.0, SignedLog(sign, log10_abs + np.log10(2.0)), gap)
        if activation.name == "elu":  # elu(z) - y = e^z - (1 + y)
            far = SignedLog.from_float(np.exp(np.minimum(z, 0.0)) - (1.0 + y))
            far = _choose(y == -1.0, SignedLog.from_log(1.0, z), far)
            return _choose(z < -1.0, far, gap)
    return _choose(np.equal(y, 0.0), activation.signed_log(z), gap)


def _choose(where, one, other):
    return SignedLog(*(np.where(where, *pair) for pair in zip(one, other, strict=True)))


def _log_sigmoid_gap(z, y, rest):
    """Return rest * sigmoid(z) - y * sigmoid(-z) for rest = 1 - y, both terms by their logarithms."""
    log_sigmoid = SOFTPLUS.log_sigma_prime
    with np.errstate(divide="ignore"):
        plus = np.log(np.abs(rest)) + log_sigmoid(z)
        minus = np.log(np.abs(y)) + log_sigmoid(-z)
        largest = np.maximum(np.maximum(plus, minus), -np.finfo(float).max)
        left = np.sign(rest) * np.exp(plus - largest) - np.sign(y) * np.exp(minus - largest)
        return SignedLog.from_log(np.sign(left), largest + np.log(np.abs(left)))
