"""The exercises of the lesson on the edge: what is asked, and when an answer is right."""

from math import ceil, log10, sqrt

from pages.ui.answers import Number
from pages.ui.numbers import number

DECADES_LOST, VARIANCE = -6.0, 0.1
"""log10 of what is left, and variance of a logarithm."""


def relu(**_):
    """The scale at which chi_1 is 1 if half of the slopes are 1 and the others 0."""
    return Number(sqrt(2.0), {}, rel=0.005)


def deep(field, **_):
    """How many hidden layers it takes, by theory, for the first to learn at a millionth of the last."""
    root_chi = sqrt(field.chi)
    if not 0.0 < root_chi < 0.999:
        return None
    steps = DECADES_LOST / log10(root_chi)
    slots = {"root_chi": number(root_chi), "steps": number(steps), "whole": ceil(steps)}
    return Number(ceil(steps) + 1.0, slots, off=1.0)


def luck(layers, **_):
    """The width at which the law of luck leaves a variance of a tenth."""
    return Number(5.0 * layers.hidden / VARIANCE, {"hidden": layers.hidden})


EXERCISES = (relu, deep, luck)
