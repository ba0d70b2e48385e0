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


def rnn(scale=1.0, init="lecun_normal"):
    """h_t = tanh(W h_{t-1} + U x_t).

    Parameters
    ----------
    scale : float, from 0 to 1e100, by which the recurrent weights that `init` samples are multiplied
    init : str, a name in `INITIALISERS`, for W; those of the input, U, are LeCun's

    Raises
    ------
    ValueError
        If a number is out of range or the name unknown.

    Source: Elman (1990); Pascanu, Mikolov and Bengio (2013), eq. (2).
    """
    sample = _sampler(1, scale, init)

    def step(params, x, state):
        (w, u), (h,) = params, state
        out = np.tanh(w @ h + u @ x)

        def back(deltas):
            delta = deltas[0] * (1.0 - out**2)
            return u.T @ delta, (w.T @ delta,)

        return (out,), back

    return Cell(1, sample, step)


def lstm(scale=1.0, init="lecun_normal", forget_bias=0.0):
    """c_t = f c_{t-1} + i g and h_t = o tanh(c_t): the gates f, i, o are sigmoids, g is a tanh, of W h + U x.

    Parameters
    ----------
    forget_bias : float, which is added in f: the larger, the more is kept
    scale, init : as in `rnn`, for the recurrent weights of all four

    Raises
    ------
    ValueError
        As in `rnn`.

    Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000) for f.
    """
    sample = _sampler(4, scale, init)
    forget_bias = finite_number("forget_bias", forget_bias)

    def step(params, x, state):
        (w, u), (h, c) = params, state
        zf, zi, zo, zg = np.split(w @ h + u @ x, 4)
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


def gru(scale=1.0, init="lecun_normal", forget_bias=0.0):
    """h_t = u h_{t-1} + (1 - u) g: the gates u, r are sigmoids of W h + U x, g is tanh(W (r h) + U x).

    Parameters
    ----------
    forget_bias : float, which is added in u: the larger, the more is kept
    scale, init : as in `rnn`, for the recurrent weights of all three

    Raises
    ------
    ValueError
        As in `rnn`.

    Source: Cho et al. (2014), eqs. (5) to (8), with u for their z.
    """
    sample = _sampler(3, scale, init)
    forget_bias = finite_number("forget_bias", forget_bias)

    def step(params, x, state):
        (w, v), (h,) = params, state
        n = len(h)
        gates, last = w[: 2 * n], w[2 * n :]
        along = v @ x
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


def _sampler(parts, scale, init):
    """Return a function that samples W and U of so many parts, one below the other."""
    weights = one_of("initialiser", init, INITIALISERS).sample
    scale = finite_number("scale", scale, 0.0, 1e100)

    def sample(rng, inputs, n):
        w = np.concatenate([scale * weights(rng, n, n) for _ in range(parts)])
        return w, np.concatenate([INITIALISERS["lecun_normal"].sample(rng, n, inputs) for _ in range(parts)])

    return sample
