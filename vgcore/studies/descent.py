"""Gradient descent on random chains: do their weights grow to where the gradient explodes?"""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.chain import Chain
from vgcore.checks import finite_array, finite_number, one_of, whole_number
from vgcore.costs import COSTS
from vgcore.training import descent


class Descent(NamedTuple):
    """What happened to m chains in T steps of gradient descent; row 0 is the start.

    Attributes
    ----------
    largest_factor : array (T + 1, m), the largest |w_j sigma'(z_j)| of j = 2 ... L over the examples
    largest_ratio : array (T + 1, m), the largest |dC/db_1| / |dC/db_L| over the examples
    largest_weight : array (T + 1, m), the largest |w_j|
    cost : array (T + 1, m), the mean of C over the examples
    guess : float, the mean of C of an output that is always 1/2
    """

    largest_factor: np.ndarray
    largest_ratio: np.ndarray
    largest_weight: np.ndarray
    cost: np.ndarray
    guess: float

    @property
    def exploding(self):
        """The share of chains that have had a factor above 1 up to each step, (T + 1,)."""
        return _ever_above_1(self.largest_factor)

    @property
    def ahead(self):
        """The share of chains whose first gradient has been above the last up to each step, (T + 1,)."""
        return _ever_above_1(self.largest_ratio)

    @property
    def learned(self):
        """The share of chains whose cost is below half of that of an output of 1/2, (T + 1,)."""
        return (self.cost < 0.5 * self.guess).mean(axis=1)


class DescentShares(NamedTuple):
    """`Descent.learned`, `Descent.exploding` and `Descent.ahead`, without the chains."""

    learned: np.ndarray
    exploding: np.ndarray
    ahead: np.ndarray


def descend(chain, a0, y, steps, eta, cost="cross_entropy"):
    """Train m chains by gradient descent on the mean cost of k examples.

    Parameters
    ----------
    chain : Chain, of shape (L,) or (L, m)
    a0, y : arrays (k,), the inputs and their targets
    steps : int, at least 0
    eta : float, the learning rate, at least 0
    cost : str, a name in `COSTS`

    Returns
    -------
    Descent

    Raises
    ------
    ValueError
        If a0 and y do not fit each other, a number is out of range, or the descent diverges.

    Source: Nielsen ch. 5, "weights can grow in training"; BP1 to BP4 for width 1.
    """
    x = finite_array("a0", a0, (1,))[:, None]
    y = finite_array("y", y, (1,))[:, None]
    if x.shape != y.shape or x.size == 0:
        raise ValueError(f"a0 and y must hold as many examples, and at least one, not {x.size} and {y.size}")
    steps, eta = whole_number("steps", steps, 0), finite_number("eta", eta, 0.0)
    hidden, output = (
        ACTIVATIONS[chain.activation],
        one_of("cost", cost, COSTS).output(ACTIVATIONS[chain.activation]),
    )
    w, b = (array.reshape(chain.depth, -1).copy() for array in (chain.weights, chain.biases))
    neurons, rows = [hidden] * (chain.depth - 1) + [output], []

    def gradients(step):
        zs, activations = [], [x]
        for j, neuron in enumerate(neurons):
            zs.append(w[j] * activations[-1] + b[j])
            activations.append(neuron.sigma(zs[-1]))
        slopes = [neuron.sigma_prime(z) for neuron, z in zip(neurons, zs, strict=True)]
        factors = [np.zeros(w.shape[1])]  # a chain of one layer has none
        factors += [np.abs(w[j] * slopes[j]).max(axis=0) for j in range(1, chain.depth)]
        value = COSTS[cost].value(output, zs[-1], y).mean(axis=0)
        ratio = np.ones(activations[0].shape)  # dC/db_1 over dC/db_L, a factor w_j sigma'(z_{j-1}) a layer
        for j in range(1, chain.depth):
            ratio = ratio * np.abs(w[j] * slopes[j - 1])
        rows.append((np.max(factors, axis=0), ratio.max(axis=0), np.abs(w).max(axis=0), value))
        if not np.isfinite(rows[-1]).all():
            if step == 0:
                raise ValueError("the chains overflow float64: use smaller weights, inputs or targets")
            raise ValueError(f"the descent diverges at step {step}: use a smaller eta than {eta:g}")
        deltas = [COSTS[cost].error(output, zs[-1], y)]
        for j in reversed(range(1, chain.depth)):
            deltas.append(w[j] * deltas[-1] * slopes[j - 1])
        nabla_w = [(delta * a).mean(axis=0) for delta, a in zip(deltas[::-1], activations, strict=False)]
        return np.array(nabla_w), np.array([delta.mean(axis=0) for delta in deltas[::-1]])

    with np.errstate(over="ignore", invalid="ignore"):
        for _ in descent((w, b), gradients, steps, eta):
            pass
        gradients(steps)  # what is there after the last step
        guess = COSTS[cost].value(ACTIVATIONS["sigmoid"], np.zeros_like(y), y).mean()
    return Descent(*(np.array(column) for column in zip(*rows, strict=True)), float(guess))


def descend_from_random(depth, chains, seed, weight_std, eta, steps, cost="cross_entropy"):
    """Train random sigmoid chains to tell 0 from 1: an input of 0 should give 0, an input of 1 should give 1.

    Parameters
    ----------
    depth, chains, seed, weight_std : as in `Chain.random`, with biases from N(0, 1)
    eta, steps, cost : as in `descend`

    Returns
    -------
    Descent

    Raises
    ------
    ValueError
        As in `Chain.random` and `descend`.
    """
    start = Chain.random(depth, seed, weight_std, chains=whole_number("chains", chains, 1))
    return descend(start, (0.0, 1.0), (0.0, 1.0), steps, eta, cost)


def descent_shares(depth, chains, seed, weight_std, eta, steps, cost="cross_entropy"):
    """Return the shares of the chains of `descend_from_random`, of which it has the parameters.

    Returns
    -------
    DescentShares
    """
    run = descend_from_random(depth, chains, seed, weight_std, eta, steps, cost)
    return DescentShares(run.learned, run.exploding, run.ahead)


def _ever_above_1(values):
    """Return the share of chains that have had a value above 1 up to each step."""
    return (np.maximum.accumulate(values, axis=0) > 1.0).mean(axis=1)
