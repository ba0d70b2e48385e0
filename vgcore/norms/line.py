"""A line through the gradients of layers: its slope, how sure that is, and which layers are off it."""

from typing import NamedTuple

import numpy as np

FEWEST = 4  # layers: fewer are not judged

_FITTED = 500  # layers; a line through more of them costs their square and says no more
_WALK = 2.82  # standard deviations, sqrt(6/5) for a walk times 2.58 for 1 in 100
_DRIFT = 3.5  # at least: in deep networks luck drifts down, too
_LEVEL = 2.0  # powers of ten: where a layer in line is further off the line, it does not describe them all
_OUT_OF_LINE = (1.5, 2.5)  # powers of ten: nearer than the first is in line, beyond the second is not
_WIDE = 3.0  # powers of ten between the ends of the network: an interval that wide says nothing,
_SPAN = 1.5  # unless the layers themselves lie so close
_NO_LUCK = 3.0  # powers of ten: no luck of a healthy network in a few layers
_OF_THREE = 6.0  # powers of ten: three layers that fall so far have no need of a fourth


class Line(NamedTuple):
    """The line through log10 of the gradients of layers 0 to L - 1.

    Attributes
    ----------
    slope : float, powers of ten a layer towards the output; nan of fewer than two layers
    ends : tuple of two floats, the interval of the slope
    fit : array (L,), the line
    out : array of bool, which of the layers are out of line
    scatter : float, by how much neighbours typically differ
    trend : str, "vanishing", "exploding", "level" or "unclear"
    """

    slope: float
    ends: tuple
    fit: np.ndarray
    out: np.ndarray
    scatter: float
    trend: str


def line(x, y, depth, clear=_NO_LUCK):
    """Fit the line, and say what its trend is.

    Parameters
    ----------
    x : array of int, rising: which of the layers have a gradient
    y : array, as long: log10 of it
    depth : int, L
    clear : float
        A way of so many powers of ten, no half of it in one step, is a trend whatever the interval.

    Returns
    -------
    Line; `out` is as long as x

    Source: Sen (1968), "Estimates of the regression coefficient based on Kendall's tau", for the slope.
    """
    out, scatter = _out_of_line(x, y)
    fit, slope, ends = _fit(x[~out], y[~out], depth)
    return Line(
        slope, ends, fit, out, scatter, _trend(slope, ends, depth, scatter, y[~out], fit[x][~out], clear)
    )


def change(x, y):
    """Return by how many powers of ten some numbers change from the first to the last.

    The geometric mean of what the line says and what the two ends say: a single jump is in the ends only,
    and does not count for much. 0 where they disagree. Never nan.
    """
    if len(x) < 2:
        return 0.0
    fitted = theil_sen(x, y) * (x[-1] - x[0])
    seen = y[-1] - y[0]
    return float(np.sign(seen) * (fitted * seen) ** 0.5) if fitted * seen > 0.0 else 0.0


def surely(x, y):
    """Return the same, but of what the line and the two ends say the less."""
    if len(x) < 2:
        return 0.0
    fitted, seen = theil_sen(x, y) * (x[-1] - x[0]), y[-1] - y[0]
    return float(np.sign(seen) * min(abs(fitted), abs(seen))) if fitted * seen > 0.0 else 0.0


def steady(y, most=0.5):
    """Whether no single step has more than a share of the whole way."""
    return len(y) > 1 and bool(np.abs(np.diff(y)).max() <= most * abs(y[-1] - y[0]) + 1e-12)


def theil_sen(x, y):
    """Return the median of the slopes of all pairs of points; nan of fewer than two."""
    if len(x) < 2:
        return np.nan
    few = np.linspace(0, len(x) - 1, min(len(x), _FITTED)).round().astype(int)
    return float(np.median(_slopes(x[few], y[few])))


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
    slope, span = theil_sen(x, y), x[-1] - x[0]
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


def _trend(slope, ends, depth, scatter, y, fit, clear):
    direction = "vanishing" if slope > 0.0 else "exploding"
    if len(y) < FEWEST:
        steep = len(y) == FEWEST - 1 and steady(y, 0.6) and abs(y[-1] - y[0]) >= _OF_THREE
        return direction if steep else "unclear"
    if abs(slope) * (depth - 1) <= 1.0:
        wide = (ends[1] - ends[0]) / 2.0 * (depth - 1) > _WIDE and np.ptp(y) > _SPAN
        return "unclear" if wide or scatter >= 1.0 or (np.abs(y - fit) > _LEVEL).any() else "level"
    if ends[0] > 0.0 or ends[1] < 0.0:
        return direction
    few = steady(y, 0.5) and min(abs(slope) * (depth - 1), abs(y[-1] - y[0])) >= clear
    return direction if few and slope * (y[-1] - y[0]) > 0.0 else "unclear"
