"""A network that the reader designs: its speeds on the digits, and what theory says of them."""

from typing import NamedTuple

import numpy as np

from vgcore.blocks import Recipe
from vgcore.checks import is_false, list_of, one_of, real_array, whole_number
from vgcore.digits import load_digits
from vgcore.field import MeanField, mean_field
from vgcore.initialisers import sigma_w
from vgcore.measures import speeds
from vgcore.network import Network
from vgcore.signed_log import SignedLog
from vgcore.studies.matrix import spectra
from vgcore.studies.ways_out import WideLayers, wide_layers

PRINTED_SPEEDS = {
    (784, 30, 30, 10): (0.07, 0.31),
    (784, 30, 30, 30, 10): (0.012, 0.060, 0.283),
    (784, 30, 30, 30, 30, 10): (0.003, 0.017, 0.070, 0.285),
}
"""The speeds of the hidden layers before training, by sizes, as printed in Nielsen ch. 5."""


BLOCK = 250
"""Most digits that one pass through a network is shown."""
_MOST_BYTES = 32_000_000
"""Most bytes of deltas that a pass may hold."""
_COLUMNS = {
    "norm_of_mean": lambda delta: delta.mean(axis=1, keepdims=True),
    "rms": lambda delta: speeds([delta], "rms")[:, None],
}
"""A column of each pass through a network, with whose share in all digits they are put together."""
_TOGETHER = {
    "norm_of_mean": lambda columns, shares: columns @ shares,
    "rms": lambda columns, shares: columns * np.sqrt(shares),
}


def most_at_once(depth, width, itemsize):
    """Return how many digits one pass through a network is shown, of numbers of so many bytes."""
    return max(min(BLOCK, _MOST_BYTES // (depth * width * itemsize)), 1)


class SpeedSamples(NamedTuple):
    """The speeds of networks of one shape under several seeds.

    Attributes
    ----------
    seeds : array (S, 1)
    layers : array (L,), 1 ... L
    speeds : SignedLog (S, L)
    """

    seeds: np.ndarray
    layers: np.ndarray
    speeds: SignedLog

    def joined(self, others):
        """Return these samples and others of the same shape together."""
        seeds = np.concatenate([self.seeds, others.seeds])
        return SpeedSamples(seeds, self.layers, self.speeds.then(others.speeds))

    @property
    def median(self):
        """The median over the seeds, SignedLog (L,)."""
        return self.speeds.median()

    @property
    def hidden_medians(self):
        """The medians of the hidden layers, the last first, SignedLog (L - 1,)."""
        return self.median[-2::-1]

    @property
    def last_over_first(self):
        """The median speed of the last hidden layer over that of the first, a SignedLog."""
        if self.layers.size < 3:
            raise ValueError(f"needs two hidden layers or more, not {max(self.layers.size - 1, 0)}")
        return self.hidden_medians[0] / self.hidden_medians[-1]

    @property
    def ratio_per_layer(self):
        """How many times as fast as the one before a hidden layer learns, in the geometric mean."""
        return float(10.0 ** (self.last_over_first.log10_abs / (self.layers.size - 2)))


def speeds_before_training(
    sizes, seeds, x, y, measure="norm_of_mean", cost="cross_entropy", on_block=None, dtype=float, **sampling
):
    """Return the speeds of networks as they are sampled.

    Parameters
    ----------
    sizes : sequence of int, as in `Network.random`
    seeds : sequence of int
    x, y, cost, measure : as in `Network.backward` and `speeds`
    on_block : function of nothing, optional: called before every pass, and what it raises ends the rest
    dtype : float or numpy.float32, in which the networks are run
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
    rows, x, y = [], x.astype(dtype, copy=False), y.astype(dtype, copy=False)
    for seed in seeds:
        network = Network.random(sizes, seed, dtype=dtype, **sampling)
        rows.append(_log10_speeds(network, x, y, cost, measure, on_block))
    return SpeedSamples(
        np.array(seeds)[:, None], np.arange(1, len(sizes)), SignedLog.from_log10(np.array(rows))
    )


def _log10_speeds(network, x, y, cost, measure, on_block=None):
    """Return log10 of the speeds of all examples, some of them at a time, which needs less room."""
    m, width = x.shape[1], max(len(b) for b in network.biases)
    blocks = np.array_split(np.arange(m), -(-m // most_at_once(network.depth, width, x.itemsize)))
    of_layer, columns, exponents = one_of("measure", measure, _COLUMNS), [], []
    for block in blocks:
        if on_block is not None:
            on_block()
        part = slice(block[0], block[-1] + 1)
        backs = list(network.backs(x[:, part], y[:, part], cost))[::-1]
        columns.append([of_layer(back.delta) for back in backs])
        exponents.append([back.exponent for back in backs])
    largest, shares, logs = np.max(exponents, axis=0), np.array([len(block) for block in blocks]) / m, []
    for l in range(network.depth):
        parts = [np.ldexp(own[l], at[l] - largest[l]) for own, at in zip(columns, exponents, strict=True)]
        together = _TOGETHER[measure](np.hstack(parts), shares)
        with np.errstate(divide="ignore"):
            logs.append(np.log10(np.linalg.norm(together)) + largest[l] * np.log10(2.0))
    return logs


class Design(NamedTuple):
    """The speeds of a design on the digits.

    Attributes
    ----------
    sizes : tuple, the input and the output included
    sigma_w : float, sigma_w between two hidden layers
    samples : SpeedSamples
    field : MeanField, of layers of this width
    wide : WideLayers, layer by layer what the field says of those far from the input
    printed : tuple, the speeds that the chapter prints for this very design, or ()
    measure : str, that of the samples
    """

    sizes: tuple
    sigma_w: float
    samples: SpeedSamples
    field: MeanField
    wide: WideLayers
    printed: tuple
    measure: str

    @property
    def root_chi(self):
        """By how much theory has delta change a layer, far from the input: the root of chi_1."""
        return float(np.sqrt(self.field.chi))

    @property
    def root_chi_here(self):
        """The same of the layers of this design, in the geometric mean."""
        return (
            float(10.0 ** (0.5 * self.wide.log10_chi.mean())) if self.wide.log10_chi.size else self.root_chi
        )

    @property
    def first_over_last(self):
        """By how much theory has delta change from the last hidden layer to the first, a SignedLog."""
        return self.wide.gradient[0]

    @property
    def theory(self):
        """The speeds of the hidden layers by theory, from the median of the last one back, a SignedLog.

        It is of the gradient of every digit, of which the mean over the digits says little: None of that.
        """
        if self.measure != "rms":
            return None
        return self.samples.hidden_medians[0] * self.wide.gradient


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
    sampling = {"activation": activation, "init": init, "bias_std": bias_std}
    x, y = load_digits(digits)
    measured = in_theory(hidden, width, digits, measure, **sampling)
    same = (digits, measure, bias_std) == (1000, "norm_of_mean", 1.0)
    printed = printed_speeds(hidden, width, activation, init) if same else ()
    seeds, samples = whole_number("seeds", seeds, 1), None
    for seed in range(seeds):
        one = speeds_before_training(
            measured.sizes, [seed], x, y, measure, on_block=on_block, dtype=measured.wide.dtype, **sampling
        )
        samples = one if samples is None else samples.joined(one)
        measured = measured._replace(samples=samples, printed=printed)
        if on_seed is not None and is_false(on_seed(seed + 1, measured)):
            break
    return measured


def in_theory(hidden, width, digits, measure, activation, init, bias_std):
    """Return a Design without samples: what theory says of it.

    Parameters and Raises as in `design`.
    """
    sizes, std = digit_sizes(hidden, width), sigma_w(init, width)
    field = mean_field(activation, std, bias_std)
    recipe = Recipe(activation, init, bias_std=bias_std, batch=digits)
    wide = wide_layers(recipe, hidden, width, load_digits(digits)[0])
    return Design(sizes, std, None, field, wide, (), measure)


def design_spectra(sizes, seed, **sampling):
    """Return the spectra of a random network for the digits, shown the first of them.

    Parameters and Raises as in `Network.random`. Returns Spectra.
    """
    return spectra(Network.random(sizes, seed, **sampling), load_digits(1)[0])
