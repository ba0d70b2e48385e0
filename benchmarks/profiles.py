"""Gradients of networks, layer by layer, of which it is known what is wrong with them."""

import numpy as np

from vgcore.studies.luck import random_log_jacobians

WIDTHS, DEPTHS = (30, 300), (5, 100)


def luck(rng, depth, width):
    """Return log10 of the gradients of a ReLU network with He's weights, 0 at the last layer."""
    return _walk(random_log_jacobians([width], depth - 1, int(rng.integers(2**31))))


def _walk(log_squares):
    """Add up ln |J v|^2 of single layers, from the last layer back; a dead one is very unlucky."""
    return np.append(np.cumsum(np.maximum(log_squares, -5.0))[::-1] / (2.0 * np.log(10.0)), 0.0)


def level(rng):
    """Healthy: nothing but luck."""
    return 10.0 ** luck(rng, *_sizes(rng)), None


def vanishing(rng, towards=-1.0):
    """The first layer has 10^-3 to 10^-30 of the last, were it not for luck."""
    depth, width = _sizes(rng)
    back = np.arange(depth)[::-1]
    fall = towards * 10.0 ** rng.uniform(np.log10(3.0), np.log10(30.0)) / (depth - 1.0)
    typical = -1.25 / width / np.log(10.0)  # a layer, of luck alone
    return 10.0 ** (luck(rng, depth, width) + (fall - typical) * back), None


def exploding(rng):
    return vanishing(rng, 1.0)


def dead(rng):
    """Two layers or more, side by side, have none."""
    norms, _ = level(rng)
    first = int(rng.integers(len(norms) - 1))
    last = int(rng.integers(first + 2, len(norms) + 1))
    norms[first:last] = 0.0
    return norms, tuple(range(first, last))


def outlier(rng, off=3.5):
    """One layer of 4 or more is off by so many powers of ten, two of three on a slope."""
    depth = int(rng.integers(4, DEPTHS[1] + 1))
    logs = luck(rng, depth, _sizes(rng)[1]) + rng.choice([-1.0, 0.0, 1.0]) * rng.uniform(
        0.0, 0.7
    ) * np.arange(depth)
    layer = int(rng.integers(depth))
    logs[layer] += rng.choice([-off, off])
    return 10.0**logs, (layer,)


def _sizes(rng):
    """A depth, and a width whose logarithm is uniform."""
    return int(rng.integers(DEPTHS[0], DEPTHS[1] + 1)), round(np.exp(rng.uniform(*np.log(WIDTHS))))


KINDS = {"level": level, "vanishing": vanishing, "exploding": exploding, "dead": dead, "outlier": outlier}
SICK = ("vanishing", "exploding", "dead", "outlier")
