"""Gradients through time: a recurrent network reads a digit row by row."""

from functools import partial

import numpy as np

from vgcore.cells import gru, lstm, rnn
from vgcore.checks import finite_number, one_of, whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.measures import speeds

CELLS = {"rnn": rnn, "lstm": lstm, "gru": gru}
ROWS = 28


def recurrent_profile(
    cell,
    scale=1.0,
    steps=28,
    seeds=16,
    forget_bias=None,
    width=100,
    digits=500,
    init="lecun_normal",
    made_by=None,
):
    """Measure the gradient of every state h_t of random recurrent networks that read digits row by row.

    The cost is cross-entropy of ten sigmoid outputs, which see the last state alone.

    Parameters
    ----------
    cell : str, "rnn", "lstm" or "gru"
    scale : float, from 0 to 1e100: what the recurrent weights are multiplied by, the gain
    steps : int, from 1 to 28: how many rows are read, from the top
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are sampled
    forget_bias : float or None
        What is added in the gate that keeps: the forget gate of the lstm, the update gate of the gru;
        None is 0. A plain rnn has no gate.
    width : int, at least 1, the number of neurons
    digits : int, from 1 to 1000
    init : str, a name in `INITIALISERS`, for the recurrent weights
    made_by : str, a name in `MADE_BY`, or None: a framework that samples all weights and biases instead

    Returns
    -------
    array (seeds, steps)
        The root of the mean over the digits of the squared norm of dC/dh_t, first step first.

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, a forget_bias is given to a plain rnn, or the gradient
        overflows.

    Source: Bengio, Simard and Frasconi (1994); Pascanu, Mikolov and Bengio (2013), section 2.
    """
    build = one_of("cell", cell, CELLS)
    if forget_bias is not None:
        if cell == "rnn":
            raise ValueError(
                f"forget_bias must be None for a plain rnn, which has no gate, not {forget_bias!r}"
            )
        build = partial(build, forget_bias=finite_number("forget_bias", forget_bias))
    built = build(scale, init, made_by=made_by)
    if whole_number("steps", steps, 1) > ROWS:
        raise ValueError(f"steps must be at most {ROWS}, the rows of a digit, not {steps!r}")
    width, (x, y) = whole_number("width", width, 1), load_digits(digits)
    rows = x.reshape(ROWS, -1, x.shape[1])[:steps]
    with np.errstate(over="ignore", invalid="ignore"):
        found = [_rms(built, width, seed, rows, y) for seed in range(whole_number("seeds", seeds, 1))]
    if not np.isfinite(found).all():
        raise ValueError(f"the gradient overflows in these {steps} steps: use a scale below {scale!r}")
    return np.array(found)


def _rms(cell, width, seed, rows, y):
    rng = np.random.default_rng(seed)
    params = cell.init(rng, rows.shape[1], width)
    w = rng.standard_normal((len(y), width)) / width**0.5
    state, backs = (np.zeros((width, y.shape[1])),) * cell.states, []
    for x in rows:
        state, back = cell.step(params, x, state)
        backs.append(back)
    cost = COSTS["cross_entropy"]
    delta = w.T @ cost.error(cost.output(None), w @ state[0], y)
    deltas, found = (delta, *(np.zeros_like(delta),) * (cell.states - 1)), [delta]
    for back in reversed(backs[1:]):
        _, deltas = back(deltas)
        found.append(deltas[0])
    if not np.isfinite(found).all():
        return np.full(len(found), np.nan)
    return speeds(found[::-1], "rms")
