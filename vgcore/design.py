"""A network that the reader designs: its speeds on the digits, and what theory says of them."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import whole_number
from vgcore.digits import load_digits
from vgcore.initialisers import weight_std
from vgcore.mean_field import MeanField, mean_field
from vgcore.speeds import PRINTED_SPEEDS, SpeedSamples, speeds_before_training


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
):
    """Measure the speeds of a design before training, under cross-entropy.

    Parameters
    ----------
    hidden, width : int, at least 1
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are drawn
    digits : int, from 1 to 1000
    measure : str, as in `speeds`
    activation, init, bias_std : as in `Network.random`

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        If a number is out of range or a name unknown.

    Source: Nielsen ch. 5, "The vanishing gradient problem".
    """
    sizes, kind = digit_sizes(hidden, width), {"activation": activation, "init": init, "bias_std": bias_std}
    samples = speeds_before_training(
        sizes, range(whole_number("seeds", seeds, 1)), *load_digits(digits), measure, **kind
    )
    sigma_w = weight_std(init, width)
    field = mean_field(activation, sigma_w, bias_std)
    same = (digits, measure, bias_std) == (1000, "norm_of_mean", 1.0)
    printed = printed_speeds(hidden, width, activation, init) if same else ()
    return Design(sizes, sigma_w, samples, field, printed)
