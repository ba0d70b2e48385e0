"""The exercises of lesson 4: what is asked, and when an answer is right."""

from math import log10

from pages.ui.answers import Number, Setting
from pages.ui.numbers import number

LEAST_HIDDEN, LEVEL = 10, 2.0
"""Least hidden layers, and largest ratio that is level."""
MOST_DECADES = 300.0
"""log10 of the most paths that are counted."""


def output(form, **_):
    """The delta of an output neuron, whose target is 0 under the quadratic cost."""
    a, slope = float(form.activations[-1][0]), float(form.slopes[-1][0])
    return Number(slope * a, {"a": number(a), "slope": number(slope)}, off=1e-9)


def matrices(chosen, **_):
    """How many matrices are multiplied for the first layer of the reader's design."""
    hidden = chosen.hidden
    slots = {"hidden": hidden, "slopes": hidden + 1}
    return Number(2.0 * hidden + 1.0, slots, rel=0.0)


def paths(chosen, **_):
    """How many paths lead from an output back to a neuron of the first hidden layer of a design."""
    steps = chosen.hidden - 1
    if steps * log10(chosen.width) > MOST_DECADES:
        return None
    return Number(float(chosen.width) ** steps, {"steps": steps, "width": chosen.width}, rel=0.005)


def level(chosen, theory, **_):
    """A deep design whose first and last hidden layer, by theory, are within a factor 2."""
    ratio = theory.first_over_last
    slots = {"hidden": chosen.hidden, "ratio": number(ratio), "root_chi": number(theory.root_chi)}
    return Setting(chosen.hidden >= LEAST_HIDDEN and bool(1.0 / LEVEL <= ratio <= LEVEL), slots)


EXERCISES = (output, matrices, paths, level)
