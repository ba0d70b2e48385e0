"""The pieces that deep networks are built of: each a forward and a backward to hold against its paper.

A block is a pair. `init` samples its parameters; `apply` runs it and returns, with the result, the way
back: a function that takes dC/d(result) to dC/d(input). Arrays are (n, m), an example a column.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, list_of, one_of, whole_number
from vgcore.initialisers import INITIALISERS


class Block(NamedTuple):
    """A piece of a network.

    Attributes
    ----------
    init : function of (rng, fan_in), to (fan_out, params)
        params is a list of arrays, or of the params of the blocks within.
    apply : function of (params, a, learn=False), to (out, back)
        back is a function of delta = dC/d(out), to (dC/da, nabla); nabla has the form of params, summed
        over the examples and divided by their number, or is None without `learn`, which need not remember
        a. The same number divides no delta.
    """

    init: Callable
    apply: Callable


def dense(fan_out, init="lecun_normal", scale=1.0, bias_std=0.0):
    """z = w a + b.

    Parameters
    ----------
    fan_out : int, at least 1, or None for as many neurons as come in
    init : str, a name in `INITIALISERS`
    scale : float, at least 0, by which what the initialiser samples is multiplied: of orthogonal, the gain
    bias_std : float, at least 0

    Raises
    ------
    ValueError
        If a number is out of range or the name unknown.

    Source: Nielsen ch. 2, eqs. (BP2) to (BP4).
    """
    weights = one_of("initialiser", init, INITIALISERS).sample
    scale, bias_std = finite_number("scale", scale, 0.0), finite_number("bias_std", bias_std, 0.0)
    if fan_out is not None:
        whole_number("fan_out", fan_out, 1)

    def sample(rng, fan_in):
        n = fan_out or fan_in
        w = weights(rng, n, fan_in)
        w *= scale
        return n, [w, bias_std * rng.standard_normal((n, 1))]

    def apply(params, a, learn=False):
        w, b = params
        z = w @ a
        if b.any():
            z += b

        def back(delta):
            return w.T @ delta, None

        def back_and_learn(delta):
            nabla = [delta @ a.T / a.shape[1], delta.mean(axis=1, keepdims=True)]  # BP4, BP3
            return w.T @ delta, nabla

        return z, back_and_learn if learn else back

    return Block(sample, apply)


def activate(activation, memory=None):
    """a = sigma(z).

    Parameters
    ----------
    activation : str, a name in `ACTIVATIONS`
    memory : iterator of arrays of the shape of z, optional
        For speed: the next of them may serve to remember the slopes of the next run.

    Raises
    ------
    ValueError
        If the name is unknown.

    Source: Nielsen ch. 2, eq. (BP2).
    """
    sigma = one_of("activation", activation, ACTIVATIONS)

    def apply(params, z, learn=False):
        a, slope = sigma.both(z, out=None if memory is None else next(memory))

        def back(delta):
            return slope * delta, [] if learn else None

        return a, back

    return Block(_nothing, apply)


def batch_norm():
    """Every neuron's z less its mean over the examples, divided by its standard deviation over them.

    Source: Ioffe and Szegedy (2015), section 3, at their initial gamma = 1 and beta = 0.
    """
    return Block(_nothing, _normalised(axis=1))


def layer_norm():
    """Every example's z less its mean over the neurons, divided by its standard deviation over them.

    Source: Ba, Kiros and Hinton (2016), eq. (4), at their initial gain 1 and bias 0.
    """
    return Block(_nothing, _normalised(axis=0))


def serial(*blocks):
    """The blocks one after the other."""

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

        def back(delta):
            nabla = []
            for step in reversed(backs):
                delta, own = step(delta)
                nabla.append(own)
            return delta, nabla[::-1] if learn else None

        return a, back

    return Block(sample, apply)


def skip(block, alpha=1.0):
    """h + alpha f(h), for a block f that puts out as many neurons as it takes in.

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

        def back(delta):
            through, nabla = inner(alpha * delta)
            return delta + through, nabla

        return h + alpha * out, back

    return Block(sample, apply)


def gradients_back(blocks, params, x, error):
    """Yield dC/d(input) of each of several blocks in a row: of the last one first, of the first not at all.

    Parameters
    ----------
    blocks, params : lists, as long as each other
    x : array (n, m)
    error : function of the last block's result, to dC/d(result)

    Yields
    ------
    array, of the shape of that input

    Raises
    ------
    ValueError
        If x is not a finite matrix, there are more blocks than params or fewer, or a number overflows.
    """
    blocks, params = list_of("blocks", "blocks", blocks), list_of("arrays", "params", params)
    if len(params) != len(blocks):
        raise ValueError(f"params must be as many as the {len(blocks)} blocks, not {len(params)}")
    a, backs = finite_array("x", x, (2,)), []
    with np.errstate(over="ignore", invalid="ignore"):
        for block, own in zip(blocks, params, strict=True):
            a, back = block.apply(own, a)
            backs.append(back)
    _no_overflow("what comes out", a, len(backs))
    delta = error(a)
    while len(backs) > 1:
        with np.errstate(over="ignore", invalid="ignore"):
            delta, _ = backs.pop()(delta)  # which frees what only that block remembers
        _no_overflow("the gradient", delta, len(blocks))
        yield delta


def _no_overflow(what, array, count):
    if not np.isfinite(array).all():
        raise ValueError(f"{what} overflows in these {count} blocks: use a smaller scale")


def _nothing(rng, fan_in):
    return fan_in, []


def _normalised(axis):
    def mean(array):
        return array.mean(axis=axis, keepdims=True)

    def mean_of_product(one, other):
        left = "ij"[1 - axis]
        return np.expand_dims(np.einsum(f"ij,ij->{left}", one, other) / one.shape[axis], axis)

    def apply(params, z, learn=False):
        low, high = z.min(axis=axis, keepdims=True), z.max(axis=axis, keepdims=True)
        same = high - low <= 4.0 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
        unit = np.where(same, 1.0, np.ldexp(0.5, np.frexp(high - low)[1]))  # whose square is in range
        u = z - mean(z)
        u /= unit
        if same.any():
            u *= ~same
        std = np.sqrt(np.where(same, 1.0, mean_of_product(u, u)))
        u /= std

        def back(delta):
            through = delta - mean(delta)
            through -= u * mean_of_product(delta, u)
            through /= std * unit
            return through, [] if learn else None

        return u, back

    return apply
