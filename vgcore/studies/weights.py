"""The gradients of a deep network's weights, as a framework shows them, beside what theory has for them."""

from typing import NamedTuple

import numpy as np

from vgcore import blocks
from vgcore.checks import whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.studies.learning import arrays
from vgcore.studies.ways_out import Cure, weight_theory


class WeightProfile(NamedTuple):
    """The gradients of the weights between the hidden layers of random networks on the digits.

    Attributes
    ----------
    norms : array (seeds, hidden - 1)
        Of dC/dW, C the mean over the digits, as a framework has them: of the weights into layers
        2 ... hidden, or with skips of W of every block.
    theory : array (hidden - 1,)
        What very wide layers would have for one digit, from the median of the last one back. In a mean
        over m digits some of the gradient cancels, in each layer another share: the norms may differ
        from it by a factor up to sqrt(m), however wide the layers.
    """

    norms: np.ndarray
    theory: np.ndarray


def weight_profile(cure, hidden=50, width=100, seeds=4):
    """Measure the gradients of the weights of random networks on the digits, under cross-entropy.

    Parameters
    ----------
    cure : Cure, or a mapping of its fields
    hidden, width : int, at least 2 and 1
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are sampled

    Returns
    -------
    WeightProfile

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, settings make no sense together, or a number
        overflows.
    """
    cure, hidden, width = Cure.of(cure), whole_number("hidden", hidden, 2), whole_number("width", width, 1)
    x, y = load_digits(cure.batch)
    network = blocks.serial(*cure.layers(hidden, width, x))
    norms = np.array([_weight_norms(network, seed, x, y) for seed in range(whole_number("seeds", seeds, 1))])
    between = norms[:, 1:-1] if cure.residual is None else norms[:, 1:-1:2]
    if not np.isfinite(between).all():
        raise ValueError(f"the gradient overflows in these {hidden} layers: use a smaller scale")
    with np.errstate(invalid="ignore"):
        theory = np.median(between[:, -1]) * weight_theory(cure, hidden, width, x)
    return WeightProfile(between, theory)


def _weight_norms(network, seed, x, y):
    """Return the norms of the gradients of all weights of one random network."""
    _, params = network.init(np.random.default_rng(seed), len(x))
    cost = COSTS["cross_entropy"]
    output = cost.output(None)
    with np.errstate(over="ignore", invalid="ignore"):
        z, back = network.apply(params, x, learn=True)
        _, nabla = back(cost.error(output, z, y))
        return [np.linalg.norm(array) for array in arrays(nabla)][::2]
