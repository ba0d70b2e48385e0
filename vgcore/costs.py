"""The cost functions, each one object with its derivative.

Every method takes the activation of the output layer, the weighted inputs z of that layer and the
targets y, arrays that broadcast, and returns an array of their shape.
"""

import numpy as np

from vgcore.activations import ACTIVATIONS, choose
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
        return _log_gap(output, z, y) * output.signed_log_prime(z)

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
        return _log_gap(output, z, y) / output.signed_log_prime(z)

    def log_error(self, output, z, y):
        """Return dC/dz = a - y as a SignedLog."""
        return _log_gap(output, z, y)

    def change(self, output, z, y, step):
        """Return C(z + step) - C(z), off by no more than an ulp or two of the step."""
        return (1.0 - y) * SOFTPLUS.change(z, step) + y * SOFTPLUS.change(-z, -step)


COSTS = {cost.name: cost for cost in (Quadratic(), CrossEntropy())}


def softmax(z):
    """Return softmax of (n, m), a column an example; less y it is dC/dz of the log-likelihood cost.

    Source: Nielsen ch. 3, eqs. (78) and (80).
    """
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


def _gap(activation, z, y):
    """Return a - y = sigma(z) - y, with no digits lost where a sigmoid saturates."""
    return activation.gap(z, y) if activation.gap else activation.sigma(z) - y


def _log_gap(activation, z, y):
    """Return a - y = sigma(z) - y as a SignedLog, with no digits lost where sigma saturates."""
    with np.errstate(over="ignore"):
        if activation.log_gap:
            return activation.log_gap(z, y)
        gap = SignedLog.from_float(activation.sigma(z) - y)
    return choose(np.equal(y, 0.0), activation.signed_log(z), gap)
