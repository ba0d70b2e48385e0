"""The cells of recurrent networks: one step of time forward, and the way back through it.

A cell is a pair, as a block is. Its state is a tuple of arrays (n, m), h first: an example a column.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_number, one_of
from vgcore.initialisers import INITIALISERS

SIGMOID = ACTIVATIONS["sigmoid"]


class Cell(NamedTuple):
    """A recurrent cell.

    Attributes
    ----------
    states : int, how many arrays its state has
    init : function of (rng, inputs, n), to params
    step : function of (params, x, state), to (state, back)
        x is (inputs, m). back is a function of dC/d(state), a tuple, to (dC/dx, dC/d(state before)).
    """

    states: int
    init: Callable
    step: Callable


def rnn(scale=1.0, init="lecun_normal", made_by=None):
    """h_t = tanh(W h_{t-1} + U x_t + b).

    Parameters
    ----------
    scale : float, from 0 to 1e100, by which the recurrent weights W are multiplied
    init : str, a name in `INITIALISERS`, for W; those of the input, U, are then LeCun's, and b is 0
    made_by : str, a name in `MADE_BY`, or None: a framework that samples W, U and b instead

    Raises
    ------
    ValueError
        If a number is out of range or the name unknown.

    Source: Elman (1990); Pascanu, Mikolov and Bengio (2013), eq. (2).
    """
    sample = _sampler(1, scale, init, made_by)

    def step(params, x, state):
        (w, u, b), (h,) = params, state
        out = np.tanh(w @ h + u @ x + b)

        def back(deltas):
            delta = deltas[0] * (1.0 - out**2)
            return u.T @ delta, (w.T @ delta,)

        return (out,), back

    return Cell(1, sample, step)


def lstm(scale=1.0, init="lecun_normal", forget_bias=0.0, made_by=None):
    """c_t = f c_{t-1} + i g, h_t = o tanh(c_t): the gates f, i, o are sigmoids, g a tanh, of W h + U x + b.

    Parameters
    ----------
    forget_bias : float, which is added in f: the larger, the more is kept
    scale, init, made_by : as in `rnn`, for all four

    Raises
    ------
    ValueError
        As in `rnn`.

    Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000) for f.
    """
    sample = _sampler(4, scale, init, made_by)
    forget_bias = finite_number("forget_bias", forget_bias)

    def step(params, x, state):
        (w, u, b), (h, c) = params, state
        zf, zi, zo, zg = np.split(w @ h + u @ x + b, 4)
        f, i, o, g = SIGMOID.sigma(zf + forget_bias), SIGMOID.sigma(zi), SIGMOID.sigma(zo), np.tanh(zg)
        kept = f * c + i * g
        shown = np.tanh(kept)

        def back(deltas):
            dh, dc = deltas
            dc = dc + dh * o * (1.0 - shown**2)
            of_gates = (dc * c * f * (1.0 - f), dc * g * i * (1.0 - i), dh * shown * o * (1.0 - o))
            delta = np.concatenate([*of_gates, dc * i * (1.0 - g**2)])
            return u.T @ delta, (w.T @ delta, dc * f)

        return (o * shown, kept), back

    return Cell(2, sample, step)


def gru(scale=1.0, init="lecun_normal", forget_bias=0.0, made_by=None):
    """h_t = u h_{t-1} + (1 - u) g: the gates u, r are sigmoids of W h + U x + b, g = tanh(W (r h) + U x + b).

    Parameters
    ----------
    forget_bias : float, which is added in u: the larger, the more is kept
    scale, init, made_by : as in `rnn`, for all three. Frameworks have r (W h) for W (r h).

    Raises
    ------
    ValueError
        As in `rnn`.

    Source: Cho et al. (2014), eqs. (5) to (8), with u for their z.
    """
    sample = _sampler(3, scale, init, made_by)
    forget_bias = finite_number("forget_bias", forget_bias)

    def step(params, x, state):
        (w, v, b), (h,) = params, state
        n = len(h)
        gates, last = w[: 2 * n], w[2 * n :]
        along = v @ x + b
        zu, zr = np.split(gates @ h + along[: 2 * n], 2)
        u, r = SIGMOID.sigma(zu + forget_bias), SIGMOID.sigma(zr)
        g = np.tanh(last @ (r * h) + along[2 * n :])

        def back(deltas):
            (dh,) = deltas
            dg = dh * (1.0 - u) * (1.0 - g**2)
            through = last.T @ dg
            of_gates = np.concatenate([dh * (h - g) * u * (1.0 - u), through * h * r * (1.0 - r)])
            return v.T @ np.concatenate([of_gates, dg]), (dh * u + through * r + gates.T @ of_gates,)

        return (u * h + (1.0 - u) * g,), back

    return Cell(1, sample, step)


def _keras(rng, parts, inputs, n):
    """Orthonormal columns over all parts at once, so that W of each alone shrinks; Glorot's U; no biases."""
    w = INITIALISERS["orthogonal"].sample(rng, parts * n, n)
    return w, INITIALISERS["glorot_uniform"].sample(rng, parts * n, inputs), np.zeros((parts * n, 1))


def _pytorch(rng, parts, inputs, n):
    """U(+-1/sqrt(n)) for all there is, and two biases that are added."""
    return tuple(
        sum(rng.uniform(-1.0, 1.0, (parts * n, columns)) / n**0.5 for _ in range(terms))
        for columns, terms in ((n, 1), (inputs, 1), (1, 2))
    )


MADE_BY = {"Keras": _keras, "PyTorch": _pytorch}
"""How frameworks sample W, U and b of a recurrent layer: a function of (rng, parts, inputs, n).

Keras also adds 1 in the forget gate of its LSTM, which is `forget_bias` here; nothing is added elsewhere.
"""


def _sampler(parts, scale, init, made_by):
    """Return a function that samples W, U and b of so many parts, one below the other."""
    weights = one_of("initialiser", init, INITIALISERS).sample
    scale = finite_number("scale", scale, 0.0, 1e100)
    make = one_of("framework", made_by, MADE_BY) if made_by is not None else None

    def sample(rng, inputs, n):
        if make:
            w, u, b = make(rng, parts, inputs, n)
            return scale * w, u, b
        w = np.concatenate([scale * weights(rng, n, n) for _ in range(parts)])
        u = np.concatenate([INITIALISERS["lecun_normal"].sample(rng, n, inputs) for _ in range(parts)])
        return w, u, np.zeros((parts * n, 1))

    return sample
