"""What the gradient norms of a network's layers say."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import list_of, real_array, whole_number
from vgcore.norms.kinds import kinds

FEWEST = 4  # layers: fewer are not judged

_FITTED = 500  # layers; a line through more of them costs their square and says no more
_WALK = 2.82  # standard deviations, sqrt(6/5) for a walk times 2.58 for 1 in 100
_DRIFT = 3.5  # at least: in deep networks luck drifts down, too
_LEVEL = 2.0  # powers of ten: where a layer in line is further off the line, it does not describe them all
_OUT_OF_LINE = (1.5, 2.5)  # powers of ten: nearer than the first is in line, beyond the second is not


class Diagnosis(NamedTuple):
    """What the norms of L layers say.

    Attributes
    ----------
    kind : str
        "dead", at least two neighbouring layers are exactly 0; else "outlier", single layers are out of
        line, or exactly 0; else the trend.
    factor : float
        The factor a layer, towards the input, of those in line: below 1 the gradient vanishes. nan if
        there are not two of them.
    interval : tuple of two floats, around the factor; from 0 to inf if there are not four layers in line
    first_over_last : float, factor to the power of L - 1
    layers : tuple of int, the indices of what the kind is about; of a trend, of the layers in line
    names : tuple of str, theirs
    trend : str
        Of the layers in line: "vanishing" or "exploding" if the first is off the last by more than a
        factor of 10 and the interval excludes 1; "level" if it is off by less, and no layer is 100
        times off the line; "unclear" if neither, if fewer than 4 are in line, or if neighbours typically
        differ by a factor of 10.
    not_finite : tuple of int, the indices of the layers that are nan or infinite
    line : array (L,), the norm of each layer if all were in line
    """

    kind: str
    factor: float
    interval: tuple
    first_over_last: float
    layers: tuple
    names: tuple
    trend: str
    not_finite: tuple
    line: np.ndarray


def diagnose(norms, names=None):
    """Judge the norms of the gradient from the first layer to the last.

    The slope of the line through log10 of the norms is Theil and Sen's: the median of the slopes of all
    pairs of layers. Sen's own interval takes what is off the line for independent, but luck adds up from
    layer to layer: it is a random walk. Its steps, the changes between neighbours, say how far the slope of
    such a walk strays: the interval is as wide as that, and wider where few layers make the steps uncertain.
    It misses the factor of a walk in about 1 network of 100. Of healthy networks, ReLU with He's weights,
    30 to 300 wide and 5 to 100 deep, 1 of 120 is called sick, on average over widths and depths. Luck leans
    down, and most where layers are narrow: of those 30 wide, 1 of 30 at 60 deep and 1 of 12 at 100, whose
    gradient typically falls a hundredfold by luck alone; of those 50 wide and 100 deep, 1 of 26.

    A layer is out of line if it is on one side of both its neighbours and of the median of the seven around
    it, the slope of these taken out, by more than five times what neighbours typically differ by, but no
    less than 30 and no more than 300 times: 3.5 powers of ten are found, on a bent profile, too. None is
    where the layers cannot be compared, for neighbours typically differ tenfold.

    Parameters
    ----------
    norms : array (L,), at least 0; any unit
        nan and infinite layers are left out of the fit.
    names : sequence of L str, or None for the numbers from 1

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If norms is no series of real numbers of at least 0, is empty, or has not as many names.

    Source: Sen (1968), "Estimates of the regression coefficient based on Kendall's tau", for the slope.
    """
    norms = real_array("norms", norms, (1,)).astype(float)
    if norms.size == 0:
        raise ValueError(f"norms must hold a number for every layer, not {norms.tolist()}")
    if (norms < 0.0).any():
        raise ValueError(f"norms must be at least 0, not {norms[norms < 0.0][0]}")
    names = [str(l + 1) for l in range(norms.size)] if names is None else list_of("str", "names", names)
    if len(names) != norms.size:
        raise ValueError(f"names must be as many as the {norms.size} norms, not {len(names)}: {names!r}")
    finite, zero = np.isfinite(norms), norms == 0.0
    pairs = zero[:-1] & zero[1:]
    dead = np.append(pairs, False) | np.append(False, pairs)
    alive = np.flatnonzero(finite & ~zero)
    log = np.log10(norms[alive])
    out, scatter = _out_of_line(alive, log)
    line, slope, ends = _fit(alive[~out], log[~out], norms.size)
    trend = _trend(slope, ends, norms.size, scatter) if (~out).sum() >= FEWEST else "unclear"
    if trend == "level" and (np.abs(log - line[alive])[~out] > _LEVEL).any():
        trend = "unclear"
    single = zero.copy()
    single[alive[out]] = True
    kind, layers = trend, alive[~out]
    if dead.any():
        kind, layers = "dead", np.flatnonzero(dead)
    elif single.any():
        kind, layers = "outlier", np.flatnonzero(single)
    with np.errstate(over="ignore", under="ignore"):
        low, high, factor, whole = 10.0 ** -np.array([ends[1], ends[0], slope, slope * (norms.size - 1.0)])
        line = 10.0**line
    return Diagnosis(
        kind,
        float(factor),
        (float(low), float(high)),
        float(whole),
        tuple(layers.tolist()),
        tuple(names[l] for l in layers),
        trend,
        tuple(np.flatnonzero(~finite).tolist()),
        line,
    )


def _spread(count):
    """Return the indices of at most `_FITTED` of so many layers."""
    return np.linspace(0, count - 1, min(count, _FITTED)).round().astype(int)


def _slopes(x, y):
    """Return the slopes from every point to every other, (..., n, n - 1)."""
    count = x.shape[-1]
    others = ~np.eye(count, dtype=bool)
    dy, dx = ((each[..., None, :] - each[..., None])[..., others] for each in (y, x))
    return (dy / dx).reshape(*x.shape, count - 1)


def _fit(x, y, depth):
    """Return the line at all layers, its slope, and the interval of the slope."""
    if len(x) < 2:
        return np.full(depth, np.nan), np.nan, (np.nan, np.nan)
    few = _spread(len(x))
    slope, span = np.median(_slopes(x[few], y[few])), x[-1] - x[0]
    step = (np.square(np.diff(y - slope * x)).sum() / span) ** 0.5
    reach = np.inf
    if len(x) >= FEWEST:
        reach = max(_WALK * (1.0 + 2.0 / (len(x) - 3.5)), _DRIFT) * step / span**0.5
    return np.median(y - slope * x) + slope * np.arange(depth), slope, (slope - reach, slope + reach)


def _out_of_line(x, y):
    """Return which points are out of line, and by how much neighbours among the others typically differ."""
    count, around = len(x), min(7, len(x))
    if count < FEWEST:
        return np.zeros(count, bool), np.inf
    own = np.arange(count)
    near = np.clip(own - around // 2, 0, count - around)[:, None] + np.arange(around)
    # Siegel's repeated median: where a single one of four points is off, Theil and Sen's is off too.
    slope = np.median(np.median(_slopes(x[near], y[near]), axis=2), axis=1)
    others = np.array([np.append(2, own[:-1]), np.append(own[1:], count - 3)])
    middle = np.median(y[near] - slope[:, None] * x[near], axis=1)
    above = y - slope * x - [*(y[others] - slope * x[others]), middle]
    one_side = (above > 0.0).all(axis=0) | (above < 0.0).all(axis=0)
    off = np.where(one_side, np.abs(above).min(axis=0), 0.0)
    rest = np.delete(y - np.median(slope) * x, off.argmax())
    scatter = 1.48 * np.median(np.abs(np.diff(rest)))
    return (off > np.clip(5.0 * scatter, *_OUT_OF_LINE)) & (scatter < 1.0), scatter


def _trend(slope, ends, depth, scatter):
    if abs(slope) * (depth - 1) <= 1.0:
        return "level" if scatter < 1.0 else "unclear"
    if ends[0] <= 0.0 <= ends[1]:
        return "unclear"
    return "vanishing" if slope > 0.0 else "exploding"


def compared(read, step):
    """Return which layers of a step to diagnose, so that like is compared with like.

    Its weights; but its biases, whose gradient is the error itself, where the weights leave it unclear
    and the biases vanish or explode; and all where there are no weights.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps

    Returns
    -------
    array of int, indices of layers

    Raises
    ------
    ValueError
        If step is no index of the steps.
    """
    if whole_number("step", step, 0) >= len(read.steps):
        raise ValueError(f"step must be the index of one of the {len(read.steps)} steps, not {step}")
    layers = np.flatnonzero(read.given[step])
    kind = np.array(kinds(read.names, read.shapes))[layers]
    weights, biases = layers[kind == "weight"], layers[kind == "bias"]
    if not weights.size:
        return layers
    of_weights, of_biases = (
        diagnose(read.norms[step, own]).kind if own.size else "" for own in (weights, biases)
    )
    return biases if of_weights == "unclear" and of_biases in ("vanishing", "exploding") else weights


def diagnose_step(read, step):
    """Judge one of the steps of what was read.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps

    Returns
    -------
    array of int, the layers that `compared` has for it
    Diagnosis of these

    Raises
    ------
    ValueError
        If step is no index of the steps.
    """
    layers = compared(read, step)
    return layers, diagnose(read.norms[step, layers], [read.names[l] for l in layers])
