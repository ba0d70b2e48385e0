"""The pieces that deep networks are built of, and the recipe of a network that is built of them.

A block is a triple. `init` samples its parameters; `apply` runs it and returns, with the result, the way
back: a function that takes dC/d(result) to dC/d(input); `theory` says what very wide layers make of it.
Arrays are (n, m), an example a column.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_number, one_of, whole_number
from vgcore.field import gaussian_rule
from vgcore.initialisers import INITIALISERS, biases

FEWEST_TO_NORMALISE = 3
"""Fewest numbers that a norm over mean and deviation is taken of: of two it leaves only signs."""
_LARGEST_SCALE = 1e100  # whose square is finite
_LARGEST_VARIANCE = 1e24  # beyond it every f is straight or flat
_MIXED, _MIXED_WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_FAR, _NEAR = 80, 60
"""Powers of two: numbers beyond the first are carried at the second, where every f is as straight."""


class Signal(NamedTuple):
    """What very wide layers carry.

    Attributes
    ----------
    width : int, how many neurons
    mean_square : float, over the neurons and the examples
    varying : float, the part of it that differs from example to example
    """

    width: int
    mean_square: float
    varying: float

    @classmethod
    def of(cls, x):
        """Return that of examples (n, m)."""
        return cls(len(x), float(np.square(x).mean()), float(x.var(axis=1).mean()))


class Theory(NamedTuple):
    """What a block makes of a signal.

    Attributes
    ----------
    signal : Signal, after the block
    chi : float, what the mean over the examples of |delta|^2 is multiplied by on the way back
    learned : list of float
        For every matrix within, in the order of the parameters: of one example, the squared norm of its
        gradient over |delta|^2, delta that of the block's result.
    """

    signal: Signal
    chi: float
    learned: list


class Block(NamedTuple):
    """A piece of a network.

    Attributes
    ----------
    init : function of (rng, fan_in), to (fan_out, params)
        params is a list of arrays, or of the params of the blocks within.
    apply : function of (params, a, learn=False), to (out, back)
        back is a function of (delta, onward=True), delta = dC/d(out), to (dC/da, nabla); dC/da may be left
        out where it leads no further onward. nabla has the form of params, summed over the examples and
        divided by their number, or is None without `learn`, which need not remember a. The same number
        divides no delta.
    theory : function of a Signal, to a Theory
    """

    init: Callable
    apply: Callable
    theory: Callable


def dense(fan_out, init="lecun_normal", scale=1.0, bias_std=0.0, bias="normal"):
    """z = w a + b.

    In theory the squared norm of delta is multiplied by fan_in Var w on the way back, and the gradient of w
    is delta a^T.

    Parameters
    ----------
    fan_out : int, at least 1, or None for as many neurons as come in
    init : str, a name in `INITIALISERS`
    scale : float, at least 0, by which what the initialiser samples is multiplied: of orthogonal, the gain
    bias_std, bias : float and str, the std and the name that `biases` takes

    Raises
    ------
    ValueError
        If a number is out of range or a name unknown.

    Source: Nielsen ch. 2, eqs. (BP2) to (BP4).
    """
    weights, b_init = one_of("initialiser", init, INITIALISERS), biases(bias, bias_std)
    scale = finite_number("scale", scale, 0.0)
    if fan_out is not None:
        whole_number("fan_out", fan_out, 1)

    def sample(rng, fan_in):
        n = fan_out or fan_in
        w = weights.sample(rng, n, fan_in)
        w *= scale
        return n, [w, b_init.sample(rng, n, fan_in)]

    def theory(signal):
        fan_in = signal.width
        n = fan_out or fan_in
        gain = fan_in * (scale * weights.std(fan_in, n)) ** 2
        q = gain * signal.mean_square + b_init.std(fan_in, n) ** 2
        return Theory(Signal(n, q, gain * signal.varying), gain, [fan_in * signal.mean_square])

    return Block(sample, affine, theory)


def affine(params, a, learn=False):
    """Apply z = w a + b; as `Block.apply`."""
    w, b = params
    z = w @ a
    if b.any():
        z += b

    def back(delta, onward=True):
        nabla = None
        if learn:
            nabla = [delta @ a.T, delta.mean(axis=1, keepdims=True)]  # BP4, BP3
            nabla[0] /= delta.shape[1]
        return w.T @ delta if onward else None, nabla

    return z, back


def activate(activation, in_place=False):
    """a = sigma(z).

    In theory, of normal z: E f^2 goes on, and chi is E f'^2. Of two examples the z are equal but for the
    part of them that varies; what the a have in common is then E[E[f | what is equal]^2].

    Parameters
    ----------
    activation : str, a name in `ACTIVATIONS`
    in_place : bool
        For speed: z may be written over, and the way back be gone once.

    Raises
    ------
    ValueError
        If the name is unknown.

    Source: Nielsen ch. 2, eq. (BP2); Poole et al. (2016), eqs. (3) and (5), for the theory.
    """
    sigma = one_of("activation", activation, ACTIVATIONS)

    def apply(params, z, learn=False):
        a, slope = sigma.both(z, out=z if in_place else None)

        def back(delta, onward=True):
            return np.multiply(slope, delta, out=slope if in_place else None), [] if learn else None

        return a, back

    def theory(signal):
        first, second, slope = _moments(sigma, signal.mean_square)
        varying = second - _shared(sigma, signal, first, second)
        return Theory(Signal(signal.width, second, varying), slope, [])

    return Block(_nothing, apply, theory)


@np.errstate(over="ignore")
def _moments(sigma, q):
    """Return E f, E f^2 and E f'^2 of a normal of variance q."""
    within = min(max(q, 1e-300), _LARGEST_VARIANCE)
    z, weights = gaussian_rule(sigma.kinks, within)
    z = np.sqrt(within) * np.stack([z, -z])
    f, slope = sigma.sigma(z), sigma.sigma_prime(z)
    first, second, slope = (float((weights * value.sum(axis=0)).sum()) for value in (f, f**2, slope**2))
    beyond = max(q / within, 1.0)
    if sigma.bounded:
        return first, second, slope / beyond**0.5
    return first * beyond**0.5, second * beyond, slope


def _shared(sigma, signal, first, second):
    """Return the mean product of f of two examples, of which a part of z is the same."""
    q, varying = signal.mean_square, signal.varying
    if varying >= q or not q < _LARGEST_VARIANCE:
        return first * first
    if varying <= 0.0:
        return second
    z = (q - varying) ** 0.5 * _MIXED[:, None] + varying**0.5 * _MIXED
    weights = _MIXED_WEIGHTS / _MIXED_WEIGHTS.sum()
    return float(weights @ (sigma.sigma(z) @ weights) ** 2)


def batch_norm():
    """Every neuron's z less its mean over the examples, divided by its standard deviation over them.

    In theory, of a large batch: delta is divided by the deviation of the part that varies; the parts of the
    way back through mean and deviation are of order 1/m.

    Source: Ioffe and Szegedy (2015), section 3, at their initial gamma = 1 and beta = 0.
    """
    return Block(_nothing, _normalised(axis=1), lambda signal: _unit(signal, signal.varying, 1.0))


def layer_norm():
    """Every example's z less its mean over the neurons, divided by its standard deviation over them.

    In theory, of z whose mean over very many neurons is 0, as a dense layer makes them; the parts of the way
    back through mean and deviation are of order 1/n.

    Source: Ba, Kiros and Hinton (2016), eq. (4), at their initial gain 1 and bias 0.
    """
    return Block(_nothing, _normalised(axis=0), _by_mean_square)


def rms_norm():
    """Every example's z divided by the root of its mean square over the neurons. In theory as `layer_norm`.

    Source: Zhang and Sennrich (2019), eq. (4), at their initial gain 1.
    """
    return Block(_nothing, _normalised(axis=0, centred=False), _by_mean_square)


def _by_mean_square(signal):
    return _unit(signal, signal.mean_square, signal.varying / max(signal.mean_square, 1e-300))


def _unit(signal, variance, varying):
    with np.errstate(divide="ignore", over="ignore"):
        chi = float(np.divide(1.0, variance))
    return Theory(Signal(signal.width, 1.0, varying), chi, [])


def serial(*blocks):
    """The blocks one after the other; in theory their chi are multiplied."""

    def sample(rng, fan_in):
        params = []
        for block in blocks:
            fan_in, own = block.init(rng, fan_in)
            params.append(own)
        return fan_in, params

    def apply(params, a, learn=False):
        backs = []
        for block, own in zip(blocks, params, strict=True):
            a, back = block.apply(own, a, learn)
            backs.append(back)

        def back(delta, onward=True):
            nabla = []
            for at in reversed(range(len(backs))):
                delta, own = backs[at](delta, onward or at > 0)
                nabla.append(own)
            return delta, nabla[::-1] if learn else None

        return a, back

    def theory(signal):
        chi, learned = 1.0, []
        for block in blocks:
            signal, own, within = block.theory(signal)
            chi, learned = own * chi, [own * each for each in learned] + within
        return Theory(signal, chi, learned)

    return Block(sample, apply, theory)


def skip(block, alpha=1.0):
    """h + alpha f(h), for a block f that puts out as many neurons as it takes in.

    In theory, of a block f that ends in weights of mean 0, whose result and whose gradient are then
    uncorrelated with h and its gradient: chi is 1 + alpha^2 chi of f. Behind a batch norm this is of the
    part of the gradient that differs from digit to digit: of what all share the norm lets through less.

    Parameters
    ----------
    alpha : float, the scale of what is added

    Raises
    ------
    ValueError
        If alpha is not finite; when run, if f changes the number of neurons.

    Source: He et al. (2016), eqs. (1) and (4).
    """
    alpha = finite_number("alpha", alpha)

    def keeps(taken, made):
        if made != taken:
            raise ValueError(f"what is skipped must keep the {taken} neurons it takes in, not make {made}")

    def sample(rng, fan_in):
        fan_out, params = block.init(rng, fan_in)
        keeps(fan_in, fan_out)
        return fan_in, params

    def apply(params, h, learn=False):
        out, inner = block.apply(params, h, learn)
        keeps(len(h), len(out))

        def back(delta, onward=True):
            through, nabla = inner(alpha * delta, onward)
            return delta + through if onward else None, nabla

        return h + alpha * out, back

    def theory(signal):
        (_, *added), chi, learned = block.theory(signal)
        both = zip(signal[1:], added, strict=True)
        after = Signal(signal.width, *(own + alpha**2 * each for own, each in both))
        return Theory(after, 1.0 + alpha**2 * chi, [alpha**2 * each for each in learned])

    return Block(sample, apply, theory)


class Overflow(ValueError):
    """A number that is too large for its type: on the way back, or in what comes out."""

    def __init__(self, back=False):
        super().__init__("the gradient" if back else "what comes out")
        self.back = back


class Back(NamedTuple):
    """What comes back to a block's result, carried with scales of its own, that no depth makes it 0.

    Attributes
    ----------
    delta : array (n, m), dC/d(result) over 2^exponent
    exponent : int
    nabla : as `Block.apply` has it: of weights over 2^(exponent + shift), of biases over 2^exponent; or None
    shift : int
    taken : float, log2 of the root of the mean square of what the block takes in
    """

    delta: np.ndarray
    exponent: int
    nabla: list | None
    shift: int
    taken: float


def backward(blocks, params, x, error, learn=False, straight=False):
    """Yield what comes back to the result of each of several blocks in a row, the last one first.

    Parameters
    ----------
    blocks, params : lists, as long as each other
    x : array (n, m)
    error : function of the last block's result, to dC/d(result)
    learn : bool, whether the gradients of the parameters are found, too
    straight : bool
        Whether the blocks are dense layers without biases, activations, and sums of these. What is far from
        1 by more than 2^80 is then straight or flat for them, and is carried with its own scale forward, too.

    Yields
    ------
    Back

    Raises
    ------
    ValueError
        If x is not a matrix, or there are more blocks than params or fewer.
    Overflow
        If what comes out, or in one block on its way back the gradient, overflows; of float32 also if
        it is further than 2^80 from 1 where that is not carried.

    Source: Nielsen ch. 2, eqs. (BP1) to (BP4).
    """
    if len(params) != len(blocks):
        raise ValueError(f"params must be as many as the {len(blocks)} blocks, not {len(params)}")
    a, shift, backs = x, 0, []
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for block, own in zip(blocks, params, strict=True):
            size = rms(a)
            taken = shift + np.log2(size) if size else -np.inf
            a, moved = _carried(a, size, straight)
            shift += moved
            a, back = block.apply(own, a, learn)
            backs.append((back, shift, taken))
        if not np.isfinite(a).all():
            raise Overflow
        delta, exponent = error(np.ldexp(a, shift) if shift else a), 0
    while backs:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            delta, moved = rescaled(delta)
            exponent += moved
            back, shift, taken = backs.pop()  # which frees what only that block remembers
            onward = bool(backs)
            now = delta
            delta, nabla = back(delta, onward) if onward or learn else (None, None)
        yield Back(now, exponent, nabla, shift, taken)


def rescaled(delta):
    """Return an array that is neither very large nor very small, and the power of two it was divided by."""
    exponent = math.frexp(rms(delta, back=True))[1]
    if -30 <= exponent <= 30:
        return delta, 0
    return np.ldexp(delta, -exponent), exponent


def _carried(a, size, straight):
    """Return what goes forward, of such a size, and the power of two that it was divided by."""
    exponent = math.frexp(size)[1]
    if -_FAR <= exponent <= _FAR:
        return a, 0
    if straight:
        shift = exponent - int(math.copysign(_NEAR, exponent))
        return np.ldexp(a, -shift), shift
    if a.dtype == np.float32:
        raise Overflow
    return a, 0


def rms(array, back=False):
    """Return the root of the mean square of the entries, which no square makes 0 or infinite.

    Raises
    ------
    Overflow
        If it is not finite; `back` says that this is on the way back.
    """
    square = float(np.vdot(array, array))
    if 1e-25 < square < 1e25:  # where no float32 is lost
        return math.sqrt(square / array.size)
    largest = float(np.abs(array).max())
    if not math.isfinite(largest):
        raise Overflow(back)
    if largest == 0.0:
        return 0.0
    exponent = math.frexp(largest)[1]
    unit = np.ldexp(array, -exponent)
    return math.ldexp(math.sqrt(float(np.vdot(unit, unit)) / array.size), exponent)


NORMS = {"batch": batch_norm, "layer": layer_norm, "rms": rms_norm}


@dataclass(frozen=True)
class Recipe:
    """How a deep network is built.

    Attributes
    ----------
    activation : str, a name in `ACTIVATIONS`
    init : str, a name in `INITIALISERS`, for all weights
    scale : float, from 0 to 1e100, by which what the initialiser samples is multiplied; with a norm, which
        divides by it, from 1e-100
    bias_std : float, from 0 to 1e100, that of normal biases
    residual : float or None
        Without it a layer is f(W h + b). With it, a number alpha from 0 to 1e100, it is
        h + alpha V f(W h + b), with V sampled by lecun_normal.
    norm : str or None
        "batch", "layer" or "rms": what f takes is normalised before, over the digits or over the neurons.
    batch : int, from 1 to 1000, how many digits are shown at once
    bias : str, a name in `BIASES`

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
    bias: str = "normal"

    def __post_init__(self):
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("initialiser", self.init, INITIALISERS)
        finite_number("scale", self.scale, 0.0, _LARGEST_SCALE)
        finite_number("bias_std", self.bias_std, 0.0, _LARGEST_SCALE)
        biases(self.bias, self.bias_std)
        if self.residual is not None:
            finite_number("residual", self.residual, 0.0, _LARGEST_SCALE)
        if whole_number("batch", self.batch, 1) > 1000:
            raise ValueError(f"batch must be at most 1000, for there are no more digits, not {self.batch!r}")
        if self.norm is None:
            return
        one_of("norm", self.norm, NORMS)
        if self.scale < 1.0 / _LARGEST_SCALE:
            raise ValueError(
                f"scale must be at least {1.0 / _LARGEST_SCALE} with a norm, which divides by it, "
                f"not {self.scale!r}"
            )
        if self.norm == "batch" and self.batch < FEWEST_TO_NORMALISE:
            raise ValueError(
                f"batch must be at least {FEWEST_TO_NORMALISE} for batch norm, which makes 1 and -1 of any "
                f"two digits, not {self.batch!r}"
            )
        if self.norm == "batch" and not self.unbiased:
            given = "bias_std" if self.bias_std else "bias"
            raise ValueError(
                f"{given} must leave biases at 0 with batch norm, which takes a bias out, "
                f"not be {getattr(self, given)!r}"
            )

    @classmethod
    def of(cls, recipe):
        """Return a Recipe made of a mapping of its fields, or the Recipe that is given."""
        if isinstance(recipe, cls):
            return recipe
        if not isinstance(recipe, Mapping):
            raise ValueError(f"recipe must be a mapping of settings, not {recipe!r}")
        names = [field.name for field in fields(cls)]
        strange = [name for name in recipe if name not in names]
        if strange or not {"activation", "init"} <= recipe.keys():
            raise ValueError(
                f"a recipe needs activation and init and may have {', '.join(names[2:])}, "
                f"not {dict(recipe)!r}"
            )
        return cls(**recipe)

    @property
    def unbiased(self):
        """Whether all biases begin at 0."""
        return self.bias == "zeros" or (self.bias == "normal" and not self.bias_std)

    @property
    def straight(self):
        """Whether very large and very small numbers only pass, as `backward` asks."""
        return self.unbiased and self.norm is None

    def layers(self, hidden, width, x):
        """Return the blocks of a network for the digits: all but the first take in z^l, or with skips h^l.

        z^l is what layer l's activation takes, l = 1 ... hidden, normalised where there is a norm.

        Parameters
        ----------
        hidden, width : int
        x : array (784, m), the digits; before skips they are scaled so that h^1 has a mean square of 1

        Returns
        -------
        list of Block, the output layer last; the way back through each is gone once

        Raises
        ------
        ValueError
            If a norm over the neurons has too few of them.
        """
        fewest = {"layer": FEWEST_TO_NORMALISE, "rms": FEWEST_TO_NORMALISE - 1}.get(self.norm, 1)
        if width < fewest:
            raise ValueError(
                f"width must be at least {fewest} for {self.norm} norm, which leaves only signs of fewer "
                f"neurons, not {width!r}"
            )

        def ours(fan_out):
            norm = [NORMS[self.norm]()] if self.norm else []
            return dense(fan_out, self.init, self.scale, self.bias_std, self.bias), *norm

        f, out = activate(self.activation, in_place=self.norm is None), dense(10)
        if self.residual is None:
            later = [serial(f, *ours(width))] * (hidden - 1)
            return [serial(*ours(width)), *later, serial(f, out)]
        branch = serial(*ours(None), f, dense(None))
        skips = [skip(branch, self.residual)] * (hidden - 1)
        return [dense(width, scale=Signal.of(x).mean_square ** -0.5), *skips, out]


def sampled(layers, rng, fan_in):
    """Return the params of blocks in a row."""
    return serial(*layers).init(rng, fan_in)[1]


def arrays(params):
    """Yield the arrays of the params of a block, those of the blocks within too."""
    for own in params:
        if isinstance(own, np.ndarray):
            yield own
        else:
            yield from arrays(own)


def cast(params, dtype):
    """Return params with every array of another type."""
    return [
        own.astype(dtype, copy=False) if isinstance(own, np.ndarray) else cast(own, dtype) for own in params
    ]


def _nothing(rng, fan_in):
    return fan_in, []


def _normalised(axis, centred=True):
    def mean(array):
        return array.mean(axis=axis, keepdims=True) if centred else 0.0

    def mean_of_product(one, other):
        left = "ij"[1 - axis]
        return np.expand_dims(np.einsum(f"ij,ij->{left}", one, other) / one.shape[axis], axis)

    def apply(params, z, learn=False):
        low, high = z.min(axis=axis, keepdims=True), z.max(axis=axis, keepdims=True)
        largest = np.maximum(np.abs(low), np.abs(high))
        span, least = (high - low, 4.0 * np.spacing(largest)) if centred else (largest, 0.0)
        same = span <= least
        unit = np.where(same, 1.0, np.ldexp(0.5, np.frexp(span)[1]))  # whose square is in range
        u = z - mean(z)
        u /= unit
        if same.any():
            u *= ~same
        std = np.sqrt(np.where(same, 1.0, mean_of_product(u, u)))
        u /= std

        def back(delta, onward=True):
            through = delta - mean(delta)
            through -= u * mean_of_product(delta, u)
            through /= std * unit
            return through, [] if learn else None

        return u, back

    return apply
