"""What was read: the norms of the gradient, step by step and layer by layer."""

from typing import NamedTuple

import numpy as np

COLUMNS = ("step", "layer", "shape", "grad_norm", "weight_norm", "zeros", "delta")


class Problem(NamedTuple):
    """A line of which something could not be read.

    Attributes
    ----------
    line : int, from 1
    text : str, the line
    reason : str
        "line", it has none of the forms; "comma", which may be a point or may part two numbers; "fields",
        more or fewer than in the header; "column", a name in the header that is unknown or there twice;
        "number" and "negative", no norm; "step", no number, and so its norm is left out; "weight_norm" and
        "zeros", not what such a column holds, though the norm is read; "table", so many steps and layers
        that they cannot be one network's.
    """

    line: int
    text: str
    reason: str


class Norms(NamedTuple):
    """The norms in a text: S steps of L layers, both in the order in which they first come.

    Attributes
    ----------
    names : list of str
        A layer without a name has its number, from 1; the second "w" of a step is "w (2)".
    steps : list of int, or of float where they are not whole
    norms, weights, zeros, deltas : arrays (S, L)
        Of the gradient, of the weights, the share of the gradient's entries that are exactly 0, and the
        norm of the gradient at the layer's output; nan where the text has none.
    given : array of bool (S, L), where the text has a norm of the gradient, be it nan
    shapes : list of str, "" where the text has none
    problems : list of Problem, by their lines
    resolution : array (S, L), or None
        Where a number was printed as 0.0000, which is not 0 but too small to print, its last digit.
    """

    names: list
    steps: list
    norms: np.ndarray
    weights: np.ndarray
    zeros: np.ndarray
    deltas: np.ndarray
    given: np.ndarray
    shapes: list
    problems: list
    resolution: np.ndarray | None = None

    def over_weights(self, step, layers):
        """Return the norms of some layers' gradients over those of their weights.

        A plain step changes a layer by the learning rate times that, for its size.

        Parameters
        ----------
        step : int, which of the S
        layers : array of int

        Returns
        -------
        array, as long as layers; nan where a norm is missing, 0 or infinite
        """
        norms, weights = self.norms[step, layers], self.weights[step, layers]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = norms / weights
        return np.where(np.isfinite(ratio) & (ratio > 0.0), ratio, np.nan)
