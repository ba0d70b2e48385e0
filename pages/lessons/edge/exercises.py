"""The exercises of the lesson on the edge: what is asked, and when an answer is right."""

from math import ceil, log, log10, sqrt

from pages.ui.answers import Number
from pages.ui.numbers import number

DECADES_LOST, VARIANCE, LEAK, ORDERED = -6.0, 0.1, 0.2, 0.9
"""log10 of what is left, variance of a logarithm, slope below 0, and a chi_1 of the ordered phase."""


def leaky(**_):
    """The scale at which chi_1 is 1 if half of the slopes are 1 and the others a fifth."""
    return Number(sqrt(2.0 / (1.0 + LEAK**2)), {"mean": number((1.0 + LEAK**2) / 2.0)}, rel=0.005)


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


def reach(**_):
    """How many layers a signal reaches where chi_1 is 0.9."""
    return Number(-1.0 / log(ORDERED), {})


EXERCISES = (leaky, deep, luck, reach)
