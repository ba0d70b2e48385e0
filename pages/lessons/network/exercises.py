"""The exercises of lesson 7: what is asked, and when an answer is right."""

from math import isfinite, log

from pages.lessons.network.rows import USUAL_CHANGE, code, per, ratios, verdict, weighed
from pages.ui.answers import Number, Setting
from pages.ui.numbers import number, percent

CHANGE, LEFT = 100.0, 0.1
"""Factor over some layers, and share left over all, that are asked for."""
TOO_LEVEL = 1e-3
"""Least logarithm of a factor whose digits on the screen suffice."""
LEAST_LAYERS, APART = 10, 100.0
OF_NUMBERS = ("level", "outlier", "unclear")
"""What a list of norms may be called that is no slope."""


def hundred(pasted, **_):
    """How many layers at the fitted factor change the gradient a hundredfold."""
    factor = float(pasted.found.factor)
    if not 0.0 < factor < float("inf") or abs(log(factor)) < TOO_LEVEL:
        return None
    return Number(log(CHANGE) / abs(log(factor)), {"factor": number(factor, 6), "per": per(pasted.found)})


def allowed(pasted, **_):
    """The smallest factor with which the first layer gets a tenth of the last one's gradient."""
    layers = len(pasted.judged)
    if layers < 2:
        return None
    answer = LEFT ** (1.0 / (layers - 1))
    return Number(answer, {"layers": layers, "steps": layers - 1}, rel=0.1 * (1.0 - answer))


def eta(pasted, **_):
    """The learning rate that changes the first layer by what is usual."""
    if not weighed(pasted):
        return None
    known = zip(ratios(pasted), pasted.weights(), strict=True)
    ratio, layer = next((float(ratio), layer) for ratio, layer in known if isfinite(ratio))
    slots = {"first_layer": code(pasted.norms.names[layer]), "usual": percent(USUAL_CHANGE)}
    return Number(USUAL_CHANGE / ratio, {**slots, "ratio": number(ratio, 4)})


def robust(pasted, **_):
    """A profile whose first layer is far behind, and which is no vanishing gradient all the same."""
    norms = pasted.norms.norms[-1, pasted.judged]
    if len(norms) < LEAST_LAYERS or not (norms > 0.0).all() or pasted.found.not_finite:
        return Setting(False, {}, "other")
    share, said = float(norms[0] / norms[-1]), verdict(pasted)
    slots, said = {"layers": len(norms), "ratio": number(share)}, said.removeprefix("slope_")
    return Setting(share <= 1.0 / APART and said in OF_NUMBERS, slots, said)


EXERCISES = (hundred, allowed, eta, robust)
