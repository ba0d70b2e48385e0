"""What holds "usually": the book's claims counted on random chains, and chains compared."""

from typing import NamedTuple

import numpy as np

from vgcore.chain import Chain
from vgcore.checks import whole_number
from vgcore.signed_log import SignedLog


class Audit(NamedTuple):
    """How often what is said to hold "usually" holds, as shares from 0 to 1.

    Attributes
    ----------
    chains : int, the number of chains drawn
    weight_below_one : float, the share of chains with |w_2| < 1
    factor_below_quarter : float, the share of chains with |w_2 sigma'(z_2)| < 1/4
    ratio_below_sixteenth : float, the share of chains with |dC/db_1| < |dC/db_3| / 16
    book : float, log10 of the 16 that the book expects |dC/db_3| / |dC/db_1| to exceed
    median : float, the median of log10 |dC/db_3| / |dC/db_1|; inf if most dC/db_1 are 0
    lower, upper : arrays, the edges of bins of log10 |dC/db_3| / |dC/db_1|, 1/8 wide, or wider by
        powers of 2 where that takes more than 2,000
    share : array, the share of chains in each bin; chains with dC/db_1 = 0 are in none
    zero : float, the share of chains with dC/db_1 = 0
    """

    chains: int
    weight_below_one: float
    factor_below_quarter: float
    ratio_below_sixteenth: float
    book: float
    median: float
    lower: np.ndarray
    upper: np.ndarray
    share: np.ndarray
    zero: float

    @property
    def median_ratio(self):
        """The median of |dC/db_3| / |dC/db_1| as a SignedLog."""
        return SignedLog(1.0, self.median)

    def standard_error(self, share):
        """Return the standard error of one of the shares of chains."""
        return (share * (1.0 - share) / self.chains) ** 0.5


class Products(NamedTuple):
    """How da_j/db_1 is spread over random chains, by the number of layers multiplied.

    Attributes
    ----------
    layers : array (L,), j = 1 ... L
    low, median, high : arrays (L,), the 5 %, 50 % and 95 % quantiles of log10 |da_j/db_1|
        -inf where that many of the products are 0.
    quarter : array (L,), log10 of 1/4 a layer
    """

    layers: np.ndarray
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    quarter: np.ndarray

    def typical(self, layer):
        """Return the median of |da_j/db_1| at layer j as a SignedLog."""
        return SignedLog.from_log10(self.median[layer - 1])


class Family(NamedTuple):
    """The gradients of one chain with its weights scaled together.

    Attributes
    ----------
    layers : array (L, 1)
    log10_scales : array (S,), log10 of the number that all weights are multiplied by
    nabla_b : SignedLog (L, S)
    """

    layers: np.ndarray
    log10_scales: np.ndarray
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
        spans = np.full(self.log10_scales.size, np.inf)
        alive = np.isfinite(sizes).all(axis=0)
        spans[alive] = np.ptp(sizes[:, alive], axis=0)
        best = int(np.argmin(spans))
        return SignedLog(1.0, self.log10_scales[best]), SignedLog(1.0, spans[best])


def audit_usually(chains, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Count the book's three "usually" on random chains.

    dC/db_1 over dC/db_3 is sigma'(z_1) w_2 sigma'(z_2) w_3: the factors that the two do not share,
    whatever stands above layer 3 and whatever the cost, so three layers tell all.

    Parameters
    ----------
    chains : int, the number of chains, at least 1
    seed, weight_std, bias_std, activation : as in `Chain.random`
    a0 : float, the input of every chain

    Returns
    -------
    Audit

    Raises
    ------
    ValueError
        As in `Chain.random` and `Chain.forward`.

    Source: Nielsen ch. 5, after eq. (122).
    """
    chains = whole_number("chains", chains, 1)
    chain = Chain.random(3, seed, weight_std, bias_std, activation, chains)
    weight, factor = chain.weights[1], chain.factors(a0)[1]
    upper_weight = SignedLog.from_float(chain.weights[2])
    log10_ratio = chain.response(a0).entry(1).times(upper_weight).inverse().log10_abs
    return Audit(
        chains,
        float((np.abs(weight) < 1.0).mean()),
        float((np.abs(factor) < 0.25).mean()),
        float((log10_ratio > np.log10(16.0)).mean()),
        float(np.log10(16.0)),
        float(np.quantile(log10_ratio, 0.5, method="inverted_cdf")),
        *histogram(log10_ratio),
        float(np.isposinf(log10_ratio).mean()),
    )


def products_by_depth(depth, chains, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Return how the product of eq. (121) is spread over random chains as they grow.

    Parameters and Raises as in `audit_usually`, with `depth` as in `Chain.random`. Returns Products.
    """
    chain = Chain.random(depth, seed, weight_std, bias_std, activation, whole_number("chains", chains, 1))
    sizes = chain.response(a0).log10_abs
    low, median, high = np.quantile(sizes, (0.05, 0.5, 0.95), axis=1, method="inverted_cdf")
    layers = np.arange(1, chain.depth + 1)
    return Products(layers, low, median, high, layers * np.log10(0.25))


def scale_family(chain, a0, y, cost="quadratic"):
    """Return the gradients of a chain with all its weights times 0.1 to 10, in 41 steps.

    Parameters
    ----------
    chain : Chain, a single one
    a0, y, cost : as in `Chain.nabla_b`

    Returns
    -------
    Family

    Raises
    ------
    ValueError
        As in `Chain.scaled` and `Chain.nabla_b`.
    """
    log10_scales = np.linspace(-1.0, 1.0, 41)
    nabla_b = chain.scaled(10.0**log10_scales).nabla_b(a0, y, cost)
    return Family(np.arange(1, chain.depth + 1)[:, None], log10_scales, nabla_b)


def histogram(values, width=0.125):
    """Count an array of numbers in bins `width` wide, or wider where they reach far.

    Returns
    -------
    lower, upper : arrays, the edges of the bins
    share : array, the share of all values in each; those that are not finite are in none
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return np.empty(0), np.empty(0), np.empty(0)
    while np.abs(finite).max() > 1000.0 * width:
        width *= 2.0
    first, last = np.floor(finite.min() / width), np.floor(finite.max() / width) + 1.0
    edges = width * np.arange(first, last + 1.0)
    counts, _ = np.histogram(finite, edges)
    return edges[:-1], edges[1:], counts / values.size
