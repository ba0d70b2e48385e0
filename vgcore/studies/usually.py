"""What holds "usually": the book's claims counted on random chains, and chains compared."""

from typing import NamedTuple

import numpy as np

from vgcore.chain import Chain
from vgcore.checks import whole_number
from vgcore.signed_log import SignedLog
from vgcore.studies.histogram import counted


class Audit(NamedTuple):
    """How often what is said to hold "usually" holds, as shares from 0 to 1.

    Attributes
    ----------
    chains : int, the number of chains sampled
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
    log10_ratio = (1.0 / (chain.response(a0)[1] * chain.weights[2])).log10_abs
    return Audit(
        chains,
        float((np.abs(weight) < 1.0).mean()),
        float((np.abs(factor) < 0.25).mean()),
        float((log10_ratio > np.log10(16.0)).mean()),
        float(np.log10(16.0)),
        float(np.quantile(log10_ratio, 0.5, method="inverted_cdf")),
        *counted(log10_ratio),
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
