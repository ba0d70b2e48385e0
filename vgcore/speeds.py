"""The speed at which each layer learns."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import finite_array, list_of, one_of, real_array
from vgcore.network import Network

PRINTED_SPEEDS = {
    (784, 30, 30, 10): (0.07, 0.31),
    (784, 30, 30, 30, 10): (0.012, 0.060, 0.283),
    (784, 30, 30, 30, 30, 10): (0.003, 0.017, 0.070, 0.285),
}
"""The speeds of the hidden layers before training, by sizes, as printed in Nielsen ch. 5."""

_BLOCK = 250
_MEASURES = {
    "norm_of_mean": lambda delta: np.sqrt((delta.mean(axis=1) ** 2).sum()),
    "rms": lambda delta: np.sqrt(np.vdot(delta, delta) / delta.shape[1]),
}
_COLUMNS = {
    "norm_of_mean": lambda deltas, share: [share * delta.mean(axis=1, keepdims=True) for delta in deltas],
    "rms": lambda deltas, share: [[share**0.5 * speed] for speed in speeds(deltas, "rms")],
}
"""Columns of a block of examples, with its share in all, whose norm together is the speed of all."""
_TOGETHER = {"norm_of_mean": lambda parts: np.sum(parts, axis=0), "rms": np.array}


def speeds(deltas, measure="norm_of_mean"):
    """Return the speed of learning of every layer.

    Parameters
    ----------
    deltas : list of arrays (n_l, m)
        dC/dz^l of m examples, as `Network.backward` returns them.
    measure : str
        "norm_of_mean", the norm of the mean over the examples of delta^l, in which examples of
        opposite sign cancel; or "rms", the root of the mean of its squared norm, in which they do
        not.

    Returns
    -------
    array (L,)

    Raises
    ------
    ValueError
        If a delta is not a finite matrix with examples in it, or the measure is unknown.

    Source: Nielsen ch. 5, "The vanishing gradient problem", for norm_of_mean.
    """
    of_layer = one_of("measure", measure, _MEASURES)
    deltas = [
        real_array(f"the delta of layer {l}", delta, (2,))
        for l, delta in enumerate(list_of("arrays", "deltas", deltas), 1)
    ]
    for l, delta in enumerate(deltas, 1):
        if delta.size == 0:
            raise ValueError(f"the delta of layer {l} must hold examples, not the shape {delta.shape}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        found = np.array(
            [_speed(of_layer, l, delta.astype(float, copy=False)) for l, delta in enumerate(deltas, 1)]
        )
    if not np.isfinite(found).all():
        raise ValueError(
            f"the speed of layer {int(np.argmin(np.isfinite(found))) + 1} overflows: scale the deltas"
        )
    return found


def _speed(of_layer, l, delta):
    found = of_layer(delta)
    if 1e-140 < found < 1e140:  # which no NaN and no infinity lets it be
        return found
    finite_array(f"the delta of layer {l}", delta, (2,))
    largest = np.abs(delta).max()  # so small or large that its square may underflow or overflow
    return largest * of_layer(delta / largest) if largest > 0.0 else 0.0


class SpeedSamples(NamedTuple):
    """The speeds of networks of one shape under several seeds.

    Attributes
    ----------
    seeds : array (S, 1)
    layers : array (L,), 1 ... L
    speeds : array (S, L)
    """

    seeds: np.ndarray
    layers: np.ndarray
    speeds: np.ndarray

    @property
    def median(self):
        """The median over the seeds, (L,)."""
        return np.median(self.speeds, axis=0)

    @property
    def hidden_medians(self):
        """The medians of the hidden layers, the last first, (L - 1,)."""
        return self.median[-2::-1]

    @property
    def last_over_first(self):
        """The median speed of the last hidden layer over that of the first."""
        if self.layers.size < 3:
            raise ValueError(f"needs two hidden layers or more, not {max(self.layers.size - 1, 0)}")
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.divide(self.hidden_medians[0], self.hidden_medians[-1])

    def falling(self, ratio):
        """The speeds of the hidden layers if each were `ratio` times the next, and the last the median."""
        return self.hidden_medians[0] * ratio ** np.arange(self.layers.size - 2.0, -1.0, -1.0)

    @property
    def ratio_per_layer(self):
        """How many times as fast as the one before a hidden layer learns, in the geometric mean."""
        return self.last_over_first ** (1.0 / (self.layers.size - 2))


def speeds_before_training(sizes, seeds, x, y, measure="norm_of_mean", cost="cross_entropy", **kind):
    """Return the speeds of networks as they are drawn.

    Parameters
    ----------
    sizes : sequence of int, as in `Network.random`
    seeds : sequence of int
    x, y, cost, measure : as in `Network.backward` and `speeds`
    kind : activation, init and bias_std, as in `Network.random`

    Returns
    -------
    SpeedSamples

    Raises
    ------
    ValueError
        As in these three.
    """
    seeds = list_of("whole numbers", "seeds", seeds)
    sizes = list_of("numbers of neurons", "sizes", sizes)
    if not seeds:
        raise ValueError("seeds must hold at least one whole number, not []")
    rows = [_speeds_in_blocks(Network.random(sizes, seed, **kind), x, y, cost, measure) for seed in seeds]
    return SpeedSamples(np.array(seeds)[:, None], np.arange(1, len(sizes)), np.array(rows))


def _speeds_in_blocks(network, x, y, cost, measure):
    """Return the speeds of all examples from those of blocks, whose deltas need less room at a time."""
    m = np.shape(x)[-1] if np.ndim(x) else 0
    if m <= _BLOCK:
        return speeds(network.deltas(x, y, cost), measure)
    of_layer, columns = one_of("measure", measure, _COLUMNS), []
    for block in np.array_split(np.arange(m), -(-m // _BLOCK)):
        part = slice(block[0], block[-1] + 1)
        columns.append(of_layer(network.deltas(x[:, part], y[:, part], cost), len(block) / m))
    return speeds([_TOGETHER[measure](parts) for parts in zip(*columns, strict=True)])
