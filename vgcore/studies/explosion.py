"""The contrived network whose gradient explodes, and how narrow its edge is."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.chain import Chain
from vgcore.checks import finite_array, finite_number, whole_number
from vgcore.signed_log import SignedLog


def contrived_chain(weight=100.0, depth=4, a0=1.0):
    """Return the sigmoid chain of equal weights whose biases put every z_j at 0.

    Parameters
    ----------
    weight : float, each w_j
    depth : int, the number of layers, at least 1
    a0 : float, the input that the biases are chosen for

    Raises
    ------
    ValueError
        If a number is out of range.

    Source: Nielsen ch. 5, "The exploding gradient problem".
    """
    depth = whole_number("depth", depth, 1)
    return Chain.centred(np.full(depth, finite_number("weight", weight)), a0)


class ShiftFamily(NamedTuple):
    """The gradients of one chain as its first bias is shifted.

    Attributes
    ----------
    layers : array (L,)
    shifts : array (S,), what is added to b_1
    nabla_b : SignedLog (L, S)
    """

    layers: np.ndarray
    shifts: np.ndarray
    nabla_b: SignedLog


def shift_family(chain, shifts, a0, y):
    """Return the gradients of a chain with each of several shifts added to its first bias.

    Parameters
    ----------
    chain : Chain, a single one
    shifts : array (S,)
    a0, y : as in `Chain.nabla_b`, under the quadratic cost

    Returns
    -------
    ShiftFamily

    Raises
    ------
    ValueError
        As in `Chain.shifted` and `Chain.nabla_b`.
    """
    nabla_b = chain.shifted(shifts).nabla_b(a0, y)
    return ShiftFamily(np.arange(1, chain.depth + 1), np.asarray(shifts), nabla_b)


def gradient_kept(chain, a0, y, shift):
    """Return |dC/db_1| after a shift of b_1 over |dC/db_1| before it, a SignedLog.

    Parameters and Raises as in `shift_family`, with one shift; it also raises ValueError if dC/db_1
    is 0 before it.
    """
    before = chain.nabla_b(a0, y)[0]
    if before.sign == 0:
        raise ValueError(f"dC/db_1 is 0 for a0 = {a0!r} and y = {y!r}: nothing of it can be kept")
    after = chain.shifted([shift]).nabla_b(a0, y)[0, 0]
    return abs(after / before)


def factor_by_input(weights, a):
    """Return the sigmoid's factor |w sigma'(w (a - 1/2))| of each weight and each input.

    Parameters
    ----------
    weights : array (W,)
    a : array (P,), the inputs

    Returns
    -------
    array (W, P)

    Raises
    ------
    ValueError
        If a value is not a finite number.

    Source: Nielsen ch. 5, eq. (123).
    """
    weights, a = finite_array("weights", weights, (1,))[:, None], finite_array("a", a, (1,))
    return np.abs(weights) * ACTIVATIONS["sigmoid"].sigma_prime(weights * (a - 0.5))
