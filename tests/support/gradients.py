"""The one check of every gradient."""

import numpy as np


def central_differences(f, x, h=1e-5):
    """Return df/dx of a function f of an array to a number, entry by entry."""
    x = np.asarray(x, float)
    slopes = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        slopes[i] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes
