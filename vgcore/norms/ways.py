"""What goes back to the input and what goes forth to the output, read from the gradients of two kinds."""

from typing import NamedTuple

import numpy as np

from vgcore.norms.kinds import attention
from vgcore.norms.line import FEWEST, line, steady, surely, theil_sen
from vgcore.norms.step import by_block, profile

_ROUNDED = 1e5  # weights' over bias' gradient: more is rounding, no norm of inputs is so large
_SURELY = 1e10  # in double precision, too


class Ways(NamedTuple):
    """How the error changes on its way back, and on its way forth what the layers take in.

    Attributes
    ----------
    whole : tuple of two floats, powers of ten back and forth over the depth; 0 where it is not known
    sure : bool, neither is luck, and no single layer has half of it
    back, forward : float or None, the factors a layer
    source : str, what the way back was read from: "deltas", "biases" or ""
    """

    whole: tuple = (0.0, 0.0)
    sure: bool = False
    back: float | None = None
    forward: float | None = None
    source: str = ""


def ways(step, branch):
    """Read both ways of a network.

    The gradient of a layer's weights is the error at its output times what it takes in, so that the ratio
    of the two norms is the typical norm of what it takes in; its root of the fan-in is divided out.

    Parameters
    ----------
    step : Step
    branch : Branch, or None

    Returns
    -------
    Ways
    """
    if branch is None:
        return Ways()
    own = [k for k in branch.own.tolist() if np.isfinite(step.norms[k]) and step.norms[k] > 0.0]
    error, source = _errors(step, own)
    own = [k for k in own if k in error]
    if len(own) < FEWEST:
        return Ways()
    delta = {k: np.log10(error[k]) for k in own}
    taken = {k: np.log10(step.norms[k] / step.found[k].incoming()) - delta[k] for k in own}
    roles = step.roles(own) if branch.roles else {}
    if roles:
        x, delta = profile(by_block(roles, delta)[1])
        at, taken = profile(by_block(roles, taken)[1])
    else:
        place = {k: l for l, k in enumerate(branch.own.tolist())}
        x = at = np.array([place[k] for k in own])
        delta, taken = np.array([delta[k] for k in own]), np.array([taken[k] for k in own])
        if len(own) > FEWEST:  # the first takes in the data, whose size says nothing of the layers
            at, taken = at[1:], taken[1:]
    if len(x) < FEWEST:
        return Ways()
    return Ways(
        (-surely(x, delta), surely(at, taken)),
        _sure(x, delta) and _sure(at, taken),
        float(10.0 ** -theil_sen(x, delta)),
        float(10.0 ** theil_sen(at, taken)),
        source,
    )


def _sure(x, y):
    return steady(y) and line(x - x[0], y, x[-1] - x[0] + 1).trend in ("vanishing", "exploding")


def _errors(step, own):
    """Return the norm of the error at layers' outputs: of hooks, or as the biases' gradients have it."""
    deltas = step.read.deltas[step.step]
    hooked = {k: deltas[k] for k in own if np.isfinite(deltas[k]) and deltas[k] > 0.0}
    if len(hooked) >= FEWEST:
        return hooked, "deltas"
    pairs, rounded = biases(step, own)
    if rounded:
        step.say("rounded_biases", names=step.named(rounded.values()))
    return {k: step.norms[bias] for k, bias in pairs.items()}, "biases"


def biases(step, own):
    """Return the biases of some weights, by these: with a gradient, and with nothing but rounding.

    A bias that a normalisation follows, or that shifts all keys alike, has none.
    """
    known = {step.found[k].module: k for k in step.of_kind("bias") if 0.0 < step.norms[k] < np.inf}
    pairs = {k: known[step.found[k].module] for k in own if step.found[k].module in known}
    ratio = {k: step.norms[k] / step.norms[bias] for k, bias in pairs.items()}
    followed = _before_norms(step)
    first = next(iter(ratio.values()), 0.0) > _ROUNDED
    rounded = {
        k: pairs[k]
        for k, size in ratio.items()
        if size > _SURELY
        or (size > _ROUNDED and (first or k in followed or attention(step.read.names[k])[1] == "k"))
    }
    return {k: bias for k, bias in pairs.items() if k not in rounded}, rounded


def _before_norms(step):
    """Return the weights that a normalisation follows, before the next weights."""
    found, last = set(), None
    for k in step.given:
        kind = step.found[k].kind
        if kind == "norm" and last is not None:
            found.add(last)
        if kind in ("weight", "norm"):
            last = k if kind == "weight" else None
    return found
