"""Counting in bins."""

import numpy as np


def counted(values, width=0.125):
    """Count an array of numbers in bins `width` wide, or wider where they reach far.

    Returns
    -------
    lower, upper : arrays, the edges of the bins
    share : array, the share of all values in each; those that are not finite are in none
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return np.empty(0), np.empty(0), np.empty(0)
    while np.abs(finite).max() > 1000.0 * width:
        width *= 2.0
    first, last = np.floor(finite.min() / width), np.floor(finite.max() / width) + 1.0
    edges = width * np.arange(first, last + 1.0)
    counts, _ = np.histogram(finite, edges)
    return edges[:-1], edges[1:], counts / values.size
