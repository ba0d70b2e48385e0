"""Gradients in few bits: where a number format ends, and what that does to learning.

All runs "as a framework would": every result is rounded to the format, sums of products are float32,
and sigma' is taken from the rounded output.
"""

from typing import NamedTuple

import numpy as np

from vgcore.chain import Chain
from vgcore.checks import finite_number, is_false, one_of, real_array, whole_number
from vgcore.costs import softmax
from vgcore.digits import load_digits
from vgcore.formats import FORMATS, rounded, stochastic
from vgcore.initialisers import BIASES, INITIALISERS
from vgcore.network import Network

_DEEPEST = 2000  # chains in which a first 0 is looked for
_BACK = {
    "sigmoid": lambda g, a, at: at(g * at(1 - a)) * a,
    "tanh": lambda g, a, at: g * (1 - a * a),
    "relu": lambda g, a, at: g * (a > 0),
}
"""g sigma'(z) by activation, from the output a = sigma(z), as PyTorch does; `at` rounds what is between."""
_IN_STEPS = ("float16",)  # where PyTorch's sigmoid rounds each operation; all else is rounded at the end
FROM_OUTPUT = tuple(_BACK)
"""Activations whose slope frameworks take from the output."""


def _sigma(activation, z):
    """Return sigma(z) by the formula that frameworks compute."""
    one_of("activation", activation, _BACK)
    if activation == "relu":
        return np.maximum(z, 0)
    with np.errstate(over="ignore"):
        if activation == "sigmoid":
            return 1 / (1 + np.exp(-z))
        far = np.copysign(1 - 2 / (np.exp(2 * np.abs(z)) + 1), z)  # np.tanh is off by some ulps there
    return np.where(np.abs(z) > 1, far, np.tanh(z))


class _Arithmetic(NamedTuple):
    """Results in a format: `at` rounds one, and what it is given is in the format's carrier."""

    format: str
    flush: bool = False

    @property
    def carrier(self):
        return one_of("format", self.format, FORMATS).carrier

    def at(self, x):
        return rounded(np.asarray(x, self.carrier), self.format, self.flush)

    def sigma(self, activation, z):
        a = _sigma(activation, z)
        return a if activation == "relu" else self.at(a)  # of what is in the format, ReLU is

    def back(self, activation, g, a):
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            delta = _BACK[activation](g, a, self.at if self.format in _IN_STEPS else np.asarray)
        return delta if activation == "relu" else self.at(delta)


class Walk(NamedTuple):
    """The gradient of a chain, walking back through its layers.

    Attributes
    ----------
    layers : array (L,)
    exact : SignedLog (L,), da_L/db_l
    seen : array (L,), the same in the format
    """

    layers: np.ndarray
    exact: object
    seen: np.ndarray

    @property
    def zeros(self):
        """In how many layers the gradient is 0 in the format and not in truth."""
        return int(((self.seen == 0.0) & (self.exact.sign != 0.0)).sum())


def _outputs(arithmetic, w, b, depth, activation):
    """Return the w and b of the format, and a_1 ... a_L of the chain whose input is 1."""
    w, b, a = arithmetic.at(finite_number("w", w)), arithmetic.at(finite_number("b", b)), arithmetic.at(1.0)
    outputs, before = [], None
    while len(outputs) < depth and a != before:  # which then stays so
        a, before = arithmetic.sigma(activation, arithmetic.at(arithmetic.at(w * a) + b)), a
        outputs.append(a)
    return w, b, np.array(outputs + [a] * (depth - len(outputs)))


def walk(format, w=1.0, b=0.0, depth=20, activation="sigmoid"):
    """Return the gradient of the last output of a chain, all its weights and biases the same, in a format.

    Parameters
    ----------
    format : str, a name in `FORMATS`
    w, b : float, every weight and every bias
    depth : int, at least 1
    activation : str, one of `FROM_OUTPUT`

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        If a name is unknown or a number out of range.

    Source: Nielsen ch. 5, eq. (121).
    """
    arithmetic, depth = _Arithmetic(format), whole_number("depth", depth, 1)
    one_of("activation", activation, _BACK)
    w_in, _, outputs = _outputs(arithmetic, w, b, depth, activation)
    g, seen = arithmetic.at(1.0), []
    for a in outputs[::-1]:
        delta = arithmetic.back(activation, g, a)
        seen.append(delta)
        g = arithmetic.at(w_in * delta)
    trace = Chain(np.full(depth, w), np.full(depth, b), activation).trace(1.0, 0.0)
    return Walk(np.arange(1, depth + 1), trace.nabla_b / trace.slope, np.array(seen[::-1], float))


def first_zero(format, w=1.0, b=0.0, activation="sigmoid", flush=False):
    """Return the least depth at which da_L/db_1 of such a chain is exactly 0, or None up to 2,000 layers.

    Parameters and Raises as in `walk`; flush as in `rounded`.
    """
    arithmetic, known = _Arithmetic(format, flush), 0
    one_of("activation", activation, _BACK)
    w, _, outputs = _outputs(arithmetic, w, b, _DEEPEST, activation)
    g = np.ones(_DEEPEST, arithmetic.carrier)  # of the chains of depth 1 ... _DEEPEST, all at once
    while known < _DEEPEST:
        delta = arithmetic.back(activation, g[known:], outputs[: _DEEPEST - known])
        if delta[0] == 0.0:
            return known + 1
        g[known:] = arithmetic.at(w * delta)
        known += 1
    return None


def slope(format, z, activation="sigmoid"):
    """Return sigma'(z) in a format, as 1 passed back through the neuron, an array of the shape of z.

    Raises
    ------
    ValueError
        If a name is unknown or z is not real numbers.
    """
    arithmetic = _Arithmetic(format)
    a = arithmetic.sigma(activation, arithmetic.at(real_array("z", z, (0, 1, 2))))
    return arithmetic.back(activation, arithmetic.at(1.0), a)


def first_flat(format, activation="sigmoid", side=1):
    """Return the number z of a format nearest to 0 at which sigma'(z) is exactly 0.

    Parameters
    ----------
    format : str, a name in `FORMATS`
    activation : str, "sigmoid" or "tanh"
    side : int, 1 for the z above 0, -1 for those below

    Returns
    -------
    float, or None if there is none

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    one_of("activation", activation, dict.fromkeys(("sigmoid", "tanh")))
    low, high = 0.0, side * one_of("format", format, FORMATS).largest
    if slope(format, high, activation) != 0.0:
        return None
    while (middle := float(rounded((low + high) / 2.0, format))) not in (low, high):
        if slope(format, middle, activation) == 0.0:
            high = middle
        else:
            low = middle
    return high


class Lost(NamedTuple):
    """What a format makes of the gradient of the weights, layer by layer.

    Attributes
    ----------
    exact : array (L,), the norm of the gradient
    norm : array (L,), the norm in the format, with the scale of the loss taken out again
    zeros : array (L,), the share of its entries that are 0 in the format and not in truth
    overflows : array (L,), the share that are inf or NaN
    """

    exact: np.ndarray
    norm: np.ndarray
    zeros: np.ndarray
    overflows: np.ndarray

    @property
    def factor(self):
        """What one hidden layer more, going back, multiplies the norm by, from the last hidden one on."""
        hidden = self.exact[1:-1]  # the first layer's has as many entries as there are pixels
        return float((hidden[0] / hidden[-1]) ** (1.0 / (len(hidden) - 1)))


def gradients(network, x, y, format, scale=1.0):
    """Return the gradients of a network's mean cross-entropy, times a scale, as computed in a format.

    The cost and its slope are float32, or float64 in that format, as in mixed precision.

    Parameters
    ----------
    network : Network, of an activation in `FROM_OUTPUT`
    x, y : arrays (n_0, m) and (n_L, m), as in `Network.backward`
    format : str, a name in `FORMATS`
    scale : float above 0, of the loss

    Returns
    -------
    nabla_b, nabla_w : lists of arrays, as in `Gradients`

    Raises
    ------
    ValueError
        If a name is unknown or the scale is not above 0.

    Source: Micikevicius et al. 2018, Mixed precision training, section 3.2.
    """
    if finite_number("scale", scale, 0.0) == 0.0:
        raise ValueError(f"scale must be above 0, not {scale!r}")
    one_of("activation", network.activation, _BACK)
    at = _Arithmetic(format).at
    weights, biases, x = [at(w) for w in network.weights], [at(b) for b in network.biases], at(x)

    def error(z):
        return (_sigma("sigmoid", z) - y) * (scale / x.shape[1])

    return _backpropagated(weights, biases, x, network.activation, format, error)


def _backpropagated(weights, biases, x, activation, format, error):
    """Return nabla_b and nabla_w, all given in the format; `error` returns delta^L, of any type, of z^L."""
    arithmetic = _Arithmetic(format)
    at, last = arithmetic.at, len(weights) - 1
    activations, nabla_b, nabla_w = [x], [], []
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for l, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = at(w @ activations[-1] + b)
            if l < last:
                activations.append(arithmetic.sigma(activation, z))
        delta = at(error(z))
        for l in range(last, -1, -1):
            nabla_b.append(at(delta.sum(axis=1, keepdims=True)))
            nabla_w.append(at(delta @ activations[l].T))
            if l:
                delta = arithmetic.back(activation, at(weights[l].T @ delta), activations[l])
    return nabla_b[::-1], nabla_w[::-1]


def lost(format, hidden=8, scale=1.0, width=30, seed=1):
    """Return what a format leaves of the gradient of a deep sigmoid network on the digits.

    Parameters
    ----------
    format : str, a name in `FORMATS`
    hidden : int, at least 3, hidden layers
    scale : float above 0, of the loss
    width : int, at least 1, neurons of each
    seed : int, at least 0, of LeCun's weights and of biases from N(0, 1)

    Returns
    -------
    Lost

    Raises
    ------
    ValueError
        If a name is unknown or a number out of range.
    """
    sizes = [784, *[width] * whole_number("hidden", hidden, 3), 10]
    network = Network.random(sizes, seed)
    x, y = load_digits()
    exact = network.backward(x, y).nabla_w
    _, seen = gradients(network, x, y, format, scale)
    norms, zeros, overflows = [], [], []
    for truth, found in zip(exact, seen, strict=True):
        there = truth != 0.0
        norms.append(scaled_norm(found) / scale)
        zeros.append(((found == 0.0) & there).sum() / there.sum())
        overflows.append(1.0 - np.isfinite(found).mean())
    return Lost(np.array([scaled_norm(w) for w in exact]), *map(np.array, (norms, zeros, overflows)))


def moved(format, relative_step, weights=100_000, seed=0):
    """Return the share of normally distributed weights that a step of a given relative size moves.

    Parameters
    ----------
    format : str, a name in `FORMATS`
    relative_step : float or array, at least 0, the size of the step over that of the weight, up or down
    weights : int, at least 1, how many are tried
    seed : int, at least 0, of the weights and of the signs of their steps

    Returns
    -------
    float, or an array of the shape of relative_step

    Raises
    ------
    ValueError
        If the format is unknown or a number out of range.
    """
    steps, at = real_array("relative_step", relative_step, (0, 1)), _Arithmetic(format).at
    for step in steps.ravel().tolist():
        finite_number("relative_step", step, 0.0)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    w = at(rng.standard_normal(whole_number("weights", weights, 1)))
    sign = rng.choice([-1.0, 1.0], w.size)
    w, sign = w[w != 0.0], sign[w != 0.0]
    shares = [float((rounded(w * (1.0 + step * sign), format) != w).mean()) for step in steps.flat]
    return np.array(shares).reshape(steps.shape) if steps.ndim else shares[0]


def norm(entries, format="float32"):
    """Return the norm as libraries compute it: the root of the sum of the squares, each in the format.

    Raises
    ------
    ValueError
        If the format is unknown or an entry is not a real number.
    """
    at = _Arithmetic(format).at
    entries = at(real_array("entries", entries, (1, 2)))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return float(at(np.sqrt(at(at(entries * entries).sum()))))


def scaled_norm(entries):
    """Return the norm with the largest entry divided out first, so that no square is 0 or inf."""
    entries = real_array("entries", entries, (1, 2)).astype(float)
    largest = np.abs(entries).max()
    if largest == 0.0 or not np.isfinite(largest):
        return float(largest)
    return float(largest * np.linalg.norm(entries / largest))


def clipped(entries, most, format="float32"):
    """Return a gradient multiplied by most / norm if its norm, as computed in a format, is larger.

    Raises
    ------
    ValueError
        As in `norm`, and if most is not at least 0.

    Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
    """
    at, length, most = _Arithmetic(format).at, norm(entries, format), finite_number("most", most, 0.0)
    entries = at(real_array("entries", entries, (1, 2)))
    return at(entries * at(most / length)) if length > most else entries


TINY, HUGE, FAR, ENTRIES = 1e-24, 1e24, 3e19, 100
"""Entries of gradients whose squares are below, above, and above the range of float32, and how many."""


class Said(NamedTuple):
    """What a library makes of float32 gradients of `ENTRIES` equal entries.

    Attributes
    ----------
    version : str
    tiny, huge : float, the norm that it returns of entries of `TINY` and of `HUGE`
    clips : dict of the name of what clips to 1 to the entry that it leaves of one of `FAR`
    """

    version: str
    tiny: float
    huge: float
    clips: dict


SAID = {
    "NumPy": Said("2.4.6", 0.0, np.inf, {}),
    "PyTorch": Said("2.13.0", 0.0, np.inf, {"clip_grad_norm_": 0.0}),
    "JAX": Said("0.10.2", 0.0, np.inf, {}),
    "Keras": Said("3.15.1", 0.0, np.inf, {"clipnorm": 0.0, "global_clipnorm": np.nan}),
}
"""What libraries say, each proved against the version that is named; tests ask them again."""


class Way(NamedTuple):
    """In which formats a network is trained: its weights, its arithmetic, and how an update is rounded."""

    weights: str
    arithmetic: str
    stochastic: bool = False


WAYS = {
    "float32": Way("float32", "float32"),
    "mixed": Way("float32", "bfloat16"),
    "bfloat16": Way("bfloat16", "bfloat16"),
    "float16": Way("float16", "float16"),
    "stochastic": Way("bfloat16", "bfloat16", stochastic=True),
}
"""Ways to train, by name."""


class Trained(NamedTuple):
    """What a training in few bits came to.

    Attributes
    ----------
    loss : array, the mean log-likelihood cost before each step
    moved : array, the share of the weights that each step moved, of those that see a pixel that is not
        black in all digits
    """

    loss: np.ndarray
    moved: np.ndarray


def train_in(way, eta, steps=400, hidden=100, seed=0, on_step=None):
    """Train one hidden layer of ReLU on all digits at once, by gradient descent in few bits.

    The weights are PyTorch's by default, the outputs a softmax with the log-likelihood cost.

    Parameters
    ----------
    way : str, a name in `WAYS`
    eta : float, at least 0, the learning rate
    steps, hidden : int, at least 1
    seed : int, at least 0
    on_step : function of the number of steps taken and of the Trained so far, optional
        Called after every step; it ends the training by returning False.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If the way is unknown or a number out of range.

    Source: Gupta et al. 2015 for stochastic rounding; Micikevicius et al. 2018 for weights of more bits.
    """
    held, arithmetic, by_chance = one_of("way", way, WAYS)
    eta, steps = finite_number("eta", eta, 0.0), whole_number("steps", steps, 1)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    x, y = (each.astype(np.float32) for each in load_digits())
    at, keep = _Arithmetic(arithmetic).at, _Arithmetic(held).at
    sizes = ((whole_number("hidden", hidden, 1), len(x)), (len(y), hidden))
    weights = [keep(INITIALISERS["kaiming_uniform"].sample(rng, *size)) for size in sizes]
    biases = [keep(BIASES["fan_in_uniform"].sample(rng, *size)) for size in sizes]
    lit = x.any(axis=1)  # the weights of the pixels that are black in all digits have no gradient
    x, weights[0] = at(x[lit]), weights[0][:, lit]
    count, loss, moves = sum(w.size for w in weights), [], []

    def error(z):
        chance = softmax(z)
        with np.errstate(divide="ignore"):
            loss.append(float(-np.log((chance * y).sum(axis=0)).mean()))
        return (chance - y) * np.float32(1.0 / x.shape[1])

    def update(own, nabla):
        new = own - np.float32(eta) * nabla
        return stochastic(new, held, rng) if by_chance else keep(new)

    for _ in range(steps):
        own = (weights, biases) if held == arithmetic else [[*map(at, each)] for each in (weights, biases)]
        nabla_b, nabla_w = _backpropagated(*own, x, "relu", arithmetic, error)
        before, weights = weights, [update(*each) for each in zip(weights, nabla_w, strict=True)]
        biases = [update(*each) for each in zip(biases, nabla_b, strict=True)]
        moves.append(sum((w != v).sum() for w, v in zip(weights, before, strict=True)) / count)
        if on_step and is_false(on_step(len(loss), Trained(np.array(loss), np.array(moves)))):
            break
    return Trained(np.array(loss), np.array(moves))
