"""A network that the reader designs: its speeds on the digits, and what theory says of them."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import list_of, one_of, real_array, whole_number
from vgcore.digits import load_digits
from vgcore.field import MeanField, mean_field
from vgcore.initialisers import sigma_w
from vgcore.measures import speeds
from vgcore.network import Network
from vgcore.studies.matrix import spectra

PRINTED_SPEEDS = {
    (784, 30, 30, 10): (0.07, 0.31),
    (784, 30, 30, 30, 10): (0.012, 0.060, 0.283),
    (784, 30, 30, 30, 30, 10): (0.003, 0.017, 0.070, 0.285),
}
"""The speeds of the hidden layers before training, by sizes, as printed in Nielsen ch. 5."""


BLOCK = 250
"""Most digits that one pass through a network is shown."""
_COLUMNS = {
    "norm_of_mean": lambda deltas, share: [share * delta.mean(axis=1, keepdims=True) for delta in deltas],
    "rms": lambda deltas, share: [[share**0.5 * speed] for speed in speeds(deltas, "rms")],
}
"""Columns of a block of examples, with its share in all, whose norm together is the speed of all."""
_TOGETHER = {"norm_of_mean": lambda parts: np.sum(parts, axis=0), "rms": np.array}


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

    def joined(self, others):
        """Return these samples and others of the same shape together."""
        seeds, speeds = (np.concatenate(pair) for pair in zip(self[::2], others[::2], strict=True))
        return SpeedSamples(seeds, self.layers, speeds)

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


def speeds_before_training(
    sizes, seeds, x, y, measure="norm_of_mean", cost="cross_entropy", on_block=None, **sampling
):
    """Return the speeds of networks as they are sampled.

    Parameters
    ----------
    sizes : sequence of int, as in `Network.random`
    seeds : sequence of int
    x, y, cost, measure : as in `Network.backward` and `speeds`
    on_block : function of nothing, optional: called before every pass, and what it raises ends the rest
    sampling : activation, init and bias_std, as in `Network.random`

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
    x, y = real_array("x", x, (2,)), real_array("y", y, (2,))
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x and y must hold as many examples, not {x.shape[1]} and {y.shape[1]}")
    rows = [
        _speeds_in_blocks(Network.random(sizes, seed, **sampling), x, y, cost, measure, on_block)
        for seed in seeds
    ]
    return SpeedSamples(np.array(seeds)[:, None], np.arange(1, len(sizes)), np.array(rows))


def _speeds_in_blocks(network, x, y, cost, measure, on_block):
    """Return the speeds of all examples from those of blocks, whose deltas need less room at a time."""
    m = x.shape[1]
    if m <= BLOCK:
        return speeds(network.deltas(x, y, cost), measure)
    of_layer, columns = one_of("measure", measure, _COLUMNS), []
    for block in np.array_split(np.arange(m), -(-m // BLOCK)):
        if on_block is not None:
            on_block()
        part = slice(block[0], block[-1] + 1)
        columns.append(of_layer(network.deltas(x[:, part], y[:, part], cost), len(block) / m))
    return speeds([_TOGETHER[measure](parts) for parts in zip(*columns, strict=True)])


class Design(NamedTuple):
    """The speeds of a design on the digits.

    Attributes
    ----------
    sizes : tuple, the input and the output included
    weight_std : float, sigma_w between two hidden layers
    samples : SpeedSamples
    field : MeanField, of layers of this width
    printed : tuple, the speeds that the chapter prints for this very design, or ()
    """

    sizes: tuple
    weight_std: float
    samples: SpeedSamples
    field: MeanField
    printed: tuple

    @property
    def root_chi(self):
        """By how much theory has delta change a layer: the root of chi_1."""
        return float(np.sqrt(self.field.chi))

    @property
    def theory(self):
        """The speeds of the hidden layers by theory, from the median of the last one back."""
        return self.samples.falling(self.root_chi)


def digit_sizes(hidden, width):
    """Return the sizes of a network for the digits, with `hidden` layers of `width` neurons."""
    hidden, width = whole_number("hidden", hidden, 1), whole_number("width", width, 1)
    return (784, *[width] * hidden, 10)


def printed_speeds(hidden, width, activation="sigmoid", init="lecun_normal"):
    """Return the speeds of the hidden layers that the chapter prints for such a network, or ().

    Source: Nielsen ch. 5, "The vanishing gradient problem".
    """
    same = (activation, init) == ("sigmoid", "lecun_normal")
    return PRINTED_SPEEDS.get(digit_sizes(hidden, width), ()) if same else ()


def design(
    hidden,
    width,
    seeds,
    digits=1000,
    measure="norm_of_mean",
    activation="sigmoid",
    init="lecun_normal",
    bias_std=1.0,
    on_seed=None,
    on_block=None,
):
    """Measure the speeds of a design before training, under cross-entropy.

    Parameters
    ----------
    hidden, width : int, at least 1
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are sampled
    digits : int, from 1 to 1000
    measure : str, as in `speeds`
    activation, init, bias_std : as in `Network.random`
    on_seed : function of (how many seeds are measured, Design of these), optional
        Called after every seed; it ends the measurement by returning False.
    on_block : as in `speeds_before_training`

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        If a number is out of range or a name unknown.

    Source: Nielsen ch. 5, "The vanishing gradient problem".
    """
    sizes = digit_sizes(hidden, width)
    sampling = {"activation": activation, "init": init, "bias_std": bias_std}
    x, y = load_digits(digits)
    std = sigma_w(init, width)
    field = mean_field(activation, std, bias_std)
    same = (digits, measure, bias_std) == (1000, "norm_of_mean", 1.0)
    printed = printed_speeds(hidden, width, activation, init) if same else ()
    seeds, samples = whole_number("seeds", seeds, 1), None
    for seed in range(seeds):
        one = speeds_before_training(sizes, [seed], x, y, measure, on_block=on_block, **sampling)
        samples = one if samples is None else samples.joined(one)
        measured = Design(sizes, std, samples, field, printed)
        if on_seed is not None and on_seed(seed + 1, measured) is False:
            break
    return measured


def design_spectra(sizes, seed, **sampling):
    """Return the spectra of a random network for the digits, shown the first of them.

    Parameters and Raises as in `Network.random`. Returns Spectra.
    """
    return spectra(Network.random(sizes, seed, **sampling), load_digits(1)[0])
