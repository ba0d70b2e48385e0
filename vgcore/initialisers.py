"""How weights and biases are sampled, by the names of the field, and what frameworks do by default."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from vgcore.checks import finite_number, one_of, whole_number

TRUNCATED = 2.0
"""Where a truncated normal ends, in standard deviations of the normal that is cut."""


class Initialiser(NamedTuple):
    """How a matrix of weights, or a column of biases, is sampled.

    Attributes
    ----------
    sample : function of (rng, fan_out, fan_in, dtype=float), to a new array (fan_out, fan_in), or
        (fan_out, 1) of biases; dtype is float or numpy.float32, whose draws are others
    std : function of (fan_in, fan_out), to the standard deviation of an entry of it
    source : str, where it is from
    """

    sample: Callable
    std: Callable
    source: str


def variance_scaling(scale, mode, distribution, source="", biases=False):
    """Return the initialiser whose entries have mean 0 and the variance scale / fan.

    Parameters
    ----------
    scale : float, at least 0
    mode : str, "fan_in", or "fan_avg" for the mean of fan_in and fan_out
    distribution : str, "normal", "uniform", or "truncated_normal", cut at 2 standard deviations and
        widened so that those that are left have the variance
    source : str
    biases : bool, whether it samples a column of biases, by the same fans, instead of the matrix

    Raises
    ------
    ValueError
        If the scale is out of range or a name unknown.

    Source: jax.nn.initializers.variance_scaling.
    """
    scale = finite_number("scale", scale, 0.0)
    fan, draw = one_of("mode", mode, _FANS), one_of("distribution", distribution, _DRAWS)
    return _scaled(draw, lambda fan_in, fan_out: (scale / fan(fan_in, fan_out)) ** 0.5, source, biases)


def normal(std, source="", biases=False):
    """Return the initialiser from N(0, std^2), whatever the fans; raise ValueError if std is out of range."""
    std = finite_number("std", std, 0.0)
    return _scaled(_normal, lambda fan_in, fan_out: std, source, biases)


def _scaled(draw, std, source, biases):
    def sample(rng, fan_out, fan_in, dtype=float):
        w = draw(rng, (fan_out, 1 if biases else fan_in), dtype)
        w *= std(fan_in, fan_out)
        return w

    return Initialiser(sample, std, source)


def _normal(rng, shape, dtype):
    return rng.standard_normal(shape, dtype)


def _uniform(rng, shape, dtype):
    w = rng.random(shape, dtype)
    w -= 0.5
    w *= math.sqrt(12.0)
    return w


def _truncated_normal(rng, shape, dtype):
    w = rng.standard_normal(shape, dtype)
    while (far := np.abs(w) > TRUNCATED).any():
        w[far] = rng.standard_normal(np.count_nonzero(far), dtype)
    w /= _STD_WITHIN
    return w


_STD_WITHIN = math.sqrt(
    1.0
    - TRUNCATED
    * math.sqrt(2.0 / math.pi)
    * math.exp(-(TRUNCATED**2) / 2)
    / math.erf(TRUNCATED / math.sqrt(2.0))
)  # of the part of N(0, 1) between -TRUNCATED and TRUNCATED: 0.8796
_DRAWS = {"normal": _normal, "uniform": _uniform, "truncated_normal": _truncated_normal}
_FANS = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2,
}


def _orthogonal(rng, fan_out, fan_in, dtype=float):
    tall = rng.standard_normal((max(fan_out, fan_in), min(fan_out, fan_in)), dtype)
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -1, 1).astype(dtype)  # else QR's own choice of signs would not be uniform
    return q if fan_out >= fan_in else q.T


_GLOROT, _HE = "Glorot & Bengio 2010", "He et al. 2015"
_LECUN = "LeCun et al. 1998, Efficient BackProp"

INITIALISERS = {
    "standard_normal": normal(1.0, "Nielsen 2015, ch. 1; of no fan, so variance_scaling does not make it"),
    "lecun_normal": variance_scaling(1.0, "fan_in", "normal", _LECUN),
    "glorot_normal": variance_scaling(1.0, "fan_avg", "normal", _GLOROT),
    "he_normal": variance_scaling(2.0, "fan_in", "normal", _HE),
    "orthogonal": Initialiser(
        _orthogonal, lambda fan_in, fan_out: max(fan_in, fan_out) ** -0.5, "Saxe et al. 2013; Mezzadri 2007"
    ),
    "lecun_uniform": variance_scaling(1.0, "fan_in", "uniform", _LECUN),
    "glorot_uniform": variance_scaling(1.0, "fan_avg", "uniform", f"{_GLOROT}, eq. 16"),
    "he_uniform": variance_scaling(2.0, "fan_in", "uniform", _HE),
    "lecun_truncated_normal": variance_scaling(1.0, "fan_in", "truncated_normal", f"{_LECUN}; cut by Flax"),
    "glorot_truncated_normal": variance_scaling(
        1.0, "fan_avg", "truncated_normal", f"{_GLOROT}; cut by Keras"
    ),
    "he_truncated_normal": variance_scaling(2.0, "fan_in", "truncated_normal", f"{_HE}; cut by Keras"),
    "kaiming_uniform": variance_scaling(
        1 / 3, "fan_in", "uniform", "PyTorch, nn.Linear: kaiming_uniform_ of a = sqrt(5), U(+-1/sqrt(fan_in))"
    ),
    "logistic_uniform": variance_scaling(
        1 / 3, "fan_avg", "uniform", "scikit-learn, MLPClassifier, logistic: U(+-sqrt(2/(fan_in + fan_out)))"
    ),
}
"""The initialisers of weights by name, each with its source."""


BIASES = {
    "zeros": _scaled(
        lambda rng, shape, dtype: np.zeros(shape, dtype),
        lambda fan_in, fan_out: 0.0,
        "the usual choice",
        True,
    ),
    "normal": normal(1.0, "Nielsen 2015, ch. 1; its std is `biases`' to give", True),
    "fan_in_uniform": variance_scaling(
        1 / 3, "fan_in", "uniform", "PyTorch, nn.Linear: U(+-1/sqrt(fan_in))", True
    ),
    "glorot_uniform": variance_scaling(
        1.0, "fan_avg", "uniform", "scikit-learn, MLPClassifier: the bound of its weights", True
    ),
    "logistic_uniform": variance_scaling(
        1 / 3, "fan_avg", "uniform", "scikit-learn, MLPClassifier, logistic: the bound of its weights", True
    ),
}
"""The initialisers of biases by name, each with its source; "normal" is N(0, 1)."""


def biases(name, std=0.0):
    """Return the initialiser of biases of a name in `BIASES`.

    Parameters
    ----------
    name : str, a name in `BIASES`
    std : float, at least 0, that of "normal"; the others have their own, and take 0

    Raises
    ------
    ValueError
        If the name is unknown, std is out of range, or the name takes none.
    """
    found, std = one_of("initialiser of biases", name, BIASES), finite_number("bias_std", std, 0.0)
    if name == "normal":
        return normal(std, found.source, biases=True)
    if std:
        raise ValueError(f"bias_std is for normal biases: {name} has a std of its own, leave out {std!r}")
    return found


def entry_std(init, fan_in, fan_out):
    """Return the standard deviation of an entry of the matrix that an initialiser of this name samples.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    return one_of("initialiser", init, INITIALISERS).std(fan_in, fan_out)


def sigma_w(init, width):
    """Return sigma_w, the standard deviation of a weight between two layers of `width`, times its root.

    Parameters
    ----------
    init : str, a name in `INITIALISERS`
    width : int, at least 1

    Raises
    ------
    ValueError
        If the name is unknown or the width out of range.
    """
    width = whole_number("width", width, 1)
    return entry_std(init, width, width) * width**0.5


@dataclass(frozen=True)
class Default:
    """What a framework's dense layer does when it is told nothing.

    Attributes
    ----------
    init : str, a name in `INITIALISERS`
    bias : str, a name in `BIASES`
    version : str, the one it was proved against
    source : str, where the framework says so
    by_activation : tuple of (activation, init, bias), one for each activation that it treats otherwise
    """

    init: str
    bias: str
    version: str
    source: str
    by_activation: tuple = ()

    def of(self, activation):
        """Return the Default of a network of this activation, a name in `ACTIVATIONS`."""
        for name, init, bias in self.by_activation:
            if name == activation:
                return replace(self, init=init, bias=bias, by_activation=())
        return replace(self, by_activation=())

    def recipe(self, activation, **more):
        """Return the mapping of a network of such layers, for `deep_profile`, with `more` of its fields."""
        found = self.of(activation)
        return {"activation": activation, "init": found.init, "bias": found.bias, **more}


DEFAULTS = {
    "PyTorch": Default("kaiming_uniform", "fan_in_uniform", "2.13.0", "nn.Linear.reset_parameters"),
    "Keras": Default("glorot_uniform", "zeros", "3.15.1", "keras.layers.Dense"),
    "Flax": Default("lecun_truncated_normal", "zeros", "0.12.8", "flax.linen.Dense, flax.nnx.Linear"),
    "PaddlePaddle": Default("glorot_uniform", "zeros", "3.3.1", "paddle.nn.Linear"),
    "MindSpore": Default("kaiming_uniform", "fan_in_uniform", "2.10.0", "mindspore.nn.Dense"),
    "MLX": Default("kaiming_uniform", "fan_in_uniform", "0.32.4", "mlx.nn.Linear"),
    "Equinox": Default("kaiming_uniform", "fan_in_uniform", "0.13.8", "equinox.nn.Linear"),
    "scikit-learn": Default(
        "glorot_uniform",
        "glorot_uniform",
        "1.9.1",
        "sklearn.neural_network.MLPClassifier._init_coef",
        by_activation=(("sigmoid", "logistic_uniform", "logistic_uniform"),),
    ),
}
"""The defaults of the dense layer by framework."""
