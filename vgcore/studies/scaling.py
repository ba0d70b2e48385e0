"""One chain with all its weights scaled together."""

from typing import NamedTuple

import numpy as np

from vgcore.signed_log import SignedLog


class Family(NamedTuple):
    """The gradients of one chain with its weights scaled together.

    Attributes
    ----------
    layers : array (L,)
    factors : array (S,), the numbers that all weights are multiplied by
    nabla_b : SignedLog (L, S)
    """

    layers: np.ndarray
    factors: np.ndarray
    nabla_b: SignedLog

    @property
    def alive(self):
        """Whether there is a multiple at which no gradient is 0."""
        return bool((self.nabla_b.sign != 0.0).all(axis=0).any())

    @property
    def flattest(self):
        """The multiple at which the gradients differ least, and the largest over the smallest there.

        Both as SignedLog. A multiple at which a gradient is 0 does not count; if none is left, the
        largest is infinitely many times the smallest.
        """
        sizes = self.nabla_b.log10_abs
        spans = np.full(len(self.factors), np.inf)
        alive = np.isfinite(sizes).all(axis=0)
        spans[alive] = np.ptp(sizes[:, alive], axis=0)
        best = int(np.argmin(spans))
        return SignedLog.from_float(self.factors[best]), SignedLog.from_log10(spans[best])


def scale_family(chain, factors, a0, y, cost="quadratic"):
    """Return the gradients of a chain with all its weights times each of several numbers.

    Parameters
    ----------
    chain : Chain, a single one
    factors : array (S,)
    a0, y, cost : as in `Chain.nabla_b`

    Returns
    -------
    Family

    Raises
    ------
    ValueError
        As in `Chain.scaled` and `Chain.nabla_b`.
    """
    nabla_b = chain.scaled(factors).nabla_b(a0, y, cost)
    return Family(np.arange(1, chain.depth + 1), np.asarray(factors), nabla_b)
