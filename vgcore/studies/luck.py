"""How much of a ReLU network's gradient is luck: the law of Hanin and Nica, and networks held against it."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import list_of, whole_number


class LuckTheory(NamedTuple):
    """The normal law of ln |J v|^2.

    Attributes
    ----------
    mean, variance : float
    """

    mean: float
    variance: float


class Luck(NamedTuple):
    """The spread of ln |J v|^2 over random networks.

    Attributes
    ----------
    lower, upper, share : arrays (B,)
        The histogram: its bars, and the share of all networks in each.
    theory : array (B,), the shares by the normal law
    law : LuckTheory
    mean, variance : float, of the networks with a gradient
    ratio : float
        By how much |J v| differs between the luckiest and the unluckiest 5 % of all; inf where J v is
        exactly 0 in so many.
    dead : float, the share of networks whose J v is exactly 0
    """

    lower: np.ndarray
    upper: np.ndarray
    share: np.ndarray
    theory: np.ndarray
    law: LuckTheory
    mean: float
    variance: float
    ratio: float
    dead: float


class LuckByWidth(NamedTuple):
    """The variance of ln |J v|^2 against the widths.

    Attributes
    ----------
    widths : array (W,)
    inverse : array (W,), the sums over the layers of 1/n_l
    variance, theory : arrays (W,), as sampled and by the law
    """

    widths: np.ndarray
    inverse: np.ndarray
    variance: np.ndarray
    theory: np.ndarray


def luck_theory(widths):
    """Return the law of ln |J v|^2 = N(-5/2 sum 1/n_l, 5 sum 1/n_l) of a wide ReLU network.

    A layer of n neurons with weights of variance 2/n multiplies |J v|^2 by the mean over them of 2 k g^2,
    with g normal and k one or zero, each half of the time. That has the mean 1 and the variance
    (4 E[k] E[g^4] - 1) / n = (4 * 3/2 - 1) / n = 5/n, so its logarithm has about the mean -5/(2n) and
    the variance 5/n; the layers are independent, and so many terms add up to a normal one.

    Parameters
    ----------
    widths : sequence of int, n_l of the hidden layers

    Raises
    ------
    ValueError
        If a width is not a whole number of at least 1, or there is none.

    Source: Hanin and Nica (2019), theorem 1, with he_normal weights.
    """
    spread = 5.0 * float((1.0 / np.array(_widths(widths))).sum())
    return LuckTheory(-0.5 * spread, spread)


def random_log_jacobians(widths, networks, seed):
    """Draw ln |J v|^2 of random ReLU networks, J the Jacobian of the last hidden layer by the input.

    Weights are he_normal and biases 0, and v has the length at which |J v|^2 is 1 in the mean. A layer
    of n neurons multiplies |J v|^2 by 2/n times the sum of the squares of as many standard normal
    numbers as neurons are on. Each is on with probability 1/2, whatever the input, v, and the layers
    before: the opposite weights turn it on or off and leave the square as it is. So no weight is sampled.

    Parameters
    ----------
    widths : sequence of int, n_l of the hidden layers
    networks : int, at least 1
    seed : int, at least 0

    Returns
    -------
    array (networks,); -inf where every path is dead

    Raises
    ------
    ValueError
        If a number is out of range.

    Source: Hanin and Nica (2019), sec. 1.
    """
    widths = _widths(widths)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    count = whole_number("networks", networks, 1)
    log = np.zeros(count)
    for width in widths:
        on = rng.binomial(width, 0.5, count)
        with np.errstate(divide="ignore"):
            log += np.log(4.0 / width * rng.standard_gamma(on / 2.0))
    return log


def jacobian_luck(depth, width, networks, seed):
    """Return the spread of ln |J v|^2 over networks of `depth` hidden layers of one width.

    Parameters
    ----------
    depth, width : int, at least 1
    networks, seed : as in `random_log_jacobians`

    Returns
    -------
    Luck

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    widths = [width] * whole_number("depth", depth, 1)
    logs, law = random_log_jacobians(widths, networks, seed), luck_theory(widths)
    alive = logs[np.isfinite(logs)]
    reach = 5.0 * np.sqrt(law.variance)
    low, high = law.mean - reach, law.mean + reach
    if alive.size:
        low, high = min(low, alive.min()), max(high, alive.max())
    edges = np.linspace(low, high, 61)
    share = np.histogram(alive, edges)[0] / logs.size
    middle = (edges[:-1] + edges[1:]) / 2.0
    density = np.exp(-0.5 * (middle - law.mean) ** 2 / law.variance) / np.sqrt(2.0 * np.pi * law.variance)
    mean, variance, ratio = -np.inf, 0.0, np.inf
    if alive.size:
        mean, variance = float(alive.mean()), float(alive.var())
    dead = 1.0 - alive.size / logs.size
    if dead < 0.05:
        ratio = float(np.exp(np.subtract(*np.quantile(logs, [0.95, 0.05])) / 2.0))
    return Luck(edges[:-1], edges[1:], share, density * np.diff(edges), law, mean, variance, ratio, dead)


def luck_by_width(widths, depth, networks, seed):
    """Return the variance of ln |J v|^2 over networks of `depth` hidden layers, width by width.

    Parameters
    ----------
    widths : sequence of int
    depth, networks, seed : as in `jacobian_luck`

    Returns
    -------
    LuckByWidth, without networks that are dead

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    widths, depth = _widths(widths), whole_number("depth", depth, 1)
    samples = [random_log_jacobians([width] * depth, networks, seed) for width in widths]
    alive = [logs[np.isfinite(logs)] for logs in samples]
    widths = np.array(widths)
    variance = np.array([logs.var() if logs.size > 1 else np.nan for logs in alive])
    return LuckByWidth(widths, depth / widths, variance, 5.0 * depth / widths)


def _widths(widths):
    counts = [whole_number("every width", n, 1) for n in list_of("numbers of neurons", "widths", widths)]
    if not counts:
        raise ValueError("widths must hold at least one number, not []")
    return counts
