"""What practitioners changed so that deep networks learn, measured by the gradient of every layer."""

from typing import NamedTuple

import numpy as np

from vgcore.blocks import Overflow, Recipe, Signal, backward, cast, rms, sampled
from vgcore.checks import whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.signed_log import SignedLog

LEVEL_WITHIN = 10.0
"""The factor within which the first and the last gradient count as level."""
_MOST_BYTES = 32_000_000
"""Most bytes of slopes that are remembered at once, where the digits can be shown in parts."""
_MOST_ROUNDING = 1e-5
"""The relative error beyond which float32 does not keep every digit that the screens show."""

_HE = {"activation": "relu", "init": "he_normal"}
RECIPES = {
    "sigmoid": {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0},
    "relu_lecun": {**_HE, "init": "lecun_normal"},
    "relu_he": _HE,
    "tanh_lecun": {"activation": "tanh", "init": "lecun_normal"},
    "relu_batch": {**_HE, "norm": "batch"},
    "relu_layer": {**_HE, "norm": "layer"},
    "relu_rms": {**_HE, "norm": "rms"},
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
    """Return whether a gradient "falls" or "rises" towards the input, beyond `LEVEL_WITHIN`, or "keeps"."""
    falls, rises = first_over_last < 1.0 / LEVEL_WITHIN, first_over_last > LEVEL_WITHIN
    return "falls" if falls else "rises" if rises else "keeps"


class Profile(NamedTuple):
    """The gradient of every hidden layer of random networks on the digits.

    Attributes
    ----------
    rms : SignedLog (seeds, layers)
        The root of the mean over the digits of the squared norm of dC/dz^l, of what layer l's
        activation takes; with skips of dC/dh^l, of what they carry.
    theory : SignedLog (layers,)
        What very wide layers would have, from the median of the last one back.
    factor : float
        The median over the seeds of the factor a layer, towards the input.
    """

    rms: SignedLog
    theory: SignedLog
    factor: float

    @property
    def ratios(self):
        """The first hidden layer's over the last one's, of every seed, SignedLog (seeds,)."""
        return self.rms[:, 0] / self.rms[:, -1]

    @property
    def first_over_last(self):
        """The median of these, a SignedLog; NaN where a last layer has none."""
        return self.ratios.median()


def deep_profile(recipe, hidden=50, width=100, seeds=8):
    """Measure the gradient of every hidden layer of random networks on the digits, under cross-entropy.

    Parameters
    ----------
    recipe : Recipe, or a mapping of its fields
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
    recipe, hidden, width = (
        Recipe.of(recipe),
        whole_number("hidden", hidden, 2),
        whole_number("width", width, 1),
    )
    x, y = load_digits(recipe.batch)
    wide = wide_layers(recipe, hidden, width, x)
    logs = of_seeds(recipe, hidden, width, seeds, x, y, wide, _log10_rms)
    seen = SignedLog.from_log10(logs)
    with np.errstate(invalid="ignore"):
        factors = 10.0 ** ((logs[:, 0] - logs[:, -1]) / (hidden - 1.0))
    return Profile(seen, seen[:, -1].median() * wide.gradient, float(np.median(factors)))


def of_seeds(recipe, hidden, width, seeds, x, y, wide, look):
    """Return what `look` finds of the networks of the seeds 0, 1, ...: arrays, a row a network.

    They are run in float32 where that keeps every digit that the screens show.

    Parameters
    ----------
    recipe, hidden, width, seeds : as in `deep_profile`
    x, y : arrays (784, m) and (10, m)
    wide : WideLayers, what theory says of them
    look : function of (recipe, layers, params, x, y), to an array

    Raises
    ------
    ValueError
        As in `deep_profile`.
    """
    layers, found = recipe.layers(hidden, width, x), []
    for seed in range(whole_number("seeds", seeds, 1)):
        params = sampled(layers, np.random.default_rng(seed), len(x))
        try:
            found.append(look(recipe, layers, *_as(wide.dtype, params, x, y)))
        except Overflow:
            try:
                found.append(look(recipe, layers, params, x, y))
            except Overflow as overflow:
                text = f"{overflow} overflows in these {hidden} layers: use a smaller scale"
                raise ValueError(text) from None
    return np.array(found)


def _as(dtype, params, *arrays):
    with np.errstate(over="ignore"):
        return cast(params, dtype), *(array.astype(dtype) for array in arrays)


def _log10_rms(recipe, layers, params, x, y):
    """Return log10 of the RMS gradients of the hidden layers, of digits that are shown in parts."""
    m, width = x.shape[1], len(params[0][0]) if recipe.residual is not None else len(params[0][0][0])
    parts = 1 if recipe.norm == "batch" else -(-len(layers) * width * m * x.itemsize // _MOST_BYTES)
    logs = []
    for shown in np.array_split(np.arange(m), min(parts, m)):
        part = slice(shown[0], shown[-1] + 1)
        backs = list(_sizes(recipe, layers, params, x[:, part], y[:, part]))[:0:-1]
        logs.append(np.array(backs) + 0.5 * np.log10(len(shown) / m))
    return logs[0] if len(logs) == 1 else 0.5 * SignedLog.from_log10(2.0 * np.array(logs)).sum().log10_abs


def _sizes(recipe, layers, params, x, y):
    cost = COSTS["cross_entropy"]
    output = cost.output(None)
    for back in backward(layers, params, x, lambda z: cost.error(output, z, y), straight=recipe.straight):
        with np.errstate(divide="ignore"):
            yield np.log10(rms(back.delta) * len(back.delta) ** 0.5) + back.exponent * np.log10(2.0)


class WideLayers(NamedTuple):
    """What very wide layers make of the digits and of the gradient.

    Attributes
    ----------
    log10_chi : array (hidden - 1,)
        Of chi, by which the mean square of delta is multiplied from layer l + 1 to l, the first one first.
    log10_learned : array (hidden - 1,)
        Of the squared norm of the gradient of the weights between the two, with skips of W, over that of
        delta at l + 1.
    log10_mean_square : array (hidden,), of z^l, or with skips of h^l
    """

    log10_chi: np.ndarray
    log10_learned: np.ndarray
    log10_mean_square: np.ndarray

    @property
    def gradient(self):
        """The root mean square of delta at every hidden layer over that at the last, SignedLog (hidden,)."""
        return SignedLog.from_log10(np.append(np.cumsum(0.5 * self.log10_chi[::-1])[::-1], 0.0))

    @property
    def growth(self):
        """The most by which an error made in one layer has grown at the last one, relative to z."""
        with np.errstate(invalid="ignore", over="ignore"):
            steps = self.log10_chi - np.diff(self.log10_mean_square)
            grown = np.nan_to_num(np.append(np.cumsum(steps[::-1]), 0.0), posinf=np.inf)
            return 10.0 ** (0.5 * grown.max())

    @property
    def dtype(self):
        """float32 where that keeps every digit that the screens show of such networks, else float."""
        return np.float32 if self.growth * np.finfo(np.float32).eps < _MOST_ROUNDING else float


def wide_layers(recipe, hidden, width, x):
    """Return what the blocks of a recipe say of very wide layers, one after the other.

    Parameters
    ----------
    recipe : Recipe
    hidden, width : int
    x : array (784, m), the digits that are shown

    Returns
    -------
    WideLayers
    """
    first, *between, _ = recipe.layers(hidden, width, x)
    signal, exponent = first.theory(Signal.of(x)).signal, 0.0
    chi, learned = [], []
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        squares = [np.log10(signal.mean_square)]
        for block in between:
            if recipe.straight and not 1e-100 < signal.mean_square < 1e100 and signal.mean_square > 0.0:
                exponent += np.log10(signal.mean_square) - np.copysign(50.0, np.log10(signal.mean_square))
                unit = 10.0 ** np.copysign(50.0, np.log10(signal.mean_square)) / signal.mean_square
                signal = Signal(signal.width, signal.mean_square * unit, signal.varying * unit)
            signal, factor, matrices = block.theory(signal)
            chi.append(np.log10(factor))
            learned.append(np.log10(matrices[0]) + exponent)
            squares.append(np.log10(signal.mean_square) + exponent)
    return WideLayers(np.array(chi), np.array(learned), np.array(squares))


def theory_factors(recipe, hidden, width, x):
    """Return by how much very wide layers change the norm of the gradient, from a layer to the one before.

    With f normalised inputs u = N(z), q their variance, p that of h, and E over a standard normal, the blocks
    say together:

    - plain: chi = sigma_w^2 E f'(sqrt(q) u)^2, and q <- sigma_w^2 E f(sqrt(q) u)^2 + sigma_b^2;
    - a norm divides delta by the standard deviation of z and leaves q = 1, so of that plain chi it
      makes chi = sigma_w^2 E f'^2 / Var z, where Var z = sigma_w^2 E f^2 + sigma_b^2 over the neurons and
      sigma_w^2 Var f over a large batch, for a mean that all digits share is taken out;
    - with skips: 1 + alpha^2 sigma_w^2 E f'^2, over Var z under a norm; p <- p + alpha^2 E f^2. Under batch
      norm this is of the part of the gradient that differs from digit to digit, so the whole grows by less:
      counted over 9 layers of 100 neurons, 3% a block for ReLU (alpha = 1), 5% for softplus (1) and
      sigmoid (3), 6% for softplus (3), and up to 9% in a single block.

    Parameters
    ----------
    As for `wide_layers`.

    Returns
    -------
    array (hidden - 1,), that of the first layer first

    Source: the blocks' derivations; Poole et al. (2016), eq. (3); Schoenholz et al. (2017), eq. (5); Yang et
    al. (2019) for batch norm.
    """
    return 10.0 ** (0.5 * wide_layers(recipe, hidden, width, x).log10_chi)


def weight_theory(recipe, hidden, width, x):
    """Return how large very wide layers make the gradients of the weights between them, the last one's 1.

    The gradient of a matrix is delta, where it leads, times what it takes in: of one digit the squared norm
    is chi of all layers above times what `WideLayers.log10_learned` has.

    Parameters
    ----------
    As for `wide_layers`.

    Returns
    -------
    SignedLog (hidden - 1,), of the weights into layers 2 ... hidden, or of W of the blocks

    Source: the blocks' derivations; Nielsen ch. 2, eq. (BP4).
    """
    wide = wide_layers(recipe, hidden, width, x)
    above = np.append(np.cumsum(wide.log10_chi[:0:-1])[::-1], 0.0)
    with np.errstate(invalid="ignore"):
        return SignedLog.from_log10(0.5 * (above + wide.log10_learned - wide.log10_learned[-1]))
