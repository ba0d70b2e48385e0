"""Whether a deep network learns: a short training on the digits, from several random starts."""

from typing import NamedTuple

import numpy as np

from vgcore.blocks import FEWEST_TO_NORMALISE, Recipe, arrays, serial
from vgcore.checks import finite_number, is_false, whole_number
from vgcore.costs import softmax
from vgcore.digits import load_digits
from vgcore.training import descent


class Learned(NamedTuple):
    """What one short training came to.

    Attributes
    ----------
    accuracy : float
        The share of the 1,000 digits that are read rightly at the end; NaN if a number overflowed.
        Under batch norm the mean and the deviation are those of all the digits.
    steps : int, how many updates there were
    ratio : float
        The norm of the gradient of the first weights over that of the last before the output layer, in
        the last step.
    clipped : float, the share of the steps whose gradient was longer than `clip`
    """

    accuracy: float
    steps: int
    ratio: float
    clipped: float


def learn(recipe, eta, hidden=20, width=50, steps=400, batch=100, seed=0, clip=None, on_step=None):
    """Train one deep network on the digits by stochastic gradient descent: softmax, log-likelihood cost.

    With `clip`, a gradient longer than that is shortened to it, all its entries by the same factor.

    Parameters
    ----------
    recipe : Recipe, or a mapping of its fields; its batch is not looked at
    eta : float, at least 0, the learning rate
    hidden, width : int, at least 2 and 1
    steps : int, at least 1
    batch : int, from 1 to 1000, and with batch norm from 3: how many digits a step sees, of which none comes
        twice in a pass
    seed : int, at least 0, of the weights and of the order of the digits
    clip : float above 0, or None
    on_step : function of the number of steps taken, optional
        Called before every step; it ends the training by returning False.

    Returns
    -------
    Learned

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, or settings make no sense together.

    Source: Nielsen ch. 3, eqs. (78) and (80), for softmax and its cost; Pascanu, Mikolov and Bengio (2013),
    algorithm 1, for clipping.
    """
    recipe, eta = Recipe.of(recipe), finite_number("eta", eta, 0.0)
    hidden, width = whole_number("hidden", hidden, 2), whole_number("width", width, 1)
    steps = whole_number("steps", steps, 1)
    batch = whole_number("batch", batch, FEWEST_TO_NORMALISE if recipe.norm == "batch" else 1)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    if batch > 1000:
        raise ValueError(f"batch must be at most 1000, for there are no more digits, not {batch!r}")
    if clip is not None and finite_number("clip", clip, 0.0) == 0.0:
        raise ValueError(f"clip must be above 0, or nothing is learned, not {clip!r}")
    x, y = load_digits()
    network = serial(*recipe.layers(hidden, width, x))
    _, params = network.init(rng, len(x))
    ratio, clipped, order, taken, finite = np.nan, 0, [], 0, True

    def gradients(step):
        nonlocal order, ratio, clipped, finite
        if on_step is not None and is_false(on_step(step)):
            return None
        if len(order) < batch:
            order = rng.permutation(x.shape[1])
        shown, order = order[:batch], order[batch:]
        out, back = network.apply(params, x[:, shown], learn=True)
        nabla = list(arrays(back(softmax(out) - y[:, shown], onward=False)[1]))
        length = np.sqrt(sum(np.vdot(part, part) for part in nabla))
        finite = bool(np.isfinite(length))
        if not finite:
            return None
        ratio = _first_over_last(nabla)
        if clip is not None and length > clip:
            clipped += 1
            nabla = [clip / length * part for part in nabla]
        return nabla

    with np.errstate(over="ignore", invalid="ignore"):
        for _ in descent(list(arrays(params)), gradients, steps, eta):
            taken += 1
        out, _ = network.apply(params, x)
    right = (out.argmax(axis=0) == y.argmax(axis=0)).mean() if finite and np.isfinite(out).all() else np.nan
    return Learned(float(right), taken, ratio, clipped / max(taken, 1))


def _first_over_last(nabla):
    """Return the norm of the first matrix over that of the last but the output layer's."""
    first, *_, last, _ = (np.linalg.norm(part) for part in nabla[::2])
    return float(first / last) if last > 0.0 else np.nan
