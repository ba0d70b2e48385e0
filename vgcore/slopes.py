"""Where a slope sigma' is large: the width of the z with |sigma'(z)| >= 1/size, for an array of sizes.

Each function below makes such a function of the sizes; where no end is in sight the width is inf.
"""

import numpy as np

_FAR, _GRID = 60.0, 4801


def bump(threshold, half_width):
    """A slope that is largest at 0, even, and falls to 0: two-sided from a threshold on."""

    def width(size):
        return np.where(size >= threshold, 2.0 * half_width(np.maximum(size, threshold)), 0.0)

    return width


def half_line(threshold):
    """A slope that stays at its largest on one side."""
    return lambda size: np.where(size >= threshold, np.inf, 0.0)


def half_line_and_tail(threshold, left):
    """A slope that jumps from `left` down to 1/threshold at 0, and falls exponentially to the left of it."""

    def width(size):
        tail = np.log(np.maximum(size, 1.0 / left) * left)
        return np.where(size >= threshold, np.inf, tail)

    return width


def hump(sigma_prime, top):
    """A slope that rises from z = 0 to a top above 1 and falls towards 1 from there."""
    highest = float(sigma_prime(np.array(top)))

    def width(size):
        least = 1.0 / np.clip(size, 1.0 / highest, 1.0)
        left, right = (_solve(sigma_prime, least, end + 0.0 * size, top + 0.0 * size) for end in (0.0, _FAR))
        return np.where(size >= 1.0, np.inf, np.where(size * highest >= 1.0, right - left, 0.0))

    return width


def numeric(sigma_prime):
    """Any slope: the crossings between the points of a grid, each found by bisection."""
    z = np.linspace(-_FAR, _FAR, _GRID)
    slope = np.abs(sigma_prime(z))

    def width(size):
        return np.vectorize(width_of, otypes=[float])(size)

    def width_of(size):
        if not size > 0.0:
            return 0.0
        inside = slope >= 1.0 / size
        if inside[0] or inside[-1]:
            return np.inf
        rises, falls = np.flatnonzero(~inside[:-1] & inside[1:]), np.flatnonzero(inside[:-1] & ~inside[1:])
        least = np.full(rises.shape, 1.0 / size)
        starts = _solve(lambda at: np.abs(sigma_prime(at)), least, z[rises], z[rises + 1])
        ends = _solve(lambda at: np.abs(sigma_prime(at)), least, z[falls + 1], z[falls])
        return float((ends - starts).sum())

    return width


def _solve(function, least, below, above):
    """Bisect between points where the function is below `least` and where it is not."""
    for _ in range(80):
        middle = (below + above) / 2.0
        high = function(middle) >= least
        below, above = np.where(high, below, middle), np.where(high, middle, above)
    return above
