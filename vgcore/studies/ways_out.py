"""What practitioners changed so that deep networks learn, measured by the gradient of every layer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import cycle
from typing import NamedTuple

import numpy as np

from vgcore import blocks
from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_number, one_of, whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.field import gaussian_rule
from vgcore.initialisers import INITIALISERS, entry_std, sigma_w
from vgcore.measures import speeds

NORMS = {"batch": blocks.batch_norm, "layer": blocks.layer_norm}
FEWEST = 3
"""Of fewer a norm leaves only signs, whose gradient is 0."""
NEAR = 10.0
"""Within this factor of each other, the first and the last gradient count as level."""
_MOST = 1e100  # whose square is finite
_LARGEST = 1e24  # beyond it every f is straight or flat


@dataclass(frozen=True)
class Cure:
    """How a deep network is built, against the instability of its gradient.

    Attributes
    ----------
    activation : str, a name in `ACTIVATIONS`
    init : str, a name in `INITIALISERS`, for all weights
    scale : float, from 0 to 1e100, by which what the initialiser samples is multiplied; with a norm, which
        divides by it, from 1e-100
    bias_std : float, from 0 to 1e100
    residual : float or None
        Without it a layer is f(W h + b). With it, a number alpha from 0 to 1e100, it is
        h + alpha V f(W h + b), with V sampled by lecun_normal.
    norm : str or None
        "batch" or "layer": what f takes is normalised before, over the digits or over the neurons.
    batch : int, from 1 to 1000, how many digits are shown at once

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, or two settings make no sense together.
    """

    activation: str
    init: str
    scale: float = 1.0
    bias_std: float = 0.0
    residual: float | None = None
    norm: str | None = None
    batch: int = 500

    def __post_init__(self):
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("initialiser", self.init, INITIALISERS)
        finite_number("scale", self.scale, 0.0, _MOST)
        finite_number("bias_std", self.bias_std, 0.0, _MOST)
        if self.residual is not None:
            finite_number("residual", self.residual, 0.0, _MOST)
        if whole_number("batch", self.batch, 1) > 1000:
            raise ValueError(f"batch must be at most 1000, for there are no more digits, not {self.batch!r}")
        if self.norm is None:
            return
        one_of("norm", self.norm, NORMS)
        if self.scale < 1.0 / _MOST:
            raise ValueError(
                f"scale must be at least {1.0 / _MOST} with a norm, which divides by it, not {self.scale!r}"
            )
        if self.norm == "batch" and self.batch < FEWEST:
            raise ValueError(
                f"batch must be at least {FEWEST} for batch norm, which makes 1 and -1 of any two digits, "
                f"not {self.batch!r}"
            )
        if self.norm == "batch" and self.bias_std > 0.0:
            raise ValueError(
                f"bias_std must be 0 with batch norm, which takes a bias out, not {self.bias_std!r}"
            )

    @classmethod
    def of(cls, cure):
        """Return a Cure made of a mapping of its fields, or the Cure that is given."""
        if isinstance(cure, cls):
            return cure
        if not isinstance(cure, Mapping):
            raise ValueError(f"cure must be a mapping of settings, not {cure!r}")
        names = [field.name for field in fields(cls)]
        strange = [name for name in cure if name not in names]
        if strange or not {"activation", "init"} <= cure.keys():
            raise ValueError(
                f"a cure needs activation and init and may have {', '.join(names[2:])}, not {dict(cure)!r}"
            )
        return cls(**cure)

    def layers(self, hidden, width, x, memory=None):
        """Return the blocks of a network for the digits: all but the first take in z^l, or with skips h^l.

        z^l is what layer l's activation takes, l = 1 ... hidden, normalised where there is a norm.

        Parameters
        ----------
        hidden, width : int
        x : array (784, m), the digits; before skips they are scaled so that h^1 has a mean square of 1
        memory : as in `activate`

        Returns
        -------
        list of Block, the output layer last

        Raises
        ------
        ValueError
            If a layer norm has fewer than `FEWEST` neurons.
        """
        if self.norm == "layer" and width < FEWEST:
            raise ValueError(
                f"width must be at least {FEWEST} for layer norm, which makes 1 and -1 of any two neurons, "
                f"not {width!r}"
            )

        def ours(fan_out):
            norm = [NORMS[self.norm]()] if self.norm else []
            return blocks.dense(fan_out, self.init, self.scale, self.bias_std), *norm

        f, out = blocks.activate(self.activation, memory), blocks.dense(10)
        if self.residual is None:
            later = [blocks.serial(f, *ours(width))] * (hidden - 1)
            return [blocks.serial(*ours(width)), *later, blocks.serial(f, out)]
        branch = blocks.serial(*ours(None), f, blocks.dense(None))
        skips = [blocks.skip(branch, self.residual)] * (hidden - 1)
        return [blocks.dense(width, scale=_mean_square(x) ** -0.5), *skips, out]


_HE = {"activation": "relu", "init": "he_normal"}
CURES = {
    "sigmoid": {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0},
    "relu_lecun": {**_HE, "init": "lecun_normal"},
    "relu_he": _HE,
    "tanh_lecun": {"activation": "tanh", "init": "lecun_normal"},
    "relu_batch": {**_HE, "norm": "batch"},
    "relu_layer": {**_HE, "norm": "layer"},
    "sigmoid_skip": {"activation": "sigmoid", "init": "lecun_normal", "residual": 1.0},
    "sigmoid_layer": {"activation": "sigmoid", "init": "lecun_normal", "norm": "layer"},
    "relu_skip": {**_HE, "residual": 1.0},
    "relu_scaled_skip": {**_HE, "residual": 0.14},
}
"""The networks that the lessons compare: the book's, and what practitioners made of it."""


def scaled_skip(hidden):
    """Return the residual, one over the root of the blocks, with which skips stay level at any depth.

    The gradient grows by (1 + 1/L)^(L/2), less than the root of e, over L = hidden - 1 blocks.

    Parameters
    ----------
    hidden : int, at least 2

    Raises
    ------
    ValueError
        If it is smaller.
    """
    return (whole_number("hidden", hidden, 2) - 1) ** -0.5


def trend(first_over_last):
    """Return what a gradient does towards the input: "falls" or "rises" by more than `NEAR`, or "keeps"."""
    return "falls" if first_over_last < 1.0 / NEAR else "rises" if first_over_last > NEAR else "keeps"


class Profile(NamedTuple):
    """The gradient of every hidden layer of random networks on the digits.

    Attributes
    ----------
    rms : array (seeds, layers)
        The root of the mean over the digits of the squared norm of dC/dz^l, of what layer l's
        activation takes; with skips of dC/dh^l, of what they carry.
    theory : array (layers,)
        What very wide layers would have, from the median of the last one back.
    factor : float
        The median over the seeds of the factor a layer, towards the input.
    """

    rms: np.ndarray
    theory: np.ndarray
    factor: float


def deep_profile(cure, hidden=50, width=100, seeds=8):
    """Measure the gradient of every hidden layer of random networks on the digits, under cross-entropy.

    Parameters
    ----------
    cure : Cure, or a mapping of its fields
    hidden, width : int, at least 2 and 1
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are sampled

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, settings make no sense together, or a number
        overflows.

    Source: Poole et al. (2016) and Schoenholz et al. (2017) for the theory of plain layers.
    """
    cure, hidden, width = Cure.of(cure), whole_number("hidden", hidden, 2), whole_number("width", width, 1)
    x, y = load_digits(cure.batch)
    layers = cure.layers(hidden, width, x, memory=cycle(np.empty((hidden, width, cure.batch))))
    rms = np.array([_rms(layers, seed, x, y) for seed in range(whole_number("seeds", seeds, 1))])
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = (rms[:, 0] / rms[:, -1]) ** (1.0 / (hidden - 1.0))
    with np.errstate(over="ignore", invalid="ignore"):
        theory = np.median(rms[:, -1]) * np.append(
            np.cumprod(theory_factors(cure, hidden, width, x)[::-1])[::-1], 1.0
        )
    return Profile(rms, theory, float(np.median(factors)))


def theory_factors(cure, hidden, width, x):
    """Return by how much very wide layers change the norm of the gradient, from a layer to the one before.

    With f normalised inputs u = N(z), q their variance, p that of h, and E over a standard normal:

    - plain: chi = sigma_w^2 E f'(sqrt(q) u)^2, and q <- sigma_w^2 E f(sqrt(q) u)^2 + sigma_b^2;
    - a norm divides delta by the standard deviation of z and leaves q = 1, so of that plain chi it
      makes chi = sigma_w^2 E f'^2 / Var z, where Var z = sigma_w^2 E f^2 + sigma_b^2 over the neurons and
      sigma_w^2 Var f over a large batch, for a mean that all digits share is taken out; the parts of the way
      back through mean and deviation are of order 1/n;
    - with skips: 1 + alpha^2 sigma_w^2 E f'^2, over Var z under a norm, for V has mean 0 and is
      independent of W, so that the cross terms vanish on average; p <- p + alpha^2 E f^2. Under batch norm
      this is of the part of the gradient that differs from digit to digit: of what all share, the norm
      lets through less, and only the skip brings it on, so the whole grows by up to 4% a block less.

    Parameters
    ----------
    cure : Cure
    hidden, width : int
    x : array (784, m), the digits that are shown

    Returns
    -------
    array (hidden - 1,), that of the first layer first

    Source: the derivation above; Poole et al. (2016), eq. (3); Schoenholz et al. (2017), eq. (5); Yang et
    al. (2019) for batch norm.
    """
    return np.sqrt(_chi_and_fed(cure, hidden, width, x)[0])


def weight_theory(cure, hidden, width, x):
    """Return how large very wide layers make the gradients of the weights between them, the last one's 1.

    The gradient of a matrix is delta, where it leads, times what it takes in: of one digit the squared norm
    is chi of all layers above times E f^2 of the layer below. With skips it is that of W within a block,
    which takes in h and whose z is reached through f' and the norm: p E f'^2 / Var z.

    Parameters
    ----------
    As for `theory_factors`.

    Returns
    -------
    array (hidden - 1,), of the weights into layers 2 ... hidden, or of the blocks

    Source: the derivation above; Nielsen ch. 2, eq. (BP4).
    """
    chi, fed = _chi_and_fed(cure, hidden, width, x)
    with np.errstate(over="ignore", invalid="ignore"):
        above = np.append(np.cumprod(np.sqrt(chi[:0:-1]))[::-1], 1.0)
        return above * np.sqrt(fed / fed[-1])


@np.errstate(over="ignore", invalid="ignore")
def _chi_and_fed(cure, hidden, width, x):
    """Return chi of layers 1 ... hidden - 1, and what in theory the weights above each of them take in."""
    sigma = ACTIVATIONS[cure.activation]
    var_w, var_b = (cure.scale * sigma_w(cure.init, width)) ** 2, cure.bias_std**2

    def moments(q):
        """E f, E f^2 and E f'^2."""
        within = min(max(q, 1e-300), _LARGEST)
        z, weights = gaussian_rule(sigma.kinks, within)
        z = np.sqrt(within) * np.stack([z, -z])
        f, slope = sigma.sigma(z), sigma.sigma_prime(z)
        first, second, slope = (float((weights * value.sum(axis=0)).sum()) for value in (f, f**2, slope**2))
        beyond = max(q / within, 1.0)
        if sigma.bounded:
            return first, second, slope / beyond**0.5
        return first * beyond**0.5, second * beyond, slope

    at_norm = moments(1.0) if cure.norm else None
    chi, fed = [], []
    if cure.residual is None:
        into = cure.scale * entry_std(cure.init, len(x), width)
        q = into**2 * len(x) * _mean_square(x) + var_b
        for _ in range(hidden - 1):
            first, second, slope = at_norm or moments(q)
            q = var_w * second + var_b
            var_z = {None: 1.0, "layer": q, "batch": q - var_w * first * first}[cure.norm]
            chi.append(var_w * slope / var_z)
            fed.append(second)
        return np.array(chi), np.array(fed)
    p, v, added = 1.0, x.var(axis=1).mean() / _mean_square(x), cure.residual**2
    for _ in range(hidden - 1):
        q = var_w * p + var_b
        first, second, slope = at_norm or moments(q)
        var_z = {None: 1.0, "layer": q, "batch": var_w * v}[cure.norm]
        chi.append(1.0 + added * var_w * slope / var_z)
        fed.append(p * slope / var_z)
        p, v = p + added * second, v + added * (second - first * first)
    return np.array(chi), np.array(fed)


def _mean_square(x):
    return np.square(x).mean()


def _rms(layers, seed, x, y):
    """Return the RMS gradients of the hidden layers of one random network."""
    _, params = blocks.serial(*layers).init(np.random.default_rng(seed), len(x))
    cost = COSTS["cross_entropy"]
    output = cost.output(None)
    deltas = blocks.gradients_back(layers, params, x, lambda z: cost.error(output, z, y))
    return [speeds([delta], "rms")[0] for delta in deltas][::-1]
